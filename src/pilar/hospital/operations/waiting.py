"""The wait list (daftar tunggu): a freed place is offered for a time to the first patient, then to the next."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction

from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, Clinic, Doctor, Waiting
from pilar.hospital.operations.booking import book, cancel
from pilar.hospital.operations.patients import own_patient
from pilar.hospital.operations.telling import tell_of, tell_patient
from pilar.hospital.queries.changes import rooms
from pilar.hospital.queries.opening import AHEAD
from pilar.hospital.queries.schedule import SessionRow
from pilar.hospital.rules.booking import (
    HOLDS,
    AlreadyBooked,
    Asked,
    BookingState,
    Channel,
    Payer,
    ReferenceUsed,
    SessionClosed,
    SessionFull,
    Visit,
    WaitingState,
    nik_missing,
    reference_faults,
)
from pilar.people.operations import held, there
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.jobs import every
from pilar.platform.language import N_
from pilar.platform.transactions import one_by_one

TARGET = "hospital.waiting"
OPEN = (WaitingState.WAITING.value, WaitingState.OFFERED.value)


class AlreadyWaiting(PilarError):
    code = "already-waiting"
    status = 409
    sentence = N_("This patient waits for a place of this clinic already")


class OfferOver(PilarError):
    code = "offer-over"
    status = 409
    sentence = N_("This offer is over, and the place has gone to the next. You can join the wait list again")


@transaction.atomic
def join_waiting(
    *, by: Standing, patient: int, clinic: int, doctor: int | None, first_day: date, last_day: date, payer: Payer,
    visit: Visit, reference: str = "", referred_until: date | None = None, now: datetime,
) -> int:  # fmt: skip
    """Join the wait list of a clinic for one of some days; returns the key.

    Raises :class:`NotFound` for anyone who may not act for the patient, :class:`AlreadyWaiting`, Faults at fields.
    """
    who = own_patient(by=by, patient=patient, now=now)
    row = there(Clinic.objects.select_related("hospital"), pk=clinic, hospital=who.hospital_id)
    wanted = there(Doctor.objects, pk=doctor, hospital=row.hospital_id) if doctor is not None else None
    today = today_in(row.hospital.region_id, now)
    faults = list(reference_faults(Asked(Channel.APP, payer, visit, reference, referred_until), last_day))
    if not today <= first_day <= last_day <= today + timedelta(days=AHEAD):
        sentence = N_("Name days from today on, at most %(days)s days ahead, the first before the last")
        faults.append(Fault("waiting-days", sentence, {"days": AHEAD}, "last_day"))
    if payer is Payer.BPJS and not who.nik_hash:
        faults.append(nik_missing())
    if faults:
        raise Faults(faults)
    try:
        with transaction.atomic():
            kept = Waiting.objects.create(
                hospital=row.hospital, clinic=row, doctor=wanted, patient=who, first_day=first_day, last_day=last_day,
                payer=payer, visit=visit, reference=reference or None, referred_until=referred_until,
                since=now,
            )  # fmt: skip
    except IntegrityError:
        raise AlreadyWaiting from None
    audit.record(by=by.actor, action="join", target=TARGET, key=kept.pk, area=row.hospital.region_id)
    return kept.pk


@transaction.atomic
def take_offer(*, by: Standing, waiting: int, now: datetime) -> str:
    """Accept the offered place; returns the code of its booking. Raises :class:`NotFound`, :class:`OfferOver`."""
    row, offered = _own(by, waiting, now)
    if offered is None or (row.state, offered.state) not in (
        (WaitingState.OFFERED, BookingState.BOOKED), (WaitingState.TAKEN, BookingState.BOOKED),
    ):  # fmt: skip
        raise OfferOver
    _end(row, WaitingState.TAKEN, by, now)
    return offered.code


@transaction.atomic
def leave_waiting(*, by: Standing, waiting: int, now: datetime) -> str:
    """Leave the wait list and give back an offered place; returns the hospital. Raises :class:`NotFound`."""
    row, offered = _own(by, waiting, now)
    if row.state in OPEN:
        _give_back(row, offered, "offer-declined", by, now)
    return row.hospital_id


@every("hospital.offer-places", cron="*/2 * * * *")
def offer_places(*, by: Standing, now: datetime) -> int:
    """Withdraw expired offers, then offer free places, one by one, to the person who has waited longest; returns how
    many offers were made. For the schedule and the operator."""
    by.require_server()
    rows = Waiting.objects.order_by("since", "pk").values_list("pk", flat=True)
    over = rows.filter(state=WaitingState.OFFERED.value, offer_until__lte=now)
    keys = [*over, *rows.filter(state=WaitingState.WAITING.value)]
    return one_by_one(keys, lambda key: _offer_next(key, by, now), job="hospital.offer-places")


def _offer_next(key: int, by: Standing, now: datetime) -> bool:
    """Process one entry in its present state; returns whether it was offered a place."""
    row = held(Waiting.objects.select_related("hospital"), pk=key)
    if row.state == WaitingState.OFFERED and row.offer_until is not None and row.offer_until <= now:
        _give_back(row, row.offered, "offer-over", by, now)
        tell_patient(row.patient_id, now)
    return row.state == WaitingState.WAITING and _offer(row, by, now)


def _offer(row: Waiting, by: Standing, now: datetime) -> bool:
    today = today_in(row.hospital.region_id, now)
    if row.last_day < today:
        _end(row, WaitingState.OVER, by, now)
        return False
    kept = row.reference.read(by=by.actor, key=row.pk, area=row.hospital.region_id) if row.reference else ""
    new = not Booking.objects.filter(patient=row.patient_id, state=BookingState.SERVED).exists()
    asked = Asked(Channel.APP, Payer(row.payer), Visit(row.visit), kept, row.referred_until, new)
    for place in _places(row, today, now):
        try:
            booked = book(by=by, session=place.key, patient=row.patient_id, asked=asked, key=uuid4(), now=now)
        except (AlreadyBooked, Faults, ReferenceUsed, SessionClosed, SessionFull):
            continue
        row.state, row.offered_id = WaitingState.OFFERED.value, booked.key
        row.offer_until = now + timedelta(minutes=place.policy.offer)
        row.save(update_fields=["state", "offered", "offer_until"])
        audit.record(by=by.actor, action="offer", target=TARGET, key=row.pk, area=row.hospital.region_id)
        offered = Booking.objects.select_related("hospital").get(pk=booked.key)
        tell_of(offered, by=by, now=now, place=False)  # the page where it can be accepted
        return True
    return False


def _places(row: Waiting, today: date, now: datetime) -> list[SessionRow]:
    """The sessions that have a place left and begin after the offer would expire, the earliest day first."""
    first = max(today, row.first_day)
    return [
        session
        for session, _room in rooms(row.clinic_id, now, row.last_day, now=now, doctor=row.doctor_id)
        if session.day >= first
        and session.starts_at > now + timedelta(minutes=session.policy.offer)
        and session.left(Channel.APP, now) > 0
    ]


def _own(by: Standing, waiting: int, now: datetime) -> tuple[Waiting, Booking | None]:
    row = held(Waiting.objects, pk=waiting)
    own_patient(by=by, patient=row.patient_id, now=now)
    return row, row.offered


def _give_back(row: Waiting, offered: Booking | None, reason: str, by: Standing, now: datetime) -> None:
    """End an entry; a place that it holds can be booked again, unless its patient has taken it meanwhile."""
    taken = False
    if offered is not None:
        booking = held(Booking.objects, pk=offered.pk)
        if booking.state == BookingState.BOOKED:
            cancel(by=by, booking=booking.code, reason=reason, key=uuid4(), now=now)
        else:
            taken = booking.state in HOLDS
    _end(row, WaitingState.TAKEN if taken else WaitingState.OVER, by, now)


def _end(row: Waiting, to: WaitingState, by: Standing, now: datetime) -> None:
    if row.state != to:
        row.state = to.value
        row.save(update_fields=["state"])
        audit.record(by=by.actor, action=to.value, target=TARGET, key=row.pk, area=row.hospital.region_id)
