"""The page of an enumerator as it looks: on a phone and a tablet, in all its states."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser import tablet
from browser.tablet import COORDINATOR, Asked, SignedIn, answer, opened, press, waits

Looked = Callable[[Page, str], None]


@pytest.fixture
def looked_at(
    accessible: Callable[[Page], None], fits: Callable[[Page], None], snap: Callable[[Page, str], None]
) -> Looked:
    """Fits, is accessible, and leaves a picture."""

    def look(page: Page, name: str) -> None:
        fits(page)
        accessible(page)
        assert page.viewport_size is not None
        snap(page, f"enumerator-{name}-{page.viewport_size['width']}")

    return look


@pytest.mark.thorough
@pytest.mark.parametrize("width", [360, pytest.param(800, marks=pytest.mark.thorough)])
def test_what_is_told_reads_well(asked: Asked, signed_in: SignedIn, looked_at: Looked, width: int) -> None:
    page = opened(signed_in(COORDINATOR, width=width), asked)
    page.context.set_offline(True)
    answer(page, "baik")
    answer(page, "cacat")
    tablet.spoil(page, "cacat", {"easier": "9"})
    waits(page, 2)
    looked_at(page, "waiting")
    page.context.set_offline(False)
    expect(page.get_by_text("Beberapa jawaban ditolak")).to_be_visible()
    looked_at(page, "refused")
    press(page, "Buka dan perbaiki")
    expect(page.get_by_role("alert")).to_be_focused()
    looked_at(page, "mending")
    press(page, "Berhenti di sini dan lanjutkan nanti")
    page.context.clear_cookies(name="sessionid")
    answer(page, "sesudahnya")
    expect(page.get_by_role("link", name="Masuk", exact=True)).to_be_visible()
    looked_at(page, "signed-out")
    page.context.clear_cookies(name="csrftoken")
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("Ada yang masuk atau keluar")).to_be_visible()
    looked_at(page, "locked")


@pytest.mark.parametrize(("width", "language"), [(360, ""), pytest.param(800, "/en", marks=pytest.mark.thorough)])
@pytest.mark.thorough
def test_the_page_reads_well(asked: Asked, signed_in: SignedIn, looked_at: Looked, width: int, language: str) -> None:
    page = signed_in(COORDINATOR, width=width)
    page.goto(f"{language}/kerja/survei/{asked.key}/")
    looked_at(page, "survey")
    page.get_by_role("link", name="Layanan desa daring").click()
    expect(page.locator("[data-ready]")).to_contain_text("Halaman ini" if not language else "This page")
    looked_at(page, "home")
    page.locator("[data-do=start]").click()
    page.locator("form:visible button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looked_at(page, "start")
    for name, value in {"group": "public", "age": "from_30", "sex": "male", "education": "master"}.items():
        page.locator(f"[name={name}][value={value}]").check()
    page.locator("[name=occupation][value=other]").check()
    page.locator("[name=consent]").check()
    page.locator("form:visible button[type=submit]").click()
    page.locator("[name=used][value=often]").check()
    page.locator("form:visible button[type=submit]").click()
    page.locator("[name=easier][value='4']").check()
    looked_at(page, "section")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    looked_at(page, "large")
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("[data-kept]")).to_be_visible()
    page.locator("summary").click()
    looked_at(page, "unfinished")
    page.context.set_offline(False)
