from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.team import LATER, NOW, Team
from pilar.areas.operations import close_office
from pilar.people import queries
from pilar.people.models import Membership, User
from pilar.people.rules import OPERATOR, PUBLIC, HeldRole, NotFound, Role

pytestmark = pytest.mark.django_db


def emails(rows: tuple[queries.AccountRow, ...]) -> list[str]:
    return [row.email.split("@")[0] for row in rows]


def test_a_standing_names_the_person_and_the_roles_with_their_regions(team: Team) -> None:
    standing = team.standing("contributor")
    assert (standing.actor.kind, standing.actor.key, standing.actor.name) == ("user", str(team.contributor), "Dewi")
    assert standing.memberships == (HeldRole(Role.CONTRIBUTOR, "36.03", team.office),)
    assert queries.standing(AnonymousUser(), NOW) == PUBLIC


def test_a_standing_is_one_query(team: Team) -> None:
    user = User.objects.get(pk=team.contributor)
    with CaptureQueriesContext(connection) as asked:
        queries.standing(user, NOW)
    assert len(asked) == 1


def test_a_closed_offices_people_hold_nothing_there(team: Team) -> None:
    now = timezone.now()
    close_office(by=OPERATOR, office=team.office, now=now)
    assert team.standing("contributor", now).memberships == ()


def test_the_own_account(team: Team) -> None:
    own = queries.own_account(scope=team.standing("contributor"), now=LATER)
    assert (own.email, own.name, own.language, own.is_active) == ("dewi@contoh.invalid", "Dewi", "id", True)
    (held,) = own.memberships
    assert (held.role, held.region_code, held.place) == (
        Role.CONTRIBUTOR,
        "36.03",
        "Dinas Komunikasi dan Informatika, Kabupaten Tangerang",
    )
    for nobody in (PUBLIC, OPERATOR):
        with pytest.raises(NotFound):
            queries.own_account(scope=nobody, now=LATER)


def test_who_sees_which_accounts(team: Team) -> None:
    everybody = ["ani", "budi", "dewi", "edi", "rudi", "siti"]
    assert emails(queries.accounts(scope=team.standing("secretariat"), now=LATER)) == everybody
    assert emails(queries.accounts(scope=OPERATOR, now=LATER, search="DI@")) == ["budi", "edi", "rudi"]
    assert emails(queries.accounts(scope=team.standing("coordinator"), now=LATER)) == ["dewi", "edi", "siti"]
    assert emails(queries.accounts(scope=team.standing("neighbour"), now=LATER)) == ["budi"]
    for who in ("verifier", "contributor", "assessor"):
        assert not queries.accounts(scope=team.standing(who), now=LATER)


def test_one_account_is_found_by_its_whole_address_within_the_scope(team: Team) -> None:
    assert queries.find_account("SITI@contoh.invalid", scope=OPERATOR, now=LATER).key == team.coordinator
    for email, who in (("siti", "secretariat"), ("budi@contoh.invalid", "coordinator")):
        with pytest.raises(NotFound):
            queries.find_account(email, scope=team.standing(who), now=LATER)


def test_the_list_is_a_fixed_number_of_queries(team: Team) -> None:
    scope = team.standing("coordinator")
    for number in range(100):
        user = User.objects.create(email=f"orang{number}@contoh.invalid", name="Orang")
        Membership.objects.create(user=user, role="contributor", office_id=team.office, since=NOW)
    with CaptureQueriesContext(connection) as asked:
        assert len(queries.accounts(scope=scope, now=LATER, size=None)) == 103
    assert len(asked) == 2
