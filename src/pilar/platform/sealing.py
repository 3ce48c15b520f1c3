"""Registers of what was sealed: entries of a scope in their order, and signed heads over them (``platform.seal``).

Anyone who publishes something appends it in the same transaction; the worker signs a head a little later, and one a
day.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db.models import Max, QuerySet

from pilar.platform import locks, seal
from pilar.platform.models import SealEntry, SealHead


@dataclass(frozen=True, slots=True)
class Seal:
    """The place of something in its register; ``signed_at`` and ``head`` once a head covers it."""

    scope: str
    number: int
    leaf: str
    sealed_at: datetime
    signed_at: datetime | None = None
    head: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head as pages list it: when it was signed, how many entries it covers, their root."""

    signed_at: datetime
    size: int
    root: str


def hold(scope: str) -> None:
    """Let nobody else seal in a scope until the open transaction ends. Raises :class:`OutsideTransaction`,
    :class:`Busy`."""
    locks.take(_lock(scope))


def append(*, scope: str, subject: str, content: Mapping[str, Any], at: datetime) -> int:
    """Seal something under the next number of a scope, which it returns; once sealed, it keeps its number.

    Nothing is dated back: what comes after an entry or a head is sealed no earlier than it, whatever ``at`` says.
    ``content`` holds text, whole numbers, lists and objects of these. Raises :class:`OutsideTransaction`,
    :class:`Busy`, and :class:`seal_checker.Refused` for other content.
    """
    locks.take(_lock(scope))
    rows = SealEntry.objects.filter(scope=scope)
    known = rows.filter(subject=subject).values_list("number", flat=True).first()
    if known is not None:
        return int(known)
    last = rows.order_by("-number").first()
    signed = SealHead.objects.filter(scope=scope).aggregate(at=Max("signed_at"))["at"]
    at = max(moment for moment in (at, last and last.sealed_at, signed) if moment)
    made = seal.entry(
        scope=scope,
        number=last.number + 1 if last else 1,
        subject=subject,
        content=content,
        at=at,
        before=last.chain if last else "",
    )
    SealEntry.objects.create(
        scope=scope, number=made.number, subject=subject, text=made.text, leaf=made.leaf, chain=made.chain, sealed_at=at
    )
    return made.number


def signing_key() -> Ed25519PrivateKey:
    """The key with which this installation seals."""
    return seal.signing_key(settings.PILAR_SEAL_KEY or settings.SECRET_KEY)


def known_keys() -> tuple[str, ...]:
    """The public keys (hexadecimal digits) of this installation: the one it seals with, then those it sealed with."""
    now = signing_key().public_key().public_bytes_raw().hex()
    before = SealHead.objects.order_by("told__key").values_list("told__key", flat=True).distinct()
    return (now, *(key for key in before if key != now))


def sign_heads(*, at: datetime) -> int:
    """Sign a head over every scope that has grown, or that has none of this day; returns how many.

    Raises :class:`OutsideTransaction`.
    """
    key = signing_key()
    made = 0
    for scope in SealEntry.objects.order_by("scope").values_list("scope", flat=True).distinct():
        locks.take(_lock(scope))
        rows = list(SealEntry.objects.filter(scope=scope).order_by("number").values_list("leaf", "chain"))
        newest = SealHead.objects.filter(scope=scope).order_by("-pk").first()
        if newest is not None and newest.size == len(rows) and newest.signed_at.date() == at.date():
            continue
        leaves = [bytes.fromhex(leaf) for leaf, _chain in rows]
        told = seal.head(scope=scope, leaves=leaves, chain=rows[-1][1], at=at, key=key)
        SealHead.objects.create(scope=scope, size=told["size"], told=told, signed_at=at)
        made += 1
    return made


def seal_of(scope: str, subject: str) -> Seal | None:
    """Return where something stands; None if it was never sealed. Two queries."""
    entry = SealEntry.objects.filter(scope=scope, subject=subject).first()
    if entry is None:
        return None
    head = _covering(entry)
    signed = (head.signed_at, head.pk) if head else (None, None)
    return Seal(scope, entry.number, entry.leaf, entry.sealed_at, *signed)


def proof_of(scope: str, subject: str) -> dict[str, Any] | None:
    """The entry with its way to the first head that covers it, as ``seal_checker`` reads it; None without a head."""
    entry = SealEntry.objects.filter(scope=scope, subject=subject).first()
    head = _covering(entry) if entry else None
    if entry is None or head is None:
        return None
    rows = SealEntry.objects.filter(scope=scope, number__lte=head.size).order_by("number")
    leaves = [bytes.fromhex(leaf) for leaf in rows.values_list("leaf", flat=True)]
    path = [digest.hex() for digest in seal.inclusion(leaves, entry.number - 1)]
    return {"entry": json.loads(entry.text), "leaf": entry.leaf, "inclusion": path, "head": head.told}


def entries_of(scope: str) -> QuerySet[SealEntry, str]:
    """Return what was sealed in a scope, each as its canonical text, the newest first."""
    return SealEntry.objects.filter(scope=scope).order_by("-number").values_list("text", flat=True)


def register_of(scope: str) -> dict[str, Any]:
    """All leaves and heads of a scope, as ``seal_checker`` reads them; what was sealed itself stands in the proofs."""
    rows = SealEntry.objects.filter(scope=scope).order_by("number").values_list("leaf", "chain")
    heads = SealHead.objects.filter(scope=scope).order_by("pk").values_list("told", flat=True)
    leaves, chain = zip(*rows, strict=True) if rows else ((), ())
    return {"scope": scope, "leaves": list(leaves), "chain": list(chain), "heads": list(heads)}


def heads_of(scope: str, *, most: int) -> tuple[Head, ...]:
    """The last signed heads of a scope, the newest first."""
    rows = SealHead.objects.filter(scope=scope).order_by("-signed_at", "-pk")
    return tuple(Head(*row) for row in rows.values_list("signed_at", "size", "told__root")[:most])


def _covering(entry: SealEntry) -> SealHead | None:
    return SealHead.objects.filter(scope=entry.scope, size__gte=entry.number).order_by("pk").first()


def _lock(scope: str) -> str:
    return f"seal.{scope}"
