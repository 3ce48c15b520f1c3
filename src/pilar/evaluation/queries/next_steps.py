"""Read a region's next steps, from its agreed marks or, before these are shown, from its own answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pilar import index
from pilar.evaluation.queries.answer_rows import AssessmentHeader, StoredAnswer
from pilar.evaluation.queries.answers import header_of, stored_answers
from pilar.evaluation.queries.cases import assessment_to, left_out_of, tree_for
from pilar.evaluation.queries.marking import path_to
from pilar.evaluation.queries.panel_marks import agreed_marks
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.answers import derived_mark, engine_answer
from pilar.evaluation.rules.authority import Action, may
from pilar.evaluation.rules.computing import agreed_answer
from pilar.evaluation.rules.next_steps import Answers, Outlook, Wish, cheapest, outlook
from pilar.index.next_steps import NextSteps, OutOfReach
from pilar.people.rules import Standing


@dataclass(frozen=True, slots=True)
class Position:
    """The starting point of the steps of one assessment. ``agreed``: from the marks of the panel, otherwise from own
    answers.

    ``open``: indicators without an answer that apply.
    """

    header: AssessmentHeader
    instrument: index.Instrument
    agreed: bool
    answers: Answers
    outlook: Outlook
    open: tuple[str, ...]

    def title(self, code: str) -> Bilingual:
        return Bilingual(**self.instrument.node(code).title)

    def path(self, code: str) -> tuple[Bilingual, ...]:
        """The titles above an indicator, from the dimension down."""
        return path_to(self.instrument, code)[:-1]


def position(key: int, *, by: Standing) -> Position:
    """Return where an assessment stands, for its region's team and the secretariat. Seven queries at most.

    Raises NotFound, NotAllowed, and Faults for answers that cannot be scored.
    """
    assessment, case = assessment_to(by, key, Action.PLAN_STEPS)
    instrument, given = tree_for(assessment), stored_answers(assessment)
    agreed: dict[str, Decimal] = {}
    if may(by, Action.SEE_AGREED_MARKS, case):
        agreed = {code: agreed.value for code, agreed in agreed_marks(assessment).items()}
    answers = _agreed(instrument, agreed, given) if agreed else _own(instrument, given)
    left_out = left_out_of(assessment)
    return Position(
        header=header_of(assessment),
        instrument=instrument,
        agreed=bool(agreed),
        answers=answers,
        outlook=outlook(instrument, answers),
        open=tuple(leaf.code for leaf in instrument.leaves if leaf.code not in answers and leaf.code not in left_out),
    )


def steps_to(position: Position, wish: Wish) -> NextSteps | OutOfReach | None:
    """The cheapest steps from there to what is wished for; None without a final to start from.

    Raises Faults, NoStepsInTime.
    """
    return None if position.outlook.final is None else cheapest(position.instrument, position.answers, wish)


def _own(instrument: index.Instrument, given: Mapping[str, StoredAnswer]) -> dict[str, index.Answer | None]:
    answers = {
        leaf.code: engine_answer(leaf, given[leaf.code].given) for leaf in instrument.leaves if leaf.code in given
    }
    return {code: answer for code, answer in answers.items() if answer is not None}


def _agreed(
    instrument: index.Instrument, agreed: Mapping[str, Decimal], given: Mapping[str, StoredAnswer]
) -> dict[str, index.Answer | None]:
    """The agreed marks; a quantity of the region stands in where it gives the mark that was agreed on, since it says
    how far the next band is."""
    answers: dict[str, index.Answer | None] = {}
    for code, value in agreed.items():
        if code not in instrument.by_code:
            continue
        leaf = instrument.node(code)
        own = given[code].given if code in given else None
        same = own is not None and derived_mark(instrument, leaf, own) == Fraction(value)
        measured = engine_answer(leaf, own) if own is not None and same else None
        answers[code] = agreed_answer(leaf, value) if measured is None else measured
    return answers
