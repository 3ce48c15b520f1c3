"""Corrections of records, read by callers who may read the record itself, and papers as corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from pilar.platform.language import translate
from pilar.villagefinance.models import BudgetStep, Correction, ReportStep
from pilar.villagefinance.rules.auditing import FLAG_NAMES, FlagState


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A correction: the wrong and the right content, who made it and why."""

    about: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str
    by: str
    at: datetime

    @property
    def paper(self) -> str:
        """The number of the paper before the correction."""
        return str(self.before["paper"])

    @property
    def day(self) -> date:
        """The day of the paper before the correction."""
        return date.fromisoformat(self.before["day"])

    def says(self, after: Mapping[str, Any], reason: str) -> bool:
        """Return whether it is exactly this correction, as when it is sent twice."""
        return (self.after, self.reason) == (after, reason)

    @property
    def verdict_before(self) -> str:
        return translate(FLAG_NAMES[FlagState(self.before["state"])])


def about_flag(year: int, number: int) -> str:
    return f"flag/{year}/{number}"


def about_report(year: int, act: str) -> str:
    return f"report/{year}/{act}"


def about_step(year: int, version: int, step: int) -> str:
    return f"step/{year}/{version}/{step}"


def corrections(village: str, about: str, *, below: bool = False) -> tuple[CorrectionRow, ...]:
    """Read the corrections of a record, or of all records ``below`` it. One query."""
    which = {"about__startswith": f"{about}/"} if below else {"about": about}
    rows = Correction.objects.filter(region=village[:5], village=village, **which).order_by("-no")
    return tuple(CorrectionRow(row.about, row.before, row.after, row.reason, row.by, row.at) for row in rows)


def steps_as_they_hold() -> QuerySet[BudgetStep]:
    """Select the steps of budgets, each with the column that :func:`held_paper` needs."""
    return _steps().all()


def reports_as_they_hold() -> QuerySet[ReportStep]:
    """Select the reports on record, each with the column that :func:`held_paper` needs."""
    return ReportStep.objects.annotate(right=_right("report", "year", "act"))


@cache
def _steps() -> QuerySet[BudgetStep]:
    """Compose the query once, because it runs with every payment."""
    return BudgetStep.objects.annotate(right=_right("step", "year", "version", "no"))


def held_paper(row: Any) -> tuple[str, date | None]:
    """Return number and day of the paper of a row of the two queries above: as entered, or as corrected since."""
    if row.right is None:
        return row.paper, row.day
    return row.right["paper"], date.fromisoformat(row.right["day"])


def _right(head: str, *names: str) -> Subquery:
    """A subquery with the content of the last correction of a row."""
    parts: list[Any] = [Value(head)]
    for name in names:
        parts += [Value("/"), Cast(OuterRef(name), CharField())]
    about = Concat(*parts, output_field=CharField())
    rows = Correction.objects.filter(region=OuterRef("region"), village=OuterRef("village"), about=about)
    return Subquery(rows.order_by("-no").values("after")[:1])
