"""Asking people on a tablet in a browser: without a line, with a bad one, after the sign-in has ended."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from threading import Event

import pytest
from django.utils import timezone
from playwright.sync_api import Error, Route, expect

from browser import tablet
from browser.tablet import (
    ANSWERS,
    COORDINATOR,
    Asked,
    Committed,
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


def test_answers_wait_for_a_line_and_arrive_once(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.set_offline(True)
    page.reload()
    for number in (1, 2, 3):
        answer(page, f"jawaban {number}")
        expect(page.get_by_text("Jawaban disimpan di perangkat ini", exact=True)).to_be_visible()
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


@pytest.mark.thorough
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
def test_a_server_that_does_not_answer_holds_nobody_up(
    asked: Asked, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PATIENCE", 100)
    page = opened(signed_in(COORDINATOR, width=800), asked)
    go_on = Event()
    version = outbox.version(PAGES.files)
    monkeypatch.setattr(outbox, "version", lambda _files: go_on.wait(60) and version)
    page.reload()
    expect(page.get_by_role("button", name="Mulai jawaban")).to_be_visible()
    assert not go_on.is_set()
    go_on.set()


@pytest.mark.thorough
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
