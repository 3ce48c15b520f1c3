"""Record facts about a plan that ran before it was kept here."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar.masterplan.models import Version
from pilar.masterplan.operations.announcing_reports import owing, settle_version
from pilar.masterplan.operations.locking import locked_plan, refuse
from pilar.masterplan.queries.taking_over import beginnings_of, seen_of
from pilar.masterplan.rules.authority import Action
from pilar.masterplan.rules.quarters import Quarter, quarter_of
from pilar.masterplan.rules.taking_over import faults_of_beginning
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.versions import Stored, require_seen


@transaction.atomic
def begin_reporting(*, by: Standing, plan: int, since: Quarter | None, reason: str, seen: int, now: datetime) -> None:
    """Set the first quarter for which a plan taken over while running owes reports; None: from its beginning.

    Earlier quarters can still be reported. ``seen``: ``queries.taking_over.seen_of`` of the value that was shown.
    Raises Faults at ``since`` and ``reason``, :class:`Outdated`; needs ``take-over``.
    """
    row = locked_plan(by, plan, Action.TAKE_OVER)
    there = quarter_of(row.reports_since) if row.reports_since else None
    stored = {"since": str(there or ""), "reason": row.reports_reason}
    require_seen(seen, Stored(seen_of(there, row.reports_reason), stored))
    refuse(faults_of_beginning(since, reason, beginnings_of(row)))
    row.reports_since = since.start if since else None
    row.reports_reason = reason.strip() if since else ""
    row.save(update_fields=["reports_since", "reports_reason"])
    audit.record(
        by=by.actor, action="begin-reporting", target="masterplan.plan", key=row.pk, area=row.region_id,
        before={"quarter": stored["since"], "reason": stored["reason"]},
        after={"quarter": str(since or ""), "reason": reason.strip()},
    )  # fmt: skip
    for version in Version.objects.filter(owing(now.date()), plan=row):
        settle_version(by=by, version=version, now=now)
