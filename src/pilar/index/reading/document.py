"""YAML with positions: text becomes located values, so that every fault can name its line.

Scalars stay text: a number must never pass through binary floating point. Aliases, tags and a second document are
refused; nothing is ever constructed but the three classes below.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from pilar.index.faults import Fault

MAX_BYTES = 1_000_000
MAX_NESTING = 64
NULLS = ("", "~", "null")
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Scalar:
    """``text`` is ``None`` for an empty value."""

    line: int
    text: str | None


@dataclass
class Sequence:
    line: int
    items: list[Value] = field(default_factory=list)


@dataclass
class Mapping:
    """Entries in the order of the file, a repeated key included."""

    line: int
    entries: list[tuple[Scalar, Value]] = field(default_factory=list)


Value: TypeAlias = Scalar | Sequence | Mapping


class Refused(Exception):
    """The text is no document that can be read further."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def load(text: str, name: str) -> Value:
    """The document's root value; :class:`Refused` at the first fault, since nothing after it can be trusted."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise Refused(Fault("too-large", "The file is larger than %(limit)s bytes.", {"limit": MAX_BYTES}, name))
    try:
        return _build(yaml.parse(text, Loader=Loader), name)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or type(error).__name__
        place = f"{name}, line {mark.line + 1}" if mark else name
        raise Refused(Fault("yaml", "This is not valid YAML: %(problem)s.", {"problem": problem}, place)) from None


def _build(events: Iterator[yaml.Event], name: str) -> Value:
    roots: list[Value] = []
    builder = _Builder()
    for event in events:
        line = event.start_mark.line + 1 if event.start_mark else 1
        place = f"{name}, line {line}"
        if isinstance(event, yaml.DocumentStartEvent) and roots:
            raise Refused(Fault("documents", "The file holds more than one YAML document.", {}, place))
        tag = getattr(event, "tag", None)
        if tag:
            raise Refused(Fault("tag", "YAML tags such as %(tag)s are not allowed.", {"tag": tag}, place))
        found = builder.take(event, line, place)
        if found is not None:
            roots.append(found)
    if not roots:
        raise Refused(Fault("empty", "The file is empty.", {}, name))
    return roots[0]


@dataclass
class _Builder:
    open: list[Sequence | Mapping] = field(default_factory=list)
    anchors: list[str | None] = field(default_factory=list)
    keys: list[Scalar | None] = field(default_factory=list)

    def take(self, event: yaml.Event, line: int, place: str) -> Value | None:
        """Take one event; returns a value when the outermost one is complete."""
        if isinstance(event, yaml.AliasEvent):
            if event.anchor in self.anchors:
                raise Refused(Fault("cycle", "The alias *%(alias)s makes a cycle.", {"alias": event.anchor}, place))
            raise Refused(
                Fault(
                    "alias", "The alias *%(alias)s is not allowed; name a mark instead.", {"alias": event.anchor}, place
                )
            )
        if isinstance(event, yaml.ScalarEvent):
            null = event.style in (None, "") and event.value.lower() in NULLS
            return self._put(Scalar(line, None if null else event.value), place)
        if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            if len(self.open) >= MAX_NESTING:
                raise Refused(
                    Fault("nesting", "Values are nested deeper than %(limit)s.", {"limit": MAX_NESTING}, place)
                )
            self.open.append(Mapping(line) if isinstance(event, yaml.MappingStartEvent) else Sequence(line))
            self.anchors.append(event.anchor)
            self.keys.append(None)
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            self.anchors.pop()
            self.keys.pop()
            return self._put(self.open.pop(), place)
        return None

    def _put(self, value: Value, place: str) -> Value | None:
        if not self.open:
            return value
        holder = self.open[-1]
        if isinstance(holder, Sequence):
            holder.items.append(value)
        elif self.keys[-1] is not None:
            holder.entries.append((self.keys[-1], value))
            self.keys[-1] = None
        elif isinstance(value, Scalar):
            self.keys[-1] = value
        else:
            raise Refused(Fault("key", "A key must be a word.", {}, place))
        return None
