"""Totals of programmes: by pillar, sub-dimension, office and year. Totals of parts add up to the total of the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, TypeVar

from pilar.masterplan.rules.content import Content, Fund
from pilar.masterplan.rules.framework import Group, ProgressRules
from pilar.masterplan.rules.progress import (
    Light,
    Reported,
    Standing,
    done_share,
    enough,
    held_to,
    planned_shares,
    weighted_mean,
)
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.targets import Figure


def budget_by_fund(contents: Iterable[Content], year: int) -> dict[Fund, Decimal]:
    """Sum the money of a year by its source, in rupiah; every source has an entry."""
    sums = dict.fromkeys(Fund, Decimal(0))
    for content in contents:
        for budget in content.budgets:
            if budget.year == year:
                sums[budget.fund] += budget.amount
    return sums


def spent_in(reports: Iterable[Reported], year: int) -> Decimal:
    """Sum the money spent in a year, in rupiah."""
    return sum((report.spent for report in reports if report.quarter.year == year), Decimal(0))


def mean_marks(contents: Iterable[Content], criteria: Group) -> Mapping[str, Fraction | None]:
    """Return the mean of the quick wins' marks on each criterion; None where none is judged."""
    marks: dict[str, list[int]] = {entry.code: [] for entry in criteria.entries}
    for content in contents:
        for judged in content.judged:
            if content.quick_win and judged.criterion in marks:
                marks[judged.criterion].append(judged.mark)
    return {code: Fraction(sum(given), len(given)) if given else None for code, given in marks.items()}


NO_LIGHTS: Mapping[Light, int] = dict.fromkeys(Light, 0)


class Judged(Protocol):
    """A programme with its progress and its target indicators."""

    @property
    def standing(self) -> Standing: ...
    @property
    def figures(self) -> Sequence[Figure]: ...


@dataclass(frozen=True, slots=True)
class Total:
    """Programmes together, ``late`` of them with an overdue report. ``planned`` and ``done`` are sums of shares, so
    that totals add up; what is not reported counts as not done. Money in rupiah.

    ``weighed``: the number of programmes with a weight, ``weight``: its sum; ``planned_by_weight`` and
    ``done_by_weight`` are sums of weight times share.

    Of the target indicators of the year: ``targeted`` have a target, ``known`` of these a figure, ``reached`` reach it.
    """

    programmes: int = 0
    planned: Fraction = Fraction(0)
    done: Fraction = Fraction(0)
    budget: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)
    lights: Mapping[Light, int] = field(default_factory=lambda: NO_LIGHTS)
    late: int = 0
    targeted: int = 0
    known: int = 0
    reached: int = 0
    weighed: int = 0
    weight: Fraction = Fraction(0)
    planned_by_weight: Fraction = Fraction(0)
    done_by_weight: Fraction = Fraction(0)

    @property
    def weighted(self) -> bool:
        """True if programmes count by weight: if every one has one."""
        return 0 < self.programmes == self.weighed

    @property
    def planned_share(self) -> Fraction | None:
        """The mean of the shares planned, by weight if every programme has one; None without a programme."""
        if self.weighted:
            return self.planned_by_weight / self.weight
        return self.planned / self.programmes if self.programmes else None

    @property
    def done_share(self) -> Fraction | None:
        if self.weighted:
            return self.done_by_weight / self.weight
        return self.done / self.programmes if self.programmes else None

    def __add__(self, other: Total) -> Total:
        return Total(
            self.programmes + other.programmes,
            self.planned + other.planned,
            self.done + other.done,
            self.budget + other.budget,
            self.spent + other.spent,
            {light: self.lights[light] + other.lights[light] for light in Light},
            self.late + other.late,
            self.targeted + other.targeted,
            self.known + other.known,
            self.reached + other.reached,
            self.weighed + other.weighed,
            self.weight + other.weight,
            self.planned_by_weight + other.planned_by_weight,
            self.done_by_weight + other.done_by_weight,
        )


J = TypeVar("J", bound=Judged)
K = TypeVar("K")


def total(judged: Iterable[Judged]) -> Total:
    """Sum up all of them."""
    rows = list(judged)
    lights = dict(NO_LIGHTS)
    for row in rows:
        lights[row.standing.light] += 1
    targets = [figure for row in rows for figure in row.figures if figure.wanted is not None]
    weighed = [(Fraction(row.standing.weight), row.standing) for row in rows if row.standing.weight is not None]
    return Total(
        programmes=len(rows),
        planned=sum((row.standing.planned for row in rows), Fraction(0)),
        done=sum((row.standing.done or Fraction(0) for row in rows), Fraction(0)),
        budget=sum((row.standing.budget for row in rows), Decimal(0)),
        spent=sum((row.standing.spent for row in rows), Decimal(0)),
        lights=lights,
        late=sum(bool(row.standing.late) for row in rows),
        targeted=len(targets),
        known=sum(target.value is not None for target in targets),
        reached=sum(target.reached for target in targets),
        weighed=len(weighed),
        weight=sum((weight for weight, _one in weighed), Fraction(0)),
        planned_by_weight=sum((weight * standing.planned for weight, standing in weighed), Fraction(0)),
        done_by_weight=sum((weight * (standing.done or Fraction(0)) for weight, standing in weighed), Fraction(0)),
    )


