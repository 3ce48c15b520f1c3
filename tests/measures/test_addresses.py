"""Every page and every API route, asked by everybody: the room's own part of the sweep in evaluation/cycle."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from design.mistakes import sent_empty
from kit.neighbours import own
from kit.selection import turns
from kit.worlds import once
from kit.written import points_of
from measures import addresses
from measures.addresses import API, PAGES, PEOPLE, ROUTES, SENT, VALUES
from measures.world import OTHER, OWN, World, mapped
from pilar.measures.models import SourceToken

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@once
def planted(world: World) -> World:
    world.report(("desa-daring", "2026-02", "40"), by="contributor")
    mapped(world.who("contributor"), OWN)
    return world


def client_of(world: World, who: str) -> Client:
    client = Client()
    if who != "visitor":
        client.force_login(world.cast.user(who), BACKEND)
    return client


def address(page: str) -> str:
    values = VALUES | {"key": own(SourceToken).get().pk}
    return reverse(f"measures:{page}", kwargs={name: values[name] for name in addresses.page_arguments()[page]})


def test_every_address_is_in_the_tables() -> None:
    assert [*addresses.read(PAGES)] == [*addresses.read(SENT)]
    assert {*addresses.read(PAGES)} == {*addresses.page_arguments()}
    assert {*addresses.read(ROUTES, words=2)} == {*addresses.route_arguments()}


@pytest.mark.parametrize("who", PEOPLE)
def test_what_each_finds(planted: World, who: str) -> None:
    client, differing = client_of(planted, who), list[tuple[Any, ...]]()
    for method, table in (("GET", PAGES), ("POST", SENT)):
        for page, expected in addresses.read(table).items():
            if who not in turns(expected, at=f"{method} {page}"):
                continue
            with transaction.atomic():
                answer = client.generic(method, address(page))
                transaction.set_rollback(True)
            if answer.status_code != expected[who]:
                differing.append((method, page, answer.status_code, expected[who]))
            differing += [(method, page, said) for said in points_of(answer)]
            if who == "visitor" and answer.status_code == 302:
                assert answer["Location"].startswith("/akun/login/?next="), page
    assert differing == []


@pytest.mark.parametrize("who", ["coordinator", "contributor"])
def test_an_empty_form_is_refused_at_the_top_and_in_the_title(planted: World, who: str) -> None:
    client, wrong, refused = client_of(planted, who), [], 0
    for page in addresses.read(PAGES):
        with transaction.atomic():
            said_no, missing = sent_empty(client, address(page))
            transaction.set_rollback(True)
        refused += said_no
        wrong += [f"{page}: {one}" for one in missing]
    assert not wrong, "\n".join(wrong)
    assert refused


@pytest.mark.parametrize("who", PEOPLE)
def test_what_each_finds_by_the_api(planted: World, who: str) -> None:
    client, differing = client_of(planted, who), []
    body: dict[str, Any] = {"rows": [{"measure": "desa-daring", "period": "2026-01", "value": "1"}]}
    for route, expected in addresses.read(ROUTES, words=2).items():
        if who not in turns(expected, at=route):
            continue
        method, path = route.split()
        sent = (client._encode_json(body, "application/json"), "application/json") if method == "POST" else ()
        answer = client.generic(method, API + path.format(**VALUES), *sent)
        if answer.status_code != expected[who]:
            differing.append((route, answer.status_code, expected[who]))
    assert differing == []


@pytest.mark.parametrize("who", PEOPLE)
def test_a_region_of_which_nothing_is_public_does_not_exist(planted: World, who: str) -> None:
    wanted = 200 if who in ("neighbour", "secretariat") else 404
    client = client_of(planted, who)
    for path in (f"/ukuran/{OTHER}/", f"{API}/regions/{OTHER}/measures"):
        assert client.get(path).status_code == wanted


def test_lists_tell_outsiders_of_public_measures_only(planted: World) -> None:
    for who in ("visitor", "neighbour", "assessor"):
        client = client_of(planted, who)
        for path in (f"/ukuran/{VALUES['code']}/", f"{API}/regions/{VALUES['code']}/measures"):
            text = client.get(path).content.decode()
            assert "izin-terbit" in text
            assert "desa-daring" not in text
            assert "rahasia" not in text
