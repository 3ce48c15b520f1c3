"""Reads a village budget as it was published: its sums, and what a ledger would refuse.

``read_budget`` takes the table of a file as it stands: under titles, with headings over merged cells, codes in one
column or in several, with zeros in front or without, subtotals and totals among the rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from pilar.platform.errors import Faults
from pilar.platform.tables import Column, Table
from pilar.villagefinance import reference
from pilar.villagefinance.foreign.published.findings import Checked, Finding
from pilar.villagefinance.foreign.published.headings import Figure, Layout, layout_of
from pilar.villagefinance.foreign.published.lines import NET, SILPA, SURPLUS, Amounts, Line, rows_of
from pilar.villagefinance.foreign.published.sums import ZERO, Sums
from pilar.villagefinance.rules import codes
from pilar.villagefinance.rules.evaluation import Check

MAX_ROWS = 20_000
"""Usually some hundred; budgets that print each item have some thousand."""
FIRST_YEAR = 2019
"""The first year of budgets by the codes of Permendagri 20/2018."""

# A title may name a regulation of the year before.
_NUMBER = re.compile(r"\b(?:nomor|no)\b\W*\S+\s+tahun\s+20\d\d", re.IGNORECASE)
_YEARS = tuple(
    re.compile(rf"\b(?:{words})\s*:?\s*(20\d\d)\b", re.IGNORECASE)
    for words in (r"tahun anggaran|t\.?a\.?", "tahun|anggaran|realisasi|apb ?desa?")
)


_PARTS = (
    ("revenue", codes.REVENUE, 1), ("expenditure", codes.EXPENDITURE, 1), ("financing", codes.FINANCING, 1),
    ("financing", codes.FINANCING_OUT, -1),
)  # fmt: skip
"""Parts of a fund by the head of an account; the last matching head counts."""


@dataclass(frozen=True, slots=True)
class Total:
    """The name and amounts of a code."""

    name: str
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Published:
    """A budget that was read. ``leaves``: its lines with an amount and no line below them, each with the one fund that
    it names or inherits, if known. ``totals``: by level and code. ``funds``: by code (empty for lines that name none),
    as revenue, expenditure and financing. ``balance`` is None where revenue or expenditure is missing."""

    year: int | None
    figures: Mapping[Figure, Column]
    leaves: tuple[Line, ...]
    totals: Mapping[str, Mapping[str, Total]]
    funds: Mapping[str, Mapping[str, Amounts]]
    surplus: Amounts
    financing: Amounts
    silpa: Amounts | None
    shares: Mapping[Figure, Check]
    findings: tuple[Finding, ...]

    @property
    def lines(self) -> int:
        return len(self.leaves)

    @property
    def in_force(self) -> Figure | None:
        """The figure of a plan that counts: the one after a change if there is one; None for a realisation alone."""
        return next((figure for figure in reversed(self.figures) if figure is not Figure.REALISED), None)

    @property
    def balance(self) -> Amounts | None:
        """The balance that a plan leaves, which must be zero."""
        planned = (figure for figure in self.figures if figure is not Figure.REALISED)
        return None if self.silpa is None else {figure: self.silpa[figure] for figure in planned}


def is_budget(table: Table) -> bool:
    """Return whether a table has headings of a published budget, even if it cannot be read for other reasons."""
    try:
        layout_of(table)
    except Faults as refused:
        return all(fault.code != "no-headings" for fault in refused.faults)
    return True


def read_budget(table: Table) -> Published:
    """Read a published budget from the rows of a file; one that names no year is checked against the newest rules.
    Raises Faults where it cannot be read: no headings, no column of codes or amounts, cells that are no amounts."""
    layout = layout_of(table)
    rows = rows_of(table, layout)
    sums = Sums(rows, tuple(layout.figures))
    year = _year(layout)
    checked = Checked(layout, rows, sums, _ceiling(year))

    def weighed(weights: Mapping[str, int]) -> Amounts:
        return {figure: sums.weighed(weights, figure) for figure in layout.figures}

    shares = {figure: check for figure in layout.figures if (check := checked.share(figure)) is not None}
    return Published(
        year=year,
        figures=layout.figures,
        leaves=_leaves(sums),
        totals=_totals(sums),
        funds=_funds(sums),
        surplus=weighed(SURPLUS),
        financing=weighed(NET),
        silpa=weighed(SILPA) if checked.is_whole else None,
        shares=shares,
        findings=checked.findings(),
    )


def _leaves(sums: Sums) -> tuple[Line, ...]:
    leaves = (replace(line, funds=(fund,) if fund else ()) for fund, lines in sums.funds.items() for line in lines)
    return tuple(sorted(leaves, key=lambda line: line.row))


def _year(layout: Layout) -> int | None:
    text = _NUMBER.sub(" ", " ".join([*layout.titles, *(column.name for column in layout.figures.values())]))
    match = next(filter(None, (pattern.search(text) for pattern in _YEARS)), None)
    return int(match[1]) if match else None


def _ceiling(year: int | None) -> reference.OperationalShare | None:
    if year is not None and year < FIRST_YEAR:
        return None
    return reference.operational_share(region="", day=date(year, 1, 1) if year else date.max)


def _totals(sums: Sums) -> Mapping[str, Mapping[str, Total]]:
    accounts, activities = reference.accounts(), reference.activities()

    def name(code: str, chart: Mapping[str, reference.Account] | Mapping[str, reference.Activity]) -> str:
        return chart[code].name if code in chart else ""

    levels = {"akun": 1, "kelompok": 2, "jenis": 3}
    by_account = {
        level: {code: Total(name(code, accounts), sums.amounts(("", code))) for code in sums.accounts(depth)}
        for level, depth in levels.items()
    }
    fields = {code: Total(name(code, activities), sums.amounts((code, codes.EXPENDITURE))) for code in sums.fields()}
    return {**by_account, "bidang": fields}


def _funds(sums: Sums) -> Mapping[str, Mapping[str, Amounts]]:
    order = [*reference.funds(), ""]
    by_fund: dict[str, dict[str, dict[Figure, Decimal]]] = {}
    for fund in sorted(sums.funds, key=order.index):
        by_fund[fund] = {name: dict.fromkeys(sums.figures, ZERO) for name, _head, _sign in _PARTS}
        for line in sums.funds[fund]:
            part, _head, sign = next(part for part in reversed(_PARTS) if codes.is_under(line.account, part[1]))
            for figure, amount in line.amounts.items():
                by_fund[fund][part][figure] += sign * amount
    return by_fund
