"""Sets of weights without probabilities, and the largest weighted mean of siblings over such a set.

Two sets, each free at every node of the tree:

* ``Uniform`` (spreads.py): raw weights r within ± x % of those given, then divided by their sum. It is the set that the
  draws come from. The largest Σ r·z / Σ r over low ≤ r ≤ high is reached where r is high for z at or above the largest
  value itself and low below it; λ ← that ratio with the set {z ≥ λ} rises to it in at most as many steps as there are
  siblings (W. Dinkelbach, On Nonlinear Fractional Programming, Management Science 13 (1967), 492-498).
* ``Shares``: shares within ± x % of those given that sum to 1. The largest Σ w·z fills the best siblings up to
  their limits first, as in the continuous knapsack problem.

Blanks under re-weighting divide by what is present: for raw weights that is the same set over fewer siblings; for
shares it is again a ratio, and Dinkelbach's steps go around the filling.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from pilar.index.faults import Fault
from pilar.index.robustness.cut import Booleans, Cut, Floats, Parent, varied
from pilar.index.robustness.spreads import Uniform


@dataclass(frozen=True)
class Shares:
    """Each share within ± ``spread`` of itself (0.25: ± 25 %), all siblings' shares summing to 1; ``at``: as above."""

    spread: float
    at: Collection[str] | None = None

    def faults(self) -> list[Fault]:
        return Uniform(self.spread).faults()

    def edges(self, cut: Cut) -> tuple[Floats, Floats]:
        """Lowest and highest share, each of shape (weights, 1)."""
        given = cut.given()
        by = self.spread * varied(cut, self.at)
        return given * (1 - by), np.minimum(given * (1 + by), 1.0)


Admissible: TypeAlias = Uniform | Shares


@dataclass(frozen=True)
class Edges:
    """An admissible set of one cut: ``low`` and ``high`` of shape (weights,)."""

    of: Admissible
    low: Floats
    high: Floats

    @classmethod
    def around(cls, cut: Cut, of: Admissible) -> Edges:
        low, high = of.edges(cut)
        return cls(of, low[:, 0], high[:, 0])

    def largest(self, parent: Parent, z: Floats, there: Booleans | None = None) -> Floats:
        """The largest mean of siblings' ``z`` over the set, by rows; both of shape (siblings, …).

        ``there``: which siblings enter, at least one in each place; ``None`` for all. What is not there may be any
        number.
        """
        shape = (len(parent.children), *(1,) * (z.ndim - 1))
        low, high = self.low[parent.rows].reshape(shape), self.high[parent.rows].reshape(shape)
        if isinstance(self.of, Shares):
            return _filled(low, high, z, there)
        return _threshold(low, high, z, there)


def _threshold(low: Floats, high: Floats, z: Floats, there: Booleans | None) -> Floats:
    best, level = _range(z, there)
    for _ in range(len(z) + 1):
        total, weight = np.zeros((2, *best.shape))
        for sibling in range(len(z)):
            raw = np.where(z[sibling] >= level, high[sibling], low[sibling])
            if there is not None:
                raw *= there[sibling]
            weight += raw
            raw *= z[sibling]
            total += raw
        if not _raised(level, total, weight, best):
            break
    return level


def _filled(low: Floats, high: Floats, z: Floats, there: Booleans | None) -> Floats:
    """Fill up the shares within their bounds; missing parts get their share first and are divided out again."""
    best, level = _range(z, there)
    rest = 1.0 - low.sum(axis=0)
    for _ in range(1 if there is None else len(z) + 1):
        order = np.argsort(-z if there is None else np.where(there, level - z, 0.0), axis=0, kind="stable")
        room = np.take_along_axis(np.broadcast_to(high - low, z.shape), order, axis=0)
        filled = np.clip(rest - (np.cumsum(room, axis=0) - room), 0.0, room)
        share = np.empty_like(z)
        np.put_along_axis(share, order, filled, axis=0)
        share += low
        if there is not None:
            share *= there
        if not _raised(level, (share * z).sum(axis=0), share.sum(axis=0), best):
            break
    return level


def _range(z: Floats, there: Booleans | None) -> tuple[Floats, Floats]:
    if there is None:
        return np.asarray(z.max(axis=0)), np.asarray(z.min(axis=0))
    return np.asarray(np.where(there, z, -np.inf).max(axis=0)), np.asarray(np.where(there, z, np.inf).min(axis=0))


def _raised(level: Floats, total: Floats, weight: Floats, best: Floats) -> bool:
    """Raise ``level`` to total over weight, but not above ``best``; whether that raised it anywhere."""
    higher = np.minimum(np.divide(total, weight, out=best.copy(), where=weight > 0), best)
    raised = bool((higher > level).any())
    np.maximum(level, higher, out=level)
    return raised
