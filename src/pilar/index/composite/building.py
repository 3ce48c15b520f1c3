"""From raw indicators to the index, with every step kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from pilar.index.composite.checking import floor, problems
from pilar.index.composite.combining import Children, combined, misfits, suspect
from pilar.index.composite.data import Data, Floats, broken_leaves, table_faults, told
from pilar.index.composite.faults import DataFaults, SpecFaults
from pilar.index.composite.places import places
from pilar.index.composite.preparation import divided, imputed
from pilar.index.composite.scaling import Scaled, scaled
from pilar.index.composite.spec import Element, Spec
from pilar.index.composite.weighting import effective_weights, weights_of
from pilar.index.faults import N_, Fault
from pilar.index.instrument import MissingRule

# After these, which are about single cells or columns, the rest of the table can still be judged.
OF_CELLS = frozenset({"unit-twice", "infinite", "size", "denominator", "blank-column"})


@dataclass(frozen=True, eq=False, repr=False)
class Built:
    """A composite index. Tables have the shape (n, leaves), in the order of ``spec.leaves``; NaN is a blank.

    ``divided``: after denominators. ``imputed``: after imputation. ``scaled``: after treatment and normalisation, with
    what was fitted. ``weights``: of each node's children, summing to 1. ``scores``: of every node, shape (n,), in
    floating point and unrounded.
    """

    spec: Spec
    data: Data
    divided: Floats
    imputed: Floats
    scaled: Scaled
    weights: Mapping[str, Floats]
    scores: Mapping[str, Floats]

    def __repr__(self) -> str:
        first = [self.data.name(row) for row, rank in enumerate(self.ranks) if rank == 1]
        told = f"{len(self.data)} rows, {len(self.spec.leaves)} indicators"
        return f"<Built {self.spec.code} {self.spec.version}: {told}; first {', '.join(first) or 'nobody'}>"

    @property
    def final(self) -> Floats:
        """The index of each row, shape (n,)."""
        return self.scores[self.spec.root.code]

    @cached_property
    def ranks(self) -> tuple[int | None, ...]:
        """Rank of each row within its year, from unrounded scores; ``None`` without one."""
        return whole(places(self.final, self.data.period_of, self.spec.ties))

    @cached_property
    def effective_weights(self) -> Mapping[str, float]:
        """Nominal weight of each node in the index: products of the weights down to it."""
        return effective_weights(self.spec, dict(self.weights))

    def group_ranks(self, by: str) -> tuple[int | None, ...]:
        """Rank of each row among those of its year and of its group. ``KeyError`` for an unknown grouping."""
        keys = list(zip(self.data.groups[by], self.data.period_of.tolist(), strict=True))
        number = {key: position for position, key in enumerate(dict.fromkeys(keys))}
        return whole(places(self.final, [number[key] for key in keys], self.spec.ties))


def whole(ranks: Floats) -> tuple[int | None, ...]:
    """Ranks as whole numbers, ``None`` where there is none."""
    return tuple(None if np.isnan(rank) else int(rank) for rank in ranks)


def build(spec: Spec, data: Data) -> Built:
    """The index of every unit. Raises :class:`SpecFaults` or :class:`DataFaults` with every fault.

    Steps: denominators, imputation, outlier treatment, normalisation, weights and aggregation from the leaves up. Where
    a leaf is at fault, later steps go on without it and without the nodes above it, so that they tell theirs as well.
    """
    if misfits := [problem.fault for problem in problems(spec)]:
        raise SpecFaults(misfits)
    faults = table_faults(spec, data)
    if any(fault.code not in OF_CELLS for fault in faults):
        raise DataFaults(faults)
    broken = broken_leaves(spec, faults)
    ratios = divided(spec, data)
    filled = imputed(spec, data, ratios)
    scale = scaled(spec, data, filled, faults, broken)
    weights, scores = climbed(spec, data, scale.table, faults, broken | broken_leaves(spec, faults))
    if faults:
        raise DataFaults(faults)
    return Built(spec, data, ratios, filled, scale, weights, scores)


def climbed(
    spec: Spec, data: Data, table: Floats, faults: list[Fault], broken: Collection[str] = frozenset()
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Weights of the children of each node, and scores of all nodes, from normalised leaves of shape (n, leaves).

    ``broken``: leaves without scores because of a fault; they and the nodes above them are blank.
    """
    scores = {leaf.code: table[:, column] for column, leaf in enumerate(spec.leaves)}
    blank = np.full(len(table), np.nan)
    scores |= dict.fromkeys(broken, blank)
    lost = set(broken)
    weights: dict[str, Floats] = {}
    for node in spec.bottom_up:
        below = [scores[child.code] for child in node.children]
        whole = lost.isdisjoint(child.code for child in node.children)
        kept = weights_of(node, np.stack(below, axis=1))
        if kept is None and not whole:
            kept = np.full(len(below), 1 / len(below))
        if kept is None:
            sentence = N_(
                "Principal components give no weights for %(node)s: fewer than three complete rows, no spread, or two "
                "components that are equally large."
            )
            faults.append(Fault("pca", sentence, {"node": node.code}, node.code))
            kept = np.full(len(below), 1 / len(below))
        weights[node.code] = kept
        scores[node.code] = _node_score(spec, data, node, below, kept, faults=faults)
        if not whole:
            scores[node.code] = blank
            lost.add(node.code)
    return weights, scores


def _node_score(
    spec: Spec, data: Data, node: Element, below: list[Floats], weights: Floats, *, faults: list[Fault]
) -> Floats:
    rule = node.combination
    children = Children(below, weights[None, :], weights, floor_for(spec, node), data.period_of)
    if suspect(rule, children.terms):
        for child, scores, weight in zip(node.children, below, weights, strict=True):
            for row in np.flatnonzero(misfits(rule, scores, np.array([weight]))):
                faults.append(misfit(data, int(row), node, child, score=float(scores[row])))
        clean = [np.where(misfits(rule, values, np.ones(1)), np.nan, values) for values in below]
        children = replace(children, scores=clean)
    return np.asarray(combined(rule, children)[0])


def floor_for(spec: Spec, node: Element) -> float:
    """Return what a blank child counts as under ``missing: zero``: the lowest score that a child can have."""
    if node.combination.missing is not MissingRule.ZERO:
        return 0.0
    floors = [lowest for child in node.children if (lowest := floor(spec, child)) is not None]
    return min(floors, default=0.0)


def misfit(data: Data, row: int, node: Element, child: Element, *, score: float) -> Fault:
    """A score that the mean of ``node`` has no place for."""
    fields = {"child": child.code, "parent": node.code, "unit": data.units[row], "score": float(score)}
    sentence = N_("%(child)s of %(unit)s is %(score)s, but the mean of %(parent)s has no place for it.")
    return told(data, row, child.code, Fault("zero-in-mean", sentence, fields))
