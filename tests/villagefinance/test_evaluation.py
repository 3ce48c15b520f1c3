"""The sheet of evaluation: each rule broken by one change of a budget that keeps them all, and laws of its sums."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.villagefinance import reference
from pilar.villagefinance.rules.codes import is_under
from pilar.villagefinance.rules.evaluation import (
    FIGURE_NAMES,
    BudgetRow,
    Check,
    CostRow,
    Draft,
    evaluate,
    operational_share,
    rules_day,
)
from villagefinance.drafts import CHART, POSTS, REGION, RULES, draft, row, rows

AMOUNTS = st.decimals(min_value=0, max_value="999999999999.99", places=2)
SPENT = st.lists(
    st.builds(
        BudgetRow,
        st.sampled_from(["1.1.01", "1.1.02", "1.1.04", "1.1.07", "2.3.10", "5.3.00"]),
        st.sampled_from(["5.1.1.01", "5.2.1.01", "5.3.5.03"]),
        st.sampled_from(["ADD", "DDS", "PAD"]),
        AMOUNTS,
    ),
    max_size=8,
)


def broken(given_: Draft) -> list[tuple[str, str, str]]:
    """Rule, fault and place of everything that does not hold."""
    checks = evaluate(given_, RULES, CHART).checks
    return [(one.origin.rule, fault.code, fault.place) for one in checks for fault in one.faults]


def check(given_: Draft, rule: str) -> Check:
    return next(one for one in evaluate(given_, RULES, CHART).checks if one.origin.rule == rule)


def test_a_budget_that_keeps_every_rule() -> None:
    sheet = evaluate(draft(), RULES, CHART)
    assert (broken(draft()), sheet.faults, sheet.form, sheet.advice) == ([], (), (), ())
    assert [(one.origin.rule, one.name()) for one in sheet.checks][:2] == [
        ("codes", "Kode, sumber dana, dan kegiatan"), ("itemised", "Baris sesuai rinciannya (RAB)"),
    ]  # fmt: skip
    assert {name for one in sheet.checks for name in one.figures} <= {*FIGURE_NAMES}
    assert all(one.origin.version >= 1 and one.origin.source for one in sheet.checks)


@pytest.mark.parametrize(("bent", "found"), [
    ({"changed": ["2.3.10 5.3.5.03 DDS 300000001"]}, [
        ("balanced", "unbalanced", ""), ("funded", "fund-overdrawn", "DDS"),
    ]),
    # Balanced as a whole, and yet one fund pays for what another one lacks.
    ({"changed": ["1.3.02 5.2.1.01 ADD 130000001", "1.4.08 5.2.2.05 PAD 49999999"]}, [
        ("funded", "fund-overdrawn", "ADD"),
    ]),
    ({"extra": BudgetRow("1.1.01", "4.2.3.01", "ADD", Decimal(0))}, [
        ("codes", "activity-too-much", "1.1.01 4.2.3.01 ADD"),
    ]),
    ({"changed": [" 4.2.3.01 ADD 500000001", "1.3.02 5.2.1.01 ADD 130000001"]}, [
        ("within_ceilings", "over-ceiling", "ADD"),
    ]),
    ({"changed": [" 4.2.4.01 PBP 7", "1.4.08 5.2.2.05 PBP 7"]}, [("within_ceilings", "no-ceiling", "PBP")]),
    ({"planned": ("1.1.01", "1.1.02", "1.1.04", "1.1.05", "1.3.02", "1.2.03", "1.4.08")}, [
        ("planned", "unplanned", "2.3.10"),
    ]),
    ({"posts": replace(POSTS, staff=4)}, [("fixed_income", "income-too-low", "5.1.2.01")]),
    ({"posts": replace(POSTS, head=2)}, [("fixed_income", "income-too-low", "5.1.1.01")]),
    ({"changed": ["1.1.02 5.1.2.01 DDS 1", "2.3.10 5.3.5.02 DDS 119699999"]}, [
        ("fixed_income", "income-from", "1.1.02 5.1.2.01 DDS"),
    ]),
    ({"changed": ["1.1.05 5.1.4.01 ADD 0", "1.3.02 5.2.1.01 ADD 170000000"]}, [("council", "line-missing", "")]),
    ({"changed": ["2.3.10 5.3.5.02 DDS 119700001", " 6.2.2.01 DDS 580299999"]}, [("cooperative", "earmark-under", "")]),
    ({"changed": ["2.3.10 5.3.5.02 DDS 119699999", " 6.2.2.01 DDS 580300001"]}, [("cooperative", "earmark-over", "")]),
    ({"changed": ["1.1.05 5.1.4.01 ADD 250000000", "1.1.04 5.2.1.01 ADD 0", "1.3.02 5.2.1.01 ADD 120000000"]}, [
        ("operational_share", "operational-over", ""),
    ]),
    ({"changed": ["2.3.10 5.3.5.02 DDS 19700000", "2.3.99 5.3.5.02 DDS 100000000"]}, [
        ("codes", "unknown-activity", "2.3.99 5.3.5.02 DDS"),
    ]),
    ({"changed": ["1.4.08 5.2.2.05 PAD 49999999", "1.4.08 5.2.2 PAD 1"]}, [
        ("codes", "unknown-account", "1.4.08 5.2.2 PAD"),
    ]),
    ({"changed": ["1.4.08 5.2.2.05 PAD 49999999", "1.4.08 1.1.1 PAD 1", " 4.1.2.01 PAD 49999999"]}, [
        ("codes", "unknown-account", "1.4.08 1.1.1 PAD"), ("codes", "activity-too-much", "1.4.08 1.1.1 PAD"),
    ]),
    ({"changed": [" 4.1.2.01 ABC 5", "1.4.08 5.2.2.05 ABC 5"]}, [
        ("codes", "unknown-fund", "1.4.08 5.2.2.05 ABC"), ("codes", "unknown-fund", "4.1.2.01 ABC"),
    ]),
    ({"changed": ["1.4.08 5.2.2.05 PAD 49999999.5", "1.2.03 5.3.4.03 PAD 0.5"]}, []),
    ({"changed": ["1.4.08 5.2.2.05 PAD 50000001", "1.2.03 5.3.4.03 PAD -1"]}, [
        ("codes", "unfit-amount", "1.2.03 5.3.4.03 PAD"),
    ]),
])  # fmt: skip
def test_each_rule_broken(bent: dict[str, Any], found: list[tuple[str, str, str]]) -> None:
    extra = [bent.pop("extra")] if "extra" in bent else []
    made = draft(*bent.pop("changed", []), **bent)
    made = replace(made, rows=(*made.rows, *extra))
    assert sorted(broken(made)) == sorted(found)


def test_a_line_that_stands_twice() -> None:
    made = draft()
    twice = replace(made, rows=(*made.rows, row("1.4.08 5.2.2.05 PAD 0")))
    assert broken(twice) == [("codes", "line-twice", "1.4.08 5.2.2.05 PAD")] * 2 + [
        ("itemised", "items-differ", "1.4.08 5.2.2.05 PAD")
    ]


def test_lines_as_their_items() -> None:
    made = draft()
    wrong = CostRow("1.4.08", "5.2.2.05", "PAD", Decimal("2.5"), Decimal(20_000_000), Decimal(49_999_999))
    items = tuple(wrong if one.activity == "1.4.08" else one for one in made.costs)
    faults = check(replace(made, costs=items), "itemised").faults
    assert [(one.code, one.place) for one in faults] == [
        ("item-miscounted", "1.4.08 5.2.2.05 PAD"), ("items-differ", "1.4.08 5.2.2.05 PAD"),
    ]  # fmt: skip
    assert faults[0].said() == "Volume kali harga adalah Rp50.000.000,00, bukan Rp49.999.999"
    stray = CostRow("1.4.08", "5.2.1.01", "PAD", Decimal(1), Decimal(5), Decimal(5))
    assert [one.place for one in check(replace(made, costs=(*made.costs, stray)), "itemised").faults] == [
        "1.4.08 5.2.1.01 PAD"
    ]


def test_figures_of_the_share_of_officials() -> None:
    figures = check(draft(), "operational_share").figures
    assert figures == {
        "amount": 170_000_000, "base": Decimal("1079700000"), "most": 323_910_000, "percent": Decimal("15.75")
    }  # fmt: skip


def test_office_land_is_outside_the_base() -> None:
    rule = replace(RULES.share, land=("4.1.2",))
    lines = rows("4.1.2.90 PAD 100\n1.1.01 5.1.1.02 PAD 60\n1.1.01 5.1.1.01 ADD 30\n2.3.10 5.3.5.03 DDS 70")
    figures = operational_share(lines, rule).figures
    assert (figures["amount"], figures["base"], figures["percent"]) == (30, 100, 30)
    assert operational_share(lines, rule).holds
    assert not operational_share(lines, RULES.share).holds


@given(SPENT)
def test_the_share_counts_each_line_once(lines: list[BudgetRow]) -> None:
    found = operational_share(lines, RULES.share)
    counted = sum((one.amount for one in lines if one.activity in ("1.1.01", "1.1.02")), Decimal(0))
    everything = sum((one.amount for one in lines), Decimal(0))
    assert (found.figures["amount"], found.figures["base"]) == (counted, everything)
    assert found.holds == (counted * 10 <= everything * 3)
    assert found.figures["amount"] <= found.figures["base"]


@given(SPENT, AMOUNTS)
def test_more_for_others_never_breaks_the_share(lines: list[BudgetRow], more: Decimal) -> None:
    development = BudgetRow("2.3.10", "5.3.5.03", "DDS", more)
    if operational_share(lines, RULES.share).holds:
        assert operational_share([*lines, development], RULES.share).holds


@given(SPENT, AMOUNTS)
def test_more_for_officials_never_mends_the_share(lines: list[BudgetRow], more: Decimal) -> None:
    if not operational_share(lines, RULES.share).holds:
        assert not operational_share([*lines, BudgetRow("1.1.01", "5.1.1.01", "ADD", more)], RULES.share).holds


@given(SPENT)
def test_kinds_add_up_to_all(lines: list[BudgetRow]) -> None:
    made = Draft(tuple(lines), (), POSTS)
    kinds = {one.account[:3] for one in lines}
    assert sum((made.total(kind) for kind in kinds), Decimal(0)) == made.total("5")
    assert sum((made.total("5", fund) for fund in ("ADD", "DDS", "PAD")), Decimal(0)) == made.total("5")


def test_which_rules_hold_when() -> None:
    assert [str(rules_day(2026, day)) for day in (date(2025, 11, 3), date(2026, 5, 1), date(2027, 2, 1))] == [
        "2026-01-01", "2026-05-01", "2026-12-31",
    ]  # fmt: skip
    old = reference.operational_share(region=REGION, day=date(2019, 12, 31))
    assert (old.origin.version, "1.1.04" in old.activities, "1.1.04" in RULES.share.activities) == (1, True, False)
    rules = {
        year: [one.origin.rule for one in reference.budget_rules(region=REGION, day=date(year, 6, 1)).earmarks]
        for year in (2025, 2026, 2027)
    }
    assert rules == {2025: ["cash_aid", "food", "office_from_dana_desa"], 2026: ["cooperative"], 2027: []}


def test_what_may_be_spent_before_enactment() -> None:
    places = RULES.before_enactment.places
    assert places.contain("1.1.02", "5.1.2.01")
    assert not places.contain("2.3.10", "5.3.5.03")


def test_rules_name_what_the_chart_has() -> None:
    named = [*RULES.changes.aid, RULES.changes.carried, RULES.income.head_account, RULES.income.staff_account]
    named += [code for one in (*RULES.earmarks, *RULES.required) for code in one.places.accounts]
    assert all(code in reference.accounts() for code in named)
    assert all(is_under(code, "1.1") for code in RULES.share.activities)
