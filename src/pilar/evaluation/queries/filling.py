"""Read what the secretariat needs to fill in forms: the phase, a form's region, and a dry run of its answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pilar import index
from pilar.evaluation.models import Assessment, Phase
from pilar.evaluation.queries.answer_rows import StoredAnswer
from pilar.evaluation.queries.answers import stored_answers
from pilar.evaluation.queries.cases import assessment_for, case_of, phase_for, tree_for
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.rules.answer_sheets import Known, SheetAnswer, Verdict, judge
from pilar.evaluation.rules.authority import Action, Case, obstacle, require
from pilar.people.rules import Standing, existing


@dataclass(frozen=True, slots=True)
class PhaseToFill:
    """A phase whose regions' workbooks are brought in."""

    key: int
    campaign: str
    number: int
    instrument: index.Instrument


@dataclass(frozen=True, slots=True)
class JudgedDraft:
    """The result of a draft of answers for one region. ``why_not``: why nothing can be filled in for it now."""

    region: str
    why_not: str
    verdicts: tuple[Verdict, ...]


def phase_to_fill(code: str, number: int, *, by: Standing) -> PhaseToFill:
    """Raises :class:`NotFound` and :class:`NotAllowed`."""
    phase = phase_for(by, code, number)
    require(by, Action.FILL_IN, Case(), known=True)
    return PhaseToFill(phase.pk, code, number, tree_of(phase.campaign.instrument))


def phase_of_key(key: int, *, by: Standing) -> PhaseToFill:
    """As :func:`phase_to_fill`, by the key of the phase."""
    code, number = existing(Phase.objects.filter(pk=key).values_list("campaign__code", "number").first())
    return phase_to_fill(code, number, by=by)


def judged_draft(
    phase: PhaseToFill, assessment: int, answers: Sequence[SheetAnswer], *, by: Standing, now: datetime
) -> JudgedDraft | None:
    """Return what would become of a region's answers if they were filled in now; None for a form of another phase."""
    if not Assessment.objects.filter(pk=assessment, phase=phase.key).exists():
        return None
    row = assessment_for(by, assessment)
    refused = obstacle(by, Action.FILL_IN, case_of(row, now=now))
    return JudgedDraft(
        row.participation.region.name,
        refused.text() if refused else "",
        judged_answers(row, answers),
    )


def judged_answers(assessment: Assessment, answers: Sequence[SheetAnswer]) -> tuple[Verdict, ...]:
    """Return what would become of each answer, no matter who gives it."""
    stored, instrument = stored_answers(assessment), tree_for(assessment)

    def known(node: str) -> Known:
        answer = stored.get(node, StoredAnswer())
        return Known(given=answer.given, version=answer.version, changed_by=answer.changed_by)

    return tuple(judge(instrument, answer, known(answer.node)) for answer in answers)
