"""Bookings for display: a citizen's own, and those of a day for hospital staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, BookingEvent, Patient, Task, Waiting
from pilar.hospital.queries import nights, schedule
from pilar.hospital.queries.schedule import SessionRow, session_row
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import (
    CHANNEL_NAMES,
    HOLDS,
    IN_VAIN,
    OVER,
    PAYER_NAMES,
    PRIORITY_NAMES,
    STATE_NAMES,
    TONES,
    VISIT_NAMES,
    BookingState,
    Channel,
    Payer,
    Priority,
    Visit,
    WaitingState,
    label,
)
from pilar.hospital.rules.queue import Kind
from pilar.hospital.rules.tasks import TaskId
from pilar.people.authority import Case
from pilar.people.queries import acting_for
from pilar.people.rules import NotFound, Standing, existing
from pilar.platform.language import translate

CALLED_WITHIN = timedelta(days=7)
"""assumption: how long after its day a booking is no longer in the list of calls."""


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking without personal data; ``patient`` is the key of its patient's row."""

    key: int
    code: str
    session: SessionRow
    patient: int
    record: str
    account: int | None
    number: int
    place: int
    at: datetime
    booked_for: datetime
    channel: Channel
    payer: Payer
    visit: Visit
    new: bool
    priority: Priority
    state: BookingState
    may_come_earlier: bool
    booked_at: datetime
    arrived_at: datetime | None
    called_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    calls: int
    turn_at: datetime | None
    letter: bool
    """Whether a referral or control letter is known, and until when it is valid."""
    referred_until: date | None

    @property
    def label(self) -> str:
        """The number as shown on phone, slip and board."""
        return label(self.session.clinic.prefix, self.number)

    @property
    def state_name(self) -> str:
        return translate(STATE_NAMES[self.state])

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "")

    @property
    def payer_name(self) -> str:
        return translate(PAYER_NAMES[self.payer])

    @property
    def visit_name(self) -> str:
        return translate(VISIT_NAMES[self.visit])

    @property
    def priority_name(self) -> str:
        return translate(PRIORITY_NAMES[self.priority])

    @property
    def channel_name(self) -> str:
        return translate(CHANNEL_NAMES[self.channel])


@dataclass(frozen=True, slots=True)
class Call:
    """News about a booking to be told by phone: when it ``was``, and until when a place is offered."""

    booking: BookingRow
    was: datetime
    offer_until: datetime | None


def booking(code: str, *, scope: Standing, now: datetime) -> BookingRow:
    """A booking by its code, for its patient, their proxy, and hospital staff; raises :class:`NotFound`."""
    row = _rows().filter(code=code).first()
    if row is None:
        raise NotFound
    if scope.citizen is not None:
        if row.patient.account_id is None or row.patient.account_id not in _accounts(scope, now):
            raise NotFound
    else:
        AUTHORITY.require(scope, Action.READ, Case(row.hospital.region_id, unit=row.hospital_id), known=False)
    return booking_row(row)


def moved_to(code: str, *, scope: Standing, now: datetime) -> BookingRow | None:
    """The present booking of one that was moved, perhaps more than once, for people who may see it; None if nobody
    comes any more."""
    row = booking(code, scope=scope, now=now)
    if row.state is not BookingState.MOVED:
        return None
    while (later := _rows().filter(moved_from=row.key).first()) is not None:
        row = booking_row(later)
    return None if row.state in IN_VAIN else row


def held_in(session: int, patient: int, *, scope: Standing, now: datetime) -> BookingRow | None:
    """The booking of a patient that holds a place of a session, for people who may see it."""
    held = Booking.objects.filter(session=session, patient=patient, state__in=sorted(HOLDS)).first()
    return booking(held.code, scope=scope, now=now) if held is not None else None


def own_bookings(*, scope: Standing, now: datetime) -> tuple[BookingRow, ...]:
    """List the bookings of the reader and of the people they act for, at most 100: coming ones first, the next at the
    top, then past ones, the latest first."""
    accounts = _accounts(scope, now)
    rows = _rows().filter(patient__account__in=accounts).order_by("-day", "-at")[:100] if accounts else ()
    shown = [booking_row(row) for row in rows]
    return (*reversed([row for row in shown if row.state not in OVER]), *(row for row in shown if row.state in OVER))


