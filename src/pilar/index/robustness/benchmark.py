"""Benchmark of drawing ranks, against the least that NumPy has to do for them."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator

import numpy as np

from pilar.index.benchmark import REGIONS, SEED, Measure, measure, sample_tree
from pilar.index.instrument import Instrument
from pilar.index.robustness.cut import Floats, cut_through
from pilar.index.robustness.running import usable_cores
from pilar.index.robustness.simulation import simulate
from pilar.index.robustness.spreads import CHUNK, Uniform

SPREAD = 0.25
DRAWS = 100_000
AIMS = {"514 x 100": 0.6, "5 % blank": 1.2}


def benchmark() -> list[Measure]:
    """All measurements of the robustness of a rank."""
    draw = np.random.default_rng(SEED)
    tree = sample_tree()
    values = draw.integers(0, 401, (REGIONS, len(tree.leaves))) / 100
    blank = np.where(draw.random(values.shape) < 0.05, np.nan, values)
    return [
        *_many(tree, "514 x 100", values, (2.2, 1.6)),
        *_many(tree, "5 % blank", blank, (2.3, 1.6)),
        measure(
            "ranks, 514 x 100, 1,000 draws (aim: 100 ms)",
            lambda: _drawn(tree, values, 1000),
            lambda: _least(tree, values, 1000),
            limit=5,
            repeats=15,
        ),
    ]


def _many(tree: Instrument, name: str, values: Floats, limits: tuple[float, float]) -> Iterator[Measure]:
    """By one core, and by all: there the clock on the wall judges, and the floor is still that of one core."""
    peak = f"{DRAWS:,} draws, peak {_megabytes(tree, values):.0f} MB"
    clocks = {1: time.thread_time, usable_cores(): time.perf_counter}
    for (cores, clock), limit in zip(clocks.items(), limits, strict=False):
        yield measure(
            f"ranks, {name}, {peak}" if cores == 1 else f"the same by {cores} cores, on the wall (aim: {AIMS[name]})",
            lambda c=cores: _drawn(tree, values, DRAWS, c),  # type: ignore[misc]
            lambda: _least(tree, values, DRAWS),
            limit,
            repeats=3,
            clock=clock,
        )


def _drawn(tree: Instrument, values: Floats, draws: int, cores: int = 1) -> None:
    columns = [leaf.code for leaf in tree.leaves]
    simulate(tree, columns, values, seed=SEED, draws=draws, spread=Uniform(SPREAD), cores=cores)


def _least(tree: Instrument, values: Floats, draws: int) -> None:
    """Draw weights at three levels, multiply, sort: what cannot be left out, in a block at a time.

    Scores are sorted without saying whose they are. With blanks, one more product tells what weight is present.
    """
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0).T
    present = None if known.all() else known.T.astype(np.float64)
    cut = cut_through(tree, [leaf.code for leaf in tree.leaves], values)
    shares = [np.array([p.shares for p in cut.parents if p.depth == depth])[:, :, None] for depth in range(3)]
    stream = np.random.default_rng(SEED)
    for _ in range(draws // CHUNK):
        effective = np.ones((1, 1, CHUNK))
        for given in shares:
            raw = given * stream.uniform(1 - SPREAD, 1 + SPREAD, (*given.shape[:2], CHUNK))
            raw /= raw.sum(axis=1, keepdims=True)
            effective = (effective.reshape(len(raw), 1, CHUNK) * raw).reshape(-1, 1, CHUNK)
        weights = effective.reshape(-1, CHUNK).T
        scores = weights @ filled
        if present is not None:
            scores /= weights @ present
        scores.sort(axis=1)


def _megabytes(tree: Instrument, values: Floats) -> float:
    """The most memory that a run takes up at once, without the table; no more is held after the first 10,000 draws."""
    tracemalloc.start()
    try:
        _drawn(tree, values, 11_000)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
