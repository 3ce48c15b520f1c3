"""Measure hospitals over some days: waits by the indicator, use of capacity, absences, overtime, fairness.

Only sums; no names except those of doctors, for the management of their hospital.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import ceil
from statistics import fmean, median
from typing import Any

from django.db import connection
from django.db.models import Exists, F, Max, OuterRef, Q

from pilar.areas.reference import midnight_in
from pilar.hospital.models import Booking, BookingEvent, Hospital, Session
from pilar.hospital.queries.schedule import HospitalRow, hospital, hospital_row
from pilar.hospital.reference.indicators import waiting
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import CHANNEL_NAMES, CHANNELS, HOLDS, BookingState, SessionState
from pilar.hospital.rules.indicators import Visited, Waits, waits
from pilar.hospital.rules.queue import Kind, Reason
from pilar.people.authority import Case
from pilar.people.rules import Standing
from pilar.platform.actors import Authority
from pilar.platform.language import translate

FEW = 10
"""With fewer visits no median wait is given, and channels are not compared."""
USUAL = """
SELECT c.code, percentile_cont(0.5) WITHIN GROUP (
  ORDER BY greatest(0, extract(epoch FROM b.started_at - greatest(b.booked_for, b.arrived_at)) / 60)::float8)
FROM hospital_booking b JOIN hospital_session s ON s.id = b.session_id JOIN hospital_clinic c ON c.id = s.clinic_id
WHERE b.hospital_id = %s AND b.day >= %s AND b.started_at IS NOT NULL AND b.arrived_at IS NOT NULL
GROUP BY c.code HAVING count(*) >= %s
"""
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a hospital, clinic, doctor or channel. ``places`` of the sessions that took place, or those
    reserved for a channel, and those ``taken``; ``ahead``: booked on an earlier day, ``days`` is the median;
    ``overtime``: mean minutes of a session."""

    name: str
    booked: int
    absent: int
    ahead: int
    waits: Waits
    places: int
    taken: int
    overtime: float | None
    days: float | None

    @property
    def share(self) -> float | None:
        """Return the percentage of counted visits that were in time."""
        return self.waits.share

    @property
    def median(self) -> float | None:
        """Return the median of the counted waits, in minutes."""
        return self.waits.median

    @property
    def reached(self) -> bool | None:
        """Return whether the standard is met."""
        return None if self.share is None else self.share >= waiting().standard.share

    @property
    def use(self) -> float | None:
        """Return the percentage of places used by patients who came."""
        return _of_hundred(self.taken - self.absent, self.places)

    @property
    def absence(self) -> float | None:
        """Return the percentage of booked patients who did not come."""
        return _of_hundred(self.absent, self.booked)

    @property
    def booked_ahead(self) -> float | None:
        """Return the percentage of booked patients who had booked on an earlier day."""
        return _of_hundred(self.ahead, self.booked)


@dataclass(frozen=True, slots=True)
class Achieved:
    whole: Figures
    clinics: tuple[Figures, ...]
    doctors: tuple[Figures, ...]
    channels: tuple[Figures, ...]

    @property
    def unfair(self) -> float | None:
        """The greatest difference between channels in the share in time, in percentage points; None for a single
        channel."""
        shares = [
            channel.share for channel in self.channels if channel.share is not None and channel.waits.counted >= FEW
        ]
        return max(shares) - min(shares) if len(shares) > 1 else None


def achieved(code: str, first: date, last: date, *, scope: Standing) -> Achieved:
    """Sum up the figures of a hospital between two days, for its management; raises :class:`NotFound`."""
    row = hospital(code)
    AUTHORITY.require(scope, Action.MANAGE, row.case, known=False)
    bookings, sessions = _days([code], row.region, first, last)
    return Achieved(
        _figures(row.name, bookings, sessions), _by("clinic", bookings, sessions), _by("doctor", bookings, sessions),
        _by_channel(bookings, sessions),
    )  # fmt: skip


def compared(region: str, first: date, last: date, *, scope: Standing) -> tuple[tuple[HospitalRow, Figures], ...]:
    """The hospitals of a region side by side, for the health office; raises :class:`NotFound`."""
    AUTHORITY.require(scope, Action.COMPARE, Case(region), known=False)
    rows = Hospital.objects.filter(region=region)
    return tuple((hospital_row(row), _figures(row.name, *_days([row.pk], region, first, last))) for row in rows)


