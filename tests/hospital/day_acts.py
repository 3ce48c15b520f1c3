"""The day of a session, the wait list, changed sessions and BPJS: as the tests of the laws call them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from hospital.world import DAY, HERE, MOTHER, NOW, TUESDAY, World
from kit.acts import Call
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, BpjsMessage, Waiting
from pilar.hospital.rules.booking import Asked, Channel, Payer, Priority, Visit
from pilar.hospital.rules.privacy import Purpose
from pilar.hospital.rules.queue import Reason

KEY = UUID(int=70, version=4)
MINUTE = timedelta(minutes=1)
AT_DESK = Asked(Channel.DESK, Payer.GENERAL, Visit.REFERRAL)


def at(world: World, minutes: int = 0) -> datetime:
    """The time of the place of the booking, and some minutes after it."""
    return world.row().at + minutes * MINUTE


def not_taken(world: World) -> None:
    """BPJS did not take a booking."""
    world.book()
    BpjsMessage.objects.create(
        hospital_id=HERE, booking=world.row(), step=0, at=NOW, made_at=NOW, state="dead", told="201"
    )


def here(world: World) -> None:
    """Checked in."""
    code = world.book()
    do.check_in(by=world.who("desk"), booking=code, key=UUID(int=71, version=4), now=at(world))


def new_here(world: World) -> None:
    code = world.book(asked=Asked(Channel.APP, Payer.GENERAL, Visit.REFERRAL, new=True))
    do.check_in(by=world.who("desk"), booking=code, key=UUID(int=71, version=4), now=at(world))


def called(world: World) -> None:
    here(world)
    do.call_next(by=world.who("nurse"), session=world.row().session_id, now=at(world, 1))


def called_often(world: World) -> None:
    """So often and long ago that they are skipped."""
    called(world)
    for minutes in (4, 7):
        do.call_again(by=world.who("nurse"), booking=world.code, now=at(world, minutes))


def seen(world: World) -> None:
    called(world)
    do.start(by=world.who("doctor"), booking=world.code, now=at(world, 2))


def gone(world: World) -> None:
    called(world)
    do.leave(by=world.who("nurse"), booking=world.code, reason=Reason.LEFT, now=at(world, 2))


def booked(world: World) -> None:
    world.book()


def reminded(world: World) -> None:
    """A booking of somebody who agrees to be reminded."""
    booked(world)
    do.agree(by=world.who("daughter"), patient=world.patient, purpose=Purpose.REMINDER, now=NOW)


def unreached(world: World) -> None:
    """A booking of somebody without an account, whose session is not held."""
    world.book("desk", patient=world.stranger(6), asked=AT_DESK)
    session = world.session().pk
    do.cancel_session(by=world.who("manager"), session=session, reason="sakit", now=NOW)
    do.move_bookings(by=world.who("schedule"), session=session, now=NOW)
    world.code = Booking.objects.get(moved_from__code=world.code).code


def waits(world: World) -> None:
    join(world, world.who("daughter"))


def offered(world: World) -> None:
    waits(world)
    do.offer_places(by=world.who("schedule"), now=NOW)


def cancelled(world: World) -> None:
    world.book()
    do.cancel_session(by=world.who("manager"), session=world.session().pk, reason="sakit", now=NOW)


def off(world: World) -> None:
    """A session that is booked lies on a day off."""
    world.book()
    do.add_leave(by=world.who("manager"), hospital=HERE, doctor=None, since=TUESDAY, until=TUESDAY, reason="x", now=NOW)


def twins(world: World) -> None:
    world.extra["other"] = world.stranger(5)


def join(world: World, by: Any) -> int:
    return do.join_waiting(
        by=by, patient=world.patient, clinic=world.session().clinic_id, doctor=None, first_day=TUESDAY,
        last_day=TUESDAY, payer=Payer.GENERAL, visit=Visit.REFERRAL, now=NOW,
    )  # fmt: skip


def waiting(world: World) -> int:
    return Waiting.objects.get(patient=world.patient).pk


CALLS: Mapping[str, Call] = {
    "walk_in": lambda w, by: do.walk_in(
        by=by, session=w.session().pk, patient=w.patient, asked=AT_DESK, priority=Priority.ELDERLY, key=KEY,
        now=w.session().starts_at - 20 * MINUTE,
    ),
    "check_in_at_kiosk": lambda w, by: do.check_in_at_kiosk(
        by=by, kiosk=w.extra["kiosk"], booking=w.code, key=KEY, now=at(w)
    ),
    "be_doctor": lambda w, by: do.be_doctor(by=by, session=w.session().pk),
    "triage": lambda w, by: do.triage(
        by=by, booking=w.code, signs={"pulse": "80"}, priority=Priority.ELDERLY, now=at(w, 1)
    ),
    "draw_at_kiosk": lambda w, by: do.draw_at_kiosk(
        by=by, kiosk=w.extra["kiosk"], session=w.session().pk, sought=MOTHER.nik, born=MOTHER.birth_date or TUESDAY,
        payer=Payer.GENERAL, visit=Visit.REFERRAL, key=KEY, now=w.session().starts_at - 20 * MINUTE,
    ),
    "add_letter": lambda w, by: do.add_letter(
        by=by, booking=w.code, reference="0301R0010326K000001", referred_until=TUESDAY, now=NOW
    ),
    "set_up_kiosk": lambda _w, by: do.set_up_kiosk(by=by, hospital=HERE),
    "end_kiosks": lambda _w, by: do.end_kiosks(by=by, hospital=HERE),
    "register_step": lambda w, by: do.register_step(by=by, booking=w.code, now=at(w, 3)),
    "call_next": lambda w, by: do.call_next(by=by, session=w.row().session_id, now=at(w, 1)),
    "call": lambda w, by: do.call(by=by, booking=w.code, reason=Reason.WORSE, now=at(w, 1)),
    "call_again": lambda w, by: do.call_again(by=by, booking=w.code, now=at(w, 4)),
    "skip": lambda w, by: do.skip(by=by, booking=w.code, reason=Reason.NOT_THERE, now=at(w, 12)),
    "leave": lambda w, by: do.leave(by=by, booking=w.code, reason=Reason.LEFT, now=at(w, 2)),
    "recall": lambda w, by: do.recall(by=by, booking=w.code, reason=Reason.RETURNED, now=at(w, 9)),
    "start": lambda w, by: do.start(by=by, booking=w.code, now=at(w, 2)),
    "finish": lambda w, by: do.finish(by=by, booking=w.code, now=at(w, 11)),
    "take_back_start": lambda w, by: do.take_back_start(by=by, booking=w.code, now=at(w, 3)),
    "set_priority": lambda w, by: do.set_priority(by=by, booking=w.code, priority=Priority.ELDERLY, now=at(w, 1)),
    "agree_earlier": lambda w, by: do.agree_earlier(by=by, booking=w.code, agreed=True, now=NOW),
    "book_control": lambda w, by: do.book_control(
        by=by, booking=w.code, session=w.session(TUESDAY + DAY).pk, key=KEY, now=at(w, 9)
    ),
    "end_session": lambda w, by: do.end_session(by=by, session=w.session().pk, now=w.session().ends_at),
    "end_sessions": lambda w, by: do.end_sessions(by=by, now=w.session().ends_at + DAY),
    "replan_session": lambda w, by: do.replan_session(
        by=by, session=w.session().pk, resume=w.session().starts_at + 40 * MINUTE, until=w.session().ends_at,
        now=w.session().starts_at - 60 * MINUTE,
    ),
    "change_session": lambda w, by: do.change_session(
        by=by, session=w.session().pk, room=w.session().room_id, doctor=w.session().doctor_id, starts=time(9, 30),
        ends=time(11), capacity=5, closed=False, release=False, now=NOW,
    ),
    "cancel_days_off": lambda _w, by: do.cancel_days_off(by=by, hospital=HERE, reason="Cuti", now=NOW),
    "cancel_session": lambda w, by: do.cancel_session(by=by, session=w.session().pk, reason="sakit", now=NOW),
    "move_bookings": lambda w, by: do.move_bookings(by=by, session=w.session().pk, now=NOW),
    "join_waiting": join,
    "offer_places": lambda _w, by: do.offer_places(by=by, now=NOW),
    "take_offer": lambda w, by: do.take_offer(by=by, waiting=waiting(w), now=NOW + MINUTE),
    "leave_waiting": lambda w, by: do.leave_waiting(by=by, waiting=waiting(w), now=NOW + MINUTE),
    "remind": lambda _w, by: do.remind(by=by, now=NOW),
    "merge_patients": lambda w, by: do.merge_patients(by=by, patient=w.extra["other"], into=w.patient, now=NOW),
    "change_patient": lambda w, by: do.change_patient(
        by=by, patient=w.patient, person=replace(MOTHER, phone="081200000000"), now=NOW
    ),
    "tell_by_phone": lambda w, by: do.tell_by_phone(by=by, booking=w.code, now=NOW),
    "join_account": lambda w, by: do.join_account(
        by=by, patient=w.extra["other"], account=w.who("stranger").citizen or 0, now=NOW
    ),
    "tell_bpjs": lambda _w, by: do.tell_bpjs(by=by, now=NOW),
    "compare_with_bpjs": lambda _w, by: do.compare_with_bpjs(by=by, now=NOW),
    "look_at_bpjs": lambda _w, by: do.look_at_bpjs(by=by, now=NOW),
    "send_changed_hours": lambda _w, by: do.send_changed_hours(by=by, now=NOW),
    "send_again": lambda _w, by: do.send_again(by=by, hospital=HERE, now=NOW),
    "tell_satusehat": lambda _w, by: do.tell_satusehat(by=by, now=NOW),
}  # fmt: skip


def control(world: World) -> None:
    """A control visit without its letter."""
    world.book("desk", asked=Asked(Channel.DESK, Payer.BPJS, Visit.CONTROL))


def device(world: World) -> None:
    world.extra["kiosk"] = do.set_up_kiosk(by=world.who("desk"), hospital=HERE)


def kiosk(world: World) -> None:
    world.book()
    world.extra["kiosk"] = do.set_up_kiosk(by=world.who("desk"), hospital=HERE)


BEFORE: Mapping[str, Any] = {
    "check_in_at_kiosk": kiosk, "register_step": new_here, **dict.fromkeys(("call_next", "call", "set_priority"), here),
    **dict.fromkeys(("call_again", "leave", "start"), called), "skip": called_often, "recall": gone, "finish": seen,
    "take_back_start": seen, "change_session": booked, "cancel_days_off": off,
    "book_control": seen, **dict.fromkeys(("agree_earlier", "end_session", "end_sessions", "replan_session"), booked),
    "move_bookings": cancelled, "cancel_session": booked, "offer_places": waits, "take_offer": offered,
    "leave_waiting": offered, "send_again": not_taken, "remind": reminded,
    "merge_patients": twins, "join_account": twins, "tell_by_phone": unreached, "triage": here,
    "draw_at_kiosk": device, "add_letter": control,
}  # fmt: skip
LEFT = """
walk_in | desk | book hospital.booking, check-in hospital.booking
    | booking+1 bookingevent+2 procrastinate_events+1 procrastinate_jobs+1 session~1 task+1
