"""Plan new times for a session whose doctor comes late or not at all, and their benefit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise, takewhile

from django.db.models import Q

from pilar.hospital.models import Booking, Replan
from pilar.hospital.queries import schedule
from pilar.hospital.queries.schedule import SessionRow
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import CHANNELS, BookingState, SessionState
from pilar.hospital.rules.replan import Affected, Free, Plan, replan
from pilar.people.rules import Standing

DAYS = 14
"""assumption: days ahead in which free places of other sessions are searched for."""
AFFECTED = (BookingState.BOOKED, BookingState.ARRIVED)


def new_times(session: int, *, scope: Standing, resume: datetime | None, until: datetime, now: datetime) -> Plan:
    """The plan of a session whose doctor comes at ``resume`` (None: not at all) and sees patients ``until``.

    For staff who see patients there; raises :class:`NotFound`, :class:`NotAllowed`. Other sessions are those of the
    clinic, with as many of their next places as every channel may take.
    """
    row = schedule.session(session)
    case = schedule.hospital(row.hospital).case
    AUTHORITY.require(scope, Action.CALL, case, known=AUTHORITY.holds(scope, Action.READ, case))
    sooner = timedelta(minutes=row.policy.early)
    people = [
        Affected(booking.pk, booking.at, sooner if booking.may_come_earlier else timedelta(), booking.arrived_at)
        for booking in Booking.objects.filter(session=session, state__in=AFFECTED)
    ]
    last = max((person.planned for person in people), default=now)
    others = schedule.sessions(
        row.hospital, row.day, row.day + timedelta(days=DAYS), clinic=row.clinic.code, states=[SessionState.OPEN.value]
    )
    return replan(
        people,
        resume=resume,
        until=until,
        each=timedelta(minutes=row.policy.minutes),
        elsewhere=[
            Free(at, other.key) for other in others if other.key != session for at in _next_places(other, last, now)
        ],
        now=now,
    )


def replans(session: int) -> tuple[Replan, ...]:
    """The plans that were made of a session; the caller has decided that the reader may see it."""
    return tuple(Replan.objects.filter(session=session))


@dataclass(frozen=True, slots=True)
class Won:
    """A new plan of a past session: the total minutes that its patients were expected to wait without it and with it,
    and the minutes that they actually waited."""

    day: date
    clinic: str
    doctor: str
    moved: int
    without: int
    planned: int
    seen: int
    measured: int


def won(code: str, first: date, last: date, *, scope: Standing) -> tuple[Won, ...]:
    """Measure what the new plans of some days saved, for the management of a hospital; raises :class:`NotFound`."""
    AUTHORITY.require(scope, Action.MANAGE, schedule.hospital(code).case, known=False)
    over = (SessionState.DONE, SessionState.CANCELLED)
    plans = Replan.objects.filter(session__hospital=code, session__day__range=(first, last), session__state__in=over)
    rows = list(plans.select_related("session__clinic", "session__doctor").order_by("session__day", "pk"))
    sessions = {row.session_id for row in rows}
    of = ("session", "moved_from__session", "booked_at", "arrived_at", "started_at")
    stayed, left = Q(session__in=sessions), Q(moved_from__session__in=sessions)
    visits = list(Booking.objects.filter(stayed | left, started_at__isnull=False).values_list(*of))
    return tuple(_won(row, visits) for row in rows)


def _won(plan: Replan, visits: Iterable[tuple[int, int | None, datetime, datetime, datetime]]) -> Won:
    """Measure one plan by the patients of the session who had not yet been seen, even if the plan gave them another
    session."""
    waits = [
        max(started - arrived, timedelta())
        for session, before, booked, arrived, started in visits
        if started > plan.at and (
            (session == plan.session_id and booked <= plan.at) or (before == plan.session_id and booked == plan.at)
        )
    ]  # fmt: skip
    row = plan.session
    return Won(
        row.day, row.clinic.name, row.doctor.name, plan.moved, plan.nothing["waited"], plan.then["waited"], len(waits),
        round(sum(waits, timedelta()) / timedelta(minutes=1)),
    )  # fmt: skip


def _next_places(row: SessionRow, after: datetime, now: datetime) -> list[datetime]:
    """The times of the places that the next bookings of a session get, as far as they are in order: an assignment with
    the least delay then takes the earliest, as booking does."""
    left = min(row.left(channel, now) for channel in CHANNELS)
    places = [*row.free, *range(row.next_place, row.capacity + 1)][:left]
    times = [row.places[place - 1] for place in places]
    if not times or times[0] < max(after, now):
        return []
    return times[: 1 + sum(1 for _pair in takewhile(lambda pair: pair[0] <= pair[1], pairwise(times)))]
