"""What the amounts of a list count in, as its headings, titles and cells say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from masterplan.test_list_rules import HEADINGS, YEARS, read
from pilar.masterplan.rules.content import Fund
from pilar.masterplan.rules.list_columns import Fields
from pilar.masterplan.rules.list_money import odd_amounts


@pytest.mark.parametrize(
    ("heading", "said", "amount"),
    [
        ("Pagu 2026 (Rp.000)", 750, 750_000),
        ("Pagu 2026 (x Rp1.000)", 750, 750_000),
        ("Pagu 2026 (Rp 1.000.000)", 750, 750_000_000),
        ("Pagu 2026 (dalam ribuan)", 750, 750_000),
        ("Pagu 2026 (Rp M)", "1,5", 1_500_000_000),
        ("Pagu 2026 (miliar)", Decimal("1.5"), 1_500_000_000),
        ("Pagu 2026 (Rp juta)", "Rp 750.000.000", 750_000_000),
        ("Pagu 2026 (Rp juta)", "Rp 750,-", 750_000_000),
        ("Pagu 2026 (Rp juta)", "750 ribu", 750_000),
        ("Pagu 2026 (Rp)", 750, 750),
    ],
)
def test_what_a_heading_counts_in(heading: str, said: Any, amount: int) -> None:
    (one,), faults = read((*HEADINGS, heading), ("Posyandu", "Dinkes", "Kesehatan", said), fund=Fund.APBD)
    assert faults == []
    assert [budget.amount for budget in one.budgets] == [amount]


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("Pagu 2026 (Rp juta)", 750_000_000),
        ("Pagu 2026 (Rp juta)", "750.000.000"),
        ("Pagu 2026 (Rp ribu)", "Rp 1.250.000"),
        ("Pagu 2026 (Rp M)", 5000),
    ],
)
def test_an_amount_that_may_be_whole_under_a_heading_in_millions_is_refused(heading: str, said: Any) -> None:
    found, faults = read((*HEADINGS, heading), ("Posyandu", "Dinkes", "Kesehatan", said), fund=Fund.APBD)
    assert (found, faults) == ([], [(2, "budget.2026")])


def test_amounts_behind_strokes_all_count_as_the_heading_says() -> None:
    (one,), faults = read(
        (*HEADINGS, "Pagu 2026 (Rp juta)", "Sumber Dana"),
        ("Posyandu", "Dinkes", "Kesehatan", "500/250", "APBD/CSR"),
    )
    assert faults == []
    assert [budget.amount for budget in one.budgets] == [500_000_000, 250_000_000]


@pytest.mark.parametrize(
    ("title", "amount"),
    [
        ("(dalam jutaan rupiah)", 750_000_000),
        ("(Rp ribu)", 750_000),
        ("dalam Rp 1.000", 750_000),
        ("Gerakan 1 juta pohon", 750),
        ("Bantuan 5 juta rupiah tiap desa", 750),
    ],
)
def test_a_title_above_the_headings_says_what_money_counts_in(title: str, amount: int) -> None:
    (one,), faults = read(
        ("MATRIKS PROGRAM",), (title,), (*HEADINGS, "Pagu 2026", "Pagu 2027 (Rp juta)"),
        ("Posyandu", "Dinkes", "Kesehatan", 750, 2), fund=Fund.APBD,
    )  # fmt: skip
    assert faults == []
    assert [budget.amount for budget in one.budgets] == [amount, 2_000_000]


def test_what_was_spent_and_where_money_comes_from_is_not_proposed_as_planned_money() -> None:
    fields = Fields(YEARS)
    said = ("Realisasi Anggaran 2026", "Sumber Dana 2026", "Sisa Pagu 2026", "Realisasi Target 2026", "Anggaran 2026")
    assert [fields.proposed(one) for one in said] == ["", "", "", "", "budget.2026"]


def test_amounts_that_seem_to_count_in_other_units_are_to_be_looked_at() -> None:
    usual = [(row, Decimal(750_000_000)) for row in range(2, 6)]
    assert [(row, fault.code) for row, fault in odd_amounts([*usual, (6, Decimal(750))])] == [(6, "far-amount")]
    assert [fault.code for _row, fault in odd_amounts([(2, Decimal(750)), (3, Decimal(500))])] == ["small-amounts"]
    assert list(odd_amounts([])) == list(odd_amounts(usual)) == []
