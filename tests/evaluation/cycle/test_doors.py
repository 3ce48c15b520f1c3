"""Every operation of the cycle, called by everybody who may not, and in every wrong state by those who may."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from itertools import islice

import pytest
from django.db import connection, transaction

from evaluation.cycle.doors import CALLS, PEOPLE, SUCCEEDS_ELSEWHERE, WITHOUT_A_DOOR, Door, doors, put, put_right
from evaluation.cycle.planted import Planted
from kit.acts import Writing, every_row, operations_of, undone
from kit.selection import QUICK
from pilar.evaluation import operations
from pilar.evaluation.rules.authority import WrongState
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.rules import NotAllowed, NotFound, Standing
from pilar.platform.errors import PilarError

ANSWERS = {"403": NotAllowed.__name__, "404": NotFound.__name__}


ONE_IN = 3 if QUICK else 1
"""Of the wrong states of an operation the quick selection tries one in so many, others for each operation."""


def wrong_states(door: Door) -> Iterator[tuple[int, int]]:
    yield from islice(_wrong_states(door), zlib.crc32(door.name.encode()) % ONE_IN, None, ONE_IN)


def _wrong_states(door: Door) -> Iterator[tuple[int, int]]:
    for phase, in_phase in enumerate(door.phases):
        for assessment, in_assessment in enumerate(door.assessments):
            right_phase = in_phase != "." or not door.phases.strip(".")
            right_assessment = in_assessment != "." or not door.assessments.strip(".")
            if not (right_phase and right_assessment):
                yield phase, assessment


@pytest.fixture
def standings(ready: Planted) -> dict[str, Standing]:
    return {who: ready.world.who(*named) for who, named in PEOPLE.items()}


def outcomes(planted: Planted, door: Door, people: Mapping[str, Standing]) -> Iterator[tuple[str, tuple[str, bool]]]:
    """Of each of these people the name of the error, empty for none; and whether anything was changed."""
    for who, by in people.items():
        with undone():
            yield who, _outcome(planted, door, by)


def _outcome(planted: Planted, door: Door, by: Standing) -> tuple[str, bool]:
    refused, writing, before = "", Writing(), transaction.savepoint()
    with connection.execute_wrapper(writing):
        try:
            CALLS[door.name](planted, by)
        except PilarError as error:
            refused = type(error).__name__
    if not writing.seen:
        return refused, False
    after = every_row()
    transaction.savepoint_rollback(before)
    return refused, after != every_row()


def test_the_neighbour_has_rows_of_every_kind(planted: Planted) -> None:
    """Otherwise an operation that forgets whose rows it changes would change no more than it should."""
    assert planted.world.neighbour.lacks() == set()


def test_every_operation_is_in_the_table() -> None:
    """A new one is added to evaluation/cycle/doors.py: how it is called, who may, and when."""
    assert operations_of(operations) == doors().keys() | WITHOUT_A_DOOR.keys()
    assert doors().keys() == CALLS.keys()


def test_who_may_not_changes_nothing(ready: Planted, standings: dict[str, Standing]) -> None:
    wrong, tried = [], 0
    for door in doors().values():
        shut_to = {who: ANSWERS.get(cell, cell) for who, cell in door.cells.items() if cell != "yes"}
        with undone():
            put_right(ready, door)
            for who, found in outcomes(ready, door, {who: standings[who] for who in shut_to}):
                tried += 1
                if found != (shut_to[who], False):
                    wrong.append(f"{door.name} by {who}: {found}, not {shut_to[who]}")
    assert not wrong, "\n".join(wrong)
    assert tried > 500


def test_who_may_is_let_in(ready: Planted, standings: dict[str, Standing]) -> None:
    """Otherwise the closed doors would prove nothing."""
    wrong = []
    for door in doors().values():
        if door.name in SUCCEEDS_ELSEWHERE:
            continue
        with undone():
            put_right(ready, door)
            open_to = {who: standings[who] for who, cell in door.cells.items() if cell == "yes"}
            for who, found in outcomes(ready, door, open_to):
                if found != ("", True):
                    wrong.append(f"{door.name} by {who}: {found}")
    assert not wrong, "\n".join(wrong)


def test_in_a_wrong_state_nothing_is_changed(ready: Planted, standings: dict[str, Standing]) -> None:
    wrong, tried = [], 0
    for door in doors().values():
        for phase, assessment in wrong_states(door):
            who = next(who for who, cell in door.cells.items() if cell == "yes")
            with undone():
                put(ready, door, phase, assessment)
                ((_who, found),) = outcomes(ready, door, {who: standings[who]})
            tried += 1
            if found != (WrongState.__name__, False):
                at = f"{[*PhaseState][phase]} {[*AssessmentState][assessment]}"
                wrong.append(f"{door.name} by {who} in {at}: {found}")
    assert not wrong, "\n".join(wrong)
    assert tried > 500 // ONE_IN
