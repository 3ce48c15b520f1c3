"""What the books of a village and year say that flags are raised by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry: its day, when it was recorded, and what it spends, nothing or more."""

    place: int
    day: date
    recorded: date
    spent: Decimal


@dataclass(frozen=True, slots=True)
class Moved:
    """How much more was held on a day of cash, of advances for an activity, or of a tax (owed is less)."""

    account: str
    holder: str
    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Paid:
    """A bill that somebody is paid by a request, and how many villages of the region pay the same in the year.

    ``own``: the payee has the name of an official of the village, or the account of one. ``cash``: out of a cash box,
    for the ``reason`` that the treasurer gave. ``work``: wages or an honorarium, which many get, in round parts: only
    how much an official gets of them is a question.
    """

    number: int
    day: date
    activity: str
    payee: str
    amount: Decimal
    villages: int = 1
    own: bool = False
    cash: bool = False
    reason: str = ""
    work: bool = False


@dataclass(frozen=True, slots=True)
class Copied:
    """A file that supports more than one request, by its hash: those of the village, and how many villages besides."""

    digest: str
    requests: tuple[int, ...]
    day: date
    amount: Decimal
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Priced:
    """What the cost plan in force pays for something, and the middle price of the villages that buy the same."""

    item: str
    unit: str
    price: Decimal
    amount: Decimal
    median: Decimal
    villages: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a village and year on a day."""

    year: int
    today: date
    booked: tuple[Booked, ...] = ()
    moved: tuple[Moved, ...] = ()
    paid: tuple[Paid, ...] = ()
    copied: tuple[Copied, ...] = ()
    priced: tuple[Priced, ...] = ()
