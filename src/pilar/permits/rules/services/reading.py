"""Convert a definition from YAML or JSON to a Service and back: ``read(written(service)) == service``.

The frozen rows of a service are the schema: the type of a field determines what its key accepts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from pilar.permits.rules.services.definition import Service
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, Bilingual

PATTERNS = {"key": re.compile(r"[a-z][a-z0-9-]{0,59}"), "region": re.compile(r"\d\d\.\d\d")}
"""The required form of the texts of these keys."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""Keys that an expression can name: a field of the form, a figure of a formula."""
MOST, LONGEST, DEEPEST = 100, 1000, 8
"""Limits: rows of a list, characters of a text, levels of a form."""


def read(given: Any) -> Service:
    """Read a service from its definition; raises Faults with everything that cannot be read, each with its place."""
    faults: list[Fault] = []
    service: Service = _built(Service, given, "", faults)
    if faults:
        raise Faults(faults)
    return service


def written(service: Service) -> dict[str, Any]:
    """The definition for JSON: texts, whole numbers, lists, mappings; default values are left out."""
    kept: dict[str, Any] = _plain(service)
    return kept


def _built(kind: Any, given: Any, place: str, faults: list[Fault]) -> Any:  # noqa: PLR0911 - one a kind of type
    """Build a value of the wanted type; if it cannot be read, add a fault and return None."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return _built(inner[0], given, place, faults)
    if is_dataclass(kind) and kind is not Bilingual:
        return _row(kind, given, place, faults)
    try:
        if origin is tuple:
            rows = _many(given, list)
            return tuple(_built(inner[0], row, f"{place}.{at}", faults) for at, row in enumerate(rows))
        if origin is not None and inner[1] is not Any:
            rows = _many(given, dict)
            return {_name(name): _built(inner[1], row, f"{place}.{name}", faults) for name, row in rows.items()}
        if (pattern := PATTERNS.get(place.rpartition(".")[2])) is not None:
            return _text(given if pattern.fullmatch(given) else None)
        return kind(given) if isinstance(kind, type) and issubclass(kind, StrEnum) else _READERS[kind](given)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
        sentence = N_("“%(given)s” cannot stand here")
        faults.append(Fault("unfit-value", sentence, {"given": str(given)[:80]}, place))
        return None


def _row(kind: Any, given: Any, place: str, faults: list[Fault]) -> Any:
    if not isinstance(given, Mapping):
        faults.append(Fault("no-mapping", N_("Keys with their values are expected here"), {}, place))
        return None
    before, values = len(faults), {}
    hints = _hints(kind)
    for field in fields(kind):
        at, value = f"{place}.{field.name}".lstrip("."), given.get(field.name)
        if value not in (None, ""):
            values[field.name] = _built(hints[field.name], value, at, faults)
        elif field.default is MISSING and field.default_factory is MISSING:
            faults.append(Fault("no-key", N_("A value is needed here"), {}, at))
    for name in sorted(str(name) for name in given if name not in hints):
        faults.append(Fault("unknown-key", N_("Nobody knows this key"), {}, f"{place}.{name}".lstrip(".")[:80]))
    try:
        return kind(**values) if len(faults) == before else None
    except ValueError:
        faults.append(Fault("unfit-value", N_("“%(given)s” cannot stand here"), {"given": str(given)[:80]}, place))
        return None


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _plain(value: Any) -> Any:
    if isinstance(value, Bilingual):
        return {"id": value.id} if value.en == value.id else {"id": value.id, "en": value.en}
    if is_dataclass(value):
        return {
            field.name: _plain(part)
            for field in fields(value)
            if (part := getattr(value, field.name)) not in (field.default, None, (), {})
        }
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return f"{value:f}" if isinstance(value, Decimal) else value.value if isinstance(value, StrEnum) else value


def _many(given: Any, kind: type) -> Any:
    if not isinstance(given, kind | tuple) or len(given) > MOST:
        raise TypeError(given)
    return given


def _name(given: Any) -> str:
    return _text(given)[:60] or _text(None)


def _text(given: Any) -> str:
    if not isinstance(given, str) or len(given) > LONGEST or "\0" in given:
        raise ValueError(given)
    return " ".join(given.split())


def _both(given: Any) -> Bilingual:
    if set(given) - {"id", "en"} or not _text(given["id"]):
        raise ValueError(given)
    return Bilingual(_text(given["id"]), _text(given.get("en") or given["id"]))


def _count(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= 1000:
        raise ValueError(given)
    return given


def _decimal(given: Any) -> Decimal:
    amount = Decimal(given if type(given) is int else _text(given))
    if not amount.is_finite() or not 0 <= amount < 10**15 or amount != round(amount, 6):
        raise ValueError(given)
    return amount


def _flag(given: Any) -> bool:
    if not isinstance(given, bool):
        raise TypeError(given)
    return given


def _form(given: Any) -> dict[str, Any]:
    """A mapping of texts, whole numbers, flags, lists and mappings, not too deep, and without floating-point
    numbers."""
    if not isinstance(given, Mapping) or not _keepable(given, DEEPEST) or not _drawable(given.get("properties", {})):
        raise ValueError(given)
    form: dict[str, Any] = _plain(given)
    if isinstance(known := form.get("properties"), dict) and known:
        # The database stores the keys of a mapping in its own order.
        order = form.get("x-order")
        form["x-order"] = order if isinstance(order, list) and sorted(map(str, order)) == sorted(known) else [*known]
    return form


def _drawable(properties: Any) -> bool:
    """Return whether each field of a form is a mapping whose texts are texts and whose answers are a list with
    names."""
    return isinstance(properties, Mapping) and all(
        isinstance(part, Mapping)
        and isinstance(part.get("enum", []), list)
        and all(isinstance(each, str) for name, each in part.items() if name in _TEXTS)
        and all(isinstance(each, Mapping) for each in _many(part.get("x-labels", {}), dict).values())
        for part in properties.values()
    )


_TEXTS = ("type", "format", "title", "description", "x-title-en", "x-group", "x-group-en", "x-show")


def _keepable(value: Any, depth: int) -> bool:
    if isinstance(value, Mapping):
        return depth > 0 and all(isinstance(name, str) and _keepable(part, depth - 1) for name, part in value.items())
    if isinstance(value, list | tuple):
        return depth > 0 and all(_keepable(part, depth - 1) for part in value)
    return value is None or isinstance(value, bool | int) or (isinstance(value, str) and "\0" not in value)


_READERS: Mapping[Any, Callable[[Any], Any]] = {
    str: _text, Bilingual: _both, int: _count, bool: _flag, Decimal: _decimal, Mapping[str, Any]: _form,
}  # fmt: skip
