"""Surveys as JSON: drawn up, opened, closed and stated to be valid, by the same operations as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Query, Schema
from pydantic import Field, StringConstraints

from pilar.areas import queries as areas
from pilar.people.routes import Routes
from pilar.people.rules import NotFound, Standing
from pilar.platform.api import LARGEST, NO_NUL, Key, RowSchema
from pilar.surveys import operations, queries
from pilar.surveys.api.entering import Code, Moment, NotThere, Refused
from pilar.surveys.operations import NewSurvey
from pilar.surveys.queries import CellRow, PlannedProgramme, SurveyRow, Uncounted
from pilar.surveys.rules.authority import Action, Case, may_somewhere, require
from pilar.surveys.rules.dates import MAX_REASON
from pilar.surveys.rules.surveys import MAX_TITLE, NewCell

router = Routes(tags=["surveys"])

Detail = tuple[SurveyRow, tuple[CellRow, ...]]
Title = Annotated[str, StringConstraints(max_length=MAX_TITLE, pattern=NO_NUL)]
Whole = Annotated[int, Field(ge=0, le=LARGEST)]


class SurveyOut(
    RowSchema,
    of=SurveyRow,
    fields="key region region_name form=questionnaire.code form_version=questionnaire.version kind=questionnaire.kind"
    " title year split opens_at closes_at state stated_by stated_on stated_file synthetic",
):
    """A survey; ``stated_*`` is the statement of the head of region. ``synthetic``: its answers are made up."""


class SurveyCell(
    RowSchema,
    of=CellRow,
    fields="key pillar part programme office office_name quota population sample count counting missing token",
):
    """A programme that is asked about. ``count`` are all answers, ``counting`` those that weigh something, ``missing``
    what the quota still wants; ``token`` is the end of the public link. ``sample``: what Krejcie and Morgan ask of its
    ``population``, the people served, where that is known."""


class SurveyDetail(SurveyOut, of=tuple[SurveyRow, tuple[CellRow, ...]], base="0", fields="cells=1"):
    """A survey with those of its programmes that the caller sees."""


class SurveyUncounted(RowSchema, of=Uncounted, fields="cell programme reasons count"):
    """Answers about a programme that do not count, for the same ``reasons``."""


class SurveyPlanned(RowSchema, of=PlannedProgramme, fields="code programme office pillar part"):
    """A programme of the plan in force on the day on which the survey opens; ``office`` is the key of its owner."""


class SurveyIn(Schema):
    """A survey to draw up; ``form`` is the code of a questionnaire."""

    form: Code
    title: Title
    year: Annotated[int, Field(ge=2017, le=2100)]
    opens_at: Moment
    closes_at: Moment
    split: bool = False


class SurveyKey(Schema):
    """The key of the survey that was drawn up."""

    key: int


class SurveyCellIn(Schema):
    """A programme to ask about: ``office`` is a key, ``pillar`` and ``part`` are codes of the framework or empty;
    ``population``: the people served, if that is known."""

    programme: Title
    office: Whole
    quota: Whole
    pillar: Code = ""
    part: Code = ""
    population: Whole | None = None


class SurveyCellsIn(Schema):
    """All programmes, in the place of those there are; each gets a new link."""

    cells: Annotated[list[SurveyCellIn], Field(max_length=200)]


class SurveyDatesIn(Schema):
    """Other dates, and why."""

    opens_at: Moment
    closes_at: Moment
    reason: Annotated[str, StringConstraints(max_length=MAX_REASON, pattern=NO_NUL)]


class SurveyEndIn(Schema):
    """Why it ends before its closing time."""

    reason: Annotated[str, StringConstraints(max_length=MAX_REASON, pattern=NO_NUL)]


class SurveyStatementIn(Schema):
    """The statement that the survey is valid: by whom, when, and its file in the evidence room."""

    stated_by: Title
    stated_on: date
    file: UUID | None = None


@router.get("/regions/{code}/surveys", response={200: list[SurveyOut], **NotThere}, summary="Surveys of a region")
def surveys(by: Standing, code: str, year: Annotated[int | None, Query(ge=2017, le=2100)] = None) -> list[SurveyRow]:
    """Newest first; of one year if it is named."""
    if not may_somewhere(by, Action.SEE_PROGRESS, Case(code)):
        raise NotFound
    areas.region(code)
    return [row for row in queries.surveys(scope=by, region=code) if year is None or row.year == year]


@router.post("/regions/{code}/surveys", response={201: SurveyKey, **Refused}, summary="Draw up a survey")
def create(by: Standing, now: datetime, code: str, given: SurveyIn) -> dict[str, int]:
    """It takes no answers until it is opened."""
    return {"key": operations.create_survey(by=by, region=code, given=NewSurvey(**given.dict()), now=now)}


@router.get("/surveys/{survey}", response={200: SurveyDetail, **NotThere}, summary="One survey")
def survey(by: Standing, survey: Key) -> Detail:
    """With its programmes and how many answers each has; an office sees its own."""
    return _detail(by, survey)


@router.get(
    "/surveys/{survey}/uncounted", response={200: list[SurveyUncounted], **NotThere}, summary="What does not count"
)
def uncounted(by: Standing, survey: Key) -> tuple[Uncounted, ...]:
    """Every answer that does not count is in one of the rows; an office sees those about its own programmes."""
    return queries.uncounted(queries.survey(survey, scope=by), scope=by)


@router.get(
    "/surveys/{survey}/plan-programmes", response={200: list[SurveyPlanned], **Refused}, summary="What the plan has"
)
def planned(by: Standing, survey: Key) -> tuple[PlannedProgramme, ...]:
    """To be asked about, while the survey is set up; none without a plan in force."""
    row = queries.survey(survey, scope=by)
    require(by, Action.SET_UP, row.case, known=True)
    return queries.planned_programmes(row, scope=by)


@router.put("/surveys/{survey}/cells", response={200: SurveyDetail, **Refused}, summary="Say where a survey asks")
def set_cells(by: Standing, survey: Key, given: SurveyCellsIn) -> Detail:
    """Before it is opened."""
    operations.set_cells(by=by, survey=survey, cells=[NewCell(**cell.dict()) for cell in given.cells])
    return _detail(by, survey)


@router.post("/surveys/{survey}/open", response={200: SurveyDetail, **Refused}, summary="Open a survey")
def open_(by: Standing, survey: Key) -> Detail:
    """It takes answers from its opening time on."""
    operations.open_survey(by=by, survey=survey)
    return _detail(by, survey)


@router.put("/surveys/{survey}/dates", response={200: SurveyDetail, **Refused}, summary="Move the dates of a survey")
def move_dates(by: Standing, now: datetime, survey: Key, given: SurveyDatesIn) -> Detail:
    """Of one that has begun the first stays; one that is over is not taken up again."""
    operations.move_dates(by=by, survey=survey, now=now, **given.dict())
    return _detail(by, survey)


@router.post("/surveys/{survey}/end", response={200: SurveyDetail, **Refused}, summary="End a survey early")
def end(by: Standing, now: datetime, survey: Key, given: SurveyEndIn) -> Detail:
    """It takes no answers that are given from now on; those given before may arrive for a day."""
    operations.end_survey(by=by, survey=survey, reason=given.reason, now=now)
    return _detail(by, survey)


@router.post("/surveys/{survey}/close", response={200: SurveyDetail, **Refused}, summary="Close a survey")
def close(by: Standing, now: datetime, survey: Key) -> Detail:
    """A day after its closing time at the earliest, when nothing can be on its way any more. Its scores stand."""
    operations.close_survey(by=by, survey=survey, now=now)
    return _detail(by, survey)


@router.put(
    "/surveys/{survey}/statement", response={200: SurveyDetail, **Refused}, summary="State that a survey is valid"
)
def state(by: Standing, survey: Key, given: SurveyStatementIn) -> Detail:
    """By the head of region, of a closed survey."""
    operations.state_validity(by=by, survey=survey, **given.dict())
    return _detail(by, survey)


def _detail(by: Standing, key: int) -> Detail:
    row = queries.survey(key, scope=by)
    return row, queries.cells(row, scope=by)
