"""A self-assessment from its form as a file, and those of many regions from an archive."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.queries import filling
from pilar.evaluation.queries.answer_rows import Form
from pilar.evaluation.queries.answers import form as form_for
from pilar.evaluation.queries.answers import judged
from pilar.evaluation.rules.answer_sheets import (
    MAX_CELL,
    MAX_ROWS,
    Outcome,
    answers_of,
    assessment_of,
    columns_of,
)
from pilar.evaluation.rules.answer_sheets import Verdict as Judged
from pilar.evaluation.rules.answers import NUMBERS, Change
from pilar.evaluation.rules.filling import Draft, files_in
from pilar.people.imports import PersonsImporter
from pilar.people.rules import Standing
from pilar.platform import imports
from pilar.platform.errors import Fault, Faults
from pilar.platform.imports import (
    CHANGED,
    PART,
    REFUSED,
    Column,
    Heading,
    Reading,
    Row,
    Value,
    Verdict,
    headings_of,
    keeping,
    read_rows,
)
from pilar.platform.language import N_, Bilingual
from pilar.platform.tables import Table, inspect_content
from pilar.platform.tables.reading import PATIENCE_OF_A_JOB

OUTCOMES = {
    Outcome.CHANGED: CHANGED,
    Outcome.UNCHANGED: imports.Outcome("unchanged", N_("unchanged")),
    Outcome.REFUSED: REFUSED,
}

FILLED = imports.Outcome("filled", N_("stored as a draft"), "positive", stored=True)
HERE_ALREADY = imports.Outcome("unchanged", N_("already there"), listed=True)
LEFT_OUT = imports.Outcome("left-out", N_("left out"), "negative", listed=True)
MAX_PARTS = 10
"""Faulty rows of a file that are told, so that others have room; it says how many more there are."""
MAX_NAMED = 3
"""Other files of the same region that are named."""
Found = tuple[Verdict, list[Verdict]]
"""What becomes of a file, and what is wrong in its rows or with the whole of it."""


class AnswerForms(PersonsImporter):
    """The answers of a self-assessment that a person gives."""

    kind = "evaluation.answers"
    most_rows = MAX_ROWS
    longest_cell = MAX_CELL
    outcomes = tuple(OUTCOMES.values())

    @cached_property
    def form(self) -> Form:
        """The form as it stands; raises NotFound."""
        return form_for(int(self.subject), scope=self.by, now=self.now)

    def columns(self) -> Sequence[Column]:
        return columns_of(self.form.instrument)

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        by_number = {row.number: row for row in rows}
        answers = answers_of(rows, self.form.instrument, self.form.header.key)
        return [self._verdict(by_number[verdict.answer.row], verdict) for verdict in judged(self.form, answers)]

    def store(self, verdicts: Sequence[Verdict]) -> None:
        answers = [verdict.of for verdict in verdicts]
        operations.save_answers(by=self.by, assessment=self.form.header.key, answers=answers, now=self.now)

    def _verdict(self, row: Row, verdict: Judged) -> Verdict:
        node = self.form.instrument.by_code.get(verdict.answer.node)
        unit = Bilingual(**node.mark.unit) if node and isinstance(node.mark, index.BandMark) else ""
        values = tuple(_value(change, unit if change.field == "quantity" else "") for change in verdict.changes)
        title = Bilingual(**node.title) if node else verdict.answer.node
        return Verdict(row, OUTCOMES[verdict.outcome], values, verdict.faults, title=title, of=verdict.answer)


@dataclass(frozen=True, slots=True)
class FilesReading(Reading):
    """The rows of many files; each sheet is one of them. What a fault names is no column where it is said already."""

    columns: Mapping[str, tuple[Heading, ...]] = field(default_factory=dict)

    def label(self, row: Row, name: str) -> str:
        labels = (heading.label for heading in self.columns.get(row.sheet, ()) if heading.column == name)
        return next(labels, name)


class RegionForms(PersonsImporter):
    """The workbooks of many regions in one archive, as drafts on their behalf; the subject is the key of the phase.

    A file with faults is left out, and the others can be stored. Made for anybody else it raises NotFound, NotAllowed.
    """

    kind = "evaluation.region-forms"
    most_rows = MAX_ROWS
    longest_cell = MAX_CELL
    outcomes = (FILLED, HERE_ALREADY, LEFT_OUT)
    shared, lasting, by_worker = True, True, True
    recorded = "evaluation.import"
    no_file = Fault("not-archive", N_("This is neither a ZIP archive nor an Excel workbook (.xlsx)"))

    def __init__(self, by: Standing, subject: object, now: datetime) -> None:
        super().__init__(by, subject, now)
        self.phase = filling.phase_of_key(int(self.subject), by=by)

    def columns(self) -> Sequence[Column]:
        return columns_of(self.phase.instrument)

    def inspect(self, name: str, content: bytes, chosen: Mapping[str, str]) -> list[Table]:
        tables = []
        for number, (file, inside) in enumerate(files_in(name, content), start=1):
            tables.append(self._table(file, inside))
            self.progress(number * keeping.STEP)
        return tables

    def _table(self, file: str, inside: bytes | Fault) -> Table:
        """The table of a file; of one that cannot be read its faults alone."""
        if isinstance(inside, Fault):
            return Table(file, 0, (), (), (inside,))
        limits: dict[str, Any] = {"most_rows": self.most_rows, "longest_cell": self.longest_cell}
        headings = headings_of({"": self.columns()}, {})
        try:
            return inspect_content(file, inside, headings=headings, patience=PATIENCE_OF_A_JOB, **limits)
        except Faults as refused:
            if any(fault.code == "not-now" for fault in refused.faults):
                raise
            return Table(file, 0, (), (), tuple(refused.faults))

    def reading(self, tables: Sequence[Table], chosen: Mapping[str, str]) -> Reading:
        rows: list[Row] = []
        columns = {}
        for table in tables:
            if table.faults:
                rows.append(Row(0, {}, table.faults, table.name))
                continue
            reading = read_rows({"": table}, {"": self.columns()})
            columns[table.name] = reading.headings[""]
            rows += [
                Row(fault.row, {}, (replace(fault.fault, place=fault.column),), table.name) for fault in reading.faults
            ]
            rows += [replace(row, sheet=table.name) for row in reading.rows]
        return FilesReading(tuple(rows), (), (), {}, columns)

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        files: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows:
            files[row.sheet].append(row)
        kept = _alone([self._file(number, rows) for number, rows in enumerate(files.values(), start=1)])
        if not any(head.outcome.stored for head, _parts in kept):
            # Nothing can be stored, so no fault has a row to stand next to.
            kept = [(_refused(head), [_refused(part) for part in parts]) for head, parts in kept]
        return [verdict for head, parts in kept for verdict in (head, *parts)]

    def hold(self) -> None:
        operations.hold_filling(by=self.by, campaign=self.phase.campaign, phase=self.phase.number)

    def store(self, verdicts: Sequence[Verdict]) -> None:
        operations.fill_in(
            by=self.by,
            campaign=self.phase.campaign,
            phase=self.phase.number,
            drafts=[verdict.of for verdict in verdicts],
            now=self.now,
        )

    def _file(self, number: int, rows: Sequence[Row]) -> Found:
        name = rows[0].sheet
        head = Row(number, {}, (), name)
        wrong = [row for row in rows if row.faults]
        key = None if wrong and not wrong[0].values else assessment_of(rows)
        if key is None:
            parts = [Verdict(replace(row, faults=()), PART, notes=row.faults) for row in wrong]
            nobody = Fault("no-region", N_("No region can be told: this is no form that was exported here"))
            left_out = Verdict(head, LEFT_OUT, title="–", about=(name,))
            return left_out, _first(parts) if wrong else [_whole(name, nobody)]
        try:
            answers = answers_of(rows, self.phase.instrument, key)
        except Faults as refused:
            return Verdict(head, LEFT_OUT, title="–", about=(name,)), [_whole(name, *refused.faults)]
        draft = filling.judged_draft(self.phase, key, answers, by=self.by, now=self.now)
        if draft is None:
            foreign = Fault("foreign-form", N_("This form belongs to no region of this phase"))
            return Verdict(head, LEFT_OUT, title="–", about=(name,)), [_whole(name, foreign)]
        return self._draft(head, key, draft)

    def _draft(self, head: Row, key: int, draft: filling.JudgedDraft) -> Found:
        """The same of a file whose region is known."""
        changed = [verdict for verdict in draft.verdicts if verdict.outcome is Outcome.CHANGED]
        faulty = [verdict for verdict in draft.verdicts if verdict.outcome is Outcome.REFUSED]
        values = (
            Value(N_("Answers that change"), len(changed)),
            Value(N_("Answers that stay"), len(draft.verdicts) - len(changed) - len(faulty)),
            Value(N_("Rows with faults"), len(faulty)),
        )
        parts = _first(
            [Verdict(Row(verdict.answer.row, {}, (), head.sheet), PART, notes=verdict.faults) for verdict in faulty]
        )
        if draft.why_not and changed:
            parts.insert(0, _whole(head.sheet, Fault("not-open", draft.why_not)))
        outcome = LEFT_OUT if parts else FILLED if changed else HERE_ALREADY
        seen = json.dumps(
            [[verdict.answer.node, *map(_said, verdict.changes)] for verdict in changed], ensure_ascii=False
        )
        of = Draft(key, head.sheet, tuple(verdict.answer for verdict in changed))
        about, digest = (head.sheet,), hashlib.sha256(seen.encode()).hexdigest()
        return Verdict(head, outcome, values, (), (), draft.region, digest, of, about), parts


def _alone(files: Sequence[Found]) -> list[Found]:
    """The same, where no region has several files: which of them is right nobody can tell."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    for head, _parts in files:
        if head.of is not None:
            names[head.of.assessment].append(head.row.sheet)
    left = []
    for head, parts in files:
        others = [] if head.of is None else [name for name in names[head.of.assessment] if name != head.row.sheet]
        if others:
            sentence = N_("Other files are of the same region (%(others)s): send one of them alone")
            twice = Fault("region-twice", sentence, {"others": ", ".join(others[:MAX_NAMED])})
            left.append((replace(head, outcome=LEFT_OUT), [_whole(head.row.sheet, twice), *parts]))
        else:
            left.append((head, parts))
    return left


