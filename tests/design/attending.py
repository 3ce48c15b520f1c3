"""Workers that a test says are there."""

from __future__ import annotations

from django.db import connection

NOBODY = "Belum ada yang mengerjakannya"
"""How a page begins to say that no worker runs."""


def heard_of(*, seconds_ago: float = 0) -> None:
    """A worker was heard of so long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second')",
            [seconds_ago],
        )
