"""Record in the code on a signed document: at most 200 bytes, verifiable by itself.

It names the document (kind, scope, number, day) and the SHA-256 of its pages, and is signed (Ed25519) by the key that
seals registers (``platform.seal``). Anyone who knows the public key checks it without asking anybody.

Bytes: version (1), key (8: the first of the SHA-256 of the public key), day (2: days since 2000-01-01), SHA-256 (32),
kind, scope and number (each its length in one byte, then UTF-8), signature (64). There is one way to write a record.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VERSION = 1
MARK = b"pilar-document\n"
"""Stands before the bytes that are signed: what the key signs for another purpose is never a record."""
DAY_ZERO = date(2000, 1, 1)
KEY, DAY, HASH, SIGNATURE = 8, 2, 32, 64
LONGEST = {"kind": 24, "scope": 16, "number": 50}
"""Bytes of each text; with all of them a record has 200 bytes."""
HEAD = 1 + KEY + DAY + HASH
CUT = "…"


class NotARecord(ValueError):
    """A text that is no record, or not written as records are."""


@dataclass(frozen=True, slots=True)
class Record:
    """The record in a code about its document; ``sha256`` in hexadecimal digits. Raises ValueError for what does not
    fit."""

    kind: str
    scope: str
    number: str
    day: date
    sha256: str

    def __post_init__(self) -> None:
        if any(len(getattr(self, name).encode()) > most for name, most in LONGEST.items()):
            raise ValueError("a text is too long for a record")
        if len(bytes.fromhex(self.sha256)) != HASH or not 0 <= (self.day - DAY_ZERO).days < 1 << 8 * DAY:
            raise ValueError("a day or hash that no record holds")


@dataclass(frozen=True, slots=True)
class SignedRecord:
    """A record with the key that it names and a signature, of which nothing is known until :meth:`holds` says so."""

    record: Record
    key: bytes
    signature: bytes

    def holds(self, public_key: str) -> bool:
        """Return whether the key (hexadecimal digits) is the one named and has signed exactly this."""
        raw = bytes.fromhex(public_key)
        if key_id(raw) != self.key:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(self.signature, MARK + _body(self.record, self.key))
        except InvalidSignature:
            return False
        return True


def key_id(public_key: bytes) -> bytes:
    return hashlib.sha256(public_key).digest()[:KEY]


def fitted(number: str) -> str:
    """A number as a record holds it: one that is too long is cut, and says so."""
    most = LONGEST["number"]
    if len(number.encode()) <= most:
        return number
    return number.encode()[: most - len(CUT.encode())].decode(errors="ignore") + CUT


def written(record: Record, key: Ed25519PrivateKey) -> str:
    """The signed record as it stands in an address (base64url without padding)."""
    body = _body(record, key_id(key.public_key().public_bytes_raw()))
    return _text(body + key.sign(MARK + body))


def read(text: str) -> SignedRecord:
    """The record in an address; raises :class:`NotARecord` for any text that :func:`written` would not write."""
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        body, signature = content[:-SIGNATURE], content[-SIGNATURE:]
        rest = body[HEAD:]
        said = {}
        for name in LONGEST:
            length = rest[0]
            said[name] = rest[1 : 1 + length].decode()
            rest = rest[1 + length :]
        day = DAY_ZERO + timedelta(days=int.from_bytes(body[1 + KEY : 1 + KEY + DAY], "big"))
        record = Record(said["kind"], said["scope"], said["number"], day, body[HEAD - HASH : HEAD].hex())
    except (binascii.Error, IndexError, ValueError) as error:
        raise NotARecord(text[:40]) from error
    key = body[1 : 1 + KEY]
    if len(signature) != SIGNATURE or _text(_body(record, key) + signature) != text:
        raise NotARecord(text[:40])
    return SignedRecord(record, key, signature)


def _body(record: Record, key: bytes) -> bytes:
    texts = [text.encode() for text in (record.kind, record.scope, record.number)]
    return b"".join(
        (
            bytes([VERSION]),
            key,
            (record.day - DAY_ZERO).days.to_bytes(DAY, "big"),
            bytes.fromhex(record.sha256),
            *(bytes([len(text)]) + text for text in texts),
        )
    )


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
