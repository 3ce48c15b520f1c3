"""Systems of a region are told: signed, again after a failure, once given up shown, never of what is next door."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from confirming import confirmed, seen
from kit.worlds import once
from people.team import account
from permits.around import NOW, OTHER, OWN, PEOPLE, subscribe, told
from permits.world import World
from pilar.people.models import User
from pilar.people.rules import SCHEDULE, NotAllowed, NotFound
from pilar.permits import operations as do
from pilar.permits.models import HookDelivery, Subscription
from pilar.permits.operations.hooks import announce
from pilar.permits.queries import investment as queries
from pilar.permits.rules.hooks import HookEvent
from pilar.permits.rules.roles import Role
from pilar.platform import hooking
from pilar.platform.errors import Faults
from pilar.platform.hooks import PAUSES, UNREADABLE_PAUSE, Delivery, signed
from pilar.platform.outgoing import NotSent
from pilar.platform.secrets import Unreadable

pytestmark = pytest.mark.django_db


class Systems:
    """What every system got, and what it answers: a status, or that it does not."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes, dict[str, str]]] = []
        self.answer: int | NotSent = 204

    def __call__(self, address: str, body: bytes, headers: Any) -> int:
        self.got.append((address, body, dict(headers)))
        if isinstance(self.answer, NotSent):
            raise self.answer
        return self.answer


@pytest.fixture
def systems(monkeypatch: pytest.MonkeyPatch) -> Systems:
    made = Systems()
    monkeypatch.setattr("pilar.platform.hooking.post", made)
    monkeypatch.setattr("pilar.platform.hooking.monotonic", lambda: 0.0)
    return made


@once
def waiting(world: World) -> HookDelivery:
    HookDelivery.objects.all().delete()
    told()
    return HookDelivery.objects.get()


def test_who_ends_a_system_is_told_what_is_lost(waiting: HookDelivery) -> None:
    page = reverse("permits:end-system", args=[waiting.subscription_id])
    client = Client()
    head = User.objects.get(pk=account("kepala@contoh.invalid", Role.HEAD, region=OWN))
    client.force_login(head, "allauth.account.auth_backends.AuthenticationBackend")
    assert "menunggu dibatalkan" in client.get(page).content.decode()
    client.post(page, {"checked": seen(client, page)})
    assert Subscription.objects.get(pk=waiting.subscription_id).ended_at is None, "the box was not ticked"
    assert confirmed(client, page).status_code == 302
    assert Subscription.objects.get(pk=waiting.subscription_id).ended_at is not None


def state() -> tuple[str, int, datetime | None, str]:
    row = HookDelivery.objects.get()
    return row.state, row.attempts, row.next_at, row.told


def test_it_arrives_signed_and_once(waiting: HookDelivery, systems: Systems) -> None:
    secret = "whsec_" + "QUFB" * 10
    Subscription.objects.filter(region=OWN).update(secret=secret)
    assert do.deliver(by=SCHEDULE, now=NOW)["arrived"] == 1
    ((address, body, headers),) = systems.got
    assert address == "https://simpel.contoh.go.id/kait"
    assert headers == signed(secret, str(waiting.pk), NOW, body)
    assert json.loads(body) == {
        "type": "permit.issued", "timestamp": NOW.isoformat(),
        "data": {"subject": "503/12/SIP/2026", "service": "sip-dokter"},
    }  # fmt: skip
    do.deliver(by=SCHEDULE, now=NOW + timedelta(days=1))
    assert len(systems.got) == 1
    assert state() == ("arrived", 1, None, "204")


def test_it_is_sent_again_under_its_id_until_it_is_given_up(waiting: HookDelivery, systems: Systems) -> None:
    systems.answer, now = 500, NOW
    for number, pause in enumerate(PAUSES, start=1):
        do.deliver(by=SCHEDULE, now=now)
        assert state() == ("waiting", number, now + pause, "500")
        do.deliver(by=SCHEDULE, now=now)
        now += pause
    do.deliver(by=SCHEDULE, now=now)
    assert state() == ("dead", len(PAUSES) + 1, None, "500")
    assert {one[2]["webhook-id"] for one in systems.got} == {str(waiting.pk)}
    assert len({one[1] for one in systems.got}) == 1
    key = Subscription.objects.get(region=OWN).pk
    _row, (shown,) = queries.deliveries(key, scope=PEOPLE["inspectorate"])
    assert (shown.state, shown.told) == (Delivery.DEAD, "500")
    systems.answer = 200
    do.deliver_again(by=PEOPLE["head"], subscription=key, delivery=waiting.pk, now=now)
    do.deliver(by=SCHEDULE, now=now)
    assert state()[0] == "arrived"


