"""Skewness and kurtosis as spreadsheets and most statistical packages give them."""

from __future__ import annotations

import math

import numpy as np

from pilar.index.composite.data import Floats


def skewness(values: Floats) -> float:
    """G1 of a sample without blanks; NaN below three values or without spread.

    G1 = √(n(n-1))/(n-2) · m3/m2^1.5. Source: Joanes and Gill, Comparing measures of sample skewness and kurtosis,
    The Statistician 47 (1998), https://doi.org/10.1111/1467-9884.00122.
    """
    n, (second, third, _) = len(values), _moments(values)
    if n < 3 or second == 0:
        return math.nan
    return math.sqrt(n * (n - 1)) / (n - 2) * float(third / second**1.5)


def kurtosis(values: Floats) -> float:
    """G2, 0 for a normal distribution; NaN below four values or without spread. Source as for :func:`skewness`.

    G2 = (n-1)/((n-2)(n-3)) · ((n+1)·g2 + 6) with g2 = m4/m2² - 3.
    """
    n, (second, _, fourth) = len(values), _moments(values)
    if n < 4 or second == 0:
        return math.nan
    return float((n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (fourth / second**2 - 3) + 6))


def _moments(values: Floats) -> tuple[float, float, float]:
    if not len(values) or values.min() == values.max():
        return 0.0, 0.0, 0.0
    # By the largest deviation, so that powers of very large or very small values neither overflow nor vanish.
    apart = values - values.mean()
    apart = apart / np.abs(apart).max()
    square = apart * apart
    return float(square.mean()), float((square * apart).mean()), float((square * square).mean())
