"""Quarterly reports and progress as JSON. Money and figures are text, so that none loses a digit."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Annotated
from uuid import UUID

from ninja import Query, Schema
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from pilar.index import round_published
from pilar.masterplan import operations, queries
from pilar.masterplan.api.content import QuarterText, Text, asked_quarter
from pilar.masterplan.api.plans import PlanProblem
from pilar.masterplan.queries import ProgrammeRow, ReportRow, VersionRow
from pilar.masterplan.queries.due import OfficeLate, late_reports, own_reports
from pilar.masterplan.queries.progress import PlanProgress as VersionProgress
from pilar.masterplan.queries.progress import ProgrammeHistory, ProgrammeProgress, QuarterLine, programme_history
from pilar.masterplan.queries.progress import progress as progress_of
from pilar.masterplan.rules.authority import Action, offices_of
from pilar.masterplan.rules.checking import MAX_DIGITS, MAX_ROWS
from pilar.masterplan.rules.due import Expected
from pilar.masterplan.rules.framework import ProgressRules
from pilar.masterplan.rules.monitored import GroupCount
from pilar.masterplan.rules.progress import Standing
from pilar.masterplan.rules.reports import Given
from pilar.masterplan.rules.stages import LAW
from pilar.masterplan.rules.summary import Total, total
from pilar.masterplan.rules.targets import Figure
from pilar.people.routes import Routes
from pilar.people.rules import NotFound
from pilar.people.rules import Standing as Account
from pilar.platform.api import RowSchema, refusals
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

reading = Routes(tags=["masterplan"])
writing = Routes(tags=["masterplan"])

Refused = refusals(PlanProblem, 404, 422)
Reading = Annotated[str, StringConstraints(pattern=rf"^-?\d{{1,{MAX_DIGITS}}}(\.\d{{1,12}})?$")]
Rupiah = Annotated[int, Field(le=10**MAX_DIGITS)]
Row = Annotated[int, Field(ge=0, le=32_767)]


Percent = Annotated[str, BeforeValidator(lambda share: f"{round_published(Fraction(share) * 100, 2):f}")]
"""A percentage with two decimals."""


class PlanFigure(
    RowSchema,
    of=Figure,
    fields="number=target.number title=target.title unit=target.unit measure=target.measure target=wanted value share",
):
    """A target indicator at the end of a quarter: ``share`` is the percentage of the year's target that is reached."""

    share: Percent | None


class PlanStanding(RowSchema, of=Standing, fields="quarter planned done light budget spent reported late weight"):
    """The progress of a programme at the end of a quarter: shares in per cent, money of the year in rupiah.

    ``late``: quarters whose report is overdue; ``reported``: the quarter of the last report, null before the first.
    """

    planned: Percent
    done: Percent | None


class PlanProgrammeProgress(
    RowSchema,
    of=ProgrammeProgress,
    fields="line=row.key code=row.code title=row.content.title pillar part=row.content.part owner=row.content.owner"
    " owner_name=row.owner_name standing figures",
):
    """A programme; ``line`` is its key in addresses of reports."""


class PlanTotal(
    RowSchema,
    of=Total,
    fields="programmes planned=planned_share done=done_share budget spent lights targeted known reached weighed"
    " weighted",
):
    """All programmes together: means of shares in per cent; what is not reported counts as not done.

    ``weighed`` of them have a weight; the means are ``weighted`` where all have.
    """

    planned: Percent | None
    done: Percent | None


class PlanRule(RowSchema, of=ProgressRules, fields="source report_due_days good_from fair_from realised_from"):
    """The thresholds of the lights, in per cent of what was planned by then, and their ``source``."""


class PlanMonitoredCount(RowSchema, of=GroupCount, fields="group planned due there"):
    """Counts of a monitored group: all things that the plan names, those due by the end of the year, and those that
    exist."""


class PlanProgress(
    RowSchema,
    of=tuple[VersionProgress, Total],
    fields="quarter=0.quarter quarters=0.quarters synthetic=0.row.plan.synthetic rule=0.rules total=1"
    " programmes=0.programmes monitored=0.monitored",
):
    """A version at the end of a quarter; ``quarter`` is null until the first one has ended."""


class PlanReport(
    RowSchema,
    of=ReportRow,
    fields="quarter=said.quarter number done=said.done readings=said.readings there=said.there spent=said.spent"
    " obstacles reason by reported_at evidence taken_from on_behalf",
):
    """A report as it was given; the highest number of a quarter counts. ``taken_from``: the earlier place of a report
    taken over from a file; ``on_behalf``: the coordinator reported for the office."""

    there: Annotated[list[int], AfterValidator(sorted)]


class PlanQuarter(
    RowSchema,
    of=QuarterLine,
    fields="quarter=expected.quarter state=expected.state due=expected.due standing figures",
):
    pass


