"""Read the permit tasks that wait for a user."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from pilar.people.queries.inbox import InboxRoom, Waiting
from pilar.people.rules import Standing
from pilar.permits.queries.cases import desk
from pilar.permits.rules.authority import AUTHORITY, Action
from pilar.permits.rules.cases import stage_subject
from pilar.platform.language import N_, translate

MOST = 20
"""The most stages of a desk that are listed; the others become one line that links to the desk."""
LIMIT = N_("If the limit passes without a decision, that is written down; head and inspectorate are told.")


def waiting(scope: Standing, now: datetime) -> Iterator[Waiting]:
    """The stages on the desks of the reader that nobody else has taken, those due first."""
    for region in sorted(AUTHORITY.extent(scope, Action.READ).touched):
        rows = desk(region, scope=scope, now=now, untaken=True, size=MOST)
        for row in rows:
            yield Waiting(
                translate(N_("%(stage)s: application %(number)s"), stage=row.stage_name, number=row.number),
                reverse("permits:desk-case", args=[row.key]),
                region,
                row.desk_due,
                translate(LIMIT),
                frozenset({"permits.due"}),
                stage_subject(row.key, row.stage),
            )
        if (more := rows.paginator.count - MOST) > 0:
            yield Waiting(
                translate(N_("%(count)s more on the desk"), count=more),
                reverse("permits:desk", args=[region]),
                region,
            )


INBOX = InboxRoom("permits", N_("Permits"), waiting)
