"""Every form of the room, filled in with what no form expects by those who see it: refused with a sentence or taken,
never broken."""

from __future__ import annotations

import random
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from kit.selection import QUICK, turns
from permits.test_addresses import OFFICERS, arguments, client_of, lived  # noqa: F401 - a fixture
from permits.world import World

pytestmark = pytest.mark.django_db
WORKERS = (*OFFICERS, "nurse")
ROUNDS = 1 if QUICK else 12
HOSTILE = (
    "", " ", "\0", "x" * 6_000, "-1", "0", "1e999", "NaN", "9" * 40, "0001-01-01", "9999-12-31", "31/02/2026",
    "2026-13-45T99:99", "<script>", "{}", "[[]]", "null", "true", "'; --", "\u0663", "\u202e", "../..", "%s%(x)s {x}",
)  # fmt: skip


class Fields(HTMLParser):
    """The fields of a page by name, with their values and kinds."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[tuple[str, str]]] = {}
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag in ("input", "textarea", "select", "button") and said.get("name"):
            self.found.setdefault(said["name"], []).append((said.get("type", tag), said.get("value", "")))
        self.select = said.get("name", "") if tag == "select" else self.select
        if tag == "option" and self.select:
            self.found[self.select].append(("option", said.get("value", "")))


def filled(page: str, draw: random.Random) -> dict[str, Any]:
    """Values for the fields of a page: some as they stand, so that what comes behind the first fault is asked, too."""
    fields = Fields()
    fields.feed(page)
    sent: dict[str, Any] = {}
    for name, known in fields.found.items():
        if ("file", "") in known:
            sent[name] = SimpleUploadedFile(draw.choice(["x.pdf", "x.xlsx", "x"]), draw.choice([b"", b"%PDF-", b"PK"]))
        elif name != "csrfmiddlewaretoken" and draw.random() < 0.9:
            sent[name] = draw.choice(known)[1] if draw.random() < 0.5 else draw.choice(HOSTILE)
    return sent


@pytest.mark.parametrize("who", WORKERS)
def test_whatever_is_sent_is_taken_or_refused(lived: World, who: str) -> None:  # noqa: F811 - the fixture
    client, draw, broken, sent = client_of(lived, who), random.Random(who), list[tuple[object, ...]](), 0
    client.raise_request_exception = False
    alike = OFFICERS if who in OFFICERS else (who,)
    for name, given in arguments(lived).items():
        if who not in turns(dict.fromkeys(alike), at=name):
            continue
        address = reverse(f"permits:{name}", kwargs=given)
        shown = client.get(address)
        if (
            shown.status_code != 200
            or shown.streaming
            or 'method="post"' not in (page := shown.content.decode(errors="replace"))
        ):
            continue
        for _round in range(ROUNDS):
            values = filled(page, draw)
            with transaction.atomic():
                answer = client.post(address, values)
                transaction.set_rollback(True)
            sent += 1
            if answer.status_code >= 500:
                broken.append((name, answer.status_code, values))
    assert broken == []
    assert sent > 0
