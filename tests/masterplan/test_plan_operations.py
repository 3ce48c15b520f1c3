"""Plans begun, revised, written, moved, decreed and brought into force; and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kit.neighbours import own
from kit.races import together
from masterplan.world import DECREED, LATER, MET, NOW, OWN, World
from pilar.evidence.models import Evidence
from pilar.masterplan import operations, queries
from pilar.masterplan.models import Meeting, Statement, Version
from pilar.masterplan.operations import NewPlan, PlanOverlap, PlanUnderWay
from pilar.masterplan.rules.authority import WrongState
from pilar.masterplan.rules.meetings import MeetingKind
from pilar.masterplan.rules.stages import Decree, LegalForm, NoSuchMove, VersionState
from pilar.masterplan.rules.statements import Stated, StatementPart, fingerprint
from pilar.people.models import Notice
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent
from pilar.platform.versions import Outdated

pytestmark = pytest.mark.django_db

DECREE = Decree(LegalForm.REGENT, "7 Tahun 2026", DECREED)


def faults(doing: Callable[[], object]) -> set[tuple[str, str]]:
    """Code and place of each fault."""
    with pytest.raises(Faults) as found:
        doing()
    return {(fault.code, fault.place) for fault in found.value.faults}


def start(world: World, by: str = "coordinator", **changed: Any) -> int:
    given = replace(NewPlan("Rencana induk 2031-2035", 2031, 2035), **changed)
    return operations.start_plan(by=world.who(by), region=OWN, given=given, now=NOW)


def write(world: World, *texts: str, part: StatementPart = StatementPart.MISSION, **more: Any) -> None:
    there = [one.stated for one in queries.statements(world.row())[part]]
    named = {"by": world.who("coordinator"), "seen": fingerprint(there), "now": NOW, **more}
    given = more.pop("given", [Stated(one) for one in texts])
    operations.write_part(version=world.version, part=part, **{**named, "given": given})


def go(world: World, target: VersionState, by: str = "coordinator") -> None:
    operations.move_version(by=world.who(by), version=world.version, target=target, now=LATER)


def decree(world: World, by: str = "coordinator", file: Any = None, **changed: Any) -> None:
    given = replace(DECREE, **changed)
    operations.enter_decree(by=world.who(by), version=world.version, decree=given, file=file, now=LATER)


def force(world: World, since: date = DECREED, by: str = "coordinator") -> None:
    operations.bring_into_force(by=world.who(by), version=world.version, since=since, now=LATER)


def reviewed(world: World) -> None:
    world.call()
    world.met(world.submitted())
    go(world, VersionState.LEGAL_REVIEW)


# Beginning


def test_a_plan_begins_with_a_draft(world: World) -> None:
    row = queries.version(start(world), scope=world.who("coordinator"))
    assert (row.number, row.state, row.plan.first_year, row.plan.last_year) == (1, VersionState.DRAFT, 2031, 2035)
    assert AuditEvent.objects.filter(target="masterplan.plan", action="start", key=row.plan.key).count() == 1


def test_what_is_wrong_with_a_plan_is_told_at_its_field(world: World) -> None:
    assert faults(lambda: start(world, title=" ", last_year=2034)) == {
        ("no-title", "title"),
        ("period-length", "last_year"),
    }
    assert faults(lambda: start(world, last_year=2041)) == {("period-length", "last_year")}
    assert faults(lambda: start(world, first_year=1031, last_year=1035)) == {("year-unlikely", "first_year")}
    assert faults(lambda: start(world, source="x" * 4001)) == {("too-long", "source")}
    assert faults(lambda: start(world, first_year=2026, last_year=2030)) == {("plan-twice", "first_year")}


def test_only_the_coordinator_begins(world: World) -> None:
    for who, error in {
        "secretariat": NotAllowed,
        "verifier": NotAllowed,
        "contributor": NotFound,
        "neighbour": NotFound,
    }.items():
        with pytest.raises(error):
            start(world, who)


def test_a_revision_is_of_what_is_in_force(world: World) -> None:
    by = world.who("coordinator")
    with pytest.raises(NoSuchMove):
        operations.start_revision(by=by, version=world.version, reason="Baru", now=LATER)
    world.in_force()
    assert faults(lambda: operations.start_revision(by=by, version=world.version, reason=" ", now=LATER)) == {
        ("no-reason", "reason")
    }
    made = operations.start_revision(by=by, version=world.version, reason="Baru", now=LATER)
    assert queries.version(made, scope=by).base_key == world.version
    with pytest.raises(PlanUnderWay):
        operations.start_revision(by=by, version=world.version, reason="Lagi", now=LATER)


# Texts


def test_what_is_unchanged_keeps_who_wrote_it(world: World) -> None:
    write(world, "Melayani", "Tangguh")
    write(world, "Tangguh", "Terbuka", by=world.who("both"))
    rows = queries.statements(world.row())[StatementPart.MISSION]
    assert [(one.stated.text, one.written_by) for one in rows] == [("Tangguh", "Siti"), ("Terbuka", "Wati")]


def test_who_has_not_seen_the_text_is_shown_it(world: World) -> None:
    write(world, "Melayani")
    with pytest.raises(Outdated) as found:
        write(world, "Tangguh", seen=fingerprint([]))
    assert found.value.stored.values == {"rows": ["Melayani"]}
    assert found.value.stored.by == "Siti"


def test_what_is_wrong_with_texts_is_told_at_its_row(world: World) -> None:
    given = [Stated("Satu"), Stated(" "), Stated("Tiga", key="governance"), Stated("x" * 4001), Stated("Lima", level=2)]
    assert faults(lambda: write(world, given=given)) == {
        ("no-text", "1.text"), ("unknown-key", "2.key"), ("too-long", "3.text"), ("mark-outside", "4.level"),
    }  # fmt: skip
    two = [Stated("Cerdas"), Stated("Pintar")]
    assert faults(lambda: write(world, part=StatementPart.VISION, given=two)) == {("one-vision", "1.text")}
    cell = [Stated("Cukup", "structure_people", 5)]
    assert faults(lambda: write(world, part=StatementPart.READINESS, given=cell)) == {("mark-outside", "0.level")}


def test_texts_of_law_stay(world: World) -> None:
    world.in_force()
    with pytest.raises(WrongState):
        write(world, "Lain")
    with pytest.raises(NotAllowed):
        write(world, "Lain", by=world.who("neighbour"))


def test_the_meeting_adopts_the_texts(world: World) -> None:
    write(world, "Melayani")
    world.call()
    meeting = world.met(world.submitted())
    (row,) = queries.statements(world.row())[StatementPart.MISSION]
    assert row.decision is not None
    assert (row.decision.meeting, row.decision.decided_by) == (meeting, "Sekretaris Daerah")


# Moves


def test_a_move_says_why_it_cannot_be_made(world: World) -> None:
    assert faults(lambda: go(world, VersionState.MEETING)) == {("no-meeting", "")}
    world.meeting()
    assert world.state() is VersionState.MEETING
    assert faults(lambda: go(world, VersionState.LEGAL_REVIEW)) == {("minutes-not-signed", ""), ("no-programmes", "")}
    assert faults(lambda: go(world, VersionState.DROPPED)) == {("meeting-runs", "")}
    for target in (VersionState.DECREED, VersionState.IN_FORCE, VersionState.EXPIRED):
        with pytest.raises(NoSuchMove):
            go(world, target)


def test_a_plan_expires_after_its_years(world: World) -> None:
    world.in_force()
    assert faults(lambda: go(world, VersionState.EXPIRED)) == {("period-runs", "")}
    later = LATER.replace(year=2031)
    by = world.who("coordinator")
    for _again in range(2):
        operations.move_version(by=by, version=world.version, target=VersionState.EXPIRED, now=later)
    assert world.state() is VersionState.EXPIRED


def test_legal_review_sends_back_with_what_it_found(world: World) -> None:
    reviewed(world)
    by = world.who("coordinator")
    with pytest.raises(NoSuchMove):
        go(world, VersionState.MEETING)

    def back(reason: str) -> None:
        operations.return_to_meeting(by=by, version=world.version, reason=reason, now=LATER)

    assert faults(lambda: back(" ")) == {("no-reason", "reason")}
    back("Rumusan pasal 3")
    assert world.state() is VersionState.MEETING
    newest = queries.history(world.row(), scope=by)[0]
    assert (newest.by, newest.reason) == ("Siti", "Rumusan pasal 3")
    with pytest.raises(NoSuchMove):
        back("Lagi")


def test_only_the_coordinator_moves(world: World) -> None:
    for who, error in {"secretariat": NotAllowed, "verifier": NotAllowed, "contributor": NotFound}.items():
        with pytest.raises(error):
            go(world, VersionState.DROPPED, who)
    go(world, VersionState.DROPPED)
    assert world.state() is VersionState.DROPPED


def test_a_dropped_draft_makes_room_for_another_revision(world: World) -> None:
    world.in_force()
    first, by = world.version, world.who("coordinator")
    world.version = operations.start_revision(by=by, version=first, reason="Baru", now=LATER)
    go(world, VersionState.DROPPED)
    again = operations.start_revision(by=by, version=first, reason="Lagi", now=LATER)
    assert queries.version(again, scope=by).number == 3


def test_a_revision_that_the_meeting_does_not_want_makes_room_for_another(world: World) -> None:
    world.in_force()
    first, by = world.version, world.who("coordinator")
    world.version = operations.start_revision(by=by, version=first, reason="Baru", now=LATER)
    world.met()
    go(world, VersionState.DROPPED)
    again = operations.start_revision(by=by, version=first, reason="Lagi", now=LATER)
    assert queries.version(again, scope=by).number == 3


def test_what_an_office_was_asked_ends_when_the_version_goes_on(world: World) -> None:
    world.call()
    by, proposal = world.who("coordinator"), world.submitted()
    with pytest.raises(Faults) as refused:
        operations.ask_back(by=by, proposal=proposal, question=" ", now=NOW)
    assert [(one.code, one.place) for one in refused.value.faults] == [("no-question", "question")]
    operations.ask_back(by=by, proposal=proposal, question="Berapa desa?", now=NOW)
    open_ones = Notice.objects.filter(kind="masterplan.question", done_at=None)
    assert open_ones.exists()
    go(world, VersionState.DROPPED)
    assert not open_ones.exists()


# Law


def test_what_is_wrong_with_a_decree_is_told_at_its_field(world: World) -> None:
    reviewed(world)
    assert faults(lambda: decree(world, number=" ", form=LegalForm.MAYOR)) == {
        ("no-number", "number"), ("wrong-form", "form"),
    }  # fmt: skip
    assert faults(lambda: decree(world, number="x" * 101)) == {("too-long", "number")}
    assert faults(lambda: decree(world, day=MET.date() - timedelta(days=1))) == {("decree-before-meeting", "day")}
    assert faults(lambda: decree(world, day=LATER.date() + timedelta(days=1))) == {("decree-in-future", "day")}
    assert faults(lambda: decree(world, file=world.cast.add("neighbour"))) == {("unknown-file", "file")}


def test_a_decree_comes_with_its_file(world: World) -> None:
    reviewed(world)
    held = world.cast.receive("coordinator", now=LATER)
    decree(world, file=held)
    piece = Evidence.objects.get(pk=world.row().decree_file)
    assert (piece.region_id, piece.title) == (OWN, "Peraturan Bupati 7 Tahun 2026")
    with pytest.raises(NoSuchMove):
        decree(world)


def test_a_decree_names_evidence_of_the_region(world: World) -> None:
    reviewed(world)
    piece = world.cast.add()
    decree(world, file=piece)
    assert world.row().decree_file == piece


def test_force_begins_with_the_decree_and_not_twice(world: World) -> None:
    reviewed(world)
    with pytest.raises(NoSuchMove):
        force(world)
    decree(world)
    assert faults(lambda: force(world, DECREED - timedelta(days=1))) == {("force-before-decree", "since")}
    assert faults(lambda: force(world, date(2031, 1, 1))) == {("force-after-plan", "since")}
    force(world)
    first, world.version = world.version, start(world, first_year=2028, last_year=2032)
    reviewed_again(world)
    with pytest.raises(PlanOverlap) as found:
        force(world)
    assert found.value.fields == {"first": DECREED, "last": date(2030, 12, 31)}
    assert queries.version(first, scope=world.who("public")).state is VersionState.IN_FORCE


def reviewed_again(world: World) -> None:
    """The other plan up to its decree."""
    from masterplan.world import content
    from pilar.masterplan.models import Entry, Line
    from pilar.masterplan.operations.contents import keep_all

    plan = Version.objects.get(pk=world.version).plan
    (kept,) = keep_all(world.who("contributor"), plan, [content(world.office)], now=NOW)
    line = Line.objects.create(plan=plan, code="P001", opened_at=NOW)
    Entry.objects.create(version_id=world.version, line=line, content=kept)
    world.met()
    go(world, VersionState.LEGAL_REVIEW)
    decree(world)


def test_a_revision_is_in_force_after_the_version_that_it_replaces(world: World) -> None:
    world.in_force()
    first, by = world.version, world.who("coordinator")
    world.version = operations.start_revision(by=by, version=first, reason="Baru", now=LATER)
    world.met()
    go(world, VersionState.LEGAL_REVIEW)
    decree(world)
    assert faults(lambda: force(world, DECREED)) == {("force-before-former", "since")}
    force(world, date(2026, 6, 1))
    former = queries.version(first, scope=by)
    assert (former.state, former.in_force_until) == (VersionState.REVISED, date(2026, 5, 31))


# Two at once


def named(found: list[object]) -> list[str]:
    return sorted(type(one).__name__ for one in found if one is not None)


@pytest.mark.django_db(transaction=True)
def test_two_who_write_the_same_part_one_is_told(committed_world: World) -> None:
    world = committed_world
    people, seen = (world.who("coordinator"), world.who("both")), fingerprint([])
    found = together(*(lambda by=by: write(world, by.actor.name, by=by, seen=seen) for by in people))  # type: ignore[misc]
    assert named(found) == ["Outdated"]
    assert own(Statement).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_revisions_at_once_begin_one(committed_world: World) -> None:
    world = committed_world
    world.in_force()
    by = world.who("coordinator")
    found = together(*[lambda: operations.start_revision(by=by, version=world.version, reason="Baru", now=LATER)] * 2)
    assert sum(isinstance(one, int) for one in found) == 1
    assert sum(isinstance(one, PlanUnderWay) for one in found) == 1


@pytest.mark.django_db(transaction=True)
def test_two_decrees_at_once_enter_one(committed_world: World) -> None:
    world = committed_world
    reviewed(world)
    found = together(lambda: decree(world), lambda: decree(world, number="8 Tahun 2026"))
    assert named(found) == ["NoSuchMove"]
    assert AuditEvent.objects.filter(action="move", after__state="decreed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_writes_while_the_plan_goes_to_review_is_told_or_was_first(committed_world: World) -> None:
    world = committed_world
    world.call()
    world.met(world.submitted())
    seen = fingerprint([])
    found = together(lambda: go(world, VersionState.LEGAL_REVIEW), lambda: write(world, "Terlambat", seen=seen))
    # Who writes first keeps the plan in the meeting, which has not adopted the text; who comes later is told.
    assert named(found) in (["Faults"], ["WrongState"])
    written = named(found) == ["Faults"]
    assert world.state() is (VersionState.MEETING if written else VersionState.LEGAL_REVIEW)
    assert own(Statement).count() == (1 if written else 0)


def test_a_decree_follows_the_meeting_that_finalised_it_whatever_else_met_since(world: World) -> None:
    world.call()
    world.met(world.submitted())
    row = Meeting.objects.get(version=world.version)
    row.pk, row.kind, row.held_at = None, MeetingKind.WORKSHOP_4, LATER + timedelta(days=90)
    row.save()
    go(world, VersionState.LEGAL_REVIEW)
    decree(world)
    assert world.state() is VersionState.DECREED
