"""What to raise next, the change behind an own result, and scenarios of other weights, as JSON for who has a part."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.api.changes import ExplainedChangeOut, IntervalOut, change_out
from pilar.evaluation.api.computed import PhaseNumber
from pilar.evaluation.api.published import PageNumber, PageSize
from pilar.evaluation.api.published_schemas import Problem, RegionOut
from pilar.evaluation.queries import next_steps as step_reads
from pilar.evaluation.queries import scenarios as scenario_reads
from pilar.evaluation.queries.changes import own_change
from pilar.evaluation.queries.scenarios import MoveRow
from pilar.evaluation.rules.next_steps import read_wish
from pilar.index.next_steps import NextSteps, OutOfReach
from pilar.people.signin import standing_of
from pilar.platform.errors import Faults

router = Router(tags=["planning"])

REFUSED = {403: Problem, 404: Problem, 409: Problem, 422: Problem}
LARGEST = 2_147_483_647
MOST_NODES = 1000

Key = Annotated[int, Path(ge=1, le=LARGEST)]
VersionNumber = Annotated[int, Path(ge=1, le=LARGEST)]
Pair = Annotated[str, Field(max_length=100)]
Weight = Annotated[Decimal, Field(ge=0, le=100, max_digits=7, decimal_places=4, allow_inf_nan=False)]


class WishIn(Schema):
    """``goal``: ``points``, or the code of a predicate; without one only the gains are told.

    ``effort``: of one step of an indicator, as ``policy:2.5``; 1 where nothing is said.
    """

    goal: Annotated[str, Field(max_length=60)] = ""
    points: Annotated[str, Field(max_length=20)] = ""
    effort: Annotated[list[Pair], Field(max_length=MOST_NODES)] = []
    fixed: Annotated[list[Pair], Field(max_length=MOST_NODES, description="Indicators that cannot be raised")] = []


class GainOut(Schema):
    """What one indicator alone would give; ``next`` is null at its highest mark. Gains are exact."""

    node: str
    mark: str | None
    next: str | None
    gain: str
    highest_gain: str


class BlankOut(Schema):
    """A blank that is re-weighted; answering it with less than ``breakeven`` lowers the final."""

    node: str
    at_lowest: str
    at_highest: str
    breakeven: str | None


class RaiseOut(Schema):
    node: str
    before: str | None
    after: str
    gain: str
    effort: str


class OutcomeOut(Schema):
    """``reached`` is false where no steps are enough; ``final`` is then the highest that can be reached."""

    reached: bool
    target: str
    final: str
    predicate: str
    effort: str
    proven: bool
    steps: list[RaiseOut]


class NextStepsOut(Schema):
    """``agreed``: from the panel's marks, otherwise from own answers. ``blanks`` stay as they are in every outcome."""

    agreed: bool
    final: str | None
    predicate: str
    no_score: str
    gains: list[GainOut]
    blanks: list[BlankOut]
    outcome: OutcomeOut | None


class ScenarioIn(Schema):
    """``weight``: of a node among its siblings in per cent, as ``output:30``; siblings must sum to 100."""

    weight: Annotated[list[Pair], Field(max_length=MOST_NODES)] = []
    group: Annotated[str, Field(max_length=40)] = ""
    page: PageNumber = 1
    size: PageSize = 50


class RegionMoveOut(Schema):
    """A region under both sets of weights; ``interval_before`` and ``interval`` are of the two ranks."""

    region: RegionOut
    before: str | None
    after: str | None
    rank_before: int | None
    rank_after: int | None
    interval_before: IntervalOut | None
    interval: IntervalOut | None
    predicate_changes: bool


class ScenarioOut(Schema):
    """Nothing is stored. ``weights`` are those that differ; without any there are no ``moves``."""

    weights: dict[str, str]
    regions: int
    movers: int
    new_predicates: int
    mean_shift: str | None
    page: int
    pages: int
    moves: list[RegionMoveOut]


class DraftIn(Schema):
    weights: Annotated[dict[Annotated[str, Field(max_length=60)], Weight], Field(min_length=1, max_length=MOST_NODES)]


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
def change(request: HttpRequest, key: Key) -> ExplainedChangeOut | None:
    found = own_change(key, by=standing_of(request), now=timezone.now())
    return None if found is None else ExplainedChangeOut(**change_out(found))


