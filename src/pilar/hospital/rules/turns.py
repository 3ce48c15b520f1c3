"""The order in which a doctor sees patients: the lowest place among those present, or the next to arrive."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.float64]
"""An array of minutes: a row for each drawn session, a column for each place."""
NEVER = np.inf
"""The arrival time of patients who do not come."""


def starts(ready: Grid, minutes: Grid, free: NDArray[np.float64]) -> Grid:
    """Return when each patient is called; NaN for those who never come.

    ``ready``: when each has arrived; ``minutes``: how long each is seen; ``free``: when the doctor begins.
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