def totals(judged: Iterable[J], key: Callable[[J], K]) -> dict[K, Total]:
    """Sum up each group, in the order in which groups first appear."""
    groups: dict[K, list[J]] = {}
    for mark in judged:
        groups.setdefault(key(mark), []).append(mark)
    return {group: total(rows) for group, rows in groups.items()}


@dataclass(frozen=True, slots=True)
class YearLine:
    """The programmes planned for a year, and their results up to its end or to the chosen quarter.

    Shares are means over the programmes planned for the year, ``weighted`` if every one of these has a weight; in a
    year for which the plan owes no reports, only programmes with a report count. ``progress.in_year`` decides what is
    realised. ``done``, ``realised`` and ``spent`` are None for a year that has not begun by then.
    """

    year: int
    programmes: int
    planned: Fraction | None
    done: Fraction | None
    realised: int | None
    budget: Decimal
    spent: Decimal | None
    weighted: bool = False


def year_lines(
    programmes: Sequence[tuple[Content, Sequence[Reported]]],
    years: Sequence[int],
    until: Quarter,
    due: Quarter,
    rules: ProgressRules,
    *,
    since: Quarter | None = None,
) -> tuple[YearLine, ...]:
    """Return one line a year; reports after ``until`` do not count. ``due``: the last quarter whose reports are all
    due, ``since``: the first for which reports are owed."""
    ended = min(due, until)
    rows = [
        _through_years(content, reports, years, until, due=ended, rules=rules, since=since)
        for content, reports in programmes
    ]
    return tuple(
        _year_line(year, [of_years[place] for of_years in rows], begun=year <= until.year)
        for place, year in enumerate(years)
    )


@dataclass(frozen=True, slots=True)
class _InYear:
    """A programme in a year; ``counts``: anything is planned for the year, and reported or owed for it."""

    counts: bool
    planned: Fraction
    done: Fraction
    realised: bool
    budget: Decimal
    spent: Decimal
    weight: Decimal | None


def _through_years(
    content: Content,
    reports: Sequence[Reported],
    years: Sequence[int],
    until: Quarter,
    *,
    due: Quarter,
    rules: ProgressRules,
    since: Quarter | None,
) -> list[_InYear]:
    known = sorted((report for report in reports if report.quarter <= until), key=lambda reported: reported.quarter)
    whole = [Quarter(year, 4) for year in years]
    ends = [min(end, until) if end.year <= until.year else end for end in whole]
    last = [next((reported for reported in reversed(known) if reported.quarter <= end), None) for end in ends]
    held = [
        held_to(reported.quarter if reported is not None and reported.quarter.year == year else None, year, due, since)
        for reported, year in zip(last, years, strict=True)
    ]
    by_end, by_held = planned_shares(content, ends), planned_shares(content, held)
    through = []
    for place, year in enumerate(years):
        latest = last[place]
        done = Fraction(0) if latest is None else done_share(content, latest.done)
        of_year = latest is not None and latest.quarter.year == year
        through.append(
            _InYear(
                counts=content.planned_in(year) and (of_year or since is None or whole[place] >= since),
                planned=by_end[place],
                done=done,
                realised=of_year and enough(done, by_held[place], rules),
                budget=content.budget_of(year),
                spent=spent_in(known, year),
                weight=content.weight,
            )
        )
    return through


def _year_line(year: int, rows: Sequence[_InYear], *, begun: bool) -> YearLine:
    counted = [row for row in rows if row.counts]
    weights = [row.weight for row in counted if row.weight is not None]
    weights = weights if len(weights) == len(counted) else []
    return YearLine(
        year=year,
        programmes=len(counted),
        planned=_mean([row.planned for row in counted], weights),
        done=_mean([row.done for row in counted], weights) if begun else None,
        realised=sum(__in_year.realised for __in_year in counted) if begun else None,
        budget=sum((row.budget for row in rows), Decimal(0)),
        spent=sum((row.spent for row in rows), Decimal(0)) if begun else None,
        weighted=bool(weights),
    )


def _mean(shares: Sequence[Fraction], weights: Sequence[Decimal]) -> Fraction | None:
    """Return the mean of shares, by weights if there are any."""
    if weights:
        return weighted_mean(weights, shares)
    return sum(shares, Fraction(0)) / len(shares) if shares else None
