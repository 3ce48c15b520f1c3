"""The progress of a version: lights, totals, road map, late reports, and one programme quarter by quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.design import charts
from pilar.design.tables import Asked, Column, Table
from pilar.evidence import queries as evidence
from pilar.evidence.queries import RevisionRow
from pilar.masterplan import queries
from pilar.masterplan.pages import progress_shown as shown
from pilar.masterplan.pages.frame import version_page
from pilar.masterplan.queries import VersionRow
from pilar.masterplan.queries.due import late_reports
from pilar.masterplan.queries.progress import (
    PlanProgress,
    ProgrammeHistory,
    ProgrammeProgress,
    QuarterLine,
    programme_history,
)
from pilar.masterplan.queries.progress import progress as progress_of
from pilar.masterplan.queries.reports import ReportRow
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.authority import Action, Case, may, offices_of
from pilar.masterplan.rules.content import Target
from pilar.masterplan.rules.due import STATE_NAMES
from pilar.masterplan.rules.progress import Light
from pilar.masterplan.rules.quarters import read_quarter
from pilar.masterplan.rules.stages import LAW
from pilar.people.rules import NotFound, Standing
from pilar.people.signin import standing_of
from pilar.people.views import Shown
from pilar.platform.language import translate
from pilar.platform.paging import paged

PAGE = 10  # programmes of a list, each a block of many lines on a phone
BARS = 30
PROGRAMMES = Table(
    gettext_lazy("Programmes"),
    Column("title", gettext_lazy("Programme"), "one.row.content.title"),
    Column("code", gettext_lazy("Code"), "one.row.code", on_page=False),
    Column("part", gettext_lazy("Sub-dimension"), on_page=False),
    Column("owner", gettext_lazy("Owner office"), "one.row.owner_name", on_page=False),
    Column("light", gettext_lazy("Light"), "light.name"),
    Column("planned", gettext_lazy("Planned"), number=True),
    Column("done", gettext_lazy("Done"), number=True),
    Column("budget", gettext_lazy("Budget, Rp"), "one.standing.budget", number=True),
    Column("spent", gettext_lazy("Spent, Rp"), "one.standing.spent", number=True),
    Column("reached", gettext_lazy("Targets reached"), number=True),
    Column(
        "last", gettext_lazy("Last report"), lambda row: row.one.standing.reported and row.one.standing.reported.name
    ),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choices of the reader."""

    quarter: str
    pillar: str
    office: str
    light: str
    by: str

    def keeps(self, programme_progress: ProgrammeProgress) -> bool:
        return (
            self.pillar in ("", programme_progress.pillar)
            and self.office in ("", str(programme_progress.row.content.owner))
            and (
                self.light in ("", programme_progress.standing.light.value)
                or (self.light == shown.LATE_CODE and bool(programme_progress.standing.late))
            )
        )


