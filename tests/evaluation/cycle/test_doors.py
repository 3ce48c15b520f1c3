"""Every operation of the cycle, called by everybody who may not, and by who may in every wrong state."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import connection, transaction

from evaluation.cycle.doors import BEFORE, CALLS, PEOPLE, WITHOUT_A_DOOR, Door, doors, make_ready
from evaluation.cycle.planted import Planted
from evaluation.cycle.world import OWN
from kit.worlds import once
from pilar.evaluation import operations
from pilar.evaluation.rules.authority import WrongState
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import PilarError

ROOMS = ("areas", "people", "evidence", "masterplan", "evaluation", "platform", "procrastinate")
ANSWERS = {"403": NotAllowed.__name__, "404": NotFound.__name__}
SUCCEEDS_ELSEWHERE = {
    "build_large_campaign": "tests/evaluation/cycle/test_results_synthetic.py",
    "load_demo_campaigns": "tests/evaluation/cycle/test_demonstration.py",
}


@once
def readied(everything: Planted) -> None:
    make_ready(everything)


@pytest.fixture
def ready(readied: None, planted: Planted) -> Planted:
    return planted


def everything() -> dict[str, str]:
    """A digest of every table."""
    tables = sorted(
        model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.app_label in ROOMS
    )
    each = " UNION ALL ".join(
        f"SELECT '{table}', md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM {table} t"
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(each)
        return dict(cursor.fetchall())


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is changed inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def put(planted: Planted, door: Door, phase: int, assessment: int) -> None:
    """Put the phase that counts, and the region's assessment in it, into states, by their places in the order."""
    BEFORE.get(door.name, lambda _planted: None)(planted)
    if door.phase is not None:
        planted.world.set_phase([*PhaseState][phase], door.phase)
        planted.world.set_assessment([*AssessmentState][assessment], OWN, door.phase)


def put_right(planted: Planted, door: Door) -> None:
    phase, assessment = (
        next((place for place, letter in enumerate(letters) if letter != "."), 0)
        for letters in (door.phases, door.assessments)
    )
    put(planted, door, phase, assessment)


def wrong_states(door: Door) -> Iterator[tuple[int, int]]:
    for phase, in_phase in enumerate(door.phases):
        for assessment, in_assessment in enumerate(door.assessments):
            right_phase = in_phase != "." or not door.phases.strip(".")
            right_assessment = in_assessment != "." or not door.assessments.strip(".")
            if not (right_phase and right_assessment):
                yield phase, assessment


def outcomes(planted: Planted, door: Door, *people: str) -> Iterator[tuple[str, tuple[str, bool]]]:
    """Of each of these people the name of the error, empty for none; and whether anything was changed."""
    before = everything()
    for who in people:
        with undone():
            yield who, _outcome(planted, door, who, before)


def _outcome(planted: Planted, door: Door, who: str, before: dict[str, str]) -> tuple[str, bool]:
    by, refused = planted.world.who(*PEOPLE[who]), ""
    try:
        CALLS[door.name](planted, by)
    except PilarError as error:
        refused = type(error).__name__
    return refused, everything() != before


def test_the_neighbour_has_rows_of_every_kind(planted: Planted) -> None:
    """Otherwise an operation that forgets whose rows it changes would change no more than it should."""
    assert planted.world.neighbour.lacks() == set()


def test_every_operation_is_in_the_table() -> None:
    """A new one is added to evaluation/cycle/doors.py: how it is called, who may, and when."""
    there = {name for name in operations.__all__ if inspect.isfunction(getattr(operations, name))}
    assert there == doors().keys() | WITHOUT_A_DOOR.keys()
    assert doors().keys() == CALLS.keys()


def test_who_may_not_changes_nothing(ready: Planted) -> None:
    wrong, tried = [], 0
    for door in doors().values():
        shut_to = {who: ANSWERS.get(cell, cell) for who, cell in door.cells.items() if cell != "yes"}
        with undone():
            put_right(ready, door)
            for who, found in outcomes(ready, door, *shut_to):
                tried += 1
                if found != (shut_to[who], False):
                    wrong.append(f"{door.name} by {who}: {found}, not {shut_to[who]}")
    assert not wrong, "\n".join(wrong)
    assert tried > 500


def test_who_may_is_let_in(ready: Planted) -> None:
    """Otherwise the closed doors would prove nothing."""
    wrong = []
    for door in doors().values():
        if door.name in SUCCEEDS_ELSEWHERE:
            continue
        with undone():
            put_right(ready, door)
            for who, found in outcomes(ready, door, *(who for who, cell in door.cells.items() if cell == "yes")):
                if found != ("", True):
                    wrong.append(f"{door.name} by {who}: {found}")
    assert not wrong, "\n".join(wrong)


def test_in_a_wrong_state_nothing_is_changed(ready: Planted) -> None:
    wrong, tried = [], 0
    for door in doors().values():
        for phase, assessment in wrong_states(door):
            who = next(who for who, cell in door.cells.items() if cell == "yes")
            with undone():
                put(ready, door, phase, assessment)
                ((_who, found),) = outcomes(ready, door, who)
            tried += 1
            if found != (WrongState.__name__, False):
                at = f"{[*PhaseState][phase]} {[*AssessmentState][assessment]}"
                wrong.append(f"{door.name} by {who} in {at}: {found}")
    assert not wrong, "\n".join(wrong)
    assert tried > 500
