"""Ranks of floating-point scores, with ties that are ties."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pilar.index.composite.data import Floats
from pilar.index.instrument import Ties

DIGITS = 12


def tied(scores: Floats) -> Floats:
    """Scores cut to twelve significant digits of the largest, so that equal ones are equal however they were summed.

    The largest of each run, of shape (…, n), by itself.
    """
    largest = np.fmax.reduce(np.abs(scores), axis=-1, keepdims=True, initial=0.0)
    factor = 10.0 ** (DIGITS - 1 - np.floor(np.log10(np.where(largest > 0, largest, 1.0))))
    return np.asarray(np.rint(scores * factor) / factor)


def places(scores: Floats, peers: Sequence[int] | NDArray[np.intp], ties: Ties = Ties.SHARED) -> Floats:
    """Rank of each unit among its peers, 1 for the highest score, shape (…, n); NaN without a score.

    ``peers``: a number for each unit; units of the same number are ranked together. After a tie 1, 1, 3 (shared) or
    1, 1, 2 (dense).
    """
    found = np.full(scores.shape, np.nan)
    numbers = np.asarray(peers)
    values = tied(scores)
    for number in np.unique(numbers):
        rows = np.flatnonzero(numbers == number)
        found[..., rows] = _among(values[..., rows], ties)
    return found


def _among(values: Floats, ties: Ties) -> Floats:
    order = np.argsort(-values, axis=-1)
    ordered = np.take_along_axis(values, order, axis=-1)
    fresh = np.ones(values.shape, dtype=np.bool_)
    fresh[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    if ties is Ties.DENSE:
        rank = np.cumsum(fresh, axis=-1)
    else:
        rank = np.maximum.accumulate(np.where(fresh, np.arange(1, values.shape[-1] + 1), 0), axis=-1)
    found = np.empty(values.shape)
    np.put_along_axis(found, order, rank.astype(np.float64), axis=-1)
    found[np.isnan(values)] = np.nan
    return found
