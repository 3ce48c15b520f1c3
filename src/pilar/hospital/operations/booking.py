"""The one door to bookings: book, move, cancel, check in. Page, kiosk, desk, Mobile JKN and FHIR call these.

One conditional statement on the row of the session gives number and place; unique keys are the last guard. For a full
session one read is enough. Each request has a key; a repeated request gets the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from pilar.areas.reference import local
from pilar.hospital.models import Booking, BookingEvent, Patient, Session, Task
from pilar.hospital.operations.forecasting import predict
from pilar.hospital.operations.seats import TARGET, Seat, Wanted, take, wanted
from pilar.hospital.queries.day import require_open
from pilar.hospital.queries.schedule import session_row, why_no_check_in
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import (
    BOOKINGS,
    CHANNELS,
    AlreadyBooked,
    Asked,
    BookingState,
    Channel,
    NotedAsGone,
    Offer,
    Payer,
    Policy,
    Priority,
    ReferenceUsed,
    SessionClosed,
    SessionFull,
    SessionState,
    Visit,
    WrongState,
    faults,
    label,
    may_leave,
    new_code,
)
from pilar.hospital.rules.queue import SessionOver
from pilar.hospital.rules.tasks import TaskId, moment
from pilar.people.authority import Case
from pilar.people.operations import held, there
from pilar.people.queries import acting_for
from pilar.people.rules import NotFound, Standing
from pilar.platform import locks, moves
from pilar.platform.errors import Faults
from pilar.platform.live import tell

REFUSED = {
    "booking_of_patient_once": AlreadyBooked,
    "booking_of_card_once": AlreadyBooked,
    "booking_of_reference_once": ReferenceUsed,
}
"""The error for each constraint that may be violated."""


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking as shown to its patient. ``at`` is the time of the place, ``arrive_at`` when to be there; ``taken`` how
    many places of the session are now taken, ``taken_by`` by each channel."""

    code: str
    key: int
    number: int
    label: str
    at: datetime
    arrive_at: datetime
    taken: int
    taken_by: Sequence[int]


def book(
    *, by: Standing, session: int, patient: int, asked: Asked, key: UUID, now: datetime,
    priority: Priority = Priority.NONE, moved_from: int | None = None, right: Action = Action.BOOK,
) -> Booked:  # fmt: skip
    """Book a place of a session for a patient of its hospital. ``right``: the permission that staff need.

    Raises :class:`NotFound` for anyone who may not act for the patient, Faults with all obstacles,
    :class:`SessionFull`, :class:`SessionClosed`, :class:`AlreadyBooked`, :class:`ReferenceUsed`.
    """
    asked_for = wanted(session, patient, asked.channel, key, now)
    return book_found(
        asked_for, by=by, session=session, patient=patient, asked=asked, key=key, now=now, priority=priority,
        moved_from=moved_from, right=right,
    )  # fmt: skip


def book_found(
    asked_for: Wanted, *, by: Standing, session: int, patient: int, asked: Asked, key: UUID, now: datetime,
    priority: Priority = Priority.NONE, moved_from: int | None = None, right: Action = Action.BOOK, told: str = "",
) -> Booked:  # fmt: skip
    """As :func:`book`, with what the caller has already read. ``told``: who reports the booking to BPJS."""
    _require_own(by, asked_for.account, asked_for.hospital, asked_for.region, now, right=right)
    if asked_for.known is not None:
        return _again(key, session, patient, asked_for)
    stands = faults(
        asked, Offer(asked_for.day, asked_for.ends_at, asked_for.open), asked_for.policy, local(now, asked_for.region)
    )
    if stands:
        raise Faults(stands)
    if asked_for.left == 0:
        raise SessionFull
    code = new_code()
    try:
        # One statement is a transaction of its own; within another transaction it is rolled back alone.
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            seat = take(
                session, patient, asked, key, code, priority=priority, by=by, area=asked_for.region, told=told, now=now,
                moved_from=moved_from,
            )  # fmt: skip
    except IntegrityError as error:
        # Number and place were rolled back with the statement. The name of the constraint tells the obstacle.
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        if "_key_" in name and Booking.objects.filter(key=key).exists():
            return _again(key, session, patient, asked_for)
        if refused := REFUSED.get(name):
            raise refused() from None
        raise
    if seat is not None:
        return _booked(code, seat, asked_for.prefix, asked_for.policy)
    if Booking.objects.filter(key=key).exists():  # by the same request, which took the last place a moment ago
        return _again(key, session, patient, asked_for)
    raise SessionFull if Session.objects.filter(pk=session, state=SessionState.OPEN).exists() else SessionClosed


