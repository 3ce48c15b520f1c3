"""Skewness and kurtosis as spreadsheets and most statistical packages give them."""

from __future__ import annotations

import math

from pilar.index.composite.data import Floats


def skewness(values: Floats) -> float:
    """G1 of a sample without blanks; NaN below three values or without spread.

    G1 = √(n(n-1))/(n-2) · m3/m2^1.5. Source: Joanes and Gill, Comparing measures of sample skewness and kurtosis,
    The Statistician 47 (1998), https://doi.org/10.1111/1467-9884.00122.
    """
    return shape(values)[0]


def kurtosis(values: Floats) -> float:
    """G2, 0 for a normal distribution; NaN below four values or without spread. Source as for :func:`skewness`.

    G2 = (n-1)/((n-2)(n-3)) · ((n+1)·g2 + 6) with g2 = m4/m2² - 3.
    """
    return shape(values)[1]


def shape(values: Floats) -> tuple[float, float]:
    """Skewness and kurtosis together."""
    n = len(values)
    if n < 3 or values.min() == values.max():
        return math.nan, math.nan
    # By the largest deviation, so that powers of very large or very small values neither overflow nor vanish.
    apart = values - values.sum() / n
    apart /= max(apart.max(), -apart.min())
    square = apart * apart
    second, third, fourth = square.sum() / n, (square * apart).sum() / n, (square * square).sum() / n
    skew = math.sqrt(n * (n - 1)) / (n - 2) * third / second**1.5
    if n < 4:
        return float(skew), math.nan
    kurt = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (fourth / second**2 - 3) + 6)
    return float(skew), float(kurt)
