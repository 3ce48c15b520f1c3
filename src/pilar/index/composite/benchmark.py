"""Benchmark of the uncertainty analysis, against a minimal version of the same work in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np

from pilar.index.composite.building import build
from pilar.index.composite.data import Data, Floats
from pilar.index.composite.spec import (
    Aggregation,
    Alternatives,
    Element,
    Indicator,
    Normalisation,
    NormalisationMethod,
    Spec,
)
from pilar.index.composite.uncertainty import uncertainty

UNITS, GROUPS, PER_GROUP = 51, 7, 7
SEED = 51


def uncertainty_case(runs: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """The analysis and its floor: 51 x 49, two normalisations, three means, weights ± 25 %.

    The floor draws weights, makes the two matrix products and sorts: one normalisation, weighted means, no blanks, no
    ties, no checks.
    """
    draw = np.random.default_rng(SEED)
    values = draw.lognormal(size=(UNITS, GROUPS * PER_GROUP))
    built = build(_spec(), _data(values))
    scores = (values - values.min(axis=0)) / np.ptp(values, axis=0)

    def floor() -> Floats:
        fresh = np.random.default_rng(SEED)
        below = 1 + 0.25 * (2 * fresh.random((runs, GROUPS, PER_GROUP)) - 1)
        below /= below.sum(axis=2, keepdims=True)
        above = 1 + 0.25 * (2 * fresh.random((runs, GROUPS)) - 1)
        above /= above.sum(axis=1, keepdims=True)
        finals = (above[:, :, None] * below).reshape(runs, -1) @ scores.T
        ranks = np.empty(finals.shape, dtype=np.int16)
        np.put_along_axis(ranks, np.argsort(-finals, axis=1), np.arange(1, UNITS + 1, dtype=np.int16)[None, :], axis=1)
        return np.asarray(np.median(ranks, axis=0))

    return lambda: uncertainty(built, runs, SEED).median, floor


def _data(values: Floats) -> Data:
    names = [leaf.code for leaf in _spec().leaves]
    return Data(tuple(f"u{row}" for row in range(UNITS)), dict(zip(names, values.T, strict=True)))


def _spec() -> Spec:
    groups = tuple(
        Element(
            f"g{group}",
            children=tuple(Element(f"g{group}_{place}", indicator=Indicator()) for place in range(PER_GROUP)),
        )
        for group in range(GROUPS)
    )
    scale = Normalisation(NormalisationMethod.MIN_MAX, Decimal(1), Decimal(100))
    ranked = Normalisation(NormalisationMethod.PERCENTILE_RANK, Decimal(1), Decimal(100))
    others = ((Aggregation.GEOMETRIC, None), (Aggregation.HARMONIC, None))
    alternatives = Alternatives(Decimal(25), (ranked,), aggregations=others)
    return Spec("benchmark", "1", Element("final", children=groups), normalisation=scale, alternatives=alternatives)
