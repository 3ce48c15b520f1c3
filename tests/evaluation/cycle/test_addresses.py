"""Every page and every API route, asked by outsiders: what is not theirs does not exist, and nothing of it is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from design.mistakes import sent_empty
from evaluation.cycle import planted as words
from evaluation.cycle.addresses import (
    API,
    FORMS,
    Address,
    description,
    page_arguments,
    pages,
    route_arguments,
    routes,
)
from evaluation.cycle.bodies import body_of
from evaluation.cycle.listed import LISTS
from evaluation.cycle.planted import Planted
from evaluation.cycle.world import FAR, NEIGHBOUR, OWN
from kit.selection import turns
from kit.written import decimal_points
from pilar.people.models import User

SIDES = dict.fromkeys(("coordinator", "verifier", "colleague"), "judged") | dict.fromkeys(
    ("assessor1", "chair", "secretariat"), "judging"
)
LISTED = set().union(*LISTS.values())
FOUND: set[str] = set()
"""The addresses that an insider was seen to find."""

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOT_THERE, REFUSED = HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN

STRANGERS = {"coordinator of a region that takes no part": ("coordinator", FAR), "unseated": ("assessor3", OWN)}
NEIGHBOURS = {"coordinator of another region": ("coordinator", NEIGHBOUR), "on another panel": ("assessor4", OWN)}
OUTSIDERS = STRANGERS | NEIGHBOURS
INSIDERS = ("secretariat", "coordinator", "contributor", "verifier", "chair", "assessor2")

PANELS_OWN = {words.MARK_OF_CHAIR, words.MARK_OF_OTHER, words.BLIND_FINDING, words.MINUTES, words.CONFLICT}
HIDDEN = {
    # What the panel gives and writes is its own until it has agreed, and each assessor's until all have finished.
    "coordinator": PANELS_OWN,
    "verifier": PANELS_OWN | {words.NOTICE, words.TOKEN},
    "colleague": PANELS_OWN | {words.NOTICE, words.TOKEN},
    "assessor1": {words.MARK_OF_CHAIR, words.MARK_OF_OTHER, words.BLIND_FINDING, words.CONFLICT, words.NOTICE},
    "chair": {words.MARK_OF_OTHER, words.BLIND_FINDING, words.CONFLICT, words.NOTICE},
    # It revokes tokens of accounts, so it reads what they are for.
    "secretariat": {words.NOTICE},
}


@dataclass(frozen=True)
class Reply:
    """What one request brought."""

    status: int
    text: str
    location: str = ""


Ask = Callable[[Client], list[Reply]]


def ask_page(planted: Planted, address: Address) -> Ask:
    """Ask for a page, and send its form."""
    path = reverse(address.name, kwargs=address.arguments(page_arguments()[address.name], planted.values))
    form = {field: planted.values[named] for field, named in FORMS.get(address.name, {}).items()}
    return lambda client: [send(client, "GET", path), send(client, "POST", path, ("multipart/form-data", form))]


def ask_route(planted: Planted, address: Address) -> Ask:
    """Send an API route the smallest body that fits its description."""
    method, template = address.name.split()
    whole = description()
    path = API + template.format(**address.arguments(route_arguments()[address.name], planted.values))
    body = body_of(whole, whole["paths"][template][method.lower()])
    return lambda client: [send(client, method, path, body)]


def send(client: Client, method: str, path: str, body: tuple[str, object] | None = None) -> Reply:
    if body is None:
        found = client.generic(method, path)
    elif body[0] == "application/json":
        found = client.generic(method, path, client._encode_json(body[1], body[0]), body[0])
    else:
        assert isinstance(body[1], dict)
        found = client.post(path, {name: _part(value) for name, value in body[1].items()})
    content = b"".join(found) if found.streaming else found.content
    if method == "GET" and found.status_code == HTTPStatus.FOUND and path.startswith(found["Location"]):
        # Only sent to: it leads to the form above it, no matter who asks and what is there.
        return Reply(HTTPStatus.METHOD_NOT_ALLOWED, "")
    return Reply(found.status_code, content.decode(errors="replace"), found.get("Location", ""))


def _part(value: object) -> object:
    if not isinstance(value, bytes):
        return value
    upload = BytesIO(value)
    upload.name = "berkas.xlsx"
    return upload


def everything(planted: Planted) -> Iterator[tuple[Address, Ask]]:
    for address in pages().values():
        yield address, ask_page(planted, address)
    for address in routes().values():
        yield address, ask_route(planted, address)


def signed_in(planted: Planted, name: str, region: str = OWN) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=planted.world.key(name, region)), BACKEND)
    return client


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is changed inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def told(replies: list[Reply], among: frozenset[str] | set[str] = words.WORDS) -> set[str]:
    return {word for word in among for reply in replies if word in reply.text + reply.location}


def asked(replies: list[Reply]) -> set[int]:
    """The states of the answers, but for a method that the address does not take."""
    return {reply.status for reply in replies} - {HTTPStatus.METHOD_NOT_ALLOWED}


OF_THEMSELVES = {"people:own-data-file"}
"""Tells what others may not know, such as a conflict that the person has declared."""


def test_every_page_and_route_is_in_the_sweep() -> None:
    """A new one is added to the tables of evaluation/cycle/addresses.py: whose it is, and what it names."""
    assert page_arguments().keys() == pages().keys()
    assert route_arguments().keys() == routes().keys()


@pytest.mark.parametrize("who", OUTSIDERS)
def test_outsiders_find_nothing(planted: Planted, who: str) -> None:
    client, wrong = signed_in(planted, *OUTSIDERS[who]), []
    expected = {
        "region": {NOT_THERE},
        "ministry": {NOT_THERE, REFUSED},
        "campaign": {NOT_THERE} if who in STRANGERS else {HTTPStatus.OK, NOT_THERE, REFUSED},
        "own": {HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.UNPROCESSABLE_ENTITY},
        "team": {HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, NOT_THERE, REFUSED},
        "public": {HTTPStatus.OK, HTTPStatus.FOUND, NOT_THERE},
        "open": {HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.UNPROCESSABLE_ENTITY},
        "nobody": {NOT_THERE},
    }
    for address, ask in everything(planted):
        if who not in turns(dict.fromkeys(OUTSIDERS), at=address.name):
            continue
        with undone():
            replies = ask(client)
        found, leaked = asked(replies), set() if address.name in OF_THEMSELVES else told(replies)
        if leaked or not found or not found <= expected[address.whose]:
            wrong.append(f"{address.name} ({address.whose}): {sorted(found)} {sorted(leaked)}")
    assert not wrong, "\n".join(wrong)


def test_visitors_are_asked_to_sign_in(planted: Planted) -> None:
    wrong = []
    for address, ask in everything(planted):
        with undone():
            replies = ask(Client())
        for reply in replies:
            to_sign_in = reply.status == HTTPStatus.FOUND and reply.location.startswith("/akun/login/?next=")
            refused = to_sign_in or reply.status in (HTTPStatus.UNAUTHORIZED, NOT_THERE, HTTPStatus.METHOD_NOT_ALLOWED)
            open_to_all = address.whose in ("public", "open") and reply.status in (HTTPStatus.OK, HTTPStatus.FOUND)
            open_to_all |= address.whose == "open" and reply.status == HTTPStatus.UNPROCESSABLE_ENTITY
            if not (refused or open_to_all) or told([reply]):
                wrong.append(f"{address.name} ({address.whose}): {reply.status} {reply.location}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", HIDDEN)
def test_insiders_see_their_part(planted: Planted, who: str) -> None:
    client, wrong = signed_in(planted, who), []
    for address, ask in everything(planted):
        if who not in turns(SIDES, at=address.name):
            continue
        with undone():
            replies = ask(client)
        if asked(replies) - {NOT_THERE}:
            FOUND.add(address.name)
        leaked = told(replies, HIDDEN[who])
        points = [said for reply in replies for said in decimal_points(reply.text)]
        unlisted = address.name not in LISTED and any("as=csv" in reply.text for reply in replies)
        if leaked or points or unlisted:
            wrong.append(f"{address.name}: {sorted(leaked)} {points} {'a list that LISTS does not name' * unlisted}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "who", ["coordinator", *(pytest.param(one, marks=pytest.mark.thorough) for one in INSIDERS if one != "coordinator")]
)
def test_an_empty_form_is_refused_at_the_top_and_in_the_title(planted: Planted, who: str) -> None:
    client, wrong, refused = signed_in(planted, who), [], 0
    for address in pages().values():
        path = reverse(address.name, kwargs=address.arguments(page_arguments()[address.name], planted.values))
        with undone():
            said_no, missing = sent_empty(client, path)
        refused += said_no
        wrong += [f"{address.name}: {one}" for one in missing]
    assert not wrong, "\n".join(wrong)
    assert refused


def test_the_sweep_asks_for_what_is_there(planted: Planted) -> None:
    """Somebody finds each address: otherwise the sweep would prove nothing."""
    clients = [signed_in(planted, who) for who in INSIDERS]
    nobodys = []
    for address, ask in everything(planted):
        if address.whose in ("public", "open", "nobody") or address.name in FOUND:
            continue
        found: set[int] = set()
        for client in clients:
            with undone():
                found |= asked(ask(client))
            if found - {NOT_THERE}:
                break
        else:
            nobodys.append(f"{address.name}: {sorted(found)}")
    assert not nobodys, "\n".join(nobodys)


READ_AT = [
    ("coordinator", "evaluation:indicator", {words.ANSWER, words.EVIDENCE}),
    ("coordinator", "evidence:file", {words.FILE}),
    ("coordinator", "evidence:region", {words.LINK}),
    ("coordinator", "evaluation:meeting", {words.PLACE, words.PRESENT}),
    ("coordinator", "evaluation:request", {words.REQUEST, words.REPLY}),
    ("coordinator", "evaluation:result", {words.AGREED}),
    ("coordinator", "evaluation:follow-up", {words.FOLLOW_UP}),
    ("coordinator", "people:notices", {words.NOTICE}),
    ("coordinator", "people:tokens", {words.TOKEN}),
    ("coordinator", "people:accounts", {words.ACCOUNT}),
    ("chair", "evaluation:marking", {words.MARK_OF_CHAIR}),
    ("chair", "evaluation:meeting", {words.MINUTES}),
    ("assessor2", "evaluation:marking", {words.MARK_OF_OTHER}),
    ("assessor2", "evaluation:findings", {words.BLIND_FINDING}),
    ("secretariat", "evaluation:conflicts", {words.CONFLICT}),
    ("secretariat", "evaluation:objection", {words.OBJECTION}),
    ("secretariat", "evaluation:send-instrument", {words.DRAFT_TITLE}),
]


def test_each_word_is_read_by_whom_it_is_for(planted: Planted) -> None:
    """Otherwise it would prove nothing that others do not read it."""
    unread = []
    for who, page, expected in READ_AT:
        missing = expected - told(ask_page(planted, pages()[page])(signed_in(planted, who)))
        unread += [f"{word} by {who} at {page}" for word in sorted(missing)]
    assert unread == []
    assert set().union(*(expected for _who, _page, expected in READ_AT)) == words.WORDS
