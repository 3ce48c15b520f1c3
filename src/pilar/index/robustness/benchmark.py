"""How fast ranks are drawn, against the least that NumPy has to do for them."""

from __future__ import annotations

import tracemalloc

import numpy as np

from pilar.index.benchmark import REGIONS, SEED, Measure, measure, sample_tree
from pilar.index.instrument import Instrument
from pilar.index.robustness.cut import Floats, cut_through
from pilar.index.robustness.simulation import simulate
from pilar.index.robustness.spreads import CHUNK, Uniform

SPREAD = 0.25
DRAWS = 100_000


def benchmark() -> list[Measure]:
    """All measurements of the robustness of a rank."""
    draw = np.random.default_rng(SEED)
    tree = sample_tree()
    values = draw.integers(0, 401, (REGIONS, len(tree.leaves))) / 100
    blank = np.where(draw.random(values.shape) < 0.05, np.nan, values)
    many = f"{DRAWS:,} draws"
    return [
        measure(
            f"ranks, 514 x 100, {many}, peak {_megabytes(tree, values):.0f} MB",
            lambda: _drawn(tree, values, DRAWS),
            lambda: _least(tree, values, DRAWS),
            limit=2.5,
            repeats=3,
        ),
        measure(
            f"ranks, 5 % blank, {many}, peak {_megabytes(tree, blank):.0f} MB",
            lambda: _drawn(tree, blank, DRAWS),
            lambda: _least(tree, blank, DRAWS),
            limit=3,
            repeats=3,
        ),
        measure(
            "ranks, 514 x 100, 1,000 draws (aim: 100 ms)",
            lambda: _drawn(tree, values, 1000),
            lambda: _least(tree, values, 1000),
            limit=5,
            repeats=15,
        ),
    ]


def _drawn(tree: Instrument, values: Floats, draws: int) -> None:
    simulate(tree, [leaf.code for leaf in tree.leaves], values, seed=SEED, draws=draws, spread=Uniform(SPREAD))


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
