"""Benchmark of due dates: a hundred thousand one by one, against numpy on all at once."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from pilar.areas import reference
from pilar.index.benchmark import Measure, measure

ANSWERS, DAYS = 100_000, 14
SECOND = 1_000_000
"""Answers that a second of one processor has to give."""


def benchmark() -> list[Measure]:
    """All measurements of the room that need no database."""
    calendar = reference.working_days("36.03")
    received = [calendar.first + timedelta(days=place % 1_400) for place in range(ANSWERS)]
    off = np.busdaycalendar(holidays=[row.day for row in reference.calendar().holidays])
    all_at_once = np.array(received, dtype="datetime64[D]")

    def ours() -> list[date]:
        return [calendar.after(day, DAYS) for day in received]

    measured = measure(
        "due dates, 100,000",
        ours,
        lambda: np.busday_offset(all_at_once, DAYS, roll="backward", busdaycal=off),
        limit=8,
        repeats=9,
    )
    rate = round(ANSWERS / measured.processor)
    return [measured if rate >= SECOND else _slow(measured, rate)]


def _slow(measured: Measure, rate: int) -> Measure:
    return Measure(
        measured.name, measured.wall, measured.processor, measured.floor, measured.limit, f"{rate} < {SECOND} / s"
    )
