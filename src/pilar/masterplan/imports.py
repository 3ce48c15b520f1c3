"""Programmes of a plan from a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Self

from pilar.masterplan import operations, queries, wording
from pilar.masterplan.queries.importing import book_frame, known_in
from pilar.masterplan.rules.authority import Action, Case, require
from pilar.masterplan.rules.content import MAX_TEXT
from pilar.masterplan.rules.workbook import MAX_ROWS
from pilar.masterplan.rules.workbook_columns import columns_of
from pilar.masterplan.rules.workbook_judging import OUTCOMES, RowVerdict, judge
from pilar.masterplan.rules.workbook_reading import BookFrame, Placed, read_programmes
from pilar.people.imports import PersonsImporter
from pilar.people.rules import NotFound, Standing
from pilar.platform.errors import Fault
from pilar.platform.imports import PART, Column, Row, Value, Verdict
from pilar.platform.imports.keeping import subject_of
from pilar.platform.imports.states import ImportNotFound


class Programmes(PersonsImporter):
    """The programmes that somebody who edits proposals brings into a version, whose key is the subject.

    Made for anybody else it raises NotFound or NotAllowed.
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
        """The one that a file with this key is imported by; raises :class:`ImportNotFound`, NotAllowed."""
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
        """What a workbook is read against."""
        return book_frame(self.version)

    def sheets(self) -> Mapping[str, Sequence[Column]]:
        return columns_of(self.book.frame.framework, self.book.years, self.book.offices)

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        found, lost = read_programmes(rows, self.book, progress=self.progress)
        verdicts = list(_parts(lost, ()))
        for verdict in judge(found, known_in(self.version)):
            verdicts += [
                self._verdict(verdict),
                *_parts(verdict.imported.faults, _notes(verdict), head=verdict.imported.row),
            ]
        return verdicts

    def shown(self, verdict: Verdict) -> tuple[Value, ...]:
        one: RowVerdict = verdict.of
        if one.imported.content is None or not one.outcome.stored:
            return ()
        return wording.values(one.before, one.imported.content, self.offices)

    def hold(self) -> None:
        operations.hold_proposals(by=self.by, version=self.version.key)

    def store(self, verdicts: Sequence[Verdict]) -> None:
        found = [verdict.of for verdict in verdicts]
        operations.store_programmes(
            by=self.by, version=self.version.key, verdicts=found, name=self.file, now=self.now
        )  # fmt: skip

    def _verdict(self, one: RowVerdict) -> Verdict:
        row = one.imported.row
        faults = (*one.faults, *(fault for place, fault in one.imported.faults if place is row))
        notes = tuple(fault for place, fault in _notes(one) if place is row)
        office = self.offices.get(row["owner"] or 0, "") if one.imported.content else ""
        return Verdict(
            row, one.outcome, (), faults, notes, row["title"] or "", one.seen, one, (one.imported.code, office)
        )  # fmt: skip


def _parts(faults: Sequence[Placed], notes: Sequence[Placed], *, head: Row | None = None) -> Iterator[Verdict]:
    """What is told of rows other than the one that names their programme."""
    rows: dict[int, tuple[Row, list[Fault], list[Fault]]] = {}
    for place, told in enumerate((faults, notes)):
        for row, fault in told:
            rows.setdefault(id(row), (row, [], []))[1 + place].append(fault)
    for row, wrong, noted in rows.values():
        if row is not head:
            yield Verdict(row, PART, (), tuple(wrong), tuple(noted))


def _notes(one: RowVerdict) -> tuple[Placed, ...]:
    return one.imported.notes if one.outcome.stored else ()
