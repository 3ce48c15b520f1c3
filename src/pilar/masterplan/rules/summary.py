"""Programmes added up: by pillar, sub-dimension, office and year. Totals of parts add up to the total of the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, TypeVar

from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.framework import ProgressRules
from pilar.masterplan.rules.progress import Light, Reported, Standing, done_share, planned_share, realised_in
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.targets import Figure
from pilar.masterplan.rules.years import spent_in

NO_LIGHTS: Mapping[Light, int] = dict.fromkeys(Light, 0)


class Judged(Protocol):
    """A programme with where it stands and its target indicators."""

    @property
    def standing(self) -> Standing: ...
    @property
    def figures(self) -> Sequence[Figure]: ...


@dataclass(frozen=True, slots=True)
class Total:
    """Programmes together. ``planned`` and ``done`` are sums of shares, so that totals add up; what is not reported
    counts as not done. Money in rupiah.

    Of the target indicators of the year: ``targeted`` have a target, ``known`` of these a figure, ``reached`` reach it.
    """

    programmes: int = 0
    planned: Fraction = Fraction(0)
    done: Fraction = Fraction(0)
    budget: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)
    lights: Mapping[Light, int] = field(default_factory=lambda: NO_LIGHTS)
    targeted: int = 0
    known: int = 0
    reached: int = 0

    @property
    def planned_share(self) -> Fraction | None:
        """The mean of the shares planned; None without a programme."""
        return self.planned / self.programmes if self.programmes else None

    @property
    def done_share(self) -> Fraction | None:
        return self.done / self.programmes if self.programmes else None

    def __add__(self, other: Total) -> Total:
        return Total(
            self.programmes + other.programmes,
            self.planned + other.planned,
            self.done + other.done,
            self.budget + other.budget,
            self.spent + other.spent,
            {light: self.lights[light] + other.lights[light] for light in Light},
            self.targeted + other.targeted,
            self.known + other.known,
            self.reached + other.reached,
        )


J = TypeVar("J", bound=Judged)
K = TypeVar("K")


def total(judged: Iterable[Judged]) -> Total:
    """All of them together."""
    rows = list(judged)
    lights = dict(NO_LIGHTS)
    for one in rows:
        lights[one.standing.light] += 1
    targets = [figure for one in rows for figure in one.figures if figure.wanted is not None]
    return Total(
        programmes=len(rows),
        planned=sum((one.standing.planned for one in rows), Fraction(0)),
        done=sum((one.standing.done or Fraction(0) for one in rows), Fraction(0)),
        budget=sum((one.standing.budget for one in rows), Decimal(0)),
        spent=sum((one.standing.spent for one in rows), Decimal(0)),
        lights=lights,
        targeted=len(targets),
        known=sum(one.value is not None for one in targets),
        reached=sum(one.reached for one in targets),
    )


def totals(judged: Iterable[J], key: Callable[[J], K]) -> dict[K, Total]:
    """The totals of each group, in the order in which groups first appear."""
    groups: dict[K, list[J]] = {}
    for one in judged:
        groups.setdefault(key(one), []).append(one)
    return {group: total(rows) for group, rows in groups.items()}


@dataclass(frozen=True, slots=True)
class YearLine:
    """The programmes planned for a year, and what came of them up to its end or to the quarter that is looked at.

    Shares are means over the programmes planned for the year. ``done``, ``realised`` and ``spent`` are None for a year
    that has not begun by then.
    """

    year: int
    programmes: int
    planned: Fraction | None
    done: Fraction | None
    realised: int | None
    budget: Decimal
    spent: Decimal | None


def year_lines(
    programmes: Sequence[tuple[Content, Sequence[Reported]]],
    years: Iterable[int],
    until: Quarter,
    rules: ProgressRules,
) -> tuple[YearLine, ...]:
    """One line a year; reports after ``until`` do not count."""
    known = [(content, [one for one in reports if one.quarter <= until]) for content, reports in programmes]
    return tuple(_year_line(known, year, until, rules) for year in years)


def _year_line(
    programmes: Sequence[tuple[Content, Sequence[Reported]]], year: int, until: Quarter, rules: ProgressRules
) -> YearLine:
    rows = [(content, reports) for content, reports in programmes if content.planned_in(year)]
    budget = sum((content.budget_of(year) for content, _reports in programmes), Decimal(0))
    end = min(Quarter(year, 4), until) if year <= until.year else Quarter(year, 4)
    planned = sum((planned_share(content, end) for content, _reports in rows), Fraction(0))
    if year > until.year:
        return YearLine(year, len(rows), planned / len(rows) if rows else None, None, None, budget, None)
    done = sum((_done_by(content, reports, end) for content, reports in rows), Fraction(0))
    return YearLine(
        year=year,
        programmes=len(rows),
        planned=planned / len(rows) if rows else None,
        done=done / len(rows) if rows else None,
        realised=sum(realised_in(content, reports, year, rules) for content, reports in rows),
        budget=budget,
        spent=sum((spent_in(reports, year) for _content, reports in programmes), Decimal(0)),
    )


def _done_by(content: Content, reports: Iterable[Reported], end: Quarter) -> Fraction:
    latest = max((one for one in reports if one.quarter <= end), key=lambda one: one.quarter, default=None)
    return Fraction(0) if latest is None else done_share(content, latest.done)
