"""Every page and every API route of meetings, asked by everybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from kit.neighbours import own
from kit.selection import turns
from kit.worlds import once
from kit.written import points_of
from masterplan import addresses
from masterplan.addresses import API, PEOPLE
from masterplan.addresses_meetings import BODIES, PAGES, ROUTES, SENT, SIGNED
from masterplan.pages import client_of
from masterplan.world import LATER, World
from pilar.masterplan import operations
from pilar.masterplan.models import Meeting, Version
from pilar.masterplan.rules.stages import MeetingState

pytestmark = pytest.mark.django_db


@once
def planted(world: World) -> World:
    """A plan in force, and its revision in a running meeting."""
    world.in_force()
    by = world.who("coordinator")
    world.version = operations.start_revision(by=by, version=world.version, reason="Rekomendasi 2026", now=LATER)
    world.call()
    world.submitted("Antrean puskesmas")
    world.meeting()
    return world


def values(world: World, *, signed: bool) -> dict[str, Any]:
    state = MeetingState.SIGNED if signed else MeetingState.RUNNING
    meeting = own(Meeting).get(state=state)
    proposal = meeting.version.proposals.get()
    over = own(Meeting).get(state=MeetingState.SIGNED)
    return {
        "version": meeting.version_id, "meeting": meeting.pk, "proposal": proposal.pk, "kind": "pdf",
        "sha256": over.minutes,
    }  # fmt: skip


def address(page: str, known: dict[str, Any]) -> str:
    of_version = page in ("meetings", "plan-meeting")
    named = known | {"key": known["version"] if of_version else known["meeting"]}
    return reverse(f"masterplan:{page}", kwargs={name: named[name] for name in addresses.page_arguments()[page]})


def test_every_address_of_meetings_is_in_the_tables() -> None:
    assert [*addresses.read(PAGES)] == [*addresses.read(SENT)]
    assert {*addresses.read(SIGNED)} <= {*addresses.read(PAGES)}
    assert {*addresses.read(ROUTES, words=2)} == {*addresses.route_arguments("masterplan meetings")}


@pytest.mark.parametrize("who", PEOPLE)
def test_what_each_finds(planted: World, who: str) -> None:
    client, differing = client_of(planted, who), list[tuple[Any, ...]]()
    for method, table, signed in (("GET", PAGES, False), ("POST", SENT, False), ("GET", SIGNED, True)):
        known = values(planted, signed=signed)
        for page, expected in addresses.read(table).items():
            if who not in turns(expected, at=f"{method} {page}"):
                continue
            with transaction.atomic():
                answer = client.generic(method, address(page, known))
                transaction.set_rollback(True)
            if answer.status_code != expected[who]:
                differing.append((method, page, signed, answer.status_code, expected[who]))
            differing += [(method, page, said) for said in points_of(answer)]
    assert differing == []


@pytest.mark.parametrize("who", PEOPLE)
def test_what_each_finds_by_the_api(planted: World, who: str) -> None:
    client, differing = client_of(planted, who), []
    known = values(planted, signed=False)
    for route, expected in addresses.read(ROUTES, words=2).items():
        if who not in turns(expected, at=route):
            continue
        method, path = route.split()
        given = client._encode_json(BODIES.get(f"{method} {path.rpartition('/')[2]}", {}), "application/json")
        sent = () if method == "GET" else (given, "application/json")
        with transaction.atomic():
            answer = client.generic(method, API + path.format(**known), *sent)
            transaction.set_rollback(True)
        if answer.status_code != expected[who]:
            differing.append((route, answer.status_code, expected[who]))
    assert differing == []


def test_a_hash_that_nobody_signed_is_not_there(planted: World) -> None:
    for wrong in ("0" * 64, "x", "%27"):
        assert Client().get(f"/rencana/notulen/{wrong}/").status_code == 404
        assert Client().get(f"{API}/plan-minutes/{wrong}").status_code == 404


def test_the_page_of_the_hash_names_the_meeting_and_no_person(planted: World) -> None:
    meeting = own(Meeting).get(state=MeetingState.SIGNED)
    answer = Client().get(reverse("masterplan:check-minutes", args=[meeting.minutes]))
    text = answer.content.decode()
    assert meeting.title in text
    assert "Sekretaris Daerah" not in text
    assert Version.objects.get(pk=meeting.version_id).plan.title in text