def test_one_that_is_silent_holds_up_nobody_else(waiting: HookDelivery, systems: Systems) -> None:
    for number in range(3):
        announce(OWN, HookEvent.ISSUED, f"p{number}", {}, NOW)
    told(OTHER, PEOPLE["operator"])
    systems.answer = NotSent(host="x", reason="TimeoutError")
    # The world's system of the neighbour is named in the same way by the same person: it is one.
    do.deliver(by=SCHEDULE, now=NOW)
    assert [one[0] for one in systems.got].count("https://simpel.contoh.go.id/kait") == 2
    assert {*HookDelivery.objects.filter(attempts=1).values_list("told", flat=True)} == {"TimeoutError"}


def silent_but(healthy: str, clock: list[float] | None = None) -> Callable[..., int]:
    """No system answers but one; each that does not takes 40 seconds of the clock."""

    def post(address: str, _body: bytes, _headers: Any) -> int:
        if address == healthy:
            return 204
        if clock is not None:
            clock[0] += 40
        raise NotSent(host="x", reason="TimeoutError")

    return post


def test_one_that_is_away_with_much_that_waits_keeps_nobody_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    HookDelivery.objects.all().delete()
    subscribe(address="https://mati.contoh.go.id/")
    for number in range(260):
        announce(OWN, HookEvent.ISSUED, f"p{number}", {}, NOW)
    last = subscribe(address="https://sehat.contoh.go.id/")
    announce(OWN, HookEvent.ISSUED, "p", {}, NOW)
    monkeypatch.setattr("pilar.platform.hooking.monotonic", lambda: 0.0)
    monkeypatch.setattr("pilar.platform.hooking.post", silent_but("https://sehat.contoh.go.id/"))
    assert do.deliver(by=SCHEDULE, now=NOW)["arrived"] == 1
    assert HookDelivery.objects.get(subscription=last).state == Delivery.ARRIVED
    assert HookDelivery.objects.filter(attempts=1, told="TimeoutError").count() == 1
    waits = HookDelivery.objects.filter(state=Delivery.WAITING).values_list("next_at", flat=True)
    assert {*waits} == {NOW + PAUSES[0]}


def test_a_pass_ends_in_time_and_signs_by_its_clock(
    world: World, monkeypatch: pytest.MonkeyPatch, systems: Systems
) -> None:
    HookDelivery.objects.all().delete()
    clock = [0.0]
    for number in range(3):
        subscribe(address=f"https://mati{number}.contoh.go.id/")
    announce(OWN, HookEvent.ISSUED, "p", {}, NOW)
    HookDelivery.objects.exclude(subscription__address__contains="mati").delete()
    monkeypatch.setattr("pilar.platform.hooking.monotonic", lambda: clock[0])
    monkeypatch.setattr("pilar.platform.hooking.post", silent_but("", clock))
    assert do.deliver(by=SCHEDULE, now=NOW)["waiting"] == 2
    after = [NOW + PAUSES[0], NOW + timedelta(seconds=40) + PAUSES[0]]
    assert [*HookDelivery.objects.filter(attempts=1).order_by("next_at").values_list("next_at", flat=True)] == after


def test_once_it_answers_what_waits_goes_out(waiting: HookDelivery, systems: Systems) -> None:
    announce(OWN, HookEvent.ISSUED, "p2", {}, NOW)
    systems.answer = NotSent(host="x", reason="TimeoutError")
    do.deliver(by=SCHEDULE, now=NOW)
    systems.answer = 204
    to = HookDelivery.objects.filter(subscription=waiting.subscription_id)
    do.deliver(by=SCHEDULE, now=NOW + PAUSES[0])
    assert {*to.values_list("state", flat=True)} == {"arrived"}


