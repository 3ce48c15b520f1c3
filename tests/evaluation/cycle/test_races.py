"""Two people, or two clicks, at the same moment: it is done once, and the one who came second is told."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from evaluation.cycle.agreed import LATER, LETTER, LETTER_DATE, agree, approve, compute, recommend
from evaluation.cycle.panel import PANEL, finish, give, hand_in, mark_all
from evaluation.cycle.test_campaigns_regions import emptied
from evaluation.cycle.test_results_objections import contested
from evaluation.cycle.world import CODE, LEAVES, NOW, OWN, World
from kit.races import together
from pilar.evaluation import operations
from pilar.evaluation.models import (
    AgreedMark,
    Answer,
    Approval,
    Campaign,
    FollowUp,
    Mark,
    PhaseMove,
    Publication,
    Seat,
    Snapshot,
    Subscription,
)
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.campaigns import RegionHasWork
from pilar.evaluation.rules.follow_up import Plan
from pilar.evaluation.rules.hooks import HookEvent
from pilar.evaluation.rules.panels import PanelFull
from pilar.evaluation.rules.publishing import AlreadyPublished, ObjectionDecided, ObjectionOpen, ObjectionUndecided
from pilar.evaluation.rules.stages import AssessmentState, FollowUpState, PhaseState, Settlement
from pilar.people.models import Notice
from pilar.people.rules import OPERATOR
from pilar.platform.models import AuditEvent
from pilar.platform.versions import Outdated

Doing = Callable[[], object]


def logged(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()


@pytest.fixture
def agreed(committed_world: World) -> World:
    recommend(committed_world)
    agree(committed_world)
    compute(committed_world)
    return committed_world


@pytest.fixture
def approved(agreed: World) -> World:
    approve(agreed)
    agreed.set_phase(PhaseState.FINAL)
    return agreed


def publishing(world: World, letter: str) -> Doing:
    by = world.who("secretariat")
    return lambda: operations.publish_results(
        by=by, campaign=CODE, phase=1, version=1, letter_number=letter, letter_date=LETTER_DATE, now=LATER
    )


def test_two_moves_of_a_phase_move_it_once(agreed: World) -> None:
    approve(agreed)
    by = agreed.who("secretariat")

    def move() -> None:
        operations.move_phase(by=by, campaign=CODE, phase=1, target=PhaseState.OBJECTION, now=NOW)

    assert together(move, move, move) == [None] * 3, "a second click finds the phase where it wants it"
    assert PhaseMove.objects.count() == logged("move") == 1


def test_two_computations_make_one_version(committed_world: World) -> None:
    agree(committed_world)
    by = committed_world.who("secretariat")
    found = together(*[lambda: operations.compute_results(by=by, campaign=CODE, phase=1, now=NOW)] * 2)
    assert sorted((one.version, one.new) for one in found) == [(1, False), (1, True)]  # type: ignore[attr-defined]
    assert Snapshot.objects.count() == logged("compute") == 1


def test_two_approvals_approve_once(agreed: World) -> None:
    by = agreed.who("approver")
    found = together(*[lambda: operations.approve_results(by=by, campaign=CODE, phase=1, version=1, now=LATER)] * 3)
    assert found == [None] * 3
    assert Approval.objects.count() == logged("approve") == 1


def test_two_publications_publish_once(approved: World) -> None:
    assert together(*[publishing(approved, LETTER)] * 3) == [None] * 3
    assert Publication.objects.count() == logged("publish") == 1
    assert PhaseMove.objects.count() == logged("move") == 1
    assert FollowUp.objects.count() == 1
    assert Notice.objects.filter(kind="evaluation.results-published").count() == len(approved.participations)


def test_two_letters_for_one_version_are_not_both_taken(approved: World) -> None:
    found = together(publishing(approved, "B-1"), publishing(approved, "B-2"))
    assert [type(one) for one in found if one is not None] == [AlreadyPublished]
    assert Publication.objects.get().letter_number == ("B-1" if found[0] is None else "B-2")
    assert logged("publish") == 1


def test_two_marks_of_one_assessor_from_the_same_version(committed_world: World) -> None:
    key, by = hand_in(committed_world), committed_world.who("assessor1")

    def saves(value: int) -> Doing:
        return lambda: operations.save_mark(
            by=by, assessment=key, node="policy", value=Decimal(value), reason="Bukti", seen_version=0, now=NOW
        )

    found = together(saves(1), saves(4))
    (refused,) = (one for one in found if isinstance(one, Outdated))
    row = Mark.objects.get()
    assert (row.version, refused.stored.values["value"]) == (1, row.value), "who came second sees what stands there"
    assert logged("mark") == 1


def test_two_decisions_of_the_chair_settle_once(committed_world: World) -> None:
    key = hand_in(committed_world)
    mark_all(committed_world, key, assessor1={"policy": 1})
    by = committed_world.who("chair")

    def settle() -> None:
        operations.settle_mark(
            by=by, assessment=key, node="policy", value=Decimal(2), reason="Sebagian", seen_version=0, now=NOW
        )

    assert together(settle, settle, settle) == [None] * 3, "the same decision once more changes nothing"
    row = AgreedMark.objects.get(node="policy")
    assert (row.value, row.how) == (2, Settlement.CHAIR)
    assert logged("settle") == logged("agree") == 1
    assert committed_world.assessment().state == AssessmentState.AGREED


def test_the_last_two_assessors_finish_at_once(committed_world: World) -> None:
    key = hand_in(committed_world)
    for who in PANEL:
        give(committed_world, key, who)
    finish(committed_world, key, "chair")
    people = [committed_world.who(name) for name in ("assessor1", "assessor2")]

    def finishes(number: int) -> Doing:
        return lambda: operations.finish_marking(by=people[number], assessment=key, now=NOW)

    assert together(finishes(0), finishes(1)) == [None, None]
    assert AgreedMark.objects.count() == len(LEAVES)
    assert committed_world.assessment().state == AssessmentState.AGREED, "neither waits for the other"
    assert logged("agree") == 1


def test_a_panel_of_which_one_marks_again_has_agreed_on_nothing(committed_world: World) -> None:
    key = hand_in(committed_world)
    for who in PANEL:
        give(committed_world, key, who)
    finish(committed_world, key, "chair")
    finish(committed_world, key, "assessor2")
    chair, last = committed_world.who("chair"), committed_world.who("assessor1")
    again = committed_world.key("assessor2")
    found = together(
        lambda: operations.reopen_marking(by=chair, assessment=key, assessor=again, reason="Bukti baru", now=NOW),
        lambda: operations.finish_marking(by=last, assessment=key, now=NOW),
    )
    assert found == [None, None]
    assert not AgreedMark.objects.exists()
    assert committed_world.assessment().state == AssessmentState.SUBMITTED


def test_two_corrections_are_two_versions(approved: World) -> None:
    publishing(approved, LETTER)()
    by = approved.who("secretariat")

    def correct(node: str) -> Doing:
        given = {"campaign": CODE, "phase": 1, "region": OWN, "marks": {node: Decimal(1)}, "now": LATER}
        return lambda: operations.correct_results(by=by, reason="Salah ketik", **given)

    found = together(correct("policy"), correct("budget"))
    assert [one.version for one in found] == [2, 3]
    corrected = AgreedMark.objects.filter(assessment=approved.assessment(), node__in=["policy", "budget"])
    assert {one.value for one in corrected} == {1}


def test_of_one_mark_one_objection_is_open_and_it_is_decided_once(committed_world: World) -> None:
    world = committed_world
    contested(world)
    by, key = world.who("coordinator"), world.assessment().pk

    def objects() -> int:
        return operations.make_objection(by=by, assessment=key, node="policy", text="Terbit", now=LATER)

    objection, refused, accepted = together(
        objects, objects, lambda: operations.accept_result(by=by, assessment=key, now=LATER)
    )
    assert isinstance(refused, ObjectionOpen)
    assert isinstance(accepted, ObjectionUndecided)
    office = world.who("secretariat")

    def decides(*, accepted: bool) -> Doing:
        given = {"objection": objection, "reason": "Dilihat", "value": Decimal(4) if accepted else None, "now": LATER}
        return lambda: operations.decide_objection(by=office, accepted=accepted, **given)

    found = together(decides(accepted=False), decides(accepted=True))
    assert [type(one) for one in found] == [type(None), ObjectionDecided]
    assert AgreedMark.objects.get(assessment=key, node="policy").value == 3


def test_of_two_who_write_a_follow_up_one_is_told(approved: World) -> None:
    publishing(approved, LETTER)()
    by, key = approved.who("coordinator"), FollowUp.objects.get().pk

    def saves(note: str) -> Doing:
        plan = Plan(None, None, FollowUpState.OPEN, note)
        return lambda: operations.save_follow_up(by=by, follow_up=key, plan=plan, seen_version=1, now=LATER)

    found = together(saves("Satu"), saves("Dua"))
    assert [type(one) for one in found] == [int, Outdated]
    assert FollowUp.objects.get().note == "Satu"


def test_a_region_that_answers_is_not_withdrawn(committed_world: World) -> None:
    world = committed_world
    world.set_phase(PhaseState.OPEN)
    office, by, key = world.who("secretariat"), world.who("coordinator"), world.assessment().pk
    found = together(
        lambda: operations.save_answer(
            by=by, assessment=key, node="policy", given=Given(mark=Decimal(3)), seen_version=0, now=NOW
        ),
        lambda: operations.withdraw_region(by=office, campaign=CODE, region=OWN, now=NOW),
    )
    assert (found[0], type(found[1])) == (1, RegionHasWork)
    assert Answer.objects.count() == 1


def test_a_region_is_invited_once(committed_world: World) -> None:
    world, by = emptied(committed_world), committed_world.who("secretariat")
    given = {"campaign": CODE, "group": "regular", "regions": [OWN], "now": NOW}
    found = together(*[lambda: operations.invite_regions(by=by, **given)] * 2)
    assert [(one.new, one.already) for one in found] == [(1, 0), (0, 1)]
    assert Notice.objects.filter(kind="evaluation.invited", user=world.key("coordinator")).count() == 1


def test_a_panel_has_no_more_seats_than_it_may(committed_world: World) -> None:
    world, by = committed_world, committed_world.who("secretariat")
    Campaign.objects.update(largest_panel=4)

    def seats(name: str) -> Doing:
        assessor = world.key(name)
        return lambda: operations.seat(by=by, campaign=CODE, region=OWN, assessor=assessor, now=NOW)

    found = together(seats("assessor3"), seats("assessor4"))
    assert [type(one) for one in found] == [type(None), PanelFull]
    assert Seat.objects.filter(participation__region=OWN).count() == 4


def test_a_system_named_by_two_presses_is_one(committed_world: World) -> None:
    named = {"title": "Portal kedua", "address": "https://kedua.contoh.go.id/kait", "events": [HookEvent.RESULTS]}

    def name() -> object:
        return operations.subscribe(by=OPERATOR, now=NOW, **named)  # type: ignore[arg-type]

    first, second = together(name, name)
    assert first == second
    assert Subscription.objects.get(address=named["address"]).pk == first[0]  # type: ignore[index]
