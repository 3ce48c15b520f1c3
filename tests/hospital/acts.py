"""Every operation of hospitals, and what it leaves behind (kit/acts.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from hospital import day_acts
from hospital.world import DAY, GENERAL, HERE, HOUR, NOW, OWN, TUESDAY, World, hospital
from kit.acts import Acts, Call
from pilar.areas.models import Office
from pilar.hospital import models
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, Breach, BrokenGlass, Patient, PlannedOperation
from pilar.hospital.rules.booking import Asked, Channel, Payer, Visit
from pilar.hospital.rules.entries import Entry
from pilar.hospital.rules.fhir.asking import Wanted
from pilar.hospital.rules.pharmacy import PharmacyState, Recipe
from pilar.hospital.rules.privacy import Purpose
from pilar.people.operations import load_retention
from pilar.people.rules import OPERATOR

KEY, LATER = UUID(int=7, version=4), NOW + HOUR
REASON = "Pasien tidak sadar di IGD"
BREACH = {
    "noticed_at": NOW, "happened": "Berkas terkirim ke alamat lain", "data": "nama", "affected": 3,
    "consequences": "penipuan", "remedy": "berkas ditarik", "contact": "pdp@contoh.invalid",
}  # fmt: skip


def booked(world: World) -> None:
    world.book()


def arrived(world: World) -> None:
    """Checked in on Tuesday at the time of the place."""
    code = world.book()
    do.check_in(by=world.who("desk"), booking=code, key=UUID(int=8, version=4), now=world.row().at)


def served(world: World) -> None:
    arrived(world)
    at = world.row().at
    Booking.objects.filter(code=world.code).update(
        state="served", called_at=at, started_at=at, ended_at=at + timedelta(minutes=9)
    )
    for task, minutes in ((4, 1), (5, 10)):
        models.Task.objects.create(booking=world.row(), task=task, at=at + timedelta(minutes=minutes))


def prescribed(world: World) -> None:
    served(world)
    do.prescribe(by=world.who("doctor"), booking=world.code, recipe=Recipe.COMPOUND, now=world.row().ended_at or NOW)


def opened(world: World) -> None:
    do.break_glass(by=world.who("nurse"), hospital=HERE, record=record(world), reason=REASON, now=NOW)


def agreed(world: World) -> None:
    do.agree(by=world.who("daughter"), patient=world.patient, purpose=Purpose.REMINDER, now=NOW)


def planned(world: World) -> None:
    do.plan_operation(
        by=world.who("desk"), hospital=HERE, clinic="dalam", record=record(world), day=TUESDAY, procedure="Contoh",
        now=NOW,
    )  # fmt: skip


def left_over(world: World) -> None:
    """A booking that was cancelled."""
    world.book()
    do.cancel(by=world.who("daughter"), booking=world.code, reason="", key=UUID(int=9, version=4), now=NOW)


def run_out(world: World) -> None:
    load_retention(by=OPERATOR)
    left_over(world)


def breached(world: World) -> None:
    do.write_breach(by=world.who("privacy"), hospital=HERE, facts=BREACH, now=NOW)


def office(world: World) -> None:
    Office.objects.create(region_id=OWN, name="Dinas Kesehatan", abbreviation="Dinkes")


def record(world: World) -> str:
    return Patient.objects.get(pk=world.patient).record


def clinic(world: World) -> int:
    return world.session().clinic_id


def clinic_weekly(world: World) -> int:
    return models.WeeklySession.objects.get(clinic=clinic(world), weekday=2).pk


def on_leave(world: World) -> None:
    session = world.session()
    world.extra["leave"] = do.add_leave(
        by=world.who("manager"), hospital=HERE, doctor=session.doctor_id, since=TUESDAY, until=TUESDAY, reason="x",
        now=NOW,
    )  # fmt: skip


def bookings_of_month(world: World) -> None:
    office(world)
    world.book()


CALLS: Mapping[str, Call] = {
    **day_acts.CALLS,
    "load_hospitals": lambda _w, by: do.load_hospitals(by=by, given=[hospital("rsu-baru")], now=NOW),
    "keep_entry": lambda _w, by: do.keep_entry(
        by=by, hospital=HERE, entry=Entry.DOCTOR, key=models.Doctor.objects.get(hospital=HERE, name="dr. Ana").pk,
        facts={"practitioner": "N10000001"}, now=NOW,
    ),
    "open_sessions": lambda _w, by: do.open_sessions(by=by, now=NOW + 7 * DAY),
    "set_weekly": lambda w, by: do.set_weekly(
        by=by, clinic=clinic(w), doctor=w.session().doctor_id, room=w.session().room_id, weekday=6, starts=time(9),
        ends=time(11), capacity=4, shares=[1, 1, 1, 0], valid_from=TUESDAY, now=NOW,
    ),
    "decide_policy": lambda w, by: do.decide_policy(
        by=by, clinic=clinic(w), changes={"minutes": 15}, effect={}, reason="x", valid_from=TUESDAY, now=NOW
    ),
    "add_leave": lambda w, by: do.add_leave(
        by=by, hospital=HERE, doctor=w.session(TUESDAY + DAY).doctor_id, since=TUESDAY, until=TUESDAY, reason="x",
        now=NOW,
    ),
    "end_leave": lambda w, by: do.end_leave(by=by, leave=w.extra["leave"], now=NOW),
    "end_weekly": lambda w, by: do.end_weekly(by=by, weekly=clinic_weekly(w), last=TUESDAY, now=NOW),
    "register_patient": lambda w, by: do.register_patient(
        by=by, hospital=HERE, person=do.Person("Rahmat", nik="3603014501900009"), now=NOW
    ),
    "book": lambda w, by: do.book(
        by=by, session=w.session().pk, patient=w.patient, asked=GENERAL, key=KEY, now=NOW
    ),
    "move": lambda w, by: do.move(
        by=by, booking=w.code, session=w.session(TUESDAY + DAY).pk, key=KEY, now=NOW
    ),
    "cancel": lambda w, by: do.cancel(by=by, booking=w.code, reason="x", key=KEY, now=NOW),
    "check_in": lambda w, by: do.check_in(by=by, booking=w.code, key=KEY, now=w.row().at),
    "book_appointment": lambda w, by: do.book_appointment(
        by=by, hospital=HERE, now=NOW,
        wanted=Wanted(str(w.session().pk), str(w.patient), Asked(Channel.DESK, Payer.GENERAL, Visit.REFERRAL), "x|1"),
    ),
    "cancel_appointment": lambda w, by: do.cancel_appointment(
        by=by, hospital=HERE, code=w.code, reason="x", unchanged=lambda _row: True, now=NOW
    ),
    "predict": lambda w, by: do.predict(by=by, booking=w.row().pk, now=w.row().at + timedelta(minutes=1)),
    "replay_forecasts": lambda _w, by: do.replay_forecasts(by=by, hospital=HERE, days=2, now=NOW + 2 * DAY),
    "measure_forecasts": lambda _w, by: do.measure_forecasts(by=by, now=NOW),
    "define_measures": lambda _w, by: do.define_measures(by=by, region=OWN, now=NOW),
    "report_measures": lambda _w, by: do.report_measures(by=by, now=NOW + 31 * DAY),
    "invite_patients": lambda _w, by: do.invite_patients(by=by, now=NOW + 2 * DAY),
    "prescribe": lambda w, by: do.prescribe(
        by=by, booking=w.code, recipe=Recipe.COMPOUND, now=w.row().at + timedelta(minutes=12)
    ),
    "move_medicine": lambda w, by: do.move_medicine(
        by=by, booking=w.code, to=PharmacyState.MAKING, now=w.row().at + timedelta(minutes=20)
    ),
    "plan_operation": lambda w, by: do.plan_operation(
        by=by, hospital=HERE, clinic="dalam", record=record(w), day=TUESDAY, procedure="Contoh", now=NOW
    ),
    "change_operation": lambda _w, by: do.change_operation(
        by=by, operation=PlannedOperation.objects.get(hospital=HERE).code, day=TUESDAY + DAY, done=False, now=LATER
    ),
    "agree": lambda w, by: do.agree(by=by, patient=w.patient, purpose=Purpose.REMINDER, now=NOW),
    "withdraw": lambda w, by: do.withdraw(by=by, patient=w.patient, purpose=Purpose.REMINDER, now=LATER),
    "break_glass": lambda w, by: do.break_glass(by=by, hospital=HERE, record=record(w), reason=REASON, now=NOW),
    "review_glass": lambda _w, by: do.review_glass(
        by=by, glass=BrokenGlass.objects.get(hospital=HERE).pk, finding="Benar", now=LATER
    ),
    "write_breach": lambda _w, by: do.write_breach(by=by, hospital=HERE, facts=BREACH, now=NOW),
    "tell_breach": lambda _w, by: do.tell_breach(by=by, breach=Breach.objects.get(hospital=HERE).pk, now=LATER),
    "erase_bookings": lambda w, by: do.erase_bookings(by=by, patient=w.patient, now=LATER),
    "forget_bookings": lambda _w, by: do.forget_bookings(by=by, now=NOW + 900 * DAY),
    "renew_patients": lambda _w, by: do.renew_patients(by=by),
}  # fmt: skip

LEFT = f"""
operation | who | audit | rows
{day_acts.LEFT.strip()}
load_hospitals | operator
    | load hospital.hospital, 2 x load hospital.room, 2 x load hospital.doctor, 2 x load hospital.clinic
    | clinic+2 doctor+2 hospital+1 policyversion+2 room+2 weeklysession+10
