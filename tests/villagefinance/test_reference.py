"""Charts of the budget, and how their codes are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.villagefinance import reference
from pilar.villagefinance.rules import codes


@pytest.mark.parametrize(("written", "read"), [
    ("5.1.1.01", "5.1.1.01"), ("5.1.1.1", "5.1.1.01"), (" 5.1.1.01. ", "5.1.1.01"), ("05.01.01.01", "5.1.1.01"),
    ("4", "4"),
    ("4.2.1.90", "4.2.1.90"), ("5.1.1.01.01", None), ("5.10", None), ("0", None), ("", None), ("5..1", None),
    ("5,1", None), ("٥", None), ("x", None),
])  # fmt: skip
def test_economic_codes(written: str, read: str | None) -> None:
    assert codes.account_code(written) == read


@pytest.mark.parametrize(("written", "read"), [
    ("01.01.01", "1.1.01"), ("1.1.1", "1.1.01"), ("1.1.01", "1.1.01"), ("5.1.00", "5.1.00"), ("01.", "1"),
    ("1.1.1.1", None), ("00.01", None),
])  # fmt: skip
def test_functional_codes(written: str, read: str | None) -> None:
    assert codes.activity_code(written) == read


def test_each_code_stands_under_one_that_exists() -> None:
    for chart in (reference.accounts(), reference.activities()):
        for code, row in chart.items():
            assert (len(code.split(".")), set(codes.parts(code)) - set(chart)) == (row.level, set())


def test_how_many_there_are() -> None:
    accounts, activities = reference.accounts(), reference.activities()
    assert (len(accounts), sum(1 for one in accounts.values() if one.is_leaf)) == (279, 209)
    assert [sum(1 for one in activities.values() if one.level == level) for level in (1, 2, 3)] == [5, 27, 252]
    assert sum(1 for one in activities.values() if one.source == reference.REGULATION) == 207
    assert list(reference.funds()) == ["PAD", "ADD", "DDS", "PBH", "PBP", "PBK", "SWD", "DLL"]


def test_where_two_name_a_code_the_regulation_holds() -> None:
    assert reference.activities()["1.1.90"].name.startswith("Lain-lain Sub Bidang Penyelenggaraan Belanja")


@given(st.sampled_from(sorted(reference.accounts())))
def test_what_the_chart_writes_is_read_back(code: str) -> None:
    assert codes.account_code(code) == code
    assert codes.is_under(code, code[0])


def test_a_code_is_under_its_heads_alone() -> None:
    assert codes.is_under("5.1.1.01", "5.1")
    assert not codes.is_under("5.10", "5.1")
