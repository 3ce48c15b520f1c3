"""After midnight nobody is lost who came in the evening: in lists, on the board, at the pharmacy."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from hospital.test_day import DESK, MINUTE, at
from hospital.test_day_pages import Clock, body, clock, signed_in  # noqa: F401 - the fixture
from hospital.world import DAY, HERE, HOUR, TUESDAY, World
from kit.neighbours import own
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, Session
from pilar.hospital.rules.pharmacy import PharmacyState, Recipe

LATER = timedelta(hours=11)
"""The session of nine to eleven becomes one of eight in the evening, until half past eleven."""
MIDNIGHT = 4 * 60
"""In minutes after its beginning."""
PATIENTS = 6


def evening(world: World) -> list[str]:
    """Who came to a session that ended at half past eleven: the first fetched their medicine, the second and third
    were seen, the fourth is called, the fifth waits, the sixth is new and goes to the desk first."""
    row = world.session()
    row.starts_at, row.ends_at = row.starts_at + LATER, row.ends_at + LATER + 90 * MINUTE
    row.places = [moment + LATER for moment in row.places]
    row.places += [row.places[-1] + n * MINUTE for n in range(1, PATIENTS + 1 - row.capacity)]
    row.capacity = PATIENTS
    row.save()
    Session.objects.update(release_at=[row.starts_at - 10 * DAY] * 4)
    codes = [world.book("desk", patient=world.stranger(n), asked=DESK) for n in range(PATIENTS)]
    own(Booking).filter(code=codes[5]).update(new=True)
    for code in codes:
        do.check_in(by=world.who("desk"), booking=code, key=uuid4(), now=at(world, 180))
    for n, code in enumerate(codes[:3]):
        begins = at(world, 200 + 10 * n)
        assert do.call_next(by=world.who("nurse"), session=row.pk, now=begins) == code
        do.start(by=world.who("doctor"), booking=code, now=begins + MINUTE)
        do.finish(by=world.who("doctor"), booking=code, now=begins + 2 * MINUTE)
        do.prescribe(by=world.who("doctor"), booking=code, recipe=Recipe.READY_MADE, now=begins + 3 * MINUTE)
    steps = (PharmacyState.MAKING, PharmacyState.READY, PharmacyState.HANDED)
    for code, count in ((codes[0], 3), (codes[1], 2)):
        for minutes, to in enumerate(steps[:count], 225):
            do.move_medicine(by=world.who("pharmacy"), booking=code, to=to, now=at(world, minutes))
    assert do.call_next(by=world.who("nurse"), session=row.pk, now=at(world, 235)) == codes[3]
    return codes


def numbers(page: str) -> list[str]:
    return re.findall(r"A-\d+", page)


def test_after_midnight_nobody_is_lost_who_came_in_the_evening(world: World, clock: Clock) -> None:  # noqa: F811
    codes = evening(world)
    clock.set(MIDNIGHT + 5)
    nurse, doctor, desk, pharmacy = (signed_in(world, one) for one in ("nurse", "doctor", "desk", "pharmacy"))
    late, todays = (reverse("hospital:session", args=[world.session(day).pk]) for day in (TUESDAY, TUESDAY + DAY))
    for client in (nurse, doctor, desk):
        page = body(client, "hospital:day", HERE)
        assert (late in page, todays in page) == (True, True)
        assert "3 Mar 20.00–23.30" in page
        assert "3 di sini</strong> · 0 belum datang · 3 selesai" in page[page.index(late) :].partition("</tr>")[0]
    arrivals = body(desk, "hospital:arrivals", HERE)
    assert [code for code in codes if reverse("hospital:visit", args=[code]) in arrivals] == codes[5:]
    medicine = body(pharmacy, "hospital:pharmacy", HERE)
    assert [code for code in codes if reverse("hospital:visit", args=[code]) in medicine] == codes[1:3]
    assert "3 Mar 23.33" in medicine
    board = body(Client(), "hospital:board", HERE)
    assert ("A-004" in board, "(3 Mar)" in board, "2 pasien menunggu" in board) == (True, True, True)
    assert "Obat yang dapat diambil, nomor: 2" in board
    for client, code in ((nurse, codes[4]), (doctor, codes[3]), (pharmacy, codes[2])):
        assert f"Pasien {codes.index(code)}" in body(client, "hospital:visit", code), (
            "they are asked whether it is them"
        )
    assert "Pasien 0" not in body(pharmacy, "hospital:visit", codes[0]), "who has left is treated no more"


def test_whom_a_list_has_forgotten_stands_among_no_others_the_next_day(world: World, clock: Clock) -> None:  # noqa: F811
    codes = evening(world)
    late = reverse("hospital:session", args=[world.session().pk])
    clock.now = world.session().ends_at + 6 * HOUR + 10 * MINUTE
    assert late not in body(signed_in(world, "nurse"), "hospital:day", HERE)
    board = body(Client(), "hospital:board", HERE)
    assert (numbers(board), "Obat yang dapat diambil" in board) == ([], False)
    medicine = body(signed_in(world, "pharmacy"), "hospital:pharmacy", HERE)
    assert reverse("hospital:visit", args=[codes[1]]) in medicine, "they may come for it in the morning"
    clock.now += DAY
    assert codes[1] not in body(signed_in(world, "pharmacy"), "hospital:pharmacy", HERE)
