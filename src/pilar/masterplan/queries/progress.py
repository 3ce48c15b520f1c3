"""Progress of a version of a plan: each programme judged, and one programme quarter by quarter."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pilar.areas.reference import today_in
from pilar.masterplan.queries.programmes import (
    MAX_KEPT,
    forget_programmes,
    lives,
    programme,
    stamped_programmes,
)
from pilar.masterplan.queries.reports import ReportRow, figures, reports_of
from pilar.masterplan.queries.rows import ProgrammeRow, VersionRow
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.authority import Action, Case, may
from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.due import Expected, Life, ended_quarters, expected
from pilar.masterplan.rules.framework import ProgressRules
from pilar.masterplan.rules.monitored import GroupCount, monitored_by_group
from pilar.masterplan.rules.progress import Reported, Standing, standing
from pilar.masterplan.rules.quarters import Quarter, quarter_of
from pilar.masterplan.rules.targets import Figure, figures_at
from pilar.measures.queries import MeasureRow, YearToDate, measures_by_code, years_to_date
from pilar.people.rules import Standing as Reader
from pilar.platform.kept import Kept


@dataclass(frozen=True, slots=True)
class ProgrammeProgress:
    """A programme at the end of a quarter: ``pillar`` is the code of its own, ``reports`` those that count."""

    row: ProgrammeRow
    pillar: str
    standing: Standing
    figures: tuple[Figure, ...]
    reports: tuple[Reported, ...]


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """A version at the end of ``quarter``: None, and no programme, where no quarter under it has ended yet.

    ``quarters`` are those to choose from; ``rules`` are the thresholds of the lights.
    """

    row: VersionRow
    quarter: Quarter | None
    quarters: tuple[Quarter, ...]
    programmes: tuple[ProgrammeProgress, ...]
    rules: ProgressRules
    today: date

    @property
    def monitored(self) -> tuple[GroupCount, ...]:
        """The monitored things of all programmes, by group."""
        if self.quarter is None:
            return ()
        rows = ((programme_progress.row.content, programme_progress.reports) for programme_progress in self.programmes)
        return monitored_by_group(rows, self.quarter, framework().monitored)


_JUDGED: Kept[tuple[ProgrammeProgress, ...]] = Kept(MAX_KEPT)


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure that a target indicator is bound to, with its figure of the year up to the end of a quarter."""

    measure: MeasureRow
    figure: YearToDate


@dataclass(frozen=True, slots=True)
class QuarterLine:
    """A quarter of one programme: the state of its report, its progress then, and the values of its targets.

    ``standing`` and ``figures`` are those of quarters that have ended.
    """

    expected: Expected
    standing: Standing | None
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeHistory:
    """One programme through the quarters of its life; ``reports`` is empty for a reader of figures only.

    ``done``: per cent by number of activity of the newest report; None before the first.
    """

    row: ProgrammeRow
    pillar: str
    lines: tuple[QuarterLine, ...]
    measures: Mapping[str, MeasureRow]
    reports: tuple[ReportRow, ...]
    reads_reports: bool
    done: Mapping[int, int] | None
    rules: ProgressRules
    today: date

    @property
    def reports_told(self) -> tuple[ReportRow, ...] | None:
        """The reports, or None for a reader of figures only."""
        return self.reports if self.reads_reports else None


def progress(row: VersionRow, wanted: Quarter | None, *, scope: Reader, now: datetime) -> PlanProgress:
    """Read a version at the end of a quarter; where ``wanted`` is not available, of the last one that has ended.

    Anyone who has the row may read the figures; those of measures are given if ``scope`` reads them. Judged again only
    when the plan or a measure was written to. At most eight queries, whatever the size.
    """
    frame, today = framework(), today_in(row.plan.region, now)
    choices = quarters_of(row, today)
    if not choices:
        return PlanProgress(row, None, (), (), frame.progress, today)
    quarter = wanted if wanted in choices else choices[-1]
    assert quarter is not None
    stamp, entries = stamped_programmes(row)
    contents = (entry.content for entry in entries)
    measured = measured_figures(row.plan.region, contents, [quarter], scope=scope, now=now)
    values = {code: last.figure.value for (code, _quarter), last in measured.items()}
    key: Hashable = (row, quarter, today, stamp, tuple(sorted(values.items())))
    judged = _JUDGED.get(key, lambda: _judged(row, entries, quarter, values, today))
    return PlanProgress(row, quarter, choices, judged, frame.progress, today)


