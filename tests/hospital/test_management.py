"""Figures of a hospital: by hand for a few visits, by clinic, doctor and channel; who reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hospital.past import past
from hospital.world import BEYOND, DAY, HERE, NOW, OTHER, OWN, THERE, World
from pilar.hospital.models import BookingEvent
from pilar.hospital.queries import management
from pilar.hospital.queries.management import achieved, compared, usual_waits
from pilar.hospital.reference.indicators import waiting
from pilar.hospital.rules.indicators import Standard, Visited, Why, waits
from pilar.people.rules import PUBLIC, NotFound

NINE = datetime(2026, 3, 2, 2, tzinfo=UTC)
FIRST, LAST = date(2026, 2, 2), date(2026, 3, 1)


def visit(wait: float, *, early: float = 5, kind: str = "umum") -> Visited:
    arrived = NINE - timedelta(minutes=early)
    return Visited(kind, NINE, arrived, arrived + timedelta(minutes=wait))


def test_who_waits_an_hour_is_in_time_and_who_is_left_out_is_said() -> None:
    standard = Standard(within=60, share=80, kinds=frozenset({"gigi"}), far=60)
    found = waits(
        [visit(60), visit(60.1), visit(10), visit(5, kind="gigi"), visit(9, early=61), visit(9, early=-61)], standard
    )
    assert (found.counted, found.in_time, found.median) == (3, 2, 60)
    assert found.share == pytest.approx(66.67, abs=0.01)
    assert found.left_out == {Why.KIND: 1, Why.FAR: 2}
    examined = replace(visit(90), examined=True)
    assert waits([examined, visit(5)], standard).left_out == {Why.EXAMINED: 1}
    assert waits([], standard).share is None


def test_the_indicator_and_what_it_leaves_out_are_data_with_a_source() -> None:
    found = waiting()
    assert (found.standard.within, found.standard.share, found.standard.far) == (60, 80, 60)
    assert {"gigi", "mcu"} == found.standard.kinds
    assert found.share_source == "assumption"
    assert set(found.left_out) == set(Why)


def test_who_was_sent_to_an_examination_is_not_counted(world: World) -> None:
    rows = past(world, minutes=lambda _draw: 40)
    before = achieved(HERE, FIRST, LAST, scope=world.who("manager")).whole.waits
    seen = next(one for one in rows if one.started_at and FIRST <= one.day <= LAST)
    BookingEvent.objects.create(booking=seen, kind="skip", at=seen.started_at, by="x", reason="examination")
    after = achieved(HERE, FIRST, LAST, scope=world.who("manager")).whole.waits
    assert (before.counted - after.counted, after.left_out[Why.EXAMINED]) == (1, 1)


def test_a_hospital_reads_its_waits_use_absences_overtime_and_channels(world: World) -> None:
    rows = past(world, minutes=lambda _draw: 40)
    past(world, clinic="jiwa", minutes=lambda _draw: 10, absent=0.5)
    found = achieved(HERE, FIRST, LAST, scope=world.who("manager"))
    dalam = next(one for one in found.clinics if one.name == "Penyakit Dalam")

    # Four are there five minutes before nine; they wait 5, 45, 85 and 125 minutes. The last place is at 9.39.
    assert (dalam.booked, dalam.absent, dalam.share, dalam.median) == (76, 0, 50, 65)  # Imlek is a day off
    assert dalam.reached is False
    assert (dalam.use, dalam.absence, dalam.overtime) == (100, 0, 40)
    assert dalam.booked_ahead == 75
    jiwa = next(one for one in found.clinics if one.name == "Kesehatan Jiwa")
    assert jiwa.absence is not None
    assert jiwa.use == pytest.approx(100 - jiwa.absence)
    assert jiwa.reached is True
    assert [one.name for one in found.doctors] == ["dr. Ana", "dr. Budi"]
    assert found.whole.booked == sum(one.booked for one in found.channels) == 152
    assert found.unfair is not None
    assert found.unfair > 0
    assert len(rows) > 76


def test_nobody_else_reads_them_and_the_health_office_reads_sums(world: World) -> None:
    past(world)
    for who in ("desk", "elsewhere", "health", "daughter", "public"):
        with pytest.raises(NotFound):
            achieved(HERE, FIRST, LAST, scope=world.who(who))
    with pytest.raises(NotFound):
        achieved(BEYOND, FIRST, LAST, scope=world.who("manager"))

    found = compared(OWN, FIRST, LAST, scope=world.who("health"))
    assert {one.code: figures.booked for one, figures in found} == {HERE: 76, THERE: 0}
    for who in ("desk", "daughter", "public"):
        with pytest.raises(NotFound):
            compared(OWN, FIRST, LAST, scope=world.who(who))
    with pytest.raises(NotFound):
        compared(OTHER, FIRST, LAST, scope=world.who("health"))


@pytest.fixture(autouse=True)
def fresh() -> None:
    management._usual_waits.cache_clear()


def test_the_usual_wait_of_a_clinic_is_told_once_there_are_enough_visits(world: World) -> None:
    # At nine, 9.13, 9.26 and 9.39 they are to come; they are seen at nine, 9.40, 10.20 and eleven.
    # Half of them wait (27 + 54) / 2 minutes; a minute that has begun counts.
    past(world, minutes=lambda _draw: 40, since=NOW - 14 * DAY)
    assert usual_waits(HERE, date(2026, 2, 16), scope=PUBLIC) == {"dalam": 41}
    assert usual_waits(HERE, date(2026, 2, 27), scope=PUBLIC) == {}
