"""Telling other systems and sending what waits: the steps that rooms share (rows: ``models.Told``, ``Message``)."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Case, Count, Q, QuerySet, When

from pilar.platform import locks
from pilar.platform.hooks import (
    ASKED_AGAIN,
    ENDED,
    OWN_ERROR,
    UNREADABLE,
    UNREADABLE_PAUSE,
    Delivery,
    DeliveryRow,
    next_try,
    signed,
)  # fmt: skip
from pilar.platform.language import translate
from pilar.platform.models import Message
from pilar.platform.names import Signature
from pilar.platform.outgoing import NotSent, post
from pilar.platform.paging import PAGE
from pilar.platform.secrets import Unreadable, decrypt

log = logging.getLogger(__name__)
MAX_PASS = 45.0
"""Seconds after which a pass begins no other message: the next one comes a minute later."""
OTHERS_IN_THE_WAY = frozenset({"40P01", "40001", "55P03"})
"""What the database says of a deadlock, of a transaction that must begin again and of a lock that is not to be had."""
Row = TypeVar("Row", bound=Message)


def counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Systems with how many of their messages are in each state."""
    return rows.annotate(**{state.value: Count("deliveries", filter=Q(deliveries__state=state)) for state in Delivery})


def told_last(rows: QuerySet[Any], names: Mapping[Any, str]) -> tuple[DeliveryRow, ...]:
    """Return what a system was told last, the newest first, what was not delivered before all else. One query.

    ``names``: what each event is called (marked sentences)."""
    return tuple(
        DeliveryRow(
            row.pk, row.event, translate(names.get(row.event, row.event)), row.made_at, row.attempts, row.told,
            row.next_at, Delivery(row.state),
        )
        for row in rows.order_by(Case(When(state=Delivery.DEAD, then=0), default=1), "-made_at")[:PAGE]
    )  # fmt: skip


def asked_before(
    rows: QuerySet[Any], *, by: Signature, title: str, address: str, events: Collection[str], now: datetime
) -> tuple[int, str] | None:
    """The key and secret of a system that the same person has named in the same way a moment ago, or None: who presses
    twice sees the secret of the one system. Anyone who asks at the same time waits for the end of the transaction."""
    locks.take(f"hooking.{rows.model._meta.label}")
    same = rows.filter(
        ended_at=None, made_by=by, title=title.strip(), address=address, events=sorted(events),
        made_at__gt=now - ASKED_AGAIN,
    )  # fmt: skip
    row = same.order_by("-made_at").first()
    try:
        return None if row is None else (row.pk, decrypt(row.secret.text, context=row.secret.context))
    except Unreadable:
        return None


def tell(rows: QuerySet[Any], to: type[Row], event: str, data: Mapping[str, object], now: datetime) -> None:
    """Have systems told in the open transaction. ``data`` names no person."""
    body = json.dumps(
        {"type": event, "timestamp": now.isoformat(), "data": data}, ensure_ascii=False, separators=(",", ":")
    )
    to._base_manager.bulk_create(to(subscription=row, event=event, body=body, made_at=now, next_at=now) for row in rows)


def send_due(
    due: QuerySet[Any], delivery: Callable[[UUID, datetime], Delivery | None], now: datetime
) -> dict[str, int]:
    """Send what is due by ``delivery``, each in a transaction of its own: what a killed worker had begun is sent again
    under its id. Systems take turns; one that does not take its message is left for the next pass. What another
    answer sets free while the pass runs goes out in it."""
    begun, states, left = monotonic(), Counter[str](), set[int]()
    waiting = due.filter(state=Delivery.WAITING)
    waiting.exclude(subscription__ended_at=None).update(state=Delivery.DEAD, next_at=None, told=ENDED)
    at = now
    while heads := _heads(waiting.filter(next_at__lte=at).exclude(subscription__in=left)):
        for key, to in heads:
            passed = monotonic() - begun
            if passed >= MAX_PASS:
                return _said(states)
            at = now + timedelta(seconds=passed)
            state = _delivered(waiting, delivery, key, at)
            states.update([state] if state else ())
            if state is not Delivery.ARRIVED:
                left.add(to)
    return _said(states)