@router.get(
    "/assessments/{key}/next-steps",
    response={200: NextStepsOut, 503: Problem, **REFUSED},
    summary="What raising each indicator would give, and the cheapest steps to a goal",
)
def next_steps(request: HttpRequest, key: Key, asked: Query[WishIn]) -> NextStepsOut:
    found = step_reads.position(key, by=standing_of(request))
    wish, faults = read_wish(found.instrument, asked.goal, asked.points, _pairs(asked.effort), asked.fixed)
    if faults:
        raise Faults(faults)
    outlook = found.outlook
    return NextStepsOut(
        agreed=found.agreed,
        final=_text(outlook.final),
        predicate=outlook.predicate,
        no_score=outlook.no_score,
        gains=[
            GainOut(
                node=one.code,
                mark=_text(one.mark),
                next=None if one.next_rung is None else str(one.next_rung.value),
                gain=str(one.gain),
                highest_gain=str(one.highest_gain),
            )
            for one in outlook.gains
        ],
        blanks=[
            BlankOut(
                node=one.code,
                at_lowest=str(one.at_lowest),
                at_highest=str(one.at_highest),
                breakeven=_text(one.breakeven),
            )
            for one in outlook.blanks
        ],
        outcome=None if wish is None else _outcome(step_reads.steps_to(found, wish)),
    )


@router.get(
    "/campaigns/{code}/phases/{number}/results/{version}/scenario",
    response={200: ScenarioOut, **REFUSED},
    summary="What other weights would change",
)
def scenario(
    request: HttpRequest, code: str, number: PhaseNumber, version: VersionNumber, asked: Query[ScenarioIn]
) -> ScenarioOut:
    found = scenario_reads.scenario(
        code,
        number,
        version,
        by=standing_of(request),
        weights=_pairs(asked.weight),
        group=asked.group,
        page=asked.page,
        size=asked.size,
    )
    if found.tried.faults:
        raise Faults(found.tried.faults)
    effect = found.effect
    return ScenarioOut(
        weights={node: str(weight) for node, weight in found.tried.weights.items()},
        regions=0 if effect is None else effect.regions,
        movers=0 if effect is None else effect.movers,
        new_predicates=0 if effect is None else effect.new_predicates,
        mean_shift=None if effect is None else _text(effect.mean_shift),
        page=1 if effect is None else effect.page.number,
        pages=0 if effect is None else effect.page.paginator.num_pages,
        moves=[] if effect is None else [_move(row) for row in effect.page],
    )


@router.post(
    "/campaigns/{code}/phases/{number}/results/{version}/drafts",
    response={200: DraftOut, 201: DraftOut, **REFUSED},
    summary="Save other weights as a draft instrument",
)
def save_draft(
    request: HttpRequest, code: str, number: PhaseNumber, version: VersionNumber, body: DraftIn
) -> Status[DraftOut]:
    made = operations.save_draft_instrument(
        by=standing_of(request), campaign=code, phase=number, version=version, weights=body.weights, now=timezone.now()
    )
    return Status(201 if made.new else 200, DraftOut(code=made.code, version=made.version, new=made.new))


def _pairs(given: list[str]) -> dict[str, str]:
    """``policy:2.5`` as code and text; without a colon the text is one that no number is read from."""
    return {code: text if colon else "?" for code, colon, text in (one.partition(":") for one in given)}


def _outcome(answer: NextSteps | OutOfReach | None) -> OutcomeOut | None:
    if answer is None:
        return None
    steps = answer.steps if isinstance(answer, NextSteps) else ()
    return OutcomeOut(
        reached=isinstance(answer, NextSteps),
        target=str(answer.target),
        final=str(answer.published),
        predicate="" if answer.predicate is None else answer.predicate.code,
        effort=str(answer.effort) if isinstance(answer, NextSteps) else "0",
        proven=not isinstance(answer, NextSteps) or answer.proven,
        steps=[
            RaiseOut(
                node=step.code,
                before=_text(step.before),
                after=str(step.after),
                gain=str(step.gain),
                effort=str(step.effort),
            )
            for step in steps
        ],
    )


def _move(row: MoveRow) -> RegionMoveOut:
    region = row.region
    return RegionMoveOut(
        region=RegionOut(
            code=region.code,
            name=region.name,
            kind=region.kind,
            province={"code": region.province.code, "name": region.province.name},
        ),
        before=_text(row.before),
        after=_text(row.after),
        rank_before=row.rank_before,
        rank_after=row.rank_after,
        interval_before=_ends(row.interval_before),
        interval=_ends(row.interval),
        predicate_changes=row.new_predicate,
    )


def _ends(interval: tuple[int, int] | None) -> IntervalOut | None:
    return None if interval is None else IntervalOut(lowest=interval[0], highest=interval[1])


def _text(value: object | None) -> str | None:
    return None if value is None or isinstance(value, index.NoScore) else str(value)
