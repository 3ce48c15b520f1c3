"""The books of a village, what was realised and receipts, in the printed form that officials know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilar.design.tables import Listing
from pilar.platform.language import translate
from pilar.platform.reading import rupiah_text
from pilar.reports.document import Block, Column, Document, Pair, Pairs, Paragraph, Row, Table
from pilar.villagefinance.queries.books import BOOK_NAMES, BookOf
from pilar.villagefinance.queries.requests import RequestRow
from pilar.villagefinance.rules.realisation import Realisation, RealisedRow
from pilar.villagefinance.rules.words import in_words

AUTHOR = "Pilar"
WIDE = frozenset({"told", "name"})
"""Columns that hold sentences."""


def book_document(found: BookOf, lines: Listing, village: str, now: datetime) -> Document:
    """A book of a month, as it is signed at its end."""
    before = Pair(_("Balance before"), _rupiah(found.before))
    after = Pair(_("Balance at the end of the month"), f"{_rupiah(found.after)} ({in_words(found.after)})")
    sums = (Pair(_("In"), _rupiah(found.into)), Pair(_("Out"), _rupiah(found.out)))
    title = f"{translate(BOOK_NAMES[found.kind])}, {MONTHS[found.month]} {found.year}"
    blocks = (Pairs((before,)), _table(lines), Pairs((*sums, after)), *_signed(_("Treasurer"), _("Head of village")))
    return _document(title, village, blocks, now, landscape=True)


def realisation_document(found: Realisation, rows: Listing, village: str, now: datetime) -> Document:
    """What was realised of a budget by the end of a month."""
    title = _("Realisation of the budget until the end of %(month)s %(year)s") % {
        "month": MONTHS[found.month], "year": found.year,
    }  # fmt: skip
    eyebrow = f"{village} · {found.fund}" if found.fund else village
    return _document(title, eyebrow, (_table(rows), *_signed(_("Head of village"))), now)


def receipt_document(row: RequestRow, village: str, now: datetime) -> Document:
    """The receipt (kuitansi) of a payment."""
    assert row.paid_on is not None
    taxes = [Pair(_("Tax withheld (%(tax)s)") % {"tax": one.title}, _rupiah(one.amount)) for one in row.taxes]
    facts = (
        Pair(_("Received from"), _("Treasurer of %(village)s") % {"village": village}),
        Pair(_("Amount"), _rupiah(row.amount)),
        Pair(_("In words"), in_words(row.amount)),
        Pair(_("What for"), row.told),
        Pair(_("Request"), f"SPP {row.number}/{row.year}"),
        *taxes,
        Pair(_("Paid out"), f"{_rupiah(row.net)} ({in_words(row.net)})"),
        Pair(_("Day"), date_format(row.paid_on)),
    )
    people = _signed(_("Approved: %(name)s") % {"name": row.approver}, _("Treasurer"), row.payee or str(row.maker))
    return _document(_("Receipt"), village, (Pairs(facts), *people), now)


def _document(
    title: str, village: str, blocks: tuple[Block, ...], now: datetime, *, landscape: bool = False
) -> Document:
    return Document(
        title=title, language=(get_language() or "id")[:2], author=AUTHOR, made_at=now, blocks=blocks, eyebrow=village,
        running=f"{title} · {village}", landscape=landscape,
    )  # fmt: skip


def _table(listing: Listing) -> Table:
    """A list as it is printed."""
    columns = tuple(
        Column(str(one.head), one.number, share=3 if one.name in WIDE else 1) for one in listing.columns
    )  # fmt: skip
    return Table(columns, tuple(_row(listing, one) for one in listing))


def _row(listing: Listing, row: Any) -> Row:
    cells = tuple(_cell(one.read(row)) for one in listing.columns)
    strong = isinstance(row, RealisedRow) and row.level < 3
    return Row(cells, strong=strong)


def _cell(value: Any) -> str:
    match value:
        case None:
            return "–"
        case Decimal():
            return rupiah_text(value)
        case date():
            return date_format(value, "SHORT_DATE_FORMAT")
        case _:
            return str(value)


def _signed(*who: str) -> Iterator[Block]:
    """Where they sign by hand."""
    row = Row(tuple(f"\n\n\n(…………………………)\n{one}" for one in who))
    yield Paragraph(" ")
    yield Table(tuple(Column(_("Signature")) for _one in who), (row,))


def _rupiah(amount: Decimal) -> str:
    return f"Rp{rupiah_text(amount)}"
