"""Reads of a plan that ran before it was kept here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pilar.areas.reference import today_in
from pilar.masterplan.models import Entry, Plan, Report
from pilar.masterplan.queries.programmes import lives
from pilar.masterplan.queries.rows import PlanRow
from pilar.masterplan.rules.content import read
from pilar.masterplan.rules.due import ended_quarters
from pilar.masterplan.rules.past_reports import Held, Known, Period
from pilar.masterplan.rules.progress import Reported, expected_quarters
from pilar.masterplan.rules.quarters import Quarter, quarter_of
from pilar.masterplan.rules.reports import reported
from pilar.masterplan.rules.stages import ONCE_IN_FORCE
from pilar.masterplan.rules.taking_over import beginnings
from pilar.platform.versions import sign_of


def beginnings_of(plan: Plan) -> tuple[Quarter, ...]:
    """Return the quarters from which a plan may owe reports. For operations: it takes a row of the table."""
    return beginnings(plan.first_year, plan.last_year, begun=today_in(plan.region_id, plan.created_at))


def possible_beginnings(plan: int) -> tuple[Quarter, ...]:
    """:func:`beginnings_of` for a page. Anyone who has the row of the plan may ask. One query."""
    return beginnings_of(Plan.objects.get(pk=plan))


def seen_of(since: Quarter | None, reason: str) -> int:
    """Return a checksum of the first quarter for which a plan owes reports."""
    return sign_of((str(since or ""), reason))


def past_period(plan: PlanRow, now: datetime) -> Period:
    """Return the period that quarters of past reports are checked against."""
    return Period(plan.first_year, plan.last_year, today_in(plan.region, now))


def known_programmes(plan: int) -> dict[str, Known]:
    """Read the programmes of all versions of a plan that are or were in force, by code in small letters. Three queries.

    Anyone who has the row of the plan may read them; reports are included only for those who may take over.
    """
    held: dict[int, list[Held]] = {}
    names: dict[int, tuple[str, str]] = {}
    rows = (
        Entry.objects.filter(version__plan=plan, version__state__in=list(ONCE_IN_FORCE))
        .order_by("line__code", "-version__in_force_since")
        .values_list("line", "line__code", "version__in_force_since", "content__body", "content__owner")
    )
    for line, code, since, body, owner in rows:
        content = read(body)
        names.setdefault(line, (code, content.title))
        held.setdefault(line, []).append(Held(quarter_of(since), content, owner))
    told: dict[int, dict[Quarter, tuple[Reported, str]]] = {}
    for report in Report.objects.filter(line__plan=plan).order_by("number"):
        quarter = Quarter(report.year, report.quarter)
        said = reported(quarter, report.body, report.spent)
        told.setdefault(report.line_id, {})[quarter] = (said, report.obstacles)
    born = lives(plan)
    return {
        code.casefold(): Known(line, code, title, tuple(held[line]), born[line], told.get(line, {}))
        for line, (code, title) in names.items()
    }


def unreported(plan: PlanRow, *, now: datetime) -> Iterator[tuple[Known, Quarter]]:
    """Yield the ended quarters without a report, programme by programme: the possible content of a file with past
    reports."""
    today = today_in(plan.region, now)
    for programme in known_programmes(plan.key).values():
        for quarter in ended_quarters(programme.life, today):
            content = programme.at(quarter).content
            if quarter not in programme.told and expected_quarters(content, since=quarter, until=quarter):
                yield programme, quarter
