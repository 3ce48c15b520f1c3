"""Plain values of a file as the parameters of an operation take them, by the operation's own types."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from inspect import signature
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


@cache
def parameters(function: Callable[..., Any]) -> Mapping[str, Any]:
    """The type of each parameter."""
    hints = get_type_hints(function)
    return {name: hints.get(name, Any) for name in signature(function).parameters}


def fit(kind: Any, value: Any) -> Any:
    """``value`` as something of this type: a dataclass from a mapping or a list, an enum from its value, and so on.

    What is of the type already stays as it is. ``ValueError`` or ``TypeError`` for what does not fit.
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _one_of(arguments, value)
    if origin is not None:
        return _many(origin, arguments, value)
    if kind is Any or not isinstance(kind, type) or (isinstance(value, kind) and not isinstance(value, datetime)):
        return value
    return _single(kind, value)


def _single(kind: type, value: Any) -> Any:
    if kind is date and isinstance(value, datetime):
        return value.date()
    if kind is Decimal:
        return Decimal(str(value))
    if issubclass(kind, Enum):
        return kind(value)
    if is_dataclass(kind) and isinstance(value, Mapping):
        hints = _hints(kind)
        return kind(**{name: fit(hints.get(name, Any), content) for name, content in value.items()})
    if is_dataclass(kind) and isinstance(value, list | tuple):
        hints = _hints(kind)
        return kind(*(fit(hints[field.name], content) for field, content in zip(fields(kind), value, strict=False)))
    return value


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _one_of(kinds: Collection[Any], value: Any) -> Any:
    """As the only type that there is besides None, or the one that has the fields of a mapping."""
    if value is None and NoneType in kinds:
        return None
    wanted = [kind for kind in kinds if kind is not NoneType]
    if isinstance(value, Mapping):
        wanted = [
            kind for kind in wanted if is_dataclass(kind) and value.keys() <= {field.name for field in fields(kind)}
        ]
    return fit(wanted[0], value) if len(wanted) == 1 else value


def _many(origin: Any, arguments: Sequence[Any], value: Any) -> Any:
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key, content = arguments
        return {fit(key, name): fit(content, content_of) for name, content_of in value.items()}
    if origin is tuple and arguments[-1] is not Ellipsis:
        return tuple(fit(kind, content) for kind, content in zip(arguments, value, strict=True))
    if isinstance(origin, type) and issubclass(origin, Iterable) and isinstance(value, Iterable):
        made = [fit(arguments[0], content) for content in value]
        if issubclass(origin, tuple):
            return tuple(made)
        return frozenset(made) if issubclass(origin, AbstractSet) else made
    return value
