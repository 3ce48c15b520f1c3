"""Who may what, where: every cell of the table, written out."""

from __future__ import annotations

import pytest

from pilar.areas.rules import LOAD_REFERENCE_DATA, MANAGE_OFFICES
from pilar.people.rules import (
    OPERATOR,
    PUBLIC,
    ROLES,
    SCHEDULE,
    HeldRole,
    NotAllowed,
    Permission,
    Reach,
    Role,
    Standing,
    UnfitReach,
    led_regions,
    manages_accounts,
    may,
    needs_second_factor,
    roles_to_give,
)
from pilar.platform.actors import Actor

OWN, OTHER, NATION = "36.03", "36.71", None
EVERYWHERE, OWN_ONLY, NOWHERE = (True, True, True), (True, False, False), (False, False, False)

# Allowed in the own region, in another region, for the nation.
EXPECTED: dict[Role, dict[str, tuple[bool, bool, bool]]] = {
    Role.SECRETARIAT: {
        "manage-accounts": EVERYWHERE,
        "manage-members": EVERYWHERE,
        "manage-team": EVERYWHERE,
        "manage-officials": EVERYWHERE,
        "manage-offices": EVERYWHERE,
        "load-reference-data": EVERYWHERE,
        "view-provisional": EVERYWHERE,
        "read-evidence": EVERYWHERE,
        "add-evidence": NOWHERE,
        "verify-evidence": NOWHERE,
        "release-evidence": EVERYWHERE,
    },
    Role.COORDINATOR: {
        "manage-accounts": NOWHERE,
        "manage-members": NOWHERE,
        "manage-team": OWN_ONLY,
        "manage-officials": NOWHERE,
        "manage-offices": OWN_ONLY,
        "load-reference-data": NOWHERE,
        "view-provisional": NOWHERE,
        "read-evidence": OWN_ONLY,
        "add-evidence": OWN_ONLY,
        "verify-evidence": NOWHERE,
        "release-evidence": NOWHERE,
    },
    Role.VERIFIER: {
        "manage-accounts": NOWHERE,
        "manage-members": NOWHERE,
        "manage-team": NOWHERE,
        "manage-officials": NOWHERE,
        "manage-offices": NOWHERE,
        "load-reference-data": NOWHERE,
        "view-provisional": NOWHERE,
        "read-evidence": OWN_ONLY,
        "add-evidence": NOWHERE,
        "verify-evidence": OWN_ONLY,
        "release-evidence": NOWHERE,
    },
    Role.CONTRIBUTOR: {
        "manage-accounts": NOWHERE,
        "manage-members": NOWHERE,
        "manage-team": NOWHERE,
        "manage-officials": NOWHERE,
        "manage-offices": NOWHERE,
        "load-reference-data": NOWHERE,
        "view-provisional": NOWHERE,
        "read-evidence": NOWHERE,
        "add-evidence": NOWHERE,
        "verify-evidence": NOWHERE,
        "release-evidence": NOWHERE,
    },
    Role.ASSESSOR: {
        "manage-accounts": NOWHERE,
        "manage-members": NOWHERE,
        "manage-team": NOWHERE,
        "manage-officials": NOWHERE,
        "manage-offices": NOWHERE,
        "load-reference-data": NOWHERE,
        "view-provisional": NOWHERE,
        "read-evidence": NOWHERE,
        "add-evidence": NOWHERE,
        "verify-evidence": NOWHERE,
        "release-evidence": NOWHERE,
    },
    Role.PANEL_CHAIR: {
        "manage-accounts": NOWHERE,
        "manage-members": NOWHERE,
        "manage-team": NOWHERE,
        "manage-officials": NOWHERE,
        "manage-offices": NOWHERE,
        "load-reference-data": NOWHERE,
        "view-provisional": NOWHERE,
        "read-evidence": NOWHERE,
        "add-evidence": NOWHERE,
        "verify-evidence": NOWHERE,
        "release-evidence": NOWHERE,
    },
    Role.SIGNATORY: {
        "manage-accounts": NOWHERE,
        "manage-members": NOWHERE,
        "manage-team": NOWHERE,
        "manage-officials": NOWHERE,
        "manage-offices": NOWHERE,
        "load-reference-data": NOWHERE,
        "view-provisional": NOWHERE,
        "read-evidence": OWN_ONLY,
        "add-evidence": OWN_ONLY,
        "verify-evidence": NOWHERE,
        "release-evidence": NOWHERE,
    },
    Role.AUDITOR: {
        "manage-accounts": NOWHERE,
        "manage-members": NOWHERE,
        "manage-team": NOWHERE,
        "manage-officials": NOWHERE,
        "manage-offices": NOWHERE,
        "load-reference-data": NOWHERE,
        "view-provisional": EVERYWHERE,
        "read-evidence": EVERYWHERE,
        "add-evidence": NOWHERE,
        "verify-evidence": NOWHERE,
        "release-evidence": NOWHERE,
    },
    Role.PROVINCIAL: {
        "manage-accounts": NOWHERE,
        "manage-members": NOWHERE,
        "manage-team": NOWHERE,
        "manage-officials": NOWHERE,
        "manage-offices": NOWHERE,
        "load-reference-data": NOWHERE,
        "view-provisional": NOWHERE,
        "read-evidence": NOWHERE,
        "add-evidence": NOWHERE,
        "verify-evidence": NOWHERE,
        "release-evidence": NOWHERE,
    },
}
HELD = {
    Role.SECRETARIAT: HeldRole(Role.SECRETARIAT),
    Role.COORDINATOR: HeldRole(Role.COORDINATOR, OWN),
    Role.VERIFIER: HeldRole(Role.VERIFIER, OWN),
    Role.CONTRIBUTOR: HeldRole(Role.CONTRIBUTOR, OWN, 5),
    Role.ASSESSOR: HeldRole(Role.ASSESSOR),
    Role.PANEL_CHAIR: HeldRole(Role.PANEL_CHAIR),
    Role.SIGNATORY: HeldRole(Role.SIGNATORY, OWN),
    Role.AUDITOR: HeldRole(Role.AUDITOR),
    Role.PROVINCIAL: HeldRole(Role.PROVINCIAL, unit="36"),
}
SOMEBODY = Actor("user", "1", "Siti")


