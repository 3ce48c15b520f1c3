"""Figures of a region's plan for a year, for the evaluation of that year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from pilar.areas.reference import today_in
from pilar.masterplan.models import Version
from pilar.masterplan.queries.plans import bodies, readable_law
from pilar.masterplan.queries.programmes import programmes_alone
from pilar.masterplan.queries.reports import evidence_of_year, figures
from pilar.masterplan.queries.rows import BodyRow, ProgrammeRow, VersionRow, version_row
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import Fund
from pilar.masterplan.rules.framework import ProgressRules
from pilar.masterplan.rules.progress import InYear, Reported, YearCount, in_year
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.summary import budget_by_fund, mean_marks
from pilar.people.rules import Standing


@dataclass(frozen=True, slots=True)
class YearProgramme:
    """A programme with anything planned in the year by now, and its progress.

    ``evidence`` belongs to the year's reports.
    """

    row: ProgrammeRow
    stands: InYear
    evidence: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class PartFigures:
    """A sub-dimension in the year, with its programmes by code."""

    part: str
    count: YearCount
    programmes: tuple[YearProgramme, ...]


@dataclass(frozen=True, slots=True)
class YearFigures:
    """The figures of a plan for a year under the version in force at its end, or last in it; a plan whose years begin
    later counts if there is no other.

    ``version`` holds the law. ``parts``: every sub-dimension of the framework, in its order, also empty ones. Money in
    rupiah. ``marks``: by criterion the mean of the quick wins' marks, None where none is judged.
    """

    version: VersionRow
    parts: tuple[PartFigures, ...]
    bodies: tuple[BodyRow, ...]
    budget: Mapping[Fund, Decimal]
    quick_wins: tuple[ProgrammeRow, ...]
    marks: Mapping[str, Fraction | None]

    @property
    def last_report(self) -> Quarter | None:
        """The newest quarter of the year for which any programme was reported."""
        quarters = [
            programme.stands.reported
            for part in self.parts
            for programme in part.programmes
            if programme.stands.reported
        ]
        return max(quarters, default=None)

    @property
    def held_to(self) -> Quarter | None:
        """The newest quarter that any programme is judged by; None without a programme."""
        return max((programme.stands.quarter for part in self.parts for programme in part.programmes), default=None)


def year_figures(region: str, year: int, *, scope: Standing, now: datetime) -> YearFigures | None:
    """Read the figures of a region's plan for a year so far; None if no plan was in force in it. At most eight queries.

    A programme counts as planned with an activity, money or a target in the year; ``rules.progress.in_year`` decides
    which are realised, and which have not begun by plan and are left out.
    """
    row = _version_of_year(region, year, scope)
    if row is None:
        return None
    frame = framework()
    entries = programmes_alone(row)
    told = figures(row.plan.key, year)
    planned = [entry for entry in entries if entry.content.planned_in(year)]
    evidence = evidence_of_year((programme.key for programme in planned), year)
    today = today_in(region, now)
    judged = [
        _programme(
            programme,
            told.get(programme.key, ()),
            year,
            evidence.get(programme.key, ()),
            today=today,
            rules=frame.progress,
            since=row.plan.reports_since,
        )
        for programme in planned
    ]
    judged = [programme for programme in judged if programme.stands.due]
    quick_wins = tuple(entry for entry in entries if entry.content.quick_win)
    return YearFigures(
        version=row,
        parts=tuple(_part(part.code, judged) for part in frame.pillars.parts()),
        bodies=bodies(row.plan.key),
        budget=budget_by_fund((entry.content for entry in entries), year),
        quick_wins=quick_wins,
        marks=mean_marks((quick_win.content for quick_win in quick_wins), frame.criteria),
    )


def _version_of_year(region: str, year: int, scope: Standing) -> VersionRow | None:
    rows = readable_law(scope).filter(
        region=region, in_force_since__lte=date(year, 12, 31), in_force_until__gte=date(year, 1, 1)
    )
    versions: list[Version] = list(rows.order_by("-in_force_since"))
    # A plan decreed before its first year does not cover a year in which another one was carried out.
    row = next((version for version in versions if version.plan.first_year <= year), versions[0] if versions else None)
    return None if row is None else version_row(row)


def _part(code: str, judged: list[YearProgramme]) -> PartFigures:
    own = tuple(programme for programme in judged if programme.row.content.part == code)
    return PartFigures(code, YearCount(len(own), sum(programme.stands.realised for programme in own)), own)


def _programme(
    row: ProgrammeRow,
    told: tuple[Reported, ...],
    year: int,
    evidence: tuple[UUID, ...],
    *,
    today: date,
    rules: ProgressRules,
    since: Quarter | None,
) -> YearProgramme:
    return YearProgramme(row, in_year(row.content, told, year, today=today, rules=rules, since=since), evidence)
