"""The probability that a booked patient does not come, used only to decide how far a session may be overbooked.

It uses how a booking was made and what its patient did before, never who they are: no age, sex, address, payer,
diagnosis or channel. No place, number or priority depends on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_STEPS, _RIDGE = 25, 1.0
_SOON, _LATER = 2, 14
"""Days between booking and visit: the limits of a short and a long time."""


@dataclass(frozen=True, slots=True)
class Booked:
    """``ahead``: days from booking to visit; ``before``, ``absent``: visits booked before, and how many were missed."""

    ahead: int
    before: int
    absent: int
    control: bool


class Risks:
    """Learned from past bookings: logistic regression with a ridge penalty for small samples."""

    def __init__(self, past: Sequence[tuple[Booked, bool]], *, usual: float) -> None:
        """``past``: bookings, each with whether the patient was absent; ``usual``: the share assumed without any
        records."""
        facts = np.array([_facts(booking) for booking, _absent in past]).reshape(len(past), len(_facts(_NOBODY)))
        absent = np.array([was for _one, was in past], dtype=float)
        first = np.log(usual / (1 - usual))
        self._weights = np.zeros(facts.shape[1])
        self._weights[0] = first
        start, hold = self._weights.copy(), np.full(facts.shape[1], _RIDGE)
        for _step in range(_STEPS):
            risk = _chance(facts @ self._weights)
            slope = facts.T @ (absent - risk) - hold * (self._weights - start)
            bend = (facts.T * (risk * (1 - risk))) @ facts + np.diag(hold)
            self._weights = self._weights + np.linalg.solve(bend, slope)

    def of(self, booked: Booked) -> float:
        """The probability that they do not come."""
        return float(_chance(np.array(_facts(booked)) @ self._weights))


_NOBODY = Booked(0, 0, 0, control=False)


def _facts(booked: Booked) -> tuple[float, ...]:
    missed = (booked.absent + 1) / (booked.before + 4) - 0.25
    return (1.0, float(booked.ahead <= _SOON), float(booked.ahead > _LATER), missed * 4, float(booked.control))


def _chance(weighed: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(weighed, -30, 30)))
