"""A second connection: what becomes of something there while this one holds its locks."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from django.db import OperationalError, connection, transaction


def elsewhere(act: Callable[[], object]) -> str:
    """What becomes of ``act`` in a connection of its own that waits for a lock for a moment only."""
    outcome = []

    def run() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '150ms'")
                act()
            outcome.append("done")
        except OperationalError:
            outcome.append("waits")
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()
    return outcome[0]
