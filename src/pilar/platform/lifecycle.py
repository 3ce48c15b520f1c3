"""States and the moves between them: what a room writes once, and buttons, reasons, operations and diagrams come from.

Pure: no database, no clock. ``platform.moves`` stores a move.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from pilar.platform.errors import Fault, Faults, PilarError

State = TypeVar("State", bound=StrEnum)
Facts = TypeVar("Facts")


@dataclass(frozen=True, slots=True)
class Move(Generic[State, Facts]):
    """A move: from, to, its name on the button, and its conditions, each of which says what does not hold.

    ``made_by``: the operation that makes it, where it takes more than its conditions.
    """

    source: State
    target: State
    name: str = ""
    conditions: tuple[Callable[[Facts], Fault | None], ...] = ()
    made_by: str = ""

    def faults(self, facts: Facts) -> tuple[Fault, ...]:
        """Return why the move cannot be made yet; empty when it can."""
        return tuple(fault for condition in self.conditions if (fault := condition(facts)) is not None)

    def require(self, facts: Facts) -> None:
        """Raise Faults with everything that does not hold yet."""
        faults = self.faults(facts)
        if faults:
            raise Faults(faults)


class Lifecycle(Generic[State, Facts]):
    """The moves of one kind of thing. ``otherwise`` makes the error of a move that is none from its two states; without
    it, what else the operation asks lets nobody come there, and asking is a bug: ``ValueError``."""

    def __init__(self, otherwise: Callable[[State, State], PilarError] | None, *moves: Move[State, Facts]) -> None:
        self.all = moves
        self._otherwise = otherwise

    def moves(self, state: State) -> tuple[Move[State, Facts], ...]:
        """The moves that a state has."""
        return tuple(move for move in self.all if move.source is state)

    def find(self, source: State, target: State) -> Move[State, Facts] | None:
        """The move between two states, if there is one."""
        return next((move for move in self.all if (move.source, move.target) == (source, target)), None)

    def move(self, source: State, target: State) -> Move[State, Facts]:
        """The move between two states; raises the error of a move that is none."""
        move = self.find(source, target)
        if move is None:
            if self._otherwise is None:
                raise ValueError(f"there is no move from {source} to {target}")
            raise self._otherwise(source, target)
        return move

    def asks(self, state: State, condition: Callable[[Facts], Fault | None]) -> bool:
        """Return whether a move from this state looks at ``condition``: what none looks at need not be read."""
        return any(condition in move.conditions for move in self.moves(state))

    def diagram(self, names: Mapping[State, str]) -> str:
        """The moves as Mermaid draws them, each state by its name; a thing begins in the first state."""
        states = [*type(self.all[0].source)]
        lines = ["stateDiagram-v2", *(f"    {state} : {names[state]}" for state in states), f"    [*] --> {states[0]}"]
        lines += [f"    {move.source} --> {move.target} : {move.name or move.made_by}" for move in self.all]
        ends = [state for state in states if not self.moves(state)]
        return "\n".join([*lines, *(f"    {state} --> [*]" for state in ends)])
