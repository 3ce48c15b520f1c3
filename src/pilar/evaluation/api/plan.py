"""Figures of plan, follow-up and survey for answers, and recommendations that become proposals of the plan, as JSON."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from ninja import Path, Schema
from pydantic import BeforeValidator, Field

from pilar.evaluation import operations
from pilar.evaluation.api.published import REFUSED, Problem
from pilar.evaluation.operations import Aim, Idea, SeenFigure
from pilar.evaluation.queries import follow_up as reads
from pilar.evaluation.queries.answer_rows import Form
from pilar.evaluation.queries.answers import form as form_for
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.plan_figures import Beside, Taken
from pilar.evaluation.rules.plan_words import Difference, Fact, FlagLine, SurveyView, origin, said, survey_view
from pilar.evaluation.rules.survey_figures import AskedProgramme
from pilar.masterplan.queries import OriginatedRow
from pilar.masterplan.rules.content import MAX_TITLE
from pilar.masterplan.rules.stages import ProposalKind
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import RowSchema

router = Routes(tags=["master plan in the evaluation"])

Key = Annotated[int, Path(ge=1, le=9_223_372_036_854_775_807)]
Code = Annotated[str, Path(max_length=100)]
Number = Annotated[int, Field(ge=0, le=2_147_483_647)]
Big = Annotated[int, Field(ge=1, le=9_223_372_036_854_775_807)]


class SurveyFactOut(RowSchema, of=Fact, fields="name text"):
    """A line of what a figure rests on, in the reader's language."""


class SurveyProgrammeOut(RowSchema, of=AskedProgramme, fields="title counting quota"):
    """A programme with the answers that count and those that were wanted."""


class SurveyFlagOut(RowSchema, of=FlagLine, fields="name count weight"):
    """Why answers are doubted, how many are, and what one of them counts, per cent."""


class SurveyDifferenceOut(RowSchema, of=Difference, fields="name before now"):
    pass


class SurveyFigureOut(
    RowSchema, of=SurveyView, fields="survey facts programmes missed flags doubted stated synthetic differences"
):
    """``survey`` is its key; ``missed`` programmes have fewer answers than wanted, ``doubted`` answers have a flag;
    ``stated``: the head of region answers for it. ``differences`` lie between what was taken and what is said now."""


class PlanTakenOut(RowSchema, of=Taken, fields="said=counted by at"):
    """A figure that was taken into an answer, with person and moment; ``said`` is a sentence."""

    said: Annotated[str, BeforeValidator(said)]


