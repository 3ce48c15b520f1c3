"""Frozen rows made of what is stored: a field that has the same name on both sides is named once, by the row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import Enum
from functools import cache
from typing import Any, TypeVar, get_type_hints

Row = TypeVar("Row")


def row_of(kind: type[Row], stored: Any, **said: Any) -> Row:
    """Build a row: what ``said`` does not give is read off ``stored`` by the name of the field.

    An enum is made of its stored value, and ``key`` is the primary key of a model.
    """
    readers = _readers(kind)  # type: ignore[arg-type]  # mypy does not know that a class can be hashed
    read = {name: take(stored) for name, take in readers.items() if name not in said}
    return kind(**read, **said)


@cache
def _readers(kind: type) -> Mapping[str, Callable[[Any], Any]]:
    hints = get_type_hints(kind)
    return {field.name: _reader(field.name, hints[field.name]) for field in fields(kind)}


def _reader(name: str, kind: Any) -> Callable[[Any], Any]:
    stored = "pk" if name == "key" else name
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda row: kind(getattr(row, stored))
    return lambda row: getattr(row, stored)
