"""Moving a phase through its states, each reason why not, and returning a self-assessment."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from evaluation.cycle.world import CODE, FAR, NEIGHBOUR, NOW, OPENS, OPENS_AGAIN, OWN, REGIONS, World
from people.phones import told_by_phone
from pilar.areas.reference import local_end
from pilar.evaluation import operations
from pilar.evaluation.models import Answer, Conflict, EvidenceRequest, MarkingDone, Objection, Phase, PhaseMove, Seat
from pilar.evaluation.queries.campaigns import campaign
from pilar.evaluation.queries.cases import phase_for
from pilar.evaluation.queries.phases import phase_facts
from pilar.evaluation.rules.authority import WrongState
from pilar.evaluation.rules.campaigns import PublishedByLetter
from pilar.evaluation.rules.stages import AssessmentState, PhaseState, UnknownMove
from pilar.people.models import Notice
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform import audit
from pilar.platform.errors import Faults

S = PhaseState


def move(world: World, target: PhaseState, *, by: str = "secretariat", **more: object) -> None:
    operations.move_phase(by=world.who(by), campaign=CODE, target=target, **{"phase": 1, "now": NOW} | more)


def state(world: World) -> str:
    return Phase.objects.get(pk=world.phases[1].pk).state


def refusals(world: World, target: PhaseState) -> set[str]:
    with pytest.raises(Faults) as refused:
        move(world, target)
    return {fault.code for fault in refused.value.faults}


def submitted(world: World, *regions: str) -> None:
    for region in regions:
        world.set_assessment(AssessmentState.SUBMITTED, region)


def test_opening_writes_the_move_and_tells_coordinators_until_when(world: World) -> None:
    move(world, S.OPEN, reason="Surat undangan")
    assert state(world) == S.OPEN
    (made,) = PhaseMove.objects.all()
    assert (made.from_state, made.to_state, made.by_name, made.reason) == ("draft", "open", "Ani", "Surat undangan")
    told = Notice.objects.filter(kind="evaluation.opened")
    assert {(one.user_id, one.deadline) for one in told} == {
        (world.key("coordinator", code), world.phases[1].closes_at) for code in REGIONS
    }
    (event,) = audit.events(target="evaluation.phase", key=world.phases[1].pk)
    assert (event.before, event.after) == ({"state": "draft"}, {"state": "open", "reason": "Surat undangan"})


def test_the_end_of_the_self_assessment_reaches_the_phone_of_who_chose_that(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    move(world, S.OPEN)
    (text,) = told_by_phone(world.who("coordinator"), settings, tmp_path, NOW)
    assert local_end(world.phases[1].closes_at, OWN) in text


def test_a_second_click_moves_nothing_twice(world: World) -> None:
    move(world, S.OPEN)
    move(world, S.OPEN)
    assert PhaseMove.objects.count() == 1
    assert Notice.objects.count() == 3 + 6, "each coordinator, and the contributors of two offices a region"
    assert len(audit.events(target="evaluation.phase", key=world.phases[1].pk)) == 1


def test_a_move_that_the_table_does_not_have_is_refused(world: World) -> None:
    with pytest.raises(UnknownMove) as refused:
        move(world, S.REVIEW)
    assert "“Draf”" in refused.value.text()
    assert state(world) == S.DRAFT


def test_publishing_is_the_business_of_results(world: World) -> None:
    world.set_phase(S.FINAL)
    with pytest.raises(PublishedByLetter):
        move(world, S.PUBLISHED)


def test_no_regions_no_opening(world: World) -> None:
    for participation in world.participations.values():
        participation.delete()
    assert refusals(world, S.OPEN) == {"no-regions"}


def test_opening_waits_for_its_time(world: World) -> None:
    with pytest.raises(Faults) as refused:
        move(world, S.OPEN, now=OPENS - timedelta(seconds=1))
    assert [fault.code for fault in refused.value.faults] == ["not-time-to-open"]
    assert state(world) == S.DRAFT
    move(world, S.OPEN, now=OPENS)


def test_the_second_phase_opens_when_the_first_is_published(world: World) -> None:
    def offered() -> list[str]:
        (to_open,) = campaign(CODE, scope=world.who("secretariat"), now=OPENS_AGAIN).phases[1].moves
        return [fault.code for fault in to_open.obstacles]

    world.set_phase(S.FINAL)
    assert offered() == ["earlier-phase-unpublished"]
    with pytest.raises(Faults) as refused:
        move(world, S.OPEN, phase=2, now=OPENS_AGAIN)
    assert [fault.code for fault in refused.value.faults] == ["earlier-phase-unpublished"]
    world.set_phase(S.PUBLISHED)
    assert offered() == []
    move(world, S.OPEN, phase=2, now=OPENS_AGAIN)


def test_closing_waits_for_the_time_or_for_everybody(world: World) -> None:
    world.set_phase(S.OPEN)
    assert refusals(world, S.CLOSED) == {"not-time-to-close", "nothing-submitted"}
    submitted(world, OWN)
    assert refusals(world, S.CLOSED) == {"not-time-to-close"}
    move(world, S.CLOSED, now=world.phases[1].closes_at)
    assert state(world) == S.CLOSED


def test_closing_closes_the_notices_of_those_who_did_not_submit(world: World) -> None:
    move(world, S.OPEN)
    submitted(world, OWN)
    move(world, S.CLOSED, now=world.phases[1].closes_at)
    left = Notice.objects.filter(kind="evaluation.opened", done_at=None)
    assert {one.region_id for one in left} == {OWN}


def test_submitting_closes_the_notice_of_the_opened_phase(world: World) -> None:
    move(world, S.OPEN)
    given = {
        "policy": {"mark": 3}, "budget": {"mark": 2}, "programmes": {"realised": 9, "planned": 10},
        "poverty": {"quantity": 4}, "survey": {"mark": 3},
    }  # fmt: skip
    for node, answer in given.items():
        Answer.objects.create(assessment=world.assessment(), node=node, **answer)
    operations.submit(by=world.who("coordinator"), assessment=world.assessment().pk, now=NOW)
    left = Notice.objects.filter(kind="evaluation.opened", done_at=None)
    assert {one.region_id for one in left} == {NEIGHBOUR, FAR}


def test_it_opens_again_and_the_desk_check_waits_for_panels(world: World) -> None:
    world.set_phase(S.CLOSED)
    move(world, S.OPEN, reason="Jaringan padam")
    world.set_phase(S.CLOSED)
    assert refusals(world, S.DESK_CHECK) == {"nothing-submitted"}
    submitted(world, OWN, FAR)
    Seat.objects.filter(participation=world.participations[OWN], assessor=world.key("assessor1")).delete()
    Seat.objects.filter(participation=world.participations[NEIGHBOUR]).delete()
    assert refusals(world, S.DESK_CHECK) == {"panels-incomplete"}
    Seat.objects.create(participation=world.participations[OWN], assessor_id=world.key("assessor3"))
    move(world, S.DESK_CHECK)
    told = Notice.objects.filter(kind="evaluation.desk-check")
    assert {one.user_id for one in told} == {world.key(f"assessor{n}") for n in (1, 2, 3)} | {world.key("chair")}


@pytest.mark.parametrize("flaw", ["no chair", "too large", "conflict"])
def test_a_panel_is_not_complete(world: World, flaw: str) -> None:
    world.set_phase(S.CLOSED)
    submitted(world, OWN)
    participation = world.participations[OWN]
    if flaw == "no chair":
        participation.seats.update(is_chair=False)
    elif flaw == "too large":
        world.campaign.largest_panel = 3
        world.campaign.save()
        Seat.objects.create(participation=participation, assessor_id=world.key("assessor3"))
    else:
        Conflict.objects.create(assessor_id=world.key("assessor1"), region_id=OWN, kind="mentor")
    assert refusals(world, S.DESK_CHECK) == {"panels-incomplete"}


def test_the_review_waits_for_every_seat_of_submitted_regions(world: World) -> None:
    world.set_phase(S.DESK_CHECK)
    submitted(world, OWN)
    for name in ("chair", "assessor1"):
        MarkingDone.objects.create(assessment=world.assessment(), assessor_id=world.key(name))
    MarkingDone.objects.create(assessment=world.assessment(number=2), assessor_id=world.key("assessor2"))
    assert refusals(world, S.REVIEW) == {"marking-unfinished"}
    MarkingDone.objects.create(assessment=world.assessment(), assessor_id=world.key("assessor2"))
    move(world, S.REVIEW)


def test_the_panels_work_ends_when_all_is_agreed_and_no_request_runs(world: World) -> None:
    world.set_phase(S.REVIEW)
    submitted(world, OWN)
    request = EvidenceRequest.objects.create(
        assessment=world.assessment(), node="policy", text="SK", deadline=NOW + timedelta(hours=1)
    )
    assert refusals(world, S.AGREED) == {"marks-unsettled", "requests-open"}
    world.set_assessment(AssessmentState.AGREED)
    EvidenceRequest.objects.filter(pk=request.pk).update(deadline=NOW - timedelta(hours=1))
    move(world, S.AGREED)


def test_the_objection_period_waits_for_approved_results_and_gets_its_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.set_phase(S.AGREED)
    world.set_assessment(AssessmentState.AGREED)
    assert refusals(world, S.OBJECTION) == {"result-not-approved"}
    monkeypatch.setattr("pilar.evaluation.queries.phases.approved_current", lambda phase: True)
    move(world, S.OBJECTION)
    assert Phase.objects.get(pk=world.phases[1].pk).objection_until == NOW + timedelta(days=7)
    (told,) = Notice.objects.filter(kind="evaluation.objection-period")
    assert (told.user_id, told.deadline) == (world.key("coordinator"), NOW + timedelta(days=7))


def test_the_objection_period_ends_in_time_and_with_every_objection_decided(world: World) -> None:
    world.set_phase(S.OBJECTION)
    world.set_assessment(AssessmentState.AGREED)
    made = Objection.objects.create(
        assessment=world.assessment(), node="policy", text="Keberatan", made_by=world.user("coordinator")
    )
    assert refusals(world, S.FINAL) == {"objection-period-runs", "objections-open"}
    Objection.objects.filter(pk=made.pk).update(
        decision="refused", decided_at=NOW, decision_reason="Tidak ada bukti", decided_by=world.key("secretariat")
    )
    move(world, S.FINAL, now=NOW + timedelta(days=7))


def test_the_objection_period_ends_before_its_time_when_every_region_has_accepted(world: World) -> None:
    world.set_phase(S.OBJECTION)
    Phase.objects.filter(pk=world.phases[1].pk).update(objection_until=NOW + timedelta(days=7))
    for region in (OWN, FAR):
        world.set_assessment(AssessmentState.AGREED, region)
    operations.accept_result(by=world.who("coordinator"), assessment=world.assessment().pk, now=NOW)
    with pytest.raises(Faults) as refused:
        move(world, S.FINAL)
    (fault,) = refused.value.faults
    assert (fault.code, fault.fields) == ("objection-period-runs", {"waiting": 1})
    operations.accept_result(by=world.who("coordinator", FAR), assessment=world.assessment(FAR).pk, now=NOW)
    move(world, S.FINAL)


@pytest.mark.parametrize("at", [S.DESK_CHECK, S.REVIEW])
def test_the_facts_of_a_phase_take_few_queries(world: World, at: PhaseState) -> None:
    world.set_phase(at)
    submitted(world, OWN, FAR)
    found = phase_for(world.who("secretariat"), CODE, 1)
    with CaptureQueriesContext(connection) as seen:
        facts = phase_facts(found, NOW)
    assert len(seen) == 4  # the last is about requests for evidence that nobody has answered
    assert (facts.regions, facts.submitted, facts.unmarked, facts.unsettled) == (3, 2, 6, 2)


def test_a_submitted_assessment_goes_back_with_the_reason(world: World) -> None:
    world.set_phase(S.OPEN)
    submitted(world, OWN)
    by, key = world.who("secretariat"), world.assessment().pk
    operations.return_assessment(by=by, assessment=key, reason="Bukti belum terbaca", now=NOW)
    assert world.assessment().state == AssessmentState.PREPARING
    (event,) = audit.events(target="evaluation.assessment", key=key)
    assert (event.action, event.after["reason"]) == ("return", "Bukti belum terbaca")
    (told,) = Notice.objects.filter(user=world.key("coordinator"))
    assert told.fields["reason"] == "Bukti belum terbaca"
    with pytest.raises(WrongState):
        operations.return_assessment(by=by, assessment=key, reason="Sekali lagi", now=NOW)
    assert len(audit.events(target="evaluation.assessment", key=key)) == 1


def test_it_takes_a_reason_and_an_open_phase(world: World) -> None:
    world.set_phase(S.OPEN)
    submitted(world, OWN)
    by, key = world.who("secretariat"), world.assessment().pk
    with pytest.raises(Faults):
        operations.return_assessment(by=by, assessment=key, reason=" ", now=NOW)
    world.set_phase(S.CLOSED)
    with pytest.raises(WrongState):
        operations.return_assessment(by=by, assessment=key, reason="Terlambat", now=NOW)


@pytest.mark.parametrize(
    ("name", "region", "error"),
    [
        ("coordinator", OWN, NotAllowed),
        ("chair", OWN, NotAllowed),
        ("coordinator", FAR, NotFound),
        ("assessor3", OWN, NotFound),
        ("public", OWN, NotFound),
    ],
)
def test_only_the_secretariat_returns(world: World, name: str, region: str, error: type[Exception]) -> None:
    world.set_phase(S.OPEN)
    submitted(world, OWN)
    with pytest.raises(error):
        operations.return_assessment(
            by=world.who(name, region), assessment=world.assessment().pk, reason="Alasan", now=NOW
        )
