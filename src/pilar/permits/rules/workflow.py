"""Decide which stages of a case open next, by its service's definition. Pure.

A stage opens when all stages before it are done; a stage whose condition does not hold is skipped. Several stages can
be open at the same time. If a case goes back to an earlier stage, all stages after it are repeated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pilar.permits.rules.cases import EventKind, Outcome
from pilar.permits.rules.expressions import parse


@dataclass(frozen=True, slots=True)
class Step:
    """An event of a case; ``to`` is the stage that it was sent back to."""

    kind: EventKind
    stage: str = ""
    outcome: str = ""
    to: str = ""


class Stage(Protocol):
    """The parts of a stage that its order depends on; ``services.Stage`` has them."""

    @property
    def key(self) -> str: ...
    @property
    def after(self) -> Sequence[str]: ...
    @property
    def when(self) -> str: ...


AnyStage = TypeVar("AnyStage", bound=Stage)


def applying(stages: Iterable[AnyStage], answers: Mapping[str, Any]) -> tuple[AnyStage, ...]:
    """The stages that a case passes, given these answers."""
    return tuple(stage for stage in stages if not stage.when or parse(stage.when).holds(answers))


def opening(
    stages: Sequence[AnyStage], answers: Mapping[str, Any], *, done: Collection[str], open_: Collection[str]
) -> tuple[AnyStage, ...]:
    """The stages that open now: neither done nor open, and with all earlier stages done."""
    mine = {stage.key for stage in applying(stages, answers)}
    before = {stage.key: stage.after for stage in stages}

    def passed(key: str) -> bool:
        return key in done if key in mine else all(passed(stage) for stage in before[key])

    return tuple(
        stage for stage in stages
        if stage.key in mine and stage.key not in done and stage.key not in open_
        and all(passed(key) for key in stage.after)
    )  # fmt: skip


def undone(stages: Sequence[Stage], to: str) -> frozenset[str]:
    """The stage that a case goes back to and all that come after it."""
    reached, grown = {to}, 0
    while grown != len(reached):
        grown = len(reached)
        reached |= {stage.key for stage in stages if reached & set(stage.after)}
    return frozenset(reached)


def done(stages: Sequence[Stage], steps: Iterable[Step]) -> frozenset[str]:
    """The stages that are done and need not be repeated."""
    done = set[str]()
    for step in steps:
        if step.kind is EventKind.DONE and step.outcome != Outcome.DROPPED:
            done.add(step.stage)
        elif step.kind in (EventKind.SENT_BACK, EventKind.REOPENED):
            done -= undone(stages, step.to)
    return frozenset(done)
