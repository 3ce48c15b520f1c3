"""The result of a satisfaction survey as JSON, and the follow-up of its lowest elements.

Figures are text, rounded as on the pages.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import Field, StringConstraints

from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import NO_NUL, Key, RowSchema
from pilar.surveys import operations, queries
from pilar.surveys.api.entering import Code, NotThere, Refused
from pilar.surveys.queries import SatisfactionResult
from pilar.surveys.queries.results import OptionShare, Respondents, ServiceIndex, Step
from pilar.surveys.rules.satisfaction import MAX_ACT, MAX_STEPS, MAX_WHO, Element, NewStep

router, planning = Routes(tags=["surveys"]), Routes(tags=["surveys"])
"""Routes open to everybody, and routes that need a sign-in."""


class SurveyElement(RowSchema, of=Element, fields="code title mean weighted converted band=band.code"):
    """An element of the service: its mean (NRR), the mean times its weight of a ninth, the converted score, its
    grade."""


class SurveyRespondentCount(RowSchema, of=OptionShare, fields="title count"):
    """The number of respondents with an option; null if fewer than five could be derived."""


class SurveyRespondents(RowSchema, of=Respondents, fields="code title options hidden"):
    """Respondents by one question about them; ``hidden`` counts those of hidden options together."""


class SurveyService(
    RowSchema,
    of=ServiceIndex,
    fields="cell=cell.key programme=cell.programme office_name=cell.office_name score=index.score band=index.band.code"
    " population=cell.population sample=cell.sample",
):
    """The index of a service; null for fewer than five answers."""


class SurveyStep(RowSchema, of=Step, fields="element act who due_on"):
    """A step about an element: the act, the office or position, and the deadline."""


class SurveyResult(
    RowSchema,
    of=SatisfactionResult,
    fields="survey=survey.key region=survey.region title=survey.title year=survey.year synthetic=survey.synthetic"
    " score=index.score band=index.band.code printed=index.printed printed_weight=index.printed_weight count elements"
    " lowest=lowest.*.code services respondents steps seen",
):
    """The public result of a closed satisfaction survey. ``lowest``: codes of the lowest elements, lowest first; a
    change of ``steps`` must give ``seen``."""


class SurveyStepIn(Schema):
    """A step of the plan: ``element`` is a code, ``who`` an office or position."""

    element: Code
    act: Annotated[str, StringConstraints(max_length=MAX_ACT, pattern=NO_NUL)]
    who: Annotated[str, StringConstraints(max_length=MAX_WHO, pattern=NO_NUL)]
    due_on: date


class SurveyFollowUpIn(Schema):
    """All steps, replacing the present ones; ``seen`` is that of the result as it was read."""

    steps: Annotated[list[SurveyStepIn], Field(max_length=MAX_STEPS)]
    seen: Annotated[int, Field(ge=0, lt=1 << 48)]


@router.get(
    "/surveys/{survey}/satisfaction", response={200: SurveyResult, **NotThere}, summary="Its result for everybody"
)
def satisfaction(by: Standing, survey: Key) -> SatisfactionResult:
    """Return the result of a closed satisfaction survey with at least five answers that count."""
    return queries.satisfaction_result(survey, scope=by)


@planning.put(
    "/surveys/{survey}/follow-up", response={200: SurveyResult, **Refused}, summary="Say what is done about it"
)
def follow_up(by: Standing, survey: Key, given: SurveyFollowUpIn) -> SatisfactionResult:
    """Replace the follow-up plan; it must cover at least the three lowest elements, and is public."""
    steps = [NewStep(**step.dict()) for step in given.steps]
    operations.plan_follow_up(by=by, survey=survey, steps=steps, seen=given.seen)
    return queries.satisfaction_result(survey, scope=by)
