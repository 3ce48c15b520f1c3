"""Signed-in browsers, and forms as they send them."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from masterplan.world import World
from pilar.masterplan import queries
from pilar.masterplan.forms.content import ContentForm
from pilar.masterplan.rules.content import Content

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(world: World, who: str) -> Client:
    client = Client()
    if who != "visitor":
        client.force_login(world.cast.user(who), BACKEND)
    return client


def address(page: str, *given: Any) -> str:
    return reverse(f"masterplan:{page}", args=given)


def typed(world: World, content: Content, **more: Any) -> dict[str, Any]:
    """What a browser sends of a content's form, with other fields changed or added."""
    plan = world.row().plan
    choices = queries.content_choices(plan, scope=world.who("contributor"))
    sent: QueryDict = ContentForm(plan=plan, choices=choices, initial=content, owner=content.owner).as_typed()
    found: dict[str, Any] = {name: sent.getlist(name) for name in sent}
    return found | {"seen": 0, **more}
