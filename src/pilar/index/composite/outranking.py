"""The outranking matrix: on how much of the weight one unit is ahead of another.

Source: G. Munda, Social Multi-Criteria Evaluation for a Sustainable Economy (2008), and OECD and JRC (2008), step on
weighting and aggregation (non-compensatory multi-criteria approach). Ties count half. A pair counts the children that
both units have, as Copeland's method does in ``combining``: a unit wins a pair where its share is above one half.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pilar.index.composite.building import Built
from pilar.index.composite.combining import EVEN
from pilar.index.composite.data import Floats
from pilar.index.composite.faults import DataFaults
from pilar.index.faults import N_, Fault

MAX_UNITS = 1000


@dataclass(frozen=True, eq=False, repr=False)
class Outranking:
    """``shares``: of row over column, shape (m, m), from 0 to 1; NaN on the diagonal and where nothing is in common.

    ``rows``: which row of the data each of the m units is.
    """

    code: str
    year: int | None
    units: tuple[str, ...]
    rows: NDArray[np.intp]
    shares: Floats

    def __repr__(self) -> str:
        return f"<Outranking of {len(self.units)} units at {self.code}>"


def outranking(built: Built, code: str | None = None, year: int | None = None) -> Outranking:
    """The matrix over the children of a node (the root if none is named), in a year (the last if none is named).

    ``KeyError`` for an unknown node, ``ValueError`` for a leaf or an unknown year. Raises :class:`DataFaults` beyond
    ``MAX_UNITS`` units.
    """
    data, spec = built.data, built.spec
    node = spec.root if code is None else spec.by_code[code]
    if node.is_leaf:
        raise ValueError(f"{node.code} has no children")
    year = data.periods[-1] if year is None else year
    rows = np.flatnonzero(data.rows_of(year))
    if len(rows) > MAX_UNITS:
        sentence = N_("The matrix would have %(units)s rows and columns; at most %(most)s are shown.")
        raise DataFaults([Fault("matrix", sentence, {"units": len(rows), "most": MAX_UNITS})])
    ahead, common = np.zeros((2, len(rows), len(rows)))
    for child, weight in zip(node.children, built.weights[node.code], strict=True):
        scores = built.scores[child.code]
        extent = np.nanmax(np.abs(scores), initial=0.0)
        apart = scores[rows, None] - scores[None, rows]
        both = ~np.isnan(apart)
        tied = np.abs(apart) <= EVEN * extent
        ahead += weight * np.where(both, np.where(tied, 0.5, apart > 0), 0.0)
        common += weight * both
    np.fill_diagonal(common, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(common > 0, ahead / common, np.nan)
    return Outranking(node.code, year, tuple(data.units[row] for row in rows), rows, shares)
