"""From home everybody reaches what their role opens, by links alone; and no link leads nowhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse

from people.citizens import entered
from permits.editing_acts import before
from permits.test_case_pages import officer
from permits.world import DAY, NOW, OWN, World, definition, publish
from pilar.people.models import Notice
from pilar.permits import operations
from pilar.permits.rules.desk import LetterKind

FILES = (".pdf", ".xlsx", ".csv", ".zip", ".txt", ".json", ".js", ".svg")
MOST = 4
"""Pages of one kind that are opened."""
REACHED = {
    "front": "desk cases desk-case act colleagues letters letter objections quarter oss realised potentials systems",
    "back": "desk cases desk-case letters objections quarter oss realised potentials",
    "head": "desk cases colleagues flow letters objections edit-services edit-version systems quarter",
    "treasury": "desk cases desk-case treasury payments merchant-code colleagues objections",
    "technical": "desk cases desk-case colleagues objections visits",
    "surveyor": "desk visits visit desk-case cases",
    "editor": "edit-services edit-version preview-version flow letters systems quarter",
    "inspectorate": "desk cases desk-case flow letters objections quarter oss",
}
OPEN_TO_ALL = "services service finder tracking register seals investment statistics complain enquire report-investment"


def reached(client: Client, start: str) -> set[str]:
    """The names of the pages of permits to which links lead from ``start``; none of them may be missing."""
    seen, names, wait = {start}, Counter[str](), [start]
    while wait:
        at = wait.pop(0)
        page = client.get(at)
        assert page.status_code in (HTTPStatus.OK, HTTPStatus.FOUND), at
        found = [page["Location"]] if page.status_code == HTTPStatus.FOUND else links(page)
        for path in {urlsplit(one).path for one in found} - seen:
            name = resolve(path).url_name if path.startswith("/perizinan/") and not path.endswith(FILES) else None
            if name and names[name] < MOST:
                names[name] += 1
                seen.add(path)
                wait.append(path)
    return set(names)


def links(page: Any) -> Iterable[str]:
    return [] if page.streaming else re.findall(r'<a [^>]*?href="([^"#]+)', page.content.decode())


@pytest.fixture
def busy(world: World) -> World:
    """A case that waits for every desk, versions at work, a letter, and a levy to be set."""
    publish(given=definition(key="sip-kunjungan"))
    world.begin(service="sip-kunjungan")
    world.submit(beds=12)
    world.accept()
    world.case = 0
    world.submit()
    before("proposed")(world)
    operations.write_letter(
        by=world.who("public"), region=OWN, kind=LetterKind.COMPLAINT, case="1", text="Lama", contact="", now=NOW
    )
    return world


@pytest.mark.parametrize("name", REACHED)
def test_what_a_role_opens_is_reached_from_home(busy: World, name: str) -> None:
    missing = set(REACHED[name].split()) - reached(officer(busy, name), reverse("portal:home"))
    assert not missing


def test_everybody_reaches_what_is_public_from_the_front_page(busy: World) -> None:
    assert not set(OPEN_TO_ALL.split()) - reached(Client(), reverse("portal:front"))


def test_a_citizen_reaches_their_applications_from_their_account(busy: World) -> None:
    client = entered(Client(), "fatimah@contoh.invalid", "Fatimah")
    assert {"own-cases", "own-case", "withdraw"} <= reached(client, reverse("people:account"))


def test_a_proposed_version_is_told_to_the_head_and_one_given_back_to_who_writes(busy: World) -> None:
    told = Notice.objects.filter(kind="permits.service-version", done_at=None)
    key = operations.begin_version(by=busy.who("editor"), region=OWN, key="sip-perawat", now=NOW)
    operations.propose_version(by=busy.who("editor"), version=key, now=NOW)
    assert [one.user_id for one in told] == [busy.keys["head"]]
    assert told.get().address == reverse("permits:edit-version", args=[key])
    operations.return_version(by=busy.who("head"), version=key, reason="Batas?", now=NOW + DAY)
    assert [one.user_id for one in told.all()] == [busy.keys["editor"]]
