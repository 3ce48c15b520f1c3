"""Surveys as JSON: drawn up, opened, closed and stated to be valid, by the same operations as the pages."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from pilar.areas import queries as areas
from pilar.people.rules import NotFound
from pilar.people.signin import standing_of
from pilar.surveys import operations, queries
from pilar.surveys.api.result_schemas import (
    SurveyCell,
    SurveyCellsIn,
    SurveyDetail,
    SurveyIn,
    SurveyKey,
    SurveyOut,
    SurveyStatementIn,
)
from pilar.surveys.api.schemas import Key, NotThere, Refused
from pilar.surveys.operations import NewSurvey
from pilar.surveys.queries import CellRow, SurveyRow
from pilar.surveys.rules.authority import Action, Case, may_somewhere
from pilar.surveys.rules.surveys import NewCell

router = Router(tags=["surveys"])


@router.get("/regions/{code}/surveys", response={200: list[SurveyOut], **NotThere}, summary="Surveys of a region")
def surveys(
    request: HttpRequest, code: str, year: Annotated[int | None, Query(ge=2017, le=2100)] = None
) -> list[SurveyOut]:
    """Newest first; of one year if it is named."""
    by = standing_of(request)
    if not may_somewhere(by, Action.SEE_PROGRESS, Case(code)):
        raise NotFound
    areas.region(code)
    rows = queries.surveys(scope=by, region=code)
    return [survey_out(row) for row in rows if year is None or row.year == year]


@router.post("/regions/{code}/surveys", response={201: SurveyKey, **Refused}, summary="Draw up a survey")
def create(request: HttpRequest, code: str, given: SurveyIn) -> Status[SurveyKey]:
    """It takes no answers until it is opened."""
    said = NewSurvey(given.form, given.title, given.year, given.opens_at, given.closes_at, given.split)
    key = operations.create_survey(by=standing_of(request), region=code, given=said, now=timezone.now())
    return Status(201, SurveyKey(key=key))


@router.get("/surveys/{survey}", response={200: SurveyDetail, **NotThere}, summary="One survey")
def survey(request: HttpRequest, survey: Key) -> SurveyDetail:
    """With its programmes and how many answers each has; an office sees its own."""
    return _detail(request, survey)


@router.put("/surveys/{survey}/cells", response={200: SurveyDetail, **Refused}, summary="Say where a survey asks")
def set_cells(request: HttpRequest, survey: Key, given: SurveyCellsIn) -> SurveyDetail:
    """Before it is opened."""
    cells = [NewCell(one.programme, one.office, one.quota, one.pillar, one.part) for one in given.cells]
    operations.set_cells(by=standing_of(request), survey=survey, cells=cells)
    return _detail(request, survey)


@router.post("/surveys/{survey}/open", response={200: SurveyDetail, **Refused}, summary="Open a survey")
def open_(request: HttpRequest, survey: Key) -> SurveyDetail:
    """It takes answers from its opening time on."""
    operations.open_survey(by=standing_of(request), survey=survey)
    return _detail(request, survey)


@router.post("/surveys/{survey}/close", response={200: SurveyDetail, **Refused}, summary="Close a survey")
def close(request: HttpRequest, survey: Key) -> SurveyDetail:
    """A day after its closing time at the earliest, when nothing can be on its way any more. Its scores stand."""
    operations.close_survey(by=standing_of(request), survey=survey, now=timezone.now())
    return _detail(request, survey)


@router.put(
    "/surveys/{survey}/statement", response={200: SurveyDetail, **Refused}, summary="State that a survey is valid"
)
def state(request: HttpRequest, survey: Key, given: SurveyStatementIn) -> SurveyDetail:
    """By the head of region, of a closed survey."""
    operations.state_validity(
        by=standing_of(request), survey=survey, stated_by=given.stated_by, stated_on=given.stated_on, file=given.file
    )
    return _detail(request, survey)


def survey_out(row: SurveyRow) -> SurveyOut:
    """A survey as JSON."""
    form = row.questionnaire
    return SurveyOut(
        key=row.key, region=row.region, region_name=row.region_name, form=form.code, form_version=form.version,
        kind=form.kind.value, title=row.title, year=row.year, split=row.split, opens_at=row.opens_at,
        closes_at=row.closes_at, state=row.state.value, stated_by=row.stated_by, stated_on=row.stated_on,
        stated_file=row.stated_file, synthetic=row.synthetic,
    )  # fmt: skip


def _detail(request: HttpRequest, key: int) -> SurveyDetail:
    by = standing_of(request)
    row = queries.survey(key, scope=by)
    cells = [_cell(one) for one in queries.cells(row, scope=by)]
    return SurveyDetail(**survey_out(row).dict(), cells=cells)


def _cell(one: CellRow) -> SurveyCell:
    return SurveyCell(
        key=one.key, pillar=one.pillar, part=one.part, programme=one.programme, office=one.office,
        office_name=one.office_name, quota=one.quota, count=one.count, counting=one.counting, missing=one.missing,
        token=one.token,
    )  # fmt: skip
