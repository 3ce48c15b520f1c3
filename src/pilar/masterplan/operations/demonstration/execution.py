"""What the offices of the demonstration reported about their programmes, quarter by quarter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from pilar.areas.reference import today_in
from pilar.masterplan.models import Plan, Version
from pilar.masterplan.operations.demonstration.people import People
from pilar.masterplan.operations.past_reports import Past, report_past
from pilar.masterplan.queries.programmes import contents_by_line, first_quarter
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.demonstration import Course, Years, morning
from pilar.masterplan.rules.progress import expected_quarters
from pilar.masterplan.rules.quarters import Quarter, due_on, quarter_of, quarters

EVERY = 8
"""Of so many programmes one has not reported the last quarter."""
CORRECTED = 17
"""Of so many programmes one has corrected its report of the year before the last quarter."""
CORRECTION = "Contoh koreksi: belanja satu kegiatan terhitung dua kali."
IN_TIME, TOO_LATE = 9, 14
"""Days after the end of a quarter, and after the day on which a report is due."""


def execute(people: People, plan: int, years: Years, now: datetime, *, evidence: UUID | None = None) -> None:
    """Report all quarters of a plan that are over, each programme by the version that was in force then.

    In a plan that runs, some programmes have not reported the last quarter, among them those of the example
    contributor's office. ``evidence`` is attached to reports of quick wins.
    """
    region = Plan.objects.values_list("region", flat=True).get(pk=plan)
    since = first_quarter(plan)
    over = quarter_of(today_in(region, now)).shifted(-1)
    until = min(over, Quarter(years.last, 4))
    if since is None or until < since:
        return
    own = people.offices["Diskominfo"]
    past: list[Past] = []
    for place, (line, code, held) in enumerate(_held(plan)):
        course = Course(code, years.plan)
        for quarter in quarters(since, until):
            content = next((content for first, content in held if first <= quarter), None)
            if content is None or quarter not in expected_quarters(content, since=since, until=until):
                continue
            missing = quarter == over and (place % EVERY == 0 or content.owner == own)
            if not missing:
                attached = (evidence,) if evidence is not None and content.quick_win else ()
                given = course.report(content, quarter)
                told = Past(line, quarter, given, min(_reported_at(quarter, place), now), evidence=attached)
                past += _corrected(told, now) if place % CORRECTED == 3 and quarter == over.shifted(-4) else [told]
    report_past(by=people.contributor, plan=plan, past=past, now=now)


def _held(plan: int) -> Iterator[tuple[int, str, list[tuple[Quarter, Content | None]]]]:
    """The programmes of all versions: key, code, and what each says from which quarter on (None: it is out), the latest
    first."""
    versions = Version.objects.filter(plan=plan, in_force_since__isnull=False).order_by("-in_force_since")
    read = [
        (quarter_of(since), {line: (code, content) for line, code, content in contents_by_line(key)})
        for key, since in versions.values_list("pk", "in_force_since")
        if since is not None
    ]
    codes = {line: code for _since, rows in read for line, (code, _content) in rows.items()}
    for line, code in sorted(codes.items(), key=lambda item: item[1]):
        yield line, code, [(since, rows[line][1] if line in rows else None) for since, rows in read]


def _corrected(told: Past, now: datetime) -> list[Past]:
    """A report that said too much, and its correction."""
    wrong = replace(told, given=replace(told.given, spent=told.given.spent * 2))
    later = min(told.reported_at + timedelta(days=12), now)
    return [wrong, replace(told, reported_at=later, reason=CORRECTION)]


def _reported_at(quarter: Quarter, place: int) -> datetime:
    """Most report in time, some after the day on which the report is due."""
    if (place + quarter.place) % 11:
        return morning(quarter.end + timedelta(days=IN_TIME))
    return morning(due_on(quarter, framework().progress) + timedelta(days=TOO_LATE))
