"""Scores of surveys. Sums are made in the database, which may hold 154,200 answers; means and intervals in
``rules``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction

from django.db import connection

from pilar.people.rules import Standing
from pilar.surveys.queries.rows import CellRow, CellScores, SurveyRow, SurveyScores
from pilar.surveys.queries.surveys import cells
from pilar.surveys.rules.questionnaire import Questionnaire
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
