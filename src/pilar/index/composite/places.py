"""Ranks of floating-point scores, with ties that are ties."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pilar.index.composite.data import Flags, Floats
from pilar.index.composite.preparation import evened
from pilar.index.instrument import Ties

DIGITS = 12


def tied(scores: Floats) -> Floats:
    """Scores cut to twelve significant digits of the largest, so that equal ones are equal however they were summed.

    The largest of each run, of shape (…, n), by itself.
    """
    largest = np.fmax.reduce(np.abs(scores), axis=-1, keepdims=True, initial=0.0)
    exponent = DIGITS - 1 - np.floor(np.log10(np.where(largest > 0, largest, 1.0)))
    # In two steps: for the smallest numbers there are, one factor would be infinite.
    first = 10.0 ** np.clip(exponent, -300, 300)
    second = 10.0 ** (exponent - np.clip(exponent, -300, 300))
    return np.asarray(np.rint(scores * first * second) / second / first)


def varies(values: Floats) -> Flags:
    """Return whether values without blanks, of shape (n,) or (n, k) column by column, differ by more than ties do."""
    extent = np.abs(values).max(axis=0, initial=0.0)
    return np.asarray(np.ptp(values, axis=0) > extent * 10.0**-DIGITS)


def even_columns(table: Floats) -> Floats:
    """A table of shape (n, k) whose values are equal where only rounding tells them apart, blanks kept.

    Each value at twelve significant digits by itself, so that an outlier does not make all others equal; and a column
    that does not vary is the same from end to end.
    """
    return flat_columns(evened(table, DIGITS))


def flat_columns(table: Floats) -> Floats:
    """A table of shape (n, k) with the columns that do not vary the same from end to end, blanks kept."""
    flat = table.copy()
    for column in flat.T:
        known = np.flatnonzero(~np.isnan(column))
        if known.size and not varies(column[known]):
            column[known] = column[known[0]]
    return flat


def places(scores: Floats, peers: Sequence[int] | NDArray[np.intp], ties: Ties = Ties.SHARED) -> Floats:
    """Rank of each unit among its peers, 1 for the highest score, shape (…, n); NaN without a score.

    ``peers``: a number for each unit; units of the same number are ranked together. After a tie 1, 1, 3 (shared) or
    1, 1, 2 (dense).
    """
    ranks = np.full(scores.shape, np.nan)
    numbers = np.asarray(peers)
    values = tied(scores)
    found = np.unique(numbers)
    if len(found) == 1:
        return _among(values, ties)
    for number in found:
        rows = np.flatnonzero(numbers == number)
        ranks[..., rows] = _among(values[..., rows], ties)
    return ranks


def _among(values: Floats, ties: Ties) -> Floats:
    order = np.argsort(-values, axis=-1)
    ordered = np.take_along_axis(values, order, axis=-1)
    fresh = np.ones(values.shape, dtype=np.bool_)
    fresh[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    if ties is Ties.DENSE:
        rank = np.cumsum(fresh, axis=-1)
    else:
        rank = np.maximum.accumulate(np.where(fresh, np.arange(1, values.shape[-1] + 1), 0), axis=-1)
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, rank.astype(np.float64), axis=-1)
    ranks[np.isnan(values)] = np.nan
    return ranks