def test_a_secret_that_cannot_be_read_stops_one_system(
    waiting: HookDelivery, systems: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = subscribe(address="https://lain.contoh.go.id/")
    announce(OWN, HookEvent.ISSUED, "p2", {}, NOW)
    read, spoilt = hooking.decrypt, Subscription.objects.get(pk=waiting.subscription_id).secret.text

    def decrypt(text: str, *, context: str) -> str:
        if text == spoilt:
            raise Unreadable
        return read(text, context=context)

    monkeypatch.setattr(hooking, "decrypt", decrypt)
    do.deliver(by=SCHEDULE, now=NOW)
    assert HookDelivery.objects.get(subscription=other).state == Delivery.ARRIVED
    waiting.refresh_from_db()
    assert (waiting.state, waiting.told, waiting.next_at) == ("waiting", "secret", NOW + UNREADABLE_PAUSE)
    _row, shown = queries.deliveries(waiting.subscription_id, scope=PEOPLE["inspectorate"])
    with translation.override("id"):
        assert "tidak dapat dibaca" in shown[0].answer


def test_an_ended_system_is_not_told_what_was_announced_beside(waiting: HookDelivery, systems: Systems) -> None:
    Subscription.objects.filter(pk=waiting.subscription_id).update(ended_at=NOW)
    do.deliver(by=SCHEDULE, now=NOW)
    assert systems.got == []
    assert (state()[0], state()[3]) == ("dead", "ended")


def test_a_system_hears_what_it_asked_for_in_its_region(world: World) -> None:
    HookDelivery.objects.all().delete()
    subscribe()
    announce(OWN, HookEvent.REFUSED, "p1", {}, NOW)
    assert not HookDelivery.objects.exists()
    announce(OWN, HookEvent.ISSUED, "p1", {}, NOW)
    assert {one.subscription.region_id for one in HookDelivery.objects.all()} == {OWN}


def test_what_is_rolled_back_is_told_to_nobody(world: World) -> None:
    subscribe()
    before = HookDelivery.objects.count()
    with transaction.atomic():
        announce(OWN, HookEvent.ISSUED, "p1", {}, NOW)
        transaction.set_rollback(True)
    assert HookDelivery.objects.count() == before


def test_an_ended_system_hears_nothing_more(waiting: HookDelivery, systems: Systems) -> None:
    do.end_subscription(by=PEOPLE["head"], subscription=waiting.subscription_id, now=NOW)
    announce(OWN, HookEvent.ISSUED, "p2", {}, NOW)
    do.deliver(by=SCHEDULE, now=NOW + timedelta(days=1))
    assert systems.got == []
    assert state()[0] == "dead"
    do.deliver_again(by=PEOPLE["head"], subscription=waiting.subscription_id, delivery=waiting.pk, now=NOW)
    assert state()[0] == "dead"


@pytest.mark.parametrize(
    "address", ["http://contoh.go.id/", "https://127.0.0.1/", "https://169.254.169.254/latest", "https://basisdata/"]
)
def test_nobody_reaches_within(world: World, address: str) -> None:
    with pytest.raises(Faults):
        subscribe(address=address)


def test_who_may(world: World, waiting: HookDelivery) -> None:
    for who in ("front", "back", "inspectorate"):
        with pytest.raises(NotAllowed):
            subscribe(by=PEOPLE[who])
    with pytest.raises(NotFound):
        do.end_subscription(by=PEOPLE["neighbour"], subscription=waiting.subscription_id, now=NOW)
    with pytest.raises(NotAllowed):
        do.deliver(by=PEOPLE["head"], now=NOW)


def test_the_database_keeps_it_in_order(waiting: HookDelivery) -> None:
    for values in ({"state": "arrived"}, {"next_at": None}, {"state": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            HookDelivery.objects.update(**values)
    for changed in ({"address": "http://x"}, {"events": []}, {"title": " "}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Subscription.objects.update(**changed)


def test_the_secret_is_shown_once_and_kept_encrypted(world: World) -> None:
    key, secret = do.subscribe(
        by=PEOPLE["editor"],
        region=OWN,
        title="A",
        address="https://a.contoh.go.id/",
        events=[HookEvent.ISSUED],
        now=NOW,
    )
    assert secret.startswith("whsec_")
    assert secret not in Subscription.objects.get(pk=key).secret.text
    assert Client().get(reverse("permits:system", args=[key])).status_code == 302
