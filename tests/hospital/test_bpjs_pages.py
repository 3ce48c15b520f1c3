"""Pages of the line to BPJS, and of planned operations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hospital.bpjs_line import BPJS, Line, line, visit
from hospital.world import HERE, MOTHER, NIK, NOW, THERE, TUESDAY, World
from kit.neighbours import own
from pilar.areas.reference import local
from pilar.hospital import operations
from pilar.hospital.models import BpjsMessage, PlannedOperation
from pilar.people.models import User
from pilar.people.rules import SCHEDULE

LINE, AGAIN = reverse("hospital:bpjs-line", args=[HERE]), reverse("hospital:bpjs-again", args=[HERE])
OPERATIONS = reverse("hospital:operations", args=[HERE])


@pytest.fixture
def other(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    with line(settings, tmp_path) as made:
        yield made


def as_who(world: World, name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=world.keys[name]))
    return client


def test_the_line_is_shown_to_the_management(world: World, other: Line) -> None:
    code = world.book(asked=BPJS)
    visit(code, 3, 4, 5)
    other.tell(24 * 60)
    other.simulator.bookings[code].tasks.pop(5)
    operations.compare_with_bpjs(by=SCHEDULE, now=other.now)
    text = as_who(world, "manager").get(LINE).content.decode()
    assert "Tidak ada pada BPJS" in text
    for secret in (NIK, MOTHER.card, MOTHER.name, MOTHER.phone):
        assert secret not in text
    for who in ("desk", "elsewhere", "health"):
        assert as_who(world, who).get(LINE).status_code == 404
    assert as_who(world, "manager").get(reverse("hospital:bpjs-line", args=[THERE])).status_code == 404
    assert Client().get(LINE).status_code == 302


def test_what_was_not_taken_is_sent_again(world: World, other: Line) -> None:
    world.book()
    other.knows_no_doctor()
    other.tell()
    manager = as_who(world, "manager")
    text = manager.get(LINE).content.decode()
    assert "tidak ditemukan di HFIS" in text
    key = own(BpjsMessage).get().pk
    assert manager.post(AGAIN, {"message": str(key + 1)}).status_code == 302
    assert own(BpjsMessage).get().state == "dead"
    assert as_who(world, "desk").post(AGAIN, {}).status_code == 404
    assert manager.post(AGAIN, {"message": str(key)}).status_code == 302
    assert own(BpjsMessage).get().state == "waiting"


def test_the_list_is_a_workbook_too(world: World, other: Line) -> None:
    other.simulator.faults = []
    world.book()
    other.knows_no_doctor()
    other.tell()
    answer = as_who(world, "manager").get(LINE + "?as=csv")
    file = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()
    assert world.code in file
    assert f"{local(own(BpjsMessage).latest('pk').at, '36.03'):%Y-%m-%d %H:%M}" in file, "on the clocks of the region"


def test_a_hospital_that_is_not_tied_says_so(world: World, settings: Any) -> None:
    settings.PILAR_BPJS_FILE = ""
    assert "PILAR_BPJS_FILE" in as_who(world, "manager").get(LINE).content.decode()


def test_the_desk_plans_operations(world: World) -> None:
    desk = as_who(world, "desk")
    given = {"record": "1", "clinic": "dalam", "day": TUESDAY.isoformat(), "procedure": "Appendektomi"}
    assert desk.post(OPERATIONS, given | {"record": "77"}).status_code == 422
    assert desk.post(OPERATIONS, given).status_code == 302
    row = own(PlannedOperation).get()
    page = reverse("hospital:operation", args=[HERE, row.code])
    assert desk.get(page).status_code == 200
    later = TUESDAY + timedelta(days=2)
    assert desk.post(page, {"day": later.isoformat(), "done": "on"}).status_code == 302
    row.refresh_from_db()
    assert (row.day, row.done, row.procedure) == (later, True, "Appendektomi")
    assert as_who(world, "nurse").post(OPERATIONS, given).status_code in (403, 404)
    assert as_who(world, "elsewhere").get(page).status_code == 404
