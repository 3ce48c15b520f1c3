"""Programmes from a workbook: read, judged row by row, shown, and stored whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from design.attending import NOBODY, heard_of
from kit.neighbours import own
from masterplan.books import exported, many, rich, typed_book
from masterplan.pages import address, client_of
from masterplan.world import LATER, NOW, World, content, own_imports
from pilar.masterplan import operations, queries
from pilar.masterplan.imports import Programmes
from pilar.masterplan.models import Content as StoredContent
from pilar.masterplan.models import Proposal
from pilar.masterplan.operations import importing
from pilar.masterplan.rules.content import Budget, Fund
from pilar.masterplan.rules.stages import ProposalState
from pilar.masterplan.rules.workbook import HEADERS, Sheet
from pilar.masterplan.rules.workbook_judging import CHANGE, NEW, UNCHANGED, UPDATE
from pilar.people.models import Notice
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform import audit, jobs
from pilar.platform.errors import Faults
from pilar.platform.imports import REFUSED, Told, keeping
from pilar.platform.imports.kept import SILENT, Kept
from pilar.platform.imports.states import ImportNotFound, ImportUnderWay, NotConfirmable, State

pytestmark = pytest.mark.django_db


def importer(world: World, by: str = "coordinator") -> Programmes:
    return Programmes(world.who(by), world.version, timezone.now())


def send(world: World, book: bytes, by: str = "coordinator") -> int:
    return keeping.receive(importer(world, by), name="program.xlsx", content=book)


def checked(world: World, book: bytes) -> Kept:
    key = send(world, book)
    keeping.work(key=key)
    return shown(world, key)


def shown(world: World, key: int) -> Kept:
    return keeping.kept(importer(world), key)


def confirm(world: World, found: Kept) -> None:
    keeping.confirm(importer(world), token=found.token)


def stored(world: World, book: bytes) -> Kept:
    found = checked(world, book)
    confirm(world, found)
    keeping.work(key=found.key)
    return shown(world, found.key)


def places(told: Iterable[Told]) -> list[tuple[str, int, str]]:
    """Sheet, row and heading of each finding."""
    return [(one.sheet, one.row, one.column.rpartition(" (")[0]) for one in told]


def typed(**rows: list[list[Any]]) -> bytes:
    """Rows by the names of sheets; headers are ours."""
    headers = {sheet: [*HEADERS[sheet].values()] for sheet in Sheet}
    headers[Sheet.TARGETS] += ["2026", "2027"]
    return typed_book({sheet: [headers[sheet], *rows.get(sheet.name.lower(), [])] for sheet in Sheet})


PROGRAMME = [
    "B1",
    "Sampah pilah",
    "Pelayanan publik",
    "Dinas Kesehatan",
    "Uraian",
    "Kebutuhan",
    "pendek",
    "",
    "",
    "",
    "",
]
TARGET = ["B1", "", "Desa", "desa", "naik", "20", 2025, "Laporan", "", "1.500", ""]
ACTIVITY = ["B1", "", "Mulai", "2026-Q1", "2026-Q3", ""]


def test_what_is_exported_says_the_same_when_it_comes_back(world: World) -> None:
    world.call()
    whole = rich(world.office, world.cast.colleagues_office)
    key = world.propose()
    operations.save_proposal(by=world.who("contributor"), proposal=key, content=whole, reason="", seen=1, now=NOW)
    by = world.who("coordinator")
    found = checked(world, exported(world, queries.proposed_contents(world.row(), scope=by)))
    assert found.found.faults == ()
    assert [one.outcome for one in found.found.rows] == [UNCHANGED]
    assert not found.applicable


def test_new_programmes_become_proposals_of_their_offices(world: World) -> None:
    world.call()
    wanted = rich(world.cast.colleagues_office, world.office)
    found = stored(world, exported(world, [("B1", wanted), ("B2", content(world.office))]))
    assert (found.state, found.done, found.total) == (State.DONE, found.total, 2 + 2 + 4 + 5 + 3 + 3 + 2)
    rows = queries.proposals(world.row(), scope=world.who("coordinator"))
    assert [(one.number, one.office, one.state, one.origin.value, one.origin_key) for one in rows] == [
        (1, world.cast.colleagues_office, ProposalState.SUBMITTED, "import", "B1"),
        (2, world.office, ProposalState.SUBMITTED, "import", "B2"),
    ]
    detail = queries.proposal(rows[0].key, scope=world.who("coordinator"))
    assert detail.content == replace(wanted, description="Baris satu\nbaris dua")
    assert detail.written_by == world.cast.user("coordinator").name
    assert not Notice.objects.filter(kind="masterplan.call", done_at=None).exists()
    assert [one.action for one in audit.events(target="masterplan.proposal", key=rows[0].key)] == ["import"]
    assert own_imports().get().content == b""
    assert [one.action for one in audit.events(target="masterplan.import", key=found.key)] == [
        "store", "confirm", "upload",
    ]  # fmt: skip


def test_a_second_time_it_changes_nothing_and_a_change_updates(world: World) -> None:
    first = content(world.office)
    stored(world, exported(world, [("B1", first)]))
    assert not checked(world, exported(world, [("B1", first)])).applicable
    changed = replace(first, budgets=(Budget(2026, Fund.APBD, Decimal(1)),))
    found = stored(world, exported(world, [("B1", changed)]))
    assert found.found.counts[UPDATE] == 1
    row = own(Proposal).get()
    assert (row.saves, row.content.body["budgets"][0]["amount"]) == (2, "1")


def test_a_programme_of_the_plan_gets_a_proposal_to_change_it(world: World) -> None:
    world.in_force()
    by = world.who("coordinator")
    world.version = operations.start_revision(by=by, version=world.version, reason="Evaluasi", now=LATER)
    rows = [(one.code, one.content) for one in queries.programmes(world.row())]
    assert not checked(world, exported(world, rows)).applicable
    (code, stands) = rows[0]
    grown = replace(stands, targets=(*stands.targets, replace(stands.targets[0], number=7, title="Kelurahan")))
    found = stored(world, exported(world, [(code, grown)]))
    assert found.found.counts[CHANGE] == 1
    row = own(Proposal).latest("pk")
    assert (row.kind, row.line.code, row.office_id) == ("change", "P001", world.office)
    other = replace(stands, owner=world.cast.colleagues_office)
    refused = checked(world, exported(world, [(code, other)]))
    assert places(refused.found.faults) == [("Program", 2, "Perangkat daerah")]


def test_numbers_are_read_as_indonesians_write_them(world: World) -> None:
    money = [["B1", 2026, "APBD", "Rp 750.000.000"], ["B1", 2027, "csr", 12.0]]
    target = [*TARGET]
    target[9] = "1,5"
    found = stored(world, typed(programmes=[PROGRAMME], targets=[target], budgets=money, activities=[ACTIVITY]))
    assert found.found.faults == ()
    body = own(Proposal).get().content.body
    assert [one["amount"] for one in body["budgets"]] == ["750000000", "12"]
    assert body["targets"][0]["yearly"] == [[2026, "1.5"]]


@pytest.mark.parametrize(
    ("sheet", "rows", "column", "said"),
    [
        ("programmes", [[*PROGRAMME[:2], "Langit", *PROGRAMME[3:]]], "Subdimensi", "Langit"),
        ("programmes", [[*PROGRAMME[:3], "Dinas Angkasa", *PROGRAMME[4:]]], "Perangkat daerah", "Angkasa"),
        ("programmes", [[*PROGRAMME[:5], "", *PROGRAMME[6:]]], "Kebutuhan", ""),
        ("programmes", [PROGRAMME, PROGRAMME], "Kode", "2"),
        ("targets", [TARGET], "2026", "1,5000"),
        ("targets", [[*TARGET[:5], "banyak", *TARGET[6:9], 2, ""]], "Nilai awal", "banyak"),
        ("targets", [["B9", *TARGET[1:9], 2, ""]], "Kode", "B9"),
        ("budgets", [["B1", 2025, "APBD", 1]], "Tahun", "2025"),
        ("budgets", [["B1", 2026, "APBD", -1]], "Rupiah", "nol"),
        ("budgets", [["B1", 2026, "APBD", 1], ["B1", 2026, "APBD", 2]], "Tahun", "2026"),
        ("activities", [["B1", "", "Mulai", "triwulan 1", "2026-Q3", ""]], "Mulai", "triwulan 1"),
        ("activities", [["B1", "", "Mulai", "2026-Q3", "2026-Q1", ""]], "Selesai", ""),
        ("activities", [["B1", 1, *ACTIVITY[2:]], ["B1", 1, *ACTIVITY[2:]]], "Nomor", ""),
        ("monitored", [["B1", "", "Aplikasi", "", 2026]], "Nama", ""),
        ("judged", [["B1", "Manfaat", 9, ""]], "Nilai", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_sheet_row_and_column(
    world: World, sheet: str, rows: list[list[Any]], column: str, said: str
) -> None:
    good = {"programmes": [PROGRAMME], "targets": [[*TARGET[:9], 2, ""]], "activities": [ACTIVITY]}
    if sheet == "judged":
        good["programmes"] = [[*PROGRAMME[:7], "ya", *PROGRAMME[8:]]]
    found = checked(world, typed(**{**good, sheet: rows}))
    fault = found.found.faults[0]
    wanted = len(rows) + 1 if sheet != "targets" or rows[0][0] == "B1" else 2
    assert places([fault]) == [(Sheet[sheet.upper()].value, wanted, column)]
    assert said in fault.fault.said()
    assert not found.applicable
    with pytest.raises(NotConfirmable):
        confirm(world, found)
    assert own(Proposal).count() == 0


def test_a_code_of_the_plan_that_is_not_there_is_refused(world: World) -> None:
    (told,) = checked(world, exported(world, [("P77", content(world.office))])).found.faults
    assert places([told]) == [("Program", 2, "Kode")]
    assert "P77" in told.fault.said()


def test_a_proposal_is_changed_by_one_row(world: World) -> None:
    stored(world, exported(world, [("B1", content(world.office))]))
    rows = [("B1", content(world.office, "Satu")), ("U1", content(world.office, "Dua"))]
    found = checked(world, exported(world, rows)).found
    assert [one.outcome for one in found.rows] == [UPDATE, REFUSED]
    assert (places(found.faults), found.faults[0].fault.fields) == ([("Program", 3, "Kode")], {"row": 2})


def test_rows_of_no_programme_are_told_each_at_its_place(world: World) -> None:
    targets = [["B9", *TARGET[1:9], 2, ""] for _row in range(3_000)] + [["", *TARGET[1:9], 2, ""]]
    found = checked(world, typed(programmes=[PROGRAMME], targets=targets, activities=[ACTIVITY])).found
    assert (found.fault_count, len(found.faults), found.row_count) == (3_002, 500, 1)
    assert places(found.faults[:2]) == [("Indikator", 2, "Kode"), ("Indikator", 3, "Kode")]


def test_nothing_is_half_imported(world: World) -> None:
    rows = [PROGRAMME, ["B2", *PROGRAMME[1:5], "", *PROGRAMME[6:]]]
    found = checked(world, typed(programmes=rows, targets=[[*TARGET[:9], 2, ""]], activities=[ACTIVITY]))
    assert {one.outcome for one in found.found.rows} == {NEW, REFUSED}
    assert (found.applicable, own(StoredContent).count()) == (False, 0)


@pytest.mark.parametrize("book", [b"PK\x03\x04 broken", typed_book({Sheet.RISKS: [["Kode"], ["B1"]]})])
def test_a_file_that_is_no_such_workbook_is_told(world: World, book: bytes) -> None:
    found = checked(world, book)
    assert (found.state, found.found.fault_count, found.applicable) == (State.CHECKED, 1, False)
    with pytest.raises(Faults):
        send(world, b"%PDF-1.7")


def test_what_has_changed_since_the_preview_is_shown_anew(world: World) -> None:
    stored(world, exported(world, [("B1", content(world.office))]))
    found = checked(world, exported(world, [("B1", content(world.office, "Judul baru"))]))
    operations.withdraw_proposal(by=world.who("contributor"), proposal=own(Proposal).get().pk, now=NOW)
    confirm(world, found)
    keeping.work(key=found.key)
    again = shown(world, found.key)
    assert (again.state, again.found.changed, own(Proposal).count()) == (State.CHECKED, True, 1)
    assert again.found.counts[NEW] == 1
    with pytest.raises(NotConfirmable):
        confirm(world, found)
    confirm(world, again)
    keeping.work(key=found.key)
    assert own(Proposal).count() == 2


def test_another_file_takes_the_place_of_one_that_waits(world: World) -> None:
    first = checked(world, many(world, 2)).key
    second = send(world, many(world, 3))
    assert shown(world, first).state is State.DROPPED
    with pytest.raises(ImportUnderWay):
        send(world, many(world, 1))
    page = f"{address('imports', world.version)}?import={second}"
    client = client_of(world, "coordinator")
    assert NOBODY in client.get(page).content.decode()
    own_imports().update(progressed_at=timezone.now() - SILENT - timedelta(seconds=1))
    assert shown(world, second).lost
    assert "Kirim berkas itu lagi" not in client.get(page).content.decode()
    heard_of(seconds_ago=1)
    found = client.get(page).content.decode()
    assert (NOBODY in found, "Kirim berkas itu lagi" in found) == (False, True)
    third = send(world, many(world, 1))
    keeping.work(key=second)
    assert shown(world, second).state is State.DROPPED
    assert shown(world, third).state == State.WAITING


def test_who_may_not_import(world: World) -> None:
    for who, error in {"contributor": NotAllowed, "verifier": NotAllowed, "secretariat": NotAllowed}.items():
        with pytest.raises(error):
            send(world, many(world, 1), by=who)
    key = send(world, many(world, 1))
    for who in ("neighbour", "assessor"):
        with pytest.raises(NotFound):
            send(world, many(world, 1), by=who)
        with pytest.raises(ImportNotFound):
            Programmes.of_key(world.who(who), key, timezone.now())


def test_who_confirmed_must_still_be_allowed_when_it_is_stored(world: World) -> None:
    found = checked(world, many(world, 1))
    confirm(world, found)
    world.cast.user("coordinator").memberships.update(until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotFound):
        keeping.work(key=found.key)
    assert (own_imports().get().state, own(Proposal).count()) == (State.FAILED, 0)


def test_a_fault_in_the_middle_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    found = checked(world, many(world, 5))
    confirm(world, found)

    def broken(*_given: Any, **_named: Any) -> None:
        raise OSError("no room")

    monkeypatch.setattr(importing, "settle_call", broken)
    with pytest.raises(OSError, match="no room"):
        keeping.work(key=found.key)
    assert (own(Proposal).count(), own(StoredContent).count()) == (0, 0)
    assert shown(world, found.key).state == State.FAILED


def test_by_the_pages(world: World) -> None:
    coordinator = client_of(world, "coordinator")
    where = address("imports", world.version)
    assert coordinator.get(where).status_code == 200
    assert coordinator.post(where).status_code == 422
    file = SimpleUploadedFile("program.xlsx", many(world, 12))
    waiting = coordinator.post(where, {"file": file})["Location"]
    key = own_imports().get().pk
    assert (waiting, coordinator.get(address("import", key))["Location"]) == (f"{where}?import={key}",) * 2
    assert "hx-trigger" in coordinator.get(waiting).content.decode()
    keeping.work(key=key)
    page = coordinator.get(waiting).content.decode()
    assert ("Program 12" in page, "hx-trigger" in page) == (True, False)
    assert world.cast.user("coordinator").name in page
    assert coordinator.post(where, {"rows": "x"}).status_code == 422
    rows = {"rows": shown(world, key).token}
    assert coordinator.post(where, rows)["Location"] == waiting
    keeping.work(key=key)
    assert "Semuanya tersimpan" in coordinator.get(waiting).content.decode()
    assert coordinator.post(where, rows)["Location"] == address("proposals", world.version)
    assert own(Proposal).count() == 12
    book = coordinator.get(address("proposals-workbook", world.version))
    assert book.content.startswith(b"PK")
    assert coordinator.post(where, {"file": SimpleUploadedFile("usulan.xlsx", book.content)}).status_code == 302
    again = own_imports().latest("pk").pk
    keeping.work(key=again)
    assert shown(world, again).found.counts[UNCHANGED] == 12
    assert coordinator.post(where, {"import": again, "drop": "1"}).status_code == 302
    assert shown(world, again).state is State.DROPPED
    for who, status in {"contributor": 403, "verifier": 403, "neighbour": 404, "assessor": 404}.items():
        assert client_of(world, who).get(where).status_code == status, who
        assert client_of(world, who).get(address("import", key)).status_code == status, who


@pytest.fixture
def working(committed_world: World) -> Iterator[World]:
    """A world that a worker sees; its connections do not outlive the test."""
    kept, connection.settings_dict["CONN_MAX_AGE"] = connection.settings_dict["CONN_MAX_AGE"], 0
    yield committed_world
    connection.settings_dict["CONN_MAX_AGE"] = kept
    connection.cursor().execute("DELETE FROM procrastinate_jobs; DELETE FROM procrastinate_workers")


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_it(working: World) -> None:
    world = working
    key = send(world, many(world, 3))
    jobs.run_worker(once=True)
    found = shown(world, key)
    assert found.applicable
    confirm(world, found)
    confirm(world, found)
    jobs.run_worker(once=True)
    assert (shown(world, key).state, own(Proposal).count()) == (State.DONE, 3)
