"""The rows of a published budget: lines under codes, items and funds below them, and totals that have none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from pilar.platform.errors import Fault, Faults
from pilar.platform.reading import Notation, column_notation
from pilar.platform.tables import Column, Row, Table, folded
from pilar.villagefinance.foreign.published.cells import changed_to_date, pieces_of, read_amount, split_code
from pilar.villagefinance.foreign.published.funds import fund_codes
from pilar.villagefinance.foreign.published.headings import Figure, Layout
from pilar.villagefinance.foreign.published.meaning import Interpreter, Meaning, stands_under_five
from pilar.villagefinance.rules import codes

SEN = Decimal("0.01")

Amounts = Mapping[Figure, Decimal]
Weights = Mapping[str, int]
"""The accounts of a total: those that are added, and those that are subtracted."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row under codes. An activity alone stands for its expenditure: ``account`` is then 5; revenue and financing
    have no activity. ``funds`` has None for each unknown name. ``written``: the code as it stands in the file."""

    row: int
    column: Column
    written: str
    activity: str
    account: str
    name: str
    funds: tuple[str | None, ...]
    amounts: Amounts
    items: list[Item] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """Activity and account."""
        return self.activity, self.account

    @property
    def fund(self) -> str:
        """The fund that is named; empty where there are several or it is not known."""
        return (self.funds[0] or "") if len(self.funds) == 1 else ""


@dataclass(frozen=True, slots=True)
class Item:
    """A row with amounts below a line that has no code of its own, or a longer one than the chart knows."""

    row: int
    name: str
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Total:
    """A row with a total: of accounts by ``weights``, or of the rows under ``key``."""

    row: int
    name: str
    amounts: Amounts
    weights: Weights
    key: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything that was read: lines in order, totals, and rows whose code is not one, with their names."""

    lines: tuple[Line, ...]
    totals: tuple[Total, ...]
    unread: tuple[tuple[Row, Column, str, Amounts], ...]
    loose: tuple[Item, ...]
    inexact: tuple[tuple[int, Column, Decimal], ...]
    """Amounts with less than a sen: row, column, and the amount as it is in the file."""


_IN, _OUT = codes.FINANCING_IN, codes.FINANCING_OUT
NET = {codes.FINANCING: 1}
"""Financing as a whole is incoming less outgoing financing."""
SURPLUS = {codes.REVENUE: 1, codes.EXPENDITURE: -1}
SILPA = SURPLUS | NET
"""The total that is the balance of a plan."""
_SUM = r"(?:jumlah|total|sub ?total|sub ?jumlah)"
_TOTALS: tuple[tuple[str, Weights], ...] = (
    (rf"(?:{_SUM} )?pendapatan(?: desa)?", {codes.REVENUE: 1}),
    (rf"(?:{_SUM} )?belanja(?: desa)?", {codes.EXPENDITURE: 1}),
    (rf"(?:{_SUM} )?(?:surplus|defisit)\b.*", SURPLUS),
    (rf"(?:{_SUM} )?penerimaan pembiayaan(?: desa)?", {_IN: 1}),
    (rf"(?:{_SUM} )?pengeluaran pembiayaan(?: desa)?", {_OUT: 1}),
    (rf"(?:{_SUM} |selisih )?pembiayaan(?: desa)?(?: net+o)?|net+o pembiayaan|selisih pembiayaan.*", NET),
    (
        r"(?!.*(?:sebelum|lalu))(?:sisa lebih\b.*|(?:silpa|sikpa)(?: (?:sikpa|tahun|anggaran|ber\w+|ini|\d+))*)",
        SILPA,
    ),
)
_TOTAL = tuple((re.compile(words), weights) for words, weights in _TOTALS)
_SUM_OF = re.compile(rf"{_SUM}\b(.*)")


def rows_of(table: Table, layout: Layout) -> Rows:
    """Read the rows under the headings. Raises Faults with every amount and code that cannot be read."""
    reader = _Reader(table, layout)
    for row in layout.rows:
        reader.read(row)
    if reader.faults:
        raise Faults(reader.faults)
    return Rows(
        tuple(_filled(reader.lines)),
        tuple(reader.totals),
        tuple(reader.unread),
        tuple(reader.loose),
        tuple(reader.inexact),
    )


