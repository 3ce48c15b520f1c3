"""Intervals and the reasons why there is none; the bootstrap over whole regions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pilar.index.faults import N_, Reason

NO_WIDTH = 1e-9  # coefficients nearer to each other differ by rounding alone

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Method(StrEnum):
    """The origin of an interval: the F or the t distribution, or resampling of the regions."""

    F = "f"
    T = "t"
    BOOTSTRAP = "bootstrap"


@dataclass(frozen=True)
class Sampling:
    """Settings for intervals: resamples (0: none, where they are needed), their seed, and the confidence."""

    draws: int = 1000
    seed: int = 2026
    confidence: float = 0.95


USUAL = Sampling()


@dataclass(frozen=True)
class Interval:
    """A confidence interval."""

    lower: float
    upper: float
    confidence: float
    method: Method


class NoInterval(Reason):
    """The reason for which a number has no interval."""

    PERFECT = N_("No two marks of one item differ, so the data show no spread.")
    CONSTANT = N_("All differences are the same, so the data show no spread.")
    ONE_REGION = N_("The marks come from a single region, so the spread between regions is not known.")
    TWO = N_("Two regions, or two items, are too few to tell the spread between them.")
    UNIFORM = N_("Most resamples hold only equal marks, so no interval can be told.")
    TOO_REGULAR = N_("The marks vary too little, or too regularly, for an interval.")
    SAME = N_("All resamples give the same number, so no interval can be told.")
    NOT_ASKED = N_("No interval was asked for.")


class NoCoefficient(Reason):
    """The reason for which agreement cannot be put into a number. Never NaN."""

    ONE_ASSESSOR = N_("No item was marked by two assessors, so there is nothing to compare.")
    ONE_ITEM = N_("Only one item was marked by two assessors; agreement needs at least two.")
    NO_VARIATION = N_("All marks are the same: the assessors agree, but a coefficient needs marks that differ.")
    TOO_LITTLE = N_("There are too few marks to tell differences between items from differences between assessors.")


def cluster_numbers(clusters: NDArray[np.generic] | None, items: int) -> Ints:
    """The clusters (regions) as numbers from 0; each item its own cluster if none are given."""
    if clusters is None:
        return np.arange(items)
    return np.asarray(np.unique(clusters, return_inverse=True)[1].reshape(-1), dtype=np.int64)


@lru_cache(maxsize=4)
def resamples(clusters: int, sampling: Sampling) -> Floats:
    """Return how often each cluster comes in each resample, shape (draws, clusters), read-only; reproducible for a
    seed."""
    generator = np.random.default_rng(sampling.seed)
    drawn = generator.integers(clusters, size=(sampling.draws, clusters))
    drawn += clusters * np.arange(sampling.draws)[:, None]
    counts = np.bincount(drawn.reshape(-1), minlength=drawn.size).reshape(drawn.shape).astype(np.float64)
    counts.setflags(write=False)
    return counts


def too_few(clusters: int) -> NoInterval | None:
    """Return why so few clusters are not resampled; ``None`` where they are.

    Of two clusters half of the resamples hold both, which is the sample itself, and the others one alone: the value
    would be an end of its own interval, or all of it where one alone has no value.
    """
    return {1: NoInterval.ONE_REGION, 2: NoInterval.TWO}.get(clusters)


def percentile_interval(values: Floats, confidence: float) -> Interval | NoInterval:
    """The percentile interval of resampled values; NaN where a resample has no value.

    Values that are all the same have none: a width of nothing would look like certainty.
    """
    known = values[np.isfinite(values)]
    if 2 * len(known) < len(values):
        return NoInterval.UNIFORM
    if np.ptp(known) < NO_WIDTH:
        return NoInterval.SAME
    lower, upper = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(lower), float(upper), confidence, Method.BOOTSTRAP)
