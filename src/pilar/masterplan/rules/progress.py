"""Progress of a programme, computed from its office's reports; a light is never typed.

Shares are exact rationals between 0 and 1. The thresholds are data (``framework.yaml``, section ``progress``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from pilar.masterplan.rules.content import Activity, Better, Content, Target
from pilar.masterplan.rules.framework import ProgressRules
from pilar.masterplan.rules.quarters import Quarter, due_on, last_due, run_of_quarters
from pilar.platform.language import N_


class Light(StrEnum):
    """The progress of a programme in its last report against the plan by then. A late further report is a separate
    sign: see :class:`Standing`."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    UNREPORTED = "unreported"
    NOT_DUE = "not_due"


LIGHT_NAMES = {
    Light.GOOD: (N_("On course"), "positive"),
    Light.FAIR: (N_("Behind"), "caution"),
    Light.POOR: (N_("Far behind"), "negative"),
    Light.UNREPORTED: (N_("Not reported"), "neutral"),
    Light.NOT_DUE: (N_("Not begun yet"), "neutral"),
}
"""The name of each, and the tone in which it is shown."""
LATE = N_("Report late")
"""The sign next to the light."""


@dataclass(frozen=True, slots=True)
class Reported:
    """The report of a quarter that counts: per cent done by number of activity, readings by number of target, money
    spent in the quarter (rupiah), monitored things that exist by number."""

    quarter: Quarter
    done: Mapping[int, int] = field(default_factory=dict)
    readings: Mapping[int, Decimal] = field(default_factory=dict)
    spent: Decimal = Decimal(0)
    there: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """A programme at the end of a quarter: shares planned and done, the light, money of the year up to then.

    ``done`` is None before the first report. ``reported`` is the quarter of the report that it rests on; ``late`` the
    quarters whose report is overdue. ``weight``: its weight among other programmes, if the plan has weights.
    """

    quarter: Quarter
    planned: Fraction
    done: Fraction | None
    light: Light
    budget: Decimal
    spent: Decimal
    reported: Quarter | None
    late: tuple[Quarter, ...]
    weight: Decimal | None = None


def planned_share(content: Content, quarter: Quarter) -> Fraction:
    """Return the share of the road map planned by the end of a quarter.

    Each activity without sub-activities is planned evenly over its quarters and counts the same (assumption), or by its
    weight where every one of them has a weight.
    """
    return planned_shares(content, (quarter,))[0]


def planned_shares(content: Content, wanted: Sequence[Quarter]) -> tuple[Fraction, ...]:
    """Return :func:`planned_share` at several quarters."""
    leaves, weights = content.leaves, content.leaf_weights
    if weights:
        return tuple(weighted_mean(weights, [share_of_activity(leaf, at) for leaf in leaves]) for at in wanted)
    spans = [(leaf.starts.place, leaf.ends.place - leaf.starts.place + 1) for leaf in leaves]
    return tuple(_share_by(spans, quarter.place) for quarter in wanted)


def share_of_activity(activity: Activity, quarter: Quarter) -> Fraction:
    """Return the share of one activity planned by the end of a quarter."""
    return _share_by([(activity.starts.place, activity.ends.place - activity.starts.place + 1)], quarter.place)


def done_share(content: Content, done: Mapping[int, int]) -> Fraction:
    """Return the share of the road map that is done: the mean of the activities, by weight if every one has a weight; a
    missing activity counts 0."""
    leaves, weights = content.leaves, content.leaf_weights
    if not leaves:
        return Fraction(0)
    if weights:
        return weighted_mean(weights, [Fraction(done.get(leaf.number, 0), 100) for leaf in leaves])
    return Fraction(sum(done.get(leaf.number, 0) for leaf in leaves), 100 * len(leaves))


def weighted_mean(weights: Sequence[Decimal], shares: Sequence[Fraction]) -> Fraction:
    """Return the mean of shares by weight: the sum of weight times share, divided by all weights."""
    exact = [Fraction(weight) for weight in weights]
    made = sum((weight * share for weight, share in zip(exact, shares, strict=True)), Fraction(0))
    return made / sum(exact, Fraction(0))


def light_of(planned: Fraction, done: Fraction | None, rules: ProgressRules) -> Light:
    """Return the light for a done and a planned share; nothing planned yet is :attr:`Light.NOT_DUE`."""
    if done is None:
        return Light.UNREPORTED if planned else Light.NOT_DUE
    if not planned:
        return Light.GOOD if done else Light.NOT_DUE
    reached = done / planned * 100
    if reached >= rules.good_from:
        return Light.GOOD
    return Light.FAIR if reached >= rules.fair_from else Light.POOR


def standing(
    content: Content,
    reports: Iterable[Reported],
    quarter: Quarter,
    *,
    since: Quarter,
    today: date,
    rules: ProgressRules,
) -> Standing:
    """Compute the progress of a programme at the end of ``quarter``.

    ``reports``: those that count, of any quarters, in any order. ``since``: the first quarter to be reported. The light
    is that of the last report, compared with the plan by its own quarter; ``late`` says whether a later one is
    overdue, which says nothing about the works.
    """
    known = {report.quarter: report for report in reports if report.quarter <= quarter}
    latest = max(known, default=None)
    late = late_quarters(content, known, quarter, since=since, today=today, rules=rules)
    planned, planned_then = planned_shares(content, (quarter, latest or quarter))
    done = None if latest is None else done_share(content, known[latest].done)
    return Standing(
        quarter=quarter,
        planned=planned,
        done=done,
        light=light_of(planned_then, done, rules),
        budget=content.budget_of(quarter.year),
        spent=sum((reported.spent for reported in known.values() if reported.quarter.year == quarter.year), Decimal(0)),
        reported=latest,
        late=late,
        weight=content.weight,
    )  # fmt: skip


