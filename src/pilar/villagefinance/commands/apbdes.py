"""``pilar apbdes``: read a published village budget and print its totals and findings."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pilar.platform.console import Side, aligned, emit, first_faults
from pilar.platform.errors import Faults
from pilar.platform.language import N_, reader_language, translate
from pilar.platform.tables import Table, read_grid
from pilar.platform.writing import grouped
from pilar.villagefinance.foreign.published import MAX_ROWS, Figure, Finding, Published, read_budget

Amounts = Mapping[Figure, Any]

NAME_WIDTH = 44
NAMES = {
    Figure.BUDGET: N_("Budget"),
    Figure.BEFORE: N_("Before the change"),
    Figure.AFTER: N_("After the change"),
    Figure.REALISED: N_("Realisation"),
}


def run(options: argparse.Namespace) -> int:
    """Read ``options.file`` and print its totals and findings. Raises Faults (cut to the first ones) if it cannot be
    read."""
    try:
        table = read_grid(options.file, most_rows=MAX_ROWS)
        budget = read_budget(table)
    except Faults as refused:
        raise Faults(first_faults(refused.faults)) from None
    emit(_json(table, budget) if options.format == "json" else "\n".join(_lines(table, budget)) + "\n")
    return 0


def _json(table: Table, budget: Published) -> str:
    answer = {
        "file": table.name,
        "year": budget.year,
        "figures": {figure.value: column.letter for figure, column in budget.figures.items()},
        "lines": budget.lines,
        "totals": {
            **{
                level: {code: {"name": total.name, **_texts(total.amounts)} for code, total in totals.items()}
                for level, totals in budget.totals.items()
            },
            "fund": {
                fund: {part: _texts(amounts) for part, amounts in parts.items()} for fund, parts in budget.funds.items()
            },
        },
        "surplus": _texts(budget.surplus),
        "financing": _texts(budget.financing),
        "silpa": None if budget.silpa is None else _texts(budget.silpa),
        "balance": None if budget.balance is None else _texts(budget.balance),
        "operational": {
            figure.value: {name: f"{check.figures[name]:.2f}" for name in ("amount", "percent")}
            for figure, check in budget.shares.items()
        },
        "findings": [_finding(table, finding) for finding in budget.findings],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"


def _texts(amounts: Amounts) -> dict[str, str]:
    return {figure.value: f"{amount:.2f}" for figure, amount in amounts.items()}


def _finding(table: Table, finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "file": table.name,
        "row": finding.row,
        "column": finding.column.letter if finding.column else None,
        "place": table.place(finding.row, finding.column),
        "amount": f"{finding.amount:f}",
        "text": translate(finding.sentence, **finding.fields),
    }


def _lines(table: Table, budget: Published) -> Iterator[str]:
    year = "" if budget.year is None else f", {budget.year}"
    unit = translate("in rupiah")
    yield f"{table.name}{year} ({unit})"
    yield ""
    yield from _grid(budget, _sections(budget))
    yield ""
    yield from _grid(
        budget, [(f"{code} {total.name}", total.amounts) for code, total in budget.totals["bidang"].items()]
    )
    yield ""
    yield from _grid(budget, _funds(budget))
    yield ""
    for figure, share in budget.shares.items():
        yield translate(
            "%(figure)s: pay and allowances of officials and the council take %(percent)s %% of expenditure",
            figure=translate(NAMES[figure]), percent=share.figures["percent"],
        )  # fmt: skip
    yield ""
    yield translate("Findings: %(count)s", count=len(budget.findings))
    for finding in budget.findings:
        place = table.place(finding.row, finding.column)
        yield f"  {finding.code}  {place}: {translate(finding.sentence, **finding.fields)}"


def _sections(budget: Published) -> Iterator[tuple[str, Amounts]]:
    """Yield the accounts of the first three levels in the order of codes, with the totals after them."""
    accounts = {**budget.totals["akun"], **budget.totals["kelompok"], **budget.totals["jenis"]}
    for code in sorted(accounts):
        yield f"{'  ' * code.count('.')}{code} {accounts[code].name}", accounts[code].amounts
    yield translate("Surplus or deficit"), budget.surplus
    yield translate("Net financing"), budget.financing
    if budget.silpa is not None:
        yield translate("SiLPA"), budget.silpa


def _funds(budget: Published) -> Iterator[tuple[str, Amounts]]:
    names = {"revenue": N_("Revenue"), "expenditure": N_("Expenditure"), "financing": N_("Net financing")}
    nameless = translate("No fund")
    for fund, parts in budget.funds.items():
        for part, amounts in parts.items():
            if any(amounts.values()):
                yield f"{fund or nameless}: {translate(names[part])}", amounts


def _grid(budget: Published, rows: Iterable[tuple[str, Amounts]]) -> Iterable[str]:
    header = ["", *(translate(NAMES[figure]) for figure in budget.figures)]
    body = [
        [name, *(grouped(amounts[figure], reader_language()) for figure in budget.figures)] for name, amounts in rows
    ]
    sides: list[Side] = ["left", *(["right"] * len(budget.figures))]  # type: ignore[list-item]
    return aligned([header, *body], sides, [NAME_WIDTH, *([None] * len(budget.figures))]) if body else ()
