"""Whether a change is more than chance, against figures that stand elsewhere."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pilar.surveys.rules.scores import Difference, Mean, counterpart, index_interval, mean_of, of_intervals, of_means
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


@given(MARKS)
def test_where_one_side_agrees_the_width_is_that_of_the_other(now: list[int]) -> None:
    ends = stats.ttest_1samp(now, 0).confidence_interval(0.95)
    there, back = of_means(mean(now), mean([3, 3, 3])), of_means(mean([3, 3, 3]), mean(now))
    assert there is not None
    assert back is not None
    assert (there.lower, there.upper) == pytest.approx((ends.low - 3, ends.high - 3))
    assert (back.lower, back.upper) == pytest.approx((3 - ends.high, 3 - ends.low))


@pytest.mark.parametrize(
    ("lower", "upper", "beyond"),
    [(0, 1, False), (-1, 0, False), (0.1, 1, True), (-1, -0.1, True), (None, 1, False), (0.1, None, False)],
)
def test_an_end_at_zero_is_no_change(lower: float | None, upper: float | None, beyond: bool) -> None:
    assert Difference(Fraction(1), lower, upper).beyond_chance is beyond


def test_a_change_is_more_than_chance_if_the_interval_leaves_zero_out() -> None:
    assert of_means(mean([4, 4, 4, 3] * 5), mean([1, 2, 2, 1] * 5)).beyond_chance  # type: ignore[union-attr]
    assert not of_means(mean([4, 3, 2, 4]), mean([3, 3, 2, 3])).beyond_chance  # type: ignore[union-attr]
    assert not Difference(Fraction(2)).beyond_chance


def test_what_is_missing_has_no_change_and_a_single_answer_no_interval() -> None:
    none = Mean(0, Fraction(0), None)
    assert of_means(none, mean([3, 4])) is None
    assert of_means(mean([3, 4]), none) is None
    assert of_means(mean([3]), mean([2, 4])) == of_means(mean([2, 4]), mean([3])) == Difference(Fraction(0))
    for one, other in ((None, Fraction(3)), (Fraction(3), None)):
        assert of_intervals(one, None, other, None) is None
    for one_ends, other_ends in ((None, (1.5, 2.5)), ((2.5, 3.5), None)):
        assert of_intervals(Fraction(3), one_ends, Fraction(2), other_ends) == Difference(Fraction(1))


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
        ("IKM 2026", ["IKM 2024", "IKM 2025", "Lain"], 1),
        ("Lain", ["a", "b"], 1),
    ],
)
def test_which_survey_of_another_year_belongs_to_one(title: str, titles: list[str], place: int | None) -> None:
    assert counterpart(title, titles) == place
