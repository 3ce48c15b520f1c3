from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from people.team import LATER, NOW, Team
from pilar.people.models import Membership, User

pytestmark = pytest.mark.django_db


def save(row: User | Membership) -> None:
    with transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    ("constraint", "row"),
    [
        ("user_email_in_lower_case", User(email="Siti@contoh.invalid", name="Siti")),
        ("user_has_a_name", User(email="siti@contoh.invalid", name=" ")),
        ("user_language_known", User(email="siti@contoh.invalid", name="Siti", language="jv")),
    ],
)
def test_the_database_refuses_an_account(constraint: str, row: User) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        save(row)


def test_an_address_has_one_account_in_any_case() -> None:
    save(User(email="siti@contoh.invalid", name="Siti"))
    with pytest.raises(IntegrityError, match="email"):
        save(User(email="siti@contoh.invalid", name="Siti"))
    with pytest.raises(IntegrityError, match="email"):
        save(User(email="SITI@contoh.invalid", name="Siti"))
    assert User.objects.get_by_natural_key("SITI@contoh.invalid").name == "Siti"


REFUSED = [
    ("secretariat", "36.03", False),
    ("secretariat", None, True),
    ("assessor", "36.03", False),
    ("panel_chair", None, True),
    ("coordinator", None, False),
    ("coordinator", "36.03", True),
    ("verifier", None, True),
    ("contributor", None, False),
    ("contributor", "36.03", False),
    ("contributor", "36.03", True),
    ("mayor", None, False),
]


@pytest.mark.parametrize(("role", "region", "with_office"), REFUSED)
def test_the_database_ties_a_role_to_its_kind_of_place(
    team: Team, role: str, region: str | None, with_office: bool
) -> None:
    office = team.office if with_office else None
    with pytest.raises(IntegrityError, match="membership_role_fits_reach"):
        save(Membership(user_id=team.assessor, role=role, region_id=region, office_id=office, since=NOW))


def test_a_role_does_not_end_before_it_begins(team: Team) -> None:
    with pytest.raises(IntegrityError, match="membership_ends_after_begin"):
        save(Membership(user_id=team.assessor, role="panel_chair", since=NOW, until=NOW - timedelta(seconds=1)))


def test_a_role_is_held_once_at_a_time(team: Team) -> None:
    with pytest.raises(IntegrityError, match="membership_held_once"):
        save(Membership(user_id=team.secretariat, role="secretariat", since=LATER))
    with pytest.raises(IntegrityError, match="membership_held_once"):
        save(Membership(user_id=team.coordinator, role="coordinator", region_id="36.03", since=LATER))
    save(Membership(user_id=team.coordinator, role="coordinator", region_id="36.71", since=LATER))
    Membership.objects.filter(user=team.coordinator).update(until=LATER)
    save(Membership(user_id=team.coordinator, role="coordinator", region_id="36.03", since=LATER))
