"""Can a unit be first? An admissible set of weights that puts it there, or a proof that there is none.

Effective weights e flow down the tree: the children's sum to their parent's, the root's is 1. With raw weights the set
is low·t ≤ e ≤ high·t with a factor t ≥ 0 for each node, with shares low·E ≤ e ≤ high·E with E the parent's own. Both
are linear, so the weights that a tree of any depth admits are a polytope, and finals are linear on it: one linear
programme (HiGHS) finds the largest lead over all others. Its answer is not taken on trust:

* first: the weights, moved to rationals inside the set, are scored exactly, and nobody has a higher final;
* never: the programme's multipliers mix the others into one that is above the unit under every admissible weight. (LP
  duality: they exist whenever no weights do.) The unit's largest lead over the mix comes from the closed form of
  bounds.py in rationals and is negative; since the best of the others is never below their mix, that is the proof.

Blanks that are re-weighted and differ between units make finals ratios. Then the programme runs with blanks at the
score of the node above, which is what re-weighting amounts to at given weights, and again at the weights found; what
it finds is scored exactly all the same. A proof that there is none then needs a unit that is above by bounds.py, or a
mix of units with the same blanks; else the answer is that it is undecided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

import numpy as np

from pilar.index.faults import Fault
from pilar.index.instrument import Instrument, MissingRule
from pilar.index.needing import scipy_needed
from pilar.index.robustness.admissible import Admissible, Edges, Shares
from pilar.index.robustness.bounds import leads, linear_cut
from pilar.index.robustness.cut import Cut, Floats, Integers, RobustnessFaults
from pilar.index.robustness.exact import ExactSet, exact_values, final, largest_mixed_lead
from pilar.index.robustness.linear import LinearFinals

ROUNDS = 8  # of filling blanks again
CLOSE = 1e-6  # of the scale's range: finals nearer than this to each other are compared exactly
PARTS = 10**6  # parts of a mix are rounded to millionths


class Verdict(StrEnum):
    FIRST = "first"
    NEVER = "never"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Feasibility:
    """The answer whether unit ``unit`` can be first (alone or sharing the rank).

    ``first``: ``shares`` are weights that achieve it (node code to its share among siblings, exact), and ``lead`` is
    the exact lead over the next, ``None`` if there is no other. ``never``: ``mix`` are parts, summing to 1, of other
    units whose mix is above it under every admissible weight, and ``lead`` (below 0) is the nearest that the unit gets
    to it; ``exact`` is false if that comes from floating point.
    """

    unit: int
    verdict: Verdict
    lead: Fraction | None = None
    exact: bool = True
    shares: Mapping[str, Fraction] = field(default_factory=dict)
    mix: Mapping[int, Fraction] = field(default_factory=dict)


def can_be_first(
    instrument: Instrument, columns: Sequence[str], values: Floats, *, unit: int, weights: Admissible
) -> Feasibility:
    """Return whether some admissible weights put ``unit`` first; ``columns``, ``values`` as in :func:`simulate`.

    Raises :class:`RobustnessFaults`, also for means other than weighted ones and for a unit without a final.
    """
    table = np.asarray(values, dtype=np.float64)
    cut = linear_cut(instrument, columns, table, weights)
    scored = np.flatnonzero(cut.present(table)[_root(cut)])
    if unit not in scored:
        raise RobustnessFaults(
            [Fault("no-final", "Unit %(unit)s has no final, so it has no rank.", {"unit": unit + 1}, str(unit + 1))]
        )
    problem = _Problem(cut, table[scored], weights, int(np.flatnonzero(scored == unit)[0]))
    feasibility = problem.solve()
    mix = {int(scored[other]): part for other, part in feasibility.mix.items()}
    return Feasibility(unit, feasibility.verdict, feasibility.lead, feasibility.exact, feasibility.shares, mix)


def _root(cut: Cut) -> int:
    return len(cut.columns) + len(cut.parents) - 1


class _Problem:
    def __init__(self, cut: Cut, values: Floats, weights: Admissible, unit: int) -> None:
        self.cut, self.weights, self.unit = cut, weights, unit
        self.present = cut.present(values)
        self.values = self._with_minimum(values)
        self.rivals = np.delete(np.arange(len(values)), unit)
        self.exact = ExactSet.around(cut, weights)
        self.rows = exact_values(self.values)

    def _with_minimum(self, values: Floats) -> Floats:
        """The table with blanks at the minimum where that is the rule for them."""
        filled = values.copy()
        columns = len(self.cut.columns)

        def fill(place: int, units: Integers) -> None:
            if 0 <= place < columns:
                filled[units, place] = self.cut.minimum
            elif place >= columns:
                for child in self.cut.parents[place - columns].children:
                    fill(child, units)

        for place, parent in enumerate(self.cut.parents, columns):
            if parent.missing is MissingRule.ZERO:
                for child in parent.children:
                    fill(child, np.flatnonzero(self.present[place] & ~self.present[child]))
        return filled

    def solve(self) -> Feasibility:
        shares = self.cut.given()[:, 0]
        feasibility = self._first(shares)
        for _ in range(ROUNDS):
            if feasibility is not None:
                return feasibility
            filled = self._filled(shares)
            shares, mix = _programme(self.cut, filled, self.weights, self.unit)
            feasibility = self._first(shares) or self._never(mix)
            if not np.isnan(self.values).any():
                break
        return feasibility or Feasibility(self.unit, Verdict.UNDECIDED)

    def _filled(self, shares: Floats) -> Floats:
        """Blanks at the score of the nearest node above that has one, under ``shares``."""
        filled = self.values.copy()
        columns = len(self.cut.columns)
        above = {child: place for place, p in enumerate(self.cut.parents, columns) for child in p.children}
        scores = _node_scores(self.cut, self.values, self.present, shares)
        for unit, column in np.argwhere(np.isnan(filled)):
            place = above.get(int(column))
            while place is not None and np.isnan(scores[place][unit]):
                place = above.get(place)
            filled[unit, column] = self.cut.minimum if place is None else scores[place][unit]
        return filled

    def _first(self, shares: Floats) -> Feasibility | None:
        """The answer if these shares, moved into the set, put the unit first."""
        exact = self.exact.nearest(shares.tolist())
        weights = np.array([float(share) for share in exact])[:, None]
        finals = LinearFinals(self.cut, self.values).below_minimum(weights, np.empty((1, len(self.values))))[0]
        finals = -finals / self.cut.cells / (self.cut.maximum - self.cut.minimum)
        near = [int(other) for other in self.rivals if finals[other] > finals[self.unit] - CLOSE]
        if any(finals[other] > finals[self.unit] + CLOSE for other in near):
            return None
        rivals = near or ([int(self.rivals[np.argmax(finals[self.rivals])])] if len(self.rivals) else [])
        own = self._final(self.unit, exact)
        lead = min((own - self._final(other, exact) for other in rivals), default=None)
        if lead is not None and lead < 0:
            return None
        names = [name for parent in self.cut.parents for name in parent.names]
        return Feasibility(self.unit, Verdict.FIRST, lead, shares=dict(zip(names, exact, strict=True)))

    def _final(self, unit: int, shares: Sequence[Fraction]) -> Fraction:
        there = self.present[len(self.cut.columns) : -1, unit].tolist()
        return final(self.cut, self.rows[unit], there, shares)

    def _never(self, multipliers: Floats) -> Feasibility | None:
        """The answer if this mix of the others is above the unit under all weights of the set."""
        parts = {
            int(v): round(m * PARTS) for v, m in zip(self.rivals, multipliers, strict=True) if round(m * PARTS) > 0
        }
        total = sum(parts.values())
        mix = {other: Fraction(part, total) for other, part in parts.items()}
        if not mix:
            return None
        lead = largest_mixed_lead(self.exact, self.rows[self.unit], [(p, self.rows[v]) for v, p in mix.items()])
        if lead is not None:
            return Feasibility(self.unit, Verdict.NEVER, lead, mix=mix) if lead < 0 else None
        return self._never_by_bounds

    @cached_property
    def _never_by_bounds(self) -> Feasibility | None:
        """The answer if a single other unit is above under all weights, whatever is blank."""
        margins, _ = leads(self.cut, self.values, Edges.around(self.cut, self.weights), np.array([self.unit]))
        other = int(np.argmin(margins[0]))
        if margins[0, other] >= -CLOSE * (self.cut.maximum - self.cut.minimum):
            return None
        lead = Fraction(float(margins[0, other]))
        return Feasibility(self.unit, Verdict.NEVER, lead, exact=False, mix={other: Fraction(1)})


def _node_scores(cut: Cut, values: Floats, present: np.ndarray, shares: Floats) -> dict[int, Floats]:
    """Score of every node under ``shares``, shape (units,) each, NaN without one; blanks are re-weighted."""
    scores: dict[int, Floats] = {column: values[:, column] for column in range(len(cut.columns))}
    nothing = np.full(len(values), np.nan)
    for place, parent in enumerate(cut.parents, len(cut.columns)):
        z = np.stack([scores[child] if child >= 0 else nothing for child in parent.children])
        if parent.missing is MissingRule.ZERO:
            z = np.where(np.isnan(z), cut.minimum, z)
        weight = shares[parent.rows][:, None] * ~np.isnan(z)
        total = weight.sum(axis=0)
        mean = np.divide((weight * np.nan_to_num(z)).sum(axis=0), total, out=nothing.copy(), where=total > 0)
        scores[place] = np.where(present[place], mean, np.nan)
    return scores


def _programme(cut: Cut, values: Floats, weights: Admissible, unit: int) -> tuple[Floats, Floats]:
    """Raw weights (or shares) with the largest lead over all others, shape (weights,), and the others' multipliers.

    Variables: effective weight of each child, factor of each node, lead.
    """
    low, high = (edge[:, 0] for edge in weights.edges(cut))
    rivals = np.delete(np.arange(len(values)), unit)
    size, lead_at = cut.weights, cut.weights + len(cut.parents)
    row_of = {child: p.start + at for p in cut.parents for at, child in enumerate(p.children) if child >= 0}
    columns = [column for column in range(len(cut.columns)) if column in row_of]
    leads_over = np.zeros((len(rivals), lead_at + 1))
    leads_over[:, [row_of[column] for column in columns]] = (values[rivals] - values[unit])[:, columns]
    leads_over[:, lead_at] = 1
    limits, sums = list(_limits(cut, low, high, isinstance(weights, Shares), row_of)), []
    for at, parent in enumerate(cut.parents):
        own = row_of.get(len(cut.columns) + at)
        sums.append(([*range(parent.start, parent.start + len(parent.children))], own))
    equal = np.zeros((len(sums), lead_at + 1))
    right = np.zeros(len(sums))
    for at, (children, own) in enumerate(sums):
        equal[at, children] = 1
        if own is None:
            right[at] = 1
        else:
            equal[at, own] = -1
    entries = [(line, place, value) for line, limit in enumerate(limits) for place, value in limit[0].items()]
    lines, places, numbers = zip(*entries, strict=True)
    with scipy_needed():
        from scipy.optimize import linprog  # type: ignore[import-untyped]  # with what asks: SciPy is large
        from scipy.sparse import coo_array  # type: ignore[import-untyped]

    box = coo_array((numbers, (lines, places)), shape=(len(limits), lead_at + 1)).toarray()
    solution = linprog(
        -np.eye(lead_at + 1)[lead_at],
        A_ub=np.vstack([leads_over, box]),
        b_ub=np.concatenate([np.zeros(len(rivals)), [limit[1] for limit in limits]]),
        A_eq=equal,
        b_eq=right,
        bounds=[(0, None)] * lead_at + [(None, None)],
        method="highs",
    )
    assert solution.status == 0, solution.message  # the given weights are feasible, and leads are bounded
    effective = solution.x[:size]
    raw = np.empty(size)
    for at, parent in enumerate(cut.parents):
        own = row_of.get(len(cut.columns) + at)
        factor = solution.x[size + at] if not isinstance(weights, Shares) else 1.0 if own is None else effective[own]
        given = parent.shares
        raw[parent.rows] = effective[parent.rows] / factor if factor > 1e-12 else given
    return raw, np.maximum(-solution.ineqlin.marginals[: len(rivals)], 0.0)


def _limits(
    cut: Cut, low: Floats, high: Floats, shares: bool, row_of: Mapping[int, int]
) -> Iterator[tuple[dict[int, float], float]]:
    """Inequalities, each as coefficients and right-hand side: low·factor ≤ effective weight ≤ high·factor."""
    for at, parent in enumerate(cut.parents):
        own = row_of.get(len(cut.columns) + at)
        for row in range(parent.start, parent.start + len(parent.children)):
            for sign, edge in ((-1.0, low[row]), (1.0, high[row])):
                if not shares:
                    yield {row: sign, cut.weights + at: -sign * edge}, 0.0
                elif own is None:
                    yield {row: sign}, sign * edge
                else:
                    yield {row: sign, own: -sign * edge}, 0.0
