"""The day of a session for display: waiting patients in order, the patient with the doctor, and expected patients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core import signing
from django.db.models import Count, Q

from pilar.hospital.models import Booking, BookingEvent, Doctor, Hospital, Session
from pilar.hospital.queries import nights, schedule
from pilar.hospital.queries.bookings import BookingRow, bookings_of_day, registering
from pilar.hospital.queries.schedule import SessionRow
from pilar.hospital.rules import queue
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import HERE, BookingState, Channel, Policy, Priority, SessionState, policy_of
from pilar.hospital.rules.queue import Called, Kind, Next, Phase, Reason, SessionOver, Waiting, phase_of
from pilar.people.authority import Case
from pilar.people.rules import Standing, shown_name
from pilar.platform.errors import Fault

S = BookingState
KIOSK, KIOSK_DAYS = "hospital.kiosk", 90
"""The context of a kiosk's token, and for how long it is valid (assumption)."""
WALK_IN = timedelta(minutes=15)
"""A patient who checks in so soon after booking counts as one without a booking."""
FEW_SEEN = 3
"""With fewer consultations, the pace of a day is unknown."""


SPREAD, OFFERS = timedelta(days=3), 8
"""Days around the wanted one on which a control visit is offered, and the most sessions offered."""


@dataclass(frozen=True, slots=True)
class Line:
    """A waiting patient: ``why`` they have their position, and ``expected``: when they will be called, by the day's
    pace."""

    booking: BookingRow
    turn: datetime
    why: Reason
    expected: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """A session now. ``called``: more than one after a start was undone; ``unskipped``: by their keys, why they cannot
    be skipped yet as not there. ``to_register``: new patients who go to the desk first; ``registering``: by their keys,
    whether the desk has begun with them. ``pace``: minutes per consultation today, None after too few; ``acts``:
    actions the reader may do."""

    session: SessionRow
    called: tuple[BookingRow, ...]
    unskipped: Mapping[int, tuple[Fault, ...]]
    serving: BookingRow | None
    waiting: tuple[Line, ...]
    to_register: tuple[BookingRow, ...]
    registering: Mapping[int, bool]
    to_come: tuple[BookingRow, ...]
    absent: tuple[BookingRow, ...]
    seen: tuple[BookingRow, ...]
    pace: float | None
    acts: frozenset[Action]

    @property
    def topics(self) -> tuple[str, ...]:
        return (f"hospital session {self.session.key}",)

    @property
    def open(self) -> bool:
        return self.session.state not in (SessionState.DONE, SessionState.CANCELLED)


