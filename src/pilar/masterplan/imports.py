"""Programmes of a plan from a workbook, or from a region's own list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Self

from pilar.masterplan import operations, queries, wording
from pilar.masterplan.operations import Past
from pilar.masterplan.queries.importing import book_frame, known_in
from pilar.masterplan.queries.taking_over import known_programmes, past_period
from pilar.masterplan.rules.authority import Action, Case, require
from pilar.masterplan.rules.content import MAX_TEXT
from pilar.masterplan.rules.list_columns import LEFT_OUT, Fields
from pilar.masterplan.rules.list_headings import Laid, lay_out, likeness
from pilar.masterplan.rules.list_reading import READ, Known, Listed, read_list
from pilar.masterplan.rules.list_words import WordKind, Words
from pilar.masterplan.rules.past_reports import PastReport, read_past, says_nothing
from pilar.masterplan.rules.quarters import quarter_in
from pilar.masterplan.rules.workbook import MAX_ROWS
from pilar.masterplan.rules.workbook_columns import columns_of
from pilar.masterplan.rules.workbook_judging import LIST_OUTCOMES, OUTCOMES, RowVerdict, judge, judge_listed, lacking_in
from pilar.masterplan.rules.workbook_reading import BookFrame, Placed, read_programmes
from pilar.people.imports import PersonsImporter
from pilar.people.rules import NotFound, Standing
from pilar.platform.errors import Fault, Faults
from pilar.platform.imports import (
    NEW,
    PART,
    REFUSED,
    UNCHANGED,
    Column,
    Outcome,
    Reading,
    Row,
    Told,
    Value,
    Verdict,
    figure,
    rupiah,
    text,
    whole,
)
from pilar.platform.imports.columns import Heading
from pilar.platform.imports.keeping import subject_of
from pilar.platform.imports.states import ImportNotFound
from pilar.platform.language import N_, in_both
from pilar.platform.reading import typed_text
from pilar.platform.tables import Percent, Table, folded, inspect_by, inspect_content
from pilar.platform.tables.content import ZIP
from pilar.platform.tables.workbook import read_first
from pilar.platform.versions import Outdated


class Programmes(PersonsImporter):
    """Programmes imported into a version by a person who edits proposals; the subject is the key of the version.

    For anybody else the constructor raises NotFound or NotAllowed.
    """

    kind = "masterplan.programmes"
    most_rows = MAX_ROWS
    longest_cell = MAX_TEXT
    outcomes = OUTCOMES
    shared, lasting, by_worker = True, True, True
    recorded = "masterplan.import"

    def __init__(self, by: Standing, subject: object, now: datetime) -> None:
        super().__init__(by, subject, now)
        self.version = queries.proposing_version(int(self.subject), scope=by)
        case = Case(self.version.plan.region, None, self.version.state)
        require(by, Action.EDIT_PROPOSALS, case, known=True)

    @classmethod
    def of_key(cls, by: Standing, key: int, now: datetime) -> Self:
        """Return the importer of the file with this key; raises :class:`ImportNotFound`, NotAllowed."""
        try:
            return cls(by, subject_of(cls, key), now)
        except NotFound:
            raise ImportNotFound from None

    @property
    def area(self) -> str:
        return self.version.plan.region

    @cached_property
    def offices(self) -> Mapping[int, str]:
        """Names of the region's offices by key."""
        return queries.office_names(self.version.plan.region)

    @cached_property
    def book(self) -> BookFrame:
        """Return the frame that a workbook is checked against."""
        return book_frame(self.version)

    def sheets(self) -> Mapping[str, Sequence[Column]]:
        return columns_of(self.book.frame.framework, self.book.years, self.book.offices)

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        read_rows, lost = read_programmes(rows, self.book, progress=self.progress)
        verdicts = list(_parts(lost, ()))
        for verdict in judge(read_rows, known_in(self.version)):
            verdicts += [
                self._verdict(verdict),
                *_parts(verdict.imported.faults, _notes(verdict), head=verdict.imported.row),
            ]
        return verdicts

    def shown(self, verdict: Verdict) -> tuple[Value, ...]:
        row_verdict: RowVerdict = verdict.of
        if row_verdict.imported.content is None or not row_verdict.outcome.stored:
            return ()
        return wording.values(row_verdict.before, row_verdict.imported.content, self.offices)

    def hold(self) -> None:
        operations.hold_proposals(by=self.by, version=self.version.key)

    def store(self, verdicts: Sequence[Verdict]) -> None:
        verdicts_of = [verdict.of for verdict in verdicts]
        operations.store_programmes(
            by=self.by, version=self.version.key, verdicts=verdicts_of, name=self.file, now=self.now
        )  # fmt: skip

    def _verdict(self, verdict: RowVerdict) -> Verdict:
        row = verdict.imported.row
        faults = (*verdict.faults, *(fault for place, fault in verdict.imported.faults if place is row))
        notes = tuple(fault for place, fault in _notes(verdict) if place is row)
        office = self.offices.get(row["owner"] or 0, "") if verdict.imported.content else ""
        return Verdict(
            row, verdict.outcome, (), faults, notes, row["title"] or "", verdict.seen, verdict,
            (verdict.imported.code, office),
        )  # fmt: skip


