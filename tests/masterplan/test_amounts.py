"""Numbers as Indonesians write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.masterplan.rules.amounts import figure_text, read_figure, read_rupiah, rupiah_text
from pilar.platform.errors import Fault


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("750000000", 750_000_000), ("750.000.000", 750_000_000), ("Rp 750.000.000", 750_000_000),
        ("Rp750 000 000", 750_000_000), ("1.500", 1500), ("1,500,000", 1_500_000), ("1.500.000,00", 1_500_000),
        ("-1.000", -1000), ("12,5", Decimal("12.5")),
    ],
)  # fmt: skip
def test_rupiah_is_read(text: str, value: Decimal) -> None:
    assert read_rupiah(text) == value


@pytest.mark.parametrize("text", ["1,500", "1.500,000", "75 juta", "1.50.000", "Rp", "1.000.00"])
def test_rupiah_that_may_mean_two_things_is_refused(text: str) -> None:
    assert isinstance(read_rupiah(text), Fault)


@pytest.mark.parametrize(
    ("text", "value"), [("12,5", "12.5"), ("12.5", "12.5"), ("0.125", "0.125"), ("1,234", "1.234")]
)
def test_a_figure_is_read(text: str, value: str) -> None:
    assert read_figure(text) == Decimal(value)


@pytest.mark.parametrize("text", ["1.234", "1.234.567", "banyak", ""])
def test_a_figure_that_may_mean_two_things_is_refused(text: str) -> None:
    assert isinstance(read_figure(text), Fault)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**15), max_value=10**15))
def test_what_is_shown_in_a_field_is_read_back(value: Decimal) -> None:
    assert read_figure(figure_text(value)) == value
    whole = value.to_integral_value()
    assert read_rupiah(rupiah_text(whole)) == whole