class PlanProgrammeHistory(
    RowSchema,
    of=ProgrammeHistory,
    fields="line=row.key code=row.code title=row.content.title quarters=lines reports=reports_told",
):
    """A programme quarter by quarter; ``reports`` is null for a caller who may read only the figures."""


class PlanDue(
    RowSchema,
    of=tuple[ProgrammeRow, Expected],
    fields="version=0.version line=0.key code=0.code title=0.content.title quarter=1.quarter state=1.state due=1.due",
):
    """A report that is due or late."""


class PlanOfficeLate(RowSchema, of=OfficeLate, fields="office name late=reports"):
    pass


class PlanReportIn(Schema):
    """A report: per cent ``done`` by number of every activity without sub-activities, ``readings`` by number of the
    targets that are not measured, rupiah ``spent`` in the quarter. ``seen`` is the number of the report that was read,
    0 for none; a correction has a ``reason``."""

    done: Annotated[dict[Row, Row], Field(max_length=MAX_ROWS)]
    readings: Annotated[dict[Row, Reading], Field(max_length=MAX_ROWS)] = {}
    there: Annotated[list[Row], Field(max_length=MAX_ROWS)] = []
    spent: Rupiah
    obstacles: Text = ""
    evidence: Annotated[list[UUID], Field(max_length=MAX_ROWS)] = []
    reason: Text = ""
    seen: Row = 0


class PlanReported(Schema):
    """The number of the report that counts now."""

    number: int


@reading.get(
    "/plan-versions/{version}/progress", response={200: PlanProgress, **Refused}, summary="Progress of a version"
)
def progress(
    by: Account, now: datetime, version: int, quarter: Annotated[str, Query(max_length=10)] = ""
) -> tuple[VersionProgress, Total]:
    """Return the progress at the end of a quarter such as ``2026-Q2``, or of the last one that has ended. Open to
    everybody."""
    row = _law(by, version)
    wanted = asked_quarter(quarter) if quarter else None
    plan_progress = progress_of(row, wanted, scope=by, now=now)
    if wanted is not None and wanted not in plan_progress.quarters:
        sentence = N_("This version cannot be looked at in that quarter")
        raise Faults([Fault("quarter-not-shown", sentence, {}, "quarter")])
    return plan_progress, total(plan_progress.programmes)


@reading.get(
    "/plan-versions/{version}/programmes/{programme}/progress",
    response={200: PlanProgrammeHistory, **Refused},
    summary="Progress of a programme",
)
def programme(by: Account, now: datetime, version: int, programme: str) -> ProgrammeHistory:
    """Return a programme quarter by quarter; with its reports if the caller may read them."""
    return programme_history(_law(by, version), programme, scope=by, now=now)


@writing.get("/plan-reports", response={200: list[PlanDue]}, summary="Reports that one's offices owe")
def owed(by: Account, now: datetime) -> list[tuple[ProgrammeRow, Expected]]:
    """List reports that are due or late, plan by plan."""
    plans = own_reports(scope=by, now=now)
    return [
        (own_programme.row, wanted)
        for plan in plans
        for own_programme in plan.programmes
        for wanted in own_programme.open
    ]


@writing.get(
    "/plan-versions/{version}/late-reports", response={200: list[PlanOfficeLate], **Refused}, summary="Late reports"
)
def late(by: Account, now: datetime, version: int) -> list[OfficeLate]:
    """List late reports by office: all offices for those who oversee the plan, otherwise the caller's own."""
    row = _law(by, version)
    offices = offices_of(by, Action.READ_REPORTS, row.plan.region)
    if offices == ():
        raise NotFound
    return [
        late_report for late_report in late_reports(row, now=now) if offices is None or late_report.office in offices
    ]


@writing.post(
    "/plan-programmes/{line}/reports/{quarter}",
    response={200: PlanReported, 403: PlanProblem, 409: PlanProblem, **Refused},
    summary="Report on a programme",
)
def report(by: Account, now: datetime, line: int, quarter: QuarterText, given: PlanReportIn) -> dict[str, int]:
    """Report on a quarter, or correct the report that was read."""
    told = Given(
        done=given.done,
        readings={number: Decimal(value) for number, value in given.readings.items()},
        there=frozenset(given.there),
        spent=Decimal(given.spent),
        obstacles=given.obstacles,
    )
    number = operations.report(
        by=by, line=line, quarter=asked_quarter(quarter), given=told, evidence=given.evidence, reason=given.reason,
        seen=given.seen, now=now,
    )  # fmt: skip
    return {"number": number}


def _law(by: Account, key: int) -> VersionRow:
    row = queries.version(key, scope=by)
    if row.state not in LAW:
        raise NotFound
    return row
