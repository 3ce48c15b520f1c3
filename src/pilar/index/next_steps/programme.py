"""The integer programme: the cheapest set of steps whose gains reach what is needed, exactly.

Each step (one rung of one indicator) is a 0/1 variable; a rung needs the one below. HiGHS, through SciPy, solves it in
floating point; what it chooses is checked in exact fractions, and a choice that fails only by a rounding of the solver
is cut off and the programme solved again. Every cut is valid for all exact solutions: a set that falls short needs some
step outside it, and one that costs too much must lose a step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse  # type: ignore[import-untyped]

from pilar.index.next_steps.conditions import EFFORT

SLACK = 1e-7  # of the smallest gain: the solver must not lose a set that reaches the goal on the digit
INFEASIBLE = 2
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
    programme = _Programme(columns, limits)
    efforts = _whole([column.costs[EFFORT] for column in columns])
    gains = [column.gain for column in columns]
    scale = min(gains)
    programme.at_least(gains, needed - scale * Fraction(SLACK), scale)
    first = programme.solve(efforts, lambda chosen: reached(sum((gains[j] for j in chosen), Fraction(0))))
    if first is None:
        return None
    spent = sum((columns[j].costs[EFFORT] for j in first.chosen), Fraction(0))
    programme.at_most([column.costs[EFFORT] for column in columns], spent)
    best = programme.solve(
        [-float(gain / scale) for gain in gains],
        lambda chosen: reached(sum((gains[j] for j in chosen), Fraction(0))),
    )
    if best is None:
        return first
    return Choice(best.chosen, first.proven and best.proven)


def most(columns: Sequence[Column], limits: Limits) -> Choice:
    """The set within the limits that gains most."""
    if not columns:
        return Choice((), proven=True)
    scale = min(column.gain for column in columns)
    choice = _Programme(columns, limits).solve([-float(column.gain / scale) for column in columns], lambda _: True)
    return choice or Choice((), proven=True)


def _whole(costs: Sequence[Fraction]) -> list[float]:
    """The costs as whole numbers in their smallest common unit, so that the solver compares them without rounding."""
    unit = lcm(*(cost.denominator for cost in costs))
    return [float(cost * unit) for cost in costs]


class _Programme:
    """Rows over 0/1 variables, and exact limits that a solution is checked against."""

    def __init__(self, columns: Sequence[Column], limits: Limits) -> None:
        self._columns = columns
        self._rows: list[Mapping[int, float]] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._exact: list[tuple[list[Fraction], Fraction]] = []
        firsts = [j for j, column in enumerate(columns) if j == 0 or columns[j - 1].ladder != column.ladder]
        for j in range(len(columns)):
            if j not in firsts:
                self._row({j - 1: 1.0, j: -1.0}, 0, np.inf)
        for name, limit in limits.budgets.items():
            self.at_most([column.costs[name] for column in columns], limit)
        if limits.ladders is not None:
            self._row(dict.fromkeys(firsts, 1.0), -np.inf, limits.ladders)

    def at_least(self, values: Sequence[Fraction], limit: Fraction, unit: Fraction) -> None:
        """Σ values ≥ limit, in multiples of ``unit``."""
        self._row({j: float(value / unit) for j, value in enumerate(values)}, float(limit / unit), np.inf)

    def at_most(self, values: list[Fraction], limit: Fraction) -> None:
        """Σ values ≤ limit; held exactly."""
        unit = lcm(limit.denominator, *(value.denominator for value in values))
        self._row({j: float(v * unit) for j, v in enumerate(values) if v}, -np.inf, float(limit * unit))
        self._exact.append((values, limit))

    def _row(self, row: Mapping[int, float], low: float, high: float) -> None:
        self._rows.append(row)
        self._low.append(low)
        self._high.append(high)

    def solve(self, objective: Sequence[float], enough: Callable[[Sequence[int]], bool]) -> Choice | None:
        """The choice of least objective that holds exactly; ``None`` if there is none."""
        while True:
            found = self._solved(np.array(objective))
            if found is None:
                return None
            chosen = found.chosen
            over = [pair for pair in self._exact if sum((pair[0][j] for j in chosen), Fraction(0)) > pair[1]]
            if over:
                self._row(
                    dict.fromkeys((j for j in chosen if over[0][0][j]), 1.0), -np.inf, self._count(over[0], chosen)
                )
            elif not enough(chosen):
                others = [j for j in range(len(self._columns)) if j not in set(chosen)]
                if not others:
                    return None
                self._row(dict.fromkeys(others, 1.0), 1, np.inf)
            else:
                return found

    @staticmethod
    def _count(over: tuple[list[Fraction], Fraction], chosen: Sequence[int]) -> float:
        return sum(1 for j in chosen if over[0][j]) - 1

    def _solved(self, objective: NDArray[np.float64]) -> Choice | None:
        size = len(self._columns)
        places = [(i, j, value) for i, row in enumerate(self._rows) for j, value in row.items()]
        rows, columns, values = zip(*places, strict=True) if places else ((), (), ())
        matrix = sparse.csr_array((values, (rows, columns)), shape=(len(self._rows), size))
        result = optimize.milp(
            objective,
            integrality=np.ones(size),
            bounds=optimize.Bounds(0, 1),
            constraints=optimize.LinearConstraint(matrix, self._low, self._high) if self._rows else None,
            options={"mip_rel_gap": 0, "time_limit": SECONDS},
        )
        if result.x is None:
            if result.status != INFEASIBLE:
                raise RuntimeError(result.message)
            return None
        return Choice(tuple(int(j) for j in np.flatnonzero(result.x > 0.5)), proven=bool(result.success))
