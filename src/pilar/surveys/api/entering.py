"""Answers as JSON, recorded for others and sent by a tablet, an office or a program."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field, StrictBool, StringConstraints

from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import LARGEST, Key, RowSchema, problem_of, refusals
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.surveys import operations
from pilar.surveys.operations import Entered
from pilar.surveys.rules.answers import MAX_ANSWERS, Answered, Mode

router = Routes(tags=["surveys"])

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""The limits of any moment: a clock that was never set says 1970."""
MAX_ENTERED = 200
"""The most answers of others in one request."""

Moment = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST, description="With its offset from UTC")]
Code = Annotated[str, StringConstraints(max_length=60)]
Value = Annotated[int, Field(strict=True, ge=-LARGEST, le=LARGEST)] | Annotated[str, Field(max_length=10_000)]


SurveyProblem = problem_of("Survey", __name__)
NotThere = refusals(SurveyProblem, 404, 422)
Refused = refusals(SurveyProblem, 403, 404, 409, 422)


class SurveyAnswers(Schema):
    """Answers of a respondent, by code of the questionnaire: about themselves, and to its items.

    A value of the scale is a number or its digits; unanswered questions are left out.
    """

    group: Code = ""
    profile: Annotated[dict[Code, Code], Field(max_length=MAX_ANSWERS)]
    answers: Annotated[dict[Code, Value], Field(max_length=MAX_ANSWERS)]
    consent: StrictBool

    def answered(self) -> Answered:
        """Convert to the input of the operations."""
        return Answered(self.answers, self.profile, self.group, self.consent)


class SurveyEntered(SurveyAnswers):
    """An answer recorded for somebody else; its ``key`` is made on the recording device, so that it is stored once
    however often it is sent.

    ``began_at`` and ``ended_at`` are the times of answering by the device's clock.
    """

    key: UUID
    began_at: Moment | None = None
    ended_at: Moment


class SurveyEnteredIn(Schema):
    """Recorded answers for one programme, each checked separately; keys must be unique."""

    mode: Literal["enumerator", "paper", "import"]
    answers: Annotated[list[SurveyEntered], Field(min_length=1, max_length=MAX_ENTERED)]


class SurveyEnteredFault(RowSchema, of=Fault, fields="code place sentence=said"):
    """``place`` is the code of the item or field; ``sentence`` says what to do."""


class SurveyRefused(RowSchema, of=tuple[UUID, list[Fault]], fields="key=0 faults=1"):
    """The reason why the answer with this key is not stored."""

    faults: list[SurveyEnteredFault]


class SurveyEnteredOut(Schema):
    """``stored`` are new, ``known`` had come before: the device may delete both. ``refused`` must be corrected."""

    stored: int
    known: int
    refused: list[SurveyRefused]


@router.post(
    "/survey-cells/{cell}/answers",
    response={200: SurveyEnteredOut, **Refused, 410: SurveyProblem},
    summary="Enter answers of others",
)
def enter(by: Standing, now: datetime, cell: Key, given: SurveyEnteredIn) -> dict[str, object]:
    """Store recorded answers once by their keys, however often they are sent; faulty ones are reported by key and not
    stored.

    ``import`` and ``paper`` are not checked for how fast they were answered. Until a day after the closing time,
    answers are accepted that ended before it.
    """
    _require_one_each(given)
    entered = [Entered(answer.key, answer.answered(), answer.began_at, answer.ended_at) for answer in given.answers]
    stored, refused = operations.enter_answers(by=by, cell=cell, mode=Mode(given.mode), entered=entered, now=now)
    known = len(entered) - stored - len(refused)
    return {"stored": stored, "known": known, "refused": list(refused.items())}


def _require_one_each(given: SurveyEnteredIn) -> None:
    counts = Counter(answer.key for answer in given.answers)
    faults = [
        Fault("key-twice", N_("This key stands twice"), {}, f"answers.{place}.key")
        for place, entered in enumerate(given.answers)
        if counts[entered.key] > 1
    ]
    if faults:
        raise Faults(faults)
