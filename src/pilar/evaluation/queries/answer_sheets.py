"""Filled-in forms and tables of marks, read for one self-assessment."""

from __future__ import annotations

from pilar.evaluation.queries.answer_rows import Form
from pilar.evaluation.queries.cases import assessment_to, tree_for
from pilar.evaluation.rules.answer_sheets import MAX_CELL, MAX_ROWS, SheetAnswer, read_sheet
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.mark_sheets import SheetMark, read_marks
from pilar.people.rules import Standing
from pilar.platform.errors import Faults
from pilar.platform.tables import Table, inspect_content

MAX_NAME = 100


def read_file(form: Form, name: str, content: bytes) -> tuple[SheetAnswer, ...]:
    """The rows of a filled-in form, XLSX or CSV; raises Faults with all that is wrong with the file as a whole."""
    reading = read_sheet(_table(name, content), form.instrument, form.header.key)
    if reading.faults:
        raise Faults(reading.faults)
    return reading.answers


def read_marks_file(key: int, name: str, content: bytes, *, scope: Standing) -> tuple[SheetMark, ...]:
    """The rows of a table of marks, XLSX or CSV, for an assessor of the region; raises Faults as :func:`read_file`,
    :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`."""
    assessment, _case = assessment_to(scope, key, Action.MARK)
    reading = read_marks(_table(name, content), tree_for(assessment))
    if reading.faults:
        raise Faults(reading.faults)
    return reading.marks


def _table(name: str, content: bytes) -> Table:
    return inspect_content(name[:MAX_NAME], content, most_rows=MAX_ROWS, longest_cell=MAX_CELL)
