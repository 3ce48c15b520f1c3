"""Outliers: Winsorising by limits of skewness and kurtosis, and logarithms.

Skewness and kurtosis as a rule of thumb: European Commission, Joint Research Centre, COIN 2019, 17th JRC Annual
Training on Composite Indicators & Scoreboards, step 3. The limits 2 and 3.5 and at most five points:
https://unhcr-guatemala.github.io/A2SIT/book/data_processing.html, which follows the Commission, and COINr,
https://search.r-project.org/CRAN/refmans/COINr/html/winsorise.html. The shifted logarithm:
https://search.r-project.org/CRAN/refmans/COINr/html/log_CT.html.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pilar.index.composite.data import Floats
from pilar.index.composite.moments import shape
from pilar.index.composite.spec import Treatment, TreatmentMethod

SHIFT = 0.01


@dataclass(frozen=True)
class Treated:
    """Findings about an indicator, and the treatment of its values.

    ``lowest``, ``highest``: values beyond are moved there. ``shift``: the logarithm is of the value less ``lowest``
    plus this, NaN without one. ``points``: how many values were moved. Skewness and kurtosis before and after; NaN
    where they are not defined. ``asked``: the method of the rule, which may not have been needed or possible.
    """

    method: TreatmentMethod = TreatmentMethod.NONE
    lowest: float = -math.inf
    highest: float = math.inf
    shift: float = math.nan
    points: int = 0
    skewness: tuple[float, float] = (math.nan, math.nan)
    kurtosis: tuple[float, float] = (math.nan, math.nan)
    still: bool = False
    asked: TreatmentMethod = TreatmentMethod.NONE

    @property
    def added(self) -> float:
        """Return what is added to a value before its logarithm is taken; NaN without one."""
        return self.shift - self.lowest

    def apply(self, values: Floats) -> Floats:
        """The values treated, blanks kept."""
        if self.method in (TreatmentMethod.LOG, TreatmentMethod.LOG_SHIFTED):
            # A value outside the sample of a fixed base year may lie below it: it counts as the lowest one there.
            # The lowest goes first: added to a large one, a small shift would be lost.
            return np.log(np.maximum(values, self.lowest) - self.lowest + self.shift)
        if self.method is TreatmentMethod.WINSORISE:
            return np.clip(values, self.lowest, self.highest)
        return values


def fit_treatment(rule: Treatment, sample: Floats) -> Treated:
    """The treatment of values without blanks; ``ValueError`` if a plain logarithm meets a value that is not above 0."""
    before = shape(sample)
    if rule.method is TreatmentMethod.NONE:
        return _measured(Treated(), sample, before, rule)
    if rule.method in (TreatmentMethod.LOG, TreatmentMethod.LOG_SHIFTED):
        return _measured(_logarithm(rule.method, sample), sample, before, rule)
    if not _exceeds(rule, *before):
        return _measured(Treated(), sample, before, rule)
    treated = _winsorised(rule, sample, before)
    if treated.still and rule.otherwise is not TreatmentMethod.NONE:
        return _measured(_logarithm(rule.otherwise, sample), sample, before, rule)
    return treated


def _exceeds(rule: Treatment, skew: float, kurt: float) -> bool:
    return abs(skew) > float(rule.skewness) and kurt > float(rule.kurtosis)


def _winsorised(rule: Treatment, sample: Floats, before: tuple[float, float]) -> Treated:
    """One more value at a time gets the value next to it, at the end to which the values are skewed."""
    ordered = np.sort(sample)
    high = before[0] > 0
    moved = ordered.copy()
    lowest, highest = -math.inf, math.inf
    points = 0
    for points in range(1, min(rule.most_points, len(ordered) - 1) + 1):
        if high:
            highest = float(ordered[-points - 1])
        else:
            lowest = float(ordered[points])
        moved = np.clip(ordered, lowest, highest)
        if not _exceeds(rule, *shape(moved)):
            break
    return _measured(Treated(TreatmentMethod.WINSORISE, lowest, highest, points=points), sample, before, rule)


def _logarithm(method: TreatmentMethod, sample: Floats) -> Treated:
    smallest, spread = float(sample.min()), float(np.ptp(sample))
    if method is TreatmentMethod.LOG:
        if smallest <= 0:
            raise ValueError("a logarithm needs values above 0")
        return Treated(method, lowest=0.0, shift=0.0)
    if spread == 0:
        return Treated()  # the shift would be 0; said by ``asked``
    return Treated(method, lowest=smallest, shift=SHIFT * spread)


def _measured(treated: Treated, sample: Floats, before: tuple[float, float], rule: Treatment) -> Treated:
    skew, kurt = before if treated.method is TreatmentMethod.NONE else shape(treated.apply(sample))
    return Treated(
        treated.method,
        treated.lowest,
        treated.highest,
        treated.shift,
        treated.points,
        (before[0], skew),
        (before[1], kurt),
        _exceeds(rule, skew, kurt),
        rule.method,
    )
