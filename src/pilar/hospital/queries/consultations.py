"""Read the durations of a hospital's consultations, from which forecasts and simulations learn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.db.models import Count, F, Min, Q, QuerySet

from pilar.hospital.models import Booking
from pilar.hospital.rules.booking import BookingState, Visit
from pilar.hospital.rules.forecast import Seen

RECORDS, DAYS = 20_000, 365
"""The most consultations to learn from, and the most days they may lie back."""
BREAK = timedelta(minutes=10)
"""assumption: a longer gap, while nobody is with the doctor, counts as a break."""
_MINUTE = timedelta(minutes=1)
_FIELDS = ("session", "started_at", "ended_at", "arrived_at", "booked_for", "visit", "session__doctor")


def served(today: date) -> QuerySet[Booking]:
    """Bookings of earlier days whose patient was seen, the latest first."""
    return Booking.objects.filter(state=BookingState.SERVED, day__lt=today).order_by("-day", "-pk")


def seen(rows: QuerySet[Booking], today: date) -> Iterator[Seen]:
    """The consultations of :func:`served` bookings. If the next patient was already waiting, a consultation counts
    until theirs began, so the time between is part of it."""
    recent = rows.filter(day__gte=today - DAYS * timedelta(days=1), ended_at__gt=F("started_at"))
    past = sorted(recent.values_list(*_FIELDS, "session__clinic__kind")[:RECORDS])
    for (session, started, ended, arrived, at, visit, doctor, kind), then in pairwise([*past, None]):
        until = ended
        if then and then[0] == session:
            until = _until(ended, next_started=then[1], next_arrived=then[3])
        minutes, off = (until - started) / _MINUTE, (arrived - at) / _MINUTE
        yield Seen(kind, doctor, visit == Visit.CONTROL, minutes, off)


def lateness(rows: QuerySet[Booking], today: date) -> list[float]:
    """The minutes from the opening of each session, or the first arrival, to its beginning."""
    recent = rows.filter(day__gte=today - DAYS * timedelta(days=1)).order_by()
    first = recent.values("session", "session__starts_at").annotate(began=Min("started_at"), came=Min("arrived_at"))
    return [
        max(0.0, (session["began"] - session["session__starts_at"]) / _MINUTE)
        for session in first
        if session["began"] and session["came"] and session["came"] <= session["session__starts_at"]
    ]  # fmt: skip


def missed(hospital: str, today: date) -> dict[int, tuple[int, int]]:
    """By clinic: how many patients who had booked on an earlier day did not come, and out of how many."""
    over = Booking.objects.filter(
        hospital=hospital, state__in=[BookingState.SERVED, BookingState.ABSENT], day__lt=today,
        day__gte=today - DAYS * timedelta(days=1),
    ).order_by()  # fmt: skip
    absent = Count("pk", filter=Q(state=BookingState.ABSENT))
    rows = over.values_list("session__clinic").annotate(absent=absent, whole=Count("pk"))
    return {clinic: (absent, whole) for clinic, absent, whole in rows}


def _until(ended: datetime, *, next_started: datetime, next_arrived: datetime) -> datetime:
    waited = next_arrived <= ended <= next_started <= ended + BREAK
    return next_started if waited else ended
