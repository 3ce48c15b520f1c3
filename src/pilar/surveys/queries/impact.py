"""The scores of each pillar in the closed Impact survey of a year, for the evaluation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pilar.people.rules import Standing
from pilar.surveys.models import Response, Survey
from pilar.surveys.queries.rows import CellScores, Doubts, FlagCount, SurveyRow, SurveyScores, survey_row
from pilar.surveys.queries.scoping import visible
from pilar.surveys.queries.scores import scores
from pilar.surveys.rules.answers import Flag
from pilar.surveys.rules.authority import SurveyState
from pilar.surveys.rules.questionnaire import Kind
from pilar.surveys.rules.scores import Interval


@dataclass(frozen=True, slots=True)
class PillarScores:
    """A pillar: the mean of its programmes with its interval, None where no programme has enough answers."""

    mean: Fraction | None
    interval: Interval | None
    cells: tuple[CellScores, ...]
    doubts: Doubts


@dataclass(frozen=True, slots=True)
class ImpactSurvey:
    """The survey that counts, with its pillars by code; ``among``: the number of closed Impact surveys of the year."""

    row: SurveyRow
    pillars: dict[str, PillarScores]
    among: int


def impact_of_year(region: str, year: int, *, synthetic: bool, scope: Standing) -> ImpactSurvey | None:
    """Read the closed Impact survey of a region and year, as far as ``scope`` sees its cells; None if there is none.

    Of several, those with the head of region's statement come first, then the last one closed. Made-up ones count only
    if ``synthetic`` ones may. Four queries.
    """
    rows = Survey.objects.filter(visible(scope), region=region, year=year, state=SurveyState.CLOSED)
    if not synthetic:
        rows = rows.filter(synthetic=False)
    made = map(survey_row, rows.select_related("region", "form").order_by("closes_at", "pk"))
    surveys = [survey for survey in made if survey.questionnaire.kind is Kind.IMPACT]
    if not surveys:
        return None
    row = max(enumerate(surveys), key=lambda pair: (pair[1].stated_on is not None, pair[0]))[1]
    told = scores(row, scope=scope)
    doubted = _doubts_by_cell(row)
    return ImpactSurvey(row, {code: _pillar(told, code, doubted) for code in told.pillars}, len(surveys))


Doubted = dict[int, list[tuple[list[str], int]]]
"""The flags and the weight of each answer, by cell."""


def _pillar(told: SurveyScores, code: str, doubted: Doubted) -> PillarScores:
    own = tuple(cell for cell in told.cells if cell.cell.pillar == code)
    answers = [answer for cell_scores in own for answer in doubted.get(cell_scores.cell.key, ())]
    return PillarScores(told.pillars[code], told.intervals.get(code), own, _doubts(told.survey, answers))


def _doubts_by_cell(row: SurveyRow) -> Doubted:
    by_cell: Doubted = defaultdict(list)
    rows = Response.objects.filter(survey=row.key).order_by()
    for cell, flags, weight in rows.values_list("cell", "flags", "weight"):
        by_cell[cell].append((flags, weight))
    return by_cell


def _doubts(row: SurveyRow, answers: Sequence[tuple[list[str], int]]) -> Doubts:
    weights = row.questionnaire.quality.weights
    counted = Counter(flag for flags, _weight in answers for flag in flags)
    return Doubts(
        tuple(FlagCount(flag, counted[flag], weights[flag]) for flag in Flag if flag in weights),
        len(answers),
        sum(not flags for flags, _weight in answers),
        Fraction(sum(weight for _flags, weight in answers), 100),
    )
