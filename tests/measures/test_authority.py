"""Every cell of the permission table, against a table written here by hand: who, what, and where."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pilar.measures.rules.authority import TABLE, Action, Case, SourceStanding, may, reports_in, require
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, HeldRole, NotAllowed, NotFound, Role, Standing
from pilar.platform.actors import Actor

# A role's column says where the role must be held: everywhere, in the region, in the office that answers for the
# measure; a dot is never. The last column says whether a source system may, which is with its own measures only. What a
# part of Pilar measures nobody but that part reports or corrects.
EXPECTED = """
action           secretariat  coordinator  verifier  contributor  assessor  panel_chair  source
manage-measures  .            region       .         .            .         .            .
manage-sources   .            region       .         .            .         .            .
report           .            .            .         office       .         .            own
correct          .            .            .         office       .         .            own
read             everywhere   region       region    region       .         .            own
"""

HERE, ELSEWHERE = "36.03", "36.71"
OFFICE, OTHER_OFFICE = 11, 12
SOURCE, OTHER_SOURCE = 5, 6
CASES = {
    "a measure of the office from the source": Case(HERE, OFFICE, SOURCE),
    "a measure of the office by hand": Case(HERE, OFFICE),
    "a measure of the office that Pilar makes": Case(HERE, OFFICE, SOURCE, built_in=True),
    "a measure of another office": Case(HERE, OTHER_OFFICE, OTHER_SOURCE),
    "the region as a whole": Case(HERE),
    "a measure elsewhere": Case(ELSEWHERE, 21, 7),
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


def source(name: str, key: int, region: str) -> Person:
    return Person(
        name, SourceStanding(Actor("token", f"source-{key}", name), source=key, region=region), "source", region
    )


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
    source("the source", SOURCE, HERE),
    source("another source", OTHER_SOURCE, HERE),
    source("a source of the same key elsewhere", SOURCE, ELSEWHERE),
)


def read_table() -> dict[str, dict[str, str]]:
    heading, *lines = (line.split() for line in EXPECTED.strip().splitlines())
    return {action: dict(zip(heading[1:], places, strict=True)) for action, *places in lines}


LINES = read_table()


def expected(who: Person, action: Action, case: Case) -> bool:
    """What EXPECTED says of a person at a case."""
    if not who.column:
        return False
    if case.built_in and action in (Action.REPORT, Action.CORRECT) and who.column != "source":
        return False
    match LINES[action][who.column]:
        case "everywhere":
            return True
        case "region":
            return who.region == case.region
        case "office":
            return who.region == case.region and who.office == case.office
        case "own":
            assert isinstance(who.by, SourceStanding)
            return who.region == case.region and who.by.source == case.source
    return False


def test_the_table_here_names_every_action_and_role() -> None:
    assert [*LINES] == [*Action] == [*TABLE]
    assert {*LINES["read"]} == {*Role, "source"}
    assert {who.column for who in PEOPLE} == {*Role, "source", ""}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("about", CASES)
def test_every_cell(action: Action, about: str) -> None:
    case, differing = CASES[about], []
    for who in PEOPLE:
        found, wanted = may(who.by, action, case), expected(who, action, case)
        refusals = {known: outcome(who.by, action, case, known=known) for known in (True, False)}
        said = {True: "allowed", False: "allowed"} if wanted else {True: "NotAllowed", False: "NotFound"}
        if found != wanted or refusals != said:
            differing.append((who.name, found, wanted, refusals))
    assert differing == []


def outcome(by: Standing, action: Action, case: Case, *, known: bool) -> str:
    try:
        require(by, action, case, known=known)
    except (NotAllowed, NotFound) as error:
        return type(error).__name__
    return "allowed"


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("by", [OPERATOR, SCHEDULE])
def test_the_console_may_everything_but_has_no_name_to_report_by(by: Standing, action: Action) -> None:
    made = action in (Action.REPORT, Action.CORRECT)
    assert all(may(by, action, case) is not (case.built_in and made) for case in CASES.values())
    assert not reports_in(by, HERE)


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.name)
def test_a_token_holds_what_its_owner_holds(who: Person) -> None:
    if isinstance(who.by, SourceStanding):
        return
    token = Standing(Actor("token", "77", who.name), who.by.memberships, owner=who.by.account)
    for action in Action:
        for case in CASES.values():
            assert may(token, action, case) == may(who.by, action, case)


def test_who_reports_something_in_the_region() -> None:
    assert {who.name for who in PEOPLE if reports_in(who.by, HERE)} == {
        "a contributor of the office", "a contributor of another office", "the source", "another source",
    }  # fmt: skip


def test_a_source_has_no_other_permission_anywhere() -> None:
    from pilar.people.rules import Permission

    by = SourceStanding(Actor("token", "source-5", "SIKD"), source=SOURCE, region=HERE)
    assert not any(by.may(permission, area=area) for permission in Permission for area in (None, HERE))
    assert by.account is None
