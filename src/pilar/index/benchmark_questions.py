"""Benchmark of questions asked by a region and by a ministry: next steps, and trial weights before approval."""

from __future__ import annotations

import random
from decimal import Decimal
from operator import mul

import numpy as np
from scipy import optimize  # type: ignore[import-untyped]

from pilar.index import benchmark as floors
from pilar.index.benchmark import SEED, Measure, measure, sample_mark, sample_tree
from pilar.index.next_steps import Conditions, Gain, next_steps
from pilar.index.scenarios import compare_scenario, draft_instrument
from pilar.index.scoring import score


def benchmark() -> list[Measure]:
    """The measurements of this module."""
    return [_next_steps(), _scenario()]


def _next_steps() -> Measure:
    """The cheapest steps to one more point for a region with 100 indicators whose efforts differ, against HiGHS alone.

    The bare programme has one row, as many 0/1 variables as there are steps, and no check.
    """
    tree, draw = sample_tree(), random.Random(SEED)  # noqa: S311 - test numbers
    answers = {leaf.code: sample_mark(leaf, draw) for leaf in tree.leaves}
    efforts = {leaf.code: draw.randint(1, 20) for leaf in tree.leaves}
    weights = {part.node.code: float(part.effective_weight) for part in score(tree, answers).explain().walk()}
    steps = [code for code, mark in answers.items() for _ in range(4 - int(mark))]
    gains = np.array([[weights[code] for code in steps]])
    costs = np.array([float(efforts[code]) for code in steps])

    def bare() -> None:
        optimize.milp(
            costs,
            integrality=np.ones(len(steps)),
            bounds=optimize.Bounds(0, 1),
            constraints=optimize.LinearConstraint(gains, 1.0, np.inf),
            options={"mip_rel_gap": 0},
        )

    conditions = Conditions(efforts=dict(efforts))
    return measure(
        "next steps, 100 indicators", lambda: next_steps(tree, answers, Gain(Decimal(1)), conditions), bare, 20, 7
    )


def _scenario() -> Measure:
    """All regions by two sets of weights, exactly, with ranks, against both weighted means in Decimals alone."""
    tree, draw = sample_tree(), random.Random(SEED)  # noqa: S311 - test numbers
    answers = {region: {leaf.code: sample_mark(leaf, draw) for leaf in tree.leaves} for region in range(floors.REGIONS)}
    draft = draft_instrument(tree, {"d0": Decimal(20), "d1": Decimal(10)})
    weights = [Decimal(draw.randint(1, 100)) for _ in tree.leaves]
    total = sum(weights)
    numbers = [list(given.values()) for given in answers.values()]

    def bare() -> None:
        for row in numbers * 2:
            sum(map(mul, weights, row)) / total

    return measure("scenario, 514 x 100", lambda: compare_scenario(tree, draft, answers), bare, 8, 9)