@version_page("masterplan/progress/progress.html", tab="progress", public=True)
def progress(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """Show the progress of a version at the end of a quarter."""
    row, plan_progress, asked = _found(request, key)
    rows = [programme_progress for programme_progress in plan_progress.programmes if asked.keeps(programme_progress)]
    context = {
        "row": row,
        **_choices(plan_progress, asked),
        "found": plan_progress,
        "asked": asked,
        "rules": plan_progress.rules,
    }
    if plan_progress.quarter is not None:
        label, listed = translate(shown.GROUPS[asked.by]), Asked.of(request)
        context |= {
            "whole": shown.whole(rows),
            "monitored": shown.monitored_lines(plan_progress),
            "programmes": PROGRAMMES.of(
                paged(rows, shown.lines, **{"size": PAGE, **listed.part}),
                listed,
                about=f"{row.plan.region} {asked.quarter}",
            ),
            "sees_late": offices_of(by, Action.READ_REPORTS, row.plan.region) != (),
            "reports": may(by, Action.REPORT, Case(row.plan.region, None, row.state)),
        }
        context |= _by_year(plan_progress, rows, label) if asked.by == "year" else _by_group(rows, asked.by, label)
    return context


@version_page("masterplan/progress/road_map.html", tab="progress", public=True)
def road_map(request: HttpRequest, key: int) -> Shown:
    """The programmes over the years of the plan."""
    row, plan_progress, asked = _found(request, key)
    rows = sorted(
        (
            programme_progress
            for programme_progress in plan_progress.programmes
            if asked.keeps(programme_progress) and programme_progress.row.content.activities
        ),
        key=lambda programme_progress: (
            [pillar.code for pillar in framework().pillars.entries].index(programme_progress.pillar),
            programme_progress.row.code,
        ),
    )
    page = paged(rows, page=request.GET.get("page", 1), size=BARS)
    return {
        "row": row,
        **_choices(plan_progress, asked),
        "found": plan_progress,
        "asked": asked,
        "rules": plan_progress.rules,
        "page": page,
        "chart": shown.road_map(plan_progress, page.object_list) if page.object_list else None,
    }


@version_page("masterplan/progress/late.html", tab="progress")
def late(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Late reports by office: all of them for those who oversee the plan, otherwise those of the reader's office."""
    row = _law(request, key)
    offices = offices_of(by, Action.READ_REPORTS, row.plan.region)
    if offices == ():
        raise NotFound
    lates = [report for report in late_reports(row, now=now) if offices is None or report.office in offices]
    case = Case(row.plan.region, None, row.state)
    return {
        "row": row,
        "late": lates,
        "count": sum(office_late.count for office_late in lates),
        "reports_for": offices is not None or may(by, Action.REPORT_FOR, case),
    }


@version_page("masterplan/progress/programme.html", tab="progress", public=True)
def programme(request: HttpRequest, key: int, programme: str, *, by: Standing, now: datetime) -> Shown:
    """One programme quarter by quarter; with the reports and their corrections if the reader may read them."""
    row = _law(request, key)
    history = programme_history(row, programme, scope=by, now=now)
    ended = [line for line in history.lines if line.standing is not None]
    last = ended[-1] if ended else None
    pieces = evidence.evidence_list({piece for report in history.reports for piece in report.evidence}, scope=by)
    return {
        "row": row,
        "found": history,
        "one": history.row,
        "rules": history.rules,
        "last": last,
        "light": shown.light_shown(last.standing.light) if last and last.standing else None,
        "lines": [_line(line) for line in reversed(ended)],
        "targets": [_target(history, target) for target in history.row.content.targets],
        "reports": _reports(history.reports, pieces),
        "may_report": by.account is not None and _may_report(by, row, history.row.content.owner),
        "chart": shown.activity_map(history, last.expected.quarter if last else None)
        if history.row.content.activities
        else None,
    }


def _may_report(by: Standing, row: VersionRow, office: int | None) -> bool:
    """Return whether somebody reports for an office, as its member or on its behalf."""
    case = Case(row.plan.region, office, row.state)
    return may(by, Action.REPORT, case) or may(by, Action.REPORT_FOR, case)


def _law(request: HttpRequest, key: int) -> VersionRow:
    """Return a version that has progress, which must be law."""
    row = queries.version(key, scope=standing_of(request))
    if row.state not in LAW:
        raise NotFound
    return row


def _found(request: HttpRequest, key: int) -> tuple[VersionRow, PlanProgress, Chosen]:
    row = _law(request, key)
    plan_progress = progress_of(
        row, read_quarter(request.GET.get("quarter", "")), scope=standing_of(request), now=timezone.now()
    )  # fmt: skip
    by = request.GET.get("by", "")
    asked = Chosen(
        quarter="" if plan_progress.quarter is None else str(plan_progress.quarter),
        pillar=request.GET.get("pillar", ""),
        office=request.GET.get("office", ""),
        light=request.GET.get("light", ""),
        by=by if by in shown.GROUPS else "pillar",
    )
    return row, plan_progress, asked


def _choices(plan_progress: PlanProgress, asked: Chosen) -> dict[str, Any]:
    offices = {
        str(programme_progress.row.content.owner): programme_progress.row.owner_name
        for programme_progress in plan_progress.programmes
    }
    pillars = framework().pillars.entries
    return {
        "quarters": [(str(quarter), quarter.name) for quarter in reversed(plan_progress.quarters)],
        "pillars": [("", _("All pillars")), *((pillar.code, str(pillar.title)) for pillar in pillars)],
        "offices": [("", _("All offices")), *sorted(offices.items(), key=lambda pair: pair[1])],
        "lights": [
            ("", _("All lights")),
            *(
                (light_shown.code, light_shown.name)
                for light_shown in (*map(shown.light_shown, Light), shown.late_shown())
            ),
        ],
        "groups": [(code, translate(name)) for code, name in shown.GROUPS.items()],
        "narrowed": bool(asked.pillar or asked.office or asked.light),
    }


def _by_group(rows: Sequence[ProgrammeProgress], by: str, label: str) -> dict[str, Any]:
    made = shown.groups(rows, by)
    return {
        "label": label,
        "group_lines": made,
        "share_chart": shown.share_chart(((line.name, line.planned, line.done) for line in made), label),
        "money_chart": shown.money_chart(((line.name, line.total.budget, line.total.spent) for line in made), label),
    }


def _by_year(plan_progress: PlanProgress, rows: Sequence[ProgrammeProgress], label: str) -> dict[str, Any]:
    made = shown.years(plan_progress, rows)
    return {
        "label": label,
        "year_lines": made,
        "share_chart": shown.share_chart(
            ((str(year_shown.line.year), year_shown.planned, year_shown.done) for year_shown in made), label
        ),
        "money_chart": shown.money_chart(
            ((str(year_shown.line.year), year_shown.line.budget, year_shown.line.spent) for year_shown in made), label
        ),
    }


def _line(line: QuarterLine) -> dict[str, Any]:
    standing = line.standing
    assert standing is not None
    name, tone = STATE_NAMES[line.expected.state]
    return {
        "quarter": line.expected.quarter,
        "state": translate(name),
        "tone": tone,
        "light": shown.light_shown(standing.light),
        "planned": shown.percent(standing.planned),
        "done": shown.percent(standing.done),
        "spent": standing.spent,
        "budget": standing.budget,
    }


def _target(history: ProgrammeHistory, target: Target) -> dict[str, Any]:
    """Return a target with its value at the end of each year (or of the year's last quarter that has ended)."""
    by_year: dict[int, Decimal | None] = {}
    for line in history.lines:
        figure = next((figure for figure in line.figures if figure.target.number == target.number), None)
        if figure is not None and figure.value is not None:
            by_year[line.expected.quarter.year] = figure.value
    years = sorted({*(year for year, _value in target.yearly), *by_year})
    values = {str(year): (target.planned_for(year), by_year.get(year)) for year in years}
    columns = (_("Year"), _("Target"), _("Reached"))
    return {
        "target": target,
        "measure": history.measures.get(target.measure) if target.measure else None,
        "chart": charts.comparison(values, columns=columns) if values else None,
    }


def _reports(rows: Sequence[ReportRow], pieces: Sequence[RevisionRow]) -> list[dict[str, Any]]:
    known = {revision.evidence: revision for revision in pieces}
    return [
        {"row": report, "evidence": [known[piece] for piece in report.evidence if piece in known], "counts": counts}
        for report, counts in _counting(rows)
    ]


def _counting(rows: Sequence[ReportRow]) -> list[tuple[ReportRow, bool]]:
    seen = set()
    counting = []
    for row in rows:
        counting.append((row, row.said.quarter not in seen))
        seen.add(row.said.quarter)
    return counting
