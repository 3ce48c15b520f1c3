"""A plain form that works without a line, in a browser: as any room has it by its declaration alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from browser.tablet import COORDINATOR, SignedIn, press, sign_in, waits
from people import visits
from pilar.design import outbox

ADDRESS = "/kunjungan/7/"
SENDING = "**/kunjungan/*/kirim/"


@pytest.fixture(autouse=True)
def _addresses(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = "people.visits"
    monkeypatch.setattr(outbox, "RETRY", 3_600_000)
    monkeypatch.setattr(outbox, "PATIENCE", 3_600_000)


@pytest.fixture
def page(signed_in: SignedIn) -> Page:
    return opened(signed_in(COORDINATOR, width=360))


def opened(page: Page) -> Page:
    page.goto(ADDRESS)
    expect(page.get_by_text("Halaman ini sekarang dapat dipakai tanpa jaringan")).to_be_visible()
    return page


def fill(page: Page, place: str) -> None:
    press(page, "Mulai kunjungan")
    page.get_by_label("Tempat").fill(place)
    page.get_by_label("Buruk").check()
    page.get_by_label("Gudang").check()


def hand_in(page: Page, place: str) -> None:
    fill(page, place)
    press(page, "Serahkan kunjungan")
    expect(page.get_by_role("button", name="Mulai kunjungan")).to_be_focused()


def on_tablet(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("Store.open('visits').then((store) => store.all())")
    return found


def test_records_are_sent_in_the_order_in_which_they_were_handed_in(page: Page) -> None:
    page.context.set_offline(True)
    page.reload()
    names = [f"Tempat {number}" for number in range(6)]
    for name in names:
        hand_in(page, name)
    waits(page, 6)
    sent: list[str] = []

    def look(route: Route) -> None:
        sent.extend(one["content"]["place"][0] for one in route.request.post_data_json["records"])
        route.continue_()

    page.context.route(SENDING, look)
    page.context.set_offline(False)
    expect(page.get_by_text("Semua kunjungan sudah diterima")).to_be_visible()
    assert sent == names
    assert [one for one in visits.stored() if "Tempat " in one] == [f"7 {name} bad b " for name in names]


@pytest.mark.thorough
def test_what_is_refused_is_mended_and_what_is_missing_is_told(page: Page) -> None:
    press(page, "Mulai kunjungan")
    press(page, "Serahkan kunjungan")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)
    press(page, "Kembali")
    assert on_tablet(page) == []
    hand_in(page, "Pasar")
    expect(page.get_by_text("Beberapa kunjungan ditolak")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Ditolak")).to_contain_text("Tempat: Pasar sedang tutup")
    press(page, "Buka dan perbaiki")
    expect(page.get_by_label("Tempat")).to_have_value("Pasar")
    expect(page.get_by_label("Buruk")).to_be_checked()
    expect(page.get_by_label("Gudang")).to_be_checked()
    page.get_by_label("Tempat").fill("Warung mutiara")
    press(page, "Serahkan kunjungan")
    expect(page.get_by_text("Semua kunjungan sudah diterima")).to_be_visible()
    assert "7 Warung mutiara bad b " in visits.stored()


def test_what_is_typed_is_kept_at_once_and_handed_in_by_one_of_two_windows(page: Page) -> None:
    fill(page, "Dua jendela")
    page.wait_for_function(
        "Store.open('visits').then((store) => store.all()).then((all) => all[0]?.content.seen?.[0] === 'b')"
    )
    other = page.context.new_page()
    other.goto(ADDRESS)
    press(other, "Lanjut")
    expect(other.get_by_label("Tempat")).to_have_value("Dua jendela")
    press(other, "Serahkan kunjungan")
    expect(other.get_by_text("Semua kunjungan sudah diterima")).to_be_visible()
    page.get_by_label("Tempat").fill("Lain lagi")
    expect(page.get_by_text("Kunjungan ini sudah diserahkan atau dibuang di jendela lain")).to_be_visible()
    assert [one for one in visits.stored() if "Dua jendela" in one] == ["7 Dua jendela bad b "]
    assert on_tablet(page) == []


def test_a_sign_in_that_ended_keeps_what_waits_for_the_same_person(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")
    hand_in(page, "Sesudah masuk")
    expect(page.get_by_text("Masa masuk Anda sudah berakhir").first).to_be_visible()
    page.get_by_role("link", name="Masuk", exact=True).click()
    sign_in(page, "kontributor@contoh.invalid")
    page.goto(ADDRESS)
    expect(page.get_by_text("dicatat orang lain di perangkat ini")).to_be_visible()
    waits(page, 0)
    assert not any("Sesudah masuk" in one for one in visits.stored())
    page.context.clear_cookies()
    page.goto("/akun/login/")
    sign_in(page, COORDINATOR)
    page.goto(ADDRESS)
    expect(page.get_by_text("Semua kunjungan sudah diterima")).to_be_visible()
    assert "7 Sesudah masuk bad b " in visits.stored()


@pytest.mark.thorough
def test_it_reads_well(page: Page, accessible: Callable[[Page], None], fits: Callable[[Page], None]) -> None:
    fill(page, "Pasar")
    fits(page)
    accessible(page)
