"""A process that is killed at any statement of sending, accepting or signing leaves everything or nothing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from kit.killed import killed_at_every_statement
from permits.world import DAY, NOW, World
from pilar.permits import operations as do
from pilar.permits.models import Case, CaseEvent, CaseFile, Task
from pilar.platform.models import DocumentNumber, Receipt


def _drafted(world: World) -> None:
    world.begin()
    world.fill()
    world.attach("ktp", "str")


def _sent(world: World) -> None:
    world.submit()


def _to_sign(world: World) -> None:
    world.to_sign()


ACTS: dict[str, tuple[Callable[[World], None], Callable[[World], Callable[[], object]]]] = {
    "submit": (_drafted, lambda w: lambda: do.submit(by=w.who("nurse"), case=w.case, key=UUID(int=3), now=NOW)),
    "check": (_sent, lambda w: lambda: do.pass_check(by=w.who("front"), case=w.case, now=NOW)),
    "sign": (_to_sign, lambda w: lambda: do.sign_case(by=w.who("head"), case=w.case, stage="sign", now=NOW + 2 * DAY)),
}


def stored() -> list[object]:
    rows = (Case, CaseEvent, Task, CaseFile, DocumentNumber, Receipt)
    return [list(model.objects.order_by("pk").values()) for model in rows]


@pytest.mark.parametrize("name", ACTS)
def test_everything_or_nothing(committed_world: World, name: str) -> None:
    before, act_of = ACTS[name]
    before(committed_world)
    act, nothing = act_of(committed_world), stored()
    assert killed_at_every_statement(act, stored=stored, nothing=nothing) > 10
    assert stored() != nothing
