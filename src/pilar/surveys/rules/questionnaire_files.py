"""Read the file of a questionnaire that somebody sent, in a separate process, into tables."""

from __future__ import annotations

from collections.abc import Iterator

from pilar.index.reading import document
from pilar.platform.documents import At, entries, read_workbook, read_yaml, tables_of
from pilar.platform.sheets import headings
from pilar.platform.tables import Table, inspect_by
from pilar.platform.tables.content import ZIP
from pilar.platform.tables.wire import Order
from pilar.surveys.rules.questionnaire_check import check
from pilar.surveys.rules.questionnaire_sheets import MAX_ROWS, MAX_TEXT, SHEETS, written


def inspect_questionnaire(name: str, content: bytes) -> list[Table]:
    """Read the file in a separate process; ``platform.documents.sent`` explains its tables.

    Raises Faults.
    """
    return inspect_by(read_questionnaire_file, name, content, most_rows=MAX_ROWS, longest_cell=MAX_TEXT)


def read_questionnaire_file(order: Order, content: bytes) -> list[Table]:
    """Return the tables of a file. Raises Faults unless it is YAML or a readable workbook."""
    if content.startswith(ZIP):
        return tables_of(read_workbook(order, content, written, check, headings(SHEETS)))
    return tables_of(read_yaml(order, content, check, _lines))


def _lines(root: document.Value) -> Iterator[tuple[str, At]]:
    """Yield the line of each question."""
    top = dict(entries(root))
    profile = dict(entries(top["profile"]))
    for listed in (profile["fields"], *(dict(entries(item))["items"] for item in _items(top["sections"]))):
        for item in _items(listed):
            code = dict(entries(item))["code"]
            if isinstance(code, document.Scalar):
                yield code.text or "", At("", code.line)


def _items(value: document.Value) -> list[document.Value]:
    return value.items if isinstance(value, document.Sequence) else []
