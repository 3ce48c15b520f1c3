"""A session whose doctor comes later or not at all: what new times would be, and what they would win."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise, takewhile

from pilar.hospital.models import Booking, Replan
from pilar.hospital.queries import schedule
from pilar.hospital.queries.schedule import SessionRow
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import CHANNELS, BookingState, SessionState
from pilar.hospital.rules.replan import Affected, Free, Plan, replan
from pilar.people.rules import Standing

DAYS = 14
"""assumption: so many days ahead free places of other sessions are looked for."""
AFFECTED = (BookingState.BOOKED, BookingState.ARRIVED)


def new_times(session: int, *, scope: Standing, resume: datetime | None, until: datetime, now: datetime) -> Plan:
    """The plan of a session whose doctor comes at ``resume`` (None: not at all) and sees patients ``until``.

    For who sees patients there; raises :class:`NotFound`, :class:`NotAllowed`. Other sessions are those of the clinic,
    by as many of their next places as every channel can take.
    """
    row = schedule.session(session)
    case = schedule.hospital(row.hospital).case
    AUTHORITY.require(scope, Action.CALL, case, known=AUTHORITY.holds(scope, Action.READ, case))
    sooner = timedelta(minutes=row.policy.early)
    people = [
        Affected(one.pk, one.at, sooner if one.may_come_earlier else timedelta(), one.arrived_at)
        for one in Booking.objects.filter(session=session, state__in=AFFECTED)
    ]
    last = max((one.planned for one in people), default=now)
    others = schedule.sessions(
        row.hospital, row.day, row.day + timedelta(days=DAYS), clinic=row.clinic.code, states=[SessionState.OPEN.value]
    )
    return replan(
        people,
        resume=resume,
        until=until,
        each=timedelta(minutes=row.policy.minutes),
        elsewhere=[Free(at, one.key) for one in others if one.key != session for at in _next_places(one, last, now)],
        now=now,
    )


def replans(session: int) -> tuple[Replan, ...]:
    """The plans that were made of a session; whoever calls has decided that the reader may see it."""
    return tuple(Replan.objects.filter(session=session))


def _next_places(row: SessionRow, after: datetime, now: datetime) -> list[datetime]:
    """The times of the places that the next bookings of a session get, as far as they follow each other: an assignment
    of the least delay then takes the first of them, as the booking does."""
    left = min(row.left(channel, now) for channel in CHANNELS)
    places = [*row.free, *range(row.next_place, row.capacity + 1)][:left]
    times = [row.places[place - 1] for place in places]
    if not times or times[0] < max(after, now):
        return []
    return times[: 1 + sum(1 for _pair in takewhile(lambda pair: pair[0] <= pair[1], pairwise(times)))]
