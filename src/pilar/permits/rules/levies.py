"""A levy (retribusi, its notice is the SKRD): its states, when it is paid, and what being late costs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from pilar.platform.errors import PilarError
from pilar.platform.language import mark, translate

ZERO = Decimal(0)


class LevyState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    VOID = "void"


STATE_NAMES = {LevyState.OPEN: mark("To be paid"), LevyState.PAID: mark("Paid"), LevyState.VOID: mark("Void")}
TONES = {LevyState.OPEN: "caution", LevyState.PAID: "positive", LevyState.VOID: "negative"}


class LevyElsewhere(PilarError):
    code = "levy-elsewhere"
    status = 409
    sentence = mark("This levy has changed meanwhile. Look at it again")


class NotTheSum(PilarError):
    code = "not-the-sum"
    status = 409
    sentence = mark("The payment of Rp%(paid)s is not the sum of the levy, Rp%(due)s")


@dataclass(frozen=True, slots=True)
class Interest:
    """What being late costs by a regional rule: so many per cent of the levy for each month that has begun."""

    percent: Decimal
    most_months: int
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class LevyRow:
    """A levy as it was set; ``inputs`` and ``formula`` give its amount again, by anybody."""

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
    paid_on: date | None
    code: str

    @property
    def state_name(self) -> str:
        return translate(STATE_NAMES[self.state])

    @property
    def tone(self) -> str:
        return TONES[self.state]


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment of the bank's report; ``levy`` is the number of the levy that it was matched with."""

    key: int
    region: str
    reference: str
    paid_on: date
    amount: Decimal
    text: str
    levy: str


def interest_on(amount: Decimal, rule: Interest | None, due_on: date, paid_on: date) -> Decimal:
    """What is owed beside a levy that is paid on a day, in whole rupiah; nothing without a rule."""
    if rule is None or paid_on <= due_on:
        return ZERO
    months = (paid_on.year - due_on.year) * 12 + paid_on.month - due_on.month + (paid_on.day > due_on.day)
    owed = amount * rule.percent / 100 * min(months, rule.most_months)
    return owed.quantize(Decimal(1), ROUND_HALF_UP)


def named_in(text: str, numbers: Iterable[str]) -> str:
    """The one number of a levy that the text of a payment names, however it is spaced; empty for none or several."""
    plain = _plain(text)
    found = [one for one in numbers if _plain(one) in plain]
    longest = max(found, key=len, default="")
    return longest if all(_plain(one) in _plain(longest) for one in found) else ""


def _plain(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text.upper())
