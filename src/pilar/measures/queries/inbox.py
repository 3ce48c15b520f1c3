"""Read the measure tasks that wait for a user."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from pilar.areas.reference import midnight_in, today_in
from pilar.measures.queries.measures import measures_to_report
from pilar.people.queries.inbox import InboxRoom, Waiting
from pilar.people.rules import Standing
from pilar.platform.language import N_, translate


def waiting(scope: Standing, now: datetime) -> Iterator[Waiting]:
    """The values that people of the reader's offices report and that are late, the first ones first."""
    for row in measures_to_report(scope=scope, now=now):
        if row.late_since is None or row.late_since > today_in(row.region_code, now):
            continue
        yield Waiting(
            translate(N_("Report “%(title)s” for %(period)s"), title=row.title, period=row.next_period.text()),
            reverse("measures:measure", args=[row.region_code, row.code]),
            row.region_code,
            midnight_in(row.region_code, row.late_since),
            translate(N_("Until then the measure is shown as late.")),
        )


INBOX = InboxRoom("measures", N_("Measures"), waiting)