def _filled(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines with amounts; a line without any gets those of its items."""
    for line in lines:
        if line.amounts:
            yield line
        elif line.items:
            yield replace(line, amounts=sum_of(item.amounts for item in line.items), items=[])


def sum_of(rows: Iterable[Amounts]) -> dict[Figure, Decimal]:
    """Sum each figure that at least one of the rows has."""
    sums: dict[Figure, Decimal] = {}
    for amounts in rows:
        for figure, amount in amounts.items():
            sums[figure] = sums.get(figure, Decimal(0)) + amount
    return sums


@dataclass(frozen=True, slots=True)
class _Written:
    """The code parts of a row as they stand in the file."""

    activity: list[str]
    account: list[str]
    mixed: list[str]

    @property
    def text(self) -> str:
        return ".".join([*self.activity, *self.account, *self.mixed])


class _Reader:
    def __init__(self, table: Table, layout: Layout) -> None:
        self._table, self._layout = table, layout
        self._groups = (layout.codes.activity, layout.codes.account, layout.codes.mixed)
        columns = (*layout.figures.values(), *layout.by_fund.values())
        self._notations = {column.index: _notation(layout.rows, column) for column in columns}
        self._whole = {
            columns
            for columns in self._groups
            if any(len(pieces_of(row.cells[at])) > 1 for row in layout.rows for at in columns)
        }
        self._before: dict[tuple[int, ...], list[str]] = {}
        self._activity = ""
        self._named: dict[str, tuple[str, str]] = {}
        mixed = layout.codes.mixed or layout.codes.activity
        named = ((self._pieces(row, mixed), self._name(row)) for row in layout.rows)
        self._interpreter = Interpreter(under_five=stands_under_five(named))
        self._before.clear()
        self._beside = self._depth_beside()
        self.faults: list[Fault] = []
        self.lines: list[Line] = []
        self._last: Line | None = None
        self.totals: list[Total] = []
        self.unread: list[tuple[Row, Column, str, Amounts]] = []
        self.loose: list[Item] = []
        self.inexact: list[tuple[int, Column, Decimal]] = []

    def read(self, row: Row) -> None:
        """Read one row."""
        name = self._name(row)
        code = _Written(*(self._pieces(row, columns) for columns in self._groups))
        amounts, faults = self._amounts(row, self._layout.figures)
        if amounts or faults:
            self.faults += self._dates(row)
        weights, key = ({}, None) if code.text else self._total(name)
        if code.text or weights or key:
            self.faults += faults
        if code.text:
            self._coded(row, name, code, amounts)
        elif weights or key:
            self._keep_total(Total(row.number, name, amounts, weights, key))
        elif amounts and (self._funds(row) or (name and not _SUM_OF.match(folded(name)))):
            self._uncoded(row, name, amounts)

    def _dates(self, row: Row) -> list[Fault]:
        dated = ((at, changed_to_date(row.cells[at])) for at in self._layout.codes.all)
        return [self._at(row, at, fault) for at, fault in dated if fault is not None]

    def _at(self, row: Row, column: int, fault: Fault) -> Fault:
        place = self._table.place(row.number, self._layout.columns[column])
        return Fault(fault.code, fault.sentence, fault.fields, place)

    def _name(self, row: Row) -> str:
        beside = [str(row.cells[at]) for at in self._layout.names if row.cells[at] != ""]
        behind = [split_code(row.cells[at])[1] for at in self._layout.codes.all]
        return " ".join(" ".join([*filter(None, behind), *beside]).split())

    def _amounts(self, row: Row, columns: Mapping[Figure, Column]) -> tuple[dict[Figure, Decimal], list[Fault]]:
        amounts, faults = {}, []
        for figure, column in columns.items():
            amount = read_amount(row.cells[column.index], self._notations[column.index])
            if isinstance(amount, Fault):
                faults.append(self._at(row, column.index, amount))
            elif amount is not None:
                amounts[figure] = amount.quantize(SEN, ROUND_HALF_UP)
                if abs(amount - amounts[figure]) >= SEN / 10:
                    self.inexact.append((row.number, column, amount))
        return amounts, faults

    def _pieces(self, row: Row, columns: tuple[int, ...]) -> list[str]:
        """Return the code parts of a row from some columns. Each column holds one part, or a whole code (deeper levels
        further right). Parts that are not repeated are taken from the row above."""
        cells = [pieces_of(row.cells[at]) for at in columns]
        filled = [at for at, cell in enumerate(cells) if cell]
        if not filled:
            return []
        if columns in self._whole:
            whole = [cells[at] for at in filled]
            extends = all(after[: len(piece)] == piece for piece, after in pairwise(whole))
            return whole[-1] if extends else [piece for cell in whole for piece in cell]
        above = self._before.get(columns, [])[: filled[0]]
        own = [cell[0] if cell else "0" for cell in cells[filled[0] : filled[-1] + 1]]
        self._before[columns] = [*above, *own]
        return self._before[columns]

    def _depth_beside(self) -> int:
        """Return 0 where an activity is written once, above its accounts. Where it is written in the same row, return
        the depth of those accounts: merged cells may leave the activity out there, while higher accounts without one
        are sums over activities."""
        codes_ = self._layout.codes
        both = [
            len(account)
            for row in self._layout.rows
            if (account := self._pieces(row, codes_.account)) and self._pieces(row, codes_.activity)
        ]
        self._before.clear()
        return max(both, default=0)

    def _coded(self, row: Row, name: str, code: _Written, amounts: Amounts) -> None:
        meaning = self._meaning(code, name)
        column = self._layout.columns[next(at for at in self._layout.codes.all if pieces_of(row.cells[at]))]
        if meaning is None:
            if self._last and _is_below(code.account or code.mixed, self._last.account):
                self._last.items.append(Item(row.number, name, amounts))
            elif amounts:
                self.unread.append((row, column, code.text, amounts))
            return
        if name:
            self._named[folded(name)] = (meaning.activity, meaning.account)
        funds = self._funds(row)
        line = Line(row.number, column, code.text, meaning.activity, meaning.account, name, funds, amounts)
        self.lines.append(line)
        self._last = line
        for fund, own in self._layout.by_fund.items():
            of_fund, faults = self._amounts(row, dict.fromkeys(self._layout.figures, own))
            self.faults += faults
            if any(of_fund.values()):
                self.lines.append(replace(line, funds=(fund,), amounts=of_fund, items=[]))

    def _meaning(self, code: _Written, name: str) -> Meaning | None:
        """Return both codes of a row, or one where it stands alone; an account continues under the activity above
        it."""
        if code.mixed or (self._layout.codes.loose and not code.account):
            meaning = self._interpreter.read(code.mixed or code.activity, name)
        else:
            meaning = Meaning(
                codes.activity_code(".".join(code.activity)) or "", codes.account_code(".".join(code.account)) or ""
            )
            if (bool(meaning.activity), bool(meaning.account)) != (bool(code.activity), bool(code.account)):
                meaning = None
        if meaning is None:
            return None
        activity, account = meaning.activity, meaning.account
        if account and account[0] not in (codes.REVENUE, codes.EXPENDITURE, codes.FINANCING):
            return None
        self._interpreter.note(meaning)
        if account and not codes.is_under(account, codes.EXPENDITURE):
            self._activity = ""
            return Meaning("", account)
        if account == codes.EXPENDITURE and not activity:
            self._activity = ""
        elif account and not activity and (not self._beside or len(account.split(".")) >= self._beside):
            activity = self._activity
        self._activity = activity or self._activity
        return Meaning(activity, account or codes.EXPENDITURE)

    def _funds(self, row: Row) -> tuple[str | None, ...]:
        column = self._layout.fund
        text = str(row.cells[column.index]).strip() if column else ""
        return fund_codes(text) if text.strip("-–— ") else ()

    def _total(self, name: str) -> tuple[Weights, tuple[str, str] | None]:
        """Return what a row without a code is the total of."""
        words = folded(name)
        for pattern, weights in _TOTAL:
            if words and pattern.fullmatch(words):
                return weights, None
        of = _SUM_OF.fullmatch(words)
        return {}, self._named.get(of[1].strip()) if of else None

    def _keep_total(self, total: Total) -> None:
        words = folded(total.name)
        if "defisit" in words and "surplus" not in words:  # printed without a sign: the word gives it
            total = replace(total, amounts={figure: -abs(amount) for figure, amount in total.amounts.items()})
        self.totals.append(total)

    def _uncoded(self, row: Row, name: str, amounts: Amounts) -> None:
        """Read a row without a code: a fund of the line above, or an item below it."""
        last = self._last
        if last is None:
            self.loose.append(Item(row.number, name, amounts))
        elif funds := self._funds(row):
            self.lines.append(
                Line(row.number, last.column, last.written, last.activity, last.account, last.name, funds, amounts)
            )
        else:
            last.items.append(Item(row.number, name, amounts))


def _notation(rows: Sequence[Row], column: Column) -> Notation | None:
    notation = column_notation(row.cells[column.index] for row in rows)
    return notation if isinstance(notation, Notation) else None


def _is_below(pieces: Sequence[str], account: str) -> bool:
    """Return whether a code is longer than the chart knows and continues an account."""
    size = len(codes.ACCOUNT_WIDTHS)
    return len(pieces) > size and codes.account_code(".".join(pieces[:size])) == account
