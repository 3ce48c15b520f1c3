"""Read everything that the papers of a plan are made from, at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal

from django.db.models import Max

from pilar.areas import queries as areas
from pilar.areas.models import Office
from pilar.masterplan.models import Entry, Statement, Version
from pilar.masterplan.queries.choices import office_names
from pilar.masterplan.queries.plans import bodies, statements
from pilar.masterplan.queries.programmes import programmes
from pilar.masterplan.queries.rows import BodyRow, ProgrammeRow, StatementRow, VersionRow
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.framework import Framework, Named
from pilar.masterplan.rules.stages import LAW
from pilar.masterplan.rules.statements import StatementPart


@dataclass(frozen=True, slots=True)
class PlanBook:
    """A version with everything in it. ``made_at``: the moment of its content, so that equal content gives equal
    papers; ``offices``: names by key."""

    row: VersionRow
    programmes: tuple[ProgrammeRow, ...]
    statements: Mapping[StatementPart, tuple[StatementRow, ...]]
    bodies: tuple[BodyRow, ...]
    offices: Mapping[int, str]
    province: str
    made_at: datetime
    framework: Framework

    def of_part(self, code: str) -> tuple[ProgrammeRow, ...]:
        """Return the programmes of a sub-dimension."""
        return tuple(programme for programme in self.programmes if programme.content.part == code)

    def of_pillar(self, pillar: Named) -> tuple[ProgrammeRow, ...]:
        codes = {part.code for part in pillar.parts}
        return tuple(programme for programme in self.programmes if programme.content.part in codes)

    def quick_wins(self) -> Iterator[tuple[Named, tuple[ProgrammeRow, ...]]]:
        """Yield the quick wins of each pillar."""
        for pillar in self.framework.pillars.entries:
            yield pillar, tuple(programme for programme in self.of_pillar(pillar) if programme.content.quick_win)

    @property
    def money(self) -> Decimal:
        """Sum the money of all programmes and years, in rupiah."""
        return sum((budget.amount for each in self.programmes for budget in each.content.budgets), Decimal(0))


def plan_book(row: VersionRow) -> PlanBook:
    """Read a version with everything in it. Anyone who has the row may read it. Eight queries, whatever its size."""
    return PlanBook(
        row=row,
        programmes=programmes(row),
        statements=statements(row),
        bodies=bodies(row.plan.key),
        offices=office_names(row.plan.region),
        province=areas.region(row.plan.region).province,
        made_at=_made_at(row),
        framework=framework(),
    )


def beside_law(row: VersionRow) -> tuple[object, ...]:
    """Return what may change in the papers of a version that is law: its force, the bodies of its plan, names.

    Texts and programmes are frozen. A different ``repr`` means a change. Five queries at most.
    """
    offices = Office.objects.filter(region=row.plan.region).order_by("pk").values_list("pk", "name", "abbreviation")
    return row, bodies(row.plan.key), tuple(offices), areas.region(row.plan.region).province


def _made_at(row: VersionRow) -> datetime:
    """Return the day of the decree; before that, the moment of the newest text or programme."""
    if row.state in LAW and row.decreed_on is not None:
        return datetime.combine(row.decreed_on, time(), UTC)
    opened = Version.objects.values_list("opened_at", flat=True).get(pk=row.key)
    newest = (
        Statement.objects.filter(version=row.key).aggregate(at=Max("written_at"))["at"],
        Entry.objects.filter(version=row.key).aggregate(at=Max("content__written_at"))["at"],
    )
    return max([opened, *(moment for moment in newest if moment is not None)])
