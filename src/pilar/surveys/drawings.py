"""Charts of a closed survey, and the lines of the tables next to them. For pages and documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from pilar.design import charts
from pilar.design.charts import Chart, Estimate, Moment
from pilar.platform.language import N_, translate
from pilar.surveys.queries import DistrictScore, Recap, Service, SurveyScores
from pilar.surveys.reference import pillars
from pilar.surveys.rules.questionnaire import Questionnaire
from pilar.surveys.rules.scores import Difference, Interval, Mean, index_interval, of_intervals, of_means, rounded
from pilar.surveys.wording import part_name

T = TypeVar("T")

MOST = 1000
"""The most bars of a chart on a page, which scrolls; a sheet of paper has a lower limit."""
RISEN, FALLEN, CHANCE = N_("Yes: risen"), N_("Yes: fallen"), N_("Could be chance")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure and that of the year before; ``told`` says in words whether the change is more than chance."""

    title: str
    now: Decimal
    before: Decimal
    lower: Decimal | None
    upper: Decimal | None
    told: str
    sign: int

    @property
    def change(self) -> Decimal:
        """Subtract the figures as they are shown."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class Year:
    """A figure of a year, for tables."""

    what: str
    year: int
    survey: str
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None


@dataclass(frozen=True, slots=True)
class Course:
    """A figure over the years: its line, and its rows."""

    title: str
    chart: Chart
    years: tuple[Year, ...]


def district_estimates(recap: Recap) -> list[Estimate]:
    """Return the districts that are shown, highest first; for a satisfaction survey as converted scores."""
    rows = recap.districts.rows if recap.districts else ()
    factor = _factor(recap.scores.survey.questionnaire)
    return [_estimate(str(row.title), row.mean, factor) for row in rows]


def district_charts(recap: Recap, most: int = MOST) -> list[Chart]:
    """Chart the districts as bars, at most so many in a chart; empty if none is shown."""
    columns = [_("District"), _("Mean"), *_ends(), _("Answers")]
    scale = _scale(recap.scores.survey.questionnaire)
    return [charts.estimates(part, columns=columns, **scale) for part in _parts(district_estimates(recap), most)]


def district_pillars(recap: Recap) -> tuple[list[str], list[tuple[str, list[tuple[Decimal | None, int]]]]]:
    """Return the names of the pillars that a district is shown in, and by district mean and answers in each, None if
    hidden."""
    rows = recap.districts.rows if recap.districts else ()
    codes = [pillar.code for pillar in pillars() if any(pillar.code in row.pillars for row in rows)]
    factor = _factor(recap.scores.survey.questionnaire)

    def told(row: DistrictScore) -> list[tuple[Decimal | None, int]]:
        means = [row.pillars.get(code, Mean(0, Fraction(0), None)) for code in codes]
        return [(None if mean.mean is None else rounded(mean.mean * factor), mean.count) for mean in means]

    return [part_name(code) for code in codes], [(str(row.title), told(row)) for row in rows if row.pillars]


def changes(recap: Recap) -> list[Change]:
    """Return index, pillars and questions that are shown in both years; empty without a survey of the year before."""
    return [] if recap.before is None else list(_changes(recap.scores, recap.before))


def courses(recap: Recap) -> list[Course]:
    """Return the satisfaction index, or each pillar, over the years in which at least two have it."""
    return [course for course in _courses(recap) if sum(year.value is not None for year in course.years) > 1]


def services_charts(recap: Recap, most: int = MOST) -> list[Chart]:
    """Chart the satisfaction index of each service of the year with its band; empty for fewer than two services."""
    services = [_service(service, recap) for service in recap.years.services]
    columns = [_("Service"), _("Index (IKM)"), *_ends(), _("Answers"), _("Band")]
    scale = _scale(recap.scores.survey.questionnaire)
    parts = _parts(services, most) if len(services) > 1 else []
    return [charts.estimates(part, columns=columns, **scale) for part in parts]


def spread_charts(recap: Recap, most: int = MOST) -> list[Chart]:
    """Chart the distribution of answers to each question over the values of the scale; empty if none may be shown."""
    form = recap.scores.survey.questionnaire
    counts = [
        (str(item.title), distribution.counts)
        for item, distribution in zip(form.scale_items, recap.distributions, strict=True)
        if any(distribution.counts)
    ]
    steps = [f"{value}: {title}" for value, title in form.scale.items()]
    return [charts.shares(dict(part), steps=steps, first_column=_("Question")) for part in _parts(counts, most)]


def service_name(service: Service, recap: Recap) -> str:
    """Return the name of the programme, with its survey if there were several."""
    programme = service.scores.cell.programme
    several = len({service.survey.key for service in recap.years.services}) > 1
    return f"{programme} ({service.survey.title})" if several else programme


def _parts(given: Sequence[T], most: int) -> list[Sequence[T]]:
    return [given[first : first + most] for first in range(0, len(given), most)]


def _service(service: Service, recap: Recap) -> Estimate:
    lower, upper = service.interval or (None, None)
    count = service.scores.cell.counting
    name, band = service_name(service, recap), service.index.band.code if service.index.band else ""
    return Estimate(name, service.index.score, rounded(lower), rounded(upper), count, band)


def _estimate(label: str, mean: Mean, factor: int) -> Estimate:
    value = rounded((mean.mean or Fraction(0)) * factor)
    lower, upper = (None if end is None else rounded(end * factor) for end in (mean.lower, mean.upper))
    return Estimate(label, value or Decimal(0), lower, upper, mean.count)


def _changes(now: SurveyScores, before: SurveyScores) -> Iterator[Change]:
    (index, ends), (index_before, ends_before) = _index(now), _index(before)
    name = _("Public satisfaction index (IKM)")
    yield from _change(name, index, index_before, of_intervals(index, ends, index_before, ends_before))
    for pillar in pillars():
        mean, earlier = now.pillars.get(pillar.code), before.pillars.get(pillar.code)
        difference = of_intervals(mean, now.intervals.get(pillar.code), earlier, before.intervals.get(pillar.code))
        yield from _change(part_name(pillar.code), mean, earlier, difference)
    for item, new, old in zip(now.survey.questionnaire.scale_items, now.items, before.items, strict=True):
        yield from _change(str(item.title), new.mean, old.mean, of_means(new, old))


def _change(
    title: str, now: Fraction | None, before: Fraction | None, difference: Difference | None
) -> Iterator[Change]:
    new, old = rounded(now), rounded(before)
    if difference is None or new is None or old is None:
        return
    told, sign = "", 0
    if difference.lower is not None:
        sign = (difference.value > 0) - (difference.value < 0) if difference.beyond_chance else 0
        told = translate({1: RISEN, -1: FALLEN, 0: CHANCE}[sign])
    yield Change(title, new, old, rounded(difference.lower), rounded(difference.upper), told, sign)


def _courses(recap: Recap) -> Iterator[Course]:
    form = recap.scores.survey.questionnaire
    if form.satisfaction is not None:
        name = _("Public satisfaction index (IKM)")
        yield _course(name, form, [(point, *_index(point)) for point in recap.years.points])
        return
    for pillar in pillars():
        code = pillar.code
        points = [(point, point.pillars.get(code), point.intervals.get(code)) for point in recap.years.points]
        yield _course(part_name(code), form, points)


def _course(
    title: str, form: Questionnaire, points: list[tuple[SurveyScores, Fraction | None, Interval | None]]
) -> Course:
    years = [
        Year(
            title,
            scores.survey.year,
            scores.survey.title,
            rounded(value),
            *(rounded(end) for end in ends or (None, None)),
        )
        for scores, value, ends in points
    ]
    moments = [Moment(year.year, year.value, year.lower, year.upper) for year in years]
    columns = (_("Year"), _("Mean"), *_ends())
    return Course(title, charts.course(moments, columns=columns, step=_factor(form), **_scale(form)), tuple(years))


def _index(scores: SurveyScores) -> tuple[Fraction | None, Interval | None]:
    """Return the satisfaction index, not rounded, with its interval."""
    rule = scores.survey.questionnaire.satisfaction
    if scores.index is None or rule is None:
        return None, None
    return sum(scores.index.elements, Fraction(0)) / 9 * rule.factor, index_interval(scores.items, rule.factor)


def _factor(form: Questionnaire) -> int:
    """Return the factor from a mean to the displayed figure."""
    return form.satisfaction.factor if form.satisfaction else 1


def _scale(form: Questionnaire) -> dict[str, Any]:
    """Return the ends of the scale for charts."""
    factor = _factor(form)
    return {"minimum": min(form.scale) * factor, "maximum": max(form.scale) * factor}


def _ends() -> tuple[str, str]:
    """Return the headings of an interval's columns."""
    return _("Lower end"), _("Upper end")
