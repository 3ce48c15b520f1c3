"""Reports that offices owe: their own programmes, one report to be written, and late reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pilar.areas.reference import today_in
from pilar.masterplan.models import Entry
from pilar.masterplan.queries.plans import BESIDE, readable_law
from pilar.masterplan.queries.programmes import entry_in_force, lives, programmes_alone
from pilar.masterplan.queries.progress import Measured, measured_figures
from pilar.masterplan.queries.reports import ReportRow, known_quarters, reports_of
from pilar.masterplan.queries.rows import ProgrammeRow, VersionRow, programme_row, version_row
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.authority import Action, Case, offices_of, reports_for
from pilar.masterplan.rules.due import Expected, Life, ReportState, expected, open_reports
from pilar.masterplan.rules.progress import Reported
from pilar.masterplan.rules.quarters import Quarter, due_on
from pilar.people.rules import Standing, existing


@dataclass(frozen=True, slots=True)
class OwnProgramme:
    """A programme of one's own office with all quarters of its life."""

    row: ProgrammeRow
    quarters: tuple[Expected, ...]

    @property
    def open(self) -> tuple[Expected, ...]:
        """Due and late reports, oldest first."""
        return tuple(quarter for quarter in self.quarters if quarter.state in (ReportState.DUE, ReportState.LATE))


@dataclass(frozen=True, slots=True)
class OwnPlan:
    """A plan with the programmes of one's own offices in its newest version that is or was in force."""

    version: VersionRow
    programmes: tuple[OwnProgramme, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Late:
    """A programme with the reports that are late, oldest first."""

    row: ProgrammeRow
    quarters: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class OfficeLate:
    """The overdue reports of an office, by code of the programme."""

    office: int
    name: str
    late: tuple[Late, ...]

    @property
    def reports(self) -> tuple[tuple[ProgrammeRow, Expected], ...]:
        """Return each late report with its programme."""
        return tuple((late.row, quarter) for late in self.late for quarter in late.quarters)

    @property
    def count(self) -> int:
        """The number of late reports."""
        return sum(len(late.quarters) for late in self.late)


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """A report to be written: the programme as of that quarter, its reports for the quarter and before.

    ``rows``: the reports for the quarter, the one that counts first. ``before``: the newest report of an earlier
    quarter. ``measured``: figures by code, for targets that are measured. ``life``: the quarters in which it is in
    force; ``owner``: the office that owns it now; ``on_behalf``: the reader reports for it.
    """

    version: VersionRow
    row: ProgrammeRow
    quarter: Quarter
    due: date
    rows: tuple[ReportRow, ...]
    before: Reported | None
    measured: Mapping[str, Measured]
    life: Life
    owner: int
    today: date
    on_behalf: bool = False

    @property
    def seen(self) -> int:
        """The number of the report that counts, 0 for none."""
        return self.rows[0].number if self.rows else 0


def own_reports(*, scope: Standing, now: datetime) -> tuple[OwnPlan, ...]:
    """Read the reports that the offices of ``scope`` owe, newest plan first. Four queries for each plan of their
    region."""
    reports = []
    for region in sorted({membership.region for membership in scope.memberships if membership.region}):
        offices = offices_of(scope, Action.REPORT, region)
        if not offices:
            continue
        for row in newest_in_force(region, scope=scope):
            own = tuple(programme for programme in programmes_alone(row) if programme.content.owner in offices)
            if own:
                reports.append(_own_plan(row, own, now))
    return tuple(reports)


def newest_in_force(region: str, *, scope: Standing) -> tuple[VersionRow, ...]:
    """Read the newest version of each plan that is or was in force, newest plan first. One query."""
    rows = readable_law(scope).filter(region=region).order_by("-plan__first_year", "plan", "-number")
    versions: dict[int, VersionRow] = {}
    for row in rows:
        versions.setdefault(row.plan_id, version_row(row))
    return tuple(versions.values())


def late_reports(row: VersionRow, *, now: datetime) -> tuple[OfficeLate, ...]:
    """Read the late reports under a version, by office in the order of their names. Three queries.

    Anyone who has the row may read them: everybody sees from the lights which reports are missing.
    """
    entries = programmes_alone(row)
    today, rules = today_in(row.plan.region, now), framework().progress
    born, known = lives(row.plan.key), known_quarters(entry.key for entry in entries)
    lates: dict[int, list[Late]] = {}
    names = {}
    for programme in entries:
        if programme.key not in born:
            continue
        names[programme.content.owner] = programme.owner_name
        wanted = open_reports(
            programme.content, born[programme.key], known.get(programme.key, ()), today=today, rules=rules
        )
        late = tuple(quarter for quarter in wanted if quarter.state is ReportState.LATE)
        if late:
            lates.setdefault(programme.content.owner, []).append(Late(programme, late))
    offices = sorted(lates, key=lambda office: names[office])
    return tuple(OfficeLate(office, names[office], tuple(lates[office])) for office in offices)


def open_by_office(version: int, plan: int, today: date, *, office: int | None = None) -> dict[int, list[Expected]]:
    """Read due and late reports under a version, by key of every office that owns a programme of it. Three queries.

    For operations, without a check of permission.
    """
    rows = Entry.objects.filter(version=version).select_related("line", "content__owner", *BESIDE)
    if office is not None:
        rows = rows.filter(content__owner=office)
    entries = [programme_row(row) for row in rows]
    rules = framework().progress
    keys = [entry.key for entry in entries]
    born, known = lives(plan, keys), known_quarters(keys)
    open_of: dict[int, list[Expected]] = {entry.content.owner: [] for entry in entries}
    for programme in entries:
        if programme.key in born:
            open_of[programme.content.owner] += open_reports(
                programme.content, born[programme.key], known.get(programme.key, ()), today=today, rules=rules
            )
    return open_of


def report_sheet(line: int, quarter: Quarter, *, scope: Standing, now: datetime) -> ReportSheet:
    """Read the data for writing a report of a programme for a quarter.

    Raises :class:`NotFound` for a programme that never was in force, :class:`NotAllowed` if the reader does not report
    for its present owner.
    """
    held = existing(entry_in_force(line, quarter))
    entry, owner = held
    row = version_row(entry.version)
    on_behalf = reports_for(scope, Case(row.plan.region, owner, row.state))
    rows = reports_of(line)
    programme = programme_row(entry)
    measured = measured_figures(row.plan.region, [programme.content], [quarter], scope=scope, now=now)
    return ReportSheet(
        version=row,
        row=programme,
        quarter=quarter,
        due=due_on(quarter, framework().progress),
        rows=tuple(report for report in rows if report.said.quarter == quarter),
        before=next((report.said for report in rows if report.said.quarter < quarter), None),
        measured={code: last for (code, _quarter), last in measured.items()},
        life=lives(row.plan.key, [line])[line],
        owner=owner,
        today=today_in(row.plan.region, now),
        on_behalf=on_behalf,
    )


def _own_plan(row: VersionRow, own: tuple[ProgrammeRow, ...], now: datetime) -> OwnPlan:
    today, rules = today_in(row.plan.region, now), framework().progress
    keys = [programme.key for programme in own]
    born, known = lives(row.plan.key, keys), known_quarters(keys)
    return OwnPlan(
        row,
        tuple(
            OwnProgramme(
                programme,
                expected(
                    programme.content, born[programme.key], known.get(programme.key, ()), today=today, rules=rules
                ),
            )
            for programme in own
        ),
        today,
    )
