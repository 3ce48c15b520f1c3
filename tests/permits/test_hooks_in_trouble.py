"""What becomes of messages when something goes wrong on our side: an error, a key that is gone, a killed worker, a
second press."""

from __future__ import annotations

import os
import signal
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kit.killed import is_killed
from people.team import account
from permits.around import NOW, OWN, PEOPLE, subscribe
from permits.world import World
from pilar.people.models import User
from pilar.people.rules import SCHEDULE
from pilar.permits import operations as do
from pilar.permits.models import HookDelivery, Subscription
from pilar.permits.operations.hooks import announce
from pilar.permits.queries import investment as queries
from pilar.permits.rules.hooks import HookEvent
from pilar.permits.rules.roles import Role
from pilar.platform import audit, hooking
from pilar.platform.hooks import ASKED_AGAIN, OWN_ERROR, PAUSES, UNREADABLE_PAUSE, Delivery
from pilar.platform.outgoing import NotSent
from pilar.platform.secrets import Unreadable

ADDRESS = "https://simpel.contoh.go.id/kait"


def empty() -> None:
    HookDelivery.objects.all().delete()
    Subscription.objects.all().delete()


def waiting(number_of: int) -> int:
    """A system for which messages wait."""
    empty()
    key = subscribe()
    for number in range(number_of):
        announce(OWN, HookEvent.ISSUED, f"p{number}", {}, NOW)
    return key


def states() -> list[tuple[str, int]]:
    return [*HookDelivery.objects.order_by("made_at", "body").values_list("state", "attempts")]


