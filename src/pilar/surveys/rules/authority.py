"""Permissions on surveys, by state: the one table that an auditor reads.

``tests/surveys/test_authority.py`` asserts every cell. Everybody may answer while the survey takes answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pilar.people import authority
from pilar.people.authority import Allowed, Authority, Place
from pilar.people.rules import MINISTRY, OVERSEERS, Role, Standing
from pilar.platform.language import N_


class SurveyState(StrEnum):
    """A survey is drawn up, takes answers, and is closed."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


STATE_NAMES = {
    SurveyState.DRAFT: N_("Not open yet"),
    SurveyState.OPEN: N_("Takes answers"),
    SurveyState.CLOSED: N_("Closed"),
}

STATE_TONES = {SurveyState.DRAFT: "", SurveyState.OPEN: "positive", SurveyState.CLOSED: "brand"}
"""The tones of the states' tags."""


class Action(StrEnum):
    SEND_QUESTIONNAIRE = "send-questionnaire"
    """Keep a questionnaire as a draft, which no survey uses."""
    RELEASE_QUESTIONNAIRE = "release-questionnaire"
    """Let surveys be drawn up with it; not by the person who sent it."""
    CREATE = "create"
    SET_UP = "set-up"
    """Cells with their programmes and quotas."""
    OPEN = "open"
    CLOSE = "close"
    MOVE_DATES = "move-dates"
    """Other moments from which on and until which it takes answers, with the reason."""
    END = "end"
    """Take no more answers from now on, before the closing time, with the reason."""
    ENTER = "enter"
    """Enter answers of others: an enumerator's, those on paper, those of a file."""
    STATE_VALIDITY = "state-validity"
    """The statement of the head of region that the survey is valid."""
    FOLLOW_UP = "follow-up"
    """What is done about the lowest elements of a satisfaction index; everybody reads it."""
    SEE_PROGRESS = "see-progress"
    """How many answers each cell has; never who."""
    SEE_SCORES = "see-scores"
    SEE_ANSWERS = "see-answers"
    """Single answers, without anything that tells who gave them."""
    SEE_WORDS = "see-words"
    """What people wrote in their own words, which may name somebody."""
    SEE_CONTACTS = "see-contacts"
    """Where respondents want to be told the result."""


S = SurveyState
SECRETARIAT = frozenset({Role.SECRETARIAT})
COORDINATOR = frozenset({Role.COORDINATOR})
CONTRIBUTOR = frozenset({Role.CONTRIBUTOR})

TABLE: dict[Action, Allowed] = {
    Action.SEND_QUESTIONNAIRE: Allowed(SECRETARIAT, Place.NATION),
    Action.RELEASE_QUESTIONNAIRE: Allowed(SECRETARIAT, Place.NATION),
    Action.CREATE: Allowed(COORDINATOR, Place.REGION),
    Action.SET_UP: Allowed(COORDINATOR, Place.REGION, frozenset({S.DRAFT})),
    Action.OPEN: Allowed(COORDINATOR, Place.REGION, frozenset({S.DRAFT})),
    Action.CLOSE: Allowed(COORDINATOR, Place.REGION, frozenset({S.OPEN})),
    Action.MOVE_DATES: Allowed(COORDINATOR, Place.REGION, frozenset({S.DRAFT, S.OPEN})),
    Action.END: Allowed(COORDINATOR, Place.REGION, frozenset({S.OPEN})),
    Action.ENTER: Allowed(COORDINATOR | CONTRIBUTOR, Place.OFFICE, frozenset({S.OPEN})),
    Action.STATE_VALIDITY: Allowed(COORDINATOR, Place.REGION, frozenset({S.CLOSED})),
    Action.FOLLOW_UP: Allowed(COORDINATOR, Place.REGION, frozenset({S.CLOSED})),
    Action.SEE_PROGRESS: Allowed(OVERSEERS | CONTRIBUTOR, Place.OFFICE),
    # Not while answers come in: comparing before and after an answer would reveal that answer.
    Action.SEE_SCORES: Allowed(OVERSEERS | CONTRIBUTOR, Place.OFFICE, frozenset({S.CLOSED})),
    # An office sees numbers, not respondents, and no single answer.
    Action.SEE_ANSWERS: Allowed(MINISTRY | COORDINATOR, Place.REGION, frozenset({S.CLOSED})),
    Action.SEE_WORDS: Allowed(COORDINATOR, Place.REGION, frozenset({S.CLOSED})),
    Action.SEE_CONTACTS: Allowed(COORDINATOR, Place.REGION, frozenset({S.CLOSED})),
}


@dataclass(frozen=True, slots=True)
class Case(authority.Case):
    """The subject of an action: the region, the office of a cell, and the state of the survey."""

    state: SurveyState | None = None


class WrongSurveyState(authority.WrongState):
    """The actor may do this, but not while the survey is in its state."""

    code = "wrong-survey-state"
    sentence = N_("This cannot be done while the survey is in the state “%(state)s”")
    names = STATE_NAMES


AUTHORITY: Authority[Action, Case] = Authority(TABLE, WrongSurveyState)
holds, may, require = AUTHORITY.holds, AUTHORITY.may, AUTHORITY.require


def may_somewhere(by: Standing, action: Action, case: Case) -> bool:
    """Return whether ``by`` may do ``action`` now in the region or in any of its offices."""
    return may(by, action, AUTHORITY.nearest(by, action, case))


def knows(by: Standing, region: str) -> bool:
    """Return whether ``by`` may know of the surveys of a region."""
    return may_somewhere(by, Action.SEE_PROGRESS, Case(region))


def require_somewhere(by: Standing, action: Action, case: Case) -> None:
    """Raise as :func:`require` for a known case, unless a role in the region or in any of its offices allows the
    action."""
    require(by, action, AUTHORITY.nearest(by, action, case), known=True)
