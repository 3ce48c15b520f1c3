"""The one way into the books: an entry with its lines, under the lock of the village's books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime

from pilar.areas.reference import today_in
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.names import reference_of
from pilar.platform.statements import planned
from pilar.villagefinance import reference
from pilar.villagefinance.operations.flags import raise_flags
from pilar.villagefinance.operations.locking import held_book, told
from pilar.villagefinance.rules import chain, journal
from pilar.villagefinance.rules.journal import Item, Kind, PostedLine
from pilar.villagefinance.rules.refusals import Refused

_ENTRY = (
    "INSERT INTO villagefinance_entry (region, village, year, kind, date, document, told, maker, checker, approver,"
    " reverses, lines_digest) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING place, number, hash"
)
_LINES = (
    "INSERT INTO villagefinance_line (region, village, year, place, no, side, amount, account, activity, fund, line,"
    " bank_account, tax) VALUES "
)


@dataclass(frozen=True, slots=True)
class Document:
    """The description of an entry: kind, day, number of its paper, a sentence, and the people who checked and approved
    it."""

    kind: Kind
    day: date
    told: str
    paper: str = ""
    checker: str = ""
    approver: str = ""
    maker: str = ""
    """The person who made it, where somebody else books it."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The place of an entry in the books."""

    year: int
    place: int
    number: int
    hash: str


def post(*, by: Standing, village: str, document: Document, items: Sequence[Item], now: datetime) -> Posted:
    """Book a document of a village; the caller has checked that ``by`` may.

    Raises :class:`NotFound` without books, :class:`WrongAccount`, :class:`Refused`.
    """
    held_book(village)
    lines = journal.lines(reference.journal()[document.kind], items)
    return booked(by, village, document, lines, now)


def booked(
    by: Standing,
    village: str,
    document: Document,
    lines: Sequence[PostedLine],
    now: datetime,
    *,
    reverses: int | None = None,
) -> Posted:
    """Store an entry of books that the caller has locked; the database sets its place, number and hash."""
    region, year = village[:5], document.day.year
    if document.day > today_in(region, now):
        raise Refused(rule="entry_in_the_future")
    rows = [[no, side, f"{amount:.2f}", *more] for no, side, amount, *more in map(astuple, lines)]
    people = (document.maker or by.signature, document.checker, document.approver)
    with told(), planned() as cursor:
        cursor.execute(_ENTRY, [
            region, village, year, document.kind, document.day, document.paper, document.told,
            *map(reference_of, people), reverses, chain.digest(rows),
        ])  # fmt: skip
        posted = Posted(year, *cursor.fetchone())
        if rows:
            values = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"] * len(rows))
            cursor.execute(_LINES + values, [
                value for row in rows for value in (region, village, year, posted.place, *row)
            ])  # fmt: skip
    after = {"kind": document.kind, "number": posted.number, "day": document.day, "hash": posted.hash}
    audit.record(
        by=by.actor, action="book", target="villagefinance.entry", key=f"{village}/{year}/{posted.place}", area=region,
        after=after,
    )  # fmt: skip
    raise_flags.once(village=village, year=year)
    return posted
