"""Laws of the one rounding at publication, and of writing a score down."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pilar.index.numbers import TEXT_DECIMALS, Rounding, decimal_text, round_published
from property.test_index_laws import law

VALUES = st.fractions(min_value=-1000, max_value=1000) | st.decimals(-1000, 1000, places=4).map(Fraction)
DECIMALS, HOW = st.integers(0, 6), st.sampled_from(Rounding)


@law
@given(VALUES, VALUES, DECIMALS, HOW)
def test_rounding_keeps_order_sign_and_what_is_rounded(one: Fraction, other: Fraction, places: int, how: str) -> None:
    rounded = round_published(one, places, how)
    assert rounded.as_tuple().exponent == -places
    assert abs(Fraction(rounded) - one) <= Fraction(1, 2 * 10**places)
    assert round_published(rounded, places, how) == rounded
    assert round_published(-one, places, how) == -rounded
    low, high = sorted((one, other))
    assert round_published(low, places, how) <= round_published(high, places, how)


@law
@given(VALUES, VALUES)
def test_a_written_score_is_the_score_or_the_nearest_of_twelve_decimals(one: Fraction, other: Fraction) -> None:
    text = decimal_text(one)
    read = Fraction(text)
    assert abs(read - one) <= Fraction(1, 2 * 10**TEXT_DECIMALS)
    assert decimal_text(read) == text.rstrip("0").rstrip(".") if "." in text else text
    if one * 10**TEXT_DECIMALS == int(one * 10**TEXT_DECIMALS):
        assert read == one
        assert not ("." in text and text.endswith(("0", ".")))
    if read:
        assert decimal_text(-one) == f"-{text}".replace("--", "")
    low, high = sorted((one, other))
    assert Fraction(decimal_text(low)) <= Fraction(decimal_text(high))
