"""A year brought as far as its reports want it."""

from __future__ import annotations

from typing import Any

from pilar.people.rules import Standing
from pilar.villagefinance import operations as do
from pilar.villagefinance.rules.reports import ReportAct
from villagefinance.world import NOW, YEAR, World


def half(world: World, months: int = 6) -> None:
    """The first months are closed."""
    for month in range(1, months + 1):
        do.close_month(by=world.who("treasurer"), village=world.village, year=YEAR, month=month, now=NOW)


def ended(world: World) -> None:
    """The year is closed."""
    world.receive()
    do.close_year(by=world.who("secretary"), village=world.village, year=YEAR, now=NOW)


def made(world: World) -> None:
    """The secretary has made the account of the year."""
    ended(world)
    record(world, world.who("secretary"), ReportAct.MADE)


def record(world: World, by: Standing, act: ReportAct, **more: Any) -> None:
    do.record_report(by=by, village=world.village, year=YEAR, act=act, now=NOW, **more)
