"""Surveys as JSON: drawing up, opening, closing and stating validity, by the same operations as the pages."""

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
from pilar.surveys.rules.surveys import MAX_REASON, MAX_TITLE, NewCell

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
    """A programme in a survey. ``count``: all answers; ``counting``: those with a weight; ``missing``: answers needed
    for the quota; ``token``: the end of the public link. ``sample``: the sample size by Krejcie and Morgan for its
    ``population``, the people served, if known."""


class SurveyDetail(SurveyOut, of=tuple[SurveyRow, tuple[CellRow, ...]], base="0", fields="cells=1"):
    """A survey with the programmes that the caller sees."""


class SurveyUncounted(RowSchema, of=Uncounted, fields="cell programme reasons count"):
    """The number of answers about a programme that do not count for the same ``reasons``."""


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
    """The key of the new survey."""

    key: int


class SurveyCellIn(Schema):
    """The input for a programme in a survey: ``office`` is a key, ``pillar`` and ``part`` are codes of the framework or
    empty; ``population``: the people served, if known."""

    programme: Title
    office: Whole
    quota: Whole
    pillar: Code = ""
    part: Code = ""
    population: Whole | None = None


class SurveyCellsIn(Schema):
    """All programmes, replacing the present ones; each gets a new link."""

    cells: Annotated[list[SurveyCellIn], Field(max_length=200)]


class SurveyDatesIn(Schema):
    """New dates, and the reason."""

    opens_at: Moment
    closes_at: Moment
    reason: Annotated[str, StringConstraints(max_length=MAX_REASON, pattern=NO_NUL)]


class SurveyEndIn(Schema):
    """The reason for ending before the closing time."""

    reason: Annotated[str, StringConstraints(max_length=MAX_REASON, pattern=NO_NUL)]


class SurveyStatementIn(Schema):
    """The statement that the survey is valid: person, day, and its file in the evidence room."""

    stated_by: Title
    stated_on: date
    file: UUID | None = None


@router.get("/regions/{code}/surveys", response={200: list[SurveyOut], **NotThere}, summary="Surveys of a region")
def surveys(by: Standing, code: str, year: Annotated[int | None, Query(ge=2017, le=2100)] = None) -> list[SurveyRow]:
    """List surveys, newest first; of one year if given."""
    if not may_somewhere(by, Action.SEE_PROGRESS, Case(code)):
        raise NotFound
    areas.region(code)
    return [row for row in queries.surveys(scope=by, region=code) if year is None or row.year == year]


@router.post("/regions/{code}/surveys", response={201: SurveyKey, **Refused}, summary="Draw up a survey")
def create(by: Standing, now: datetime, code: str, given: SurveyIn) -> dict[str, int]:
    """Draw up a survey; it takes no answers until it is opened."""
    return {"key": operations.create_survey(by=by, region=code, given=NewSurvey(**given.dict()), now=now)}


@router.get("/surveys/{survey}", response={200: SurveyDetail, **NotThere}, summary="One survey")
def survey(by: Standing, survey: Key) -> Detail:
    """Return a survey with its programmes and their numbers of answers; an office sees its own."""
    return _detail(by, survey)


@router.get(
    "/surveys/{survey}/uncounted", response={200: list[SurveyUncounted], **NotThere}, summary="What does not count"
)
def uncounted(by: Standing, survey: Key) -> tuple[Uncounted, ...]:
    """Count the answers that do not count, each in one row; an office sees those about its own programmes."""
    return queries.uncounted(queries.survey(survey, scope=by), scope=by)


@router.get(
    "/surveys/{survey}/plan-programmes", response={200: list[SurveyPlanned], **Refused}, summary="What the plan has"
)
def planned(by: Standing, survey: Key) -> tuple[PlannedProgramme, ...]:
    """List the plan's programmes that the survey can ask about while it is set up; empty without a plan in force."""
    row = queries.survey(survey, scope=by)
    require(by, Action.SET_UP, row.case, known=True)
    return queries.planned_programmes(row, scope=by)


@router.put("/surveys/{survey}/cells", response={200: SurveyDetail, **Refused}, summary="Say where a survey asks")
def set_cells(by: Standing, survey: Key, given: SurveyCellsIn) -> Detail:
    """Replace the programmes of a survey that is not open yet."""
    operations.set_cells(by=by, survey=survey, cells=[NewCell(**cell.dict()) for cell in given.cells])
    return _detail(by, survey)


@router.post("/surveys/{survey}/open", response={200: SurveyDetail, **Refused}, summary="Open a survey")
def open_(by: Standing, survey: Key) -> Detail:
    """Open a survey; it takes answers from its opening time on."""
    operations.open_survey(by=by, survey=survey)
    return _detail(by, survey)


@router.put("/surveys/{survey}/dates", response={200: SurveyDetail, **Refused}, summary="Move the dates of a survey")
def move_dates(by: Standing, now: datetime, survey: Key, given: SurveyDatesIn) -> Detail:
    """Change the dates; a survey that has begun keeps its first one, and one that is over cannot be resumed."""
    operations.move_dates(by=by, survey=survey, now=now, **given.dict())
    return _detail(by, survey)


@router.post("/surveys/{survey}/end", response={200: SurveyDetail, **Refused}, summary="End a survey early")
def end(by: Standing, now: datetime, survey: Key, given: SurveyEndIn) -> Detail:
    """End a survey; answers given before now may arrive for a day."""
    operations.end_survey(by=by, survey=survey, reason=given.reason, now=now)
    return _detail(by, survey)


@router.post("/surveys/{survey}/close", response={200: SurveyDetail, **Refused}, summary="Close a survey")
def close(by: Standing, now: datetime, survey: Key) -> Detail:
    """Close a survey, at the earliest a day after its closing time, when no answer can still arrive. Its scores are
    then final."""
    operations.close_survey(by=by, survey=survey, now=now)
    return _detail(by, survey)


@router.put(
    "/surveys/{survey}/statement", response={200: SurveyDetail, **Refused}, summary="State that a survey is valid"
)
def state(by: Standing, survey: Key, given: SurveyStatementIn) -> Detail:
    """Record the statement of the head of region on a closed survey."""
    operations.state_validity(by=by, survey=survey, **given.dict())
    return _detail(by, survey)


def _detail(by: Standing, key: int) -> Detail:
    row = queries.survey(key, scope=by)
    return row, queries.cells(row, scope=by)
