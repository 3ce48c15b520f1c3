from __future__ import annotations

import pytest
from django.utils import timezone

from areas.places import PLACES, load
from kit.worlds import once
from pilar.areas import queries as areas
from pilar.people import loaders, queries
from pilar.people.models import Membership, User
from pilar.people.rules import OPERATOR, PUBLIC, NotAllowed, Role
from pilar.platform.models import AuditEvent

pytestmark = pytest.mark.django_db


def password_of(email: str) -> str:
    return f"rahasia untuk {email.split('@', maxsplit=1)[0]}"


@once
def made() -> list[loaders.DemoAccount]:
    load(PLACES)
    return loaders.load_demo_accounts(by=OPERATOR, password_of=password_of)


WITHOUT = {Role.SIGNATORY}
"""The example region has nobody who signs: its coordinator submits."""


def test_there_is_one_account_a_role_and_it_opens(made: list[loaders.DemoAccount]) -> None:
    assert {row.role for row in Membership.objects.all()} == set(Role) - WITHOUT
    assert len(made) == len(loaders.ACCOUNTS) + 1, "the secretariat has two: who computes does not approve"
    for account in made:
        assert account.email.endswith("@contoh.invalid")
        assert User.objects.get(email=account.email).check_password(account.password)
        assert User.objects.get(email=account.email).name.startswith("Akun contoh ")
    assert {account.role: account.scope for account in reversed(made)} == {
        "Sekretariat": "",
        "Koordinator": "Kabupaten Tangerang",
        "Verifikator": "Kabupaten Tangerang",
        "Kontributor": "Dinas Komunikasi dan Informatika, Kabupaten Tangerang",
        "Asesor": "",
        "Ketua panel": "",
        "Pemeriksa": "",
        "Pembaca provinsi": "Banten",
    }
    offices = [row.abbreviation for row in areas.offices("36.03", scope=PUBLIC)]
    assert sorted(offices) == ["Bappeda", "DPMPD", "DPMPTSP", "Dinkes", "Diskominfo"]


def test_a_second_start_changes_nothing(made: list[loaders.DemoAccount]) -> None:
    events = AuditEvent.objects.count()
    assert loaders.load_demo_accounts(by=OPERATOR, password_of=password_of) == made
    assert AuditEvent.objects.count() == events


def test_new_passwords_of_the_caller_are_taken_over(made: list[loaders.DemoAccount]) -> None:
    loaders.load_demo_accounts(by=OPERATOR, password_of=lambda email: f"baru sekali {len(email)}")
    assert User.objects.get(email=made[0].email).check_password(f"baru sekali {len(made[0].email)}")


def test_a_password_that_somebody_changed_is_given_again(made: list[loaders.DemoAccount]) -> None:
    loaders.load_demo_accounts(by=OPERATOR, password_of=password_of)
    person = User.objects.get(email=made[0].email)
    person.set_password("diganti seseorang")
    person.save()
    loaders.load_demo_accounts(by=OPERATOR, password_of=password_of)
    person.refresh_from_db()
    assert person.check_password(made[0].password)


def test_a_start_without_a_change_tries_no_password(
    made: list[loaders.DemoAccount], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them costs a quarter of a second on purpose."""
    monkeypatch.setattr(User, "check_password", None)
    assert loaders.load_demo_accounts(by=OPERATOR, password_of=password_of) == made


def test_a_first_start_tries_no_password_either(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(User, "check_password", None)
    load(PLACES)
    assert loaders.load_demo_accounts(by=OPERATOR, password_of=password_of)


def test_what_was_changed_by_hand_is_left_alone(made: list[loaders.DemoAccount]) -> None:
    Membership.objects.filter(role=Role.VERIFIER).update(until=timezone.now())
    again = loaders.load_demo_accounts(by=OPERATOR, password_of=password_of)
    assert not queries.current(timezone.now()).filter(role=Role.VERIFIER).exists()
    assert [one.email for one in again] == [one.email for one in made]


def test_nobody_else_may(db: None) -> None:
    load(PLACES)
    with pytest.raises(NotAllowed):
        loaders.load_demo_accounts(by=PUBLIC, password_of=password_of)
    assert not User.objects.exists()
