"""Workbooks of programmes that were sent to an older installation, which kept them in a table and files of its own."""

from __future__ import annotations

import io
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from kit.neighbours import own
from masterplan.books import many
from masterplan.pages import address, client_of
from masterplan.test_imports import confirm, importer, shown
from masterplan.world import World, own_imports
from pilar.evidence import store
from pilar.masterplan.models import Proposal
from pilar.masterplan.rules.workbook_judging import NEW, UNCHANGED
from pilar.platform import jobs
from pilar.platform.imports import keeping
from pilar.platform.imports.states import State
from pilar.platform.models import Import

pytestmark = pytest.mark.django_db

REPORT: dict[str, Any] = {
    "counts": {"new": 1, "change": 0, "update": 0, "unchanged": 1, "refused": 0},
    "applicable": True, "changed": False, "fault_count": 1, "note_count": 1, "row_count": 2,
    "faults": [["Indikator", 3, "2026", "no-number", "“%(given)s” is no number", {"given": "banyak"}]],
    "notes": [["Indikator", 2, "2026", "far-above-base", "Base %(base)s", {"base": ["20.5"], "unit": "desa"}]],
    "rows": [
        [2, "B1", "Sampah pilah", "Dinas Kesehatan", "new", {"title": "Sampah pilah"}, None],
        [3, "U7", "Desa daring", "Dinas Kominfo", "unchanged", None, None],
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    kept = {"BACKEND": "pilar.evidence.store.PrivateFolder", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"evidence": kept}


@pytest.fixture
def older(world: World, django_capture_on_commit_callbacks: Any) -> Any:
    """Keeps an import as it was kept before, and moves all of them."""
    old = MigrationExecutor(connection).loader.project_state(("masterplan", "0007_numbered_minutes")).apps
    model = old.get_model("masterplan", "ProgrammeImport")
    with connection.schema_editor() as editor:
        editor.create_model(model)

    def keep(key: int, state: str, *, file: str = "", **more: Any) -> None:
        model.objects.create(
            pk=key, version_id=world.version, name="program.xlsx", storage_key=file, sha256="0" * 64, state=state,
            ordered_by_id=world.cast.user("coordinator").pk, ordered_by_name=world.who("coordinator").actor.name,
            ordered_at=timezone.now(), progressed_at=timezone.now(), **more,
        )  # fmt: skip
        if file:
            store.put(file, io.BytesIO(many(world, 2)))

    def move() -> None:
        module = import_module("pilar.masterplan.migrations.0008_imports_by_their_door")
        with django_capture_on_commit_callbacks(execute=True):
            module.move(apps, SimpleNamespace(connection=connection))

    return SimpleNamespace(keep=keep, move=move)


def test_what_was_shown_keeps_its_key_and_what_it_said(world: World, older: Any) -> None:
    others = Import.objects.create(kind="tests.accounts", subject="36.03", owner=7, owner_name="", name="akun.csv")
    older.keep(others.pk, "done", report=REPORT, judged="f" * 64, done=2, total=2)
    older.keep(others.pk + 1, "dropped")
    older.move()
    found = shown(world, others.pk)
    assert (found.state, found.owner_name) == (State.DONE, world.cast.user("coordinator").name)
    assert (found.found.counts[NEW], found.found.counts[UNCHANGED], found.found.row_count) == (1, 1, 2)
    assert [(one.row, one.title, one.outcome, one.about) for one in found.found.rows] == [
        (2, "Sampah pilah", NEW, ("B1", "Dinas Kesehatan")), (3, "Desa daring", UNCHANGED, ("U7", "Dinas Kominfo")),
    ]  # fmt: skip
    assert [(one.sheet, one.row, one.column) for one in found.found.faults] == [("Indikator", 3, "2026")]
    assert "20,5" in found.found.notes[0].fault.said()
    answer = client_of(world, "coordinator").get(address("import", others.pk), follow=True)
    assert "Sampah pilah" in answer.content.decode()
    moved = Import.objects.get(kind="tests.accounts")
    assert (moved.name, moved.pk > others.pk + 1) == ("akun.csv", True)
    assert keeping.receive(importer(world), name="a.xlsx", content=many(world, 1)) > moved.pk


@pytest.mark.parametrize(
    ("state", "job"), [("waiting", "check"), ("checking", "check"), ("confirmed", "store"), ("storing", "store")]
)
def test_what_was_under_way_goes_on(world: World, older: Any, state: str, job: str) -> None:
    checked = {"report": REPORT, "judged": "f" * 64} if job == "store" else {}
    older.keep(7, state, file="programmes/a.xlsx", **checked)
    older.move()
    assert (shown(world, 7).state, store.size("programmes/a.xlsx")) == (State(state), None)
    jobs.run_now(f"masterplan.{job}-import", key=7)
    found = shown(world, 7)
    assert (found.state, found.found.counts[NEW], found.found.changed) == (State.CHECKED, 2, job == "store")
    assert own(Proposal).count() == 0
    confirm(world, found)
    jobs.run_now("platform.import", key=7)
    assert own(Proposal).count() == 2


def test_what_waited_to_be_confirmed_is_shown_anew(world: World, older: Any) -> None:
    older.keep(
        7, "checked", file="programmes/a.xlsx", report=REPORT | {"faults": [], "fault_count": 0}, judged="f" * 64
    )
    older.move()
    confirm(world, shown(world, 7))
    keeping.work(key=7)
    found = shown(world, 7)
    assert (found.state, found.found.changed, found.applicable) == (State.CHECKED, True, True)


def test_a_file_that_is_gone_has_to_be_sent_again(world: World, older: Any) -> None:
    older.keep(7, "confirmed", report=REPORT, judged="f" * 64)
    older.move()
    assert own_imports().get().state == State.FAILED
    page = client_of(world, "coordinator").get(address("import", 7), follow=True).content.decode()
    assert "Kirim lagi berkasnya" in page