check_in_at_kiosk | public | check-in hospital.booking by another
    | bookingevent+1 booking~1 procrastinate_events+1 procrastinate_jobs+1 task+1
draw_at_kiosk | public
    | book hospital.booking by another, check-in hospital.booking by another
    | booking+1 bookingevent+2 procrastinate_events+1 procrastinate_jobs+1 session~1 task+1
add_letter | desk | add-letter hospital.booking | booking~1
set_up_kiosk | desk | set-up-kiosk hospital.hospital | .
end_kiosks | desk | end-kiosks hospital.hospital | hospital~1
register_step | desk | register-step hospital.booking | task+1
call_next | nurse | call hospital.booking | bookingevent+1 booking~1
call | nurse | call hospital.booking | bookingevent+1 booking~1
call_again | nurse | call-again hospital.booking | bookingevent+1 booking~1
skip | nurse | skip hospital.booking | bookingevent+1 booking~1
leave | nurse | leave hospital.booking | bookingevent+1 booking~1
recall | nurse | recall hospital.booking | bookingevent+1 booking~1
start | doctor | start hospital.booking | bookingevent+1 booking~1 session~1 task+1
take_back_start | doctor | back hospital.booking | bookingevent+1 booking~1 session~1
finish | doctor | finish hospital.booking | bookingevent+1 booking~1 task+1
be_doctor | doctor | be hospital.doctor | doctor~1
triage | nurse | set-priority hospital.booking, triage hospital.booking | booking~1 triage+1
set_priority | nurse | set-priority hospital.booking | booking~1
agree_earlier | daughter | agree-earlier hospital.booking | bookingevent+1 booking~1
book_control | doctor | book hospital.booking
    | booking+1 bookingevent+1 procrastinate_events+1 procrastinate_jobs+1 session~1
