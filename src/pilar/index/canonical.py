"""Frozen dataclasses as plain content: what an instrument's hash, its sources and its differences are read from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import Field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

LATER = MappingProxyType({"later": True})
"""Metadata of a field that came after the first instruments: at its default it says nothing, and no hash changes."""


def fingerprint(content: object) -> str:
    """SHA-256 of the content as sorted JSON; numbers by value, so ``10`` and ``10.0`` are the same."""
    text = json.dumps(plain(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def addresses(content: object) -> tuple[str, ...]:
    """Every source that is an address, each once; those of the whole before those of its parts."""
    texts = [(what.count("."), text) for what, text in flat(plain(content)) if what.endswith("source")]
    texts.sort(key=lambda pair: pair[0])
    return tuple(dict.fromkeys(address for _, address in texts if address.startswith("http")))


def plain(value: object) -> object:
    """Dictionaries, lists, text and whole numbers only."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        content = {field.name: plain(getattr(value, field.name)) for field in fields(value) if _says(value, field)}
        return {**content, "kind": value.kind} if hasattr(value, "kind") else content
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    return value


def _says(value: object, field: Field[Any]) -> bool:
    return "later" not in field.metadata or getattr(value, field.name) != field.default


def flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every single statement of plain content: its dotted path and its text."""
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value, 1))
    else:
        yield path, "" if value is None else str(value)
        return
    for key, part in parts:
        yield from flat(part, f"{path}.{key}" if path else str(key))