def _whole(file: str, *faults: Fault) -> Verdict:
    """Return a verdict for faults of a file as a whole, which belong to none of its rows."""
    return Verdict(Row(0, {}, (), file), PART, notes=faults)


def _first(parts: list[Verdict]) -> list[Verdict]:
    """The first faulty rows of a file, and how many more there are."""
    more = len(parts) - MAX_PARTS
    if more <= 0:
        return parts
    sentence = N_("Rows with faults besides those that are told: %(count)s")
    return [*parts[:MAX_PARTS], _whole(parts[0].row.sheet, Fault("more-rows", sentence, {"count": more}))]


def _said(change: Change) -> list[str | None]:
    return [change.field, change.before, change.after]


def _refused(verdict: Verdict) -> Verdict:
    """The same as faults; one of a whole file names it, because it stands in no table."""
    faults, name = verdict.notes, verdict.row.sheet
    if not verdict.row.number:
        faults = tuple(fault if fault.place.startswith(name) else replace(fault, place=name) for fault in faults)
    return replace(verdict, faults=faults, notes=())


def _value(change: Change, unit: Bilingual | str) -> Value:
    before, after = (
        Decimal(value) if value and change.field in NUMBERS else value for value in (change.before, change.after)
    )
    return Value(change.name, after, before, unit)
