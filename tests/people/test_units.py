"""Roles held at a village, a district or a hospital, declared by a room above."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kit.declared import Local
from people.team import LATER, NOW, PASSWORD, Team
from pilar.areas.models import Village
from pilar.people import operations, queries
from pilar.people.models import Membership, Notice, User
from pilar.people.rules import (
    OPERATOR,
    ROLES,
    HeldRole,
    NotAllowed,
    Permission,
    Reach,
    Role,
    RoleFacts,
    UnfitReach,
    UnknownRole,
    declare,
    role_of,
)
from pilar.platform import audit
from pilar.platform.units import KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("local_roles")]

VILLAGE, WARD, DISTRICT = "36.03.01.2002", "36.03.01.1001", "36.03.01"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def give(
    team: Team, unit: str = VILLAGE, role: Any = Local.TREASURER, region: str | None = "36.03", **more: Any
) -> int:
    return operations.grant_membership(
        by=team.standing("coordinator"), user=team.verifier, role=role, region=region, unit=unit, now=NOW, **more
    )


def test_a_role_is_declared_once_and_found_by_its_code() -> None:
    assert role_of("treasurer") is Local.TREASURER
    with pytest.raises(UnknownRole, match="mayor"):
        role_of("mayor")
    with pytest.raises(ValueError, match="treasurer"):
        declare({Local.TREASURER: ROLES[Local.TREASURER]})
    for reach, unit in ((Reach.UNIT, ""), (Reach.REGION, "village")):
        with pytest.raises(ValueError, match="kind"):
            RoleFacts("", "", reach, Permission.MANAGE_TEAM, unit=unit)


def test_areas_names_its_districts_and_villages(team: Team) -> None:
    assert KINDS["village"].names(region="36.03") == {WARD: "Balaraja, Balaraja", VILLAGE: "Talaga Sari, Balaraja"}
    assert KINDS["district"].names(region="36.03") == {DISTRICT: "Balaraja", "36.03.02": "Jayanti"}
    Village.objects.filter(code=WARD).update(ended_at=NOW)
    assert [*KINDS["village"].names(region="36.03")] == [VILLAGE]
    assert KINDS["village"].names(codes={WARD, "36.03.01.9999"}) == {WARD: "Balaraja, Balaraja"}


def test_a_coordinator_gives_a_role_at_a_village(team: Team) -> None:
    key = give(team)
    assert HeldRole(Local.TREASURER, "36.03", unit=VILLAGE) in team.standing("verifier").memberships
    found = queries.account(team.verifier, scope=team.standing("coordinator"), now=LATER)
    row = found.memberships[-1]
    assert (row.unit, row.region_code, row.place) == (VILLAGE, "36.03", "Talaga Sari, Balaraja, Kabupaten Tangerang")
    (event,) = audit.events(target="people.membership", key=key)
    assert (event.area, event.after and event.after["unit"]) == ("36.03", VILLAGE)


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Local.TREASURER, "36.03.01.9999"), (Local.TREASURER, "36.71.01.1001"), (Local.TREASURER, DISTRICT),
        (Local.DISTRICT_HEAD, VILLAGE), (Local.NURSE, "3603099"), (Local.NURSE, VILLAGE),
    ],
)  # fmt: skip
def test_a_unit_is_of_its_kind_and_region(team: Team, role: Local, unit: str) -> None:
    with pytest.raises(operations.UnknownUnit, match=unit):
        give(team, unit, role)
    give(team, {"treasurer": VILLAGE, "district_head": DISTRICT, "nurse": "3603015"}[role], role)


def test_the_place_fits_the_role_and_the_giver(team: Team) -> None:
    for place in ({"unit": ""}, {"region": None}, {"role": Role.VERIFIER}, {"office": team.office}):
        with pytest.raises(UnfitReach):
            give(team, **place)
    with pytest.raises(NotAllowed):
        give(team, "36.71.01.1001", region="36.71")


@pytest.mark.parametrize(
    ("constraint", "given"),
    [
        ("membership_role_fits_reach", {"role": "treasurer", "region_id": "36.03"}),
        ("membership_role_fits_reach", {"role": "treasurer", "unit": VILLAGE}),
        ("membership_role_fits_reach", {"role": "verifier", "region_id": "36.03", "unit": VILLAGE}),
        ("membership_role_fits_reach", {"role": "assessor", "unit": VILLAGE}),
        ("membership_unit_in_its_region", {"role": "treasurer", "region_id": "36.71", "unit": VILLAGE}),
        ("membership_unit_in_its_region", {"role": "district_head", "region_id": "36.71", "unit": "36.03.01"}),
    ],
)
def test_the_database_ties_a_unit_to_its_role_and_region(team: Team, constraint: str, given: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Membership.objects.create(user_id=team.assessor, since=NOW, **given)
    Membership.objects.create(user_id=team.assessor, since=NOW, role="nurse", region_id="36.71", unit="3603015")


def test_who_holds_it_there_is_told_and_nobody_beside(team: Team) -> None:
    give(team)
    operations.grant_membership(
        by=OPERATOR, user=team.contributor, role=Local.TREASURER, region="36.03", unit=WARD, now=NOW
    )
    with transaction.atomic():
        told = operations.notify(
            by=OPERATOR, to=HeldRole(Local.TREASURER, "36.03", unit=VILLAGE), kind="tests", subject="tests:1",
            sentence="Close the books", address="/", now=LATER,
        )  # fmt: skip
    assert (told, Notice.objects.get().user_id) == (1, team.verifier)


def test_a_hundred_units_are_two_more_queries_not_a_hundred(team: Team) -> None:
    with CaptureQueriesContext(connection) as before:
        queries.accounts(scope=OPERATOR, now=LATER)
    for number in range(50):
        user = User.objects.create(email=f"orang{number}@contoh.invalid", name="Orang")
        for role, unit in (("treasurer", VILLAGE), ("district_head", DISTRICT)):
            Membership.objects.create(user=user, role=role, region_id="36.03", unit=unit, since=NOW)
    with CaptureQueriesContext(connection) as asked:
        rows = queries.accounts(scope=OPERATOR, now=LATER)
    assert len(asked) == len(before) + 2
    assert {held.place for row in rows for held in row.memberships if held.unit} == {
        "Balaraja, Kabupaten Tangerang", "Talaga Sari, Balaraja, Kabupaten Tangerang",
    }  # fmt: skip


def test_the_pages_offer_units_and_the_api_tells_them(team: Team, client: Client) -> None:
    client.force_login(User.objects.get(pk=team.coordinator), BACKEND)
    shown = client.get(f"/akun/{team.verifier}/").content.decode()
    for wanted in ("Talaga Sari, Balaraja", "Jayanti", "RSUD Kabupaten Tangerang", 'value="treasurer"'):
        assert wanted in shown
    answer = client.post(f"/akun/{team.verifier}/", {"role": "treasurer", "unit": VILLAGE, "office": team.office})
    assert answer.status_code == HTTPStatus.FOUND
    refused = client.post(f"/akun/{team.verifier}/", {"role": "treasurer", "unit": DISTRICT})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Talaga Sari, Balaraja, Kabupaten Tangerang" in client.get(f"/akun/{team.verifier}/").content.decode()
    token = operations.create_token(by=team.standing("verifier"), name="Rekap", days=9, now=NOW.replace(year=2030))
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {token.secret}"}).json()
    assert [one["unit"] for one in me["roles"]] == ["", VILLAGE]
    assert PASSWORD not in str(me)
