"""Read a closed survey: its figures by district and over the years, its single answers without names, its words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.db import connection

from pilar.people.rules import Standing
from pilar.platform.language import Bilingual
from pilar.surveys.models import Cell, Contact, Response, Survey
from pilar.surveys.queries.scores import scores_of, sums_of
from pilar.surveys.queries.surveys import (
    CellRow,
    CellScores,
    Distribution,
    Doubts,
    FlagCount,
    SurveyRow,
    SurveyScores,
    cells,
    cells_of,
    survey_row,
    visible,
)
from pilar.surveys.rules.anonymous import NOT_TOLD, WHOLE, Block, Single, anonymised, common_items, told_blocks
from pilar.surveys.rules.answers import Flag, Mode
from pilar.surveys.rules.authority import Action, SurveyState, require
from pilar.surveys.rules.questionnaire import Item, ItemKind, Questionnaire
from pilar.surveys.rules.scores import (
    MIN_SHOWN,
    Index,
    Interval,
    Mean,
    Sums,
    counterpart,
    index_interval,
    index_of,
    mean_of,
)


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


_SUMS = """
    SELECT r.cell_id, coalesce(r.profile ->> %(field)s, ''), count(*), sum(r.weight), sum(r.weight * given.total),
           sum(r.weight * given.total * given.total), sum(r.weight::bigint * r.weight)
    FROM surveys_response AS r
    CROSS JOIN LATERAL (
        SELECT sum(m.mark) AS total FROM unnest(r.marks) WITH ORDINALITY AS m(mark, place)
        WHERE m.place = ANY(%(places)s)
    ) AS given
    WHERE r.survey_id = %(survey)s AND r.cell_id = ANY(%(cells)s) AND r.weight > 0
    GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class DistrictScore:
    """The mean of a district over the questions that everybody is asked, and by pillar where that is shown."""

    code: str
    title: Bilingual
    mean: Mean
    pillars: dict[str, Mean]


@dataclass(frozen=True, slots=True)
class Districts:
    """Scores by district, highest first; ``items`` are the questions behind them.

    ``others`` counts the answers without a district or from one that is not shown: none, or five and more.
    """

    rows: tuple[DistrictScore, ...]
    others: int
    items: tuple[Item, ...]


def districts(row: SurveyRow, asked: Sequence[CellRow]) -> Districts | None:
    """Read the scores by district of a survey of these programmes: None if it did not ask for the district. One query.

    ``asked`` must be all its programmes (``rules.districts``).
    """
    form = row.questionnaire
    items = common_items(form)
    if form.district is None or not items:
        return None
    shown = [cell_row for cell_row in asked if cell_row.counting >= MIN_SHOWN]
    sums = _sums(row, form.district.code, items, shown)
    pillars = {cell_row.key: cell_row.pillar for cell_row in shown}
    told = told_blocks({place: block.count for place, block in sums.items()}, pillars)
    by_block: dict[Block, Sums] = defaultdict(Sums)
    for (cell, district), block in sums.items():
        for pillar in {WHOLE, pillars[cell]}:
            by_block[pillar, district] += block
    means = {block: _mean(by_block[block], form, len(items)) for block in told}
    rows = [
        DistrictScore(
            option.code, option.title, means[WHOLE, option.code],
            {pillar: mean for (pillar, code), mean in means.items() if pillar and code == option.code},
        )
        for option in form.district.options
        if (WHOLE, option.code) in means
    ]  # fmt: skip
    others = sum(block.count for (_cell, code), block in sums.items() if (WHOLE, code) not in told)
    return Districts(tuple(sorted(rows, key=_order)), others, items)


def _sums(row: SurveyRow, field: str, items: Sequence[Item], cells: Sequence[CellRow]) -> dict[tuple[int, str], Sums]:
    """Read sums by programme and district; a value is a respondent's sum over the items, all of which are answered."""
    places = [place for place, item in enumerate(row.questionnaire.scale_items, start=1) if item in items]
    given = {"field": field, "places": places, "survey": row.key, "cells": [cell_row.key for cell_row in cells]}
    district = row.questionnaire.district
    known = {option.code for option in district.options} if district else set()
    sumses: dict[tuple[int, str], Sums] = defaultdict(Sums)
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, given)
        for cell, code, *parts in cursor.fetchall():
            sumses[cell, code if code in known else NOT_TOLD] += Sums(*map(int, parts))
    return sumses


def _mean(sums: Sums, form: Questionnaire, count: int) -> Mean:
    """Return the mean on the scale, from sums over so many items."""
    whole = mean_of(sums, lowest=count * min(form.scale), highest=count * max(form.scale))
    if whole.mean is None:
        return whole
    made = replace(whole, mean=whole.mean / count)
    if whole.lower is None or whole.upper is None or whole.variance is None:
        return made
    return replace(made, lower=whole.lower / count, upper=whole.upper / count, variance=whole.variance / count**2)


def _order(score: DistrictScore) -> tuple[Fraction, str]:
    return -(score.mean.mean or Fraction(0)), score.code


