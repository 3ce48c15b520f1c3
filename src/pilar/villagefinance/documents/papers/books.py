"""Books and registers of a village: BKU with its sub-books, closings, requests, taxes, advances, bank months."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.design.tables import Column, Table
from pilar.platform.language import N_, translate
from pilar.villagefinance.documents.paper import MONTHS, Choices, Group, Paper, Part, Said, Wanted, in_full, money
from pilar.villagefinance.queries import papers as queries
from pilar.villagefinance.queries import requests, statements
from pilar.villagefinance.queries.books import BOOK_NAMES, BookKind, BookOf, book
from pilar.villagefinance.queries.cash import places
from pilar.villagefinance.queries.executors import reads_all
from pilar.villagefinance.rules.requests import KIND_NAMES as REQUEST_KINDS
from pilar.villagefinance.rules.roles import Role

ZERO, CENT = Decimal(0), Decimal("0.01")
OWN_ALONE = N_(
    "This register is not complete: it has the payment requests of your own activities alone. The head, the secretary"
    " and the treasurer read all of them."
)
LINES = Table(
    gettext_lazy("Book"),
    Column("day", gettext_lazy("Day")),
    Column("entry", gettext_lazy("Entry")),
    Column("told", gettext_lazy("What for")),
    Column("paper", gettext_lazy("Paper"), on_page=False),
    Column("holder", gettext_lazy("Where it lies")),
    Column("fund", gettext_lazy("Fund")),
    money("into", gettext_lazy("In, Rp")),
    money("out", gettext_lazy("Out, Rp")),
    money("balance", gettext_lazy("Balance, Rp")),
    Column("hash", gettext_lazy("Hash of the entry"), "short_hash", on_page=False),
)
HELD = Table(
    gettext_lazy("Cash, advances and taxes owed"),
    Column("account", gettext_lazy("Account code")),
    Column("name", gettext_lazy("Where it lies")),
    Column("fund", gettext_lazy("Fund")),
    money("opening", gettext_lazy("At the beginning, Rp")),
    money("closing", gettext_lazy("At the end, Rp")),
)
CLOSINGS = Table(
    gettext_lazy("Closings of the cash book"),
    Column("month", gettext_lazy("Month"), lambda row: str(MONTHS[row.month])),
    money("bank", gettext_lazy("Bank, Rp")),
    money("cash", gettext_lazy("Cash box, Rp")),
    money("money", gettext_lazy("Together, Rp")),
    money("advances", gettext_lazy("Advances, Rp")),
    money("owed", gettext_lazy("Taxes owed, Rp")),
    Column("closed_on", gettext_lazy("Closed on")),
    Column("by", gettext_lazy("Closed by")),
)
REQUESTS = Table(
    gettext_lazy("Register of payment requests"),
    Column("number", gettext_lazy("Number")),
    Column("date", gettext_lazy("Day")),
    Column("kind", gettext_lazy("Kind"), lambda row: translate(REQUEST_KINDS[row.kind])),
    Column("activity", gettext_lazy("Activity")),
    Column("told", gettext_lazy("What for")),
    Column("payee", gettext_lazy("Payee")),
    Column("fund", gettext_lazy("Fund")),
    money("amount", gettext_lazy("Amount, Rp")),
    Column("state", gettext_lazy("State"), "state_name"),
    Column("paid_on", gettext_lazy("Paid on")),
)
TAXES = Table(
    gettext_lazy("Register of taxes"),
    Column("request", gettext_lazy("SPP")),
    Column("paid_on", gettext_lazy("Paid on")),
    Column("name", gettext_lazy("Payee"), "payee"),
    Column("tax", gettext_lazy("Tax")),
    money("base", gettext_lazy("Base, Rp")),
    Column("rate", gettext_lazy("Rate, %"), lambda row: (row.rate * 100).quantize(CENT), number=True),
    money("amount", gettext_lazy("Withheld, Rp")),
    Column("due", gettext_lazy("Due")),
    Column("ntpn", gettext_lazy("NTPN")),
    Column("remitted", gettext_lazy("Remitted on"), lambda row: row.remitted_on),
)
ADVANCES = Table(
    gettext_lazy("Register of advances"),
    Column("request", gettext_lazy("SPP")),
    Column("paid_on", gettext_lazy("Paid on")),
    Column("activity", gettext_lazy("Activity")),
    Column("told", gettext_lazy("What for")),
    money("given", gettext_lazy("Given, Rp")),
    money("accounted", gettext_lazy("Accounted for, Rp")),
    money("returned", gettext_lazy("Came back, Rp")),
    money("rest", gettext_lazy("Rest, Rp")),
    Column("due", gettext_lazy("Due")),
)
BETWEEN = Table(
    gettext_lazy("Between bank and books"),
    Column("since", gettext_lazy("Since")),
    Column("told", gettext_lazy("Movement"), "text"),
    Column("bank", gettext_lazy("By the bank"), lambda line: len(line.of.bank), number=True),
    Column("books", gettext_lazy("By the books"), lambda line: len(line.of.books), number=True),
    money("amount", gettext_lazy("The books have more, Rp")),
)


def _book(wanted: Wanted, kind: BookKind) -> Iterator[Part]:
    book_of = book(wanted.place, wanted.year, wanted.month, kind, scope=wanted.by)
    before, after = _sums(book_of)
    yield Part(before=before, table=LINES, rows=book_of.lines, after=after)


def _closing(wanted: Wanted) -> Iterator[Part]:
    """Yield the cash book at the end of a month, and the closings of all months up to it."""
    before, after = _sums(book(wanted.place, wanted.year, wanted.month, BookKind.GENERAL, scope=wanted.by))
    held = queries.held(wanted.place, wanted.last, scope=wanted.by)
    yield Part(_("The cash book at the end of the month"), (*before, *after), HELD, held, {"opening"})
    ends = queries.month_ends(wanted.place, wanted.year, scope=wanted.by)
    yield Part(_("All months"), table=CLOSINGS, rows=ends[: wanted.month])


def _sums(book: BookOf) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """Return the opening balance of a month's book, and its sums and closing balance."""
    state = _("Closed") if book.closed else _("Not closed yet")
    balance = in_full(_("Balance at the end of the month"), book.after)
    before = ((_("State"), state), (_("Balance before"), book.before))
    return before, ((_("In"), book.into), (_("Out"), book.out), *balance)


