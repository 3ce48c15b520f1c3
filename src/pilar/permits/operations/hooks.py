"""What tells the systems of a region what happens to cases and permits."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pilar.areas import queries as areas
from pilar.people.operations import locked
from pilar.people.rules import NotAllowed, Permission, Standing
from pilar.permits.models import HookDelivery, Letter, Subscription
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.hooks import MAX_SUBSCRIPTIONS, MAX_TITLE, PREFIX, Delivery, HookEvent, next_try, signed
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.jobs import HOOKS, every
from pilar.platform.language import N_
from pilar.platform.outgoing import NotSent, faults_of_address, post
from pilar.platform.secrets import decrypt, renew_rows

TARGET = "permits.subscription"
MAX_AT_ONCE = 200


@transaction.atomic
def subscribe(
    *, by: Standing, region: str, title: str, address: str, events: Collection[HookEvent], now: datetime
) -> tuple[int, str]:
    """Tell a system from now on; returns its key and the secret by which it knows us, which is shown this once.

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults at ``title``, ``address`` and ``events``.
    """
    case = Case(region)
    AUTHORITY.require(by, Action.KEEP_SYSTEMS, case, known=AUTHORITY.holds(by, Action.READ_AROUND, case))
    areas.region(region)
    faults = faults_of_address(address)
    if not title.strip() or len(title) > MAX_TITLE:
        faults.append(Fault("no-title", N_("A name of 1 to %(most)s characters"), {"most": MAX_TITLE}, "title"))
    if not events:
        faults.append(Fault("no-events", N_("Choose what the system is told"), {}, "events"))
    if Subscription.objects.filter(region=region, ended_at=None).count() >= MAX_SUBSCRIPTIONS:
        sentence = N_("At most %(most)s systems: end one that nobody needs")
        faults.append(Fault("too-many-systems", sentence, {"most": MAX_SUBSCRIPTIONS}, "title"))
    if faults:
        raise Faults(faults)
    secret = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    row = Subscription.objects.create(
        region_id=region, title=title.strip(), address=address, secret=secret, events=sorted(events),
        made_by=by.signature, made_at=now,
    )  # fmt: skip
    after = {"title": row.title, "address": address, "events": row.events}
    audit.record(by=by.actor, action="subscribe", target=TARGET, key=row.pk, area=region, after=after)
    return row.pk, secret


@transaction.atomic
def end_subscription(*, by: Standing, subscription: int, now: datetime) -> None:
    """Tell a system no longer; what waits for it is not delivered. Raises :class:`NotFound`, :class:`NotAllowed`."""
    row = _locked(by, subscription)
    if row.ended_at is None:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        row.deliveries.filter(state=Delivery.WAITING).update(state=Delivery.DEAD, next_at=None, told="ended")
        audit.record(by=by.actor, action="end", target=TARGET, key=row.pk, area=row.region_id)


@transaction.atomic
def deliver_again(*, by: Standing, subscription: int, delivery: UUID, now: datetime) -> None:
    """Try a dead letter again, from the first pause on. Raises :class:`NotFound`, :class:`NotAllowed`."""
    row = _locked(by, subscription)
    if row.ended_at is None and row.deliveries.filter(pk=delivery, state=Delivery.DEAD).update(
        state=Delivery.WAITING, next_at=now, attempts=0
    ):
        audit.record(by=by.actor, action="deliver", target=TARGET, key=row.pk, area=row.region_id)


@transaction.atomic
def renew_kept(*, by: Standing) -> int:
    """Encrypt by the first key the secrets of systems and what was sent with letters; returns how many rows. Needs
    ``load-reference-data``."""
    by.require(Permission.LOAD_REFERENCE_DATA)
    count = renew_rows(Subscription, "secret") + renew_rows(Letter, "text", "contact")
    if count:
        audit.record(by=by.actor, action="renew", target=TARGET, key="all", after={"rows": count})
    return count


def announce(region: str, event: HookEvent, subject: str, data: Mapping[str, object], now: datetime) -> None:
    """Have the systems of a region told, in the transaction of what happened. ``data`` names no person."""
    rows = Subscription.objects.filter(region=region, ended_at=None, events__contains=[event])
    said = {"type": event.value, "timestamp": now.isoformat(), "data": {"subject": subject, **data}}
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    HookDelivery.objects.bulk_create(
        HookDelivery(subscription=row, event=event, body=body, made_at=now, next_at=now) for row in rows
    )


@every("permits.deliver", cron="* * * * *", queue=HOOKS)
def deliver(*, by: Standing, now: datetime) -> dict[str, int]:
    """Send what is due, each in a transaction of its own: what a killed worker had begun is sent again under its id. A
    system that does not answer is left for the next time. For the schedule and the operator only."""
    if not by.unrestricted:
        raise NotAllowed
    due = HookDelivery.objects.filter(state=Delivery.WAITING, next_at__lte=now).order_by("next_at")
    found, silent = list[Delivery | None](), set[int]()
    for key, to in due.values_list("pk", "subscription")[:MAX_AT_ONCE]:
        if to not in silent:
            found.append(_deliver_one(key, now))
            silent |= {to} if found[-1] is Delivery.WAITING else set()
    return {state.value: found.count(state) for state in Delivery}


@transaction.atomic
def _deliver_one(key: UUID, now: datetime) -> Delivery | None:
    rows = HookDelivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("subscription")
    row = rows.filter(pk=key, state=Delivery.WAITING).first()
    if row is None:
        return None
    to = row.subscription
    body = row.body.encode()
    try:
        secret = decrypt(to.secret.text, context=to.secret.context)
        status = post(to.address, body, signed(secret, str(row.pk), now, body))
        row.told = str(status)
    except NotSent as error:
        status, row.told = 0, str(error.fields["reason"])[:100]
    row.attempts += 1
    row.next_at = None if 200 <= status < 300 else next_try(row.attempts, now)
    row.state = Delivery.ARRIVED if 200 <= status < 300 else Delivery.WAITING if row.next_at else Delivery.DEAD
    row.save(update_fields=["told", "attempts", "next_at", "state"])
    return Delivery(row.state)


def _locked(by: Standing, key: int) -> Subscription:
    return locked(
        Subscription.objects, by=by, action=Action.KEEP_SYSTEMS, authority=AUTHORITY,
        case=lambda row: Case(row.region_id), pk=key,
    )  # fmt: skip
