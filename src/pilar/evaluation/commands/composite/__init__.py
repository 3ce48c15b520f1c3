"""``pilar index``: raw indicators in, a composite index out."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from pilar import index
from pilar.evaluation import reference
from pilar.evaluation.commands.composite.flatfile import flat_spec, with_sets
from pilar.evaluation.commands.composite.pictures import PICTURES, picture
from pilar.evaluation.commands.composite.reports import REPORTS
from pilar.evaluation.commands.composite.writing import written
from pilar.evaluation.commands.layout import instrument_line
from pilar.evaluation.rules.engine import asked
from pilar.evaluation.rules.indicatorsheet import MAX_ROWS, column_key, read_indicators
from pilar.index import composite
from pilar.index.reading.document import MAX_BYTES
from pilar.platform.console import emit, first_faults, write_file
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, translate
from pilar.platform.tables import Table, inspect_table

RELATIVE = N_("Weights are relative: among siblings they were divided by their sum.")


def run(options: argparse.Namespace) -> int:
    """Build the index and tell what ``options.show`` asks for. Raises Faults, cut to the first ones."""
    try:
        text = _text(options)
    except Faults as refused:
        raise Faults(first_faults(refused.faults)) from None
    read = tuple(filter(None, (options.spec, options.data, options.weight_sets)))
    if isinstance(text, bytes):
        write_file(text, options.output, read=read)
    else:
        emit(text, options.output, read=read)
    return 0


def _text(options: argparse.Namespace) -> str | bytes:
    faults: list[Fault] = []
    described = table = None
    try:
        described = _described(options.spec)
    except Faults as refused:
        faults += refused.faults
    try:
        table = inspect_table(options.data, most_rows=MAX_ROWS)
    except Faults as refused:
        faults += refused.faults
    if described is None or table is None:
        raise Faults(faults)
    instrument = described if isinstance(described, index.Instrument) else None
    spec = described if isinstance(described, composite.Spec) else _of_instrument(described, table)
    if options.weight_sets:
        spec = with_sets(spec, options.weight_sets)
    sheet = read_indicators(table, spec)
    try:
        if instrument is not None:
            composite.check_scale(instrument, spec, sheet.data)
        built = composite.build(spec, sheet.data)
        if options.format in PICTURES:
            return picture(built, options)
        report = REPORTS[options.show](built, options)
    except index.IndexFaults as refused:
        raise sheet.refused(refused) from None
    if spec.relative:
        report = replace(report, notes=[*report.notes, translate(RELATIVE)])
    if instrument is not None:
        report = replace(report, notes=[*report.notes, instrument_line(instrument)])
    return written(report, options.format, sheet.unused)


def _described(code_or_path: str) -> composite.Spec | index.Instrument:
    """The index that a file describes, or an instrument by its code or file."""
    path = Path(code_or_path)
    if path.suffix.casefold() in (".csv", ".xlsx"):
        return flat_spec(path)
    if composite.is_composite(_start(path)):
        return asked(lambda: composite.read_spec(path))
    return reference.instrument(code_or_path)


def _start(path: Path) -> str:
    """Return what the file says, as far as that can be read at all: the readers tell what is wrong with it."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


def _of_instrument(instrument: index.Instrument, table: Table) -> composite.Spec:
    """The instrument's tree down to the nodes that are columns of the table."""
    columns = {column_key(column.name) for column in table.columns}
    return asked(lambda: composite.from_instrument(instrument, columns))
