"""Whether a change is more than chance, against figures that stand elsewhere."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pilar.surveys.rules.comparison import Difference, counterpart, index_interval, of_intervals, of_means
from pilar.surveys.rules.scores import Mean, mean_of
from surveys.test_scores import sums

MARKS = st.lists(st.integers(1, 4), min_size=2, max_size=40).filter(lambda marks: len(set(marks)) > 1)


def mean(values: list[int]) -> Mean:
    return mean_of(sums(values), lowest=1, highest=4)


@given(MARKS, MARKS)
def test_the_interval_is_that_of_welch(now: list[int], before: list[int]) -> None:
    found = of_means(mean(now), mean(before))
    assert found is not None
    assert found.value == Fraction(sum(now), len(now)) - Fraction(sum(before), len(before))
    expected = stats.ttest_ind(now, before, equal_var=False).confidence_interval(0.95)
    assert (found.lower, found.upper) == pytest.approx((expected.low, expected.high))


def test_where_all_agree_the_interval_has_no_width() -> None:
    assert of_means(mean([4, 4, 4]), mean([3, 3])) == Difference(Fraction(1), 1.0, 1.0)


def test_a_change_is_more_than_chance_if_the_interval_leaves_zero_out() -> None:
    assert of_means(mean([4, 4, 4, 3] * 5), mean([1, 2, 2, 1] * 5)).beyond_chance  # type: ignore[union-attr]
    assert not of_means(mean([4, 3, 2, 4]), mean([3, 3, 2, 3])).beyond_chance  # type: ignore[union-attr]
    assert not Difference(Fraction(2)).beyond_chance


def test_what_is_missing_has_no_change_and_a_single_answer_no_interval() -> None:
    none = Mean(0, Fraction(0), None)
    assert of_means(none, mean([3, 4])) is None
    assert of_means(mean([3, 4]), none) is None
    assert of_means(mean([3]), mean([2, 4])) == Difference(Fraction(0))
    assert of_intervals(None, None, Fraction(3), (2.5, 3.5)) is None
    assert of_intervals(Fraction(3), None, Fraction(2), (1.5, 2.5)) == Difference(Fraction(1))


def test_what_lies_below_the_one_and_above_the_other_adds_in_squares() -> None:
    found = of_intervals(Fraction(3), (2.7, 3.1), Fraction(2), (1.8, 2.4))
    assert found is not None
    assert (found.lower, found.upper) == pytest.approx((1 - 0.5, 1 + 0.05**0.5))


def test_the_interval_of_the_index_is_converted() -> None:
    items = [Mean(9, Fraction(9), Fraction(3), 2.5, 3.5)] * 9
    assert index_interval(items, 25) == pytest.approx((62.5, 87.5))
    assert index_interval([Mean(1, Fraction(1), Fraction(3))], 25) is None


@pytest.mark.parametrize(
    ("title", "titles", "place"),
    [
        ("IKM 2026", [], None),
        ("IKM Puskesmas 2026", ["IKM Puskesmas 2025", "IKM Dukcapil 2025"], 0),
        ("IKM  puskesmas 2026", ["IKM Dukcapil", "2025 IKM Puskesmas"], 1),
        ("Lain", ["a", "b"], 1),
    ],
)
def test_which_survey_of_another_year_belongs_to_one(title: str, titles: list[str], place: int | None) -> None:
    assert counterpart(title, titles) == place
