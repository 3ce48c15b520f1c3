"""Who may do what with surveys, and when: the one table that an auditor reads.

``tests/surveys/test_authority.py`` asserts every cell. Answering is everybody's, as long as the survey takes answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pilar.people.rules import HeldRole, NotAllowed, NotFound, Role, Standing
from pilar.platform.errors import PilarError
from pilar.platform.language import mark, translate


class SurveyState(StrEnum):
    """A survey is drawn up, takes answers, and is closed."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


STATE_NAMES = {
    SurveyState.DRAFT: mark("Not open yet"),
    SurveyState.OPEN: mark("Takes answers"),
    SurveyState.CLOSED: mark("Closed"),
}

STATE_TONES = {SurveyState.DRAFT: "", SurveyState.OPEN: "positive", SurveyState.CLOSED: "brand"}
"""Of their tags."""


class Place(StrEnum):
    """Where a role must be held: in the region, or in the office that owns the programme."""

    REGION = "region"
    OFFICE = "office"


class Action(StrEnum):
    CREATE = "create"
    SET_UP = "set-up"
    """Cells with their programmes and quotas, dates."""
    OPEN = "open"
    CLOSE = "close"
    ENTER = "enter"
    """Enter answers of others: an enumerator's, those on paper, those of a file."""
    STATE_VALIDITY = "state-validity"
    """The statement of the head of region that the survey is valid."""
    SEE_PROGRESS = "see-progress"
    """How many answers each cell has; never who."""
    SEE_SCORES = "see-scores"
    SEE_ANSWERS = "see-answers"
    """Single answers, without anything that tells who gave them."""
    SEE_WORDS = "see-words"
    """What people wrote in their own words, which may name somebody."""
    SEE_CONTACTS = "see-contacts"
    """Where respondents want to be told the result."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Roles, the place they must be held at, and the states of the survey; ``None`` means any, or none yet."""

    roles: frozenset[Role]
    place: Place
    states: frozenset[SurveyState] | None = None


S = SurveyState
COORDINATOR = frozenset({Role.COORDINATOR})
OVERSEERS = frozenset({Role.SECRETARIAT, Role.COORDINATOR, Role.VERIFIER})
CONTRIBUTOR = frozenset({Role.CONTRIBUTOR})

TABLE: dict[Action, Allowed] = {
    Action.CREATE: Allowed(COORDINATOR, Place.REGION),
    Action.SET_UP: Allowed(COORDINATOR, Place.REGION, frozenset({S.DRAFT})),
    Action.OPEN: Allowed(COORDINATOR, Place.REGION, frozenset({S.DRAFT})),
    Action.CLOSE: Allowed(COORDINATOR, Place.REGION, frozenset({S.OPEN})),
    Action.ENTER: Allowed(COORDINATOR | CONTRIBUTOR, Place.OFFICE, frozenset({S.OPEN})),
    Action.STATE_VALIDITY: Allowed(COORDINATOR, Place.REGION, frozenset({S.CLOSED})),
    Action.SEE_PROGRESS: Allowed(OVERSEERS | CONTRIBUTOR, Place.OFFICE),
    # Not while answers come in: two looks, one before and one after an answer, would tell that answer.
    Action.SEE_SCORES: Allowed(OVERSEERS | CONTRIBUTOR, Place.OFFICE, frozenset({S.CLOSED})),
    # An office sees how many, not who, and no single answer.
    Action.SEE_ANSWERS: Allowed(frozenset({Role.SECRETARIAT, Role.COORDINATOR}), Place.REGION, frozenset({S.CLOSED})),
    Action.SEE_WORDS: Allowed(COORDINATOR, Place.REGION, frozenset({S.CLOSED})),
    Action.SEE_CONTACTS: Allowed(COORDINATOR, Place.REGION, frozenset({S.CLOSED})),
}


@dataclass(frozen=True, slots=True)
class Case:
    """What an action is about: the region, the office of a cell, and the state of the survey."""

    region: str
    office: int | None = None
    state: SurveyState | None = None


class WrongSurveyState(PilarError):
    """The actor may do this, but not while the survey is in its state."""

    code = "wrong-survey-state"
    status = 409
    sentence = mark("This cannot be done while the survey is in the state “%(state)s”")

    def text(self) -> str:
        name = STATE_NAMES[self.fields["state"]]
        return translate(self.sentence, state=translate(name))


def holds(by: Standing, action: Action, case: Case) -> bool:
    """Whether ``by`` holds a role for ``action`` there, in whatever state the survey is."""
    rule = TABLE[action]
    return by.unrestricted or any(
        held.role in rule.roles and _covers(held, rule.place, case) for held in by.memberships
    )


def may(by: Standing, action: Action, case: Case) -> bool:
    """Whether ``by`` may do ``action`` there now."""
    states = TABLE[action].states
    return holds(by, action, case) and (states is None or case.state in states)


def require_somewhere(by: Standing, action: Action, case: Case) -> None:
    """As :func:`require` of a known case, for who holds the role in the region or in any of its offices."""
    rule = TABLE[action]
    offices = {held.office for held in by.memberships if held.region == case.region and held.role in rule.roles}
    places = [Case(case.region, office, case.state) for office in (*sorted(offices - {None}, key=str), None)]
    require(by, action, next((one for one in places if holds(by, action, one)), case), known=True)


def may_somewhere(by: Standing, action: Action, case: Case) -> bool:
    """Whether :func:`require_somewhere` raises nothing."""
    try:
        require_somewhere(by, action, case)
    except (NotAllowed, WrongSurveyState):
        return False
    return True


def require(by: Standing, action: Action, case: Case, *, known: bool) -> None:
    """Raise unless :func:`may`: NotFound for somebody who may not know of the case, NotAllowed without the role,
    :class:`WrongSurveyState` with it."""
    if not holds(by, action, case):
        raise NotAllowed if known else NotFound
    if not may(by, action, case):
        assert case.state is not None
        raise WrongSurveyState(state=case.state)


def _covers(held: HeldRole, place: Place, case: Case) -> bool:
    if held.role is Role.SECRETARIAT:
        return True
    if held.region != case.region:
        return False
    return place is Place.REGION or held.office is None or held.office == case.office
