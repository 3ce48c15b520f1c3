"""Every cell of the permission table, against a table written here by hand: who, what, and where."""

from __future__ import annotations

import pytest

from kit.tables import ELSEWHERE, HERE, OFFICE, OFFICE_ELSEWHERE, OTHER_OFFICE, Person, Table, table_test
from pilar.measures.rules.authority import AUTHORITY, Action, Case, SourceStanding, reports_in
from pilar.people.rules import OPERATOR, SCHEDULE, Permission, Standing
from pilar.platform.actors import Actor

# A role's column says where the role must be held: everywhere, in the region, in the office that answers for the
# measure; a dot is never. The last column says whether a source system may, which is with its own measures only. What a
# part of Pilar measures nobody but that part reports or corrects.
EXPECTED = """
action          secretariat coordinator verifier contributor assessor panel_chair signatory auditor    source
manage-measures .           region      .        .           .        .           .         .          .
manage-sources  .           region      .        .           .        .           .         .          .
report          .           .           .        office      .        .           .         .          own
correct         .           .           .        office      .        .           .         .          own
read            everywhere  region      region   region      .        .           region    everywhere own
"""

SOURCE, OTHER_SOURCE = 5, 6


def source(name: str, key: int, region: str) -> Person:
    return Person(name, SourceStanding(Actor("token", f"source-{key}", name), source=key, region=region), "source")


def made_by_pilar(who: Person, action: Action, case: Case) -> bool:
    return case.built_in and action in (Action.REPORT, Action.CORRECT) and who.column != "source"


TABLE = Table(
    AUTHORITY,
    EXPECTED,
    about={
        "a measure of the office from the source": Case(HERE, OFFICE, SOURCE),
        "a measure of the office by hand": Case(HERE, OFFICE),
        "a measure of the office that Pilar makes": Case(HERE, OFFICE, SOURCE, built_in=True),
        "a measure of another office": Case(HERE, OTHER_OFFICE, OTHER_SOURCE),
        "the region as a whole": Case(HERE),
        "a measure elsewhere": Case(ELSEWHERE, OFFICE_ELSEWHERE, 7),
    },
    more=(
        source("the source", SOURCE, HERE),
        source("another source", OTHER_SOURCE, HERE),
        source("a source of the same key elsewhere", SOURCE, ELSEWHERE),
    ),
    places={"own": lambda by, case: (by.region, by.source) == (case.region, case.source)},
    bars=made_by_pilar,
)


def test_every_cell() -> None:
    assert table_test(TABLE) >= 5 * 14 * 6


@pytest.mark.parametrize("by", [OPERATOR, SCHEDULE])
def test_the_console_has_no_name_to_report_by(by: Standing) -> None:
    assert not reports_in(by, HERE)


def test_who_reports_something_in_the_region() -> None:
    assert {who.name for who in TABLE.people if reports_in(who.by, HERE)} == {
        "contributor of the office", "contributor of another office", "the source", "another source",
    }  # fmt: skip


def test_a_source_has_no_other_permission_anywhere() -> None:
    by = SourceStanding(Actor("token", "source-5", "SIKD"), source=SOURCE, region=HERE)
    assert not any(by.may(permission, area=area) for permission in Permission for area in (None, HERE))
    assert by.account is None
