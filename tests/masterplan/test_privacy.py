"""Who reads the minutes and lists of attendance stands in the audit log."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from masterplan.pages import BACKEND
from masterplan.world import World
from people.readings import readings

pytestmark = pytest.mark.django_db


def client_of(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.cast.user(who), BACKEND)
    return client


def test_each_page_and_file_with_names_leaves_one_record(world: World) -> None:
    world.call()
    world.submitted()
    meeting = world.meeting()
    client, record = client_of(world, "coordinator"), (str(world.cast.keys["coordinator"]), str(meeting), 2)
    pages = [reverse(f"masterplan:{page}", args=[meeting]) for page in ("meeting", "attendance", "minutes")]
    pages.append(reverse("masterplan:minutes-file", args=[meeting, "pdf"]))
    pages.append(f"/api/v1/plan-meetings/{meeting}")
    for number, page in enumerate(pages, 1):
        assert client.get(page).status_code == 200, page
        assert readings("masterplan.attendance") == [record] * number, page


def test_who_is_refused_leaves_none(world: World) -> None:
    world.call()
    meeting = world.meeting()
    assert client_of(world, "neighbour").get(reverse("masterplan:minutes", args=[meeting])).status_code == 404
    assert readings("masterplan.attendance") == []
