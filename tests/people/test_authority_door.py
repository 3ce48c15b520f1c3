"""The door of the permission tables, with a room as the services will have them: villages, a district and hospitals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest

from pilar.people import authority
from pilar.people.authority import Allowed, Authority, Extent, Place, extent
from pilar.people.queries import within
from pilar.people.rules import (
    OPERATOR,
    PUBLIC,
    ROLES,
    AnyRole,
    HeldRole,
    NotAllowed,
    NotFound,
    Permission,
    Reach,
    Role,
    RoleFacts,
    Standing,
    UnfitReach,
)
from pilar.platform.actors import Actor

REGION, ELSEWHERE = "36.03", "36.71"
DISTRICT, VILLAGE, NEXT_VILLAGE, OTHER_DISTRICT = "36.03.01", "36.03.01.2001", "36.03.01.2002", "36.03.02"
HOSPITAL, OTHER_HOSPITAL = "3603015", "3603023"


class Local(AnyRole):
    """Roles of services that do not stand yet."""

    TREASURER = "treasurer"
    DISTRICT_HEAD = "district_head"
    NURSE = "nurse"


class State(StrEnum):
    DRAFT = "draft"
    ENACTED = "enacted"


class Do(StrEnum):
    WRITE = "write"
    READ = "read"
    OVERSEE = "oversee"
    REGISTER = "register"
    ADVISE = "advise"


@dataclass(frozen=True, slots=True)
class Case(authority.Case):
    state: State | None = None


class NotNow(authority.WrongState):
    code = "not-now"
    sentence = "Not while it is “%(state)s”"
    names = {State.DRAFT: "Draft", State.ENACTED: "Enacted in a test"}


def roles(*names: str) -> frozenset[Any]:
    return frozenset({**Role.__members__, **Local.__members__}[name] for name in names)


RULES: Authority[Do, Case] = Authority(
    {
        Do.WRITE: Allowed(roles("TREASURER"), Place.UNIT, frozenset({State.DRAFT})),
        Do.READ: Allowed(roles("TREASURER", "DISTRICT_HEAD", "COORDINATOR", "SECRETARIAT"), Place.UNIT),
        Do.OVERSEE: Allowed(roles("SECRETARIAT", "COORDINATOR"), Place.NATION),
        Do.REGISTER: Allowed(roles("NURSE", "CONTRIBUTOR"), Place.UNIT),
        Do.ADVISE: Allowed(roles("CONTRIBUTOR", "TREASURER"), Place.REGION),
    },
    NotNow,
)


@pytest.fixture(autouse=True)
def _local_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    for role, kind in ((Local.TREASURER, "village"), (Local.DISTRICT_HEAD, "district"), (Local.NURSE, "hospital")):
        monkeypatch.setitem(ROLES, role, RoleFacts(role, role, Reach.UNIT, Permission.MANAGE_TEAM, unit=kind))


def holding(role: Any, *place: Any, **unit: str) -> Standing:
    return Standing(Actor("user", "9", "Siti"), (HeldRole(role, *place, **unit),))


def treasurer(unit: str = VILLAGE) -> Standing:
    return holding(Local.TREASURER, REGION, unit=unit)


def at(unit: str, state: State | None = None, region: str = REGION) -> Case:
    return Case(region, unit=unit, state=state)


def test_a_village_role_holds_in_its_village_alone() -> None:
    by = treasurer()
    assert RULES.holds(by, Do.WRITE, at(VILLAGE))
    for case in (at(NEXT_VILLAGE), at(DISTRICT), at(""), at(VILLAGE, region=ELSEWHERE), Case(), Case(REGION, 5)):
        assert not RULES.holds(by, Do.WRITE, case), case


def test_a_district_role_holds_in_its_villages() -> None:
    by = holding(Local.DISTRICT_HEAD, REGION, unit=DISTRICT)
    for unit, reads in ((VILLAGE, True), (DISTRICT, True), (f"{OTHER_DISTRICT}.2001", False), ("36.03.011", False)):
        assert RULES.holds(by, Do.READ, at(unit)) is reads, unit
    assert not RULES.holds(by, Do.WRITE, at(VILLAGE))


def test_a_role_of_the_region_holds_in_all_its_units_and_a_national_one_everywhere() -> None:
    assert RULES.holds(holding(Role.COORDINATOR, REGION), Do.READ, at(VILLAGE))
    assert not RULES.holds(holding(Role.COORDINATOR, ELSEWHERE), Do.READ, at(VILLAGE))
    assert RULES.holds(holding(Role.SECRETARIAT), Do.READ, at(VILLAGE))


def test_a_hospital_is_a_unit_too_and_an_office_is_none() -> None:
    nurse = holding(Local.NURSE, REGION, unit=HOSPITAL)
    assert RULES.holds(nurse, Do.REGISTER, at(HOSPITAL))
    assert not RULES.holds(nurse, Do.REGISTER, at(OTHER_HOSPITAL))
    assert not RULES.holds(holding(Role.CONTRIBUTOR, REGION, 11), Do.REGISTER, at(HOSPITAL))


def test_what_is_held_for_a_part_counts_where_the_region_is_asked_and_never_for_the_nation() -> None:
    assert RULES.holds(holding(Role.CONTRIBUTOR, REGION, 11), Do.ADVISE, Case(REGION, 12))
    assert RULES.holds(treasurer(), Do.ADVISE, at(NEXT_VILLAGE))
    assert not RULES.holds(treasurer(), Do.ADVISE, Case())
    assert RULES.holds(holding(Role.SECRETARIAT), Do.OVERSEE, Case(REGION))
    assert not RULES.holds(holding(Role.COORDINATOR, REGION), Do.OVERSEE, Case(REGION))


def test_a_unit_role_names_its_region_and_unit_and_nothing_else() -> None:
    for place in ({}, {"region": REGION}, {"region": REGION, "office": 5, "unit": VILLAGE}, {"unit": VILLAGE}):
        with pytest.raises(UnfitReach) as refused:
            HeldRole(Local.TREASURER, **place)  # type: ignore[arg-type]
        assert refused.value.text()
    with pytest.raises(UnfitReach):
        HeldRole(Role.COORDINATOR, REGION, unit=VILLAGE)


def test_why_not_in_the_order_of_what_a_refusal_tells() -> None:
    """Who may not know learns nothing; who lacks the role hears that; who has it hears the state."""
    here, late = at(VILLAGE, State.DRAFT), at(VILLAGE, State.ENACTED)
    stranger = treasurer(NEXT_VILLAGE)
    assert RULES.obstacle(treasurer(), Do.WRITE, here) is None
    assert isinstance(RULES.obstacle(stranger, Do.WRITE, late), NotAllowed)
    with pytest.raises(NotFound):
        RULES.require(stranger, Do.WRITE, late, known=False)
    with pytest.raises(NotAllowed):
        RULES.require(stranger, Do.WRITE, late, known=True)
    for known in (True, False):
        with pytest.raises(NotNow, match="Not while it is “Enacted in a test”"):
            RULES.require(treasurer(), Do.WRITE, late, known=known)
        RULES.require(treasurer(), Do.WRITE, here, known=known)
    assert RULES.may(OPERATOR, Do.WRITE, here)
    assert not RULES.may(OPERATOR, Do.WRITE, late)
    assert not RULES.holds(PUBLIC, Do.READ, here)


def test_asking_without_the_state_that_decides_is_a_bug() -> None:
    with pytest.raises(ValueError, match="depends on a state"):
        RULES.require(treasurer(), Do.WRITE, at(VILLAGE), known=True)
    assert not RULES.may(treasurer(), Do.WRITE, at(VILLAGE))


def test_the_extent_of_roles_is_what_a_list_shows() -> None:
    parts = (HeldRole(Role.CONTRIBUTOR, REGION, 11), HeldRole(Role.CONTRIBUTOR, ELSEWHERE, 21))
    by = Standing(Actor("user", "9", ""), (*parts, HeldRole(Role.COORDINATOR, "32.01"), HeldRole(Role.ASSESSOR)))
    found = extent(by, roles("CONTRIBUTOR", "COORDINATOR"), Place.OFFICE)
    assert (found.everywhere, found.regions, found.parts) == (False, {"32.01"}, {*parts})
    assert (found.offices(), found.offices(REGION), found.offices("32.01")) == ((11, 21), (11,), ())
    assert found.touched == {REGION, ELSEWHERE, "32.01"}
    assert found.with_parts() == Extent(regions=frozenset({REGION, ELSEWHERE, "32.01"}))
    assert extent(by, roles("CONTRIBUTOR"), Place.REGION).regions == {REGION, ELSEWHERE}
    assert extent(by, roles("ASSESSOR"), Place.OFFICE).everywhere
    assert extent(OPERATOR, roles(), Place.OFFICE).everywhere
    assert extent(PUBLIC, roles("SECRETARIAT"), Place.OFFICE) == Extent()


def test_the_offices_and_the_nearest_case_of_a_reader() -> None:
    contributor = holding(Role.CONTRIBUTOR, REGION, 11)
    table: Authority[Do, Case] = Authority({Do.WRITE: Allowed(roles("CONTRIBUTOR", "COORDINATOR"), Place.OFFICE)})
    assert table.offices(contributor, Do.WRITE, REGION) == (11,)
    assert table.offices(contributor, Do.WRITE, ELSEWHERE) == ()
    assert table.offices(holding(Role.COORDINATOR, REGION), Do.WRITE, REGION) is None
    assert table.nearest(contributor, Do.WRITE, Case(REGION)) == Case(REGION, 11)
    assert table.nearest(contributor, Do.WRITE, Case(ELSEWHERE)) == Case(ELSEWHERE)
    assert table.nearest(holding(Role.COORDINATOR, REGION), Do.WRITE, Case(REGION)) == Case(REGION)


def test_seated_roles_reach_nothing_by_themselves() -> None:
    class Seats(Authority[Do, Case]):
        seated = roles("ASSESSOR")

    table = Seats({Do.READ: Allowed(roles("ASSESSOR"), Place.REGION)})
    by = holding(Role.ASSESSOR)
    assert not table.holds(by, Do.READ, Case(REGION))
    assert table.extent(by, Do.READ) == Extent()


def test_the_condition_of_an_extent() -> None:
    assert str(within(Extent(everywhere=True))) == "(AND: )"
    found = Extent(regions=frozenset({REGION}), parts=frozenset({HeldRole(Role.CONTRIBUTOR, ELSEWHERE, 21)}))
    assert "('version__region__in', ['36.03'])" in str(within(found, region="version__region"))
    assert "office" not in str(within(found))
    assert "('office__in', (21,))" in str(within(found, office="office"))
    units = frozenset({HeldRole(Local.DISTRICT_HEAD, REGION, unit=DISTRICT)})
    asked = str(within(Extent(parts=units), unit="village"))
    assert f"('village', '{DISTRICT}'), ('village__startswith', '{DISTRICT}.')" in asked
    assert DISTRICT not in str(within(Extent(parts=units)))


def test_the_table_as_an_auditor_reads_it() -> None:
    rows = {row.action: row for row in RULES.rows()}
    assert [*rows] == [*Do]
    assert rows["read"].places == {
        Role.SECRETARIAT: "everywhere",
        Role.COORDINATOR: "region",
        Local.TREASURER: "unit",
        Local.DISTRICT_HEAD: "unit",
    }
    assert rows["advise"].places == {Role.CONTRIBUTOR: "region", Local.TREASURER: "region"}
    assert (rows["write"].states, rows["read"].states) == ({"states": ("draft",)}, {"states": None})
