"""Every cell of the permission table, against a table written here by hand: who, what, where, and in which state."""

from __future__ import annotations

import pytest

from kit.tables import (
    ELSEWHERE,
    HERE,
    OFFICE,
    OFFICE_ELSEWHERE,
    OTHER_OFFICE,
    Person,
    Table,
    in_region,
    table_test,
)
from pilar.masterplan.rules.authority import AUTHORITY, Action, Case, WrongState, offices_of, require
from pilar.masterplan.rules.stages import VersionState
from pilar.people.rules import HeldRole, Role, Standing
from pilar.platform.actors import Actor

# A role's column says where the role must be held: everywhere, in the region, in the office that proposes or carries
# out; a dot is never. The last column says in which states of the version: D being drawn up, M in the meeting, L in
# legal review, C decreed, F in force, R revised, E expired, X dropped; "any" includes that there is no version yet.
EXPECTED = """
action             secretariat coordinator verifier contributor assessor panel_chair signatory auditor    state
start-plan         .           region      .        .           .        .           .         .          any
write-plan         .           region      .        .           .        .           .         .          DM
manage-bodies      .           region      .        .           .        .           .         .          any
call-for-proposals .           region      .        .           .        .           .         .          D
edit-proposals     .           region      .        .           .        .           .         .          DM
hold-meetings      .           region      .        .           .        .           .         .          DM
move-version       .           region      .        .           .        .           .         .          any
take-over          .           region      .        .           .        .           .         .          any
propose            .           .           .        office      .        .           .         .          DM
report             .           .           .        office      .        .           .         .          FRE
report-for         .           region      .        .           .        .           .         .          FRE
read-plan          everywhere  region      region   .           .        .           region    everywhere any
read-proposals     everywhere  region      region   office      .        .           region    everywhere any
read-meetings      everywhere  region      region   .           .        .           region    everywhere any
read-minutes       everywhere  region      region   office      .        .           region    everywhere any
read-reports       everywhere  region      region   office      .        .           region    everywhere CFRE
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

TABLE = Table(
    AUTHORITY,
    EXPECTED,
    about={
        "the office": Case(HERE, OFFICE),
        "another office": Case(HERE, OTHER_OFFICE),
        "the region as a whole": Case(HERE),
        "an office elsewhere": Case(ELSEWHERE, OFFICE_ELSEWHERE),
    },
    states={"state": LETTERS},
)


def test_every_cell() -> None:
    assert table_test(TABLE) >= 16 * 11 * 4 * 8


@pytest.mark.parametrize("action", Action)
def test_without_a_version_only_what_needs_none(action: Action) -> None:
    for who in TABLE.people:
        for case in TABLE.about.values():
            wanted = TABLE.held(who, action, case) and TABLE.lines[action]["state"] == "any"
            assert AUTHORITY.may(who.by, action, case) is wanted, who.name


@pytest.mark.parametrize("who", TABLE.people, ids=lambda who: who.name)
@pytest.mark.parametrize("action", [Action.PROPOSE, Action.REPORT, Action.READ_PROPOSALS, Action.READ_REPORTS])
def test_the_offices_of_a_reader(who: Person, action: Action) -> None:
    column = TABLE.lines[action].get(who.column, ".")
    here = in_region(who.by, Case(HERE))
    everywhere = column == "everywhere" or (column == "region" and here)
    own = tuple(held.office for held in who.by.memberships if column == "office" and here)
    assert offices_of(who.by, action, HERE) == (None if everywhere else own)


def test_a_wrong_state_is_told_by_its_name() -> None:
    by = Standing(Actor("user", "9", ""), (HeldRole(Role.COORDINATOR, HERE),))
    with pytest.raises(WrongState, match="“Berlaku”"):
        require(by, Action.WRITE_PLAN, Case(HERE, None, VersionState.IN_FORCE), known=True)
