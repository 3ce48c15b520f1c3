"""Read figures for an assessment's indicators from the master plan, last year's follow-up and the year's survey."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from pilar import index
from pilar.evaluation import reference
from pilar.evaluation.models import AnswerOrigin, Assessment, FollowUp, FollowUpEvidence, Participation
from pilar.evaluation.queries.cases import tree_for
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.plan_counting import figures_of
from pilar.evaluation.rules.plan_figures import (
    Beside,
    Figure,
    FigureKind,
    FollowedUp,
    Law,
    PlanYear,
    Programme,
    Taken,
    agrees,
    read,
)
from pilar.evaluation.rules.plan_words import SurveyView, answered, origin, said, survey_view
from pilar.evaluation.rules.stages import FollowUpState
from pilar.evaluation.rules.survey_figures import AskedProgramme, Doubted, ImpactYear, Surveyed, SurveyedPillar
from pilar.index import round_published
from pilar.masterplan.queries import BodyRow, ProgrammeRow, YearFigures, year_figures
from pilar.people.rules import OPERATOR, PUBLIC
from pilar.surveys.queries import ImpactSurvey, PillarScores, SurveyRow, impact_of_year, survey
from pilar.surveys.rules.scores import DECIMALS

WHOLE = OPERATOR
"""Anyone who reads an assessment reads its figures, which are of all programmes of a pillar; in the room of surveys an
office sees its own programmes only."""


def impact_year(participation: Participation) -> ImpactYear | None:
    """The survey of the year of a campaign; None for none that is closed. Four queries."""
    campaign = participation.campaign
    impact_survey = impact_of_year(participation.region_id, campaign.year, synthetic=campaign.synthetic, scope=WHOLE)
    if impact_survey is None:
        return None
    scale = impact_survey.row.questionnaire.scale
    pillars = {code: _pillar(impact_survey, scores) for code, scores in impact_survey.pillars.items()}
    return ImpactYear(min(scale), max(scale), pillars, impact_survey.row.stated_file)


def survey_row(key: int) -> SurveyRow:
    """The survey of a figure, whose reader is known to take it."""
    return survey(key, scope=WHOLE)


def _pillar(impact_survey: ImpactSurvey, scores: PillarScores) -> SurveyedPillar:
    row = impact_survey.row
    shown = [cell.cell for cell in scores.cells if cell.shown]
    lower, upper = scores.interval or (None, None)
    surveyed = Surveyed(
        survey=row.key,
        title=row.title,
        among=impact_survey.among,
        form=row.questionnaire.code,
        version=row.questionnaire.version,
        lower=_text(lower),
        upper=_text(upper),
        count=scores.doubts.count,
        clean=scores.doubts.clean,
        weight=_text(scores.doubts.weight),
        programmes=tuple(
            AskedProgramme(cell.cell.programme, cell.cell.counting, cell.cell.quota) for cell in scores.cells
        ),
        flags=tuple(Doubted(flag.flag, flag.count, flag.weight) for flag in scores.doubts.flags),
        stated_by=row.stated_by if row.stated_on else "",
        stated_on="" if row.stated_on is None else row.stated_on.isoformat(),
        synthetic=row.synthetic,
    )
    wanted = sum(cell.cell.quota for cell in scores.cells)
    return SurveyedPillar(_text(scores.mean), sum(cell.counting for cell in shown), wanted, surveyed)


def _text(value: Fraction | float | None) -> str:
    """As it is published."""
    return "" if value is None else f"{round_published(Fraction(value), DECIMALS):f}"


NOT_OF_PLAN = frozenset({FigureKind.FOLLOW_UP, FigureKind.SURVEY})


@dataclass(frozen=True, slots=True)
class PlanNote:
    """A figure of the plan, the follow-up or the survey for a reader of an answer: sentences in their language.

    ``version`` and ``programmes`` (code, title) lead to the pages of the plan, which is law; ``survey`` is the basis of
    a survey's figure. ``answered`` is empty where the answer equals the figure; ``now`` is empty unless the figure has
    changed since it was taken.
    """

    said: str
    origin: str
    taken: bool
    answered: str
    reason: str
    now: str
    version: int | None
    programmes: tuple[tuple[str, str], ...]
    survey: SurveyView | None


class BesideAnswers:
    """The figures next to the answers of an assessment; read on first use, which saving never needs."""

    def __init__(self, assessment: Assessment, now: datetime) -> None:
        self._found, self._now = assessment, now

    @cached_property
    def by_node(self) -> dict[str, Beside]:
        """By indicator what is said about the year of the campaign, and what was taken into the answer.

        No query where the instrument asks for nothing of the kind, else fifteen at most.
        """
        return _beside(self._found, self._now)


def _beside(assessment: Assessment, now: datetime) -> dict[str, Beside]:
    instrument = tree_for(assessment)
    rules = reference.plan_figures()
    kinds = {rules.nodes[leaf.code].kind for leaf in instrument.leaves if leaf.code in rules.nodes}
    if not kinds:
        return {}
    participation = assessment.participation
    year = participation.campaign.year
    figures = year_figures(participation.region_id, year, scope=PUBLIC, now=now) if kinds - NOT_OF_PLAN else None
    followed = _followed_up(assessment) if FigureKind.FOLLOW_UP in kinds else None
    impact = impact_year(participation) if FigureKind.SURVEY in kinds else None
    said_now = figures_of(rules, instrument, None if figures is None else _plan_year(figures, year), followed, impact)
    taken = _taken(assessment)
    return {
        leaf.code: Beside(said_now.get(leaf.code), taken.get(leaf.code))
        for leaf in instrument.leaves
        if leaf.code in said_now or leaf.code in taken
    }


def figures_of_year(instrument: index.Instrument, figures: YearFigures, year: int) -> dict[str, Figure]:
    """Return what the plan alone says about the indicators of an instrument, by node."""
    return figures_of(reference.plan_figures(), instrument, _plan_year(figures, year), None)


def note_on(beside: Beside, given: Given) -> PlanNote:
    """Return the notes shown next to an answer."""
    held, now = beside.held, beside.now
    differs = given.is_answered and not given.not_applicable and not agrees(held, given)
    programmes = () if now is None else tuple((each.code, each.title) for each in now.programmes)
    return PlanNote(
        said=said(held),
        origin=origin(held),
        taken=beside.taken is not None,
        answered=answered(held, given) if differs else "",
        reason=given.explanation if differs else "",
        now=said(now.counted) if beside.changed and now is not None else "",
        version=beside.version_key,
        programmes=programmes,
        survey=survey_view(beside, held),
    )


def _taken(assessment: Assessment) -> dict[str, Taken]:
    rows = AnswerOrigin.objects.filter(assessment=assessment).select_related("taken_by")
    return {
        row.node: Taken(
            read(row.figures), row.fingerprint, row.plan_version_id, row.taken_by.name if row.taken_by else "",
            row.taken_at,
        )
        for row in rows
    }  # fmt: skip


def _followed_up(assessment: Assessment) -> FollowedUp | None:
    """Return what became of the recommendations of the campaign before. Two queries."""
    campaign = assessment.participation.campaign
    if campaign.previous_id is None:
        return None
    rows = FollowUp.objects.filter(
        finding__assessment__participation__campaign=campaign.previous_id,
        finding__assessment__participation__region=assessment.participation.region_id,
    )
    states = dict(rows.order_by().values_list("pk", "state"))
    done = [key for key, state in states.items() if state == FollowUpState.DONE]
    evidence = FollowUpEvidence.objects.filter(follow_up__in=done).order_by("pk").values_list("evidence", flat=True)
    return FollowedUp(len(states), len(done), tuple(dict.fromkeys(evidence)) if done else ())


def _plan_year(figures: YearFigures, year: int) -> PlanYear:
    version = figures.version
    law = None
    if version.form is not None and version.decreed_on is not None:
        law = Law(version.form, version.decree_number, version.decree_file)
    planned = {
        programme.row.code: _programme(programme.row, programme.evidence, counted=programme.stands.realised)
        for part in figures.parts
        for programme in part.programmes
    }
    return PlanYear(
        title=version.plan.title,
        version=version.key,
        number=version.number,
        law=law,
        reported=str(figures.last_report or ""),
        held_to=str(figures.held_to or ""),
        programmes=tuple(planned.values()),
        bodies=tuple((body.kind.value, _decree(body, year), body.file) for body in figures.bodies),
        budgets={fund.value: amount for fund, amount in figures.budget.items()},
        quick_wins=tuple(
            (
                planned.get(quick_win.code) or _programme(quick_win),
                frozenset(each.criterion for each in quick_win.content.judged),
            )
            for quick_win in figures.quick_wins
        ),
        marks=figures.marks,
    )


def _decree(body: BodyRow, year: int) -> str:
    """The decree of a body by the end of the year; empty for none, or a later one."""
    return body.decree if body.decreed_on is None or body.decreed_on.year <= year else ""


def _programme(row: ProgrammeRow, evidence: Collection[UUID] = (), *, counted: bool = False) -> Programme:
    return Programme(row.code, row.content.title, row.content.part, counted, tuple(evidence))
