"""The file of an instrument that somebody sent, YAML or a workbook: read in a process of its own, told as tables."""

from __future__ import annotations

from collections.abc import Iterator

from pilar import index
from pilar.evaluation.rules.instrument_sheets import MAX_ROWS, MAX_TEXT, SHEETS, written
from pilar.index.reading import document
from pilar.platform.documents import At, Read, entries, read_workbook, read_yaml, tables_of
from pilar.platform.sheets import headings
from pilar.platform.tables import Table, inspect_by
from pilar.platform.tables.content import ZIP
from pilar.platform.tables.wire import Order


def inspect_instrument(name: str, content: bytes) -> list[Table]:
    """Have the file read by a process of its own; ``platform.documents.sent`` says what its tables mean.

    Raises Faults.
    """
    return inspect_by(read_instrument_file, name, content, most_rows=MAX_ROWS, longest_cell=MAX_TEXT)


def read_instrument_file(order: Order, content: bytes) -> list[Table]:
    """The tables of a file. Raises Faults for what is neither YAML nor a workbook that can be read."""
    if content.startswith(ZIP):
        return tables_of(_workbook(order, content))
    return tables_of(read_yaml(order, content, lambda text: index.check_instrument(text, ""), _lines))


def _workbook(order: Order, content: bytes) -> Read:
    text, places, misfits = read_workbook(
        order, content, written, lambda said: index.check_instrument(said, ""), headings(SHEETS)
    )
    return "" if misfits else index.instrument_text(index.parse_instrument(text)), places, misfits


def _lines(root: document.Value) -> Iterator[tuple[str, At]]:
    """The line of each node of an instrument."""
    waiting = [value for key, value in entries(root) if key == "tree"]
    while waiting:
        node = waiting.pop()
        for key, value in entries(node):
            if key == "code" and isinstance(value, document.Scalar):
                yield value.text or "", At("", value.line)
            if key == "children" and isinstance(value, document.Sequence):
                waiting += value.items
