"""Rules for a step: imputation, treatment, normalisation, alternatives."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from pilar.index.composite.spec import (
    Aggregation,
    Alternatives,
    Imputation,
    ImputationMethod,
    Normalisation,
    NormalisationMethod,
    Treatment,
    TreatmentMethod,
    WeightSet,
)
from pilar.index.faults import Fault
from pilar.index.reading.document import Mapping, Scalar, Value
from pilar.index.reading.fields import CODE, Fields

IMPUTATION_KEYS = {ImputationMethod.MEAN: ("by",), ImputationMethod.MEDIAN: ("by",)}
TREATMENT_KEYS = {TreatmentMethod.WINSORISE: ("skewness", "kurtosis", "most_points", "otherwise")}
NORMALISATION_KEYS = {
    NormalisationMethod.MIN_MAX: ("minimum", "maximum"),
    NormalisationMethod.PERCENTILE_RANK: ("minimum", "maximum"),
    NormalisationMethod.GOALPOSTS: ("minimum", "maximum", "lower", "upper"),
    NormalisationMethod.Z_SCORE: ("mean", "deviation"),
}
MAX_POINTS = 1000


def read_imputation(around: Fields, key: str) -> Imputation | None:
    block = _method(around, key, around.value(key), ("by",))
    method = block.choice("method", ImputationMethod) if block else None
    if block is None or method is None:
        return None
    _belong(block, method, IMPUTATION_KEYS.get(method, ()))
    return Imputation(method, block.text("by"))


def read_treatment(around: Fields, key: str, value: Value | None = None) -> Treatment | None:
    block = _method(around, key, value or around.value(key), TREATMENT_KEYS[TreatmentMethod.WINSORISE])
    method = block.choice("method", TreatmentMethod) if block else None
    if block is None or method is None:
        return None
    _belong(block, method, TREATMENT_KEYS.get(method, ()))
    usual = Treatment(method)
    return Treatment(
        method,
        _or(block.number("skewness"), usual.skewness),
        _or(block.number("kurtosis"), usual.kurtosis),
        block.whole("most_points", 1, MAX_POINTS) or usual.most_points,
        block.choice("otherwise", TreatmentMethod) or usual.otherwise,
    )


def read_normalisation(
    around: Fields, key: str, value: Value | None = None, usual: Normalisation | None = None
) -> Normalisation | None:
    """A normalisation; what it leaves unsaid of its scale is as in ``usual``."""
    allowed = tuple(dict.fromkeys(name for keys in NORMALISATION_KEYS.values() for name in keys))
    block = _method(around, key, value or around.value(key), allowed)
    method = block.choice("method", NormalisationMethod) if block else None
    if block is None or method is None:
        return None
    _belong(block, method, NORMALISATION_KEYS.get(method, ()))
    unsaid = usual or Normalisation()
    return Normalisation(
        method,
        _or(block.number("minimum"), unsaid.minimum),
        _or(block.number("maximum"), unsaid.maximum),
        _or(block.number("mean"), Decimal(0)),
        _or(block.number("deviation"), Decimal(1)),
        block.number("lower"),
        block.number("upper"),
    )


def read_alternatives(top: Fields, usual: Normalisation) -> Alternatives:
    """Return what could have been chosen instead, from the key ``uncertainty``."""
    keys = ("weights", "normalisation", "treatment", "imputation", "aggregation", "weight_sets")
    block = top.block("uncertainty", (), keys)
    if block is None:
        return Alternatives()
    normalisations = [read_normalisation(block, "normalisation", item, usual) for item in block.items("normalisation")]
    treatments = [read_treatment(block, "treatment", item) for item in block.items("treatment")]
    imputations = [_alternative_imputation(block, item) for item in block.items("imputation")]
    aggregations = [_alternative_aggregation(block, item) for item in block.items("aggregation")]
    return Alternatives(
        block.number("weights") or Decimal(0),
        tuple(normalisation for normalisation in normalisations if normalisation is not None),
        tuple(treatment for treatment in treatments if treatment is not None),
        tuple(imputation for imputation in imputations if imputation is not None),
        tuple(aggregation for aggregation in aggregations if aggregation is not None),
        _weight_sets(block),
    )


def _weight_sets(block: Fields) -> tuple[WeightSet, ...]:
    """Sets of weights by their code, each a mapping of nodes."""
    sets = []
    for fields in block.blocks("weight_sets", ("code", "weights")):
        code, value = fields.text("code", CODE), fields.value("weights")
        if not isinstance(value, Mapping):
            if value is not None:
                fields.tell(Fault("mapping", "%(key)s must hold keys with values.", {"key": "weights"}), "weights")
            continue
        nodes = tuple(dict.fromkeys(key.text for key, _ in value.entries if key.text is not None))
        inner = fields.inside(value, fields.path, (), nodes, "weights")
        weights = {node: inner.number(node) for node in nodes} if inner else {}
        sets.append(WeightSet(code or "", {node: weight for node, weight in weights.items() if weight is not None}))
    return tuple(sets)


def _alternative_imputation(block: Fields, value: Value) -> Imputation | None:
    inner = _method(block, "imputation", value, ("by",))
    method = inner.choice("method", ImputationMethod) if inner else None
    return Imputation(method, inner.text("by")) if inner and method is not None else None


def _alternative_aggregation(block: Fields, value: Value) -> tuple[Aggregation, Decimal | None] | None:
    inner = _method(block, "aggregation", value, ("power",))
    method = inner.choice("method", Aggregation) if inner else None
    return (method, inner.number("power")) if inner and method is not None else None


def _method(around: Fields, key: str, value: Value | None, optional: tuple[str, ...]) -> Fields | None:
    """A block with a ``method``; the bare name of the method stands for a block with nothing else."""
    if value is None:
        return None
    if isinstance(value, Scalar):
        if value.refused:
            return None
        inner = Fields(around.name, around.path, value.line, around.faults)
        inner.values["method"], inner.lines["method"] = value, value.line
        return inner
    return around.inside(value, around.path, ("method",), optional, key)


def _belong(block: Fields, method: StrEnum, keys: tuple[str, ...]) -> None:
    for key in block.values:
        if key != "method" and key not in keys:
            fields = {"key": key, "method": method.value}
            block.tell(Fault("method-key", "%(key)s does not belong to %(method)s.", fields), key)


def _or(number: Decimal | None, usual: Decimal) -> Decimal:
    return usual if number is None else number
