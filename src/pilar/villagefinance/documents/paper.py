"""A paper of village finance, declared once: page, printed form and workbook are all made from its parts.

```python
PAPERS = (Paper("rak", N_("Cash plan (RAK Desa)"), Group.EXECUTION, _cash_plan, (Role.TREASURER,), numbers=VERSIONS),)
```

``_cash_plan`` reads the ledger and returns the parts; everything else is done here.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any

from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pilar.design import tables
from pilar.design.sheets import XLSX, add_sheet, new_workbook
from pilar.design.tables import Listing
from pilar.people.rules import Standing
from pilar.platform.language import N_, reader_language, translate
from pilar.platform.reading import rupiah_text
from pilar.platform.spelling import rupiah_in_words
from pilar.reports.document import Block, Column, Document, Heading, Notice, Pair, Pairs, Paragraph, Row, Table
from pilar.reports.pdf import typeset
from pilar.villagefinance.rules.clocks import last_day
from pilar.villagefinance.rules.roles import Role

AUTHOR = "Pilar"
KINDS = {"pdf": "application/pdf", "xlsx": XLSX}
WIDE = frozenset({"told", "name"})
"""Columns that hold sentences."""
LAYOUT = N_("The columns follow Permendagri 20/2018 as far as it is known here; they were not compared with its annex.")
SIGN_AS = {
    Role.HEAD: N_("Head of village"), Role.SECRETARY: N_("Secretary of village"),
    Role.TREASURER: N_("Treasurer"),
}  # fmt: skip
Said = tuple[str, str | Decimal | date | None]
"""A term and its value; amounts are in rupiah."""
Choices = Sequence[tuple[int, str]]


class Group(StrEnum):
    """Headings of the list of papers."""

    BUDGET = N_("Budget")
    EXECUTION = N_("Execution")
    PAYMENT = N_("Payments and receipts")
    BOOKS = N_("Books and registers")
    REPORTS = N_("Reports")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request for a paper of a village or region (``place``) in a ``year``: up to the end of ``month``, for one
    ``fund`` (empty: all), and its ``number`` where there are several."""

    place: str
    year: int
    by: Standing
    now: datetime
    today: date
    month: int = 0
    fund: str = ""
    number: int | None = None

    @property
    def last(self) -> date:
        """The last day of the month."""
        return last_day(self.year, self.month)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a paper: text before its table and after it, with ``notes`` below."""

    title: str = ""
    before: tuple[Said, ...] = ()
    table: tables.Table | None = None
    rows: Sequence[Any] = ()
    without: Collection[str] = ()
    after: tuple[Said, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def listing(self) -> Listing | None:
        return None if self.table is None else self.table.of(self.rows, without=self.without)

    @property
    def terms_before(self) -> list[tuple[str, str]]:
        return [(term, _text(value)) for term, value in self.before]

    @property
    def terms_after(self) -> list[tuple[str, str]]:
        return [(term, _text(value)) for term, value in self.after]


@dataclass(frozen=True, slots=True)
class Filled:
    """A paper as it is filled in: the ``day`` that it is dated, and who signs besides the roles of the paper."""

    day: date
    parts: tuple[Part, ...]
    lead: str = ""
    signed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of paper: ``name`` stands in addresses, ``signed`` are the roles that sign it.

    ``asks``: which of month and fund the reader chooses; ``month``: the month used where nobody chooses. ``numbers``
    lists the numbers that exist; the first is the default. ``fill`` returns the parts, or a :class:`Filled` where day
    or signers are known too, or None where there is nothing to print.
    """

    name: str
    title: str
    group: Group
    fill: Callable[[Wanted], Iterable[Part] | Filled | None]
    signed: tuple[Role, ...] = ()
    asks: frozenset[str] = frozenset()
    numbers: Callable[[Wanted], Choices] | None = None
    landscape: bool = False
    month: int = 12

    @property
    def said(self) -> str:
        """The title in the reader's language."""
        return translate(self.title)

    def filled(self, wanted: Wanted) -> Filled | None:
        """The paper filled in, dated the last day of its month but never in the future; None if there is nothing to
        print."""
        content = self.fill(wanted)
        if content is None or isinstance(content, Filled):
            return content
        return Filled(min(wanted.last, wanted.today), tuple(content))

    def about(self, wanted: Wanted) -> str:
        """The title with month, year and fund."""
        until = f"{MONTHS[wanted.month]} {wanted.year}" if "month" in self.asks else str(wanted.year)
        return " ".join(filter(None, (self.said, until, wanted.fund)))


