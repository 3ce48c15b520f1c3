"""Benchmark of the engine, as ratios against a floor measured in the same run."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import mul
from statistics import median

import numpy as np

from pilar.index.answers import Level, LevelMark, SurveyMark
from pilar.index.batch import score_matrix
from pilar.index.composite.benchmark import uncertainty_case
from pilar.index.instrument import ASSUMPTION, Instrument, MissingRule, Node, Scale
from pilar.index.scoring import score_all

REGIONS = 514
SEED = 514
RUNS = 1000


Clock = Callable[[], float]


@dataclass(frozen=True)
class Measure:
    """One measurement: medians in seconds, and how many times the floor's processor time the work may take.

    ``wall``: of the work, by the clock on the wall, which other work on the machine lengthens. ``processor``,
    ``floor``: of the work and of its floor, as far as the measurement's clock sees them. ``missed``: what else was to
    hold and does not, such as a number of queries; empty if it holds.
    """

    name: str
    wall: float
    processor: float
    floor: float
    limit: float
    missed: str = ""

    @property
    def ratio(self) -> float:
        """Processor time of the work over that of its floor."""
        return self.processor / self.floor

    @property
    def holds(self) -> bool:
        """Return whether the work is as fast as it has to be."""
        return self.ratio <= self.limit and not self.missed


def benchmark() -> list[Measure]:
    """All measurements of the engine."""
    return [_exact(), _matrix(), _uncertainty()]


def _exact() -> Measure:
    """Exact scores of 514 regions with 100 leaves in a tree of four levels, against one weighted mean in Decimals.

    Half of the leaves are whole marks, half are means with two decimals; both sides get the same numbers.
    """
    tree, draw = sample_tree(), random.Random(SEED)  # noqa: S311 - test numbers
    answers = {region: {leaf.code: sample_mark(leaf, draw) for leaf in tree.leaves} for region in range(REGIONS)}
    weights = [Decimal(draw.randint(1, 100)) for _ in tree.leaves]
    total = sum(weights)
    numbers = [list(given.values()) for given in answers.values()]

    def bare() -> None:
        for row in numbers:
            sum(map(mul, weights, row)) / total

    return measure("exact, 514 x 100", lambda: score_all(tree, answers), bare, limit=4, repeats=15)


def _matrix() -> Measure:
    """514 x 100 in NumPy, 5 % blank and re-weighted, against the matrix products that re-weighting needs.

    Those are two for each of the three levels of parents: of the values and of what is present, with the weights.
    """
    tree, draw = sample_tree(), np.random.default_rng(SEED)
    columns = [leaf.code for leaf in tree.leaves]
    values = draw.integers(0, 401, (REGIONS, len(columns))) / 100
    blank = draw.random(values.shape) < 0.05
    values[blank] = np.nan
    filled, present = np.where(blank, 0.0, values), (~blank).astype(np.float64)
    weights = [draw.random(shape) for shape in ((100, 20), (20, 5), (5, 1))]

    def products() -> None:
        reduce(np.matmul, weights, filled)
        reduce(np.matmul, weights, present)

    return measure(
        "NumPy, 514 x 100, 5 % blank", lambda: score_matrix(tree, columns, values), products, limit=3, repeats=201
    )


def _uncertainty() -> Measure:
    """Choices of normalisation, mean and weights, drawn 1,000 times; the aim in seconds is 2."""
    work, floor = uncertainty_case(runs=RUNS)
    return measure(f"uncertainty, 51 x 49, {RUNS:,} runs (aim: 6)", work, floor, limit=9, repeats=15)


def measure(
    name: str,
    work: Callable[[], object],
    floor: Callable[[], object],
    limit: float,
    repeats: int,
    *,
    clock: Clock = time.thread_time,
    missed: str = "",
) -> Measure:
    """Medians of alternating runs, the first left out, by a clock of processor time; ``repeats`` 0: of one run.

    The clock of this thread where none is named: other work on the machine counts little.
    """
    walls: list[float] = []
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats + 1):
        for times, run in zip(taken, (work, floor), strict=True):
            wall, start = time.perf_counter(), clock()
            run()
            times.append(clock() - start)
            if run is work:
                walls.append(time.perf_counter() - wall)
    first = 1 if repeats else 0
    return Measure(
        name,
        median(walls[first:]),
        median(taken[0][first:]),
        median(taken[1][first:]),
        limit,
        missed,
    )


def sample_mark(leaf: Node, draw: random.Random) -> Decimal:
    return Decimal(draw.randint(0, 4)) if isinstance(leaf.mark, LevelMark) else Decimal(draw.randint(0, 400)) / 100


def sample_tree() -> Instrument:
    """Five dimensions of four groups of five leaves: four levels with the final."""
    level = LevelMark(tuple(Level(Decimal(value), {}) for value in range(5)), ASSUMPTION)
    survey = SurveyMark(Decimal(0), Decimal(4), ASSUMPTION)

    def node(code: str, children: tuple[Node, ...], weight: int) -> Node:
        mark = None if children else (level if weight % 2 else survey)
        return Node(code, {}, Decimal(weight), missing=MissingRule.REWEIGHT, children=children, mark=mark)

    def leaves(code: str) -> tuple[Node, ...]:
        return tuple(node(f"{code}_{place}", (), 10 + place) for place in range(5))

    def groups(code: str) -> tuple[Node, ...]:
        return tuple(node(f"{code}_{place}", leaves(f"{code}_{place}"), 22 + place) for place in range(4))

    dimensions = tuple(
        node(f"d{place}", groups(f"d{place}"), weight) for place, weight in enumerate((10, 20, 30, 20, 20))
    )
    return Instrument("benchmark", "1", {}, None, Scale(Decimal(0), Decimal(4)), node("final", dimensions, 0))
