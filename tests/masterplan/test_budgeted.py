"""Code in SIPD, objective of the RPJMD and weight of programmes and activities: through lists, workbooks, versions,
papers, the API and the pages that count by weight."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import docx
import pytest
from python_calamine import CalamineWorkbook

from kit.neighbours import own
from masterplan.books import exported, rich, typed_book
from masterplan.pages import client_of
from masterplan.reporting import IN_TIME, clock, said
from masterplan.test_imports import PROGRAMME, TARGET, checked, places, stored, typed
from masterplan.test_list_rules import HEADINGS, laid, read
from masterplan.world import DECREED, LATER, World, content
from pilar.evaluation.queries.hub import region_hub
from pilar.masterplan import operations, queries, wording
from pilar.masterplan.documents import Format, paper_of, written
from pilar.masterplan.models import Proposal
from pilar.masterplan.queries.books import plan_book
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.checking import Frame, faults_of
from pilar.masterplan.rules.content import Activity
from pilar.masterplan.rules.content import read as read_content
from pilar.masterplan.rules.content import stored as stored_content
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.reports import Given
from pilar.masterplan.rules.workbook import Sheet
from pilar.masterplan.rules.workbook_judging import CHANGE, UNCHANGED

pytestmark = pytest.mark.django_db

WEIGHED = (
    Activity(1, "Menyiapkan aplikasi", Quarter(2026, 1), Quarter(2026, 4), weight=Decimal(75)),
    Activity(2, "Melatih perangkat desa", Quarter(2026, 3), Quarter(2027, 2), weight=Decimal(25)),
)


def test_what_was_stored_before_reads_as_without_them() -> None:
    kept = stored_content(content(1))
    for name in ("sipd_code", "objective", "weight"):
        del kept[name]
        for activity in kept["activities"]:
            del activity[name]
    assert read_content(kept) == content(1)
    whole = rich(1, 2)
    assert read_content(stored_content(whole)) == whole


def test_the_weight_of_an_activity_with_parts_is_theirs() -> None:
    parts = (WEIGHED[0], Activity(3, "Menulis", Quarter(2026, 1), Quarter(2026, 2), 1))
    frame = Frame(framework(), 2026, 2030, {1}, set())
    assert [fault.place for fault in faults_of(content(1, activities=parts), frame)] == ["activities.0.weight"]


def test_a_list_says_them_of_programme_and_activities() -> None:
    heads = (
        *HEADINGS, "Kode SIPD", "Sasaran RPJMD", "Bobot (%)", "Kegiatan", "Kode SIPD Kegiatan", "Bobot Kegiatan",
        "Jadwal",
    )  # fmt: skip
    rows = (
        ("A", "Dinkes", "Kesehatan", "1.02.03", "Layanan mudah", "12,5 %", "Satu\nDua", "1.02.03.2.01\n1.02.03.2.02",
         "60\n40", "TW I 2026"),
        ("B", "Dinkes", "Kesehatan", "", "", "", "Tiga", "", "", "TW I 2026"),
    )  # fmt: skip
    (one, other), faults = read(heads, *rows)
    assert faults == []
    assert (one.sipd_code, one.objective, one.weight) == ("1.02.03", "Layanan mudah", Decimal("12.5"))
    assert [(each.title, each.sipd_code, each.weight) for each in one.activities] == [
        ("Satu", "1.02.03.2.01", Decimal(60)), ("Dua", "1.02.03.2.02", Decimal(40)),
    ]  # fmt: skip
    assert (other.sipd_code, other.weight, other.activities[0].weight) == ("", None, None)
    names = [one.field for one in laid(heads, *rows).headings]
    assert names[3:9] == [
        "sipd_code", "objective", "weight", "activity", "activity.sipd_code", "activity.weight",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "given", "field"),
    [
        (3, "1.02.", "sipd_code"),
        (3, Decimal("1.02"), "sipd_code"),  # a spreadsheet that has made a number of 1.020 or 1.02
        (5, "berat", "weight"),
        (7, "1.2\n1.3\n1.4", "activity.sipd_code"),
        (8, "60", "activity.weight"),
    ],
)
def test_what_is_wrong_in_a_list_is_told_at_its_row_and_column(place: int, given: Any, field: str) -> None:
    heads = (
        *HEADINGS, "Kode SIPD", "Sasaran RPJMD", "Bobot", "Kegiatan", "Kode SIPD Kegiatan", "Bobot Kegiatan", "Jadwal",
    )  # fmt: skip
    good: list[Any] = ["A", "Dinkes", "Kesehatan", "1.02", "", "10", "Satu\nDua", "", "", "TW I 2026"]
    bad = [*good]
    bad[0], bad[place] = "B", given
    found, faults = read(heads, good, bad)
    assert ([one.title for one in found], {*faults}) == (["A"], {(3, field)})


@pytest.mark.parametrize(
    ("sheet", "place", "given", "column"),
    [
        ("programmes", 0, "1.02.", "Kode SIPD"),
        ("programmes", 0, 1.02, "Kode SIPD"),
        ("programmes", 1, "kata " * 101, "Tujuan/sasaran RPJMD"),
        ("programmes", 2, 0, "Bobot"),
        ("activities", 0, "a.b", "Kode SIPD"),
        ("activities", 2, "-3", "Bobot"),
    ],
)
def test_what_is_wrong_in_a_workbook_is_told_at_its_row_and_column(
    world: World, sheet: str, place: int, given: Any, column: str
) -> None:
    said: dict[str, list[Any]] = {
        "programmes": ["1.02.03", "Mudah", 10],
        "activities": ["1.02.03.2.01", "Mudah", "25 %"],
    }
    said[sheet][place] = given
    book = typed(
        programmes=[[*PROGRAMME, *said["programmes"]]], targets=[[*TARGET[:9], 2, ""]],
        activities=[["B1", "", "Mulai", "2026-Q1", "2026-Q3", "", *said["activities"]]],
    )  # fmt: skip
    assert places(checked(world, book).found.faults) == [(Sheet[sheet.upper()].value, 2, column)]


def test_a_workbook_stores_them(world: World) -> None:
    book = typed(
        programmes=[[*PROGRAMME, "1.02.03", "Mudah", "12,5"]], targets=[[*TARGET[:9], 2, ""]],
        activities=[["B1", "", "Mulai", "2026-Q1", "2026-Q3", "", "1.02.03.2.01", "", "25 %"]],
    )  # fmt: skip
    assert stored(world, book).found.faults == ()
    body = own(Proposal).get().content.body
    assert [body[name] for name in ("sipd_code", "objective", "weight")] == ["1.02.03", "Mudah", "12.5"]
    assert [(one["sipd_code"], one["weight"]) for one in body["activities"]] == [("1.02.03.2.01", "25")]


def test_a_weight_far_below_those_beside_it_is_told_before_it_is_stored(world: World) -> None:
    """A cell that shows 25 % is 25, a plain 0.25 next to it is 0.25."""
    second = ["B2", "Pasar digital", *PROGRAMME[2:]]
    activity = ["2026-Q1", "2026-Q3", "", "", ""]
    book = typed(
        programmes=[[*PROGRAMME, "", "", "75 %"], [*second, "", "", 0.25]],
        targets=[[*TARGET[:9], 2, ""], ["B2", *TARGET[1:9], 2, ""]],
        activities=[
            ["B1", "", "Mulai", *activity, "60 %"], ["B1", "", "Lanjut", *activity, 0.4],
            ["B2", "", "Mulai", *activity, 30], ["B2", "", "Lanjut", *activity, 1],
        ],
    )  # fmt: skip
    found = checked(world, book).found
    assert found.faults == ()
    assert sorted(places(found.notes)) == [(Sheet.ACTIVITIES.value, 3, "Bobot"), (Sheet.PROGRAMMES.value, 3, "Bobot")]
    assert {one.fault.code for one in found.notes} == {"far-weight"}


def test_the_exported_workbook_says_what_the_page_says(world: World) -> None:
    """Codes as text, of which a spreadsheet makes no number; and a file from before the columns loses nothing."""
    world.call()
    world.decreed(world.submitted(**_whole(world)))
    operations.bring_into_force(by=world.who("coordinator"), version=world.version, since=DECREED, now=LATER)
    by = world.who("coordinator")
    world.version = operations.start_revision(by=by, version=world.version, reason="Evaluasi", now=LATER)
    (row,) = queries.programmes(world.row())
    book = exported(world, [(row.code, row.content)])
    file = CalamineWorkbook.from_filelike(io.BytesIO(book))
    sheets = {sheet: file.get_sheet_by_name(sheet.value).to_python() for sheet in Sheet}
    page = said(client_of(world, "coordinator").get(f"/kerja/rencana/versi/{world.version}/program/P001/"))
    for sheet, wanted in (
        (Sheet.PROGRAMMES, [("1.02.03", "Layanan mudah", 12.5)]),
        (Sheet.ACTIVITIES, [("1.02.03.2.01", "Desa daring", 75), ("", "", 25)]),
    ):
        head, *rows = sheets[sheet]
        columns = [head.index(name) for name in ("Kode SIPD", "Tujuan/sasaran RPJMD", "Bobot")]
        assert [tuple(cells[at] for at in columns) for cells in rows] == wanted
        for cell in (
            str(cell).replace(".", ",") if isinstance(cell, float) else cell for one in wanted for cell in one
        ):
            assert cell is None or str(cell) in page
    assert [one.outcome for one in checked(world, book).found.rows] == [UNCHANGED]

    kept = {}
    for sheet in Sheet:
        head = sheets[sheet][0]
        left = [at for at, name in enumerate(head) if name not in ("Kode SIPD", "Tujuan/sasaran RPJMD", "Bobot")]
        kept[sheet] = [[cells[at] for at in left] for cells in sheets[sheet]]
    assert [one.outcome for one in checked(world, typed_book(kept)).found.rows] == [UNCHANGED]
    kept[Sheet.PROGRAMMES][1][1] = "Judul lain"
    assert stored(world, typed_book(kept)).found.counts[CHANGE] == 1
    changed = read_content(own(Proposal).latest("pk").content.body)
    assert changed == replace(row.content, title="Judul lain")


def test_a_revision_tells_what_it_changes_of_them(world: World) -> None:
    world.call()
    world.decreed(world.submitted(**_whole(world)))
    operations.bring_into_force(by=world.who("coordinator"), version=world.version, since=DECREED, now=LATER)
    (row,) = queries.programmes(world.row())
    other = replace(
        row.content, sipd_code="1.02.04", objective="", weight=Decimal(20),
        activities=(replace(WEIGHED[0], weight=Decimal(50)), replace(WEIGHED[1], sipd_code="1.02.04.2.01")),
    )  # fmt: skip
    told = {(one.name, one.before, one.after) for one in wording.content_changes(row.content, other, {})}
    assert told >= {
        ("Kode SIPD", "1.02.03", "1.02.04"), ("Tujuan/sasaran RPJMD", "Layanan mudah", ""), ("Bobot", "12,5", "20"),
        ("Kegiatan: Menyiapkan aplikasi, Bobot", "75", "50"),
        ("Kegiatan: Melatih perangkat desa, Kode SIPD", "", "1.02.04.2.01"),
    }  # fmt: skip
    paper = docx.Document(io.BytesIO(written(paper_of("buku-2"), Format.DOCX, plan_book(world.row()))))
    words = [cell.text for table in paper.tables for line in table.rows for cell in line.cells]
    words += [one.text for one in paper.paragraphs]
    for part in ("1.02.03", "Layanan mudah", "12,5", "kode SIPD 1.02.03.2.01", "bobot 75"):
        assert any(part in one for one in words), part
    (told_by_api,) = client_of(world, "visitor").get(f"/api/v1/plan-versions/{world.version}/programmes").json()
    assert [told_by_api[name] for name in ("sipd_code", "objective", "weight")] == ["1.02.03", "Layanan mudah", "12.5"]


def _whole(world: World) -> dict[str, Any]:
    first = replace(WEIGHED[0], sipd_code="1.02.03.2.01", objective="Desa daring")
    return {
        "sipd_code": "1.02.03", "objective": "Layanan mudah", "weight": Decimal("12.5"),
        "activities": (first, WEIGHED[1]),
    }  # fmt: skip


def test_the_pages_count_by_weight_and_say_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """75 % and 25 % of the road map of one programme, 3 and 1 of the two: 60 % of the first activity is 45 % of one
    programme and, with nothing done of the other, 33.75 % of both."""
    clock(monkeypatch, IN_TIME)
    world.call()
    first = world.submitted(weight=Decimal(3), activities=WEIGHED)
    second = world.submitted("Pasar digital", weight=Decimal(1))
    world.decreed(first, second)
    operations.bring_into_force(by=world.who("coordinator"), version=world.version, since=DECREED, now=LATER)
    line = queries.programmes(world.row())[0].key
    world.report(line, given=Given(done={1: 60, 2: 0}))
    visitor = client_of(world, "visitor")
    page = said(visitor.get(f"/kerja/rencana/versi/{world.version}/kemajuan/"))
    assert "34 %" in page
    assert "Persentase dihitung menurut bobot" in page
    assert "2 program yang ditampilkan" in page
    assert page.count("menurut bobot</span>") == 1, "the one pillar"
    assert "menurut bobot</span>" in said(visitor.get(f"/kerja/rencana/versi/{world.version}/kemajuan/?by=year"))
    one = said(visitor.get(f"/kerja/rencana/versi/{world.version}/kemajuan/P001/"))
    assert "45 %" in one
    assert "menurut bobot 2 kegiatan" in one
    public = said(visitor.get("/rencana/36.03/"))
    stands = region_hub("36.03", now=IN_TIME).stands
    assert stands is not None
    assert (stands.done, [pillar.done for pillar in stands.pillars]) == (34, [34]), "as the page of the region says"
    assert "34 %" in public
    assert "Persentase dihitung menurut bobot" in public


def test_one_programme_without_a_weight_lets_all_count_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clock(monkeypatch, IN_TIME)
    world.call()
    first = world.submitted(weight=Decimal(3), activities=WEIGHED)
    world.decreed(first, world.submitted("Pasar digital"))
    operations.bring_into_force(by=world.who("coordinator"), version=world.version, since=DECREED, now=LATER)
    world.report(queries.programmes(world.row())[0].key, given=Given(done={1: 60, 2: 0}))
    page = said(client_of(world, "visitor").get("/rencana/36.03/"))
    assert "23 %" in page, "half of 45, rounded"
    assert "1 dari 2 program berbobot" in page
    assert "menurut bobot</span>" not in page
