"""A village whose books raise a flag, brought as far as a test wants it."""

from __future__ import annotations

from pilar.people.rules import SCHEDULE
from pilar.villagefinance import operations as do
from pilar.villagefinance.rules.journal import Kind
from villagefinance.world import NOW, YEAR, World, advance, bank


def late(world: World) -> None:
    """An advance that nobody has accounted for."""
    world.receive()
    world.book(Kind.ADVANCE, advance(100), bank(100))


def flagged(world: World) -> None:
    late(world)
    do.raise_flags(by=SCHEDULE, village=world.village, year=YEAR, now=NOW)


def answered(world: World) -> None:
    flagged(world)
    do.answer_flag(by=world.who("head"), village=world.village, year=YEAR, number=1, reply="Benar", now=NOW)
