"""A nurse applies, the front office accepts, the health office recommends, the back office decides, the head signs."""

from __future__ import annotations

from permits.world import DAY, NOW, World
from pilar.permits.models import CaseEvent, Task
from pilar.permits.rules.cases import CaseState, Outcome


def kinds(world: World) -> list[str]:
    return [
        f"{kind} {stage}".strip()
        for kind, stage in CaseEvent.objects.filter(case=world.case).values_list("kind", "stage")
    ]


def test_nurse_applies_until_the_head_signs(world: World) -> None:
    assert world.submit() == "P3603-2026-00001"
    row = world.row()
    assert (row.state, row.due_at, world.open_stages()) == (CaseState.SUBMITTED, None, {"check"})
    world.accept()
    assert world.open_stages() == {"health"}
    assert world.row().due_at is not None
    world.recommend()
    assert world.open_stages() == {"decide"}
    world.decide()
    world.sign()
    assert (world.row().state, world.open_stages()) == (CaseState.SIGNING, set())
    assert kinds(world) == [
        "drafted", "submitted", "opened check", "accepted", "done check", "opened health", "done health",
        "opened decide", "decided decide", "done decide", "opened sign", "done sign", "signed sign",
    ]  # fmt: skip


def test_visit_and_recommendation_join_before_the_decision(world: World) -> None:
    world.submit(beds=12)
    world.accept()
    assert world.open_stages() == {"health", "visit"}
    world.recommend()
    assert world.open_stages() == {"visit"}
    world.visit()
    assert world.open_stages() == {"decide"}


def test_head_signs_a_refusal(world: World) -> None:
    world.to_sign(Outcome.REFUSED, reason="unmet")
    world.sign()
    row = world.row()
    assert (row.state, row.closed_at is not None) == (CaseState.REFUSED, True)
    assert Task.objects.get(case=world.case, stage="sign").outcome == Outcome.REFUSED
    assert row.accepted_at is not None
    assert row.accepted_at < NOW + DAY