@transaction.atomic
def cancel(*, by: Standing, booking: str, reason: str, key: UUID, now: datetime) -> None:
    """Cancel a booking by its code; its place can be booked again, its number not.

    Raises :class:`NotFound`, :class:`WrongState`.
    """
    row = own_booking(by, booking, now)
    if BookingEvent.objects.filter(key=key, booking=row).exists():
        return
    _require_leaving(row)
    give_up(row, BookingState.CANCELLED, by=by, reason=reason, key=key, now=now)


@transaction.atomic
def move(*, by: Standing, booking: str, session: int, key: UUID, now: datetime) -> Booked:
    """Move a booking to another session of the same hospital: the old one is given up once the new one exists.

    Raises as :func:`book`, :class:`WrongState`.
    """
    row = own_booking(by, booking, now)
    if (known := Booking.objects.filter(key=key, moved_from=row).first()) is not None:
        place = session_row(_sessions().get(pk=known.session_id))
        seat = Seat(known.pk, known.number, known.at, place.taken, place.taken_by)
        return _booked(known.code, seat, place.clinic.prefix, place.policy)
    _require_leaving(row)
    # Both are locked together in a fixed order, so that two requests that swap places do not deadlock.
    list(Session.objects.filter(pk__in={row.session_id, session}).order_by("pk").select_for_update(no_key=True))
    return to_session(row, by=by, session=session, key=key, now=now)


def to_session(
    row: Booking, *, by: Standing, session: int, key: UUID, now: datetime, right: Action = Action.BOOK
) -> Booked:
    """As :func:`move`, for a booking that the caller holds and may move."""
    give_up(row, BookingState.MOVED, by=by, now=now)
    kept = row.reference.read(by=by.actor, key=row.pk, area=row.hospital.region_id) if row.reference else ""
    asked = Asked(Channel(row.channel), Payer(row.payer), Visit(row.visit), kept, row.referred_until, row.new)
    return book(
        by=by, session=session, patient=row.patient_id, asked=asked, key=key, now=now,
        priority=Priority(row.priority), moved_from=row.pk, right=right,
    )  # fmt: skip


@transaction.atomic
def check_in(*, by: Standing, booking: str, key: UUID, now: datetime) -> int:
    """Check in a patient who has arrived: they wait from now on. Returns the key of the booking, also if repeated.

    New patients first go to the desk (tasks 1 and 2 of BPJS), others wait for the clinic (3). Raises :class:`NotFound`,
    :class:`WrongState`, :class:`SessionOver`, :class:`NotedAsGone`, Faults outside the time for check-in.
    """
    return arrive(own_booking(by, booking, now), by=by, key=key, now=now)


def arrive(row: Booking, *, by: Standing, key: UUID, now: datetime) -> int:
    """As :func:`check_in`, for a booking that the caller holds and may check in."""
    area = row.hospital.region_id
    if BookingEvent.objects.filter(booking=row, kind="arrived").exists() and row.state in ("arrived", "called"):
        if row.day < local(now, area).date():
            raise SessionOver  # which nobody ended, since the patient was still in its list
        return row.pk
    move_ = BOOKINGS.move(BookingState(row.state), BookingState.ARRIVED)
    locks.hold_shared(Session, row.session_id)  # so that nobody cancels it meanwhile
    session = _sessions().get(pk=row.session_id)
    require_open(session)
    if row.state == BookingState.ABSENT:
        raise NotedAsGone
    place = session_row(session)
    if faults := why_no_check_in(row.at, place, area, now=now):
        raise Faults(faults)
    moves.make(move_, row, by=by.actor, what=TARGET, action="check-in", area=area, fields={"arrived_at": now})
    happened(row, "arrived", by=by, now=now, key=key)
    note(row, TaskId.ADMISSION_WAIT if row.new else TaskId.CLINIC_WAIT, now)
    tell_queue(row)
    predict.later(booking=row.pk)
    return row.pk


