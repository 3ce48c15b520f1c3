"""The form as a workbook: out, filled in, in again; and whatever else people may send instead."""

from __future__ import annotations

import io
import random
import zipfile
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from evaluation.cycle.test_answers_operations import GOOD, fill, save
from evaluation.cycle.test_answers_pages import Visitor, words
from evaluation.cycle.world import FAR, INSTRUMENT, LEAVES, NOW, World
from kit.selection import examples
from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.models import Answer
from pilar.evaluation.queries.answer_sheets import read_file
from pilar.evaluation.queries.answers import form, judged
from pilar.evaluation.rules.answer_sheets import Outcome, SheetAnswer, fingerprint, read_sheet
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.workbooks import COLUMNS, answer_form
from pilar.platform.errors import Faults
from pilar.platform.tables import inspect_content

TREE = index.parse_instrument(INSTRUMENT)
Cells = dict[str, Any]


def exported(world: World, name: str = "coordinator", language: str = "id") -> bytes:
    with translation.override(language):
        return answer_form(form(world.assessment().pk, scope=world.who(name), now=NOW), only_own=False)


def rows_of(content: bytes) -> list[Cells]:
    """The rows under the two headers, by column."""
    values = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return [dict(zip(values[0], row, strict=True)) for row in values[2:]]


def edited(content: bytes, changed: dict[str, Cells]) -> bytes:
    """The workbook as a person sends it back, some cells changed (by indicator)."""
    values = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    names = values[0]
    for number, row in enumerate(values):
        cells = dict(zip(names, row, strict=True))
        if number > 1:
            cells |= changed.get(str(cells["code"]), {})
        for column, name in enumerate(names):
            sheet.write(number, column, cells[name])
    book.close()
    return stream.getvalue()


def verdicts(world: World, content: bytes, name: str = "coordinator") -> dict[str, tuple[Outcome, list[str]]]:
    of = form(world.assessment().pk, scope=world.who(name), now=NOW)
    found = judged(of, read_file(of, "formulir.xlsx", content))
    return {
        one.answer.node: (one.outcome, [fault.code for fault in one.faults] or [c.field for c in one.changes])
        for one in found
    }


def test_the_form_holds_questions_answers_and_what_ties_them(opened: World) -> None:
    save(opened, "programmes", Given(realised=Decimal("6.5"), planned=Decimal(10), source="Laporan"))
    rows = {row["code"]: row for row in rows_of(exported(opened))}
    assert list(rows) == list(LEAVES)
    assert rows["policy"]["asked"] == "Peraturan kepala daerah"
    assert "3: Baik" in rows["policy"]["rubric"]
    assert (rows["programmes"]["realised"], rows["programmes"]["planned"]) == (6.5, 10)
    assert rows["programmes"]["version"].startswith("1 ")
    assert rows["policy"]["version"] == f"0 {fingerprint(Given())}"


def test_the_form_speaks_the_readers_language_and_is_read_in_any(opened: World) -> None:
    content = exported(opened, language="en")
    assert rows_of(content)[0]["asked"] == "Regulation of the head of region"
    found = verdicts(opened, edited(content, {"policy": {"mark": 3}}))
    assert found["policy"] == (Outcome.CHANGED, ["mark"])


