"""A lifecycle walked at random: operations make its moves and no others, and a refused one leaves nothing behind."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from pilar.platform.errors import PilarError
from pilar.platform.models import AuditEvent


class Walked(Protocol):
    """One thing with states, in a planted world.

    ``moves``: of each pair of states that the room's test allows by hand, whether what it asks for holds now.
    """

    targets: tuple[StrEnum, ...]
    stirred: tuple[str, ...]
    """Names of methods that change what the moves look at."""

    def state(self) -> StrEnum: ...

    def attempt(self, target: StrEnum) -> None:
        """Call the operation that leads to ``target``."""

    def moves(self) -> Mapping[tuple[StrEnum, StrEnum], bool]: ...


def refusal(thing: Walked, target: StrEnum) -> str:
    """What ``thing`` is refused with; empty where it moves."""
    try:
        thing.attempt(target)
    except PilarError as refused:
        return refused.text() or refused.code
    return ""


def walk(make: Any, *, examples: int = 12, steps: int = 14) -> None:
    """Walk the thing that ``make`` plants anew for each example, in a transaction that is undone."""

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.whole = transaction.atomic()
            self.whole.__enter__()
            self.thing: Walked = make()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

        @rule(data=st.data())
        def stir(self, data: st.DataObject) -> None:
            before = self.thing.state()
            getattr(self.thing, data.draw(st.sampled_from(self.thing.stirred)))()
            assert self.thing.state() == before

        @rule(data=st.data())
        def move(self, data: st.DataObject) -> None:
            thing, target = self.thing, data.draw(st.sampled_from(self.thing.targets))
            source, events = thing.state(), AuditEvent.objects.count()
            holds = thing.moves().get((source, target), False)
            refused = refusal(thing, target)
            if refused:
                assert not holds, (source, target, refused)
                assert (thing.state(), AuditEvent.objects.count()) == (source, events), "a refusal leaves nothing"
            else:
                assert thing.state() == target
                assert holds or (source == target and AuditEvent.objects.count() == events), (source, target)

        @rule()
        def again(self) -> None:
            """What has been done is refused or changes nothing."""
            state, events = self.thing.state(), AuditEvent.objects.count()
            if state in self.thing.targets:
                refusal(self.thing, state)
                assert (self.thing.state(), AuditEvent.objects.count()) == (state, events)

    how = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=[*HealthCheck]
    )
    run_state_machine_as_test(Machine, settings=how)
