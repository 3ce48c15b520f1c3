"""Read the scores of surveys, what they say of each pillar, and the measures that their indices became.

Sums are made in the database, where 154,200 answers stand; means and intervals in ``rules``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db import connection
from django.urls import reverse

from pilar.areas.reference import last_day_in
from pilar.measures import queries as measures
from pilar.measures.queries import ValueOrigin
from pilar.measures.rules.periods import Period, PeriodKind
from pilar.people.rules import Standing
from pilar.platform.actors import Authority
from pilar.platform.language import translate
from pilar.surveys.models import Measured, Response, Survey
from pilar.surveys.queries.surveys import (
    CellRow,
    CellScores,
    Doubts,
    FlagCount,
    SurveyRow,
    SurveyScores,
    cells,
    survey_row,
    visible,
)
from pilar.surveys.rules.answers import Flag
from pilar.surveys.rules.authority import SurveyState
from pilar.surveys.rules.questionnaire import Kind, Questionnaire
from pilar.surveys.rules.satisfaction import IndexFigure, score_of
from pilar.surveys.rules.scores import (
    Index,
    Interval,
    Mean,
    Sums,
    index_of,
    interval_of_items,
    interval_of_programmes,
    mean_of,
    mean_of_means,
    shown,
)

_SUMS = """
    SELECT r.survey_id, r.cell_id, m.place, count(*), sum(r.weight), sum(r.weight * m.mark),
           sum(r.weight * m.mark * m.mark), sum(r.weight::bigint * r.weight)
    FROM surveys_response AS r, unnest(r.marks) WITH ORDINALITY AS m(mark, place)
    WHERE r.survey_id = ANY(%(surveys)s) AND m.mark IS NOT NULL AND r.weight > 0
    GROUP BY 1, 2, 3
"""

CellSums = dict[int, dict[int, Sums]]
"""Sums by key of the cell and place of the item, from 0. Those with few answers are included; ``scores_of`` drops
them."""


def scores(row: SurveyRow, *, scope: Standing) -> SurveyScores:
    """Read the scores of a survey as far as ``scope`` sees its cells; empty while it is drawn up. Two queries."""
    return scores_of(row, cells(row, scope=scope), sums_of([row.key]).get(row.key, {}))


def scores_of(row: SurveyRow, asked: Sequence[CellRow], sums_by_cell: CellSums) -> SurveyScores:
    """Compute the scores of a survey from the sums of its cells; sums with fewer than five answers are not used at
    all."""
    form = row.questionnaire
    lowest, highest = min(form.scale), max(form.scale)
    places = range(len(form.scale_items))
    kept = {cell.key: {place: shown(sums) for place, sums in sums_by_cell.get(cell.key, {}).items()} for cell in asked}
    made = tuple(_cell(cell, kept[cell.key], form) for cell in asked)
    whole = [
        mean_of(_total(sumses.get(place, Sums()) for sumses in kept.values()), lowest=lowest, highest=highest)
        for place in places
    ]
    parts, pillars = (
        _grouped((cell_scores.cell.part, cell_scores) for cell_scores in made),
        _grouped((cell_scores.cell.pillar, cell_scores) for cell_scores in made),
    )
    intervals = {
        code: interval for code, members in (parts | pillars).items() if (interval := _interval(members)) is not None
    }
    return SurveyScores(
        survey=row,
        cells=made,
        items=tuple(whole),
        parts={code: _mean(members) for code, members in parts.items()},
        pillars={code: _mean(members) for code, members in pillars.items()},
        intervals=intervals,
        index=_index(form, whole),
    )


def sums_of(surveys: Iterable[int]) -> dict[int, CellSums]:
    """Read the sums behind the means of surveys, by key of the survey. One query."""
    sums: dict[int, CellSums] = defaultdict(lambda: defaultdict(dict))
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"surveys": list(surveys)})
        for survey, cell, place, *parts in cursor.fetchall():
            sums[survey][cell][place - 1] = Sums(*map(int, parts))
    return sums


def _cell(row: CellRow, sums: dict[int, Sums], form: Questionnaire) -> CellScores:
    lowest, highest = min(form.scale), max(form.scale)
    items = tuple(
        mean_of(sums.get(place, Sums()), lowest=lowest, highest=highest) for place in range(len(form.scale_items))
    )
    return CellScores(row, items, mean_of_means(items), interval_of_items(items))


def _grouped(cells: Iterable[tuple[str, CellScores]]) -> dict[str, list[CellScores]]:
    """Group the programmes; those without a group are left out."""
    by_group: dict[str, list[CellScores]] = {}
    for code, cell_scores in cells:
        if code:
            by_group.setdefault(code, []).append(cell_scores)
    return by_group


def _mean(members: Sequence[CellScores]) -> Fraction | None:
    """Return the unweighted mean of the programmes of a group."""
    there = [member.mean for member in members if member.mean is not None]
    return sum(there, Fraction(0)) / len(there) if there else None


def _interval(members: Sequence[CellScores]) -> Interval | None:
    return interval_of_programmes(
        [
            (member.mean, member.interval)
            for member in members
            if member.mean is not None and member.interval is not None
        ]
    )


def _index(form: Questionnaire, items: Sequence[Mean]) -> Index | None:
    elements = [item.mean for item in items if item.mean is not None]
    if form.satisfaction is None or len(elements) != len(form.scale_items):
        return None
    return index_of(elements, form.satisfaction)


def _total(given: Iterable[Sums]) -> Sums:
    total = Sums()
    for sums in given:
        total += sums
    return total


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
