"""A phase whose panels have agreed, and the steps from there to publication."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from evaluation.cycle.world import CODE, FAR, NEIGHBOUR, NOW, OWN, REGIONS, World
from pilar.evaluation.models import AgreedMark, Finding
from pilar.evaluation.operations import results
from pilar.evaluation.rules.stages import AssessmentState, PhaseState

LETTER = "B-12/EVAL/2026"
LETTER_DATE = date(2026, 3, 1)
LATER = NOW + timedelta(hours=1)
DECIDED = datetime(2026, 3, 20, 8, tzinfo=UTC)

MARKS = {
    OWN: {"policy": "3", "budget": "4", "programmes": "4", "poverty": "2", "survey": "3.25"},
    NEIGHBOUR: {"policy": "3", "budget": "4", "programmes": "4", "poverty": "2", "survey": "3.25"},
    FAR: {"policy": "1", "budget": "2", "programmes": "3", "poverty": "1", "survey": "2.5"},
}
"""Two regions alike, and one below them: 0.4 × 3.5 + 0.6 × 37/12 = 3.25, and 0.4 × 1.5 + 0.6 × 6.5/3 = 1.9."""


def agree(world: World, number: int = 1, state: PhaseState = PhaseState.AGREED) -> None:
    """Every region has its agreed marks."""
    for region in REGIONS:
        assessment = world.assessment(region, number)
        AgreedMark.objects.bulk_create(
            AgreedMark(assessment=assessment, node=node, value=Decimal(value), how="unanimous")
            for node, value in MARKS[region].items()
        )
        world.set_assessment(AssessmentState.AGREED, region, number)
    world.set_phase(state, number)


def recommend(world: World, text: str = "Tetapkan peraturan kepala daerah", region: str = OWN, number: int = 1) -> int:
    return Finding.objects.create(
        assessment=world.assessment(region, number),
        kind=Finding.Kind.RECOMMENDATION,
        node="policy",
        text=text,
        written_by_id=world.key("chair"),
    ).pk


def compute(world: World, number: int = 1, reason: str = "") -> results.Computed:
    return results.compute_results(by=world.who("secretariat"), campaign=CODE, phase=number, reason=reason, now=NOW)


def approve(world: World, number: int = 1, version: int = 1) -> None:
    results.approve_results(by=world.who("approver"), campaign=CODE, phase=number, version=version, now=LATER)


def publish(world: World, number: int = 1, version: int = 1, letter: str = LETTER) -> None:
    results.publish_results(
        by=world.who("secretariat"),
        campaign=CODE,
        phase=number,
        version=version,
        letter_number=letter,
        letter_date=LETTER_DATE,
        now=LATER,
    )


def published(world: World, number: int = 1) -> None:
    """From agreed marks to publication."""
    agree(world, number)
    compute(world, number)
    approve(world, number)
    world.set_phase(PhaseState.FINAL, number)
    publish(world, number)
