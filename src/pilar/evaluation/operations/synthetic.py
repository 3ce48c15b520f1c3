"""A large campaign of made-up data, to measure speed with: every page of it says that its data are synthetic."""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from pilar import index
from pilar.areas.models import Region
from pilar.evaluation.models import (
    AgreedMark,
    Answer,
    Assessment,
    Campaign,
    CampaignGroup,
    Instrument,
    Mark,
    MarkingDone,
    Participation,
    Phase,
    Seat,
)
from pilar.evaluation.operations.copying import NULL, copy_rows
from pilar.evaluation.operations.published import add_instrument
from pilar.evaluation.rules import authority
from pilar.evaluation.rules.agreement import agree
from pilar.evaluation.rules.authority import Action, Case
from pilar.evaluation.rules.campaigns import CampaignCodeTaken
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.evaluation.rules.synthetic import document
from pilar.people.operations import create_account
from pilar.people.rules import Role, Standing
from pilar.platform import audit

REGIONS_EACH = 31
"""Regions of one assessor, about as many as 48 assessors had for 241 regions of six seats in 2024."""


@transaction.atomic
def build_large_campaign(
    *, by: Standing, code: str, year: int, regions: int, panel: int, seed: int, now: datetime
) -> int:
    """Make a campaign with everything marked in both phases: 100 indicators a region, ``panel`` marks each.

    The same seed draws the same marks. Returns how many marks there are. Raises :class:`CampaignCodeTaken`.
    """
    authority.require(by, Action.CREATE_CAMPAIGN, Case(), known=True)
    if Campaign.objects.filter(code=code).exists():
        raise CampaignCodeTaken(campaign=code)
    text = document()
    instrument = index.parse_instrument(text, name="synthetic")
    add_instrument(by=by, instrument=instrument, document=text)
    campaign = Campaign.objects.create(
        code=code,
        year=year,
        title_id=f"Evaluasi contoh {year}",
        title_en=f"Synthetic evaluation {year}",
        instrument=Instrument.objects.get(code=instrument.code, version=instrument.version),
        synthetic=True,
    )
    audit.record(
        by=by.actor, action="build-synthetic", target="evaluation.campaign", key=code, after={"regions": regions}
    )
    participations = _participations(campaign, regions)
    panels = _panels(by, code, participations, panel, now)
    assessments = _assessments(campaign, participations, now)
    marks = _Marks(instrument, random.Random(seed), panels, now)  # noqa: S311 - made-up marks, no secret
    for assessment in assessments:
        marks.draw(assessment)
    marks.save()
    return len(marks.marks)


def synthetic_address(code: str, number: int) -> str:
    """E-mail address of one of the made-up assessors of a campaign, counted from 1; chairs come first."""
    return f"asesor{number}.{code}@data-contoh.invalid"


def _participations(campaign: Campaign, regions: int) -> list[Participation]:
    groups = [
        CampaignGroup.objects.create(campaign=campaign, code=code, title_id=title_id, title_en=title_en)
        for code, title_id, title_en in (("regular", "Reguler", "Regular"), ("new", "Baru", "New"))
    ]
    codes = Region.objects.filter(ended_at=None).order_by("code").values_list("code", flat=True)[:regions]
    return Participation.objects.bulk_create(
        Participation(campaign=campaign, region_id=code, group=groups[position % 5 == 0])
        for position, code in enumerate(codes)
    )


def _panels(
    by: Standing, code: str, participations: Sequence[Participation], size: int, now: datetime
) -> dict[int, list[int]]:
    """The assessors of each participation, its chair first."""
    count = max(size, -(-len(participations) * size // REGIONS_EACH))
    chairs = max(1, count // size)
    accounts = [
        create_account(
            by=by,
            email=synthetic_address(code, number),
            name=f"Asesor contoh {number}",
            role=Role.PANEL_CHAIR if number <= chairs else Role.ASSESSOR,
            password=secrets.token_urlsafe(24),
            now=now,
        )
        for number in range(1, count + 1)
    ]
    others, panels = accounts[chairs:], {}
    for position, participation in enumerate(participations):
        first = position * (size - 1)
        rest = [others[(first + place) % len(others)] for place in range(size - 1)]
        panels[participation.pk] = [accounts[position % chairs], *rest]
    Seat.objects.bulk_create(
        Seat(participation_id=participation, assessor_id=assessor, is_chair=place == 0)
        for participation, panel in panels.items()
        for place, assessor in enumerate(panel)
    )
    return panels


def _assessments(campaign: Campaign, participations: Sequence[Participation], now: datetime) -> list[Assessment]:
    phases = Phase.objects.bulk_create(
        Phase(
            campaign=campaign,
            number=number,
            state=PhaseState.AGREED,
            opens_at=now - timedelta(days=60),
            closes_at=now - timedelta(days=30),
        )
        for number in (1, 2)
    )
    return Assessment.objects.bulk_create(
        Assessment(
            participation=participation,
            phase=phase,
            state=AssessmentState.AGREED,
            submitted_at=now - timedelta(days=30),
            agreed_at=now,
        )
        for phase in phases
        for participation in participations
    )


class _Marks:
    """Draws the marks of every assessment and writes them at once."""

    def __init__(
        self, instrument: index.Instrument, draw: random.Random, panels: dict[int, list[int]], now: datetime
    ) -> None:
        self.marks: list[tuple[Any, ...]] = []
        self._answers: list[tuple[Any, ...]] = []
        self._agreed: list[tuple[Any, ...]] = []
        self._done: list[tuple[Any, ...]] = []
        self._leaves = instrument.leaves
        self._draw, self._panels, self._now = draw, panels, now

    def draw(self, assessment: Assessment) -> None:
        """The marks of one region, one level apart at most: the rule of agreement settles them all."""
        panel, draw = self._panels[assessment.participation_id], self._draw
        strength = draw.uniform(1.2, 3.4)
        for leaf in self._leaves:
            levels = _levels(leaf)
            base = min(max(round(draw.gauss(strength, 0.9)), 0), 3)
            given = [Decimal(base + (draw.random() < 0.3)) for _ in panel]
            settled = agree(given, levels, chair=given[0])
            self._answers.append((assessment.pk, leaf.code, given[0], False, "Data contoh", "", 1))
            self.marks += [
                (assessment.pk, leaf.code, assessor, value, "Data contoh", 1)
                for assessor, value in zip(panel, given, strict=True)
            ]
            self._agreed.append((assessment.pk, leaf.code, settled.value, settled.how.value, "", NULL))
        self._done += [(assessment.pk, assessor) for assessor in panel]

    def save(self) -> None:
        """Write them by COPY."""
        answered = ("assessment_id", "node", "mark", "not_applicable", "explanation", "source", "version")
        copy_rows(Answer._meta.db_table, answered, self._answers)
        copy_rows(
            Mark._meta.db_table, ("assessment_id", "node", "assessor_id", "value", "reason", "version"), self.marks
        )
        copy_rows(MarkingDone._meta.db_table, ("assessment_id", "assessor_id"), self._done)
        agreed = ("assessment_id", "node", "value", "how", "reason", "settled_by_id")
        copy_rows(AgreedMark._meta.db_table, agreed, self._agreed)


def _levels(leaf: index.Node) -> tuple[Decimal, ...]:
    assert isinstance(leaf.mark, index.LevelMark)
    return tuple(level.value for level in leaf.mark.levels)
