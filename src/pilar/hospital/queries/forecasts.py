"""Forecast when the bookings of a session will be called, from the hospital's records; no names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.models import F

from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, ForecastWeek, Prediction, Session
from pilar.hospital.queries.consultations import lateness, missed, seen, served
from pilar.hospital.queries.day import in_order
from pilar.hospital.reference.simulation import assumed
from pilar.hospital.rules.booking import BookingState, Visit, policy_of
from pilar.hospital.rules.forecast import FEW, LEAST, MOST, Forecast, Forecaster, InService, Judged, Person, Played
from pilar.people.rules import existing
from pilar.platform.actors import Authority

_MINUTE = timedelta(minutes=1)
_AHEAD = (BookingState.CALLED, BookingState.ARRIVED, BookingState.BOOKED)


@dataclass(frozen=True, slots=True)
class Wait:
    """The forecast of one booking: how many are before it, and the 80 % interval of the time of its call."""

    ahead: int
    forecast: Forecast
    earliest: datetime
    likely: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week of forecasts: for how many of 100 the interval held, and the width from then on."""

    monday: date
    judged: int
    held: int
    width: float

    @property
    def share(self) -> float | None:
        return self.held * 100 / self.judged if self.judged else None

    @property
    def outside(self) -> bool:
        """Return whether enough were judged, and the share is outside the promised range."""
        return self.judged >= FEW and self.share is not None and not LEAST <= self.share <= MOST


def waits(session: int, *, scope: Authority, now: datetime) -> Mapping[int, Wait]:
    """Forecasts by the key of each booking of a session whose patient is still to be seen. A handful of queries; what
    was learned from the records, and results of the same minute, are cached in memory."""
    del scope
    row = existing(Session.objects.select_related("hospital", "clinic", "policy").filter(pk=session).first())
    policy = policy_of(row.policy.facts)
    rows = list(row.bookings.filter(state__in=[*_AHEAD, BookingState.SERVING, BookingState.SERVED]))
    queue = [booking for booking in rows if booking.state == BookingState.CALLED]
    left = {booking.number: booking for booking in rows if booking.state in _AHEAD and booking not in queue}
    queue += [left[number] for number in in_order(left.values(), row.pk, policy, now)]
    with_doctor = next((booking for booking in rows if booking.state == BookingState.SERVING), None)
    begun = row.began_at or any(booking.started_at for booking in rows)
    begins = None if begun else _minutes(row.starts_at + row.delay * _MINUTE, now)
    learned = forecaster(row.hospital_id, today_in(row.hospital.region_id, now))
    comes = learned.chance(row.clinic_id)
    persons = tuple(
        Person(_returns(booking.visit), _minutes(booking.at, now), comes)
        if booking.state == BookingState.BOOKED else Person(_returns(booking.visit))
        for booking in queue
    )  # fmt: skip
    serving = with_doctor and InService(_returns(with_doctor.visit), -_minutes(with_doctor.started_at or now, now))
    forecasts = _forecasts(learned, persons, kind=row.clinic.kind, doctor=row.doctor_id, begins=begins, serving=serving)
    here = bool(with_doctor)
    said = {}
    for booking, forecast in zip(queue, forecasts, strict=True):
        at = (now + minutes * _MINUTE for minutes in (forecast.low, forecast.likely, forecast.high))
        said[booking.pk] = Wait(int(here), forecast, *at)
        here += booking.state != BookingState.BOOKED
    return said


def weeks(hospital: str, *, scope: Authority, most: int = 12) -> tuple[WeekRow, ...]:
    """The last weeks of a hospital's forecasts, the latest first. They name nobody."""
    del scope
    rows = ForecastWeek.objects.filter(hospital=hospital).order_by("-monday")[:most]
    return tuple(WeekRow(row.monday, row.judged, row.held, row.width) for row in rows)


def judged(hospital: str, since: datetime, until: datetime) -> tuple[Judged, ...]:
    """The forecasts shown between two moments whose patients have been seen since."""
    rows = Prediction.objects.filter(
        booking__hospital=hospital, made_at__gte=since, made_at__lt=until, booking__started_at__gte=F("made_at")
    ).values_list("low", "likely", "high", "made_at", "booking__started_at")
    return tuple(Judged(Forecast(*said), (called - made) / _MINUTE) for *said, made, called in rows)


def played_of(row: Booking, opened: datetime) -> Played:
    """A booking whose day is over, in minutes from the opening of its session."""
    times = ((at and (at - opened) / _MINUTE) for at in (row.arrived_at, row.started_at, row.ended_at))
    arrived, started, ended = times
    return Played(_returns(row.visit), (row.booked_for - opened) / _MINUTE, arrived, started, ended)


def forecaster(hospital: str, today: date) -> Forecaster:
    """Learn from the records of a hospital up to a day; repeated when there are newer records or another width."""
    last = served(today).filter(hospital=hospital).values_list("pk", flat=True).first()
    width = ForecastWeek.objects.filter(hospital=hospital).order_by("-monday").values_list("width", flat=True).first()
    return _learned(hospital, today, last, width or 1.0)


@lru_cache(maxsize=16)
def _learned(hospital: str, today: date, last: int | None, width: float) -> Forecaster:
    del last
    given = assumed()
    rows = served(today).filter(hospital=hospital)
    return Forecaster(
        seen(rows, today), given.crowd, given.consultations, late=lateness(rows, today), width=width,
        missed=missed(hospital, today),
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _forecasts(
    forecaster: Forecaster,
    queue: tuple[Person, ...],
    *,
    kind: str,
    doctor: int,
    begins: int | None,
    serving: InService | None,
) -> tuple[Forecast, ...]:
    return forecaster.forecast(queue, kind=kind, doctor=doctor, begins=begins, serving=serving)


def _minutes(at: datetime, now: datetime) -> int:
    """Whole minutes from now on."""
    return round((at - now) / _MINUTE)


def _returns(visit: str) -> bool:
    return visit == Visit.CONTROL
