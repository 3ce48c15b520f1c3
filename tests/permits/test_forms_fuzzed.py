"""Every form of the room, filled in with what no form expects by those who see it: refused with a sentence or taken,
never broken."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import resolve, reverse

from kit.selection import QUICK, turns
from kit.worlds import once
from permits.test_addresses import OFFICERS, arguments, client_of, lived  # noqa: F401 - a fixture
from permits.world import World

pytestmark = pytest.mark.django_db
WORKERS = (*OFFICERS, "nurse")
ROUNDS = 1 if QUICK else 12
HOSTILE = (
    "", " ", "\0", "x" * 6_000, "-1", "0", "1e999", "NaN", "9" * 40, "0001-01-01", "9999-12-31", "31/02/2026",
    "2026-13-45T99:99", "<script>", "{}", "[[]]", "null", "true", "'; --", "\u0663", "\u202e", "../..", "%s%(x)s {x}",
)  # fmt: skip


@dataclass
class Form:
    """Where a form is sent, and its fields by name with their kinds and values."""

    action: str
    fields: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


STATES: dict[str, Callable[[World], object]] = {
    "draft": lambda world: world.begin(), "sent": lambda world: world.submit(),
    "accepted": lambda world: (world.submit(beds=12), world.accept()), "to decide": lambda world: world.to_decide(),
    "to sign": lambda world: world.to_sign(),
    "to pay": lambda world: (world.begin(service="sip-berbayar"), world.submit(), world.accept()),
}  # fmt: skip
DESKS = {
    "draft": {"nurse"}, "sent": {"front"}, "accepted": {"technical", "surveyor"},
    "to decide": {"back"}, "to sign": {"head"}, "to pay": {"treasury"},
}  # fmt: skip
"""Who has something to do in a state."""
FORMS = {
    "nurse": ("own-case", "add-file"), "front": ("act",), "technical": ("act", "take"), "surveyor": ("act",),
    "back": ("act",), "head": ("act",),
}  # fmt: skip
"""Forms that each is sure to have, however few are asked."""


class Page(HTMLParser):
    """The forms of a page that are posted to the room, each with its whole address, and the pages that it leads to."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.found = address, list[Form]()
        self.links: list[str] = []
        self.form: Form | None = None
        self.select = ""
        self.feed(text)

    @property
    def forms(self) -> list[Form]:
        return [form for form in self.found if form.action.startswith("/perizinan/")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(urljoin(self.address, said.get("href", "")))
        if tag == "form":
            self.form = Form(urljoin(self.address, said.get("action", "")).partition("?")[0])
            self.found += [self.form] if said.get("method", "").lower() == "post" else []
        if self.form is None:
            return
        if tag in ("input", "textarea", "select", "button") and said.get("name"):
            self.form.fields.setdefault(said["name"], []).append((said.get("type", tag), said.get("value", "")))
        self.select = said.get("name", "") if tag == "select" else self.select
        if tag == "option" and self.select:
            self.form.fields[self.select].append(("option", said.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        self.form = None if tag == "form" else self.form
        self.select = "" if tag == "select" else self.select


def filled(form: Form, draw: random.Random) -> dict[str, Any]:
    """Values for the fields of a form: some as they stand, so that what comes behind the first fault is asked, too."""
    sent: dict[str, Any] = {}
    for name, known in form.fields.items():
        if ("file", "") in known:
            sent[name] = SimpleUploadedFile(draw.choice(["x.pdf", "x.xlsx", "x"]), draw.choice([b"", b"%PDF-", b"PK"]))
        elif name != "csrfmiddlewaretoken" and draw.random() < 0.9:
            sent[name] = draw.choice(known)[1] if draw.random() < 0.5 else draw.choice(HOSTILE)
    return sent


@once
def desks(lived: World) -> World:  # noqa: F811 - the fixture
    """Add an application of each state to the lived world, so that every desk has its forms."""
    own, lived.cases = lived.case, {}
    for state, come_to in STATES.items():
        lived.case = 0
        come_to(lived)
        lived.cases[state] = lived.case
    lived.case = own
    return lived


def pages(world: World, who: str) -> Iterator[str]:
    """The addresses that somebody opens: of the room, and of the applications on their desk."""
    alike = OFFICERS if who in OFFICERS else (who,)
    for name, given in arguments(world).items():
        if who in turns(dict.fromkeys(alike), at=name):
            yield reverse(f"permits:{name}", kwargs=given)
    for state, case in world.cases.items():
        if not QUICK or who in DESKS[state]:
            yield reverse(f"permits:{'own-case' if who == 'nurse' else 'desk-case'}", args=[case])


@pytest.mark.parametrize("who", WORKERS)
def test_whatever_is_sent_is_taken_or_refused(desks: World, who: str) -> None:
    client, draw, broken, sent = client_of(desks, who), random.Random(who), list[tuple[object, ...]](), Counter[str]()
    client.raise_request_exception = False
    left, seen = [*pages(desks, who)], set[str]()
    on_desks = tuple(f"/{case}/" for case in desks.cases.values())
    while left:
        address = left.pop()
        shown = client.get(address)
        seen.add(address)
        if shown.status_code != 200 or shown.streaming:
            continue
        page = Page(address, shown.content.decode(errors="replace"))
        if address.endswith(on_desks):  # what can be done with it has a page of its own
            left += sorted({to for to in page.links if to.startswith(address) and to.endswith("/") and to not in seen})
        for form in page.forms:
            to = resolve(form.action).view_name
            if sent[to] >= 3 * ROUNDS:  # the same form on many pages, or in many lines of one
                continue
            for _round in range(ROUNDS):
                values = filled(form, draw)
                with transaction.atomic():
                    answer = client.post(form.action, values)
                    transaction.set_rollback(True)
                sent[to] += 1
                if answer.status_code >= 500:
                    broken.append((form.action, answer.status_code, values))
    assert broken == []
    assert {f"permits:{one}" for one in FORMS.get(who, ())} <= {*sent}
