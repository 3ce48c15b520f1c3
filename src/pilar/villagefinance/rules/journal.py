"""Kinds of documents in the books, and the accounts and sides that each moves.

The sides are data (``data/villagefinance/journal.yaml``, read by ``reference.journal``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pilar.platform.errors import PilarError
from pilar.platform.language import N_
from pilar.villagefinance.rules.codes import is_under


class Kind(StrEnum):
    """Kinds of entries; each is numbered separately within a village and year."""

    OPENING = "opening"
    RECEIPT = "receipt"
    """TBP: a transfer, own revenue, or earlier years' money received as financing."""
    SETTLEMENT = "settlement"
    """A transfer that is spent outside the accounts of the village."""
    PAYMENT = "payment"
    """SPP definitif, to a supplier."""
    ADVANCE = "advance"
    """SPP panjar, to an executor."""
    ACCOUNTED = "accounted"
    """SPJ of an advance."""
    UNUSED = "unused"
    """The rest of an advance that is paid back."""
    REMITTANCE = "remittance"
    """Withheld tax that is paid to the State."""
    WITHDRAWAL = "withdrawal"
    DEPOSIT = "deposit"
    REFUND = "refund"
    """Refund of this year's expenditure."""
    LATE_REFUND = "late_refund"
    """Refund of the expenditure of an earlier year."""
    INVESTMENT = "investment"
    """SPP pembiayaan: equity of a BUM Desa, a reserve."""
    CLOSING = "closing"
    REVERSAL = "reversal"


OF_THREE = (Kind.SETTLEMENT, Kind.PAYMENT, Kind.ADVANCE, Kind.ACCOUNTED, Kind.REMITTANCE, Kind.INVESTMENT)
"""Kinds that need three people: to make, check and approve."""


class WrongAccount(PilarError):
    code = "wrong-account"
    status = 422
    sentence = N_("Account %(account)s does not belong into an entry of this kind")


@dataclass(frozen=True, slots=True)
class Event:
    """The accounts of a kind of entry: the heads of accounts that it debits and credits."""

    kind: Kind
    debit: tuple[str, ...]
    credit: tuple[str, ...]
    source: str

    def side(self, account: str) -> str:
        """Return D or C for an account, by the longest matching head; raises :class:`WrongAccount`."""
        heads = [(len(head), side) for side, of in (("D", self.debit), ("C", self.credit)) for head in of
                 if is_under(account, head)]  # fmt: skip
        if not heads:
            raise WrongAccount(account=account)
        return max(heads)[1]


@dataclass(frozen=True, slots=True)
class Item:
    """An amount in rupiah on an account; ``line`` is the key of the budget line, ``bank_account`` that of the cash box
    or bank account, ``tax`` the kind of tax withheld. ``side`` is given only where the kind of entry does not determine
    it. Raises ValueError for a fraction of a sen."""

    amount: Decimal
    account: str
    fund: str
    activity: str = ""
    line: int | None = None
    bank_account: int | None = None
    tax: str = ""
    side: str = ""

    def __post_init__(self) -> None:
        if self.amount != round(self.amount, 2):
            raise ValueError("an amount of the books is in whole sen")


@dataclass(frozen=True, slots=True)
class PostedLine:
    """A line of an entry as it is stored; ``no`` counts from 1."""

    no: int
    side: str
    amount: Decimal
    account: str
    activity: str
    fund: str
    line: int | None
    bank_account: int | None
    tax: str


def lines(event: Event, items: Iterable[Item]) -> tuple[PostedLine, ...]:
    """Return the lines of an entry, debits first; raises :class:`WrongAccount`."""
    sided = sorted(((item.side or event.side(item.account), item) for item in items), key=lambda pair: pair[0] != "D")
    return tuple(
        PostedLine(
            no, side, item.amount, item.account, item.activity, item.fund, item.line, item.bank_account, item.tax
        )
        for no, (side, item) in enumerate(sided, 1)
    )


def mirrored(line: PostedLine) -> Item:
    """Return the item that reverses a line."""
    side = "C" if line.side == "D" else "D"
    return Item(line.amount, line.account, line.fund, line.activity, line.line, line.bank_account, line.tax, side)
