"""What the chair may change of an agreed region while the panels work."""

from __future__ import annotations

from decimal import Decimal

import pytest

from evaluation.cycle.panel import finish, mark_all, settled_version
from evaluation.cycle.world import NOW, World
from pilar.evaluation import operations
from pilar.evaluation.models import AgreedMark
from pilar.evaluation.rules.authority import WrongState
from pilar.evaluation.rules.stages import AssessmentState, PhaseState, Settlement
from pilar.platform.models import AuditEvent

D = Decimal
EVERYBODY_ELSE = ["secretariat", "coordinator", "verifier", "contributor"]


def agreed(key: int) -> dict[str, tuple[Decimal, str]]:
    return {row.node: (row.value, row.how) for row in AgreedMark.objects.filter(assessment=key)}


def test_the_chair_settles_an_agreed_region_anew_while_the_panels_work(world: World, key: int) -> None:
    mark_all(world, key)
    assert world.assessment().state == AssessmentState.AGREED
    world.set_phase(PhaseState.REVIEW)
    operations.settle_mark(
        by=world.who("chair"),
        assessment=key,
        node="policy",
        value=D(2),
        reason="Menurut wawancara",
        seen_version=settled_version(key),
        now=NOW,
    )
    assert agreed(key)["policy"] == (2, Settlement.CHAIR)
    assert world.assessment().state == AssessmentState.AGREED
    assert AuditEvent.objects.filter(action="agree").count() == 1


def test_reopening_a_marking_of_an_agreed_region_takes_the_agreement_back(world: World, key: int) -> None:
    mark_all(world, key)
    operations.reopen_marking(
        by=world.who("chair"), assessment=key, assessor=world.key("assessor1"), reason="Bukti baru", now=NOW
    )
    assert world.assessment().state == AssessmentState.SUBMITTED
    assert world.assessment().agreed_at is None
    assert agreed(key) == {}
    finish(world, key, "assessor1")
    assert world.assessment().state == AssessmentState.AGREED


def test_what_the_panels_have_closed_stays(world: World, key: int) -> None:
    mark_all(world, key)
    world.set_phase(PhaseState.AGREED)
    with pytest.raises(WrongState):
        operations.settle_mark(
            by=world.who("chair"),
            assessment=key,
            node="policy",
            value=D(2),
            reason="Terlambat",
            seen_version=0,
            now=NOW,
        )
