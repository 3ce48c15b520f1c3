"""Accounts of those who work with the money of a village, for tests of its pages."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client

from people.team import PASSWORD
from pilar.people import operations
from pilar.people.models import User
from pilar.people.rules import OPERATOR
from pilar.villagefinance.models import ActivityExecutor
from villagefinance.world import NOW, PEOPLE, World

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def account(who: str) -> User:
    """An account with the role that somebody of the cast holds, made once."""
    email = f"{who}@contoh.invalid"
    found = User.objects.filter(email=email).first()
    if found is None and who == "executor":
        found = _executor(email)
    if found is None:
        (held,) = PEOPLE[who].memberships
        key = operations.create_account(
            by=OPERATOR, email=email, name=PEOPLE[who].actor.name, role=held.role, region=held.region, unit=held.unit,
            password=PASSWORD, now=NOW,
        )  # fmt: skip
        found = User.objects.get(pk=key)
    return found


def _executor(email: str) -> User:
    """Who carries out the activities of the world, with an account of that key where no other has it; else a further
    one, which is named from then on."""
    standing = PEOPLE["executor"]
    (held,) = standing.memberships
    given = {"role": held.role, "region": held.region, "unit": held.unit}
    taken = User.objects.filter(pk=standing.account).exclude(email__endswith="@desa.invalid").exists()
    if taken:
        key = operations.create_account(
            by=OPERATOR, email=email, name=standing.actor.name, password=PASSWORD, now=NOW, **given
        )  # fmt: skip
        for one in ActivityExecutor.objects.filter(village=held.unit, no=1):
            ActivityExecutor.objects.create(
                region=one.region, village=one.village, year=one.year, activity=one.activity, no=2,
                executor=f"user:{key}", by=one.by, at=NOW,
            )  # fmt: skip
        return User.objects.get(pk=key)
    user, _new = User.objects.get_or_create(pk=standing.account, defaults={"name": str(standing.actor.name)})
    user.email = email
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('people_user', 'id'), greatest(100, max(id))) FROM people_user"
        )
    operations.grant_membership(by=OPERATOR, user=user.pk, now=NOW, **given)
    return user


def client_of(_world: World, who: str) -> Client:
    client = Client()
    if who != "visitor":
        client.force_login(account(who), BACKEND)
    return client
