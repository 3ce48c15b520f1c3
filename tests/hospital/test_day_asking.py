"""Who asks again for a board or a number is answered at little cost, and hears of what has changed."""

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from hospital.test_day import at, come
from hospital.test_day_pages import Clock, body, clock, signed_in
from hospital.world import HERE, World
from people.citizens import entered
from pilar.hospital import operations as do
from pilar.hospital.models import Session
from pilar.platform.live import LISTENING

__all__ = ["clock"]


def tag_of(page: str) -> str:
    """What the part that keeps itself new sends along when it asks again."""
    (found,) = re.findall(r'hx-headers="([^"]*If-None-Match[^"]*)"', page)
    return str(json.loads(html.unescape(found))["If-None-Match"])


def test_who_asks_again_is_answered_by_one_query_while_nothing_changes(
    world: World, clock: Clock, django_assert_num_queries: Callable[..., Any]
) -> None:
    (code,) = come(world, 1)
    mine = entered(Client(), "anak@contoh.invalid", "Anak")
    for client, name, given in ((Client(), "board", HERE), (Client(), "place", code), (mine, "place", code)):
        address = reverse(f"hospital:{name}", args=[given])

        def ask(tag: str, client: Client = client, address: str = address) -> Any:
            return client.get(address, headers={"If-None-Match": tag})

        clock.set(5)
        first = client.get(address)
        tag = tag_of(first.content.decode())
        assert first.headers.get("ETag", "") == ("" if client is mine else tag), name
        if client is not mine:
            with django_assert_num_queries(1):
                again = ask(tag)
            assert (again.status_code, again.content, again["HX-Reswap"]) == (304, b"", "none")
        assert ask(tag).status_code == 304
        clock.set(7)
        assert ask(tag).status_code == 200, "time itself changes what is forecast"
        clock.set(5)
        with transaction.atomic():
            do.call_next(by=world.who("nurse"), session=world.session().pk, now=at(world, 5))
            assert ask(tag).status_code == 200
            transaction.set_rollback(True)


