"""Statements in MT940, the message of SWIFT that banks send to companies: read field by field into tables.

The package mt-940 knows the fields and the dialects of banks; here each field is read separately, so that a fault names
its line. The result is tables like a bank's export, which :mod:`columns` reads.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.tables import Cell, Column, Row, Table, shown
from pilar.platform.tables.table import place
from pilar.platform.tables.wire import Order

HEADS = ("date", "text", "reference", "amount", "balance")
CURRENCY = "IDR"
_FIELD = re.compile(r":(\d{2}|NS)([A-Z]?):(.*)", re.DOTALL)
_BLOCK = re.compile(r"^(?:\{[1-5]:[^{}]*\})*(?:\{4:)?")
_BEGINS, _ACCOUNT, _OPENING, _MOVED, _CLOSING, _DETAILS = "20", "25", "60", "61", "62", "86"
_HEADED = ":940:"
"""A separate line before the message, as some banks write it."""
MAX_FIELD = 2_000


def is_mt940(content: bytes) -> bool:
    """Return whether a file begins as such a message."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    return re.match(rb"(\{[1-5]:[^{}]*\})*(\{4:)?\s*(:940:\s*)?:20:", start) is not None


def read_mt940(order: Order, content: bytes) -> Sequence[Table]:
    """Read a table for each statement in a file, named after its account. Raises Faults."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    pages: list[_Page] = []
    faults: list[Fault] = []
    for line, tag, value in _fields(order.name, text):
        if tag == _BEGINS:
            pages.append(_Page(order.name, line))
        try:
            pages[-1].take(line, tag, value)
        except Faults as wrong:
            faults += wrong.faults
    faults = faults or [fault for page in pages for fault in page.missing()]
    if faults:
        raise Faults(faults[:100])
    if sum(len(page.rows) for page in pages) > order.most_rows:
        sentence = N_("The table has more than %(most)s rows.")
        raise Faults([Fault("too-many-rows", sentence, {"most": order.most_rows}, order.name)])
    return [page.table() for page in pages]


def _fields(name: str, text: str) -> Iterator[tuple[int, str, str]]:
    """Yield each field with the line where it begins: its tag without the letter, and its value over all its lines."""
    begun: list[str] = []
    at = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        line = _BLOCK.sub("", raw.rstrip("\r\x1a\0 ")) if raw.startswith("{") else raw.rstrip("\r\x1a\0 ")
        begins = _FIELD.fullmatch(line) is not None
        if len(line) + (0 if begins else sum(map(len, begun))) > MAX_FIELD:
            sentence = N_("The field has more than %(most)s characters")
            raise Faults([Fault("long-field", sentence, {"most": MAX_FIELD}, place(name, at or number))])
        if begins:
            if begun:
                yield at, *_split("\n".join(begun))
            begun, at = [line], number
        elif line in ("", _HEADED) or line.startswith("-"):
            continue
        elif not begun:
            sentence = N_("Line %(line)s belongs to no field. This is no statement in MT940")
            raise Faults([Fault("no-field", sentence, {"line": number}, place(name, number))])
        else:
            begun.append(line)
    if begun:
        yield at, *_split("\n".join(begun))


def _split(said: str) -> tuple[str, str]:
    match = _FIELD.fullmatch(said)
    assert match
    return match[1], match[3]


@dataclass(slots=True)
class _Page:
    """One statement of a file while it is read."""

    name: str
    line: int
    account: str = ""
    opening: Any = None
    closing: Any = None
    rows: list[list[Cell]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def take(self, line: int, tag: str, value: str) -> None:
        """Take a field; those without use here are skipped. Raises Faults."""
        if tag == _ACCOUNT:
            self.account = value.strip().partition(" ")[0].partition("/IDR")[0]
        elif tag in (_OPENING, _CLOSING):
            balance = next(iter(self._read(line, tag, value).values()))
            if balance.amount.currency != CURRENCY:
                sentence = N_("The account is in %(currency)s; only accounts in rupiah are read")
                raise self._refused(line, "currency", sentence, currency=shown(balance.amount.currency))
            if tag == _OPENING and self.opening is None:
                self.opening = balance
            elif tag == _CLOSING:
                self.closing = balance
        elif tag == _MOVED:
            said = self._read(line, tag, value)
            references = (said["customer_reference"], said["bank_reference"])
            reference = next(
                (piece.strip() for piece in references if piece and piece.strip() not in ("", "NONREF")), ""
            )
            day = said.get("entry_date") or said["date"]
            details = " ".join((said["extra_details"] or "").split())
            self.rows.append([day, details, reference, said["amount"].amount, ""])
            self.lines.append(line)
        elif tag == _DETAILS and self.rows and self.closing is None:
            text = _details(value)
            self.rows[-1][1] = f"{self.rows[-1][1]} {text}".strip()

    def missing(self) -> Iterator[Fault]:
        """Yield a fault for each required field that is missing."""
        for told, tag in ((self.account, ":25:"), (self.opening, ":60F:"), (self.closing, ":62F:")):
            if not told:
                sentence = N_("The statement that begins here has no field %(tag)s: the file was cut off or changed")
                yield Fault("field-missing", sentence, {"tag": tag}, place(self.name, self.line))

    def table(self) -> Table:
        """Return the statement as a bank would export it, from its opening to its closing balance."""
        whole = [
            Row(self.line, (_plain(self.opening.date), "Saldo awal", "", "", self.opening.amount.amount)),
            *(Row(at, (_plain(row[0]), *row[1:])) for at, row in zip(self.lines, self.rows, strict=True)),
            Row(self.line, (_plain(self.closing.date), "Saldo akhir", "", "", self.closing.amount.amount)),
        ]
        columns = tuple(Column(name, at) for at, name in enumerate(HEADS))
        return Table(self.account, self.line, columns, tuple(whole))

    def _read(self, line: int, tag: str, value: str) -> dict[str, Any]:
        """Parse a field with the package."""
        import mt940

        known = mt940.tags.TAG_BY_ID[int(tag)]
        within = mt940.models.Transactions(options=mt940.Options.all())
        try:
            return dict(known(within, known.parse(within, value)))
        except (RuntimeError, ValueError, ArithmeticError, TypeError):
            sentence = N_("The field :%(tag)s: cannot be read: “%(given)s”")
            raise self._refused(line, "broken-field", sentence, tag=tag, given=shown(value)) from None

    def _refused(self, line: int, code: str, sentence: str, **fields: str) -> Faults:
        return Faults([Fault(code, sentence, fields, place(self.name, line))])


def _plain(day: Any) -> Cell:
    """Convert a day of the package to Python's own."""
    return dt.date(day.year, day.month, day.day)


def _details(value: str) -> str:
    """Return the words of field 86, whose parts some banks number (``?20``) or name (``/REMI/``)."""
    return " ".join(re.sub(r"\?\d{2}|/(?:REMI|BENM|ORDP|NAME|EREF|TRCD)/", " ", value.replace("\n", " ")).split())
