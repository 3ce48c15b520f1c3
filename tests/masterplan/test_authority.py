"""Every cell of the permission table, against a table written here by hand: who, what, where, and in which state."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pilar.masterplan.rules.authority import TABLE, Action, Case, WrongState, holds, in_state, may, offices_of, require
from pilar.masterplan.rules.stages import VersionState
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, HeldRole, NotAllowed, NotFound, Role, Standing
from pilar.platform.actors import Actor

# A role's column says where the role must be held: everywhere, in the region, in the office that proposes or carries
# out; a dot is never. The last column says in which states of the version: D being drawn up, M in the meeting, L in
# legal review, C decreed, F in force, R revised, E expired, X dropped; "any" includes that there is no version yet.
EXPECTED = """
action              secretariat  coordinator  verifier  contributor  assessor  panel_chair  states
start-plan          .            region       .         .            .         .            any
write-plan          .            region       .         .            .         .            DM
manage-bodies       .            region       .         .            .         .            any
call-for-proposals  .            region       .         .            .         .            D
edit-proposals      .            region       .         .            .         .            DM
hold-meetings       .            region       .         .            .         .            DM
move-version        .            region       .         .            .         .            any
propose             .            .            .         office       .         .            DM
report              .            .            .         office       .         .            FRE
read-plan           everywhere   region       region    .            .         .            any
read-proposals      everywhere   region       region    office       .         .            any
read-meetings       everywhere   region       region    .            .         .            any
read-reports        everywhere   region       region    office       .         .            CFRE
"""
LETTERS = {
    "D": VersionState.DRAFT,
    "M": VersionState.MEETING,
    "L": VersionState.LEGAL_REVIEW,
    "C": VersionState.DECREED,
    "F": VersionState.IN_FORCE,
    "R": VersionState.REVISED,
    "E": VersionState.EXPIRED,
    "X": VersionState.DROPPED,
}

HERE, ELSEWHERE = "36.03", "36.71"
OFFICE, OTHER_OFFICE = 11, 12
PLACES = {
    "the office": (HERE, OFFICE),
    "another office": (HERE, OTHER_OFFICE),
    "the region as a whole": (HERE, None),
    "an office elsewhere": (ELSEWHERE, 21),
}
STATES = (None, *VersionState)


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


def held(who: Person, action: Action, case: Case) -> bool:
    """What EXPECTED says of the role of a person at a place."""
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


def open_in(action: Action, state: VersionState | None) -> bool:
    """What EXPECTED says of a state."""
    said = LINES[action]["states"]
    return said == "any" or (state is not None and state in {LETTERS[letter] for letter in said})


def outcome(by: Standing, action: Action, case: Case, *, known: bool) -> str:
    try:
        require(by, action, case, known=known)
    except (NotAllowed, NotFound, WrongState) as error:
        return type(error).__name__
    return "allowed"


def test_the_table_here_names_every_action_role_and_state() -> None:
    assert [*LINES] == [*Action] == [*TABLE]
    assert {*LINES["read-plan"]} == {*Role, "states"}
    assert {who.column for who in PEOPLE} == {*Role, ""}
    assert {*LETTERS.values()} == {*VersionState}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("where", PLACES)
def test_every_cell(action: Action, where: str) -> None:
    differing = []
    for state in STATES:
        case = Case(*PLACES[where], state)
        for who in PEOPLE:
            found, wanted = holds(who.by, action, case), held(who, action, case)
            allowed = wanted and open_in(action, state)
            if (found, may(who.by, action, case)) != (wanted, allowed):
                differing.append((who.name, state, found, wanted))
            if wanted and not allowed and state is None:
                continue  # nobody asks without a version for what needs a state
            said = {known: outcome(who.by, action, case, known=known) for known in (True, False)}
            refused = {True: "NotAllowed", False: "NotFound"}
            late = dict.fromkeys((True, False), "WrongState")
            if said != (dict.fromkeys((True, False), "allowed") if allowed else late if wanted else refused):
                differing.append((who.name, state, said))
    assert differing == []


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("by", [OPERATOR, SCHEDULE])
def test_the_console_may_everything_in_its_state(by: Standing, action: Action) -> None:
    for place in PLACES.values():
        for state in STATES:
            case = Case(*place, state)
            assert holds(by, action, case)
            assert may(by, action, case) == in_state(action, case) == open_in(action, state)


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.name)
def test_a_token_holds_what_its_owner_holds(who: Person) -> None:
    token = Standing(Actor("token", "77", who.name), who.by.memberships, owner=who.by.account)
    for action in Action:
        for place in PLACES.values():
            assert holds(token, action, Case(*place)) == holds(who.by, action, Case(*place))


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.name)
@pytest.mark.parametrize("action", [Action.PROPOSE, Action.REPORT, Action.READ_PROPOSALS, Action.READ_REPORTS])
def test_the_offices_of_a_reader(who: Person, action: Action) -> None:
    column = LINES[action].get(who.column, ".")
    everywhere = column == "everywhere" or (column == "region" and who.region == HERE)
    own = (who.office,) if column == "office" and who.region == HERE else ()
    assert offices_of(who.by, action, HERE) == (None if everywhere else own)


def test_a_wrong_state_is_told_by_its_name() -> None:
    case = Case(HERE, None, VersionState.IN_FORCE)
    with pytest.raises(WrongState, match="“Berlaku”"):
        require(PEOPLE[3].by, Action.WRITE_PLAN, case, known=True)
