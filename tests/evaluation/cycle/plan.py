"""A master plan in force in the region of the small world, and which indicators of the test instrument it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from evaluation.cycle.world import OWN, World
from masterplan import world as plans
from pilar.evaluation import reference
from pilar.evaluation.operations import SeenFigure
from pilar.evaluation.queries.answers import form
from pilar.evaluation.rules.plan_figures import FigureKind, Rules, Wanted
from pilar.evaluation.rules.stages import PhaseState
from pilar.evidence import operations as evidence
from pilar.evidence.operations import Link
from pilar.masterplan import operations
from pilar.masterplan.operations import NewPlan

PART = "governance_public_service"
RULES = Rules(
    version=1,
    source="assumption",
    bands=tuple((start, Decimal(value)) for start, value in ((0, 0), (1, 1), (26, 2), (51, 3), (76, 4))),
    nodes={
        "programmes": Wanted("programmes", FigureKind.PROGRAMMES, (PART,)),
        "policy": Wanted("policy", FigureKind.LEGAL_BASIS),
        "budget": Wanted("budget", FigureKind.BUDGET, ("apbd",)),
    },
)


@dataclass
class Cast:
    """The people of the small world, as the world of plans asks for them."""

    world: World

    def who(self, name: str) -> Any:
        return self.world.who(name)

    def place(self, name: str) -> tuple[str, int | None]:
        return OWN, self.office if name == "contributor" else None

    @property
    def office(self) -> int:
        return self.world.offices[OWN][0]


def ask_for_figures(monkeypatch: pytest.MonkeyPatch, *nodes: str) -> None:
    """Let indicators of the test instrument take figures of the plan: these, or all that can."""
    wanted = replace(RULES, nodes={node: RULES.nodes[node] for node in nodes or RULES.nodes})
    monkeypatch.setattr(reference, "plan_figures", lambda: wanted)


def start(world: World) -> plans.World:
    """A plan of 2026 to 2030, a draft."""
    given = NewPlan("Rencana induk kota cerdas 2026-2030", 2026, 2030)
    version = operations.start_plan(by=world.who("coordinator"), region=OWN, given=given, now=plans.NOW)
    return plans.World(Cast(world), version)  # type: ignore[arg-type]


def in_force(world: World, *, reported: int = 100) -> tuple[plans.World, int]:
    """The plan in force with one programme of the contributor's office, reported for its second quarter with a link as
    evidence; and the key of the programme."""
    made = start(world)
    line = made.in_force()
    if reported:
        report(made, line, reported)
    return made, line


def open_with_plan(world: World) -> World:
    """The self-assessment is open, and the plan in force is reported with a piece of evidence."""
    world.set_phase(PhaseState.OPEN)
    made, line = in_force(world, reported=0)
    report(made, line, 100, evidence=[a_link(world)])
    return world


def report(made: plans.World, line: int, done: int, **more: Any) -> int:
    given = plans.Given(done={1: done, 2: done}, readings={1: Decimal(50)}, spent=Decimal(200_000_000))
    return made.report(line, given=given, **more)


def a_link(world: World, title: str = "Laporan triwulan") -> Any:
    return evidence.add_evidence(
        by=world.who("contributor"), region=OWN, office=world.offices[OWN][0], title=title,
        content=Link("https://contoh.invalid/laporan"), now=plans.NOW,
    )  # fmt: skip


def seen(world: World, node: str, version: int = 0, now: datetime = plans.NOW) -> SeenFigure:
    """What somebody sees of an indicator now."""
    found = form(world.assessment().pk, scope=world.who("coordinator"), now=now).beside[node].now
    assert found is not None
    return SeenFigure(node, version, found.fingerprint)