def test_only_answer_cells_are_open_and_the_tie_is_hidden(opened: World) -> None:
    with zipfile.ZipFile(io.BytesIO(exported(opened, "contributor"))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert "<sheetProtection" in sheet
    assert styles.count('<protection locked="0"/>') == 2
    hidden = COLUMNS.index("version") + 1
    assert f'<col min="{hidden}" max="{hidden}"' in sheet
    assert 'hidden="1"' in sheet.split(f'<col min="{hidden}"')[1].split("/>")[0]
    assert sheet.split('<row r="1"')[1].split(">")[0].count('hidden="1"') == 1
    assert '<formula1>"0,1,2,3,4"</formula1>' in sheet
    assert '<formula1>"ya"</formula1>' in sheet


def test_a_contributors_form_holds_the_offices_indicators(opened: World) -> None:
    visitor = Visitor(opened, "contributor")
    answer = visitor.client.get(visitor.address("formulir.xlsx"))
    assert answer["Content-Disposition"].endswith('penilaian-mandiri-2026-uji-1-36.03.xlsx"')
    assert [row["code"] for row in rows_of(answer.content)] == ["policy", "programmes", "survey"]
    coordinator = Visitor(opened, "coordinator")
    assert len(rows_of(coordinator.client.get(coordinator.address("formulir.xlsx")).content)) == 5


def test_out_and_in_again_changes_nothing(opened: World) -> None:
    assert all(outcome is Outcome.UNCHANGED for outcome, _why in verdicts(opened, exported(opened)).values())
    fill(opened)
    content = exported(opened)
    assert all(outcome is Outcome.UNCHANGED for outcome, _why in verdicts(opened, content).values())
    sent = edited(content, {})
    assert all(outcome is Outcome.UNCHANGED for outcome, _why in verdicts(opened, sent).values())


def test_what_is_filled_in_is_shown_first_and_then_taken_over(opened: World) -> None:
    content = edited(
        exported(opened),
        {
            "policy": {"mark": 3, "explanation": "Perbup 7/2020\nPasal 4"},
            "poverty": {"quantity": "6,93", "source": 2025},
            "programmes": {"realised": 9, "planned": 10},
            "survey": {"not_applicable": "Ya", "explanation": "Tidak ada survei"},
        },
    )
    visitor = Visitor(opened, "coordinator")
    upload = SimpleUploadedFile("formulir.xlsx", content)
    shown = visitor.client.post(visitor.address("impor/"), {"file": upload})
    said = words(shown)
    assert "4 changed, 1 unchanged, 0 refused" in said
    assert "Quantity: – → 6.93 per cent of the population" in said
    assert not Answer.objects.exists()
    hidden = shown.context["import"]["kept"].token
    visitor.post("impor/", rows=hidden)
    assert Answer.objects.count() == 4
    of = form(opened.assessment().pk, scope=opened.who("coordinator"), now=NOW)
    assert of.given["policy"] == Given(mark=Decimal(3), explanation="Perbup 7/2020\nPasal 4")
    assert of.given["poverty"] == Given(quantity=Decimal("6.93"), source="2025")
    assert of.given["survey"].not_applicable
    assert "4 answers are taken over" in words(visitor.client.get(visitor.post("impor/", rows=hidden)["Location"]))
    assert set(Answer.objects.values_list("version", flat=True)) == {1}


def percent_cell(content: bytes, code: str, field: str, value: Decimal) -> bytes:
    """The workbook with a percentage in a cell that shows it."""
    values = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet, percent = book.add_worksheet(), book.add_format({"num_format": "0.0%"})
    for number, row in enumerate(values):
        sheet.write_row(number, 0, row)
        if row[values[0].index("code")] == code:
            sheet.write_number(number, values[0].index(field), float(value / 100), percent)
    book.close()
    return stream.getvalue()


def test_a_percentage_is_read_where_the_unit_is_per_cent(opened: World) -> None:
    content = percent_cell(exported(opened), "poverty", "quantity", Decimal("6.9"))
    visitor = Visitor(opened, "coordinator")
    shown = visitor.client.post(visitor.address("impor/"), {"file": SimpleUploadedFile("f.xlsx", content)})
    assert "– → 6.9 per cent of the population" in words(shown)
    visitor.post("impor/", rows=shown.context["import"]["kept"].token)
    assert Answer.objects.get().quantity == Decimal("6.9")
    refused = percent_cell(exported(opened), "policy", "mark", Decimal(75))
    shown = visitor.client.post(visitor.address("impor/"), {"file": SimpleUploadedFile("f.xlsx", refused)})
    assert "75 % is a percentage" in words(shown)
    assert "1 refused" in words(shown)


def test_a_column_is_read_as_a_whole_or_refused_by_its_name(opened: World) -> None:
    visitor = Visitor(opened, "coordinator")
    text = "code;realised;planned\nprogrammes;1.200;2,5\n"
    shown = visitor.client.post(visitor.address("impor/"), {"file": SimpleUploadedFile("f.csv", text.encode())})
    assert "f.csv, column Realised (B): “1.200” can be a thousand or a part of one" in words(shown)
    text = "code,realised,planned\nprogrammes,1.500.000,1.234.567\n"
    shown = visitor.client.post(visitor.address("impor/"), {"file": SimpleUploadedFile("f.csv", text.encode())})
    assert "– → 1,500,000" in words(shown)


def test_while_a_row_is_refused_nothing_is_taken_over(opened: World) -> None:
    content = edited(
        exported(opened), {"policy": {"mark": 3}, "budget": {"mark": 7}, "poverty": {"quantity": "1.00,5"}}
    )
    assert verdicts(opened, content) == {
        "policy": (Outcome.CHANGED, ["mark"]),
        "budget": (Outcome.REFUSED, ["out-of-scale"]),
        "programmes": (Outcome.UNCHANGED, []),
        "poverty": (Outcome.REFUSED, ["not-a-number"]),
        "survey": (Outcome.UNCHANGED, []),
    }
    visitor = Visitor(opened, "coordinator")
    shown = visitor.client.post(visitor.address("impor/"), {"file": SimpleUploadedFile("f.xlsx", content)})
    assert "Nothing was stored" in words(shown)
    assert "Store all of it" not in words(shown)
    both = [SheetAnswer("policy", GOOD["policy"]), SheetAnswer("budget", Given(mark=Decimal(7)))]
    with pytest.raises(Faults):
        operations.save_answers(by=opened.who("coordinator"), assessment=opened.assessment().pk, answers=both, now=NOW)
    assert not Answer.objects.exists()


def test_a_row_that_moved_on_is_refused_but_one_nobody_touched_stands_in_no_ones_way(opened: World) -> None:
    fill(opened)
    content = exported(opened)
    save(opened, "policy", Given(mark=Decimal(4)), seen_version=1)
    save(opened, "budget", Given(mark=Decimal(4)), seen_version=1)
    found = verdicts(opened, edited(content, {"policy": {"mark": 1}}))
    assert found["policy"] == (Outcome.REFUSED, ["outdated"])
    assert found["budget"] == (Outcome.UNCHANGED, [])
    found = verdicts(opened, edited(content, {"policy": {"mark": 4, "explanation": ""}}))
    assert found["policy"] == (Outcome.UNCHANGED, [])


def test_a_contributor_fills_in_only_what_the_office_was_given(opened: World) -> None:
    content = edited(exported(opened), {"policy": {"mark": 3}, "budget": {"mark": 3}})
    found = verdicts(opened, content, "contributor")
    assert found["policy"] == (Outcome.CHANGED, ["mark"])
    assert found["budget"] == (Outcome.REFUSED, ["not-allowed"])
    assert found["poverty"] == (Outcome.UNCHANGED, [])


def test_a_form_of_another_assessment_is_refused_whole(opened: World) -> None:
    other = answer_form(form(opened.assessment(FAR).pk, scope=opened.who("coordinator", FAR), now=NOW), only_own=False)
    with pytest.raises(Faults) as refused:
        verdicts(opened, other)
    assert [fault.code for fault in refused.value.faults] == ["foreign-form"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("mark\n3\n", ["missing-column"]),
        ("code,mark,warna\npolicy,3,4\n", ["unknown-column"]),
        ("code,mark,Mark\npolicy,3,4\n", ["column-twice"]),
        ("code,mark\n", ["only-header"]),
        ("", ["empty-file"]),
        ("code,version,mark\nx,form 0 000000000000,\n", ["foreign-form"]),
    ],
)
def test_what_is_no_form_is_refused_whole(opened: World, text: str, codes: list[str]) -> None:
    of = form(opened.assessment().pk, scope=opened.who("coordinator"), now=NOW)
    with pytest.raises(Faults) as refused:
        read_file(of, "isi.csv", text.encode())
    assert [fault.code for fault in refused.value.faults] == codes


