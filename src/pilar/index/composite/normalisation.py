"""Onto one scale, with more always being better.

Source: OECD and JRC, Handbook on Constructing Composite Indicators (2008), step on normalisation, except where a
function says otherwise. For an indicator whose lower values are better, the values change sign first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pilar.index.composite.data import Floats
from pilar.index.composite.places import varies
from pilar.index.composite.spec import Direction, Normalisation, NormalisationMethod

BY_ORDER = (NormalisationMethod.RANK, NormalisationMethod.PERCENTILE_RANK, NormalisationMethod.BORDA)


class NotNormalisable(Exception):
    """The method is not defined for these values. ``code`` says why: ``constant``, ``single`` or ``not-positive``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, eq=False)
class Fitted:
    """A normalisation with its figures. ``anchors``: the two values that a linear one maps onto ``onto``; of a
    distance the leader's value twice. ``ordered``: the sorted sample of one by order, better values last.
    """

    method: NormalisationMethod
    lower_is_better: bool
    anchors: tuple[float, float] = (0.0, 1.0)
    onto: tuple[float, float] = (0.0, 1.0)
    ordered: Floats | None = None

    def apply(self, values: Floats) -> Floats:
        """Scores of the values, blanks kept."""
        if self.method is NormalisationMethod.DISTANCE:
            leader = self.anchors[0]
            return leader / values if self.lower_is_better else values / leader
        if self.ordered is not None:
            return self._by_order(-values if self.lower_is_better else values, self.ordered)
        if self.method is NormalisationMethod.NONE:
            return -values if self.lower_is_better else values
        (low, high), (start, end) = self.anchors, self.onto
        share = (values - low) / (high - low)
        if self.method is NormalisationMethod.GOALPOSTS:
            share = np.clip(share, 0.0, 1.0)
        # Both ends exactly: start + (end - start)·1 may miss end by the last digit.
        return np.asarray(start * (1 - share) + end * share)

    def _by_order(self, values: Floats, ordered: Floats) -> Floats:
        """Mean rank among the sample, 1 for the worst; a value that is not of the sample lies half a rank between.

        Beyond the sample it is that of the end, so that no rank is below the floor that blanks may count as.
        """
        left = np.searchsorted(ordered, values, side="left")
        right = np.searchsorted(ordered, values, side="right")
        rank = np.clip((left + right + 1) / 2, 1, len(ordered))
        if self.method is NormalisationMethod.BORDA:
            rank = rank - 1
        elif self.method is NormalisationMethod.PERCENTILE_RANK:
            share = (rank - 1) / (len(ordered) - 1)
            rank = self.onto[0] * (1 - share) + self.onto[1] * share
        return np.where(np.isnan(values), np.nan, rank)


def fit_normalisation(rule: Normalisation, direction: Direction, sample: Floats) -> Fitted:
    """The normalisation fitted to values without blanks. Raises :class:`NotNormalisable`.

    * min-max: minimum + (maximum - minimum)·(x - min)/(max - min)
    * z-score: mean + deviation·(x - x̄)/s, with the sample's standard deviation s (n - 1)
    * rank: 1 for the worst, equal values share the mean of their ranks; Borda: rank - 1, the units beaten, a tie being
      half a win; percentile rank: (rank - 1)/(n - 1), onto the scale
    * distance to the maximum: x/max, or min/x where lower is better, so that the leader has 1
    * goalposts: as min-max with fixed ends, clipped (UNDP, Human Development Report, technical notes)
    """
    lower = direction is Direction.LOWER
    onto = (float(rule.minimum), float(rule.maximum))
    method = rule.method
    if method is NormalisationMethod.GOALPOSTS:
        posts = (float(rule.lower or 0), float(rule.upper or 0))
        return Fitted(method, lower, posts[::-1] if lower else posts, onto)
    if method is NormalisationMethod.NONE:
        return Fitted(method, lower)
    low, high = float(sample.min()), float(sample.max())
    if method in BY_ORDER:
        if len(sample) < 2 and method is NormalisationMethod.PERCENTILE_RANK:
            raise NotNormalisable("single")
        return Fitted(method, lower, onto=onto, ordered=np.sort(-sample if lower else sample))
    if method is NormalisationMethod.DISTANCE:
        if low < 0 or (low if lower else high) == 0:
            raise NotNormalisable("not-positive")
        leader = low if lower else high
        return Fitted(method, lower, (leader, leader))
    if not varies(sample):
        raise NotNormalisable("constant")
    if method is NormalisationMethod.MIN_MAX:
        return Fitted(method, lower, (high, low) if lower else (low, high), onto)
    return _z_score(rule, lower, sample)


def _z_score(rule: Normalisation, lower: bool, sample: Floats) -> Fitted:
    middle, spread = float(sample.mean()), float(sample.std(ddof=1))
    if not spread > 0 or not math.isfinite(spread):
        raise NotNormalisable("constant")
    away = middle - spread if lower else middle + spread
    start = float(rule.mean)
    return Fitted(NormalisationMethod.Z_SCORE, lower, (middle, away), (start, start + float(rule.deviation)))
