"""The first steps of a region: where each stands follows from what is stored, and the list goes with the last."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from pilar.areas.operations import add_office
from pilar.people import operations
from pilar.people.models import User
from pilar.people.queries import standing
from pilar.people.rules import OPERATOR, AnyRole, Role
from pilar.portal import first_steps, queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]
REGION = "36.03"


def account(email: str, role: AnyRole, office: int | None = None) -> User:
    key = operations.create_account(
        by=OPERATOR, email=email, name="Akun contoh", role=role, region=None if office else REGION, office=office,
        now=timezone.now(),
    )  # fmt: skip
    return User.objects.get(pk=key)


def shown(user: User) -> list[tuple[bool, str]]:
    now = timezone.now()
    (found,) = queries.home(scope=standing(user, now), now=now).first_steps
    return [(step.done, step.state) for step in found.steps]


def test_each_step_follows_from_what_is_stored(client: Client) -> None:
    coordinator = account("koordinator@baru.invalid", Role.COORDINATOR)
    begun = [(False, "belum ada"), (False, "1 akun"), (False, "belum dimulai"), (False, "belum ada"),
             (False, "belum ada yang dibuka")]  # fmt: skip
    assert shown(coordinator) == begun
    office = add_office(by=OPERATOR, region=REGION, name="Dinas Contoh")
    account("opd@baru.invalid", Role.CONTRIBUTOR, office)
    assert shown(coordinator) == [(True, "1 perangkat daerah"), (True, "2 akun"), *begun[2:]]
    client.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/beranda/").content.decode()
    assert "2 dari 5 selesai" in page
    assert page.count('aria-current="step"') == 1
    for address in (f"/perangkat-daerah/{REGION}/", "/akun/daftar/", f"/kerja/rencana/daerah/{REGION}/"):
        assert f'<a href="{address}">' in page
        assert client.get(address).status_code == 200


def test_nobody_but_the_coordinator_has_them_and_the_list_goes_with_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    verifier = standing(account("verifikator@baru.invalid", Role.VERIFIER), now)
    assert queries.home(scope=verifier, now=now).first_steps == ()
    coordinator = standing(account("koordinator@baru.invalid", Role.COORDINATOR), now)
    done = (first_steps.Step("", "", done=True, address="/") for _step in range(2))
    monkeypatch.setattr(first_steps, "_steps", lambda *_given, **_named: done)
    assert queries.home(scope=coordinator, now=now).first_steps == ()
