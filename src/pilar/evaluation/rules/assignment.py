"""Propose panels by least-cost assignment of assessors to regions, with a reason for each seat.

First every assessor's number of regions is brought as near to the others' as conflicts allow (the sum of squares is
least, so that numbers differ by at most one wherever that is possible); then the chairs' numbers of panels. The same
input and draw give the same panels; another draw gives others that are as good.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, translate

INFINITE = float("inf")
NEAR = 1e-6


class NoSolution(Exception):
    """No choice keeps all bounds; a bug of the caller, who checks before."""


class Programme:
    """Collects variables and bounds; ``solve`` gives the value of each variable in the order of their making."""

    def __init__(self) -> None:
        self._costs: list[float] = []
        self._least: list[float] = []
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._factors: list[float] = []
        self._bounds: list[tuple[float, float]] = []

    def variable(self, *, chosen: bool = False, cost: float = 0) -> int:
        """A variable of 0 or 1, 1 if it is chosen beforehand; returns its place."""
        self._costs.append(cost)
        self._least.append(int(chosen))
        return len(self._costs) - 1

    def bound(self, variables: Sequence[int], least: float, most: float = INFINITE) -> None:
        """Bound how many of some variables are chosen."""
        self._row(variables, 1)
        self._bounds.append((least, most))

    def even(self, variables: Sequence[int]) -> None:
        """Add to the cost the square of how many are chosen: each further one costs two more than the one before."""
        steps = [self.variable(cost=2 * place + 1) for place in range(len(variables))]
        self._row(variables, 1)
        self._row(steps, -1)
        self._bounds.append((0, 0))

    def solve(self) -> list[bool]:
        """The choice of least cost. Raises :class:`NoSolution`."""
        import numpy
        from scipy import optimize, sparse  # type: ignore[import-untyped]

        if not self._costs:
            return []
        shape = (len(self._bounds), len(self._costs))
        matrix = sparse.csr_array((self._factors, (self._rows, self._columns)), shape=shape)
        least, most = numpy.array(self._bounds).T
        solution = optimize.milp(
            numpy.array(self._costs),
            bounds=optimize.Bounds(numpy.array(self._least), 1),
            constraints=optimize.LinearConstraint(matrix, least, most),
        )
        if solution.x is None or numpy.abs(solution.x - solution.x.round()).max() > NEAR:
            raise NoSolution(solution.message)
        return [bool(value) for value in solution.x.round()]

    def _row(self, variables: Sequence[int], factor: float) -> None:
        self._rows += [len(self._bounds)] * len(variables)
        self._columns += variables
        self._factors += [factor] * len(variables)


Pair = tuple[str, int]
"""A region's code and an assessor's key."""


class Bar(StrEnum):
    """Why an assessor may not sit for a region."""

    HOME = "home"
    EMPLOYER = "employer"
    MENTOR = "mentor"
    LAST_YEAR = "last-year"


BAR_NAMES = {
    Bar.HOME: N_("home region"),
    Bar.EMPLOYER: N_("employer"),
    Bar.MENTOR: N_("mentor of its plan"),
    Bar.LAST_YEAR: N_("on its panel last year"),
}


@dataclass(frozen=True, slots=True)
class Assessor:
    """Somebody who may sit on panels; ``may_chair`` holds the role of panel chair."""

    key: int
    name: str
    may_chair: bool = False


@dataclass(frozen=True, slots=True)
class Sitting:
    """A seat: the region's code, the assessor's key, and whether they lead the panel."""

    region: str
    assessor: int
    is_chair: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """The input of an assignment: regions (name by code), assessors, seats for each panel, bars, and seats kept."""

    regions: Mapping[str, str]
    assessors: Sequence[Assessor]
    size: int
    barred: Mapping[tuple[int, str], Bar] = field(default_factory=dict)
    kept: Sequence[Sitting] = ()
    draw: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody sits on a panel: an English sentence with its fields."""

    sentence: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """The reason in the reader's language."""
        return translate(self.sentence, **self.fields)


