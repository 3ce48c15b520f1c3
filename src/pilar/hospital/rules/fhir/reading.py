"""Validate FHIR sent by others: each fault with its place, by the standard's definitions and invariants. Pure.

A :class:`Fault` has the issue type of FHIR as its code (``required``, ``structure``, ``value``, ``code-invalid``,
``invariant``, ``not-supported``) and a FHIRPath as its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pilar.platform.errors import Fault
from pilar.platform.language import N_

DEEPEST = 24
"""How deeply elements may be nested: real bookings stay far below, malicious documents exceed it."""


@dataclass(frozen=True, slots=True)
class Element:
    type: str
    needed: bool
    many: bool
    codes: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Definitions:
    """``types`` by name; ``resources`` are those that a document may be."""

    types: Mapping[str, Mapping[str, Element]]
    resources: frozenset[str]


def faults_of(given: Any, known: Definitions) -> tuple[Fault, ...]:
    """All faults of a resource; empty if it is valid."""
    return tuple(_resource(given, "", known, 0))


def _resource(given: Any, place: str, known: Definitions, depth: int) -> Iterator[Fault]:
    kind = given.get("resourceType") if isinstance(given, dict) else None
    if not isinstance(kind, str):
        yield Fault("structure", N_("Send a FHIR resource: a JSON object with “resourceType”"), {}, place)
    elif kind not in known.resources:
        yield Fault(
            "not-supported", N_("Resources of the type “%(name)s” are not read here"), {"name": kind[:64]}, place
        )
    else:
        faults = tuple(_object(given, kind, place or kind, known, depth))
        yield from faults
        if not faults and (judge := INVARIANTS.get(kind)):
            yield from judge(given, place or kind)


def _object(given: Any, kind: str, place: str, known: Definitions, depth: int) -> Iterator[Fault]:
    if not isinstance(given, dict):
        yield Fault("structure", N_("Write an object here"), {}, place)
        return
    if not given or depth > DEEPEST:
        yield Fault("structure", N_("An element is neither empty nor deeper than any of FHIR"), {}, place)
        return
    elements = known.types[kind]
    for name in given:
        element = elements.get(name.removeprefix("_"))
        if element is None or (name.startswith("_") and not _primitive(element.type)):
            yield Fault("structure", N_("There is no such element, or it is not read here"), {}, f"{place}.{name[:64]}")
        elif name.startswith("_"):
            yield from _list(
                given[name],
                element.many,
                f"{place}.{name}",
                lambda value, at: _object(value, "Element", at, known, depth + 1),
            )
        else:
            yield from _list(given[name], element.many, f"{place}.{name}", _judge(element, known, depth))
    for name, element in elements.items():
        if element.needed and name not in given and f"_{name}" not in given:
            yield Fault("required", N_("This element is needed"), {}, f"{place}.{name}")
    yield from GENERAL.get(kind, _nothing)(given, place)


def _judge(element: Element, known: Definitions, depth: int) -> Callable[[Any, str], Iterator[Fault]]:
    def judge(value: Any, place: str) -> Iterator[Fault]:
        if element.type == "resource":
            yield from _resource(value, place, known, depth + 1)
        elif not _primitive(element.type):
            yield from _object(value, element.type, place, known, depth + 1)
        elif not PRIMITIVES[element.type](value):
            yield Fault("value", N_("This is no value of the type “%(type)s”"), {"type": element.type}, place)
        elif element.codes is not None and value not in element.codes:
            sentence = N_("Choose one of these codes: %(codes)s")
            yield Fault("code-invalid", sentence, {"codes": ", ".join(sorted(element.codes))}, place)

    return judge


def _list(given: Any, many: bool, place: str, judge: Callable[[Any, str], Iterator[Fault]]) -> Iterator[Fault]:
    if isinstance(given, list) != many or given == []:
        sentence = N_("Write a list here") if many else N_("Write one value here, no list")
        yield Fault("structure", sentence, {}, place)
    elif many:
        for at, element in enumerate(given):
            yield from judge(element, f"{place}[{at}]")
    else:
        yield from judge(given, place)


def _primitive(kind: str) -> bool:
    return kind in PRIMITIVES


def _matches(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern, re.DOTALL)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _whole(least: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value < 2**31


def _moment(pattern: str) -> Callable[[Any], bool]:
    """Check the notation of FHIR, and that the day and hour exist."""
    written = _matches(pattern)

    def is_moment(value: Any) -> bool:
        if not written(value):
            return False
        day, _t, clock = value.partition("T")
        try:
            date.fromisoformat((day + "-01-01")[:10] if len(day) < 10 else day)
            return not clock or bool(read_moment(value))
        except ValueError:
            return False

    return is_moment


def read_moment(written: str) -> datetime:
    """A moment of FHIR; digits beyond a microsecond are cut."""
    cut = re.sub(r"(\.\d{6})\d+", r"\1", written)
    return datetime.fromisoformat(cut).astimezone(UTC)


YEAR, MONTH, DAY = r"(?!0000)\d{4}", r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
CLOCK = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
ZONE = r"(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)"
STRING = r"(?=.*\S)[\t\n\r\x20-\U0010FFFF]{1,65536}"
PRIMITIVES: dict[str, Callable[[Any], bool]] = {
    "string": _matches(STRING), "markdown": _matches(STRING), "xhtml": _matches(r"<div[ >].*</div>"),
    "code": _matches(r"[^\s]+(\s[^\s]+)*"), "id": _matches(r"[A-Za-z0-9\-.]{1,64}"),
    "uri": _matches(r"\S+"), "canonical": _matches(r"\S+"),
    "boolean": lambda value: isinstance(value, bool),
    "integer": _whole(-(2**31)), "unsignedInt": _whole(0), "positiveInt": _whole(1),
    "decimal": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "instant": _moment(f"{YEAR}-{MONTH}-{DAY}T{CLOCK}{ZONE}"),
    "dateTime": _moment(f"{YEAR}(-{MONTH}(-{DAY}(T{CLOCK}{ZONE})?)?)?"),
    "date": _moment(f"{YEAR}(-{MONTH}(-{DAY})?)?"),
    "time": _matches(CLOCK),
}  # fmt: skip


def _nothing(_given: Mapping[str, Any], _place: str) -> Iterator[Fault]:
    return iter(())


def _invariant(holds: bool, name: str, sentence: str, place: str) -> Iterator[Fault]:
    if not holds:
        yield Fault("invariant", sentence, {"rule": name}, place)


def _extension(given: Mapping[str, Any], place: str) -> Iterator[Fault]:
    values = sum(name.startswith("value") for name in given) + ("extension" in given)
    yield from _invariant(values == 1, "ext-1", N_("An extension has one value (%(rule)s)"), place)


def _period(given: Mapping[str, Any], place: str) -> Iterator[Fault]:
    start, end = given.get("start"), given.get("end")
    ordered = not (isinstance(start, str) and isinstance(end, str)) or not _after(start, end)
    yield from _invariant(ordered, "per-1", N_("A period does not end before it begins (%(rule)s)"), place)


def _after(start: str, end: str) -> bool:
    """Return whether two moments are certainly in the wrong order; moments within a day are compared by their
    beginning."""
    if "T" in start and "T" in end and PRIMITIVES["dateTime"](start) and PRIMITIVES["dateTime"](end):
        return read_moment(start) > read_moment(end)
    shared = min(len(start.partition("T")[0]), len(end.partition("T")[0]))
    return start[:shared] > end[:shared]


GENERAL = {"Extension": _extension, "Period": _period}
"""Invariants of parts, anywhere in a resource."""


def _appointment(given: Mapping[str, Any], place: str) -> Iterator[Fault]:
    """Check app-1 to app-4, and that it does not end before it begins."""
    for at, participant in enumerate(given["participant"]):
        sentence = N_("A participant has a type or an actor (%(rule)s)")
        yield from _invariant(
            "type" in participant or "actor" in participant, "app-1", sentence, f"{place}.participant[{at}]"
        )
    start, end, status = given.get("start"), given.get("end"), given.get("status")
    sentence = N_("Give start and end together, or neither (%(rule)s)")
    yield from _invariant((start is None) == (end is None), "app-2", sentence, place)
    sentence = N_("An appointment of this status has start and end (%(rule)s)")
    open_ended = status in ("proposed", "cancelled", "waitlist")
    yield from _invariant(open_ended or bool(start and end), "app-3", sentence, place)
    sentence = N_("Only an appointment that is cancelled or was missed has a reason for it (%(rule)s)")
    ended = status in ("cancelled", "noshow") or "cancelationReason" not in given
    yield from _invariant(ended, "app-4", sentence, f"{place}.cancelationReason")
    yield from _ordered(given, place)


def _ordered(given: Mapping[str, Any], place: str) -> Iterator[Fault]:
    start, end = given.get("start"), given.get("end")
    if start and end and read_moment(start) >= read_moment(end):
        yield Fault("invariant", N_("The end comes after the start"), {}, f"{place}.end")


INVARIANTS: dict[str, Callable[[Mapping[str, Any], str], Iterator[Fault]]] = {
    "Appointment": _appointment,
    "Slot": _ordered,
}
"""Invariants of whole resources, checked once their structure is valid."""
