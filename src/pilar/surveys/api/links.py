"""Answering by link without an account: the questions of a link, and an answer.

A program keeps the answer until it is acknowledged, and sends it again with the same key.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Schema, Status
from pydantic import Field

from pilar.people.routes import Routes
from pilar.platform.api import RowSchema, refusals
from pilar.platform.language import Bilingual
from pilar.platform.network import client_address
from pilar.surveys import operations, queries
from pilar.surveys.api.entering import Moment, NotThere, SurveyAnswers, SurveyProblem
from pilar.surveys.operations import Source
from pilar.surveys.queries import OpenForm
from pilar.surveys.rules.questionnaire import Condition, Item, Option, Questionnaire, Section
from pilar.surveys.rules.questionnaire import Field as AskedField
from pilar.surveys.rules.surveys import takes_answers

router = Routes(tags=["surveys"])

Token = Annotated[str, Path(max_length=24, pattern="^[a-z0-9]*$")]


class SurveyWords(RowSchema, of=Bilingual, fields="id en"):
    """A text in both languages."""


class SurveyOption(RowSchema, of=Option, fields="code title"):
    """An option to choose."""


class SurveyScaleValue(RowSchema, of=tuple[int, Bilingual], fields="value=0 title=1"):
    """A value of the scale in words."""


class SurveyField(RowSchema, of=AskedField, fields="code title required options"):
    """A question about the respondent, answered by one of the options; unless ``required`` it may be left out."""


class SurveyCondition(RowSchema, of=Condition, fields="item values"):
    """The item is asked only after one of these answers to an earlier ``item``."""


class SurveyItem(RowSchema, of=Item, fields="code kind title required options when"):
    """A question: answered by a value of the scale, the code of an option, words, or a number."""


class SurveySection(RowSchema, of=Section, fields="code title items"):
    """A group of questions: one page."""


class SurveyQuestionnaire(
    RowSchema,
    of=Questionnaire,
    fields="code version kind title purpose consent scale=scale_values groups profile sections",
):
    """The content of a questionnaire. ``groups``: kinds of respondents, empty where they are not distinguished."""


class SurveyLink(
    RowSchema,
    of=tuple[OpenForm, bool],
    fields="cell=0.cell survey=0.survey.key title=0.survey.title region=0.survey.region"
    " region_name=0.survey.region_name programme=0.programme pillar=0.pillar part=0.part opens_at=0.survey.opens_at"
    " closes_at=0.survey.closes_at takes_answers=1 synthetic=0.survey.synthetic questionnaire=0.survey.questionnaire",
):
    """The subject of a link. ``takes_answers``: it accepts answers now; ``synthetic``: its answers are made up for a
    demonstration."""


class SurveyAnswerIn(SurveyAnswers):
    """An answer. ``key`` is made by the sender, one for each answer; ``contact``: an address for the result."""

    key: UUID
    began_at: Moment | None = None
    contact: Annotated[str, Field(max_length=10_000)] = ""


class SurveyAnswerOut(Schema):
    """The answer with this key is stored; ``new``: by this request."""

    key: UUID
    new: bool


@router.get("/survey-links/{token}", response={200: SurveyLink, **NotThere}, summary="What a link asks")
def link(now: datetime, token: Token) -> tuple[OpenForm, bool]:
    """Return the questions of a link, also before the survey begins and after it has ended."""
    open_form = queries.open_form(token)
    row = open_form.survey
    running = takes_answers(state=row.state, opens_at=row.opens_at, closes_at=row.closes_at, now=now)
    return open_form, running and not open_form.used


@router.post(
    "/survey-links/{token}/answers",
    response={200: SurveyAnswerOut, 201: SurveyAnswerOut, **refusals(SurveyProblem, 404, 409, 410, 413, 422, 429)},
    summary="Answer by link",
)
def answer(request: HttpRequest, now: datetime, token: Token, given: SurveyAnswerIn) -> Status[dict[str, object]]:
    """Store an answer: 201 for a new one, 200 for the same again; 409 for a different one with the same key.

    ``began_at`` is given by the sender, because the server has not seen the beginning as on the pages. It may not lie
    in the future; without it the answer counts as begun now and is flagged as too fast. A false value is not detected,
    and there is no mark of the device, so two answers by one person are not recognised.
    """
    new = operations.answer(
        token=token, key=given.key, given=given.answered(), began_at=given.began_at,
        source=Source(origin=client_address(request) or ""), contact=given.contact, now=now,
    )  # fmt: skip
    return Status(201 if new else 200, {"key": given.key, "new": new})
