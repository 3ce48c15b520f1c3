"""Uncertainty of ranks under choices that could have been made otherwise.

Monte Carlo over the choices, after Saisana, Saltelli and Tarantola, Uncertainty and sensitivity analysis techniques as
tools for the quality assessment of composite indicators, Journal of the Royal Statistical Society A 168 (2005),
https://doi.org/10.1111/j.1467-985X.2005.00350.x, and OECD and JRC (2008), step on uncertainty and sensitivity. Each
run draws an option for every step, all equally likely and independent of each other, and every weight from a uniform
distribution around its own value; siblings' weights are then divided by their sum. Whether a unit has enough for a
score (``minimum_share``) is decided by the weights of the index itself, in every run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pilar.index.composite.building import Built, climbed, floor_for, misfit
from pilar.index.composite.checking import problems
from pilar.index.composite.combining import Children, combined, misfits, suspect
from pilar.index.composite.data import Data, Floats
from pilar.index.composite.faults import DataFaults
from pilar.index.composite.places import places
from pilar.index.composite.preparation import imputed
from pilar.index.composite.scaling import Scaled, scaled
from pilar.index.composite.spec import Aggregation, Alternatives, Element, Spec, Weighting
from pilar.index.composite.variants import Choice, choices, chosen, options
from pilar.index.composite.weighting import weights_of
from pilar.index.faults import N_, Fault
from pilar.index.instrument import MissingRule

BLOCK, RANKED = 256, 1024  # runs at once, of one combination and of all
STEPS = ("imputation", "treatment", "normalisation", "aggregation", "weight_set")
MAX_RANKS = 20_000_000  # with their scores a third of a gigabyte


@dataclass(frozen=True, eq=False, repr=False)
class Uncertainty:
    """Scores and ranks of n rows in R runs, shape (R, n); NaN without a score. Ranks are within the year.

    ``picked``: number of the option of each run, by step, shape (R,); ``tried``: the combinations that were possible.
    """

    built: Built
    seed: int
    scores: Floats
    ranks: Floats
    picked: Mapping[str, NDArray[np.intp]]
    tried: tuple[Choice, ...]

    def __repr__(self) -> str:
        moved = f"a rank moves by {self.mean_shift.mean():.2f} places on average"
        return f"<Uncertainty of {self.built.spec.code}, {len(self.ranks)} runs, seed {self.seed}: {moved}>"

    @cached_property
    def median(self) -> Floats:
        """Median rank of each row, shape (n,)."""
        return self.quantile(0.5)

    def quantile(self, share: float) -> Floats:
        """The rank that ``share`` of the runs do not pass, shape (n,); NaN where no run gave a score.

        A rank that occurred, not one between two (the inverse of the empirical distribution).
        """
        known = self._sorted[1]
        place = np.ceil(known * share - 1).clip(min=0).astype(np.int64)
        ranks = np.take_along_axis(self._sorted[0], np.minimum(place, len(self.ranks) - 1)[:, None], axis=1)[:, 0]
        return np.asarray(np.where(known > 0, ranks, np.nan))

    @cached_property
    def _sorted(self) -> tuple[Floats, NDArray[np.intp]]:
        """Ranks of each row in order, blanks last, shape (n, R), and how many are known."""
        ordered = np.sort(self.ranks.T, axis=1)
        return ordered, np.count_nonzero(~np.isnan(ordered), axis=1)

    @cached_property
    def mean_shift(self) -> Floats:
        """Mean over rows of how far each rank is from the one as built, by run, shape (R,).

        Rows without a rank in the run or as built do not count. Source: R_S of Saisana, Saltelli and Tarantola (2005).
        """
        as_built = np.array([np.nan if rank is None else rank for rank in self.built.ranks])
        apart = np.abs(self.ranks - as_built)
        known = ~np.isnan(apart)
        return np.asarray(np.where(known, apart, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1))


def uncertainty(built: Built, runs: int = 1000, seed: int = 1, alternatives: Alternatives | None = None) -> Uncertainty:
    """Ranks under drawn choices; ``alternatives`` instead of those of the spec.

    The same seed gives the same ranks. Panels are drawn as a whole: every year has the same choices in one run.
    ``ValueError`` below one run. Raises :class:`DataFaults` if some combination of choices cannot be computed, with
    the combination in the place of the fault, or if there would be more than ``MAX_RANKS`` ranks to keep.
    """
    if runs < 1:
        raise ValueError("there must be at least one run")
    spec, data = built.spec, built.data
    if runs * len(data) > MAX_RANKS:
        sentence = N_("%(runs)s runs of %(rows)s rows are too many to keep; at most %(most)s runs are possible.")
        fields = {"runs": runs, "rows": len(data), "most": MAX_RANKS // len(data)}
        raise DataFaults([Fault("too-many-runs", sentence, fields)])
    given = spec.alternatives if alternatives is None else alternatives
    tables = variants_of(built, given)
    draw = np.random.default_rng(seed)
    sizes = [len(step) for step in options(spec, given)]
    picks = np.stack([draw.integers(size, size=runs) for size in sizes], axis=1)
    factors = 1 + float(given.weights) / 100 * (2 * draw.random((runs, len(spec.nodes))) - 1)
    scores, ranks = computed(built, tables, picks, factors)
    return Uncertainty(
        built,
        seed,
        scores,
        ranks,
        {name: picks[:, column] for column, name in enumerate(STEPS)},
        tuple(choice for _, choice in choices(spec, given)),
    )


Variant = tuple[Spec, Mapping[str, Floats], Floats]


def computed(
    built: Built, tables: Mapping[tuple[int, ...], Variant], picks: NDArray[np.intp], factors: Floats
) -> tuple[Floats, Floats]:
    """Scores and ranks, shape (R, n), of runs with these options, (R, steps), and factors of weights, (R, nodes)."""
    data = built.data
    scores, ranks = np.empty((2, len(picks), len(data)))
    for numbers, (variant, weights, table) in tables.items():
        here = np.flatnonzero((picks == numbers).all(axis=1))
        for start in range(0, len(here), BLOCK):
            part = here[start : start + BLOCK]
            scores[part] = _climb(variant, data, table, weights, factors[part])
    for start in range(0, len(picks), RANKED):
        block = slice(start, start + RANKED)
        ranks[block] = places(scores[block], data.period_of, built.spec.ties)
    return scores, ranks


def variants_of(built: Built, given: Alternatives) -> dict[tuple[int, ...], Variant]:
    """Every combination with its weights and normalised table. Raises DataFaults for those that are not possible."""
    variants: dict[tuple[int, ...], Variant] = {}
    scales: dict[tuple[int, ...], Scaled] = {(0, 0, 0): built.scaled}
    treated: dict[tuple[int, ...], Scaled] = {(0, 0): built.scaled}
    faults: dict[tuple[str, str], Fault] = {}
    for numbers, choice in choices(built.spec, given):
        if not any(numbers):  # the index as it is built
            variants[numbers] = (built.spec, built.weights, built.scaled.table)
            continue
        variant = chosen(built.spec, choice)
        wrong = [problem.fault for problem in problems(variant)]
        if not wrong and numbers[:3] not in scales:
            filled = imputed(variant, built.data, built.divided)
            scale = scaled(variant, built.data, filled, wrong, alike=treated.get(numbers[:2]))
            scales[numbers[:3]] = scale
            if not wrong:
                treated.setdefault(numbers[:2], scale)
        if not wrong:
            table = scales[numbers[:3]].table
            variants[numbers] = (variant, _weights(variant, built.data, table, wrong), table)
        for fault in wrong:
            fields = {**fault.fields, "choice": choice.text()}
            told = replace(fault, fields=fields, place=f"{choice.text()}; {fault.place}")
            faults.setdefault((fault.code, fault.place), told)
    if faults:
        raise DataFaults(faults.values())
    return variants


def _weights(spec: Spec, data: Data, table: Floats, faults: list[Fault]) -> Mapping[str, Floats]:
    """Weights of each node's children; what a mean has no place for is told.

    No score is looked at where none can enter a weight or be out of place: means of scores above 0 are above 0.
    """
    unseen = bool((table[~np.isnan(table)] > 0).all()) and not any(
        node.weighting is Weighting.PCA
        or node.combination.aggregation is Aggregation.COPELAND
        or node.combination.missing is MissingRule.ZERO
        for node in spec.bottom_up
    )
    if not unseen:
        return climbed(spec, data, table, faults)[0]
    own = {node.code: weights_of(node, table) for node in spec.bottom_up}
    return {code: weights for code, weights in own.items() if weights is not None}


def _drawn(spec: Spec, weights: Mapping[str, Floats], factors: Floats) -> dict[str, Floats]:
    """Weights of each node's children, shape (R, k), from those as built and a factor for each node of the tree."""
    column = {node.code: place for place, node in enumerate(spec.nodes)}
    drawn_weights = {}
    for node in spec.bottom_up:
        moved = weights[node.code] * factors[:, [column[child.code] for child in node.children]]
        drawn_weights[node.code] = moved / moved.sum(axis=1, keepdims=True)
    return drawn_weights


def _refuse(data: Data, node: Element, below: list[Floats], weights: Floats) -> None:
    """Raise DataFaults for the first score that has no place in the mean, if its child weighs something."""
    for place, (child, scores) in enumerate(zip(node.children, below, strict=True)):
        wrong = np.argwhere(misfits(node.combination, scores, weights[:, place]))
        if len(wrong):
            row = int(wrong[0][-1])
            raise DataFaults([misfit(data, row, node, child, score=float(scores[tuple(wrong[0])]))])


def _climb(spec: Spec, data: Data, table: Floats, given: Mapping[str, Floats], factors: Floats) -> Floats:
    """Finals of shape (R, n) from normalised leaves, with the ``given`` weights moved by ``factors``."""
    weights = _drawn(spec, given, factors)
    scores = {leaf.code: table[:, column] for column, leaf in enumerate(spec.leaves)}
    for node in spec.bottom_up:
        below = [scores[child.code] for child in node.children]
        children = Children(below, weights[node.code], given[node.code], floor_for(spec, node), data.period_of)
        if suspect(node.combination, children.terms):
            _refuse(data, node, below, weights[node.code])
        scores[node.code] = combined(node.combination, children)
    return scores[spec.root.code]
