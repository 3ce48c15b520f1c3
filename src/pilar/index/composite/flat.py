"""An index described by a flat table: a row for each node below the root, with its parent, weight and direction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pilar.index.composite.checking import problems
from pilar.index.composite.faults import SpecFaults
from pilar.index.composite.spec import Direction, Element, Indicator, Spec
from pilar.index.faults import N_, Fault
from pilar.index.instrument import ROOT

DIRECTIONS = {
    "": Direction.HIGHER,
    "higher": Direction.HIGHER, "+": Direction.HIGHER, "1": Direction.HIGHER, "naik": Direction.HIGHER,
    "lower": Direction.LOWER, "-": Direction.LOWER, "-1": Direction.LOWER, "turun": Direction.LOWER,
}  # fmt: skip
MAX_POWER = 60
"""Of ten, up or down: beyond it, sums and quotients of weights would no longer be numbers in floating point."""


def spec_of(rows: Iterable[Mapping[str, str]], code: str = "index", version: str = "1.0", **rules: Any) -> Spec:
    """The index of a table with the keys ``code``, ``parent``, ``weight``, ``direction`` and, if wished, ``title``.

    A blank parent is the root, ``final``. Weights are divided by their sum among siblings; without any they are equal.
    A weight is written with a decimal point or comma, without a sign between thousands.
    ``rules``: further fields of :class:`Spec`, such as its normalisation. Raises :class:`SpecFaults` with the row of
    each fault, the first being 1.
    """
    faults: list[Fault] = []
    entries: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows, 1):
        entry = _read(row, number, faults)
        if entry["code"] in entries or entry["code"] == ROOT:
            _tell(faults, number, "code-twice", N_("The code %(code)s is used twice."), code=entry["code"])
        entries.setdefault(entry["code"], entry)
    below: dict[str, list[str]] = {}
    for entry in entries.values():
        if entry["parent"] not in (ROOT, *entries):
            sentence = N_("%(code)s lies below %(parent)s, which has no row of its own.")
            _tell(faults, entry["number"], "no-parent", sentence, code=entry["code"], parent=entry["parent"])
        below.setdefault(entry["parent"], []).append(entry["code"])
    reached = _reached(below)
    for entry in entries.values():
        if not faults and entry["code"] not in reached:
            _tell(faults, entry["number"], "circle", N_("%(code)s lies below itself."), code=entry["code"])
    if faults:
        raise SpecFaults(faults)
    root = Element(
        ROOT, {"id": code, "en": code}, None, tuple(_node(code, entries, below) for code in below.get(ROOT, ()))
    )
    spec = Spec(code, version, root, **{"title": {"id": code, "en": code}, "relative": True, **rules})
    wrong = [problem.fault for problem in problems(spec)]
    if wrong:
        raise SpecFaults(wrong)
    return spec


def _read(row: Mapping[str, str], number: int, faults: list[Fault]) -> dict[str, Any]:
    said = {key: str(row.get(key) or "").strip() for key in ("code", "parent", "weight", "direction", "title")}
    weight = None
    if not said["code"]:
        _tell(faults, number, "no-code", N_("The row has no code."))
    if said["weight"]:
        weight = _weight(said["weight"])
        if weight is None:
            _tell(faults, number, "weight", N_("The weight %(given)s is no number."), given=said["weight"])
        elif weight and abs(weight.adjusted()) > MAX_POWER:
            _tell(faults, number, "weight", N_("The weight %(given)s is too far from 1."), given=said["weight"])
            weight = None
    direction = DIRECTIONS.get(said["direction"].casefold())
    if direction is None:
        sentence = N_("The direction is %(given)s; it must be higher or lower, + or -.")
        _tell(faults, number, "direction", sentence, given=said["direction"])
    title = said["title"] or said["code"]
    return {
        "number": number,
        "code": said["code"],
        "parent": said["parent"] or ROOT,
        "weight": weight,
        "direction": direction or Direction.HIGHER,
        "title": {"id": title, "en": title},
    }


def _weight(text: str) -> Decimal | None:
    """The number, or ``None`` for what is none, such as ``nan`` and ``inf``, which Python would read."""
    try:
        weight = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return weight if weight.is_finite() else None


def _tell(faults: list[Fault], number: int, kind: str, sentence: str, **fields: Any) -> None:
    faults.append(Fault(kind, sentence, {**fields, "at": number}, f"row {number}"))


def _reached(below: Mapping[str, list[str]]) -> set[str]:
    reached, waiting = {ROOT}, [ROOT]
    while waiting:
        for code in below.get(waiting.pop(), ()):
            if code not in reached:
                reached.add(code)
                waiting.append(code)
    return reached


def _node(code: str, entries: Mapping[str, dict[str, Any]], below: Mapping[str, list[str]]) -> Element:
    entry = entries[code]
    children = tuple(_node(child, entries, below) for child in below.get(code, ()))
    indicator = None if children else Indicator(entry["direction"])
    return Element(code, entry["title"], entry["weight"], children, indicator=indicator)
