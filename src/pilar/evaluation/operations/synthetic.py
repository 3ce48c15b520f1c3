"""Made-up campaigns, written at once: for the demonstration, and a large one to measure speed with.

Every page of them says that their data are synthetic. Nobody is told of anything that is written here.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import transaction

from pilar import index
from pilar.areas.models import Region
from pilar.evaluation.models import (
    AgreedMark,
    Answer,
    Assessment,
    Campaign,
    Finding,
    Mark,
    MarkingDone,
    Participation,
    Phase,
    PhaseMove,
    Seat,
)
from pilar.evaluation.operations.campaigns import create_campaign
from pilar.evaluation.operations.published import add_instrument
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.rules import authority
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.authority import Action, Case
from pilar.evaluation.rules.campaigns import CampaignRules, GroupPlan, Period
from pilar.evaluation.rules.findings import FindingKind
from pilar.evaluation.rules.marking import agree, levels_of
from pilar.evaluation.rules.stages import AssessmentState, PhaseState, Settlement
from pilar.evaluation.rules.synthetic import document
from pilar.people.models import Membership, User
from pilar.people.operations import held
from pilar.people.rules import Role, Standing
from pilar.platform import audit
from pilar.platform.copying import copy_rows

REGIONS_EACH = 31
"""Regions of one assessor, about as many as 48 assessors had for 241 regions of six seats in 2024."""
SYNTHETIC = "Data contoh"
CHAIR_REASON = "Putusan ketua panel (data contoh)"
ANSWER = (
    "assessment_id", "node", "mark", "quantity", "realised", "planned", "not_applicable", "explanation", "source",
    "version", "changed_by_id", "changed_at",
)  # fmt: skip
MARK = ("assessment_id", "node", "assessor_id", "value", "reason", "version", "changed_at")
DONE = ("assessment_id", "assessor_id", "done_at")
AGREED = ("assessment_id", "node", "value", "how", "reason", "settled_by_id", "settled_at")


@dataclass(frozen=True, slots=True)
class NewFinding:
    """A finding of the panel's chair at the agreement."""

    kind: FindingKind
    node: str
    text: str


@dataclass(frozen=True, slots=True)
class Filled:
    """The assessment of a region by indicator: answers, their authors if given, and the marks of its panel, the chair's
    first."""

    region: str
    answers: Mapping[str, Given]
    answered_by: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[str, Sequence[Decimal]] = field(default_factory=dict)
    findings: Sequence[NewFinding] = ()
    handed_in: bool = True


@dataclass(frozen=True, slots=True)
class FilledPhase:
    """The content of a phase. ``moved``: the moments of its moves, from draft on; with ``agreed_at`` its marks are
    settled."""

    number: int
    filled: Sequence[Filled]
    moved: Sequence[datetime] = ()
    answered_at: datetime | None = None
    submitted_at: datetime | None = None
    marked_at: datetime | None = None
    agreed_at: datetime | None = None


@transaction.atomic
def add_assessors(*, by: Standing, code: str, count: int, chairs: int, now: datetime) -> list[int]:
    """Open accounts of made-up assessors, chairs first, without a way to sign in; returns their keys."""
    authority.require(by, Action.CREATE_CAMPAIGN, Case(), known=True)
    made = []
    for number in range(1, count + 1):
        user = User(email=synthetic_address(code, number), name=f"Asesor contoh {number}")
        user.set_unusable_password()
        made.append(user)
    User.objects.bulk_create(made)
    Membership.objects.bulk_create(
        Membership(user=user, role=Role.PANEL_CHAIR if place < chairs else Role.ASSESSOR, since=now)
        for place, user in enumerate(made)
    )
    after = {"count": count, "chairs": chairs}
    audit.record(by, "add-assessors", "evaluation.campaign", code, after=after)
    return [user.pk for user in made]


@transaction.atomic
def fill_campaign(
    *,
    by: Standing,
    campaign: str,
    groups: Mapping[str, Sequence[str]] | None = None,
    panels: Mapping[str, Sequence[int]] | None = None,
    phases: Sequence[FilledPhase] = (),
    now: datetime,
) -> list[dict[str, int]]:
    """Write into a synthetic campaign: regions by group, seats by region (the chair's first), and what phases hold.

    Who sits on a panel already stays. Returns of each of the phases the keys of its assessments by region. Raises
    NotAllowed, NotFound.
    """
    authority.require(by, Action.CREATE_CAMPAIGN, Case(), known=True)
    row = held(Campaign.objects.filter(synthetic=True).select_related("instrument"), code=campaign)
    _enter(row, groups or {}, now)
    _seat(row, panels or {}, now)
    rows = _Rows(row)
    keys = [_fill(by, row.phases.get(number=phase.number), phase, rows) for phase in phases]
    rows.save()
    audit.record(
        by=by.actor, action="build-synthetic", target="evaluation.campaign", key=campaign,
        after={"regions": row.participations.count(), "marks": len(rows.marks)},
    )  # fmt: skip
    return keys


