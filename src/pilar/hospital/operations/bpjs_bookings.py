"""Compare bookings with BPJS: resend those it lacks, and list those that only BPJS has."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from pilar.areas.reference import today_in
from pilar.hospital.bpjs.access import accesses
from pilar.hospital.bpjs.client import NotReached
from pilar.hospital.models import Booking, BpjsMessage, BpjsReading, Hospital
from pilar.hospital.operations.bpjs import BY_JKN
from pilar.hospital.operations.bpjs_asking import Asking, asking_by, keep_reading, listed
from pilar.hospital.queries import schedule
from pilar.hospital.queries.bpjs import hours_of
from pilar.hospital.reference.bpjs import contract
from pilar.hospital.rules.booking import BookingState, SessionState
from pilar.hospital.rules.bpjs.comparing import Reading
from pilar.hospital.rules.bpjs.sending import Difference, Known, Sending, Step, differences
from pilar.hospital.rules.bpjs.services import NotUnderstood, Refused
from pilar.people.rules import Standing
from pilar.platform.jobs import BPJS, every
from pilar.platform.transactions import one_by_one

AHEAD = 7
"""Days ahead for which BPJS is asked for its hours and bookings, day by day."""
BEFORE = timedelta(minutes=45)
"""How long before a session BPJS is asked for its bookings."""
MAX_ASKED = 200
"""The most bookings that BPJS is asked about one by one in a night, if they are not in its list."""
Rows = Iterable[Mapping[str, Any]]


@every("hospital.look-at-bpjs", cron="*/15 * * * *", queue=BPJS)
def look_at_bpjs(*, by: Standing, now: datetime) -> int:
    """Shortly before a session, read the bookings that BPJS has and we do not, so that the desk knows before the
    patients arrive; returns how many bookings. A hospital without a connection does not stop the others. For the
    schedule and the operator only."""
    by.require_server()
    begun = time.monotonic()

    def look(hospital: Hospital) -> int:
        today, region = today_in(hospital.region_id, now), hospital.region_id
        asking, bookings, asked = asking_by(accesses()[hospital.pk], now, begun), list[dict[str, Any]](), False
        stands = [SessionState.OPEN.value, SessionState.CLOSED.value]
        for session in schedule.sessions(hospital.pk, today, today, states=stands):
            code = session.clinic.subspecialty or session.clinic.poli
            if not code or session.doctor.hfis is None or not now < session.starts_at <= now + BEFORE:
                continue
            of = {"kodepoli": code, "kodedokter": session.doctor.hfis, "hari": today.isoweekday(),
                  "jampraktek": hours_of(session, region)}  # fmt: skip
            try:
                rows = listed(asking, "registered-session", of) or ()
            except NotUnderstood:
                continue
            except (NotReached, Refused):
                break
            bookings += _alone(hospital, (row for row in rows if row["tanggal"] == today))
            asked = True
        if asked:
            _keep_too(hospital, today, bookings, now)
        return len(bookings)

    return one_by_one(_tied(), look, job="hospital.look-at-bpjs", atomic=False)


def compare_booking(row: Booking, asking: Asking, now: datetime) -> Counter[str]:
    """Compare BPJS's data of a booking with the messages sent; send them again if BPJS does not have it at all."""
    try:
        rows = asking("tasks", {"kodebooking": row.code})
    except Refused as refused:
        if refused.code in contract().unknown_sender:
            raise
        rows = []
    known = {row["taskid"]: Known(row["wakturs"], row["waktu"]) for row in rows}
    lost = not known and _lacks(asking, row.code)
    with transaction.atomic():
        rows = BpjsMessage.objects.select_for_update().filter(booking=row, state=Sending.SENT)
        sent = {Step(message.step): message for message in rows}
        told = {step.task or 0: message.at for step, message in sent.items() if step.task}
        apart = differences(told, known)
        for step, message in sent.items():
            task = step.task or 0
            message.difference = apart.get(task, "")
            if step is Step.ADD and (lost or apart.keys() - told.keys()):
                message.difference = Difference.MISSING if lost else Difference.UNKNOWN
            elif step is Step.PHARMACY and lost:
                message.difference = Difference.MISSING
            message.received_at = known[task].received if task in known else None
            message.save(update_fields=["difference", "received_at"])
        again = _tell_again(rows.filter(difference=Difference.MISSING).exclude(step=Step.ADD, told=BY_JKN), now)
    counted = Counter(difference.value for difference in apart.values() if difference is not Difference.MISSING)
    return counted + Counter({Difference.MISSING.value: again})


