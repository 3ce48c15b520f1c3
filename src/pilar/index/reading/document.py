"""YAML with positions: text becomes located values, so that every fault can name its line.

Scalars stay text: a number must never pass through binary floating point. Aliases, tags and a second document are
refused; nothing is ever constructed but the three classes below. An alias or a tag leaves a refused scalar in its
place, so that the rest of the document is read and its faults are told in the same breath.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from pilar.index.faults import Fault, at_line

MAX_BYTES = 1_000_000
MAX_NESTING = 64
NULLS = ("", "~", "null")
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Scalar:
    """``text`` is ``None`` for an empty value, and for one that was ``refused``: its fault is already told."""

    line: int
    text: str | None
    refused: bool = False


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
    """The text is no document that can be read further; the fault is the last one told."""


def load(text: str, name: str, faults: list[Fault]) -> Value:
    """The document's root value; what is wrong with it is added to ``faults``.

    Raises :class:`Refused` at a fault after which nothing can be trusted.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        faults.append(Fault("too-large", "The file is larger than %(limit)s bytes.", {"limit": MAX_BYTES}, name))
        raise Refused
    try:
        return _build(yaml.parse(text, Loader=Loader), name, faults)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or type(error).__name__
        fault = Fault("yaml", "This is not valid YAML: %(problem)s.", {"problem": problem}, name)
        faults.append(at_line(fault, name, mark.line + 1) if mark else fault)
        raise Refused from None


def _build(events: Iterator[yaml.Event], name: str, faults: list[Fault]) -> Value:
    roots: list[Value] = []
    builder = _Builder(name, faults)
    for event in events:
        builder.line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent) and roots:
            builder.tell(Fault("documents", "The file holds more than one YAML document."))
            raise Refused
        node = builder.take(event)
        if node is not None:
            roots.append(node)
    if not roots:
        faults.append(Fault("empty", "The file is empty.", {}, name))
        raise Refused
    return roots[0]


@dataclass
class _Builder:
    name: str
    faults: list[Fault]
    line: int = 1
    open: list[Sequence | Mapping] = field(default_factory=list)
    anchors: list[str | None] = field(default_factory=list)
    keys: list[Scalar | None] = field(default_factory=list)

    def take(self, event: yaml.Event) -> Value | None:
        """Take one event; returns a value when the outermost one is complete."""
        tag = getattr(event, "tag", None)
        if tag:
            self.tell(Fault("tag", "YAML tags such as %(tag)s are not allowed.", {"tag": tag}))
        if isinstance(event, yaml.AliasEvent):
            fields = {"alias": event.anchor}
            if event.anchor in self.anchors:
                self.tell(Fault("cycle", "The alias *%(alias)s makes a cycle.", fields))
            else:
                self.tell(Fault("alias", "The alias *%(alias)s is not allowed; name a mark instead.", fields))
            return self._put(Scalar(self.line, None, refused=True))
        if isinstance(event, yaml.ScalarEvent):
            if nul := "\0" in event.value:
                self.tell(Fault("nul-character", "A NUL character stands in this text."))
            null = tag or nul or (event.style in (None, "") and event.value.lower() in NULLS)
            return self._put(Scalar(self.line, None if null else event.value, refused=bool(tag) or nul))
        if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            if len(self.open) >= MAX_NESTING:
                self.tell(Fault("nesting", "Values are nested deeper than %(limit)s.", {"limit": MAX_NESTING}))
                raise Refused
            line = self.line
            self.open.append(Mapping(line) if isinstance(event, yaml.MappingStartEvent) else Sequence(line))
            self.anchors.append(event.anchor)
            self.keys.append(None)
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            self.anchors.pop()
            self.keys.pop()
            return self._put(self.open.pop())
        return None

    def tell(self, fault: Fault) -> None:
        """Collect a fault with its line and path: ``tree/children/output/mark``; an item without code by number."""
        self.faults.append(at_line(fault, self.name, self.line, self._path()))

    def _path(self) -> str:
        steps: list[str] = []
        for depth, (holder, key) in enumerate(zip(self.open, self.keys, strict=True)):
            if isinstance(holder, Sequence):
                steps.append(str(len(holder.items) + 1))
                continue
            codes = [value.text for name, value in holder.entries if name.text == "code" and isinstance(value, Scalar)]
            if depth and isinstance(self.open[depth - 1], Sequence) and codes and codes[0]:
                steps[-1] = codes[0]
            steps += [key.text] if key and key.text else []
        return "/".join(steps)

    def _put(self, value: Value) -> Value | None:
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
            self.tell(Fault("key", "A key must be a word."))
            raise Refused
        return None