@dataclass(frozen=True, slots=True)
class Made:
    """A paper ready to be written to a file. ``names``: who held which role on its day; ``synthetic``: made-up data."""

    paper: Paper
    wanted: Wanted
    filled: Filled
    place: str
    names: Mapping[Role, str]
    synthetic: bool

    @property
    def title(self) -> str:
        return self.paper.about(self.wanted)

    def file(self, kind: str) -> tuple[bytes, str, str]:
        """The paper as pdf or xlsx: its content, name and media type."""
        wanted = self.wanted
        of_month = f"-{wanted.month:02}" if "month" in self.paper.asks else ""
        more = "".join(f"-{part}" for part in (wanted.fund, wanted.number) if part not in ("", None))
        name = f"{self.paper.name}-{wanted.place}-{wanted.year}{of_month}{more}.{kind}"
        return typeset(self.document()) if kind == "pdf" else self.workbook(), name, KINDS[kind]

    def document(self) -> Document:
        """The printed form."""
        return Document(
            title=self.title, language=reader_language(), author=AUTHOR, made_at=self.wanted.now,
            blocks=tuple(self._blocks()), eyebrow=self.place, lead=self.filled.lead,
            stamp=_("synthetic") if self.synthetic else "", running=f"{self.title} · {self.place}",
            landscape=self.paper.landscape,
        )  # fmt: skip

    def workbook(self) -> bytes:
        """A workbook with a sheet that describes the paper and one for each table."""
        stream = io.BytesIO()
        made = new_workbook(stream)
        add_sheet(made, _("About"), [_("Name"), self.title], list(self._about()))
        for no, part in enumerate((part for part in self.filled.parts if part.listing), 1):
            listing = part.listing
            assert listing is not None
            rows = [[column.read(row) for column in listing.columns] for row in listing]
            add_sheet(
                made, f"{no} {part.title or self.paper.said}", [str(column.head) for column in listing.columns], rows
            )
        made.close()
        return stream.getvalue()

    def _about(self) -> Iterator[Sequence[Any]]:
        yield _("Place"), self.place
        if self.synthetic:
            yield _("Data"), _("synthetic")
        yield _("Day"), self.filled.day
        for part in self.filled.parts:
            yield from (*part.before, *part.after)
            yield from (("", note) for note in part.notes)
        yield "", translate(LAYOUT)

    def _blocks(self) -> Iterator[Block]:
        if self.synthetic:
            yield Notice(_("Synthetic data, made up for the demonstration."))
        for part in self.filled.parts:
            yield from _blocks_of(part)
        roles = [(translate(SIGN_AS[role]), self.names.get(role, "")) for role in self.paper.signed]
        yield from _signatures([*self.filled.signed, *roles], self.filled.day)
        yield Paragraph(translate(LAYOUT), quiet=True)


def money(name: str, head: str, value: Callable[[Any], Decimal | None] | str = "") -> tables.Column:
    """Make a column of amounts, with sen only where there are some."""
    read = value if callable(value) else attrgetter(value or name)
    return tables.Column(name, head, lambda row: _whole(read(row)), number=True)


def in_full(term: str, amount: Decimal) -> tuple[Said, Said]:
    """Return an amount, and the same in words (terbilang)."""
    return (term, amount), (_("In words"), rupiah_in_words(amount))


def _whole(amount: Decimal | None) -> Decimal | None:
    return Decimal(int(amount)) if amount is not None and amount == amount.to_integral_value() else amount


def _text(value: str | Decimal | date | None) -> str:
    return f"Rp{rupiah_text(value)}" if isinstance(value, Decimal) else _cell(value) or "–"


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return rupiah_text(value)
        case date():
            return date_format(value, "j F Y")
        case _:
            return str(value)


def _blocks_of(part: Part) -> Iterator[Block]:
    if part.title:
        yield Heading(part.title)
    if part.before:
        yield _pairs(part.terms_before)
    if part.listing:
        yield _table(part.listing)
    elif part.table is not None:
        yield Paragraph(_("No data."))
    if part.after:
        yield _pairs(part.terms_after)
    yield from (Paragraph(note) for note in part.notes)


def _pairs(terms: Iterable[tuple[str, str]]) -> Pairs:
    return Pairs(tuple(Pair(term, text) for term, text in terms))


def _table(listing: Listing) -> Table:
    columns = tuple(
        Column(str(column.head), column.number, share=int(column.name in WIDE)) for column in listing.columns
    )
    rows = (
        Row(tuple(_cell(column.read(row)) for column in listing.columns), strong=getattr(row, "strong", False))
        for row in listing
    )
    return Table(columns, tuple(rows))


def _signatures(who: Sequence[tuple[str, str]], day: date) -> Iterator[Block]:
    """Yield a block per signature, with the day above the last; where nobody is known, a line without a name."""
    if who:
        before = [""] * (len(who) - 1) + [f"…………………………, {date_format(day, 'j F Y')}"]
        columns = tuple(Column(f"{over}\n{title}", share=1) for over, (title, _name) in zip(before, who, strict=True))
        row = Row(tuple(f"\n\n\n\n{name or '(…………………………)'}" for _title, name in who))
        yield Paragraph(" ")
        yield Table(columns, (row,))
