"""Find which column of a published budget is which: by its headings, in one to three rows under titles, merged or not,
and where they leave it open by the cells under them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, translate
from pilar.platform.tables import Cell, Column, Row, Table, folded
from pilar.villagefinance.foreign.published.cells import is_amount, pieces_of
from pilar.villagefinance.foreign.published.funds import fund_codes
from pilar.villagefinance.rules import codes

LOWEST = 60
"""The headings are searched in this many filled rows."""
NOTHING = (0, 0)
MAX_ROWS = 3
"""Rows of headings below one another."""


class Figure(StrEnum):
    """An amount that a row gives."""

    BUDGET = "budget"
    BEFORE = "before"
    AFTER = "after"
    REALISED = "realised"


class Role(StrEnum):
    """The content of a column that holds no plain amount. ``changed``: the amount after a change, or the change
    itself."""

    ACTIVITY = "activity"
    ACCOUNT = "account"
    CODE = "code"
    NAME = "name"
    FUND = "fund"
    REMARK = "remark"
    CHANGED = "changed"
    NUMBER = "number"
    OTHER = "other"


Kind = Role | Figure


@dataclass(frozen=True, slots=True)
class Codes:
    """The columns of codes; several of one kind hold the parts of a code. ``mixed``: codes of both kinds. ``loose``:
    the columns of activities also hold accounts where no activity is meant, as Siskeudes prints them."""

    activity: tuple[int, ...] = ()
    account: tuple[int, ...] = ()
    mixed: tuple[int, ...] = ()
    loose: bool = False

    @property
    def all(self) -> tuple[int, ...]:
        """All columns of codes."""
        return (*self.activity, *self.account, *self.mixed)


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table by meaning, and the rows under the headings. ``fund`` holds the fund of a row, or there is
    a column of amounts for each fund (``by_fund``); ``titles`` are the texts above the headings."""

    columns: Sequence[Column]
    codes: Codes
    names: tuple[int, ...]
    fund: Column | None
    by_fund: Mapping[str, Column]
    figures: Mapping[Figure, Column]
    rows: tuple[Row, ...]
    titles: tuple[str, ...]

    @property
    def planned(self) -> tuple[Figure, ...]:
        """The figures of a plan, which has to balance; the last one is in force."""
        return tuple(figure for figure in self.figures if figure is not Figure.REALISED)


# Matched against the whole heading with those above it, in this order.
_HEADING: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"\b(?:{words})\b"))
    for kind, words in (
        (Role.OTHER, r"persen\w*|prosen\w*|per ?cent\w*|harga|volume|vol|satuan|kuantitas|tarif|price|unit|tahun"),
        (Figure.BEFORE, r"sebelum\w*|semula|murni|awal|before"),
        (Figure.AFTER, r"setelah|sesudah|menjadi|after"),
        (Role.OTHER, r"bertambah|berkurang|lebih|kurang|selisih|sisa|difference|remaining|lalu"),
        (Figure.REALISED, r"(?:te)?realis\w*|reali[sz]\w*|actual|penyerapan|terserap"),
        (Role.FUND, r"sumber|sumberdana|funds?"),
        (Role.OTHER, r"(?:kode|code) (?:desa|wilayah|pos|kecamatan|kabupaten|village)"),
        (Role.CODE, r"kode\w*|kd|code"),
        (Role.NAME, r"uraian|nama|name|description|deskripsi|rincian"),
        (Role.CODE, r"rekening|rek"),
        (Figure.BUDGET, r"anggaran|jumlah|pagu|nilai|rp|rupiah|budget|amount|total|alokasi|apb\w*|plafon"),
        (Role.REMARK, r"keterangan|ket|remarks?"),
        (Role.NUMBER, r"no|nomor|nomer"),
    )
)
_OF_ACTIVITY = re.compile(r"\b(?:bidang|sub ?bidang|fungsi|kegiatan|keg|function\w*|activity)\b")
_OF_ACCOUNT = re.compile(r"\b(?:ekonomi|akun|economic|account|belanja|kelompok|jenis|ob[jy]ek)\b")
_ACTIVITY_PART = re.compile(r"bid(?:ang)?|sub ?bid(?:ang)?|sub|keg(?:iatan)?|fungsi|function|activity")
_ACCOUNT_PART = re.compile(r"akun|kel(?:ompok)?|jen(?:is)?|jns|ob[jy](?:ek)?|ekonomi|economic|account")
_YEAR = re.compile(r"\btahun anggaran\b|\btahun (?=20\d\d)|\bta\b")
_CHANGED = re.compile(r"\bperubahan\b")
# Among several columns with one figure, these are preferred.
_BEST = {
    Figure.BUDGET: re.compile(r"\b(?:anggaran|pagu|apb\w*|budget|plafon)\b"),
    Figure.REALISED: re.compile(r"\b(?:s d|sd|sampai|total|jumlah)\b"),
}


