"""Asking people on a tablet in a browser: what a questionnaire does besides, and what the outbox's own walks hold."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from browser import tablet
from browser.tablet import (
    ANSWERS,
    COORDINATOR,
    Asked,
    SignedIn,
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

pytestmark = pytest.mark.thorough


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
    expect(page.get_by_text("dicatat orang lain di perangkat ini")).to_be_visible()
    waits(page, 0)
    assert asked.stored() == []


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


def test_a_new_version_replaces_the_old_one_whole(
    asked: Asked, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
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