def test_the_table_below_is_complete() -> None:
    assert set(EXPECTED) == set(Role) == set(HELD)
    for row in EXPECTED.values():
        assert set(row) == {permission.value for permission in Permission}


@pytest.mark.parametrize("area", [OWN, OTHER, NATION])
@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_just_what_the_table_says(role: Role, permission: Permission, area: str | None) -> None:
    by = Standing(SOMEBODY, (HELD[role],))
    allowed = EXPECTED[role][permission.value][(OWN, OTHER, NATION).index(area)]
    assert may(by, permission, area=area) is allowed
    assert by.may(permission.value, area=area) is allowed
    if allowed:
        by.require(permission, area=area)
    else:
        with pytest.raises(NotAllowed) as refused:
            by.require(permission, area=area)
        assert refused.value.status == 403


@pytest.mark.parametrize("permission", list(Permission))
def test_the_console_and_the_schedule_may_all_and_a_visitor_nothing(permission: Permission) -> None:
    assert may(OPERATOR, permission)
    assert may(OPERATOR, permission, area=OWN)
    assert may(SCHEDULE, permission)
    assert not may(PUBLIC, permission)
    assert not may(PUBLIC, permission, area=OWN)


def test_an_offices_role_may_for_its_office_only_and_the_region_keeps_evidence_its_own() -> None:
    by = Standing(SOMEBODY, (HELD[Role.CONTRIBUTOR],))
    for permission in (Permission.READ_EVIDENCE, Permission.ADD_EVIDENCE):
        assert may(by, permission, area=OWN, office=5)
        assert not may(by, permission, area=OWN, office=6)
    assert not may(by, Permission.VERIFY_EVIDENCE, area=OWN, office=5)


def test_several_roles_add_up() -> None:
    by = Standing(SOMEBODY, (HeldRole(Role.COORDINATOR, OWN), HeldRole(Role.COORDINATOR, OTHER)))
    assert may(by, Permission.MANAGE_OFFICES, area=OWN)
    assert may(by, Permission.MANAGE_OFFICES, area=OTHER)
    assert not may(by, Permission.MANAGE_OFFICES, area="32.01")
    assert not may(by, Permission.MANAGE_OFFICES)


@pytest.mark.parametrize(
    ("held", "area", "office", "covered"),
    [
        (HELD[Role.ASSESSOR], OTHER, 9, True),
        (HELD[Role.ASSESSOR], NATION, None, True),
        (HELD[Role.VERIFIER], OWN, 9, True),
        (HELD[Role.VERIFIER], OTHER, 5, False),
        (HELD[Role.VERIFIER], NATION, None, False),
        (HELD[Role.CONTRIBUTOR], OWN, 5, True),
        (HELD[Role.CONTRIBUTOR], OWN, 6, False),
        (HELD[Role.CONTRIBUTOR], OWN, None, False),
        (HELD[Role.CONTRIBUTOR], NATION, None, False),
        (HELD[Role.PROVINCIAL], OWN, None, True),
        (HELD[Role.PROVINCIAL], OWN, 5, True),
        (HELD[Role.PROVINCIAL], "32.01", None, False),
        (HELD[Role.PROVINCIAL], "3", None, False),
        (HELD[Role.PROVINCIAL], NATION, None, False),
    ],
)
def test_how_far_a_role_reaches(held: HeldRole, area: str | None, office: int | None, covered: bool) -> None:
    assert held.covers(area, office) is covered


