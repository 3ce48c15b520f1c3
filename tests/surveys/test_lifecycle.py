"""A survey from draft to closed, walked at random."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

import pytest

from kit.machines import walk
from pilar.people.rules import Standing
from pilar.platform.lifecycle import Lifecycle
from pilar.surveys import operations
from pilar.surveys.models import Cell, Survey
from pilar.surveys.rules.authority import SurveyState
from pilar.surveys.rules.surveys import LIFECYCLE
from surveys.world import CLOSES, NOW, World

S = SurveyState


class Walk:
    targets: tuple[StrEnum, ...] = (S.OPEN, S.CLOSED)
    stirred = ("name_programmes", "forget_programmes", "wait", "go_back", "answer")

    def __init__(self, world: World) -> None:
        self.world = world
        self.now = NOW
        self.cells = list(Cell.objects.filter(survey=world.survey))
        self.by: Standing = world.who("coordinator")

    def state(self) -> S:
        return S(Survey.objects.get(pk=self.world.survey).state)

    def attempt(self, target: StrEnum) -> None:
        if target is S.OPEN:
            operations.open_survey(by=self.by, survey=self.world.survey)
        else:
            operations.close_survey(by=self.by, survey=self.world.survey, now=self.now)

    def moves(self) -> Mapping[tuple[StrEnum, StrEnum], bool]:
        return {
            (S.DRAFT, S.OPEN): Cell.objects.filter(survey=self.world.survey).exists(),
            (S.OPEN, S.CLOSED): self.now >= CLOSES + timedelta(days=1),
        }

    def name_programmes(self) -> None:
        if self.state() is S.DRAFT:
            Cell.objects.filter(survey=self.world.survey).delete()
            Cell.objects.bulk_create(self.cells)

    def forget_programmes(self) -> None:
        if self.state() is S.DRAFT:
            Cell.objects.filter(survey=self.world.survey).delete()

    def wait(self) -> None:
        self.now = CLOSES + timedelta(days=1)

    def go_back(self) -> None:
        self.now = CLOSES + timedelta(days=1, microseconds=-1)

    def answer(self) -> None:
        if self.state() is S.OPEN:
            self.world.answer()


def test_a_survey_walked_at_random(world: World) -> None:
    walk(lambda _begin: Walk(world))


def test_the_table_is_the_one_written_here() -> None:
    assert isinstance(LIFECYCLE, Lifecycle)
    assert {(one.source, one.target) for one in LIFECYCLE.all} == {(S.DRAFT, S.OPEN), (S.OPEN, S.CLOSED)}


@pytest.mark.parametrize("state", S)
def test_a_state_knows_its_moves(state: S) -> None:
    assert [one.target for one in LIFECYCLE.moves(state)] == {S.DRAFT: [S.OPEN], S.OPEN: [S.CLOSED], S.CLOSED: []}[
        state
    ]
