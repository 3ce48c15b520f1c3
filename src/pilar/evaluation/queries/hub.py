"""What stands around a region's results on its page: the quick wins of its plan with what is measured of them, and
where its people are served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pilar.areas.reference import today_in
from pilar.hospital.queries.schedule import HospitalRow, hospitals
from pilar.masterplan.queries import ProgrammeRow, VersionRow, programme_count, quick_wins, version_in_force
from pilar.measures.queries import MeasureRow, measures_by_code
from pilar.people.rules import PUBLIC
from pilar.permits.queries.services import regions as regions_with_permits
from pilar.villagefinance.queries.realisation import keeps_books

FIGURES = 2
"""Of one quick win; the others stand in the plan and among the measures."""


@dataclass(frozen=True, slots=True)
class QuickWin:
    """A quick win, and of the measures that its targets name the first that everybody reads and that have a value."""

    row: ProgrammeRow
    figures: tuple[MeasureRow, ...]

    @property
    def title(self) -> str:
        return self.row.content.title


@dataclass(frozen=True, slots=True)
class RegionHub:
    """``plan`` is the version in force, None without one; ``quick_wins`` are those of it, measured ones first.

    ``books``: villages of the region keep their books here. ``permits``: the region issues permits here.
    """

    plan: VersionRow | None
    programmes: int
    quick_wins: tuple[QuickWin, ...]
    hospitals: tuple[HospitalRow, ...]
    books: bool
    permits: bool

    @property
    def measured(self) -> tuple[QuickWin, ...]:
        return tuple(row for row in self.quick_wins if row.figures)

    @property
    def synthetic(self) -> bool:
        """Tell whether the plan or a figure was made up for a demonstration."""
        figures = (figure for row in self.measured for figure in row.figures)
        return (self.plan is not None and self.plan.plan.synthetic) or any(figure.synthetic for figure in figures)

    @property
    def others(self) -> tuple[QuickWin, ...]:
        """Those of which nothing is measured that everybody reads."""
        return tuple(row for row in self.quick_wins if not row.figures)


def region_hub(region: str, *, now: datetime) -> RegionHub:
    """What everybody reads around the results of a region. Eight queries at most."""
    today = today_in(region, now)
    plan = version_in_force(region, today, scope=PUBLIC)
    return RegionHub(
        plan=plan,
        programmes=0 if plan is None else programme_count(plan),
        quick_wins=() if plan is None else _measured(region, quick_wins(plan), now),
        hospitals=hospitals(region),
        books=keeps_books(region, scope=PUBLIC),
        permits=region in regions_with_permits(today),
    )


def _measured(region: str, rows: Sequence[ProgrammeRow], now: datetime) -> tuple[QuickWin, ...]:
    codes = {target.measure for row in rows for target in row.content.targets if target.measure}
    known = measures_by_code(region, codes, scope=PUBLIC, now=now)
    told = {code: row for code, row in known.items() if row.latest is not None}
    found = [
        QuickWin(row, tuple(told[one.measure] for one in row.content.targets if one.measure in told)[:FIGURES])
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: not one.figures))
