"""Every cell of the permission table, against a table written here by hand: who, what, where and in which states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from pilar.evaluation.rules.authority import (
    TABLE,
    Action,
    Case,
    SeatInConflict,
    WrongState,
    holds,
    in_time,
    may,
    may_know,
    require,
)
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, HeldRole, NotAllowed, NotFound, Role, Standing
from pilar.platform.actors import Actor

# A role's column says where the role must be held: everywhere, in the region, in the office that answers the
# indicator, by a seat on the region's panel, by the chair of it; a dot is never. A letter stands for a state in which
# the action is done: Draft, Open, Closed, desK check, Review, Agreed, obJection, Final, Published; and of the
# region's assessment: Preparing, Submitted, Agreed.
EXPECTED = """
action              secretariat  coordinator  verifier  contributor  assessor  panel_chair  phase      assessment
create-campaign     everywhere   .            .         .            .         .            DOCKRAJFP  PSA
set-up-campaign     everywhere   .            .         .            .         .            DO.......  PSA
move-phase          everywhere   .            .         .            .         .            DOCKRAJFP  PSA
form-panels         everywhere   .            .         .            .         .            DOCKR....  PSA
return-assessment   everywhere   .            .         .            .         .            .O.......  .S.
see-progress        everywhere   .            .         .            .         .            DOCKRAJFP  PSA
request-evidence    everywhere   .            .         .            seat      seat         ...KR....  .SA
compute-results     everywhere   .            .         .            .         .            ...KRAJFP  PSA
approve-results     everywhere   .            .         .            .         .            .....AJFP  PSA
publish-results     everywhere   .            .         .            .         .            .......F.  PSA
correct-results     everywhere   .            .         .            .         .            ........P  PSA
decide-objection    everywhere   .            .         .            .         .            ......J..  ..A
see-agreement       everywhere   .            .         .            .         .            DOCKRAJFP  PSA
try-weights         everywhere   .            .         .            .         .            DOCKRAJFP  PSA
read-assessment     everywhere   region       region    region       .         .            DOCKRAJFP  PSA
allocate            .            region       .         .            .         .            DO.......  P..
answer              .            region       .         office       .         .            .O.......  P..
verify              .            .            region    .            .         .            .O.......  P..
submit              .            region       .         .            .         .            .O.......  P..
answer-request      .            region       .         office       .         .            ...KR....  .SA
see-agreed-marks    everywhere   region       region    region       .         .            ......JFP  PSA
object              .            region       .         .            .         .            ......J..  ..A
accept-result       .            region       .         .            .         .            ......J..  ..A
follow-up           .            region       .         office       .         .            ........P  ..A
plan-steps          everywhere   region       region    region       .         .            DOCKRAJFP  PSA
read-for-marking    .            .            .         .            seat      seat         ..CKRAJFP  .SA
mark                .            .            .         .            seat      seat         ...KR....  .S.
finish-marking      .            .            .         .            seat      seat         ...KR....  .S.
write-findings      .            .            .         .            seat      seat         ...KR....  .SA
hold-meetings       .            .            .         .            seat      seat         ...KR....  .SA
settle              .            .            .         .            chair     chair        ...KR....  .SA
"""

PHASES = ["draft", "open", "closed", "desk_check", "review", "agreed", "objection", "final", "published"]
ASSESSMENTS = ["preparing", "submitted", "agreed"]

HERE, ELSEWHERE = "36.03", "36.71"
OFFICE, OTHER_OFFICE, OFFICE_ELSEWHERE = 11, 12, 21
CHAIR, SEATED = 1, 2
INDICATOR = Case(region=HERE, office=OFFICE, panel=(CHAIR, SEATED), chair=CHAIR)
CASES = {
    "an indicator of the office": INDICATOR,
    "an indicator of no office": replace(INDICATOR, office=None),
    "a region without a panel": replace(INDICATOR, panel=(), chair=None),
    "a campaign as a whole": Case(),
}


@dataclass(frozen=True)
class Person:
    """Somebody, and where that role is held; ``at`` names places of EXPECTED beside "everywhere"."""

    name: str
    by: Standing
    role: str = ""
    at: frozenset[str] = frozenset()


def person(
    name: str, at: str, role: Role, region: str | None = None, office: int | None = None, key: int = 9
) -> Person:
    standing = Standing(Actor("user", str(key), name), (HeldRole(role, region, office),))
    return Person(name, standing, role, frozenset(at.split()))


PEOPLE = (
    Person("a visitor", PUBLIC),
    Person("an account without a role", Standing(Actor("user", "9", ""))),
    Person("somebody on the panel whose role has ended", Standing(Actor("user", str(CHAIR), ""))),
    person("the secretariat", "", Role.SECRETARIAT),
    person("the coordinator", "region", Role.COORDINATOR, HERE),
    person("a coordinator elsewhere", "", Role.COORDINATOR, ELSEWHERE),
    person("the verifier", "region", Role.VERIFIER, HERE),
    person("a verifier elsewhere", "", Role.VERIFIER, ELSEWHERE),
    person("a contributor of the office", "region office", Role.CONTRIBUTOR, HERE, OFFICE),
    person("a contributor of another office", "region", Role.CONTRIBUTOR, HERE, OTHER_OFFICE),
    person("a contributor elsewhere", "", Role.CONTRIBUTOR, ELSEWHERE, OFFICE_ELSEWHERE),
    person("an assessor of the panel", "seat", Role.ASSESSOR, key=SEATED),
    person("an assessor who chairs the panel", "seat chair", Role.ASSESSOR, key=CHAIR),
    person("an assessor of another panel", "", Role.ASSESSOR),
    person("a panel chair on the panel, not chairing it", "seat", Role.PANEL_CHAIR, key=SEATED),
    person("the chair of the panel", "seat chair", Role.PANEL_CHAIR, key=CHAIR),
    person("the chair of another panel", "", Role.PANEL_CHAIR),
    # The key of a region's account is on no panel, even if an account of the same number sits there by mistake.
    person("the coordinator, seated by mistake", "region", Role.COORDINATOR, HERE, key=CHAIR),
)


@dataclass(frozen=True)
class Line:
    """One line of EXPECTED."""

    places: dict[str, str]
    phases: frozenset[str]
    assessments: frozenset[str]


def read(table: str) -> dict[str, Line]:
    heading, *lines = (line.split() for line in table.strip().splitlines())
    roles, read_lines = heading[1:7], {}
    for action, *columns in lines:
        *places, phases, assessments = columns
        read_lines[action] = Line(
            dict(zip(roles, places, strict=True)), states(phases, PHASES), states(assessments, ASSESSMENTS)
        )
    return read_lines


def states(letters: str, names: list[str]) -> frozenset[str]:
    return frozenset(name for letter, name in zip(letters, names, strict=True) if letter != ".")


LINES = read(EXPECTED)


def held_there(who: Person, line: Line, case: Case) -> bool:
    """What EXPECTED says of a person at a case."""
    if not who.role:
        return False
    at = who.at
    if not case.region:
        at = frozenset()
    if not case.panel:
        at -= {"seat", "chair"}
    if case.office is None:
        at -= {"office"}
    place = line.places[who.role]
    return place == "everywhere" or place in at


def cells() -> Iterator[tuple[Person, str, Case]]:
    for who in PEOPLE:
        for about, case in CASES.items():
            for phase in PHASES:
                for assessment in ASSESSMENTS:
                    yield who, about, replace(case, phase=PhaseState(phase), assessment=AssessmentState(assessment))


def outcome(by: Standing, action: Action, case: Case, *, known: bool) -> str:
    try:
        require(by, action, case, known=known)
    except (NotFound, NotAllowed, SeatInConflict, WrongState) as error:
        return type(error).__name__
    return "allowed"


def test_the_table_here_names_every_action_role_and_state() -> None:
    assert [*LINES] == [*Action] == [*TABLE]
    assert {*LINES["mark"].places} == {*Role}
    assert {*PHASES} == {*PhaseState}
    assert {*ASSESSMENTS} == {*AssessmentState}
    assert {place for line in LINES.values() for place in line.places.values()} == {
        *("everywhere", "region", "office", "seat", "chair", ".")
    }
    assert {who.role for who in PEOPLE} == {*Role, ""}


@pytest.mark.parametrize("action", Action)
def test_every_cell(action: Action) -> None:
    line, differing, seen = LINES[action], [], 0
    for who, about, case in cells():
        held = held_there(who, line, case)
        now = case.phase in line.phases and case.assessment in line.assessments
        allowed = "allowed" if now else "WrongState"
        expected = (allowed, allowed, now) if held else ("NotAllowed", "NotFound", False)
        found = (
            outcome(who.by, action, case, known=True),
            outcome(who.by, action, case, known=False),
            may(who.by, action, case),
        )
        seen += 1
        if found != expected:
            differing.append((who.name, about, case.phase, case.assessment, found, expected))
    assert differing == []
    assert seen == len(PEOPLE) * len(CASES) * 9 * 3


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("by", [OPERATOR, SCHEDULE], ids=["console", "schedule"])
def test_the_console_is_bound_by_states_alone(by: Standing, action: Action) -> None:
    line = LINES[action]
    for phase in PHASES:
        for assessment in ASSESSMENTS:
            for case in CASES.values():
                at = replace(case, phase=PhaseState(phase), assessment=AssessmentState(assessment))
                now = phase in line.phases and assessment in line.assessments
                assert outcome(by, action, at, known=False) == ("allowed" if now else "WrongState"), at


@pytest.mark.parametrize("action", Action)
def test_a_case_without_a_state_is_not_held_up_by_it(action: Action) -> None:
    """A campaign as a whole has no assessment; what is created first has no phase either."""
    line = LINES[action]
    assert in_time(action, Case())
    for phase in PHASES:
        assert in_time(action, Case(phase=PhaseState(phase))) == (phase in line.phases), phase
    for assessment in ASSESSMENTS:
        assert in_time(action, Case(assessment=AssessmentState(assessment))) == (assessment in line.assessments)


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.name)
def test_a_token_holds_what_its_owner_holds(who: Person) -> None:
    token = Standing(Actor("token", "77", who.name), who.by.memberships, owner=who.by.account)
    for action in Action:
        for case in CASES.values():
            assert holds(token, action, case) == holds(who.by, action, case), (action, case)


@pytest.mark.parametrize("action", Action)
def test_two_roles_never_lend_each_other_their_places(action: Action) -> None:
    """Coordinator elsewhere, contributor of another office here, and on another panel: the sum, and no more."""
    parts = [who for who in PEOPLE if who.name in ("a coordinator elsewhere", "a contributor of another office")]
    parts += [who for who in PEOPLE if who.name == "the chair of another panel"]
    both = Standing(Actor("user", "9", ""), tuple(held for who in parts for held in who.by.memberships))
    assert len(both.memberships) == 3
    for case in CASES.values():
        assert holds(both, action, case) == any(held_there(who, LINES[action], case) for who in parts), case


MAY_KNOW = {
    "the secretariat",
    "the coordinator",
    "the verifier",
    "a contributor of the office",
    "a contributor of another office",
    "an assessor of the panel",
    "an assessor who chairs the panel",
    "a panel chair on the panel, not chairing it",
    "the chair of the panel",
    "the coordinator, seated by mistake",
}


def test_who_may_know_of_an_assessment() -> None:
    assert {who.name for who in PEOPLE if may_know(who.by, INDICATOR)} == MAY_KNOW


UNBIASED = {"request-evidence", "mark", "finish-marking", "write-findings", "hold-meetings", "settle"}


@pytest.mark.parametrize("action", Action)
def test_a_conflict_bars_the_seat_from_the_panels_work_and_from_nothing_else(action: Action) -> None:
    line = LINES[action]
    phase, assessment = min(line.phases), min(line.assessments)
    case = replace(INDICATOR, phase=PhaseState(phase), assessment=AssessmentState(assessment), conflicting={SEATED})
    for who in PEOPLE:
        expected = "allowed" if held_there(who, line, case) else "NotAllowed"
        if expected == "allowed" and action in UNBIASED and "seat" in who.at and who.by.account == SEATED:
            expected = "SeatInConflict"
        assert outcome(who.by, action, case, known=True) == expected, who.name
