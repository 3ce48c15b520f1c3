"""A phase from draft to published, walked at random."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

import pytest

from evaluation.cycle.world import CLOSES, CODE, NOW, OPENS, OWN, World
from kit.machines import each_flaw, walk
from pilar.evaluation import operations
from pilar.evaluation.models import Assessment, MarkingDone, Phase, Seat
from pilar.evaluation.rules.stages import PHASES, AssessmentState, PhaseState

P, A = PhaseState, AssessmentState
PAIRS = {
    (P.DRAFT, P.OPEN), (P.OPEN, P.CLOSED), (P.CLOSED, P.OPEN), (P.CLOSED, P.DESK_CHECK), (P.DESK_CHECK, P.REVIEW),
    (P.REVIEW, P.AGREED), (P.AGREED, P.OBJECTION), (P.OBJECTION, P.FINAL), (P.FINAL, P.PUBLISHED),
    (P.DESK_CHECK, P.CLOSED), (P.REVIEW, P.DESK_CHECK), (P.AGREED, P.REVIEW), (P.OBJECTION, P.AGREED),
    (P.FINAL, P.OBJECTION),
}  # fmt: skip


class Walk:
    """``approved``: the results of now are approved, which has tests of its own."""

    targets: tuple[StrEnum, ...] = tuple(P)
    stirred = (
        "all_marked", "all_settled", "wait", "go_back", "submit", "take_back", "unseat", "forget_marks", "accept",
        "approve", "change_marks",
    )  # fmt: skip

    def __init__(self, world: World, begins: P, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.now = NOW
        self.by = world.who("secretariat")
        self.approved = False
        monkeypatch.setattr("pilar.evaluation.queries.phases.approved_current", lambda phase: self.approved)
        world.set_phase(begins)

    def state(self) -> P:
        return P(self.phase().state)

    def attempt(self, target: StrEnum) -> None:
        operations.move_phase(by=self.by, campaign=CODE, phase=1, target=P(target), reason="Ulang", now=self.now)

    def moves(self) -> Mapping[tuple[StrEnum, StrEnum], bool]:
        rows = list(self.assessments())
        handed_in = [one for one in rows if one.state != A.PREPARING]
        seats = Seat.objects.filter(participation=self.world.participations[OWN]).count()
        seated = seats == 3 or self.own().state == A.PREPARING
        to_mark = [one for one in rows if one.state == A.SUBMITTED]
        marked = all(
            MarkingDone.objects.filter(assessment=one, assessor=seat.assessor_id).exists()
            for one in to_mark
            for seat in one.participation.seats.all()
        )
        accepted = all(one.accepted_at for one in handed_in)
        until = self.phase().objection_until
        return {
            (P.DRAFT, P.OPEN): self.now >= OPENS,
            (P.OPEN, P.CLOSED): bool(handed_in) and (len(handed_in) == len(rows) or self.now >= CLOSES),
            (P.CLOSED, P.OPEN): True,
            (P.DESK_CHECK, P.CLOSED): True,
            (P.REVIEW, P.DESK_CHECK): True,
            (P.AGREED, P.REVIEW): True,
            (P.OBJECTION, P.AGREED): not any(one.accepted_at for one in rows),
            (P.FINAL, P.OBJECTION): True,
            (P.CLOSED, P.DESK_CHECK): bool(handed_in) and seated,
            (P.DESK_CHECK, P.REVIEW): seated and marked,
            (P.REVIEW, P.AGREED): seated and not to_mark,
            (P.AGREED, P.OBJECTION): self.approved,
            (P.OBJECTION, P.FINAL): accepted or (until is not None and self.now >= until),
        }

    def phase(self) -> Phase:
        return Phase.objects.get(pk=self.world.phases[1].pk)

    def assessments(self) -> Any:
        return Assessment.objects.filter(phase=self.world.phases[1])

    def own(self) -> Assessment:
        return self.world.assessment()

    def wait(self) -> None:
        self.now = max(self.now, CLOSES) + timedelta(days=8)

    def go_back(self) -> None:
        self.now = OPENS - timedelta(seconds=1)

    def submit(self) -> None:
        self.put(A.SUBMITTED)

    def take_back(self) -> None:
        self.put(A.PREPARING)

    def settle(self) -> None:
        self.put(A.AGREED)

    def put(self, state: A) -> None:
        self.assessments().update(accepted_at=None, accepted_by=None)
        self.world.set_assessment(state)

    def all_marked(self) -> None:
        """Nothing is missing but the panel's agreement; what spoils it comes alone."""
        self.submit()
        self.seat()
        self.mark()

    def all_settled(self) -> None:
        self.settle()
        self.seat()

    def seat(self) -> None:
        self.unseat()
        participation = self.world.participations[OWN]
        Seat.objects.create(participation=participation, assessor_id=self.world.key("assessor2"))

    def unseat(self) -> None:
        key = self.world.key("assessor2")
        Seat.objects.filter(participation=self.world.participations[OWN], assessor=key).delete()

    def mark(self) -> None:
        self.forget_marks()
        for name in ("chair", "assessor1", "assessor2"):
            MarkingDone.objects.create(assessment=self.own(), assessor_id=self.world.key(name), done_at=self.now)

    def forget_marks(self) -> None:
        MarkingDone.objects.filter(assessment=self.own()).delete()

    def accept(self) -> None:
        self.assessments().filter(state=A.AGREED).update(
            accepted_at=self.now, accepted_by=self.world.key("coordinator")
        )

    def approve(self) -> None:
        self.approved = True

    def change_marks(self) -> None:
        self.approved = False


def test_the_table_is_the_one_written_here() -> None:
    assert {(one.source, one.target) for one in PHASES.all} == PAIRS


@pytest.mark.parametrize("begins", [*P][:-1])
def test_a_move_waits_for_each_thing_alone(world: World, monkeypatch: pytest.MonkeyPatch, begins: P) -> None:
    each_flaw(lambda: Walk(world, begins, monkeypatch), ("all_marked", "all_settled"))


def test_a_phase_walked_at_random(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    walk(lambda begins: Walk(world, begins, monkeypatch), [*P], examples=12, steps=8)
