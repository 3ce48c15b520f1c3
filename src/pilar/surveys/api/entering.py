"""Answers that were taken down for others, sent by a tablet, an office or a program."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from pilar.people.signin import standing_of
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark, translate
from pilar.surveys import operations
from pilar.surveys.api.schemas import (
    Key,
    Refused,
    SurveyAnswers,
    SurveyEnteredFault,
    SurveyEnteredIn,
    SurveyEnteredOut,
    SurveyProblem,
    SurveyRefused,
)
from pilar.surveys.operations import Entered
from pilar.surveys.rules.answers import Answered, Mode

router = Router(tags=["surveys"])


@router.post(
    "/survey-cells/{cell}/answers",
    response={200: SurveyEnteredOut, **Refused, 410: SurveyProblem},
    summary="Enter answers of others",
)
def enter(request: HttpRequest, cell: Key, given: SurveyEnteredIn) -> SurveyEnteredOut:
    """Stored once by their keys, however often they are sent; what is not in order is told by its key and not stored.

    ``import`` and ``paper`` are not judged by how fast they were answered. Until a day after the closing time answers
    are taken that ended before it.
    """
    _require_one_each(given)
    entered = [Entered(one.key, answered(one), one.began_at, one.ended_at) for one in given.answers]
    stored, refused = operations.enter_answers(
        by=standing_of(request), cell=cell, mode=Mode(given.mode), entered=entered, now=timezone.now()
    )
    return SurveyEnteredOut(
        stored=stored,
        known=len(entered) - stored - len(refused),
        refused=[SurveyRefused(key=key, faults=[_fault(one) for one in faults]) for key, faults in refused.items()],
    )


def answered(given: SurveyAnswers) -> Answered:
    """What was answered, for the operations."""
    return Answered(given.answers, given.profile, given.group, given.consent)


def _require_one_each(given: SurveyEnteredIn) -> None:
    counts = Counter(one.key for one in given.answers)
    faults = [
        Fault("key-twice", mark("This key stands twice"), {}, f"answers.{place}.key")
        for place, one in enumerate(given.answers)
        if counts[one.key] > 1
    ]
    if faults:
        raise Faults(faults)


def _fault(one: Fault) -> SurveyEnteredFault:
    return SurveyEnteredFault(code=one.code, place=one.place, sentence=translate(one.sentence, **one.fields))
