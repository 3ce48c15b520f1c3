"""What answers look like as JSON, and errors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Path, Schema
from pydantic import AwareDatetime, Field, StrictBool, StringConstraints

from pilar.surveys.rules.answers import MOST_ANSWERS

LARGEST = 2_147_483_647
NO_NUL = r"^[^\x00]*$"
"""PostgreSQL keeps no NUL in a text."""
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Of any moment: a clock that was never set says 1970."""
MOST_ENTERED = 200
"""Answers of others in one request."""

Key = Annotated[int, Path(ge=1, le=LARGEST)]
Moment = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST, description="With its offset from UTC")]
Code = Annotated[str, StringConstraints(max_length=60)]
Value = Annotated[int, Field(strict=True, ge=-LARGEST, le=LARGEST)] | Annotated[str, Field(max_length=10_000)]


class SurveyFault(Schema):
    """A fault: ``code`` is stable, ``place`` names the field, ``text`` says what to do."""

    code: str
    place: str
    text: str


class SurveyProblem(Schema):
    """RFC 9457 problem; ``code`` is stable, ``title`` says what to do."""

    type: str
    title: str
    status: int
    code: str
    faults: list[SurveyFault] | None = None


class SurveyAnswers(Schema):
    """What somebody answered, by code of the questionnaire: about themselves, and to its items.

    A value of the scale is a number or its digits; what was not answered is left out.
    """

    group: Code = ""
    profile: Annotated[dict[Code, Code], Field(max_length=MOST_ANSWERS)]
    answers: Annotated[dict[Code, Value], Field(max_length=MOST_ANSWERS)]
    consent: StrictBool


class SurveyEntered(SurveyAnswers):
    """An answer that was taken down; ``key`` is made where it was, so that it is stored once however often it is sent.

    ``began_at`` and ``ended_at`` are those of the answering, as the device has them.
    """

    key: UUID
    began_at: Moment | None = None
    ended_at: Moment


class SurveyEnteredIn(Schema):
    """Answers of others for one programme, each judged by itself; no key stands twice."""

    mode: Literal["enumerator", "paper", "import"]
    answers: Annotated[list[SurveyEntered], Field(min_length=1, max_length=MOST_ENTERED)]


class SurveyEnteredFault(Schema):
    """``place`` is the code of the item or field; ``sentence`` says what to do."""

    code: str
    place: str
    sentence: str


class SurveyRefused(Schema):
    """Why the answer of this key is not stored."""

    key: UUID
    faults: list[SurveyEnteredFault]


class SurveyEnteredOut(Schema):
    """``stored`` are new, ``known`` had come before: the device may forget both. ``refused`` must be mended."""

    stored: int
    known: int
    refused: list[SurveyRefused]


NotThere = {404: SurveyProblem, 422: SurveyProblem}
Refused = {403: SurveyProblem, 404: SurveyProblem, 409: SurveyProblem, 422: SurveyProblem}
