"""The wait list: a freed place is offered to the one who has waited longest, then to the next; and reminders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import QuerySet

from hospital.test_booking import OPEN_DESK
from hospital.world import DAY, HERE, NOW, TUESDAY, World
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, BookingEvent, Waiting
from pilar.hospital.operations import waiting
from pilar.hospital.operations.waiting import AlreadyWaiting, OfferOver
from pilar.hospital.rules.booking import Payer, Visit
from pilar.hospital.rules.privacy import Purpose
from pilar.people.rules import SCHEDULE, NotAllowed, NotFound
from pilar.platform.errors import Faults

HALF = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def nobody_waits_next_door(world: World) -> None:
    Waiting.objects.exclude(hospital=HERE).update(state="over")


def mine() -> QuerySet[Waiting]:
    return Waiting.objects.filter(hospital=HERE)


def join(world: World, who: str = "daughter", patient: int | None = None, **given: Any) -> int:
    usual = {"doctor": None, "first_day": TUESDAY, "last_day": TUESDAY, "payer": Payer.GENERAL, "visit": Visit.REFERRAL}
    return do.join_waiting(
        by=world.who(who), patient=patient or world.patient, clinic=world.session().clinic_id, now=NOW,
        **{**usual, **given},
    )  # fmt: skip


@pytest.fixture
def full(world: World) -> list[str]:
    """The session of Tuesday is full; its shares are released."""
    session = world.session()
    session.release_at = [NOW] * 4
    session.save(update_fields=["release_at"])
    return [world.book("desk", patient=world.stranger(number), asked=OPEN_DESK) for number in range(4)]


def offer(at: timedelta = HALF * 0) -> int:
    return do.offer_places(by=SCHEDULE, now=NOW + at)


def test_nothing_is_offered_while_the_session_is_full(world: World, full: list[str]) -> None:
    join(world)
    assert offer() == 0
    assert mine().get().state == "waiting"


def test_a_freed_place_is_held_for_who_waited_longest(world: World, full: list[str]) -> None:
    first, second = join(world), join(world, "desk", world.stranger(8))
    do.cancel(by=world.who("desk"), booking=full[0], reason="sembuh", key=uuid4(), now=NOW)
    assert offer() == 1
    assert list(mine().order_by("pk").values_list("pk", "state")) == [(first, "offered"), (second, "waiting")]
    assert world.session().taken == 4
    row = Waiting.objects.get(pk=first)
    assert row.offered is not None
    assert (row.offered.patient_id, row.offer_until) == (world.patient, NOW + HALF)
    assert do.take_offer(by=world.who("daughter"), waiting=first, now=NOW) == row.offered.code
    assert do.take_offer(by=world.who("daughter"), waiting=first, now=NOW) == row.offered.code
    assert offer(2 * HALF) == 0
    assert Booking.objects.get(pk=row.offered_id).state == "booked"


def test_an_offer_that_is_not_taken_goes_to_the_next(world: World, full: list[str]) -> None:
    first, second = join(world), join(world, "desk", world.stranger(8))
    do.cancel(by=world.who("desk"), booking=full[0], reason="sembuh", key=uuid4(), now=NOW)
    offer()
    assert offer(HALF) == 1
    assert list(mine().order_by("pk").values_list("pk", "state")) == [(first, "over"), (second, "offered")]
    with pytest.raises(OfferOver):
        do.take_offer(by=world.who("daughter"), waiting=first, now=NOW + HALF)
    assert (world.session().taken, world.session().last_number) == (4, 6)


def test_who_never_came_is_new_and_one_that_breaks_stops_no_other(
    world: World, full: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = join(world), join(world, "desk", world.stranger(8))
    do.cancel(by=world.who("desk"), booking=full[0], reason="sembuh", key=uuid4(), now=NOW)
    usual = waiting.book

    def broken(**given: Any) -> do.Booked:
        if given["patient"] == world.patient:
            raise RuntimeError("broken")
        return usual(**given)

    monkeypatch.setattr(waiting, "book", broken)
    with pytest.raises(RuntimeError):
        offer()
    assert [Waiting.objects.get(pk=one).state for one in (first, second)] == ["waiting", "offered"]
    assert Booking.objects.filter(patient=Waiting.objects.get(pk=second).patient_id, new=True).exists()


def test_declined_it_goes_back(world: World, full: list[str]) -> None:
    key = join(world)
    do.cancel(by=world.who("desk"), booking=full[0], reason="sembuh", key=uuid4(), now=NOW)
    offer()
    for _ in range(2):
        do.leave_waiting(by=world.who("daughter"), waiting=key, now=NOW)
    assert (mine().get().state, world.session().taken) == ("over", 3)


def test_who_booked_otherwise_is_not_offered_a_second_place(world: World) -> None:
    world.book()
    join(world)
    assert offer() == 0


def test_once_the_last_day_is_over_nobody_waits(world: World, full: list[str]) -> None:
    join(world)
    assert offer(2 * DAY) == 0
    assert mine().get().state == "over"


def test_waiting_twice_for_a_clinic_is_refused(world: World) -> None:
    join(world)
    with pytest.raises(AlreadyWaiting):
        join(world)


@pytest.mark.parametrize(
    "given",
    [{"last_day": TUESDAY - 2 * DAY}, {"last_day": TUESDAY + 200 * DAY}, {"payer": Payer.BPJS, "reference": "1"}],
)
def test_a_wait_has_days_and_a_referral(world: World, given: dict[str, Any]) -> None:
    with pytest.raises(Faults):
        join(world, **given)


@pytest.mark.parametrize("who", ["stranger", "elsewhere", "nurse", "public"])
def test_nobody_waits_for_others(world: World, who: str) -> None:
    with pytest.raises(NotFound):
        join(world, who)
    key = join(world)
    for act in (do.take_offer, do.leave_waiting):
        with pytest.raises(NotFound):
            act(by=world.who(who), waiting=key, now=NOW)


def test_the_day_before_who_agrees_is_reminded_once(world: World) -> None:
    world.book()
    assert do.remind(by=SCHEDULE, now=NOW) == 0
    do.agree(by=world.who("daughter"), patient=world.patient, purpose=Purpose.REMINDER, now=NOW)
    assert [do.remind(by=SCHEDULE, now=NOW) for _ in range(2)] == [1, 0]
    assert BookingEvent.objects.filter(kind="reminded").count() == 1


def test_only_the_schedule_offers_and_reminds(world: World) -> None:
    for act in (do.remind, do.offer_places):
        with pytest.raises(NotAllowed):
            act(by=world.who("manager"), now=NOW)
