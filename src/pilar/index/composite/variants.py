"""The same index under another choice, or with a part left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from pilar.index.composite.spec import (
    Aggregation,
    Alternatives,
    Element,
    Imputation,
    Normalisation,
    Spec,
    Treatment,
    Weighting,
    WeightSet,
)

Mean = tuple[Aggregation, Decimal | None]


@dataclass(frozen=True)
class Choice:
    """One choice for each step; ``aggregation`` is ``None`` where every node keeps its own, ``weights`` likewise."""

    imputation: Imputation
    treatment: Treatment
    normalisation: Normalisation
    aggregation: Mean | None
    weights: WeightSet | None = None

    def text(self) -> str:
        """``none, winsorise, percentile-rank, as given``."""
        mean = "as given" if self.aggregation is None else self.aggregation[0].value
        if self.aggregation is not None and self.aggregation[1] is not None:
            mean += f" {self.aggregation[1]}"
        parts = (self.imputation.method.value, self.treatment.method.value, _scale(self.normalisation), mean)
        return ", ".join(parts if self.weights is None else (*parts, self.weights.code))


def options(
    spec: Spec, alternatives: Alternatives
) -> tuple[
    tuple[Imputation, ...],
    tuple[Treatment, ...],
    tuple[Normalisation, ...],
    tuple[Mean | None, ...],
    tuple[WeightSet | None, ...],
]:
    """The options of each step, the index's own first; one that is named twice is one option."""
    return (
        tuple(dict.fromkeys((spec.imputation, *alternatives.imputations))),
        tuple(dict.fromkeys((spec.treatment, *alternatives.treatments))),
        tuple(dict.fromkeys((spec.normalisation, *alternatives.normalisations))),
        tuple(dict.fromkeys((None, *alternatives.aggregations))),
        tuple(dict.fromkeys((None, *alternatives.weight_sets))),
    )


def choices(spec: Spec, alternatives: Alternatives) -> Iterator[tuple[tuple[int, ...], Choice]]:
    """Every combination with the numbers of its options."""
    steps = options(spec, alternatives)
    for numbers in product(*(range(len(step)) for step in steps)):
        imputations, treatments, normalisations, means, sets = steps
        yield (
            numbers,
            Choice(
                imputations[numbers[0]],
                treatments[numbers[1]],
                normalisations[numbers[2]],
                means[numbers[3]],
                sets[numbers[4]],
            ),
        )


def chosen(spec: Spec, choice: Choice) -> Spec:
    """The index with these choices in the place of its own; an indicator's own rules stay."""
    root = spec.root if choice.aggregation is None else _aggregated(spec.root, choice.aggregation)
    varied = replace(
        spec,
        root=root,
        imputation=choice.imputation,
        treatment=choice.treatment,
        normalisation=choice.normalisation,
    )
    return varied if choice.weights is None else weighed(varied, choice.weights)


def weighed(spec: Spec, given: WeightSet) -> Spec:
    """The index with these weights in the place of its own."""
    return replace(spec, root=_weighed(spec.root, given.weights), relative=True)


def _weighed(node: Element, weights: Mapping[str, Decimal]) -> Element:
    if node.is_leaf:
        return node
    children = tuple(_weighed(child, weights) for child in node.children)
    if any(child.code not in weights for child in node.children):  # some but not all is a fault, told by ``checking``
        return replace(node, children=children)
    return replace(
        node,
        children=tuple(replace(child, weight=weights[child.code]) for child in children),
        combination=replace(node.combination, weighting=Weighting.GIVEN),
    )


def without(spec: Spec, code: str) -> Spec | None:
    """The index without a node and what is below it; the weights of its siblings grow in proportion.

    A node that would be left without children goes, too. ``None`` if nothing would be left, or nothing of weight.
    """
    root = _pruned(spec.root, code)
    return None if root is None else replace(spec, root=root)


def _pruned(node: Element, code: str) -> Element | None:
    if node.code == code:
        return None
    if node.is_leaf:
        return node
    kept = tuple(element for child in node.children if (element := _pruned(child, code)) is not None)
    if not kept or all(child.weight == 0 for child in kept):
        return None
    return replace(node, children=kept)


def _aggregated(node: Element, mean: Mean) -> Element:
    if node.is_leaf:
        return node
    return replace(
        node,
        children=tuple(_aggregated(child, mean) for child in node.children),
        combination=replace(node.combination, aggregation=mean[0], power=mean[1]),
    )


def _scale(rule: Normalisation) -> str:
    return f"{rule.method.value} {rule.minimum}-{rule.maximum}" if rule.ranged else rule.method.value
