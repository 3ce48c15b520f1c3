"""The common form of a bank statement from any file, with a balance checked row by row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.tables.table import place

MAX_BREAKS = 20
"""Rows reported that do not add up; further ones are the same fault."""
_D, _M, _Y = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "(?:19|20)[0-9]{2}"
_DAY = rf"{_D}[.-]{_M}[.-]{_Y}|{_Y}-{_M}-{_D}"
_AMOUNT = r"[1-9]\d?(?:\.\d{3}){3}|[1-9]\d{0,2}(?:\.\d{3}){1,2}"
_NONE = rf"(?<!\d)(?<!\d[.-])(?:{_DAY}|{_AMOUNT})(?![.-]?\d)"
"""A day, or an amount in groups of three, that is not part of anything longer."""
_NUMBER = re.compile(rf"({_NONE})|\d(?:[ .-]?(?!{_NONE})\d){{7,}}")
"""Numbers that may be account numbers, after alternatives that are none though as long."""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A movement on a day: ``amount`` is positive for money received. ``number``: the row or line of the file.
    ``balance``: after it, None where the file gives none."""

    number: int
    date: dt.date
    amount: Decimal
    text: str
    reference: str
    balance: Decimal | None


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of an account from its ``first`` to its ``last`` day, in the order of the bank's bookings.

    ``account`` is empty where the file does not name it.
    """

    account: str
    first: dt.date
    last: dt.date
    opening: Decimal
    closing: Decimal
    rows: tuple[StatementRow, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """The content of a file before it is checked; the newest row may come first."""

    name: str
    account: str
    rows: Sequence[StatementRow]
    opening: Decimal | None = None
    closing: Decimal | None = None
    first: dt.date | None = None
    last: dt.date | None = None


def masked(text: str) -> str:
    """Return the text of a bank without possible account numbers; days and amounts stay."""
    return _NUMBER.sub(lambda match: match[1] or "…", text)


def checked(draft: Draft) -> Statement:
    """Return the checked statement of a draft, oldest row first. Raises Faults where balances do not add up or are
    missing."""
    rows = _in_order(draft.rows)
    opening = draft.opening
    if opening is None:
        # The first row with a balance gives the opening balance before all rows above it.
        before = Decimal(0)
        for row in rows:
            before += row.amount
            if row.balance is not None:
                opening = row.balance - before
                break
    if opening is None and draft.closing is not None:
        opening = draft.closing - sum((row.amount for row in rows), Decimal(0))
    if opening is None or not (rows or draft.first):
        sentence = N_("Nothing in the file says the balance. Export it with the column of the balance")
        raise Faults([Fault("no-balance", sentence, place=draft.name)])
    closing = opening + sum((row.amount for row in rows), Decimal(0))
    faults = _breaks(draft.name, opening, rows)
    if draft.closing is not None and draft.closing != closing and not faults:
        sentence = N_("From %(opening)s the rows lead to %(reached)s, but the closing balance is %(closing)s")
        fields = {"opening": opening, "reached": closing, "closing": draft.closing}
        faults.append(Fault("closing-differs", sentence, fields, draft.name))
    if faults:
        raise Faults(faults)
    days = [row.date for row in rows]
    first = min([*days, *([draft.first] if draft.first else [])])
    last = max([*days, *([draft.last] if draft.last else [])])
    return Statement(draft.account, first, last, opening, closing, tuple(rows))


def joined(statements: Sequence[Statement], name: str) -> tuple[Statement, ...]:
    """Join the pages of each account to one statement; raises Faults where one does not begin with the balance at which
    the last ended."""
    whole: dict[str, Statement] = {}
    faults = []
    for statement in sorted(statements, key=lambda statement: (statement.account, statement.first)):
        before = whole.get(statement.account)
        if before is None:
            whole[statement.account] = statement
            continue
        if before.closing != statement.opening or statement.first < before.last:
            sentence = N_("A page of account %(account)s ends with %(closing)s, the next begins with %(opening)s")
            fields = {"account": statement.account, "closing": before.closing, "opening": statement.opening}
            faults.append(Fault("pages-missing", sentence, fields, name))
        whole[statement.account] = replace(
            before, last=max(before.last, statement.last), closing=statement.closing, rows=before.rows + statement.rows
        )
    if faults:
        raise Faults(faults)
    return tuple(whole.values())


def continued(kept: Sequence[StatementRow], closing: Decimal | None, statement: Statement) -> tuple[StatementRow, ...]:
    """Return the rows of a statement that follow the ``kept`` ones, the last of an account; ``closing``: the balance
    after these, None where there are none. Rows in both are recognised by day, amount and text.

    Raises Faults where something is missing between, or where the same days have other movements.
    """
    if closing is None:
        return statement.rows
    for common in range(min(len(kept), len(statement.rows)), -1, -1):
        again = statement.rows[:common]
        if (
            statement.opening + sum((row.amount for row in again), Decimal(0)) == closing
            and [_same(row) for row in kept[len(kept) - common :]] == [_same(row) for row in again]
            and (common or not kept or statement.first >= kept[-1].date)
        ):
            return statement.rows[common:]
    sentence = N_(
        "What is kept of this account ends with %(closing)s, this statement begins with %(opening)s. Send first the "
        "statement that lies between"
    )
    raise Faults([Fault("does-not-follow", sentence, {"closing": closing, "opening": statement.opening})])


def _same(row: StatementRow) -> tuple[dt.date, Decimal, str]:
    return row.date, row.amount, row.text


def _in_order(rows: Sequence[StatementRow]) -> Sequence[StatementRow]:
    """Return the rows with the oldest first, by their balances, or else by their days."""
    turned = rows[::-1]
    steps = [sum(1 for _ in _steps_wrong(statements)) for statements in (rows, turned)]
    newest_first = steps[0] > steps[1] if steps[0] != steps[1] else bool(rows) and rows[0].date > rows[-1].date
    return turned if newest_first else rows


def _steps_wrong(rows: Sequence[StatementRow]) -> Iterator[StatementRow]:
    for before, row in pairwise(rows):
        if before.balance is not None and row.balance is not None and before.balance + row.amount != row.balance:
            yield row


def _breaks(name: str, opening: Decimal, rows: Sequence[StatementRow]) -> list[Fault]:
    """Return a fault for each break in the running balance of the file."""
    faults: list[Fault] = []
    balance = opening
    for row in rows:
        balance += row.amount
        if row.balance is not None and row.balance != balance:
            if len(faults) < MAX_BREAKS:
                sentence = N_("After this row the balance is %(reached)s, but the file says %(balance)s")
                fields = {"reached": balance, "balance": row.balance}
                faults.append(Fault("balance-differs", sentence, fields, place(name, row.number)))
            balance = row.balance
    return faults
