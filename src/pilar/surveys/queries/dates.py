"""Changes of a survey's dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilar.platform.rows import row_of
from pilar.surveys.models import DateChange
from pilar.surveys.queries.rows import SurveyRow


@dataclass(frozen=True, slots=True)
class DateChangeRow:
    """A change of dates: old and new dates, the reason, the person and the moment. ``ended``: before the closing
    time."""

    opened_before: datetime
    closed_before: datetime
    opens_at: datetime
    closes_at: datetime
    ended: bool
    reason: str
    by_name: str
    at: datetime


def date_changes(row: SurveyRow) -> tuple[DateChangeRow, ...]:
    """Read each change, newest first. Whoever has the row may read them. One query."""
    return tuple(row_of(DateChangeRow, change) for change in DateChange.objects.filter(survey=row.key).order_by("-pk"))
