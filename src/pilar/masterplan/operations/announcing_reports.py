"""Notices to offices about reports that are due or late, one for each office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone

from django.db.models import F, Q
from django.urls import reverse

from pilar.areas.reference import time_zones, today_in
from pilar.areas.rules import zone_of
from pilar.masterplan.models import Entry, Version
from pilar.masterplan.queries.due import open_by_office
from pilar.masterplan.rules.due import Expected, ReportState
from pilar.masterplan.rules.stages import ONCE_IN_FORCE, VersionState
from pilar.people import operations as people
from pilar.people.operations import Message
from pilar.people.rules import Role, Standing
from pilar.platform.language import N_

KINDS = {ReportState.DUE: "masterplan.reports-due", ReportState.LATE: "masterplan.reports-late"}
SENTENCES = {
    ReportState.DUE: N_("Report on your programmes: %(count)s reports up to quarter %(quarter)s of %(year)s"),
    ReportState.LATE: N_("Late: %(count)s reports on your programmes up to quarter %(quarter)s of %(year)s"),
}


LAST_REMINDED = timedelta(days=365)
"""For how long the missing reports of a replaced plan are reminded of (assumption)."""


def owing(today: date) -> Q:
    """Return the versions whose offices are reminded of reports: those in force, and the last ones of recently replaced
    plans. A plan that has ended with its years reminds nobody."""
    before_its_end = Q(in_force_until__year__lt=F("plan__last_year")) | ~Q(
        in_force_until__month=12, in_force_until__day=31
    )
    replaced = Q(state=VersionState.EXPIRED, in_force_until__gte=today - LAST_REMINDED) & before_its_end
    return Q(state=VersionState.IN_FORCE) | replaced


def tell_of_reports(*, by: Standing, version: Version, now: datetime) -> int:
    """Notify every office of a version of due and late reports, and close notices that no longer apply.

    The deadline is the last day of the newest quarter, so that a further quarter sends a new notice.
    """
    today = today_in(version.region_id, now)
    by_office = open_by_office(version.pk, version.plan_id, today)
    told = 0
    for state, kind in KINDS.items():
        messages, over = {}, []
        for office, rows in by_office.items():
            wanted = [row for row in rows if row.state is state]
            if wanted:
                messages[office] = _message(version, state, office, wanted, now)
            else:
                over.append(_subject(version.plan_id, state, office))
        told += people.notify_offices(
            by=by, role=Role.CONTRIBUTOR, messages=messages, kind=kind, sentence=SENTENCES[state], now=now
        )
        people.settle(by=by, subject=over, kind=kind, now=now)
    return told


def settle_version(*, by: Standing, version: Version, now: datetime) -> None:
    """Close the notices of all offices of a version that have given the reports in question."""
    by_office = open_by_office(version.pk, version.plan_id, today_in(version.region_id, now))
    for state, kind in KINDS.items():
        over = [office for office, rows in by_office.items() if all(row.state is not state for row in rows)]
        people.settle(by=by, subject=[_subject(version.plan_id, state, office) for office in over], kind=kind, now=now)


def settle_left(*, by: Standing, now: datetime) -> None:
    """Close the notices of plans that stopped reminding recently."""
    today = now.date()
    over = Version.objects.filter(state=VersionState.EXPIRED, in_force_until__gte=today - 2 * LAST_REMINDED)
    settle_plans(by=by, plans=over.exclude(owing(today)).values_list("plan", flat=True), now=now)


def settle_plans(*, by: Standing, plans: Iterable[int], now: datetime) -> None:
    """Close the notices of all offices of plans that no longer remind anybody."""
    owners = Entry.objects.filter(version__plan__in=list(plans), version__state__in=list(ONCE_IN_FORCE))
    pairs = set(owners.order_by().values_list("version__plan", "content__owner"))
    for state, kind in KINDS.items():
        subjects = [_subject(plan, state, office) for plan, office in sorted(pairs)]
        people.settle(by=by, subject=subjects, kind=kind, now=now)


def settle_reports(*, by: Standing, plan: int, office: int, now: datetime) -> None:
    """Close the notices of an office that has given all reports in question."""
    row = Version.objects.filter(owing(now.date()), plan=plan).first()
    left: Mapping[int, Sequence[Expected]] = {}
    if row is not None:
        left = open_by_office(row.pk, plan, today_in(row.region_id, now), office=office)
    states = {expected.state for expected in left.get(office, ())}
    for state, kind in KINDS.items():
        if state not in states:
            people.settle(by=by, subject=_subject(plan, state, office), kind=kind, now=now)


def _message(version: Version, state: ReportState, office: int, rows: Sequence[Expected], now: datetime) -> Message:
    last = max(rows, key=lambda expected: expected.quarter)
    fields = {"count": len(rows), "quarter": last.quarter.roman, "year": str(last.quarter.year)}
    return Message(
        _subject(version.plan_id, state, office),
        reverse("masterplan:reports"),
        fields,
        version.region_id,
        _end_of(last.due, version.region_id, now),
    )


def _subject(plan: int, state: ReportState, office: int) -> str:
    return f"{KINDS[state]}:{plan}:{office}"


def _end_of(day: date, region: str, now: datetime) -> datetime:
    """Return the end of the day in the region's time zone."""
    hours = zone_of(region, now, time_zones()).hours
    return datetime.combine(day + timedelta(days=1), time(), timezone(timedelta(hours=hours)))
