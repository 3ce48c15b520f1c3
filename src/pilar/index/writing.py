"""An instrument as the text of a file: reading the text gives the same content again, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from pilar.index.answers import Band, BandMark, LevelMark, MarkKind, RatioMark, SurveyMark
from pilar.index.instrument import Instrument, Node, Predicate, Statement
from pilar.index.reading.top import FORMAT

WIDTH = 110
OTHER_BREAKS = ("\x85", "\u2028", "\u2029")
TOP = ("code", "version", "title", "year", "status", "source", "note")
READERS = ("question", "guidance", "examples")
NODE = ("code", "title", "weight", "source", "meaning", "note", *READERS, "aggregation", "power")
LEAF = ("code", "title", "weight", "source", "meaning", "evidence", "note", *READERS)
BASIS = ("kind", "number", "dated", "title", "status")
CHILDREN = ("missing", "minimum_share", "weights_source", "aggregation_source", "missing_source")


def instrument_text(instrument: Instrument) -> str:
    """The file of an instrument, as :func:`pilar.index.parse_instrument` takes it; the hash of what it reads is equal.

    Comments and the names of kinds of mark are not part of an instrument: kinds that several indicators share are
    written once and named ``mark_1``, ``mark_2``, … ``ValueError`` for an indicator without a kind of mark, which
    no file can hold.
    """
    named = _shared(instrument)
    said: dict[str, Any] = {"format": FORMAT, **_said(instrument, TOP)}
    if instrument.basis is not None:
        said["basis"] = _said(instrument.basis, BASIS)
    said["scale"] = _said(instrument.scale, [field.name for field in fields(instrument.scale)])
    said |= _said(instrument, ("decimals", "rounding", "rounding_source", "ties", "ties_source"))
    if instrument.predicates:
        said["predicates"] = [_predicate(predicate) for predicate in instrument.predicates]
    if named:
        said["marks"] = {name: _mark(kind) for name, kind in named.items()}
    said["tree"] = _node(instrument.root, named)
    return yaml.dump(said, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)


def _shared(instrument: Instrument) -> dict[str, MarkKind]:
    """The kinds of mark that more than one indicator has, by the name that they get."""
    counts: list[tuple[MarkKind, int]] = []
    for leaf in instrument.leaves:
        if leaf.mark is None:
            raise ValueError(f"{leaf.code} has no kind of mark")
        place = next((place for place, (kind, _count) in enumerate(counts) if kind == leaf.mark), None)
        if place is None:
            counts.append((leaf.mark, 1))
        else:
            counts[place] = (leaf.mark, counts[place][1] + 1)
    several = [kind for kind, count in counts if count > 1]
    return {f"mark_{number}": kind for number, kind in enumerate(several, 1)}


def _node(node: Node, named: Mapping[str, MarkKind]) -> dict[str, Any]:
    if node.is_leaf:
        written = _said(node, LEAF)
        if node.not_applicable:
            written["not_applicable"] = True
        name = next((name for name, kind in named.items() if kind == node.mark), None)
        written["mark"] = name or _mark(node.mark)
        if node.descriptors:
            written["descriptors"] = [{"value": descriptor.value, **descriptor.text} for descriptor in node.descriptors]
        return written
    return {
        **_said(node, (*NODE, *CHILDREN, "evidence")),
        "children": [_node(child, named) for child in node.children],
    }


def _mark(kind: MarkKind | None) -> dict[str, Any]:
    match kind:
        case LevelMark():
            levels = [_said(level, ("value", "title")) for level in kind.levels]
            return {"kind": kind.kind, "source": kind.source, "levels": levels}
        case SurveyMark():
            return {"kind": kind.kind, **_said(kind, ("source", "minimum", "maximum"))}
        case BandMark():
            return {"kind": kind.kind, **_said(kind, ("source", "unit")), "bands": [_band(band) for band in kind.bands]}
        case RatioMark():
            return {"kind": kind.kind, "source": kind.source, "bands": [_band(band) for band in kind.bands]}
    raise ValueError("an indicator has no kind of mark")


def _band(band: Band) -> dict[str, Any]:
    end = {} if band.end is None else {"to": band.end}
    return {"from": band.start, **end, "value": band.value}


def _predicate(predicate: Predicate) -> dict[str, Any]:
    return {
        **_said(predicate, ("code", "title", "title_source")),
        "from": predicate.threshold,
        "from_source": predicate.threshold_source,
    }


def _said(thing: object, names: tuple[str, ...] | list[str]) -> dict[str, Any]:
    """The fields that say something, as plain values."""
    return dict(_plain(thing, names))


def _plain(thing: object, names: tuple[str, ...] | list[str]) -> Iterator[tuple[str, Any]]:
    for name in names:
        value = getattr(thing, name)
        if isinstance(value, Statement):
            yield name, {**value.text, "source": value.source}
        elif value is not None:
            yield name, dict(value) if isinstance(value, dict) else value


class _Dumper(yaml.SafeDumper):
    """Writes numbers digit by digit, never through binary floating point, and no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _number(dumper: _Dumper, value: Decimal) -> yaml.Node:
    text = format(value, "f")
    kind = "float" if "." in text else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


def _word(dumper: _Dumper, value: str) -> yaml.Node:
    # Read back, these would be line breaks like any other; only between double quotes they can be spelled out.
    quoted = any(sign in value for sign in OTHER_BREAKS)
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style='"' if quoted else None)


def _day(dumper: _Dumper, value: date) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", value.isoformat())


_Dumper.add_representer(date, _day)
_Dumper.add_multi_representer(Decimal, _number)
_Dumper.add_representer(str, _word)
_Dumper.add_multi_representer(str, _word)
