"""Reconcile bank and books for a month: movements that are in one and not yet in the other, and since when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pilar.villagefinance.rules.statements.matching import Movement

NOTHING = Decimal(0)
AGES = (7, 30, 60, 90)
"""Limits in days of the age groups of open movements; the last group has no end (assumption)."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Movements of both sides that a person has accepted as one."""

    bank: tuple[int, ...]
    books: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """The movements between the balances on a day: ``amount`` is what the books have and the bank does not, negative
    where only the bank has it. ``since``: the oldest day."""

    bank: tuple[int, ...]
    books: tuple[int, ...]
    since: dt.date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The sheet of a day: bank balance plus everything between is the book balance, or there is a ``difference``."""

    day: dt.date
    bank: Decimal
    books: Decimal
    between: tuple[Between, ...]

    @property
    def awaited(self) -> Decimal:
        """Sum of the movements that only the books have."""
        return sum((between.amount for between in self.between if between.books and not between.bank), NOTHING)

    @property
    def unbooked(self) -> Decimal:
        """Sum of the movements that only the bank has."""
        return -sum((between.amount for between in self.between if between.bank and not between.books), NOTHING)

    @property
    def partly(self) -> Decimal:
        """Sum of the differences where the bank has a part of the movements."""
        return sum((between.amount for between in self.between if between.bank and between.books), NOTHING)

    @property
    def difference(self) -> Decimal:
        return self.bank + sum((between.amount for between in self.between), NOTHING) - self.books


@dataclass(frozen=True, slots=True)
class Age:
    """Movements open for at most ``until`` days (None for longer): their number, and amounts received and paid."""

    until: int | None
    count: int
    came: Decimal
    went: Decimal


def reconcile(
    day: dt.date,
    *,
    bank_balance: Decimal,
    book_balance: Decimal,
    bank: Iterable[Movement],
    books: Iterable[Movement],
    accepted: Sequence[Accepted],
) -> Reconciliation:
    """Make the sheet of ``day``. Movements are those open at the last sheet and all since; later ones do not count.

    A pair with one side after the day is open, as it was on that day.
    """
    sides = (_until(day, bank), _until(day, books))
    differences = []
    for pair in accepted:
        differences.append(_between(*(
            [side[key] for key in keys if key in side]
            for side, keys in zip(sides, (pair.bank, pair.books), strict=True)
        )))  # fmt: skip
    for at, side in enumerate(sides):
        for key in sorted(side.keys() - {key for pair in accepted for key in (pair.bank, pair.books)[at]}):
            differences.append(_between(*([side[key]], [])[:: 1 if at == 0 else -1]))
    between = sorted(
        (between for between in differences if between and between.amount),
        key=lambda between: (between.since, between.bank, between.books),
    )
    return Reconciliation(day, bank_balance, book_balance, tuple(between))


def ageing(movements: Iterable[Movement], day: dt.date, ages: Sequence[int] = AGES) -> tuple[Age, ...]:
    """Group the open movements on ``day`` by age; each age appears, also an empty one."""
    groups: dict[int | None, list[Decimal]] = {until: [] for until in (*ages, None)}
    for movement in movements:
        if movement.date <= day:
            groups[next((until for until in ages if (day - movement.date).days <= until), None)].append(movement.amount)
    return tuple(
        Age(until, len(some), sum((a for a in some if a > 0), NOTHING), -sum((a for a in some if a < 0), NOTHING))
        for until, some in groups.items()
    )


def _until(day: dt.date, movements: Iterable[Movement]) -> Mapping[int, Movement]:
    return {movement.key: movement for movement in movements if movement.date <= day}


def _between(bank: Sequence[Movement], books: Sequence[Movement]) -> Between | None:
    if not bank and not books:
        return None
    amount = sum((book.amount for book in books), NOTHING) - sum((movement.amount for movement in bank), NOTHING)
    since = min(movement.date for movement in (*bank, *books))
    return Between(tuple(movement.key for movement in bank), tuple(book.key for book in books), since, amount)
