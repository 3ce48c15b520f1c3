"""The table of Shrout and Fleiss, the two-way analysis of variance by hand, and marks that are missing."""

from __future__ import annotations

import numpy as np
import pytest

from pilar.index.agreement import (
    Interval,
    IntraclassCorrelation,
    Method,
    NoCoefficient,
    NoInterval,
    Sampling,
    intraclass_correlation,
)
from pilar.index.agreement.components import _by_eigenvalues, _equations, _Marks, _solved

X = np.nan
# Shrout and Fleiss (1979), table 2: six targets, four judges.
SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)


def known(found: IntraclassCorrelation | NoCoefficient) -> IntraclassCorrelation:
    assert isinstance(found, IntraclassCorrelation)
    return found


def drawn(items: int, assessors: int, seed: int) -> np.ndarray:
    """Marks of variances 1 between items, 0.25 between assessors and 0.5 besides."""
    generator = np.random.default_rng(seed)
    shape = items, assessors
    return (
        generator.normal(0, 1, (items, 1)) + generator.normal(0, 0.5, assessors) + generator.normal(0, 0.5**0.5, shape)
    )


def test_shrout_and_fleiss() -> None:
    """ICC(2,1) = .29 and ICC(2,4) = .62; the mean squares are 11.24, 32.49 and 1.02."""
    found = known(intraclass_correlation(SHROUT_FLEISS))
    assert round(found.single.value, 2) == 0.29
    assert round(found.average.value, 2) == 0.62
    assert found.rest == pytest.approx(1.019, abs=1e-3)
    assert found.between_items == pytest.approx((11.242 - 1.019) / 4, abs=1e-3)
    assert found.between_assessors == pytest.approx((32.486 - 1.019) / 6, abs=1e-3)
    assert (found.items, found.assessors, found.marks_per_item, found.complete) == (6, 4, pytest.approx(4), True)
    single, average = found.single.interval, found.average.interval
    assert isinstance(single, Interval)
    assert isinstance(average, Interval)
    assert (single.method, round(single.lower, 2), round(single.upper, 2)) == (Method.F, 0.02, 0.76)
    assert (round(average.lower, 2), round(average.upper, 2)) == (0.07, 0.93)


def test_the_f_interval_covers_what_it_says() -> None:
    """Of 400 draws with ICC(A,1) = 1/1.75 the interval at 80 % covers it in about 80 %."""
    covered = 0
    for seed in range(400):
        interval = known(intraclass_correlation(drawn(30, 8, seed), sampling=Sampling(confidence=0.8))).single.interval
        assert isinstance(interval, Interval)
        covered += interval.lower <= 1 / 1.75 <= interval.upper
    assert 0.74 < covered / 400 < 0.86


def test_missing_marks_leave_the_estimates_unbiased() -> None:
    """The mean of the variance components over many draws with 40 % of the marks missing."""
    found = []
    for seed in range(200):
        ratings = drawn(40, 5, seed)
        ratings[np.random.default_rng(1000 + seed).random(ratings.shape) < 0.4] = X
        one = known(intraclass_correlation(ratings, sampling=Sampling(draws=0)))
        found.append((one.between_items, one.between_assessors, one.rest))
    means, errors = np.mean(found, axis=0), np.std(found, axis=0) / 200**0.5
    assert (np.abs(means - (1, 0.25, 0.5)) < 4 * errors).all()


def test_panels_that_share_no_region_are_compared_within_themselves() -> None:
    """Two panels of three; a panel whose items are all two points higher differs in its items and in nothing else."""
    ratings = np.full((40, 6), X)
    ratings[:20, :3], ratings[20:, 3:] = drawn(20, 3, 1), drawn(20, 3, 2)
    lifted = ratings.copy()
    lifted[20:] += 2
    before, after = (known(intraclass_correlation(one)) for one in (ratings, lifted))
    assert after.rest == pytest.approx(before.rest)
    assert after.between_assessors == pytest.approx(before.between_assessors)
    assert after.between_items == pytest.approx(before.between_items)
    assert (after.complete, after.marks_per_item) == (False, pytest.approx(3))
    assert isinstance(after.single.interval, Interval)
    assert after.single.interval.method is Method.BOOTSTRAP
    assert after.single.interval.lower < after.single.value < after.single.interval.upper


def test_a_complete_table_and_its_resamples_agree() -> None:
    """Regions given one by one change the interval's method only where items hang together."""
    ratings = drawn(60, 4, 5)
    by_f = known(intraclass_correlation(ratings))
    clustered = known(intraclass_correlation(ratings, clusters=np.repeat(np.arange(30), 2)))
    assert by_f.single.value == pytest.approx(clustered.single.value)
    assert isinstance(by_f.single.interval, Interval)
    assert isinstance(clustered.single.interval, Interval)
    assert (by_f.single.interval.method, clustered.single.interval.method) == (Method.F, Method.BOOTSTRAP)