def figures_of(region: str, first: date, last: date, *, scope: Authority) -> Figures:
    """All hospitals of a region together."""
    del scope
    codes = Hospital.objects.filter(region=region).values_list("code", flat=True)
    return _figures(region, *_days(list(codes), region, first, last))


def usual_waits(code: str, since: date, *, scope: Authority) -> Mapping[str, int]:
    """Return the median wait of each clinic since a day, by its code, in minutes rounded up: from the given time, or
    from the arrival if that was later. Computed once for each such day, since it changes slowly."""
    del scope
    return _usual_waits(code, since)


@lru_cache(maxsize=256)
def _usual_waits(code: str, since: date) -> Mapping[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(USUAL, [code, since, FEW])
        return {clinic: max(1, ceil(minutes)) for clinic, minutes in cursor.fetchall()}


def _days(codes: Collection[str], region: str, first: date, last: date) -> tuple[list[Row], list[Row]]:
    """The bookings of some days, and the sessions that took place."""
    days = {"hospital__in": codes, "day__gte": first, "day__lte": last}
    held = Session.objects.filter(**days).exclude(state=SessionState.CANCELLED)
    ended = Max("bookings__ended_at", filter=Q(bookings__state=BookingState.SERVED))
    sessions = held.annotate(ended=ended).values(
        "capacity", "taken", "ends_at", "ended", "reserved", "taken_by", clinic_name=F("clinic__name"),
        doctor_name=F("doctor__name"),
    )  # fmt: skip
    stood = Booking.objects.filter(**days, state__in=sorted(HOLDS)).exclude(session__state=SessionState.CANCELLED)
    sent = BookingEvent.objects.filter(booking=OuterRef("pk"), kind=Kind.SKIP, reason=Reason.EXAMINATION)
    bookings = stood.annotate(examined=Exists(sent)).values(
        "day", "channel", "state", "booked_for", "booked_at", "arrived_at", "started_at",
        "examined", clinic_name=F("session__clinic__name"), kind=F("session__clinic__kind"),
        doctor_name=F("session__doctor__name"),
    )  # fmt: skip
    midnights = {day: midnight_in(region, day) for day in stood.order_by().values_list("day", flat=True).distinct()}
    return [{**booking, "midnight": midnights[booking["day"]]} for booking in bookings], list(sessions)


def _by(what: str, bookings: Iterable[Row], sessions: Iterable[Row]) -> tuple[Figures, ...]:
    """By the name of the clinic or doctor."""
    groups: dict[str, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for place, rows in enumerate((bookings, sessions)):
        for row in rows:
            groups[row[f"{what}_name"]][place].append(row)
    return tuple(_figures(name, *groups[name]) for name in sorted(groups))


def _by_channel(bookings: Iterable[Row], sessions: Iterable[Row]) -> tuple[Figures, ...]:
    rows, held = list(bookings), list(sessions)
    return tuple(
        _figures(
            translate(CHANNEL_NAMES[channel]), (row for row in rows if row["channel"] == channel),
            [{"capacity": session["reserved"][n], "taken": session["taken_by"][n], "ended": None} for session in held],
        )
        for n, channel in enumerate(CHANNELS)
    )  # fmt: skip


def _figures(name: str, bookings: Iterable[Row], sessions: Iterable[Row]) -> Figures:
    rows, held = list(bookings), list(sessions)
    over = [max(0.0, (session["ended"] - session["ends_at"]) / _MINUTE) for session in held if session["ended"]]
    days = [(row["booked_for"] - row["booked_at"]) / _DAY for row in rows]
    seen = (
        Visited(row["kind"], row["booked_for"], row["arrived_at"], row["started_at"], row["examined"])
        for row in rows if row["arrived_at"] and row["started_at"]
    )  # fmt: skip
    return Figures(
        name, len(rows), sum(row["state"] == BookingState.ABSENT for row in rows),
        sum(row["booked_at"] < row["midnight"] for row in rows), waits(seen, waiting().standard),
        sum(session["capacity"] for session in held), sum(session["taken"] for session in held),
        fmean(over) if over else None, median(days) if days else None,
    )  # fmt: skip


def _of_hundred(part: int, whole: int) -> float | None:
    return part * 100 / whole if whole else None