def _requests(wanted: Wanted) -> Iterator[Part]:
    every = requests.requests(wanted.place, scope=wanted.by, size=None)
    rows = [request for request in reversed(list(every)) if request.year == wanted.year]
    yield Part(table=REQUESTS, rows=rows, notes=() if reads_all(wanted.place, wanted.by) else (translate(OWN_ALONE),))


def _taxes(wanted: Wanted) -> Iterator[Part]:
    rows = queries.taxes(wanted.place, wanted.year, scope=wanted.by)
    remitted = sum((row.amount for row in rows if row.ntpn), ZERO)
    withheld = sum((row.amount for row in rows), ZERO)
    sums = ((_("Withheld"), withheld), (_("Remitted"), remitted), (_("Owed"), withheld - remitted))
    yield Part(table=TAXES, rows=rows, after=sums)


def _advances(wanted: Wanted) -> Iterator[Part]:
    rows = queries.advances(wanted.place, wanted.year, scope=wanted.by)
    rest = sum((row.rest for row in rows), ZERO)
    yield Part(table=ADVANCES, rows=rows, after=((_("Not accounted for"), rest),))


def _accounts(wanted: Wanted) -> Choices:
    """Bank accounts of the village."""
    return [(place.key, place.label) for place in places(wanted.place) if place.is_bank]


def _reconciliation(wanted: Wanted) -> list[Part] | None:
    if wanted.number is None:
        return None
    month_sheet = statements.reconciliation(wanted.place, wanted.number, wanted.last, scope=wanted.by)
    if month_sheet is None:
        return None
    sheet, account = month_sheet.sheet, month_sheet.account
    told = (
        (_("Bank account"), f"{account.name}, {account.bank} {account.number}"),
        (_("Balance by the bank"), sheet.bank), (_("Only the books have"), sheet.awaited),
        (_("Only the bank has"), sheet.unbooked), (_("Of which the bank has a part"), sheet.partly),
        (_("Balance by the books"), sheet.books), (_("Difference"), sheet.difference),
    )  # fmt: skip
    differed = (_("Bank and books already differed by this before the first statement."),) if sheet.difference else ()
    return [Part("", told, BETWEEN, month_sheet.lines, notes=differed)]


MONTH, SIGNED = frozenset({"month"}), (Role.TREASURER, Role.HEAD)
PAPERS = (
    *(Paper(kind, BOOK_NAMES[kind], Group.BOOKS, partial(_book, kind=kind), SIGNED, MONTH, landscape=True)
      for kind in BookKind),
    Paper("penutupan", N_("Closing of the cash book"), Group.BOOKS, _closing, SIGNED, MONTH, landscape=True),
    Paper("rekonsiliasi", N_("Reconciliation with the bank"), Group.BOOKS, _reconciliation,
          (Role.TREASURER, Role.SECRETARY), MONTH, _accounts),
    Paper("register-spp", N_("Register of payment requests (SPP)"), Group.BOOKS, _requests, SIGNED, landscape=True),
    Paper("register-pajak", N_("Register of taxes withheld and remitted"), Group.BOOKS, _taxes, SIGNED,
          landscape=True),
    Paper("register-panjar", N_("Register of advances"), Group.BOOKS, _advances, SIGNED, landscape=True),
)  # fmt: skip
