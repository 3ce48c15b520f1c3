"""Open movements between bank and books of an account, proposals of matches, and the reconciliation sheet of a
month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Sum

from pilar.people.rules import NotFound, Standing
from pilar.villagefinance.models import (
    BankAccount,
    BankFormat,
    BankRow,
    BankStatement,
    CashPosition,
    Line,
    MatchedRow,
)
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.codes import BANK
from pilar.villagefinance.rules.statements.matching import Match, Movement, proposals
from pilar.villagefinance.rules.statements.reconciling import Accepted, Age, Between, Reconciliation, ageing, reconcile
from pilar.villagefinance.rules.statements.shape import masked

_LINES_OF_AN_ENTRY = 10_000
_BOOKS = """
SELECT e.place, l.no, e.date, CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END, e.told, e.document, m.match
FROM villagefinance_line AS l
JOIN villagefinance_entry AS e ON (e.region, e.village, e.year, e.place) = (l.region, l.village, l.year, l.place)
LEFT JOIN villagefinance_matchedline AS m
    ON (m.region, m.village, m.year, m.place, m.no) = (l.region, l.village, l.year, l.place, l.no)
WHERE l.region = %s AND l.village = %s AND l.bank_account = %s AND l.year >= %s AND e.date >= %s AND e.kind <> 'opening'
ORDER BY e.place, l.no
"""
_BANK = """
SELECT r.number, r.date, r.amount, r.text, r.reference, m.match FROM villagefinance_bankrow AS r
LEFT JOIN villagefinance_matchedrow AS m
    ON (m.region, m.village, m.bank_account, m.row) = (r.region, r.village, r.bank_account, r.number)
WHERE r.region = %s AND r.village = %s AND r.bank_account = %s ORDER BY r.number
"""


@dataclass(frozen=True, slots=True)
class KeptAccount:
    """A bank account with the first and last day of its statements and their balances; None without statements.

    ``columns``: the meaning that somebody gave to the headings of its statements.
    """

    key: int
    name: str
    bank: str
    number: str
    first: date | None
    last: date | None
    opening: Decimal | None
    closing: Decimal | None
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Movements of both sides that are the same, or seem to be: with the ``number`` of their match, or as a
    proposal."""

    number: int
    bank: tuple[Movement, ...]
    books: tuple[Movement, ...]
    proposal: Match | None = None

    @property
    def amount(self) -> Decimal:
        return sum((movement.amount for movement in self.bank), Decimal(0))

    @property
    def key(self) -> str:
        """The movements as a form sends them."""
        return ":".join(",".join(str(movement.key) for movement in side) for side in (self.bank, self.books))


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of the sheet between bank and books: since when, the amount that the books have more, and the
    movements."""

    since: date
    amount: Decimal
    of: Pair

    @property
    def text(self) -> str:
        return "; ".join(movement.text for movement in (*self.of.bank, *self.of.books))


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """The reconciliation sheet of an account on a day, with its lines."""

    account: KeptAccount
    sheet: Reconciliation
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """The movements that bank and books do not have in common on a day, and the proposed matches."""

    account: KeptAccount
    bank: tuple[Movement, ...]
    books: tuple[Movement, ...]
    proposals: tuple[Match, ...]
    bank_ages: tuple[Age, ...]
    book_ages: tuple[Age, ...]
    matched: tuple[Pair, ...]

    def pair(self, match: Match) -> Pair:
        """Return a proposal with its movements."""
        bank = {movement.key: movement for movement in self.bank}
        books = {book.key: book for book in self.books}
        return Pair(0, tuple(bank[key] for key in match.bank), tuple(books[key] for key in match.books), match)


@dataclass(frozen=True, slots=True)
class _Sides:
    """All movements since the first statement, and those that were matched, by the number of their match."""

    bank: tuple[Movement, ...]
    books: tuple[Movement, ...]
    matched: dict[int, Accepted]


MATCHED = MatchedRow.objects.filter(
    region=OuterRef("region"),
    village=OuterRef("village"),
    bank_account=OuterRef("bank_account"),
    row=OuterRef("number"),
)
"""Condition: a bank movement has been matched."""


def unmatched(village: str, *, scope: Standing, until: date | None = None) -> tuple[tuple[int, str, int], ...]:
    """List the bank accounts with unmatched movements, of all days or until one: key, name, count. Raises
    :class:`NotFound`. Two queries."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    of_village = {"region": village[:5], "village": village}
    rows = BankRow.objects.filter(~Exists(MATCHED), **of_village).order_by("bank_account")
    if until:
        rows = rows.filter(date__lte=until)
    counts = dict(rows.values_list("bank_account").annotate(Count("number")))
    names = dict(BankAccount.objects.filter(**of_village, key__in=counts).values_list("key", "name")) if counts else {}
    return tuple((key, names[key], count) for key, count in counts.items())


def line_of(village: str, key: int) -> dict[str, int]:
    """Return the place of the book line of a movement. Raises :class:`NotFound`."""
    place, no = divmod(key, _LINES_OF_AN_ENTRY)
    rows = Line.objects.filter(region=village[:5], village=village, place=place, no=no)
    year = rows.values_list("year", flat=True).first()
    if year is None:
        raise NotFound
    return {"year": year, "place": place, "no": no}


