"""The pages of how sure ranks are and how far assessors agree, in a real browser, on the demonstration's campaigns."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Browser, Page, expect

OpenPage = Callable[..., Page]
Check = Callable[[Page], None]
Snap = Callable[[Page, str], None]
Committed = Callable[[], AbstractContextManager[None]]

PUBLIC = "/hasil/pilar/demo-2025/2/analisis/"
INSIDE = "/kerja/periode/demo-2025"
PUBLIC_PAGES = {
    "analysis-phase": PUBLIC,
    "analysis-phase-assessors": f"{PUBLIC}?assessors=yes&missing=varied&draws=10000",
    "analysis-region": f"{PUBLIC}36.03/",
    "analysis-region-fixed": f"{PUBLIC}36.03/?spread=0",
}
SECRETARIAT_PAGES = {
    "analysis-inside": f"{INSIDE}/hasil/2/versi/1/analisis/?levels=all",
    "analysis-inside-region": f"{INSIDE}/hasil/2/versi/1/analisis/36.03/",
    "agreement": f"{INSIDE}/kesepakatan/2/",
    "agreement-assessors": f"{INSIDE}/kesepakatan/2/asesor/",
    "agreement-indicator": f"{INSIDE}/kesepakatan/2/indikator/output_policy_spbe/",
}


@pytest.fixture(autouse=True)
def campaigns(chromium: Browser, committed: Committed) -> None:
    """The demonstration's campaigns, made once for the whole run; the browser first, whose loop keeps connections."""
    from pilar.config import setup

    with committed():
        setup.play("campaigns", say=lambda _sentence: None)


def look(page: Page, pages: dict[str, str], suffix: str, checks: tuple[Check, Check], snap: Snap) -> None:
    for name, address in pages.items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        snap(page, f"{name}-{suffix}")
        for check in checks:
            check(page)


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.thorough)])
@pytest.mark.thorough
def test_every_page_is_accessible_and_fits(
    open_page: OpenPage, signed_in: OpenPage, accessible: Check, fits: Check, snap: Snap, width: int
) -> None:
    look(open_page(width=width), PUBLIC_PAGES, f"id-{width}", (fits, accessible), snap)
    english = {name: f"/en{address}" for name, address in PUBLIC_PAGES.items()}
    look(open_page(width=width, dark=True), english, f"en-dark-{width}", (fits, accessible), snap)
    secretariat = signed_in("sekretariat@contoh.invalid", width=width)
    look(secretariat, SECRETARIAT_PAGES, f"id-{width}", (fits, accessible), snap)


@pytest.mark.thorough
def test_from_a_result_to_its_interval_and_to_a_region_that_stands_near(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/hasil/pilar/demo-2025/2/36.03/")
    page.get_by_role("link", name="Seberapa pasti peringkatnya?").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kabupaten Tangerang")
    expect(page.locator("figure.figure svg").first).to_be_visible()
    first = page.locator("#results tbody th a").first
    name = first.inner_text()
    first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


@pytest.mark.thorough
def test_a_region_without_predicate_is_not_told_that_one_holds(open_page: OpenPage) -> None:
    """The demonstration's instrument has a predicate, and nobody in 2025 holds it."""
    page = open_page()
    page.goto(f"{PUBLIC}36.03/")
    expect(page.get_by_role("main")).to_contain_text("Tetap tanpa predikat")
    expect(page.get_by_role("main")).not_to_contain_text("Predikat bertahan")
    page.goto(PUBLIC)
    expect(page.locator("#results tbody tr").first).to_contain_text("100 % tanpa predikat")


def test_choices_change_the_figures_without_a_reload_and_stay_in_the_address(open_page: OpenPage) -> None:
    page = open_page()
    page.goto(PUBLIC)
    page.evaluate("window.stayed = true")
    before = page.locator("#results tbody").first.inner_text()
    page.get_by_label("Bobot", exact=True).select_option("50")
    expect(page).to_have_url(re.compile("spread=50"))
    expect(page.locator("#results")).to_contain_text("± 50 %")
    assert page.locator("#results tbody").first.inner_text() != before
    assert page.evaluate("window.stayed"), "no page was loaded anew"


@pytest.mark.thorough
def test_choices_work_without_javascript(open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(f"{PUBLIC}36.03/")
    page.get_by_label("Bobot", exact=True).select_option("10")
    page.locator("form.filter").get_by_role("button").click()
    expect(page.locator("#results")).to_contain_text("± 10 %")
