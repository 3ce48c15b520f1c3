"""The box beside an answer with what the master plan, the follow-up or the survey says."""

from __future__ import annotations

from dataclasses import dataclass

from pilar.evaluation.queries.answer_rows import Indicator
from pilar.evaluation.reference import plan_figures
from pilar.evaluation.rules.plan_figures import NOTHING_BESIDE, Figure, Taken
from pilar.evaluation.rules.plan_words import how, origin, said
from pilar.evaluation.rules.survey_words import SurveyView, survey_view
from pilar.evidence.queries import RevisionRow, evidence_list
from pilar.masterplan.reference import framework


@dataclass(frozen=True, slots=True)
class PlanBox:
    """``said``, ``how`` and ``origin`` are sentences; ``evidence`` is what taking the figures would attach, of a survey
    also the files that are made then. ``rule``: where the rule comes from that picks figure and level, an address or
    ``assumption``.

    ``is_taken``: the answer is what is said now. ``before``: what was taken, where something else is said now.
    """

    figure: Figure | None
    said: str
    how: str
    rule: str
    origin: str
    evidence: tuple[RevisionRow, ...]
    is_taken: bool
    taken: Taken | None
    before: str
    survey: SurveyView | None


def plan_box(found: Indicator) -> PlanBox | None:
    """The box of an indicator; None where there is nothing to say."""
    one, header = found.beside, found.form.header
    if one == NOTHING_BESIDE:
        return None
    figure = one.now
    attached = {row.evidence for row in found.evidence}
    wanted = () if figure is None else tuple(key for key in figure.evidence if key not in attached)
    return PlanBox(
        figure=figure,
        said=said(one.shown),
        how="" if figure is None else how(figure, header.year, framework().progress.realised_from),
        rule=plan_figures().source,
        origin=origin(one.shown),
        evidence=evidence_list(wanted, scope=found.form.by) if wanted else (),
        is_taken=one.is_taken(found.answer.given),
        taken=one.taken,
        before=said(one.taken.counted) if one.taken is not None and one.changed else "",
        survey=survey_view(one, one.shown),
    )
