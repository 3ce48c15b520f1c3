"""The next plan of a region, decreed while the one before is in force."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from masterplan.world import NOW, OWN, World
from pilar.masterplan import operations
from pilar.masterplan.operations import NewPlan
from pilar.masterplan.rules.content import Activity, Budget, Fund, Monitored, Target
from pilar.masterplan.rules.quarters import Quarter

REPLACED = date(2027, 2, 1)
"""The day on which the next plan comes into force."""
IN_2027 = datetime(2027, 2, 1, 3, tzinfo=UTC)
AFTERWARDS: dict[str, Any] = {
    "targets": (Target(1, "Desa terhubung", "desa", yearly=((2027, Decimal(200)),)),),
    "budgets": (Budget(2027, Fund.APBD, Decimal(500_000_000)),),
    "activities": (Activity(1, "Memperluas", Quarter(2027, 1), Quarter(2028, 4)),),
    "monitored": (Monitored(1, "application", "Aplikasi kedua", 2027),),
}


def decreed_next(world: World) -> int:
    """The plan of 2026 to 2030 in force, and that of 2027 to 2031 decreed; the key of the former's version."""
    world.in_force()
    return next_to(world)


def next_to(world: World) -> int:
    former = world.version
    given = NewPlan("Rencana induk 2027-2031", 2027, 2031)
    world.version = operations.start_plan(by=world.who("coordinator"), region=OWN, given=given, now=NOW)
    world.call()
    world.decreed(world.submitted("Layanan kelurahan daring", **AFTERWARDS))
    return former
