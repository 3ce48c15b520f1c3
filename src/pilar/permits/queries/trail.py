"""Read what every act on a case needs: its service, events, clock and actors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from pilar.areas import queries as areas
from pilar.areas.models import Office
from pilar.areas.reference import calendar, local, midnight_in, today_in
from pilar.people.queries import acting_for, current
from pilar.people.rules import HeldRole, NotFound, Standing, existing, role_of
from pilar.permits.models import Absence, Case, CaseEvent, Task
from pilar.permits.queries.services import service_in
from pilar.permits.reference.deadlines import lawful_limit, objection_terms
from pilar.permits.rules import authority, clock, services, workflow
from pilar.permits.rules.cases import CaseState, EventKind
from pilar.permits.rules.explaining import moved
from pilar.permits.rules.objections import About
from pilar.permits.rules.services import Service, Stage
from pilar.permits.rules.workflow import Step
from pilar.platform.calendar import WorkingDays


def service_of(case: Case) -> Service:
    """The service of a case, in the version that it began with."""
    return service_in(case.version_id)


def known(case: Case, service: Service) -> dict[str, Any]:
    """Collect the facts of a case that conditions of the service can see."""
    return services.known_answers(service, case.answers)


def acting(by: Standing, now: datetime) -> Standing:
    """Add to an officer the roles of the people they deputise for today."""
    if by.account is None:
        return by
    today = today_in("", now)
    away = Absence.objects.filter(deputy=by.account, ended_at=None, since__lte=today, until__gte=today)
    held = tuple(
        HeldRole(role_of(absence.role), absence.region_id, absence.office_id)
        for absence in away
        if current(now).filter(user=absence.user_id, role=absence.role)
        .filter(Q(region=absence.region_id) | Q(office=absence.office_id, office__region=absence.region_id)).exists()
    )  # fmt: skip
    return replace(by, memberships=by.memberships + held) if held else by


def hands_of(task: Task, now: datetime) -> frozenset[int]:
    """The accounts that hold an open stage: the officer who has taken it and their deputy today; none once that officer
    no longer has its role."""
    taker, today = task.taken_by_id, today_in("", now)
    if taker is None:
        return frozenset()
    away = Absence.objects.filter(
        region=task.region_id, role=task.role, ended_at=None, since__lte=today, until__gte=today
    )
    at = Q(region=task.region_id) | (Q(office=task.office_id) if task.office_id else Q(pk__in=()))
    own = current(now).filter(at, user=taker, role=task.role, user__is_active=True)
    if not own.exists() and not away.filter(deputy=taker).exists():
        return frozenset()
    return frozenset({taker, *away.filter(user=taker).values_list("deputy", flat=True)})


def about(case: Case) -> authority.Case:
    """Describe a case to the permission table."""
    offices = Task.objects.filter(case=case).exclude(office=None).values_list("office", flat=True)
    return authority.Case(case.region_id, state=CaseState(case.state), offices=frozenset(offices))


def readable(region: str, scope: Standing) -> QuerySet[Case]:
    """The cases of a region that were sent, as far as an officer may see them."""
    reach = authority.AUTHORITY.extent(scope, authority.Action.READ)
    reach_of_region = Q() if reach.everywhere or region in reach.regions else Q(
        pk__in=Task.objects.filter(office__in=reach.offices(region)).values("case")
    )  # fmt: skip
    return Case.objects.filter(reach_of_region, region=region, submitted_at__isnull=False)


def seen_by(scope: Standing, key: int, now: datetime) -> Case:
    """A case for its applicant, their proxy, and officers who may see it; raises :class:`NotFound`."""
    case = existing(Case.objects.filter(pk=key).first())
    if scope.citizen is not None:
        seen = case.applicant_id in {acted_for.account for acted_for in acting_for(scope, purpose="permits", now=now)}
    else:
        seen = authority.AUTHORITY.holds(acting(scope, now), authority.Action.READ, about(case))
    if not seen:
        raise NotFound
    return case


def office(region: str, abbreviation: str) -> int | None:
    """The key of the open office of a region with this abbreviation."""
    rows = Office.objects.filter(region=region, abbreviation__iexact=abbreviation, closed_at=None)
    return rows.values_list("pk", flat=True).first()


def way_of(case: Case, service: Service) -> tuple[Stage, ...]:
    """The stages that a case passes, given its answers."""
    return workflow.applying(service.stages, known(case, service))


def done_of(service: Service, events: Iterable[CaseEvent]) -> frozenset[str]:
    """The stages that are done and need not be repeated."""
    steps = (
        Step(EventKind(event.kind), event.stage, event.facts.get("outcome", ""), event.facts.get("to", ""))
        for event in events
    )
    return workflow.done(service.stages, steps)


def reading(
    case: Case,
    service: Service,
    *,
    now: datetime,
    days: WorkingDays | None = None,
    events: Iterable[CaseEvent] | None = None,
) -> clock.Reading:
    """The clock of a case now; ``days`` and ``events`` can be passed by a caller that has read them for many cases."""
    rows = CaseEvent.objects.filter(case=case).order_by("number") if events is None else events
    return clock.read(
        terms(service, case.accepted_at or now, case.region_id),
        [clock.Event(EventKind(row.kind), row.at, row.stage, row.reason) for row in rows],
        days or areas.working_days(case.region_id, leave=service.leave),
        hours=calendar().hours,
        zone=local(now, case.region_id).tzinfo,
        now=now,
    )


def terms(service: Service, accepted: datetime, region: str) -> clock.Terms:
    """The limits of a service; if it sets none, the limit of the law on the day on which the case was found
    complete."""
    limits = {stage.key: clock.Limit(stage.limit.days, stage.limit.hours) for stage in service.stages if stage.limit}
    whole = service.limit
    limit = clock.Limit(whole.days, whole.hours) if whole else lawful_limit(today_in(region, accepted)).limit
    then = objection_terms(About.REFUSAL, today_in(region, accepted)).then
    return clock.Terms(limit, limits, service.leave, clock.Limit(days=then.days) if then else None)


def granted_by(case: Case) -> str:
    """The law by which an open case counts as granted because its limit has passed; empty if none."""
    if case.deemed_at is None or case.accepted_at is None or case.closed_at is not None:
        return ""
    law = lawful_limit(today_in(case.region_id, case.accepted_at))
    return law.law if law.granted else ""


def moved_by(event: CaseEvent, region: str) -> str:
    """Describe in a sentence what a changed calendar has moved; empty for other events."""
    if event.kind != EventKind.RECALCULATED or not event.facts.get("old") or not event.facts.get("new"):
        return ""
    old, new = (_last_day(event.facts[side], region) for side in ("old", "new"))
    parts = moved(old, new, event.facts.get("cause") or {}, objection=event.reason == "objection")
    return "; ".join(str(part) for part in parts)


def _last_day(said: str, region: str) -> date:
    """The day of a date, or the last one before a moment."""
    if "T" not in said:
        return date.fromisoformat(said)
    return today_in(region, datetime.fromisoformat(said) - timedelta(seconds=1))


def asks_answers(asked: CaseEvent) -> bool:
    """Return whether a return or stop lists more than documents."""
    return any(not finding.get("requirement") for finding in asked.facts.get("findings", ()))


def end_of(due: date | None, region: str) -> datetime | None:
    """The moment when a due date or hour has passed."""
    if due is None or isinstance(due, datetime):
        return due
    return midnight_in(region, due + timedelta(days=1))
