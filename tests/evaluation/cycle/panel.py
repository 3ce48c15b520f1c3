"""A panel at work: a handed-in region whose marks can be given in one line."""

from __future__ import annotations

from decimal import Decimal

from evaluation.cycle.world import LEAVES, NOW, OWN, World
from pilar.evaluation import operations
from pilar.evaluation.models import AgreedMark, Answer
from pilar.evaluation.rules.stages import AssessmentState, PhaseState

PANEL = ("chair", "assessor1", "assessor2")
SELF = {"policy": "3", "budget": "2", "programmes": "4", "poverty": "2", "survey": "3.2"}
"""What the region's answers amount to."""


def hand_in(world: World, region: str = OWN, phase: PhaseState = PhaseState.DESK_CHECK) -> int:
    """Answer everything, submit and begin the desk check; returns the key of the assessment."""
    assessment = world.assessment(region)
    answered = {
        "policy": {"mark": 3, "explanation": "Peraturan Bupati 7/2020"},
        "budget": {"mark": 2},
        "programmes": {"realised": 9, "planned": 10, "source": "Laporan kinerja"},
        "poverty": {"quantity": Decimal("6.93"), "source": "BPS"},
        "survey": {"mark": Decimal("3.2")},
    }
    for node, values in answered.items():
        Answer.objects.create(assessment=assessment, node=node, **values)
    world.set_phase(phase)
    world.set_assessment(AssessmentState.SUBMITTED, region)
    return assessment.pk


def give(world: World, key: int, who: str, **values: str | int) -> None:
    """Marks of one assessor; without ``values`` the region's own everywhere."""
    marks = [
        operations.NewMark(node, Decimal(str(values.get(node, SELF[node]))), "Sesuai bukti" if node in values else "")
        for node in LEAVES
    ]
    operations.save_marks(by=world.who(who), assessment=key, marks=marks, now=NOW)


def finish(world: World, key: int, who: str) -> None:
    operations.finish_marking(by=world.who(who), assessment=key, now=NOW)


def mark_all(world: World, key: int, **differing: dict[str, str | int]) -> None:
    """Everybody on the panel marks and finishes; ``assessor1={"policy": 1}`` says who gives what else."""
    for who in PANEL:
        give(world, key, who, **differing.get(who, {}))
        finish(world, key, who)


def settled_version(key: int, node: str = "policy") -> int:
    """The version of an agreed mark; 0 where there is none."""
    row = AgreedMark.objects.filter(assessment=key, node=node).first()
    return row.version if row else 0
