"""A series as it is drawn: ten years of days are more points than a screen shows, so they are put into steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.periods import Period, PeriodKind, count, period_of
from pilar.platform.language import N_, translate

MAX_POINTS = 530
"""Ten years of weeks."""


class Step(StrEnum):
    """The span that a point stands for; the codes are also the fields of PostgreSQL's ``date_trunc``. Weeks begin on
    Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


STEP_NAMES = {
    Step.DAY: N_("day"),
    Step.WEEK: N_("week"),
    Step.MONTH: N_("month"),
    Step.QUARTER: N_("quarter"),
    Step.YEAR: N_("year"),
}


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of the values in a step: how many, their exact total, and the newest."""

    start: date
    present: int
    total: Fraction
    newest: Fraction


@dataclass(frozen=True, slots=True)
class Point:
    """One point: the first day of its step, its exact value or None, and how many of its parts are there."""

    step: Step
    start: date
    value: Fraction | None
    present: int
    expected: int

    def text(self) -> str:
        """The step for readers: ``5 Maret 2026``, ``minggu mulai 2 Maret 2026``, ``Maret 2026``."""
        if self.step is Step.WEEK:
            return translate("week of %(day)s", day=Period(PeriodKind.DAY, self.start).text())
        return Period(PeriodKind(self.step), self.start).text()

    def __str__(self) -> str:
        """As the API writes it: that of a period; a week by its Monday."""
        return self.start.isoformat() if self.step is Step.WEEK else str(Period(PeriodKind(self.step), self.start))


def step_for(first: Period, last: Period) -> Step:
    """The shortest step by which the periods from ``first`` to ``last`` are at most ``MAX_POINTS`` points."""
    for step in steps_of(first.kind):
        if points_between(step, first, last) <= MAX_POINTS:
            return step
    return Step.YEAR


def steps_of(kind: PeriodKind) -> tuple[Step, ...]:
    """The steps that periods of a kind can be put into, the shortest (the period itself) first."""
    longer = tuple(Step)[tuple(Step).index(Step(kind)) :]
    return longer if kind is PeriodKind.DAY else tuple(step for step in longer if step is not Step.WEEK)


def start_of(step: Step, day: date) -> date:
    """The first day of the step that ``day`` lies in."""
    if step is Step.WEEK:
        return day - timedelta(days=day.weekday())
    return period_of(PeriodKind(step), day).start


def point(step: Step, sums: Sums, *, kind: PeriodKind, how: Aggregation) -> Point:
    """The point of a step; see :func:`combining.combine` for what makes a value.

    Figures that are not combined are drawn by the newest of each step: a thinned-out series, not a sum of anything.
    """
    expected = parts_in(step, sums.start, kind)
    if how is Aggregation.SUM:
        value = sums.total if sums.present == expected else None
    elif how is Aggregation.MEAN:
        value = sums.total / sums.present
    else:
        value = sums.newest
    return Point(step, sums.start, value, sums.present, expected)


def parts_in(step: Step, start: date, kind: PeriodKind) -> int:
    """Count how many periods of a kind make up the step that begins on ``start``."""
    if step is Step.WEEK:
        return 7
    whole = Period(PeriodKind(step), start)
    return count(period_of(kind, whole.start), period_of(kind, whole.end))


def with_gaps(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The points with an empty one wherever a step has no value at all, so that a line is never drawn across."""
    whole: list[Point] = []
    for point in points:
        while whole and (wanted := following(whole[-1])) < point.start:
            whole.append(Point(point.step, wanted, None, 0, point.expected))
        whole.append(point)
    return tuple(whole)


def following(point: Point) -> date:
    """The first day of the next step."""
    if point.step is Step.WEEK:
        return point.start + timedelta(days=7)
    return Period(PeriodKind(point.step), point.start).next().start


def points_between(step: Step, first: Period, last: Period) -> int:
    """Count how many points there are from the period ``first`` to ``last``."""
    begin, end = start_of(step, first.start), start_of(step, last.start)
    if step is Step.WEEK:
        return (end - begin).days // 7 + 1
    return count(Period(PeriodKind(step), begin), Period(PeriodKind(step), end))