@pytest.mark.django_db
def test_what_an_answer_sets_free_goes_out_in_the_same_pass(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock runs on: what is set free is due a moment after the pass began."""
    waiting(3)
    clock, answers = count(), [NotSent(host="x", reason="TimeoutError"), *[204] * 3]

    def post(*_given: object) -> int:
        answer = answers.pop(0)
        if isinstance(answer, NotSent):
            raise answer
        return answer

    monkeypatch.setattr(hooking, "monotonic", lambda: float(next(clock)))
    monkeypatch.setattr(hooking, "post", post)
    do.deliver(by=SCHEDULE, now=NOW)
    HookDelivery.objects.filter(attempts=0).update(next_at=NOW + PAUSES[0] + timedelta(minutes=2))
    assert do.deliver(by=SCHEDULE, now=NOW + PAUSES[0] + timedelta(seconds=1))["arrived"] == 3


@pytest.mark.django_db
def test_an_error_of_our_own_is_counted_shown_and_has_an_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key = waiting(1)

    def post(*_given: object) -> int:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(hooking, "post", post)
    monkeypatch.setattr(hooking, "monotonic", lambda: 0.0)
    now = NOW
    for number, pause in enumerate(PAUSES, start=1):
        assert do.deliver(by=SCHEDULE, now=now)["waiting"] == 1
        assert states() == [("waiting", number)]
        now += pause
    assert do.deliver(by=SCHEDULE, now=now)["dead"] == 1
    _row, (shown,) = queries.deliveries(key, scope=PEOPLE["inspectorate"])
    assert (shown.state, shown.told, shown.attempts) == (Delivery.DEAD, OWN_ERROR, len(PAUSES) + 1)
    with translation.override("en"):
        assert "error of Pilar itself" in shown.answer
    assert do.deliver(by=SCHEDULE, now=now + timedelta(days=1)) == {"waiting": 0, "arrived": 0, "dead": 0}


@pytest.mark.django_db
def test_a_database_that_is_gone_is_no_attempt(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting(1)

    def post(*_given: object) -> int:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(hooking, "post", post)
    with pytest.raises(OperationalError):
        do.deliver(by=SCHEDULE, now=NOW)
    assert states() == [("waiting", 0)]


@pytest.mark.django_db
def test_a_message_that_others_stand_in_the_way_of_keeps_back_no_other_system(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deadlock in one message is no attempt, and the pass goes on."""
    waiting(1)
    subscribe(address="https://lain.contoh.go.id/kait")
    announce(OWN, HookEvent.ISSUED, "p1", {}, NOW)
    refused: list[str] = []

    def post(address: str, *_given: object) -> int:
        if address == ADDRESS and not refused:
            refused.append(address)
            raise OperationalError("deadlock detected") from psycopg.errors.DeadlockDetected()
        return 204

    monkeypatch.setattr(hooking, "post", post)
    assert do.deliver(by=SCHEDULE, now=NOW)["arrived"] == 1
    assert sorted(states()) == [("arrived", 1), ("waiting", 0), ("waiting", 0)]
    assert do.deliver(by=SCHEDULE, now=NOW + timedelta(minutes=1))["arrived"] == 2


@pytest.mark.django_db
def test_events_are_told_in_words(world: World) -> None:
    key = waiting(1)
    client = Client()
    head = User.objects.get(pk=account("kepala@contoh.invalid", Role.HEAD, region=OWN))
    client.force_login(head, "allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("permits:system", args=[key])).content.decode()
    assert "Izin terbit" in page
    assert HookEvent.ISSUED not in page


@pytest.mark.django_db
def test_what_is_due_waits_for_a_secret_that_cannot_be_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key, read = waiting(3), hooking.decrypt

    def unreadable(_text: str, *, context: str) -> str:
        raise Unreadable(context=context)

    monkeypatch.setattr(hooking, "post", lambda *_given: 204)
    monkeypatch.setattr(hooking, "decrypt", unreadable)
    now = NOW
    for _pass in range(20):
        assert do.deliver(by=SCHEDULE, now=now)["dead"] == 0
        now += timedelta(minutes=1)
    assert states() == [("waiting", 0)] * 3
    _row, shown = queries.deliveries(key, scope=PEOPLE["inspectorate"])
    with translation.override("en"):
        assert all("cannot be read" in one.answer for one in shown)
    monkeypatch.setattr(hooking, "decrypt", read)
    assert do.deliver(by=SCHEDULE, now=now + UNREADABLE_PAUSE)["arrived"] == 3


@pytest.mark.django_db
def test_a_second_press_shows_the_secret_of_the_one_system(world: World) -> None:
    empty()
    client, page = Client(), reverse("permits:systems", args=[OWN])
    head = User.objects.get(pk=account("kepala@contoh.invalid", Role.HEAD, region=OWN))
    client.force_login(head, "allauth.account.auth_backends.AuthenticationBackend")
    given = {"title": " Sistem contoh ", "address": ADDRESS, "events": [HookEvent.ISSUED]}

    def secret() -> str:
        content = client.post(page, given).content.decode()
        return content[content.index("whsec_") :].partition("<")[0]

    assert secret() == secret()
    assert Subscription.objects.count() == 1
    told = audit.events(target="permits.subscription", key=str(Subscription.objects.get().pk))
    assert [event.action for event in told] == ["show-secret", "subscribe"]
    given["title"] = "Sistem lain"
    secret()
    assert Subscription.objects.count() == 2


@pytest.mark.django_db
def test_only_the_same_person_a_moment_later_presses_twice(world: World) -> None:
    empty()

    def named(who: str, at: datetime) -> tuple[int, str]:
        given: dict[str, Any] = {"title": "Sistem contoh", "address": ADDRESS, "events": [HookEvent.ISSUED]}
        return do.subscribe(by=PEOPLE[who], region=OWN, now=at, **given)

    first = named("head", NOW)
    assert named("head", NOW + timedelta(minutes=1)) == first
    assert named("editor", NOW + timedelta(minutes=1)) != first
    assert named("head", NOW + ASKED_AGAIN) != first
    do.end_subscription(by=PEOPLE["head"], subscription=first[0], now=NOW)
    assert named("head", NOW + timedelta(minutes=2)) != first


@pytest.mark.thorough
@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_that_is_killed_while_it_sends_loses_nothing(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answered: bool
) -> None:
    """Killed in the middle of the second of three messages, before or after the system has it: that one is sent once
    more under its id, the first and the third once."""
    waiting(3)
    log = tmp_path / "sent"
    log.touch()
    keep = counted_in(log)

    def post(*given: Any) -> int:
        second = bool(log.read_text())
        status = keep(*given) if answered or not second else 0
        if second:
            os.kill(os.getpid(), signal.SIGKILL)
        return status

    monkeypatch.setattr(hooking, "post", post)
    assert is_killed(lambda: do.deliver(by=SCHEDULE, now=NOW))
    assert sorted(states()) == [("arrived", 1), ("waiting", 0), ("waiting", 0)]
    later = NOW + timedelta(minutes=1)
    monkeypatch.setattr(hooking, "post", keep)
    assert do.deliver(by=SCHEDULE, now=later)["arrived"] == 2
    assert states() == [("arrived", 1)] * 3
    sent = log.read_text().split()
    assert len(set(sent)) == 3
    assert len(sent) == (4 if answered else 3)


def counted_in(log: Path) -> Any:
    def post(_address: str, _body: bytes, headers: Any) -> int:
        with log.open("a") as lines:
            lines.write(headers["webhook-id"] + "\n")
        return 204

    return post