class PlanFigureOut(Schema):
    """A figure of the master plan, of last year's follow-up, or of the year's closed survey about an indicator.

    ``part`` of ``whole``, or an ``amount``; ``level`` is the mark that it suggests, empty for none. For a survey (see
    ``kind``) ``amount`` is the mean of ``part`` answers of ``whole`` required, and ``survey`` its basis. ``said`` and
    ``origin`` are sentences. ``fingerprint`` and ``version`` (of the answer) are sent back when the figure is taken.
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
    """The figures that the caller saw: the version of the answer, 0 for none, and their fingerprint."""

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
    """A proposal made from a recommendation, in a version (key) of the plan: a new programme with ``office``, ``title``
    and ``part``, or the change of ``programme`` (code)."""

    version: Big
    kind: Literal["add", "change"]
    office: Big | None = None
    title: Annotated[str, Field(max_length=MAX_TITLE)] = ""
    part: Annotated[str, Field(max_length=60)] = ""
    programme: Annotated[str, Field(max_length=12)] = ""


class PlanAimIn(Schema):
    """A new value for a target of a programme (its code and number in the plan that is law) by the end of a year."""

    version: Big
    programme: Annotated[str, Field(max_length=12)]
    target: Number
    year: Annotated[int, Field(ge=1, le=9_999)]
    value: Annotated[Decimal, Field(max_digits=30, decimal_places=6)]


class PlanProposedOut(Schema):
    proposal: int


class PlanOriginatedOut(
    RowSchema,
    of=OriginatedRow,
    fields="proposal=key number plan_version=version kind state title office=office_name outcome reason programme",
):
    """A proposal that came of a recommendation; ``outcome`` is null until the minutes of the meeting are signed off."""

    kind: str
    state: str
    outcome: str | None


@router.get(
    "/assessments/{key}/plan-figures",
    response={200: list[PlanFigureOut], 403: Problem, 404: Problem},
    summary="What plan, follow-up and survey say about the indicators",
)
def plan_figures(by: Standing, now: datetime, key: Key) -> list[dict[str, object]]:
    form = form_for(key, scope=by, now=now)
    return [
        _figure(form.beside[leaf.code], leaf.code, form) for leaf in form.instrument.leaves if leaf.code in form.beside
    ]


@router.post(
    "/assessments/{key}/answers/{node}/plan-figures",
    response={200: PlanAnsweredOut, **REFUSED},
    summary="Answer an indicator with the figures beside it",
)
def take_plan_figures(by: Standing, now: datetime, key: Key, node: Code, given: PlanSeenIn) -> dict[str, int]:
    seen = SeenFigure(node, given.version, given.fingerprint)
    version = operations.take_plan_figures(by=by, assessment=key, seen=seen, now=now)
    return {"version": version}


@router.post(
    "/assessments/{key}/plan-figures",
    response={200: PlanAnswersOut, **REFUSED},
    summary="Answer many indicators with the figures beside them, all or none",
)
def take_all_plan_figures(by: Standing, now: datetime, key: Key, given: PlanChosenIn) -> dict[str, int]:
    chosen = [SeenFigure(figure.node, figure.version, figure.fingerprint) for figure in given.figures]
    changed = operations.take_all_plan_figures(by=by, assessment=key, chosen=chosen, now=now)
    return {"changed": changed}


@router.get(
    "/follow-ups/{key}/proposals",
    response={200: list[PlanOriginatedOut], 403: Problem, 404: Problem},
    summary="What of the master plan came of a recommendation",
)
def proposals(by: Standing, key: Key) -> tuple[OriginatedRow, ...]:
    return reads.follow_up(key, by=by).proposals


@router.post(
    "/follow-ups/{key}/proposals",
    response={200: PlanProposedOut, **REFUSED},
    summary="Turn a recommendation into a proposal of the master plan",
)
def propose(by: Standing, now: datetime, key: Key, given: PlanIdeaIn) -> dict[str, int]:
    """The office that is to own it completes the proposal and hands it in."""
    idea = Idea(ProposalKind(given.kind), given.office, given.title, given.part, given.programme)
    made = operations.propose_from_follow_up(by=by, follow_up=key, version=given.version, idea=idea, now=now)
    return {"proposal": made}


@router.post(
    "/assessments/{key}/measure-steps/proposals",
    response={200: PlanProposedOut, **REFUSED},
    summary="Turn a target that would lift into a proposal of the master plan",
)
def propose_target(by: Standing, now: datetime, key: Key, given: PlanAimIn) -> dict[str, int]:
    """The office that owns the programme completes the proposal and hands it in."""
    aim = Aim(given.programme, given.target, given.year, given.value)
    made = operations.propose_target(by=by, assessment=key, version=given.version, aim=aim, now=now)
    return {"proposal": made}


def _figure(beside: Beside, node: str, form: Form) -> dict[str, object]:
    """Return what is said, with what is answered and may be done with it."""
    counted, answer = beside.shown, form.answer(node)
    return {
        "node": node,
        "kind": counted.kind.value,
        "part": counted.part,
        "whole": counted.whole,
        "amount": counted.amount,
        "level": counted.level,
        "said": said(counted),
        "origin": origin(counted),
        "plan_version": beside.version_key,
        "programmes": [each.code for each in beside.now.programmes] if beside.now else [],
        "evidence": beside.now.evidence if beside.now else [],
        "fingerprint": beside.now.fingerprint if beside.now else "",
        "version": answer.version,
        "can_be_taken": beside.can_be_taken(answer.given) and form.may(Action.ANSWER, node),
        "is_taken": beside.is_taken(answer.given),
        "to_explain": beside.to_explain(answer.given) is not None and not answer.given.explanation,
        "taken": beside.taken,
        "survey": survey_view(beside, counted),
    }
