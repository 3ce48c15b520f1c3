"""Scores by district of the respondents, as far as they identify nobody (``rules.districts``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.db import connection

from pilar.platform.language import Bilingual
from pilar.surveys.queries.rows import CellRow, SurveyRow
from pilar.surveys.rules.districts import NOT_TOLD, WHOLE, Block, common_items, told_blocks
from pilar.surveys.rules.questionnaire import Item, Questionnaire
from pilar.surveys.rules.scores import MIN_SHOWN, Mean, Sums, mean_of

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
