"""What a plan tells the evaluation of a year."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection

from kit.neighbours import FAR
from masterplan.world import AFTER_SECOND_QUARTER, DECREED, OWN, World
from pilar.masterplan import benchmark, operations, queries
from pilar.masterplan.models import Report
from pilar.masterplan.rules.content import Activity, Fund, Judged
from pilar.masterplan.rules.progress import YearCount
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.reports import Given
from pilar.people.rules import PUBLIC

pytestmark = pytest.mark.django_db

JULY = datetime(2026, 7, 10, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 27, tzinfo=UTC)
JANUARY = datetime(2027, 1, 25, tzinfo=UTC)


def test_no_plan_in_force_tells_nothing(world: World) -> None:
    assert queries.year_figures(OWN, 2026, scope=PUBLIC, now=NOVEMBER) is None
    world.in_force()
    assert queries.year_figures(OWN, 2025, scope=PUBLIC, now=NOVEMBER) is None
    assert queries.year_figures(FAR, 2026, scope=PUBLIC, now=NOVEMBER) is None


def test_a_programme_is_realised_when_its_last_report_shows_enough(world: World) -> None:
    line = world.in_force()
    piece = _evidence(world)
    _report(world, line, {1: 60, 2: 0}, evidence=[piece])
    found = _found()
    assert (found.version.decree_number, found.last_report) == ("7 Tahun 2026", Quarter(2026, 2))
    (part,) = [one for one in found.parts if one.programmes]
    assert (part.part, part.count) == ("governance_public_service", YearCount(1, 0))
    (programme,) = part.programmes
    assert (programme.stands.realised, programme.stands.reported) == (False, Quarter(2026, 2))
    assert programme.evidence == (piece,)
    assert len(found.parts) == 18
    assert (found.budget[Fund.APBD], found.budget[Fund.CSR]) == (750_000_000, 0)

    # The correction counts, with its own evidence, and nothing of what it corrects.
    _report(world, line, {1: 100, 2: 40}, seen=1, reason="Salah ketik")
    found = _found()
    (programme,) = [one for part in found.parts for one in part.programmes]
    assert (programme.stands.realised, programme.evidence) == (True, ())


def test_a_report_is_held_against_what_was_planned_up_to_it(world: World) -> None:
    """Planned are 25 % by the end of June, 50 % by that of September, 75 % by that of the year."""
    line = world.in_force()
    _report(world, line, {1: 50, 2: 0})
    assert _stands(JULY) == (Quarter(2026, 2), True)
    assert _stands(NOVEMBER) == (Quarter(2026, 3), False), "the reports of the third quarter were due in October"
    _report(world, line, {1: 75, 2: 25}, quarter=Quarter(2026, 3), now=NOVEMBER)
    assert _stands(NOVEMBER) == (Quarter(2026, 3), True), "on schedule: not held against the end of the year"
    assert _found(NOVEMBER).held_to == Quarter(2026, 3)
    assert _stands(JANUARY) == (Quarter(2026, 4), False), "who stops reporting does not stay realised"
    _report(world, line, {1: 100, 2: 50}, quarter=Quarter(2026, 4), now=JANUARY)
    assert _stands(JANUARY) == (Quarter(2026, 4), True)


def test_a_programme_that_begins_later_in_the_year_is_not_counted_yet(world: World) -> None:
    world.call()
    later = Activity(1, "Membangun", Quarter(2026, 4), Quarter(2027, 4))
    keys = [world.submitted("Surat desa"), world.submitted("Gedung", activities=(later,))]
    world.decreed(*keys)
    operations.bring_into_force(
        by=world.who("coordinator"), version=world.version, since=DECREED, now=AFTER_SECOND_QUARTER
    )
    counted = {now: sum(part.count.planned for part in _found(now).parts) for now in (JULY, NOVEMBER, JANUARY)}
    assert counted == {JULY: 1, NOVEMBER: 1, JANUARY: 2}


def test_a_year_without_a_report_realises_nothing(world: World) -> None:
    line = world.in_force()
    _report(world, line, {1: 100, 2: 100})
    found = queries.year_figures(OWN, 2027, scope=PUBLIC, now=datetime(2027, 11, 27, tzinfo=UTC))
    assert found is not None
    (part,) = [one for one in found.parts if one.programmes]
    assert (part.count, found.last_report) == (YearCount(1, 0), None)


def test_marks_of_quick_wins_are_means(world: World) -> None:
    world.call()
    keys = [
        world.submitted(title, quick_win=True, judged=(Judged("benefit", mark),))
        for title, mark in (("Surat desa", 4), ("Izin daring", 1))
    ]
    keys.append(world.submitted("Bukan"))
    world.decreed(*keys)
    operations.bring_into_force(
        by=world.who("coordinator"), version=world.version, since=DECREED, now=AFTER_SECOND_QUARTER
    )
    found = _found()
    assert len(found.quick_wins) == 2
    assert (found.marks["benefit"], found.marks["risk"]) == (Fraction(5, 2), None)


def test_a_version_replaced_in_the_year_gives_way_to_the_one_at_its_end(world: World) -> None:
    world.in_force()
    by = world.who("coordinator")
    first = world.version
    world.version = operations.start_revision(by=by, version=first, reason="Rekomendasi", now=AFTER_SECOND_QUARTER)
    assert _found().version.key == first
    world.call()
    world.decreed()
    operations.bring_into_force(by=by, version=world.version, since=date(2026, 9, 1), now=AFTER_SECOND_QUARTER)
    assert _found().version.key == world.version


def test_the_measured_plan_has_its_reports(world: World) -> None:
    """They are written past the tables' own defaults."""
    line = world.in_force()
    with connection.cursor() as cursor:
        reports = benchmark._REPORTS.replace("(2021, 2025)", "(2027, 2030)")  # the years of the plan of the tests
        cursor.execute(reports, {"region": OWN, "account": world.cast.user("contributor").pk})
    assert Report.objects.filter(line=line, on_behalf=False, taken_from="").count() > 8


@pytest.mark.thorough
def test_queries_do_not_grow(world: World, django_assert_max_num_queries: Any) -> None:
    world.call()
    keys = [world.submitted(f"Program {place}") for place in range(12)]
    world.decreed(*keys)
    operations.bring_into_force(
        by=world.who("coordinator"), version=world.version, since=DECREED, now=AFTER_SECOND_QUARTER
    )
    piece = _evidence(world)
    for one in queries.programmes(world.row()):
        _report(world, one.key, {1: 100, 2: 40}, evidence=[piece])
    with django_assert_max_num_queries(8):
        found = _found()
    assert {one.evidence for part in found.parts for one in part.programmes} == {(piece,)}


def _found(now: datetime = NOVEMBER) -> Any:
    found = queries.year_figures(OWN, 2026, scope=PUBLIC, now=now)
    assert found is not None
    return found


def _stands(now: datetime) -> tuple[Quarter, bool]:
    (one,) = [one.stands for part in _found(now).parts for one in part.programmes]
    return one.quarter, one.realised


def _report(world: World, line: int, done: dict[int, int], **more: Any) -> int:
    given = Given(done=done, readings={1: Decimal(50)}, spent=Decimal(5))
    return world.report(line, given=given, **more)


def _evidence(world: World) -> Any:
    return world.cast.add(link="https://contoh.invalid/laporan")
