"""A self-assessment from its form as a file."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property

from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.queries.answer_rows import Form
from pilar.evaluation.queries.answers import form as form_for
from pilar.evaluation.queries.answers import judged
from pilar.evaluation.rules.answer_sheets import MAX_CELL, MAX_ROWS, Outcome, answers_of, columns_of
from pilar.evaluation.rules.answer_sheets import Verdict as Judged
from pilar.evaluation.rules.answers import NUMBERS, Change
from pilar.people.imports import PersonsImporter
from pilar.platform import imports
from pilar.platform.imports import CHANGED, REFUSED, Column, Row, Value, Verdict
from pilar.platform.language import N_, Bilingual

OUTCOMES = {
    Outcome.CHANGED: CHANGED,
    Outcome.UNCHANGED: imports.Outcome("unchanged", N_("unchanged")),
    Outcome.REFUSED: REFUSED,
}


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

    def _verdict(self, row: Row, one: Judged) -> Verdict:
        node = self.form.instrument.by_code.get(one.answer.node)
        unit = Bilingual(**node.mark.unit) if node and isinstance(node.mark, index.BandMark) else ""
        values = tuple(_value(change, unit if change.field == "quantity" else "") for change in one.changes)
        title = Bilingual(**node.title) if node else one.answer.node
        return Verdict(row, OUTCOMES[one.outcome], values, one.faults, title=title, of=one.answer)


def _value(change: Change, unit: Bilingual | str) -> Value:
    before, after = (Decimal(one) if one and change.field in NUMBERS else one for one in (change.before, change.after))
    return Value(change.name, after, before, unit)
