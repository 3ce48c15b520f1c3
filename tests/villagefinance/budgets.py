"""Made-up village budgets, and how villages print them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_cell_to_rowcol

from pilar.villagefinance import reference
from pilar.villagefinance.rules import codes

Cells = list[object]


@dataclass(frozen=True)
class Leaf:
    """A line of a budget: its codes, its fund and its figures."""

    activity: str
    account: str
    fund: str
    amounts: tuple[Decimal, ...]


@dataclass(frozen=True)
class Printed:
    """A row as it is printed: a leaf, a subtotal, or a total that has a name alone."""

    activity: str
    account: str
    name: str
    fund: str
    amounts: tuple[Decimal, ...]


def rows(*lines: str) -> list[list[str]]:
    """Cells of a file, given as lines with strokes between."""
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def leaf(activity: str, account: str, fund: str, *amounts: int | str) -> Leaf:
    return Leaf(activity, account, fund, tuple(Decimal(one) for one in amounts))


BALANCED = (
    leaf("", "4.1.2.01", "PAD", 10_000_000),
    leaf("", "4.2.1.01", "DDS", 800_000_000),
    leaf("", "4.2.3.01", "ADD", 500_000_000),
    leaf("1.1.01", "5.1.1.01", "ADD", 60_000_000),
    leaf("1.1.02", "5.1.2.01", "ADD", 240_000_000),
    leaf("1.1.04", "5.2.1.01", "ADD", 200_000_000),
    leaf("1.1.04", "5.2.1.01", "PAD", 10_000_000),
    leaf("2.3.11", "5.3.5.03", "DDS", 700_000_000),
    leaf("4.1.05", "5.2.1.12", "DDS", 100_000_000),
    leaf("5.1.00", "5.4.1.01", "DDS", 20_000_000),
    leaf("", "6.1.1.01", "DDS", 25_000_000),
    leaf("", "6.2.2.01", "DDS", 5_000_000),
)
"""Balanced, each fund by itself, officials below 30 %."""


def total(leaves: Iterable[Leaf], *, activity: str = "", account: str = "") -> tuple[Decimal, ...]:
    """The figures under both codes."""
    rows = [
        one.amounts
        for one in leaves
        if (not activity or codes.is_under(one.activity, activity))
        and codes.is_under(one.account, account or one.account)
    ]
    return tuple(sum(column, Decimal(0)) for column in zip(*rows, strict=True))


def printed(leaves: Sequence[Leaf], *, depth: int = 4, totals: bool = True) -> list[Printed]:
    """The budget as it is printed: subtotals above their leaves, totals below their sections."""
    found: list[Printed] = []
    seen: set[tuple[str, str]] = set()

    def head(activity: str, account: str) -> None:
        if (activity, account) not in seen and account.count(".") < depth:
            seen.add((activity, account))
            chart = reference.accounts() if account else reference.activities()
            under = [one for one in leaves if account or one.activity]
            found.append(
                Printed(
                    activity,
                    account,
                    chart[account or activity].name,
                    "",
                    total(under, activity=activity, account=account),
                )
            )

    def section(account: str, name: str) -> None:
        rows = [one for one in leaves if codes.is_under(one.account, account)]
        if not rows:
            return
        head("", account)
        for one in sorted(rows, key=lambda one: (one.activity, one.account, one.fund)):
            for activity in codes.parts(one.activity) if one.activity else ():
                head(activity, "")
            parts = [part for part in codes.parts(one.account) if "." in part]
            for part in parts[:-1] if depth == len(codes.ACCOUNT_WIDTHS) else parts[:depth]:
                head(one.activity, part)
            if depth == len(codes.ACCOUNT_WIDTHS):
                found.append(
                    Printed(one.activity, one.account, reference.accounts()[one.account].name, one.fund, one.amounts)
                )
        if totals and name:
            found.append(Printed("", "", name, "", total(leaves, account=account)))

    def signed(name: str, signs: Mapping[str, int], account: str = "") -> None:
        sums = [
            tuple(sign * one for one in amounts)
            for part, sign in signs.items()
            if (amounts := total(leaves, account=part))
        ]
        if sums and (totals or account):
            found.append(Printed("", account, name, "", tuple(sum(one, Decimal(0)) for one in zip(*sums, strict=True))))

    net, surplus = {"6.1": 1, "6.2": -1}, {"4": 1, "5": -1}
    section("4", "JUMLAH PENDAPATAN")
    section("5", "JUMLAH BELANJA")
    signed("SURPLUS / (DEFISIT)", surplus)
    signed("PEMBIAYAAN", net, "6")
    section("6.1", "JUMLAH PENERIMAAN PEMBIAYAAN")
    section("6.2", "JUMLAH PENGELUARAN PEMBIAYAAN")
    signed("PEMBIAYAAN NETTO", net)
    signed("SISA LEBIH PEMBIAYAAN ANGGARAN", surplus | net)
    return found


def padded(code: str) -> str:
    """As Siskeudes writes activities: ``01.01.01.``."""
    return "".join(f"{int(one):02}." for one in code.split(".")) if code else ""


def bare(code: str) -> str:
    """Without zeros: ``5.1.1.1``."""
    return ".".join(str(int(one)) for one in code.split(".")) if code else ""


def indonesian(amount: Decimal) -> str:
    """``1.250.000,00``, in brackets below zero, a dash for nothing."""
    text = f"{abs(amount):,.2f}".translate(str.maketrans(",.", ".,"))
    return "-" if not amount else f"({text})" if amount < 0 else text


def rupiah(amount: Decimal) -> str:
    """``Rp1.250.000,00``."""
    return f"Rp{indonesian(amount)}" if amount else "Rp -"


def english(amount: Decimal) -> str:
    """``-1,250,000.00``."""
    return f"{amount:,.2f}"


def two_columns(rows: Iterable[Printed]) -> Iterator[Cells]:
    """An activity above its accounts, each in a column of its own."""
    activity = ""
    for one in rows:
        shown = one.activity if one.activity != activity or not one.account else ""
        activity = one.activity if one.activity or one.account == "" else activity
        yield [padded(shown), one.account, one.name, one.fund, *one.amounts]


def siskeudes(rows: Iterable[Printed]) -> Iterator[Cells]:
    """As Siskeudes prints them: accounts without an activity stand in the column of activities."""
    for one in rows:
        first, second = (padded(one.activity), one.account) if one.activity else (one.account, "")
        yield [first, f"{second}." if second else "", one.name, one.fund, *one.amounts]


def beside(rows: Iterable[Printed]) -> Iterator[Cells]:
    """Both codes side by side in every row."""
    return ([bare(one.activity), bare(one.account), one.name, one.fund, *one.amounts] for one in rows)


def one_column(rows: Iterable[Printed]) -> Iterator[Cells]:
    """Both kinds in one column, as the pages of villages have them."""
    return ([one.account or one.activity, one.name, one.fund, *one.amounts] for one in rows)


def joined(rows: Iterable[Printed]) -> Iterator[Cells]:
    """Both codes as one."""
    for one in rows:
        yield [".".join(filter(None, (one.activity, one.account))), one.name, one.fund, *one.amounts]


def parts(rows: Iterable[Printed]) -> Iterator[Cells]:
    """A part of a code in each of seven columns, as the annex prints them."""
    for one in rows:
        activity = [int(part) for part in one.activity.split(".")] if one.activity else []
        account = one.account.split(".") if one.account else []
        blanks = [""] * (3 - len(activity)), [""] * (4 - len(account))
        yield [*activity, *blanks[0], *account, *blanks[1], one.name, one.fund, *one.amounts]


def last_parts(rows: Iterable[Printed]) -> Iterator[Cells]:
    """As :func:`parts`, but only what is new in a row."""
    for cells, one in zip(parts(rows), rows, strict=True):
        depth = one.account.count(".") if one.account else 0
        if one.account:
            cells[:3] = ["", "", ""]
            if depth:
                cells[3 : 3 + depth] = [""] * depth
        yield cells


PARTS = ["Bidang", "Sub", "Keg", "Akun", "Kel", "Jenis", "Objek"]
LAYOUTS: dict[str, tuple[Callable[[list[Printed]], Iterator[Cells]], list[Cells]]] = {
    "two columns": (two_columns, [["Kode Kegiatan", "Kode Rekening", "Uraian", "Sumber Dana"]]),
    "two columns, merged": (two_columns, [["KODE REKENING", "", "URAIAN", "SUMBER DANA"], ["", "", "", ""]]),
    "siskeudes": (siskeudes, [["KODE REK", "", "URAIAN", "SUMBERDANA"]]),
    "beside": (beside, [["Function code", "Economic code", "Name", "Fund"]]),
    "one column": (one_column, [["Kode", "Uraian", "Ket"]]),
    "joined": (joined, [["No. Rekening", "Uraian", "Sumber"]]),
    "parts": (parts, [["KODE REKENING", *[""] * 6, "URAIAN", "SUMBER DANA"], [*PARTS, "", ""]]),
    "parts without names": (
        parts,
        [["KODE", *[""] * 6, "URAIAN", "SUMBER DANA"], ["1", "", "", "2", *[""] * 5], [*"abcabcd", "", ""]],
    ),
    "last parts": (last_parts, [["KODE REKENING", *[""] * 6, "URAIAN", "SUMBER DANA"], [*PARTS, "", ""]]),
}  # fmt: skip
FIGURES: dict[str, list[list[str]]] = {
    "budget": [["Anggaran (Rp)"]],
    "budget,realised": [["Anggaran", "Realisasi"]],
    "before,after": [["ANGGARAN", ""], ["SEMULA", "MENJADI"]],
}


def table(
    rows: Sequence[Printed],
    *,
    layout: str = "two columns",
    figures: str = "budget",
    titles: bool = True,
    order: Sequence[int] = (0, 1, 2, 3),
) -> list[Cells]:
    """All cells of a file: titles, headings and rows; ``order`` of codes, name, fund and figures."""
    write, heads = LAYOUTS[layout]
    amounts = FIGURES[figures]
    blank, none = [""] * len(heads[0]), [""] * len(amounts[0])
    lines: list[Cells] = []
    for at in range(max(len(heads), len(amounts))):
        lines.append([*(heads[at] if at < len(heads) else blank), *(amounts[at] if at < len(amounts) else none)])
    name = len(blank) - 2
    cuts = (slice(name), slice(name, name + 1), slice(name + 1, name + 2), slice(name + 2, None))
    body = [[cell for part in order for cell in line[cuts[part]]] for line in (*lines, *write(list(rows)))]
    above = [["ANGGARAN PENDAPATAN DAN BELANJA DESA (SINTETIS)"], ["TAHUN ANGGARAN 2026"], []] if titles else []
    return [*(line + [""] * (len(body[0]) - len(line)) for line in above), *body]


def as_csv(
    path: Path,
    cells: Iterable[Sequence[object]],
    *,
    number: Callable[[Decimal], str] = indonesian,
    separator: str = ";",
) -> Path:
    """The cells as a CSV file, amounts as ``number`` writes them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerows([number(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in cells)
    return path


def as_xlsx(path: Path, cells: Sequence[Sequence[object]], *, merged: Sequence[str] = ()) -> Path:
    """The cells as a workbook, amounts as numbers that are shown in rupiah; ``merged`` ranges show their first cell."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet()
        shown = book.add_format({"num_format": '"Rp"#,##0.00;("Rp"#,##0.00);"-"'})
        for at, row in enumerate(cells):
            for column, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    sheet.write_number(at, column, float(cell), shown)
                elif cell != "":
                    sheet.write(at, column, cell)
        for one in merged:
            first, last = (xl_cell_to_rowcol(corner) for corner in one.split(":"))
            sheet.merge_range(*first, *last, cells[first[0]][first[1]])
    return path
