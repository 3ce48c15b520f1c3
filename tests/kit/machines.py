"""A lifecycle walked at random: operations make its moves and no others, and a refused one leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kit import selection
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


def each_flaw(make: Callable[[], Walked], preparing: Sequence[str]) -> None:
    """Try the moves of a state where all is prepared, and where one thing after another spoils it."""
    first = make()
    targets = [to for source, to in first.moves() if source == first.state()]
    for prepared in preparing:
        for spoilt in ("", *first.stirred):
            with transaction.atomic():
                thing = make()
                for name in filter(None, (prepared, spoilt)):
                    getattr(thing, name)()
                moves, state = thing.moves(), thing.state()
                for target in targets:
                    with transaction.atomic():
                        refused = refusal(thing, target)
                        assert moves[state, target] == (not refused), (target, prepared, spoilt, refused)
                        transaction.set_rollback(True)
                transaction.set_rollback(True)


def walk(
    make: Callable[[Any], Walked], begins: Sequence[Any] = (None,), *, examples: int = 10, steps: int = 10
) -> None:
    """Walk the thing that ``make`` plants again for each example, in a transaction that is undone.

    ``begins``: what ``make`` is given, one of them for each example. Wherever the walk comes, every move that does not
    hold there is tried.
    """

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.whole = transaction.atomic()
            self.whole.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

        @initialize(begin=st.sampled_from(list(begins)))
        def plant(self, begin: Any) -> None:
            self.thing = make(begin)

        @rule(data=st.data())
        def stir(self, data: st.DataObject) -> None:
            before = self.thing.state()
            for name in data.draw(st.lists(st.sampled_from(self.thing.stirred), min_size=1, max_size=4)):
                getattr(self.thing, name)()
            assert self.thing.state() == before

        @rule(data=st.data())
        def move(self, data: st.DataObject) -> None:
            state = self.thing.state()
            open_ones = [to for (source, to), holds in self.thing.moves().items() if source == state and holds]
            if open_ones:
                target = data.draw(st.sampled_from(open_ones))
                assert refusal(self.thing, target) == "", (state, target)
                assert self.thing.state() == target

        @invariant()
        def nothing_else_moves_it(self) -> None:
            """Not even to where it is: that is refused, or changes nothing."""
            state, events, moves = self.thing.state(), AuditEvent.objects.count(), self.thing.moves()
            for target in self.thing.targets:
                if not moves.get((state, target), False):
                    refused = refusal(self.thing, target)
                    assert refused or target == state, (state, target)
                    assert (self.thing.state(), AuditEvent.objects.count()) == (state, events), (state, target)

    how = settings(
        max_examples=selection.examples(examples),
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[*HealthCheck],
    )
    run_state_machine_as_test(Machine, settings=how)
