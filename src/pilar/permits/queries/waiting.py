"""Cases that wait for their applicant to pay or to send them again: since when, until when, and which are overdue."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from pilar.areas.reference import midnight_in, today_in
from pilar.permits.models import Case, CaseEvent, Levy
from pilar.permits.reference.deadlines import patience
from pilar.permits.rules.cases import CaseState, EventKind
from pilar.permits.rules.levies import LevyState

WAITING = (CaseState.PAYING, CaseState.RETURNED)


def waits_since(case: Case) -> date | None:
    """From which day on the office counts: the due day of the levy, or the day of the return."""
    if case.state == CaseState.PAYING:
        return Levy.objects.filter(case=case, state=LevyState.OPEN).values_list("due_on", flat=True).first()
    if case.state != CaseState.RETURNED:
        return None
    last = case.events.filter(kind=EventKind.RETURNED).order_by("number").last()
    return today_in(case.region_id, last.at) if last else None


def last_day(case: Case) -> date | None:
    """The last day for the applicant of a case that waits for them to pay or to send it again."""
    begun = waits_since(case)
    return patience(CaseState(case.state), begun).last(begun) if begun else None


def is_overdue(case: Case, now: datetime) -> bool:
    """Whether that day is over."""
    last = last_day(case)
    return last is not None and last < today_in(case.region_id, now)


def overdue(rows: QuerySet[Case], region: str, now: datetime) -> QuerySet[Case]:
    """Those of ``rows`` whose applicant has let that day go by."""
    today = today_in(region, now)
    due_by = today - timedelta(days=patience(CaseState.PAYING, today).most)
    sent_by = midnight_in(region, today - timedelta(days=patience(CaseState.RETURNED, today).most))
    owed = Levy.objects.filter(state=LevyState.OPEN, due_on__lt=due_by).values("case")
    lately = CaseEvent.objects.filter(kind=EventKind.RETURNED, at__gte=sent_by).values("case")
    return rows.filter(
        Q(state=CaseState.PAYING, pk__in=owed) | Q(state=CaseState.RETURNED) & ~Q(pk__in=lately)
    )  # fmt: skip
