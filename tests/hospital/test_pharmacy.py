"""Medicine after the consultation: a number once, in order, with the tasks of BPJS; operations that are planned."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hospital.world import HERE, NOW, TUESDAY, World
from kit.neighbours import own
from kit.worlds import once
from pilar.hospital import operations
from pilar.hospital.models import Booking, Prescription, Task
from pilar.hospital.operations.booking import note
from pilar.hospital.queries import pharmacy as queries
from pilar.hospital.rules.booking import BookingState
from pilar.hospital.rules.pharmacy import NotSeenYet, PharmacyState, Recipe, WrongPharmacyState
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Faults

SEEN = NOW + timedelta(days=1, hours=2)


def seen(code: str) -> None:
    """As the doctor leaves it."""
    row = own(Booking).get(code=code)
    for minutes, task in ((60, 3), (70, 4), (80, 5)):
        note(row, task, NOW + timedelta(days=1, minutes=minutes))
    row.arrived_at = row.started_at = row.ended_at = SEEN
    row.state = BookingState.SERVED
    row.save()


@once
def served(world: World) -> World:
    seen(world.book())
    return world


def test_a_number_is_given_once_and_in_order(served: World) -> None:
    first, doctor = served.code, served.who("doctor")
    assert operations.prescribe(by=doctor, booking=first, recipe=Recipe.COMPOUND, now=SEEN) == 1
    assert operations.prescribe(by=doctor, booking=first, recipe=Recipe.READY_MADE, now=SEEN) == 1
    seen(served.book("desk", patient=served.stranger(2)))
    assert operations.prescribe(by=doctor, booking=served.code, recipe=Recipe.READY_MADE, now=SEEN) == 2
    rows = queries.pharmacy(HERE, TUESDAY, scope=served.who("pharmacy"))
    assert [(one.number, one.recipe, one.state) for one in rows] == [
        (1, Recipe.COMPOUND, PharmacyState.WAITING), (2, Recipe.READY_MADE, PharmacyState.WAITING)]  # fmt: skip


def test_it_is_made_made_ready_and_handed_over_with_tasks_6_and_7(served: World) -> None:
    operations.prescribe(by=served.who("doctor"), booking=served.code, recipe=Recipe.COMPOUND, now=SEEN)
    for minutes, to in enumerate((PharmacyState.MAKING, PharmacyState.READY, PharmacyState.HANDED), 1):
        now = SEEN + timedelta(minutes=minutes)
        operations.move_medicine(by=served.who("pharmacy"), booking=served.code, to=to, now=now)
    row = own(Prescription).get()
    assert (row.state, row.ready_at - row.started_at) == ("handed", timedelta(minutes=1))
    assert list(own(Task).filter(task__gt=5).values_list("task", flat=True)) == [6, 7]
    with pytest.raises(WrongPharmacyState):
        operations.move_medicine(by=served.who("pharmacy"), booking=served.code, to=PharmacyState.READY, now=SEEN)


def test_who_may_not_does_not(served: World) -> None:
    with pytest.raises(NotAllowed):
        operations.prescribe(by=served.who("nurse"), booking=served.code, recipe=Recipe.COMPOUND, now=SEEN)
    with pytest.raises(NotFound):
        operations.prescribe(by=served.who("elsewhere"), booking=served.code, recipe=Recipe.COMPOUND, now=SEEN)
    operations.prescribe(by=served.who("doctor"), booking=served.code, recipe=Recipe.COMPOUND, now=SEEN)
    with pytest.raises(NotAllowed):
        operations.move_medicine(by=served.who("doctor"), booking=served.code, to=PharmacyState.MAKING, now=SEEN)
    with pytest.raises(NotFound):
        queries.pharmacy(HERE, TUESDAY, scope=served.who("elsewhere"))


def test_nothing_is_prescribed_before_the_consultation_ended(world: World) -> None:
    with pytest.raises(NotSeenYet):
        operations.prescribe(by=world.who("doctor"), booking=world.book(), recipe=Recipe.COMPOUND, now=NOW)


def test_operations_are_planned_for_patients_of_the_hospital(world: World) -> None:
    desk, day = world.who("desk"), date(2026, 3, 9)
    given = {"hospital": HERE, "clinic": "dalam", "day": day, "procedure": "Appendektomi", "now": NOW}
    code = operations.plan_operation(by=desk, record="1", **given)
    operations.change_operation(by=desk, operation=code, day=day + timedelta(days=1), done=True, now=NOW)
    (row,) = queries.planned_operations(HERE, day, scope=desk)
    assert (row.code, row.day, row.done, row.record) == (code, day + timedelta(days=1), True, "00000001")
    with pytest.raises(Faults):
        operations.plan_operation(by=desk, record="99", **given)
    with pytest.raises(Faults):
        operations.plan_operation(by=desk, record="1", **given | {"procedure": " "})
    with pytest.raises(NotFound):
        operations.plan_operation(by=world.who("nurse"), record="1", **given)
    with pytest.raises(NotFound):
        operations.change_operation(by=world.who("elsewhere"), operation=code, day=day, done=False, now=NOW)
