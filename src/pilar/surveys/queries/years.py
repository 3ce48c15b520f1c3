"""Closed surveys to compare one with: those of other years, and the services of the same year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pilar.people.rules import Standing
from pilar.surveys.models import Survey
from pilar.surveys.queries.rows import CellScores, SurveyRow, SurveyScores, survey_row
from pilar.surveys.queries.scoping import visible
from pilar.surveys.queries.scores import scores_of, sums_of
from pilar.surveys.queries.surveys import cells_of
from pilar.surveys.rules.authority import SurveyState
from pilar.surveys.rules.comparison import counterpart, index_interval
from pilar.surveys.rules.scores import Index, Interval, index_of


@dataclass(frozen=True, slots=True)
class Service:
    """The satisfaction index of a service: of one programme of a satisfaction survey."""

    survey: SurveyRow
    scores: CellScores
    index: Index
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Years:
    """A survey among others of its region and questionnaire.

    ``points``: one closed survey for each year with the same items on the same scale, by year, and this one.
    ``others``: those with other questions. ``services``: of all satisfaction surveys of the year, highest first.
    """

    survey: SurveyRow
    points: tuple[SurveyScores, ...]
    others: tuple[SurveyRow, ...]
    services: tuple[Service, ...]

    @property
    def own(self) -> SurveyScores:
        """The scores of the survey itself."""
        return next(point for point in self.points if point.survey.key == self.survey.key)

    @property
    def before(self) -> SurveyScores | None:
        """The scores of the year before."""
        return next((point for point in self.points if point.survey.year == self.survey.year - 1), None)


def years(row: SurveyRow, *, scope: Standing) -> Years:
    """Read the surveys to compare one with, as far as ``scope`` sees it. Three queries."""
    rows = Survey.objects.filter(
        visible(scope), region=row.region, form__code=row.questionnaire.code, state=SurveyState.CLOSED
    )
    closed = [survey_row(survey) for survey in rows.select_related("region", "form").order_by("closes_at", "pk")]
    same = [survey for survey in closed if _items(survey) == _items(row) and survey.key != row.key]
    chosen = [row, *_by_year(row, same)]
    satisfaction = row.questionnaire.satisfaction is not None
    siblings = [row, *(survey for survey in same if survey.year == row.year)] if satisfaction else []
    keys = {survey.key for survey in chosen + siblings}
    asked, sums = cells_of(keys, scope=scope), sums_of(keys)
    scoreses = {
        survey.key: scores_of(survey, asked.get(survey.key, ()), sums.get(survey.key, {}))
        for survey in chosen + siblings
    }
    return Years(
        survey=row,
        points=tuple(scoreses[survey.key] for survey in sorted(chosen, key=lambda survey: survey.year)),
        others=tuple(survey for survey in closed if _items(survey) != _items(row)),
        services=_services(scoreses[sibling.key] for sibling in siblings),
    )


def _by_year(row: SurveyRow, same: Sequence[SurveyRow]) -> list[SurveyRow]:
    """Find the survey of each other year that belongs to this one."""
    rows = []
    for year in {survey.year for survey in same} - {row.year}:
        there = [survey for survey in same if survey.year == year]
        place = counterpart(row.title, [survey.title for survey in there])
        rows += [] if place is None else [there[place]]
    return rows


def _services(surveys: Iterable[SurveyScores]) -> tuple[Service, ...]:
    services = []
    for survey in surveys:
        rule = survey.survey.questionnaire.satisfaction
        for cell in survey.cells:
            elements = [item.mean for item in cell.items if item.mean is not None]
            if rule is not None and len(elements) == len(cell.items):
                interval = index_interval(cell.items, rule.factor)
                services.append(Service(survey.survey, cell, index_of(elements, rule), interval))
    return tuple(sorted(services, key=lambda service: (-sum(service.index.elements), service.scores.cell.programme)))


def _items(row: SurveyRow) -> tuple[tuple[str, ...], tuple[int, ...]]:
    form = row.questionnaire
    return tuple(item.code for item in form.scale_items), tuple(form.scale)
