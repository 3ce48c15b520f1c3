"""What the schedule does to many rows, each in a transaction of its own: one that fails does not hold up the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import structlog

from pilar.people.rules import Standing
from pilar.platform.outage import database_is_away

Act = Callable[[Standing, int, datetime], bool]
log = structlog.get_logger(__name__)


def one_by_one(acts: Iterable[tuple[Act, Iterable[int]]], *, by: Standing, now: datetime) -> int:
    """Do each act to each of its rows; returns to how many something happened.

    A row that fails is logged and passed over; once all are done the first error is raised, so that the job has failed.
    """
    done, failed = 0, list[Exception]()
    for act, keys in acts:
        for key in keys:
            try:
                done += act(by, key, now)
            except Exception as error:
                if database_is_away(error):
                    raise
                log.exception("row-passed-over", act=act.__name__, key=key)
                failed.append(error)
    if failed:
        raise failed[0]
    return done
