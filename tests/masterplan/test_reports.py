"""Reports: who may give them, two at once, and what offices are told."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from kit.neighbours import OTHER, own, rows_of
from kit.races import together
from masterplan.reporting import IN_TIME, TOO_LATE, add_measure, bound, in_force
from masterplan.world import DECREED, LATER, NOW, SECOND_QUARTER, World, content
from people.phones import told_by_phone
from pilar.masterplan import operations
from pilar.masterplan.models import Report, Version
from pilar.masterplan.operations import Past, Proposed
from pilar.masterplan.queries.due import own_reports
from pilar.masterplan.rules.decisions import Outcome
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.reports import Given
from pilar.masterplan.rules.stages import Decree, LegalForm, ProposalKind, VersionState
from pilar.people.models import Notice
from pilar.people.queries.inbox import inbox
from pilar.people.rules import OPERATOR, SCHEDULE, NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.versions import Outdated

GIVEN = Given(done={1: 60, 2: 0}, readings={1: Decimal(50)}, spent=Decimal(5))


def places(error: pytest.ExceptionInfo[Faults]) -> list[str]:
    return sorted(one.place for one in error.value.faults)


@pytest.mark.django_db
def test_only_the_office_reports_or_the_coordinator_for_it(world: World) -> None:
    line = world.in_force()
    for who in ("colleague", "verifier", "neighbour", "assessor", "secretariat"):
        with pytest.raises(NotAllowed):
            world.report(line, by=world.who(who))
    with pytest.raises(NotFound):
        world.report(line + 99)
    # A report is somebody's: the console is nobody.
    with pytest.raises(NotFound):
        world.report(line, by=OPERATOR)
    assert not own(Report).exists()
    assert world.report(line, by=world.who("coordinator")) == 1
    assert world.report(line, reason="Dinas mengoreksi", seen=1) == 2
    assert [one.on_behalf for one in own(Report).order_by("number")] == [True, False]


@pytest.mark.django_db
def test_bad_input_is_told_at_its_place(world: World) -> None:
    line = world.in_force()
    wrong = Given(done={1: 101, 9: 3}, readings={4: Decimal(1)}, there=frozenset({8}), spent=Decimal("-0.5"))
    with pytest.raises(Faults) as error:
        world.report(line, given=wrong)
    assert places(error) == ["done.1", "done.2", "done.9", "readings.4", "spent", "there"]
    for quarter in (Quarter(2025, 4), Quarter(2026, 1), Quarter(2026, 3), Quarter(2031, 1)):
        with pytest.raises(Faults) as error:
            world.report(line, quarter)
        assert places(error) == ["quarter"], quarter
    world.report(line)
    with pytest.raises(Faults) as error:
        world.report(line, seen=1)
    assert places(error) == ["reason"]


@pytest.mark.django_db
def test_past_reports_are_held_to_the_version_in_force_while_the_next_is_written(world: World) -> None:
    line, plan, by = world.in_force(), world.row().plan.key, world.who("contributor")
    operations.start_revision(by=world.who("coordinator"), version=world.version, reason="Evaluasi", now=NOW)
    past = [Past(line, SECOND_QUARTER, GIVEN, IN_TIME)]
    assert operations.report_past(by=by, plan=plan, past=past, now=IN_TIME) == 1
    for who, where in ((by, plan + 99), (OPERATOR, plan)):
        with pytest.raises(NotFound):
            operations.report_past(by=who, plan=where, past=past, now=IN_TIME)


@pytest.mark.django_db
def test_a_measured_target_is_not_typed(world: World) -> None:
    add_measure(world)
    (line,) = in_force(world, 1, targets=(bound(),))
    with pytest.raises(Faults) as error:
        world.report(line, given=GIVEN)
    assert places(error) == ["readings.1"]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told(committed_world: World) -> None:
    line = committed_world.in_force()
    by = committed_world.who("contributor")
    outcomes = together(
        *(
            lambda spent=spent: operations.report(
                by=by, line=line, quarter=SECOND_QUARTER, given=Given(done={1: 60, 2: 0}, spent=Decimal(spent)),
                seen=0, now=IN_TIME,
            )
            for spent in (1, 2)
        )
    )  # fmt: skip
    assert sorted(isinstance(one, Outdated) for one in outcomes) == [False, True]
    (row,) = own(Report)
    (told,) = [one for one in outcomes if isinstance(one, Outdated)]
    assert told.stored.values["spent"] == row.spent


@pytest.mark.django_db
def test_the_office_that_takes_a_programme_over_reports_on_it(world: World) -> None:
    line = world.in_force()
    by = world.who("coordinator")
    world.version = operations.start_revision(by=by, version=world.version, reason="Pindah", now=LATER)
    world.call()
    office = world.who("contributor")
    given = Proposed(ProposalKind.CHANGE, content(world.office, need="Lain"), line)
    key = operations.propose(by=office, version=world.version, office=world.office, given=given, now=NOW)
    operations.submit_proposal(by=office, proposal=key, now=NOW)
    meeting = world.meeting()
    world.decide(meeting, key, Outcome.CHANGED, content=content(world.cast.colleagues_office))
    world.decide(meeting, None)
    world.sign(meeting)
    operations.move_version(by=by, version=world.version, target=VersionState.LEGAL_REVIEW, now=LATER)
    decree = Decree(LegalForm.REGENT, "9 Tahun 2026", DECREED)
    operations.enter_decree(by=by, version=world.version, decree=decree, file=None, now=LATER)
    operations.bring_into_force(by=by, version=world.version, since=date(2026, 6, 1), now=IN_TIME)
    (plan,) = own_reports(scope=world.who("colleague"), now=IN_TIME)
    assert [one.quarter for one in plan.programmes[0].open] == [SECOND_QUARTER]
    assert own_reports(scope=world.who("contributor"), now=IN_TIME) == ()
    with pytest.raises(NotAllowed):
        world.report(line)
    assert world.report(line, by=world.who("colleague")) == 1


@pytest.mark.django_db
def test_what_an_office_owes_waits_in_its_inbox(world: World) -> None:
    key = world.in_force()
    operations.remind_of_reports(by=SCHEDULE, now=IN_TIME)
    assert Notice.objects.filter(kind="masterplan.reports-due", done_at=None).exists()
    (line,) = inbox(scope=world.who("contributor"), now=IN_TIME)
    assert (line.text, line.address) == ("Laporkan triwulan II 2026: 1 program", "/kerja/rencana/laporan/")
    assert line.otherwise == "Sampai laporan masuk, program ditandai terlambat."
    assert not line.overdue
    assert [one.overdue for one in inbox(scope=world.who("contributor"), now=TOO_LATE)] == [True]
    assert inbox(scope=world.who("colleague"), now=IN_TIME) == ()
    world.report(key)
    assert inbox(scope=world.who("contributor"), now=IN_TIME) == ()


@pytest.mark.django_db
def test_a_revision_does_not_make_earlier_quarters_of_a_new_programme_late(world: World) -> None:
    world.in_force()
    by = world.who("coordinator")
    world.version = operations.start_revision(by=by, version=world.version, reason="Tambah", now=LATER)
    world.call()
    world.decreed(world.submitted("Program baru"))
    operations.bring_into_force(by=by, version=world.version, since=date(2026, 7, 2), now=IN_TIME)
    (plan,) = own_reports(scope=world.who("contributor"), now=TOO_LATE)
    open_quarters = {one.row.content.title: len(one.open) for one in plan.programmes}
    assert open_quarters == {"Layanan desa daring": 1, "Program baru": 0}


def notices(kind: str, *, done: bool = False) -> list[dict[str, Any]]:
    rows = Notice.objects.filter(kind=f"masterplan.reports-{kind}", done_at__isnull=not done)
    return [row.fields for row in rows.order_by("pk")]


def remind(now: datetime) -> int:
    with transaction.atomic():
        return operations.remind_of_reports(by=SCHEDULE, now=now)


@pytest.mark.django_db
def test_offices_are_told_what_is_due_and_what_is_late_until_nothing_is(world: World) -> None:
    lines = in_force(world, 2)
    # Before the quarter has ended there is nothing to tell.
    assert remind(LATER) == 0
    assert remind(IN_TIME) == 1
    assert notices("due") == [{"count": 2, "quarter": "II", "year": "2026"}]
    deadline = Notice.objects.get(kind="masterplan.reports-due").deadline
    assert deadline is not None
    assert deadline.isoformat() == "2026-07-20T17:00:00+00:00"
    assert remind(IN_TIME) == 0

    assert remind(TOO_LATE) == 1
    assert (notices("due"), notices("late")) == ([], [{"count": 2, "quarter": "II", "year": "2026"}])
    world.report(lines[0], given=GIVEN, now=TOO_LATE)
    assert len(notices("late")) == 1
    world.report(lines[1], given=GIVEN, now=TOO_LATE)
    assert (notices("due"), notices("late")) == ([], [])
    assert remind(TOO_LATE) == 0
    # The next quarter is announced again, to the neighbour too.
    assert remind(datetime.fromisoformat("2026-10-02T03:00:00+00:00")) == 2
    assert sorted(notices("due"), key=lambda one: -one["count"]) == [
        {"count": count, "quarter": "III", "year": "2026"} for count in (2, 1)
    ]


@pytest.mark.django_db
def test_a_report_that_is_due_reaches_the_phone_of_who_chose_that(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    in_force(world, 1)
    remind(IN_TIME)
    (text,) = told_by_phone(world.who("contributor"), settings, tmp_path, IN_TIME)
    assert "Tenggat terdekat: 20 Juli 2026 pukul 23.59 WIB." in text


@pytest.mark.django_db
def test_a_plan_that_is_over_reminds_nobody(world: World) -> None:
    in_force(world, 1)
    later = datetime.fromisoformat("2031-03-01T03:00:00+00:00")
    next_door = rows_of(Version, OTHER).get(state=VersionState.IN_FORCE).pk
    for who, version in (("coordinator", world.version), ("neighbour", next_door)):
        operations.move_version(by=world.who(who), version=version, target=VersionState.EXPIRED, now=later)
    assert remind(later) == 0


@pytest.mark.django_db
def test_only_the_schedule_reminds(world: World) -> None:
    with pytest.raises(NotAllowed):
        operations.remind_of_reports(by=world.who("coordinator"), now=IN_TIME)


@pytest.mark.django_db
def test_reminding_needs_no_more_queries_for_more_programmes(world: World, django_assert_max_num_queries: Any) -> None:
    in_force(world, 12)
    assert DECREED.year == 2026
    with django_assert_max_num_queries(18):
        assert remind(TOO_LATE) == 1