@dataclass(frozen=True, slots=True)
class Recap:
    """Scores with those of the year before, if it asked the same; distributions of answers, and doubtful ones.

    ``whole``: the reader sees all programmes. ``districts``: None otherwise, or if the survey did not ask for them.
    """

    scores: SurveyScores
    before: SurveyScores | None
    distributions: tuple[Distribution, ...]
    doubts: Doubts
    years: Years
    districts: Districts | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Free-text answers about a programme to a question."""

    programme: str
    question: Bilingual
    texts: tuple[str, ...]


def recap(row: SurveyRow, *, scope: Standing) -> Recap:
    """Return the recap of a survey, as far as ``scope`` sees its cells."""
    beside = years(row, scope=scope)
    asked = [cell.cell for cell in beside.own.cells]
    whole = Cell.objects.filter(survey=row.key).count() == len(asked)
    return Recap(
        scores=beside.own,
        before=beside.before,
        distributions=distributions(row, asked),
        doubts=doubts(row, asked),
        years=beside,
        districts=districts(row, asked) if whole else None,
        whole=whole,
    )


def answers(row: SurveyRow, *, scope: Standing) -> tuple[Single, ...]:
    """Read the single answers of a closed survey without anything that identifies respondents; needs ``see-answers``.

    Free texts and numbers are left out because they may name persons; so is the district, because hardly five answers
    would then be alike.
    """
    require(scope, Action.SEE_ANSWERS, row.case, known=True)
    form = row.questionnaire
    told = {item.code for item in form.items() if item.kind in (ItemKind.SCALE, ItemKind.CHOICE)}
    rows = Response.objects.filter(survey=row.key).order_by()
    return anonymised(
        Single(
            cell=response.cell_id,
            mode=Mode(response.mode),
            about=(response.group, *(response.profile.get(field.code, "") for field in form.told_profile)),
            answers={code: value for code, value in response.answers.items() if code in told},
            flags=tuple(Flag(flag) for flag in response.flags),
            weight=response.weight,
        )
        for response in rows
    )


def words(row: SurveyRow, *, scope: Standing) -> tuple[Words, ...]:
    """Read the free texts of a closed survey, by programme and question; needs ``see-words``.

    In alphabetical order, which does not show the time. Programmes with fewer than five answers that count are left
    out. Two queries.
    """
    require(scope, Action.SEE_WORDS, row.case, known=True)
    written: dict[tuple[int, str], list[str]] = defaultdict(list)
    asked = [item for item in row.questionnaire.items() if item.kind is ItemKind.TEXT]
    codes = [item.code for item in asked]
    for cell, answers in Response.objects.filter(survey=row.key, answers__has_any_keys=codes).values_list(
        "cell", "answers"
    ):
        for code in codes:
            if code in answers:
                written[cell, code].append(answers[code])
    return tuple(
        Words(cell.programme, item.title, tuple(sorted(written[cell.key, item.code], key=str.casefold)))
        for cell in cells(row, scope=scope)
        for item in asked
        if cell.counting >= MIN_SHOWN and written[cell.key, item.code]
    )


def contacts(row: SurveyRow, *, scope: Standing) -> tuple[str, ...]:
    """Read the addresses for the result of a closed survey, each once, in alphabetical order, which shows nothing about
    the answers; needs ``see-contacts``. Erased ones are gone."""
    require(scope, Action.SEE_CONTACTS, row.case, known=True)
    return tuple(sorted(set(Contact.objects.filter(survey=row.key).values_list("address", flat=True))))


_SPREAD = """
    SELECT r.cell_id, m.place, m.mark, count(*)
    FROM surveys_response AS r, unnest(r.marks) WITH ORDINALITY AS m(mark, place)
    WHERE r.survey_id = %(survey)s AND r.cell_id = ANY(%(cells)s) AND m.mark IS NOT NULL AND r.weight > 0
    GROUP BY 1, 2, 3
"""


def distributions(row: SurveyRow, asked: Sequence[CellRow]) -> tuple[Distribution, ...]:
    """Return the distribution of the answers that count, by scale item; items with fewer than five answers in a cell
    are left out."""
    by_cell: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    with connection.cursor() as cursor:
        cursor.execute(_SPREAD, {"survey": row.key, "cells": [cell_row.key for cell_row in asked]})
        for cell, place, value, count in cursor.fetchall():
            by_cell[cell, place - 1][value] = count
    total: dict[int, Counter[int]] = defaultdict(Counter)
    for (_cell, place), counts in by_cell.items():
        if counts.total() >= MIN_SHOWN:
            total[place].update(counts)
    form = row.questionnaire
    return tuple(
        Distribution(item.code, tuple(total[place][value] for value in form.scale))
        for place, item in enumerate(form.scale_items)
    )


def doubts(row: SurveyRow, asked: Sequence[CellRow]) -> Doubts:
    """Return the numbers of doubtful answers, and their weights."""
    weights, count, clean, weight = row.questionnaire.quality.weights, 0, 0, 0
    counted_flags: Counter[str] = Counter()
    rows = Response.objects.filter(survey=row.key, cell__in=[cell.key for cell in asked])
    for flags, counted in rows.order_by().values_list("flags", "weight"):
        count, clean, weight = count + 1, clean + (not flags), weight + counted
        counted_flags.update(flags)
    return Doubts(
        tuple(FlagCount(flag, counted_flags[flag], weights[flag]) for flag in Flag if flag in weights),
        count,
        clean,
        Fraction(weight, 100),
    )