@pytest.mark.parametrize(("region", "office"), [(None, None), (OWN, None), (OWN, 5), (None, 5)])
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PROVINCIAL])
def test_a_role_is_held_in_its_kind_of_place_only(role: Role, region: str | None, office: int | None) -> None:
    fits = {Reach.NATION: (None, None), Reach.REGION: (OWN, None), Reach.OFFICE: (OWN, 5)}[ROLES[role].reach]
    if (region, office) == fits:
        HeldRole(role, region, office)
    else:
        with pytest.raises(UnfitReach) as refused:
            HeldRole(role, region, office)
        assert refused.value.text()


@pytest.mark.parametrize(("region", "unit"), [(None, ""), (OWN, "36"), (OWN, "")])
def test_a_provincial_role_is_held_in_a_province_and_no_region(region: str | None, unit: str) -> None:
    with pytest.raises(UnfitReach):
        HeldRole(Role.PROVINCIAL, region, unit=unit)


def test_an_unknown_permission_and_an_office_without_region_are_bugs() -> None:
    with pytest.raises(ValueError, match="manage-everything"):
        may(OPERATOR, "manage-everything")
    with pytest.raises(ValueError, match="together with its region"):
        may(PUBLIC, Permission.MANAGE_OFFICES, office=5)


def test_roles_below_ask_for_permissions_that_exist() -> None:
    assert Permission(MANAGE_OFFICES) in ROLES[Role.COORDINATOR].permissions
    assert Permission(LOAD_REFERENCE_DATA) in ROLES[Role.SECRETARIAT].permissions


TEAM, OFFICE_TEAM, MINISTRY = (
    (Role.COORDINATOR, Role.VERIFIER, Role.CONTRIBUTOR, Role.SIGNATORY),
    (Role.VERIFIER, Role.CONTRIBUTOR),
    (Role.SECRETARIAT, Role.ASSESSOR, Role.PANEL_CHAIR, Role.AUDITOR, Role.PROVINCIAL),
)


@pytest.mark.parametrize(
    ("role", "leads", "manages", "gives_here", "gives_elsewhere", "gives_nationally", "second_factor"),
    [
        (Role.SECRETARIAT, [], True, TEAM, TEAM, MINISTRY, True),
        (Role.COORDINATOR, [OWN], True, OFFICE_TEAM, (), (), True),
        (Role.VERIFIER, [], False, (), (), (), False),
        (Role.CONTRIBUTOR, [], False, (), (), (), False),
        (Role.ASSESSOR, [], False, (), (), (), False),
        (Role.PANEL_CHAIR, [], False, (), (), (), True),
        (Role.SIGNATORY, [], False, (), (), (), True),
        (Role.AUDITOR, [], False, (), (), (), True),
        (Role.PROVINCIAL, [], False, (), (), (), False),
    ],
)
def test_what_each_role_gives_and_leads(
    role: Role, leads: list[str], manages: bool, gives_here: tuple[Role, ...], gives_elsewhere: tuple[Role, ...],
    gives_nationally: tuple[Role, ...], second_factor: bool,
) -> None:  # fmt: skip
    by = Standing(SOMEBODY, (HELD[role],))
    assert (led_regions(by), manages_accounts(by), needs_second_factor(by)) == (leads, manages, second_factor)
    given = tuple(
        tuple(role for role in roles_to_give(by, region) if isinstance(role, Role)) for region in (OWN, OTHER, None)
    )
    assert given == (gives_here, gives_elsewhere, gives_nationally)


def test_regions_are_led_once_each_in_order() -> None:
    held = (HeldRole(Role.COORDINATOR, OTHER), HeldRole(Role.COORDINATOR, OWN), HeldRole(Role.VERIFIER, "32.01"))
    assert led_regions(Standing(SOMEBODY, (*held, held[0]))) == [OWN, OTHER]


def test_one_role_that_needs_a_second_factor_is_enough() -> None:
    assert needs_second_factor(Standing(SOMEBODY, (HELD[Role.VERIFIER], HELD[Role.COORDINATOR])))
    assert not needs_second_factor(Standing(SOMEBODY))


def test_whose_account_acts() -> None:
    by_token = Standing(Actor("token", "9", "Siti (server)"), owner=1)
    assert (by_token.account, by_token.by_token) == (1, True)
    assert (Standing(SOMEBODY).account, Standing(SOMEBODY).by_token) == (1, False)
    assert [one.account for one in (PUBLIC, OPERATOR, SCHEDULE)] == [None] * 3
