from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from pilar.index import NoScore, decimal_text, round_published


@pytest.mark.parametrize(
    ("value", "half_up", "half_even"),
    [
        ("3.354", "3.35", "3.35"),
        ("3.315", "3.32", "3.32"),
        ("3.345", "3.35", "3.34"),
        ("3.475", "3.48", "3.48"),
        ("-0.005", "-0.01", "0.00"),
        ("-0.015", "-0.02", "-0.02"),
        ("-0.001", "0.00", "0.00"),
        ("0.999", "1.00", "1.00"),
        ("4", "4.00", "4.00"),
    ],
)
def test_rounding(value: str, half_up: str, half_even: str) -> None:
    assert str(round_published(Fraction(value), 2)) == half_up
    assert str(round_published(Decimal(value), 2, "half-even")) == half_even


def test_the_edge_is_decided_on_the_exact_value() -> None:
    assert round_published(Fraction(3345, 1000) - Fraction(1, 10**60), 2) == Decimal("3.34")
    assert round_published(Fraction(10, 3), 0) == Decimal(3)
    assert str(round_published(Fraction(7, 2), 0)) == "4"
    with pytest.raises(ValueError, match="up"):
        round_published(Fraction(1), 2, "up")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction("3.354"), "3.354"),
        (Fraction(4), "4"),
        (Fraction(100), "100"),
        (Fraction(0), "0"),
        (Fraction("-0.64"), "-0.64"),
        (Fraction(10, 3), "3.333333333333"),
        (Fraction(2, 3), "0.666666666667"),
        (Fraction(1, 2**12), "0.000244140625"),
        (Fraction(1, 2**13), "0.000122070313"),
        (Decimal("3.350"), "3.35"),
    ],
)
def test_decimal_text(value: Fraction | Decimal, text: str) -> None:
    assert decimal_text(value) == text


def test_no_score_is_false_and_no_number() -> None:
    assert not NoScore.BLANK
    assert NoScore.BLANK != 0
    assert NoScore.TOO_LITTLE.reason == "too_little"
    assert len({reason.sentence for reason in NoScore}) == 3
    with pytest.raises(TypeError):
        NoScore.BLANK + 1  # type: ignore[operator]
