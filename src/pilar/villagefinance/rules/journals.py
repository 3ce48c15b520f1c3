"""The books of a village as text for beancount and for hledger, independent programs that compute balances themselves.

Each year is independent, since it opens with the balances of the last one. Both programs refuse the text if the sums of
a year's lines differ from the positions of the village.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

CURRENCY = "IDR"
ROOTS = {"1": "Assets", "3": "Equity", "4": "Income", "5": "Expenses", "6": "Equity", "7": "Liabilities"}
"""By akun; financing is neither income nor expense."""


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance of an account at the end of a year, in rupiah, credits negative. ``holder``: the cash box or bank
    account, the activity, or the kind of tax; it may be empty."""

    year: int
    account: str
    fund: str
    holder: str
    amount: Decimal

    @property
    def name(self) -> str:
        """The account as both programs write it: ``Expenses:2025:5-2-1-01:ADD:1-1-04``."""
        parts = (str(self.year), self.account, self.fund, self.holder.upper())
        return ":".join([ROOTS[self.account[0]], *(part.replace(".", "-").replace("_", "-") for part in parts if part)])


@dataclass(frozen=True, slots=True)
class _Transaction:
    year: int
    day: str
    number: str
    told: str
    hash: str
    lines: tuple[tuple[str, Decimal], ...]


def beancount(books: Mapping[str, Any], balances: Iterable[Balance]) -> str:
    """Write the books for beancount 3; ``books`` comes from ``queries.lines.books``."""
    return _written(books, balances, _beancount)


def hledger(books: Mapping[str, Any], balances: Iterable[Balance]) -> str:
    """Write the books as a journal of hledger."""
    return _written(books, balances, _hledger)


FORMS = {"beancount": beancount, "hledger": hledger}


def _written(
    books: Mapping[str, Any],
    balances: Iterable[Balance],
    lines: Callable[[str, list[_Transaction], list[Balance]], Iterator[str]],
) -> str:
    transactions = sorted(map(_transaction, books["entries"]), key=lambda transaction: transaction.day)
    return "\n".join([*lines(books["village"], transactions, list(balances)), ""])


def _transaction(entry: Mapping[str, Any]) -> _Transaction:
    _form, _region, _village, year, _place, kind, number, day, document, told, *_rest = entry["told"]
    lines = tuple(
        (
            Balance(year, account, fund, str(bank_account or tax or activity), Decimal(0)).name,
            Decimal(amount) if side == "D" else -Decimal(amount),
        )
        for _no, side, amount, account, activity, fund, _line, bank_account, tax in entry["lines"]
    )
    said = " ".join(f"{told} {document}".split())
    return _Transaction(year, day, f"{kind} {number}", said, entry["hash"], lines)


def _accounts(transactions: list[_Transaction], balances: list[Balance]) -> list[tuple[int, str]]:
    booked = {(transaction.year, name) for transaction in transactions for name, _amount in transaction.lines}
    return sorted(booked | {(balance.year, balance.name) for balance in balances})


def _beancount(village: str, transactions: list[_Transaction], balances: list[Balance]) -> Iterator[str]:
    yield f'option "title" "{village}"'
    yield f'option "operating_currency" "{CURRENCY}"'
    for year, name in _accounts(transactions, balances):
        yield f"{year}-01-01 open {name} {CURRENCY}"
    for transaction in transactions:
        told = transaction.told.replace("\\", "\\\\").replace('"', '\\"')
        yield f'{transaction.day} * "{transaction.number}" "{told}"'
        yield f'  hash: "{transaction.hash}"'
        yield from (f"  {name}  {amount:.2f} {CURRENCY}" for name, amount in transaction.lines)
    for balance in balances:
        yield f"{balance.year + 1}-01-01 balance {balance.name}  {balance.amount:.2f} ~ 0.00 {CURRENCY}"


def _hledger(village: str, transactions: list[_Transaction], balances: list[Balance]) -> Iterator[str]:
    yield f"; {village}"
    yield f"commodity 1000.00 {CURRENCY}"
    yield from (f"account {name}" for _year, name in _accounts(transactions, balances))
    for year, own in groupby(transactions, lambda transaction: transaction.year):
        for transaction in own:
            # A semicolon would begin a comment; a bar would separate payee and note.
            yield f"{transaction.day} * ({transaction.number}) {transaction.told.replace(';', ',').replace('|', '/')}"
            yield f"    ; kind:{transaction.number.split()[0]}, hash:{transaction.hash}"
            yield from (f"    {name}  {amount:.2f} {CURRENCY}" for name, amount in transaction.lines)
        yield f"{year}-12-31 * {village} {year}"
        held = (balance for balance in balances if balance.year == year)
        yield from (f"    {balance.name}  0.00 {CURRENCY} = {balance.amount:.2f} {CURRENCY}" for balance in held)
