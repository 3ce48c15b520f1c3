"""The practice campaign of the demonstration: one region, nearly everything answered and marked beforehand, so that the
example accounts can take it from answers to publication in minutes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pilar.evaluation.models import Assessment
from pilar.evaluation.operations.allocation import allocate
from pilar.evaluation.operations.campaigns import create_campaign
from pilar.evaluation.operations.drawing import Drawn
from pilar.evaluation.operations.panels import seat
from pilar.evaluation.operations.participation import invite_regions
from pilar.evaluation.operations.phases import move_phase
from pilar.evaluation.rules.answers import leaves_below
from pilar.evaluation.rules.campaigns import CampaignRules, GroupPlan
from pilar.evaluation.rules.demonstration import (
    OFFICES,
    PRACTICE,
    PREVIOUS,
    REGION,
    SYNTHETIC,
    TO_ANSWER,
    draw_marks,
    periods,
)
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.rules import Role, Standing

RULES = CampaignRules(
    title_id="Latihan contoh 2026: Kabupaten Tangerang saja (instrumen 2024, asumsi)",
    title_en="Synthetic practice 2026: Kabupaten Tangerang alone (instrument of 2024, assumption)",
    smallest_panel=2,
)
"""A panel of the two example assessors, who are fewer than a real panel."""


def make_practice(
    *, by: Standing, people: Mapping[Role, Standing], offices: Mapping[str, int], drawn: Drawn, now: datetime
) -> None:
    """Make the campaign through the operations of its people; answers and marks are added to ``drawn``.

    What assessors will have marked lies there before the desk check, and shows when it begins.
    """
    instrument = drawn.instrument
    create_campaign(
        by=by,
        code=PRACTICE,
        year=2026,
        instrument=(instrument.code, instrument.version),
        rules=RULES,
        periods=tuple(periods(now).values()),
        groups=(GroupPlan("regular", "Reguler", "Regular"),),
        previous=PREVIOUS,
        synthetic=True,
    )
    invite_regions(by=by, campaign=PRACTICE, group="regular", regions=(REGION,), now=now)
    panel = [int(people[role].actor.key) for role in (Role.PANEL_CHAIR, Role.ASSESSOR)]
    for place, assessor in enumerate(panel):
        seat(by=by, campaign=PRACTICE, region=REGION, assessor=assessor, is_chair=place == 0, now=now)
    own = Assessment.objects.get(phase__campaign__code=PRACTICE, phase__number=1)
    coordinator = people[Role.COORDINATOR]
    move_phase(by=by, campaign=PRACTICE, phase=1, target=PhaseState.OPEN, now=now)
    for office, branches in OFFICES.items():
        allocate(by=coordinator, assessment=own.pk, nodes=branches, office=offices[office], now=now)
    answered = [
        leaf
        for branches in OFFICES.values()
        for branch in branches
        for leaf in leaves_below(instrument, branch)
        if leaf.code not in TO_ANSWER
    ]
    account = int(coordinator.actor.key)
    drawn.answer(own, REGION, dict.fromkeys((leaf.code for leaf in answered), account), now - timedelta(days=1))
    for leaf in answered:
        given = draw_marks(leaf, instrument.scale, drawn.strength(REGION), drawn.draw)
        drawn.marks += [
            (own.pk, leaf.code, assessor, value, SYNTHETIC, 1, now)
            for assessor, value in zip(panel, given, strict=False)
        ]
