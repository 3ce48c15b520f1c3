"""What reports and progress look like as JSON. Money and figures are text, so that none loses a digit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from pilar.masterplan.api.schemas import Text
from pilar.masterplan.rules.checking import MOST_DIGITS, MOST_ROWS

PlanLight = Literal["good", "fair", "poor", "unreported", "not_due"]
PlanReportState = Literal["done", "due", "late", "ahead", "free"]
QuarterText = Annotated[str, StringConstraints(max_length=10)]
Reading = Annotated[str, StringConstraints(pattern=rf"^-?\d{{1,{MOST_DIGITS}}}(\.\d{{1,12}})?$")]
Rupiah = Annotated[int, Field(le=10**MOST_DIGITS)]
Row = Annotated[int, Field(ge=0, le=32_767)]


class PlanFigure(Schema):
    """A target indicator at the end of a quarter: ``share`` is per cent of the target of the year that it reaches."""

    number: int
    title: str
    unit: str
    measure: str
    target: str | None
    value: str | None
    share: str | None


class PlanStanding(Schema):
    """Where a programme stands at the end of a quarter: shares in per cent, money of the year in rupiah.

    ``late``: quarters whose report is overdue; ``reported``: the quarter of the last report, null before the first.
    """

    quarter: str
    planned: str
    done: str | None
    light: PlanLight
    budget: str
    spent: str
    reported: str | None
    late: list[str]


class PlanProgrammeProgress(Schema):
    """A programme; ``line`` is its key in addresses of reports."""

    line: int
    code: str
    title: str
    pillar: str
    part: str
    owner: int
    owner_name: str
    standing: PlanStanding
    figures: list[PlanFigure]


class PlanTotal(Schema):
    """All programmes together: means of shares in per cent, where what is not reported counts as not done."""

    programmes: int
    planned: str | None
    done: str | None
    budget: str
    spent: str
    lights: dict[PlanLight, int]
    targeted: int
    known: int
    reached: int


class PlanRule(Schema):
    """How lights come about, in per cent of what was planned by then; ``source`` of the thresholds."""

    source: str
    report_due_days: int
    good_from: int
    fair_from: int
    realised_from: int


class PlanProgress(Schema):
    """A version at the end of a quarter; ``quarter`` is null until the first one has ended."""

    quarter: str | None
    quarters: list[str]
    synthetic: bool
    rule: PlanRule
    total: PlanTotal
    programmes: list[PlanProgrammeProgress]


class PlanReport(Schema):
    """A report as it was given; the highest number of a quarter counts."""

    quarter: str
    number: int
    done: dict[int, int]
    readings: dict[int, str]
    there: list[int]
    spent: str
    obstacles: str
    reason: str
    by: str
    reported_at: datetime
    evidence: list[UUID]


class PlanQuarter(Schema):
    quarter: str
    state: PlanReportState
    due: date
    standing: PlanStanding | None
    figures: list[PlanFigure]


class PlanProgrammeHistory(Schema):
    """A programme quarter by quarter; ``reports`` is null for who reads only the figures."""

    line: int
    code: str
    title: str
    quarters: list[PlanQuarter]
    reports: list[PlanReport] | None


class PlanDue(Schema):
    """A report that is due or late."""

    version: int
    line: int
    code: str
    title: str
    quarter: str
    state: PlanReportState
    due: date


class PlanOfficeLate(Schema):
    office: int
    name: str
    late: list[PlanDue]


class PlanReportIn(Schema):
    """A report: per cent ``done`` by number of every activity without sub-activities, ``readings`` by number of the
    targets that are not measured, rupiah ``spent`` in the quarter. ``seen`` is the number of the report that was looked
    at, 0 for none; a correction has a ``reason``."""

    done: Annotated[dict[Row, Row], Field(max_length=MOST_ROWS)]
    readings: Annotated[dict[Row, Reading], Field(max_length=MOST_ROWS)] = {}
    there: Annotated[list[Row], Field(max_length=MOST_ROWS)] = []
    spent: Rupiah
    obstacles: Text = ""
    evidence: Annotated[list[UUID], Field(max_length=MOST_ROWS)] = []
    reason: Text = ""
    seen: Row = 0


class PlanReported(Schema):
    """The number of the report that counts now."""

    number: int
