"""Changes of a budget: what a shift may touch, how often a year is amended, what is spent and paid meanwhile."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.villagefinance.rules.changes import Change, amendment, movements, shift
from pilar.villagefinance.rules.evaluation import BudgetRow, Sheet
from villagefinance.drafts import CHART, RULES, draft

BEFORE = draft()
ROWS = st.lists(
    st.builds(
        BudgetRow,
        st.sampled_from(["1.3.02", "2.3.10"]),
        st.sampled_from(["5.2.1.01", "5.2.1.02", "5.3.5.03"]),
        st.sampled_from(["ADD", "DDS"]),
        st.decimals(min_value=0, max_value=10**6, places=2),
    ),
    max_size=8,
)


def codes(sheet: Sheet) -> list[tuple[str, str]]:
    return [(fault.code, fault.place) for fault in sheet.faults]


def test_the_lines_that_move() -> None:
    after = draft("2.3.10 5.3.5.03 DDS 290000000", "2.3.10 5.3.5.04 DDS 10000000")
    assert [(one.account, one.difference) for one in movements(BEFORE.rows, after.rows)] == [
        ("5.3.5.03", -10_000_000), ("5.3.5.04", 10_000_000),
    ]  # fmt: skip
    assert movements(BEFORE.rows, BEFORE.rows) == ()


@pytest.mark.parametrize(("changed", "given_", "found"), [
    # Objects of one kind of expenditure in one activity.
    (["2.3.10 5.3.5.03 DDS 290000000", "2.3.10 5.3.5.04 DDS 10000000"], {}, []),
    # To another activity, another kind.
    (["1.3.02 5.2.1.01 ADD 129000000", "1.4.01 5.2.1.01 ADD 1000000"], {}, [
        ("kind-lowered", "1.3.02 5.2.1 ADD"), ("raised-beyond", "ADD"),
    ]),
    (["2.3.10 5.3.5.03 DDS 299000000", "2.3.10 5.2.1.01 DDS 1000000"], {}, [
        ("kind-lowered", "2.3.10 5.3.5 DDS"), ("raised-beyond", "DDS"),
    ]),
    # More of last year's rest, for a new activity or one that stands.
    ([" 6.1.1.01 PBH 15000000", "1.4.01 5.2.1.01 PBH 5000000"], {}, []),
    ([" 6.1.1.01 PBH 15000000", "1.2.03 5.3.4.03 PBH 115000000"], {}, []),
    # Less of it, other revenue, other financing.
    ([" 6.1.1.01 PBH 5000000", "1.2.03 5.3.4.03 PBH 105000000"], {}, [
        ("shift-of-revenue", "6.1.1.01 PBH"), ("kind-lowered", "1.2.03 5.3.4 PBH"),
    ]),
    ([" 4.1.2.01 PAD 51000000", "1.4.08 5.2.2.05 PAD 51000000"], {}, [
        ("shift-of-revenue", "4.1.2.01 PAD"), ("raised-beyond", "PAD"),
    ]),
    ([" 6.2.1.01 PAD 50000000", "1.4.08 5.2.2.05 PAD 0"], {}, [
        ("shift-of-revenue", "6.2.1.01 PAD"), ("kind-lowered", "1.4.08 5.2.2 PAD"),
    ]),
    # Aid waits for the amendment, and does not after it.
    ([" 4.2.5.01 PBK 7000000", "1.4.01 5.2.1.01 PBK 7000000"], {}, [
        ("aid-too-early", "4.2.5.01 PBK"), ("raised-beyond", "PBK"),
    ]),
    ([" 4.2.5.01 PBK 7000000", "1.4.01 5.2.1.01 PBK 7000000"], {"amendments": 1}, []),
    # More from a fund than is new.
    ([" 6.1.1.01 PBH 15000000", "1.4.01 5.2.1.01 PBH 6000000", "1.2.03 5.3.4.03 PBH 109000000"], {}, [
        ("kind-lowered", "1.2.03 5.3.4 PBH"), ("raised-beyond", "PBH"),
    ]),
])  # fmt: skip
def test_what_a_shift_may_touch(changed: list[str], given_: dict[str, Any], found: list[tuple[str, str]]) -> None:
    sheet = shift(Change(BEFORE, draft(*changed), **given_), RULES, CHART)
    assert codes(sheet) == found
    assert codes(amendment(Change(BEFORE, draft(*changed), **given_ | {"amendments": 0}), RULES, CHART)) == []


def test_a_year_is_amended_once() -> None:
    once = Change(BEFORE, BEFORE, amendments=1)
    assert codes(amendment(once, RULES, CHART)) == [("amended-already", "")]
    assert codes(amendment(replace(once, extraordinary="Perbup 12/2026"), RULES, CHART)) == []


def test_shifts_and_amendments_are_counted_apart() -> None:
    change = Change(BEFORE, BEFORE, amendments=0, shifts=3)
    assert shift(change, RULES, CHART).checks[0].figures == {"number": 4}
    assert amendment(change, RULES, CHART).checks[0].figures == {"number": 1}


def test_no_line_below_what_is_spent() -> None:
    used = {("2.3.10", "5.3.5.03", "DDS"): Decimal(295_000_000), ("1.4.01", "5.2.1.01", "ADD"): Decimal(1)}
    after = draft("2.3.10 5.3.5.03 DDS 290000000", "2.3.10 5.3.5.04 DDS 10000000")
    assert codes(amendment(Change(BEFORE, after, used), RULES, CHART)) == [
        ("below-spent", "1.4.01 5.2.1.01 ADD"), ("below-spent", "2.3.10 5.3.5.03 DDS"),
    ]  # fmt: skip


def test_money_for_what_is_left_to_pay() -> None:
    """80 of 100 million came, 60 are paid, 20 are there: 30 more can be paid from 10 to come with them, and no more."""
    change = Change(
        BEFORE, BEFORE, received={"PBH": Decimal(100_000_000)}, paid={"PBH": Decimal(60_000_000)},
        cash={"PBH": Decimal(40_000_000)},
    )  # fmt: skip
    assert codes(amendment(change, RULES, CHART)) == []
    short = replace(change, cash={"PBH": Decimal(39_999_999)})
    assert codes(amendment(short, RULES, CHART)) == [("cash-short", "PBH")]


def test_a_change_is_held_to_every_rule() -> None:
    after = draft("2.3.10 5.3.5.02 DDS 119700001", " 6.2.2.01 DDS 580299999")
    assert codes(amendment(Change(BEFORE, after), RULES, CHART)) == [("earmark-under", "")]


@given(ROWS, ROWS)
def test_movements_lead_from_one_to_the_other(before: list[BudgetRow], after: list[BudgetRow]) -> None:
    moved = movements(before, after)
    assert sum((one.difference for one in moved), Decimal(0)) == sum(one.amount for one in after) - sum(
        one.amount for one in before
    )
    back = [(one.activity, one.account, one.fund, -one.difference) for one in movements(after, before)]
    assert [(one.activity, one.account, one.fund, one.difference) for one in moved] == back
