"""The stream by which a page is told to look again: who gets one, what it says, and the element that asks."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.template import Context, Template
from django.test import Client, RequestFactory

from pilar.design import conditional, live
from pilar.platform.live import Reader

TOPICS = ["import 7"]


class Places:
    """The listeners of a process, without a database."""

    def __init__(self) -> None:
        self.left = 1
        self.patient = False
        self.taken: list[Reader] = []

    def join(self, topics: frozenset[str], *, patient: bool) -> Reader | None:
        self.patient = patient
        if len(self.taken) == self.left:
            return None
        self.taken.append(Reader(topics))
        return self.taken[-1]

    def leave(self, reader: Reader) -> None:
        self.taken = [one for one in self.taken if one is not reader]


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Places:
    made = Places()
    monkeypatch.setattr(live, "LISTENING", made)
    monkeypatch.setattr(live, "PULSE", 0.01)
    monkeypatch.setattr(live, "LONGEST", 0.05)
    return made


def address() -> str:
    drawn = Template("{% load live %}{% live topics url='/impor/' select='#import' tag='\"a\"' %}").render(
        Context({"topics": TOPICS})
    )
    assert 'hx-get="/impor/"' in drawn
    assert 'hx-select="#import"' in drawn
    assert "If-None-Match" in drawn
    found = re.search(r'data-live="([^"]+)"', drawn)
    assert found is not None
    return found[1].replace("&amp;", "&")


@pytest.mark.django_db
def test_a_reader_is_told_gets_a_sign_of_life_and_is_let_go(places: Places) -> None:
    answer = Client().get(address())
    assert (answer.status_code, answer["Content-Type"], answer["Content-Encoding"]) == (
        200, "text/event-stream", "identity",
    )  # fmt: skip
    (reader,) = places.taken
    assert reader.topics == frozenset(TOPICS)
    reader.told.set()
    sent = [line.decode() for line in answer.streaming_content]
    assert sent[:2] == ["retry: 1000\n\n", "event: told\ndata:\n\n"]
    assert set(sent[2:]) == {":\n\n"}
    assert places.taken == []


@pytest.mark.django_db
def test_who_goes_away_frees_the_place_and_who_has_none_is_told(places: Places) -> None:
    where, client = address(), Client()
    first = client.get(where)
    full = client.get(where)
    assert (full.status_code, full.content) == (204, b"")
    first.close()
    assert places.taken == []
    next(iter((second := client.get(where)).streaming_content))
    second.close()
    assert places.taken == []
    assert client.head(where).status_code == 204
    assert client.post(where).status_code in (302, 405)


@pytest.mark.django_db
def test_a_topic_that_no_page_was_signed_with_is_refused(places: Places) -> None:
    (token,) = parse_qs(urlsplit(address()).query)["t"]
    other = signing.Signer(salt="other").sign_object(TOPICS)
    for given in ("", "import 7", token[:-1] + ("a" if token[-1] != "a" else "b"), other, token.split(":")[0]):
        answer = Client().get("/langsung/", {"t": given})
        assert (answer.status_code, places.taken) == (400, []), given
    assert "tidak dibuat oleh Pilar" in answer.content.decode()


def test_a_part_comes_again_only_where_its_sign_has_changed() -> None:
    from django.http import HttpResponse

    def ask(tag: str, seen: str = "") -> Any:
        headers = {"If-None-Match": seen} if seen else {}
        request = RequestFactory().get("/bagian/", headers=headers)
        return conditional.while_it_holds(request, tag, lambda: HttpResponse("isi"))

    tag, other = conditional.part_tag("a", 1), conditional.part_tag("a", 2)
    assert tag != other
    first, same, changed = ask(tag), ask(tag, tag), ask(other, tag)
    assert [(one.status_code, one.content) for one in (first, same, changed)] == [
        (200, b"isi"), (304, b""), (200, b"isi"),
    ]  # fmt: skip
    assert (same["HX-Reswap"], first["ETag"], first["Cache-Control"]) == ("none", tag, "private, no-cache")


@pytest.mark.django_db
def test_who_asks_seldom_says_so_with_the_stream(places: Places) -> None:
    Client().get(address())
    assert places.patient is False
    drawn = Template("{% load live %}{% live topics url='/a/' every=15000 %}").render(Context({"topics": TOPICS}))
    places.taken = []
    Client().get(re.findall(r'data-live="([^"]+)"', drawn)[0].replace("&amp;", "&"))
    assert places.patient is True
