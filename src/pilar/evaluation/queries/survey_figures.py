"""The closed Impact survey of an assessment's year, as its indicators take it."""

from __future__ import annotations

from fractions import Fraction

from pilar.evaluation.models import Participation
from pilar.evaluation.rules.survey_figures import AskedProgramme, Doubted, ImpactYear, Surveyed, SurveyedPillar
from pilar.index import round_published
from pilar.people.rules import OPERATOR
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
