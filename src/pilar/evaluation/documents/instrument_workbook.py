"""An instrument as a workbook to go on from: what stands in it comes back as the same instrument."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pilar import index
from pilar.design.import_files import template_workbook
from pilar.design.sheets import MAX_DIGITS
from pilar.evaluation.rules.instrument_sheets import DESCRIPTORS, MARKS, PREDICATES, SHEETS, TOP, TOP_KEYS, TREE, Sheet
from pilar.platform.imports import Column
from pilar.platform.yaml_files import load_texts

NUMBERS = frozenset(
    {
        "year", "decimals", "scale.minimum", "scale.maximum", "weight", "power", "minimum_share", "minimum", "maximum",
        "value", "from", "to",
    }
)  # fmt: skip
WORDS = {
    "status": tuple(index.Status),
    "basis.kind": tuple(index.Paper),
    "basis.status": tuple(index.Certainty),
    "rounding": tuple(index.Rounding),
    "ties": tuple(index.Ties),
    "aggregation": tuple(index.Aggregation),
    "missing": tuple(index.MissingRule),
    "kind": ("level", "band", "ratio", "survey"),
    "not_applicable": ("true",),
}
"""The words that a cell takes, where it takes no others."""


def instrument_workbook(instrument: index.Instrument) -> bytes:
    """The workbook of an instrument, in the reader's language."""
    said = load_texts(index.instrument_text(instrument))
    rows = _rows(said)
    return template_workbook(
        {str(sheet.name): [_column(*column) for column in sheet.columns] for sheet in SHEETS},
        {place: [_cells(sheet, row) for row in rows[sheet.name.en]] for place, sheet in enumerate(SHEETS)},
        guide=(
            _("Each row of “%(sheet)s” is a part or an indicator; “%(above)s” holds the code of what it is part of.")
            % {"sheet": TREE.name, "above": dict(TREE.columns)["parent"]},
            _("Weights of the parts of one thing sum to 100, or all of them are blank: then they weigh the same."),
            _("A source is an address, or the word assumption where nobody states it."),
            _("A changed instrument gets a new version. Its basis is the decree, letter or file that it rests on."),
        ),
    )


def _column(key: str, heading: Any) -> Column:
    words = tuple(map(str, WORDS.get(key, ())))
    return Column(key, heading, required=False, options=words)


def _cells(sheet: Sheet, row: Mapping[str, Any]) -> list[Any]:
    return [_cell(key, row) for key, _heading in sheet.columns]


def _cell(key: str, row: Mapping[str, Any]) -> Any:
    value = row.get(key, "")
    kind = row.get("kind of value", key) if key == "value" else key
    if kind in NUMBERS and value:
        number = Decimal(value)
        # More digits than a spreadsheet keeps stay as they are written.
        return value if len(number.as_tuple().digits) > MAX_DIGITS else number
    return value


def _rows(said: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    top = dict(_flat({key: value for key, value in said.items() if key not in ("predicates", "marks", "tree")}))
    kinds = dict(said.get("marks", {}))
    nodes, descriptors = list[dict[str, Any]](), list[dict[str, Any]]()
    for node, above in _nodes(said["tree"], ""):
        mark = node.pop("mark", None)
        if isinstance(mark, dict):
            name = f"mark_{len(kinds) + 1}"
            kinds[name], mark = mark, name
        descriptors += [{"code": node["code"], **descriptor} for descriptor in node.pop("descriptors", ())]
        nodes.append({**dict(_flat(node)), "parent": above, "mark": mark or ""})
    return {
        TOP.name.en: [
            {"key": str(label), "value": top.get(key, ""), "kind of value": key, "remark": _remark(key)}
            for key, label in TOP_KEYS
        ],
        TREE.name.en: nodes,
        MARKS.name.en: [row for name, kind in kinds.items() for row in _kind(name, kind)],
        DESCRIPTORS.name.en: descriptors,
        PREDICATES.name.en: [dict(_flat(predicate)) for predicate in said.get("predicates", ())],
    }


def _remark(key: str) -> str:
    if key in WORDS:
        return _("one of: %(words)s") % {"words": ", ".join(WORDS[key])}
    return _("such as 2026-03-31") if key == "basis.dated" else ""


def _nodes(node: dict[str, Any], above: str) -> Iterator[tuple[dict[str, Any], str]]:
    parts = node.pop("children", ())
    yield node, above
    for part in parts:
        yield from _nodes(part, node["code"])


def _kind(name: str, kind: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A row for a kind of mark, with its first level or band, and one for each further one."""
    listed = [dict(_flat(step)) for step in kind.pop("levels", None) or kind.pop("bands", None) or [{}]]
    yield {"name": name, **dict(_flat(kind)), **listed[0]}
    yield from listed[1:]


def _flat(said: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in said.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, value
