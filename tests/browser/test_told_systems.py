"""The systems that are told of publications, and the list of open data: on a phone, in large letters, by axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

PAGES = {"id": "/kerja/sistem/", "en": "/en/kerja/sistem/"}


@pytest.mark.parametrize("language", PAGES)
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
    expect(page.locator("code.secret")).to_contain_text("whsec_")
    fits(page)
    accessible(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits(page)
    page.get_by_role("main").get_by_role("link", name=f"Portal data {language}").click()
    fits(page)
    accessible(page)
    page.locator("main form button").last.click()
    expect(page.locator("main form")).to_have_count(0)


@pytest.mark.parametrize(("language", "width"), [("", 360), ("/en", 1280)])
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
