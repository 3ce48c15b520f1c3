"""Figures of plan, follow-up and survey for answers, and recommendations that become proposals of the plan, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Schema
from pydantic import Field

from pilar.evaluation import operations
from pilar.evaluation.api.published_schemas import Problem
from pilar.evaluation.api.survey_schemas import SurveyFigureOut, survey_out
from pilar.evaluation.operations import Idea, SeenFigure
from pilar.evaluation.queries import follow_up as reads
from pilar.evaluation.queries.answer_rows import Form
from pilar.evaluation.queries.answers import form as form_for
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.plan_figures import Beside
from pilar.evaluation.rules.plan_words import origin, said
from pilar.evaluation.rules.survey_words import survey_view
from pilar.masterplan.queries import OriginatedRow
from pilar.masterplan.rules.content import LONGEST_TITLE
from pilar.masterplan.rules.stages import ProposalKind
from pilar.people.signin import standing_of

router = Router(tags=["master plan in the evaluation"])

Refused = {403: Problem, 404: Problem, 409: Problem, 422: Problem}
Key = Annotated[int, Path(ge=1, le=9_223_372_036_854_775_807)]
Code = Annotated[str, Path(max_length=100)]
Number = Annotated[int, Field(ge=0, le=2_147_483_647)]
Big = Annotated[int, Field(ge=1, le=9_223_372_036_854_775_807)]


class PlanTakenOut(Schema):
    """What was taken into an answer, by whom and when; ``said`` is a sentence."""

    said: str
    by: str
    at: datetime


class PlanFigureOut(Schema):
    """What the master plan, last year's follow-up, or the closed survey of the year says about an indicator.

    ``part`` of ``whole``, or an ``amount``; ``level`` is the mark that it suggests, empty for none. Of a survey
    (``kind`` is then that) ``amount`` is the mean of ``part`` answers of ``whole`` wanted, and ``survey`` what it
    rests on. ``said`` and ``origin`` are sentences. ``fingerprint`` and ``version``, that of the answer, are sent back
    with what is taken.
    """

    node: str
    kind: str
    part: int | None
    whole: int | None
    amount: str
    level: str
    said: str
    origin: str
    plan_version: int | None
    programmes: list[str]
    evidence: list[UUID]
    fingerprint: str
    version: int
    can_be_taken: bool
    is_taken: bool
    to_explain: bool
    taken: PlanTakenOut | None
    survey: SurveyFigureOut | None


class PlanSeenIn(Schema):
    """What was seen: the version of the answer, 0 for none, and the figures."""

    version: Number
    fingerprint: Annotated[str, Field(max_length=64)]


class PlanNamedIn(PlanSeenIn):
    node: Annotated[str, Field(max_length=100)]


class PlanChosenIn(Schema):
    figures: Annotated[list[PlanNamedIn], Field(max_length=1_000)]


class PlanAnsweredOut(Schema):
    version: int


class PlanAnswersOut(Schema):
    changed: int


class PlanIdeaIn(Schema):
    """What a recommendation is to become in a version (key) of the plan: a new programme with ``office``, ``title`` and
    ``part``, or the change of ``programme`` (code)."""

    version: Big
    kind: Literal["add", "change"]
    office: Big | None = None
    title: Annotated[str, Field(max_length=LONGEST_TITLE)] = ""
    part: Annotated[str, Field(max_length=60)] = ""
    programme: Annotated[str, Field(max_length=12)] = ""


class PlanProposedOut(Schema):
    proposal: int


class PlanOriginatedOut(Schema):
    """A proposal that came of a recommendation; ``outcome`` is null until the minutes of the meeting are signed off."""

    proposal: int
    number: int
    plan_version: int
    kind: str
    state: str
    title: str
    office: str
    outcome: str | None
    reason: str
    programme: str


@router.get(
    "/assessments/{key}/plan-figures",
    response={200: list[PlanFigureOut], 403: Problem, 404: Problem},
    summary="What plan, follow-up and survey say about the indicators",
)
def plan_figures(request: HttpRequest, key: Key) -> list[PlanFigureOut]:
    form = form_for(key, scope=standing_of(request), now=timezone.now())
    return [
        _figure(form.beside[leaf.code], leaf.code, form) for leaf in form.instrument.leaves if leaf.code in form.beside
    ]


@router.post(
    "/assessments/{key}/answers/{node}/plan-figures",
    response={200: PlanAnsweredOut, **Refused},
    summary="Answer an indicator with the figures beside it",
)
def take_plan_figures(request: HttpRequest, key: Key, node: Code, given: PlanSeenIn) -> PlanAnsweredOut:
    seen = SeenFigure(node, given.version, given.fingerprint)
    version = operations.take_plan_figures(by=standing_of(request), assessment=key, seen=seen, now=timezone.now())
    return PlanAnsweredOut(version=version)


@router.post(
    "/assessments/{key}/plan-figures",
    response={200: PlanAnswersOut, **Refused},
    summary="Answer many indicators with the figures beside them, all or none",
)
def take_all_plan_figures(request: HttpRequest, key: Key, given: PlanChosenIn) -> PlanAnswersOut:
    chosen = [SeenFigure(one.node, one.version, one.fingerprint) for one in given.figures]
    changed = operations.take_all_plan_figures(
        by=standing_of(request), assessment=key, chosen=chosen, now=timezone.now()
    )
    return PlanAnswersOut(changed=changed)


@router.get(
    "/follow-ups/{key}/proposals",
    response={200: list[PlanOriginatedOut], 403: Problem, 404: Problem},
    summary="What of the master plan came of a recommendation",
)
def proposals(request: HttpRequest, key: Key) -> list[PlanOriginatedOut]:
    return [_originated(row) for row in reads.follow_up(key, by=standing_of(request)).proposals]


@router.post(
    "/follow-ups/{key}/proposals",
    response={200: PlanProposedOut, **Refused},
    summary="Turn a recommendation into a proposal of the master plan",
)
def propose(request: HttpRequest, key: Key, given: PlanIdeaIn) -> PlanProposedOut:
    """The office that is to own it completes the proposal and hands it in."""
    idea = Idea(ProposalKind(given.kind), given.office, given.title, given.part, given.programme)
    made = operations.propose_from_follow_up(
        by=standing_of(request), follow_up=key, version=given.version, idea=idea, now=timezone.now()
    )
    return PlanProposedOut(proposal=made)


def _figure(one: Beside, node: str, form: Form) -> PlanFigureOut:
    counted, answer = one.shown, form.answer(node)
    return PlanFigureOut(
        node=node,
        kind=counted.kind.value,
        part=counted.part,
        whole=counted.whole,
        amount=counted.amount,
        level=counted.level,
        said=said(counted),
        origin=origin(counted),
        plan_version=one.version_key,
        programmes=[each.code for each in one.now.programmes] if one.now else [],
        evidence=list(one.now.evidence) if one.now else [],
        fingerprint=one.now.fingerprint if one.now else "",
        version=answer.version,
        can_be_taken=one.can_be_taken(answer.given) and form.may(Action.ANSWER, node),
        is_taken=one.is_taken(answer.given),
        to_explain=one.to_explain(answer.given) is not None and not answer.given.explanation,
        taken=PlanTakenOut(said=said(one.taken.counted), by=one.taken.by, at=one.taken.at) if one.taken else None,
        survey=survey_out(survey_view(one, counted)),
    )


def _originated(row: OriginatedRow) -> PlanOriginatedOut:
    return PlanOriginatedOut(
        proposal=row.key,
        number=row.number,
        plan_version=row.version,
        kind=row.kind.value,
        state=row.state.value,
        title=row.title,
        office=row.office_name,
        outcome=None if row.outcome is None else row.outcome.value,
        reason=row.reason,
        programme=row.programme,
    )
