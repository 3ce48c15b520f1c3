"""Read the hospital tasks that wait for a user."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from pilar.hospital.queries.bpjs import not_taken_by_bpjs
from pilar.people.queries.inbox import InboxRoom, Waiting
from pilar.people.rules import Standing
from pilar.platform.language import N_, translate


def waiting(scope: Standing, _now: datetime) -> Iterator[Waiting]:
    """Yield the messages that BPJS did not accept, for the management of a hospital."""
    for row, count in not_taken_by_bpjs(scope=scope):
        yield Waiting(
            translate(N_("%(hospital)s: BPJS did not take %(count)s messages"), hospital=row.name, count=count),
            reverse("hospital:bpjs-line", args=[row.code]),
            row.region,
            None,
            translate(N_("They are not sent again by themselves.")),
        )


INBOX = InboxRoom("hospital", N_("Hospitals"), waiting)
