"""Two people, or two clicks, at the same moment: it is done once, and whoever came second is told."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from evaluation.cycle.agreed import LATER, LETTER, LETTER_DATE, agree, approve, compute, recommend
from evaluation.cycle.panel import PANEL, finish, give, hand_in, mark_all
from evaluation.cycle.test_answers_races import together
from evaluation.cycle.world import CODE, LEAVES, NOW, World
from pilar.evaluation import operations
from pilar.evaluation.models import AgreedMark, Approval, FollowUp, Mark, PhaseMove, Publication, Snapshot
from pilar.evaluation.rules.publishing import AlreadyPublished
from pilar.evaluation.rules.stages import AssessmentState, PhaseState, Settlement
from pilar.people.models import Notice
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
