"""Asking people on a tablet in a browser: without a line, with a bad one, after the sign-in has ended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from threading import Event

import pytest
from django.utils import timezone
from playwright.sync_api import Error, Page, Route, expect

from browser import tablet
from browser.tablet import (
    COORDINATOR,
    Asked,
    answer,
    arrived,
    begin,
    finish,
    opened,
    press,
    rate,
    reached,
    sign_in,
    waits,
)
from pilar.design import outbox
from pilar.surveys.pages.enumerator import ANSWERS as PAGES

ANSWERS = "**/api/v1/survey-cells/*/answers"
Committed = Callable[[], AbstractContextManager[None]]
SignedIn = Callable[..., Page]
Patch = pytest.MonkeyPatch


def test_answers_wait_for_a_line_and_arrive_once(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.set_offline(True)
    page.reload()
    for number in (1, 2, 3):
        answer(page, f"jawaban {number}")
        expect(page.get_by_text("Jawaban disimpan di tablet ini", exact=True)).to_be_visible()
        waits(page, number)
    expect(page.get_by_text("Tidak ada jaringan")).to_be_visible()
    begin(page)
    rate(page)
    page.get_by_label("Saran Anda").fill("jawaban 4")
    tablet.lies_on_tablet(page, "jawaban 4")
    context = page.context
    with suppress(Error):  # the tab is killed
        page.goto("chrome://crash")
    page.close()
    assert asked.stored() == []
    page = context.new_page()
    page.goto(asked.address)
    waits(page, 3)
    press(page, "Lanjut")
    expect(page.get_by_label("Saran Anda")).to_have_value("jawaban 4")
    finish(page, "jawaban 4")
    waits(page, 4)
    context.set_offline(False)
    arrived(page)
    assert asked.words() == ["jawaban 1", "jawaban 2", "jawaban 3", "jawaban 4"]
    (first, *_others) = asked.stored()
    assert (first["mode"], first["group"], first["entered_by__email"]) == ("enumerator", "public", COORDINATOR)
    assert tablet.on_tablet(page) == []


def test_an_answer_whose_receipt_is_lost_is_stored_once(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    lost = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.context.route(ANSWERS, lose)
    answer(page, "sekali saja")
    expect(page.get_by_text("Pilar belum dapat dihubungi")).to_be_visible()
    waits(page, 1)
    assert (lost, asked.words()) == ([200], ["sekali saja"])
    press(page, "Kirim sekarang")
    arrived(page)
    assert asked.words() == ["sekali saja"]


@pytest.mark.thorough
def test_a_tablet_that_keeps_nothing_says_so_and_goes_on_once_it_does(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=360), asked)
    told = page.get_by_text("Jendela ini tidak dapat menyimpan jawaban")
    page.evaluate("""() => {
      const whole = { add: IDBObjectStore.prototype.add, put: IDBObjectStore.prototype.put };
      window.full = (yes) => {
        for (const [name, work] of Object.entries(whole)) {
          IDBObjectStore.prototype[name] = function (record) {
            const made = work.call(this, record);
            if (yes) this.transaction.abort();
            return made;
          };
        }
      };
      full(true);
    }""")
    press(page, "Mulai jawaban")
    for chosen in ("Pengguna atau penerima manfaat", "30 sampai 39 tahun", "Perempuan", "S1", "Petani atau nelayan"):
        page.get_by_label(chosen, exact=True).check()
    page.get_by_label("Saya bersedia menjawab").check()
    press(page, "Mulai")
    expect(told).to_be_in_viewport()
    page.evaluate("full(false)")
    press(page, "Mulai")
    reached(page, "Pengalaman Anda")
    expect(told).to_be_hidden()
    page.evaluate("full(true)")
    page.get_by_label("Sering").check()
    expect(told).to_be_in_viewport()
    page.evaluate("full(false)")
    press(page, "Berikutnya")
    expect(told).to_be_hidden()
    assert [one["content"]["answers"]["used"] for one in tablet.on_tablet(page)] == ["often"]


@pytest.mark.thorough
def test_many_answers_are_sent_in_batches_and_a_dropped_one_again(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.set_offline(True)
    answer(page, "banyak")
    tablet.multiply(page, 119)
    sizes = []

    def drop_the_second(route: Route) -> None:
        sizes.append(len(route.request.post_data_json["answers"]))
        if len(sizes) == 2:
            route.abort()
        else:
            route.continue_()

    page.context.route(ANSWERS, drop_the_second)
    page.reload()
    waits(page, 120)
    page.context.set_offline(False)
    expect(page.get_by_text("Pilar belum dapat dihubungi")).to_be_visible()
    waits(page, 70)
    press(page, "Kirim sekarang")
    arrived(page)
    assert sizes == [50, 50, 50, 20]
    assert (len(asked.stored()), len({one["key"] for one in asked.stored()})) == (120, 120)


def test_a_sign_in_that_ends_loses_nothing(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.clear_cookies(name="sessionid")
    answer(page, "tetap ada")
    expect(page.get_by_text("Masa masuk Anda sudah berakhir").first).to_be_visible()
    waits(page, 1)
    page.get_by_role("link", name="Masuk", exact=True).click()
    sign_in(page, COORDINATOR)
    page.wait_for_url(f"**{asked.address}?lagi")
    arrived(page)
    assert asked.words() == ["tetap ada"]


@pytest.mark.thorough
def test_who_signs_out_leaves_a_page_that_shows_nothing(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.set_offline(True)
    answer(page, "milik koordinator")
    begin(page)
    press(page, "Berhenti di sini dan lanjutkan nanti")
    page.context.route(ANSWERS, lambda route: route.abort())  # before there is a line: the page sends at once
    page.context.set_offline(False)
    page.goto("/beranda/")
    press(page, "Keluar")
    page.context.set_offline(True)
    page.goto(asked.address)
    expect(page.get_by_text("Ada yang masuk atau keluar")).to_be_visible()
    expect(page.get_by_role("button", name="Mulai jawaban")).to_be_hidden()
    expect(page.get_by_text("Menunggu dikirim")).to_be_hidden()
    page.context.set_offline(False)
    page.context.unroute(ANSWERS)
    page.goto("/akun/login/")
    sign_in(page, "kontributor@contoh.invalid")
    page.goto(asked.address)
    expect(page.get_by_text("dicatat orang lain di tablet ini")).to_be_visible()
    waits(page, 0)
    assert asked.stored() == []


def test_a_refused_answer_is_told_and_mended(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.set_offline(True)
    answer(page, "baik")
    answer(page, "cacat")
    tablet.spoil(page, "cacat", {"easier": "9"})
    page.context.set_offline(False)
    expect(page.get_by_text("Beberapa jawaban ditolak")).to_be_visible()
    waits(page, 0)
    assert asked.words() == ["baik"]
    kept = page.get_by_role("listitem").filter(has_text="Ditolak")
    expect(kept).to_contain_text("Program ini memudahkan urusan saya.: Pilih salah satu jawaban")
    press(page, "Buka dan perbaiki")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("heading", name="Peningkatan pelayanan")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Pilih salah satu jawaban")
    page.get_by_role("group", name="Program ini memudahkan urusan saya.").get_by_label("Setuju", exact=True).check()
    for title in ("Pelibatan masyarakat", "Keberlanjutan", "Saran", "Siap diserahkan"):
        press(page, "Berikutnya")
        reached(page, title)
    press(page, "Serahkan jawaban")
    arrived(page)
    assert asked.words() == ["baik", "cacat"]
    assert {one["answers"]["easier"] for one in asked.stored()} == {3}


@pytest.mark.thorough
def test_what_is_missing_is_told_and_conditions_hold(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    press(page, "Mulai jawaban")
    press(page, "Mulai")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(6)
    press(page, "Kembali")
    assert tablet.on_tablet(page) == []
    begin(page)
    page.get_by_label("Belum pernah").check()
    press(page, "Berikutnya")
    reached(page, "Peningkatan pelayanan")
    expect(page.get_by_text("Program ini memudahkan urusan saya.")).to_be_hidden()
    press(page, "Berikutnya")
    expect(summary.get_by_role("link")).to_have_count(1)
    page.get_by_label("Setuju", exact=True).locator("visible=true").check()
    press(page, "Kembali")
    reached(page, "Pengalaman Anda")
    page.get_by_label("Pernah", exact=True).check()
    press(page, "Berikutnya")
    reached(page, "Peningkatan pelayanan")
    expect(page.get_by_text("Program ini memudahkan urusan saya.")).to_be_visible()
    page.reload()
    page.get_by_text("Buang", exact=True).click()
    press(page, "Buang jawaban")
    expect(page.get_by_text("Jawaban dibuang")).to_be_visible()
    assert tablet.on_tablet(page) == []


@pytest.mark.thorough
def test_a_district_is_selected_or_left_out(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    answer(page, "tanpa kecamatan")
    arrived(page)
    begin(page, district="Cikupa")
    press(page, "Kembali")
    reached(page, "Survei dampak Smart City")
    expect(page.get_by_label("Kecamatan").locator("option:checked")).to_have_text("Cikupa")
    press(page, "Mulai")
    reached(page, "Pengalaman Anda")
    rate(page)
    finish(page, "dari Cikupa")
    arrived(page)
    expect(page.locator("[data-waiting]")).to_have_text("0")
    districts = {one["answers"]["suggestion"]: one["profile"].get("district") for one in asked.stored()}
    assert districts["tanpa kecamatan"] is None
    assert str(districts["dari Cikupa"]).startswith("36.03.")


@pytest.mark.thorough
def test_what_is_not_handed_in_is_erased_after_a_week(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.set_offline(True)
    answer(page, "diserahkan")
    begin(page)
    tablet.age(page, days=6)
    page.reload()
    expect(page.get_by_role("button", name="Lanjut", exact=True)).to_be_visible()
    tablet.age(page, days=8)
    page.reload()
    waits(page, 1)
    expect(page.get_by_role("button", name="Lanjut", exact=True)).to_be_hidden()
    assert [one["state"] for one in tablet.on_tablet(page)] == ["waiting"]


@pytest.mark.thorough
def test_a_double_tap_hands_in_once(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    begin(page)
    rate(page)
    press(page, "Berikutnya")
    reached(page, "Siap diserahkan")
    page.get_by_role("button", name="Serahkan jawaban", exact=True).dblclick()
    arrived(page)
    assert len(asked.stored()) == 1
    assert tablet.on_tablet(page) == []


@pytest.mark.thorough
def test_one_that_cannot_be_read_does_not_hold_up_others(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.set_offline(True)
    for words in ("satu", "dua", "tiga"):
        answer(page, words)
    tablet.spoil(page, "dua", {"heard": ["bukan", "nilai"]})
    page.context.set_offline(False)
    expect(page.get_by_text("Beberapa jawaban ditolak")).to_be_visible()
    waits(page, 0)
    assert asked.words() == ["satu", "tiga"]
    assert [(one["state"], one["content"]["answers"]["suggestion"]) for one in tablet.on_tablet(page)] == [
        ("refused", "dua")
    ]


def test_a_survey_that_closed_meanwhile_takes_what_was_answered_before(
    asked: Asked, signed_in: SignedIn, committed: Committed
) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.set_offline(True)
    answer(page, "tepat waktu")
    answer(page, "terlambat")
    ended = timezone.now()
    tablet.spoil(page, "terlambat", {}, ended=(ended + timedelta(seconds=1)).isoformat())
    with committed():
        from pilar.surveys.models import Survey

        Survey.objects.filter(pk=asked.key).update(closes_at=ended)
    page.context.set_offline(False)
    kept = page.get_by_role("listitem").filter(has_text="Ditolak")
    expect(kept).to_contain_text("setelah survei ditutup")
    waits(page, 0)
    assert asked.words() == ["tepat waktu"]
    page.get_by_text("Buang", exact=True).click()
    press(page, "Buang jawaban")
    expect(page.get_by_text("Jawaban dibuang")).to_be_visible()
    assert tablet.on_tablet(page) == []
    page.reload()
    expect(page.get_by_text("Survei ini tidak lagi menerima jawaban baru")).to_be_visible()
    expect(page.get_by_role("button", name="Mulai jawaban")).to_be_hidden()


@pytest.mark.thorough
def test_answers_of_another_programme_are_sent_from_here(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    other = asked.address.replace("/0/", "/1/")
    page.goto(other)
    expect(page.get_by_text("Halaman ini sekarang dapat dipakai tanpa jaringan")).to_be_visible()
    page.context.set_offline(True)
    answer(page, "pasar baik")
    answer(page, "pasar cacat")
    tablet.spoil(page, "pasar cacat", {"easier": "9"})
    page.goto(asked.address)
    waits(page, 2)
    page.context.set_offline(False)
    expect(page.get_by_text("Beberapa jawaban ditolak")).to_be_visible()
    assert asked.words() == ["pasar baik"]
    page.get_by_role("link", name="Buka halaman program ini").click()
    page.wait_for_url(f"**{other}")
    expect(page.get_by_role("button", name="Buka dan perbaiki")).to_be_visible()


@pytest.mark.thorough
def test_a_new_version_replaces_the_old_one_whole(asked: Asked, signed_in: SignedIn, monkeypatch: Patch) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    (name,), kept = tablet.cached(page)
    assert name.endswith(outbox.version(PAGES.files))
    assert kept == {asked.address, *(f"/static/{one}" for one in PAGES.files)}
    monkeypatch.setattr(outbox, "version", lambda _files: "versi-baru")
    page.reload()
    page.wait_for_function("caches.keys().then((names) => names.length === 1 && names[0].endsWith('versi-baru'))")
    (name,), now = tablet.cached(page)
    assert now == kept
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("button", name="Mulai jawaban")).to_be_visible()


def test_a_server_that_does_not_answer_holds_nobody_up(asked: Asked, signed_in: SignedIn, monkeypatch: Patch) -> None:
    monkeypatch.setattr(outbox, "PATIENCE", 100)
    page = opened(signed_in(COORDINATOR, width=800), asked)
    go_on = Event()
    version = outbox.version(PAGES.files)
    monkeypatch.setattr(outbox, "version", lambda _files: go_on.wait(60) and version)
    page.reload()
    expect(page.get_by_role("button", name="Mulai jawaban")).to_be_visible()
    assert not go_on.is_set()
    go_on.set()


def test_what_the_page_of_before_kept_is_still_sent_and_gone_on_with(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.set_offline(True)
    answer(page, "lama")
    begin(page)
    tablet.lay_as_before(page)
    assert tablet.on_tablet(page) == []
    page.reload()
    waits(page, 1)
    expect(page.get_by_text("Layanan desa daring,")).to_be_visible()
    page.context.set_offline(False)
    arrived(page)
    assert asked.words() == ["lama"]
    press(page, "Lanjut")
    reached(page, "Pengalaman Anda")
    rate(page)
    finish(page, "dilanjutkan")
    arrived(page)
    assert asked.words() == ["dilanjutkan", "lama"]
    assert (tablet.on_tablet(page), tablet.left_as_before(page)) == ([], 0)
