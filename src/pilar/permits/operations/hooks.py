"""Send events of cases and permits to the subscribed systems of a region."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pilar.areas import queries as areas
from pilar.people.operations import locked
from pilar.people.rules import NotAllowed, Permission, Standing
from pilar.permits.models import HookDelivery, Letter, Subscription
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.hooks import HookEvent
from pilar.platform import audit
from pilar.platform.errors import Faults
from pilar.platform.hooking import asked_before, end_deliveries, send, send_due, tell
from pilar.platform.hooks import Delivery, faults_of_subscription, new_secret
from pilar.platform.jobs import HOOKS, every
from pilar.platform.outgoing import faults_of_address
from pilar.platform.secrets import renew_rows

TARGET = "permits.subscription"


@transaction.atomic
def subscribe(
    *, by: Standing, region: str, title: str, address: str, events: Collection[HookEvent], now: datetime
) -> tuple[int, str]:
    """Subscribe a system; returns its key and the secret with which it verifies messages. The secret is shown only
    once, but a repeated request within a moment gets the same one.

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults at ``title``, ``address`` and ``events``.
    """
    case = Case(region)
    AUTHORITY.require(by, Action.KEEP_SYSTEMS, case, known=AUTHORITY.holds(by, Action.READ_AROUND, case))
    areas.region(region)
    there = Subscription.objects.filter(region=region)
    if again := asked_before(there, by=by.signature, title=title, address=address, events=events, now=now):
        audit.record(by=by.actor, action="show-secret", target=TARGET, key=again[0], area=region)
        return again
    others = there.filter(ended_at=None).count()
    faults = [*faults_of_address(address), *faults_of_subscription(title, events, others)]
    if faults:
        raise Faults(faults)
    secret = new_secret()
    row = Subscription.objects.create(
        region_id=region, title=title.strip(), address=address, secret=secret, events=sorted(events),
        made_by=by.signature, made_at=now,
    )  # fmt: skip
    after = {"title": row.title, "address": address, "events": row.events}
    audit.record(by=by.actor, action="subscribe", target=TARGET, key=row.pk, area=region, after=after)
    return row.pk, secret


@transaction.atomic
def end_subscription(*, by: Standing, subscription: int, now: datetime) -> None:
    """Unsubscribe a system; waiting messages are not delivered. Raises :class:`NotFound`, :class:`NotAllowed`."""
    row = _locked(by, subscription)
    if row.ended_at is None:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        end_deliveries(row.deliveries.all())
        audit.record(by=by.actor, action="end", target=TARGET, key=row.pk, area=row.region_id)


@transaction.atomic
def deliver_again(*, by: Standing, subscription: int, delivery: UUID, now: datetime) -> None:
    """Retry an undeliverable message, starting with the first delay. Raises :class:`NotFound`, :class:`NotAllowed`."""
    row = _locked(by, subscription)
    if row.ended_at is None and row.deliveries.filter(pk=delivery, state=Delivery.DEAD).update(
        state=Delivery.WAITING, next_at=now, attempts=0
    ):
        audit.record(by=by.actor, action="deliver", target=TARGET, key=row.pk, area=row.region_id)


@transaction.atomic
def renew_kept(*, by: Standing) -> int:
    """Re-encrypt the secrets of systems and the contents of letters with the first key; returns how many rows. Needs
    ``load-reference-data``."""
    by.require(Permission.LOAD_REFERENCE_DATA)
    count = renew_rows(Subscription, "secret") + renew_rows(Letter, "text", "contact")
    if count:
        audit.record(by=by.actor, action="renew", target=TARGET, key="all", after={"rows": count})
    return count


def announce(region: str, event: HookEvent, subject: str, data: Mapping[str, object], now: datetime) -> None:
    """Queue a message to the subscribed systems of a region, in the transaction of the event. ``data`` must not name a
    person."""
    rows = Subscription.objects.filter(region=region, ended_at=None, events__contains=[event])
    tell(rows, HookDelivery, event, {"subject": subject, **data}, now)


@every("permits.deliver", cron="* * * * *", queue=HOOKS)
def deliver(*, by: Standing, now: datetime) -> dict[str, int]:
    """Send what is due (``platform.hooking.send_due``). For the schedule and the operator only."""
    if not by.unrestricted:
        raise NotAllowed
    return send_due(HookDelivery.objects.all(), _deliver_one, now)


@transaction.atomic
def _deliver_one(key: UUID, now: datetime) -> Delivery | None:
    rows = HookDelivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("subscription")
    row = rows.filter(pk=key, state=Delivery.WAITING, subscription__ended_at=None).first()
    return None if row is None else send(row, now)


def _locked(by: Standing, key: int) -> Subscription:
    return locked(
        Subscription.objects, by=by, action=Action.KEEP_SYSTEMS, authority=AUTHORITY,
        case=lambda row: Case(row.region_id), pk=key,
    )  # fmt: skip
