"""Sobol' indices from what a model says at points: which of its inputs make its output vary.

First order of input i: the part of the output's variance that fixing i alone would take away, on average. Total: the
part that is left, on average, when everything but i is fixed. Points are two tables A and B that are drawn alike;
AB(i) is A with column i from B. With f less its mean and V its variance over A and B,

* first order: mean(f(B)·(f(AB(i)) - f(A))) / V. A. Saltelli et al., Variance based sensitivity analysis of model
  output, Computer Physics Communications 181 (2010), 259-270;
* total: mean((f(A) - f(AB(i)))²) / (2 V). M. J. W. Jansen, Analysis of variance designs for model output, Computer
  Physics Communications 117 (1999), 35-43.

Intervals come from the bootstrap: rows are drawn again jointly, f(A), f(B) and all f(AB(i)) of a row together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

BOOTSTRAPS = 200
INTERVAL = (2.5, 97.5)


@dataclass(frozen=True, eq=False)
class Indices:
    """``first`` and ``total``: shape (inputs, outputs), NaN for an output that does not vary.

    ``first_interval``, ``total_interval``: 95 % intervals, shape (inputs, outputs, 2).
    """

    first: Floats
    total: Floats
    first_interval: Floats = field(repr=False)
    total_interval: Floats = field(repr=False)


def estimated(
    of_a: Floats, of_b: Floats, of_mixed: Iterable[Floats], draw: np.random.Generator
) -> tuple[Floats, Floats, Floats, Floats]:
    """First order and total indices and their intervals, from f(A), f(B), each (points, outputs), and every f(AB(i)).

    They may be any points that are drawn alike; an input i may be several columns at once.
    """
    points = len(of_a)
    centre = (of_a + of_b).mean(axis=0) / 2
    of_a, of_b = of_a - centre, of_b - centre
    drawn = draw.multinomial(points, np.full(points, 1 / points), BOOTSTRAPS)
    times = np.vstack([np.ones(points), drawn]) / points  # first the sample itself
    variance = times @ (of_a**2 + of_b**2) / 2 - (times @ (of_a + of_b) / 2) ** 2
    variance[:, variance[0] < 1e-12] = np.nan
    variance[variance <= 0] = np.nan
    firsts, totals = [], []
    for of_one in of_mixed:
        change = of_one - centre - of_a
        firsts.append(times @ (of_b * change) / variance)
        totals.append(times @ change**2 / (2 * variance))
    first, total = np.stack(firsts), np.stack(totals)
    return first[:, 0], total[:, 0], _interval(first), _interval(total)


def _interval(bounds: Floats) -> Floats:
    """Percentiles over the bootstraps, shape (inputs, outputs, 2)."""
    varies = ~np.isnan(bounds[:, 0])
    filled = np.where(np.isnan(bounds[:, 1:]), bounds[:, :1], bounds[:, 1:])
    low, high = np.percentile(np.nan_to_num(filled), INTERVAL, axis=1)
    return np.where(varies[..., None], np.stack([low, high], axis=-1), np.nan)
