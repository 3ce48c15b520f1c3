"""Tasks from plans for the inbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse

from pilar.areas.reference import midnight_in
from pilar.masterplan.queries.due import own_reports
from pilar.people.queries.inbox import InboxRoom, Waiting
from pilar.people.rules import Standing
from pilar.platform.language import N_, translate

LATE = N_("Until they come, the programmes are marked as late.")


def waiting(scope: Standing, now: datetime) -> Iterator[Waiting]:
    """Yield the reports that the reader's offices owe, a line for each plan and quarter."""
    for plan in own_reports(scope=scope, now=now):
        owed = Counter((quarter.quarter, quarter.due) for programme in plan.programmes for quarter in programme.open)
        for (quarter, due), count in owed.items():
            yield Waiting(
                translate(N_("Report on %(quarter)s: %(count)s programmes"), quarter=quarter.name, count=count),
                reverse("masterplan:reports"),
                plan.version.plan.region,
                midnight_in(plan.version.plan.region, due + timedelta(days=1)),
                translate(LATE),
                frozenset({"masterplan.reports-due", "masterplan.reports-late"}),
            )


INBOX = InboxRoom(
    "masterplan",
    N_("Master plan"),
    waiting,
    {"masterplan.call": N_("Then the call takes no more proposals.")},
)
