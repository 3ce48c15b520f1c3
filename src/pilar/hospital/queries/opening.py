"""Plan the sessions of the coming days from weekly ones, days off and rules, and compare with those that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q

from pilar.areas import queries as areas
from pilar.areas.reference import midnight_in, today_in
from pilar.hospital.models import Booking, Leave, PolicyVersion, Session, WeeklySession
from pilar.hospital.queries.schedule import SessionRow, hospital, session_row
from pilar.hospital.rules.booking import HERE, SessionState, policy_of
from pilar.platform.calendar import Leave as JointLeave

AHEAD = 90
"""assumption: days for which sessions are opened, as long as a referral is valid (BPJS: 90 days)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A session as it would be opened now; ``policy`` is the version of the rules in force on its day."""

    clinic: int
    doctor: int
    room: int
    day: date
    starts_at: datetime
    ends_at: datetime
    policy: int
    capacity: int
    shares: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """An existing session that differs from the weekly plan; ``off``: it is on a day off; ``here``: one of its patients
    is here."""

    session: SessionRow
    off: bool
    here: bool


def wanted(code: str, *, now: datetime) -> tuple[Wanted, ...]:
    """Plan sessions from today on, except on leaves, and on holidays unless the rules of the clinic say otherwise."""
    sessions, _off = _coming(code, now)
    return sessions


def as_wanted(row: Session) -> Wanted:
    """Return an existing session in the form of a planned one, to compare."""
    return Wanted(row.clinic_id, row.doctor_id, row.room_id, row.day, row.starts_at, row.ends_at, row.policy_id,
                  row.capacity, tuple(row.reserved))  # fmt: skip


def apart(code: str, *, now: datetime) -> tuple[Apart, ...]:
    """The coming sessions that differ from the plan: booked ones, or ones changed by hand and now on a day off."""
    asked, off = _coming(code, now)
    rows = Session.objects.filter(
        hospital=code, ends_at__gt=now, day__lte=today_in(hospital(code).region, now) + timedelta(days=AHEAD),
        state__in=(SessionState.OPEN, SessionState.CLOSED),
    ).select_related("clinic", "doctor", "room", "policy").annotate(
        here=Exists(Booking.objects.filter(session=OuterRef("pk"), state__in=HERE))
    )  # fmt: skip
    aside, as_asked = [], set(asked)
    for row in rows.order_by("starts_at", "pk"):
        away = off(row.day, row.clinic_id, row.doctor_id)
        if away or (not row.by_hand and as_wanted(row) not in as_asked):
            aside.append(Apart(session_row(row), away, row.here))
    return tuple(aside)


def _coming(code: str, now: datetime) -> tuple[tuple[Wanted, ...], Callable[[date, int, int], bool]]:
    """Return the planned sessions, and a function that returns whether a day is off for a clinic and a doctor: a leave
    of the doctor or of all, or a holiday on which the clinic is closed."""
    region = hospital(code).region
    first = today_in(region, now)
    days = [first + timedelta(days=number) for number in range(AHEAD + 1)]
    calendar = areas.working_days(region, leave=JointLeave.WORKED)
    holidays = {day for day in days if calendar.holiday(day)}
    leaves = set[tuple[date, int | None]]()
    for leave in Leave.objects.filter(hospital=code, until__gte=first, since__lte=days[-1], ended_at=None):
        leaves |= {(day, leave.doctor_id) for day in days if leave.since <= day <= leave.until}
    policies: dict[int, list[PolicyVersion]] = {}
    for version in PolicyVersion.objects.filter(clinic__hospital=code).order_by("-number"):
        policies.setdefault(version.clinic_id, []).append(version)
    rules = {row.pk: policy_of(row.facts) for versions in policies.values() for row in versions}

    def held_by(clinic: int, day: date) -> int | None:
        return next((row.pk for row in policies.get(clinic, ()) if row.valid_from <= day), None)

    def off(day: date, clinic: int, doctor: int) -> bool:
        if {(day, doctor), (day, None)} & leaves:
            return True
        version = held_by(clinic, day)
        return day in holidays and (version is None or not rules[version].holidays)

    midnights = {day: midnight_in(region, day) for day in days}

    def found() -> Iterator[Wanted]:
        for day, weekly in _weekly(code, days):
            policy = held_by(weekly.clinic_id, day)
            starts, ends = (at(midnights[day], clock) for clock in (weekly.starts, weekly.ends))
            if policy and ends > now and not off(day, weekly.clinic_id, weekly.doctor_id):
                yield Wanted(
                    weekly.clinic_id, weekly.doctor_id, weekly.room_id, day, starts, ends, policy,
                    weekly.capacity + rules[policy].overbook, tuple(weekly.shares),
                )  # fmt: skip

    return tuple(found()), off


def _weekly(code: str, days: list[date]) -> Iterator[tuple[date, WeeklySession]]:
    """Yield the weekly sessions of a hospital in force on each of these days."""
    holds = Q(valid_until=None) | Q(valid_until__gte=days[0])
    weekly: dict[int, list[WeeklySession]] = {}
    for session in WeeklySession.objects.filter(holds, clinic__hospital=code).select_related("doctor"):
        weekly.setdefault(session.weekday, []).append(session)
    for day in days:
        for weekly_session in weekly.get(day.isoweekday(), ()):
            if (
                weekly_session.valid_from
                <= day
                <= min(weekly_session.valid_until or date.max, weekly_session.doctor.ended_on or date.max)
            ):
                yield day, weekly_session


def at(midnight: datetime, clock: time) -> datetime:
    """The moment of a clock on the day that begins at ``midnight``."""
    return midnight + timedelta(hours=clock.hour, minutes=clock.minute)