def test_a_form_of_another_instrument_is_refused(opened: World) -> None:
    key = opened.assessment().pk
    table = inspect_content("f.csv", f"code,version\n,form {key} 000000000000\n".encode())
    assert [fault.code for fault in read_sheet(table, TREE, key).faults] == ["foreign-instrument"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("nothing,,3", "unknown-indicator"),
        ("output,,3", "unknown-indicator"),
        ("policy,7 xyz,3", "broken-version"),
        ("policy,,tiga", "not-a-number"),
        ("policy,,9/10", "not-a-number"),
        ("policy,,2.00001", "too-many-decimals"),
        ("policy,,123456", "number-too-large"),
        ("poverty,,3", "not-of-this-kind"),
    ],
)
def test_what_a_row_is_refused_for(row: str, code: str) -> None:
    reading = read_sheet(inspect_content("f.csv", f"code,version,mark\n{row}\n".encode()), TREE, 1)
    assert not reading.faults
    assert [fault.code for fault in reading.answers[0].faults] == [code]
    assert reading.answers[0].faults[0].place.startswith("f.csv, ")


def test_an_indicator_stands_in_one_row() -> None:
    reading = read_sheet(inspect_content("f.csv", b"code,mark\npolicy,3\npolicy,4\n"), TREE, 1)
    assert [len(one.faults) for one in reading.answers] == [0, 1]


