"""Imports of a survey's answers, and of questionnaires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from pilar.people.imports import PersonsImporter, VersionImporter
from pilar.platform.errors import Fault, Faults
from pilar.platform.imports import NEW, REFUSED, UNCHANGED, Column, Row, Value, Verdict
from pilar.platform.language import N_, Bilingual
from pilar.platform.tables import Table
from pilar.surveys import operations, queries
from pilar.surveys.operations import SheetsStored
from pilar.surveys.queries import SurveyRow
from pilar.surveys.queries.questionnaires import before, require_sending, sending_faults
from pilar.surveys.reference import parse
from pilar.surveys.rules.answers import Mode, cleaned
from pilar.surveys.rules.authority import Action, Case, may
from pilar.surveys.rules.paper import (
    DAY,
    GROUP,
    MAX_CELL,
    MAX_ROWS,
    NAMES,
    NUMBER,
    Sheet,
    columns_of,
    numbers_of,
    options_of,
    sheet_of,
)
from pilar.surveys.rules.questionnaire_drafts import changes, whole
from pilar.surveys.rules.questionnaire_sheets import inspect_questionnaire
from pilar.surveys.rules.surveys import SurveyClosed
from pilar.surveys.wording import programme_names


class Answers(PersonsImporter):
    """Answers about the programmes for which a person may enter answers."""

    kind = "surveys.answers"
    most_rows = MAX_ROWS
    longest_cell = MAX_CELL

    @cached_property
    def survey(self) -> SurveyRow:
        """The survey; raises NotFound."""
        return queries.survey(int(self.subject), scope=self.by)

    @cached_property
    def programmes(self) -> dict[int, str]:
        """The names of the programmes, by cell."""
        row = self.survey
        cells = queries.cells(row, scope=self.by)
        return programme_names(
            cell for cell in cells if may(self.by, Action.ENTER, Case(row.region, cell.office, row.state))
        )

    def columns(self) -> Sequence[Column]:
        return columns_of(self.survey.questionnaire, self.programmes)

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        form = self.survey.questionnaire
        read = [(row, *sheet_of(row, form, self.programmes)) for row in rows]
        known: frozenset[int] = frozenset()
        refused: dict[int, list[Fault]] = {}
        if not any(faults for _row, _sheet, faults in read):
            try:
                known = self._enter([sheet for _row, sheet, _faults in read], rehearsal=True).known_at
            except Faults as told:
                refused = _by_place(told)
        return [
            self._verdict(row, sheet, (*faults, *refused.get(place, ())), known=place in known)
            for place, (row, sheet, faults) in enumerate(read)
        ]

    def store(self, verdicts: Sequence[Verdict]) -> None:
        self._enter([verdict.of for verdict in verdicts], rehearsal=False)

    def _enter(self, sheets: Sequence[Sheet], *, rehearsal: bool) -> SheetsStored:
        try:
            return operations.enter_sheets(
                by=self.by, survey=self.survey.key, mode=Mode.IMPORT, sheets=sheets, now=self.now, rehearsal=rehearsal
            )
        except SurveyClosed as closed:
            raise Faults([Fault(closed.code, closed.sentence)]) from None

    def _verdict(self, row: Row, sheet: Sheet, faults: tuple[Fault, ...], *, known: bool) -> Verdict:
        title = self.programmes.get(sheet.cell, "")
        if faults:
            return Verdict(row, REFUSED, (), faults, title=title)
        form = self.survey.questionnaire
        left = len(sheet.given.answers) - len(cleaned(sheet.given, form))
        sentence = N_("%(count)s cells answer questions that were not to be asked: they are left out")
        notes = (Fault("left-out", sentence, {"count": left}),) if left else ()
        outcome = UNCHANGED if known else NEW
        return Verdict(row, outcome, tuple(self._values(sheet)), notes=notes, title=title, of=sheet)

    def _values(self, sheet: Sheet) -> Iterator[Value]:
        form, given = self.survey.questionnaire, sheet.given
        numbers = numbers_of(form)
        yield Value(NAMES[NUMBER], sheet.number)
        yield Value(NAMES[DAY], sheet.day)
        asked = [
            *([(GROUP, form.groups, given.group)] if form.groups else ()),
            *((field.code, field.options, given.profile.get(field.code)) for field in form.profile),
            *((item.code, options_of(item, form), given.answers.get(item.code)) for item in form.items()),
        ]
        for code, options, said in asked:
            if said:
                words = next((option.title for option in options if option.code == str(said)), said)
                yield Value(Bilingual(numbers[code], numbers[code]), words)


class Questionnaires(VersionImporter):
    """The file of one questionnaire."""

    kind = "surveys.questionnaire"

    def inspect(self, name: str, content: bytes, chosen: Mapping[str, str]) -> list[Table]:
        return inspect_questionnaire(name, content)

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        require_sending(self.by)
        after = parse(rows[0]["text"])
        if faults := sending_faults(after):
            raise Faults(faults)
        earlier = before(after.code)
        names = [f"{form.code} {form.version}" for form in (earlier, after) if form is not None]
        return self.verdicts(
            rows, title=after.title, seen=after.fingerprint, names=names, whole=whole(earlier, after),
            changes=changes(earlier, after),
        )  # fmt: skip

    def store(self, verdicts: Sequence[Verdict]) -> None:
        operations.send_questionnaire(by=self.by, document=verdicts[0].of, file=self.file, now=self.now)


def _by_place(told: Faults) -> dict[int, list[Fault]]:
    """Return the faults of the operation by the place of their sheet; a fault without one belongs to the file."""
    faults: dict[int, list[Fault]] = {}
    for fault in told.faults:
        place, point, code = fault.place.partition(".")
        if not point:
            raise told
        faults.setdefault(int(place), []).append(replace(fault, place=code))
    return faults