@dataclass(frozen=True, slots=True)
class ProposedSeat:
    """A seat of a proposal; ``kept`` stood before."""

    assessor: Assessor
    is_chair: bool
    kept: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class ProposedPanel:
    """The panel of one region, its chair first, and who was kept out of it."""

    region: str
    name: str
    seats: tuple[ProposedSeat, ...]
    barred: tuple[tuple[Assessor, Bar], ...]

    @property
    def barred_named(self) -> tuple[tuple[Assessor, str], ...]:
        """Name who was kept out and why, in the reader's language."""
        return tuple((assessor, translate(BAR_NAMES[bar])) for assessor, bar in self.barred)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Panels of all regions, by code; ``loads`` and ``chaired``: numbers of regions and of chairs by assessor's key."""

    panels: tuple[ProposedPanel, ...]
    loads: Mapping[int, int]
    chaired: Mapping[int, int]

    @property
    def seats(self) -> tuple[Sitting, ...]:
        """All seats."""
        return tuple(
            Sitting(panel.region, seat.assessor.key, seat.is_chair) for panel in self.panels for seat in panel.seats
        )


def assign(task: Task) -> Proposal:
    """Propose a panel of ``task.size`` for every region; one that keeps more seats stays as large as it is.

    Every panel has a chair who may chair; nobody sits where they are barred, except on a seat that is kept. Raises
    Faults that name each region for which there are too few assessors.
    """
    faults = tuple(_obstacles(task))
    if faults:
        raise Faults(faults)
    return _proposal(task, _Search(task).solve())


def fingerprint(seats: Iterable[Sitting]) -> str:
    """A short text that changes with the seats: whether they are still those that somebody saw."""
    text = "\n".join(sorted(f"{seat.region} {seat.assessor} {seat.is_chair}" for seat in seats))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _obstacles(task: Task) -> Iterator[Fault]:
    """Yield why there is no solution; each region is looked at alone, since nobody has a largest number of regions."""
    able = {assessor.key for assessor in task.assessors}
    chairs = {assessor.key for assessor in task.assessors if assessor.may_chair}
    kept: defaultdict[str, list[Sitting]] = defaultdict(list)
    for seat in task.kept:
        kept[seat.region].append(seat)
    for code, name in sorted(task.regions.items()):
        if any(seat.assessor not in able for seat in kept[code]):
            sentence = N_("%(region)s: somebody on its panel is no longer an assessor; take the seat away first")
            yield Fault("former-assessor", sentence, {"region": name})
            continue
        seated = {seat.assessor for seat in kept[code]}
        free = {key for key in able if key in seated or (key, code) not in task.barred}
        if len(free) < task.size:
            sentence = N_("%(region)s: a panel takes %(size)s assessors, and only %(free)s have no conflict with it")
            yield Fault("too-few-assessors", sentence, {"region": name, "size": task.size, "free": len(free)})
        elif any(seat.is_chair for seat in kept[code]):
            continue
        elif not (chairs & free if len(seated) < task.size else chairs & seated):
            sentence = N_("%(region)s: nobody who may chair its panel is without a conflict with it")
            yield Fault("no-chair", sentence, {"region": name})


