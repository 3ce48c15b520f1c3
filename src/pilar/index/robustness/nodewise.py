"""Finals of many draws node by node: every mean, and values that differ from draw to draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from pilar.index.instrument import Aggregation, MissingRule
from pilar.index.robustness.cut import Booleans, Cut, Floats, Parent

# A column's values: shape (units,) when they are the same in all draws, else (draws, units). Blanks are any number.
Column: TypeAlias = Callable[[int], Floats]


class NodewiseFinals:
    """Finals by the means of the instrument. ``values``: shape (units, columns), NaN blank; all units have a final.

    The values say which are blank, and are the values themselves unless a call gives others.
    """

    def __init__(self, cut: Cut, values: Floats) -> None:
        self.cut = cut
        self.units = len(values)
        self._present = cut.present(values)
        self._values = np.where(np.isnan(values), cut.maximum, values).T.copy()

    def below_minimum(self, weights: Floats, out: Floats, column: Column | None = None) -> Floats:
        """Minimum less final, in cells of the grid, into ``out``, shape (draws, units).

        ``weights``: shape (weights, draws).
        """
        column = column or self._values.__getitem__
        scores: dict[int, Floats] = {}
        for place, parent in enumerate(self.cut.parents, len(self.cut.columns)):
            children = [column(c) if c < len(self.cut.columns) else scores.pop(c) for c in parent.children if c >= 0]
            scores[place] = self._mean(parent, weights[parent.rows], children, place)
        final = scores[max(scores)] if scores else column(0)
        np.subtract(self.cut.minimum, final, out=out)
        out *= self.cut.cells
        return out

    def _mean(self, parent: Parent, weights: Floats, children: Sequence[Floats], place: int) -> Floats:
        """The node's mean, shape (draws, units)."""
        there: Booleans = self._present[list(parent.children)]
        there[:, ~self._present[place]] = True  # what has no score is not looked at above; keep its numbers finite
        filled = parent.missing is MissingRule.ZERO
        gap = float(_into(parent, np.array(max(self.cut.minimum, 0.0)))) if filled and not there.all() else 0.0
        total = np.zeros((weights.shape[1], self.units))
        known = iter(children)
        for weight, child, present in zip(weights, parent.children, there, strict=True):
            value = _into(parent, next(known)) if child >= 0 else np.zeros(self.units)
            total += weight[:, None] * (value if present.all() else np.where(present, value, gap))
        if not filled and not there.all():
            total /= weights.T @ there
        return _out_of(parent, total)


def _into(parent: Parent, value: Floats) -> Floats:
    if parent.aggregation is Aggregation.WEIGHTED:
        return value
    if parent.aggregation is Aggregation.GEOMETRIC:
        return np.asarray(np.log(value))
    return np.asarray(np.power(value, -1.0 if parent.aggregation is Aggregation.HARMONIC else parent.power))


def _out_of(parent: Parent, total: Floats) -> Floats:
    if parent.aggregation is Aggregation.WEIGHTED:
        return total
    if parent.aggregation is Aggregation.GEOMETRIC:
        return np.exp(total, out=total)
    return np.power(total, -1.0 if parent.aggregation is Aggregation.HARMONIC else 1 / parent.power, out=total)
