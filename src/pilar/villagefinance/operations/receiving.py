"""Book money received (transfers, own revenue, refunds), and move cash between bank and cash box."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from pilar.people.rules import Standing
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.villagefinance import reference
from pilar.villagefinance.models import BudgetLine
from pilar.villagefinance.operations.locking import locked_book
from pilar.villagefinance.operations.paying import entry, money
from pilar.villagefinance.operations.posting import Document, Posted
from pilar.villagefinance.operations.requesting import other_year
from pilar.villagefinance.queries.cash import cash
from pilar.villagefinance.rules.authority import Action
from pilar.villagefinance.rules.codes import BANK, EXPENDITURE, FINANCING_IN, REVENUE, SURPLUS_BROUGHT, is_under
from pilar.villagefinance.rules.journal import Item, Kind

LATE_REFUNDS = "4.3.5"
"""Revenue account for refunds of expenditure of earlier years."""


@dataclass(frozen=True, slots=True)
class Received:
    """Money received on a day on a budget line, and the account it went into; ``paper`` is the number of its
    evidence."""

    line: int
    amount: Decimal
    bank_account: int
    day: date
    told: str
    paper: str = ""


@transaction.atomic
def receive(*, by: Standing, village: str, year: int, given: Received, now: datetime) -> Posted:
    """Book money received (TBP): a transfer, own revenue, financing, or a refund to a line of expenditure.

    The line determines the year. Raises :class:`NotFound`, :class:`NotAllowed`, Faults at ``day``, ``line``,
    ``amount``, ``bank_account``, :class:`Refused`.
    """
    locked_book(by, village, Action.RECEIVE)
    if faults := other_year(year, given.day):
        raise Faults(faults)
    line = BudgetLine.objects.filter(region=village[:5], village=village, year=year, key=given.line).first()
    kind = _kind(line.account) if line else None
    if line is None or kind is None:
        raise Faults([Fault("unfit-line", N_("Choose a line of the budget"), {}, "line")])
    _positive(given.amount)
    items = [
        money(village, given.bank_account, given.amount, line.fund),
        Item(given.amount, line.account, line.fund, line.activity, line.key),
    ]
    return entry(by, village, Document(kind, given.day, given.told, given.paper), items, now)


@transaction.atomic
def move_cash(
    *,
    by: Standing,
    village: str,
    source: int,
    target: int,
    fund: str,
    amount: Decimal,
    day: date,
    paper: str = "",
    reason: str = "",
    now: datetime,
) -> Posted:
    """Take cash from the bank, or deposit it; a ``reason`` is needed where the box then holds more than allowed (R22).

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults at ``target``, ``amount``, ``bank_account``, ``reason``,
    :class:`Refused`.
    """
    locked_book(by, village, Action.RECEIVE)
    _positive(amount)
    items = [money(village, target, amount, fund), money(village, source, amount, fund)]
    into, out = (is_under(item.account, BANK) for item in items)
    if into == out:
        raise Faults([Fault("same-place", N_("Cash goes from a bank to a cash box, or back"), {}, "target")])
    kind = Kind.DEPOSIT if into else Kind.WITHDRAWAL
    if out:
        _require_reason(village, target, amount, day, reason)
    told = ": ".join(filter(None, ("Setor tunai ke bank" if into else "Ambil tunai dari bank", reason.strip())))
    return entry(by, village, Document(kind, day, told, paper), items, now)


def _kind(account: str) -> Kind | None:
    """Return the kind of receipt for money on an account; None for the surplus of the year before, which only the
    opening books."""
    if is_under(account, EXPENDITURE):
        return Kind.REFUND
    if is_under(account, LATE_REFUNDS):
        return Kind.LATE_REFUND
    fits = is_under(account, REVENUE) or is_under(account, FINANCING_IN)
    return Kind.RECEIPT if fits and account != SURPLUS_BROUGHT else None


def _require_reason(village: str, box: int, amount: Decimal, day: date, reason: str) -> None:
    limit = reference.cash_limit("cash", region=village[:5], day=day)
    held = sum((box_held.amount for box_held in cash(village, day) if box_held.key == box), amount)
    if held > limit and not reason.strip():
        sentence = N_("The cash box would hold Rp%(held)s, more than Rp%(limit)s: take less, or say why")
        raise Faults([Fault("much-in-hand", sentence, {"held": held, "limit": limit}, "reason")])


def _positive(amount: Decimal) -> None:
    if amount <= 0 or amount != round(amount, 2):
        raise Faults([Fault("no-amount", N_("An amount is more than zero"), {}, "amount")])
