"""Timed acts on cases: warnings before a limit, stops that end, silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from pilar.areas import queries as areas
from pilar.areas.reference import midnight_in, today_in
from pilar.people.operations import held, notify
from pilar.people.rules import ROLES, HeldRole, NotAllowed, Reach, Standing, role_of
from pilar.permits.models import Case, Task
from pilar.permits.operations.appointments import remind_of, to_be_reminded
from pilar.permits.operations.lapsing import remind_applicant
from pilar.permits.operations.letters import send_letter
from pilar.permits.operations.notices import tell_applicant, tell_officers
from pilar.permits.operations.objections import note_silence, unanswered
from pilar.permits.operations.steps import happened, reckon
from pilar.permits.queries import trail
from pilar.permits.queries.waiting import WAITING
from pilar.permits.reference.deadlines import lawful_limit
from pilar.permits.rules.cases import CaseState, EventKind, stage_subject
from pilar.permits.rules.clock import Reading
from pilar.permits.rules.letters import StandardLetter
from pilar.permits.rules.roles import Role
from pilar.platform.jobs import every
from pilar.platform.language import N_
from pilar.platform.transactions import one_by_one
from pilar.platform.writing import in_words

WARNED_BEFORE = timedelta(days=1)


@every("permits.watch-clocks", cron="5 0-10 * * 1-5")  # each hour from 7 to 17 WIB
def watch_clocks(*, by: Standing, now: datetime) -> int:
    """Warn of stages due within a day, end stops whose end has come, record limits that passed without a decision (also
    of objections), and send reminders of appointments, payments and resubmissions; returns how many cases were
    affected.

    Each case is a transaction of its own, and one that fails does not hold up the others. Raises
    :class:`NotAllowed` for anybody but the schedule and the console.
    """
    if not by.unrestricted:
        raise NotAllowed
    acts = (_resume, _warn, _tell_head, _deem, remind_of, note_silence, remind_applicant)
    each = ((act, key) for act, keys in zip(acts, _waiting(now), strict=True) for key in keys)
    return one_by_one(each, lambda turn: turn[0](by, turn[1], now), job="permits.watch-clocks")


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
    """End a stop on its last day, whatever the applicant has sent: the office continues with what it has."""
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
            kind="permits.due", subject=stage_subject(row.pk, task.stage),
            sentence=N_("Application %(number)s is due on your desk"), fields={"number": row.number},
            address=reverse("permits:desk-case", args=[row.pk]), region=row.region_id, deadline=task.due_at, now=now,
        )  # fmt: skip
    return bool(tasks.update(warned_at=now))


@transaction.atomic
def _tell_head(by: Standing, key: int, now: datetime) -> bool:
    """Notify the head once that a case is about to miss its limit, or was not checked in time before its day 0."""
    row = held(Case.objects, pk=key)
    sentence = N_("Application %(number)s will miss its limit")
    if row.state == CaseState.SUBMITTED and Task.objects.filter(case=row, done_at=None, due_at__lte=now).exists():
        sentence = N_("Application %(number)s was not looked at in time; its clock has not begun yet")
    elif row.state != CaseState.RUNNING or row.due_at is None or row.due_at > now + WARNED_BEFORE:
        return False
    return bool(tell_officers(row, Role.HEAD, by=by, kind="permits.escalated", sentence=sentence, now=now))


@transaction.atomic
def _deem(by: Standing, key: int, now: datetime) -> bool:
    """Record that the limit passed without a decision (UU 30/2014 art. 53), with the evidence; nothing is issued.

    A payment that was matched late may end it at once: the office has until the next working day is over to decide.
    """
    row = held(Case.objects, pk=key)
    if row.deemed_at is not None or row.state != CaseState.RUNNING or row.due_at is None or row.due_at > now:
        return False
    if _matched_lately(row, now):
        return False
    reading = trail.reading(row, trail.service_of(row), now=now)
    happened(row, EventKind.DEEMED, by=by, now=now, said=evidence_of(row, reading), fields={"deemed_at": now})
    if law := trail.granted_by(row):
        assert reading.day_zero is not None
        due = reading.due.date() if isinstance(reading.due, datetime) else reading.due
        for letter in (StandardLetter.SILENT, StandardLetter.DRAFT):
            send_letter(row, letter, by=by, now=now, law=law, zero=in_words(reading.day_zero, "id"),
                        due=in_words(due, "id"))  # fmt: skip
    sentence = N_("The limit of application %(number)s is over without a decision")
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
    """Collect the evidence that a limit has passed, so that anybody can check the count: day 0, the days that counted,
    the days off with their decrees, the stops, the law."""
    counted = reading.deadline
    law = lawful_limit(today_in(case.region_id, case.accepted_at))
    return {
        "day_zero": str(reading.day_zero), "due": str(reading.due),
        "limit": {"days": reading.limit.days, "hours": reading.limit.hours},
        "counted": [str(day) for day in counted.counted] if counted else [],
        "holidays": [{"day": str(holiday.day), "name": holiday.name.id, "decree": holiday.decree.number}
                     for holiday in counted.holidays] if counted else [],
        "stops": [{"since": str(stop.since), "until": str(stop.until), "reason": stop.reason}
                  for stop in reading.stops],
        "law": law.law, "source": law.source,
    }  # fmt: skip
