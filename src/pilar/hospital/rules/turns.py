"""In which order a doctor sees patients: the lowest place among those who are there, or whoever comes first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.float64]
"""A row a drawn session, a column a place; minutes."""
NEVER = np.inf
"""When somebody is ready who does not come."""


def starts(ready: Grid, minutes: Grid, free: NDArray[np.float64]) -> Grid:
    """Tell when each patient is called; NaN for those who never come.

    ``ready``: from when on each is there; ``minutes``: how long each is seen; ``free``: when the doctor begins.
    """
    waiting, called, rows = ready.copy(), np.full(ready.shape, np.nan), np.arange(len(ready))
    for _turn in range(ready.shape[1]):
        first = waiting.min(axis=1)
        at = np.maximum(free, first)
        place = np.argmax(waiting <= at[:, None], axis=1)
        comes = np.isfinite(first)
        called[rows[comes], place[comes]] = at[comes]
        free = np.where(comes, at + minutes[rows, place], free)
        waiting[rows, place] = NEVER
    return called
