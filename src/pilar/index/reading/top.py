"""An instrument file as a whole."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from pilar.index.answers import MarkKind
from pilar.index.faults import Fault, InstrumentFaults
from pilar.index.instrument import Basis, Certainty, Instrument, Node, Paper, Predicate, Scale, Status, Ties
from pilar.index.numbers import Rounding
from pilar.index.reading.document import MAX_BYTES, Mapping, Refused, load
from pilar.index.reading.fields import CODE, INSTRUMENT_CODE, VERSION, Fields
from pilar.index.reading.marks import read_mark, within_scale
from pilar.index.reading.nodes import TreeReader

FORMAT = "1"
REQUIRED = (
    "format",
    "code",
    "version",
    "title",
    "status",
    "source",
    "scale",
    "decimals",
    "rounding",
    "rounding_source",
    "ties",
    "ties_source",
    "tree",
)
OPTIONAL = ("year", "note", "basis", "predicates", "marks")
MAX_NUMBER = 200


def read_instrument(path: Path | str) -> Instrument:
    """The instrument in a file; :class:`InstrumentFaults` with every fault in it, or that it cannot be read."""
    return parse_instrument(file_text(Path(path)), Path(path).name)


def parse_instrument(text: str, name: str = "instrument") -> Instrument:
    """The instrument that ``text`` describes; :class:`InstrumentFaults` with every fault, ``name`` in their places."""
    instrument, faults = _read(text, name)
    if instrument is None or faults:
        raise InstrumentFaults(faults)
    return instrument


def check_instrument(text: str, name: str = "instrument") -> tuple[Fault, ...]:
    """Every fault of the text; empty if it is an instrument."""
    return tuple(_read(text, name)[1])


def file_text(path: Path) -> str:
    """The text of a file; :class:`InstrumentFaults` if it is too large, not readable or not UTF-8."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InstrumentFaults(
                [Fault("too-large", "The file is larger than %(limit)s bytes.", {"limit": MAX_BYTES}, path.name)]
            )
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        fields = {"reason": error.strerror or type(error).__name__}
        fault = Fault("unreadable", "The file cannot be read: %(reason)s.", fields, path.name)
    except UnicodeDecodeError:
        fault = Fault("encoding", "The file is not UTF-8 text; save it as UTF-8.", {}, path.name)
    raise InstrumentFaults([fault])


def _read(text: str, name: str) -> tuple[Instrument | None, list[Fault]]:
    faults: list[Fault] = []
    try:
        value = load(text, name, faults)
    except Refused:
        return None, faults
    top = Fields(name, "", value.line, faults).inside(value, "", REQUIRED, OPTIONAL, "instrument")
    if top is None:
        return None, faults
    if top.text("format") not in (FORMAT, None):
        # Of a file of another kind nothing else would be true.
        return None, [top.unknown_format()]
    scale = _scale(top)
    instrument = Instrument(
        code=top.text("code", INSTRUMENT_CODE) or "",
        version=top.text("version", VERSION) or "",
        title=top.titles("title") or {},
        year=top.whole("year", 1900, 2999),
        scale=scale or Scale(Decimal(0), Decimal(0)),
        root=TreeReader(scale, _named_marks(top, scale)).root(top) or Node("", {}),
        decimals=top.whole("decimals", 0, 12) or 0,
        rounding=top.choice("rounding", Rounding) or Rounding.HALF_UP,
        rounding_source=top.source("rounding_source"),
        ties=top.choice("ties", Ties) or Ties.SHARED,
        ties_source=top.source("ties_source"),
        predicates=_predicates(top, scale),
        status=top.choice("status", Status) or Status.INFERRED,
        source=top.source(),
        note=top.titles("note"),
        basis=read_basis(top),
    )
    return instrument, faults


def read_basis(top: Fields) -> Basis | None:
    """The paper that a file says it rests on; None for none, and for one that is not in order."""
    block = top.block("basis", ("kind", "number", "dated", "status"), ("title",))
    if block is None:
        return None
    kind, status = block.choice("kind", Paper), block.choice("status", Certainty)
    number, day, title = block.text("number"), block.day("dated"), block.titles("title")
    if number is not None and len(number) > MAX_NUMBER:
        fields = {"key": "number", "limit": MAX_NUMBER}
        block.tell(Fault("too-long", "%(key)s has more than %(limit)s characters.", fields), "number")
    if kind is None or status is None or number is None or day is None:
        return None
    return Basis(kind, number, day, status, title)


def _scale(top: Fields) -> Scale | None:
    block = top.block("scale", ("minimum", "maximum", "minimum_source", "maximum_source"))
    minimum, maximum = (block.number("minimum"), block.number("maximum")) if block else (None, None)
    if block is None or minimum is None or maximum is None:
        return None
    if minimum >= maximum:
        block.tell(Fault("scale", "minimum must lie below maximum."), "minimum")
        return None
    return Scale(minimum, maximum, block.source("minimum_source"), block.source("maximum_source"))


def _named_marks(top: Fields, scale: Scale | None) -> dict[str, MarkKind | None]:
    """The kinds of mark that leaves may name; a faulty one is known as ``None``."""
    value = top.value("marks")
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        top.tell(Fault("mapping", "%(key)s must hold keys with values.", {"key": "marks"}), "marks")
        return {}
    marks: dict[str, MarkKind | None] = {}
    for key, described in value.entries:
        if key.refused:
            continue
        named = key.text or ""
        if named in marks:
            top.tell_at(Fault("repeated-key", "%(key)s stands here twice.", {"key": named}), key.line)
        if not re.fullmatch(CODE, named):
            top.tell_at(Fault("mark-name", "A mark's name must be lower case words."), key.line)
        marks[named] = read_mark(top, described, f"marks/{named}", scale)
    return marks


def _predicates(top: Fields, scale: Scale | None) -> tuple[Predicate, ...]:
    """The predicates from high to low."""
    predicates: list[Predicate] = []
    for block in top.blocks("predicates", ("code", "title", "from", "title_source", "from_source")):
        code, title, threshold = block.text("code", CODE), block.titles("title"), block.number("from")
        sources = block.source("title_source"), block.source("from_source")
        if code is None or title is None or threshold is None:
            continue
        within_scale(block, "from", threshold, scale)
        if predicates and threshold >= predicates[-1].threshold:
            block.tell(
                Fault("predicates", "Predicates run from high to low; each must begin below the one before."), "from"
            )
        if code in [other.code for other in predicates]:
            block.tell(Fault("repeated-key", "%(key)s stands here twice.", {"key": code}), "code")
        predicates.append(Predicate(code, title, threshold, *sources))
    return tuple(predicates)
