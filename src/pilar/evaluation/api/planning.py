"""API of next steps, the change behind an own result, and scenarios of other weights, for those taking part."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from ninja import Query, Schema, Status
from pydantic import BeforeValidator, Field

from pilar.evaluation import operations
from pilar.evaluation.api.changes import ExplainedChangeOut, IntervalOut, change_out
from pilar.evaluation.api.computed import PhaseNumber
from pilar.evaluation.api.published import REFUSED, PageSize, Problem
from pilar.evaluation.queries import next_steps as step_reads
from pilar.evaluation.queries import scenarios as scenario_reads
from pilar.evaluation.queries.changes import own_change
from pilar.evaluation.queries.next_steps import Position
from pilar.evaluation.queries.scenarios import MoveRow, ScenarioPage
from pilar.evaluation.rules.next_steps import read_wish
from pilar.index.next_steps import BlankEffect, MarginalGain, NextSteps, OutOfReach, Step
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import Key, PageNumber, RowSchema
from pilar.platform.errors import Faults

router = Routes(tags=["planning"])

MAX_NODES = 1000

Pair = Annotated[str, Field(max_length=100)]
Weight = Annotated[Decimal, Field(ge=0, le=100, max_digits=7, decimal_places=4, allow_inf_nan=False)]


class WishIn(Schema):
    """``goal``: ``points``, or the code of a predicate; without one only the gains are told.

    ``effort``: of one step of an indicator, as ``policy:2.5``; 1 where nothing is said.
    """

    goal: Annotated[str, Field(max_length=60)] = ""
    points: Annotated[str, Field(max_length=20)] = ""
    effort: Annotated[list[Pair], Field(max_length=MAX_NODES)] = []
    fixed: Annotated[list[Pair], Field(max_length=MAX_NODES, description="Indicators that cannot be raised")] = []


class GainOut(RowSchema, of=MarginalGain, fields="node=code mark next=next_rung.value gain highest_gain"):
    """The gain from raising one indicator alone; ``next`` is null at its highest mark. Gains are exact."""


class BlankOut(RowSchema, of=BlankEffect, fields="node=code at_lowest at_highest breakeven"):
    """A blank that is re-weighted; answering it with less than ``breakeven`` lowers the final."""


class RaiseOut(RowSchema, of=Step, fields="node=code before after gain effort"):
    pass


class OutcomeOut(Schema):
    """``reached`` is false where no steps are enough; ``final`` is then the highest that can be reached."""

    reached: bool
    target: str
    final: str
    predicate: str
    effort: str
    proven: bool
    steps: list[RaiseOut]


Answer = NextSteps | OutOfReach | None


def _outcome(answer: Answer) -> dict[str, object] | None:
    """Steps that reach the goal, or how far all that are allowed come."""
    if answer is None:
        return None
    there = isinstance(answer, NextSteps)
    return {
        "reached": there,
        "target": str(answer.target),
        "final": str(answer.published),
        "predicate": "" if answer.predicate is None else answer.predicate.code,
        "effort": str(answer.effort) if there else "0",
        "proven": not there or answer.proven,
        "steps": answer.steps if there else [],
    }


class NextStepsOut(
    RowSchema,
    of=tuple[Position, Answer],
    fields="agreed=0.agreed final=0.outlook.final predicate=0.outlook.predicate no_score=0.outlook.no_score"
    " gains=0.outlook.gains blanks=0.outlook.blanks outcome=1",
):
    """``agreed``: from the panel's marks, otherwise from own answers. ``blanks`` stay as they are in every outcome."""

    outcome: Annotated[OutcomeOut | None, BeforeValidator(_outcome)]


class ScenarioIn(Schema):
    """``weight``: of a node among its siblings in per cent, as ``output:30``; siblings must sum to 100."""

    weight: Annotated[list[Pair], Field(max_length=MAX_NODES)] = []
    group: Annotated[str, Field(max_length=40)] = ""
    page: PageNumber = 1
    size: PageSize = 50


