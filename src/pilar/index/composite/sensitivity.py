"""Sensitivity of ranks to each choice: Sobol' indices of the mean shift of ranks, and of each unit's rank.

The inputs are independent: a choice for each step that has more than one option, all equally likely, and the weights,
each drawn uniformly around its own value, together as one input or each by itself. Weights of siblings are divided by
their sum in the model, so that the inputs stay independent. The shift is R_S of Saisana, Saltelli and Tarantola (2005):
the mean over units of how far a rank is from the one as built.

Points are drawn at random, by NumPy's generator, into two tables A and B; AB(i) is A with the columns of input i from
B. Estimators and intervals: ``pilar.index.variance``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pilar.index.composite.building import Built
from pilar.index.composite.data import Flags, Floats
from pilar.index.composite.faults import DataFaults
from pilar.index.composite.spec import Alternatives
from pilar.index.composite.uncertainty import MAX_RANKS, STEPS, Variant, computed, variants_of
from pilar.index.composite.variants import options
from pilar.index.faults import N_, Fault
from pilar.index.variance import Indices, estimated

WEIGHTS = "weights"


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity:
    """``inputs``: the steps with a choice, and ``weights``, or the code of each node whose weight varies by itself,
    ``weight:imputation`` where the code is that of a step.

    ``ranks``: outputs are the ranks of the n rows; NaN for a row whose rank does not vary, or that lacks one in some
    run, as ``lacking`` says. ``shift``: the one output is the mean shift of ranks. ``runs``: how often the index was
    computed.
    """

    built: Built
    seed: int
    inputs: tuple[str, ...]
    ranks: Indices
    shift: Indices
    runs: int
    lacking: Flags

    def __repr__(self) -> str:
        told = (f"{name} {total:.2f}" for name, total in zip(self.inputs, self.shift.total[:, 0], strict=True))
        return f"<Sensitivity of {self.built.spec.code}, {self.runs} runs: total {', '.join(told)}>"


def sensitivity(
    built: Built,
    points: int = 1024,
    seed: int = 1,
    alternatives: Alternatives | None = None,
    *,
    each_weight: bool = False,
) -> Sensitivity:
    """Sobol' indices with 95 % intervals under ``alternatives``, or those of the spec.

    The index is computed points · (inputs + 2) times. ``ValueError`` below eight points. Raises :class:`DataFaults` if
    nothing could be otherwise, if there would be too much to keep, or if a combination cannot be computed.
    """
    if points < 8:
        raise ValueError("there must be at least eight points")
    model = _Model(built, built.spec.alternatives if alternatives is None else alternatives, each_weight=each_weight)
    if not model.inputs:
        raise DataFaults([Fault("nothing-varies", N_("Nothing could be otherwise, so nothing moves the ranks."))])
    if points * len(built.data) * 3 > MAX_RANKS:
        most = MAX_RANKS // (3 * len(built.data))
        sentence = N_("%(points)s points of %(rows)s rows are too many to keep; at most %(most)s are possible.")
        raise DataFaults(
            [Fault("too-many-points", sentence, {"points": points, "rows": len(built.data), "most": most})]
        )
    draw = np.random.default_rng(seed)
    a, b = draw.random((2, points, model.columns))
    effects = estimated(model(a), model(b), model.mixed(a, b), draw)
    ranks, shift = (Indices(*(part[:, place] for part in effects)) for place in (slice(0, -1), slice(-1, None)))
    runs = points * (len(model.inputs) + 2)
    return Sensitivity(built, seed, tuple(model.inputs), ranks, shift, runs, model.lacking)


class _Model:
    """Ranks and their mean shift as a function of points in the unit cube."""

    def __init__(self, built: Built, given: Alternatives, *, each_weight: bool) -> None:
        spec = built.spec
        self.built = built
        self.spread = float(given.weights) / 100
        self.sizes = [len(step) for step in options(spec, given)]
        self.tables: dict[tuple[int, ...], Variant] = variants_of(built, given)
        self.places = [place for place, size in enumerate(self.sizes) if size > 1]
        # An only child weighs 1 whatever is drawn for it.
        moved = [] if not self.spread else [
            place for place, node in enumerate(spec.nodes)
            if node.code in spec.parents and len(spec.parents[node.code].children) > 1
        ]  # fmt: skip
        self.moved = moved
        self.columns = len(self.places) + len(moved)
        self.inputs: dict[str, list[int]] = {STEPS[place]: [column] for column, place in enumerate(self.places)}
        columns = range(len(self.places), self.columns)
        if each_weight:
            codes = [spec.nodes[place].code for place in moved]
            names = [f"weight:{code}" if code in STEPS else code for code in codes]
            self.inputs |= {name: [column] for name, column in zip(names, columns, strict=True)}
        elif moved:
            self.inputs[WEIGHTS] = list(columns)
        self.before = np.array([np.nan if rank is None else rank for rank in built.ranks])
        self.lacking = np.zeros(len(built.data), dtype=np.bool_)

    def __call__(self, points: Floats) -> Floats:
        """Ranks of the n rows and, last, their mean shift, shape (points, n + 1)."""
        picks = np.zeros((len(points), len(self.sizes)), dtype=np.intp)
        for column, place in enumerate(self.places):
            size = self.sizes[place]
            picks[:, place] = np.minimum((points[:, column] * size).astype(np.intp), size - 1)
        factors = np.ones((len(points), len(self.built.spec.nodes)))
        factors[:, self.moved] += self.spread * (2 * points[:, len(self.places) :] - 1)
        _, ranks = computed(self.built, self.tables, picks, factors)
        self.lacking |= np.isnan(ranks).any(axis=0)
        apart = np.abs(ranks - self.before)
        known = ~np.isnan(apart)
        shift = np.where(known, apart, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        return np.column_stack([ranks, shift])

    def mixed(self, a: Floats, b: Floats) -> Iterator[Floats]:
        """The model at A with the columns of each input from B."""
        for columns in self.inputs.values():
            points = a.copy()
            points[:, columns] = b[:, columns]
            yield self(points)
