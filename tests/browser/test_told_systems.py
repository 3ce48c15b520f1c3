"""The systems that are told of publications, and the list of open data: on a phone, in large letters, by axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Committed
from people.team import account
from pilar.permits.rules.roles import Role

PAGES = {"id": "/kerja/sistem/", "en": "/en/kerja/sistem/"}


@pytest.mark.parametrize("language", ["id", pytest.param("en", marks=pytest.mark.thorough)])
def test_a_portal_is_told_and_told_no_longer(
    signed_in: Callable[..., Page], accessible: Callable[[Page], None], fits: Callable[[Page], None], language: str
) -> None:
    page = signed_in("sekretariat@contoh.invalid", width=360)
    page.goto(PAGES[language])
    accessible(page)
    page.locator("[name=title]").fill(f"Portal data {language}")
    page.locator("[name=address]").fill("https://data.contoh.go.id/" + "kait" * 30)
    page.locator("[name=events]").first.check()
    page.locator("main form button").last.click()
    expect(page.locator("code.wraps-anywhere")).to_contain_text("whsec_")
    fits(page)
    accessible(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits(page)
    page.get_by_role("main").get_by_role("link", name=f"Portal data {language}").click()
    fits(page)
    accessible(page)
    page.locator("main a[href$='/akhiri/']").click()
    fits(page)
    accessible(page)
    page.locator("main form [type=checkbox]").check()
    page.locator("main form button").last.click()
    expect(page.locator("main a[href$='/akhiri/']")).to_have_count(0)


@pytest.mark.parametrize(
    "address", [PAGES["id"], pytest.param("/perizinan/kerja/daerah/36.03/sistem/", marks=pytest.mark.thorough)]
)
def test_a_very_long_address_pushes_no_column_aside(
    signed_in: Callable[..., Page], committed: Committed, address: str
) -> None:
    who = "sekretariat@contoh.invalid"
    if address != PAGES["id"]:
        who = "kepala.sistem@contoh.invalid"
        with committed():
            account(who, Role.HEAD, region="36.03")
    page = signed_in(who, width=1280)
    page.goto(address)
    page.locator("[name=title]").fill("Portal beralamat panjang")
    page.locator("[name=address]").fill("https://data.contoh.go.id/" + "kait" * 200)
    page.locator("[name=events]").first.check()
    page.locator("main form button").last.click()
    expect(page.locator("code.wraps-anywhere")).to_contain_text("whsec_")
    row = page.get_by_role("row", name="Portal beralamat panjang")
    table = page.locator("main table").first
    # What scrolls sideways hides its last columns from readers who do not try.
    assert table.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth + 1")
    cells = row.locator("td, th")
    widths = [cells.nth(at).bounding_box()["width"] for at in range(cells.count())]  # type: ignore[index]
    assert widths[0] >= 100, widths
    assert row.bounding_box()["height"] < 500, widths  # type: ignore[index]


@pytest.mark.parametrize(("language", "width"), [("", 360), pytest.param("/en", 1280, marks=pytest.mark.thorough)])
def test_the_list_of_open_data_is_read_and_a_file_is_two_presses_away(
    open_page: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    language: str,
    width: int,
) -> None:
    page = open_page(width=width)
    page.goto(f"{language}/" if language else "/")
    page.get_by_role("contentinfo").locator(f"a[href='{language}/data/']").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    fits(page)
    accessible(page)
    with page.expect_download() as taken:
        page.get_by_role("main").locator("a[href$='.csv']").first.click()
    assert taken.value.suggested_filename.endswith(".csv")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits(page)
