"""The rush at the opening: many clients through a few processes that are killed, and connections that break.

Each client asks again until it has an answer, as a phone on a weak line does. Afterwards nothing is counted twice,
nothing is over capacity, no number is missing and whoever has an answer has a booking.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path
from uuid import UUID

import pytest
from django.db import Error, connection

from hospital.world import DAY, NOW, TUESDAY, World
from pilar.hospital import operations as do
from pilar.hospital.models import Booking
from pilar.hospital.queries.recount import differences
from pilar.hospital.rules.booking import Asked, Channel, Payer, Visit
from pilar.people.rules import Standing
from pilar.platform.errors import PilarError

CLIENTS, PROCESSES = 200, 6
ASKED = Asked(Channel.DESK, Payer.GENERAL, Visit.REFERRAL)


def serve(place: int, by: Standing, sessions: list[int], patients: list[int], until: float, log: Path) -> None:
    """A process that serves its share of the clients, one request after the other; what they are told, they write."""
    drawn = random.Random(f"{place} {os.getpid()}")
    with log.open("a", buffering=1) as told:
        while time.monotonic() < until:
            client = drawn.randrange(place, CLIENTS, PROCESSES)
            session, key = drawn.choice(sessions), UUID(int=drawn.getrandbits(128), version=4)
            for _again in range(20):
                try:
                    made = do.book(by=by, session=session, patient=patients[client], asked=ASKED, key=key, now=NOW)
                    told.write(json.dumps([str(key), made.code]) + "\n")
                    act = drawn.random()
                    if act < 0.4:
                        do.cancel(by=by, booking=made.code, reason="x", key=key, now=NOW)
                    elif act < 0.6:
                        do.move(by=by, booking=made.code, session=drawn.choice(sessions), key=key, now=NOW)
                except PilarError:
                    break
                except Error:  # the connection was broken: ask the same again
                    connection.close()
                else:
                    break


def spawn(*given: object) -> int:
    child = os.fork()
    if child == 0:
        try:
            serve(*given)  # type: ignore[arg-type]
        finally:
            os._exit(0)
    return child


@pytest.mark.server
@pytest.mark.parametrize("seconds", [4, pytest.param(30, marks=pytest.mark.thorough)])
def test_nothing_is_lost_or_given_twice(committed_world: World, tmp_path: Path, seconds: int) -> None:
    world = committed_world
    by = world.who("desk")
    sessions = [world.session(TUESDAY + number * DAY, clinic).pk for number in range(3) for clinic in ("dalam", "jiwa")]
    patients = [world.stranger(number) for number in range(CLIENTS)]
    connection.close()
    until, drawn = time.monotonic() + seconds, random.Random(seconds)
    given = [(place, by, sessions, patients, until, tmp_path / f"{place}") for place in range(PROCESSES)]
    serving, killed, broken = {place: spawn(*one) for place, one in enumerate(given)}, 0, 0
    while time.monotonic() < until - 0.3:
        time.sleep(0.15)
        if drawn.random() < 0.5:
            place = drawn.randrange(PROCESSES)
            os.kill(serving[place], signal.SIGKILL)
            os.waitpid(serving[place], 0)
            serving[place], killed = spawn(*given[place]), killed + 1
        else:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity WHERE datname = "
                    "current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 2) AS several"
                )
                broken += cursor.fetchone()[0]
            connection.close()
    for child in serving.values():
        os.waitpid(child, 0)
    assert (killed > 3, broken > 3) == (True, True)
    assert differences() == ()
    answered = [json.loads(line) for log in sorted(tmp_path.iterdir()) for line in log.read_text().splitlines()]
    stored = {str(key): code for key, code in Booking.objects.values_list("key", "code")}
    assert len(answered) > 20
    assert [key for key, code in answered if stored.get(key) != code] == []
