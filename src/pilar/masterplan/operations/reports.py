"""Reports of offices about their programmes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pilar.areas.reference import today_in
from pilar.evidence.models import Evidence
from pilar.masterplan.models import Report, ReportEvidence, Version
from pilar.masterplan.operations.announcing_reports import owing, settle_left, settle_reports, tell_of_reports
from pilar.masterplan.operations.contents import content_of
from pilar.masterplan.operations.locking import locked_line, refuse
from pilar.masterplan.queries.programmes import entry_in_force, lives
from pilar.masterplan.rules.authority import Case, reports_for
from pilar.masterplan.rules.content import MAX_TEXT
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.reports import Given, body_of, faults_of
from pilar.masterplan.rules.stages import VersionState
from pilar.people.rules import NotFound, Standing, existing
from pilar.platform import audit
from pilar.platform.errors import Fault
from pilar.platform.jobs import every
from pilar.platform.language import N_
from pilar.platform.versions import Stored, require_seen

TARGET = "masterplan.report"


@transaction.atomic
def report(
    *,
    by: Standing,
    line: int,
    quarter: Quarter,
    given: Given,
    evidence: Collection[UUID] = (),
    reason: str = "",
    seen: int,
    now: datetime,
) -> int:
    """Report on a programme (key of its line) for a quarter, or correct the report; return its number.

    ``seen``: the number of the report that was shown, 0 for none; a correction needs a ``reason``. Raises Faults at
    ``quarter``, ``done.<number>``, ``readings.<number>``, ``spent``, ``evidence``, ``reason``; :class:`Outdated`,
    :class:`NotFound`, :class:`NotAllowed`; needs ``report`` for the office that owns the programme now, or
    ``report-for``: then it is marked as given on the office's behalf.
    """
    row, plan = locked_line(by, line)
    held = existing(entry_in_force(row.pk, quarter))
    entry, owner = held
    case = Case(plan.region_id, owner, VersionState(entry.version.state))
    on_behalf = reports_for(by, case)
    if by.account is None:
        raise NotFound
    latest = Report.objects.filter(line=row, year=quarter.year, quarter=quarter.number).order_by("-number").first()
    require_seen(seen, _stored(latest))
    refuse(
        [
            *faults_of(
                given,
                content_of(entry.content),
                quarter,
                first_year=plan.first_year,
                last_year=plan.last_year,
                life=lives(plan.pk, [row.pk])[row.pk],
                today=today_in(plan.region_id, now),
            ),
            *further_faults(plan.region_id, seen, reason, evidence),
        ]
    )
    made = Report.objects.create(
        line=row, year=quarter.year, quarter=quarter.number, number=seen + 1, body=body_of(given), spent=given.spent,
        obstacles=given.obstacles.strip(), reason=reason.strip(), account_id=by.account, reported_at=now,
        on_behalf=on_behalf,
    )  # fmt: skip
    ReportEvidence.objects.bulk_create(
        ReportEvidence(report=made, evidence_id=piece) for piece in sorted(set(evidence))
    )
    audit.record(
        by=by.actor, action="report" if seen == 0 else "correct", target=TARGET, key=made.pk, area=plan.region_id,
        after={"line": row.pk, "quarter": str(quarter), "number": made.number, **made.body, "spent": made.spent,
               **({"on_behalf": True} if on_behalf else {})},
    )  # fmt: skip
    settle_reports(by=by, plan=plan.pk, office=owner, now=now)
    return made.number


@every("masterplan.remind-of-reports", cron="15 0 * * *")  # 7.15 WIB
@transaction.atomic
def remind_of_reports(*, by: Standing, now: datetime) -> int:
    """Notify offices of due and late reports; return the number of people notified.

    For plans in force, and for a year after a plan was replaced. Only for the schedule. A person is notified again when
    a further quarter is due or late; notices that no longer apply are closed.
    """
    by.require_server()
    settle_left(by=by, now=now)
    rows = Version.objects.filter(owing(now.date())).select_related("plan")
    return sum(tell_of_reports(by=by, version=row, now=now) for row in rows.order_by("pk"))


def further_faults(region: str, seen: int, reason: str, evidence: Collection[UUID]) -> list[Fault]:
    """Return the faults of a report's additions: a correction needs a reason, evidence must belong to the region."""
    misfits = []
    if seen and not reason.strip():
        misfits.append(Fault("no-reason", N_("Say why it is corrected"), {}, "reason"))
    if len(reason) > MAX_TEXT:
        misfits.append(Fault("too-long", N_("At most %(most)s characters"), {"most": MAX_TEXT}, "reason"))
    if Evidence.objects.filter(pk__in=evidence, region=region).count() != len(set(evidence)):
        misfits.append(Fault("unknown-evidence", N_("Choose evidence of this region"), {}, "evidence"))
    return misfits


def _stored(latest: Report | None) -> Stored:
    if latest is None:
        return Stored(0)
    values = {**latest.body, "spent": latest.spent, "obstacles": latest.obstacles}
    return Stored(latest.number, values, latest.account.name, latest.reported_at)
