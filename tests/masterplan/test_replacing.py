"""A plan that replaces another one before its last day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from confirming import confirmed
from kit.neighbours import own
from masterplan.pages import address, client_of
from masterplan.replacing import decreed_next
from masterplan.reporting import said
from masterplan.world import DECREED, LATER, OTHER, OWN, World
from pilar.masterplan import operations, queries
from pilar.masterplan.models import Version
from pilar.masterplan.operations import PlanOverlap
from pilar.masterplan.queries.due import own_reports
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.stages import VersionState
from pilar.people.models import Notice
from pilar.people.rules import PUBLIC, SCHEDULE, NotFound
from pilar.platform.errors import Faults

pytestmark = pytest.mark.django_db

SINCE = date(2027, 2, 1)
MAY = datetime(2027, 5, 3, 3, tzinfo=UTC)


def replace(world: World, key: int | None, since: date = SINCE) -> None:
    by = world.who("coordinator")
    operations.bring_into_force(by=by, version=world.version, since=since, replaces=key, now=LATER)


def test_the_former_ends_the_day_before_and_its_reports_up_to_then_are_owed(world: World) -> None:
    former = decreed_next(world)
    replace(world, former)
    ended, current = world.row(version=former), world.row()
    assert (ended.state, ended.in_force_until) == (VersionState.EXPIRED, date(2027, 1, 31))
    assert (current.state, current.in_force_since) == (VersionState.IN_FORCE, SINCE)
    # By date, on the public page and for whoever asks for a year.
    assert queries.public_plan(OWN, date(2027, 1, 31)).key == former
    assert queries.public_plan(OWN, SINCE).key == world.version
    years = {year: queries.year_figures(OWN, year, scope=PUBLIC, now=MAY) for year in (2026, 2027)}
    assert {year: found and found.version.key for year, found in years.items()} == {2026: former, 2027: world.version}
    owed = {
        plan.version.key: [str(one.quarter) for one in plan.programmes[0].open]
        for plan in own_reports(scope=world.who("contributor"), now=MAY)
    }
    assert owed == {world.version: ["2027-Q1"], former: ["2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1"]}
    operations.remind_of_reports(by=SCHEDULE, now=MAY)
    late = Notice.objects.filter(kind="masterplan.reports-late", done_at=None)
    assert late.filter(user=world.cast.user("contributor")).count() == 2
    # What is reported closes the notice of the plan that has ended, too.
    line = queries.programmes(ended)[0].key
    for quarter in (Quarter(2026, 2), Quarter(2026, 3), Quarter(2026, 4), Quarter(2027, 1)):
        world.report(line, quarter, now=MAY)
    assert late.filter(user=world.cast.user("contributor")).count() == 1


def test_it_is_said_which_plan_is_replaced_and_only_one_that_is_in_the_way(world: World) -> None:
    former = decreed_next(world)
    with pytest.raises(PlanOverlap):
        replace(world, None)
    elsewhere = Version.objects.filter(region=OTHER, state=VersionState.IN_FORCE).values_list("pk", flat=True)[0]
    for key in (elsewhere, world.version, former + 9_999):
        with pytest.raises(NotFound):
            replace(world, key)
    with pytest.raises(Faults) as error:
        replace(world, former, DECREED)
    assert [one.place for one in error.value.faults] == ["since"]
    assert own(Version).get(pk=former).state == VersionState.IN_FORCE
    # Where it begins after the other has ended, nothing is replaced.
    with pytest.raises(NotFound):
        replace(world, former, date(2031, 1, 1))
    replace(world, None, date(2031, 1, 1))
    assert world.row(version=former).in_force_until == date(2030, 12, 31)


def test_the_page_asks_tells_and_leads_from_one_to_the_other(world: World) -> None:
    former = decreed_next(world)
    client = client_of(world, "coordinator")
    page = address("force", world.version)
    shown = said(client.get(page))
    title = world.row(version=former).plan.title
    assert f"Menggantikan “{title}”" in shown
    assert "31 Desember 2030" in shown
    refused = confirmed(client, page, {"since": "2027-02-01"})
    assert "Rencana lain daerah ini berlaku" in said(refused, 409)
    answer = confirmed(client, page, {"since": "2027-02-01", "replaces": "on"}, follow=True)
    assert "Berlaku" in said(answer)
    visitor = client_of(world, "visitor")
    law = said(visitor.get(address("version", former)))
    assert "Digantikan oleh" in law
    assert address("version", world.version) in law
    then = said(visitor.get(address("plan", OWN), {"day": "2027-01-31"}))
    assert title in then
    assert "Ini rencana yang berlaku pada 31 Januari 2027." in then
    before = said(visitor.get(address("plan", OWN), {"day": "2020-01-31"}))
    assert "Pada 31 Januari 2020 tidak ada rencana daerah yang berlaku" in before
