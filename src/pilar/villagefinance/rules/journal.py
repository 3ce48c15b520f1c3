"""What is booked: documents of the books by their kind, and the sides on which each moves which accounts.

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
    """Kinds of entries; each has numbers of its own within a village and year."""

    OPENING = "opening"
    RECEIPT = "receipt"
    """TBP: a transfer, own revenue, money of earlier years that comes in as financing."""
    SETTLEMENT = "settlement"
    """A transfer that is spent outside the accounts of the village."""
    PAYMENT = "payment"
    """SPP definitif, to a supplier."""
    ADVANCE = "advance"
    """SPP panjar, to an executor."""
    ACCOUNTED = "accounted"
    """SPJ of an advance."""
    UNUSED = "unused"
    """Rest of an advance that comes back."""
    REMITTANCE = "remittance"
    """Tax withheld that goes to the state."""
    WITHDRAWAL = "withdrawal"
    DEPOSIT = "deposit"
    REFUND = "refund"
    """Of this year's expenditure."""
    LATE_REFUND = "late_refund"
    """Of the expenditure of an earlier year."""
    INVESTMENT = "investment"
    """SPP pembiayaan: equity of a BUM Desa, a reserve."""
    CLOSING = "closing"
    REVERSAL = "reversal"


OF_THREE = (Kind.SETTLEMENT, Kind.PAYMENT, Kind.ADVANCE, Kind.ACCOUNTED, Kind.REMITTANCE, Kind.INVESTMENT)
"""Kinds that three people make, check and approve."""


class WrongAccount(PilarError):
    code = "wrong-account"
    status = 422
    sentence = N_("Account %(account)s does not belong into an entry of this kind")


@dataclass(frozen=True, slots=True)
class Event:
    """What an entry of a kind moves: the heads of the accounts that it debits and credits."""

    kind: Kind
    debit: tuple[str, ...]
    credit: tuple[str, ...]
    source: str

    def side(self, account: str) -> str:
        """D or C, by the longest head that the account stands under; raises :class:`WrongAccount`."""
        heads = [(len(head), side) for side, of in (("D", self.debit), ("C", self.credit)) for head in of
                 if is_under(account, head)]  # fmt: skip
        if not heads:
            raise WrongAccount(account=account)
        return max(heads)[1]


@dataclass(frozen=True, slots=True)
class Item:
    """An amount in rupiah on an account; ``line`` is the key of the budget line, ``bank_account`` that of the cash box
    or bank account, ``tax`` the kind of tax withheld. ``side`` where the kind of the entry does not say it. Raises
    ValueError for a part of a sen, which nobody can pay."""

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
    """The lines of an entry, debits first; raises :class:`WrongAccount`."""
    sided = sorted(((item.side or event.side(item.account), item) for item in items), key=lambda pair: pair[0] != "D")
    return tuple(
        PostedLine(
            no, side, item.amount, item.account, item.activity, item.fund, item.line, item.bank_account, item.tax
        )
        for no, (side, item) in enumerate(sided, 1)
    )


def mirrored(line: PostedLine) -> Item:
    """Tell what takes a line back."""
    side = "C" if line.side == "D" else "D"
    return Item(line.amount, line.account, line.fund, line.activity, line.line, line.bank_account, line.tax, side)
