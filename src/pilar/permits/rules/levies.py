"""A levy (retribusi, its notice is the SKRD): its states, when it is paid, and what being late costs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from pilar.platform.errors import PilarError
from pilar.platform.language import N_, translate

ZERO = Decimal(0)
DAYS_TO_PAY = 30
"""Days from the notice of a levy to its due day (assumption: no rule of the regency was found)."""


class LevyState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    VOID = "void"


STATE_NAMES = {LevyState.OPEN: N_("To be paid"), LevyState.PAID: N_("Paid"), LevyState.VOID: N_("Void")}
TONES = {LevyState.OPEN: "caution", LevyState.PAID: "positive", LevyState.VOID: "negative"}


class LevyElsewhere(PilarError):
    code = "levy-elsewhere"
    status = 409
    sentence = N_("This levy has changed meanwhile. Look at it again")


@dataclass(frozen=True, slots=True)
class Interest:
    """The interest of a regional rule for late payment: a percentage of the levy for each month that has begun."""

    percent: Decimal
    most_months: int
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment of the bank's report."""

    key: int
    reference: str
    paid_on: date
    amount: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Account:
    """The account of a levy: paid and owed, with the interest until ``settled_on``, the day on which it was fully paid;
    None until then."""

    paid: Decimal
    owed: Decimal
    settled_on: date | None

    @property
    def left(self) -> Decimal:
        return max(self.owed - self.paid, ZERO)

    @property
    def over(self) -> Decimal:
        return max(self.paid - self.owed, ZERO)


@dataclass(frozen=True, slots=True)
class LevyRow:
    """A levy as it was set; anybody can compute its amount from ``inputs`` and ``formula``. ``to_give_back``: the
    highest possible refund."""

    key: int
    case: int
    case_number: str
    region: str
    number: str
    amount: Decimal
    formula: str
    inputs: Mapping[str, str]
    set_on: date
    due_on: date
    state: LevyState
    reason: str
    code: str
    account: Account
    to_give_back: Decimal
    payments: tuple[PaymentRow, ...]

    @property
    def paid_on(self) -> date | None:
        return self.account.settled_on

    @property
    def given_back(self) -> bool:
        """Return whether part of it was refunded, so that its payments can no longer be unmatched."""
        return any(payment.amount < 0 for payment in self.payments)

    @property
    def by_code(self) -> bool:
        """Return whether its payment code can still be used, which is for the whole sum."""
        return bool(self.code) and self.state is LevyState.OPEN and not self.payments

    @property
    def left(self) -> Decimal:
        """Still to be paid today."""
        return self.account.left if self.state is LevyState.OPEN else ZERO

    @property
    def state_name(self) -> str:
        if self.state is LevyState.OPEN and self.payments:
            return translate(N_("Paid in part"))
        if self.state is LevyState.PAID and self.account.over:
            return translate(N_("Paid, with too much"))
        return translate(STATE_NAMES[self.state])

    @property
    def tone(self) -> str:
        return "caution" if self.account.over else TONES[self.state]


Paid = Sequence[tuple[date, Decimal]]
"""Payments with their days."""


def interest_on(amount: Decimal, rule: Interest | None, due_on: date, day: date, paid: Paid = ()) -> Decimal:
    """Compute the interest on a levy on a day, in whole rupiah: on the part that was unpaid when each month began; none
    without a rule."""
    if rule is None:
        return ZERO
    months = range(1, min(_months_late(due_on, day), rule.most_months) + 1)
    unpaid = (amount - sum(amount for on, amount in paid if _months_late(due_on, on) < month) for month in months)
    owed = sum((max(amount, ZERO) for amount in unpaid), ZERO) * rule.percent / 100
    return owed.quantize(Decimal(1), ROUND_HALF_UP)


def account(amount: Decimal, rule: Interest | None, due_on: date, paid: Paid, today: date) -> Account:
    """Settle a levy by its payments: on the first day on which they cover everything owed that day."""
    total = sum((amount for _on, amount in paid), ZERO)
    for day in sorted({on for on, _one in paid}):
        owed = amount + interest_on(amount, rule, due_on, day, paid)
        if sum(amount for on, amount in paid if on <= day) >= owed:
            return Account(total, owed, day)
    return Account(total, amount + interest_on(amount, rule, due_on, today, paid), None)


def _months_late(due_on: date, day: date) -> int:
    """Months that have begun after the due day."""
    return max(0, (day.year - due_on.year) * 12 + day.month - due_on.month + (day.day > due_on.day))


class Numbers:
    """Matches numbers of levies in the texts of payments, with any spacing."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self._numbers = {_plain(number): number for number in numbers}
        self._sizes = {len(number) for number in self._numbers}

    def named_in(self, text: str) -> str:
        """The one number that a text names; empty for none or several."""
        plain = _plain(text)
        parts = (plain[at : at + size] for size in self._sizes for at in range(len(plain) - size + 1))
        numbers = {part for part in parts if part in self._numbers}
        longest = max(numbers, key=len, default="")
        return self._numbers[longest] if longest and all(number in longest for number in numbers) else ""


def _plain(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text.upper())
