"""Answers and changes of a survey that come in at the same moment, each by a connection of its own."""

from __future__ import annotations

from uuid import uuid4

from kit.neighbours import own
from kit.races import together
from pilar.platform import audit
from pilar.surveys import operations
from pilar.surveys.models import Cell, Response, Trace
from pilar.surveys.operations import Entered, Source
from pilar.surveys.rules.answers import Mode
from pilar.surveys.rules.authority import WrongSurveyState
from pilar.surveys.rules.surveys import NewCell, SurveyClosed
from surveys.world import AFTER, NOW, World, impact

SENDERS = 6


def test_one_device_cannot_hide_by_sending_at_once(committed_world: World) -> None:
    committed_world.open()
    assert all(together(*[lambda: committed_world.answer(source=Source("one device"))] * SENDERS))
    assert own(Trace).count() == SENDERS
    assert sorted(map(len, own(Response).values_list("flags", flat=True))) == [0, *[1] * (SENDERS - 1)]


def test_a_survey_that_closes_takes_no_answer_more(committed_world: World) -> None:
    world = committed_world
    world.open()
    by, office = world.who("coordinator"), world.who("contributor")
    cell, given = world.cell(), [Entered(uuid4(), impact(), NOW, NOW)]
    found = together(
        world.close,
        lambda: world.answer(now=NOW),
        lambda: operations.enter_answers(by=office, cell=cell, mode=Mode.PAPER, entered=given, now=AFTER),
        lambda: operations.close_survey(by=by, survey=world.survey, now=AFTER),
    )
    assert [type(one) for one in found] == [type(None), SurveyClosed, WrongSurveyState, WrongSurveyState]
    assert not own(Response).exists()
    assert moved(world) == ["closed", "open"]


def test_a_survey_opens_once_and_with_the_cells_that_it_has_then(committed_world: World) -> None:
    world = committed_world
    by, cells = world.who("coordinator"), [NewCell("Lain", world.cast.office, 2, "governance", "")]

    def opening() -> None:
        operations.open_survey(by=by, survey=world.survey)

    found = together(opening, lambda: operations.set_cells(by=by, survey=world.survey, cells=cells), opening)
    assert [type(one) for one in found] == [type(None), WrongSurveyState, WrongSurveyState]
    assert own(Cell).count() == 2
    assert moved(world) == ["open"]


def moved(world: World) -> list[object]:
    """The states that the log says the survey has come to, the last first."""
    found = audit.events(target="surveys.survey", key=world.survey)
    return [one.after["state"] for one in found if "state" in one.after]