def forget() -> None:
    """Keep nothing that was read or judged, as in a process that has just begun."""
    forget_programmes()
    _JUDGED.forget()


def _judged(
    row: VersionRow,
    entries: Sequence[ProgrammeRow],
    quarter: Quarter,
    values: Mapping[str, Decimal | None],
    today: date,
) -> tuple[ProgrammeProgress, ...]:
    """Judge each programme by its reports. Two queries."""
    frame = framework()
    born, told = lives(row.plan.key), figures(row.plan.key, quarter.year)
    pillars = {part.code: pillar.code for pillar in frame.pillars.entries for part in pillar.parts}
    judged = []
    for entry in entries:
        reports = told.get(entry.key, ())
        stands = standing(
            entry.content, reports, quarter, since=born[entry.key].reported_from, today=today, rules=frame.progress
        )
        values_there = figures_at(entry.content, reports, quarter, values)
        judged.append(ProgrammeProgress(entry, pillars[entry.content.part], stands, values_there, reports))
    return tuple(judged)


def programme_history(row: VersionRow, code: str, *, scope: Reader, now: datetime) -> ProgrammeHistory:
    """Read one programme of a version, quarter by quarter; raises :class:`NotFound` for a code that is not in it."""
    frame, today = framework(), today_in(row.plan.region, now)
    programme_row = programme(row, code)
    life = lives(row.plan.key, [programme_row.key]).get(programme_row.key)
    reads = may(scope, Action.READ_REPORTS, Case(row.plan.region, programme_row.content.owner, row.state))
    rows = reports_of(programme_row.key)
    counting: dict[Quarter, Reported] = {}
    for report in rows:
        counting.setdefault(report.said.quarter, report.said)
    reports = tuple(counting.values())
    ended = () if life is None else ended_quarters(life, today)
    measured = measured_figures(row.plan.region, [programme_row.content], ended, scope=scope, now=now)
    return ProgrammeHistory(
        row=programme_row,
        pillar=frame.pillars.above(programme_row.content.part).code,
        lines=()
        if life is None
        else _lines(programme_row.content, life, reports, measured, today=today, rules=frame.progress),
        measures={code: last.measure for (code, _quarter), last in measured.items()},
        reports=rows if reads else (),
        reads_reports=reads,
        done=reports[0].done if reports else None,
        rules=frame.progress,
        today=today,
    )


def measured_figures(
    region: str, contents: Iterable[Content], quarters: Sequence[Quarter], *, scope: Reader, now: datetime
) -> dict[tuple[str, Quarter], Measured]:
    """Read by code and quarter the figures of measures that targets are bound to. Three queries, none if none is
    bound."""
    codes = {target.measure for content in contents for target in content.targets if target.measure}
    rows = measures_by_code(region, codes, scope=scope, now=now)
    dates = years_to_date((row, quarter.end) for row in rows.values() for quarter in quarters)
    return {
        (code, quarter): Measured(row, dates[row.key, quarter.end])
        for code, row in rows.items()
        for quarter in quarters
    }


def quarters_of(row: VersionRow, today: date) -> tuple[Quarter, ...]:
    """Return the quarters in which a version was in force, once they have ended."""
    if row.in_force_since is None or row.in_force_until is None:
        return ()
    return ended_quarters(Life(quarter_of(row.in_force_since), quarter_of(row.in_force_until)), today)


def _lines(
    content: Content,
    life: Life,
    reports: Sequence[Reported],
    measured: Mapping[tuple[str, Quarter], Measured],
    *,
    today: date,
    rules: ProgressRules,
) -> tuple[QuarterLine, ...]:
    lines = []
    for due in expected(content, life, {report.quarter for report in reports}, today=today, rules=rules):
        quarter = due.quarter
        if quarter.end >= today:
            lines.append(QuarterLine(due, None, ()))
            continue
        values: dict[str, Decimal | None] = {
            code: told.figure.value for (code, of), told in measured.items() if of == quarter
        }
        judged = standing(content, reports, quarter, since=life.reported_from, today=today, rules=rules)
        lines.append(QuarterLine(due, judged, figures_at(content, reports, quarter, values)))
    return tuple(lines)
