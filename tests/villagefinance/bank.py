"""Statements of the bank account of a world, kept and matched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pilar.villagefinance import operations as do
from pilar.villagefinance.queries import statements as ask
from pilar.villagefinance.rules.statements.matching import Match
from pilar.villagefinance.rules.statements.shape import Statement, StatementRow
from villagefinance.world import ACCOUNT, NOW, World

Rows = Sequence[tuple[int, int, Any, str]]
MARCH = date(2025, 3, 31)


def statement(
    opening: Any, rows: Rows, *, account: str = "", last: date = MARCH, first: date = date(2025, 2, 1)
) -> Statement:
    """Rows of a month, a day, an amount and a text, in 2025."""
    made = tuple(
        StatementRow(at, date(2025, month, day), Decimal(amount), text, "", None)
        for at, (month, day, amount, text) in enumerate(rows, start=2)
    )
    opening = Decimal(opening)
    return Statement(account, first, last, opening, opening + sum((row.amount for row in made), Decimal(0)), made)


FEBRUARY = [(2, 1, 500, "DANA DESA"), (3, 11, -100, "TRF TOKO"), (3, 31, -2, "BIAYA ADM")]


def keep(world: World, found: Statement, who: str = "treasurer", account: int = ACCOUNT) -> int:
    return do.keep_statement(
        by=world.who(who), village=world.village, bank_account=account, statement=found, name="maret.csv",
        content=b"isi", now=NOW,
    )  # fmt: skip


def accept(world: World, *matches: Match, who: str = "treasurer") -> int:
    return do.accept_matches(by=world.who(who), village=world.village, bank_account=ACCOUNT, matches=matches, now=NOW)


def opened(world: World) -> ask.Open:
    return ask.open_movements(world.village, ACCOUNT, MARCH, scope=world.who("treasurer"))


def banked(world: World) -> None:
    """Money came in, as the bank says too."""
    world.receive()
    keep(world, statement(0, FEBRUARY[:1]))


def matched(world: World) -> None:
    """What came in is matched."""
    banked(world)
    accept(world, *opened(world).proposals)
