"""A survey on paper, in a browser: a clerk enters sheets with the keyboard alone, and a file is imported."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import xlsxwriter
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

COORDINATOR = "koordinator@contoh.invalid"
REGION = "36.03"


@pytest.fixture(scope="module")
def _made() -> list[int]:
    return []


@pytest.fixture
def survey(chromium: Browser, committed: Callable[[], AbstractContextManager[None]], _made: list[int]) -> int:
    """An open survey of one programme, once for this file."""
    if not _made:
        with committed():
            _made.append(_make())
    return _made[0]


def _make() -> int:
    from pilar.areas.operations import add_office
    from pilar.people.rules import OPERATOR
    from pilar.surveys import operations
    from pilar.surveys.operations import NewSurvey
    from pilar.surveys.rules.surveys import NewCell

    now = timezone.now()
    office = add_office(by=OPERATOR, region=REGION, name="Dinas Uji Kertas")
    given = NewSurvey("impact-2023", "Survei kertas", now.year, now - timedelta(days=1), now + timedelta(days=20))
    key = operations.create_survey(by=OPERATOR, region=REGION, given=given, now=now)
    cells = [NewCell("Layanan desa daring", office, 17, "governance", "governance_public_service")]
    operations.set_cells(by=OPERATOR, survey=key, cells=cells)
    operations.open_survey(by=OPERATOR, survey=key)
    return key


def today() -> str:
    return timezone.localdate().isoformat()


@pytest.mark.parametrize(
    ("width", "number", "javascript"),
    [
        (1280, 17, True),
        pytest.param(360, 40, True, marks=pytest.mark.thorough),
        pytest.param(1280, 60, False, marks=pytest.mark.thorough),
    ],
)
def test_a_clerk_enters_sheets_with_the_keyboard(
    survey: int,
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    width: int,
    number: int,
    javascript: bool,
) -> None:
    page = signed_in(COORDINATOR, width=width, javascript=javascript)
    page.goto(f"/kerja/survei/{survey}/kertas/")
    fits(page)
    if javascript:
        accessible(page)
    snap(page, f"surveys-papers-{width}")
    page.get_by_role("link", name="Masukkan lembar").click()
    fits(page)
    if javascript:
        accessible(page)
    snap(page, f"surveys-entry-{width}")
    expect(page.get_by_label("Tanggal pada lembar")).to_be_focused()
    page.get_by_label("Tanggal pada lembar").fill(today())
    page.get_by_label("Nomor lembar").focus()
    page.keyboard.type(str(number))
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for figure in ("1", "3", "2", "5", "4"):
        page.keyboard.press("Tab")
        page.keyboard.type(figure)
    page.keyboard.press("Tab")
    page.keyboard.type("Bal")
    for figure in ("1", "4", "3", "4", "3", "9", "4", "4"):
        page.keyboard.press("Tab")
        page.keyboard.type(figure)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Masyarakat ikut terlibat")
    fits(page)
    if javascript:
        accessible(page)
    snap(page, f"surveys-entry-faults-{width}")
    expect(page.get_by_label("Nomor lembar")).to_have_value(str(number))
    wrong = page.get_by_label("6. Masyarakat ikut terlibat")
    expect(wrong).to_have_value("9")
    wrong.fill("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Lembar {number} sudah disimpan")).to_be_visible()
    expect(page.get_by_label("Nomor lembar")).to_have_value(str(number + 1))
    expect(page.get_by_label("Nomor lembar")).to_be_focused()
    expect(page.get_by_label("Tanggal pada lembar")).to_have_value(today())
    expect(page.get_by_label("2. Program ini memudahkan")).to_have_value("")
    snap(page, f"surveys-entry-next-{width}")


@pytest.mark.parametrize("language", ["", pytest.param("/en", marks=pytest.mark.thorough)])
@pytest.mark.thorough
def test_a_sheet_stays_within_a_phone_in_large_text(
    survey: int,
    signed_in: Callable[..., Page],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    language: str,
) -> None:
    page = signed_in(COORDINATOR, width=360)
    page.goto(f"{language}/kerja/survei/{survey}/kertas/0/")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    snap(page, "surveys-entry-360-large")
    fits(page)


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.thorough)])
@pytest.mark.thorough
def test_a_file_is_imported(
    survey: int,
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    width: int,
) -> None:
    page = signed_in(COORDINATOR, width=width)
    page.goto(f"/kerja/survei/{survey}/impor/")
    for name, easier, shown in (("bad", "9", "2 kesalahan"), ("good", "4", "2 baru, 0 diubah")):
        book = _book(1000 + width, easier)
        page.get_by_label("Berkas jawaban").set_input_files(
            {"name": "jawaban.xlsx", "mimeType": "application/octet-stream", "buffer": book}
        )
        page.get_by_role("button", name="Periksa berkas").click()
        expect(page.get_by_text(shown).first).to_be_visible()
        fits(page)
        accessible(page)
        snap(page, f"surveys-import-{name}-{width}")
    page.get_by_role("button", name="Simpan semuanya").click()
    expect(page.get_by_text("2 jawaban disimpan")).to_be_visible()
    snap(page, f"surveys-imported-{width}")


def _book(number: int, easier: str) -> bytes:
    head = ["sheet_number", "sheet_day", "cell", "consent", "group", "age", "sex", "education", "occupation", "used",
            "easier", "quicker", "clearer", "heard", "involved", "lasting", "wanted"]  # fmt: skip
    row = [today(), "Layanan desa daring", "ya", "1", "1", "1", "1", "1", "1", easier, 4, 3, 4, 4, 3, 4]
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    for place, line in enumerate([head, [number, *row], [number + 1, *row]]):
        sheet.write_row(place, 0, line)
    book.close()
    return stream.getvalue()
