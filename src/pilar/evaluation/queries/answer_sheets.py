"""A filled-in form, read for one self-assessment."""

from __future__ import annotations

from pilar.evaluation.queries.answer_rows import Form
from pilar.evaluation.rules.answer_sheets import LONGEST_CELL, MOST_ROWS, SheetAnswer, read_sheet
from pilar.platform.errors import Faults
from pilar.platform.tables import inspect_content

LONGEST_NAME = 100


def read_file(form: Form, name: str, content: bytes) -> tuple[SheetAnswer, ...]:
    """The rows of a filled-in form, XLSX or CSV; raises Faults with all that is wrong with the file as a whole."""
    table = inspect_content(name[:LONGEST_NAME], content, most_rows=MOST_ROWS, longest_cell=LONGEST_CELL)
    reading = read_sheet(table, form.instrument, form.header.key)
    if reading.faults:
        raise Faults(reading.faults)
    return reading.answers