def test_perfect_agreement_and_constant_severity() -> None:
    perfect = known(intraclass_correlation(np.array([[1, 1], [2, 2], [4, 4.0]])))
    assert (perfect.single.value, perfect.average.value) == (1, 1)
    assert perfect.single.interval is perfect.average.interval is NoInterval.PERFECT
    shifted = known(intraclass_correlation(np.array([[1, 2], [2, 3], [3, 4.0]])))
    # Mean squares 2, 1.5 and 0: 2 / (2 + 2/3 · 1.5).
    assert shifted.single.value == pytest.approx(2 / 3)
    assert isinstance(shifted.single.interval, Interval)
    assert 0 < shifted.single.interval.lower < 2 / 3 < shifted.single.interval.upper <= 1


def test_what_has_no_coefficient_says_why() -> None:
    assert intraclass_correlation(np.array([[1, X], [X, 2]])) is NoCoefficient.ONE_ASSESSOR
    assert intraclass_correlation(np.array([[1, 2.0]])) is NoCoefficient.ONE_ITEM
    assert intraclass_correlation(np.full((4, 3), 2.0)) is NoCoefficient.NO_VARIATION
    # Two pairs that share no assessor: items and assessors cannot be told apart.
    apart = np.array([[1, 2, X, X], [X, X, 3, 3.5]])
    assert intraclass_correlation(apart) is NoCoefficient.TOO_LITTLE
    one_region = known(intraclass_correlation(SHROUT_FLEISS, clusters=np.zeros(6)))
    assert one_region.single.interval is NoInterval.ONE_REGION


def test_one_missing_mark_hardly_moves_a_large_table() -> None:
    """The short way for complete panels and the long way for others meet."""
    ratings = drawn(200, 4, 9)
    complete = known(intraclass_correlation(ratings, clusters=np.arange(200) // 2))
    ratings[7, 2] = X
    nearly = known(intraclass_correlation(ratings, clusters=np.arange(200) // 2))
    assert nearly.single.value == pytest.approx(complete.single.value, abs=0.01)
    assert isinstance(nearly.single.interval, Interval)
    assert isinstance(complete.single.interval, Interval)
    assert nearly.single.interval.lower == pytest.approx(complete.single.interval.lower, abs=0.01)
    assert nearly.single.interval.upper == pytest.approx(complete.single.interval.upper, abs=0.01)


def test_the_quick_way_to_the_assessors_is_that_of_eigenvalues() -> None:
    """Panels that meet, panels that share nothing, and an assessor who is not there: 60 resamples of each."""
    generator = np.random.default_rng(5)
    for apart in (False, True):
        mask = generator.random((60, 30, 6)) < 0.6
        mask[:, :, 5] = False
        if apart:
            mask[:, :15, :2] = mask[:, 15:, 2:] = False
        values = np.where(mask, generator.normal(0, 1, mask.shape), 0.0)
        sizes = np.maximum(mask.sum(axis=2, keepdims=True), 1)
        deviations = np.where(mask, values - values.sum(axis=2, keepdims=True) / sizes, 0.0)
        number, right = mask.sum(axis=1).astype(float), deviations.sum(axis=1)
        left = number[:, :, None] * np.eye(6) - np.einsum("bij,bik->bjk", mask / 1.0, mask / sizes)
        quick, slow = _solved(left, right), _by_eigenvalues(left, right)
        np.testing.assert_array_equal(quick[0], slow[0])
        np.testing.assert_allclose(quick[1], slow[1], rtol=1e-9)
        assert (slow[0] == (3 if apart else 4)).any()


def test_the_equations_of_assessors_by_hand_and_of_many_resamples() -> None:
    """Items marked by (1, 2), (1, 2, 3) and (2, 3): 2 - 1/2 - 1/3 for the first, and so on; then 20 resamples."""
    rows, columns = np.array([0, 0, 1, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 2, 1, 2])
    marks = _Marks.of(rows, columns, np.zeros(7), np.array([0, 1, 1]))
    number = np.array([[2.0, 3, 2]])
    expected = np.array([[2 - 5 / 6, -5 / 6, -1 / 3], [-5 / 6, 3 - 4 / 3, -5 / 6], [-1 / 3, -5 / 6, 2 - 5 / 6]])
    np.testing.assert_allclose(_equations(marks, np.ones((1, 2)), number)[0], expected)
    weights = np.random.default_rng(6).integers(0, 3, (20, 2)).astype(float)
    numbers = weights @ np.array([[1.0, 1, 0], [1, 2, 2]])
    many = _equations(marks, weights, numbers)
    few = [_equations(marks, weights[[one]], numbers[[one]])[0] for one in range(20)]
    np.testing.assert_allclose(many, few, atol=1e-12)
