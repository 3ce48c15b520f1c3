"""A version of a plan from draft to its end, walked at random through the operations that move it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from uuid import uuid4

import pytest

from kit.machines import each_flaw, walk
from masterplan.world import DECREED, LATER, World
from pilar.masterplan import operations
from pilar.masterplan.models import Entry, Meeting, Statement
from pilar.masterplan.rules.stages import VERSIONS, Decree, LegalForm, MeetingState, VersionState
from pilar.masterplan.rules.statements import Stated, StatementPart, fingerprint

V = VersionState
PAIRS = {
    (V.DRAFT, V.MEETING), (V.DRAFT, V.DROPPED), (V.MEETING, V.LEGAL_REVIEW), (V.MEETING, V.DROPPED),
    (V.LEGAL_REVIEW, V.MEETING), (V.LEGAL_REVIEW, V.DECREED), (V.DECREED, V.IN_FORCE), (V.IN_FORCE, V.REVISED),
    (V.IN_FORCE, V.EXPIRED),
}  # fmt: skip


class Walk:
    targets: tuple[StrEnum, ...] = tuple(one for one in V if one not in (V.DRAFT, V.REVISED))
    stirred = ("plan_meeting", "begin_meeting", "meet", "write", "wait")

    def __init__(self, world: World) -> None:
        self.world = world
        self.now = LATER
        self.by = world.who("coordinator")

    def state(self) -> V:
        return self.world.state()

    def attempt(self, target: StrEnum) -> None:
        named = {"by": self.by, "version": self.world.version}
        if target is V.DECREED:
            decree = Decree(LegalForm.REGENT, "7 Tahun 2026", DECREED)
            operations.enter_decree(**named, decree=decree, file=None, now=self.now)
        elif target is V.IN_FORCE:
            operations.bring_into_force(**named, since=DECREED, now=self.now)
        elif target is V.MEETING and self.state() is V.LEGAL_REVIEW:
            operations.return_to_meeting(**named, reason="Pasal 3 belum jelas", now=self.now)
        else:
            operations.move_version(**named, target=V(target), now=self.now)

    def moves(self) -> Mapping[tuple[StrEnum, StrEnum], bool]:
        version = self.world.version
        states = [MeetingState(one.state) for one in Meeting.objects.filter(version=version)]
        adopted = not Statement.objects.filter(version=version, decision=None).exists()
        return {
            (V.DRAFT, V.MEETING): bool(states),
            (V.DRAFT, V.DROPPED): True,
            (V.MEETING, V.LEGAL_REVIEW): (
                {*states} == {MeetingState.SIGNED} and Entry.objects.filter(version=version).exists() and adopted
            ),
            (V.MEETING, V.DROPPED): MeetingState.RUNNING not in states,
            (V.LEGAL_REVIEW, V.MEETING): True,
            (V.LEGAL_REVIEW, V.DECREED): True,
            (V.DECREED, V.IN_FORCE): True,
            (V.IN_FORCE, V.EXPIRED): self.now > datetime(2030, 12, 31, 17, tzinfo=UTC),
        }

    def stay(self) -> None:
        """As it is."""

    def plan_meeting(self) -> None:
        if self.state() in (V.DRAFT, V.MEETING) and not self.open_meeting():
            self.world.meeting(running=False)

    def begin_meeting(self) -> None:
        if self.state() is V.MEETING and (meeting := self.open_meeting()):
            operations.begin_meeting(by=self.by, meeting=meeting.pk, now=self.now)

    def meet(self) -> None:
        """Whatever is planned is held, with a programme and the texts accepted."""
        if self.state() is V.MEETING and (meeting := self.open_meeting()):
            self.begin_meeting()
            self.world.decide(meeting.pk, None)
            self.world.sign(meeting.pk)

    def write(self) -> None:
        """Another vision, which a meeting has to adopt."""
        if self.state() in (V.DRAFT, V.MEETING):
            there = Statement.objects.filter(version=self.world.version, part=StatementPart.VISION)
            stated = [Stated(one.text) for one in there]
            operations.write_part(
                by=self.by, version=self.world.version, part=StatementPart.VISION, now=self.now,
                given=[Stated(f"Visi {self.now.year} {len(stated)} {uuid4()}")], seen=fingerprint(stated),
            )  # fmt: skip

    def wait(self) -> None:
        self.now = datetime(2031, 1, 2, 3, tzinfo=UTC)

    def open_meeting(self) -> Meeting | None:
        return Meeting.objects.filter(version=self.world.version).exclude(state=MeetingState.SIGNED).first()


def test_the_table_is_the_one_written_here() -> None:
    assert {(one.source, one.target) for one in VERSIONS.all} == PAIRS


@pytest.mark.parametrize("begins", [V.DRAFT, V.MEETING, V.LEGAL_REVIEW, V.DECREED, V.IN_FORCE])
def test_a_move_waits_for_each_thing_alone(world: World, begins: V) -> None:
    world.call()
    proposal = world.submitted()
    if begins is not V.DRAFT:
        world.met(proposal)
    for target in (V.LEGAL_REVIEW, V.DECREED, V.IN_FORCE):
        if begins in (V.LEGAL_REVIEW, V.DECREED, V.IN_FORCE) and world.state() is not begins:
            Walk(world).attempt(target)
    assert world.state() is begins
    each_flaw(lambda: Walk(world), ("stay", "plan_meeting"))


def test_a_version_walked_at_random(world: World) -> None:
    world.call()
    proposal = world.submitted()

    def make(begins: V) -> Walk:
        """A draft, a version that has met, or one in force."""
        walked = Walk(world)
        if begins is not V.DRAFT:
            world.met(proposal)
        for target in (V.LEGAL_REVIEW, V.DECREED, V.IN_FORCE) if begins is V.IN_FORCE else ():
            walked.attempt(target)
        return walked

    walk(make, [V.DRAFT, V.MEETING, V.IN_FORCE])
