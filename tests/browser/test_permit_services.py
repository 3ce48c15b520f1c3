"""Services of permits: looked up on a phone, written by one of the staff, published by another, read by everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from browser.conftest import SESSION, Committed
from browser.test_permit_application import attach, fill_application, office
from people.citizens import entered
from pilar.permits.models import Case
from pilar.permits.rules.cases import CaseState

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


def ask_for_a_photo(editor: Page, seen: Callable[[], None]) -> None:
    """A further document of the version that is written."""
    editor.get_by_role("link", name="Dokumen", exact=True).click()
    rows = editor.locator("fieldset").count()
    editor.get_by_role("button", name="Tambah baris").click()
    expect(editor.locator("fieldset")).to_have_count(rows + 1)
    last = editor.locator("fieldset").last
    last.get_by_label("Kunci pendek").fill("foto-ruang")
    last.get_by_label("Nama").fill("Foto ruang praktik | Photo of the room")
    seen()
    editor.get_by_role("button", name="Simpan").last.click()
    expect(editor.get_by_text("Syarat baru: Foto ruang praktik")).to_be_visible()


def propose(editor: Page) -> str:
    """The address of the version that is proposed then."""
    editor.get_by_role("link", name="Usulkan versi").click()
    editor.get_by_role("button", name="Usulkan versi").click()
    expect(editor.get_by_text("Versi diusulkan")).to_be_visible()
    return editor.url


def publish(head: Page, address: str, seen: Callable[[Page], None]) -> None:
    """From today on."""
    head.goto(address)
    head.get_by_role("link", name="Terbitkan versi").click()
    seen(head)
    head.get_by_label("Berlaku mulai").fill(timezone.localdate().isoformat())
    head.get_by_label("Saya sudah memeriksa").check()
    head.get_by_role("button", name="Terbitkan versi").click()
    expect(head.get_by_text("Versi diterbitkan")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, pytest.param(False, marks=pytest.mark.thorough)])
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
    ask_for_a_photo(editor, lambda: snap(editor, f"service-papers-{width}"))
    fits(editor)
    looked(editor)
    snap(editor, f"service-version-{width}")
    editor.get_by_role("link", name="Lihat sebagai pemohon").click()
    looked(editor)
    editor.go_back()
    address = propose(editor)

    def seen(head: Page) -> None:
        looked(head)
        snap(head, f"service-publish-{width}")

    publish(signed_in(HEAD, width=width, javascript=javascript), address, seen)

    visitor = open_page(width=width, javascript=javascript)
    visitor.goto(f"{AT}/{row}/")
    expect(visitor.get_by_text("Foto ruang praktik")).to_be_visible()
    expect(visitor.get_by_text("6 hari kerja")).to_be_visible()


def test_what_was_published_is_applied_for_with_the_document_that_it_asks(
    signed_in: Callable[..., Page],
    open_page: Callable[..., Page],
    site: LiveServer,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    committed: Committed,
) -> None:
    with committed():
        officers = office(timezone.now(), "terbit")
    editor = signed_in(EDITOR)
    editor.goto(WORK)
    editor.get_by_role("button", name="Susun versi baru Surat izin praktik terbit").click()
    ask_for_a_photo(editor, lambda: None)
    publish(signed_in(HEAD), propose(editor), lambda _page: None)

    phone = open_page(width=360)
    with committed():
        client = entered(Client(), "perawat.baru@contoh.invalid", "Fatimah")
    phone.context.add_cookies([{"name": SESSION, "value": client.cookies[SESSION].value, "url": site.url}])
    phone.goto(f"{AT}/sip-terbit/")
    expect(phone.get_by_text("Foto ruang praktik")).to_be_visible()
    phone.get_by_role("link", name="Mulai permohonan").click()
    phone.get_by_label("Jenis permohonan").select_option("new")
    phone.get_by_role("button", name="Mulai konsep").click()
    fill_application(phone)
    attach(phone, "ktp", "str")
    phone.get_by_role("link", name="Kirim permohonan").click()
    expect(phone.get_by_text("Foto ruang praktik")).to_be_visible()
    phone.go_back()
    attach(phone, "foto-ruang")
    fits(phone)
    accessible(phone)
    snap(phone, "service-used-360")
    phone.get_by_role("link", name="Kirim permohonan").click()
    phone.get_by_role("button", name="Kirim permohonan").click()
    expect(phone.get_by_text(re.compile("P3603-")).first).to_be_visible()
    case = Case.objects.latest("pk")
    assert (case.state, case.version.number) == (CaseState.SUBMITTED, 2)
    front = signed_in(officers["front"])
    front.goto(f"/perizinan/kerja/permohonan/{case.pk}/")
    expect(front.get_by_role("heading", name="Foto ruang praktik")).to_be_visible()
