"""The sample size of a population by Krejcie and Morgan."""

from __future__ import annotations

from fractions import Fraction
from math import floor

MAX_POPULATION = 300_000_000
CHI_SQUARE = Fraction("3.841")
"""For one degree of freedom at 95 % confidence."""
SHARE, MARGIN = Fraction(1, 2), Fraction(1, 20)
"""The share that needs the largest sample, and the largest deviation of a measured share from the true one."""
SOURCE = "https://doi.org/10.1177/001316447003000308"
"""R. V. Krejcie, D. W. Morgan: Determining Sample Size for Research Activities, EPM 30 (1970), 607-610."""


def sample_of(population: int) -> int:
    """Return the number of people to ask in a population, rounded to the nearest whole number as in their table.

    s = χ²NP(1 - P) / (d²(N - 1) + χ²P(1 - P)). Raises ``ValueError`` for fewer than one.
    """
    if population < 1:
        raise ValueError("a population has somebody in it")
    spread = CHI_SQUARE * SHARE * (1 - SHARE)
    return floor(spread * population / (MARGIN**2 * (population - 1) + spread) + Fraction(1, 2))
