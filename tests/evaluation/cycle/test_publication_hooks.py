"""Other systems are told of publications: signed, with the seal, once, and only of what they asked for."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from confirming import confirmed, seen
from evaluation.cycle import plan
from evaluation.cycle.agreed import published
from evaluation.cycle.planted import SYSTEM
from evaluation.cycle.world import CODE, NOW, OWN, World
from evaluation.samples import group, row
from masterplan.world import DECREED
from pilar.evaluation import operations as do
from pilar.evaluation.models import HookDelivery, PublishedResult, Subscription
from pilar.evaluation.queries import hooks as queries
from pilar.evaluation.rules.hooks import HookEvent
from pilar.people.operations import load_retention
from pilar.people.rules import OPERATOR, SCHEDULE, NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.hooks import PAUSES, Delivery, signed
from pilar.platform.models import SealEntry
from pilar.platform.outgoing import NotSent

SECRET = "whsec_" + "QUFB" * 10
PAGE = "/en/kerja/sistem/"


def told(**more: Any) -> int:
    key = do.subscribe(by=OPERATOR, **{**SYSTEM, "now": NOW, **more})[0]
    Subscription.objects.filter(pk=key).update(secret=SECRET)
    return key


def messages() -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in HookDelivery.objects.order_by("made_at", "event")]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes, dict[str, str]]]:
    """What every system got, and answered with 204."""
    got: list[tuple[str, bytes, dict[str, str]]] = []

    def post(address: str, body: bytes, headers: Any) -> int:
        got.append((address, body, dict(headers)))
        return 204

    monkeypatch.setattr("pilar.platform.hooking.post", post)
    monkeypatch.setattr("pilar.platform.hooking.monotonic", lambda: 0.0)
    return got


def test_published_results_are_told_with_their_seal_and_page(
    world: World, sent: list[tuple[str, bytes, dict[str, str]]]
) -> None:
    told()
    published(world)
    (message,) = HookDelivery.objects.all()
    entry = SealEntry.objects.get()
    assert json.loads(message.body)["data"] == {
        "subject": f"{CODE}/1/v1", "number": entry.number, "synthetic": True,
        "address": f"{settings.SITE_ADDRESS}/hasil/pilar/{CODE}/1/",
    }  # fmt: skip
    assert Client().get(f"/hasil/pilar/{CODE}/1/").status_code == 200
    later = message.made_at + timedelta(minutes=1)
    assert do.deliver(by=SCHEDULE, now=later)["arrived"] == 1
    ((address, body, headers),) = sent
    assert address == SYSTEM["address"]
    assert body == message.body.encode()
    assert headers == signed(SECRET, str(message.pk), later, body)
    do.deliver(by=SCHEDULE, now=later + timedelta(days=1))
    assert len(sent) == 1


def test_plans_in_force_and_statements_are_told_once_they_are_sealed(world: World) -> None:
    told(events=[HookEvent.PLAN, HookEvent.STATEMENTS])
    published(world)
    plan.in_force(world)
    do.record_group(by=OPERATOR, group=group())
    do.record_statement(by=OPERATOR, row=row())
    assert messages() == []
    do.seal_published(by=SCHEDULE, now=NOW + timedelta(days=2))
    assert [one["type"] for one in messages()] == ["statements.changed"]
    first_day = datetime.combine(DECREED, time(), ZoneInfo("Asia/Jakarta"))
    do.seal_published(by=SCHEDULE, now=first_day - timedelta(minutes=1))
    assert len(messages()) == 1
    do.seal_published(by=SCHEDULE, now=first_day)
    found = {one["type"]: one["data"] for one in messages()}
    assert {*found} == {"plan.in-force", "statements.changed"}
    assert found["plan.in-force"]["address"] == f"{settings.SITE_ADDRESS}/rencana/{OWN}/"
    assert found["statements.changed"]["address"] == f"{settings.SITE_ADDRESS}/hasil/2023/"
    for one in found.values():
        assert Client().get(one["address"].removeprefix(settings.SITE_ADDRESS)).status_code == 200
    do.seal_published(by=SCHEDULE, now=first_day + timedelta(days=1))
    assert len(messages()) == 2
    PublishedResult.objects.all().delete()
    do.seal_published(by=SCHEDULE, now=first_day + timedelta(days=2))
    assert messages()[-1]["data"]["address"] == f"{settings.SITE_ADDRESS}/hasil/segel/"
    assert Client().get("/hasil/segel/").status_code == 200


def test_what_is_rolled_back_is_told_to_nobody(world: World) -> None:
    told()
    with transaction.atomic():
        published(world)
        transaction.set_rollback(True)
    assert messages() == []


def test_one_that_never_answers_is_given_up_and_tried_again_by_hand(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, now = told(), NOW + timedelta(days=30)

    def post(*_given: object) -> int:
        raise NotSent(host="data.contoh.go.id", reason="TimeoutError")

    monkeypatch.setattr("pilar.platform.hooking.post", post)
    monkeypatch.setattr("pilar.platform.hooking.monotonic", lambda: 0.0)
    published(world)
    for pause in (*PAUSES, timedelta()):
        do.deliver(by=SCHEDULE, now=now)
        now += pause
    by = world.who("secretariat")
    listed, (shown,) = queries.deliveries(key, scope=by)
    assert (shown.state, shown.told, listed.dead) == (Delivery.DEAD, "TimeoutError", 1)
    do.deliver_again(by=by, subscription=key, delivery=shown.key, now=now)  # type: ignore[arg-type]
    monkeypatch.setattr("pilar.platform.hooking.post", lambda *_given: 200)
    assert do.deliver(by=SCHEDULE, now=now)["arrived"] == 1


def test_an_ended_system_hears_nothing_more(world: World, sent: list[object]) -> None:
    key = told()
    published(world)
    do.end_subscription(by=world.who("secretariat"), subscription=key, now=NOW)
    do.deliver(by=SCHEDULE, now=NOW + timedelta(days=30))
    assert sent == []
    (one,) = HookDelivery.objects.all()
    do.deliver_again(by=world.who("secretariat"), subscription=key, delivery=one.pk, now=NOW)
    assert HookDelivery.objects.get().state == Delivery.DEAD


def test_who_ends_a_system_is_told_what_is_lost(world: World, sent: list[object]) -> None:
    key = told()
    published(world)
    client, page = Client(), f"{PAGE}{key}/akhiri/"
    client.force_login(world.user("secretariat"), "allauth.account.auth_backends.AuthenticationBackend")
    said = " ".join(client.get(page).content.decode().split())
    assert "1 message that waits is given up" in said
    assert "it then has another secret" in said
    client.post(page, {"checked": seen(client, page)})
    assert queries.deliveries(key, scope=world.who("secretariat"))[0].ended is False, "the box was not ticked"
    answer = confirmed(client, page)
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}{key}/")
    assert queries.deliveries(key, scope=world.who("secretariat"))[0].ended
    assert client.get(page).status_code == 302, "a second look leads to what came of it"
    assert sent == []


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"address": "http://contoh.go.id/"}, "address"), ({"address": "https://127.0.0.1/"}, "address"),
        ({"title": " "}, "title"), ({"events": []}, "events"),
    ],
)  # fmt: skip
def test_says_what_keeps_a_system_from_being_told(world: World, wrong: dict[str, Any], place: str) -> None:
    with pytest.raises(Faults) as refused:
        told(**wrong)
    assert [fault.place for fault in refused.value.faults] == [place]


def test_there_are_not_more_than_somebody_can_look_after(world: World) -> None:
    for number in range(20):
        told(title=f"Portal {number}")
    with pytest.raises(Faults):
        told(title="Portal 20")


def test_what_was_told_goes_after_its_days_but_not_what_waits(world: World) -> None:
    load_retention(by=OPERATOR)
    key = told()
    for state in Delivery:
        HookDelivery.objects.create(
            subscription_id=key, event="results.published", body="{}", made_at=NOW, state=state,
            next_at=NOW if state is Delivery.WAITING else None,
        )  # fmt: skip
    assert do.forget_deliveries(by=SCHEDULE, now=NOW + timedelta(days=89)) == 0
    assert do.forget_deliveries(by=SCHEDULE, now=NOW + timedelta(days=91)) == 2
    assert HookDelivery.objects.get().state == Delivery.WAITING


def test_secrets_are_encrypted_anew_under_a_new_key(world: World, settings: Any) -> None:
    told()
    assert SECRET not in Subscription.objects.get().secret.text
    settings.PILAR_FIELD_KEYS = f"the new key,{settings.SECRET_KEY}"
    assert (do.renew_systems(by=OPERATOR), do.renew_systems(by=OPERATOR)) == (1, 0)
    with pytest.raises(NotAllowed):
        do.renew_systems(by=world.who("secretariat"))


def test_the_database_keeps_it_in_order(world: World) -> None:
    key = told()
    HookDelivery.objects.create(subscription_id=key, event="x", body="{}", made_at=NOW, next_at=NOW)
    for values in ({"state": "arrived"}, {"next_at": None}, {"state": "x", "next_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            HookDelivery.objects.update(**values)
    for changed in ({"address": "http://x"}, {"events": []}, {"title": " "}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Subscription.objects.update(**changed)


def test_the_pages_show_the_secret_once_and_what_was_told(world: World) -> None:
    client = Client()
    client.force_login(world.user("secretariat"), "allauth.account.auth_backends.AuthenticationBackend")
    assert "No system is told yet" in client.get(PAGE).content.decode()
    refused = client.post(PAGE, {"title": "Portal", "address": "http://x", "events": ["results.published"]})
    assert refused.status_code == 422
    given = {"title": "Portal data", "address": "https://data.contoh.go.id/kait", "events": ["results.published"]}
    assert "whsec_" in client.post(PAGE, given).content.decode()
    assert "whsec_" not in client.get(PAGE).content.decode()
    key = Subscription.objects.get().pk
    published(world)
    shown = client.get(f"{PAGE}{key}/").content.decode()
    assert "results.published" not in shown
    assert shown.count("Results of a phase are published") == 2, "what it is told of, and what it was told"
    HookDelivery.objects.update(state="dead", next_at=None)
    (one,) = HookDelivery.objects.all()
    assert client.post(f"{PAGE}{key}/{one.pk}/").status_code == 302
    assert HookDelivery.objects.get().state == "waiting"
    assert confirmed(client, f"{PAGE}{key}/akhiri/").status_code == 302
    ended = client.get(f"{PAGE}{key}/").content.decode()
    assert "The system is told no longer" in ended
    assert "Tell it no longer" not in ended


def test_an_auditor_reads_and_a_region_does_not(world: World) -> None:
    key = told()
    with pytest.raises(NotAllowed):
        queries.subscriptions(scope=world.who("coordinator"))
    with pytest.raises(NotAllowed):
        queries.deliveries(key, scope=world.who("coordinator"))
    with pytest.raises(NotFound):
        queries.deliveries(key + 1, scope=world.who("secretariat"))
