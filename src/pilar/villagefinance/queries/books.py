"""The cash book of a village (BKU) and its sub-books of bank, cash, tax and advances: reads of lines and positions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import connection

from pilar.people.rules import Standing
from pilar.platform.language import N_, translate
from pilar.villagefinance.models import Period
from pilar.villagefinance.queries.taxes import tax_title
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.clocks import last_day
from pilar.villagefinance.rules.codes import ADVANCE, BANK, CASH, MONEY, WITHHELD
from pilar.villagefinance.rules.journal import Kind

ZERO = Decimal(0)
SHORT_HASH = 12
"""Characters of a hash that a book prints."""


class BookKind(StrEnum):
    """The cash book, and its sub-books; the values stand in addresses."""

    GENERAL = "umum"
    BANK = "bank"
    CASH = "tunai"
    TAX = "pajak"
    ADVANCES = "panjar"


BOOK_NAMES = {
    BookKind.GENERAL: N_("General cash book (BKU)"),
    BookKind.BANK: N_("Bank book"),
    BookKind.CASH: N_("Cash book of the cash box"),
    BookKind.TAX: N_("Tax book"),
    BookKind.ADVANCES: N_("Book of advances"),
}
_HEADS = {
    BookKind.GENERAL: MONEY, BookKind.BANK: BANK, BookKind.CASH: CASH, BookKind.TAX: WITHHELD,
    BookKind.ADVANCES: ADVANCE,
}  # fmt: skip
KIND_NAMES = {
    Kind.OPENING: N_("Opening balance"),
    Kind.RECEIPT: N_("Money received"),
    Kind.SETTLEMENT: N_("Settlement outside the account"),
    Kind.PAYMENT: N_("Payment"),
    Kind.ADVANCE: N_("Advance"),
    Kind.ACCOUNTED: N_("Advance accounted for"),
    Kind.UNUSED: N_("Rest of an advance"),
    Kind.REMITTANCE: N_("Tax remitted"),
    Kind.WITHDRAWAL: N_("Cash withdrawn"),
    Kind.DEPOSIT: N_("Cash deposited"),
    Kind.REFUND: N_("Refund"),
    Kind.LATE_REFUND: N_("Refund of an earlier year"),
    Kind.INVESTMENT: N_("Financing"),
    Kind.CLOSING: N_("Closing of the year"),
    Kind.REVERSAL: N_("Reversal"),
}


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line of a book: the amount received or paid, and the balance after it, in rupiah.

    ``holder`` is where the money lies, the kind of tax or the activity of an advance; ``hash`` is that of its entry.
    """

    day: date
    place: int
    kind: Kind
    number: int
    paper: str
    told: str
    account: str
    holder: str
    fund: str
    into: Decimal
    out: Decimal
    balance: Decimal
    hash: str

    @property
    def short_hash(self) -> str:
        """The beginning of the hash, as a book prints it."""
        return self.hash[:SHORT_HASH]

    @property
    def entry(self) -> str:
        """The kind of the entry in the reader's language, with its number."""
        return f"{translate(KIND_NAMES[self.kind])} {self.number}"


@dataclass(frozen=True, slots=True)
class BookOf:
    """A book of a village in a month: opening balance, lines, sums in and out; ``closed``: the month is closed."""

    village: str
    year: int
    month: int
    kind: BookKind
    before: Decimal
    lines: tuple[BookLine, ...]
    closed: bool

    @property
    def into(self) -> Decimal:
        return sum((line.into for line in self.lines), ZERO)

    @property
    def out(self) -> Decimal:
        return sum((line.out for line in self.lines), ZERO)

    @property
    def after(self) -> Decimal:
        """The balance at the end of the month."""
        return self.before + self.into - self.out


def book(village: str, year: int, month: int, kind: BookKind, *, scope: Standing) -> BookOf:
    """Read a book of a month; raises :class:`NotFound`. Three queries."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    head, first = _HEADS[kind], date(year, month, 1)
    given: dict[str, Any] = {
        "region": village[:5], "village": village, "year": year, "head": head, "first": first,
        "last": last_day(year, month), "in": "C" if kind is BookKind.TAX else "D",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(moved), 0) FROM villagefinance_cashposition WHERE (region, village, year)"
            " = (%(region)s, %(village)s, %(year)s) AND starts_with(account, %(head)s) AND day < %(first)s",
            given,
        )
        (held,) = cursor.fetchone()
        before = balance = ZERO - held if kind is BookKind.TAX else held
        cursor.execute(
            "SELECT e.date, e.place, e.kind, e.number, e.document, e.told, l.account,"
            " l.tax, coalesce(b.name, l.activity), l.fund,"
            " CASE WHEN l.side = %(in)s THEN l.amount ELSE 0 END, CASE WHEN l.side = %(in)s THEN 0 ELSE l.amount END,"
            " e.hash FROM villagefinance_line AS l JOIN villagefinance_entry AS e"
            " ON (e.region, e.village, e.year, e.place) = (l.region, l.village, l.year, l.place)"
            " LEFT JOIN villagefinance_bankaccount AS b"
            " ON (b.region, b.village, b.key) = (l.region, l.village, l.bank_account)"
            " WHERE (l.region, l.village, l.year) = (%(region)s, %(village)s, %(year)s)"
            " AND starts_with(l.account, %(head)s) AND e.date BETWEEN %(first)s AND %(last)s"
            " ORDER BY e.date, e.place, l.no",
            given,
        )
        lines = []
        for day, place, of, number, paper, told, account, tax, holder, fund, into, out, made in cursor.fetchall():
            balance += into - out
            where = tax_title(tax, village[:5]) if tax else holder
            lines.append(
                BookLine(
                    day, place, Kind(of), number, paper, told, account, where, fund, into, out, balance, made
                )
            )  # fmt: skip
    return BookOf(village, year, month, kind, before, tuple(lines), is_closed(village, year, month))


def is_closed(village: str, year: int, month: int) -> bool:
    """Return whether the books of a month are closed; the caller has checked the permission. One query."""
    acts = Period.objects.filter(region=village[:5], village=village, year=year, month=month).order_by("-no")
    return acts.values_list("act", flat=True).first() in ("closed", "asked")
