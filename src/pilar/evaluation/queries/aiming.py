"""A target of the master plan that would lift the index, on its way into the next version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from pilar.evaluation.models import Assessment
from pilar.evaluation.queries.answer_rows import AssessmentHeader
from pilar.evaluation.queries.answers import header_of
from pilar.evaluation.queries.cases import assessment_to
from pilar.evaluation.rules.authority import Action
from pilar.masterplan import queries as plans
from pilar.masterplan.queries import OriginatedRow, ProgrammeRow, VersionRow, year_figures
from pilar.masterplan.rules import authority as plan_authority
from pilar.masterplan.rules.content import Target
from pilar.masterplan.rules.proposals import Origin
from pilar.people.rules import PUBLIC, NotAllowed, NotFound, Standing
from pilar.platform.errors import PilarError


@dataclass(frozen=True, slots=True)
class ToAim:
    """A target of the plan that is law, and the ``version`` that is being written, None for none. ``years``: those of
    its plan from that of the evaluation on; ``proposals``: what came of the target already."""

    header: AssessmentHeader
    law: VersionRow
    programme: ProgrammeRow
    target: Target
    version: VersionRow | None
    years: tuple[int, ...]
    proposals: tuple[OriginatedRow, ...]


def to_aim(key: int, programme: str, number: int, *, by: Standing, now: datetime) -> ToAim:
    """A target for anyone who sets another: the coordinator. Raises NotFound, NotAllowed."""
    assessment, case = assessment_to(by, key, Action.PLAN_STEPS)
    if not aims(by, case.region):
        raise NotAllowed
    law, row, target = aimed_at(assessment, programme, number, now=now)
    header, version = header_of(assessment), plans.version_being_written(case.region, scope=by)
    return ToAim(
        header=header,
        law=law,
        programme=row,
        target=target,
        version=version,
        years=() if version is None else _years(version, header.year),
        proposals=plans.originated(Origin.MEASURE, [origin_key(key, programme, number)], scope=by),
    )


def aims(by: Standing, region: str) -> bool:
    """Return whether somebody writes proposals of a region that no call asked for."""
    return plan_authority.holds(by, plan_authority.Action.EDIT_PROPOSALS, plan_authority.Case(region))


def aimed_at(
    assessment: Assessment, programme: str, number: int, *, now: datetime
) -> tuple[VersionRow, ProgrammeRow, Target]:
    """The version that is law in the year of an assessment, and a target of it. Raises :class:`NotFound`."""
    header = header_of(assessment)
    figures = year_figures(header.region_code, header.year, scope=PUBLIC, now=now)
    if figures is None:
        raise NotFound
    row = plans.programme(figures.version, programme)
    target = next((target for target in row.content.targets if target.number == number), None)
    if target is None:
        raise NotFound
    return figures.version, row, target


def origin_key(assessment: int, programme: str, number: int) -> str:
    """Return what names a target, set for an assessment, among what gives rise to proposals."""
    return f"{assessment} {programme} {number}"


def origin_keys(law: VersionRow, programme: ProgrammeRow) -> frozenset[str]:
    """Return what names the targets of a programme, set for any assessment of a year of its plan. One query."""
    years = (law.plan.first_year, law.plan.last_year)
    rows = Assessment.objects.filter(participation__region=law.plan.region, phase__campaign__year__range=years)
    assessments = rows.order_by().values_list("pk", flat=True)
    return frozenset(
        origin_key(assessment, programme.code, target.number)
        for assessment in assessments
        for target in programme.content.targets
    )


def address_of(key: str, scope: Standing) -> str:
    """The page of what measures would lift, for anyone who reads it; empty for anybody else."""
    assessment = key.partition(" ")[0]
    if not (assessment.isascii() and assessment.isdigit()):
        return ""
    try:
        assessment_to(scope, int(assessment), Action.PLAN_STEPS)
    except PilarError:
        return ""
    return reverse("evaluation:measure-steps", args=[assessment])


def _years(version: VersionRow, since: int) -> tuple[int, ...]:
    return tuple(range(max(version.plan.first_year, since), version.plan.last_year + 1))