def layout_of(table: Table) -> Layout:
    """Find the layout of a table; its rows are as in the file. Raises Faults if it cannot be determined."""
    blocks = [
        (_worth(table.rows[at : at + size]), -size, -at)
        for size in range(1, MAX_ROWS + 1)
        for at in range(min(LOWEST, len(table.rows) - size + 1))
    ]
    worth, size, at = max(blocks)
    if worth == NOTHING:
        sentence = N_(
            "There are no headings such as Kode Rekening, Uraian and Anggaran in the first rows, so it is not known "
            "what the columns hold. Give the columns headings"
        )
        raise Faults([Fault("no-headings", sentence, place=table.name)])
    above, heads, below = table.rows[:-at], table.rows[-at : -at - size], table.rows[-at - size :]
    stacks = _stacked(heads)
    columns = [replace(column, name=" ".join(stack)) for column, stack in zip(table.columns, stacks, strict=True)]
    rows = tuple(row for row in below if not _numbers_columns(row))
    titles = tuple(str(cell) for row in above for cell in row.cells if cell != "")
    return _Finder(table, columns, stacks, rows).layout(titles)


def _worth(rows: Sequence[Row]) -> tuple[int, int]:
    """Return how many different things a block of rows names, and how many columns it distinguishes; zeros if it is no
    block of headings."""
    if sum(cell != "" for cell in rows[0].cells) < 2 or any(map(_is_data, rows)):
        return NOTHING
    stacks = _stacked(rows)
    kinds = {_kind(stack) for stack in stacks}
    has_name = kinds & {Role.CODE, Role.ACTIVITY, Role.ACCOUNT, Role.NAME}
    return (len(kinds - {Role.OTHER}), len(set(stacks))) if has_name and kinds & set(Figure) else NOTHING


def _is_data(row: Row) -> bool:
    """Return whether a row holds amounts, a code with its name or column numbers, as headings do not; a year may be a
    heading."""
    amounts = [cell for cell in row.cells if is_amount(cell) and not re.fullmatch(r"\W*|\d|20\d\d", str(cell))]
    texts = [str(cell) for cell in row.cells if cell != "" and not pieces_of(cell)]
    named = any(map(pieces_of, row.cells)) and bool(texts) and all(_kind([text]) is Role.OTHER for text in texts)
    return bool(amounts) or named or _numbers_columns(row)


