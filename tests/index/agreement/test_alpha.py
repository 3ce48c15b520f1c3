"""Krippendorff's own worked table, cases by hand, and another implementation as oracle."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest

from pilar.index.agreement import (
    Alpha,
    Interval,
    Method,
    NoCoefficient,
    NoInterval,
    Sampling,
    Verdict,
    ordinal_alpha,
    verdict,
)
from pilar.index.agreement.intervals import percentile_interval

X = np.nan
# Computing Krippendorff's Alpha-Reliability (2011), section D: four observers, twelve units, missing marks.
WORKED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, X, X, X],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, X, 3],
        [X, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, X],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, X],
    ]
).T


def known(found: Alpha | NoCoefficient) -> Alpha:
    assert isinstance(found, Alpha)
    return found


def test_the_worked_table() -> None:
    found = known(ordinal_alpha(WORKED))
    assert round(found.value, 3) == 0.815
    assert (found.items, found.marks) == (11, 40)
    assert isinstance(found.interval, Interval)
    assert found.interval.lower < found.value < found.interval.upper <= 1
    assert (found.interval.method, found.interval.confidence) == (Method.BOOTSTRAP, 0.95)


def test_a_case_by_hand() -> None:
    """Items (1, 1) and (1, 2): marks 1, 1, 1, 2 with mid-ranks 1.5 and 3.5, whose mean is 2.

    Squares of 2 apart in the one pair, and 3·0.5² + 1.5² in all: alpha = 1 - 3/4 · 4/3 = 0, what chance gives.
    """
    assert known(ordinal_alpha(np.array([[1, 1], [1, 2]]))).value == pytest.approx(0)


@pytest.mark.parametrize("seed", range(12))
def test_another_implementation_agrees(seed: int) -> None:
    generator = np.random.default_rng(seed)
    ratings = np.clip(generator.normal(2, 1, (30, 1)) + generator.normal(0, 0.7, (30, 5)), 0, 4).round(seed % 2)
    ratings[generator.random(ratings.shape) < 0.3] = X
    expected = krippendorff.alpha(reliability_data=ratings.T, level_of_measurement="ordinal")
    assert known(ordinal_alpha(ratings)).value == pytest.approx(expected, abs=1e-12)


def test_a_resample_weighs_an_item_as_often_as_it_comes() -> None:
    """The value over an item repeated is that of a table in which it stands as often."""
    doubled = np.vstack([WORKED, WORKED[:5]])
    again = krippendorff.alpha(reliability_data=doubled.T, level_of_measurement="ordinal")
    assert known(ordinal_alpha(doubled)).value == pytest.approx(again, abs=1e-12)


def test_the_same_marks_give_the_same_interval() -> None:
    first, second = ordinal_alpha(WORKED), ordinal_alpha(WORKED)
    assert first == second
    assert ordinal_alpha(WORKED, sampling=Sampling(seed=1)) != first


def test_regions_resampled_as_a_whole_widen_the_interval() -> None:
    generator = np.random.default_rng(3)
    agree = np.repeat(generator.random(20) < 0.5, 10)
    base = generator.integers(0, 5, 200)
    ratings = np.column_stack([base, np.where(agree, base, generator.integers(0, 5, 200))]).astype(float)
    alone = known(ordinal_alpha(ratings)).interval
    together = known(ordinal_alpha(ratings, clusters=np.repeat(np.arange(20), 10))).interval
    assert isinstance(alone, Interval)
    assert isinstance(together, Interval)
    assert together.upper - together.lower > 1.5 * (alone.upper - alone.lower)


def test_what_has_no_coefficient_says_why() -> None:
    assert ordinal_alpha(np.array([[1, X], [X, 2]])) is NoCoefficient.ONE_ASSESSOR
    assert ordinal_alpha(np.empty((0, 3))) is NoCoefficient.ONE_ASSESSOR
    assert ordinal_alpha(np.array([[1, 2], [X, 2]])) is NoCoefficient.ONE_ITEM
    assert ordinal_alpha(np.full((5, 3), 2.0)) is NoCoefficient.NO_VARIATION
    assert all(reason.sentence and reason.reason for reason in NoCoefficient)


@pytest.mark.parametrize(("undefined", "told"), [(40, True), (60, False)])
def test_an_interval_takes_half_of_the_resamples(undefined: int, told: bool) -> None:
    values = np.linspace(0, 1, 100)
    values[:undefined] = np.nan
    assert isinstance(percentile_interval(values, 0.95), Interval) == told


def test_what_has_no_interval_says_why() -> None:
    for two in ([[1, 1, 2], [3, 3, 3]], [[0, 1], [0, 2]]):
        assert known(ordinal_alpha(np.array(two, dtype=float))).interval is NoInterval.TWO
    assert known(ordinal_alpha(WORKED, clusters=np.arange(12) % 2)).interval is NoInterval.TWO
    crossed = known(ordinal_alpha(np.array([[1, 2], [2, 1], [1, 2]])))
    assert (crossed.interval, verdict(crossed)) == (NoInterval.SAME, Verdict.OPEN)
    perfect = known(ordinal_alpha(np.array([[1, 1], [3, 3], [2, X]])))
    assert (perfect.value, perfect.interval) == (1, NoInterval.PERFECT)
    one_region = known(ordinal_alpha(WORKED, clusters=np.zeros(12)))
    assert one_region.interval is NoInterval.ONE_REGION
    assert known(ordinal_alpha(WORKED, sampling=Sampling(draws=0))).interval is NoInterval.NOT_ASKED
