"""Check a spec beyond its form, by the same rules for a file and for a spec built in code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from pilar.index.composite.faults import Problem
from pilar.index.composite.spec import (
    Aggregation,
    Direction,
    Element,
    Imputation,
    Normalisation,
    NormalisationMethod,
    Spec,
    Treatment,
    TreatmentMethod,
    Weighting,
    WeightSet,
    Years,
)
from pilar.index.faults import N_, Fault
from pilar.index.instrument import ROOT, MissingRule

LOGARITHMS = (TreatmentMethod.LOG, TreatmentMethod.LOG_SHIFTED)


def problems(spec: Spec) -> Iterator[Problem]:
    """Every fault of a spec, the whole before its nodes, in the order of the tree."""
    yield from _whole(spec)
    yield from _codes(spec)
    for node in spec.nodes:
        if node.is_leaf:
            yield from _leaf(spec, node)
        else:
            yield from _combination(spec, node)
            yield from _weights(node, relative=spec.relative)


def _whole(spec: Spec) -> Iterator[Problem]:
    if spec.root.code != ROOT:
        yield Problem(Fault("root", "The root of the tree must have the code final."), "", "tree")
    if spec.root.weight is not None:
        yield Problem(Fault("root-weight", "The root of the tree has no weight."), "", "tree")
    if spec.root.is_leaf:
        yield Problem(Fault("root-leaf", "The root of the tree needs children."), "", "tree")
    if (Years.FIXED in spec.fits_by) != (spec.base_year is not None):
        yield Problem(Fault("base-year", "years: fixed, and only that, needs a base_year."), "", "years")
    for key, normalisations in (
        ("normalisation", (spec.normalisation,)),
        ("uncertainty", spec.alternatives.normalisations),
    ):
        for normalisation in normalisations:
            yield from _normalisation(normalisation, "", key)
    for treatment in (spec.treatment, *spec.alternatives.treatments):
        yield from _treatment(treatment, "")
    for imputation in (spec.imputation, *spec.alternatives.imputations):
        yield from _imputation(spec, imputation, "")
    for aggregation, power in spec.alternatives.aggregations:
        yield from _power(aggregation, power, "", "uncertainty")
    often = Counter(weight_set.code for weight_set in spec.alternatives.weight_sets)
    for code in (code for code, times in often.items() if times > 1):
        yield Problem(Fault("set-twice", "The weights %(set)s are given twice.", {"set": code}), "", "uncertainty")
    for weight_set in spec.alternatives.weight_sets:
        yield from _weight_set(spec, weight_set)
    if not 0 <= spec.alternatives.weights < 100:
        fault = Fault("weights-range", "The weights may be off by 0 up to, not including, 100 per cent.")
        yield Problem(fault, "", "uncertainty")


def _codes(spec: Spec) -> Iterator[Problem]:
    """Codes name columns of one table, so nodes, groups and denominators share one list."""
    seen: set[str] = set()
    for code, node, key in [
        *((code, "", "groups") for code in spec.groups),
        *((code, "", "denominators") for code in spec.denominators),
        *((node.code, node.code, "code") for node in spec.nodes),
    ]:
        if code in seen:
            yield Problem(Fault("code-twice", "The code %(code)s is used twice.", {"code": code}), node, key)
        seen.add(code)


def _leaf(spec: Spec, leaf: Element) -> Iterator[Problem]:
    own = leaf.measured
    if own.denominator is not None and own.denominator not in spec.denominators:
        fault = Fault("unknown-denominator", "There is no denominator %(code)s.", {"code": own.denominator})
        yield Problem(fault, leaf.code, "indicator")
    if own.normalisation is not None:
        yield from _normalisation(own.normalisation, leaf.code, "indicator")
    if own.treatment is not None:
        yield from _treatment(own.treatment, leaf.code)
    if own.imputation is not None:
        yield from _imputation(spec, own.imputation, leaf.code)
    rule = spec.normalisation_of(leaf)
    if rule.method is NormalisationMethod.GOALPOSTS and (rule.lower is None or rule.upper is None):
        yield Problem(Fault("goalposts", "Goalposts need lower and upper."), leaf.code, "indicator")


def _normalisation(rule: Normalisation, node: str, key: str) -> Iterator[Problem]:
    if rule.ranged and rule.minimum >= rule.maximum:
        yield Problem(Fault("scale", "minimum must lie below maximum."), node, key)
    if rule.method is NormalisationMethod.Z_SCORE and rule.deviation <= 0:
        yield Problem(Fault("deviation", "The deviation of a z-score must be above 0."), node, key)
    if rule.lower is not None and rule.upper is not None and rule.lower >= rule.upper:
        yield Problem(Fault("goalposts-order", "lower must lie below upper; direction says which is good."), node, key)


def _treatment(rule: Treatment, node: str) -> Iterator[Problem]:
    key = "indicator" if node else "treatment"
    if rule.skewness < 0 or rule.most_points < 1:
        fault = Fault("treatment", "The limit of skewness is at least 0, and most_points at least 1.")
        yield Problem(fault, node, key)
    if rule.otherwise not in (TreatmentMethod.NONE, *LOGARITHMS):
        yield Problem(Fault("treatment-otherwise", "otherwise is none or a logarithm."), node, key)


def _imputation(spec: Spec, rule: Imputation, node: str) -> Iterator[Problem]:
    if rule.by is not None and rule.by not in spec.groups:
        fault = Fault("unknown-group", "There is no group %(code)s.", {"code": rule.by})
        yield Problem(fault, node, "indicator" if node else "imputation")


def _power(aggregation: Aggregation, power: Decimal | None, node: str, key: str) -> Iterator[Problem]:
    if (aggregation is Aggregation.POWER) != (power is not None) or power == 0:
        yield Problem(Fault("power", "A power mean, and only a power mean, needs a power other than 0."), node, key)


def _combination(spec: Spec, node: Element) -> Iterator[Problem]:
    rule = node.combination
    yield from _power(rule.aggregation, rule.power, node.code, "power")
    share = rule.minimum_share
    if share is not None and (rule.missing is not MissingRule.REWEIGHT or not 0 < share <= 1):
        fault = Fault("minimum-share", "minimum_share goes with missing: reweight and lies above 0 and up to 1.")
        yield Problem(fault, node.code, "minimum_share")
    if rule.missing is MissingRule.ZERO:
        floors = [floor(spec, child) for child in node.children]
        if rule.aggregation is Aggregation.COPELAND or any(floor is None for floor in floors):
            sentence = N_("missing: zero needs a lowest score, which a z-score and an outranking do not have.")
            yield Problem(Fault("no-floor", sentence), node.code, "missing")
        elif rule.refuses_zero and any(floor is not None and floor <= 0 for floor in floors):
            sentence = N_("missing: zero cannot go with a mean that has no place for zero.")
            yield Problem(Fault("zero-rule", sentence), node.code, "missing")


def floor(spec: Spec, node: Element) -> float | None:
    """The lowest score the node can have under its rules, or ``None`` if there is none.

    A mean of lowest scores is one: with children that differ, the least of them, which no mean goes below.
    """
    if node.is_leaf:
        rule = spec.normalisation_of(node)
        turned = rule.method is NormalisationMethod.NONE and node.measured.direction is Direction.LOWER
        return None if turned else rule.floor
    if node.combination.aggregation is Aggregation.COPELAND:
        return None
    floors = [floor(spec, child) for child in node.children]
    known = [floor for floor in floors if floor is not None]
    return min(known) if known and len(known) == len(floors) else None


def _weight_set(spec: Spec, given: WeightSet) -> Iterator[Problem]:
    """All children of a node or none, none below 0, and not all of them 0."""
    own = {"set": given.code}
    for code in given.weights:
        if code not in spec.by_code or code == spec.root.code:
            sentence = N_("The weights %(set)s name %(node)s, which is no node with a weight.")
            yield Problem(Fault("weight-set-node", sentence, {**own, "node": code}), "", "uncertainty")
    for node in spec.bottom_up:
        weights = [given.weights[child.code] for child in node.children if child.code in given.weights]
        fields = {**own, "node": node.code}
        if weights and len(weights) < len(node.children):
            sentence = N_("The weights %(set)s name some children of %(node)s, but not all.")
            yield Problem(Fault("weight-set-partly", sentence, fields), "", "uncertainty")
        elif weights and (min(weights) < 0 or not any(weights)):
            sentence = N_("The weights %(set)s of the children of %(node)s must not be below 0, nor all of them 0.")
            yield Problem(Fault("weight-set-size", sentence, fields), "", "uncertainty")


def _weights(node: Element, *, relative: bool) -> Iterator[Problem]:
    """Siblings weigh 100 together, exactly, or anything where weights are relative; or none of them has a weight."""
    given = [child.weight for child in node.children if child.weight is not None]
    for child in node.children:
        if child.weight is not None and child.weight < 0:
            yield Problem(Fault("negative-weight", "A weight must not be below 0."), child.code, "weight")
    if node.weighting is not Weighting.GIVEN:
        if given:
            sentence = N_("Weights that are %(weighting)s are not written: leave weight out.")
            yield Problem(Fault("weights-written", sentence, {"weighting": node.weighting.value}), node.code, "weights")
    elif len(given) < len(node.children):
        yield Problem(Fault("weights-partly", "Either all children have a weight or none has."), node.code, "children")
    elif relative and not any(given):
        sentence = N_("The weights of the children are all 0; at least one must be above it.")
        yield Problem(Fault("weights-zero", sentence), node.code, "children")
    elif not relative and sum(given) != 100:
        fields = {"sum": sum(given)}
        sentence = N_("The weights of the children sum to %(sum)s; they must sum to 100.")
        yield Problem(Fault("weights-sum", sentence, fields), node.code, "children")
