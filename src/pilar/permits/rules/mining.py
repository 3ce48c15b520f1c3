"""What the event log says of how cases go: desks, ways, gaps, rework, and stops just before a limit; in working days.

Pure: the log was counted before (``queries.mining``), so that a million events come as some thousand counts. Days are
those of the clock, without what the clock stood.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

NEAR = 1
"""A stop with so many working days left, or fewer, began just before the limit."""
_MEDIAN, _NINTH, _EXACT = 0.5, 0.9, 1e-9


class Counted(NamedTuple):
    """So many cases took so many days for what is named: a stage, the stages of a way in their order, or the two of a
    gap. ``later``: accepted from the day on that is compared; ``again``: a stage was done more than once."""

    names: tuple[str, ...]
    later: bool
    again: bool
    days: int
    cases: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Of so many cases: half took at most ``median`` days, nine in ten at most ``ninth``."""

    cases: int
    median: int
    ninth: int


@dataclass(frozen=True, slots=True)
class Line:
    """What is named, for all cases, for those before and from the day that is compared, and how many did it again."""

    names: tuple[str, ...]
    days: Spread
    before: Spread | None
    later: Spread | None
    again: int


@dataclass(frozen=True, slots=True)
class Stops:
    """Stops that somebody opened in a service: all, those just before the limit, and how many would be near it if they
    came as often on each day of the limit."""

    by: str
    service: str
    stops: int
    near: int
    expected: float


@dataclass(frozen=True, slots=True)
class Mined:
    """All that the log says; ``whole`` is from day 0 to the end. What took most days comes first."""

    whole: Line | None
    desks: tuple[Line, ...]
    ways: tuple[Line, ...]
    gaps: tuple[Line, ...]
    stops: tuple[Stops, ...]
    returned: int


def spread(days: Mapping[int, int]) -> Spread | None:
    """The spread of numbers of days, each with the number of its cases; None without any."""
    cases = sum(days.values())
    return Spread(cases, quantile(days, _MEDIAN), quantile(days, _NINTH)) if cases else None


def quantile(days: Mapping[int, int], level: float) -> int:
    """The least number of days that this share of the cases took at most."""
    passed, wanted = 0, level * sum(days.values()) - _EXACT
    for one in sorted(days):
        passed += days[one]
        if passed >= wanted:
            return one
    raise ValueError(days)


def lines(counts: Iterable[Counted]) -> tuple[Line, ...]:
    """Each that is named once, those that took most days of all cases together first."""
    found: dict[tuple[str, ...], list[Counted]] = defaultdict(list)
    for one in counts:
        found[one.names].append(one)
    ordered = sorted(found, key=lambda names: (-sum(one.days * one.cases for one in found[names]), names))
    return tuple(one for names in ordered if (one := _line(names, found[names])))


def whole(ways: Iterable[Counted]) -> Line | None:
    """All ways together."""
    return next(iter(lines(one._replace(names=()) for one in ways)), None)


def _line(names: tuple[str, ...], counts: list[Counted]) -> Line | None:
    before, later = (_histogram(one for one in counts if one.later is half) for half in (False, True))
    every = spread(before + later)
    return every and Line(names, every, spread(before), spread(later), sum(one.cases for one in counts if one.again))


def _histogram(counts: Iterable[Counted]) -> Counter[int]:
    found: Counter[int] = Counter()
    for one in counts:
        found[one.days] += one.cases
    return found
