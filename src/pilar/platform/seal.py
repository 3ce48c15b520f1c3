"""Seals: what a register holds cannot be changed, removed or dated back without anybody being able to show it.

Pure. Entries are canonical bytes (RFC 8785 without fractions), chained by SHA-256 within a scope and leaves of a hash
tree (RFC 6962); a head over them is signed by Ed25519. What everybody needs to check a seal is in ``seal_checker``, a
file of its own that goes with the data; here is what makes one. The register itself: ``platform.sealing``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pilar.platform import seal_checker
from pilar.platform.seal_checker import canonical, leaf_hash, node_hash

KEY = b"pilar-seal-key\n"


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry as it is kept: its canonical text, and the hashes of its leaf and of the chain up to it."""

    number: int
    text: str
    leaf: str
    chain: str


def entry(
    *, scope: str, number: int, subject: str, content: Mapping[str, Any], at: datetime, before: str = ""
) -> Sealed:
    """The entry with the next number of a scope; ``before`` is the chain up to the one before it.

    Raises :class:`seal_checker.Refused` for content that is not text, whole numbers, lists and objects of these.
    """
    told = {
        "scope": scope, "number": number, "subject": subject, "sealed_at": moment(at), "content": dict(content)
    }  # fmt: skip
    text = canonical(told)
    leaf = leaf_hash(text)
    last = bytes.fromhex(before) if before else hashlib.sha256(seal_checker.CHAIN + scope.encode()).digest()
    return Sealed(number, text.decode(), leaf.hex(), hashlib.sha256(last + leaf).hexdigest())


def moment(at: datetime) -> str:
    """As seals write it: ``2026-11-30T06:00:00Z``."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def inclusion(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """The way from a leaf, counted from 0, to the root over all: what stands next to it at every step, bottom up."""
    return Tree(leaves).inclusion(place)


class Tree:
    """All nodes over leaves that stay as they are, for the person who asks for the ways of many of them."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(level := self._levels[-1]) > 1:
            pairs = [node_hash(*level[place : place + 2]) for place in range(0, len(level) - 1, 2)]
            self._levels.append(pairs + level[len(pairs) * 2 :])

    def inclusion(self, place: int) -> list[bytes]:
        """As :func:`inclusion`, without computing anything."""
        if not 0 <= place < len(self._levels[0]):
            raise ValueError("no such leaf")
        beside = ((level, (place >> above) ^ 1) for above, level in enumerate(self._levels[:-1]))
        return [level[other] for level, other in beside if other < len(level)]


def consistency(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """The proof that the first ``size`` leaves are the beginning of all of them."""
    if not 0 < size <= len(leaves):
        raise ValueError("no such size")
    return _consistent(leaves, size, whole=True)


def _consistent(leaves: Sequence[bytes], size: int, *, whole: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if whole else [seal_checker.root_of(list(leaves))]
    split = _split(len(leaves))
    if size <= split:
        return [*_consistent(leaves[:split], size, whole=whole), seal_checker.root_of(list(leaves[split:]))]
    left = seal_checker.root_of(list(leaves[:split]))
    return [*_consistent(leaves[split:], size - split, whole=False), left]


def _split(count: int) -> int:
    """The largest power of two below a count."""
    return 1 << (count - 1).bit_length() - 1


def signing_key(secret: str) -> Ed25519PrivateKey:
    """The key of an installation, from a random text that stands outside the database."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(KEY + secret.encode()).digest())


def head(*, scope: str, leaves: Sequence[bytes], chain: str, at: datetime, key: Ed25519PrivateKey) -> dict[str, Any]:
    """A signed head over the leaves of a scope, as it is published."""
    told: dict[str, Any] = {
        "scope": scope,
        "size": len(leaves),
        "root": seal_checker.root_of(list(leaves)).hex(),
        "chain": chain,
        "signed_at": moment(at),
        "key": key.public_key().public_bytes_raw().hex(),
    }
    return told | {"signature": key.sign(seal_checker.head_bytes(told)).hex()}


__all__ = [
    "Sealed",
    "Tree",
    "canonical",
    "consistency",
    "entry",
    "head",
    "inclusion",
    "leaf_hash",
    "moment",
    "node_hash",
    "signing_key",
]
