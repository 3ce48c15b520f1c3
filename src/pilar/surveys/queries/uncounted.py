"""Numbers of answers that do not count, with the reasons; never their content or time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from pilar.people.rules import Standing
from pilar.platform.language import translate
from pilar.surveys.models import Cell, Response
from pilar.surveys.queries.surveys import SurveyRow, visible_cells
from pilar.surveys.rules.answers import FLAG_NAMES, Flag, reasons_of


@dataclass(frozen=True, slots=True)
class Uncounted:
    """The number of answers about a programme that do not count for the same reasons.

    The mode is left out: an anonymised single answer shows its reasons, but its mode only together with four others.
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
    """Count the answers that do not count, of the programmes that ``scope`` sees, each in one row. Two queries."""
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
    """Count the answers by reason; one with two reasons is counted in both."""
    counts: Counter[Flag] = Counter()
    for row in rows:
        for reason in row.reasons:
            counts[reason] += row.count
    return tuple((flag, counts[flag]) for flag in Flag if counts[flag])
