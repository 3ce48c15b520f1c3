"""The stages of a desk wait for those who may do them, and for nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from permits.world import NOW, World
from pilar.people.queries.inbox import inbox
from pilar.people.queries.notices import open_notices
from pilar.people.rules import SCHEDULE
from pilar.permits.operations import take_stage
from pilar.permits.operations.clocks import watch_clocks
from pilar.permits.queries import cases
from pilar.permits.queries import inbox as room

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)


def test_a_stage_waits_for_the_office_that_does_it(world: World) -> None:
    world.submit()
    world.accept(NOW)
    (row,) = cases.desk("36.03", scope=world.who("technical"), now=LATER)
    (line,) = inbox(scope=world.who("technical"), now=LATER)
    assert (line.text, line.due) == (f"{row.stage_name}: permohonan {row.number}", row.desk_due)
    assert line.address == f"/perizinan/kerja/permohonan/{row.key}/"
    assert row.number not in str([one.text for one in inbox(scope=world.who("back"), now=LATER)])


def two_applications(world: World) -> tuple[int, int]:
    """On the desk of the front office."""
    world.submit()
    first, world.case = world.case, 0
    world.submit("other citizen")
    return first, world.case


def test_what_a_colleague_has_taken_stands_in_the_place_of_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MOST", 1)
    first, second = two_applications(world)
    take_stage(by=world.who("front 2"), case=first, stage="check", now=NOW)
    (line,) = room.waiting(world.who("front"), NOW)
    assert line.address == f"/perizinan/kerja/permohonan/{second}/", "and no line says that there are more"
    own, more = room.waiting(world.who("front 2"), NOW)
    assert own.address == f"/perizinan/kerja/permohonan/{first}/"
    assert more.text.startswith("1 ")


def test_a_line_stands_for_the_notice_of_its_own_case_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST", 1)
    _first, second = two_applications(world)
    assert watch_clocks(by=SCHEDULE, now=LATER) > 1
    front = world.who("front")
    told = [one for one in open_notices(scope=front) if one.kind == "permits.due"]
    assert len(told) == 2
    texts = {one.text: one.address for one in told}
    shown = [texts[one.text] for one in inbox(scope=front, now=LATER) if one.text in texts]
    assert shown == [f"/perizinan/kerja/permohonan/{second}/"]
