"""The measures made from the index of a satisfaction survey, and the survey behind a value of a measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse

from pilar.areas.reference import last_day_in
from pilar.measures import queries as measures
from pilar.measures.queries import ValueOrigin
from pilar.measures.rules.periods import Period, PeriodKind
from pilar.people.rules import Standing
from pilar.platform.actors import Authority
from pilar.platform.language import translate
from pilar.surveys.models import Measured, Survey
from pilar.surveys.queries.rows import SurveyScores
from pilar.surveys.queries.scoping import visible
from pilar.surveys.rules.measures import IndexFigure, score_of


@dataclass(frozen=True, slots=True)
class MeasuredRow:
    """A measure made from an index: its address, the period of the value, and the value.

    ``cell`` is None for the index of all services together.
    """

    cell: int | None
    code: str
    title: str
    region: str
    period: Period
    score: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Satisfied:
    """The index of a service in a closed survey, with its number of answers; the survey ended on ``until``, a day in
    its region's time zone (an end at midnight belongs to the day before).

    ``office``: the owner of the service, if another office has one of the same name; empty otherwise. ``survey``: its
    key, for the public result.
    """

    programme: str
    score: Decimal
    count: int
    until: date
    synthetic: bool
    office: str = ""
    survey: int = 0

    @property
    def title(self) -> str:
        """The service, with its office if two have the name."""
        return f"{self.programme} ({self.office})" if self.office else self.programme


def satisfaction(region: str, office: str, *, scope: Authority) -> tuple[Satisfied, ...]:
    """Read the latest indices of services whose name has these words, by service. Public: figures with few answers
    became no measures. One query."""
    del scope
    rows = Measured.objects.filter(survey__region=region, cell__office__name__icontains=office).select_related(
        "survey", "cell__office"
    )
    latest = {
        (row.cell.programme, row.cell.office.name): row for row in rows.order_by("survey__closes_at", "pk") if row.cell
    }
    named = Counter(name for name, _office in latest)
    return tuple(
        Satisfied(
            name,
            row.score,
            row.count,
            last_day_in(region, row.survey.closes_at),
            row.survey.synthetic,
            office if named[name] > 1 else "",
            row.survey_id,
        )
        for (name, office), row in sorted(latest.items())
    )


def figures_of(scores: SurveyScores) -> tuple[IndexFigure, ...]:
    """Return the indices of a satisfaction survey: of each service, and of all together if there are several."""
    survey = scores.survey
    form = survey.questionnaire
    if form.satisfaction is None:
        return ()
    made = [
        IndexFigure(
            cell.cell.key, cell.cell.office, cell.cell.programme, cell.cell.counting, score_of(cell.items, form)
        )
        for cell in scores.cells
    ]
    if len(made) > 1:
        first, offices = scores.cells[0].cell, {cell.cell.office for cell in scores.cells}
        about = first.office_name if len(offices) == 1 else survey.region_name
        count = sum(figure.count for figure in made if figure.score is not None)
        score = None if scores.index is None else scores.index.score
        made.append(IndexFigure(None, first.office, about, count, score))
    return tuple(made)


def measured(key: int, *, scope: Standing, now: datetime) -> tuple[MeasuredRow, ...]:
    """Read the measures made from the index of a survey, services first, as far as ``scope`` reads them. Three
    queries."""
    rows = list(Measured.objects.filter(survey=key).order_by("cell__place"))
    measure_rows = measures.measures_by_key({row.measure_id for row in rows}, scope=scope, now=now) if rows else {}
    return tuple(
        MeasuredRow(
            cell=row.cell_id,
            code=measure.code,
            title=measure.title,
            region=measure.region_code,
            period=Period(PeriodKind.QUARTER, row.starts_on),
            score=row.score,
            count=row.count,
        )
        for row in rows
        if (measure := measure_rows.get(row.measure_id)) is not None
    )


def origins(keys: Collection[str], scope: Standing) -> Mapping[str, ValueOrigin]:
    """Return the survey behind each value, for ``settings.PILAR_MEASURE_ORIGINS``. Two queries."""
    rows = Measured.objects.filter(key__in=set(keys)).order_by()
    counts = {key: (survey, count) for key, survey, count in rows.values_list("key", "survey", "count")}
    surveys = Survey.objects.filter(visible(scope), pk__in={survey for survey, _count in counts.values()})
    titles = dict(surveys.order_by().values_list("pk", "title"))
    return {
        key: ValueOrigin(
            translate("Survey “%(title)s”, %(count)s answers", title=titles[survey], count=count),
            reverse("surveys:scores", args=[survey]),
        )
        for key, (survey, count) in counts.items()
        if survey in titles
    }
