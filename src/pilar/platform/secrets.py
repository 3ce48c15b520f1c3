"""Fields that the database keeps encrypted: who has only the database, or a dump of it, reads none of them.

AES-256-GCM by a key that stands outside the database (``PILAR_FIELD_KEYS``, otherwise made from ``SECRET_KEY``). A kept
text names its key, so that a new first key takes over while older ones still decrypt; ``./pilar migrate`` then writes
all again. ``context`` (``people.totp``) is bound to the text: moved into another field, it does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

from pilar.platform import audit
from pilar.platform.actors import Actor
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

MARK = "pilar1"
"""How every kept text begins; no text of a person does."""
NONCE = 12


class Unreadable(PilarError):
    """The key is missing, or the text was changed or moved."""

    code = "secret-unreadable"
    status = 500
    sentence = N_(
        "What was stored encrypted cannot be read: the key “%(key)s” is missing, or the text was changed. Give the key "
        "again in PILAR_FIELD_KEYS"
    )


@dataclass(frozen=True, slots=True)
class _Key:
    """``name`` says which it is and nothing about it; one part encrypts, another makes hashes for lookup."""

    name: str
    encrypts: bytes
    looks_up: bytes


def encrypt(text: str, *, context: str) -> str:
    """The text as it is kept: ``pilar1.<key>.<base64>``; twice the same text is never kept alike."""
    key = _keys()[0]
    nonce = os.urandom(NONCE)
    sealed = nonce + AESGCM(key.encrypts).encrypt(nonce, text.encode(), context.encode())
    return f"{MARK}.{key.name}.{urlsafe_b64encode(sealed).decode()}"


def decrypt(kept: str, *, context: str) -> str:
    """The text again. Raises :class:`Unreadable`; personal data are read by :func:`read`, which leaves a trace."""
    _mark, _dot, rest = kept.partition(".")
    name, _dot, written = rest.partition(".")
    key = next((__key for __key in _keys() if __key.name == name), None)
    if key is None or _mark != MARK:
        raise Unreadable(key=name)
    try:
        sealed = urlsafe_b64decode(written)
        return AESGCM(key.encrypts).decrypt(sealed[:NONCE], sealed[NONCE:], context.encode()).decode()
    except (InvalidTag, ValueError):
        raise Unreadable(key=name) from None


def read(kept: str, *, context: str, by: Actor, key: object, area: str = "") -> str:
    """The text for somebody who may read it, which the audit log keeps. Raises :class:`Unreadable`."""
    text = decrypt(kept, context=context)
    audit.read(by, context, key, rows=1, area=area)
    return text


def is_encrypted(kept: str) -> bool:
    """Return whether a text was kept by this module; anything else is from before."""
    return kept.startswith(f"{MARK}.")


def renewed(kept: str, *, context: str) -> str | None:
    """The text re-encrypted with the first key, also one that was never encrypted; None if it is kept so already."""
    if kept.startswith(f"{MARK}.{_keys()[0].name}."):
        return None
    return encrypt(decrypt(kept, context=context) if is_encrypted(kept) else kept, context=context)


def renew_rows(
    model: type[models.Model], *fields: str, also: Callable[[str, Kept], dict[str, Any]] | None = None
) -> int:
    """Re-encrypt what rows have in these fields under an older key; returns how many. ``also``: what else changes
    then."""
    count = 0
    for row in model._base_manager.select_for_update().order_by("pk"):
        changed: dict[str, Any] = {}
        for name in fields:
            kept: Kept | None = getattr(row, name)
            text = None if kept is None else renewed(kept.text, context=kept.context)
            if kept is not None and text is not None:
                changed |= {name: Kept(text, kept.context), **(also(name, kept) if also else {})}
        if changed:
            model._base_manager.filter(pk=row.pk).update(**changed)
            count += 1
    return count


def lookup(text: str, *, context: str) -> str:
    """A keyed hash to find a text by, and to keep it unique; anyone who has no key cannot try texts against it."""
    return _hashed(_keys()[0], text, context)


def lookups(text: str, *, context: str) -> tuple[str, ...]:
    """The hash by every key, the first one first: what to ask for until all rows are re-encrypted."""
    return tuple(_hashed(key, text, context) for key in _keys())


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """The content of an encrypted field: only :meth:`read` opens it, and no page shows it by accident."""

    text: str
    context: str

    def read(self, *, by: Actor, key: object, area: str = "") -> str:
        """As :func:`read`."""
        return read(self.text, context=self.context, by=by, key=key, area=area)

    def __str__(self) -> str:
        return "•••"

    __repr__ = __str__


class EncryptedField(models.TextField):  # type: ignore[type-arg]
    """A column that takes a text and gives a :class:`Kept`; ``context`` is named for it, ``room.thing.field``."""

    def __init__(self, *, context: str, **given: Any) -> None:
        self.context = context
        super().__init__(**given)

    def deconstruct(self) -> Any:
        name, path, positional, named = super().deconstruct()
        return name, path, positional, {**named, "context": self.context}

    def from_db_value(self, value: str | None, *_given: object) -> Kept | None:
        return None if value is None else Kept(value, self.context)

    def get_prep_value(self, value: Any) -> str | None:
        """A text is encrypted; what was read from a row goes back as it is."""
        if value is None:
            return None
        return value.text if isinstance(value, Kept) else encrypt(str(value), context=self.context)


def _hashed(key: _Key, text: str, context: str) -> str:
    digest = hmac.new(key.looks_up, f"{context}\0{text}".encode(), hashlib.sha256).hexdigest()
    return f"{key.name}.{digest}"


def _keys() -> tuple[_Key, ...]:
    """The keys in their order: those that are given, then the one of ``SECRET_KEY``."""
    return _made(settings.PILAR_FIELD_KEYS, settings.SECRET_KEY)


@lru_cache(maxsize=8)
def _made(given: str, secret_key: str) -> tuple[_Key, ...]:
    texts = [key.strip() for key in given.split(",") if key.strip()]
    return tuple(map(_key, dict.fromkeys([*texts, secret_key])))


def _key(text: str) -> _Key:
    made = HKDF(SHA256(), 72, salt=None, info=b"pilar encrypted fields").derive(text.encode())
    return _Key(made[64:68].hex(), made[:32], made[32:64])
