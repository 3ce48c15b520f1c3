"""What the first migrations of the rooms replace: all of it counts as migrated, a part of it is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from pilar.config import setup
from pilar.config.database import BEFORE_SQUASHED, TablesBehind, TablesTooOld, require_tables

pytestmark = pytest.mark.django_db
LAST = ("surveys", "0007_form_drafts")
FIRST = ("surveys", "0001_squashed_0007")


@pytest.fixture
def recorder() -> MigrationRecorder:
    return MigrationRecorder(connection)


def test_an_installation_that_has_all_of_them_counts_as_migrated(recorder: MigrationRecorder) -> None:
    recorder.migration_qs.filter(name__contains="_squashed_").delete()
    with pytest.raises(TablesBehind):
        require_tables()
    said: list[str] = []
    setup.migrate(say=said.append)
    assert said == []
    require_tables()


@pytest.mark.parametrize("begin", [setup.migrate, setup.prepare])
def test_a_room_of_before_that_lacks_some_is_left_as_it_is(recorder: MigrationRecorder, begin: Any) -> None:
    """A room that has none of them is made new: there are older versions without it."""
    recorder.migration_qs.filter(app="measures").delete()
    recorder.migration_qs.filter(app="surveys", name__in=[LAST[1], "0006_date_changes", FIRST[1]]).delete()
    before = recorder.applied_migrations().keys()
    with pytest.raises(TablesTooOld) as refused:
        begin(say=lambda _sentence: None)
    assert refused.value.fields == {"version": BEFORE_SQUASHED, "count": 2, "first": "surveys/0006_date_changes"}
    assert recorder.applied_migrations().keys() == before


def test_a_migration_that_names_an_old_one_comes_after_what_replaces_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Loader(MigrationLoader):
        def load_disk(self) -> None:
            super().load_disk()
            later = Migration("9999_later", "surveys")
            later.dependencies = [LAST]
            self.disk_migrations["surveys", "9999_later"] = later

    for connected in (None, connection):
        graph = Loader(connected).graph
        assert [one.key for one in graph.node_map["surveys", "9999_later"].parents] == [FIRST]
