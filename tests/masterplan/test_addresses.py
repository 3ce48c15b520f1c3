"""Every page and every API route of the room, asked by everybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from design.mistakes import sent_empty
from kit.neighbours import FAR, own
from kit.selection import turns
from kit.worlds import once
from kit.written import points_of
from masterplan import addresses
from masterplan.addresses import API, BODIES, DRAFT_PAGES, DRAFT_SENT, LAW_PAGES, PEOPLE, ROUTES, VALUES
from masterplan.addresses_meetings import PAGES as MEETINGS
from masterplan.pages import client_of
from masterplan.world import LATER, World, own_imports, plant_import
from pilar.masterplan import operations
from pilar.masterplan.models import Body, Line, Proposal, Version
from pilar.masterplan.operations import Member, NewBody
from pilar.masterplan.rules.statements import BodyKind

pytestmark = pytest.mark.django_db


@once
def planted(world: World) -> World:
    """A version in force and its revision, a draft, which is the world's version."""
    world.in_force()
    by = world.who("coordinator")
    body = NewBody(BodyKind.COUNCIL, "Dewan Smart City", members=(Member("ketua", "Bupati"),))
    operations.save_body(by=by, plan=world.row().plan.key, given=body)
    world.version = operations.start_revision(by=by, version=world.version, reason="Rekomendasi 2026", now=LATER)
    world.call()
    world.submitted("Sampah pilah")
    plant_import(world.version)
    return world


def law(world: World) -> int:
    """The key of the version in force."""
    return own(Version).get(number=1).pk


def proposed(page: str, version: int) -> int:
    """The key in the address of a page: of the proposal, of the import, otherwise of the version."""
    if page.startswith("proposal") and not page.startswith("proposals"):
        return own(Proposal).latest("pk").pk
    return own_imports().get().pk if page == "import" else version


def address(world: World, page: str, version: int) -> str:
    key = proposed(page, version)
    values = VALUES | {"key": key, "body": own(Body).get().pk, "line": own(Line).get().pk}
    return reverse(f"masterplan:{page}", kwargs={name: values[name] for name in addresses.page_arguments()[page]})


def test_every_address_is_in_the_tables() -> None:
    assert [*addresses.read(DRAFT_PAGES)] == [*addresses.read(DRAFT_SENT)]
    assert {*addresses.read(DRAFT_PAGES), *addresses.read(MEETINGS)} == {*addresses.page_arguments()}
    assert {*addresses.read(ROUTES, words=2)} == {*addresses.route_arguments()}


@pytest.mark.parametrize("who", PEOPLE)
def test_what_each_finds(planted: World, who: str) -> None:
    client, differing = client_of(planted, who), list[tuple[Any, ...]]()
    asked = (
        ("GET", DRAFT_PAGES, planted.version),
        ("POST", DRAFT_SENT, planted.version),
        ("GET", LAW_PAGES, law(planted)),
    )
    for method, table, version in asked:
        for page, expected in addresses.read(table).items():
            if who not in turns(expected, at=f"{method} {page}"):
                continue
            with transaction.atomic():
                answer = client.generic(method, address(planted, page, version))
                transaction.set_rollback(True)
            if answer.status_code != expected[who]:
                differing.append((method, page, version, answer.status_code, expected[who]))
            differing += [(method, page, said) for said in points_of(answer)]
            if who == "visitor" and answer.status_code == 302:
                assert answer["Location"].startswith("/akun/login/?next="), page
    assert "\n".join(map(str, differing)) == ""


@pytest.mark.parametrize("who", ["coordinator", pytest.param("contributor", marks=pytest.mark.thorough)])
def test_an_empty_form_is_refused_at_the_top_and_in_the_title(planted: World, who: str) -> None:
    client, wrong, refused = client_of(planted, who), [], 0
    for version in (planted.version, law(planted)):
        for page in addresses.read(DRAFT_PAGES):
            with transaction.atomic():
                said_no, missing = sent_empty(client, address(planted, page, version))
                transaction.set_rollback(True)
            refused += said_no
            wrong += [f"{page}: {one}" for one in missing]
    assert not wrong, "\n".join(wrong)
    assert refused


@pytest.mark.parametrize("who", PEOPLE)
def test_what_each_finds_by_the_api(planted: World, who: str) -> None:
    client, differing = client_of(planted, who), []
    body = own(Body).get()
    keys = VALUES | {"version": planted.version, "plan": body.plan_id, "body": body.pk, "line": own(Line).get().pk}
    keys |= {"proposal": own(Proposal).latest("pk").pk, "key": own_imports().get().pk}
    for route, expected in addresses.read(ROUTES, words=2).items():
        if who not in turns(expected, at=route):
            continue
        method, path = route.split()
        given = client._encode_json(BODIES.get(path.rpartition("/")[2], {}), "application/json")
        sent = () if method == "GET" else (given, "application/json")
        with transaction.atomic():
            answer = client.generic(method, API + path.format(**keys), *sent)
            transaction.set_rollback(True)
        if answer.status_code != expected[who]:
            differing.append((route, answer.status_code, expected[who]))
    assert "\n".join(map(str, differing)) == ""


@pytest.mark.parametrize("who", PEOPLE)
def test_a_region_without_law_has_no_public_plan(planted: World, who: str) -> None:
    assert client_of(planted, who).get(f"/rencana/{FAR}/").status_code == 404


def test_what_was_not_there_is_not_there(planted: World) -> None:
    client = client_of(planted, "coordinator")
    wrong: list[Any] = [
        reverse("masterplan:version", args=[0]),
        reverse("masterplan:programme", args=[planted.version, "P999"]),
        reverse("masterplan:write", args=[planted.version, "motto"]),
        reverse("masterplan:change-body", args=[planted.version, 0]),
    ]
    assert [client.get(one).status_code for one in wrong] == [404] * 4
