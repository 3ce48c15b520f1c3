"""States of a question that somebody asks a village about its budget."""

from __future__ import annotations

from enum import StrEnum

from pilar.platform.errors import PilarError, RetryLater
from pilar.platform.language import N_
from pilar.platform.lifecycle import Lifecycle, Move

MAX_QUESTION, MAX_CONTACT, MAX_ANSWER = 2_000, 200, 5_000
MAX_A_DAY = 50
"""The number of questions that one village takes in a day."""
CLOCK = "answer_question"


class QuestionState(StrEnum):
    """States of a question, in order."""

    ASKED = "asked"
    ANSWERED = "answered"
    PUBLISHED = "published"
    ASIDE = "aside"


QUESTION_NAMES = {
    QuestionState.ASKED: N_("To be answered by the village"),
    QuestionState.ANSWERED: N_("To be published by the secretary"),
    QuestionState.PUBLISHED: N_("Published with its answer"),
    QuestionState.ASIDE: N_("Set aside"),
}
"""The names say who must act next."""


class QuestionElsewhere(PilarError):
    code = "question-elsewhere"
    status = 409
    sentence = N_("This question is in another state now. Look at it again")


class TooManyQuestions(RetryLater):
    """A village takes no more questions on this day."""

    code = "too-many-questions"
    sentence = N_("The village got too many questions today. Ask again tomorrow")


_S = QuestionState
DECIDED = frozenset({_S.PUBLISHED, _S.ASIDE})
"""States to which the secretary can bring a question."""
QUESTIONS: Lifecycle[QuestionState, None] = Lifecycle(
    lambda _source, _target: QuestionElsewhere(),
    Move(_S.ASKED, _S.ANSWERED, N_("Answer it"), made_by="answer_question"),
    Move(_S.ANSWERED, _S.ANSWERED, N_("Answer again"), made_by="answer_question"),
    Move(_S.ANSWERED, _S.PUBLISHED, N_("Publish it")),
    Move(_S.PUBLISHED, _S.ANSWERED, N_("Take it off the public page")),
    Move(_S.ASKED, _S.ASIDE, N_("Set it aside")),
    Move(_S.ANSWERED, _S.ASIDE, N_("Do not publish it")),
    Move(_S.ASIDE, _S.ASKED, N_("Take it up again")),
)
