"""Facts from the books of a village and year that flags are raised from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry: its day, when it was recorded, and the amount it spends, which may be zero."""

    place: int
    day: date
    recorded: date
    spent: Decimal


@dataclass(frozen=True, slots=True)
class Moved:
    """The change within a day of cash held, of an executor's advances, or of a tax (more owed is negative)."""

    account: str
    holder: str
    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Paid:
    """A bill paid to somebody by a request, and the number of villages in the region that pay the same person in the
    year.

    ``own``: the payee has the name of an official of the village, or the account of one. ``cash``: out of a cash box,
    for the ``reason`` that the treasurer gave. ``work``: wages or an honorarium, which many people get in round
    amounts, so that only an official's total is checked.
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
    """A file that supports more than one request, by its hash: the village's requests, and the number of other
    villages."""

    digest: str
    requests: tuple[int, ...]
    day: date
    amount: Decimal
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Priced:
    """The price of an item in the cost plan in force, and the median price of the villages that buy the same."""

    item: str
    unit: str
    price: Decimal
    amount: Decimal
    median: Decimal
    villages: int


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of a village and year on a day."""

    year: int
    today: date
    booked: tuple[Booked, ...] = ()
    moved: tuple[Moved, ...] = ()
    paid: tuple[Paid, ...] = ()
    copied: tuple[Copied, ...] = ()
    priced: tuple[Priced, ...] = ()
