"""Names that banks give the columns of a statement, and reading a table with them as a statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from pilar.platform.errors import Fault, Faults
from pilar.platform.imports import Column, Heading, headings_of, placed, raw
from pilar.platform.imports.columns import LEFT_OUT
from pilar.platform.language import N_, Bilingual
from pilar.platform.reading import Notation, column_notation
from pilar.platform.tables import Cell, Row, Table, folded
from pilar.platform.tables.table import place
from pilar.villagefinance.rules.statements.shape import Draft, Statement, StatementRow, checked
from pilar.villagefinance.rules.written import (
    IN,
    MARKS,
    OUT,
    DayOrder,
    day_order,
    plain_amount,
    read_written_amount,
    read_written_day,
)


def _column(name: str, indonesian: str, english: str, *words: str) -> Column:
    return Column(name, Bilingual(indonesian, english), words, raw, required=name == "date")


COLUMNS: tuple[Column, ...] = (
    _column("date", "Tanggal", "Date", "Tgl", "Tanggal Transaksi", "Tgl Transaksi", "Tgl Trans", "Transaction Date",
            "Post Date", "Posting Date", "Tanggal Posting", "Tanggal Efektif", "Tgl Efektif", "Tanggal Waktu",
            "Date Time", "Tanggal Pembukuan", "Trx Date", "Txn Date"),
    _column("text", "Keterangan", "Description", "Uraian", "Uraian Transaksi", "Deskripsi", "Remark", "Remarks",
            "Keterangan Transaksi", "Transaction Description", "Narasi", "Berita", "Rincian", "Details", "Narrative"),
    _column("reference", "Nomor Referensi", "Reference", "No Referensi", "No Ref", "Ref", "Reff", "Reference No",
            "No Bukti", "Nomor Bukti", "No Jurnal", "Journal No", "No Cek", "Cheque No"),
    _column("debit", "Debet", "Debit", "Mutasi Debet", "Mutasi Debit", "Debet Rp", "Debit Amount", "Keluar",
            "Pengeluaran", "Penarikan", "Withdrawal", "DB"),
    _column("credit", "Kredit", "Credit", "Mutasi Kredit", "Kredit Rp", "Credit Amount", "Masuk", "Penerimaan",
            "Setoran", "Deposit", "CR"),
    _column("amount", "Jumlah", "Amount", "Mutasi", "Nominal", "Nilai", "Jumlah Rp", "Transaction Amount"),
    _column("mark", "D/K", "DB/CR", "Tipe", "Type", "Jenis", "Jenis Mutasi", "D/C", "CR/DB", "Debet/Kredit"),
    _column("balance", "Saldo", "Balance", "Saldo Akhir", "Saldo Rp", "Running Balance", "Ledger Balance"),
)  # fmt: skip
"""Possible names of the columns: a file has days, amounts (in one column or two) and the balance."""
ASIDE = (
    "Cabang", "Branch", "No", "Kode", "Kode Transaksi", "Code", "Teller", "User ID", "Jam", "Waktu", "Time", "Valuta",
    "Value Date", "Tanggal Valuta", "Mata Uang", "Currency",
)  # fmt: skip
"""Columns of many exports that have no use here."""
AMOUNTS = ("debit", "credit", "amount", "balance")
_ASIDE = {folded(word): LEFT_OUT for word in ASIDE}

OPENING = re.compile(r"saldo (?:awal|pindahan|lalu)|(?:opening|beginning) balance|balance b f")
CLOSING = re.compile(r"saldo (?:akhir|penutupan)|(?:closing|ending) balance")
SUMMED = re.compile(r"(?:sub ?)?total|jumlah|(?:total )?mutasi (?:debet|debit|db|kredit|cr)")


class Unplaced(Faults):
    """Some headings have no meaning assigned yet."""

    def __init__(self, faults: Iterable[Fault], given_headings: Sequence[Heading]) -> None:
        super().__init__(faults)
        self.headings = tuple(given_headings)


def headings(chosen: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words by which the row of headings is found."""
    return headings_of({"": COLUMNS}, _ASIDE | dict(chosen))


def statement_of(
    table: Table, *, account: str = "", chosen: Mapping[str, str] | None = None, year: int | None = None
) -> Statement:
    """Read the statement in a table.

    ``chosen``: meanings that the owner gave to headings. ``year``: for days written without one. Raises Faults,
    :class:`Unplaced` for headings without a meaning.
    """
    table = _with_marks_named(table)
    placed_headings, faults = placed(table, COLUMNS, _ASIDE | dict(chosen or {}))
    told = [
        *table.faults,
        *(replace(fault, place=place(table.name, table.header_row, label)) for label, fault in faults),
    ]
    columns = {heading.column: heading.place for heading in placed_headings if heading.column not in ("", LEFT_OUT)}
    if not told and "amount" not in columns and not {"debit", "credit"} <= columns.keys():
        sentence = N_("There is no column of what moved: “Jumlah”, or both “Debet” and “Kredit”")
        told.append(Fault("no-amounts", sentence, place=place(table.name, table.header_row)))
    if told:
        raise Unplaced(told, placed_headings) if faults else Faults(told)
    return checked(_Reader(table, {name: column.index for name, column in columns.items()}, year).draft(account))


def _with_marks_named(table: Table) -> Table:
    """Return the table with a name for a column that has no heading and holds only DB and CR."""
    columns, named = list(table.columns), set()
    for column in table.columns:
        cells = [row.cells[column.index] for row in table.rows if row.cells[column.index] != ""]
        if not column.name and cells and all(folded(str(cell)) in MARKS for cell in cells):
            columns[column.index] = replace(column, name="DB/CR")
            named.add(place(table.name, table.header_row, column.letter))
    kept = tuple(fault for fault in table.faults if fault.place not in named)
    return replace(table, columns=tuple(columns), faults=kept)


