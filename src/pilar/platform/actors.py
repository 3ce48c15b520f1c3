"""Actors. Rooms below `people` know only these types; `people.rules.Standing` fills them in (adr/0005)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

ActorKind = Literal["user", "token", "public", "system", "anonymous"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The actor of an event, as the audit log keeps it: ``key`` identifies within ``kind``, ``name`` is for readers."""

    kind: ActorKind
    key: str
    name: str


class Authority(Protocol):
    """Somebody who acts and can be asked what they may do. ``area`` is a region's code, ``office`` an office's key."""

    @property
    def actor(self) -> Actor: ...

    def may(self, permission: str, *, area: str | None = None, office: int | None = None) -> bool:
        """Return whether this permission is held for the whole nation, or for this area or office."""
        ...

    def require(self, permission: str, *, area: str | None = None, office: int | None = None) -> None:
        """Raise an expected error of status 403 unless :meth:`may`."""
        ...