def _heads(waiting: QuerySet[Any]) -> list[tuple[UUID, int]]:
    """The message of each system that is due first; first those that have waited longest."""
    heads = waiting.order_by("subscription", "next_at", "made_at").distinct("subscription")
    found = heads.values_list("next_at", "pk", "subscription")
    return [(key, to) for _next_at, key, to in sorted(found, key=lambda head: (head[0], head[2]))]


def _delivered(
    waiting: QuerySet[Any], delivery: Callable[[UUID, datetime], Delivery | None], key: UUID, at: datetime
) -> Delivery | None:
    try:
        return delivery(key, at)
    except (OperationalError, InterfaceError) as error:
        if getattr(error.__cause__, "sqlstate", None) in OTHERS_IN_THE_WAY:
            log.warning("message-waits-for-others", extra={"delivery": str(key)})
            return None  # the next pass sends it; the other systems are told in this one
        raise  # the database is gone, which no message is to be blamed for
    except Exception:  # one message that cannot be sent keeps back no other system
        log.exception("message-not-sent", extra={"delivery": str(key)})
        return _own_error(waiting, key, at)


@transaction.atomic
def _own_error(waiting: QuerySet[Any], key: UUID, at: datetime) -> Delivery | None:
    """Count an attempt that ended in an error of our own, so that it has an end."""
    row = waiting.select_for_update(skip_locked=True, of=("self",)).filter(pk=key).first()
    if row is None:
        return None
    row.told, row.attempts = OWN_ERROR, row.attempts + 1
    row.next_at = next_try(row.attempts, at)
    row.state = Delivery.WAITING if row.next_at else Delivery.DEAD
    row.save(update_fields=["told", "attempts", "next_at", "state"])
    return Delivery(row.state)


def _said(states: Counter[str]) -> dict[str, int]:
    return {state.value: states[state] for state in Delivery}


def end_deliveries(rows: QuerySet[Any]) -> None:
    """Give up what waits for a system that has ended, but not the message that is being sent at this moment, whose lock
    would have to be waited for: the next pass gives it up."""
    waiting = rows.filter(state=Delivery.WAITING).select_for_update(skip_locked=True).values_list("pk", flat=True)
    rows.filter(pk__in=list(waiting)).update(state=Delivery.DEAD, next_at=None, told=ENDED)


def send(row: Message, now: datetime) -> Delivery:
    """Send a message that the open transaction has locked, and keep what came of it.

    A system that is away is tried again with all that waits for it when this message is; once it answers, at once.
    Where the secret cannot be read nothing is tried: all that is due waits until the key is there again.
    """
    to, body = row.subscription, row.body.encode()
    try:
        secret = decrypt(to.secret.text, context=to.secret.context)
    except Unreadable:
        later = now + UNREADABLE_PAUSE
        due = type(row)._base_manager.filter(subscription=to, state=Delivery.WAITING, next_at__lt=later)
        due.update(told=UNREADABLE, next_at=later)
        return Delivery.WAITING
    try:
        status = post(to.address, body, signed(secret, str(row.pk), now, body))
        row.told = str(status)
    except NotSent as error:
        status, row.told = 0, str(error.fields["reason"])[:100]
    row.attempts += 1
    row.next_at = None if 200 <= status < 300 else next_try(row.attempts, now)
    row.state = Delivery.ARRIVED if 200 <= status < 300 else Delivery.WAITING if row.next_at else Delivery.DEAD
    row.save(update_fields=["told", "attempts", "next_at", "state"])
    others = type(row)._base_manager.filter(subscription=to, state=Delivery.WAITING).exclude(pk=row.pk)
    if row.state == Delivery.ARRIVED:
        others.filter(next_at__gt=now, attempts=0).update(next_at=now)
    elif row.next_at and not 400 <= status < 500:
        others.filter(next_at__lt=row.next_at, attempts=0).update(next_at=row.next_at)
    return Delivery(row.state)
