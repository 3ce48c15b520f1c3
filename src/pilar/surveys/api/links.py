"""Answering by link without an account: what a link asks, and an answer to it.

Who answers by a program keeps the answer until it is acknowledged, and sends it again with the same key.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Schema, Status
from pydantic import Field

from pilar.platform.language import Bilingual
from pilar.platform.network import client_address
from pilar.surveys import operations, queries
from pilar.surveys.api.entering import answered
from pilar.surveys.api.schemas import Moment, NotThere, SurveyAnswers, SurveyProblem
from pilar.surveys.operations import Source
from pilar.surveys.rules.questionnaire import Field as AskedField
from pilar.surveys.rules.questionnaire import Item, Option, Questionnaire
from pilar.surveys.rules.surveys import takes_answers

router = Router(tags=["surveys"])

Token = Annotated[str, Path(max_length=24, pattern="^[a-z0-9]*$")]


class SurveyWords(Schema):
    """A text in both languages."""

    id: str
    en: str


class SurveyOption(Schema):
    """One of the answers to choose from."""

    code: str
    title: SurveyWords


class SurveyScaleValue(Schema):
    """A value of the scale in words."""

    value: int
    title: SurveyWords


class SurveyField(Schema):
    """What is asked about the respondent, by one of the options; what is not ``required`` may be left out."""

    code: str
    title: SurveyWords
    required: bool
    options: list[SurveyOption]


class SurveyCondition(Schema):
    """The item is asked only after one of these answers to an earlier ``item``."""

    item: str
    values: list[str]


class SurveyItem(Schema):
    """A question: answered by a value of the scale, the code of an option, words, or a number."""

    code: str
    kind: Literal["scale", "choice", "text", "number"]
    title: SurveyWords
    required: bool
    options: list[SurveyOption]
    when: SurveyCondition | None


class SurveySection(Schema):
    """A group of questions: one page."""

    code: str
    title: SurveyWords
    items: list[SurveyItem]


class SurveyQuestionnaire(Schema):
    """What is asked. ``groups``: kinds of respondents, empty where they are not told apart."""

    code: str
    version: str
    kind: Literal["impact", "satisfaction", "other"]
    title: SurveyWords
    purpose: SurveyWords
    consent: SurveyWords
    scale: list[SurveyScaleValue]
    groups: list[SurveyOption]
    profile: list[SurveyField]
    sections: list[SurveySection]


class SurveyLink(Schema):
    """What a link asks about. ``takes_answers`` now; ``synthetic``: its answers are made up for a demonstration."""

    cell: int
    survey: int
    title: str
    region: str
    region_name: str
    programme: str
    pillar: str
    part: str
    opens_at: datetime
    closes_at: datetime
    takes_answers: bool
    synthetic: bool
    questionnaire: SurveyQuestionnaire


class SurveyAnswerIn(SurveyAnswers):
    """An answer. ``key`` is made by who sends it, once an answer; ``contact``: where the result may be told."""

    key: UUID
    began_at: Moment | None = None
    contact: Annotated[str, Field(max_length=10_000)] = ""


class SurveyAnswerOut(Schema):
    """The answer of this key is stored; ``new``: by this request."""

    key: UUID
    new: bool


@router.get("/survey-links/{token}", response={200: SurveyLink, **NotThere}, summary="What a link asks")
def link(request: HttpRequest, token: Token) -> SurveyLink:
    """Also before the survey begins and after it has ended."""
    found = queries.open_form(token)
    row, now = found.survey, timezone.now()
    return SurveyLink(
        cell=found.cell, survey=row.key, title=row.title, region=row.region, region_name=row.region_name,
        programme=found.programme, pillar=found.pillar, part=found.part, opens_at=row.opens_at,
        closes_at=row.closes_at, synthetic=row.synthetic, questionnaire=questionnaire(row.questionnaire),
        takes_answers=takes_answers(state=row.state, opens_at=row.opens_at, closes_at=row.closes_at, now=now),
    )  # fmt: skip


@router.post(
    "/survey-links/{token}/answers",
    response={
        200: SurveyAnswerOut, 201: SurveyAnswerOut, 404: SurveyProblem, 409: SurveyProblem, 410: SurveyProblem,
        413: SurveyProblem, 422: SurveyProblem, 429: SurveyProblem,
    },
    summary="Answer by link",
)  # fmt: skip
def answer(request: HttpRequest, token: Token, given: SurveyAnswerIn) -> Status[SurveyAnswerOut]:
    """201 for a new answer, 200 for the same again; 409 for another one of the same key.

    ``began_at`` is what the sender says: the server has not seen the beginning, as it has on the pages. It may not lie
    in the future, and without it the answer counts as begun now and is flagged as too fast. Who lies about it is not
    found out by it; no mark of a device comes along either, so that two answers of one person are not seen as such.
    """
    new = operations.answer(
        token=token, key=given.key, given=answered(given), began_at=given.began_at,
        source=Source(origin=client_address(request) or ""), contact=given.contact, now=timezone.now(),
    )  # fmt: skip
    return Status(201 if new else 200, SurveyAnswerOut(key=given.key, new=new))


def questionnaire(form: Questionnaire) -> SurveyQuestionnaire:
    """A questionnaire as JSON."""
    return SurveyQuestionnaire(
        code=form.code, version=form.version, kind=form.kind.value, title=_words(form.title),
        purpose=_words(form.purpose), consent=_words(form.consent),
        scale=[SurveyScaleValue(value=value, title=_words(title)) for value, title in form.scale.items()],
        groups=_options(form.groups), profile=[_field(one) for one in form.profile],
        sections=[
            SurveySection(code=one.code, title=_words(one.title), items=[_item(item) for item in one.items])
            for one in form.sections
        ],
    )  # fmt: skip


def _field(one: AskedField) -> SurveyField:
    return SurveyField(code=one.code, title=_words(one.title), required=one.required, options=_options(one.options))


def _item(one: Item) -> SurveyItem:
    when = SurveyCondition(item=one.when.item, values=list(one.when.values)) if one.when else None
    return SurveyItem(
        code=one.code, kind=one.kind.value, title=_words(one.title), required=one.required,
        options=_options(one.options), when=when,
    )  # fmt: skip


def _options(given: tuple[Option, ...]) -> list[SurveyOption]:
    return [SurveyOption(code=one.code, title=_words(one.title)) for one in given]


def _words(one: Bilingual) -> SurveyWords:
    return SurveyWords(id=one.id, en=one.en)