def tell_queue(of: Booking | Session) -> None:
    """Notify lists, boards and phones that the queue of a session has changed."""
    tell(f"hospital session {of.session_id if isinstance(of, Booking) else of.pk}")
    tell(f"hospital board {of.hospital_id}")


def happened(
    row: Booking, kind: str, *, by: Standing, now: datetime, reason: str = "", key: UUID | None = None
) -> None:
    """Write an event of a booking."""
    BookingEvent.objects.create(booking=row, kind=kind, at=now, by=by.signature, reason=reason[:200], key=key)


def note(row: Booking, task: int, now: datetime) -> Task:
    """Write a BPJS task. If the server's clock was set back, its time is a moment after the previous task. Raises
    :class:`TaskOutOfOrder`."""
    done = [
        (TaskId(task), at) for task, at in Task.objects.filter(booking=row).values_list("task", "at").order_by("at")
    ]
    return Task.objects.create(booking=row, task=task, at=moment(done, TaskId(task), now, new=row.new))


def own_booking(by: Standing, code: str, now: datetime) -> Booking:
    """A booking by its code, locked, for its patient, their proxy, and the desk; raises :class:`NotFound`."""
    row = held(Booking.objects.select_related("hospital"), code=code)
    account = Patient.objects.values_list("account", flat=True).get(pk=row.patient_id)
    _require_own(by, account, row.hospital_id, row.hospital.region_id, now)
    return row


def _require_own(
    by: Standing, account: int | None, hospital: str, region: str, now: datetime, *, right: Action = Action.BOOK
) -> None:
    """Raise :class:`NotFound` unless ``by`` is the patient, acts for them, or may do it in the hospital."""
    if by.citizen is None:
        AUTHORITY.require(by, right, Case(region, unit=hospital), known=False)
    elif account is None or account not in {acted.account for acted in acting_for(by, purpose="hospital", now=now)}:
        raise NotFound


def _require_leaving(row: Booking) -> None:
    session = Session.objects.values_list("state", flat=True).get(pk=row.session_id)
    if not may_leave(BookingState(row.state), SessionState(session)):
        raise WrongState(state=row.state)


def give_up(
    row: Booking, to: BookingState, *, by: Standing, now: datetime, reason: str = "", key: UUID | None = None
) -> None:
    """Give up the place of a booking that the caller holds, so that it can be booked again. If the patient was already
    here, BPJS is told (task 99)."""
    made = BOOKINGS.move(BookingState(row.state), to)
    area = row.hospital.region_id
    moves.make(made, row, by=by.actor, what=TARGET, action=to.value, area=area, fields={"ended_at": now})
    happened(row, to.value, by=by, now=now, reason=reason, key=key)
    if made.source is BookingState.ARRIVED:
        note(row, TaskId.ABSENT, now)
    mine = CHANNELS.index(Channel(row.channel)) + 1
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE hospital_session SET taken = taken - 1, taken_by[{mine}] = taken_by[{mine}] - 1, "  # noqa: S608
            "free = array_append(free, %s::smallint) WHERE id = %s",
            [row.place, row.session_id],
        )


def _again(key: UUID, session: int, patient: int, asked_for: Wanted) -> Booked:
    """Return the earlier answer to the same request."""
    row = there(Booking.objects.select_related("session"), key=key, session=session, patient=patient)
    seat = Seat(row.pk, row.number, row.at, row.session.taken, row.session.taken_by)
    return _booked(row.code, seat, asked_for.prefix, asked_for.policy)


def _booked(code: str, seat: Seat, prefix: str, policy: Policy) -> Booked:
    early = timedelta(minutes=policy.arrive)
    return Booked(
        code, seat.key, seat.number, label(prefix, seat.number), seat.at, seat.at - early, seat.taken, seat.taken_by
    )


def _sessions() -> QuerySet[Session]:
    return Session.objects.select_related("clinic", "doctor", "room", "policy")
