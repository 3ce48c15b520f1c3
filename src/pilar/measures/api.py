"""Measured figures as JSON: what a region measures, its values, and the door by which applications report.

The contract for source systems is told in docs/measures.md. Numbers are written as text, so that none loses a digit.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field, StrictFloat, StrictInt, StringConstraints

from pilar.measures import operations, queries
from pilar.measures.queries import MeasureRow, ValueRow, VersionRow
from pilar.measures.rules.definitions import written
from pilar.measures.rules.periods import parse_period
from pilar.measures.rules.reports import MOST_NUMBER, MOST_ROWS, Report, Verdict, summary
from pilar.measures.rules.series import Step, steps_of
from pilar.people.signin import standing_of
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark

reading = Router(tags=["measures"])
reporting = Router(tags=["measures"])

MOST_DAYS = 3_700
"""Of a series by its own periods in one answer: ten years of days."""

PeriodText = Annotated[str, StringConstraints(max_length=40)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
PageSize = Annotated[int, Query(ge=1, le=queries.LARGEST_PAGE)]


class MeasureFault(Schema):
    """A fault: ``code`` is stable, ``place`` names the field, ``text`` says what to do."""

    code: str
    place: str
    text: str


class MeasureProblem(Schema):
    """RFC 9457 problem; ``code`` is stable, ``title`` says what to do."""

    type: str
    title: str
    status: int
    code: str
    faults: list[MeasureFault] | None = None


class Words(Schema):
    """A text in both languages; the English one may be empty."""

    id: str
    en: str


class DefinitionOut(Schema):
    """A version of a definition; it holds for periods that begin from ``since`` on, up to ``until`` (not included)."""

    number: int
    since: date
    until: date | None
    title: Words
    definition: Words
    unit: Words
    direction: Literal["up", "down"]
    aggregation: Literal["sum", "mean", "last", "none"]
    decimals: int
    lowest: str | None
    highest: str | None


class MeasureOut(Schema):
    """A measure with the definition that holds now. ``synthetic``: its values are made up for a demonstration."""

    code: str
    region: str
    office: int
    office_name: str
    source: str | None
    period: Literal["day", "month", "quarter", "year"]
    starts_on: date
    ends_on: date | None
    due_days: int
    public: bool
    synthetic: bool
    latest: str | None
    latest_value: str | None
    late_since: date | None
    definition: DefinitionOut


class MeasurePage(Schema):
    total: int
    page: int
    pages: int
    measures: list[MeasureOut]


class MeasureDetail(MeasureOut):
    """A measure with all versions of its definition, oldest first."""

    definitions: list[DefinitionOut]


class PointOut(Schema):
    """A figure of a period, or of a week by its Monday. ``value`` is null where there is none.

    ``present`` of ``expected`` periods are there: a total is told only when all are.
    """

    period: str
    value: str | None
    present: int
    expected: int


class SeriesOut(Schema):
    """A stretch of one measure under one definition; ``synthetic``: made up for a demonstration."""

    measure: str
    region: str
    synthetic: bool
    definition: int
    step: Literal["day", "week", "month", "quarter", "year"]
    points: list[PointOut]


class ValueOut(Schema):
    """A value that was reported; ``by`` and ``evidence`` are left empty for who reads only what is public."""

    period: str
    number: int
    value: str
    reported_at: datetime
    by: str
    reason: str
    evidence: UUID | None


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
    seen: Annotated[int, Field(ge=1, le=MOST_NUMBER)] | None = None
    evidence: UUID | None = None


class ValuesIn(Schema):
    """Values to report, taken one after the other. ``whole``: all of them or none."""

    rows: Annotated[list[ValueIn], Field(min_length=1, max_length=MOST_ROWS)]
    whole: bool = False


class VerdictOut(Schema):
    """What became of the row at ``index``; ``number`` is that of the value which counts now, 0 if there is none."""

    index: int
    outcome: Literal["accepted", "unchanged", "corrected", "refused"]
    number: int
    faults: list[MeasureFault]


class VerdictsOut(Schema):
    """How many rows came to each outcome, and each row by itself."""

    accepted: int
    unchanged: int
    corrected: int
    refused: int
    rows: list[VerdictOut]


class SeriesQuery(Schema):
    """Which part of a series, in which steps. ``first`` and ``last`` are periods of the measure."""

    first: PeriodText = ""
    last: PeriodText = ""
    step: Literal["", "day", "week", "month", "quarter", "year"] = ""
    definition: Annotated[int, Field(ge=1, le=MOST_NUMBER)] | None = None


Refused = {404: MeasureProblem, 422: MeasureProblem}


@reading.get("/regions/{code}/measures", response={200: MeasurePage, **Refused}, summary="Measures of a region")
def measures(
    request: HttpRequest,
    code: str,
    search: Annotated[str, Query(max_length=100)] = "",
    page: PageNumber = 1,
    size: PageSize = 50,
) -> MeasurePage:
    """Those that the caller may read: public ones without signing in."""
    found = queries.measures(code, scope=standing_of(request), now=timezone.now(), search=search, page=page, size=size)
    return MeasurePage(
        total=found.paginator.count,
        page=found.number,
        pages=found.paginator.num_pages,
        measures=[MeasureOut(**_measure(row)) for row in found],
    )


@reading.get("/regions/{code}/measures/{measure}", response={200: MeasureDetail, **Refused}, summary="One measure")
def measure(request: HttpRequest, code: str, measure: str) -> MeasureDetail:
    """With all versions of its definition."""
    row = _row(request, code, measure)
    return MeasureDetail(**_measure(row), definitions=[_definition(version) for version in row.versions])


@reading.get("/regions/{code}/measures/{measure}/series", response={200: SeriesOut, **Refused}, summary="Its series")
def series(request: HttpRequest, code: str, measure: str, asked: Query[SeriesQuery]) -> SeriesOut:
    """The values that count, or figures of longer steps. At most ten years of days at once."""
    row = _row(request, code, measure)
    first = parse_period(asked.first, row.kind).start if asked.first else None
    last = parse_period(asked.last, row.kind).start if asked.last else None
    step = Step(asked.step) if asked.step else Step(row.kind)
    if step not in steps_of(row.kind):
        sentence = mark("Values of this measure cannot be told by %(step)s")
        raise Faults([Fault("unfit-step", sentence, {"step": step.value}, "step")])
    found = queries.series(row, version=asked.definition, first=first, last=last, step=step, most=MOST_DAYS)
    return SeriesOut(
        measure=row.code,
        region=row.region_code,
        synthetic=row.synthetic,
        definition=found.version.version.number,
        step=found.step.value,
        points=[
            PointOut(
                period=str(point),
                value=None if value is None else f"{value:f}",
                present=point.present,
                expected=point.expected,
            )
            for point, value in zip(found.points, found.values, strict=True)
        ],
    )


@reading.get(
    "/regions/{code}/measures/{measure}/values/{period}",
    response={200: list[ValueOut], **Refused},
    summary="All that was reported for a period",
)
def values(request: HttpRequest, code: str, measure: str, period: str) -> list[ValueOut]:
    """What counts first, then what it corrected. Empty where nothing is reported."""
    by = standing_of(request)
    row = _row(request, code, measure)
    return [_value(one) for one in queries.history(row, parse_period(period, row.kind), scope=by)]


@reporting.post(
    "/regions/{code}/values",
    response={200: VerdictsOut, 403: MeasureProblem, **Refused},
    summary="Report values",
)
def report(request: HttpRequest, code: str, given: ValuesIn) -> VerdictsOut:
    """Each row is judged by itself, and told so; sending the same again changes nothing."""
    reports = [
        Report(
            measure=row.measure,
            period=row.period,
            value=row.value,
            reason=row.reason,
            key=row.key,
            seen=row.seen,
            evidence=row.evidence,
            place=index,
        )
        for index, row in enumerate(given.rows)
    ]
    verdicts = operations.report_values(
        by=standing_of(request), region=code, reports=reports, whole=given.whole, now=timezone.now()
    )
    counted = {outcome.value: count for outcome, count in summary(verdicts).items()}
    return VerdictsOut(rows=[_verdict(one) for one in verdicts], **counted)


def _row(request: HttpRequest, code: str, measure: str) -> MeasureRow:
    return queries.measure(code, measure, scope=standing_of(request), now=timezone.now())


def _measure(row: MeasureRow) -> dict[str, object]:
    return {
        "code": row.code,
        "region": row.region_code,
        "office": row.office,
        "office_name": row.office_name,
        "source": row.source_code or None,
        "period": row.kind.value,
        "starts_on": row.schedule.starts_on,
        "ends_on": row.schedule.ends_on,
        "due_days": row.schedule.due_days,
        "public": row.public,
        "synthetic": row.synthetic,
        "latest": str(row.latest) if row.latest else None,
        "latest_value": None if row.latest_value is None else f"{row.latest_value:f}",
        "late_since": row.late_since,
        "definition": _definition(row.now),
    }


def _definition(row: VersionRow) -> DefinitionOut:
    version, said = row.version, row.version.definition
    return DefinitionOut(
        number=version.number,
        since=version.since,
        until=version.until,
        title=Words(id=said.title.id, en=said.title.en),
        definition=Words(id=said.text.id, en=said.text.en),
        unit=Words(id=said.unit.id, en=said.unit.en),
        direction=said.direction.value,
        aggregation=said.aggregation.value,
        decimals=said.decimals,
        lowest=None if said.lowest is None else written(said.lowest),
        highest=None if said.highest is None else written(said.highest),
    )


def _value(row: ValueRow) -> ValueOut:
    return ValueOut(
        period=str(row.period),
        number=row.number,
        value=f"{row.value:f}",
        reported_at=row.reported_at,
        by=row.by,
        reason=row.reason,
        evidence=row.evidence,
    )


def _verdict(one: Verdict) -> VerdictOut:
    faults = [MeasureFault(code=fault.code, place=fault.place, text=fault.text()) for fault in one.faults]
    return VerdictOut(index=one.read.report.place, outcome=one.outcome.value, number=one.number, faults=faults)
