"""Complaints about cases and enquiries of investors: the limit for the answer, and escalation without one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pilar.platform.errors import PilarError, RetryLater
from pilar.platform.language import N_
from pilar.platform.lifecycle import Lifecycle, Move

MAX_TEXT, MAX_CONTACT, MAX_ANSWER = 2_000, 200, 5_000
MAX_A_DAY = 200
"""The most letters that a region accepts a day."""


class LetterKind(StrEnum):
    COMPLAINT = "complaint"
    ENQUIRY = "enquiry"


class LetterState(StrEnum):
    ASKED = "asked"
    ESCALATED = "escalated"
    ANSWERED = "answered"


KIND_NAMES = {LetterKind.COMPLAINT: N_("Complaint"), LetterKind.ENQUIRY: N_("Enquiry of an investor")}
LETTER_NAMES = {
    LetterState.ASKED: (N_("To be answered by the office"), "caution"),
    LetterState.ESCALATED: (N_("To be answered by the head of the office"), "negative"),
    LetterState.ANSWERED: (N_("Answered"), "positive"),
}
"""The name of each state, which says who acts next, and the tone in which it is shown."""


@dataclass(frozen=True, slots=True)
class DeskLimit:
    """A number of working days; ``source``: an address, or ``assumption``."""

    days: int
    source: str


class LetterElsewhere(PilarError):
    code = "letter-elsewhere"
    status = 409
    sentence = N_("This letter is in another state now. Look at it again")


class TooManyLetters(RetryLater):
    code = "too-many-letters"
    sentence = N_("The office got too many letters today. Write again tomorrow")


_S = LetterState
LETTERS: Lifecycle[LetterState, None] = Lifecycle(
    lambda _source, _target: LetterElsewhere(),
    Move(_S.ASKED, _S.ANSWERED, N_("Answer it"), made_by="answer_letter"),
    Move(_S.ESCALATED, _S.ANSWERED, N_("Answer it"), made_by="answer_letter"),
    Move(_S.ASKED, _S.ESCALATED, N_("Take it to the head of the office")),
    Move(_S.ANSWERED, _S.ESCALATED, N_("Take it to the head of the office")),
)
