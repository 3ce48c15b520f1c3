"""The self-assessment as a table: what a filled-in form says row by row, and what becomes of each row.

The first row of an exported form holds the names of the fields and is hidden; the second is the header that people
read. The hidden column ``version`` ties a row to the answer as it was exported: ``3 1a2b3c4d5e6f`` is version 3 and a
digest of its content, so that a row nobody touched never stands in the way of a newer answer. A table without these
(CSV made by a program) may fill in what is still open.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from pilar import index
from pilar.evaluation.rules.answers import (
    FIELDS,
    NUMBERS,
    PLAIN,
    Change,
    Given,
    as_text,
    changes,
    faults_of,
    read_given,
)
from pilar.evaluation.rules.marks import highest_mark
from pilar.platform.errors import Fault
from pilar.platform.language import mark, translate
from pilar.platform.reading import Notation, column_notation
from pilar.platform.tables import Cell, Column, Row, Table, shown

MOST_ROWS = 2_000
LONGEST_CELL = 10_500
INFORMATION = ("dimension", "title", "asked", "rubric", "office", "previous")
"""Columns for people; nothing is read from them."""

_VERSION = re.compile(r"(\d{1,9})(?: ([0-9a-f]{12}))?", re.ASCII)
_FORM = re.compile(r"form (\d{1,18}) ([0-9a-f]{12})", re.ASCII)


class Outcome(StrEnum):
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SheetAnswer:
    """One row. ``row`` is the number that a spreadsheet shows, 0 outside of one; ``exported`` the digest at export."""

    node: str
    given: Given
    seen_version: int = 0
    exported: str = ""
    row: int = 0
    faults: tuple[Fault, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    """Where each field stands in the file."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an answer is compared with: what is stored, by whom, and why the reader may not change it (or empty)."""

    given: Given
    version: int
    changed_by: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row: its changes from and to, or all that it is refused for."""

    answer: SheetAnswer
    outcome: Outcome
    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetReading:
    """The rows of a form, and what is wrong with it as a whole."""

    answers: tuple[SheetAnswer, ...]
    faults: tuple[Fault, ...]


def read_sheet(table: Table, instrument: index.Instrument, assessment: int) -> SheetReading:
    """The rows of a filled-in form of this assessment; nothing is judged yet."""
    columns, faults = read_columns(table, ("code", "version", *FIELDS), INFORMATION)
    if "code" not in columns:
        sentence = mark("There is no column “code”. Export the form, fill it in and send it back as it is")
        faults.insert(0, Fault("no-code-column", sentence, {}, table.place(table.header_row)))
        return SheetReading((), (*table.faults, *faults))
    notations: dict[str, Notation | None] = {}
    for name in NUMBERS:
        if name in columns:
            highest = highest_mark(instrument) if name == "mark" else None
            found = column_notation((row.cells[columns[name].index] for row in table.rows), highest=highest)
            if isinstance(found, Fault):
                faults.append(replace(found, place=table.place(column=_labelled(table, name, columns[name]))))
            # With a fault nothing is taken over; the others of the column are told as well.
            notations[name] = Notation.COMMA if isinstance(found, Fault) else found
    answers: list[SheetAnswer] = []
    earlier: dict[str, int] = {}
    for row in table.rows:
        cells = {name: row.cells[column.index] for name, column in columns.items()}
        form = _FORM.fullmatch(str(cells.get("version", "")).strip())
        if form is not None:
            faults += _foreign(table, row, form, instrument, assessment)
            continue
        answer = _answer(instrument, cells, row.number, notations)
        if answer.node in earlier:
            sentence = mark("This indicator already stands in row %(earlier)s")
            twice = Fault("indicator-twice", sentence, {"earlier": earlier[answer.node]}, "code")
            answer = replace(answer, faults=(*answer.faults, twice))
        earlier.setdefault(answer.node, row.number)
        places = {name: table.place(row.number, _labelled(table, name, one)) for name, one in columns.items()}
        placed = tuple(replace(one, place=places.get(one.place) or table.place(row.number)) for one in answer.faults)
        answers.append(replace(answer, faults=placed, places=places))
    return SheetReading(tuple(answers), (*table.faults, *faults))


def read_answer(
    instrument: index.Instrument,
    code: str,
    cells: Mapping[str, Cell],
    notations: Mapping[str, Notation | None] = PLAIN,
    *,
    seen_version: int = 0,
    in_file: bool = False,
) -> SheetAnswer:
    """An answer to the indicator ``code``, with all that keeps it from being one (``place`` is the field)."""
    node = instrument.by_code.get(code)
    if node is None or not node.is_leaf:
        return SheetAnswer(shown(code), Given(), faults=(_unknown(code),))
    reading = read_given(node, cells, notations, scale=instrument.scale, in_file=in_file)
    return SheetAnswer(code, reading.given, seen_version, faults=reading.faults)


def judge(instrument: index.Instrument, answer: SheetAnswer, known: Known) -> Verdict:
    """What becomes of an answer, compared with what is known of its indicator."""
    node = instrument.by_code.get(answer.node)
    if answer.faults or node is None or not node.is_leaf:
        return Verdict(answer, Outcome.REFUSED, faults=answer.faults or (_unknown(answer.node),))
    if answer.given == known.given or answer.exported == fingerprint(answer.given):
        return Verdict(answer, Outcome.UNCHANGED)
    faults = [
        replace(fault, place=answer.places.get(fault.place, fault.place))
        for fault in faults_of(instrument, node, answer.given)
    ]
    if known.why_not:
        faults.insert(0, Fault("not-allowed", known.why_not))
    if not seen(answer.seen_version, known.given, known.version):
        sentence = mark("%(name)s has changed this answer since the form was exported. Export the form again")
        faults.append(Fault("outdated", sentence, {"name": known.changed_by or "–"}))
    if faults:
        return Verdict(answer, Outcome.REFUSED, faults=tuple(faults))
    return Verdict(answer, Outcome.CHANGED, changes=changes(known.given, answer.given))


def seen(version: int, stored: Given, stored_version: int) -> bool:
    """Whether somebody who saw ``version`` knows what is stored.

    A first version without content was made by attaching evidence: nothing that could be lost.
    """
    return version == stored_version or (version == 0 and stored_version == 1 and stored.is_blank)


def tie_of(given: Given, version: int) -> str:
    """What the hidden column holds for an answer."""
    return f"{version} {fingerprint(given)}"


def form_tie(instrument: index.Instrument, assessment: int) -> str:
    """What the hidden column holds in the header that people read."""
    return f"form {assessment} {instrument.sha256[:12]}"


def fingerprint(given: Given) -> str:
    """A digest of an answer's content."""
    text = json.dumps([as_text(given, name) for name in FIELDS], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_columns(
    table: Table, known: Sequence[str], information: Sequence[str] = ()
) -> tuple[dict[str, Column], list[Fault]]:
    """The columns of a table by the names that it may have, in any order; ``information`` is there for people."""
    columns: dict[str, Column] = {}
    faults: list[Fault] = []
    for column in table.columns:
        name = column.name.casefold()
        place = table.place(table.header_row, column)
        if name in columns:
            sentence = mark("The column means the same as column %(earlier)s.")
            faults.append(Fault("column-twice", sentence, {"earlier": str(columns[name])}, place))
        elif name in known or name in information:
            columns[name] = column
        elif name:
            sentence = mark("“%(given)s” is no column of the form; possible are: %(known)s")
            fields = {"given": shown(column.name), "known": ", ".join(known)}
            faults.append(Fault("unknown-column", sentence, fields, place))
    return columns, faults


def _labelled(table: Table, name: str, column: Column) -> Column:
    """The column as people see it: the names of the fields are hidden in an exported workbook."""
    is_workbook = table.name.casefold().endswith(".xlsx")
    return replace(column, name=translate(FIELDS[name])) if is_workbook and name in FIELDS else column


def _foreign(
    table: Table, row: Row, form: re.Match[str], instrument: index.Instrument, assessment: int
) -> Iterable[Fault]:
    if int(form[1]) != assessment:
        sentence = mark("This form belongs to another self-assessment. Export the form of this one")
        yield Fault("foreign-form", sentence, {}, table.place(row.number))
    elif form[2] != instrument.sha256[:12]:
        sentence = mark("This form was made with another instrument. Export the form again")
        yield Fault("foreign-instrument", sentence, {}, table.place(row.number))


def _answer(
    instrument: index.Instrument, cells: Mapping[str, Cell], row: int, notations: Mapping[str, Notation | None]
) -> SheetAnswer:
    """One row of a form; places of faults are names of columns."""
    tie = str(cells.get("version", "")).strip()
    version = _VERSION.fullmatch(tie)
    seen_version = int(version[1]) if version else 0
    code = str(cells["code"]).strip()
    answer = read_answer(instrument, code, cells, notations, seen_version=seen_version, in_file=True)
    faults = answer.faults
    if tie and version is None:
        sentence = mark("The hidden column “version” was changed. Export the form again")
        faults = (*faults, Fault("broken-version", sentence, {}, "version"))
    return replace(answer, exported=(version[2] or "") if version else "", row=row, faults=faults)


def _unknown(code: str) -> Fault:
    return Fault("unknown-indicator", mark("The instrument has no indicator “%(node)s”"), {"node": shown(code)}, "code")
