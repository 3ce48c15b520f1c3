"""Trace a number to its rules: the steps of an indicator's score, the parts of a node's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pilar.index.composite.building import Built, floor_for
from pilar.index.composite.combining import leading, shares_used
from pilar.index.composite.normalisation import Fitted
from pilar.index.composite.spec import Aggregation, Element, ImputationMethod, NormalisationMethod, TreatmentMethod
from pilar.index.composite.treatment import Treated
from pilar.index.faults import N_


@dataclass(frozen=True)
class Step:
    """The effect of one step: its name, the value after it (NaN blank), and a sentence with places for ``fields``.

    Numbers among the fields are unrounded; anyone who shows the sentence decides on digits.
    """

    name: str
    value: float
    sentence: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """The sentence in English, with six significant digits and a dash for what is not defined."""
        return self.sentence % {key: _shown(value) for key, value in self.fields.items()}


def _shown(value: object) -> object:
    if not isinstance(value, float):
        return value
    return "-" if np.isnan(value) else f"{value:.6g}"


@dataclass(frozen=True)
class Part:
    """A child's part in its parent. ``weight``: among its siblings; ``used``: after re-weighting.

    ``contribution``: contributions sum to the parent's score; NaN under outranking, which has none. In other than
    weighted means the parts follow Euler's theorem, as in docs/methodology.md.
    """

    code: str
    score: float
    weight: float
    used: float
    contribution: float


@dataclass(frozen=True)
class Explanation:
    """A unit's score at a node. ``steps``: of an indicator from the raw value on, of a node the one aggregation."""

    unit: str
    year: int | None
    code: str
    score: float
    steps: tuple[Step, ...]
    parts: tuple[Part, ...] = ()


def explain(built: Built, unit: str, code: str, year: int | None = None) -> Explanation:
    """Return how a unit's score at a node came about. ``KeyError`` for an unknown unit, year or node."""
    row = built.data.row(unit, year)
    node = built.spec.by_code[code]
    score = float(built.scores[code][row])
    year = built.data.year(row)
    if node.is_leaf:
        return Explanation(unit, year, code, score, tuple(_leaf_steps(built, row, node)))
    parts = _parts(built, row, node, score)
    return Explanation(unit, year, code, score, (_aggregated(node, parts, score),), parts)


def _leaf_steps(built: Built, row: int, leaf: Element) -> Iterator[Step]:
    column = built.spec.leaves.index(leaf)
    raw = float(built.data.values[leaf.code][row])
    sentence = N_("The table has no value.") if np.isnan(raw) else N_("The value in the table.")
    yield Step("raw", raw, sentence)
    by = leaf.measured.denominator
    value = float(built.divided[row, column])
    if by is not None:
        fields = {"denominator": by, "by": float(built.data.values[by][row])}
        yield Step("denominator", value, N_("Divided by %(denominator)s, which is %(by)s."), fields)
    filled = float(built.imputed[row, column])
    if np.isnan(value):
        yield _imputation(built, row, leaf, filled)
    if np.isnan(filled):
        return
    treated, fitted = built.scaled.fit(leaf.code, built.data.year(row))
    moved = float(built.scaled.treated[row, column])
    yield _treatment(treated, filled, moved)
    yield _normalisation(fitted, float(built.scaled.table[row, column]))


def _imputation(built: Built, row: int, leaf: Element, filled: float) -> Step:
    rule = built.spec.imputation_of(leaf)
    if rule.method is ImputationMethod.NONE:
        return Step("imputation", filled, N_("Blanks are not filled."))
    fields = {"group": built.data.groups[rule.by][row] if rule.by else "", "by": rule.by or ""}
    if np.isnan(filled):
        return Step("imputation", filled, N_("Nobody was observed from whom the blank could be filled."), fields)
    if rule.method is ImputationMethod.MEAN:
        plain, grouped = N_("Filled with the mean of the year."), N_("Filled with the mean of %(by)s %(group)s.")
    else:
        plain = N_("Filled with the median of the year.")
        grouped = N_("Filled with the median of %(by)s %(group)s.")
    return Step("imputation", filled, grouped if rule.by else plain, fields)


def _treatment(treated: Treated, before: float, after: float) -> Step:
    skew, kurt = treated.skewness[0], treated.kurtosis[0]
    fields = {"skewness": skew, "kurtosis": kurt, "points": treated.points, "value": after}
    if treated.method is TreatmentMethod.NONE and treated.asked is TreatmentMethod.LOG_SHIFTED:
        sentence = N_("No logarithm: the values by which it would be shifted are all the same.")
    elif treated.method is TreatmentMethod.NONE and treated.asked is TreatmentMethod.WINSORISE and np.isnan(kurt):
        sentence = N_("Not treated: skewness and kurtosis take four values that are not all the same.")
    elif treated.method is TreatmentMethod.NONE:
        sentence = N_("Not treated: skewness %(skewness)s, kurtosis %(kurtosis)s.")
    elif treated.method is TreatmentMethod.WINSORISE and before == after:
        sentence = N_("Winsorised (skewness %(skewness)s, kurtosis %(kurtosis)s), but this value lies within.")
    elif treated.method is TreatmentMethod.WINSORISE:
        sentence = N_("Winsorised (skewness %(skewness)s, kurtosis %(kurtosis)s): moved to %(value)s.")
    elif treated.shift:
        fields |= {"shift": treated.added}
        sentence = N_("Logarithm of the value plus %(shift)s (skewness %(skewness)s, kurtosis %(kurtosis)s).")
    else:
        sentence = N_("Logarithm (skewness %(skewness)s, kurtosis %(kurtosis)s).")
    return Step("treatment", after, sentence, fields)


