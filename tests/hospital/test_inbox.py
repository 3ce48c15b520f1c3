"""What BPJS did not take waits for the management of the hospital, and for nobody else."""

from __future__ import annotations

import pytest

from hospital.bpjs_line import Line
from hospital.world import HERE, NOW, World
from pilar.hospital.queries.bpjs import not_taken_by_bpjs
from pilar.people.queries.inbox import inbox

pytestmark = pytest.mark.django_db


def test_what_bpjs_did_not_take_waits_for_the_management(world: World, other: Line) -> None:
    world.book()
    other.knows_no_doctor()
    other.tell()
    (line,) = inbox(scope=world.who("manager"), now=NOW)
    assert line.address == f"/rumah-sakit/kelola/{HERE}/bpjs/"
    assert line.text.endswith(": 1 pesan tidak diterima BPJS")
    for who in ("desk", "elsewhere", "daughter", "public"):
        assert not_taken_by_bpjs(scope=world.who(who)) == ()
