"""The page of one's own account, as its owner sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

OWNER = "kontributor@contoh.invalid"


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.thorough)])
@pytest.mark.thorough
def test_the_account_page_reads_well(
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    width: int,
) -> None:
    page = signed_in(OWNER, width=width)
    for prefix, word in (("", "Kontributor"), ("/en", "Contributor")):
        page.goto(f"{prefix}/akun-saya/")
        expect(page.get_by_role("rowheader", name=word)).to_be_visible()
        fits(page)
        accessible(page)
        snap(page, f"account-{word}-{width}")


@pytest.mark.thorough
def test_the_language_is_chosen_by_keyboard_and_without_javascript(signed_in: Callable[..., Page]) -> None:
    page = signed_in("verifikator@contoh.invalid", javascript=False)
    for language, said in (("en", "Your language is kept"), ("id", "Pilihan bahasa Anda tersimpan")):
        page.goto("/akun-saya/")
        choice = page.locator("select[name=language]")
        choice.select_option(language)
        choice.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text(said)).to_be_visible()
