"""What is sent from a window that is out of date, and that a second click is told from another act."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from people.citizens import entered
from permits.test_case_pages import FORM, act, apply, checked, officer
from permits.world import ANSWERS, NOW, NURSE, World
from pilar.permits import operations as do
from pilar.permits.models import CaseEvent, Message
from pilar.permits.pages.handling import LEFT, STEPS
from pilar.permits.queries import cases
from pilar.permits.rules.authority import WrongState
from pilar.permits.rules.cases import Finding
from pilar.platform.language import translate

UNTIL = date(2026, 3, 20)


@pytest.fixture
def nurse(world: World) -> Client:
    return entered(Client(), "perawat@contoh.invalid", "Siti Perawat")


def test_who_is_slower_is_told_that_nothing_of_theirs_was_kept(world: World, nurse: Client) -> None:
    row = apply(nurse)
    page = reverse("permits:own-case", args=[row.pk])
    late = nurse.post(page, {"version": 0, **FORM, "place": "Tempat lain"})
    assert late.status_code == HTTPStatus.CONFLICT, "sent meanwhile, from another window"
    saved = nurse.post(page, {"version": 0, **FORM}, headers={"X-Autosave": "1"})
    assert (saved.status_code, saved["X-Autosave"]) == (HTTPStatus.CONFLICT, "refused")
    front, other = officer(world, "front"), officer(world, "head")
    act(front, row, "terima", "check")
    again = front.post(reverse("permits:act", args=[row.pk, "terima", "check"]), follow=True)
    assert translate(STEPS["terima"].done) in again.content.decode(), "a second click"
    kept = front.post(reverse("permits:desk-case", args=[row.pk]), {"file-1": "accepted"}, follow=True)
    assert "Tidak ada yang disimpan" in kept.content.decode()
    slower = other.post(reverse("permits:act", args=[row.pk, "terima", "check"]), follow=True)
    assert "lebih cepat" in slower.content.decode()


def test_another_window_is_not_taken_for_a_second_click(world: World, nurse: Client) -> None:
    row, front, back = apply(nurse), officer(world, "front"), officer(world, "back")

    def again(client: Client, step: str, stage: str, **given: str) -> str:
        address = reverse("permits:act", args=[row.pk, step, stage])
        return client.post(address, given, follow=True).content.decode()

    accepted, returned, decided = (translate(STEPS[one].done) for one in ("terima", "kembalikan", "putuskan"))
    nothing = "Tidak ada yang disimpan"
    act(front, row, "kembalikan", "check", text="Sebut alamat praktik")
    assert returned in again(front, "kembalikan", "check")
    checked(nurse, reverse("permits:submit", args=[row.pk]))
    act(front, row, "terima", "check")
    told = again(front, "kembalikan", "check")
    assert (nothing in told, returned in told) == (True, False), "what was returned before was another time"
    act(officer(world, "technical"), row, "rekomendasi", "health", outcome="agreed", text="Layak")
    message = {
        "text": "Apakah sudah?",
        "once": nurse.get(reverse("permits:own-case", args=[row.pk])).context["message"]["once"].value(),
    }
    nurse.post(reverse("permits:write", args=[row.pk]), message)
    assert Message.objects.filter(case=row).exists()
    assert accepted in again(front, "terima", "check"), "it is accepted, whatever others did since"
    act(back, row, "putuskan", "decide", outcome="agreed", text="Lengkap", reason="")
    assert decided in again(back, "putuskan", "decide", outcome="agreed")
    told = again(back, "putuskan", "decide", outcome="refused")
    assert (nothing in told, decided in told) == (True, False)
    act(officer(world, "head"), row, "mundur", "sign", to="decide", reason="facts")
    act(back, row, "mundur", "decide", to="health", reason="facts")
    assert decided not in again(back, "putuskan", "decide", outcome="agreed"), "it is to be decided anew"


def test_the_same_act_with_another_text_is_told_from_a_second_click(world: World, nurse: Client) -> None:
    row, front = apply(nurse), officer(world, "front")
    act(front, row, "terima", "check")
    address = reverse("permits:act", args=[row.pk, "rekomendasi", "health"])
    technical, given = officer(world, "technical"), {"outcome": "agreed", "text": "Layak", "conditions": ""}
    seen = {"checked": technical.get(address).context["check"].seen}
    assert technical.post(address, {**given, **seen}).status_code == HTTPStatus.FOUND
    handed_in = translate(STEPS["rekomendasi"].done)
    again = technical.post(address, {**given, **seen, "text": " Layak "}, follow=True).content.decode()
    assert (handed_in in again, "Yang Anda tulis" in again) == (True, False), "a second click"
    for changed in ({"text": "Layak <b>bila</b> diperbaiki"}, {"conditions": "Papan nama"}):
        told = technical.post(address, {**given, **seen, **changed}, follow=True).content.decode()
        assert handed_in not in told
        assert "di jendela lain dan dengan isi lain" in told
        (written,) = changed.values()
        assert escape(written) in told, "what they wrote is not lost"
    done = CaseEvent.objects.get(case=row, kind="done", stage="health")
    assert (done.facts["text"], done.facts["conditions"]) == ("Layak", "")


def test_a_clock_stopped_for_something_else_in_another_window_is_told_as_such(world: World) -> None:
    world.submit()
    world.accept(NOW)
    back, address = officer(world, "back"), reverse("permits:act", args=[world.case, "hentikan"])
    given = {"reason": "documents", "documents": ["str"], "until": f"{timezone.now() + timedelta(days=9):%Y-%m-%d}"}
    act(back, world.row(), "hentikan", **given)
    stopped = translate(STEPS["hentikan"].done)
    assert stopped in back.post(address, given, follow=True).content.decode()
    for changed in ({"reason": "clarification"}, {"documents": ["ktp"]}, {"text": "Denah"}):
        told = back.post(address, {**given, **changed}, follow=True).content.decode()
        assert (stopped in told, "dengan isi lain" in told) == (False, True), changed


def test_a_case_sent_back_to_another_stage_in_another_window_is_told_as_such(world: World) -> None:
    world.to_decide()
    back, address = officer(world, "back"), reverse("permits:act", args=[world.case, "mundur", "decide"])
    given = {"to": "health", "reason": "facts", "text": "Lihat lagi"}
    act(back, world.row(), "mundur", "decide", **given)
    sent_back = translate(STEPS["mundur"].done)
    assert sent_back in back.post(address, given, follow=True).content.decode(), "a second click"
    told = back.post(address, {**given, "to": "check"}, follow=True).content.decode()
    assert (sent_back in told, "dengan isi lain" in told, "Lihat lagi" in told) == (False, True, True)
    assert world.open_stages() == {"health"}


def test_minutes_with_which_they_do_not_agree_in_another_window_are_told_as_such(world: World) -> None:
    world.submit(beds=12)
    world.accept(NOW)
    surveyor, address = officer(world, "surveyor"), reverse("permits:act", args=[world.case, "berita-acara", "visit"])
    given = {"day": "2/3/2026", "found": "Sesuai", "present": "Fatimah", "agreed": "on"}
    act(surveyor, world.row(), "berita-acara", "visit", **given)
    handed_in = translate(STEPS["berita-acara"].done)
    assert handed_in in surveyor.post(address, given, follow=True).content.decode(), "a second click"
    del given["agreed"]
    told = surveyor.post(address, given, follow=True).content.decode()
    assert (handed_in in told, "dengan isi lain" in told) == (False, True)
    assert CaseEvent.objects.get(case=world.case, kind="done", stage="visit").facts["agreed"] is True


def test_every_step_stands_among_the_events() -> None:
    assert LEFT.keys() == STEPS.keys()


def test_a_window_that_is_out_of_date_erases_nothing_while_the_clock_stands_for_documents(world: World) -> None:
    world.submit()
    world.accept(NOW)
    do.stop_clock(
        by=world.who("back"), case=world.case, reason="documents", findings=[Finding("missing", requirement="str")],
        until=UNTIL, now=NOW,
    )  # fmt: skip
    before, by = world.row(), world.who("nurse")
    client, page = entered(Client(), "fatimah@contoh.invalid"), reverse("permits:own-case", args=[world.case])
    typed = {**ANSWERS, "str_until": "31/01/2030", "place": "Lain", "name": "Lain", "version": before.edition}
    saved = client.post(page, typed, headers={"X-Autosave": "1"})
    assert (saved.status_code, saved["X-Autosave"]) == (409, "refused")
    sent = client.post(page, typed)
    assert (sent.status_code, "Menunggu pemohon" in sent.content.decode()) == (409, True)
    with pytest.raises(WrongState):
        do.save_answers(by=by, case=world.case, seen=before.edition, answers={**ANSWERS, "place": "Lain"}, now=NOW)
    row = world.row()
    assert (row.answers, row.edition, row.identity_hash) == (before.answers, before.edition, before.identity_hash)
    assert cases.own_case(world.case, scope=by, now=NOW).person["name"] == NURSE.name