PAST_COLUMNS = (
    Column("programme", N_("Code of the programme"), ("kode", "kode program", "code"), filled=True, example="P001"),
    Column("title", N_("Name of the programme"), (), required=False, ignored=True),
    Column("office", N_("Owner office"), ("perangkat daerah", "opd"), required=False, ignored=True),
    Column("quarter", N_("Quarter"), ("triwulan", "tw", "periode"), read=lambda cell, _notation: quarter_in(cell),
           filled=True, example="2024-Q1", remark=N_("Such as quarter I 2024 or 2024-Q1")),
    Column("activity", N_("Number of the activity"), ("kegiatan", "no kegiatan"), read=whole, required=False,
           remark=N_("Empty: the per cent hold for every activity of the programme")),
    Column("done", N_("Done, per cent"), ("realisasi fisik", "capaian", "progres", "%"), read=figure("%"),
           figures=True, highest=Decimal(100), example=60,
           remark=N_("How far it is by the end of the quarter, not what the quarter added")),
    Column("spent", N_("Spent in this quarter, Rp"), ("realisasi keuangan", "realisasi anggaran", "belanja"),
           read=rupiah, figures=True, example=200_000_000, remark=N_("Of this quarter alone; 0 if none")),
    Column("readings", N_("Figures of target indicators"), ("indikator",), required=False,
           read=lambda cell, _notation: cell if isinstance(cell, Decimal | Percent) else text(cell),
           remark=N_("Number of the indicator and its figure: 1: 12,5; 2: 40")),
    Column("there", N_("Monitored things that are there"), required=False, remark=N_("Their numbers: 1, 3")),
    Column("obstacles", N_("Obstacles"), ("kendala", "hambatan"), required=False),
    Column("source", N_("Where the report comes from"), ("sumber",), required=False,
           example="Laporan triwulan I 2024",
           remark=N_("The document in which it was reported before; each report names one")),
)  # fmt: skip
WITHOUT = Outcome("without", N_("left blank"))


class PastReports(PersonsImporter):
    """Earlier reports from before a plan was kept here, by programme and quarter; the subject is a version of the plan.

    For anybody else the constructor raises NotFound or NotAllowed.
    """

    kind = "masterplan.past-reports"
    longest_cell = MAX_TEXT
    outcomes = (NEW, UNCHANGED, WITHOUT, REFUSED)

    def __init__(self, by: Standing, subject: object, now: datetime) -> None:
        super().__init__(by, subject, now)
        self.version = queries.version(int(self.subject), scope=by)
        require(by, Action.TAKE_OVER, Case(self.version.plan.region, None, self.version.state), known=True)

    @property
    def area(self) -> str:
        return self.version.plan.region

    def columns(self) -> Sequence[Column]:
        return PAST_COLUMNS

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        said = [row for row in rows if not says_nothing(row)]
        plan = self.version.plan
        reports = read_past(said, known_programmes(plan.key), past_period(plan, self.now))
        verdicts = [Verdict(row, WITHOUT) for row in rows if says_nothing(row)]
        for report in reports:
            verdicts += [_past(report), *_parts(report.faults, report.notes, head=report.row)]
        return verdicts

    def store(self, verdicts: Sequence[Verdict]) -> None:
        reports: list[PastReport] = [verdict.of for verdict in verdicts]
        past = [
            Past(report.programme.line, report.quarter, report.given, self.now, taken_from=report.source)
            for report in reports
            if report.programme and report.quarter
        ]
        try:
            operations.report_past(by=self.by, plan=self.version.plan.key, past=past, now=self.now)
        except Outdated:
            sentence = N_("A quarter of this file has been reported meanwhile: send the file again")
            raise Faults([Fault("reported", sentence)]) from None


