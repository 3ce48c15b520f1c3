"""Made-up values of measures."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from pilar.areas.reference import today_in
from pilar.measures.queries import MeasureRow, measures_by_code
from pilar.measures.rules.definitions import Definition, written
from pilar.measures.rules.periods import Period, period_of
from pilar.measures.rules.reports import Report
from pilar.people.rules import Standing

SEED = 20261124
CORRECTION = "Contoh koreksi: satu berkas terhitung dua kali."
_NOISE = 0.12
"""How far a made-up value strays from its course."""


@dataclass(frozen=True, slots=True)
class Course:
    """The values at the beginning and the end; ``skipped`` periods are gaps, the last ``late`` ones are not reported
    yet; ``corrected`` is how many periods before the end one value was corrected (0: none)."""

    begins: float
    ends: float
    skipped: tuple[int, ...] = ()
    late: int = 0
    corrected: int = 0


def reports(*, measure: MeasureRow, course: Course, now: datetime) -> list[Report]:
    """Made-up values of all periods that were over yesterday."""
    made = [Report(measure.code, str(period), written(value)) for period, value in _values(measure, course, now)]
    if course.corrected:
        right = made[-1 - course.corrected]
        made[-1 - course.corrected] = Report(right.measure, right.period, written(Decimal(right.value) + 1))
        made.append(Report(right.measure, right.period, right.value, reason=CORRECTION))
    return made


def _values(measure: MeasureRow, course: Course, now: datetime) -> Iterator[tuple[Period, Decimal]]:
    draw = random.Random(f"{SEED} {measure.code}")  # noqa: S311 - made-up figures, no secret
    kind, starts_on = measure.schedule.kind, measure.schedule.starts_on
    yesterday = today_in(measure.region_code, now) - timedelta(days=1)
    last = period_of(kind, yesterday)
    while not measure.schedule.reportable(last, yesterday):
        last = last.previous()
    last = last.shifted(-course.late)
    span = max((last.start - starts_on).days, 1)
    period, place = Period(kind, starts_on), 0
    while period.start <= last.start:
        along = course.begins + (course.ends - course.begins) * (period.start - starts_on).days / span
        strayed = along * (1 + draw.uniform(-_NOISE, _NOISE))
        if place not in course.skipped:
            yield period, _kept(measure.definition, strayed)
        period, place = period.next(), place + 1


def _kept(definition: Definition, value: float) -> Decimal:
    rounded = round(Decimal(repr(value)), definition.decimals)
    return rounded if definition.highest is None else min(rounded, definition.highest)


def told(*, scope: Standing, region: str, codes: list[str], now: datetime) -> bool:
    """Return whether each of some measures has a figure."""
    known = measures_by_code(region, codes, scope=scope, now=now)
    return all(code in known and known[code].latest is not None for code in codes)
