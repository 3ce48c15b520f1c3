"""Answers that do not count, and why: how many, never what they say or when they came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from pilar.people.rules import Standing
from pilar.platform.language import translate
from pilar.surveys.models import Cell, Response
from pilar.surveys.queries.rows import SurveyRow
from pilar.surveys.queries.scoping import visible_cells
from pilar.surveys.rules.answers import FLAG_NAMES, Flag, reasons_of


@dataclass(frozen=True, slots=True)
class Uncounted:
    """How many answers about a programme do not count for the same reasons.

    How they came in is not told: an answer that is handed on without a name shows its reasons, but its way only with
    four others.
    """

    cell: int
    place: int
    programme: str
    office_name: str
    reasons: tuple[Flag, ...]
    count: int

    @property
    def why(self) -> str:
        """The reasons, in the reader's language."""
        return "; ".join(translate(FLAG_NAMES[reason]) for reason in self.reasons)


def uncounted(row: SurveyRow, *, scope: Standing) -> tuple[Uncounted, ...]:
    """Every answer that does not count, of the programmes that ``scope`` sees, in one of the rows. Two queries."""
    cells = Cell.objects.filter(visible_cells(scope), survey=row.key).select_related("office").in_bulk()
    counted: Counter[tuple[int, tuple[Flag, ...]]] = Counter()
    rows = Response.objects.filter(survey=row.key, cell__in=list(cells), weight=0).order_by()
    for cell, flags, count in rows.values_list("cell", "flags").annotate(count=Count("pk")):
        counted[cell, reasons_of(map(Flag, flags), row.questionnaire.quality)] += count
    made = (
        Uncounted(cell, cells[cell].place, cells[cell].programme, cells[cell].office.name, reasons, count)
        for (cell, reasons), count in counted.items()
    )
    return tuple(sorted(made, key=lambda uncounted: (uncounted.place, uncounted.reasons)))


def by_reason(rows: Iterable[Uncounted]) -> tuple[tuple[Flag, int], ...]:
    """Tell how many answers each reason holds for; one with two reasons is counted at both."""
    counts: Counter[Flag] = Counter()
    for row in rows:
        for reason in row.reasons:
            counts[reason] += row.count
    return tuple((flag, counts[flag]) for flag in Flag if counts[flag])
