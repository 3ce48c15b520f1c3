"""What is told beside the scores: how answers are spread, and which are doubted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction

from django.db import connection

from pilar.surveys.models import Response
from pilar.surveys.queries.rows import CellRow, Distribution, Doubts, FlagCount, SurveyRow
from pilar.surveys.rules.answers import Flag
from pilar.surveys.rules.scores import SMALLEST_SHOWN

_SPREAD = """
    SELECT r.cell_id, m.place, m.mark, count(*)
    FROM surveys_response AS r, unnest(r.marks) WITH ORDINALITY AS m(mark, place)
    WHERE r.survey_id = %(survey)s AND r.cell_id = ANY(%(cells)s) AND m.mark IS NOT NULL AND r.weight > 0
    GROUP BY 1, 2, 3
"""


def distributions(row: SurveyRow, asked: Sequence[CellRow]) -> tuple[Distribution, ...]:
    """How the answers that count are spread, by scale item; what fewer than five of a cell answered is left out."""
    by_cell: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    with connection.cursor() as cursor:
        cursor.execute(_SPREAD, {"survey": row.key, "cells": [one.key for one in asked]})
        for cell, place, value, count in cursor.fetchall():
            by_cell[cell, place - 1][value] = count
    total: dict[int, Counter[int]] = defaultdict(Counter)
    for (_cell, place), counts in by_cell.items():
        if counts.total() >= SMALLEST_SHOWN:
            total[place].update(counts)
    form = row.questionnaire
    return tuple(
        Distribution(item.code, tuple(total[place][value] for value in form.scale))
        for place, item in enumerate(form.scale_items)
    )


def doubts(row: SurveyRow, asked: Sequence[CellRow]) -> Doubts:
    """Which answers are doubted, and what they weigh."""
    weights, count, clean, weight = row.questionnaire.quality.weights, 0, 0, 0
    found: Counter[str] = Counter()
    rows = Response.objects.filter(survey=row.key, cell__in=[one.key for one in asked])
    for flags, counted in rows.order_by().values_list("flags", "weight"):
        count, clean, weight = count + 1, clean + (not flags), weight + counted
        found.update(flags)
    return Doubts(
        tuple(FlagCount(one, found[one], weights[one]) for one in Flag if one in weights),
        count,
        clean,
        Fraction(weight, 100),
    )
