"""How many presses lead from the front page to the story of a region, to a permit and to a booking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from browser.conftest import SESSION, Committed
from browser.test_hospital_booking import HOSPITAL, session_at
from people.citizens import entered
from pilar.hospital.models import Doctor

HIGH = 800


@dataclass
class Presses:
    """A page on which each press of a link or button is counted."""

    page: Page
    count: int = 0

    def press(self, what: Locator) -> None:
        self.count += 1
        with self.page.expect_navigation():
            what.click()

    def link(self, name: str) -> None:
        self.press(self.page.get_by_role("main").get_by_role("link", name=name, exact=True))

    def button(self, name: str) -> None:
        self.press(self.page.get_by_role("main").get_by_role("button", name=name, exact=True))


def test_the_story_of_a_region_is_three_presses_away(
    open_page: Callable[..., Page], accessible: Callable[[Page], None], fits: Callable[[Page], None]
) -> None:
    page = open_page()
    page.goto("/")
    made = Presses(page)
    page.get_by_role("searchbox").fill("kabupaten tangerang")
    made.button("Cari")
    fits(page)
    accessible(page)
    made.link("Kabupaten Tangerang")
    assert made.count <= 3
    for text in ("3,35", "+0,12"):
        box = page.locator(".story .stats").get_by_text(text, exact=True).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= HIGH
    expect(page.locator(".story .ranking").first.locator("li")).to_have_count(5)
    page.goto("/en/cari/?q=zzz")
    accessible(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits(page)
    page.set_viewport_size({"width": 360, "height": HIGH})
    fits(page)


def test_the_start_page_and_the_inbox_stand_in_large_letters_on_a_phone(
    signed_in: Callable[..., Page], accessible: Callable[[Page], None], fits: Callable[[Page], None]
) -> None:
    page = signed_in("koordinator@contoh.invalid", width=360)
    expect(page.locator("[aria-current=step]")).to_have_count(1)
    for address in ("/beranda/", "/beranda/menunggu/"):
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        fits(page)
        accessible(page)


def test_a_permit_is_tracked_within_four_presses(open_page: Callable[..., Page]) -> None:
    page = open_page(width=360)
    page.goto("/")
    made = Presses(page)
    made.link("Di mana permohonan saya?")
    page.get_by_label("Nomor permohonan").fill("P3603-2026-99999")
    page.get_by_label("Empat karakter terakhir").fill("0001")
    made.button("Lihat")
    expect(page.get_by_role("main")).to_contain_text("Tidak ada permohonan")
    assert made.count <= 4


def test_from_the_door_of_the_hospitals_a_booking_is_six_presses(
    open_page: Callable[..., Page], site: LiveServer, committed: Committed
) -> None:
    with committed():
        doctor = Doctor.objects.create(hospital_id=HOSPITAL, name="dr. Contoh Pintu")
        session = session_at(timezone.now() + timedelta(days=3), doctor)
        client = entered(Client(), "tuti@contoh.invalid", "Tuti")
    page = open_page(width=360)
    page.context.add_cookies([{"name": SESSION, "value": client.cookies[SESSION].value, "url": site.url}])
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Kunjungan rumah sakit").click()
    made = Presses(page)
    made.link("RSU Kabupaten Tangerang")
    made.press(page.get_by_role("link", name="Jantung dan Pembuluh Darah"))
    made.press(page.locator(f"a[href$='/pesan/{session}/']"))
    made.press(page.get_by_role("main").get_by_role("link", name="Tuti"))
    page.get_by_label("NIK", exact=False).first.fill("3603014501800078")
    page.get_by_label("Tanggal lahir").fill("1980-01-05")
    made.button("Lanjut")
    page.get_by_label("Umum", exact=False).first.check()
    page.get_by_label("Kunjungan pertama", exact=False).check()
    made.button("Daftar")
    expect(page.get_by_role("heading", name="E-0", exact=False)).to_be_visible()
    assert made.count <= 6