def read_bookings(hospital: Hospital, asking: Asking, today: date, now: datetime) -> None:
    """Find the bookings of today and all coming days that BPJS has and the hospital does not. Bookings that are waiting
    on one side only are reported again."""
    for day in (today + timedelta(days=number) for number in range(AHEAD + 1)):
        rows = listed(asking, "registered-on", {"tanggal": day}) or []
        keep_reading(hospital, day, Reading.BOOKINGS, _alone(hospital, rows), now)
    active = listed(asking, "registered-active") or []
    last = today + timedelta(days=AHEAD)
    later: dict[date, list[Mapping[str, Any]]] = {}
    for row in active:
        if row["tanggal"] > last:
            later.setdefault(row["tanggal"], []).append(row)
    BpjsReading.objects.filter(hospital=hospital, kind=Reading.BOOKINGS, day__gt=last).delete()
    for day, those in later.items():
        keep_reading(hospital, day, Reading.BOOKINGS, _alone(hospital, those), now)
    _tell_lost(hospital, {row["kodebooking"] for row in active}, asking, today, now)


def _tell_lost(hospital: Hospital, active: set[str], asking: Asking, today: date, now: datetime) -> None:
    """Report again bookings that wait here but not at BPJS, and bookings that were given up here but still wait
    there."""
    steps = BpjsMessage.objects.filter(
        hospital=hospital, state=Sending.SENT, booking__day__gte=today, step__in=[Step.ADD, Step.CANCEL]
    ).exclude(told=BY_JKN)
    gone = steps.filter(step=Step.CANCEL, booking__code__in=active)
    here = steps.filter(step=Step.ADD, booking__state=BookingState.BOOKED).exclude(booking__code__in=active)
    asked = list(here.order_by("booking__day", "pk").values_list("pk", "booking__code")[:MAX_ASKED])
    missing = [*gone.values_list("pk", flat=True), *(key for key, code in asked if _lacks(asking, code))]
    with transaction.atomic():
        before = list(steps.filter(difference=Difference.MISSING).values_list("pk", flat=True))
        rows = BpjsMessage.objects.select_for_update()
        list(rows.filter(pk__in=[*missing, *before]).order_by("pk"))  # no worker sends messages about them meanwhile
        rows.filter(pk__in=before).update(difference="")  # as of the night before
        _tell_again(rows.filter(pk__in=missing), now)


def _lacks(asking: Asking, code: str) -> bool:
    """Return whether BPJS has no booking of this code."""
    return not listed(asking, "registered", {"kodebooking": code})


def _tell_again(rows: QuerySet[BpjsMessage], now: datetime) -> int:
    """Queue sent messages again that BPJS does not have; returns how many."""
    return rows.filter(state=Sending.SENT).update(
        difference=Difference.MISSING, state=Sending.WAITING, attempts=0, made_at=now, next_at=now, sent_at=None
    )


def _alone(hospital: Hospital, rows: Rows) -> list[dict[str, Any]]:
    """The rows that the hospital does not have, without personal data."""
    kept = [row for row in rows if row["status"] not in contract().given_up]
    known = set(
        Booking.objects.filter(hospital=hospital, code__in=[row["kodebooking"] for row in kept])
        .values_list("code", flat=True)
    )  # fmt: skip
    return [
        {"code": row["kodebooking"], "clinic": row["kodepoli"], "doctor": row["kodedokter"],
         "number": row["noantrean"], "source": row["sumberdata"]}
        for row in kept if row["kodebooking"] not in known
    ]  # fmt: skip


@transaction.atomic
def _keep_too(hospital: Hospital, day: date, bookings: list[dict[str, Any]], now: datetime) -> None:
    """Add findings to those already stored for the day."""
    of = {"hospital": hospital, "day": day, "kind": Reading.BOOKINGS.value}
    before = BpjsReading.objects.select_for_update().filter(**of).first()
    rows = {row["code"]: row for row in (*(before.rows if before else ()), *bookings)}
    known = set(Booking.objects.filter(hospital=hospital, code__in=list(rows)).values_list("code", flat=True))
    keep_reading(hospital, day, Reading.BOOKINGS, [row for code, row in rows.items() if code not in known], now)


def _tied() -> QuerySet[Hospital]:
    return Hospital.objects.filter(pk__in=list(accesses()))
