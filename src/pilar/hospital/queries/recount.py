"""Recount the counters of sessions from their bookings, for the operator."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from pilar.hospital.rules.booking import CHANNELS, HOLDS
from pilar.platform.language import N_, translate

_HELD = ", ".join(f"'{state}'" for state in sorted(HOLDS))
_BY_CHANNEL = ", ".join(f"count(b.id) FILTER (WHERE {{holds}} AND b.channel = '{channel}')" for channel in CHANNELS)
_COUNTED = f"""
    SELECT s.id AS session, s.capacity, s.taken, s.last_number, s.taken_by, cardinality(s.free) AS free, s.next_place,
        count(b.id) FILTER (WHERE {{holds}}) AS held, count(b.id) AS numbers, count(DISTINCT b.number) AS different,
        coalesce(max(b.number), 0) AS highest, count(DISTINCT b.place) FILTER (WHERE {{holds}}) AS places,
        ARRAY[{_BY_CHANNEL}]::smallint[] AS by_channel,
        count(b.id) FILTER (WHERE b.state IN ('arrived', 'called', 'serving', 'served') AND NOT EXISTS
            (SELECT 1 FROM hospital_task t WHERE t.booking_id = b.id AND t.task IN (1, 3))) AS lost
    FROM hospital_session s LEFT JOIN hospital_booking b ON b.session_id = s.id GROUP BY s.id
""".format(holds=f"b.state IN ({_HELD})")  # noqa: S608 - names of our own
WRONG = {
    "over": (N_("more bookings hold a place than there are places"), "held > capacity"),
    "doubles": (N_("a place or number is held twice"), "places < held OR different < numbers"),
    "taken": (N_("the counter of places taken differs"), "taken <> held"),
    "channels": (N_("the counter of a channel differs"), "taken_by <> by_channel"),
    "gaps": (N_("a number is missing"), "numbers <> highest OR last_number <> highest"),
    "places": (N_("free and taken places do not add up"), "next_place - 1 - free <> held"),
    "tasks": (N_("somebody has come, and no task says so"), "lost > 0"),
}
"""Forbidden situations and their conditions: over capacity, double places, a number without a booking, a missing
task."""


@dataclass(frozen=True, slots=True)
class Difference:
    session: int
    code: str

    @property
    def sentence(self) -> str:
        return translate(WRONG[self.code][0])


def differences() -> tuple[Difference, ...]:
    """All inconsistencies, by one query over all sessions; empty if there are none."""
    cases = ", ".join(f"CASE WHEN {condition} THEN '{code}' END" for code, (_name, condition) in WRONG.items())
    asked = f"""WITH counted AS ({_COUNTED})
        SELECT session, code FROM counted, unnest(ARRAY[{cases}]) AS code WHERE code IS NOT NULL ORDER BY 1, 2"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return tuple(Difference(*row) for row in cursor.fetchall())


def sessions() -> int:
    """Count the sessions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM hospital_session")
        return int(cursor.fetchone()[0])
