"""Read the sessions and bookings on a day, shown before it is entered or withdrawn as a day off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pilar.hospital.models import Session
from pilar.hospital.rules.booking import SessionState
from pilar.platform.language import N_, translate


def touched(area: str, day: date, joint_leave: bool, _decree: str = "") -> Iterator[str]:
    """Count the sessions and bookings affected by a day off in a region, or in the nation if ``area`` is empty;
    hospitals work on joint leave."""
    if joint_leave:
        return
    rows = Session.objects.filter(day=day, state__in=[SessionState.OPEN, SessionState.CLOSED], taken__gt=0)
    if count := (rows.filter(hospital__region=area) if area else rows).count():
        sentence = N_("%(count)s booked sessions of hospitals lie on this day: they stand until a hospital ends them")
        yield translate(sentence, count=count)
