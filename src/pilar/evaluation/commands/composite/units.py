"""Reports on one unit: where it stands out, and which rule made a number."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from pilar.evaluation.commands.composite.report import Report, Value, asked_node, node_title, unit_row
from pilar.evaluation.commands.composite.writing import shown_number
from pilar.index import composite
from pilar.index.composite.explaining import Explanation, explain
from pilar.index.composite.profile import Standing, standings, strengths, weaknesses
from pilar.platform.errors import PilarError
from pilar.platform.language import N_, translate

RAW = frozenset({"value"})


class UnitNeeded(PilarError):
    """The report is about one unit, and none was named."""

    code = "unit-needed"
    sentence = N_("Name the unit with --unit.")


def profile(built: composite.Built, options: argparse.Namespace) -> Report:
    """Strengths and weaknesses of a unit among the units of the same year; JSON and CSV have all indicators."""
    row = _row(built, options)
    standing_of = standings(built, built.data.units[row], built.data.year(row))
    best, worst = strengths(standing_of), weaknesses(standing_of)
    told = (*best, *reversed(worst)) if options.format == "table" else standing_of
    rows = [_standing(built, standing, best, worst) for standing in told]
    columns = [
        ("kind", translate("Kind")),
        ("code", translate("Indicator")),
        ("title", translate("Title")),
        ("value", translate("Value")),
        ("score", translate("Score")),
        ("rank", "#"),
        ("among", translate("Among")),
        ("gap", translate("To the mean")),
        ("weight", translate("Effective weight")),
    ]
    return Report(built.spec, "profile", columns, rows, [_heading(built, row)], RAW)


def _standing(
    built: composite.Built, standing: Standing, best: tuple[Standing, ...], worst: tuple[Standing, ...]
) -> dict[str, Value]:
    kind = translate("strength") if standing in best else translate("weakness") if standing in worst else ""
    return {
        "kind": kind,
        "code": standing.code,
        "title": node_title(built.spec.by_code[standing.code]),
        "value": standing.value,
        "score": standing.score,
        "rank": standing.rank,
        "among": standing.among,
        "gap": standing.gap,
        "weight": 100 * standing.weight,
    }


def explanation(built: composite.Built, options: argparse.Namespace) -> Report:
    """Every step from the raw values to a unit's score at a node, from the node down."""
    row = _row(built, options)
    code = asked_node(built, options).code
    rows: list[dict[str, Value]] = []
    _walk(built, row, code, rows, 0)
    columns = [
        ("node", translate("Node")),
        ("step", translate("Step")),
        ("value", translate("Value")),
        ("weight", translate("Weight")),
        ("used", translate("Weight used")),
        ("contribution", translate("Contribution")),
        ("rule", translate("Rule")),
    ]
    return Report(built.spec, "explanation", columns, rows, [_heading(built, row)], RAW)


def _walk(built: composite.Built, row: int, code: str, rows: list[dict[str, Value]], depth: int) -> None:
    said: Explanation = explain(built, built.data.units[row], code, built.data.year(row))
    for step in said.steps:
        rule = translate(step.sentence, **_shown(step.fields))
        rows.append({"node": ". " * depth + code, "step": step.name, "value": step.value, "rule": rule})
    for part in said.parts:
        start = len(rows)
        _walk(built, row, part.code, rows, depth + 1)
        rows[start] = rows[start] | {
            "weight": 100 * part.weight,
            "used": 100 * part.used,
            "contribution": part.contribution,
        }


def _shown(fields: Mapping[str, object]) -> dict[str, object]:
    return {key: shown_number(value) if isinstance(value, float) else value for key, value in fields.items()}


def _row(built: composite.Built, options: argparse.Namespace) -> int:
    if options.unit is None:
        raise UnitNeeded
    return unit_row(built.data, options)


def _heading(built: composite.Built, row: int) -> str:
    data = built.data
    name = data.units[row] if data.name(row) == data.units[row] else f"{data.units[row]} {data.name(row)}"
    return name if data.years is None else f"{name}, {data.year(row)}"