def test_a_program_fills_in_what_is_open_without_versions(opened: World) -> None:
    of = form(opened.assessment().pk, scope=opened.who("coordinator"), now=NOW)
    answers = read_file(of, "isi.csv", b"code;mark;explanation\npolicy;3;Ada\nbudget;2;\n")
    assert operations.save_answers(by=of.by, assessment=of.header.key, answers=answers, now=NOW) == 2
    again = read_file(of, "isi.csv", b"code;mark\npolicy;4\n")
    with pytest.raises(Faults) as refused:
        operations.save_answers(by=of.by, assessment=of.header.key, answers=again, now=NOW)
    assert [fault.code for fault in refused.value.faults] == ["outdated"]


@pytest.mark.parametrize(
    "broken", ["", "[", "{}", "[1]", '[{"code": "policy"}]', '[{"code": 1, "version": "x"}]', "null"]
)
def test_a_preview_that_was_tampered_with_is_refused(opened: World, broken: str) -> None:
    visitor = Visitor(opened, "coordinator")
    said = words(visitor.post("impor/", 422, rows=broken))
    assert "The preview is no longer whole" in said


def test_files_that_are_none(opened: World) -> None:
    visitor = Visitor(opened, "coordinator")
    assert "Choose the file" in words(visitor.post("impor/", 422))
    for content in (b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", b"\x00\x01", b"\xff\xfe\x00"):
        answer = visitor.client.post(visitor.address("impor/"), {"file": SimpleUploadedFile("f.xlsx", content)})
        assert answer.status_code == 422
        assert "Nothing was stored" in words(answer)


# Whatever is sent, the answer is rows or faults, and a row that passes can be stored.

texts = st.text(max_size=60)
cells = st.one_of(
    texts,
    st.sampled_from(["", "-", "ya", "3", "3,5", "9/10", "1e9", "NaN", "0001", "12%", "٣", "true", "=1+1", "\x00"]),
    st.decimals(allow_nan=False, allow_infinity=False, places=8).map(str),
    st.integers(min_value=-(10**30), max_value=10**30).map(str),
)
columns = st.lists(
    st.sampled_from([*COLUMNS, "Mark", "lain"]) | texts.filter(lambda text: "\x00" not in text), min_size=1, max_size=9
)


@settings(max_examples=examples(150), deadline=None)
@given(
    columns=columns,
    rows=st.lists(st.lists(cells, min_size=1, max_size=9), max_size=8),
    codes=st.lists(st.sampled_from([*LEAVES, "output", "x"]), min_size=8, max_size=8),
)
def test_no_table_breaks_the_reader(columns: list[str], rows: list[list[str]], codes: list[str]) -> None:
    import csv

    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["code", *columns])
    for code, row in zip(codes, rows, strict=False):
        writer.writerow([code, *row])
    try:
        table = inspect_content("f.csv", stream.getvalue().encode("utf-8", "surrogatepass"))
    except Faults:
        return
    reading = read_sheet(table, TREE, 1)
    for answer in reading.answers:
        for fault in answer.faults:
            assert fault.text()
            assert fault.place
        if not answer.faults:
            for name in ("mark", "quantity", "realised", "planned"):
                value = getattr(answer.given, name)
                assert value is None or (value == round(value, 6) and abs(value) < 10**12)


def test_no_broken_workbook_breaks_the_reader(opened: World) -> None:
    content = exported(opened)
    of = form(opened.assessment().pk, scope=opened.who("coordinator"), now=NOW)
    dice = random.Random(7)
    for _ in range(40):
        damaged = bytearray(content)
        for _again in range(dice.randrange(1, 30)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        try:
            answers = read_file(of, "f.xlsx", bytes(damaged[: dice.randrange(len(damaged) // 2, len(damaged) + 1)]))
        except Faults:
            continue
        judged(of, answers)