@transaction.atomic
def build_large_campaign(
    *, by: Standing, code: str, year: int, regions: int, panel: int, seed: int, now: datetime
) -> int:
    """Make a campaign with everything marked in both phases: 100 indicators a region, ``panel`` marks each.

    The same seed draws the same marks. Returns how many marks there are. Raises :class:`CampaignCodeTaken`.
    """
    authority.require(by, Action.CREATE_CAMPAIGN, Case(), known=True)
    text = document()
    instrument = index.parse_instrument(text, name="synthetic")
    add_instrument(by=by, instrument=instrument, document=text)
    ends = [now - timedelta(days=days) for days in (90, 60, 30)]
    create_campaign(
        by=by,
        code=code,
        year=year,
        instrument=(instrument.code, instrument.version),
        rules=CampaignRules(f"Evaluasi contoh {year}", f"Synthetic evaluation {year}"),
        periods=[Period(*ends_of) for ends_of in pairwise(ends)],
        groups=[GroupPlan("regular", "Reguler", "Regular"), GroupPlan("new", "Baru", "New")],
        synthetic=True,
    )
    codes = list(Region.objects.filter(ended_at=None).order_by("code").values_list("code", flat=True)[:regions])
    count = max(panel, -(-regions * panel // REGIONS_EACH))
    chairs = max(1, count // panel)
    keys = add_assessors(by=by, code=code, count=count, chairs=chairs, now=now)
    others, draw = keys[chairs:], random.Random(seed)  # noqa: S311 - made-up marks, no secret
    phases = [
        FilledPhase(
            number,
            [_marked(instrument, region, panel, draw) for region in codes],
            moved=(opens_at, *[closes_at] * 4),
            answered_at=closes_at,
            submitted_at=closes_at,
            marked_at=now,
            agreed_at=now,
        )
        for number, (opens_at, closes_at) in enumerate(pairwise(ends), 1)
    ]
    fill_campaign(
        by=by,
        campaign=code,
        groups={"new": codes[::5], "regular": [code for place, code in enumerate(codes) if place % 5]},
        panels={
            region: [
                keys[place % chairs],
                *(others[(place * (panel - 1) + seat) % len(others)] for seat in range(panel - 1)),
            ]
            for place, region in enumerate(codes)
        },
        phases=phases,
        now=now,
    )
    return sum(len(marks) for phase in phases for filled in phase.filled for marks in filled.marks.values())


def synthetic_address(code: str, number: int) -> str:
    """E-mail address of one of the made-up assessors of a campaign, counted from 1; chairs come first."""
    return f"asesor{number}.{code}@data-contoh.invalid"


def _marked(instrument: index.Instrument, region: str, panel: int, draw: random.Random) -> Filled:
    """The marks of one region, one level apart at most: the rule of agreement settles them all."""
    strength = draw.uniform(1.2, 3.4)
    marks = {}
    for leaf in instrument.leaves:
        base = min(max(round(draw.gauss(strength, 0.9)), 0), 3)
        marks[leaf.code] = [Decimal(base + (draw.random() < 0.3)) for _seat in range(panel)]
    answers = {node: Given(mark=given[0], explanation=SYNTHETIC) for node, given in marks.items()}
    return Filled(region, answers, marks=marks)


def _enter(campaign: Campaign, groups: Mapping[str, Sequence[str]], now: datetime) -> None:
    """Let regions take part, with an assessment for each phase."""
    known = {group.code: group for group in campaign.groups.all()}
    group_of = {region: known[group] for group, regions in groups.items() for region in regions}
    made = Participation.objects.bulk_create(
        Participation(campaign=campaign, region_id=region, group=group, invited_at=now)
        for region, group in sorted(group_of.items())
    )
    Assessment.objects.bulk_create(
        Assessment(participation=participation, phase=phase)
        for phase in campaign.phases.order_by("number")
        for participation in made
    )


def _seat(campaign: Campaign, panels: Mapping[str, Sequence[int]], now: datetime) -> None:
    known = dict(campaign.participations.values_list("region", "pk"))
    Seat.objects.bulk_create(
        (
            Seat(participation_id=known[region], assessor_id=key, is_chair=place == 0, seated_at=now)
            for region, panel in panels.items()
            for place, key in enumerate(panel)
        ),
        ignore_conflicts=True,
    )


def _fill(by: Standing, phase: Phase, given: FilledPhase, rows: _Rows) -> dict[str, int]:
    """Write what a phase holds; returns the keys of its assessments by region."""
    _move(by, phase, given.moved)
    rows_of = {
        assessment.participation.region_id: assessment
        for assessment in phase.assessments.select_related("participation")
    }
    changed = []
    for filled in given.filled:
        assessment = rows_of[filled.region]
        rows.take(assessment, filled, given)
        if filled.handed_in and given.submitted_at is not None:
            agreed = given.agreed_at is not None
            assessment.state = AssessmentState.AGREED if agreed else AssessmentState.SUBMITTED
            assessment.submitted_at, assessment.agreed_at = given.submitted_at, given.agreed_at
            changed.append(assessment)
    Assessment.objects.bulk_update(changed, ["state", "submitted_at", "agreed_at"])
    return {region: assessment.pk for region, assessment in rows_of.items()}


def _move(by: Standing, phase: Phase, moments: Sequence[datetime]) -> None:
    """Move a phase from draft on, once at each moment."""
    states = list(PhaseState)
    PhaseMove.objects.bulk_create(
        PhaseMove(phase=phase, from_state=source, to_state=target, by_key=by.actor.key, by_name=by.actor.name,
                  moved_at=moment)
        for moment, (source, target) in zip(moments, pairwise(states), strict=False)
    )  # fmt: skip
    if moments:
        phase.state = states[len(moments)]
        phase.save(update_fields=["state"])


class _Rows:
    """Rows of assessments, written by COPY."""

    def __init__(self, campaign: Campaign) -> None:
        self._tree = tree_of(campaign.instrument)
        self._panels: dict[int, list[int]] = {}
        seats = Seat.objects.filter(participation__campaign=campaign).order_by("-is_chair", "pk")
        for participation, assessor in seats.values_list("participation", "assessor"):
            self._panels.setdefault(participation, []).append(assessor)
        self.marks: list[tuple[Any, ...]] = []
        self._answers: list[tuple[Any, ...]] = []
        self._done: list[tuple[Any, ...]] = []
        self._agreed: list[tuple[Any, ...]] = []
        self._findings: list[Finding] = []

    def take(self, assessment: Assessment, filled: Filled, phase: FilledPhase) -> None:
        """Collect a region's answers, its panel's marks and, if the panel has agreed, the results."""
        for node, given in filled.answers.items():
            numbers = (given.mark, given.quantity, given.realised, given.planned)
            account = filled.answered_by.get(node)
            texts = (given.explanation, given.source)
            self._answers.append((assessment.pk, node, *numbers, False, *texts, 1, account, phase.answered_at))
        panel = self._panels.get(assessment.participation_id, [])
        for node, marks in filled.marks.items():
            self.marks += [
                (assessment.pk, node, assessor, value, SYNTHETIC, 1, phase.marked_at)
                for assessor, value in zip(panel, marks, strict=False)
            ]
        if phase.agreed_at is not None:
            self._done += [(assessment.pk, assessor, phase.marked_at) for assessor in panel]
            self._agreed += self._settled(assessment, filled, panel, phase.agreed_at)
            self._findings += [
                Finding(assessment=assessment, kind=finding.kind, node=finding.node, text=finding.text,
                        written_by_id=panel[0], written_at=phase.agreed_at)
                for finding in filled.findings
            ]  # fmt: skip

    def _settled(
        self, assessment: Assessment, filled: Filled, panel: Sequence[int], at: datetime
    ) -> Iterator[tuple[Any, ...]]:
        for node, marks in filled.marks.items():
            agreement = agree(marks, levels_of(self._tree.node(node), self._tree.scale), chair=marks[0])
            if agreement.value is None:
                yield assessment.pk, node, marks[0], Settlement.CHAIR.value, CHAIR_REASON, panel[0], at
            else:
                chair = panel[0] if agreement.how is Settlement.CHAIR else None
                yield assessment.pk, node, agreement.value, agreement.how.value, "", chair, at

    def save(self) -> None:
        copy_rows(Answer._meta.db_table, ANSWER, self._answers)
        copy_rows(Mark._meta.db_table, MARK, self.marks)
        copy_rows(MarkingDone._meta.db_table, DONE, self._done)
        copy_rows(AgreedMark._meta.db_table, AGREED, self._agreed)
        Finding.objects.bulk_create(self._findings)