def bookings_of_day(
    hospital: str, day: date, *, scope: Standing, clinic: str = "", session: int | None = None
) -> tuple[BookingRow, ...]:
    """The bookings of a day, in order of place, for hospital staff; raises :class:`NotFound`."""
    rows = _rows().filter(hospital=hospital, day=day)
    region = rows.values_list("hospital__region", flat=True).first()
    if region is not None:
        AUTHORITY.require(scope, Action.READ, Case(region, unit=hospital), known=False)
    if clinic:
        rows = rows.filter(session__clinic__code=clinic)
    if session is not None:
        rows = rows.filter(session=session)
    return tuple(booking_row(row) for row in rows.order_by("at", "number"))


def new_here(hospital: str, today: date, *, scope: Standing, now: datetime) -> tuple[tuple[BookingRow, bool], ...]:
    """New patients who are here and not registered yet, in order of place, including the last evening, and whether the
    desk has begun with them; for hospital staff. Raises :class:`NotFound`."""
    AUTHORITY.require(scope, Action.READ, schedule.hospital(hospital).case, known=False)
    begun = registering(Booking.objects.filter(nights.bookings(today, now), hospital=hospital))
    rows = _rows().filter(pk__in=begun).order_by("at", "number")
    return tuple((booking_row(row), begun[row.pk]) for row in rows)


def registering(rows: QuerySet[Booking]) -> dict[int, bool]:
    """Return the keys of those of these bookings whose new patient is here and not registered yet, each with whether
    the desk has begun."""
    begun, ended = (
        Exists(Task.objects.filter(booking=OuterRef("pk"), task=task))
        for task in (TaskId.ADMISSION, TaskId.CLINIC_WAIT)
    )
    here = rows.filter(state=BookingState.ARRIVED, new=True).exclude(ended)
    return dict(here.annotate(begun=begun).values_list("pk", "begun"))


def to_tell(hospital: str, *, scope: Standing, now: datetime) -> tuple[Call, ...]:
    """The list of calls for the desk, the next booking first: patients who could not be sent a message, and whose
    booking has had no event since. For staff of the desk; raises :class:`NotFound`."""
    region = schedule.hospital(hospital).region
    AUTHORITY.require(scope, Action.BOOK, Case(region, unit=hospital), known=False)
    said = BookingEvent.objects.filter(kind=Kind.UNREACHED, booking__day__gte=today_in(region, now) - CALLED_WITHIN)
    later = BookingEvent.objects.filter(booking=OuterRef("booking"), pk__gt=OuterRef("pk"))
    keys = said.filter(booking__hospital=hospital).exclude(Exists(later)).values("booking")
    offer = Waiting.objects.filter(offered=OuterRef("pk"), state=WaitingState.OFFERED).values("offer_until")
    rows = _rows().filter(pk__in=keys).select_related("moved_from").annotate(offer_until=Subquery(offer[:1]))
    return tuple(
        Call(booking_row(row), row.moved_from.at if row.moved_from else row.booked_for, row.offer_until)
        for row in rows.order_by("at", "pk")
    )


def of_patient(patient: int, *, scope: Standing, now: datetime) -> tuple[BookingRow, ...]:
    """The bookings of a patient from today on, for staff of their hospital; raises :class:`NotFound`."""
    row = existing(Patient.objects.select_related("hospital").filter(pk=patient).first())
    region = row.hospital.region_id
    AUTHORITY.require(scope, Action.READ, Case(region, unit=row.hospital_id), known=False)
    rows = _rows().filter(patient=patient, day__gte=today_in(region, now)).order_by("at")
    return tuple(booking_row(row) for row in rows)


def booking_row(row: Booking) -> BookingRow:
    """Bookings with their session and patient loaded."""
    return BookingRow(
        row.pk, row.code, session_row(row.session), row.patient_id, row.patient.record, row.patient.account_id,
        row.number, row.place, row.at, row.booked_for, Channel(row.channel), Payer(row.payer), Visit(row.visit),
        row.new, Priority(row.priority), BookingState(row.state), row.may_come_earlier, row.booked_at, row.arrived_at,
        row.called_at, row.started_at, row.ended_at, row.calls, row.turn_at,
        row.reference is not None, row.referred_until,
    )  # fmt: skip


def _rows() -> QuerySet[Booking]:
    of = ("clinic", "doctor", "room", "policy")
    return Booking.objects.select_related("patient", "hospital", *(f"session__{name}" for name in of))


def _accounts(scope: Standing, now: datetime) -> set[int]:
    return {acted.account for acted in acting_for(scope, purpose="hospital", now=now)}
