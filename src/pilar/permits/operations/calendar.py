"""Recompute due dates after days off or office hours have changed, and record the old date and the cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from pilar.areas import queries as areas
from pilar.areas.reference import calendar, today_in
from pilar.people.operations import held, there
from pilar.people.rules import NotAllowed, Standing
from pilar.permits.models import Case, CaseEvent, Letter, Objection, Task
from pilar.permits.operations import desk
from pilar.permits.operations.notices import tell_applicant, tell_moved
from pilar.permits.operations.steps import TARGET, happened
from pilar.permits.queries import trail
from pilar.permits.reference.deadlines import objection_terms
from pilar.permits.rules.cases import EventKind
from pilar.permits.rules.desk import LetterKind, LetterState
from pilar.permits.rules.explaining import OFFICE_HOURS
from pilar.permits.rules.objections import About, ObjectionState
from pilar.platform import audit
from pilar.platform.calendar import Leave, WorkingDays
from pilar.platform.jobs import background, every

CALENDAR = "permits.calendar"
Row = TypeVar("Row", bound=Model)
Cause = dict[str, list[str]]
AT_ONCE = 500
_CASES_DUE = """
UPDATE permits_case AS c SET due_at = found.due, events_count = c.events_count + 1
FROM unnest(%s::bigint[], %s::timestamptz[]) AS found (id, due) WHERE c.id = found.id
"""
_TASKS_DUE = """
UPDATE permits_task AS t SET due_at = found.due
FROM unnest(%s::bigint[], %s::timestamptz[]) AS found (id, due) WHERE t.id = found.id
"""


@every("permits.look-at-calendar", cron="*/10 * * * *")
@transaction.atomic
def look_at_calendar(*, by: Standing, now: datetime) -> int:
    """Queue recomputing for regions whose days off or office hours have changed since the last check; returns how many
    regions. Raises :class:`NotAllowed` for anybody but the schedule and the console."""
    del now
    if not by.unrestricted:
        raise NotAllowed
    ordered = 0
    regions = {
        *Case.objects.filter(closed_at=None).values_list("region", flat=True).distinct(),
        *Letter.objects.exclude(state=LetterState.ANSWERED).values_list("region", flat=True).distinct(),
        *Objection.objects.filter(state=ObjectionState.OPEN).values_list("case__region", flat=True).distinct(),
    }
    for region in sorted(regions):
        known = set(_counted(region))
        last = next(iter(audit.events(target=CALENDAR, key=region, limit=1)), None)
        before = set(last.after["days"]) if last and last.after else None
        if before == known:
            continue
        audit.record(
            by=by.actor, action="look", target=CALENDAR, key=region, area=region, after={"days": sorted(known)}
        )
        if before is not None:
            recalculate.later(region=region, cause={"added": sorted(known - before), "dropped": sorted(before - known)})
            ordered += 1
    return ordered


def _counted(region: str) -> Iterator[str]:
    """Everything that determines how days and hours of a region are counted, each with its first day."""
    for holiday in areas.holidays():
        if region.startswith(holiday.decree.area) and holiday.is_known(None):
            yield f"{holiday.day} {holiday.decree.number}"
    for of in calendar().hours:
        parts = (f"{begin:%H.%M}-{end:%H.%M}" for begin, end in (*of.usual, *of.friday))
        yield f"{of.since} {OFFICE_HOURS}{' '.join(parts)}"


@background("permits.recalculate")
def recalculate(*, by: Standing, region: str, cause: Cause, now: datetime) -> int:
    """Recompute the due dates of all open cases, complaints, enquiries and objections of a region. For each changed
    one, record the old and the new date and the ``cause``: days off that were added or removed. Returns how many cases
    changed; after an interruption it continues where it stopped.

    Raises :class:`NotAllowed` for anybody but the schedule and the console.
    """
    if not by.unrestricted:
        raise NotAllowed
    dated = Task.objects.filter(case=OuterRef("pk"), done_at=None, due_at__isnull=False)
    rows = Case.objects.filter(Q(due_at__isnull=False) | Exists(dated), region=region, closed_at=None)
    keys = list(rows.values_list("pk", flat=True))
    calendars = {leave: areas.working_days(region, leave=leave) for leave in Leave}
    parts = (keys[place : place + AT_ONCE] for place in range(0, len(keys), AT_ONCE))
    changed = sum(_recalculated(by, part, cause, calendars, now=now) for part in parts)
    _follow_letters(by, region, cause)
    objections = Objection.objects.filter(case__region=region, state=ObjectionState.OPEN, silent_at=None)
    for key in list(objections.order_by("pk").values_list("pk", flat=True)):
        _follow_objection(by, key, cause, now)
    return changed


@transaction.atomic
def _recalculated(
    by: Standing, keys: list[int], cause: Cause, calendars: Mapping[Leave, WorkingDays], *, now: datetime
) -> int:
    """Recompute a batch of cases, written together."""
    rows = Case.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys, closed_at=None).order_by("pk")
    events, changes, moved = [], [], []
    cases: dict[int, datetime | None] = {}
    tasks: dict[int, datetime | None] = {}
    past, open_ = (
        _by_case(CaseEvent.objects.order_by("number"), keys),
        _by_case(Task.objects.filter(done_at=None).order_by("pk"), keys),
    )
    for row in rows:
        service = trail.service_of(row)
        days = calendars[service.leave]
        reading = trail.reading(row, service, now=now, events=past[row.pk], days=days)
        read = ((task, reading.stages.get(task.stage)) for task in open_[row.pk])
        ends = [(task, trail.end_of(reading.due, row.region_id) if reading else None) for task, reading in read]
        shifted = [(task, due) for task, due in ends if due != task.due_at]
        tasks |= {task.pk: due for task, due in shifted}
        old, new, stage = row.due_at, trail.end_of(reading.due, row.region_id), ""
        if old == new and shifted:
            old, new, stage = shifted[0][0].due_at, shifted[0][1], shifted[0][0].stage
        if old == new:
            continue
        cases[row.pk] = row.due_at if stage else new
        said = {"old": _told(old), "new": _told(new), "cause": cause}
        events.append(CaseEvent(
            case=row, number=row.events_count + 1, kind=EventKind.RECALCULATED, at=now, by=by.signature, stage=stage,
            reason="calendar", facts=said,
        ))  # fmt: skip
        changes.append(audit.Change(row.pk, row.region_id, {"due": said["old"]}, {"due": said["new"]}))
        if not stage:
            moved.append(row.pk)
    CaseEvent.objects.bulk_create(events)
    with connection.cursor() as cursor:  # ten times faster than Django's own, which makes one expression per row
        cursor.execute(_CASES_DUE, [[*cases], [*cases.values()]])
        cursor.execute(_TASKS_DUE, [[*tasks], [*tasks.values()]])
    audit.record_each(by=by.actor, action=EventKind.RECALCULATED, target=TARGET, changes=changes)
    if moved:
        tell_moved.later(cases=moved)
    return len(cases)


@transaction.atomic
def _follow_letters(by: Standing, region: str, cause: Cause) -> None:
    """Complaints and enquiries without an answer."""
    changes = []
    rows = Letter.objects.select_for_update().filter(region=region).exclude(state=LetterState.ANSWERED).order_by("pk")
    for row in rows:
        due, old = desk.due(region, LetterKind(row.kind), row.escalated_at or row.asked_at), row.due
        if due != old:
            row.due = due
            row.save(update_fields=["due"])
            changes.append(
                audit.Change(row.pk, region, {"due": old.isoformat()}, {"due": due.isoformat(), "cause": cause})
            )
    audit.record_each(by=by.actor, action=EventKind.RECALCULATED, target=desk.TARGET, changes=changes)


@transaction.atomic
def _follow_objection(by: Standing, key: int, cause: Cause, now: datetime) -> None:
    case = held(Case.objects, pk=there(Objection.objects, pk=key).case_id)
    row = held(Objection.objects, pk=key)
    filed = today_in(case.region_id, row.filed_at)
    due = objection_terms(About(row.about), filed).answer.after(filed, areas.working_days(case.region_id))
    if row.state != ObjectionState.OPEN or row.silent_at is not None or due == row.due:
        return
    said = {"old": row.due.isoformat(), "new": due.isoformat(), "cause": cause}
    row.due = due
    row.save(update_fields=["due"])
    happened(case, EventKind.RECALCULATED, by=by, now=now, reason="objection", said=said)
    tell_applicant(case)


def _by_case(rows: QuerySet[Row], keys: list[int]) -> Mapping[int, list[Row]]:
    by_case: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows.filter(case__in=keys):
        by_case[row.case_id].append(row)  # type: ignore[attr-defined]
    return by_case


def _told(moment: datetime | None) -> Any:
    return None if moment is None else moment.isoformat()
