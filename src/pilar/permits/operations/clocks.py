"""What the clock does by itself: warnings before a limit, stops that end, silence, and days off that changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.urls import reverse

from pilar.areas import queries as areas
from pilar.areas.reference import midnight_in, today_in
from pilar.people.operations import held, notify
from pilar.people.rules import ROLES, HeldRole, NotAllowed, Reach, Standing, role_of
from pilar.permits.models import Case, CaseEvent, Task
from pilar.permits.operations.appointments import remind_of, to_be_reminded
from pilar.permits.operations.lapsing import remind_applicant
from pilar.permits.operations.notices import tell_applicant, tell_officers
from pilar.permits.operations.objections import note_silence, unanswered
from pilar.permits.operations.steps import TARGET, happened, reckon
from pilar.permits.queries import trail
from pilar.permits.queries.waiting import WAITING
from pilar.permits.reference.deadlines import lawful_limit
from pilar.permits.rules.cases import CaseState, EventKind
from pilar.permits.rules.clock import Reading
from pilar.permits.rules.roles import Role
from pilar.platform import audit
from pilar.platform.calendar import Leave, WorkingDays
from pilar.platform.jobs import background, every
from pilar.platform.language import mark
from pilar.platform.transactions import one_by_one

WARNED_BEFORE = timedelta(days=1)
CALENDAR = "permits.calendar"
Row = TypeVar("Row", bound=Model)
AT_ONCE = 500
_CASES_DUE = """
UPDATE permits_case AS c SET due_at = found.due, events_count = c.events_count + 1
FROM unnest(%s::bigint[], %s::timestamptz[]) AS found (id, due) WHERE c.id = found.id
"""
_TASKS_DUE = """
UPDATE permits_task AS t SET due_at = found.due
FROM unnest(%s::bigint[], %s::timestamptz[]) AS found (id, due) WHERE t.id = found.id
"""


@every("permits.watch-clocks", cron="5 0-10 * * 1-5")  # each hour from 7 to 17 WIB
def watch_clocks(*, by: Standing, now: datetime) -> int:
    """Warn of stages that are due within a day, end stops whose day has come, write down silence, on objections, too,
    remind of appointments and of what an applicant has yet to pay or to send again, and have due dates computed anew
    where days off have changed; returns how many cases something happened to.

    Each case is a transaction of its own, and one that fails does not hold up the others. Raises
    :class:`NotAllowed` for anybody but the schedule and the console.
    """
    if not by.unrestricted:
        raise NotAllowed
    _look_at_calendar(by, now)
    acts = (_resume, _warn, _tell_head, _deem, remind_of, note_silence, remind_applicant)
    each = ((act, key) for act, keys in zip(acts, _waiting(now), strict=True) for key in keys)
    return one_by_one(each, lambda one: one[0](by, one[1], now), job="permits.watch-clocks")


def _waiting(now: datetime) -> Iterator[list[int]]:
    keys = Case.objects.order_by("pk").values_list("pk", flat=True)
    running = keys.filter(state=CaseState.RUNNING, deemed_at=None)
    due = Task.objects.filter(done_at=None, warned_at=None, due_at__lte=now + WARNED_BEFORE)
    yield list(keys.filter(state=CaseState.WAITING))
    yield list(due.order_by("case").values_list("case", flat=True).distinct())
    unseen = Task.objects.filter(case__state=CaseState.SUBMITTED, done_at=None, due_at__lte=now).values("case")
    yield list(keys.filter(pk__in=unseen) | running.filter(due_at__lte=now + WARNED_BEFORE))
    yield list(running.filter(due_at__lte=now))
    yield to_be_reminded(now)
    yield unanswered(now)
    yield list(keys.filter(state__in=WAITING))


@transaction.atomic
def _resume(by: Standing, key: int, now: datetime) -> bool:
    """A stop ends on the day that it named, whatever has come in: the office goes on with what it has."""
    row = held(Case.objects, pk=key)
    last = row.events.filter(kind=EventKind.STOPPED).order_by("number").last()
    if (
        row.state != CaseState.WAITING
        or last is None
        or last.facts["until"] >= today_in(row.region_id, now).isoformat()
    ):
        return False
    happened(row, EventKind.RESUMED, by=by, now=now, to=CaseState.RUNNING, reason="over")
    reckon(row, trail.service_of(row), now=now)
    tell_applicant(row)
    return True


@transaction.atomic
def _warn(by: Standing, key: int, now: datetime) -> bool:
    row = held(Case.objects, pk=key)
    tasks = Task.objects.filter(case=row, done_at=None, warned_at=None, due_at__lte=now + WARNED_BEFORE)
    if row.state not in (CaseState.SUBMITTED, CaseState.RUNNING):
        return False
    for task in tasks:
        role = role_of(task.role)
        place = {"office": task.office_id} if ROLES[role].reach is Reach.OFFICE else {}
        notify(
            by=by, to=trail.hands_of(task, now) or HeldRole(role, row.region_id, **place),
            kind="permits.due", subject=f"permits.case:{row.pk}:{task.stage}",
            sentence=mark("Application %(number)s is due on your desk"), fields={"number": row.number},
            address=reverse("permits:desk-case", args=[row.pk]), region=row.region_id, deadline=task.due_at, now=now,
        )  # fmt: skip
    return bool(tasks.update(warned_at=now))


@transaction.atomic
def _tell_head(by: Standing, key: int, now: datetime) -> bool:
    """The head is told once that a case is about to miss its limit, or was not looked at in time before its day 0."""
    row = held(Case.objects, pk=key)
    sentence = mark("Application %(number)s will miss its limit")
    if row.state == CaseState.SUBMITTED and Task.objects.filter(case=row, done_at=None, due_at__lte=now).exists():
        sentence = mark("Application %(number)s was not looked at in time; its clock has not begun yet")
    elif row.state != CaseState.RUNNING or row.due_at is None or row.due_at > now + WARNED_BEFORE:
        return False
    return bool(tell_officers(row, Role.HEAD, by=by, kind="permits.escalated", sentence=sentence, now=now))


@transaction.atomic
def _deem(by: Standing, key: int, now: datetime) -> bool:
    """The limit is over without a decision (UU 30/2014 art. 53): the evidence is written down, nothing is issued.

    A payment that was matched late may end it at once: the office has until the next working day is over to decide.
    """
    row = held(Case.objects, pk=key)
    if row.deemed_at is not None or row.state != CaseState.RUNNING or row.due_at is None or row.due_at > now:
        return False
    if _matched_lately(row, now):
        return False
    reading = trail.reading(row, trail.service_of(row), now=now)
    happened(row, EventKind.DEEMED, by=by, now=now, said=evidence_of(row, reading), fields={"deemed_at": now})
    sentence = mark("The limit of application %(number)s is over without a decision")
    tell_officers(row, Role.HEAD, Role.INSPECTORATE, by=by, kind="permits.deemed", sentence=sentence, now=now)
    tell_applicant(row)
    return True


def _matched_lately(case: Case, now: datetime) -> bool:
    paid = case.events.filter(kind=EventKind.PAID).order_by("number").last()
    matched = paid and paid.facts.get("matched_at")
    if not matched:
        return False
    day = today_in(case.region_id, datetime.fromisoformat(matched))
    last = areas.working_days(case.region_id).after(day, 1)
    return now < midnight_in(case.region_id, last + timedelta(days=1))


def evidence_of(case: Case, reading: Reading) -> dict[str, Any]:
    """What proves that a limit is over, so that anybody can count again: day 0, the days that counted, the days off
    with their decrees, the stops, the law; and the decision that silence amounts to, which a person has yet to sign."""
    counted = reading.deadline
    law = lawful_limit(today_in(case.region_id, case.accepted_at))
    return {
        "day_zero": str(reading.day_zero), "due": str(reading.due),
        "limit": {"days": reading.limit.days, "hours": reading.limit.hours},
        "counted": [str(day) for day in counted.counted] if counted else [],
        "holidays": [{"day": str(one.day), "name": one.name.id, "decree": one.decree.number}
                     for one in counted.holidays] if counted else [],
        "stops": [{"since": str(one.since), "until": str(one.until), "reason": one.reason} for one in reading.stops],
        "law": law.law, "source": law.source, "draft": "granted",
    }  # fmt: skip


@background("permits.recalculate")
def recalculate(*, by: Standing, region: str, cause: dict[str, list[str]], now: datetime) -> int:
    """Compute the due dates of all open cases of a region anew, and write of each that changed the old and the new date
    and the ``cause``: days off that came and went. Returns how many changed; run again it goes on where it was ended.

    Raises :class:`NotAllowed` for anybody but the schedule and the console.
    """
    if not by.unrestricted:
        raise NotAllowed
    keys = list(Case.objects.filter(region=region, due_at__isnull=False, closed_at=None).values_list("pk", flat=True))
    calendars = {leave: areas.working_days(region, leave=leave) for leave in Leave}
    parts = (keys[place : place + AT_ONCE] for place in range(0, len(keys), AT_ONCE))
    return sum(_recalculated(by, part, cause, calendars, now=now) for part in parts)


@transaction.atomic
def _recalculated(
    by: Standing, keys: list[int], cause: dict[str, list[str]], calendars: Mapping[Leave, WorkingDays], *, now: datetime
) -> int:
    """Some of them at once: what is written of each is written together."""
    rows = Case.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys, closed_at=None).order_by("pk")
    events, changes = [], []
    cases: dict[int, datetime | None] = {}
    tasks: dict[int, datetime | None] = {}
    past, open_ = (
        _by_case(CaseEvent.objects.order_by("number"), keys),
        _by_case(Task.objects.filter(done_at=None), keys),
    )
    for row in rows:
        service = trail.service_of(row)
        days = calendars[service.leave]
        reading = trail.reading(row, service, now=now, events=past[row.pk], days=days)
        new, old = trail.end_of(reading.due, row.region_id), row.due_at
        if new == old:
            continue
        cases[row.pk] = new
        said = {"old": _told(old), "new": _told(new), "cause": cause}
        events.append(CaseEvent(
            case=row, number=row.events_count + 1, kind=EventKind.RECALCULATED, at=now, by=by.signature,
            reason="calendar", facts=said,
        ))  # fmt: skip
        changes.append(audit.Change(row.pk, row.region_id, {"due": said["old"]}, {"due": said["new"]}))
        for task in open_[row.pk]:
            found = reading.stages.get(task.stage)
            tasks[task.pk] = trail.end_of(found.due, row.region_id) if found else None
    CaseEvent.objects.bulk_create(events)
    with connection.cursor() as cursor:  # a tenth of the time of Django's own, which makes an expression a row
        cursor.execute(_CASES_DUE, [[*cases], [*cases.values()]])
        cursor.execute(_TASKS_DUE, [[*tasks], [*tasks.values()]])
    audit.record_each(by=by.actor, action=EventKind.RECALCULATED, target=TARGET, changes=changes)
    return len(cases)


def _by_case(rows: QuerySet[Row], keys: list[int]) -> Mapping[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for one in rows.filter(case__in=keys):
        found[one.case_id].append(one)  # type: ignore[attr-defined]
    return found


@transaction.atomic
def _look_at_calendar(by: Standing, now: datetime) -> None:
    """Order the computing anew where days off have changed since it was looked at last."""
    for region in set(Case.objects.filter(due_at__isnull=False, closed_at=None).values_list("region", flat=True)):
        known = {
            f"{one.day} {one.decree.number}" for one in areas.holidays()
            if region.startswith(one.decree.area) and one.is_known(None)
        }  # fmt: skip
        last = next(iter(audit.events(target=CALENDAR, key=region, limit=1)), None)
        before = set(last.after["days"]) if last and last.after else None
        if before == known:
            continue
        audit.record(
            by=by.actor, action="look", target=CALENDAR, key=region, area=region, after={"days": sorted(known)}
        )
        if before is not None:
            recalculate.later(region=region, cause={"added": sorted(known - before), "dropped": sorted(before - known)})


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
