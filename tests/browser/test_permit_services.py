"""Services of permits: looked up on a phone, written by one of the staff, published by another, read by everybody."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

EDITOR, HEAD = "penyusun.layanan@contoh.invalid", "kepala.dpmptsp@contoh.invalid"
AT, WORK = "/perizinan/layanan/36.03", "/perizinan/kelola/layanan/36.03/"


@pytest.fixture(autouse=True)
def demonstrated(chromium: object, committed: Callable[[], AbstractContextManager[None]]) -> None:
    """What was made up for the demonstration."""
    from pilar.people.rules import OPERATOR
    from pilar.permits.operations import load_services

    with committed():
        load_services(by=OPERATOR, now=timezone.now(), demonstration=True)


@pytest.mark.thorough
def test_everybody_reads_what_a_permit_needs(
    open_page: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    for width in (360, 1280):
        page = open_page(width=width)
        page.goto(f"{AT}/")
        fits(page)
        accessible(page)
        snap(page, f"services-{width}")
        page.get_by_role("link", name="Izin apa yang saya perlukan?").first.click()
        page.get_by_label("Bidang usaha, dengan kata-kata").fill("praktik dokter gigi")
        page.get_by_role("button", name="Tampilkan izin").click()
        page.get_by_role("link", name="86203").click()
        fits(page)
        accessible(page)
        snap(page, f"services-found-{width}")
        page.get_by_role("link", name="Surat Izin Praktik Dokter").first.click()
        page.get_by_label("Kluster").select_option("A")
        page.get_by_role("button", name="Tampilkan yang saya perlukan").click()
        expect(page.get_by_text("11 berkas")).to_be_visible()
        fits(page)
        accessible(page)
        snap(page, f"service-{width}")


@pytest.mark.parametrize("javascript", [True, False])
def test_written_by_one_and_published_by_another(
    signed_in: Callable[..., Page],
    open_page: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    javascript: bool,
) -> None:
    looked = accessible if javascript else fits  # axe is a script
    width = 1280 if javascript else 360
    service, row = ("SIP Terapis Gigi", "sip-tgm") if javascript else ("SIP Refraksionis", "sip-ro")
    editor = signed_in(EDITOR, width=width, javascript=javascript)
    editor.goto(WORK)
    fits(editor)
    looked(editor)
    editor.get_by_role("button", name=f"Susun versi baru {service}").click()
    editor.get_by_role("link", name="Waktu, biaya, masa berlaku").click()
    editor.get_by_label("Waktu", exact=False).first.fill("6")
    editor.get_by_label("Gratis").check()
    editor.get_by_label("Berlaku selama (tahun)").first.fill("5")
    snap(editor, f"service-terms-{width}")
    fits(editor)
    looked(editor)
    editor.get_by_role("button", name="Simpan").last.click()
    editor.get_by_role("link", name="Dokumen", exact=True).click()
    rows = editor.locator("fieldset").count()
    editor.get_by_role("button", name="Tambah baris").click()
    expect(editor.locator("fieldset")).to_have_count(rows + 1)
    last = editor.locator("fieldset").last
    last.get_by_label("Kunci pendek").fill("foto-ruang")
    last.get_by_label("Nama").fill("Foto ruang praktik | Photo of the room")
    snap(editor, f"service-papers-{width}")
    editor.get_by_role("button", name="Simpan").last.click()
    expect(editor.get_by_text("Syarat baru: Foto ruang praktik")).to_be_visible()
    fits(editor)
    looked(editor)
    snap(editor, f"service-version-{width}")
    editor.get_by_role("link", name="Lihat sebagai pemohon").click()
    looked(editor)
    editor.go_back()
    editor.get_by_role("link", name="Usulkan versi").click()
    editor.get_by_role("button", name="Usulkan versi").click()
    expect(editor.get_by_text("Versi diusulkan")).to_be_visible()
    address = editor.url

    head = signed_in(HEAD, width=width, javascript=javascript)
    head.goto(address)
    head.get_by_role("link", name="Terbitkan versi").click()
    looked(head)
    snap(head, f"service-publish-{width}")
    head.get_by_label("Berlaku mulai").fill((timezone.localdate() + timedelta(days=0)).isoformat())
    head.get_by_label("Saya sudah memeriksa").check()
    head.get_by_role("button", name="Terbitkan versi").click()
    expect(head.get_by_text("Versi diterbitkan")).to_be_visible()

    visitor = open_page(width=width, javascript=javascript)
    visitor.goto(f"{AT}/{row}/")
    expect(visitor.get_by_text("Foto ruang praktik")).to_be_visible()
    expect(visitor.get_by_text("6 hari kerja")).to_be_visible()
