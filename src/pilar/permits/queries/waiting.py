"""Cases that wait for their applicant to pay or to send them again: since when, until when, and which are overdue."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from pilar.areas.reference import midnight_in, today_in
from pilar.permits.models import Case, CaseEvent, Levy
from pilar.permits.reference.deadlines import patience
from pilar.permits.rules.cases import CaseState, EventKind
from pilar.permits.rules.levies import DAYS_TO_PAY, LevyState

WAITING = (CaseState.PAYING, CaseState.RETURNED)
BEGIN = (EventKind.LEVIED, EventKind.RETURNED)
"""The event with which a case begins to wait."""
AFTER_REMINDER = 7
"""The least number of days that an applicant has after the first reminder (assumption)."""


def waits_since(case: Case) -> date | None:
    """The day from which the office counts: the due day of the levy (a later one if the levy was reopened), or the day
    of the return."""
    if case.state not in WAITING:
        return None
    last = case.events.filter(kind__in=BEGIN).order_by("number").last()
    begun = today_in(case.region_id, last.at) if last else None
    if case.state == CaseState.PAYING:
        due = Levy.objects.filter(case=case, state=LevyState.OPEN).values_list("due_on", flat=True).first()
        return max(due, begun + timedelta(days=DAYS_TO_PAY)) if due and begun else due
    return begun


def reminders(case: Case) -> QuerySet[CaseEvent]:
    """List the reminders of the current wait of a case, in their order."""
    last = case.events.filter(kind__in=BEGIN).order_by("number").last()
    return case.events.filter(kind=EventKind.REMINDED, number__gt=last.number if last else 0).order_by("number")


def last_day(case: Case) -> date | None:
    """The last day for an applicant to pay or to send the application again: some days after the reminder, however late
    that was."""
    begun = waits_since(case)
    if begun is None:
        return None
    last, first = patience(CaseState(case.state), begun).last(begun), reminders(case).first()
    return max(last, today_in(case.region_id, first.at) + timedelta(days=AFTER_REMINDER)) if first else last


def is_overdue(case: Case, now: datetime) -> bool:
    """Return whether that day has passed and the applicant was reminded."""
    last = last_day(case)
    return last is not None and last < today_in(case.region_id, now) and reminders(case).exists()


def overdue(rows: QuerySet[Case], region: str, now: datetime) -> QuerySet[Case]:
    """Those of ``rows`` whose applicant missed that day although they were reminded."""
    today = today_in(region, now)
    due_by = today - timedelta(days=patience(CaseState.PAYING, today).most)
    sent_by = midnight_in(region, today - timedelta(days=patience(CaseState.RETURNED, today).most))
    levied_by = midnight_in(region, due_by - timedelta(days=DAYS_TO_PAY))
    owed = Levy.objects.filter(state=LevyState.OPEN, due_on__lt=due_by).values("case")
    lately = CaseEvent.objects.filter(kind=EventKind.RETURNED, at__gte=sent_by).values("case")
    levied = CaseEvent.objects.filter(kind=EventKind.LEVIED, at__gte=levied_by).values("case")
    begun = CaseEvent.objects.filter(case=OuterRef("case"), kind__in=BEGIN).order_by("-number").values("number")
    told_by = midnight_in(region, today - timedelta(days=AFTER_REMINDER))
    told = CaseEvent.objects.filter(kind=EventKind.REMINDED, at__lt=told_by, number__gt=Subquery(begun[:1]))
    return rows.filter(
        Q(state=CaseState.PAYING, pk__in=owed) & ~Q(pk__in=levied)
        | Q(state=CaseState.RETURNED) & ~Q(pk__in=lately),
        pk__in=told.values("case"),
    )  # fmt: skip