keep_entry | manager | change hospital.doctor | doctor~1
open_sessions | schedule | . | session+24
set_weekly | manager | set-weekly hospital.clinic | session+12 weeklysession+1
decide_policy | manager | decide-policy hospital.clinic | policyversion+1 session~59
add_leave | manager | add-leave hospital.leave | leave+1 session-1
end_leave | manager | end-leave hospital.leave | leave~1 session+1
end_weekly | manager | end-weekly hospital.clinic | session-12 weeklysession~1
register_patient | desk | register hospital.patient | hospital~1 patient+1
book | daughter | book hospital.booking | booking+1 bookingevent+1 session~1
move | daughter | book hospital.booking, moved hospital.booking | booking+1~1 bookingevent+2 session~2
cancel | daughter | cancelled hospital.booking | bookingevent+1 booking~1 session~1
check_in | daughter | check-in hospital.booking
    | bookingevent+1 booking~1 procrastinate_events+1 procrastinate_jobs+1 task+1
book_appointment | desk | book hospital.booking | booking+1 bookingevent+1 session~1
cancel_appointment | desk | cancelled hospital.booking | bookingevent+1 booking~1 session~1
predict | schedule | . | prediction+1
replay_forecasts | schedule | . | prediction+1
measure_forecasts | schedule | . | forecastweek+3
define_measures | schedule | add measures.source, 6 x define measures.measure
    | measures_definition+6 measures_measure+6 measures_sourcesystem+1
