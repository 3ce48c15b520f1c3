"""Scores as whole cells of a fine grid, so that equal scores stay equal in floating point, and fast to sort.

A cell is the scale's range divided by 2^36 (6e-11 on a scale of 4): hundreds of thousand times the rounding error of a
weighted mean in float64, and far below any difference that is printed. Scores in the same cell are tied.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np

from pilar.index.instrument import Instrument
from pilar.index.numbers import Rounding, round_published
from pilar.index.robustness.cut import CELLS, Cut, Floats, Integers

NOTHING = np.iinfo(np.int64).max  # stands for no score, after the worst of them
# Added to a float64 below 2^51, this leaves the nearest whole number in the low bits of the sum.
WHOLE = 1.5 * 2.0**52
OFFSET = np.array([WHOLE]).view(np.int64)[0]


def whole_cells(below_minimum: Floats) -> Integers:
    """Cells from the scale's maximum down to each score: small is good, and never below 0.

    ``below_minimum``: minimum less score, in cells; overwritten.
    """
    below_minimum += WHOLE + CELLS
    cells = below_minimum.view(np.int64)
    cells -= OFFSET
    return cells


def score_at(cut: Cut, cells: Integers) -> Floats:
    """The score of each cell; NaN for ``NOTHING``."""
    scores = cut.maximum - cells / cut.cells
    return np.where(cells == NOTHING, np.nan, scores)


def predicate_cells(instrument: Instrument, cells: Integers) -> tuple[Integers, Integers]:
    """For finals in ``cells``, the cells from (included) to (included) in which the published predicate is the same."""
    thresholds = sorted((predicate.threshold for predicate in instrument.predicates), reverse=True)
    ends = np.array([_last_cell(instrument, threshold) for threshold in thresholds], dtype=np.int64)
    limits = np.concatenate([[np.iinfo(np.int64).min], ends, [np.iinfo(np.int64).max]])
    band = np.searchsorted(ends, cells, side="left")
    return limits[band] + (band > 0), limits[band + 1]


def _last_cell(instrument: Instrument, threshold: Decimal) -> int:
    """The last cell whose final, published, still reaches ``threshold``."""
    step = Fraction(1, 10**instrument.decimals)
    printed = -(-Fraction(threshold) // step) * step
    edge = printed - step / 2
    included = Fraction(round_published(edge, instrument.decimals, Rounding(instrument.rounding))) >= printed
    scale = instrument.scale
    cell = round((Fraction(scale.maximum) - edge) / (Fraction(scale.maximum) - Fraction(scale.minimum)) * CELLS)
    return cell if included else cell - 1
