"""The made-up visits of a demonstration that is started at an odd hour."""

from __future__ import annotations

from datetime import timedelta

from pytest_django.fixtures import Settings

from hospital.world import DAY, HOUR, TUESDAY, World, hospital
from kit.worlds import once
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, Session, Task
from pilar.hospital.queries import recount
from pilar.people.rules import OPERATOR, SCHEDULE

FULL = "rsu-penuh"
"""Whose doctors have thirty patients in two hours."""


@once
def over(world: World) -> Session:
    """A session that ended a minute before the demonstration was started."""
    now = world.session().ends_at + timedelta(minutes=1)
    do.load_hospitals(by=OPERATOR, given=[hospital(FULL, capacity=30)], now=now)
    do.fill_visits(by=SCHEDULE, clinics={FULL: []}, back=2, others=1, ahead=1, now=now)
    return world.session(hospital=FULL)


def test_who_still_waits_when_a_session_has_ended_is_seen(over: Session, settings: Settings) -> None:
    settings.DEMO = True
    mine = Booking.objects.filter(session=over)
    waits = set(mine.filter(state="arrived").values_list("pk", flat=True))
    assert over.state == "open"
    assert len(waits) >= 2
    assert set(Task.objects.filter(booking__in=waits).values_list("booking", "task")) == {(key, 3) for key in waits}
    yesterday = Session.objects.filter(hospital=FULL, day=TUESDAY - DAY).values_list("state", flat=True)
    assert set(yesterday) == {"done"}
    assert recount.differences() == ()
    for half_hour in range(6):
        do.live_day(by=SCHEDULE, now=over.ends_at + half_hour * HOUR / 2)
    seen = mine.filter(pk__in=waits, state="served", started_at__gte=over.ends_at)
    assert seen.count() >= 2
    assert recount.differences() == ()
