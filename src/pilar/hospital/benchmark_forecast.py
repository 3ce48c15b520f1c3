"""Benchmark of forecasts and simulations against drawing the random numbers that they need."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pilar.hospital.reference.simulation import assumed
from pilar.hospital.rules.forecast import DRAWS, Forecaster, Person, Seen
from pilar.hospital.rules.simulation import SEED, SESSIONS, choose
from pilar.index.benchmark import Measure, measure

QUEUE, RECORDS = 40, 20_000


def benchmark() -> Iterator[Measure]:
    """Forecasts of a whole queue, learned from a year of a clinic, and the choice of a rule."""
    given, draw = assumed(), np.random.default_rng(SEED)
    minutes = given.consultations.draw(draw, (RECORDS, 1))[:, 0]
    learned = Forecaster(
        (Seen("INT", 7, place % 3 > 0, minute, -5) for place, minute in enumerate(minutes)),
        given.crowd,
        given.consultations,
    )
    queue = [Person(place % 3 > 0, place * 10 - 100 if place > 10 else None, 0.9) for place in range(QUEUE)]

    def drawn(sessions: int, places: int) -> None:
        np.random.default_rng(SEED).normal(size=(3, sessions, places))

    yield measure(
        f"forecasts of {QUEUE} people in a queue", lambda: learned.forecast(queue, kind="INT", doctor=7),
        lambda: drawn(DRAWS, QUEUE), 12, 15,
    )  # fmt: skip
    yield measure(
        "choice of one of 41 rules in 4,000 sessions",
        lambda: choose(given.crowd, given.patients, length=240, weight=3),
        lambda: drawn(SESSIONS, given.patients), 400, 3,
    )  # fmt: skip
