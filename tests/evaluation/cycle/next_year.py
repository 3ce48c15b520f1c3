"""The year after: a campaign of its own, set against the published phase II of the small world."""

from __future__ import annotations

from decimal import Decimal

from evaluation.cycle.agreed import LATER, LETTER_DATE, MARKS, published
from evaluation.cycle.world import CLOSES, NOW, OPENS, OWN, REGIONS, World
from pilar.evaluation.models import (
    AgreedMark,
    Assessment,
    Campaign,
    CampaignGroup,
    Instrument,
    Participation,
    Phase,
)
from pilar.evaluation.operations import results
from pilar.evaluation.rules.stages import AssessmentState, PhaseState

NEXT = "2027-uji"
BETTER = {"policy": "4", "survey": "4"}
"""What Kabupaten Tangerang gains: output (4 + 4) / 2 = 4, outcome (4 + 2 + 4) / 3; 0.4 × 4 + 0.6 × 10/3 = 3.6."""


def publish_next_year(world: World, instrument: str = "cycle-test") -> None:
    """Phase II of this year and phase I of the next are published."""
    published(world, 2)
    campaign = Campaign.objects.create(
        code=NEXT,
        year=2027,
        title_id="Evaluasi uji 2027",
        title_en="Test evaluation 2027",
        instrument=Instrument.objects.get(code=instrument),
        previous=world.campaign,
        synthetic=True,
    )
    group = CampaignGroup.objects.create(campaign=campaign, code="regular", title_id="Reguler", title_en="Regular")
    phase = Phase.objects.create(campaign=campaign, number=1, opens_at=OPENS, closes_at=CLOSES, state=PhaseState.AGREED)
    for region in REGIONS:
        participation = Participation.objects.create(campaign=campaign, region_id=region, group=group)
        assessment = Assessment.objects.create(
            participation=participation,
            phase=phase,
            state=AssessmentState.AGREED,
            submitted_at=NOW,
            submitted_by_id=world.key("coordinator", region),
            agreed_at=NOW,
        )
        marks = MARKS[region] | (BETTER if region == OWN else {})
        for node, value in marks.items():
            AgreedMark.objects.create(assessment=assessment, node=node, value=Decimal(value), how="unanimous")
    secretariat, who = world.who("secretariat"), {"campaign": NEXT, "phase": 1}
    results.compute_results(by=secretariat, **who, now=NOW)
    results.approve_results(by=world.who("approver"), **who, version=1, now=LATER)
    Phase.objects.filter(pk=phase.pk).update(state=PhaseState.FINAL, objection_until=NOW)
    results.publish_results(
        by=secretariat, **who, version=1, letter_number="B-1/EVAL/2027", letter_date=LETTER_DATE, now=LATER
    )
