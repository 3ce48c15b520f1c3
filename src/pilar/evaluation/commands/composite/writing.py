"""A report as a table for people, as JSON or as CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from decimal import Decimal

from pilar.evaluation.commands.composite.report import Report, Value
from pilar.evaluation.commands.layout import NONE, title
from pilar.index import round_published
from pilar.platform.console import Side, aligned
from pilar.platform.language import console_language, translate
from pilar.platform.tables import inert

WIDTH = 28


def written(report: Report, form: str, unused: tuple[str, ...]) -> str:
    """The text of a report. ``unused``: columns of the data that were not read."""
    return {"table": _table, "json": _json, "csv": _csv}[form](report, unused)


def _table(report: Report, unused: tuple[str, ...]) -> str:
    texts = [
        [_text(row.get(key), None if key in report.raw else report.spec.decimals) for key, _ in report.columns]
        for row in report.rows
    ]
    sides: list[Side] = [
        "left" if any(isinstance(row.get(key), str) for row in report.rows) else "right" for key, _ in report.columns
    ]
    lines = [title(report.spec.title)]
    lines += aligned([[heading for _, heading in report.columns], *texts], sides, [WIDTH] * len(sides))
    lines += ["", *report.notes]
    if unused:
        lines.append(translate("Columns that the index does not use: %(names)s.", names=", ".join(unused)))
    lines.append(
        translate(
            "Index %(code)s, version %(version)s, SHA-256 %(sha256)s",
            code=report.spec.code,
            version=report.spec.version,
            sha256=report.spec.sha256,
        )
    )
    return "\n".join(lines) + "\n"


def _text(value: Value, decimals: int | None) -> str:
    if isinstance(value, float):
        return shown_number(value, decimals)
    return NONE if value is None or value == "" else str(value)


def shown_number(value: float, decimals: int | None = None) -> str:
    """A number in the reader's language: with that many decimals, or with five significant digits."""
    if math.isnan(value):
        return NONE
    if decimals is None:
        text = f"{value:.5g}" if abs(value) < 1e5 else f"{value:.0f}"
    else:
        # As shown elsewhere: half up, on what twelve digits say, since 3.475 may be stored as a little less.
        text = f"{round_published(Decimal(f'{value:.12g}'), decimals):f}"
    return text.replace(".", ",") if console_language() == "id" else text


def _json(report: Report, unused: tuple[str, ...]) -> str:
    spec = report.spec
    answer = {
        "index": {"code": spec.code, "version": spec.version, "sha256": spec.sha256},
        report.name: [{key: _plain(row.get(key)) for key, _ in report.columns} for row in report.rows],
        "notes": list(report.notes),
        "unused": list(unused),
    }
    return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"


def _plain(value: Value) -> Value:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _csv(report: Report, _unused: tuple[str, ...]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([key for key, _ in report.columns])
    for row in report.rows:
        plain = (_plain(row.get(key)) for key, _ in report.columns)
        writer.writerow(["" if value is None else inert(value) for value in plain])
    return text.getvalue()
