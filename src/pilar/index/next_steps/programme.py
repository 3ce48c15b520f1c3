"""The integer programme: the cheapest set of steps whose gains reach what is needed, exactly.

Each step (one rung of one indicator) is a 0/1 variable, and a rung needs the one below; an indicator whose steps are
all alike is one whole number of steps instead, which spares the solver their order. HiGHS, through SciPy, solves it in
floating point; what it chooses is checked in exact fractions, and a choice that fails only by a rounding of the solver
is cut off and the programme solved again. Every cut is valid for all exact solutions: a set that falls short needs some
step outside it, and one that costs too much must lose a step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from math import lcm

import numpy as np
from numpy.typing import NDArray

from pilar.index.needing import scipy_needed
from pilar.index.next_steps.conditions import EFFORT

SLACK = 1e-7  # of the smallest gain: the solver must not lose a set that reaches the goal on the digit
INFEASIBLE = 2
ZERO = Fraction(0)
SECONDS = 10.0


@dataclass(frozen=True)
class Column:
    """One step: which ladder (indicator) it is on, what it gains (above 0), and its costs, ``effort`` among them."""

    ladder: int
    gain: Fraction
    costs: Mapping[str, Fraction]


@dataclass(frozen=True)
class Limits:
    """At most so much of each cost (``effort`` among them), and at most so many indicators."""

    budgets: Mapping[str, Fraction] = field(default_factory=dict)
    ladders: int | None = None


@dataclass(frozen=True)
class Choice:
    """Positions of the chosen columns; ``proven`` is false if time ran out before all others were excluded."""

    chosen: tuple[int, ...]
    proven: bool


def cheapest(
    columns: Sequence[Column], limits: Limits, reached: Callable[[Fraction], bool], needed: Fraction
) -> Choice | None:
    """The least effort that reaches the goal, and of the sets with that effort the one that gains most.

    ``reached`` says exactly whether a gain is enough; ``needed`` is its bound. ``None`` if no set is enough. Columns of
    a ladder stand together, lowest first.
    """
    if not columns:
        return None
    gains = [column.gain for column in columns]
    efforts = [column.costs[EFFORT] for column in columns]
    unit = min(gains)

    def enough(chosen: Sequence[int]) -> bool:
        return reached(sum((gains[j] for j in chosen), Fraction(0)))

    def solved(programme: _Programme) -> Choice | None:
        programme.at_least(gains, needed - unit * Fraction(SLACK), unit)
        first = programme.solve(_whole(efforts), enough)
        if first is None:
            return None
        programme.at_most(efforts, sum((efforts[j] for j in first.chosen), Fraction(0)))
        best = programme.solve([-float(gain / unit) for gain in gains], enough)
        return Choice(best.chosen, first.proven and best.proven) if best else first

    return _first_exact(columns, limits, solved)


def most(columns: Sequence[Column], limits: Limits) -> Choice:
    """The set within the limits that gains most."""
    if not columns:
        return Choice((), proven=True)
    unit = min(column.gain for column in columns)
    objective = [-float(column.gain / unit) for column in columns]
    choice = _first_exact(columns, limits, lambda programme: programme.solve(objective, lambda _: True))
    return choice or Choice((), proven=True)


def _first_exact(
    columns: Sequence[Column], limits: Limits, solved: Callable[[_Programme], Choice | None]
) -> Choice | None:
    """By whole numbers of like steps if their answer holds exactly, else by single steps, whose answer is mended."""
    if limits.ladders is None:
        try:
            return solved(_Programme(columns, limits, whole=True))
        except _NotExact:
            pass
    return solved(_Programme(columns, limits, whole=False))


class _NotExact(Exception):
    """The answer fails by a rounding of the solver."""


def _whole(costs: Sequence[Fraction]) -> list[float]:
    """The costs as whole numbers in their smallest common unit, so that the solver compares them without rounding."""
    unit = lcm(*(cost.denominator for cost in costs))
    return [float(cost * unit) for cost in costs]


class _Programme:
    """Rows over variables, and exact limits that a solution is checked against.

    A variable is a block of like columns that stand together: how many of them are taken, the first ones first.
    """

    def __init__(self, columns: Sequence[Column], limits: Limits, *, whole: bool) -> None:
        self._columns = columns
        self._whole = whole
        self._blocks: list[list[int]] = []
        self._rows: list[Mapping[int, float]] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._exact: list[tuple[Sequence[Fraction], Fraction]] = []
        firsts = []
        for _, ladder in groupby(range(len(columns)), key=lambda j: columns[j].ladder):
            rungs = list(ladder)
            firsts.append(len(self._blocks))
            if whole and all(_terms(columns[j]) == _terms(columns[rungs[0]]) for j in rungs):
                self._blocks.append(rungs)
                continue
            self._blocks += [[j] for j in rungs]
            for above in range(firsts[-1] + 1, len(self._blocks)):
                self._row({above - 1: 1.0, above: -1.0}, 0, np.inf)
        for name, limit in limits.budgets.items():
            self.at_most([column.costs[name] for column in columns], limit)
        if limits.ladders is not None:
            self._row(dict.fromkeys(firsts, 1.0), -np.inf, limits.ladders)

    def at_least(self, values: Sequence[Fraction], limit: Fraction, unit: Fraction) -> None:
        """Σ values ≥ limit, in multiples of ``unit``."""
        row = {place: float(values[block[0]] / unit) for place, block in enumerate(self._blocks)}
        self._row(row, float(limit / unit), np.inf)

    def at_most(self, values: Sequence[Fraction], limit: Fraction) -> None:
        """Σ values ≤ limit; held exactly."""
        unit = lcm(limit.denominator, *(value.denominator for value in values))
        row = {place: float(values[block[0]] * unit) for place, block in enumerate(self._blocks) if values[block[0]]}
        self._row(row, -np.inf, float(limit * unit))
        self._exact.append((values, limit))

    def _row(self, row: Mapping[int, float], low: float, high: float) -> None:
        self._rows.append(row)
        self._low.append(low)
        self._high.append(high)

    def solve(self, objective: Sequence[float], enough: Callable[[Sequence[int]], bool]) -> Choice | None:
        """The choice of least objective, given by column, that holds exactly; ``None`` if there is none.

        Raises :class:`_NotExact` where the answer does not hold and whole numbers of steps cannot be cut off.
        """
        while True:
            choice = self._solved(np.array([objective[block[0]] for block in self._blocks]))
            if choice is None:
                return None
            over = [values for values, limit in self._exact if sum((values[j] for j in choice.chosen), ZERO) > limit]
            if not over and enough(choice.chosen):
                return choice
            if self._whole:
                raise _NotExact
            chosen = set(choice.chosen)
            if over:  # too much is spent: one of these must go
                spent = [j for j in choice.chosen if over[0][j]]
                self._row(dict.fromkeys(spent, 1.0), -np.inf, len(spent) - 1)
            elif len(chosen) < len(self._columns):  # too little is gained: another one must come
                self._row(dict.fromkeys((j for j in range(len(self._columns)) if j not in chosen), 1.0), 1, np.inf)
            else:
                return None

    def _solved(self, objective: NDArray[np.float64]) -> Choice | None:
        size = len(self._blocks)
        places = [(i, j, value) for i, row in enumerate(self._rows) for j, value in row.items()]
        rows, columns, values = zip(*places, strict=True) if places else ((), (), ())
        with scipy_needed():
            from scipy import optimize, sparse  # type: ignore[import-untyped]  # with what asks: SciPy is large

        matrix = sparse.csr_array((values, (rows, columns)), shape=(len(self._rows), size))
        result = optimize.milp(
            objective,
            integrality=np.ones(size),
            bounds=optimize.Bounds(0, np.array([len(block) for block in self._blocks])),
            constraints=optimize.LinearConstraint(matrix, self._low, self._high) if self._rows else None,
            options={"mip_rel_gap": 0, "time_limit": SECONDS},
        )
        if result.x is None:
            if result.status != INFEASIBLE:
                raise RuntimeError(result.message)
            return None
        taken = np.rint(result.x).astype(int)
        chosen = [j for block, count in zip(self._blocks, taken, strict=True) for j in block[:count]]
        return Choice(tuple(chosen), proven=bool(result.success))


def _terms(column: Column) -> tuple[Fraction, Mapping[str, Fraction]]:
    return column.gain, column.costs