@pytest.fixture
def hearing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that hears notifications, and has kept nothing yet."""
    LISTENING._drop(None)
    monkeypatch.setattr(LISTENING, "hears", lambda: True)
    yield
    LISTENING._drop(None)


def test_all_boards_and_phones_cost_a_query_together_until_something_is_told(
    world: World, clock: Clock, hearing: None, django_assert_num_queries: Callable[..., Any]
) -> None:
    codes = come(world, 3)
    clock.set(5)
    boards, phones = [reverse("hospital:board", args=[HERE])], [reverse("hospital:place", args=[one]) for one in codes]

    def ask() -> list[int]:
        return [Client().get(one, headers={"If-None-Match": seen[one]}).status_code for one in seen]

    for addresses in (boards, phones):
        seen = {one: Client().get(one)["ETag"] for one in addresses}
        with django_assert_num_queries(0):
            assert set(ask() + ask() + ask()) == {304}
        LISTENING._told(f"hospital board {HERE}" if addresses is boards else f"hospital session {world.session().pk}")
        with django_assert_num_queries(1):
            assert set(ask() + ask()) == {304}
    do.call_next(by=world.who("nurse"), session=world.session().pk, now=clock.now)
    assert set(ask()) == {304}, "it hears of it with the commit, which this test does not have"
    LISTENING._told(f"hospital session {world.session().pk}")
    assert set(ask()) == {200}


def test_a_board_that_changed_is_drawn_once_for_all_screens(
    world: World, clock: Clock, hearing: None, django_assert_num_queries: Callable[..., Any]
) -> None:
    (code,) = come(world, 1)
    clock.set(5)
    address = reverse("hospital:board", args=[HERE])
    seen = Client().get(address)["ETag"]

    def ask(address: str = address, client: Client | None = None, **headers: str) -> Any:
        return (client or Client()).get(address, headers={"If-None-Match": seen, "HX-Request": "true", **headers})

    do.call_next(by=world.who("nurse"), session=world.session().pk, now=clock.now)
    LISTENING._told(f"hospital board {HERE}")
    first = ask()
    assert (first.status_code, "A-001" in first.content.decode()) == (200, True)
    with django_assert_num_queries(0):
        others = [ask() for _screen in range(5)]
    own = {"X-Request-ID"}
    for one in others:
        assert (one.status_code, one.content) == (200, first.content)
        assert {name: said for name, said in one.items() if name not in own} == {
            name: said for name, said in first.items() if name not in own
        }
    assert "Content-Security-Policy" in others[0].headers
    packed = [ask(**{"Accept-Encoding": "gzip"}) for _screen in range(2)]
    assert {one.headers.get("Content-Encoding", "") for one in packed} <= {"", "gzip"}
    assert gzip.decompress(packed[1].content) == first.content if "Content-Encoding" in packed[1] else True
    assert "Panggil" not in ask(f"/en{address}").content.decode(), "another language is another part"
    assert "<html" in Client().get(address, headers={"If-None-Match": seen}).content.decode(), "the page is no part"
    screen = Client()
    pages = ["<html" in ask(client=screen, **{"HX-Request": said}).content.decode() for said in ("true", "", "true")]
    assert pages == [False, True, False], "nor is it where the header says nothing"
    mine = entered(Client(), "anak@contoh.invalid", "Anak")
    assert ask(client=mine).content == first.content
    do.call_again(by=world.who("nurse"), booking=code, now=at(world, 6))
    LISTENING._told(f"hospital board {HERE}")
    assert ask().content != first.content


def test_nobody_is_shown_a_phones_page_from_memory(world: World, clock: Clock, hearing: None) -> None:
    """Attempts at codes are counted; after too many, right ones are refused, too."""
    (code,) = come(world, 1)
    clock.set(5)
    address = reverse("hospital:place", args=[code])
    given = {"If-None-Match": '"x"', "HX-Request": "true"}
    assert Client().get(address, headers=given).status_code == 200
    for _try in range(21):
        Client().get(reverse("hospital:place", args=["ABCDEFGHJKMN"]))
    assert Client().get(address, headers=given).status_code == 429


def test_who_asks_for_a_part_again_is_sent_the_part(world: World, clock: Clock) -> None:
    (code,) = come(world, 1)
    mine = entered(Client(), "anak@contoh.invalid", "Anak")
    clock.set(5)
    for client, name, given in ((Client(), "board", HERE), (Client(), "place", code), (mine, "place", code)):
        address = reverse(f"hospital:{name}", args=[given])
        page, part = client.get(address), client.get(address, headers={"HX-Request": "true"})
        texts = [" ".join(one.content.decode().split()) for one in (page, part)]
        assert ("<html" in texts[0], "<html" in texts[1]) == (True, False)
        assert texts[1].startswith(f'<div id="{name}"')
        assert texts[1] in texts[0]
        if client is not mine:
            assert "HX-Request" in part["Vary"], "a browser that goes back shows the page"


def test_board_phone_and_queue_ask_as_often_however_many_wait(
    world: World, clock: Clock, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    Session.objects.update(capacity=30, places=[at(world, n) for n in range(30)])
    codes = come(world, 2)
    nurse, session = signed_in(world, "nurse"), world.session().pk
    counts = []
    for more in (0, 12):
        come(world, more, first=20)
        asked = []
        for client, name, given in (
            (Client(), "board", HERE), (Client(), "place", codes[1]), (nurse, "session", session), (nurse, "day", HERE),
        ):  # fmt: skip
            body(client, f"hospital:{name}", given)
            with django_assert_max_num_queries(25) as seen:
                body(client, f"hospital:{name}", given)
            asked.append(len(seen))
        counts.append(asked)
    assert counts[0] == counts[1]