def kept_account(village: str, key: int, *, scope: Standing) -> KeptAccount:
    """Read a bank account of a village; raises :class:`NotFound`. Four queries."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    row = BankAccount.objects.filter(region=village[:5], village=village, key=key, account=BANK).first()
    if row is None:
        raise NotFound
    of_account = {"region": village[:5], "village": village, "bank_account": key}
    statements = BankStatement.objects.filter(**of_account).order_by("number")
    first, last = statements.first(), statements.last()
    columns = BankFormat.objects.filter(**of_account).values_list("columns", flat=True).first()
    return KeptAccount(
        key, row.name, row.bank, row.number, first and first.first, last and last.last, first and first.opening,
        last and last.closing, columns or {},
    )  # fmt: skip


def columns_of_bank(village: str, bank: str) -> dict[str, str]:
    """Read the meanings that others of the region gave to the headings of this bank's statements, without a check of
    permission. One query."""
    same = BankAccount.objects.filter(
        region=OuterRef("region"), village=OuterRef("village"), key=OuterRef("bank_account"), bank__iexact=bank
    )
    rows = BankFormat.objects.filter(Exists(same), region=village[:5]).order_by("village", "bank_account")
    return {
        heading: column for columns in rows.values_list("columns", flat=True) for heading, column in columns.items()
    }


def open_movements(village: str, key: int, day: date, *, scope: Standing) -> Open:
    """Read the open movements of an account on ``day``. Raises :class:`NotFound`. Six queries."""
    account = kept_account(village, key, scope=scope)
    sides = _sides(village, account, scope)
    bank_taken = {row for accepted in sides.matched.values() for row in accepted.bank}
    books_taken = {line for accepted in sides.matched.values() for line in accepted.books}
    bank = tuple(movement for movement in sides.bank if movement.key not in bank_taken)
    books = tuple(book for book in sides.books if book.key not in books_taken)
    matched = tuple(_pair(sides, number, accepted) for number, accepted in sorted(sides.matched.items(), reverse=True))
    matches = proposals(bank, books)
    return Open(account, bank, books, matches, ageing(bank, day), ageing(books, day), matched)


def reconciliation(village: str, key: int, day: date, *, scope: Standing) -> MonthSheet | None:
    """Make the sheet of an account at the end of ``day``; None where no statement reaches that far.

    Raises :class:`NotFound`. Seven queries.
    """
    account = kept_account(village, key, scope=scope)
    if account.first is None or account.last is None or account.opening is None:
        return None
    if not account.first <= day <= account.last:
        return None
    sides = _sides(village, account, scope)
    held = CashPosition.objects.filter(
        region=village[:5], village=village, year=day.year, account=BANK, holder=str(key), day__lte=day
    ).aggregate(held=Sum("moved"))["held"]
    moved = sum((movement.amount for movement in sides.bank if movement.date <= day), Decimal(0))
    reconciliation = reconcile(
        day, bank_balance=account.opening + moved, book_balance=held or Decimal(0), bank=sides.bank, books=sides.books,
        accepted=tuple(sides.matched.values()),
    )  # fmt: skip
    lines = tuple(
        SheetLine(between.since, between.amount, _pair(sides, 0, between)) for between in reconciliation.between
    )
    return MonthSheet(account, reconciliation, lines)


def _pair(sides: _Sides, number: int, pair: Accepted | Between) -> Pair:
    return Pair(
        number,
        tuple(movement for movement in sides.bank if movement.key in pair.bank),
        tuple(movement for movement in sides.books if movement.key in pair.books),
    )


def _sides(village: str, account: KeptAccount, scope: Standing) -> _Sides:
    """Read all movements. A reader without permission for account numbers sees none in the bank's texts either."""
    if account.first is None:
        return _Sides((), (), {})
    of_account: list[Any] = [village[:5], village, account.key]
    with connection.cursor() as cursor:
        cursor.execute(_BANK, of_account)
        bank_rows = cursor.fetchall()
        cursor.execute(_BOOKS, [*of_account, account.first.year, account.first])
        book_rows = cursor.fetchall()
    reads = AUTHORITY.may(scope, Action.READ_ACCOUNTS, case_of(village))
    bank = tuple(Movement(*row[:3], *(said if reads else masked(said) for said in row[3:5])) for row in bank_rows)
    books = tuple(Movement(place * _LINES_OF_AN_ENTRY + no, *said) for place, no, *said, _match in book_rows)
    matched: dict[int, tuple[list[int], list[int]]] = {}
    for at, (movements, rows) in enumerate(((bank, bank_rows), (books, book_rows))):
        for movement, row in zip(movements, rows, strict=True):
            if row[-1] is not None:
                matched.setdefault(row[-1], ([], []))[at].append(movement.key)
    return _Sides(
        bank, books, {number: Accepted(tuple(some), tuple(others)) for number, (some, others) in matched.items()}
    )