@dataclass(frozen=True, slots=True)
class DaySession:
    """A session in the list of a day: numbers of patients by state, whether the reader is its doctor, and its
    progress."""

    session: SessionRow
    own: bool
    to_come: int
    here: int
    seen: int
    phase: Phase


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a booking and its reason; ``by`` is empty for a reader who only follows the queue."""

    name: str
    reason: str
    at: datetime
    by: str


def case_of(hospital: str) -> Case:
    """Return the case of a hospital for the permission table; raises :class:`NotFound`."""
    return schedule.hospital(hospital).case


def sessions_of_day(hospital: str, day: date, *, scope: Standing, now: datetime) -> tuple[DaySession, ...]:
    """The sessions of a day, those of the reader first, and those of the day before that continue after midnight; for
    hospital staff. Raises :class:`NotFound`."""
    AUTHORITY.require(scope, Action.READ, case_of(hospital), known=False)
    going_on = Booking.objects.filter(nights.bookings(day, now), hospital=hospital).values("session")
    counts = {
        session: (to_come, here, seen)
        for session, to_come, here, seen in Booking.objects.filter(session__in=going_on)
        .values("session").order_by("session")
        .annotate(to_come=Count("pk", filter=Q(state=S.BOOKED)), here=Count("pk", filter=Q(state__in=HERE)),
                  seen=Count("pk", filter=Q(state=S.SERVED)))
        .values_list("session", "to_come", "here", "seen")
    }  # fmt: skip
    mine = doctor_of(hospital, scope)
    rows = (
        DaySession(session, session.doctor.key == mine, to_come, here, seen,
                   phase_of(session.state, session.starts_at, session.ends_at, here=here, now=now))
        for session in schedule.sessions(hospital, day - timedelta(days=1), day)
        if session.day == day or session.key in counts
        for to_come, here, seen in [counts.get(session.key, (0, 0, 0))]
    )  # fmt: skip
    return tuple(sorted(rows, key=lambda session: not session.own))


def doctor_of(hospital: str, scope: Standing) -> int | None:
    """Return which doctor of a hospital the reader is."""
    rows = Doctor.objects.filter(hospital=hospital, user=scope.account) if scope.account else Doctor.objects.none()
    return rows.values_list("pk", flat=True).first()


def day_of(session: int, *, scope: Standing, now: datetime) -> Day:
    """A session with its queue, for hospital staff; raises :class:`NotFound`."""
    row = schedule.session(session)
    case = case_of(row.hospital)
    AUTHORITY.require(scope, Action.READ, case, known=False)
    bookings = bookings_of_day(row.hospital, row.day, scope=scope, session=session)
    by_state: dict[BookingState, list[BookingRow]] = {state: [] for state in S}
    for booking in bookings:
        by_state[booking.state].append(booking)
    unregistered = _unregistered(session)
    here = {booking.number: booking for booking in by_state[S.ARRIVED] if booking.key not in unregistered}
    pace = _pace(by_state[S.SERVED])
    return Day(
        row,
        tuple(by_state[S.CALLED]),
        {called.key: queue.skip_faults(Reason.NOT_THERE, calls_of(called.key), now) for called in by_state[S.CALLED]},
        next(iter(by_state[S.SERVING]), None),
        _lines(here, _order(_waiting(here.values(), row.policy), session, row.policy, now), row, pace, now),
        tuple(booking for booking in by_state[S.ARRIVED] if booking.key in unregistered),
        unregistered,
        tuple(by_state[S.BOOKED]),
        tuple(by_state[S.ABSENT]),
        tuple(by_state[S.SERVED]),
        pace,
        frozenset(act for act in Action if AUTHORITY.holds(scope, act, case)),
    )


def events_of(booking: BookingRow, *, scope: Standing) -> tuple[Event, ...]:
    """List the events of a booking in the queue, for hospital staff; raises :class:`NotFound`."""
    AUTHORITY.require(scope, Action.READ, case_of(booking.session.hospital), known=False)
    rows = BookingEvent.objects.filter(booking=booking.key)
    return tuple(
        Event(queue.kind_name(row.kind), queue.reason_name(row.reason), row.at, shown_name(str(row.by))) for row in rows
    )


def control_offers(booking: BookingRow, about: date, *, scope: Standing, now: datetime) -> tuple[SessionRow, ...]:
    """Sessions of the clinic around a day for the next visit: those of the same doctor first, the least filled at the
    top, so that control visits spread over the days. For staff who see patients; raises :class:`NotAllowed`."""
    case = case_of(booking.session.hospital)
    AUTHORITY.require(scope, Action.SEE, case, known=AUTHORITY.holds(scope, Action.READ, case))
    clinic, doctor = booking.session.clinic.code, booking.session.doctor.key
    sessions = schedule.sessions(
        booking.session.hospital, about - SPREAD, about + SPREAD, clinic=clinic, states=[SessionState.OPEN.value]
    )

    def wanted(session: SessionRow) -> tuple[bool, int, timedelta]:
        return session.doctor.key != doctor, session.taken * 10 // session.capacity, abs(session.day - about)

    free = (
        session for session in sessions if session.left(Channel.DESK, now) > 0 and session.key != booking.session.key
    )
    return tuple(sorted(free, key=wanted)[:OFFERS])


def waiting(session: Session) -> list[Waiting]:
    """List the patients who wait for the clinic now."""
    rows = Booking.objects.filter(session=session, state=S.ARRIVED).exclude(pk__in=_unregistered(session.pk))
    return _waiting(rows, policy_of(session.policy.facts))


def next_in(session: Session, *, now: datetime) -> Next | None:
    """Choose the next patient by the rule of the clinic; None if nobody waits."""
    policy = policy_of(session.policy.facts)
    return queue.next_of(waiting(session), overtaken=_overtaken(session.pk), now=now, **_rule(policy))


def calls_of(booking: int) -> list[datetime]:
    """Return when the patient of a booking was called, since they last waited."""
    moments: list[datetime] = []
    for kind, at in BookingEvent.objects.filter(booking=booking).values_list("kind", "at"):
        if kind in (Kind.CALL, Kind.AGAIN):
            moments.append(at)
        elif kind in (Kind.SKIP, Kind.RECALL):
            moments.clear()
    return moments


def registered(booking: Booking) -> bool:
    """Return whether somebody who is here waits for the clinic, and not for the desk as a new patient."""
    return booking.pk not in _unregistered(booking.session_id)


def require_open(session: Session) -> None:
    """Raise :class:`SessionOver` for a session that has ended."""
    if session.state in (SessionState.DONE, SessionState.CANCELLED):
        raise SessionOver


def kiosk_token(hospital: str) -> str:
    """Return the token by which a device is known as a kiosk of a hospital."""
    return signing.dumps([hospital, Hospital.objects.values_list("kiosks", flat=True).get(pk=hospital)], salt=KIOSK)


def kiosk_of(token: str) -> str | None:
    """The hospital of which a device is a kiosk; None if it is not a kiosk, or no longer."""
    try:
        given = signing.loads(token, salt=KIOSK, max_age=timedelta(days=KIOSK_DAYS))
    except signing.BadSignature:
        return None
    code, ended = given if isinstance(given, list) else (given, 0)
    return code if Hospital.objects.filter(pk=code, kiosks=ended).exists() else None


def _unregistered(session: int) -> dict[int, bool]:
    """New patients of a session who are here and not registered yet."""
    return registering(Booking.objects.filter(session=session))


def _waiting(rows: Iterable[Booking | BookingRow], policy: Policy) -> list[Waiting]:
    return [Waiting(row.number, turn_of(row, policy), Priority(row.priority)) for row in rows]


def in_order(rows: Iterable[Booking], session: int, policy: Policy, now: datetime) -> list[int]:
    """The numbers of a session in calling order, including expected patients: by their turns and the share for
    priority."""
    waiting = _waiting(rows, policy)
    if not any(waiter.priority for waiter in waiting):
        return [waiter.number for waiter in sorted(waiting, key=lambda waiting: waiting.place)]
    return [waiter.number for waiter in _order(waiting, session, policy, now)]


def turn_of(booking: Booking | BookingRow, policy: Policy) -> datetime:
    """The turn of a waiting or expected patient."""
    if booking.turn_at is not None:
        return booking.turn_at
    arrived = booking.arrived_at or booking.at
    late = timedelta() if arrived - booking.booked_at <= WALK_IN else timedelta(minutes=policy.late)
    return queue.turn(booking.at, arrived, late=late)


def _rule(policy: Policy) -> dict[str, int | timedelta]:
    return {"every": policy.every, "early": timedelta(minutes=policy.early)}


def _overtaken(session: int) -> int:
    calls = BookingEvent.objects.filter(booking__session=session, kind=Kind.CALL).order_by("pk")
    return queue.overtaken(
        Called(Reason(reason), ordinary=not priority)
        for reason, priority in calls.values_list("reason", "booking__priority")
    )


def _order(rows: list[Waiting], session: int, policy: Policy, now: datetime) -> tuple[Next, ...]:
    return queue.order(rows, overtaken=_overtaken(session), now=now, **_rule(policy)) if rows else ()


def _lines(
    here: dict[int, BookingRow], order: Iterable[Next], row: SessionRow, pace: float | None, now: datetime
) -> tuple[Line, ...]:
    each = timedelta(minutes=pace or row.policy.minutes)
    begins = max(now, row.starts_at + timedelta(minutes=row.delay))
    return tuple(
        Line(here[booking.number], turn_of(here[booking.number], row.policy), booking.why, begins + each * place)
        for place, booking in enumerate(order)
    )


def _pace(seen: Iterable[BookingRow]) -> float | None:
    minutes = [
        (booking.ended_at - booking.started_at) / timedelta(minutes=1)
        for booking in seen
        if booking.ended_at and booking.started_at
    ]
    return sum(minutes) / len(minutes) if len(minutes) >= FEW_SEEN else None
