"""Before anything is compared: values per head, per area …, and what is put into blanks."""

from __future__ import annotations

import numpy as np

from pilar.index.composite.data import Data, Floats
from pilar.index.composite.spec import ImputationMethod, Spec

DIGITS = 14
TINY = 1e-260  # below it a power of ten for so many digits would not be a number


def divided(spec: Spec, data: Data) -> Floats:
    """Values of the leaves at 14 digits and by their denominators, shape (n, leaves); blank where either is."""
    table = np.empty((len(data), len(spec.leaves)))
    for column, leaf in enumerate(spec.leaves):
        values = data.values[leaf.code]
        if leaf.measured.denominator is not None:
            by = data.values[leaf.measured.denominator]
            values = values / np.where(by > 0, by, np.nan)
        table[:, column] = evened(values)
    return table


def imputed(spec: Spec, data: Data, table: Floats) -> Floats:
    """``table`` with blanks filled.

    The mean or median of the values observed in the same year, and in the same group where one is named. Where nothing
    was observed a blank stays one. Source: OECD and JRC (2008), step on imputation ("unconditional mean imputation").
    """
    filled = table.copy()
    for column, leaf in enumerate(spec.leaves):
        rule = spec.imputation_of(leaf)
        if rule.method is ImputationMethod.NONE:
            continue
        labels = data.groups[rule.by] if rule.by else ("",) * len(data)
        middle = np.mean if rule.method is ImputationMethod.MEAN else np.median
        cells = list(zip(labels, data.period_of.tolist(), strict=True))
        for cell in dict.fromkeys(cells):
            rows = np.array([other == cell for other in cells])
            known = table[rows, column]
            known = known[~np.isnan(known)]
            if known.size:
                filled[rows & np.isnan(table[:, column]), column] = evened(middle(known))
    return filled


def evened(values: Floats | np.floating, digits: int = DIGITS) -> Floats:
    """Values at so many significant digits, so that equal ones are equal: 0.7/7, 0.3/3 and a mean of 0.1s are 0.1.

    Otherwise the last binary digit would make a rank, or even the two ends of a scale.
    """
    size = np.abs(values)
    ordinary = (size > TINY) & np.isfinite(size)
    places = np.clip(digits - 1 - np.floor(np.log10(np.where(ordinary, size, 1.0))), 0, None)
    factor = 10.0**places
    return np.asarray(np.where(ordinary, np.rint(values * factor) / factor, values))
