"""Send publications to subscribed systems."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from pilar.evaluation.models import HookDelivery, Subscription
from pilar.evaluation.operations.announcing import address as path_of
from pilar.evaluation.rules.authority import AUTHORITY, Action, Case
from pilar.evaluation.rules.hooks import HookEvent, event_of
from pilar.evaluation.rules.publishing import Published
from pilar.people.operations import locked
from pilar.people.rules import Standing
from pilar.platform import audit, retention
from pilar.platform.errors import Faults
from pilar.platform.hooking import asked_before, end_deliveries, send, send_due, tell
from pilar.platform.hooks import Delivery, faults_of_subscription, new_secret
from pilar.platform.jobs import HOOKS, every
from pilar.platform.outgoing import faults_of_address
from pilar.platform.secrets import renew_rows

TARGET = "evaluation.subscription"


@transaction.atomic
def subscribe(
    *, by: Standing, title: str, address: str, events: Collection[HookEvent], now: datetime
) -> tuple[int, str]:
    """Tell a system from now on; returns its key and the secret by which it knows us, which is shown this once; to
    anyone who names the same again a moment later, the same.

    Raises :class:`NotAllowed`, Faults at ``title``, ``address`` and ``events``.
    """
    AUTHORITY.require(by, Action.KEEP_SYSTEMS, Case(), known=True)
    there = Subscription.objects.all()
    if again := asked_before(there, by=by.signature, title=title, address=address, events=events, now=now):
        audit.record(by=by.actor, action="show-secret", target=TARGET, key=again[0])
        return again
    others = there.filter(ended_at=None).count()
    faults = [*faults_of_address(address), *faults_of_subscription(title, events, others)]
    if faults:
        raise Faults(faults)
    secret = new_secret()
    row = Subscription.objects.create(
        title=title.strip(), address=address, secret=secret, events=sorted(events), made_by=by.signature, made_at=now
    )
    after = {"title": row.title, "address": address, "events": row.events}
    audit.record(by=by.actor, action="subscribe", target=TARGET, key=row.pk, after=after)
    return row.pk, secret


@transaction.atomic
def end_subscription(*, by: Standing, subscription: int, now: datetime) -> None:
    """Tell a system no longer; what waits for it is not delivered. Raises :class:`NotFound`, :class:`NotAllowed`."""
    row = _locked(by, subscription)
    if row.ended_at is None:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        end_deliveries(row.deliveries.all())
        audit.record(by=by.actor, action="end", target=TARGET, key=row.pk)


@transaction.atomic
def deliver_again(*, by: Standing, subscription: int, delivery: UUID, now: datetime) -> None:
    """Try a dead letter again, from the first pause on. Raises :class:`NotFound`, :class:`NotAllowed`."""
    row = _locked(by, subscription)
    if row.ended_at is None and row.deliveries.filter(pk=delivery, state=Delivery.DEAD).update(
        state=Delivery.WAITING, next_at=now, attempts=0
    ):
        audit.record(by=by.actor, action="deliver", target=TARGET, key=row.pk)


@transaction.atomic
def renew_systems(*, by: Standing) -> int:
    """Encrypt the secrets of systems by the first key; returns how many rows.

    For the schedule and the operator only.
    """
    by.require_server()
    count = renew_rows(Subscription, "secret")
    if count:
        audit.record(by=by.actor, action="renew", target=TARGET, key="all", after={"rows": count})
    return count


def announce(published: Published, number: int, now: datetime) -> None:
    """Have systems told of an entry of the register of publications, in the transaction that seals it."""
    event, (kind, *rest) = event_of(published.subject), published.subject.split("/")
    page = {
        HookEvent.PLAN: lambda: path_of("masterplan:plan", rest[0]),
        # Once no source states anything of a year any more, its page is gone.
        HookEvent.STATEMENTS: lambda: (
            path_of("evaluation:results", int(rest[0]))
            if published.content["statements"]
            else path_of("evaluation:seals")
        ),
        HookEvent.RESULTS: lambda: path_of("evaluation:computed", kind, int(rest[0])),
    }[event]()
    data = {
        "subject": published.subject, "number": number, "synthetic": bool(published.content.get("synthetic")),
        "address": settings.SITE_ADDRESS.rstrip("/") + page,
    }  # fmt: skip
    tell(Subscription.objects.filter(ended_at=None, events__contains=[event]), HookDelivery, event, data, now)


@every("evaluation.deliver", cron="* * * * *", queue=HOOKS)
def deliver(*, by: Standing, now: datetime) -> dict[str, int]:
    """Send what is due (``platform.hooking.send_due``). For the schedule and the operator only."""
    by.require_server()
    return send_due(HookDelivery.objects.all(), _deliver_one, now)


@transaction.atomic
def _deliver_one(key: UUID, now: datetime) -> Delivery | None:
    rows = HookDelivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("subscription")
    row = rows.filter(pk=key, state=Delivery.WAITING, subscription__ended_at=None).first()
    return None if row is None else send(row, now)


@every("evaluation.forget-deliveries", cron="55 19 * * *")  # 2.55 WIB
@transaction.atomic
def forget_deliveries(*, by: Standing, now: datetime) -> int:
    """Delete what systems were told once its days are over, but not what waits; returns how many messages.

    For the schedule and the operator only.
    """
    by.require_server()
    oldest = retention.oldest_kept("publication-deliveries", now)
    told = HookDelivery.objects.exclude(state=Delivery.WAITING)
    erased = told.filter(made_at__lt=oldest).delete()[0] if oldest else 0
    if erased:
        audit.record(by=by.actor, action="erase", target=TARGET, key="all", after={"deliveries": erased})
    return erased


def _locked(by: Standing, key: int) -> Subscription:
    return locked(
        Subscription.objects, by=by, action=Action.KEEP_SYSTEMS, authority=AUTHORITY, case=lambda _row: Case(),
        readable=Q(), pk=key,
    )  # fmt: skip
