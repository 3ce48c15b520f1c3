"""Roles that take two keys: given by one, confirmed by another a day later, open nothing before."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from areas.places import PLACES, load
from kit.races import together
from people.team import NOW, Team
from pilar.areas.rules import AreaEntry
from pilar.people import operations, queries
from pilar.people.models import Membership, User
from pilar.people.rules import OPERATOR, NotAllowed, NotFound, Role, Standing
from pilar.villagefinance.rules.roles import Role as VillageRole

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
VILLAGE = "36.03.01.2001"
TOMORROW = NOW + timedelta(days=1)


def standing(key: int, now: Any = NOW) -> Standing:
    return queries.standing(User.objects.get(pk=key), now)


@pytest.fixture
def office(team: Team) -> int:
    """An account of the office for villages, given by the coordinator: that role takes one key."""
    load((*PLACES, AreaEntry(VILLAGE, "Cangkudu", "village", "village", "36.03.01")))
    return operations.create_account(
        by=team.standing("coordinator"), email="dpmpd@contoh.invalid", name="Dpmpd", role=VillageRole.VILLAGE_OFFICE,
        region="36.03", password="kata sandi yang panjang 7", now=NOW,
    )  # fmt: skip


def treasurer(by: Standing, **more: Any) -> int:
    return operations.create_account(
        by=by, email="bendahara@contoh.invalid", name="Bendahara", role=VillageRole.TREASURER, region="36.03",
        unit=VILLAGE, now=NOW, **more,
    )  # fmt: skip


def asked(key: int) -> int:
    return Membership.objects.get(user=key).pk


def test_the_office_for_villages_gives_the_roles_of_villages_and_the_coordinator_does_not(
    team: Team, office: int
) -> None:
    with pytest.raises(NotAllowed):
        treasurer(team.standing("coordinator"))
    for role in (Role.VERIFIER, VillageRole.INSPECTORATE):
        with pytest.raises((NotAllowed, NotFound)):
            operations.create_account(by=standing(office), email="x@contoh.invalid", name="X", role=role,
                                      region="36.03", now=NOW)  # fmt: skip
    assert treasurer(standing(office))


def test_a_role_that_moves_money_opens_nothing_before_a_second_person_a_day_later(team: Team, office: int) -> None:
    key = treasurer(standing(office))
    assert standing(key).memberships == ()
    assert [row.asked_by for row in queries.account(key, scope=standing(office), now=NOW).asked] == ["Dpmpd"]
    coordinator = team.standing("coordinator")
    with pytest.raises(operations.OwnGrant):
        operations.confirm_membership(by=standing(office), membership=asked(key), now=TOMORROW)
    with pytest.raises(operations.RoleTooEarly):
        operations.confirm_membership(by=coordinator, membership=asked(key), now=TOMORROW - timedelta(seconds=1))
    for who in ("verifier", "contributor", "neighbour"):
        with pytest.raises(NotFound):
            operations.confirm_membership(by=team.standing(who), membership=asked(key), now=TOMORROW)
    operations.confirm_membership(by=coordinator, membership=asked(key), now=TOMORROW)
    assert standing(key, TOMORROW - timedelta(seconds=1)).memberships == ()
    (held,) = standing(key, TOMORROW).memberships
    assert (held.role, held.unit) == (VillageRole.TREASURER, VILLAGE)
    with pytest.raises(operations.NothingToConfirm):
        operations.confirm_membership(by=coordinator, membership=asked(key), now=TOMORROW)


def test_two_who_confirm_at_once(committed_team: Team) -> None:
    load((*PLACES, AreaEntry(VILLAGE, "Cangkudu", "village", "village", "36.03.01")))
    key = operations.grant_membership(
        by=committed_team.standing("secretariat"), user=committed_team.verifier, role=VillageRole.HEAD,
        region="36.03", unit=VILLAGE, now=NOW,
    )  # fmt: skip
    by = committed_team.standing("coordinator")
    found = together(*[lambda: operations.confirm_membership(by=by, membership=key, now=TOMORROW)] * 2)
    assert [type(one) for one in found] == [type(None), operations.NothingToConfirm]


def test_it_begins_on_its_day_and_is_not_confirmed_once_it_has_ended(team: Team, office: int) -> None:
    key = treasurer(standing(office), valid_from=date(2026, 4, 1))
    operations.confirm_membership(by=team.standing("coordinator"), membership=asked(key), now=TOMORROW)
    assert standing(key, TOMORROW).memberships == ()
    assert standing(key, NOW + timedelta(days=40)).memberships
    other = operations.grant_membership(
        by=standing(office), user=key, role=VillageRole.HEAD, region="36.03", unit=VILLAGE, now=NOW
    )
    operations.end_membership(by=standing(office), membership=other, now=NOW)
    with pytest.raises(operations.NothingToConfirm):
        operations.confirm_membership(by=team.standing("coordinator"), membership=other, now=TOMORROW)


def test_other_roles_take_one_key_and_so_does_whoever_stands_at_the_server(team: Team, office: int) -> None:
    key = treasurer(standing(office))
    for by, role, unit in (
        (standing(office), VillageRole.CAMAT, "36.03.01"), (OPERATOR, VillageRole.HEAD, VILLAGE),
    ):  # fmt: skip
        operations.grant_membership(by=by, user=key, role=role, region="36.03", unit=unit, now=NOW)
    assert {held.role for held in standing(key).memberships} == {VillageRole.CAMAT, VillageRole.HEAD}


def test_the_office_knows_only_the_accounts_whose_roles_it_gives(team: Team, office: int) -> None:
    key = treasurer(standing(office))
    seen = {row.key for row in queries.accounts(scope=standing(office), now=NOW)}
    assert seen == {key}
    with pytest.raises(NotFound):
        operations.grant_membership(
            by=standing(office), user=team.verifier, role=VillageRole.HEAD, region="36.03", unit=VILLAGE, now=NOW
        )
    assert key in {row.key for row in queries.accounts(scope=team.standing("coordinator"), now=NOW)}


def test_the_database_refuses_one_person_and_the_same_day(team: Team, office: int) -> None:
    key = treasurer(standing(office))
    for confirmed, since in ((f"user:{office}", TOMORROW), ("user:1", TOMORROW - timedelta(seconds=1))):
        with pytest.raises(IntegrityError, match="membership_of_two_after_a_day"), transaction.atomic():
            Membership.objects.filter(user=key).update(confirmed_by=confirmed, since=since)
    with pytest.raises(IntegrityError, match="membership_asked_at"), transaction.atomic():
        Membership.objects.filter(user=key).update(asked_at=None)
    Membership.objects.filter(user=key).update(confirmed_by="user:1", since=TOMORROW)


def test_the_second_person_confirms_on_the_page_of_the_account(
    team: Team, office: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = treasurer(standing(office))
    Membership.objects.filter(user=key).update(asked_at=NOW - timedelta(days=9))
    client = Client()
    client.force_login(User.objects.get(pk=team.coordinator), BACKEND)
    shown = client.get(f"/akun/{key}/").content.decode()
    assert "menunggu orang kedua" in shown
    answer = client.post(f"/akun/{key}/peran/{asked(key)}/sahkan/")
    assert answer.status_code == HTTPStatus.FOUND
    assert Membership.objects.get(user=key).confirmed_by == "Siti"