end_session | nurse | end hospital.session, move hospital.booking | bookingevent+1 booking~1 session~1 task+1
end_sessions | schedule | 8 x end hospital.session, 3 x end hospital.session @36.71, move hospital.booking
    | bookingevent+1 booking~1 session~11 task+1
replan_session | doctor | replan hospital.session, shift hospital.booking
    | bookingevent+1 booking~1 procrastinate_events+1 procrastinate_jobs+1 replan+1 session~1
change_session | manager | change hospital.session, shift hospital.booking
    | bookingevent+1 booking~1 procrastinate_events+1 procrastinate_jobs+1 session~1
cancel_days_off | manager | cancel hospital.session | procrastinate_events+1 procrastinate_jobs+1 session~1
cancel_session | manager | cancel hospital.session | procrastinate_events+1 procrastinate_jobs+1 session~1
move_bookings | schedule | book hospital.booking, moved hospital.booking
    | booking+1~1 bookingevent+2 procrastinate_events+1 procrastinate_jobs+1 session~2
join_waiting | daughter | join hospital.waiting | waiting+1
offer_places | schedule
    | book hospital.booking, book hospital.booking @36.71, offer hospital.waiting, offer hospital.waiting @36.71
    | booking+2 bookingevent+3 people_notice+1 procrastinate_events+1 procrastinate_jobs+1 session~2 waiting~2
take_offer | daughter | taken hospital.waiting | waiting~1
leave_waiting | daughter | cancelled hospital.booking, over hospital.waiting
    | bookingevent+1 booking~1 session~1 waiting~1
remind | schedule | . | bookingevent+1 procrastinate_events+1 procrastinate_jobs+1
merge_patients | desk | merge hospital.patient, 2 x read hospital.patient.person | patient~2
join_account | desk | join-account hospital.patient, read people.public.name | patient~1
change_patient | daughter | change hospital.patient | patient~1
tell_by_phone | desk | tell hospital.booking | bookingevent+1
tell_bpjs | schedule | . | .
compare_with_bpjs | schedule | . | .
look_at_bpjs | schedule | . | .
send_changed_hours | schedule | . | .
send_again | manager | send-again hospital.bpjs-message | bpjsmessage~1
tell_satusehat | schedule | . | .
"""
