"""Any number says which rule made it."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest

from index.composite.specs import NONE, branch, data, flat, leaf, mean, spec
from pilar.index.composite import (
    Aggregation,
    Built,
    Direction,
    Imputation,
    ImputationMethod,
    Normalisation,
    NormalisationMethod,
    Treatment,
    TreatmentMethod,
    Years,
    build,
)
from pilar.index.composite.explaining import explain
from pilar.index.instrument import MissingRule

FIXED = {"years": Years.FIXED, "base_year": 2024}


def case() -> Built:
    root = branch(
        "final",
        None,
        leaf("a", 50, denominator="heads", direction=Direction.LOWER),
        leaf("b", 30, imputation=Imputation(ImputationMethod.MEAN, "kind")),
        leaf("c", 20),
    )
    of = spec(root, groups=("kind",), denominators=("heads",), treatment=Treatment(TreatmentMethod.WINSORISE))
    columns = {
        "a": [10, 40, 20, *range(30, 36)],
        "b": [None, 6, 2, *range(6)],
        "c": [None, 9, 500, 1, 2, 3, 4, 5, 6],
        "heads": [10, 10, 10, *[10] * 6],
    }
    return build(of, data(columns, groups={"kind": list("xxxyyyyyy")}))


def test_the_steps_of_an_indicator() -> None:
    built = case()
    steps = explain(built, "u1", "a").steps
    assert [step.name for step in steps] == ["raw", "denominator", "treatment", "normalisation"]
    assert [step.value for step in steps] == [10, 1, 1, 100]
    assert steps[1].text() == "Divided by heads, which is 10."
    assert steps[3].text() == "Min-max: from 4 to 1 onto 0 to 100."


def test_a_filled_blank_and_one_that_stays() -> None:
    built = case()
    filled = explain(built, "u1", "b").steps
    assert [(step.name, step.text()) for step in filled[:2]] == [
        ("raw", "The table has no value."),
        ("imputation", "Filled with the mean of kind x."),
    ]
    assert filled[1].value == 4
    stays = explain(built, "u1", "c").steps
    assert [step.text() for step in stays] == ["The table has no value.", "Blanks are not filled."]


def test_a_moved_value_and_one_within() -> None:
    built = case()
    assert "moved to 9" in explain(built, "u3", "c").steps[1].text()
    assert "lies within" in explain(built, "u2", "c").steps[1].text()


@pytest.mark.parametrize("base", [{"p": 5}, {"p": 5, "q": 5}])
def test_a_logarithm_that_the_base_year_does_not_allow_is_told(base: dict[str, int]) -> None:
    """Its shift is a part of the range, which one value, or equal ones, do not have."""
    of = spec(flat(("a",)), treatment=Treatment(TreatmentMethod.LOG_SHIFTED), normalisation=NONE, **FIXED)
    columns = {"a": [*base.values(), 100]}
    built = build(of, data(columns, units=[*base, "p"], years=[*[2024] * len(base), 2025]))
    steps = {step.name: step for step in explain(built, "p", "a", 2025).steps}
    assert steps["treatment"].value == 100
    assert steps["treatment"].text() == "No logarithm: the values by which it would be shifted are all the same."


def test_a_logarithm_says_what_was_added() -> None:
    of = spec(flat(("a",)), treatment=Treatment(TreatmentMethod.LOG_SHIFTED), normalisation=NONE)
    step = explain(build(of, data({"a": [10, 110]})), "u2", "a").steps[1]
    assert step.text() == "Logarithm of the value plus -9 (skewness -, kurtosis -)."
    assert step.value == pytest.approx(math.log(110 - 9))


def test_too_few_values_to_tell_outliers_are_told() -> None:
    of = spec(flat(("a",)), treatment=Treatment(TreatmentMethod.WINSORISE), normalisation=NONE)
    step = explain(build(of, data({"a": [1, 2, 900]})), "u3", "a").steps[1]
    assert step.text() == "Not treated: skewness and kurtosis take four values that are not all the same."


def test_parts_sum_to_the_score_with_the_weights_used() -> None:
    built = case()
    said = explain(built, "u1", "final")
    assert said.steps[0].text() == "Weighted mean of 2 of 3 parts; reweight."
    assert [part.weight for part in said.parts] == [0.5, 0.3, 0.2]
    assert [part.used for part in said.parts] == pytest.approx([0.625, 0.375, 0])
    assert sum(part.contribution for part in said.parts) == pytest.approx(said.score)
    assert said.score == built.final[0]


@pytest.mark.parametrize("missing", [MissingRule.REWEIGHT, MissingRule.ZERO])
@pytest.mark.parametrize(
    "rules",
    [
        mean(Aggregation.WEIGHTED),
        mean(Aggregation.GEOMETRIC),
        mean(Aggregation.HARMONIC),
        mean(Aggregation.POWER, 3),
        mean(Aggregation.POWER, -0.5),
    ],
)
def test_parts_of_every_mean_sum_to_the_score(rules: dict[str, object], missing: MissingRule) -> None:
    scale = Normalisation(NormalisationMethod.MIN_MAX, Decimal(1), Decimal(100))
    of = spec(flat(("a", "b", "c"), (50, 30, 20), missing=missing, **rules), normalisation=scale)
    built = build(of, data({"a": [1, 2, 3], "b": [3, None, 1], "c": [1, 3, 2]}))
    for unit, score in zip(built.data.units, built.final, strict=True):
        parts = explain(built, unit, "final").parts
        assert sum(part.contribution for part in parts) == pytest.approx(score)
        assert sum(part.used for part in parts) == pytest.approx(1)


@pytest.mark.parametrize(
    ("rules", "score", "first"),
    [
        (mean(Aggregation.WEIGHTED), 2.5, 0.5),
        (mean(Aggregation.GEOMETRIC), 2, 1),
        (mean(Aggregation.HARMONIC), 1.6, 1.28),
        (mean(Aggregation.POWER, 2), math.sqrt(8.5), math.sqrt(8.5) / 17),
    ],
)
def test_parts_by_hand(rules: dict[str, object], score: float, first: float) -> None:
    """Of 1 and 4, weighing the same: w·x, w, w/x and w·x² of the score."""
    said = explain(build(spec(flat(**rules), normalisation=NONE), data({"a": [1, 2], "b": [4, 2]})), "u1", "final")
    assert said.score == pytest.approx(score)
    assert said.parts[0].contribution == pytest.approx(first)
    assert said.parts[1].contribution == pytest.approx(score - first)


def test_no_score_says_why() -> None:
    of = spec(flat(("a", "b"), (60, 40), missing=MissingRule.REQUIRE), normalisation=NONE)
    said = explain(build(of, data({"a": [1, 2], "b": [None, 2]})), "u1", "final")
    assert math.isnan(said.score)
    assert said.steps[0].text() == "No score: 1 of 2 parts (60 % of the weight) are there; require."


def test_outranking_has_no_parts() -> None:
    of = spec(flat(**mean(Aggregation.COPELAND)))
    said = explain(build(of, data({"a": [1, 2], "b": [1, 2]})), "u1", "final")
    assert said.score == -1
    assert np.isnan([part.contribution for part in said.parts]).all()


def test_a_panel_is_explained_by_year() -> None:
    of = spec(flat(("a",)), years=Years.YEARLY)
    table = data({"a": [1, 3, 4, 8]}, units=["p", "q", "p", "q"], years=[2024, 2024, 2025, 2025])
    built = build(of, table)
    assert explain(built, "p", "a", 2024).steps[-1].text() == "Min-max: from 1 to 3 onto 0 to 100."
    assert explain(built, "p", "a").steps[-1].text() == "Min-max: from 4 to 8 onto 0 to 100."
    with pytest.raises(KeyError):
        explain(built, "p", "a", 2023)
