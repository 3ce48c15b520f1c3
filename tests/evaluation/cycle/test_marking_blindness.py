"""Nobody sees another assessor's marks before every seat has finished: each door, with values nobody else uses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import timezone

from evaluation.cycle.panel import finish, give, hand_in
from evaluation.cycle.world import CODE, NOW, OWN, World
from kit.selection import turns
from kit.worlds import once
from pilar.evaluation import operations
from pilar.evaluation.queries.findings import findings
from pilar.evaluation.queries.marking import duties, marking_form
from pilar.evaluation.queries.panel_marks import board
from pilar.evaluation.rules.findings import FindingKind
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.models import Notice
from pilar.people.operations import create_token

SECRET = "kalimat-yang-hanya-asesor-satu-tulis"
SECRET_VALUE = "1.37"
# As a number of its own: the fractions of a second of some moment hold the same digits now and then.
SECRETS = re.compile(rf"{SECRET}|(?<!\d)1[.,]370*(?!\d)")
READERS = {
    "assessor2": "on the panel", "chair": "on the panel", "secretariat": "outside", "assessor3": "outside",
    "coordinator": "of the region", "contributor": "of the region", "verifier": "of the region",
}  # fmt: skip


def _give(world: World, key: int, node: str, value: Decimal) -> None:
    operations.save_mark(
        by=world.who("assessor1"), assessment=key, node=node, value=value, reason=SECRET, seen_version=0, now=NOW
    )


@once
def key(world: World) -> int:
    """One of three has finished; a second has marked everything and not finished."""
    key = hand_in(world)
    for node in ("policy", "budget", "programmes", "poverty"):
        _give(world, key, node, Decimal(1))
    _give(world, key, "survey", Decimal(SECRET_VALUE))
    operations.write_finding(by=world.who("assessor1"), assessment=key, kind=FindingKind.WEAKNESS, text=SECRET, now=NOW)
    finish(world, key, "assessor1")
    give(world, key, "assessor2")
    return key


def _patterns(
    resolver: URLResolver, names: tuple[str, ...] = (), before: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], URLPattern, tuple[str, ...]]]:
    """Every pattern below, with its namespaces and the names of its parts."""
    for one in resolver.url_patterns:
        parts = (*before, *one.pattern.converters)
        if isinstance(one, URLResolver):
            yield from _patterns(one, (*names, one.namespace) if one.namespace else names, parts)
        else:
            yield names, one, parts


def _addresses(key: int, world: World) -> Iterator[str]:
    """Every address of the evaluation, pages and API, whose parts we can fill in."""
    known = {
        "key": key,
        "assessment": key,
        "region": OWN,
        "code": CODE,
        "number": 1,
        "phase": 1,
        "node": "survey",
        "assessor": world.key("assessor1"),
        "year": 2026,
    }
    for names, pattern, parts in _patterns(get_resolver()):
        if names and names[0] in ("evaluation", "api") and set(parts) <= set(known) and pattern.name:
            yield reverse(":".join((*names, pattern.name)), kwargs={part: known[part] for part in parts})


def _shown(addresses: Iterable[str], get: Callable[[str], object]) -> list[str]:
    found = []
    for address in addresses:
        answer = get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode(errors="replace")
        if SECRETS.search(text):
            found.append(address)
    return found


@pytest.mark.parametrize("reader", READERS)
def test_no_page_and_no_address_of_the_api_shows_a_blind_mark(world: World, key: int, reader: str) -> None:
    client = Client()
    client.force_login(world.user(reader))
    asked = [address for address in _addresses(key, world) if reader in turns(READERS, at=address)]
    assert _shown(asked, client.get) == []


def test_no_token_opens_a_blind_mark(world: World, key: int) -> None:
    readers = dict.fromkeys(("assessor2", "chair", "secretariat"))
    for reader in readers:
        token = create_token(by=world.who(reader), name="uji", days=30, now=timezone.now())
        client = Client(headers={"authorization": f"Bearer {token.secret}"})
        asked = [address for address in _addresses(key, world) if reader in turns(readers, at=address)]
        assert _shown(asked, client.get) == []


def test_the_secret_would_be_found_by_its_owner(world: World, key: int) -> None:
    client = Client()
    client.force_login(world.user("assessor1"))
    addresses = [reverse("evaluation:marking", args=[key]), reverse("evaluation:findings", args=[key])]
    assert set(addresses) <= {*_addresses(key, world)}
    assert _shown(addresses, client.get) == addresses


@pytest.mark.parametrize("reader", ["assessor2", "chair"])
def test_reads_hold_counts_and_no_values(world: World, key: int, reader: str) -> None:
    scope = world.who(reader)
    found = board(key, scope=scope)
    assert not found.is_open
    assert found.rows == ()
    assert {(seat.key, seat.marked, seat.finished) for seat in found.seats} == {
        (world.key("assessor1"), 5, True),
        (world.key("assessor2"), 5, False),
        (world.key("chair"), 0, False),
    }
    assert findings(key, scope=scope).rows == ()
    assert findings(key, scope=scope).others_wait
    owned = [item.own.version for item in marking_form(key, scope=scope).items]
    assert owned == ([1] * 5 if reader == "assessor2" else [0] * 5)
    assert [duty.panel_finished for duty in duties(scope=scope, now=NOW)] == [1]


def test_the_marks_show_when_the_last_has_finished_and_hide_when_one_is_reopened(world: World, key: int) -> None:
    finish(world, key, "assessor2")
    give(world, key, "chair")
    finish(world, key, "chair")
    assert board(key, scope=world.who("assessor2")).is_open
    assert [row.text for row in findings(key, scope=world.who("assessor2")).rows] == [SECRET]
    operations.reopen_marking(
        by=world.who("chair"), assessment=key, assessor=world.key("assessor2"), reason="Salah baca", now=NOW
    )
    for reader in ("assessor1", "assessor2", "chair"):
        assert board(key, scope=world.who(reader)).rows == ()


def test_provisional_results_rest_on_nothing_that_is_blind(world: World, key: int) -> None:
    """One who sees provisional results could read a mark out of them."""
    world.set_phase(PhaseState.REVIEW)
    assert not world.assessment().agreed_marks.exists()


def test_notices_tell_no_mark(world: World, key: int) -> None:
    assert SECRET not in json.dumps([row.fields for row in Notice.objects.all()])
