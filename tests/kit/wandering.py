"""Whatever is done in a room, in any order: what has a lifecycle moves by its table, and a refusal changes nothing.

The operations are those of the room's acts (``kit.acts``), each tried in any state that the others have led to, with or
without what makes it succeed; the states are those of every lifecycle there is (``tests/lifecycles.py``).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from kit.acts import Acts, Writing, every_row, undone
from kit.selection import QUICK, examples
from kit.worlds import forget
from lifecycles import MORE, STATES
from pilar.config.described import LIFECYCLES
from pilar.platform.errors import PilarError

TESTS = Path(__file__).resolve().parents[1]
STEPS = 30

Seen = dict[str, Mapping[Any, str]]
Way = tuple[str, str, str]
"""What moved, from where, and to where."""


class NotAsked(Exception):
    """What an act asks for is not there: nothing was asked of the room."""


def wander(acts: Acts, world: Any, *, walks: int = 10) -> set[Way]:
    """Take so many walks through the operations of a room, each in a copy of the world that is undone at its end.

    Returns the moves that were made: some, but for the few walks of the quick selection, the first of which is the
    simplest one.
    """
    names, made = sorted(acts.calls), set[Way]()

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.whole = undone()
            self.whole.__enter__()

        def teardown(self) -> None:
            self.whole.__exit__(None, None, None)

        @initialize()
        def begin(self) -> None:
            self.world = copy.deepcopy(world)

        @rule(name=st.sampled_from(names), prepared=st.booleans())
        def act(self, name: str, prepared: bool) -> None:
            if prepared:
                _prepare(acts, name, self.world)
            made.update(attempt(acts, name, self.world))

    how = settings(
        max_examples=examples(walks), stateful_step_count=STEPS, deadline=None, suppress_health_check=[*HealthCheck]
    )
    run_state_machine_as_test(Machine, settings=how)
    assert made or QUICK, "no walk moved anything"
    return made


def attempt(acts: Acts, name: str, world: Any) -> set[Way]:
    """Do ``name`` where the world stands, and assert that it moves only what a lifecycle lets move, as it lets it;
    returns what it moved."""
    rows, before, refused, writing = every_row(), states(), False, Writing()
    forget()
    try:
        with _kept_unless_broken(), connection.execute_wrapper(writing):
            by = world.who(acts.left[name].who)
            try:
                acts.calls[name](world, by)
            except PilarError:
                refused = True
    except NotAsked:
        return set()
    if refused and writing.seen:
        assert every_row() == rows, f"the refusal of {name} leaves something behind"
    made = {*moved(before, states())}
    strayed = [way for way in made if way[1:] not in _ways(way[0])]
    assert not strayed, f"{name} makes moves that are none: {strayed}"
    return made


def states() -> Seen:
    return {title: read() for title, read in STATES.items()}


def moved(before: Seen, after: Seen) -> Iterator[Way]:
    """Of what is in another state than before, where it went; what is new comes from the first one."""
    for title, there in after.items():
        first = next(iter(type(LIFECYCLES[title][0].all[0].source)))
        for key, state in there.items():
            was = before[title].get(key, first)
            if state != was:
                yield title, str(was), str(state)


def _ways(title: str) -> set[tuple[str, str]]:
    """From where to where a lifecycle leads."""
    return {(one.source, one.target) for one in LIFECYCLES[title][0].all} | MORE.get(title, set())


def _prepare(acts: Acts, name: str, world: Any) -> None:
    """Bring about what ``name`` asks for, where that can be."""
    try:
        with _kept_unless_broken():
            acts.before.get(name, lambda _world: None)(world)
    except (NotAsked, PilarError):
        return


@contextmanager
def _kept_unless_broken() -> Iterator[None]:
    """Undoes what a call did that failed before it asked anything of the room."""
    whole = transaction.atomic()
    whole._from_testcase = True  # type: ignore[attr-defined]
    try:
        with whole:
            yield
    except Exception as error:
        if not isinstance(error, PilarError) and _is_of_the_tests(error):
            raise NotAsked from error
        raise


def _is_of_the_tests(error: BaseException) -> bool:
    """Whether the last code of ours that ran before an error is that of the tests."""
    trace, last = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "/pilar/" in name or name.startswith(str(TESTS)):
            last = name
        trace = trace.tb_next
    return last.startswith(str(TESTS))