def expected_quarters(content: Content, *, since: Quarter, until: Quarter) -> tuple[Quarter, ...]:
    """Return the quarters that an office reports on: from the first activity to the last."""
    if not content.activities:
        return ()
    first = max(since, min(activity.starts for activity in content.activities))
    last = min(until, max(activity.ends for activity in content.activities))
    return run_of_quarters(first, last)


def late_quarters(
    content: Content,
    known: Iterable[Quarter],
    until: Quarter,
    *,
    since: Quarter,
    today: date,
    rules: ProgressRules,
) -> tuple[Quarter, ...]:
    """Return the quarters up to ``until`` that are not reported although their day has passed."""
    there = set(known)
    return tuple(
        quarter
        for quarter in expected_quarters(content, since=since, until=until)
        if quarter not in there and due_on(quarter, rules) < today
    )


def target_reached(target: Target, value: Decimal, year: int) -> Fraction | None:
    """Return the share of the year's target that a value reaches; None without a target for the year.

    With a base it is the distance covered from the base: ``(value - base) / (target - base)``. Without one it is
    ``value / target`` for an indicator that should rise and ``(2 * target - value) / target`` for one that should fall,
    so that a lower value never reaches less (assumption). A target of zero or below is reached or not. Above 1 is more
    than planned; below 0 is 0.
    """
    wanted = target.planned_for(year)
    if wanted is None:
        return None
    if target.base is not None and target.base != wanted:
        made = Fraction(value - target.base) / Fraction(wanted - target.base)
        return max(made, Fraction(0))
    rising = target.better is Better.UP
    if wanted <= 0:
        return Fraction(value >= wanted if rising else value <= wanted)
    share = Fraction(value) / Fraction(wanted)
    return max(share if rising else 2 - share, Fraction(0))


@dataclass(frozen=True, slots=True)
class YearCount:
    """Programmes of a sub-dimension in a year: the number planned, and the number of those that count as realised."""

    planned: int
    realised: int


@dataclass(frozen=True, slots=True)
class InYear:
    """A programme compared with its plan in a year, up to ``quarter``.

    ``due``: anything was to be done by then, or is; ``realised``: enough of it is. ``reported`` is the quarter of the
    year's last report.
    """

    quarter: Quarter
    due: bool
    realised: bool
    reported: Quarter | None


def in_year(
    content: Content,
    reports: Iterable[Reported],
    year: int,
    *,
    today: date,
    rules: ProgressRules,
    since: Quarter | None = None,
) -> InYear:
    """Judge a programme in a year so far.

    It is realised when its last report of the year shows at least ``realised_from`` per cent of what its road map had
    planned by the quarter of that report. If reports of a later quarter of the year are due already, the plan by that
    quarter counts, so that a programme does not stay realised without reporting. A programme without a report of the
    year, or with nothing done, is not realised. ``since``: the first quarter for which reports are owed; if none is
    owed for the year by now, a programme with a report is judged by its last one, and any other is not due.
    """
    known = {report.quarter: report for report in reports if report.quarter.year == year}
    latest, owed, end = max(known, default=None), last_due(today, rules), Quarter(year, 4)
    held = held_to(latest, year, owed, since)
    if latest is None and since is not None and min(owed, end) < since:
        return InYear(held, due=False, realised=False, reported=None)
    planned, planned_in_all = planned_shares(content, (held, end))
    done = Fraction(0) if latest is None else done_share(content, known[latest].done)
    return InYear(held, bool(planned or done or not planned_in_all), enough(done, planned, rules), latest)


def held_to(latest: Quarter | None, year: int, due: Quarter, since: Quarter | None = None) -> Quarter:
    """Return the quarter whose plan the last report of a year is compared with; ``due`` is the last quarter whose
    reports are due, ``since`` the first for which they are owed: an earlier report is compared with its own quarter."""
    ended = min(due, Quarter(year, 4))
    if latest is not None and since is not None and ended < since:
        return latest
    return ended if latest is None else max(latest, ended)


def enough(done: Fraction, planned: Fraction, rules: ProgressRules) -> bool:
    """Return whether the done part of the plan by then makes a programme realised."""
    return done > 0 and done * 100 >= planned * rules.realised_from


def _share_by(spans: Sequence[tuple[int, int]], place: int) -> Fraction:
    """Return the mean of the finished shares of activities after a quarter; each is its first quarter and its length.

    Sums are made by length first, because adding fractions takes most of the time.
    """
    passed: dict[int, int] = {}
    for start, length in spans:
        passed[length] = passed.get(length, 0) + min(max(place - start + 1, 0), length)
    if not spans:
        return Fraction(0)
    return sum((Fraction(over, length) for length, over in passed.items()), Fraction(0)) / len(spans)
