"""Budgets of villages as JSON, open to everybody. Amounts are rupiah, written as text."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Path, Query

from pilar.people.routes import Routes
from pilar.people.rules import PUBLIC
from pilar.platform.api import RowSchema, TextOrNull, problem_of, refusals
from pilar.villagefinance.queries import public
from pilar.villagefinance.queries import realisation as queries
from pilar.villagefinance.queries.lines import sealed
from pilar.villagefinance.queries.public import PhotoRow, PublishedQuestion
from pilar.villagefinance.queries.realisation import ActivityRow, DataRow, PublicYear
from pilar.villagefinance.rules.realisation import RealisedRow, VillageSums

router = Routes(tags=["village budgets"])
Refused = refusals(problem_of("VillageBudget", __name__), 404, 422)

Village = Annotated[str, Path(pattern=r"^\d\d\.\d\d\.\d\d\.\d{4}$")]
Region = Annotated[str, Path(pattern=r"^\d\d\.\d\d$")]
Year = Annotated[int, Path(ge=2010, le=2099)]
Month = Annotated[int, Query(ge=1, le=12)]


class RealisedOut(RowSchema, of=RealisedRow, fields="code name level budget realised"):
    """A head or leaf of the chart; without a code: surplus, net financing, what remains (SiLPA)."""

    code: TextOrNull


class ActivityOut(RowSchema, of=ActivityRow, fields="code name level budget realised"):
    """A field, subfield or activity."""


class VillageSumsOut(
    RowSchema,
    of=VillageSums,
    fields="code name revenue_budget=revenue.0 revenue=revenue.1 expenditure_budget=expenditure.0"
    " expenditure=expenditure.1 remaining=remaining.1 held",
):
    """The budget and realisation of a village in sums, and the money that it holds."""


class VillageBudget(
    RowSchema,
    of=PublicYear,
    fields="village year=realisation.year month=realisation.month package rows=realisation.whole activities alike",
):
    """Budget in force and realisation by the end of ``month``; ``package``: the address of the same figures as an Open
    Fiscal Data Package; ``alike``: villages with a budget of about this size."""


class BudgetLineOut(RowSchema, of=DataRow, fields="activity account fund budget realised"):
    """A line of a budget by its functional and economic code and its source of funds."""

    activity: TextOrNull


class QuestionOut(RowSchema, of=PublishedQuestion, fields="number activity asked_on text answer answered_on"):
    """A published question with the answer of the village; without an activity it is about the budget as a whole."""

    activity: TextOrNull


class PhotoOut(RowSchema, of=PhotoRow, fields="activity day address"):
    """A photograph of the works of an activity."""


@router.get("/regions/{code}/village-budgets/{year}", response={200: list[VillageSumsOut], **Refused},
            summary="What the budgets of the villages of a region come to")  # fmt: skip
def village_budgets(code: Region, year: Year, month: Month = 12) -> tuple[VillageSums, ...]:
    return queries.public_villages(code, year, month, scope=PUBLIC)


@router.get("/regions/{code}/village-budgets/{year}/total", response={200: list[RealisedOut], **Refused},
            summary="Budget and realisation of all villages of a region together")  # fmt: skip
def village_budgets_total(code: Region, year: Year, month: Month = 12) -> tuple[RealisedRow, ...]:
    return queries.public_total(code, year, month, scope=PUBLIC)


@router.get("/villages/{code}/budgets/{year}", response={200: VillageBudget, **Refused},
            summary="Budget and realisation of a village")  # fmt: skip
def village_budget(code: Village, year: Year, month: Month = 12) -> PublicYear:
    return queries.public_year(code, year, month, scope=PUBLIC)


@router.get("/villages/{code}/budgets/{year}/lines", response={200: list[BudgetLineOut], **Refused},
            summary="Every line of the budget of a village")  # fmt: skip
def village_budget_lines(code: Village, year: Year, month: Month = 12) -> tuple[DataRow, ...]:
    return queries.data_rows(code, year, month, scope=PUBLIC)


@router.get("/villages/{code}/budgets/{year}/questions", response={200: list[QuestionOut], **Refused},
            summary="Questions about the budget of a village with their answers")  # fmt: skip
def village_budget_questions(code: Village, year: Year) -> tuple[PublishedQuestion, ...]:
    return public.published_questions(code, year, scope=PUBLIC)


@router.get("/villages/{code}/budgets/{year}/photos", response={200: list[PhotoOut], **Refused},
            summary="Photographs of the works of a village")  # fmt: skip
def village_budget_photos(code: Village, year: Year) -> tuple[PhotoRow, ...]:
    return public.public_photos(code, year, scope=PUBLIC)


@router.get("/villages/{code}/seal", response={200: dict[str, Any] | None, **Refused},
            summary="What proves how far the books of a village had come on the latest sealed day")  # fmt: skip
def village_seal(code: Village) -> dict[str, Any] | None:
    return sealed(code, scope=PUBLIC)