report_measures | schedule | add measures.source, 6 x define measures.measure, 2 x report measures.measure by another
    | measures_definition+6 measures_measure+6 measures_sourcesystem+1 measures_value+2
invite_patients | schedule | . | .
prescribe | doctor | prescribe hospital.prescription | prescription+1
move_medicine | pharmacy | move hospital.prescription | prescription~1 task+1
plan_operation | desk | plan hospital.operation | plannedoperation+1
change_operation | desk | change hospital.operation | plannedoperation~1
agree | daughter | agree hospital.patient | consent+1
withdraw | daughter | withdraw hospital.patient | consent~1
break_glass | nurse | break-glass hospital.glass | brokenglass+1 people_notice+1
review_glass | privacy | review hospital.glass | brokenglass~1 people_notice~1
write_breach | privacy | write hospital.breach | breach+1
tell_breach | privacy | tell hospital.breach | breach~1
erase_bookings | daughter | erase hospital.patient | patient~1
forget_bookings | schedule | erase hospital.patient, erase hospital.patient @36.71 | patient~2 waiting~1
renew_patients | operator | . | .
"""
BEFORE: dict[str, Any] = {
    **day_acts.BEFORE,
    **dict.fromkeys(("move", "cancel", "check_in", "cancel_appointment"), booked),
    "predict": arrived, "replay_forecasts": served, "prescribe": served, "move_medicine": prescribed,
    "change_operation": planned, "end_leave": on_leave,
    "withdraw": agreed, "review_glass": opened, "tell_breach": breached, "erase_bookings": left_over,
    "forget_bookings": run_out, "define_measures": office, "report_measures": bookings_of_month,
    "invite_patients": served,
}  # fmt: skip
ACTS = Acts(
    "hospital", CALLS, LEFT, before=BEFORE, strangers=("neighbour", "public", "stranger", "elsewhere"),
    repeated="predict write_breach set_up_kiosk end_kiosks", open_to_all="check_in_at_kiosk draw_at_kiosk",
    piecewise="end_sessions offer_places open_sessions tell_bpjs look_at_bpjs send_changed_hours "
    "tell_satusehat",
    everywhere="end_sessions offer_places open_sessions measure_forecasts forget_bookings renew_patients "
    "report_measures",
)  # fmt: skip
EXEMPT = {
    **dict.fromkeys(
        ("fill_visits", "live_day", "open_family", "replay_forecasts"),
        "of the demonstration: config/demonstration/test_hospital.py",
    ),
    **dict.fromkeys(("send_hours", "fingerprint"), "asks another system: tests/hospital/test_bpjs_comparing.py"),
    "tell_satusehat": "asks another system: tests/hospital/test_satusehat.py",
}
