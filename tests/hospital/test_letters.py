"""Referrals and control letters: one that comes later, how long it holds, the NIK that BPJS asks for."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from hospital.browsing import checked
from hospital.protecting import client_of
from hospital.test_booking import OPEN_DESK
from hospital.test_pages import next_session
from hospital.world import DAY, HERE, NOW, TUESDAY, World
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, BpjsMessage, Waiting
from pilar.hospital.rules.booking import Asked, Channel, LetterSent, Payer, ReferenceUsed, Visit, WrongState
from pilar.people.rules import SCHEDULE, NotFound
from pilar.platform.errors import Faults

LETTER, OTHER = "0301R0010326K000001", "0301R0010326K000002"
CONTROL = Asked(Channel.DESK, Payer.BPJS, Visit.CONTROL)
REFERRED = Asked(Channel.APP, Payer.BPJS, Visit.REFERRAL, LETTER, TUESDAY)


def add(world: World, reference: str = LETTER, until: date | None = None, who: str = "desk") -> None:
    do.add_letter(by=world.who(who), booking=world.code, reference=reference, referred_until=until, now=NOW)


def refused(world: World) -> BpjsMessage:
    """BPJS did not take the booking without a letter."""
    return BpjsMessage.objects.create(
        hospital_id=HERE, booking=world.row(), step=0, at=NOW, made_at=NOW, state="dead", attempts=3
    )


def test_a_letter_comes_later_and_what_bpjs_did_not_take_is_sent_again(world: World) -> None:
    world.book("desk", asked=CONTROL)
    message = refused(world)
    for wrong in ("", "123", "!" * 19):
        with pytest.raises(Faults):
            add(world, wrong)
    for _twice in range(2):
        add(world, until=TUESDAY + DAY)
    row = world.row()
    assert row.reference is not None
    assert (row.reference.read(by=SCHEDULE.actor, key=row.pk), row.referred_until) == (LETTER, TUESDAY + DAY)
    message.refresh_from_db()
    assert (message.state, message.attempts, message.next_at) == ("waiting", 0, NOW)
    BpjsMessage.objects.filter(pk=message.pk).update(state="sent", next_at=None)
    add(world)
    with pytest.raises(LetterSent):
        add(world, OTHER)
    for who in ("nurse", "elsewhere", "stranger", "public"):
        with pytest.raises(NotFound):
            add(world, who=who)


def test_one_letter_is_used_once_a_day_and_not_after_the_visit(world: World) -> None:
    world.book(asked=REFERRED)
    one = world.stranger(1)
    world.book("desk", patient=one, asked=CONTROL)
    with pytest.raises(ReferenceUsed):
        add(world)
    do.cancel(by=world.who("desk"), booking=world.code, reason="x", key=uuid4(), now=NOW)
    with pytest.raises(WrongState):
        add(world, OTHER)
    world.book("desk", patient=one, asked=OPEN_DESK)
    with pytest.raises(NotFound):
        add(world, OTHER)


def test_nobody_is_moved_beyond_the_end_of_their_referral(world: World) -> None:
    code = world.book(asked=REFERRED)
    assert world.row().referred_until == TUESDAY
    with pytest.raises(Faults):
        do.move(by=world.who("daughter"), booking=code, session=world.session(TUESDAY + DAY).pk, key=uuid4(), now=NOW)
    do.cancel_session(by=world.who("manager"), session=world.session().pk, reason="Dokter sakit", now=NOW)
    assert do.move_bookings(by=SCHEDULE, session=world.session().pk, now=NOW) == 0
    assert world.row().state == "cancelled"


def test_a_place_of_the_wait_list_ends_with_the_referral(world: World) -> None:
    Waiting.objects.all().update(state="over")
    given = {"patient": world.patient, "clinic": world.session().clinic_id, "doctor": None, "payer": Payer.BPJS,
             "visit": Visit.REFERRAL, "reference": LETTER, "first_day": TUESDAY, "now": NOW}  # fmt: skip
    with pytest.raises(Faults):
        do.join_waiting(by=world.who("daughter"), last_day=TUESDAY + DAY, referred_until=TUESDAY, **given)
    key = do.join_waiting(by=world.who("daughter"), last_day=TUESDAY, referred_until=TUESDAY, **given)
    do.offer_places(by=SCHEDULE, now=NOW)
    offered = Waiting.objects.get(pk=key).offered
    assert offered is not None
    assert offered.referred_until == TUESDAY


def test_bpjs_takes_nobody_without_a_nik(world: World) -> None:
    do.open_sessions(by=SCHEDULE, now=timezone.now())
    desk, session = client_of(world, "desk"), next_session()
    one = do.register_patient(by=world.who("desk"), hospital=HERE, person=do.Person("Tanpa NIK"), now=NOW)
    address = f"{reverse('hospital:book', args=[session.pk])}?pasien={one}"
    sent = {"payer": "bpjs", "visit": "3", "reference": LETTER}
    answer = checked(desk, address, **sent)
    assert (answer.status_code, "Perbaiki data" in answer.content.decode()) == (422, True)
    with pytest.raises(Faults) as found:
        do.join_waiting(
            by=world.who("desk"), patient=one, clinic=session.clinic_id, doctor=None, first_day=TUESDAY,
            last_day=TUESDAY, payer=Payer.BPJS, visit=Visit.REFERRAL, reference=LETTER, now=NOW,
        )  # fmt: skip
    assert [fault.code for fault in found.value.faults] == ["nik-missing"]
    do.change_patient(by=world.who("desk"), patient=one, person=do.Person("Kini", nik="3603014501500077"), now=NOW)
    assert checked(desk, address, **sent).status_code == HTTPStatus.FOUND


def test_the_letter_is_entered_on_the_page_of_the_booking(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    code = world.book("desk", asked=CONTROL)
    desk, mother = client_of(world, "desk"), client_of(world, "daughter")
    here, letter = reverse("hospital:booking", args=[code]), reverse("hospital:letter", args=[code])
    for client in (desk, mother):
        page = client.get(here).content.decode()
        assert (letter in page, "Nomor surat kontrol belum ada" in page) == (True, True)
    assert mother.post(letter, {"reference": "12"}).status_code == 422
    assert mother.post(letter, {"reference": LETTER.lower()})["Location"] == here
    assert "Nomor surat kontrol belum ada" not in desk.get(here).content.decode()
    Booking.objects.filter(code=code).update(state="cancelled")
    assert mother.get(letter)["Location"] == here
    assert mother.post(letter, {"reference": OTHER}).status_code == HTTPStatus.CONFLICT, "what is typed is answered"
    assert letter not in desk.get(reverse("hospital:booking", args=[general(world)])).content.decode()


def general(world: World) -> str:
    return Booking.objects.get(code=world.book("desk", patient=world.stranger(3), asked=OPEN_DESK)).code
