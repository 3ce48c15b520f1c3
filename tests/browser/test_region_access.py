"""An official asks on a phone for an account that works for the region; the secretariat opens it at a desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import PHONE, WIDE
from pilar.people.models import PublicCode
from pilar.people.queries.public import opened

Look = Callable[[Page], None]
EMAIL, LETTER = "rina@contoh.invalid", "800/12 tanggal 5 Januari 2026"


@pytest.mark.thorough
def test_an_official_asks_and_the_secretariat_opens_the_account(
    open_page: Any, signed_in: Callable[..., Page], committed: Any, accessible: Look, fits: Look,
    snap: Callable[[Page, str], None],
) -> None:  # fmt: skip
    page = open_page(width=PHONE)
    page.goto("/akun/login/")
    page.get_by_role("link", name="Ajukan akses untuk daerah Anda").click()
    page.get_by_label("Alamat email").fill(EMAIL)
    page.get_by_role("button", name="Kirimi saya kode").click()
    with committed():
        code = opened(PublicCode.objects.latest("asked_at").code)
    page.get_by_label("Kode 6 angka").fill(code)
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_label("Nama Anda").fill("Rina")
    page.get_by_label("Saya telah membacanya dan setuju").check()
    page.get_by_role("button", name="Buka akun").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Akses untuk daerah Anda")
    for look in (fits, accessible):
        look(page)
    snap(page, "ask")
    page.get_by_label("Kabupaten atau kota").fill("Kabupaten Tangerang")
    page.get_by_label("Jabatan dan perangkat daerah Anda").fill("Kepala seksi, Diskominfo")
    page.get_by_label("Surat penunjukan").fill(LETTER)
    page.get_by_role("button", name="Kirim permintaan").click()
    expect(page.get_by_text("Permintaan Anda menunggu")).to_be_visible()
    fits(page)
    accessible(page)
    snap(page, "waits")

    desk = signed_in("sekretariat@contoh.invalid", width=WIDE)
    desk.goto("/akun/permintaan/")
    snap(desk, "requests")
    desk.get_by_role("link", name="Rina").click()
    expect(desk.get_by_text(LETTER)).to_be_visible()
    accessible(desk)
    snap(desk, "request")
    desk.get_by_label("Peran", exact=True).select_option("Verifikator")
    desk.get_by_role("button", name="Buka akun").click()
    expect(desk.get_by_text("Akun sudah dibuka")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Permintaan Anda menunggu")).to_have_count(0)