def _past(report: PastReport) -> Verdict:
    programme = report.programme
    values = (
        Value(N_("Quarter"), in_both(lambda: report.quarter.name if report.quarter else "")),
        Value(N_("Done, per cent"), report.mean),
        Value(N_("Spent in this quarter, Rp"), None if report.mean is None else report.given.spent),
        Value(N_("Figures of target indicators"), in_both(lambda: _readings(report))),
        Value(N_("Where the report comes from"), report.source),
    )
    title = f"{programme.code} {programme.title}" if programme else str(report.row["programme"] or "")
    faults = tuple(fault for row, fault in report.faults if row is report.row)
    notes = tuple(fault for row, fault in report.notes if row is report.row)
    outcome = REFUSED if report.faults else UNCHANGED if report.there else NEW
    return Verdict(report.row, outcome, values, faults, notes, title, of=report)


def _readings(report: PastReport) -> str:
    return "; ".join(f"{number}: {typed_text(value)}" for number, value in report.given.readings.items())


def _parts(faults: Sequence[Placed], notes: Sequence[Placed], *, head: Row | None = None) -> Iterator[Verdict]:
    """Yield the verdicts on rows other than the one that names their programme."""
    rows: dict[int, tuple[Row, list[Fault], list[Fault]]] = {}
    for place, told in enumerate((faults, notes)):
        for row, fault in told:
            rows.setdefault(id(row), (row, [], []))[1 + place].append(fault)
    for row, wrong, noted in rows.values():
        if row is not head:
            yield Verdict(row, PART, (), tuple(wrong), tuple(noted))


def _notes(verdict: RowVerdict) -> tuple[Placed, ...]:
    return verdict.imported.notes if verdict.outcome.stored else ()