Ends = Annotated[IntervalOut, BeforeValidator(lambda ends: ends and {"lowest": ends[0], "highest": ends[1]})]


class RegionMoveOut(
    RowSchema,
    of=MoveRow,
    fields="region before after rank_before rank_after interval_before interval predicate_changes=new_predicate",
):
    """A region under both sets of weights; ``interval_before`` and ``interval`` are of the two ranks."""

    interval_before: Ends | None
    interval: Ends | None


Count = Annotated[int, BeforeValidator(lambda count: count or 0)]


class ScenarioOut(
    RowSchema,
    of=ScenarioPage,
    fields="weights=tried.weights regions=effect.regions movers=effect.movers"
    " new_predicates=effect.new_predicates mean_shift=effect.mean_shift page=effect.page.number"
    " pages=effect.page.paginator.num_pages moves=effect.page",
):
    """Nothing is stored. ``weights`` are those that differ; without any there are no ``moves``."""

    regions: Count
    movers: Count
    new_predicates: Count
    page: Annotated[int, BeforeValidator(lambda number: number or 1)]
    pages: Count
    moves: Annotated[list[RegionMoveOut], BeforeValidator(lambda rows: rows or [])]


class DraftIn(Schema):
    weights: Annotated[dict[Annotated[str, Field(max_length=60)], Weight], Field(min_length=1, max_length=MAX_NODES)]


class DraftOut(Schema):
    """``new`` is false if the same weights were saved before."""

    code: str
    version: str
    new: bool


@router.get(
    "/assessments/{key}/change",
    response={200: ExplainedChangeOut | None, **REFUSED},
    summary="Why the region's final changed, with single indicators; null before a result is approved",
)
def change(by: Standing, now: datetime, key: Key) -> dict[str, object] | None:
    final_change = own_change(key, by=by, now=now)
    return None if final_change is None else change_out(final_change)


@router.get(
    "/assessments/{key}/next-steps",
    response={200: NextStepsOut, 503: Problem, **REFUSED},
    summary="What raising each indicator would give, and the cheapest steps to a goal",
)
def next_steps(by: Standing, key: Key, asked: Query[WishIn]) -> tuple[Position, Answer]:
    position = step_reads.position(key, by=by)
    wish, faults = read_wish(position.instrument, asked.goal, asked.points, _pairs(asked.effort), asked.fixed)
    if faults:
        raise Faults(faults)
    return position, None if wish is None else step_reads.steps_to(position, wish)


@router.get(
    "/campaigns/{code}/phases/{number}/results/{version}/scenario",
    response={200: ScenarioOut, **REFUSED},
    summary="What other weights would change",
)
def scenario(by: Standing, code: str, number: PhaseNumber, version: Key, asked: Query[ScenarioIn]) -> ScenarioPage:
    page = scenario_reads.scenario(
        code, number, version, by=by, weights=_pairs(asked.weight), group=asked.group, page=asked.page, size=asked.size
    )
    if page.tried.faults:
        raise Faults(page.tried.faults)
    return page


@router.post(
    "/campaigns/{code}/phases/{number}/results/{version}/drafts",
    response={200: DraftOut, 201: DraftOut, **REFUSED},
    summary="Save other weights as a draft instrument",
)
def save_draft(
    *, by: Standing, now: datetime, code: str, number: PhaseNumber, version: Key, body: DraftIn
) -> Status[object]:
    made = operations.save_draft_instrument(
        by=by, campaign=code, phase=number, version=version, weights=body.weights, now=now
    )
    return Status(201 if made.new else 200, made)


def _pairs(given: list[str]) -> dict[str, str]:
    """``policy:2.5`` as code and text; without a colon the text is one that no number is read from."""
    return {code: text if colon else "?" for code, colon, text in (pair.partition(":") for pair in given)}
