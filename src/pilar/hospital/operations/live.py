"""The day of the demonstration proceeds by itself: made-up patients come and are seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid5

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, BookingEvent, Hospital, Prescription, Session
from pilar.hospital.operations.booking import check_in
from pilar.hospital.operations.day import call_next, finish, start
from pilar.hospital.operations.demonstration import MADE_UP, begins_at, course_of, fill, patients_of
from pilar.hospital.operations.pharmacy import TARGET, move_medicine, prescribe
from pilar.hospital.rules.booking import HERE, BookingState, SessionState
from pilar.hospital.rules.demonstration import due_at_pharmacy, recipe_of
from pilar.hospital.rules.pharmacy import PharmacyState, Recipe
from pilar.people.rules import Standing
from pilar.platform.errors import PilarError
from pilar.platform.jobs import every
from pilar.platform.models import AuditEvent

AHEAD = timedelta(days=7)
CALLED_FOR = timedelta(minutes=1)
LEFT_ALONE = timedelta(minutes=15)
"""How long a queue or medicine is left alone after somebody has acted on it by hand."""
MOST = 60
"""The most acts of one run, so that a machine that was asleep catches up step by step."""

Act = Callable[[], Any]


@every("hospital.live-day", cron="* * * * *")
def live_day(*, by: Standing, now: datetime) -> int:
    """Perform the due acts of made-up patients; returns how many. Does nothing outside the demonstration. For the
    schedule and the operator."""
    by.require_server()
    if not settings.DEMO:
        return 0
    count, due = 0, list[Iterator[Act]]()
    for hospital in Hospital.objects.order_by("code"):
        _fill_ahead(hospital, now)
        today = today_in(hospital.region_id, now)
        days = (today - timedelta(days=1), today)  # patients waiting at midnight are still seen
        due += [_medicine(hospital, days, by, now), _queues(hospital, days, by, now)]
    for act in _in_turn(due):
        count += _done(act)
        if count >= MOST:
            break
    return count


def _in_turn(due: Iterable[Iterator[Act]]) -> Iterator[Act]:
    """Yield acts from each iterator in turn, so that a backlog in one place does not hold up the others."""
    left = list(due)
    while left:
        for acts in tuple(left):
            act = next(acts, None)
            if act is None:
                left.remove(acts)
            else:
                yield act


def _queues(hospital: Hospital, days: tuple[date, date], by: Standing, now: datetime) -> Iterator[Act]:
    """Yield the acts due in the sessions of these days with made-up patients."""
    made = Booking.objects.filter(hospital=hospital, day__in=days, booked_by=MADE_UP).exclude(state="served")
    rows = Session.objects.filter(pk__in=made.values("session")).select_related("policy").order_by("pk")
    going = rows.exclude(state__in=[SessionState.DONE, SessionState.CANCELLED])
    for session in going.prefetch_related("clinic"):
        yield from _acts(session, by, now)


def _acts(session: Session, by: Standing, now: datetime) -> Iterator[Act]:
    """Yield the acts due in a session, in order."""
    human = BookingEvent.objects.filter(booking__session=session, at__gt=now - LEFT_ALONE, by__startswith="user")
    rows = list(Booking.objects.filter(session=session, state__in=[BookingState.BOOKED, *HERE]).order_by("at"))
    waits = any(row.state == BookingState.ARRIVED for row in rows)
    for row in rows:
        arrives = course_of(row.code, row.booked_for).arrives
        due = row.state == BookingState.BOOKED and arrives is not None and arrives <= now < session.ends_at
        if due and row.booked_by == MADE_UP:
            waits = True
            yield lambda code=row.code, key=row.key: check_in(by=by, booking=code, key=uuid5(key, "in"), now=now)
    if human.exists() or now < begins_at(session):
        return
    busy = False
    for row in rows:
        if row.state == BookingState.SERVING and row.started_at is not None:
            until = row.started_at + timedelta(minutes=course_of(row.code, row.booked_for).minutes)
            busy = busy or until > now
            if until <= now:
                yield lambda code=row.code: finish(by=by, booking=code, now=now)
                if row.booked_by == MADE_UP and (recipe := recipe_of(row.code)):
                    yield lambda code=row.code, recipe=recipe: prescribe(by=by, booking=code, recipe=recipe, now=now)
    for row in rows:
        if row.state == BookingState.CALLED and row.called_at is not None:
            if not busy and row.called_at + CALLED_FOR <= now:
                yield lambda code=row.code: start(by=by, booking=code, now=now)
            busy = True
    if waits and not busy:
        yield lambda: call_next(by=by, session=session.pk, now=now)


def _medicine(hospital: Hospital, days: tuple[date, date], by: Standing, now: datetime) -> Iterator[Act]:
    """Yield the acts due at the pharmacy, except for medicine moved by hand within :data:`LEFT_ALONE`."""
    rows = Prescription.objects.filter(hospital=hospital, day__in=days, booking__booked_by=MADE_UP)
    left = list(rows.exclude(state=PharmacyState.HANDED).select_related("booking").order_by("number"))
    touched = AuditEvent.objects.filter(
        target=TARGET, key__in=[str(row.pk) for row in left], actor_kind="user", happened_at__gt=Now() - LEFT_ALONE
    )
    by_hand = set(touched.values_list("key", flat=True)) if left else set()
    for row in left:
        since = row.ready_at or row.started_at or row.ordered_at
        to = due_at_pharmacy(PharmacyState(row.state), Recipe(row.recipe), since, now)
        if to is not None and str(row.pk) not in by_hand:
            yield lambda code=row.booking.code, to=to: move_medicine(by=by, booking=code, to=to, now=now)


def _done(act: Act) -> bool:
    """Do an act and return whether it was done; a refused one waits, or somebody was faster."""
    try:
        act()
    except PilarError:
        return False
    return True


@transaction.atomic
def _fill_ahead(hospital: Hospital, now: datetime) -> None:
    """Make bookings up to a week ahead in the clinics that have made-up patients, also after days of downtime."""
    today = today_in(hospital.region_id, now)
    empty = Session.objects.filter(
        hospital=hospital, day__range=(today, today + AHEAD), taken=0, last_number=0, state=SessionState.OPEN
    )
    if not empty.exists():
        return
    # A separate statement: in a combined one, the time would depend on the table statistics.
    made = Booking.objects.filter(hospital=hospital, booked_by=MADE_UP).values_list("session__clinic", flat=True)
    locked = empty.filter(clinic__in=set(made.distinct())).prefetch_related("clinic").select_for_update()
    if sessions := list(locked.order_by("day", "pk")):
        fill(sessions, patients_of(hospital, now), now)