def _stacked(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """Return the headings of each column from top to bottom. A heading over several columns, as in merged cells, counts
    for the columns on its right that, like it, have a heading below, or that have none at all."""
    texts = [[" ".join(str(cell).split()) for cell in row.cells] for row in rows]
    stacks = []
    for column, own in enumerate(zip(*texts, strict=True)):
        stack = [
            text or ("" if any(own[:depth]) else _from_the_left(texts, depth, column)) for depth, text in enumerate(own)
        ]
        stacks.append(tuple(dict.fromkeys(filter(None, stack))))
    return stacks


def _from_the_left(texts: Sequence[Sequence[str]], depth: int, column: int) -> str:
    source = next((at for at in range(column - 1, -1, -1) if texts[depth][at]), None)
    below = any(line[column] for line in texts[depth + 1 :])
    if source is None or (below and not any(line[source] for line in texts[depth + 1 :])):
        return ""
    return texts[depth][source] if below or depth == 0 else ""


def _kind(stack: Sequence[str]) -> Kind:
    """Return what a column with these headings (upper ones first) holds."""
    last = folded(stack[-1]) if stack else ""
    text = _YEAR.sub(" ", folded(" ".join(stack)))
    if any("%" in heading for heading in stack):
        return Role.OTHER
    for role, parts in ((Role.ACTIVITY, _ACTIVITY_PART), (Role.ACCOUNT, _ACCOUNT_PART)):
        if parts.fullmatch(last):
            return role
    kind = next((kind for kind, words in _HEADING if words.search(text)), Role.OTHER)
    if kind is Role.CODE:
        of_activity, of_account = bool(_OF_ACTIVITY.search(text)), bool(_OF_ACCOUNT.search(text))
        if of_activity != of_account:
            return Role.ACTIVITY if of_activity else Role.ACCOUNT
    return Role.CHANGED if kind in (Figure.BUDGET, Role.OTHER) and _CHANGED.search(last) else kind


def _numbers_columns(row: Row) -> bool:
    """Return whether a row only numbers the columns: 1, 2, 3, 4 = 3 - 2 … or a, b, c, a, b …"""
    texts = [re.sub(r"[\s()]", "", str(cell)) for cell in row.cells if cell != ""]
    numbers = [
        match[1] for text in texts if (match := re.match(r"(\d{1,2}|[a-z])(?:$|[=:+\-(/])", text, re.IGNORECASE))
    ]
    in_order = all(len(number) < len(after) or number < after for number, after in pairwise(numbers))
    return len(numbers) == len(texts) >= 3 and (in_order or any(map(str.isalpha, numbers)))


class _Finder:
    """Chooses among columns with the same heading by their cells."""

    def __init__(
        self, table: Table, columns: Sequence[Column], stacks: Sequence[tuple[str, ...]], rows: tuple[Row, ...]
    ) -> None:
        self._table, self._columns, self._stacks, self._rows = table, columns, stacks, rows
        self._kinds = [_kind(stack) for stack in stacks]
        self._faults: list[Fault] = []

    def layout(self, titles: tuple[str, ...]) -> Layout:
        """Return the layout; raises Faults where columns are missing or appear twice."""
        codes = self._codes()
        names = tuple(at for at in self._of(Role.NAME) if at not in codes.all and self._count(at, _is_text))
        figures = self._figures()
        by_fund = self._by_fund() if len(figures) == 1 else {}
        layout = Layout(self._columns, codes, names, self._fund(), by_fund, figures, self._rows, titles)
        missing = [N_("Code")] * (not codes.all) + [N_("Budget")] * (not layout.figures)
        for name in missing if self._rows else ():
            fields = {"name": translate(name)}
            sentence = N_("The column “%(name)s” is missing")
            self._faults.append(Fault("missing-column", sentence, fields, self._table.name))
        if not self._rows:
            sentence = N_("There is a header but no row under it.")
            self._faults.append(Fault("only-header", sentence, place=self._table.name))
        if self._faults:
            raise Faults(self._faults)
        return layout

    def _of(self, *kinds: Kind) -> list[int]:
        return [at for at, kind in enumerate(self._kinds) if kind in kinds]

    def _count(self, column: int, test: Callable[[Cell], object]) -> int:
        return sum(1 for row in self._rows if test(row.cells[column]))

    def _pieces(self, columns: Iterable[int]) -> Iterator[list[str]]:
        return (pieces for row in self._rows for at in columns if (pieces := pieces_of(row.cells[at])))

    def _dotted(self, columns: Iterable[int]) -> bool:
        return any(len(piece) > 1 for piece in self._pieces(columns))

    def _codes(self) -> Codes:
        for at in self._of(Role.ACTIVITY, Role.ACCOUNT, Role.CODE):
            if not self._count(at, pieces_of) and self._count(at, _is_text):
                self._kinds[at] = Role.NAME
        activity, account, either = self._of(Role.ACTIVITY), self._of(Role.ACCOUNT), self._of(Role.CODE)
        if not (activity or account or either):
            either = [at for at in self._of(Role.NUMBER, Role.NAME) if self._dotted([at])][:1]
        if either and bool(activity) != bool(account):
            activity, account, either = activity or either, account or either, []
        activity, account, either = map(self._filled, (activity, account, either))
        if activity and account:
            loose = any(piece[0].lstrip("0") == codes.FINANCING for piece in self._pieces(activity))
            return Codes(activity=tuple(activity), account=tuple(account), loose=loose)
        return self._told_apart(activity or account or either)

    def _filled(self, columns: Sequence[int]) -> list[int]:
        """Return the columns without those that hold no code; but a part of a code may be blank throughout."""
        filled = [at for at in columns if any(self._pieces([at]))]
        return filled if self._dotted(columns) or not filled else list(columns)

    def _told_apart(self, columns: Sequence[int]) -> Codes:
        """Sort columns that are all headed "code": each holds a whole code, or a part of one."""
        if not self._dotted(columns):
            return Codes(tuple(columns[:3]), tuple(columns[3:])) if len(columns) > 4 else Codes(mixed=tuple(columns))
        of_accounts = [{piece[0].lstrip("0") for piece in self._pieces([at])} <= {"4", "5", "6"} for at in columns]
        if len(columns) == 2 and of_accounts[0] != of_accounts[1]:
            first, second = ((at,) for at in columns)
            return Codes(second, first, loose=True) if of_accounts[0] else Codes(first, second, loose=True)
        return Codes(mixed=tuple(columns))

    def _fund(self) -> Column | None:
        """Return the column of funds, or of remarks that mostly name funds."""
        for at in self._of(Role.FUND):
            if self._count(at, _is_text) > self._count(at, is_amount):
                return self._columns[at]
        for at in self._of(Role.REMARK):
            if 0 < self._count(at, _is_text) <= 2 * self._count(at, _names_fund):
                return self._columns[at]
        return None

    def _by_fund(self) -> dict[str, Column]:
        """Return the columns whose heading ends in the name of a fund and that hold amounts."""
        columns: dict[str, Column] = {}
        for at in self._of(Role.FUND, Role.OTHER):
            name = fund_codes(self._stacks[at][-1]) if self._stacks[at] else ()
            if len(name) == 1 and name[0] and self._count(at, is_amount):
                columns.setdefault(name[0], self._columns[at])
        return columns

    def _figures(self) -> dict[Figure, Column]:
        for at in self._of(Role.CHANGED):
            self._kinds[at] = Role.OTHER if self._of(Figure.AFTER) else Figure.AFTER
        budgets = self._of(Figure.BUDGET)
        if self._of(Figure.AFTER) and (budgets or self._of(Figure.BEFORE)):
            before = Role.OTHER if self._of(Figure.BEFORE) else Figure.BEFORE
            self._kinds = [before if kind is Figure.BUDGET else kind for kind in self._kinds]
        else:  # one figure of a change alone is the budget
            alone = (Figure.BEFORE, Figure.AFTER)
            self._kinds = [Figure.BUDGET if kind in alone and not budgets else kind for kind in self._kinds]
        return {figure: column for figure in Figure if (column := self._figure(figure)) is not None}

    def _figure(self, figure: Figure) -> Column | None:
        amounts = [at for at in self._of(figure) if self._count(at, is_amount)]
        if len(amounts) > 1 and figure in _BEST:
            amounts = [at for at in amounts if _BEST[figure].search(folded(self._columns[at].name))] or amounts
        if len(amounts) > 1:
            sentence = N_("The column means the same as column %(earlier)s")
            fields = {"earlier": str(self._columns[amounts[0]])}
            place = self._table.place(column=self._columns[amounts[1]])
            self._faults.append(Fault("column-twice", sentence, fields, place))
        return self._columns[amounts[0]] if amounts else None


def _is_text(cell: Cell) -> bool:
    return isinstance(cell, str) and cell != ""


def _names_fund(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(cell) and all(fund_codes(cell))
