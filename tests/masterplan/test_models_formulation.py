"""What the database itself refuses while a plan is drawn up: calls, proposals, meetings, attendance, decisions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError

from kit.neighbours import FAR, own
from masterplan.test_models import deleted, refused
from masterplan.world import MET, NOW, OTHER, World
from pilar.areas.models import Office
from pilar.masterplan.models import Attendance, Call, Decision, Entry, Line, Meeting, Plan, Proposal, Version

pytestmark = pytest.mark.django_db

MINUTES = {"state": "signed", "minutes": "0" * 64, "signed_at": NOW}


def test_a_call_closes_after_it_opens(world: World) -> None:
    for closes in (NOW, NOW - timedelta(days=1)):
        with refused("call_closes_after_opening"):
            Call.objects.create(version_id=world.version, opened_at=NOW, closes_at=closes)


# Proposals


def proposed(world: World, first: Proposal, **changed: Any) -> Proposal:
    given = {
        "version_id": world.version, "number": 9, "office_id": world.office, "kind": "add",
        "content_id": first.content_id, "made_at": NOW, "changed_at": NOW,
    }  # fmt: skip
    return Proposal.objects.create(**given | changed)


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"number": 1}, "proposal_number_once"),
        ({"state": "lost"}, "proposal_state_known"),
        ({"origin": "rumour"}, "proposal_origin_known"),
        ({"kind": "swap"}, "proposal_of_its_kind"),
        ({"content_id": None}, "proposal_of_its_kind"),
        ({"kind": "change"}, "proposal_of_its_kind"),
        ({"kind": "drop", "content_id": None}, "proposal_of_its_kind"),
        ({"state": "merged"}, "proposal_merged_into_one"),
        ({"state": "returned", "question": " "}, "proposal_returned_with_a_question"),
    ],
)
def test_proposals(world: World, changed: dict[str, Any], name: str) -> None:
    world.call()
    first = world.proposal(world.propose())
    with refused(name):
        proposed(world, first, **changed)
    row = proposed(world, first)
    with refused("proposal_merged_into_one"):
        Proposal.objects.filter(pk=row.pk).update(merged_into=first)
    with refused("proposal_not_into_itself"):
        Proposal.objects.filter(pk=row.pk).update(state="merged", merged_into=row)
    with refused("proposal_office_in_region"):
        Proposal.objects.filter(pk=row.pk).update(office=Office.objects.get(region=OTHER))
    with refused("Cannot delete", ProgrammingError):
        deleted("proposal")


def test_one_open_proposal_about_a_programme_and_from_an_origin(world: World) -> None:
    world.call()
    first = world.proposal(world.propose())
    line = Line.objects.create(plan=first.version.plan, code="P001", opened_at=NOW)
    given = {"kind": "change", "line": line, "origin": "recommendation", "origin_key": "12"}
    row = proposed(world, first, **given)
    with refused("proposal_one_about_a_programme"):
        proposed(world, first, number=10, **{**given, "origin_key": "13"})
    with refused("proposal_once_from_an_origin"):
        proposed(world, first, number=10, origin="recommendation", origin_key="12")
    Proposal.objects.filter(pk=row.pk).update(state="withdrawn")
    assert proposed(world, first, number=10, **given).pk
    with refused("proposal_of_its_kind"):
        proposed(world, first, number=11, kind="drop", line=line, content_id=None, reason=" ")


# Meetings


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"kind": "finalisation"}, "plan_meeting_one_finalisation_open"),
        ({"kind": "party"}, "plan_meeting_kind_known"),
        ({"state": "over"}, "plan_meeting_state_known"),
        ({"title": " "}, "plan_meeting_has_a_title"),
        ({**MINUTES, "minutes": ""}, "plan_meeting_signed_has_minutes"),
        ({**MINUTES, "minutes": "G" * 64}, "plan_meeting_signed_has_minutes"),
        ({**MINUTES, "signed_at": None}, "plan_meeting_signed_has_minutes"),
        ({"minutes": "0" * 64}, "plan_meeting_signed_has_minutes"),
    ],
)
def test_meetings(world: World, changed: dict[str, Any], name: str) -> None:
    world.meeting(running=False)
    given = {"version_id": world.version, "kind": "workshop_1", "title": "Bimtek 1", "held_at": MET}
    with refused(name):
        Meeting.objects.create(**given | changed)
    assert Meeting.objects.create(**given | MINUTES | {"kind": "finalisation"}).pk


def test_a_signed_meeting_stays(world: World) -> None:
    key = world.met()
    with refused("plan_meeting_signed_stays"):
        Meeting.objects.filter(pk=key).update(notes="Lain")
    with refused("Cannot delete", ProgrammingError):
        deleted("meeting")
    with refused("plan_attendance_signed_stays"):
        Attendance.objects.create(meeting_id=key, name="Menyusul")
    with refused("plan_attendance_signed_stays"):
        own(Attendance).filter(meeting=key).update(position="Lain")
    with refused("plan_attendance_signed_stays"):
        own(Attendance).filter(meeting=key, signs=False).delete()


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"name": "Sekretaris Daerah", "position": "pimpinan rapat"}, "plan_attendance_once"),
        ({"name": " "}, "plan_attendance_has_a_name"),
        ({"signs": True}, "plan_attendance_signs_if_present"),
    ],
)
def test_attendance(world: World, changed: dict[str, Any], name: str) -> None:
    key = world.meeting(running=False)
    with refused(name):
        Attendance.objects.create(**{"meeting_id": key, "name": "Kepala Bappeda", "position": "", **changed})


# Decisions


def decided(world: World, meeting: int, proposal: int | None, **changed: Any) -> Decision:
    content = None if proposal is None else world.proposal(proposal).content_id
    given = {
        "meeting_id": meeting, "proposal_id": proposal, "number": 1, "outcome": "accepted", "content_id": content,
        "decided_by_id": world.chair(meeting), "taken_by": "Siti", "taken_at": MET,
    }  # fmt: skip
    return Decision.objects.create(**given | changed)


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"number": 0}, "decision_number_from_one"),
        ({"outcome": "perhaps", "content_id": None}, "decision_outcome_known"),
        ({"outcome": "changed"}, "decision_has_its_reason"),
        ({"outcome": "deferred", "content_id": None}, "decision_has_its_reason"),
        ({"outcome": "refused", "content_id": None, "reason": " "}, "decision_has_its_reason"),
        ({"outcome": "refused", "reason": "Belum siap"}, "decision_content_if_accepted"),
        ({"outcome": "merged", "content_id": None, "reason": "Sama"}, "decision_merged_into_one"),
        ({"number": 2}, "decision_follows"),
    ],
)
def test_decisions(world: World, changed: dict[str, Any], name: str) -> None:
    world.call()
    proposal = world.submitted()
    meeting = world.meeting()
    with refused(name):
        decided(world, meeting, proposal, **changed)
    with refused("decision_merged_into_one"):
        decided(world, meeting, proposal, into_id=proposal)
    assert decided(world, meeting, proposal).pk
    with refused("decision_number_once"):
        decided(world, meeting, proposal)
    assert decided(world, meeting, proposal, number=2).pk


def test_decisions_about_the_general_part(world: World) -> None:
    meeting = world.meeting()
    with refused("decision_follows"):
        decided(world, meeting, None, number=2)
    assert decided(world, meeting, None).pk
    with refused("decision_number_once_in_general"):
        decided(world, meeting, None)
    assert decided(world, meeting, None, number=2).pk


def test_decisions_fit_their_meeting_and_stay(world: World) -> None:
    world.call()
    proposal = world.submitted()
    meeting = world.meeting(running=False)
    with refused("decision_while_meeting_runs"):
        decided(world, meeting, proposal)
    Meeting.objects.filter(pk=meeting).update(state="running")
    absent = Attendance.objects.create(meeting_id=meeting, name="Kepala Bappeda")
    with refused("decision_by_who_is_present"):
        decided(world, meeting, proposal, decided_by_id=absent.pk)
    plan = Plan.objects.create(region_id=FAR, title="Lain", first_year=2026, last_year=2030, created_at=NOW)
    version = Version.objects.create(plan=plan, region_id=FAR, number=1, opened_at=NOW)
    elsewhere = Meeting.objects.create(
        version=version, kind="finalisation", title="Rapat", held_at=MET, state="running"
    )
    guest = Attendance.objects.create(meeting=elsewhere, name="Wali Kota", present=True)
    with refused("decision_of_the_version"):
        decided(world, meeting, proposal, meeting_id=elsewhere.pk, decided_by_id=guest.pk)
    with refused("decision_by_who_is_present"):
        decided(world, meeting, proposal, decided_by_id=guest.pk)
    decided(world, meeting, proposal)
    with refused("Cannot update or delete", ProgrammingError):
        own(Decision).update(reason="Lain")
    with refused("Cannot update or delete", ProgrammingError):
        deleted("decision")
    assert not own(Entry).exists()
