"""The audit log: every operation writes what it changed, in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from pilar.platform.actors import Actor, ActorKind
from pilar.platform.models import AuditEvent
from pilar.platform.names import reference_of
from pilar.platform.rows import row_of
from pilar.platform.statements import planned
from pilar.platform.transactions import require_transaction

READ = "read"
"""The action of :func:`read`; how long such events are kept has a row of its own."""
BESIDE = """INSERT INTO platform_auditevent
    (actor_kind, actor_key, actor_name, action, target, key, area, after, reference)
SELECT %(audit_kind)s::varchar, %(audit_actor)s::varchar, %(audit_name)s::varchar, %(audit_action)s::varchar,
    %(audit_target)s::varchar, {key}, %(audit_area)s::varchar, {after}, %(audit_reference)s::varchar FROM {of}"""
"""An event as a part of the very statement that makes the change: it stands with the change or not at all. Its values
are those of :func:`beside`; ``key`` and ``after`` (jsonb) are expressions over what the statement has made."""
_ADD = """INSERT INTO platform_auditevent
    (actor_kind, actor_key, actor_name, action, target, key, area, before, after, reference)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log. ``before`` and ``after`` hold what changed; ``reference`` is that of the request."""

    happened_at: datetime
    actor: Actor
    action: str
    target: str
    key: str
    area: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    reference: str


class Acting(Protocol):
    """Anyone who acts as an actor, such as a standing."""

    @property
    def actor(self) -> Actor: ...


def record(
    by: Actor | Acting,
    action: str,
    target: str,
    key: object,
    *,
    area: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write one event.

    ``action`` is a stable code (``rename``), ``target`` names room and thing (``areas.office``), ``key`` its key,
    ``area`` the code of the area that it concerns. ``before`` and ``after`` hold only what changed, as values that
    fit JSON (dates and decimals too). Raises :class:`OutsideTransaction` without a transaction.
    """
    record_each(by=by, action=action, target=target, changes=[Change(key, area, before, after)])


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one thing: its key, the code of the area that it concerns, and the values that differ."""

    key: object
    area: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def record_each(*, by: Actor | Acting, action: str, target: str, changes: Iterable[Change]) -> None:
    """Write an event for each change of the same kind, as :func:`record` would, at once."""
    require_transaction("audit.record")
    by = _actor(by)
    reference = structlog.contextvars.get_contextvars().get("reference", "")
    who = by.kind, by.key, reference_of(by.name), action, target
    rows = [
        (*who, str(change.key), change.area, _json(change.before), _json(change.after), reference) for change in changes
    ]
    with planned() as cursor:
        if len(rows) == 1:
            cursor.execute(_ADD, rows[0])
        elif rows:
            cursor.executemany(_ADD, rows)


def _actor(by: Actor | Acting) -> Actor:
    return by if isinstance(by, Actor) else by.actor


def beside(by: Actor | Acting, action: str, target: str, *, area: str = "") -> dict[str, str]:
    """Return the values of :data:`BESIDE`."""
    who, reference = _actor(by), structlog.contextvars.get_contextvars().get("reference", "")
    return {
        "audit_kind": who.kind, "audit_actor": who.key, "audit_name": reference_of(who.name), "audit_action": action,
        "audit_target": target, "audit_area": area, "audit_reference": reference,
    }  # fmt: skip


def _json(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else json.dumps(dict(values), cls=DjangoJSONEncoder)


def read(
    by: Actor | Acting, what: str, key: object, *, rows: int, area: str = "", told: Mapping[str, Any] | None = None
) -> None:
    """Write that somebody was shown personal data: one event a page or file, never one a row.

    ``what`` names room and thing as a target does, ``rows`` says of how many, ``told`` what else is known of it, such
    as which fields and why. The caller has decided that they may read it. Nothing shown leaves no event, and what
    everybody may read without an account neither.
    """
    if _actor(by).kind == "anonymous" or not rows:
        return
    with transaction.atomic():
        record(by, READ, what, key, area=area, after={"rows": rows, **(told or {})})


def read_each(*, by: Actor | Acting, what: str, keys: Iterable[object], area: str = "") -> None:
    """As :func:`read`, an event for each of those whose data were shown: who they are can ask who read them."""
    if _actor(by).kind == "anonymous":
        return
    with transaction.atomic():
        record_each(by=by, action=READ, target=what, changes=[Change(key, area, after={"rows": 1}) for key in keys])


def events(*, target: str, key: object, action: str = "", limit: int = 100) -> tuple[Event, ...]:
    """The newest events of one thing, or those of one ``action``, newest first; the caller has decided that the reader
    may see the thing."""
    history = AuditEvent.objects.filter(target=target, key=str(key)).order_by("-id")
    rows = (history.filter(action=action) if action else history)[:limit]
    return tuple(
        row_of(Event, row, actor=Actor(cast(ActorKind, row.actor_kind), row.actor_key, row.actor_name), key=row.key)
        for row in rows
    )