class _Reader:
    """Reads the rows of one table."""

    def __init__(self, table: Table, columns: Mapping[str, int], year: int | None) -> None:
        self.table, self.columns, self.year = table, columns, year
        order = day_order(self._cell(row, "date") for row in table.rows)
        if order is None:
            sentence = N_("Some days have the month first and others the day: both 13/1 and 1/13 stand here")
            raise Faults([Fault("days-mixed", sentence, place=table.name)])
        self.order: DayOrder = order
        self.notation = self._notation()
        self.faults: list[Fault] = []

    def draft(self, account: str) -> Draft:
        """Read all rows. Raises Faults."""
        rows, sums = [], {}
        for row in self.table.rows:
            kind, value = self._sum(row)
            if kind:
                sums.setdefault(kind, value)
            elif (statement := self._row(row)) is not None:
                rows.append(statement)
        if self.faults:
            raise Faults(self.faults)
        return Draft(self.table.name, account, rows, sums.get("opening"), sums.get("closing"))

    def _row(self, row: Row) -> StatementRow | None:
        """Read a row; None for one without a movement, and for one with faults, which are recorded."""
        day = read_written_day(self._cell(row, "date"), self.order, self.year)
        amounts = {name: read_written_amount(self._cell(row, name), self.notation) for name in AMOUNTS}
        said = {"date": day if day is not None else Fault("no-value", N_("This is missing")), **amounts}
        wrong = [(name, value) for name, value in said.items() if isinstance(value, Fault)]
        if not wrong:
            amount = self._moved(row, amounts)
            wrong = [amount] if isinstance(amount, tuple) else []
        if wrong:
            self.faults += [replace(fault, place=self._place(row, name)) for name, fault in wrong]
            return None
        balance = amounts["balance"]
        if not amount:
            return None
        return StatementRow(
            row.number, day, amount, self._text(row, "text"), self._text(row, "reference"),
            balance if balance is None else _signed(balance, IN),
        )  # fmt: skip

    def _moved(self, row: Row, amounts: Mapping[str, tuple[Decimal, int] | None]) -> Decimal | tuple[str, Fault]:
        """Return the amount moved, positive for money received; or the column of a fault, with the fault."""
        given = [amounts[name] for name in AMOUNTS[:3]]
        if given == [None, None, None]:
            return "amount", Fault("no-amount-here", N_("Nothing says what moved in this row"))
        debit, credit, amount = (amount if amount and amount[0] else None for amount in given)
        if debit and credit:
            return "debit", Fault("both-sides", N_("This row has both a debit and a credit"))
        if debit or credit:
            return _signed(debit, OUT) if debit else _signed(credit, IN)
        return self._marked(row, amount) if amount else Decimal(0)

    def _marked(self, row: Row, amount: tuple[Decimal, int]) -> Decimal | tuple[str, Fault]:
        """Return the single amount of a row, signed by its own mark or that of its column."""
        written = folded(str(self._cell(row, "mark")))
        if written and written not in MARKS:
            return "mark", Fault("unknown-mark", N_("“%(given)s” is neither debit nor credit"), {"given": written})
        side = MARKS.get(written, 0)
        if side and amount[1] and side != amount[1]:
            return "mark", Fault("marks-differ", N_("The amount and its mark say opposite sides"))
        if side == 0 and amount[1] == 0 and "mark" in self.columns:
            return "mark", Fault("no-mark", N_("Nothing says whether this came or went"))
        return amount[0] * (side or amount[1] or IN)

    def _sum(self, row: Row) -> tuple[str, Decimal | None]:
        """Return ``opening``, ``closing`` or ``total`` with its value for a row that is no movement; else nothing."""
        moved = any(self._cell(row, name) not in ("", Decimal(0)) for name in AMOUNTS[:3])
        day = read_written_day(self._cell(row, "date"), self.order, self.year)
        if moved and day is not None and not isinstance(day, Fault):
            return "", None
        words = [folded(cell) for cell in row.cells if isinstance(cell, str) and cell]
        for kind, pattern in (("opening", OPENING), ("closing", CLOSING), ("total", SUMMED)):
            if any(pattern.match(word) for word in words):
                return kind, self._value(row)
        return "", None

    def _value(self, row: Row) -> Decimal | None:
        """Return the amount in a row of a sum, preferring the balance."""
        cells = [self._cell(row, "balance"), *reversed(row.cells)]
        for cell in cells:
            amount = read_written_amount(cell, self.notation) if cell != "" else None
            if isinstance(amount, tuple):
                return _signed(amount, IN)
        return None

    def _notation(self) -> Notation | None:
        """Find out how the bank writes numbers: one program writes all of its columns."""
        texts = [
            plain_amount(row.cells[self.columns[name]])
            for row in self.table.rows for name in AMOUNTS if name in self.columns
        ]  # fmt: skip
        notation = column_notation(texts)
        return None if isinstance(notation, Fault) else notation

    def _cell(self, row: Row, name: str) -> Cell:
        return row.cells[self.columns[name]] if name in self.columns else ""

    def _text(self, row: Row, name: str) -> str:
        cell = self._cell(row, name)
        return f"{cell:f}" if isinstance(cell, Decimal) else " ".join(str(cell).split())

    def _place(self, row: Row, name: str) -> str:
        at = self.columns.get(name)
        return self.table.place(row.number, None if at is None else self.table.columns[at])


def _signed(moved: tuple[Decimal, int], unmarked: int) -> Decimal:
    """Return an amount with the sign of its mark, else of its column."""
    amount, side = moved
    return amount * (side or unmarked)
