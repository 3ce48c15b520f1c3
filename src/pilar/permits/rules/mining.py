"""Mine the event log: desks, paths, gaps, rework, and stops just before a limit; in working days.

Pure, and in arrays, since a log has a million events. Days are those of the clock: events after closing time count as
of the next working day, and time with a stopped clock is left out (``tests/permits`` compares both case after case).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilar.permits.rules.cases import EventKind as K

NEAR = 1
"""A stop counts as just before the limit if at most this many working days (or office hours, for a limit in hours) were
left."""
READ = (
    K.SUBMITTED, K.RETURNED, K.ACCEPTED, K.OPENED, K.DONE, K.SENT_BACK, K.STOPPED, K.RESUMED, K.LEVIED, K.PAID,
    K.ISSUED, K.REFUSED,
)  # fmt: skip
"""The events that are read; arrays of kinds hold positions in this tuple."""
HOUR = 60 * 60 * 10**6
"""In microseconds."""
DAY = 24 * HOUR
_MEDIAN, _NINTH, _EXACT = 0.5, 0.9, 1e-9
_BEGINS, _EDGES = (K.STOPPED, K.LEVIED, K.RETURNED), (K.RESUMED, K.PAID, K.SUBMITTED)
_CLOSINGS, _ENDS = (K.DONE, K.SENT_BACK), (K.ISSUED, K.REFUSED)
_PRIME = np.uint64(0x100000001B3)
_MAX_DAYS = 2**20

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Log:
    """Events of accepted cases, a row each, in the order of the cases and of what happened to each.

    ``kind``: its position in :data:`READ`; ``stage``: its position in ``stages``; ``version``: its position in
    ``services``, ``limits`` (working days, 0 without), ``hours`` (of a limit in office hours) and ``leaves`` (positions
    in the calendars); ``at``: microseconds on the clocks of the region since 1970. ``stopped_by``: who opened each
    stop, in the order of the rows.
    """

    case: Numbers
    kind: Numbers
    stage: Numbers
    version: Numbers
    at: Numbers
    stages: Sequence[str]
    services: Sequence[str]
    limits: Numbers
    hours: Numbers
    leaves: Numbers
    stopped_by: Sequence[str]


@dataclass(frozen=True)
class Calendars:
    """For each way of counting joint leave and each day from ``first`` (days since 1970): the number of working days up
    to it, that of the working day as of which something counts, the microsecond after which the next does, and the
    parts that offices work, each from a microsecond to one, none on a day off."""

    first: int
    counted: Numbers
    effective: Numbers
    closes: Numbers
    parts: Numbers

    def office(self, leave: Numbers, at: Numbers) -> Numbers:
        """Microseconds of office hours from the first day to each moment."""
        place, since, until = at // DAY - self.first, self.parts[..., 0], self.parts[..., 1]
        whole = (until - since).sum(axis=2)
        day = np.clip((at % DAY)[:, None], since[leave, place], until[leave, place]) - since[leave, place]
        return (whole.cumsum(axis=1) - whole)[leave, place] + day.sum(axis=1)


class Counted(NamedTuple):
    """Counts of cases by the days that they took for the named thing: a stage, the stages of a path in order, or the
    two stages of a gap. ``later``: accepted on or after the compared day; ``again``: a stage was done more than
    once."""

    names: tuple[str, ...]
    later: bool
    again: bool
    days: int
    cases: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The days of a number of cases: 50 % took at most ``median``, 90 % at most ``ninth``."""

    cases: int
    median: int
    ninth: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: its name, the days of all cases, of those before and from the compared day, and the
    repeats."""

    names: tuple[str, ...]
    days: Spread
    before: Spread | None
    later: Spread | None
    again: int


@dataclass(frozen=True, slots=True)
class Stops:
    """Stops that somebody opened in a service: all of them, those just before the limit, and how many would be expected
    there if stops were spread evenly over the limit."""

    by: str
    service: str
    stops: int
    near: int
    expected: float


@dataclass(frozen=True, slots=True)
class Mined:
    """All results from the log; ``whole`` is from day 0 to the end. The longest come first."""

    whole: Line | None
    desks: tuple[Line, ...]
    ways: tuple[Line, ...]
    gaps: tuple[Line, ...]
    stops: tuple[Stops, ...]
    returned: int


def mined(log: Log, calendars: Calendars, *, split: int | None = None) -> Mined:
    """Mine a log. ``split``: the moment of a change to compare before and after, as ``Log.at``."""
    if not len(log.case):
        return Mined(None, (), (), (), (), 0)
    days = _Days(log, calendars, split)
    ways = list(_ways(log, days))
    returned = len(np.unique(days.of[days.are(K.RETURNED)]))
    return Mined(
        whole(ways), lines(_desks(log, days)), lines(ways), lines(_gaps(log, days)), _stops(log, days), returned
    )


class _Days:
    """The rows of a log in working days. ``of``: the position of a row's case; ``net``: without the time its clock was
    stopped."""

    def __init__(self, log: Log, calendars: Calendars, split: int | None) -> None:
        self._kind, self._log, self._calendars = log.kind, log, calendars
        self._starts = np.flatnonzero(np.diff(log.case, prepend=log.case[0] - 1))
        self.of = np.repeat(np.arange(len(self._starts)), np.diff(self._starts, append=len(log.case)))
        leave, place = log.leaves[log.version], log.at // DAY - calendars.first
        self.effective = calendars.effective[leave, place] + (log.at % DAY > calendars.closes[leave, place])
        self._stood = self._stands()
        resumed = self.last(self._stood < 0)
        ended = np.where(resumed >= 0, self.effective[resumed], 0)
        over = self.are(*_CLOSINGS, *_ENDS)
        day = np.where(over, np.maximum(calendars.counted[leave, place], ended), self.effective)
        self.net = self._without_stops(day, self.effective)
        accepted = self.are(K.ACCEPTED)
        self.later = np.zeros(len(self._starts), dtype=bool)
        self.later[self.of[accepted]] = log.at[accepted] >= (np.inf if split is None else split)

    def used(self, rows: Numbers) -> Numbers:
        """Working days from day 0 to each of these rows."""
        return self._since_zero(self.net)[rows]

    def office(self, rows: Numbers) -> Numbers:
        """Microseconds of office hours that the clock ran up to each of these rows."""
        moments = self._calendars.office(self._log.leaves[self._log.version], self._log.at)
        return self._since_zero(self._without_stops(moments, moments))[rows]

    def _since_zero(self, net: Numbers) -> Numbers:
        zero, accepted = np.zeros(len(self._starts), dtype=np.int64), self.are(K.ACCEPTED)
        zero[self.of[accepted]] = net[accepted]
        return net - zero[self.of]

    def _without_stops(self, moments: Numbers, edges: Numbers) -> Numbers:
        """Moments minus the time the clock was stopped: the ``edges`` where stops begin minus those where they end."""
        # While it is stopped: the moment it stopped, minus earlier stops.
        return np.where(self._running(self._stood) > 0, 0, moments) + self._running(self._stood * edges)

    def _running(self, values: Numbers) -> Numbers:
        """The sum of the values of a case up to each row."""
        total = np.cumsum(values)
        return total - (total - values)[self._starts][self.of]

    def are(self, *kinds: K) -> Flags:
        """Return which rows are of these kinds."""
        wanted = np.zeros(len(READ), dtype=bool)
        wanted[[READ.index(kind) for kind in kinds]] = True
        return wanted[self._kind]

    def last(self, rows: Flags) -> Numbers:
        """For each row the last of ``rows`` up to it in its case; -1 if there is none."""
        last_row = np.maximum.accumulate(np.where(rows, np.arange(len(rows)), -1))
        return np.where((last_row >= 0) & (self.of[last_row] == self.of), last_row, -1)

    def next(self, rows: Flags) -> Numbers:
        """For each row the next of ``rows`` from it on in its case; -1 if there is none."""
        next_row = np.minimum.accumulate(np.where(rows, np.arange(len(rows)), len(rows) - 1)[::-1])[::-1]
        return np.where(rows[next_row] & (self.of[next_row] == self.of), next_row, -1)

    def _stands(self) -> Numbers:
        """1 where a stop begins, -1 where it ends; the first submission ends none."""
        edges = np.flatnonzero(self.are(*_BEGINS, *_EDGES))
        begins = self.are(*_BEGINS)[edges]
        after_begin = np.r_[False, begins[:-1] & (self.of[edges[1:]] == self.of[edges[:-1]])]
        stands = np.zeros(len(self.of), dtype=np.int64)
        stands[edges[begins]], stands[edges[~begins & after_begin]] = 1, -1
        return stands


def _desks(log: Log, days: _Days) -> Iterator[Counted]:
    """Finished stages, each with the days of all its rounds."""
    opened, closed, size = days.are(K.OPENED), days.are(*_CLOSINGS), len(log.stages)
    key, cells = days.of * size + log.stage, (int(days.of[-1]) + 1) * size
    rounds, ends = (np.bincount(key[rows], minlength=cells) for rows in (opened, closed))
    spent = sum(sign * np.bincount(key[rows], days.net[rows], cells) for sign, rows in ((-1, opened), (1, closed)))
    places = np.flatnonzero((rounds > 0) & (rounds == ends))
    names = [(stage,) for stage in log.stages]
    yield from _counted(names, places % size, days.later[places // size], rounds[places] > 1, spent[places])


def _ways(log: Log, days: _Days) -> Iterator[Counted]:
    """The stages of each case that is over, in the order in which they ended."""
    rows = np.flatnonzero(days.are(*_CLOSINGS))
    starts = np.flatnonzero(np.diff(days.of[rows], prepend=-1))
    ends = np.append(starts[1:], len(rows))
    place = np.arange(len(rows)) - np.repeat(starts, ends - starts)
    powers = np.cumprod(np.full(int(place.max(initial=0)) + 1, _PRIME))
    told = np.add.reduceat((log.stage[rows].astype(np.uint64) + np.uint64(1)) * powers[place], starts)
    _hashes, first, which = np.unique(told, return_index=True, return_inverse=True)
    ways = [tuple(log.stages[place] for place in log.stage[rows[starts[at] : ends[at]]]) for at in first]
    way = np.full(int(days.of[-1]) + 1, -1)
    way[days.of[rows[starts]]] = which
    over = np.flatnonzero(days.are(*_ENDS))
    over = over[np.r_[days.of[over[1:]] != days.of[over[:-1]], np.ones(len(over[:1]), dtype=bool)]]  # the last of each
    over = over[way[days.of[over]] >= 0]
    case = days.of[over]
    again = np.array([len({*way}) < len(way) for way in ways], dtype=bool)[way[case]]
    yield from _counted(ways, way[case], days.later[case], again, days.used(over))


def _gaps(log: Log, days: _Days) -> Iterator[Counted]:
    """Gaps from the end of one stage to the next opening of another, including stops; of two parallel stages the first
    one waits."""
    closed = np.flatnonzero(days.are(*_CLOSINGS))
    opened = days.next(days.are(K.OPENED))[closed]
    closed, opened = closed[opened >= 0], opened[opened >= 0]
    spent = days.effective[opened] - days.effective[closed]
    names = [*product(log.stages, repeat=2)]
    pair = log.stage[closed] * len(log.stages) + log.stage[opened]
    yield from _counted(names, pair, days.later[days.of[closed]], np.zeros(len(closed), dtype=bool), spent)


def _stops(log: Log, days: _Days) -> tuple[Stops, ...]:
    rows = np.flatnonzero(days.are(K.STOPPED))
    limits, hours = log.limits[log.version[rows]], log.hours[log.version[rows]]
    near, expected = limits - days.used(rows) <= NEAR, (NEAR + 1) / (limits + 1)
    if hours.any():
        near = np.where(hours, hours * HOUR - days.office(rows) <= NEAR * HOUR, near)
        expected = np.where(hours, NEAR / np.maximum(hours, 1), expected)
    by_stage: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, (by, version) in enumerate(zip(log.stopped_by, log.version[rows], strict=True)):
        if limits[place] or hours[place]:
            by_stage[by, log.services[version]].append(place)
    made = (
        Stops(by, service, len(at), int(near[at].sum()), float(expected[at].sum()))
        for (by, service), at in by_stage.items()
    )
    return tuple(sorted(made, key=lambda stops: (stops.expected - stops.near, stops.by, stops.service)))


def _counted(
    names: Sequence[tuple[str, ...]], which: Numbers, later: Flags, again: Flags, spent: NDArray[np.number]
) -> Iterator[Counted]:
    """Rows with the same name, half and days, merged."""
    key = ((which * 2 + later) * 2 + again) * _MAX_DAYS + np.maximum(spent, 0).astype(np.int64)
    for packed, cases in zip(*(part.tolist() for part in np.unique(key, return_counts=True)), strict=True):
        rest, days = divmod(packed, _MAX_DAYS)
        yield Counted(names[rest >> 2], bool(rest & 2), bool(rest & 1), days, cases)


def spread(days: Mapping[int, int]) -> Spread | None:
    """The spread of numbers of days, each with the number of its cases; None without any."""
    cases = sum(days.values())
    return Spread(cases, quantile(days, _MEDIAN), quantile(days, _NINTH)) if cases else None


def quantile(days: Mapping[int, int], level: float) -> int:
    """The least number of days that this share of the cases took at most."""
    passed, wanted = 0, level * sum(days.values()) - _EXACT
    for day in sorted(days):
        passed += days[day]
        if passed >= wanted:
            return day
    raise ValueError(days)


def lines(counts: Iterable[Counted]) -> tuple[Line, ...]:
    """A line for each name, those with the most days over all cases first."""
    by_names: dict[tuple[str, ...], list[Counted]] = defaultdict(list)
    for count in counts:
        by_names[count.names].append(count)
    ordered = sorted(by_names, key=lambda names: (-sum(count.days * count.cases for count in by_names[names]), names))
    return tuple(count for names in ordered if (count := _line(names, by_names[names])))


def whole(ways: Iterable[Counted]) -> Line | None:
    """All paths together."""
    return next(iter(lines(way._replace(names=()) for way in ways)), None)


def _line(names: tuple[str, ...], counts: list[Counted]) -> Line | None:
    before, later = (_histogram(count for count in counts if count.later is half) for half in (False, True))
    every = spread(before + later)
    return every and Line(
        names, every, spread(before), spread(later), sum(count.cases for count in counts if count.again)
    )


def _histogram(counts: Iterable[Counted]) -> Counter[int]:
    histogram: Counter[int] = Counter()
    for count in counts:
        histogram[count.days] += count.cases
    return histogram
