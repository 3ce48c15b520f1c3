"""Citizens on a phone: signing up by a code that the simulator shows, naming somebody who acts, ending it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from browser.conftest import PHONE, WIDE
from browser.walk import agree
from people.citizens import code_in
from pilar.people.models import PublicCode
from pilar.people.operations.codes import send_code
from pilar.people.rules import SCHEDULE
from pilar.portal import letters

Look = Callable[[Page], None]


@pytest.fixture
def read_code(
    settings: Settings, tmp_path: Path, committed: Callable[[], AbstractContextManager[None]]
) -> Callable[[], str]:
    """The worker sends what waits, and the page of messages shows it."""
    settings.PILAR_CHANNELS = {"whatsapp": "pilar.portal.letters.PhoneSimulator"}
    settings.PILAR_LETTERS = tmp_path / "letters"

    def read() -> str:
        with committed():
            send_code(by=SCHEDULE, code=str(PublicCode.objects.latest("asked_at").pk), now=timezone.now())
        return code_in(letters.letters()[0].text)

    return read


@pytest.mark.parametrize(
    ("width", "javascript"), [(PHONE, False), pytest.param(WIDE, True, marks=pytest.mark.thorough)]
)
def test_somebody_signs_up_names_who_acts_and_ends_it(
    open_page: Callable[..., Page], read_code: Callable[[], str], accessible: Look, fits: Look,
    snap: Callable[[Page, str], None], width: int, javascript: bool,
) -> None:  # fmt: skip
    def look(page: Page, name: str) -> None:
        fits(page)
        snap(page, f"citizen-{name}-{width}")

    def enter(number: str, name: str) -> Page:
        page = open_page(width=width, javascript=javascript)
        page.goto("/akun/login/")
        page.get_by_role("link", name="Masuk dengan kode").click()
        look(page, "sign-in")
        page.get_by_label("Alamat email atau nomor telepon").fill(number)
        page.get_by_role("button", name="Kirimi saya kode").click()
        look(page, "code")
        page.get_by_label("Kode 6 angka").fill(read_code())
        page.get_by_role("button", name="Lanjut").click()
        look(page, "open")
        page.get_by_label("Nama Anda").fill(name)
        page.get_by_label("Saya telah membacanya dan setuju").check()
        page.get_by_role("button", name="Buka akun").click()
        expect(page.get_by_role("heading", name="Akun saya")).to_be_visible()
        look(page, "account")
        return page

    own, other = f"0812 3456 {width:04}", f"0813 3456 {width:04}"
    mine, theirs = enter(own, "Ani Lestari"), enter(other, "Budi Wicaksono")
    for page in (mine, theirs):
        page.get_by_role("link", name="Kuasa", exact=True).click()
    mine.get_by_label("Alamat email atau nomor telepon orang itu").fill(other)
    mine.locator("form:has([name=contact]) [name=valid_until]").fill(f"{timezone.localdate()}")
    mine.get_by_role("button", name="Minta persetujuan").click()
    expect(mine.get_by_text("menunggu persetujuan")).to_be_visible()
    theirs.reload()
    look(theirs, "asked")
    theirs.get_by_role("button", name="Setujui").click()
    expect(theirs.get_by_text("Saya bertindak untuk Ani Lestari")).to_be_visible()
    mine.reload()
    look(mine, "proxies")
    if javascript:
        accessible(mine)
    mine.get_by_role("link", name="Akhiri").click()
    look(mine, "end")
    agree(mine, "Akhiri")
    expect(mine.get_by_text("Kuasa telah berakhir")).to_be_visible()
    theirs.reload()
    expect(theirs.get_by_text("berakhir", exact=True)).to_be_visible()
