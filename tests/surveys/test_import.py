"""Answers from a file: looked through row by row, shown, and stored whole or not at all."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format
from python_calamine import CalamineWorkbook

from kit.neighbours import own
from pilar.platform.imports import Reading, headings_of, read_rows
from pilar.platform.language import Bilingual
from pilar.platform.tables import inspect_content
from pilar.surveys import operations, queries
from pilar.surveys.imports import Answers
from pilar.surveys.models import Cell, Response, Survey
from pilar.surveys.pages.importing import answers_template
from pilar.surveys.rules.paper import columns_of, sheet_of
from pilar.surveys.rules.questionnaire import Item, ItemKind
from pilar.surveys.rules.surveys import NewCell
from pilar.surveys.wording import programme_names
from surveys.world import World, running

pytestmark = pytest.mark.django_db
HEAD = ["sheet_number", "sheet_day", "cell", "consent", "group", "age", "sex", "education", "occupation", "used",
        "easier", "quicker", "clearer", "heard", "involved", "lasting", "wanted", "suggestion"]  # fmt: skip
FIRST, SECOND = "Layanan desa daring", "Puskesmas tanpa antre"


def line(number: Any = 1, *, day: Any = None, **changed: Any) -> list[Any]:
    given = {
        "sheet_number": number, "sheet_day": day or timezone.now().date(), "cell": FIRST, "consent": "ya",
        "group": "public", "age": "30 sampai 39 tahun", "sex": "Female", "education": 3, "occupation": "farmer",
        "used": "Sering", "easier": 4, "quicker": "Setuju", "clearer": "strongly agree", "heard": 3, "involved": 2,
        "lasting": 4, "wanted": "4", "suggestion": "",
    }  # fmt: skip
    return [*(given | changed).values()]


def book(*rows: Sequence[Any], head: Sequence[str] = HEAD) -> bytes:
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = made.add_worksheet("Jawaban")
    day = made.add_format({"num_format": "yyyy-mm-dd"})
    for place, row in enumerate([head, *rows]):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(place, column, value, day)
            else:
                sheet.write(place, column, value)
    made.close()
    return stream.getvalue()


@pytest.fixture
def client(world: World) -> Client:
    running(world)
    return world.client("coordinator")


def at(world: World, page: str = "") -> str:
    return f"/kerja/survei/{world.survey}/impor/{page}"


def send(world: World, client: Client, content: bytes, name: str = "jawaban.xlsx") -> Any:
    return client.post(at(world), {"file": SimpleUploadedFile(name, content)})


def said(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:3000]
    return html.unescape(answer.content.decode())


def packed(page: str) -> str:
    found = re.search(r'name="rows" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def told(page: str) -> list[tuple[str, str, str]]:
    """Row, column and sentence of each fault on the page."""
    rows = re.findall(
        r'<th scope="row" class="number">(\d+)</th>\s*<td[^>]*>([^<]*)</td>\s*<td[^>]*>([^<]*)</td>', page
    )
    return [(row, column, sentence) for row, column, sentence in rows]


def test_a_file_is_shown_and_then_stored(world: World, client: Client) -> None:
    content = book(line(1), line(2, cell=SECOND, suggestion="Tambah jam"), line(3, easier="", used="never"))
    shown = said(send(world, client, content))
    assert ("3 baru" in shown, FIRST in shown, SECOND in shown) == (True, True, True)
    assert "1 sel menjawab pertanyaan yang tidak perlu dijawab" in shown
    assert not own(Response).exists()
    done = client.post(at(world), {"rows": packed(shown)}, follow=True)
    assert "3 jawaban disimpan" in said(done)
    kept = own(Response).filter(cell=world.cell(0)).order_by("pk")[0]
    assert (kept.marks, kept.mode, kept.group, kept.ended_on) == (
        [4, 3, 4, 3, 2, 4, 4], "import", "public", timezone.now().date(),
    )  # fmt: skip
    assert kept.profile == {"age": "from_30", "sex": "female", "education": "upper", "occupation": "farmer"}
    assert own(Response).filter(cell=world.cell(1)).count() == 1


def test_the_preview_shows_the_answers_that_would_be_stored(world: World, client: Client) -> None:
    page = said(send(world, client, book(line(7, easier=4, suggestion="Tambah jam"))))
    text = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "Sangat setuju" in text
    assert "Tambah jam" in text
    assert "30 sampai 39 tahun" in text
    assert f"Nomor lembar: 7; Tanggal: {date_format(timezone.now().date(), 'j F Y')}" in text


@pytest.mark.parametrize("form", ["j F Y", "d/m/Y", "d-m-Y", "d.m.Y", "Y-m-d", "j M Y"])
def test_days_as_people_write_them(world: World, client: Client, form: str) -> None:
    today = timezone.now().date()
    shown = said(send(world, client, book(line(1, day=date_format(today, form)))))
    client.post(at(world), {"rows": packed(shown)})
    assert own(Response).get().ended_on == today


@pytest.mark.parametrize("yes", ["ya", "Ya", "yes", "x", "1", 1, True])
def test_consent_as_people_write_it(world: World, client: Client, yes: Any) -> None:
    assert "1 baru" in said(send(world, client, book(line(1, consent=yes))))


def test_a_percentage_is_no_answer(world: World, client: Client) -> None:
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, HEAD)
    for column, value in enumerate(line(1)):
        sheet.write(1, column, value.isoformat() if isinstance(value, date) else value)
    sheet.write_number(1, HEAD.index("easier"), 0.04, made.add_format({"num_format": "0%"}))
    made.close()
    page = said(send(world, client, stream.getvalue()), 422)
    assert told(page)[0][:2] == ("2", "easier (K)")
    assert "persentase" in page


def numbers_asked(world: World, *cells: Any) -> tuple[Reading, list[Any]]:
    """A table whose one figure is asked as a number of the questionnaire."""
    row = queries.survey(world.survey, scope=world.who("coordinator"))
    form = row.questionnaire
    last = form.sections[-1]
    asked = Item("visits", ItemKind.NUMBER, Bilingual("Berapa kali?", "How often?"), required=False)
    form = replace(form, sections=(*form.sections[:-1], replace(last, items=(*last.items, asked))))
    rows = [[*line(place), cell] for place, cell in enumerate(cells, start=1)]
    columns = {"": columns_of(form, names(world))}
    table = inspect_content("a.xlsx", book(*rows, head=[*HEAD, "visits"]), headings=headings_of(columns, {}))
    read = read_rows({"": table}, columns)
    return read, [sheet_of(row, form, names(world))[0].given.answers.get("visits") for row in read.rows]


def test_numbers_of_a_column_are_read_together(world: World, client: Client) -> None:
    found, figures = numbers_asked(world, "1.200", "2,5", "-")
    assert (found.faults, figures) == ((), ["1200", "2.5", None])
    refused, _none = numbers_asked(world, "950", "1.200", "12.500")
    assert [(one.column, one.fault.code) for one in refused.faults] == [("visits (S)", "two-ways")]


def test_the_same_file_again_stores_nothing(world: World, client: Client) -> None:
    content = book(line(1), line(2))
    preview = packed(said(send(world, client, content)))
    for _click in range(2):
        assert "2 jawaban disimpan" in said(client.post(at(world), {"rows": preview}, follow=True))
    page = said(send(world, client, content))
    assert ("semuanya sudah disimpan" in page, 'name="rows"' in page) == (True, False)
    more = said(send(world, client, book(line(1), line(2), line(3))))
    client.post(at(world), {"rows": packed(more)})
    assert own(Response).count() == 3


def test_every_fault_is_told_with_its_row_and_column(world: World, client: Client) -> None:
    content = book(
        line(1),
        line(1, easier=3),
        line("tujuh", easier=9, used="kadang"),
        line(4, consent="", cell="Pasar"),
        line(5, day=date(2020, 1, 1), heard=""),
        line(6, clearer=date(2026, 4, 1), day="31/31/2026"),
        line(7, quicker=True, sheet_number=2.5),
    )
    page = said(send(world, client, content), 422)
    assert told(page) == [
        ("4", "sheet_number (A)", "Tulis nomor lembar, bilangan bulat"),
        ("4", "used (J)", "“kadang” bukan salah satu jawaban. Pilihannya: Sering; Pernah; Belum pernah"),
        ("4", "easier (K)", "“9” bukan salah satu jawaban. Pilihannya: Tidak setuju; Kurang setuju; Setuju; "
         "Sangat setuju"),
        ("5", "cell (C)", "“Pasar” bukan salah satu jawaban. Pilihannya: Layanan desa daring; Puskesmas tanpa antre"),
        ("5", "consent (D)", "Hanya jawaban orang yang bersedia yang disimpan: tulis “ya”, atau hapus baris ini"),
        ("6", "heard (N)", "Jawablah pertanyaan ini"),
        ("7", "sheet_day (B)", "Tulis tanggal seperti 20 Oktober 2026, 20/10/2026, atau 2026-10-20"),
        ("7", "clearer (M)", "Lembar sebar mengubah isi ini menjadi tanggal, jam, persentase, atau ya/tidak. Tulis "
         "jawabannya sebagai teks"),
        ("8", "sheet_number (A)", "Tulis nomor lembar, bilangan bulat"),
        ("8", "quicker (L)", "Lembar sebar mengubah isi ini menjadi tanggal, jam, persentase, atau ya/tidak. Tulis "
         "jawabannya sebagai teks"),
    ]  # fmt: skip
    assert "10 kesalahan" in page
    assert not own(Response).exists()


@pytest.mark.parametrize("odd", ["a_x0000_b", "a_xD800_b", "a\x01b", "x" * 2001])
def test_no_text_breaks_the_import(world: World, client: Client, odd: str) -> None:
    answer = send(world, client, book(line(1, suggestion=odd)))
    assert answer.status_code in (200, 422)
    if answer.status_code == 200:
        assert client.post(at(world), {"rows": packed(said(answer))}).status_code in (302, 422)


def test_what_only_the_survey_knows_is_told_too(world: World, client: Client) -> None:
    stored = said(send(world, client, book(line(1))))
    client.post(at(world), {"rows": packed(stored)})
    content = book(line(1, easier=1), line(2), line(2), line(3, day=date(2020, 1, 1)))
    assert [one[:2] for one in told(said(send(world, client, content), 422))] == [
        ("2", "sheet_number (A)"), ("4", "sheet_number (A)"), ("5", "sheet_day (B)"),
    ]  # fmt: skip
    assert own(Response).count() == 1


def test_who_was_slower_is_told(world: World, client: Client) -> None:
    preview = packed(said(send(world, client, book(line(1), line(2)))))
    other = packed(said(send(world, client, book(line(2, easier=1)))))
    assert client.post(at(world), {"rows": other}).status_code == 302
    page = said(client.post(at(world), {"rows": preview}), 409)
    [(row, column, sentence)] = told(page)
    assert (row, column) == ("3", "sheet_number (A)")
    assert sentence == "Lembar dengan nomor ini sudah disimpan dengan jawaban lain. Periksa nomor pada lembar"
    assert own(Response).count() == 1


def test_a_preview_holds_for_its_survey_and_its_reader(world: World, client: Client) -> None:
    preview = packed(said(send(world, client, book(line(1)))))
    for who, rows in (("contributor", preview), ("coordinator", preview[:-3] + "abc"), ("coordinator", "")):
        assert "Pratinjau tidak utuh lagi" in said(world.client(who).post(at(world), {"rows": rows}), 422)
    assert not own(Response).exists()


def test_columns_are_known_by_code_or_words(world: World, client: Client) -> None:
    head = ["Nomor lembar", "Tanggal", "PROGRAM ATAU LAYANAN", "Agreed to answer", "A. Responden adalah",
            "Age group", *HEAD[6:10], "2. Program ini memudahkan urusan saya.", *HEAD[11:]]  # fmt: skip
    assert "1 baru" in said(send(world, client, book(line(1), head=head)))
    wrong = [*HEAD[:10], "Umur", *HEAD[11:17], "age"]
    page = said(send(world, client, book(line(1), head=wrong)), 422)
    assert told(page)[0][:2] == ("1", "Umur (K)")
    assert told(page)[1:] == [
        ("1", "age (R)", "Kolom ini sama artinya dengan kolom age (F)"),
        ("1", "–", "Kolom “2. Program ini memudahkan urusan saya.” tidak ada"),
    ]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (book(line(1, easier="=1+3")), "jawaban.xlsx", "Ada rumus di K2"),
        (book(head=HEAD), "jawaban.xlsx", "tidak ada baris"),
        (b"%PDF-1.7", "jawaban.xlsx", "isinya bukan"),
        (b"PK\x03\x04 rusak", "jawaban.xlsx", "rusak"),
        (b"", "jawaban.csv", "kosong"),
        (("\r\n".join(["x"] * 5003)).encode(), "jawaban.csv", "5000"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_answers(world: World, client: Client, content: bytes, name: str, sentence: str) -> None:
    page = said(send(world, client, content, name), 422)
    assert "Tidak ada yang disimpan" in page
    assert sentence in page.split("<main")[1]


def test_no_file_and_one_that_is_too_large(world: World, client: Client, settings: Any) -> None:
    assert "Pilih berkasnya" in said(client.post(at(world), {}), 422)
    settings.PILAR_LARGEST_FILE = 1000
    assert "Berkas terlalu besar" in said(send(world, client, book(line(1))), 422)


def test_a_csv_file_is_read_too(world: World, client: Client) -> None:
    rows = [HEAD, [str(one) for one in line(1)]]
    content = "\r\n".join(";".join(row) for row in rows).encode("utf-8-sig")
    assert "1 baru" in said(send(world, client, content, "jawaban.csv"))


def test_an_office_imports_for_its_own_programmes(world: World, client: Client) -> None:
    contributor = world.client("contributor")
    page = said(send(world, contributor, book(line(1, cell=SECOND))), 422)
    assert told(page)[0][2] == "“Puskesmas tanpa antre” bukan salah satu jawaban. Pilihannya: Layanan desa daring"
    shown = said(send(world, contributor, book(line(1))))
    assert contributor.post(at(world), {"rows": packed(shown)}).status_code == 302
    refused = {"verifier": 403, "secretariat": 403, "neighbour": 404, "assessor": 404}
    for who, status in refused.items():
        assert world.client(who).get(at(world)).status_code == status
        assert send(world, world.client(who), book(line(1))).status_code == status
    assert world.client("colleague").get(at(world)).status_code == 200


def test_too_late_is_told(world: World, client: Client) -> None:
    own(Survey).update(closes_at=timezone.now() - timedelta(days=1, hours=1))
    page = said(send(world, client, book(line(1, day=timezone.now().date() - timedelta(days=2)))), 422)
    assert "Tidak ada yang disimpan" in page


# The template


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_template_is_read_as_it_is_filled_in(world: World, client: Client, language: str) -> None:
    prefix = "" if language == "id" else "/en"
    content = client.get(f"{prefix}{at(world, 'templat.xlsx')}").content
    made = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert made.sheet_names[:2] == (["Jawaban", "Petunjuk"] if language == "id" else ["Answers", "Instructions"])
    head = made.get_sheet_by_index(0).to_python()[0]
    assert head[2] == ("Program atau layanan" if language == "id" else "Programme or service")
    content = book(full_line(world, head), head=head)
    found = read_rows(
        {"": inspect_content("x.xlsx", content)}, {"": columns_of(world.row().questionnaire, names(world))}
    )
    assert (found.faults, len(found.rows), found.rows[0].faults) == ((), 1, ())


def full_line(world: World, head: Sequence[Any]) -> list[Any]:
    """A row below the head of the template: the first words of each column that has some."""
    columns = columns_of(world.row().questionnaire, names(world))
    assert len(columns) == len(head)
    given = {"sheet_number": 1, "sheet_day": date(2026, 3, 12)}
    return [given.get(one.name, one.options[0] if one.options else "") for one in columns]


def names(world: World) -> dict[int, str]:
    return programme_names(queries.cells(world.row(), scope=world.who("coordinator")))


def test_no_text_becomes_a_formula(world: World) -> None:
    Cell.objects.filter(survey=world.survey, place=0).update(programme='=HYPERLINK("http://contoh.invalid")')
    running(world)
    with translation.override("id"):
        content = answers_template(Answers(world.who("coordinator"), world.survey, timezone.now()))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [archive.read(one) for one in archive.namelist() if one.startswith("xl/worksheets/")]
    assert (len(sheets), any(b"<f" in one.replace(b"<formula1", b"") for one in sheets)) == (3, False)
    made = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert any('=HYPERLINK("http://contoh.invalid")' in map(str, row) for row in made.get_sheet_by_index(2).to_python())


def test_programmes_of_one_name_are_told_apart(world: World) -> None:
    cells = [NewCell("Layanan", world.cast.office, 2, "governance", "governance_public_service"),
             NewCell("layanan", world.cast.office, 2, "living", "living_health"),
             NewCell("Lain", world.cast.office, 2)]  # fmt: skip
    operations.set_cells(by=world.who("coordinator"), survey=world.survey, cells=cells)
    assert [*names(world).values()] == ["Layanan (Pelayanan publik 1)", "layanan (Kesehatan 2)", "Lain"]


def test_many_rows_cost_few_queries(world: World, client: Client, django_assert_max_num_queries: Any) -> None:
    rows = [line(number, cell=(FIRST, SECOND)[number % 2], easier=1 + number % 4) for number in range(1, 601)]
    content = book(*rows)
    with django_assert_max_num_queries(65):
        shown = said(send(world, client, content))
    with django_assert_max_num_queries(85):
        assert client.post(at(world), {"rows": packed(shown)}).status_code == 302
    assert own(Response).count() == 600
