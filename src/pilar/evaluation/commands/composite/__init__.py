"""``pilar index``: raw indicators in, a composite index out."""

from __future__ import annotations

import argparse

from pilar.evaluation.commands.composite.reports import REPORTS
from pilar.evaluation.commands.composite.writing import written
from pilar.evaluation.commands.score import first_faults
from pilar.evaluation.commands.writing import emit
from pilar.evaluation.rules.engine import asked
from pilar.evaluation.rules.indicatorsheet import MOST_ROWS, read_indicators
from pilar.index import IndexFaults, composite
from pilar.platform.errors import Fault, Faults
from pilar.platform.tables import inspect_table


def run(options: argparse.Namespace) -> int:
    """Build the index and tell what ``options.show`` asks for. Raises Faults, cut to the first ones."""
    try:
        text = _text(options)
    except Faults as refused:
        raise Faults(first_faults(refused.faults)) from None
    emit(text, options.output, read=(options.spec, options.data))
    return 0


def _text(options: argparse.Namespace) -> str:
    faults: list[Fault] = []
    spec = table = None
    try:
        spec = asked(lambda: composite.read_spec(options.spec))
    except Faults as refused:
        faults += refused.faults
    try:
        table = inspect_table(options.data, most_rows=MOST_ROWS)
    except Faults as refused:
        faults += refused.faults
    if spec is None or table is None:
        raise Faults(faults)
    sheet = read_indicators(table, spec)
    try:
        report = REPORTS[options.show](composite.build(spec, sheet.data), options)
    except IndexFaults as refused:
        raise sheet.refused(refused) from None
    return written(report, options.format, sheet.unused)