def _normalisation(fitted: Fitted, score: float) -> Step:
    (low, high), (start, end) = fitted.anchors, fitted.onto
    fields = {"low": low, "high": high, "start": start, "end": end}
    fields |= {"count": 0 if fitted.ordered is None else len(fitted.ordered)}
    sentences = {
        NormalisationMethod.NONE: N_("Taken as it is."),
        NormalisationMethod.MIN_MAX: N_("Min-max: from %(low)s to %(high)s onto %(start)s to %(end)s."),
        NormalisationMethod.GOALPOSTS: N_("Goalposts: from %(low)s to %(high)s onto %(start)s to %(end)s, clipped."),
        NormalisationMethod.Z_SCORE: N_("Z-score: the mean %(low)s becomes %(start)s, one deviation more %(end)s."),
        NormalisationMethod.RANK: N_("Rank among %(count)s values, 1 for the worst."),
        NormalisationMethod.PERCENTILE_RANK: N_("Rank among %(count)s values onto %(start)s to %(end)s."),
        NormalisationMethod.BORDA: N_("Values beaten among %(count)s, a tie being half."),
        NormalisationMethod.DISTANCE: N_("Share of the best value, %(low)s."),
    }
    sentence = sentences[fitted.method]
    if fitted.lower_is_better and fitted.method is NormalisationMethod.NONE:
        sentence = N_("Taken with its sign changed, since lower is better.")
    return Step("normalisation", score, sentence, fields)


def _parts(built: Built, row: int, node: Element, score: float) -> tuple[Part, ...]:
    rule = node.combination
    scores = np.array([built.scores[child.code][row] for child in node.children])
    weights = built.weights[node.code]
    used = shares_used(rule, weights, ~np.isnan(scores))
    counted = np.where(np.isnan(scores), floor_for(built.spec, node), scores)
    shape = np.ones(len(scores))
    power = {Aggregation.WEIGHTED: 1.0, Aggregation.HARMONIC: -1.0}
    if rule.aggregation is Aggregation.POWER and (used > 0).any():
        shape = counted / leading(rule, list(counted[used > 0]))
        with np.errstate(divide="ignore", over="ignore"):
            shape = np.where(used > 0, shape ** float(rule.power or 1), 0.0)
    elif rule.aggregation in power:
        with np.errstate(divide="ignore"):
            shape = np.where(used > 0, counted ** power[rule.aggregation], 0.0)
    parts = used * shape
    if rule.aggregation is not Aggregation.WEIGHTED and parts.sum():
        parts = parts / parts.sum() * score
    if np.isnan(score) or rule.aggregation is Aggregation.COPELAND:
        parts = np.full(len(scores), np.nan)
    return tuple(
        Part(child.code, *(float(column[place]) for column in (scores, weights, used, parts)))
        for place, child in enumerate(node.children)
    )


MEANS = {
    Aggregation.WEIGHTED: N_("Weighted mean of %(present)s of %(all)s parts; %(rule)s."),
    Aggregation.GEOMETRIC: N_("Geometric mean of %(present)s of %(all)s parts; %(rule)s."),
    Aggregation.HARMONIC: N_("Harmonic mean of %(present)s of %(all)s parts; %(rule)s."),
    Aggregation.POWER: N_("Power mean (%(power)s) of %(present)s of %(all)s parts; %(rule)s."),
    Aggregation.COPELAND: N_("Pairs of units won less lost, on %(present)s of %(all)s parts; %(rule)s."),
}


def _aggregated(node: Element, parts: tuple[Part, ...], score: float) -> Step:
    rule = node.combination
    present = sum(not np.isnan(part.score) for part in parts)
    fields = {
        "present": present,
        "all": len(parts),
        "power": "" if rule.power is None else str(rule.power),
        "rule": rule.missing.value,
        "share": 100 * sum(part.weight for part in parts if not np.isnan(part.score)),
    }
    if np.isnan(score):
        sentence = N_("No score: %(present)s of %(all)s parts (%(share)s %% of the weight) are there; %(rule)s.")
        return Step("aggregation", score, sentence, fields)
    return Step("aggregation", score, MEANS[rule.aggregation], fields)
