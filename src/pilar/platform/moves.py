"""A move of a lifecycle, stored with its audit event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Model

from pilar.platform import audit
from pilar.platform.actors import Actor
from pilar.platform.lifecycle import Move
from pilar.platform.transactions import require_transaction


def make(
    move: Move[Any, Any],
    row: Model,
    *,
    by: Actor,
    what: str,
    action: str = "move",
    key: object = None,
    area: str = "",
    fields: Mapping[str, Any] | None = None,
    besides: Collection[str] = (),
    said: Mapping[str, Any] | None = None,
) -> None:
    """Take ``row``, which the caller's lock holds, from one state to the next, and record ``action`` on ``what``.

    ``key`` names it where its own is of several columns. ``fields`` change with it and are recorded where they differ;
    ``besides`` names fields that the caller has set and the record does not need; ``said`` stands in the record alone.
    A row in another state than the move begins in is a bug: ``ValueError``.
    """
    require_transaction("moves.make")
    if row.state != move.source:  # type: ignore[attr-defined]
        raise ValueError(f"{what} {row.pk} is not in the state {move.source}")
    wanted: dict[str, Any] = {"state": move.target, **(fields or {})}
    before = {name: getattr(row, name) for name in wanted}
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save(update_fields=[*wanted, *besides])
    changed = {name for name, value in wanted.items() if value != before[name]}
    audit.record(
        by=by,
        action=action,
        target=what,
        key=row.pk if key is None else key,
        area=area,
        before={name: before[name] for name in wanted if name in changed},
        after={name: wanted[name] for name in wanted if name in changed} | {**(said or {})},
    )
