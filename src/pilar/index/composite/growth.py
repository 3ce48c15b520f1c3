"""Growth of scores and indicators over the years of a panel.

Compound annual growth rate: (last / first)^(1 / years) - 1, not defined where either is not above 0. Slope: least
squares over all years with a value, so that a single odd year at an end counts less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pilar.index.composite.building import Built
from pilar.index.composite.data import Floats


@dataclass(frozen=True)
class Growth:
    """A unit at a node from its ``first`` to its ``last`` year with a value, ``known`` years in all.

    ``change``: last less first; ``yearly``: change by years; ``slope``: by least squares; ``rate``: compound annual
    growth, 0.02 for 2 per cent. NaN where it is not defined.
    """

    unit: str
    code: str
    known: int
    first: int
    last: int
    start: float
    end: float
    change: float
    yearly: float
    slope: float
    rate: float


def growth(built: Built, code: str | None = None) -> tuple[Growth, ...]:
    """Growth of each unit at a node (the root if none is named), in the order of the data.

    Of an indicator it is that of its values, after denominators and before treatment, since a normalised score grows by
    what the others do as well. A unit without a value in two years is not in it. ``KeyError`` for an unknown node.
    """
    spec, data = built.spec, built.data
    node = spec.root if code is None else spec.by_code[code]
    values = built.divided[:, spec.leaves.index(node)] if node.is_leaf else built.scores[node.code]
    rates = []
    for unit in dict.fromkeys(data.units):
        rows = [row for row, name in enumerate(data.units) if name == unit and np.isfinite(values[row])]
        rows.sort(key=lambda row: data.year(row) or 0)
        if len(rows) > 1:
            years = np.array([data.year(row) or 0 for row in rows], dtype=np.float64)
            rates.append(_growth(unit, node.code, years, values[rows]))
    return tuple(rates)


def _growth(unit: str, code: str, years: Floats, values: Floats) -> Growth:
    start, end, span = float(values[0]), float(values[-1]), int(years[-1] - years[0])
    apart = years - years.mean()
    return Growth(
        unit,
        code,
        len(values),
        int(years[0]),
        int(years[-1]),
        start,
        end,
        end - start,
        (end - start) / span,
        float(apart @ values / (apart @ apart)),
        (end / start) ** (1 / span) - 1 if start > 0 and end > 0 else float("nan"),
    )