class Lists(Programmes):
    """Programmes from a region's own list, whose columns and words have the meanings that the region has set."""

    kind = "masterplan.list"
    outcomes = LIST_OUTCOMES
    by_worker = False
    listed: Listed
    """The last list that was read."""

    @cached_property
    def words(self) -> Words:
        """Return the meanings that the region has set."""
        return queries.list_words(self.version)

    @cached_property
    def fields(self) -> Fields:
        return Fields(self.book.years)

    @cached_property
    def known(self) -> Known:
        """Return the offices and other things that the words of a list stand for."""
        framework = self.book.frame.framework
        cells = {
            (sheet, column.name): column.read
            for sheet, columns in columns_of(framework, self.book.years, self.book.offices).items()
            for column in columns
        }
        said = self.words.of(WordKind.OFFICE)
        offices: dict[str, int | str] = {**queries.offices_by_word(self.version)}
        offices |= {word: LEFT_OUT for word, meaning in said.items() if meaning == LEFT_OUT}
        offices |= {
            word: int(meaning)
            for word, meaning in said.items()
            if meaning.isdecimal() and int(meaning) in self.book.frame.offices
        }
        parts = {
            folded(name): part.code
            for part in framework.pillars.parts()
            for name in (part.title.en, part.title.id, part.code)
        }
        told = {part.code for part in framework.pillars.parts()}
        parts |= {word: meaning for word, meaning in self.words.of(WordKind.PART).items() if meaning in told}
        readers = {name: cells[sheet.value, column] for name, (sheet, column) in READ.items()}
        words = frozenset({*said, *self.words.of(WordKind.PART)})
        return Known(offices, parts, self.words.fund, readers, words)

    def sheets(self) -> Mapping[str, Sequence[Column]]:
        return {"": ()}

    def inspect(self, name: str, content: bytes, chosen: Mapping[str, str]) -> list[Table]:
        """Return all filled rows of the first sheet."""
        limits: dict[str, int] = {"most_rows": self.most_rows, "longest_cell": self.longest_cell}
        if content.startswith(ZIP):
            return inspect_by(read_first, name, content, **limits)
        return [inspect_content(name, content, **limits, headings=None)]

    def laid_out(self, table: Table) -> Laid:
        """Find the headings of a list, and the meanings of its columns."""
        return lay_out(table, self.fields, self.words.of(WordKind.COLUMN), self.words.rows(likeness(table)))

    def reading(self, tables: Sequence[Table], chosen: Mapping[str, str]) -> Reading:
        table = tables[0]
        laid = self.laid_out(table)
        told = [_of_a_list(fault) for fault in table.faults]
        notes = [Told(0, "", fault) for fault in told if fault.code in ("read-formulas", "further-sheets")]
        faults = [Told(0, "", fault) for fault in told if fault.code not in ("read-formulas", "further-sheets")]
        titles = self.fields.titles()
        for name in ("title", "owner"):
            if laid.place(name) is None:
                sentence = N_("No column is said to be “%(name)s”")
                faults.append(Told(laid.last, "", Fault("missing-column", sentence, {"name": titles[name]})))
        faults += [Told(laid.last, "", fault) for fault in _said_twice(laid, titles)]
        left = [heading.label for heading in laid.headings if heading.field in ("", LEFT_OUT)]
        left += [str(column) for column in laid.nameless]
        if left:
            sentence = N_("These columns are left out: %(columns)s")
            notes.append(Told(0, "", Fault("left-out", sentence, {"columns": ", ".join(left)})))
        self.listed = Listed() if faults else read_list(laid, self.known)
        headings = tuple(
            Heading(heading.key, heading.place, heading.samples, heading.field) for heading in laid.headings
        )
        return Reading(tuple(self.listed.rows), tuple(faults), (*notes, *self.listed.notes), {"": headings})

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        if not rows:
            raise Faults([Fault("no-programmes", N_("No row below the headings names a programme"))])
        book = replace(self.book, offices={f"#{key}": key for key in self.book.frame.offices})
        read_rows, _lost = read_programmes(rows, book, progress=self.progress, drafts=True)
        verdicts: list[Verdict] = []
        for verdict in judge_listed(read_rows, known_in(self.version)):
            head = self._of_list(
                verdict, [placed for placed in verdict.imported.faults if placed[0] is verdict.imported.row]
            )
            further = [placed for placed in verdict.imported.faults if placed[0] is not verdict.imported.row]
            verdicts += [head, *self._further(further, verdict.imported.notes if verdict.outcome.stored else ())]
        if lacking := lacking_in(verdict.of for verdict in verdicts if verdict.outcome.stored):
            verdicts.append(Verdict(Row(0, {}), PART, notes=lacking))
        return verdicts

    def _of_list(self, row_verdict: RowVerdict, faults: Sequence[Placed]) -> Verdict:
        verdict = self._verdict(row_verdict)
        row = Row(row_verdict.imported.row.number, {})
        own = tuple(self._at_home(place, fault)[1] for place, fault in faults)
        notes = tuple(
            self._at_home(place, fault)[1] for place, fault in _notes(row_verdict) if place is row_verdict.imported.row
        )
        return replace(verdict, row=row, faults=own, notes=notes, about=verdict.about[1:])

    def _further(self, faults: Sequence[Placed], notes: Sequence[Placed]) -> Iterator[Verdict]:
        """Yield the verdicts on the other columns of a list, each place once."""
        told: dict[tuple[int, str, str], tuple[Row, Fault, bool]] = {}
        for wrong, placed in ((True, faults), (False, notes)):
            for row, fault in placed:
                number, at = self._at_home(row, fault)
                told.setdefault((number, at.place, at.sentence), (Row(number, {}), at, wrong))
        for row, fault, wrong in told.values():
            yield Verdict(row, PART, (), (fault,) if wrong else (), () if wrong else (fault,))

    def _at_home(self, row: Row, fault: Fault) -> tuple[int, Fault]:
        """Move a fault to the row and column of the list."""
        number, name = self.listed.place_of(row, fault.place)
        return number, replace(fault, place=name)


def _said_twice(laid: Laid, titles: Mapping[str, str]) -> Iterator[Fault]:
    """Yield a fault for each field that several columns claim: one of them would be lost."""
    for name in dict.fromkeys(heading.field for heading in laid.headings if heading.field not in ("", LEFT_OUT)):
        columns = [heading.label for heading in laid.headings if heading.field == name]
        if len(columns) > 1:
            sentence = N_(
                "Several columns are said to be “%(name)s”: %(columns)s. Say it of one and leave the others out; "
                "several amounts of one year go into one column, such as 500 juta/250 juta for APBD/APBN"
            )
            yield Fault("field-twice", sentence, {"name": titles[name], "columns": ", ".join(columns)})


def _of_a_list(fault: Fault) -> Fault:
    """Adapt a fault of form to a list, where formulas are read if the file has their results."""
    if fault.code != "formulas":
        return fault
    if blank := fault.fields.get("blank"):
        sentence = N_(
            "Formulas in %(cells)s have no value in the file. Open it in a spreadsheet, save it there and send it again"
        )
        return Fault("blank-formulas", sentence, {"cells": blank}, fault.place)
    sentence = N_("Formulas stand in %(cells)s: what the file shows for them is read. Compare it below")
    return replace(fault, sentence=sentence, code="read-formulas")
