"""A plan that replaces another one before its last day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from confirming import confirmed
from kit.neighbours import own
from masterplan.pages import address, client_of
from masterplan.replacing import IN_2027, REPLACED, decreed_next
from masterplan.reporting import said
from masterplan.world import DECREED, LATER, OTHER, OWN, World
from pilar.masterplan import operations, queries
from pilar.masterplan.models import Version
from pilar.masterplan.operations import PlanOverlap
from pilar.masterplan.operations.versions import EndedOverlap
from pilar.masterplan.queries.due import own_reports
from pilar.masterplan.queries.overview import plans_by_region
from pilar.masterplan.queries.public import programmes_named
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.stages import VersionState
from pilar.people.models import Notice
from pilar.people.rules import PUBLIC, SCHEDULE, NotFound
from pilar.platform.errors import Faults

pytestmark = pytest.mark.django_db

MAY = datetime(2027, 5, 3, 3, tzinfo=UTC)


def replace(world: World, key: int | None, since: date = REPLACED, now: datetime = IN_2027) -> None:
    by = world.who("coordinator")
    operations.bring_into_force(by=by, version=world.version, since=since, replaces=key, now=now)


def refused(world: World, key: int, since: date = REPLACED, now: datetime = IN_2027) -> list[tuple[str, str]]:
    """Code and place of what is wrong with it."""
    with pytest.raises(Faults) as error:
        replace(world, key, since, now)
    return [(one.code, one.place) for one in error.value.faults]


def test_the_former_ends_the_day_before_and_its_reports_up_to_then_are_owed(world: World) -> None:
    former = decreed_next(world)
    replace(world, former)
    ended, current = world.row(version=former), world.row()
    assert (ended.state, ended.in_force_until) == (VersionState.EXPIRED, date(2027, 1, 31))
    assert (current.state, current.in_force_since) == (VersionState.IN_FORCE, REPLACED)
    # By date, on the public page and for a reader who asks for a year.
    assert queries.public_plan(OWN, date(2027, 1, 31)).key == former
    assert queries.public_plan(OWN, REPLACED).key == world.version
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
    assert refused(world, former, DECREED) == [("force-before-former", "since"), ("replaces-before-plan", "since")]
    assert refused(world, former, date(2026, 12, 31)) == [("replaces-before-plan", "since")]
    # The other plan would have ended at once, with none in force until then.
    assert refused(world, former, now=LATER) == [("replaces-in-future", "since")]
    assert own(Version).get(pk=former).state == VersionState.IN_FORCE
    # Where it begins after the other has ended, nothing is replaced.
    replace(world, former, date(2031, 1, 1), LATER)
    ended = world.row(version=former)
    assert (ended.state, ended.in_force_until) == (VersionState.IN_FORCE, date(2030, 12, 31))
    assert world.row().in_force_since == date(2031, 1, 1)


def test_a_plan_with_a_revision_on_its_way_is_not_replaced(world: World) -> None:
    """Once it is decreed it would come into force instead of the plan that replaced its own."""
    former = decreed_next(world)
    by = world.who("coordinator")
    revision = operations.start_revision(by=by, version=former, reason="Rekomendasi", now=LATER)
    assert refused(world, former) == [("replaces-under-way", "replaces")]
    operations.move_version(by=by, version=revision, target=VersionState.DROPPED, now=LATER)
    replace(world, former)
    assert world.row().in_force_since == REPLACED


def test_the_year_before_its_first_one_is_that_of_the_plan_that_ran(world: World) -> None:
    """The next plan came into force when it was decreed, in the last year of the one before."""
    former = decreed_next(world)
    own(Version).filter(pk=former).update(state=VersionState.EXPIRED, in_force_until=date(2026, 11, 9))
    with pytest.raises(EndedOverlap):  # nothing can replace it any more
        replace(world, None, date(2026, 11, 9), MAY)
    replace(world, None, date(2026, 11, 10), MAY)
    years = {year: queries.year_figures(OWN, year, scope=PUBLIC, now=MAY) for year in (2026, 2027)}
    assert {year: found and found.version.key for year, found in years.items()} == {2026: former, 2027: world.version}


def test_notices_of_a_plan_that_reminds_no_more_are_closed(world: World) -> None:
    """A year after it was replaced, and when its years are over and it has ended."""
    former = decreed_next(world)
    replace(world, former)
    operations.remind_of_reports(by=SCHEDULE, now=MAY)
    plan = world.row(version=former).plan.key
    open_ones = Notice.objects.filter(subject__startswith=f"masterplan.reports-late:{plan}:", done_at=None)
    assert open_ones.exists()
    operations.remind_of_reports(by=SCHEDULE, now=MAY + timedelta(days=365))
    assert not open_ones.exists()
    plan = world.row().plan.key
    open_ones = Notice.objects.filter(subject__startswith=f"masterplan.reports-late:{plan}:", done_at=None)
    assert open_ones.exists()
    after = datetime(2032, 1, 5, 3, tzinfo=UTC)
    by = world.who("coordinator")
    operations.move_version(by=by, version=world.version, target=VersionState.EXPIRED, now=after)
    assert not open_ones.exists()


def test_the_page_asks_tells_and_leads_from_one_to_the_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    former = decreed_next(world)
    monkeypatch.setattr("django.utils.timezone.now", lambda: IN_2027)
    client = client_of(world, "coordinator")
    page = address("force", world.version)
    shown = said(client.get(page))
    title = world.row(version=former).plan.title
    assert f"Menggantikan “{title}”" in shown
    assert "31 Desember 2030" in shown
    assert 'value="2027-01-01"' in shown
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


@pytest.mark.parametrize("revised", [False, True])
def test_what_begins_later_is_not_called_in_force_before_its_day(
    world: World, monkeypatch: pytest.MonkeyPatch, revised: bool
) -> None:
    """Neither by search nor on the lists; what it follows is, until the day."""
    since = date(2029, 1, 1) if revised else date(2031, 1, 1)
    if revised:
        world.in_force()
        former, by = world.version, world.who("coordinator")
        world.version = operations.start_revision(by=by, version=former, reason="Evaluasi", now=LATER)
        world.call()
        world.decreed(world.submitted("Layanan kelurahan daring"))
    else:
        former = decreed_next(world)
    operations.bring_into_force(by=world.who("coordinator"), version=world.version, since=since, now=LATER)

    def found(words: str, day: date) -> list[str]:
        return [title for title, _quick_win, region, _name in programmes_named(words, day, most=99) if region == OWN]

    new = "Layanan kelurahan daring"
    old = next(row.content.title for row in queries.programmes(world.row(version=former)))
    today, eve = DECREED + timedelta(days=1), since - timedelta(days=1)
    assert (found(new, today), found(new, eve), found(new, since)) == ([], [], [new])
    assert (found(old, today), found(old, since)) == ([old], [old] if revised else [])
    for day, version in ((today, former), (since, world.version)):
        plans = {row.version.plan.region: row for row in queries.public_plans(day)}
        assert (plans[OWN].version.key, plans[OWN].state) == (version, "Berlaku"), day
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    listed = said(client_of(world, "coordinator").get(address("region", OWN)))
    assert (listed.count("Belum berlaku"), listed.count('class="tag positive">Berlaku<')) == (1, 1)
    assert "Belum berlaku" in said(client_of(world, "visitor").get(address("version", world.version)))
    assert "Belum berlaku" in said(client_of(world, "visitor").get(address("plan", OWN)))
    assert plans_by_region(scope=PUBLIC, today=today)[OWN]["state"] == "Belum berlaku"


def test_a_plan_whose_years_are_over_is_not_called_in_force(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has let it expire yet."""
    world.in_force()
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2031, 1, 5, 3, tzinfo=UTC))
    shown = said(client_of(world, "visitor").get(address("plan", OWN)))
    assert "Hari ini tidak ada rencana" in shown
    assert "Tahunnya sudah lewat" in shown
    assert 'class="alert-title"' not in shown
