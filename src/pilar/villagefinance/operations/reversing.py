"""Reverse an entry by another one that names it, and move its payment request back with it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from pilar.areas.reference import today_in
from pilar.people.operations import there
from pilar.people.rules import NotAllowed, Standing
from pilar.platform import moves
from pilar.platform.errors import PilarError
from pilar.platform.language import N_
from pilar.platform.names import reference_of
from pilar.villagefinance import reference
from pilar.villagefinance.models import Entry, Line, PaymentRequest, RequestEntry, Withholding
from pilar.villagefinance.operations.locking import locked_book
from pilar.villagefinance.operations.posting import Document, Posted, booked
from pilar.villagefinance.operations.requesting import TARGET, key_of, of_request, promise
from pilar.villagefinance.operations.telling import tell_of_request, tell_of_tax
from pilar.villagefinance.rules import journal
from pilar.villagefinance.rules.authority import Action
from pilar.villagefinance.rules.journal import Kind, PostedLine
from pilar.villagefinance.rules.requests import REQUESTS, RequestElsewhere, RequestKind, RequestState


class TaxRemitted(PilarError):
    code = "tax-remitted"
    status = 409
    sentence = N_("Tax that was withheld here was remitted already. Book what comes back of the payment as a refund")


@transaction.atomic
def reverse(*, by: Standing, village: str, year: int, place: int, reason: str, now: datetime) -> Posted:
    """Reverse an entry that somebody else made, by a new entry of today that names it.

    A request whose payment is reversed is cancelled; one whose settlement is reversed must be accounted for again.
    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`RequestElsewhere`, :class:`TaxRemitted`, :class:`Refused`.
    """
    locked_book(by, village, Action.CORRECT)
    entry = there(Entry.objects, region=village[:5], village=village, year=year, place=place)
    if reference_of(entry.maker) == by.signature:
        raise NotAllowed
    rows = Line.objects.filter(region=village[:5], village=village, year=year, place=place).order_by("no")
    stored = (
        PostedLine(
            row.no, row.side, row.amount, row.account, row.activity, row.fund, row.line, row.bank_account, row.tax
        )
        for row in rows
    )
    day = min(today_in(village[:5], now), date(year, 12, 31))
    lines = journal.lines(reference.journal()[Kind.REVERSAL], map(journal.mirrored, stored))
    posted = booked(by, village, Document(Kind.REVERSAL, day, reason), lines, now, reverses=place)
    link = RequestEntry.objects.filter(region=village[:5], village=village, year=year, place=place).first()
    if link is not None:
        rows_of = PaymentRequest.objects.filter(region=village[:5], village=village, year=link.of_year)
        _undo(by, there(rows_of, number=link.request), Kind(entry.kind), sum(row.amount for row in rows) / 2, now)
    return posted


def _undo(by: Standing, row: PaymentRequest, kind: Kind, amount: Decimal, now: datetime) -> None:
    """Move a request back to its state before an entry of an amount."""
    if kind is Kind.UNUSED:
        if row.state != RequestState.PAID:
            raise RequestElsewhere
        row.returned -= amount
        row.save(update_fields=["returned"])
        return
    if of_request(Withholding.objects, row).filter(ntpn__isnull=False).exists():
        raise TaxRemitted
    of_request(Withholding.objects, row).delete()
    again = kind is Kind.ACCOUNTED
    if not again and row.kind == RequestKind.ADVANCE and (row.state != RequestState.PAID or row.returned):
        raise RequestElsewhere
    target = RequestState.PAID if again else RequestState.CANCELLED
    fields = {} if again else {"paid_on": None}
    move = REQUESTS.move(RequestState(row.state), target)
    moves.make(move, row, by=by.actor, what=TARGET, key=key_of(row), area=row.region, fields=fields)
    promise(row, promised=again)
    tell_of_request(by, row, now)
    tell_of_tax(by, row.village, now)
