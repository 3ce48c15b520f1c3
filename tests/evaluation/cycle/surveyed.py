"""A closed Impact survey in the region of the small world, whose governance the test instrument's survey takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from evaluation.cycle import plan
from evaluation.cycle.world import OWN, World
from pilar.evaluation import reference
from pilar.evaluation.rules.plan_figures import FigureKind, Wanted
from pilar.evaluation.rules.stages import PhaseState
from pilar.evidence import operations as evidence
from pilar.evidence.operations import Link
from pilar.people.rules import OPERATOR
from pilar.surveys import operations, queries
from pilar.surveys.operations import NewSurvey, Source
from pilar.surveys.rules.surveys import NewCell
from surveys.world import impact

ASKED = datetime(2026, 1, 10, 3, tzinfo=UTC)
CLOSES = datetime(2026, 2, 10, 3, tzinfo=UTC)
AFTER = datetime(2026, 2, 12, 3, tzinfo=UTC)
RULES = replace(plan.RULES, nodes={"survey": Wanted("survey", FigureKind.SURVEY, ("governance",))})


def ask_for_survey(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the survey of the test instrument take the mean of governance."""
    monkeypatch.setattr(reference, "plan_figures", lambda: RULES)


def open_with_survey(world: World) -> World:
    """The self-assessment is open, and a survey of the year is closed, not stated yet."""
    world.set_phase(PhaseState.OPEN)
    closed(world)
    return world


def closed(world: World, title: str = "Survei dampak 2026", *, easier: int = 4, **more: Any) -> int:
    """A closed survey about two programmes of governance, six answers each, of which one is too fast and one straight;
    the second programme wanted seven. ``easier`` is what was said of the first question."""
    key = drawn_up(world, title, **more)
    operations.open_survey(by=OPERATOR, survey=key)
    for cell in queries.cells(queries.survey(key, scope=OPERATOR), scope=OPERATOR):
        for number in range(6):
            took = timedelta(seconds=3) if number == 0 else timedelta(minutes=4)
            answers = dict.fromkeys(
                ("easier", "quicker", "clearer", "heard", "involved", "lasting", "wanted"), 3
            ) if number == 1 else {"easier": easier}  # fmt: skip
            operations.answer(
                token=cell.token, key=uuid4(), given=impact(answers=answers), began_at=ASKED - took, source=Source(),
                now=ASKED,
            )  # fmt: skip
    operations.close_survey(by=OPERATOR, survey=key, now=AFTER)
    return key


def keys(world: World) -> dict[str, int]:
    """The surveys of the region by their titles."""
    return {one.title: one.key for one in queries.surveys(scope=world.who("coordinator"), region=OWN)}


def drawn_up(
    world: World, title: str, *, year: int = 2026, region: str = OWN, questionnaire: str = "impact-2023", **more: Any
) -> int:
    first, second = world.offices[region]
    given = NewSurvey(questionnaire, title, year, ASKED - timedelta(days=1), CLOSES, **more)
    key = operations.create_survey(by=OPERATOR, region=region, given=given, now=ASKED - timedelta(days=2))
    cells = [
        NewCell("Layanan desa daring", first, 5, "governance", "governance_public_service"),
        NewCell("Perizinan daring", second, 7, "governance", "governance_bureaucracy"),
    ]
    operations.set_cells(by=OPERATOR, survey=key, cells=cells)
    return key


def stated(world: World, survey: int) -> UUID:
    """The head of region's statement, as a file of the region."""
    file = evidence.add_evidence(
        by=world.who("coordinator"), region=OWN, title="Pernyataan bupati", now=AFTER,
        content=Link("https://contoh.invalid/pernyataan"),
    )  # fmt: skip
    operations.state_validity(
        by=world.who("coordinator"), survey=survey, stated_by="Bupati Tangerang", stated_on=date(2026, 2, 20), file=file
    )
    return file
