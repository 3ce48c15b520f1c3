"""Telling other systems and sending what waits: the steps that rooms share (rows: ``models.Told``, ``Message``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from pilar.platform.hooks import Delivery, DeliveryRow, next_try, signed
from pilar.platform.models import Message
from pilar.platform.outgoing import NotSent, post
from pilar.platform.paging import PAGE
from pilar.platform.secrets import decrypt

MAX_AT_ONCE = 200
Row = TypeVar("Row", bound=Message)


def counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Systems with how many of their messages are in each state."""
    return rows.annotate(**{state.value: Count("deliveries", filter=Q(deliveries__state=state)) for state in Delivery})


def told_last(rows: QuerySet[Any]) -> tuple[DeliveryRow, ...]:
    """Return what a system was told last, the newest first. One query."""
    return tuple(
        DeliveryRow(row.pk, row.event, row.made_at, row.attempts, row.told, row.next_at, Delivery(row.state))
        for row in rows.order_by("-made_at")[:PAGE]
    )


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
    under its id. A system that does not answer is left for the next time."""
    deliveries, silent = list[Delivery | None](), set[int]()
    waiting = due.filter(state=Delivery.WAITING, next_at__lte=now).order_by("next_at")
    for key, to in waiting.values_list("pk", "subscription")[:MAX_AT_ONCE]:
        if to not in silent:
            deliveries.append(delivery(key, now))
            silent |= {to} if deliveries[-1] is Delivery.WAITING else set()
    return {state.value: deliveries.count(state) for state in Delivery}


def send(row: Message, now: datetime) -> Delivery:
    """Send a message that the open transaction has locked, and keep what came of it."""
    to, body = row.subscription, row.body.encode()
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
