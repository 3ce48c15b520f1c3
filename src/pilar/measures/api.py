"""Measured figures as JSON: what a region measures, its values, and the door by which applications report.

The contract for source systems is told in docs/measures.md. Numbers are written as text, so that none loses a digit.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from django.core.paginator import Page
from ninja import Query, Schema
from pydantic import Field, StrictFloat, StrictInt, StringConstraints

from pilar.measures import operations, queries
from pilar.measures.queries import MeasureRow, Series, ValueRow
from pilar.measures.rules.definitions import DefinitionVersion, Wording
from pilar.measures.rules.periods import parse_period
from pilar.measures.rules.reports import MAX_NUMBER, MAX_ROWS, Report, Verdict, summary
from pilar.measures.rules.series import Point, Step, steps_of
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import PageNumber, PageOut, RowSchema, TextOrNull, Trimmed, problem_of, refusals
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

reading = Routes(tags=["measures"])
reporting = Routes(tags=["measures"])

MAX_DAYS = 3_700
"""Of a series by its own periods in one answer: ten years of days."""

PeriodText = Annotated[str, StringConstraints(max_length=40)]
PageSize = Annotated[int, Query(ge=1, le=queries.MAX_PAGE)]
MeasureProblem = problem_of("Measure", __name__)


class Words(RowSchema, of=Wording, fields="id en"):
    """A text in both languages; the English one may be empty."""


class DefinitionOut(
    RowSchema,
    of=DefinitionVersion,
    fields="number since until title=definition.title definition=definition.text unit=definition.unit"
    " direction=definition.direction aggregation=definition.aggregation decimals=definition.decimals"
    " lowest=definition.lowest highest=definition.highest",
):
    """A version of a definition; it holds for periods that begin from ``since`` on, up to ``until`` (not included)."""

    lowest: Trimmed | None
    highest: Trimmed | None


class MeasureOut(
    RowSchema,
    of=MeasureRow,
    fields="code region=region_code office office_name source=source_code period=kind starts_on=schedule.starts_on"
    " ends_on=schedule.ends_on due_days=schedule.due_days public synthetic latest latest_value late_since"
    " definition=now.version",
):
    """A measure with the definition that holds now. ``synthetic``: its values are made up for a demonstration."""

    source: TextOrNull


class MeasurePage(PageOut):
    measures: list[MeasureOut]


class MeasureDetail(MeasureOut, of=MeasureRow, fields="definitions"):
    """A measure with all versions of its definition, oldest first."""


class PointOut(
    RowSchema, of=tuple[Point, Decimal | None], fields="period=0 value=1 present=0.present expected=0.expected"
):
    """A figure of a period, or of a week by its Monday. ``value`` is null where there is none.

    ``present`` of ``expected`` periods are there: a total is told only when all are.
    """


class SeriesOut(
    RowSchema,
    of=tuple[MeasureRow, Series],
    fields="measure=0.code region=0.region_code synthetic=0.synthetic definition=1.version.version.number step=1.step"
    " points=1.shown",
):
    """A stretch of one measure under one definition; ``synthetic``: made up for a demonstration."""


class ValueOut(RowSchema, of=ValueRow, fields="period number value reported_at by reason evidence"):
    """A value that was reported; ``by`` and ``evidence`` are left empty for anyone who reads only what is public."""


class ValueIn(Schema):
    """A value to report. ``value`` is best sent as text with a decimal point.

    ``reason`` says why, if another value was reported before; ``seen`` is the number of that one, if it was looked at.
    ``key`` is chosen by a source system: the same key is never taken twice.
    """

    measure: Annotated[str, StringConstraints(max_length=100)]
    period: PeriodText
    value: Annotated[str, StringConstraints(max_length=60)] | StrictInt | StrictFloat
    reason: Annotated[str, StringConstraints(max_length=2000)] = ""
    key: Annotated[str, StringConstraints(max_length=400)] = ""
    seen: Annotated[int, Field(ge=1, le=MAX_NUMBER)] | None = None
    evidence: UUID | None = None


class ValuesIn(Schema):
    """Values to report, taken one after the other. ``whole``: all of them or none."""

    rows: Annotated[list[ValueIn], Field(min_length=1, max_length=MAX_ROWS)]
    whole: bool = False


class VerdictOut(RowSchema, of=Verdict, fields="index=read.report.place outcome number faults"):
    """The fate of the row at ``index``; ``number`` is that of the value which counts now, 0 if there is none."""


class VerdictsOut(Schema):
    """The number of rows of each outcome, and each row by itself."""

    accepted: int
    unchanged: int
    corrected: int
    refused: int
    rows: list[VerdictOut]


class SeriesQuery(Schema):
    """A part of a series, in steps. ``first`` and ``last`` are periods of the measure."""

    first: PeriodText = ""
    last: PeriodText = ""
    step: Literal["", "day", "week", "month", "quarter", "year"] = ""
    definition: Annotated[int, Field(ge=1, le=MAX_NUMBER)] | None = None


Refused = refusals(MeasureProblem, 404, 422)


@reading.get("/regions/{code}/measures", response={200: MeasurePage, **Refused}, summary="Measures of a region")
def measures(
    *,
    by: Standing,
    now: datetime,
    code: str,
    search: Annotated[str, Query(max_length=100)] = "",
    page: PageNumber = 1,
    size: PageSize = 50,
) -> Page[MeasureRow]:
    """Those that the caller may read: public ones without signing in."""
    return queries.measures(code, scope=by, now=now, search=search, page=page, size=size)


@reading.get("/regions/{code}/measures/{measure}", response={200: MeasureDetail, **Refused}, summary="One measure")
def measure(by: Standing, now: datetime, code: str, measure: str) -> MeasureRow:
    """With all versions of its definition."""
    return queries.measure(code, measure, scope=by, now=now)


@reading.get("/regions/{code}/measures/{measure}/series", response={200: SeriesOut, **Refused}, summary="Its series")
def series(
    by: Standing, now: datetime, code: str, measure: str, asked: Query[SeriesQuery]
) -> tuple[MeasureRow, Series]:
    """The values that count, or figures of longer steps. At most ten years of days at once."""
    row = queries.measure(code, measure, scope=by, now=now)
    first = parse_period(asked.first, row.kind).start if asked.first else None
    last = parse_period(asked.last, row.kind).start if asked.last else None
    step = Step(asked.step) if asked.step else Step(row.kind)
    if step not in steps_of(row.kind):
        sentence = N_("Values of this measure cannot be told by %(step)s")
        raise Faults([Fault("unfit-step", sentence, {"step": step.value}, "step")])
    return row, queries.series(row, version=asked.definition, first=first, last=last, step=step, most=MAX_DAYS)


@reading.get(
    "/regions/{code}/measures/{measure}/values/{period}",
    response={200: list[ValueOut], **Refused},
    summary="All that was reported for a period",
)
def values(by: Standing, now: datetime, code: str, measure: str, period: str) -> tuple[ValueRow, ...]:
    """Return what counts first, then what it corrected. Empty where nothing is reported."""
    row = queries.measure(code, measure, scope=by, now=now)
    return queries.history(row, parse_period(period, row.kind), scope=by)


@reporting.post(
    "/regions/{code}/values",
    response={200: VerdictsOut, 403: MeasureProblem, **Refused},
    summary="Report values",
)
def report(by: Standing, now: datetime, code: str, given: ValuesIn) -> dict[str, object]:
    """Each row is judged by itself, and told so; sending the same again changes nothing."""
    reports = [Report(**row.dict(), place=index) for index, row in enumerate(given.rows)]
    verdicts = operations.report_values(by=by, region=code, reports=reports, whole=given.whole, now=now)
    return {"rows": verdicts, **summary(verdicts)}
