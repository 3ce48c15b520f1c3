"""What everybody may follow of a hospital's queues: the board of a waiting room, and one number by its code.

Nothing here names a person, a doctor of a discreet clinic, or a disease: numbers, rooms, times, and of a clinic whose
name reveals a disease its group alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, Prescription, Session
from pilar.hospital.queries import forecasts, schedule
from pilar.hospital.queries.forecasts import Wait
from pilar.hospital.queries.schedule import HospitalRow
from pilar.hospital.rules.booking import (
    CODE_LENGTH,
    STATE_NAMES,
    TONES,
    BookingState,
    SessionState,
    arrive_by,
    label,
    policy_of,
)
from pilar.hospital.rules.pharmacy import PHARMACY_NAMES, PharmacyState
from pilar.people.rules import PUBLIC, existing
from pilar.platform.language import translate

S = BookingState
_OVER = (SessionState.CANCELLED, SessionState.DONE)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A number that is called, or with the doctor. ``call``: differs with each call, so that each is spoken once."""

    label: str
    room: str
    group: str
    called: bool
    call: str


@dataclass(frozen=True, slots=True)
class LateRow:
    """A room whose doctor comes later, at ``resume``, or not at all (None)."""

    room: str
    group: str
    resume: datetime | None


@dataclass(frozen=True, slots=True)
class Medicine:
    """A number of the pharmacy, and how far it is."""

    number: int
    state: PharmacyState

    @property
    def state_name(self) -> str:
        return translate(PHARMACY_NAMES[self.state])


@dataclass(frozen=True, slots=True)
class Board:
    """``ready``: numbers of the pharmacy that can be fetched."""

    hospital: HospitalRow
    rows: tuple[BoardRow, ...]
    late: tuple[LateRow, ...]
    waiting: int
    ready: tuple[int, ...]

    @property
    def topics(self) -> tuple[str, ...]:
        return (f"hospital board {self.hospital.code}", f"hospital pharmacy {self.hospital.code}")


@dataclass(frozen=True, slots=True)
class Place:
    """One number as its holder follows it. ``wait``: how many are there before it and when it is called, None where
    nothing is said; ``held``: of 100 such intervals, how many held last week, where that is not what they have to;
    ``now_called``: the last number that was called in its session; ``resume``: when a late doctor
    comes."""

    label: str
    hospital: HospitalRow
    session: int
    group: str
    room: str
    state: BookingState
    at: datetime
    arrive_at: datetime
    moved_time: bool
    wait: Wait | None
    now_called: str
    resume: datetime | None
    over: bool
    medicine: Medicine | None
    held: int | None = None

    @property
    def state_name(self) -> str:
        return translate(STATE_NAMES[self.state])

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "")

    @property
    def topics(self) -> tuple[str, ...]:
        return (f"hospital session {self.session}", f"hospital pharmacy {self.hospital.code}")


def board(code: str, *, now: datetime) -> Board:
    """What the board of a hospital shows: the last called first. By three queries; raises :class:`NotFound`."""
    row = schedule.hospital(code)
    today = today_in(row.region, now)
    of_today = Booking.objects.filter(hospital=code, day=today)
    called = of_today.filter(state__in=(S.CALLED, S.SERVING)).order_by("-called_at")
    late = Session.objects.filter(hospital=code, day=today).exclude(delay=0, state=SessionState.OPEN)
    sessions = late.exclude(state=SessionState.DONE).select_related("clinic", "room")
    return Board(
        row,
        tuple(
            BoardRow(
                label(one.session.clinic.prefix, one.number), one.session.room.name,
                schedule.clinic_row(one.session.clinic).shown, one.state == S.CALLED, f"{one.pk}.{one.calls}",
            )
            for one in called.select_related("session__clinic", "session__room")
        ),
        tuple(LateRow(one.room.name, schedule.clinic_row(one.clinic).shown, _resumes(one, now)) for one in sessions
              if one.state == SessionState.CANCELLED or _resumes(one, now)),
        of_today.filter(state=S.ARRIVED).count(),
        tuple(Prescription.objects.filter(hospital=code, day=today, state=PharmacyState.READY).values_list(
            "number", flat=True
        )),
    )  # fmt: skip


def place(code: str, *, now: datetime) -> Place:
    """A number by the code of its booking, for whoever holds the code; raises :class:`NotFound`."""
    rows = Booking.objects.select_related("session__clinic", "session__room", "session__policy")
    row = existing(rows.filter(code=code).first() if len(code) == CODE_LENGTH else None)
    session, policy = row.session, policy_of(row.session.policy.facts)
    called = Booking.objects.filter(session=session, called_at__isnull=False).order_by("-called_at")
    last, over = called.values_list("number", flat=True).first(), session.state in _OVER
    ordered = Prescription.objects.filter(booking=row).first()
    wait = None if over else forecasts.waits(session.pk, scope=PUBLIC, now=now).get(row.pk)
    return Place(
        label(session.clinic.prefix, row.number), schedule.hospital(row.hospital_id), session.pk,
        schedule.clinic_row(session.clinic).shown, session.room.name, BookingState(row.state), row.at,
        arrive_by(row.at, wait.earliest if wait else None, policy), row.at != row.booked_for, wait,
        label(session.clinic.prefix, last) if last else "", _resumes(session, now),
        over, Medicine(ordered.number, PharmacyState(ordered.state)) if ordered else None, _held(row.hospital_id),
    )  # fmt: skip


def _held(hospital: str) -> int | None:
    weeks = forecasts.weeks(hospital, scope=PUBLIC, most=1)
    return next((round(one.share) for one in weeks if one.outside and one.share is not None), None)


def _resumes(session: Session, now: datetime) -> datetime | None:
    at = session.starts_at + timedelta(minutes=session.delay)
    return at if session.delay and session.state not in _OVER and at > now else None
