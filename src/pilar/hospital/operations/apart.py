"""The parts of a job, each a transaction of its own: where one breaks, the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog
from django.db import transaction

from pilar.platform.outage import database_is_away

log = structlog.get_logger(__name__)
Part = TypeVar("Part", int, str)


def one_by_one(parts: Iterable[Part], does: Callable[[Part], int], *, job: str) -> int:
    """Do each part and return the sum; what breaks is logged, and the first of it is raised once all are done."""
    count, broken = 0, []
    for part in parts:
        try:
            with transaction.atomic():
                count += does(part)
        except Exception as error:
            if database_is_away(error):
                raise
            log.exception("part-of-job-broke", job=job, part=part)
            broken.append(error)
    if broken:
        raise broken[0]
    return count
