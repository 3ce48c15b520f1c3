"""Sample size for a population by Krejcie and Morgan."""

from __future__ import annotations

from fractions import Fraction
from math import floor

MAX_POPULATION = 300_000_000
CHI_SQUARE = Fraction("3.841")
"""Of one degree of freedom at 95 % confidence."""
SHARE, MARGIN = Fraction(1, 2), Fraction(1, 20)
"""The share that needs the largest sample, and how far a found share may lie from the true one."""
SOURCE = "https://doi.org/10.1177/001316447003000308"
"""R. V. Krejcie, D. W. Morgan: Determining Sample Size for Research Activities, EPM 30 (1970), 607-610."""


def sample_of(population: int) -> int:
    """Tell how many of a population are to be asked, rounded to the nearest whole as their table is.

    s = χ²NP(1 - P) / (d²(N - 1) + χ²P(1 - P)). Raises ``ValueError`` for fewer than one.
    """
    if population < 1:
        raise ValueError("a population has somebody in it")
    spread = CHI_SQUARE * SHARE * (1 - SHARE)
    return floor(spread * population / (MARGIN**2 * (population - 1) + spread) + Fraction(1, 2))