class _Search:
    """The choices over pairs of a region and an assessor who may sit there."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._kept = {(seat.region, seat.assessor) for seat in task.kept if seat.region in task.regions}
        self._chairs_kept = {(seat.region, seat.assessor) for seat in task.kept if seat.is_chair}
        self._sizes = Counter(region for region, _ in self._kept)
        pairs = [
            (code, assessor)
            for code in sorted(task.regions)
            for assessor in sorted(task.assessors, key=lambda assessor: assessor.key)
            if (code, assessor.key) in self._kept or (assessor.key, code) not in task.barred
        ]
        draw = random.Random(task.draw)  # noqa: S311 - tells equally good panels apart, no secret
        # All costs of a solution together stay below the least difference that evenness can make.
        largest = 1 / (2 * sum(max(task.size, self._sizes[code]) for code in task.regions) + 1)
        self._pairs = {(code, assessor.key): draw.random() * largest for code, assessor in pairs}
        able = {assessor.key for assessor in task.assessors if assessor.may_chair}
        led = {code for code, _ in self._chairs_kept}
        self._may_chair = {
            (code, key)
            for code, key in self._pairs
            if (code, key) in self._chairs_kept or (key in able and code not in led and self._has_room(code, key))
        }

    def _has_room(self, code: str, key: int) -> bool:
        return (code, key) in self._kept or self._sizes[code] < self._task.size

    def solve(self) -> list[Sitting]:
        """Panels and their chairs: even loads first, even chairs second.

        Chairs are chosen first and the others around them; if that makes loads less even than they can be, they are
        chosen from among the panels with the most even loads instead.
        """
        evenest = self._panels(frozenset())
        chairs = self._chairs(self._may_chair)
        panels = self._panels(chairs)
        if _unevenness(panels) > _unevenness(evenest):
            panels, chairs = evenest, self._chairs(self._may_chair & evenest)
        return [Sitting(code, key, (code, key) in chairs) for code, key in panels]

    def _panels(self, chairs: Set[Pair]) -> Set[Pair]:
        """Full panels with these chairs, or with anybody who may chair, of the most even loads."""
        programme = Programme()
        sits = {
            pair: programme.variable(chosen=pair in self._kept or pair in chairs, cost=cost)
            for pair, cost in self._pairs.items()
        }
        for code, variables in _grouped(sits, 0).items():
            size = max(self._task.size, self._sizes[code])
            programme.bound(variables, size, size)
        for variables in _grouped({pair: sits[pair] for pair in sorted(self._may_chair)}, 0).values():
            programme.bound(variables, 1)
        for variables in _grouped(sits, 1).values():
            programme.even(variables)
        return _chosen(programme, sits)

    def _chairs(self, candidates: Set[Pair]) -> Set[Pair]:
        """One chair a region, of the most even numbers of panels."""
        programme = Programme()
        leads = {
            pair: programme.variable(chosen=pair in self._chairs_kept, cost=self._pairs[pair])
            for pair in sorted(candidates)
        }
        for variables in _grouped(leads, 0).values():
            programme.bound(variables, 1, 1)
        for variables in _grouped(leads, 1).values():
            programme.even(variables)
        return _chosen(programme, leads)


def _grouped(variables: Mapping[Pair, int], part: int) -> dict[Any, list[int]]:
    """Variables by region (part 0) or by assessor (part 1)."""
    grouped: defaultdict[Any, list[int]] = defaultdict(list)
    for pair, variable in variables.items():
        grouped[pair[part]].append(variable)
    return grouped


def _chosen(programme: Programme, variables: Mapping[Pair, int]) -> Set[Pair]:
    values = programme.solve()
    return {pair for pair, variable in variables.items() if values[variable]}


def _unevenness(pairs: Set[Pair]) -> int:
    """The sum of the squares of loads; least when they are most even."""
    return sum(load * load for load in Counter(key for _, key in pairs).values())


def _proposal(task: Task, seats: Sequence[Sitting]) -> Proposal:
    known = {assessor.key: assessor for assessor in task.assessors}
    kept = {(seat.region, seat.assessor) for seat in task.kept}
    loads = dict.fromkeys(known, 0) | Counter(seat.assessor for seat in seats)
    chaired = {assessor.key: 0 for assessor in task.assessors if assessor.may_chair} | Counter(
        seat.assessor for seat in seats if seat.is_chair
    )
    panels: defaultdict[str, list[ProposedSeat]] = defaultdict(list)
    for seat in sorted(
        seats,
        key=lambda sitting: (sitting.region, not sitting.is_chair, known[sitting.assessor].name, sitting.assessor),
    ):
        was_kept = (seat.region, seat.assessor) in kept
        reason = _reason(seat, was_kept, loads, chaired)
        panels[seat.region].append(ProposedSeat(known[seat.assessor], seat.is_chair, was_kept, reason))
    barred: defaultdict[str, list[tuple[Assessor, Bar]]] = defaultdict(list)
    for (key, code), bar in task.barred.items():
        if key in known and (code, key) not in kept:
            barred[code].append((known[key], bar))
    return Proposal(
        tuple(
            ProposedPanel(
                code,
                task.regions[code],
                tuple(panels[code]),
                tuple(sorted(barred[code], key=lambda pair: (pair[0].name, pair[0].key))),
            )
            for code in sorted(task.regions)
        ),
        loads,
        chaired,
    )


def _reason(seat: Sitting, kept: bool, loads: Mapping[int, int], chaired: Mapping[int, int]) -> Reason:
    if kept:
        return Reason(N_("Sits on this panel already"))
    fields = {
        "load": loads[seat.assessor],
        "least": min(loads.values()),
        "most": max(loads.values()),
    }
    if seat.is_chair:
        fields |= {"chaired": chaired[seat.assessor], "fewest": min(chaired.values()), "highest": max(chaired.values())}
        sentence = N_(
            "May chair and has no conflict; chairs %(chaired)s panels (each chair %(fewest)s to %(highest)s) and has "
            "%(load)s regions (each assessor %(least)s to %(most)s)"
        )
        return Reason(sentence, fields)
    return Reason(N_("Has no conflict, and %(load)s regions (each assessor %(least)s to %(most)s)"), fields)
