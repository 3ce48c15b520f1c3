"""Read all assessors' marks for every region of a phase whose panels have agreed, as a table of numbers.

The caller has decided that the reader may see what is made of it; single marks leave this module for sums only.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
from django.db import connection
from django.db.models import Count, Max, Sum

from pilar.evaluation.models import Mark
from pilar.evaluation.rules.analysis import Floats
from pilar.evaluation.rules.stages import AssessmentState

# One row a sheet: objects of 100 marks reach Python several times sooner than 100 rows.
SHEETS = """
    SELECT participation.region_id, mark.assessor_id, json_object_agg(mark.node, mark.value)::text
    FROM evaluation_mark AS mark
    JOIN evaluation_assessment AS assessment ON assessment.id = mark.assessment_id
    JOIN evaluation_participation AS participation ON participation.id = assessment.participation_id
    WHERE assessment.phase_id = %(phase)s AND assessment.state = %(agreed)s
    GROUP BY participation.region_id, mark.assessor_id
    ORDER BY participation.region_id, mark.assessor_id
"""


@dataclass(frozen=True, slots=True)
class MarksState:
    """A fingerprint of the marks of a phase's agreed regions: equal states mean equal marks."""

    phase: int
    marks: int
    versions: int
    changed_at: datetime | None


@dataclass(frozen=True, eq=False)
class Sheets:
    """``values``: shape (sheets, indicators), NaN without a mark; row i is of ``assessors[i]`` and ``regions[i]``."""

    regions: tuple[str, ...]
    assessors: tuple[int, ...]
    indicators: tuple[str, ...]
    values: Floats

    def of(self, regions: Sequence[str]) -> Floats:
        """Marks of these regions side by side, shape (regions, indicators, largest panel); a seat has no name there."""
        places = {region: place for place, region in enumerate(regions)}
        taken = [0] * len(regions)
        seats = []
        for row, region in enumerate(self.regions):
            if region in places:
                seats.append((row, places[region], taken[places[region]]))
                taken[places[region]] += 1
        marks = np.full((len(regions), len(self.indicators), max([1, *taken])), np.nan)
        for row, place, seat in seats:
            marks[place, :, seat] = self.values[row]
        return marks


def marks_state(phase: int) -> MarksState:
    """One query."""
    rows = Mark.objects.filter(assessment__phase=phase, assessment__state=AssessmentState.AGREED).order_by()
    counts = rows.aggregate(marks=Count("pk"), versions=Sum("version"), changed_at=Max("changed_at"))
    return MarksState(phase, counts["marks"], counts["versions"] or 0, counts["changed_at"])


@lru_cache(maxsize=4)
def sheets_of(state: MarksState, indicators: tuple[str, ...]) -> Sheets:
    """The sheets in this state, ordered by region and assessor. One query, or none if they were read before."""
    with connection.cursor() as cursor:
        cursor.execute(SHEETS, {"phase": state.phase, "agreed": AssessmentState.AGREED})
        rows = cursor.fetchall()
    given = (json.loads(text) for _region, _assessor, text in rows)
    values = [[sheet.get(code, np.nan) for code in indicators] for sheet in given]
    return Sheets(
        regions=tuple(region for region, _assessor, _text in rows),
        assessors=tuple(assessor for _region, assessor, _text in rows),
        indicators=indicators,
        values=np.array(values, dtype=np.float64).reshape(len(rows), len(indicators)),
    )
