"""The file of a composite index as a whole."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from pilar.index.composite.checking import problems
from pilar.index.composite.faults import SpecFaults
from pilar.index.composite.reading.methods import (
    read_alternatives,
    read_imputation,
    read_normalisation,
    read_treatment,
)
from pilar.index.composite.reading.tree import COMBINING, ElementReader, read_combination
from pilar.index.composite.spec import Combination, Element, Imputation, Normalisation, Spec, Treatment, Years
from pilar.index.faults import Fault, InstrumentFaults
from pilar.index.instrument import Ties
from pilar.index.reading.document import Mapping, Refused, Scalar, load
from pilar.index.reading.fields import CODE, INSTRUMENT_CODE, VERSION, Fields
from pilar.index.reading.top import file_text

FORMAT = "composite-1"
REQUIRED = ("format", "code", "version", "title", "source", "normalisation", "tree")
OPTIONAL = (
    "note",
    "decimals",
    "ties",
    "years",
    "base_year",
    "weights",
    "groups",
    "denominators",
    "imputation",
    "treatment",
    "levels",
    "uncertainty",
)


def read_spec(path: Path | str) -> Spec:
    """The index in a file; :class:`SpecFaults` with every fault in it, or that it cannot be read."""
    try:
        text = file_text(Path(path))
    except InstrumentFaults as refused:
        raise SpecFaults(refused.faults) from None
    return parse_spec(text, Path(path).name)


def parse_spec(text: str, name: str = "index") -> Spec:
    """The index that ``text`` describes; :class:`SpecFaults` with every fault, ``name`` in their places."""
    spec, faults = _read(text, name)
    if spec is None or faults:
        raise SpecFaults(faults)
    return spec


def check_spec(text: str, name: str = "index") -> tuple[Fault, ...]:
    """Every fault of the text; empty if it describes an index."""
    return tuple(_read(text, name)[1])


def is_composite(text: str) -> bool:
    """Return whether the text says that it is of this format, and not an instrument."""
    try:
        value = load(text, "", [])
    except Refused:
        return False
    entries = {key.text: entry for key, entry in value.entries} if isinstance(value, Mapping) else {}
    said = entries.get("format")
    return isinstance(said, Scalar) and said.text == FORMAT


def _read(text: str, name: str) -> tuple[Spec | None, list[Fault]]:
    faults: list[Fault] = []
    try:
        value = load(text, name, faults)
    except Refused:
        return None, faults
    top = Fields(name, "", value.line, faults).inside(value, "", REQUIRED, OPTIONAL, "index")
    if top is None:
        return None, faults
    if top.text("format") not in (FORMAT, None):
        return None, [top.unknown_format()]
    usual = read_normalisation(top, "normalisation") or Normalisation()
    reader = ElementReader(_levels(top), usual)
    tree = top.value("tree")
    treated, normalised = _years(top)
    root = reader.node(top, tree) if tree is not None else None
    spec = Spec(
        top.text("code", INSTRUMENT_CODE) or "",
        top.text("version", VERSION) or "",
        root or Element(""),
        title=top.titles("title") or {},
        decimals=2 if "decimals" not in top.values else top.whole("decimals", 0, 12) or 0,
        ties=top.choice("ties", Ties) or Ties.SHARED,
        years=normalised or Years.POOLED,
        treatment_years=treated,
        relative=top.choice("weights", Sums) is Sums.RELATIVE,
        base_year=top.whole("base_year", 1900, 2999),
        groups=_codes(top, "groups"),
        denominators=_codes(top, "denominators"),
        imputation=read_imputation(top, "imputation") or Imputation(),
        treatment=read_treatment(top, "treatment") or Treatment(),
        normalisation=usual,
        alternatives=read_alternatives(top, usual),
        source=top.source(),
        note=top.titles("note"),
    )
    # The rules of a tree that could not be read whole would only repeat earlier faults.
    for problem in problems(spec) if root is not None else ():
        reader.blocks.get(problem.node, top).tell(problem.fault, problem.key)
    return spec, faults


class Sums(StrEnum):
    """The sum of the weights of siblings."""

    HUNDRED = "hundred"
    RELATIVE = "relative"


def _years(top: Fields) -> tuple[Years | None, Years | None]:
    """Read the years of treatment, where it is said apart, and of normalisation."""
    if not isinstance(top.values.get("years"), Mapping):
        return None, top.choice("years", Years)
    block = top.block("years", ("treatment", "normalisation"))
    if block is None:
        return None, None
    treated, normalised = block.choice("treatment", Years), block.choice("normalisation", Years)
    return None if treated is normalised else treated, normalised


def _levels(top: Fields) -> tuple[Combination, ...]:
    """The combinations said for each level, the root's first; each leaves unsaid what the one above it says."""
    combinations: list[Combination] = []
    for block in top.blocks("levels", (), COMBINING):
        combinations.append(read_combination(block, combinations[-1] if combinations else Combination()))
    return tuple(combinations)


def _codes(top: Fields, key: str) -> tuple[str, ...]:
    """A list of codes of columns."""
    codes: list[str] = []
    for item in top.items(key):
        if isinstance(item, Scalar) and re.fullmatch(CODE, item.text or ""):
            codes.append(item.text or "")
        elif not (isinstance(item, Scalar) and item.refused):
            top.tell_at(Fault("code", "A code is made of lower case letters, digits and underscores."), item.line)
    return tuple(codes)
