"""A small budget that keeps every rule of 2026, for tests to bend."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from pilar.villagefinance import reference
from pilar.villagefinance.rules.evaluation import BudgetRow, Chart, CostRow, Draft, Posts

REGION = "36.03"
RULES = reference.budget_rules(region=REGION, day=date(2026, 11, 30))
CHART = Chart(
    frozenset(code for code, one in reference.accounts().items() if one.is_leaf),
    frozenset(code for code, one in reference.activities().items() if one.level == 3),
    frozenset(reference.funds()),
)
POSTS = Posts(head=1, secretary=1, staff=3)
CEILINGS = {"DDS": Decimal(1_000_000_000), "ADD": Decimal(500_000_000), "PBH": Decimal(100_000_000)}
ROWS = """
        4.1.2.01 PAD   50000000
        4.2.1.01 DDS 1000000000
        4.2.3.01 ADD  500000000
        4.2.2.01 PBH  100000000
1.1.01  5.1.1.01 ADD   30000000
1.1.02  5.1.2.01 ADD  100000000
1.1.05  5.1.4.01 ADD   40000000
1.1.04  5.2.1.01 ADD  200000000
1.3.02  5.2.1.01 ADD  130000000
2.3.10  5.3.5.03 DDS  300000000
2.3.10  5.3.5.02 DDS  119700000
1.2.03  5.3.4.03 PBH  110000000
1.4.08  5.2.2.05 PAD   50000000
        6.1.1.01 PBH   10000000
        6.2.2.01 DDS  580300000
"""


def row(text: str) -> BudgetRow:
    """A line as ``ROWS`` writes it."""
    *activity, account, fund, amount = text.split()
    return BudgetRow(activity[0] if activity else "", account, fund, Decimal(amount))


def rows(text: str = ROWS) -> tuple[BudgetRow, ...]:
    return tuple(row(line) for line in text.strip("\n").splitlines())


def draft(*changed: str, **fields: object) -> Draft:
    """The budget with some lines set to other amounts or added, and items to match."""
    lines = {(one.activity, one.account, one.fund): one for one in rows()}
    lines |= {(one.activity, one.account, one.fund): one for one in map(row, changed)}
    kept = tuple(lines.values())
    made = Draft(
        kept,
        items(kept),
        POSTS,
        {"DDS": Decimal(1_000_000_000), "ADD": Decimal(500_000_000), "PBH": Decimal(100_000_000)},
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def items(lines: tuple[BudgetRow, ...]) -> tuple[CostRow, ...]:
    """One item for each line of expenditure."""
    return tuple(
        CostRow(one.activity, one.account, one.fund, Decimal(1), one.amount, one.amount)
        for one in lines
        if one.account.startswith("5")
    )
