"""Accounts of those who work with the money of a village, for tests of its pages."""

from __future__ import annotations

from django.test import Client

from people.team import PASSWORD
from pilar.people import operations
from pilar.people.models import User
from pilar.people.rules import OPERATOR
from villagefinance.world import NOW, PEOPLE, World

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def account(who: str) -> User:
    """An account with the role that somebody of the cast holds, made once."""
    email = f"{who}@contoh.invalid"
    found = User.objects.filter(email=email).first()
    if found is None:
        (held,) = PEOPLE[who].memberships
        key = operations.create_account(
            by=OPERATOR, email=email, name=PEOPLE[who].actor.name, role=held.role, region=held.region, unit=held.unit,
            password=PASSWORD, now=NOW,
        )  # fmt: skip
        found = User.objects.get(pk=key)
    return found


def client_of(_world: World, who: str) -> Client:
    client = Client()
    if who != "visitor":
        client.force_login(account(who), BACKEND)
    return client
