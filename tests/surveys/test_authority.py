"""Every cell of the permission table, against a table written here by hand: who, what, where, and in which states."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pilar.people.rules import OPERATOR, PUBLIC, HeldRole, NotAllowed, NotFound, Role, Standing
from pilar.platform.actors import Actor
from pilar.surveys.rules.authority import (
    TABLE,
    Action,
    Case,
    SurveyState,
    WrongSurveyState,
    may,
    may_somewhere,
    require,
)

# A role's column says where the role must be held: everywhere, in the region, in the office of the programme; a dot is
# never. The last column has the states of the survey, or “any”.
EXPECTED = """
action          secretariat  coordinator  verifier  contributor  assessor  panel_chair  states
create          .            region       .         .            .         .            any
set-up          .            region       .         .            .         .            draft
open            .            region       .         .            .         .            draft
close           .            region       .         .            .         .            open
enter           .            region       .         office       .         .            open
state-validity  .            region       .         .            .         .            closed
see-progress    everywhere   region       region    office       .         .            any
see-scores      everywhere   region       region    office       .         .            closed
see-answers     everywhere   region       .         .            .         .            closed
see-words       .            region       .         .            .         .            closed
see-contacts    .            region       .         .            .         .            closed
"""

HERE, ELSEWHERE = "36.03", "36.71"
OFFICE, OTHER_OFFICE = 11, 12
PLACES = {
    "a programme of the office": (HERE, OFFICE),
    "a programme of another office": (HERE, OTHER_OFFICE),
    "the survey as a whole": (HERE, None),
    "a programme elsewhere": (ELSEWHERE, 21),
}


@dataclass(frozen=True)
class Person:
    name: str
    by: Standing
    column: str = ""
    region: str = ""
    office: int | None = None


def person(name: str, role: Role, region: str | None = None, office: int | None = None) -> Person:
    standing = Standing(Actor("user", "9", name), (HeldRole(role, region, office),))
    return Person(name, standing, role, region or "", office)


PEOPLE = (
    Person("a visitor", PUBLIC),
    Person("an account without a role", Standing(Actor("user", "9", ""))),
    person("the secretariat", Role.SECRETARIAT),
    person("the coordinator", Role.COORDINATOR, HERE),
    person("a coordinator elsewhere", Role.COORDINATOR, ELSEWHERE),
    person("the verifier", Role.VERIFIER, HERE),
    person("a contributor of the office", Role.CONTRIBUTOR, HERE, OFFICE),
    person("a contributor of another office", Role.CONTRIBUTOR, HERE, OTHER_OFFICE),
    person("a contributor elsewhere", Role.CONTRIBUTOR, ELSEWHERE, 21),
    person("an assessor", Role.ASSESSOR),
    person("a panel chair", Role.PANEL_CHAIR),
)


def read_table() -> dict[str, dict[str, str]]:
    heading, *lines = (line.split() for line in EXPECTED.strip().splitlines())
    return {action: dict(zip(heading[1:], places, strict=True)) for action, *places in lines}


LINES = read_table()


def holds(who: Person, action: Action, case: Case) -> bool:
    """What EXPECTED says of a person at a place, in whatever state."""
    if not who.column:
        return False
    match LINES[action][who.column]:
        case "everywhere":
            return True
        case "region":
            return who.region == case.region
        case "office":
            return who.region == case.region and who.office == case.office
    return False


def in_state(action: Action, state: SurveyState) -> bool:
    return LINES[action]["states"] in ("any", state.value)


def outcome(by: Standing, action: Action, case: Case, *, known: bool) -> str:
    try:
        require(by, action, case, known=known)
    except (NotAllowed, NotFound, WrongSurveyState) as error:
        return type(error).__name__
    return "allowed"


def test_the_table_here_names_every_action_and_role() -> None:
    assert [*LINES] == [*Action] == [*TABLE]
    assert {*LINES["create"]} == {*Role, "states"}
    assert {who.column for who in PEOPLE} == {*Role, ""}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", SurveyState)
@pytest.mark.parametrize("place", PLACES)
def test_every_cell(action: Action, state: SurveyState, place: str) -> None:
    case, differing = Case(*PLACES[place], state), []
    for who in PEOPLE:
        held, now = holds(who, action, case), in_state(action, state)
        said = "allowed" if held and now else "WrongSurveyState" if held else ""
        wanted = {True: said or "NotAllowed", False: said or "NotFound"}
        found = {known: outcome(who.by, action, case, known=known) for known in (True, False)}
        if (may(who.by, action, case), found) != (held and now, wanted):
            differing.append((who.name, found, wanted))
    assert differing == []


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", SurveyState)
def test_somewhere_in_a_region(action: Action, state: SurveyState) -> None:
    case = Case(HERE, None, state)
    for who in PEOPLE:
        places = [Case(*place, state) for place in PLACES.values() if place[0] == HERE]
        assert may_somewhere(who.by, action, case) == any(may(who.by, action, one) for one in places), who.name


@pytest.mark.parametrize("action", Action)
def test_the_console_may_everything_in_its_state(action: Action) -> None:
    for state in SurveyState:
        assert may(OPERATOR, action, Case(HERE, None, state)) == in_state(action, state)


def test_a_wrong_state_is_told_by_its_name() -> None:
    assert "“Ditutup”" in WrongSurveyState(state=SurveyState.CLOSED).text()
