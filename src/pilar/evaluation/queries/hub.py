"""Read the context of a region's results for its hub: measured quick wins, plan progress, satisfaction, current
improvements, and public services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pilar.areas.reference import today_in
from pilar.evaluation.queries.work import open_follow_ups
from pilar.evaluation.rules.authority import Action, Case, holds
from pilar.hospital.queries.schedule import HospitalRow, hospitals
from pilar.index import round_published
from pilar.masterplan.queries import ProgrammeRow, VersionRow, version_in_force
from pilar.masterplan.queries.programmes import programmes_alone, risen_from
from pilar.masterplan.queries.progress import PlanProgress, progress
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.progress import Light
from pilar.masterplan.rules.proposals import Origin
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.summary import Total, total, totals
from pilar.masterplan.wording import part_name
from pilar.measures.queries import MeasureRow, measures_by_code
from pilar.people.rules import PUBLIC, Standing
from pilar.permits.queries.services import regions as regions_with_permits
from pilar.surveys.queries.scores import Satisfied, satisfaction
from pilar.villagefinance.queries.realisation import keeps_books

FIGURES = 2
"""Of one quick win; the others stand in the plan and among the measures."""
SERVICES = 3
"""Whose satisfaction is shown; the others stand among the measures."""


@dataclass(frozen=True, slots=True)
class QuickWin:
    """A quick win, and of the measures that its targets name the first that everybody reads and that have a value."""

    row: ProgrammeRow
    figures: tuple[MeasureRow, ...]

    @property
    def title(self) -> str:
        return self.row.content.title


@dataclass(frozen=True, slots=True)
class PillarStands:
    """A pillar of a plan by its code; shares in whole per cent."""

    code: str
    planned: Decimal
    done: Decimal

    @property
    def title(self) -> str:
        """In the reader's language."""
        return part_name(self.code)


@dataclass(frozen=True, slots=True)
class PlanStands:
    """The progress of a plan at the end of ``quarter``, in whole per cent: planned by then, and done.

    ``behind``: programmes that are behind or far behind. ``pillars`` are those with programmes.
    """

    quarter: Quarter
    planned: Decimal
    done: Decimal
    behind: int
    pillars: tuple[PillarStands, ...]


@dataclass(frozen=True, slots=True)
class RegionHub:
    """``plan`` is the version in force, None without one; ``quick_wins`` are those of it, measured ones first.

    ``stands`` is None until a quarter under the plan has ended. ``satisfied``: the newest indices of services, one that
    was found last first. ``improved``: programmes that an evaluation's recommendation brought into the plan or changed.
    ``books``: villages of the region keep their books here. ``permits``: the region issues permits here.
    """

    plan: VersionRow | None
    programmes: int
    stands: PlanStands | None
    quick_wins: tuple[QuickWin, ...]
    satisfied: tuple[Satisfied, ...]
    improved: tuple[str, ...]
    hospitals: tuple[HospitalRow, ...]
    books: bool
    permits: bool

    @property
    def measured(self) -> tuple[QuickWin, ...]:
        return tuple(row for row in self.quick_wins if row.figures)

    @property
    def synthetic(self) -> bool:
        """Return whether the plan, a figure or a survey was made up for a demonstration."""
        figures = (figure for row in self.measured for figure in row.figures)
        return (
            (self.plan is not None and self.plan.plan.synthetic)
            or any(figure.synthetic for figure in figures)
            or any(satisfied.synthetic for satisfied in self.satisfied)
        )

    @property
    def others(self) -> tuple[QuickWin, ...]:
        """Those of which nothing is measured that everybody reads."""
        return tuple(row for row in self.quick_wins if not row.figures)


@dataclass(frozen=True, slots=True)
class OwnHub:
    """Data on a region's page for its team and those who oversee it, in addition to the public data: the number of
    recommendations open for them."""

    follow_ups: int


def region_hub(region: str, *, now: datetime) -> RegionHub:
    """Return what everybody reads around the results of a region. Sixteen queries at most, whatever there is."""
    today = today_in(region, now)
    plan = version_in_force(region, today, scope=PUBLIC)
    plan_progress = None if plan is None else progress(plan, None, scope=PUBLIC, now=now)
    rows = () if plan_progress is None else tuple(programme.row for programme in plan_progress.programmes)
    wins = rows or (() if plan is None else programmes_alone(plan))
    satisfied = satisfaction(region, "", scope=PUBLIC)
    return RegionHub(
        plan=plan,
        programmes=len(wins),
        stands=None if plan_progress is None else _stands(plan_progress),
        quick_wins=_measured(region, [win for win in wins if win.content.quick_win], now),
        satisfied=tuple(sorted(satisfied, key=lambda satisfied: satisfied.until, reverse=True))[:SERVICES],
        improved=() if plan is None else risen_from(plan, Origin.RECOMMENDATION),
        hospitals=hospitals(region),
        books=keeps_books(region, scope=PUBLIC),
        permits=region in regions_with_permits(today),
    )


def own_hub(region: str, *, scope: Standing) -> OwnHub | None:
    """None for anyone who does not work on the evaluation of the region."""
    if not holds(scope, Action.READ_ASSESSMENT, Case(region=region)):
        return None
    return OwnHub(sum(row.count for row in open_follow_ups(scope=scope) if row.region_code == region))


def _stands(plan_progress: PlanProgress) -> PlanStands | None:
    if plan_progress.quarter is None or not plan_progress.programmes:
        return None
    made = total(plan_progress.programmes)
    by_pillar = totals(plan_progress.programmes, lambda programme_progress: programme_progress.pillar)
    order = (entry.code for entry in framework().pillars.entries)
    pillars = tuple(PillarStands(code, *_shares(by_pillar[code])) for code in order if code in by_pillar)
    behind = made.lights[Light.FAIR] + made.lights[Light.POOR]
    return PlanStands(plan_progress.quarter, *_shares(made), behind, pillars)


def _shares(made: Total) -> tuple[Decimal, Decimal]:
    """Planned and done in per cent, of one programme or more."""
    planned, done = made.planned_share, made.done_share
    assert planned is not None
    assert done is not None
    return round_published(planned * 100, 0), round_published(done * 100, 0)


def _measured(region: str, rows: Sequence[ProgrammeRow], now: datetime) -> tuple[QuickWin, ...]:
    codes = {target.measure for row in rows for target in row.content.targets if target.measure}
    known = measures_by_code(region, codes, scope=PUBLIC, now=now)
    told = {code: row for code, row in known.items() if row.latest is not None}
    wins = [
        QuickWin(row, tuple(told[target.measure] for target in row.content.targets if target.measure in told)[:FIGURES])
        for row in rows
    ]
    return tuple(sorted(wins, key=lambda win: not win.figures))
