"""The charts of a survey in a browser: districts, changes, lines over the years, services and the spread of answers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

COORDINATOR = "koordinator@contoh.invalid"
REGION = "36.03"
DISTRICTS = (("36.03.01", 9), ("36.03.02", 7), ("36.03.03", 6), ("36.03.04", 2), ("outside", 5), ("", 6))


@dataclass(frozen=True)
class Made:
    """Closed surveys that had one of the year before, and the link of one that takes answers."""

    impact: int
    satisfaction: int
    token: str


@pytest.fixture(scope="module")
def _made() -> list[Made]:
    return []


@pytest.fixture
def made(chromium: Browser, committed: Callable[[], AbstractContextManager[None]], _made: list[Made]) -> Made:
    """The surveys, once for this file; like the site, after the browser has started."""
    if not _made:
        with committed():
            _made.append(_make())
    return _made[0]


def _make() -> Made:
    from pilar.areas.operations import add_office
    from pilar.people.rules import OPERATOR

    office = add_office(by=OPERATOR, region=REGION, name="Dinas Uji Grafik")
    now = timezone.now()
    keys = {
        (form, year): _survey(office, form, year, now)
        for form in ("impact-2023", "ikm-2017")
        for year in (now.year - 3, now.year - 1, now.year)
    }
    closes = now + timedelta(days=9)
    _key, cells = _opened(office, "impact-2023", "Survei dengan kecamatan", now.year, closes, now)
    return Made(keys["impact-2023", now.year], keys["ikm-2017", now.year], cells[0].token)


def _opened(office: int, form: str, title: str, year: int, closes: datetime, now: datetime) -> tuple[int, Any]:
    """A survey that takes answers, and its cells."""
    from pilar.people.rules import OPERATOR
    from pilar.surveys import operations, queries
    from pilar.surveys.operations import NewSurvey
    from pilar.surveys.rules.surveys import NewCell

    begins = now - timedelta(days=30)
    given = NewSurvey(form, title, year, begins, closes, synthetic=True)
    key = operations.create_survey(by=OPERATOR, region=REGION, given=given, now=begins)
    parts = [
        ("governance", "governance_public_service"), ("economy", "economy_transaction"), ("living", "living_health"),
    ]  # fmt: skip
    cells = [NewCell(f"Layanan {part}", office, 17, pillar, part) for pillar, part in parts]
    operations.set_cells(by=OPERATOR, survey=key, cells=cells)
    operations.open_survey(by=OPERATOR, survey=key)
    return key, queries.cells(queries.survey(key, scope=OPERATOR), scope=OPERATOR)


def _survey(office: int, form: str, year: int, now: datetime) -> int:
    """A closed survey in which later years answer better."""
    from pilar.people.rules import OPERATOR
    from pilar.surveys import operations
    from pilar.surveys.operations import Source

    key, cells = _opened(office, form, f"Survei {form}", year, now - timedelta(days=3), now)
    moment, number = now - timedelta(days=10), 0
    for place, cell in enumerate(cells):
        for code, count in DISTRICTS:
            for _ in range(count):
                number += 1
                best = 4 - (number + place) % (2 + now.year - year)
                operations.answer(
                    token=cell.token, key=uuid4(), given=_answer(form, code, max(best, 1), number), source=Source(),
                    began_at=moment - timedelta(minutes=4), now=moment,
                )  # fmt: skip
    operations.close_survey(by=OPERATOR, survey=key, now=now)
    return key


def _answer(form: str, district: str, best: int, number: int) -> Any:
    from pilar.surveys.rules.answers import Answered
    from surveys.world import PROFILE, impact, satisfied

    profile = {**PROFILE, "district": district}
    if form == "ikm-2017":
        marks = [max(best - (number + place) % 2, 1) for place in range(9)]
        return Answered(satisfied(*marks).answers, profile, consent=True)
    answers = {"easier": best, "quicker": max(best - 1, 1), "clearer": best, "heard": 1 + number % 4, "lasting": best}
    return impact(answers=answers, profile=profile)


@pytest.mark.parametrize(("width", "language"), [(360, ""), pytest.param(1280, "/en", marks=pytest.mark.thorough)])
@pytest.mark.parametrize("form", ["impact", "satisfaction"])
@pytest.mark.thorough
def test_charts_fit_and_are_read_without_seeing_them(
    made: Made,
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    form: str,
    width: int,
    language: str,
) -> None:
    page = signed_in(COORDINATOR, width=width)
    page.goto(f"{language}/kerja/survei/{getattr(made, form)}/grafik/")
    fits(page)
    accessible(page)
    snap(page, f"survey-charts-{form}-{width}")
    for figure in page.locator("main figure").all():
        assert figure.get_by_role("img").get_attribute("aria-label")
        summary = figure.locator("summary")
        summary.focus()
        page.keyboard.press("Enter")
        expect(figure.get_by_role("table")).to_be_visible()
    fits(page)
    accessible(page)
    snap(page, f"survey-charts-{form}-{width}-tables")


@pytest.mark.thorough
def test_all_tabs_are_in_sight_on_a_phone(made: Made, signed_in: Callable[..., Page]) -> None:
    page = signed_in(COORDINATOR, width=360)
    page.goto(f"/kerja/survei/{made.impact}/grafik/")
    tabs = page.get_by_role("navigation", name="Halaman survei ini").get_by_role("link").all()
    assert [tab.inner_text() for tab in tabs] == [
        "Kemajuan", "Tidak dihitung", "Tautan", "Kertas dan berkas", "Nilai", "Grafik", "Pernyataan", "Saran", "Alamat",
    ]  # fmt: skip
    for tab in tabs:
        box = tab.bounding_box()
        assert box is not None
        assert (box["x"] >= 0, box["x"] + box["width"] <= 360) == (True, True)


@pytest.mark.thorough
def test_charts_in_the_dark(
    made: Made, signed_in: Callable[..., Page], accessible: Callable[[Page], None], snap: Callable[[Page, str], None]
) -> None:
    page = signed_in(COORDINATOR, width=360, dark=True)
    page.goto(f"/kerja/survei/{made.satisfaction}/grafik/")
    accessible(page)
    snap(page, "survey-charts-dark-360")


@pytest.mark.thorough
def test_the_district_is_chosen_from_a_list(
    made: Made, open_page: Callable[..., Page], accessible: Callable[[Page], None], fits: Callable[[Page], None]
) -> None:
    page = open_page(width=360)
    page.goto(f"/s/{made.token}/")
    for chosen in ("Pengguna atau penerima manfaat", "30 sampai 39 tahun", "Perempuan", "S1", "Petani atau nelayan"):
        page.get_by_label(chosen, exact=True).check()
    page.get_by_label("Kecamatan tempat tinggal").select_option("Di luar daerah ini")
    fits(page)
    accessible(page)
    page.get_by_label("Saya bersedia menjawab").check()
    page.get_by_role("button", name="Mulai").click()
    expect(page.get_by_role("heading", name="Pengalaman Anda")).to_be_visible()
