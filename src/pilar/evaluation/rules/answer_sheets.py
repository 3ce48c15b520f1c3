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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
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
from pilar.platform import tables
from pilar.platform.errors import Fault, Faults
from pilar.platform.imports import Column, Row, placed_faults, raw, read_rows
from pilar.platform.language import N_, translate
from pilar.platform.reading import Notation
from pilar.platform.tables import Cell, Table, shown

MAX_ROWS = 2_000
MAX_CELL = 10_500
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
    """The stored state that an answer is compared with: its content, its author, and why the reader may not change it
    (or empty)."""

    given: Given
    version: int
    changed_by: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a row: its changes from and to, or all its faults."""

    answer: SheetAnswer
    outcome: Outcome
    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetReading:
    """The rows of a form, and what is wrong with it as a whole."""

    answers: tuple[SheetAnswer, ...]
    faults: tuple[Fault, ...]


def columns_of(instrument: index.Instrument) -> tuple[Column, ...]:
    """The columns of a form: known by the names of the fields, or as people read them."""
    fields = [
        Column(
            name,
            title,
            read=raw,
            required=False,
            figures=name in NUMBERS,
            highest=_highest(name, instrument),
            titled=True,
        )
        for name, title in FIELDS.items()
    ]
    return (
        Column("code", N_("Code"), read=raw),
        *(Column(name, name, required=False, ignored=True) for name in INFORMATION),
        *fields,
        Column("version", "version", read=raw, required=False),
    )


def read_sheet(table: Table, instrument: index.Instrument, assessment: int) -> SheetReading:
    """The rows of a filled-in form of this assessment, each fault at its place in words; nothing is judged yet."""
    reading = read_rows({"": table}, {"": columns_of(instrument)})
    if reading.faults:
        return SheetReading((), placed_faults(table, reading))
    try:
        answers = answers_of(reading.rows, instrument, assessment)
    except Faults as refused:
        return SheetReading((), tuple(replace(fault, place=table.name) for fault in refused.faults))
    return SheetReading(tuple(_placed(table, answer) for answer in answers), ())


def answers_of(rows: Sequence[Row], instrument: index.Instrument, assessment: int) -> tuple[SheetAnswer, ...]:
    """The answers of rows; places of faults are names of columns. Raises Faults for the form of something else."""
    answers: list[SheetAnswer] = []
    earlier: dict[str, int] = {}
    for row in rows:
        cells = {name: "" if cell is None else cell for name, cell in row.values.items()}
        form = _FORM.fullmatch(str(cells.get("version", "")).strip())
        if form is not None:
            _check_form(form, instrument, assessment)
            continue
        answer = _answer(instrument, cells, row.number, row.notations)
        if answer.node in earlier:
            sentence = N_("This indicator already stands in row %(earlier)s")
            twice = Fault("indicator-twice", sentence, {"earlier": earlier[answer.node]}, "code")
            answer = replace(answer, faults=(*answer.faults, twice))
        earlier.setdefault(answer.node, row.number)
        answers.append(answer)
    return tuple(answers)


def assessment_of(rows: Sequence[Row]) -> int | None:
    """The key of the self-assessment whose form rows come from; None where none of them says it."""
    ties = (_FORM.fullmatch(str(row["version"] or "").strip()) for row in rows)
    return next((int(tie[1]) for tie in ties if tie is not None), None)


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
    """Return what becomes of an answer, compared with what is known of its indicator."""
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
        sentence = N_("%(name)s has changed this answer since the form was exported. Export the form again")
        faults.append(Fault("outdated", sentence, {"name": known.changed_by or "–"}))
    if faults:
        return Verdict(answer, Outcome.REFUSED, faults=tuple(faults))
    return Verdict(answer, Outcome.CHANGED, changes=changes(known.given, answer.given))


def seen(version: int, stored: Given, stored_version: int) -> bool:
    """Return whether somebody who saw ``version`` knows what is stored.

    A first version without content was made by attaching evidence: nothing that could be lost.
    """
    return version == stored_version or (version == 0 and stored_version == 1 and stored.is_blank)


def tie_of(given: Given, version: int) -> str:
    """Return what the hidden column holds for an answer."""
    return f"{version} {fingerprint(given)}"


def form_tie(instrument: index.Instrument, assessment: int) -> str:
    """Return what the hidden column holds in the header that people read."""
    return f"form {assessment} {instrument.sha256[:12]}"


def fingerprint(given: Given) -> str:
    """A digest of an answer's content."""
    text = json.dumps([as_text(given, name) for name in FIELDS], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _highest(name: str, instrument: index.Instrument) -> Decimal | None:
    return highest_mark(instrument) if name == "mark" else None


def _placed(table: Table, answer: SheetAnswer) -> SheetAnswer:
    """An answer whose faults stand where they are in the file; the names of fields are hidden in a workbook."""
    places = {}
    for column in table.columns:
        name = column.name.casefold()
        places[name] = table.place(answer.row, _labelled(table, name, column))
    faults = tuple(replace(fault, place=places.get(fault.place) or table.place(answer.row)) for fault in answer.faults)
    return replace(answer, faults=faults, places=places)


def _labelled(table: Table, name: str, column: tables.Column) -> tables.Column:
    """The column as people see it: the names of the fields are hidden in an exported workbook."""
    is_workbook = table.name.casefold().endswith(".xlsx")
    return replace(column, name=translate(FIELDS[name])) if is_workbook and name in FIELDS else column


def _check_form(form: re.Match[str], instrument: index.Instrument, assessment: int) -> None:
    if int(form[1]) != assessment:
        sentence = N_("This form belongs to another self-assessment. Export the form of this one")
        raise Faults([Fault("foreign-form", sentence)])
    if form[2] != instrument.sha256[:12]:
        sentence = N_("This form was made with another instrument. Export the form again")
        raise Faults([Fault("foreign-instrument", sentence)])


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
        sentence = N_("The hidden column “version” was changed. Export the form again")
        faults = (*faults, Fault("broken-version", sentence, {}, "version"))
    return replace(answer, exported=(version[2] or "") if version else "", row=row, faults=faults)


def _unknown(code: str) -> Fault:
    return Fault("unknown-indicator", N_("The instrument has no indicator “%(node)s”"), {"node": shown(code)}, "code")
