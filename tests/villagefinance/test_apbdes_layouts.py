"""Published budgets in the layouts that villages use are read back to the sen."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.selection import examples
from pilar.platform.tables import read_grid
from pilar.villagefinance import reference
from pilar.villagefinance.foreign.published import Figure, Published, read_budget
from pilar.villagefinance.rules import codes
from villagefinance.budgets import (
    BALANCED,
    FIGURES,
    LAYOUTS,
    Leaf,
    as_csv,
    as_xlsx,
    english,
    indonesian,
    leaf,
    printed,
    rupiah,
    table,
    total,
)  # fmt: skip

NUMBERS = {"indonesian": indonesian, "rupiah": rupiah, "english": english, "plain": str}


def told(budget: Published) -> tuple[Any, ...]:
    """All figures that a budget tells."""
    totals = {level: {code: one.amounts for code, one in part.items()} for level, part in budget.totals.items()}
    return totals, budget.funds, budget.surplus, budget.financing, budget.silpa, budget.lines


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_and_writing_of_a_balanced_budget(tmp_path: Path, layout: str, number: str) -> None:
    cells = table(printed(BALANCED), layout=layout)
    budget = read_budget(read_grid(as_csv(tmp_path / "a.csv", cells, number=NUMBERS[number])))
    assert budget.findings == ()
    assert (budget.year, budget.lines, budget.balance) == (2026, 12, {Figure.BUDGET: 0})
    assert budget.totals["akun"]["5"].amounts == {Figure.BUDGET: 1_330_000_000}
    assert {code: one.amounts[Figure.BUDGET] for code, one in budget.totals["bidang"].items()} == {
        "1": 510_000_000, "2": 700_000_000, "4": 100_000_000, "5": 20_000_000,
    }  # fmt: skip
    assert budget.funds["PAD"]["expenditure"] == {Figure.BUDGET: 10_000_000}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_workbook_with_merged_headings_says_the_same_as_a_text(tmp_path: Path, layout: str) -> None:
    cells = table(printed(BALANCED), layout=layout)
    merged = ["A1:D1", "A2:D2", *(["A4:G4"] if layout == "parts" else [])]
    workbook = read_budget(read_grid(as_xlsx(tmp_path / "a.xlsx", cells, merged=merged)))
    assert told(workbook) == told(read_budget(read_grid(as_csv(tmp_path / "a.csv", cells, separator=","))))
    assert workbook.findings == ()


SPENT = sorted(code for code, one in reference.accounts().items() if one.is_leaf and codes.is_under(code, "5"))
EARNED = sorted(code for code, one in reference.accounts().items() if one.is_leaf and code[0] in "46")
DONE = sorted(code for code, one in reference.activities().items() if one.level == 3)
AMOUNTS = st.decimals(min_value=1, max_value=10**12, places=2)
LINES = st.one_of(
    st.tuples(st.sampled_from(DONE), st.sampled_from(SPENT)), st.tuples(st.just(""), st.sampled_from(EARNED))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(60), deadline=None)
@given(
    lines=st.lists(st.tuples(LINES, st.sampled_from(sorted(reference.funds()))), min_size=1, max_size=25, unique=True),
    layout=st.sampled_from(sorted(LAYOUTS)), figures=st.sampled_from(sorted(FIGURES)),
    number=st.sampled_from(sorted(NUMBERS)), separator=st.sampled_from(",;\t"), titles=st.booleans(),
    order=st.permutations(range(4)), data=st.data(),
)  # fmt: skip
def test_any_budget_in_any_layout_is_read_back_to_the_sen(
    tmp_path: Path,
    lines: Any,
    layout: str,
    figures: str,
    number: str,
    separator: str,
    titles: bool,
    order: Sequence[int],
    data: st.DataObject,
) -> None:
    count = len(figures.split(","))
    leaves = [
        leaf(activity, account, fund, *data.draw(st.lists(AMOUNTS, min_size=count, max_size=count)))
        for (activity, account), fund in lines
    ]
    cells = table(printed(leaves), layout=layout, figures=figures, titles=titles, order=order)
    path = as_csv(tmp_path / "any.csv", cells, number=NUMBERS[number], separator=separator)
    budget = read_budget(read_grid(path))
    names = [Figure(one) for one in figures.split(",")]

    def expected(rows: Sequence[Leaf], **under: str) -> dict[Figure, Decimal]:
        return dict(zip(names, total(rows, **under), strict=True))

    assert budget.lines == len(leaves)
    for level in ("akun", "kelompok", "jenis"):
        assert {code: one.amounts for code, one in budget.totals[level].items() if code != "6"} == {
            code: expected(leaves, account=code)
            for code in {codes.parts(one.account)[("akun", "kelompok", "jenis").index(level)] for one in leaves} - {"6"}
        }
    assert {code: one.amounts for code, one in budget.totals["bidang"].items()} == {
        code: expected(leaves, activity=code, account="5")
        for code in {one.activity[0] for one in leaves if one.activity}
    }
    for fund, parts in budget.funds.items():
        own = [one for one in leaves if one.fund == fund and one.account.startswith("5")]
        assert parts["expenditure"] == (expected(own) if own else dict.fromkeys(names, 0))
    assert {one.code for one in budget.findings} <= {
        "UNBALANCED_BUDGET", "NEGATIVE_SILPA", "OPERATIONAL_OVER_30", "FUND_OVERSPENT", "OVER_BUDGET",
    }  # fmt: skip
