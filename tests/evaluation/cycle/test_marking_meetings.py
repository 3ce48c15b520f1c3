"""Findings, meetings and requests for evidence: what they change, and the doors that are closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from evaluation.cycle.panel import give, hand_in, mark_all
from evaluation.cycle.world import FAR, NEIGHBOUR, NOW, OWN, World
from kit.races import together
from pilar.evaluation import operations
from pilar.evaluation.models import Attendance, Finding, Meeting, Seat
from pilar.evaluation.queries.findings import findings
from pilar.evaluation.queries.meetings import calendar, meetings
from pilar.evaluation.rules.authority import WrongState
from pilar.evaluation.rules.findings import AgreedFindings, FindingKind, UnknownNode
from pilar.evaluation.rules.meetings import Attendee, DoubleBooked, MeetingKind, MeetingRecorded, read_attendance
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.models import Notice
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent
from pilar.platform.versions import Outdated

HOUR = timedelta(hours=1)
WEAKNESS, STRENGTH, RECOMMENDATION = FindingKind.WEAKNESS, FindingKind.STRENGTH, FindingKind.RECOMMENDATION


def codes(refused: pytest.ExceptionInfo[Faults]) -> list[tuple[str, str]]:
    return [(fault.code, fault.place) for fault in refused.value.faults]


# Findings


def write(world: World, key: int, who: str = "assessor1", **changed: Any) -> int:
    given = {"kind": WEAKNESS, "text": "Forum belum bersidang", "node": "", **changed}
    return operations.write_finding(by=world.who(who), assessment=key, now=NOW, **given)


def edit(world: World, finding: int, who: str = "assessor1", **changed: Any) -> int:
    given = {"kind": WEAKNESS, "text": "Forum bersidang sekali", "node": "", "seen_version": 1, **changed}
    return operations.edit_finding(by=world.who(who), finding=finding, now=NOW, **given)


def test_a_finding_is_of_the_whole_a_dimension_or_an_indicator(world: World, key: int) -> None:
    for node in ("", "output", "policy"):
        write(world, key, node=node)
    with pytest.raises(UnknownNode):
        write(world, key, node="none")
    with pytest.raises(Faults) as refused:
        write(world, key, text=" \n ")
    assert codes(refused) == [("no-text", "text")]
    assert [row.title and row.title.en for row in findings(key, scope=world.who("assessor1")).rows] == [
        None,
        "Output",
        "Policy",
    ]


def test_one_changes_ones_own_findings(world: World, key: int) -> None:
    made = write(world, key)
    assert edit(world, made, kind=STRENGTH) == 2
    assert edit(world, made, kind=STRENGTH) == 2  # the same again
    with pytest.raises(Outdated) as refused:
        edit(world, made, text="Lain")
    assert refused.value.stored.values["text"] == "Forum bersidang sekali"
    operations.remove_finding(by=world.who("assessor1"), finding=made)
    assert not Finding.objects.exists()
    actions = AuditEvent.objects.filter(target="evaluation.finding").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["write", "edit", "remove"]


def test_another_assessors_finding_does_not_exist_before_the_marks_show(world: World, key: int) -> None:
    made = write(world, key)
    for who in ("assessor2", "chair"):
        with pytest.raises(NotFound):
            edit(world, made, who)
        with pytest.raises(NotFound):
            operations.remove_finding(by=world.who(who), finding=made)


def test_afterwards_the_chair_changes_all_and_an_assessor_only_the_own(world: World, key: int) -> None:
    made = write(world, key)
    mark_all(world, key, assessor1={"policy": 1})
    with pytest.raises(NotAllowed):
        edit(world, made, "assessor2")
    assert edit(world, made, "chair") == 2


def test_once_agreed_only_the_chair_writes(world: World, key: int) -> None:
    made = write(world, key)
    mark_all(world, key)
    assert world.assessment().state == AssessmentState.AGREED
    for refused_write in (
        lambda: write(world, key),
        lambda: edit(world, made),
        lambda: operations.remove_finding(by=world.who("assessor1"), finding=made),
    ):
        with pytest.raises(AgreedFindings):
            refused_write()
    assert edit(world, made, "chair") == 2
    write(world, key, "chair")
    assert findings(key, scope=world.who("assessor1")).why_not
    assert not findings(key, scope=world.who("chair")).why_not


@pytest.mark.parametrize("who", ["secretariat", "coordinator", "verifier", "contributor"])
def test_nobody_but_the_panel_writes_findings(world: World, key: int, who: str) -> None:
    made = write(world, key)
    with pytest.raises(NotAllowed):
        write(world, key, who)
    with pytest.raises(NotAllowed):
        edit(world, made, who)
    with pytest.raises(NotAllowed):
        operations.remove_finding(by=world.who(who), finding=made)


def test_findings_are_closed_when_the_panels_work_is(world: World, key: int) -> None:
    made = write(world, key)
    world.set_phase(PhaseState.AGREED)
    with pytest.raises(WrongState):
        write(world, key)
    with pytest.raises(WrongState):
        edit(world, made)


@pytest.mark.parametrize("finding", [0, 10**30])
def test_a_finding_that_is_none_is_not_found(world: World, finding: int) -> None:
    with pytest.raises(NotFound):
        edit(world, finding)


# Meetings


def plan(
    world: World, key: int, who: str = "assessor1", *, start: datetime = NOW, hours: int = 2, **changed: Any
) -> int:
    given = {"kind": MeetingKind.INTERVIEW, "ends_at": start + hours * HOUR, "place": "Zoom", **changed}
    return operations.plan_meeting(by=world.who(who), assessment=key, starts_at=start, now=NOW, **given)


def record(world: World, meeting: int, who: str = "assessor1", **changed: Any) -> int:
    given = {"notes": "Lancar", "attendance": [Attendee("Siti", "Diskominfo")], "seen_version": 1, **changed}
    return operations.record_meeting(by=world.who(who), meeting=meeting, now=NOW, **given)


def test_a_planned_meeting_is_told_to_panel_and_coordinator(world: World, key: int) -> None:
    plan(world, key)
    told = set(Notice.objects.filter(kind="evaluation.meeting").values_list("user", flat=True))
    assert told == {world.key("chair"), world.key("assessor2"), world.key("coordinator")}
    notice = Notice.objects.filter(kind="evaluation.meeting").first()
    assert (notice.deadline, notice.region_id) == (NOW, OWN)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"hours": 0}, ("ends-before-start", "ends_at")),
        ({"hours": -1}, ("ends-before-start", "ends_at")),
        ({"hours": 13}, ("too-long-a-meeting", "ends_at")),
        ({"place": " "}, ("no-place", "place")),
        ({"place": "x" * 301}, ("no-place", "place")),
    ],
)
def test_a_slot_must_be_one(world: World, key: int, changed: dict[str, Any], fault: tuple[str, str]) -> None:
    with pytest.raises(Faults) as refused:
        plan(world, key, **changed)
    assert codes(refused) == [fault]


@pytest.mark.parametrize(("shift", "free"), [(-2, True), (-1, False), (0, False), (1, False), (2, True)])
def test_no_assessor_is_booked_twice(world: World, key: int, shift: int, free: bool) -> None:
    other = hand_in(world, NEIGHBOUR)
    Seat.objects.filter(participation=world.participations[NEIGHBOUR]).exclude(assessor=world.key("chair")).delete()
    plan(world, key)
    if free:
        plan(world, other, "chair", start=NOW + shift * HOUR)
        assert Meeting.objects.count() == 2
    else:
        with pytest.raises(DoubleBooked) as refused:
            plan(world, other, "chair", start=NOW + shift * HOUR)
        assert refused.value.fields["names"] == world.user("chair").name
        assert Meeting.objects.count() == 1


def test_panels_without_a_common_assessor_meet_at_the_same_time(world: World, key: int) -> None:
    other = hand_in(world, NEIGHBOUR)
    Seat.objects.filter(participation=world.participations[NEIGHBOUR]).delete()
    Seat.objects.create(participation=world.participations[NEIGHBOUR], assessor_id=world.key("assessor3"))
    plan(world, key)
    plan(world, other, "assessor3")
    assert Meeting.objects.count() == 2


def test_a_meeting_is_moved_past_its_own_slot_but_not_into_another(world: World, key: int) -> None:
    first, second = plan(world, key), plan(world, key, start=NOW + 4 * HOUR)

    def move(meeting: int, start: datetime, version: int) -> int:
        return operations.move_meeting(
            by=world.who("assessor2"),
            meeting=meeting,
            kind=MeetingKind.INTERVIEW,
            starts_at=start,
            ends_at=start + 2 * HOUR,
            place="Zoom",
            seen_version=version,
            now=NOW,
        )

    assert move(first, NOW + HOUR, 1) == 2
    assert move(first, NOW + HOUR, 1) == 2
    with pytest.raises(Outdated):
        move(first, NOW, 1)
    with pytest.raises(DoubleBooked):
        move(second, NOW + 2 * HOUR, 1)
    assert Meeting.objects.get(pk=second).starts_at == NOW + 4 * HOUR


def test_minutes_are_kept_in_versions(world: World, key: int) -> None:
    meeting = plan(world, key)
    assert record(world, meeting) == 2
    assert record(world, meeting) == 2
    with pytest.raises(Outdated) as refused:
        record(world, meeting, "assessor2", notes="Lain")
    assert refused.value.stored.values == {"notes": "Lancar", "attendance": [["Siti", "Diskominfo"]]}
    assert record(world, meeting, "chair", attendance=read_attendance("Budi\nSiti, Bappeda"), seen_version=2) == 3
    assert list(Attendance.objects.values_list("name", "capacity")) == [("Budi", ""), ("Siti", "Bappeda")]


@pytest.mark.parametrize(
    ("names", "fault"),
    [
        (["Siti", "SITI"], "attendance-twice"),
        (["x" * 201], "attendance-too-long"),
        ([f"Orang {number}" for number in range(201)], "too-many-attending"),
    ],
)
def test_an_attendance_that_cannot_be_kept_is_refused(world: World, key: int, names: list[str], fault: str) -> None:
    meeting = plan(world, key)
    with pytest.raises(Faults) as refused:
        record(world, meeting, attendance=[Attendee(name) for name in names])
    assert codes(refused)[0] == (fault, "attendance")


def test_a_meeting_is_called_off_only_while_nothing_is_written(world: World, key: int) -> None:
    first, second = plan(world, key), plan(world, key, start=NOW + 4 * HOUR)
    operations.cancel_meeting(by=world.who("chair"), meeting=first, now=NOW)
    record(world, second, notes="")
    with pytest.raises(MeetingRecorded):
        operations.cancel_meeting(by=world.who("chair"), meeting=second, now=NOW)
    assert Meeting.objects.get().pk == second
    assert not Notice.objects.filter(subject=f"evaluation.meeting:{first}", done_at=None).exists()


@pytest.mark.parametrize("who", ["secretariat", "coordinator", "contributor", "verifier"])
def test_nobody_but_the_panel_plans_meetings(world: World, key: int, who: str) -> None:
    meeting = plan(world, key)
    with pytest.raises(NotAllowed):
        plan(world, key, who, start=NOW + 5 * HOUR)
    with pytest.raises(NotAllowed):
        record(world, meeting, who)
    with pytest.raises(NotAllowed):
        operations.cancel_meeting(by=world.who(who), meeting=meeting, now=NOW)


def test_meetings_of_a_panel_one_does_not_sit_on_are_not_there(world: World, key: int) -> None:
    meeting = plan(world, key)
    with pytest.raises(NotFound):
        record(world, meeting, "assessor3")
    with pytest.raises(NotFound):
        meetings(key, scope=world.who("assessor3"))
    assert calendar(scope=world.who("assessor3"), now=NOW) == ()
    assert len(calendar(scope=world.who("assessor1"), now=NOW)) == 1


def test_notes_are_the_panels_and_slots_the_regions_too(world: World, key: int) -> None:
    record(world, plan(world, key))
    for who, notes in (("assessor2", "Lancar"), ("coordinator", ""), ("secretariat", "")):
        (row,) = meetings(key, scope=world.who(who)).rows
        assert (row.notes, row.attendance) == (notes, (Attendee("Siti", "Diskominfo"),))


@pytest.mark.django_db(transaction=True)
def test_two_panels_that_book_one_assessor_at_once_get_one_meeting(committed_world: World) -> None:
    world = committed_world
    keys = [hand_in(world, region) for region in (OWN, NEIGHBOUR, FAR)]

    def booking(key: int) -> Callable[[], object]:
        by, hour = world.who("chair"), {"starts_at": NOW, "ends_at": NOW + HOUR, "place": "Zoom", "now": NOW}
        return lambda: operations.plan_meeting(by=by, assessment=key, kind=MeetingKind.INTERVIEW, **hour)

    found = together(*map(booking, keys))
    assert [type(one) for one in found] == [int, DoubleBooked, DoubleBooked]
    assert Meeting.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_assessors_who_finish_at_once_agree_once(committed_world: World) -> None:
    world = committed_world
    key = hand_in(world)
    names = ("chair", "assessor1", "assessor2")
    for who in names:
        give(world, key, who)

    def ending(who: str) -> Callable[[], object]:
        by = world.who(who)
        return lambda: operations.finish_marking(by=by, assessment=key, now=NOW)

    assert together(*map(ending, names)) == [None] * 3
    assert world.assessment().state == AssessmentState.AGREED
    assert world.assessment().agreed_marks.count() == 5
    assert AuditEvent.objects.filter(action="agree", target="evaluation.assessment").count() == 1
