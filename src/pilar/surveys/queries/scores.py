"""Scores of surveys. Sums are made in the database, where 154,200 answers stand; means and intervals in ``rules``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction

from django.db import connection

from pilar.people.rules import Standing
from pilar.surveys.queries.rows import CellRow, CellScores, SurveyRow, SurveyScores
from pilar.surveys.queries.surveys import cells
from pilar.surveys.rules.questionnaire import Questionnaire
from pilar.surveys.rules.scores import SMALLEST_SHOWN, Index, Mean, Sums, index_of, mean_of, mean_of_means

_SUMS = """
    SELECT r.survey_id, r.cell_id, m.place, count(*), sum(r.weight), sum(r.weight * m.mark),
           sum(r.weight * m.mark * m.mark), sum(r.weight::bigint * r.weight)
    FROM surveys_response AS r, unnest(r.marks) WITH ORDINALITY AS m(mark, place)
    WHERE r.survey_id = ANY(%(surveys)s) AND m.mark IS NOT NULL AND r.weight > 0
    GROUP BY 1, 2, 3
"""

CellSums = dict[int, dict[int, Sums]]
"""By key of the cell and place of the item, from 0."""


def scores(row: SurveyRow, *, scope: Standing) -> SurveyScores:
    """The scores of a survey as far as ``scope`` sees its cells: none while it is drawn up. Two queries."""
    return scores_of(row, cells(row, scope=scope), sums_of([row.key]).get(row.key, {}))


def scores_of(row: SurveyRow, asked: Sequence[CellRow], found: CellSums) -> SurveyScores:
    """The scores of a survey from the sums of its cells."""
    form = row.questionnaire
    lowest, highest = min(form.scale), max(form.scale)
    made = tuple(_cell(one, found.get(one.key, {}), form) for one in asked)
    whole = [
        mean_of(_total(found.get(one.key, {}).get(place, Sums()) for one in asked), lowest=lowest, highest=highest)
        for place in range(len(form.scale_items))
    ]
    return SurveyScores(
        survey=row,
        cells=made,
        items=tuple(whole),
        parts=_grouped((one.cell.part, one.mean) for one in made),
        pillars=_grouped((one.cell.pillar, one.mean) for one in made),
        index=_index(form, whole),
    )


def sums_of(surveys: Iterable[int]) -> dict[int, CellSums]:
    """What the means of surveys are made of, by key of the survey. One query."""
    found: dict[int, CellSums] = defaultdict(lambda: defaultdict(dict))
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"surveys": list(surveys)})
        for survey, cell, place, *parts in cursor.fetchall():
            found[survey][cell][place - 1] = Sums(*map(int, parts))
    return found


def _cell(row: CellRow, found: dict[int, Sums], form: Questionnaire) -> CellScores:
    lowest, highest = min(form.scale), max(form.scale)
    items = tuple(
        mean_of(found.get(place, Sums()), lowest=lowest, highest=highest) for place in range(len(form.scale_items))
    )
    return CellScores(row, items, mean_of_means(items), shown=row.count >= SMALLEST_SHOWN)


def _grouped(means: Iterable[tuple[str, Fraction | None]]) -> dict[str, Fraction | None]:
    """The unweighted mean of the programmes of each group; those without a group are left out."""
    by_group: dict[str, list[Fraction]] = {}
    for code, mean in means:
        if code:
            by_group.setdefault(code, [])
            if mean is not None:
                by_group[code].append(mean)
    return {code: sum(found, Fraction(0)) / len(found) if found else None for code, found in by_group.items()}


def _index(form: Questionnaire, items: Sequence[Mean]) -> Index | None:
    elements = [one.mean for one in items if one.mean is not None]
    if form.satisfaction is None or len(elements) != len(form.scale_items):
        return None
    return index_of(elements, form.satisfaction)


def _total(given: Iterable[Sums]) -> Sums:
    total = Sums()
    for one in given:
        total += one
    return total
