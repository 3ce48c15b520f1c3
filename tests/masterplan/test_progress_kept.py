"""What was read and judged of a plan is kept while nothing is written of it."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from masterplan.reporting import IN_TIME
from masterplan.world import World
from pilar.areas.operations import rename_office
from pilar.masterplan.queries import programmes
from pilar.masterplan.queries.programmes import plan_stamp, programmes_alone
from pilar.masterplan.queries.progress import PlanProgress, forget, progress
from pilar.masterplan.rules.progress import Light
from pilar.masterplan.rules.reports import Given
from pilar.people.rules import OPERATOR, PUBLIC

pytestmark = pytest.mark.django_db
NEVER_CHANGED = {"masterplan_content", "masterplan_line"}
"""Contents are append-only, and a line keeps its plan and code (triggers)."""


@pytest.fixture
def plan(world: World) -> World:
    world.in_force()
    return world


def judged(world: World) -> PlanProgress:
    return progress(world.row(), None, scope=PUBLIC, now=IN_TIME)


def tables(asked: CaptureQueriesContext) -> set[str]:
    return {
        name for query in asked.captured_queries for name in re.findall(r"\b(?:masterplan|areas)_\w+", query["sql"])
    }


def test_a_plan_is_read_and_judged_again_only_once_it_was_written_to(plan: World) -> None:
    first = judged(plan)
    with CaptureQueriesContext(connection) as asked:
        second = judged(plan)
    assert second == first
    assert not {"masterplan_content", "masterplan_statement"} & tables(asked)
    assert all(kept is read for kept, read in zip(second.programmes, first.programmes, strict=True))


def test_a_report_and_another_name_of_an_office_are_seen_at_once(plan: World) -> None:
    first = judged(plan).programmes[0]
    plan.report(first.row.key, given=Given(done={1: 60, 2: 0}))
    reported = judged(plan).programmes[0]
    assert (first.standing.light, reported.standing.light) == (Light.UNREPORTED, Light.GOOD)
    rename_office(by=OPERATOR, office=first.row.content.owner, name="Dinas Baru")
    assert judged(plan).programmes[0].row.owner_name == "Dinas Baru"
    assert programmes_alone(plan.row())[0].owner_name == "Dinas Baru"


def test_the_stamp_covers_every_table_that_is_read(plan: World) -> None:
    plan.report(programmes(plan.row())[0].key, given=Given(done={1: 60, 2: 0}))
    row = plan.row()
    with CaptureQueriesContext(connection) as stamped:
        plan_stamp(row)
    forget()
    with CaptureQueriesContext(connection) as asked:
        progress(row, None, scope=PUBLIC, now=IN_TIME)
    read = tables(asked) - NEVER_CHANGED
    assert {"masterplan_report", "masterplan_entry", "areas_office"} <= read
    assert read <= tables(stamped)
