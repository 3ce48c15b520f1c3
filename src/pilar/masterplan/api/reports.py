"""Quarterly reports and progress by the API."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from pilar.index import round_published
from pilar.masterplan import operations, queries
from pilar.masterplan.api.report_schemas import (
    PlanDue,
    PlanFigure,
    PlanOfficeLate,
    PlanProgrammeHistory,
    PlanProgrammeProgress,
    PlanProgress,
    PlanQuarter,
    PlanReport,
    PlanReported,
    PlanReportIn,
    PlanRule,
    PlanStanding,
    PlanTotal,
    QuarterText,
)
from pilar.masterplan.api.schemas import PlanProblem
from pilar.masterplan.queries import ReportRow, VersionRow
from pilar.masterplan.queries.due import late_reports, own_reports
from pilar.masterplan.queries.progress import ProgrammeProgress, programme_history
from pilar.masterplan.queries.progress import progress as progress_of
from pilar.masterplan.rules.authority import Action, offices_of
from pilar.masterplan.rules.due import Expected
from pilar.masterplan.rules.progress import Standing
from pilar.masterplan.rules.quarters import Quarter, read_quarter
from pilar.masterplan.rules.reports import Given
from pilar.masterplan.rules.stages import LAW
from pilar.masterplan.rules.summary import Total, total
from pilar.masterplan.rules.targets import Figure
from pilar.people.rules import NotFound
from pilar.people.signin import standing_of
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark

reading = Router(tags=["masterplan"])
writing = Router(tags=["masterplan"])

Refused = {404: PlanProblem, 422: PlanProblem}


@reading.get(
    "/plan-versions/{version}/progress", response={200: PlanProgress, **Refused}, summary="Progress of a version"
)
def progress(request: HttpRequest, version: int, quarter: Annotated[str, Query(max_length=10)] = "") -> PlanProgress:
    """At the end of a quarter such as ``2026-Q2``, or of the last one that has ended. Read without signing in."""
    row = _law(request, version)
    wanted = _quarter(quarter) if quarter else None
    found = progress_of(row, wanted, scope=standing_of(request), now=timezone.now())
    if wanted is not None and wanted not in found.quarters:
        sentence = mark("This version cannot be looked at in that quarter")
        raise Faults([Fault("quarter-not-shown", sentence, {}, "quarter")])
    rules = found.rules
    return PlanProgress(
        quarter=None if found.quarter is None else str(found.quarter),
        quarters=[str(one) for one in found.quarters],
        synthetic=row.plan.synthetic,
        rule=PlanRule(
            source=rules.source, report_due_days=rules.report_due_days, good_from=rules.good_from,
            fair_from=rules.fair_from, realised_from=rules.realised_from,
        ),
        total=_total(total(found.programmes)),
        programmes=[_programme(one) for one in found.programmes],
    )  # fmt: skip


@reading.get(
    "/plan-versions/{version}/programmes/{programme}/progress",
    response={200: PlanProgrammeHistory, **Refused},
    summary="Progress of a programme",
)
def programme(request: HttpRequest, version: int, programme: str) -> PlanProgrammeHistory:
    """Quarter by quarter; with the reports for who may read them."""
    found = programme_history(_law(request, version), programme, scope=standing_of(request), now=timezone.now())
    return PlanProgrammeHistory(
        line=found.row.key,
        code=found.row.code,
        title=found.row.content.title,
        quarters=[
            PlanQuarter(
                quarter=str(one.expected.quarter),
                state=one.expected.state.value,
                due=one.expected.due,
                standing=None if one.standing is None else _standing(one.standing),
                figures=_figures(one.figures),
            )
            for one in found.lines
        ],
        reports=[_report(one) for one in found.reports] if found.reads_reports else None,
    )


@writing.get("/plan-reports", response={200: list[PlanDue]}, summary="Reports that one's offices owe")
def owed(request: HttpRequest) -> list[PlanDue]:
    """What is due and what is late, plan by plan."""
    plans = own_reports(scope=standing_of(request), now=timezone.now())
    return [
        _due(plan.version.key, one.row.key, one.row.code, one.row.content.title, wanted)
        for plan in plans
        for one in plan.programmes
        for wanted in one.open
    ]


@writing.get(
    "/plan-versions/{version}/late-reports", response={200: list[PlanOfficeLate], **Refused}, summary="Late reports"
)
def late(request: HttpRequest, version: int) -> list[PlanOfficeLate]:
    """By office: all for who oversees the plan, those of the own office for it."""
    row = _law(request, version)
    offices = offices_of(standing_of(request), Action.READ_REPORTS, row.plan.region)
    if offices == ():
        raise NotFound
    return [
        PlanOfficeLate(
            office=one.office,
            name=one.name,
            late=[
                _due(version, late.row.key, late.row.code, late.row.content.title, quarter)
                for late in one.late
                for quarter in late.quarters
            ],
        )
        for one in late_reports(row, now=timezone.now())
        if offices is None or one.office in offices
    ]


@writing.post(
    "/plan-programmes/{line}/reports/{quarter}",
    response={200: PlanReported, 403: PlanProblem, 409: PlanProblem, **Refused},
    summary="Report on a programme",
)
def report(request: HttpRequest, line: int, quarter: QuarterText, given: PlanReportIn) -> PlanReported:
    """The first report of a quarter, or a correction of the one that was seen."""
    told = Given(
        done=given.done,
        readings={number: Decimal(value) for number, value in given.readings.items()},
        there=frozenset(given.there),
        spent=Decimal(given.spent),
        obstacles=given.obstacles,
    )
    number = operations.report(
        by=standing_of(request), line=line, quarter=_quarter(quarter), given=told, evidence=given.evidence,
        reason=given.reason, seen=given.seen, now=timezone.now(),
    )  # fmt: skip
    return PlanReported(number=number)


def _law(request: HttpRequest, key: int) -> VersionRow:
    row = queries.version(key, scope=standing_of(request))
    if row.state not in LAW:
        raise NotFound
    return row


def _quarter(text: str) -> Quarter:
    found = read_quarter(text)
    if found is None:
        raise Faults([Fault("no-quarter", mark("Write a quarter like 2026-Q2"), {}, "quarter")])
    return found


def _programme(one: ProgrammeProgress) -> PlanProgrammeProgress:
    content = one.row.content
    return PlanProgrammeProgress(
        line=one.row.key,
        code=one.row.code,
        title=content.title,
        pillar=one.pillar,
        part=content.part,
        owner=content.owner,
        owner_name=one.row.owner_name,
        standing=_standing(one.standing),
        figures=_figures(one.figures),
    )


def _standing(one: Standing) -> PlanStanding:
    planned = _percent(one.planned)
    assert planned is not None
    return PlanStanding(
        quarter=str(one.quarter),
        planned=planned,
        done=_percent(one.done),
        light=one.light.value,
        budget=f"{one.budget:f}",
        spent=f"{one.spent:f}",
        reported=None if one.reported is None else str(one.reported),
        late=[str(quarter) for quarter in one.late],
    )


def _figures(rows: Iterable[Figure]) -> list[PlanFigure]:
    return [
        PlanFigure(
            number=one.target.number,
            title=one.target.title,
            unit=one.target.unit,
            measure=one.target.measure,
            target=_number(one.wanted),
            value=_number(one.value),
            share=_percent(one.share),
        )
        for one in rows
    ]


def _total(one: Total) -> PlanTotal:
    return PlanTotal(
        programmes=one.programmes,
        planned=_percent(one.planned_share),
        done=_percent(one.done_share),
        budget=f"{one.budget:f}",
        spent=f"{one.spent:f}",
        lights={light.value: count for light, count in one.lights.items()},
        targeted=one.targeted,
        known=one.known,
        reached=one.reached,
    )


def _report(row: ReportRow) -> PlanReport:
    said = row.said
    return PlanReport(
        quarter=str(said.quarter),
        number=row.number,
        done=dict(said.done),
        readings={number: f"{value:f}" for number, value in said.readings.items()},
        there=sorted(said.there),
        spent=f"{said.spent:f}",
        obstacles=row.obstacles,
        reason=row.reason,
        by=row.by,
        reported_at=row.reported_at,
        evidence=list(row.evidence),
    )


def _due(version: int, line: int, code: str, title: str, wanted: Expected) -> PlanDue:
    return PlanDue(
        version=version, line=line, code=code, title=title, quarter=str(wanted.quarter), state=wanted.state.value,
        due=wanted.due,
    )  # fmt: skip


def _percent(share: Fraction | None) -> str | None:
    """With two decimals."""
    return None if share is None else f"{round_published(share * 100, 2):f}"


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
