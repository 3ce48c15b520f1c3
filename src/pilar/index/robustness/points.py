"""Scrambled Sobol' points: the same, bit by bit, as those of ``scipy.stats.qmc.Sobol``, without loading that.

SciPy's statistics take 80 MB of a process by themselves, 30 MB on top of its other parts, and nothing else here needs
them. Points in more dimensions than
:data:`MOST` are SciPy's.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from pilar.index.needing import scipy_needed
from pilar.index.robustness.cut import Floats
from pilar.index.robustness.directions import DIRECTIONS

BITS = 30
MOST = len(DIRECTIONS.split()) + 1
"""The dimensions whose direction numbers are here."""


def sobol_points(dimensions: int, count: int, stream: np.random.Generator) -> Floats:
    """Return the first ``count`` points, a power of two and at most 2 ** BITS, in the unit cube; shape (count,
    dimensions).

    Scrambled by a random lower triangular matrix of bits and a random shift for each dimension. Source: Matoušek
    (1998), "On the L2-discrepancy for anchored boxes", Journal of Complexity 14, as SciPy does it.
    """
    if dimensions > MOST:
        with scipy_needed():
            from scipy.stats import qmc  # type: ignore[import-untyped]  # with what asks: SciPy is large

        return np.asarray(qmc.Sobol(dimensions, scramble=True, rng=stream).random(count))
    stream = stream.spawn(1)[0]  # as SciPy does
    powers = np.left_shift(np.uint32(1), np.arange(BITS, dtype=np.uint32))
    shift = stream.integers(2, size=(dimensions, BITS), dtype=np.uint32) @ powers
    triangles = np.tril(stream.integers(2, size=(dimensions, BITS, BITS), dtype=np.uint32))
    triangles[:, range(BITS), range(BITS)] = 1
    heaviest_first = powers[::-1]
    bits = (_directions()[:dimensions, None, :] // heaviest_first[:, None]) % 2
    directions = np.einsum("dbk,b->dk", (triangles @ bits) % 2, heaviest_first)
    whole = np.empty((count, dimensions), dtype=np.uint32)
    whole[0] = shift
    # Point i differs from the one before by the direction of the lowest bit of i, so each half
    # is the one before it, turned round and moved by one more direction.
    done = 1
    for place in range(count.bit_length() - 1):
        whole[done : 2 * done] = whole[done - 1 :: -1] ^ directions[:, place]
        done *= 2
    return np.asarray(whole * (1.0 / 2**BITS))


@cache
def _directions() -> np.ndarray[tuple[int, ...], np.dtype[np.uint32]]:
    """Direction numbers, shape (dimensions, BITS), each shifted to its place below the point."""
    rows = [[1] * BITS]
    for word in DIRECTIONS.split():
        polynomial, _colon, first = word.partition(":")
        degree, row = int(polynomial).bit_length() - 1, [int(number) for number in first.split(",")]
        taps = [step for step in range(1, degree + 1) if int(polynomial) >> (degree - step) & 1]
        for place in range(degree, BITS):
            number = row[place - degree]
            for step in taps:
                number ^= row[place - step] << step
            row.append(number)
        rows.append(row[:BITS])
    return np.array([[number << (BITS - 1 - place) for place, number in enumerate(row)] for row in rows], np.uint32)
