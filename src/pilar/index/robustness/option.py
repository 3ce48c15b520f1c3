"""One combination of choices, scored in many draws, and the order of the units by the rules as given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from pilar.index.robustness.cut import Cut, Floats, Integers
from pilar.index.robustness.grid import NOTHING, whole_cells
from pilar.index.robustness.linear import LinearFinals
from pilar.index.robustness.nodewise import NodewiseFinals
from pilar.index.robustness.panels import Panel, PanelFinals
from pilar.index.robustness.spreads import Source, stream_of
from pilar.index.robustness.tally import ROWS

Finals: TypeAlias = LinearFinals | NodewiseFinals | PanelFinals


@dataclass(frozen=True)
class Option:
    """One combination of choices. ``units``: those with a final, best first; ``copies``: columns alike, and the first.

    Units alike in every column are scored once, so that they are tied in every draw.
    """

    finals: Finals
    cut: Cut
    units: Integers
    copies: tuple[Integers, Integers]

    def cells(self, weights: Floats) -> Integers:
        """Finals by values that do not vary, as cells of the grid, shape (draws, units)."""
        draws, units = weights.shape[1], len(self.units)
        blocks = self.blocks(weights, np.empty(ROWS * units), 0, 0, np.arange(draws))
        return np.concatenate([block.copy() for block in blocks])

    def blocks(self, weights: Floats, space: Floats, seed: int, chunk: int, rows: Integers) -> Iterator[Integers]:
        """Finals as cells of the grid, at most ``ROWS`` draws at a time, in the memory of ``space``."""
        draws, units = len(rows), len(self.units)
        if isinstance(self.finals, PanelFinals):
            out = space[: draws * units].reshape(draws, units)
            self.finals.below_minimum(weights, out, stream_of(seed, Source.ASSESSORS, chunk), rows)
            for start in range(0, draws, ROWS):
                yield self._cells(out[start : start + ROWS])
            return
        for start in range(0, draws, ROWS):
            part = weights[:, start : start + ROWS]
            out = space[: part.shape[1] * units].reshape(part.shape[1], units)  # no -1: units may be none
            yield self._cells(self.finals.below_minimum(part, out))

    def _cells(self, below_minimum: Floats) -> Integers:
        cells = whole_cells(below_minimum)
        copy, first = self.copies
        if len(copy):
            cells[:, copy] = cells[:, first]
        return cells


def option_of(cut: Cut, values: Floats, panel: Panel | None, order: Integers) -> Option:
    scored = cut.present(values)[_final_place(cut)]
    units = order[scored[order]]
    none = np.empty(0, dtype=np.int64)
    if panel is not None:
        return Option(PanelFinals(cut, replace(panel, agreed=values), units), cut, units, (none, none))
    _, first, which = np.unique(
        np.nan_to_num(values[units], nan=-np.inf), axis=0, return_index=True, return_inverse=True
    )
    origin = first[which.ravel()]
    copies = np.flatnonzero(origin != np.arange(len(units)))
    return Option(_finals(cut, values[units]), cut, units, (copies, origin[copies]))


def _finals(cut: Cut, values: Floats) -> LinearFinals | NodewiseFinals:
    return LinearFinals(cut, values) if cut.linear else NodewiseFinals(cut, values)


def _final_place(cut: Cut) -> int:
    return len(cut.columns) + len(cut.parents) - 1


def base_order(cut: Cut, values: Floats) -> tuple[Integers, Integers]:
    """Finals by the weights and rules as given, as cells (``NOTHING`` without one), and the units, best first."""
    cells = np.full(len(values), NOTHING)
    scored = np.flatnonzero(cut.present(values)[_final_place(cut)])
    if len(scored):
        finals = NodewiseFinals(cut, values[scored]).below_minimum(cut.given(), np.empty((1, len(scored))))
        cells[scored] = whole_cells(finals)[0]
    return cells, np.argsort(cells, kind="stable")
