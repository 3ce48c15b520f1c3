"""Means, intervals and the satisfaction index, against figures that stand elsewhere."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pilar.surveys.reference import questionnaire
from pilar.surveys.rules.scores import Sums, index_of, mean_of, mean_of_means

RULE = questionnaire("ikm-2017").satisfaction
CHECK = (105, 101, 100, 116, 102, 105, 106, 105, 115)


def sums(values: list[int], weights: list[int] | None = None) -> Sums:
    pairs = list(zip(values, weights or [100] * len(values), strict=True))
    return Sums(
        len(pairs),
        sum(w for _x, w in pairs),
        sum(w * x for x, w in pairs),
        sum(w * x * x for x, w in pairs),
        sum(w * w for _x, w in pairs),
    )


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 100))), st.integers(0, 20))
def test_sums_of_parts_are_those_of_the_whole(answers: list[tuple[int, int]], cut: int) -> None:
    def of(part: list[tuple[int, int]]) -> Sums:
        return sums([value for value, _weight in part], [weight for _value, weight in part])

    assert Sums() + of(answers[:cut]) + of(answers[cut:]) == of(answers)


def test_the_check_case_gives_both_printed_indices() -> None:
    assert RULE is not None
    found = index_of([Fraction(one, 29) for one in CHECK], RULE)
    assert (found.score, found.printed) == (Decimal("91.48"), Decimal("90.56"))
    assert found.band is not None
    assert found.band.code == "A"


@pytest.mark.parametrize(
    ("score", "band"),
    [("88.31", "A"), ("88.30", "B"), ("76.61", "B"), ("76.60", "C"), ("65", "C"), ("64.99", "D"), ("25", "D")],
)
def test_the_band_is_looked_up_after_rounding(score: str, band: str) -> None:
    assert RULE is not None
    element = Fraction(score) / 25
    found = index_of([element] * 9, RULE)
    assert found.score == Decimal(score).quantize(Decimal("0.01"))
    assert found.band is not None
    assert found.band.code == band
    # Half a hundredth below the next band rounds up into it.
    assert index_of([(Fraction("88.305")) / 25] * 9, RULE).band.code == "A"  # type: ignore[union-attr]


def test_an_index_has_nine_elements() -> None:
    assert RULE is not None
    with pytest.raises(ValueError, match="nine"):
        index_of([Fraction(3)] * 8, RULE)


@given(st.lists(st.integers(1, 4), min_size=2, max_size=60))
def test_equal_weights_give_the_mean_and_interval_of_the_textbook(values: list[int]) -> None:
    found = mean_of(sums(values), lowest=1, highest=4)
    assert found.mean == Fraction(sum(values), len(values))
    assert (found.count, found.effective) == (len(values), len(values))
    reach = stats.t.ppf(0.975, len(values) - 1) * stdev(values) / len(values) ** 0.5
    assert found.lower == pytest.approx(max(mean(values) - reach, 1))
    assert found.upper == pytest.approx(min(mean(values) + reach, 4))


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from([50, 100])), min_size=1, max_size=40))
def test_a_weight_counts_as_that_many_answers(pairs: list[tuple[int, int]]) -> None:
    values, weights = [x for x, _w in pairs], [w for _x, w in pairs]
    found = mean_of(sums(values, weights), lowest=1, highest=4)
    assert found.mean == Fraction(sum(x * w for x, w in pairs), sum(weights))
    assert 0 < found.effective <= len(pairs)


def test_one_answer_has_no_interval_and_none_no_mean() -> None:
    alone = mean_of(sums([3]), lowest=1, highest=4)
    assert (alone.mean, alone.lower, alone.upper) == (Fraction(3), None, None)
    nobody = mean_of(sums([4, 4], [0, 0]), lowest=1, highest=4)
    assert (nobody.count, nobody.mean) == (2, None)
    assert mean_of_means([alone, nobody]) == 3
    assert mean_of_means([nobody]) is None
