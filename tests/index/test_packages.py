"""Against other packages, by figures that ``packages.py`` has written: pymcdm, scikit-criteria, pingouin, SALib."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.composite.specs import NONE, branch, data, flat, leaf, mean, spec
from index.packages import CHOICE_SPREAD, CHOICE_WEIGHTS, choice_values
from index.trees import instrument, node
from pilar.index.agreement import Interval, IntraclassCorrelation, intraclass_correlation
from pilar.index.composite import (
    Aggregation,
    Alternatives,
    Built,
    Direction,
    Normalisation,
    NormalisationMethod,
    Spec,
    build,
)
from pilar.index.composite.sensitivity import sensitivity as sensitivity_to_choices
from pilar.index.composite.statistics import cronbach_alpha
from pilar.index.robustness import Uniform, sensitivity

CODES = "abcdef"


@pytest.fixture(scope="module")
def theirs() -> Any:
    return json.loads((Path(__file__).parent / "packages.json").read_text(encoding="utf-8"))


def built(of: Spec, values: list[list[float]]) -> Built:
    return build(of, data(dict(zip(CODES, map(list, zip(*values, strict=True)), strict=False))))


def directed(theirs: Any, normalisation: Normalisation) -> Built:
    leaves = [
        leaf(code, round(100 * weight), direction=Direction.HIGHER if sign > 0 else Direction.LOWER)
        for code, weight, sign in zip(CODES, theirs["weights"], theirs["directions"], strict=True)
    ]
    return built(spec(branch("final", None, *leaves), normalisation=normalisation), theirs["values"])


def test_pymcdm_min_max_sum(theirs: Any) -> None:
    final = directed(theirs, Normalisation(NormalisationMethod.MIN_MAX)).final
    assert final / 100 == pytest.approx(np.array(theirs["pymcdm_minmax_sum"]), rel=1e-12)


def test_pymcdm_linear_sum_is_the_distance_to_the_maximum(theirs: Any) -> None:
    final = directed(theirs, Normalisation(NormalisationMethod.DISTANCE)).final
    assert final == pytest.approx(np.array(theirs["pymcdm_linear_sum"]), rel=1e-12)


@pytest.mark.parametrize("name", ["sum", "product"])
def test_scikit_criteria_sum_and_product(theirs: Any, name: str) -> None:
    rules = mean(Aggregation.WEIGHTED if name == "sum" else Aggregation.GEOMETRIC)
    weights = [round(100 * weight) for weight in theirs["weights"]]
    of = built(spec(flat(CODES, weights, **rules), normalisation=NONE), theirs["good"])
    scores = of.final if name == "sum" else np.log10(of.final)
    expected = theirs["skcriteria_sum" if name == "sum" else "skcriteria_product_log"]
    assert scores == pytest.approx(np.array(expected), rel=1e-12)
    assert list(of.ranks) == theirs[f"skcriteria_{name}_ranks"]


def test_pingouin_alpha(theirs: Any) -> None:
    assert cronbach_alpha(np.array(theirs["values"])[:, :2]) == pytest.approx(theirs["pingouin_alpha"], rel=1e-12)


def test_pingouin_intraclass_correlations(theirs: Any) -> None:
    """Their intervals have two decimals."""
    found = intraclass_correlation(np.array(theirs["marks"]))
    assert isinstance(found, IntraclassCorrelation)
    for ours, name in ((found.single, "pingouin_single"), (found.average, "pingouin_average")):
        value, lower, upper = theirs[name]
        assert ours.value == pytest.approx(value, rel=1e-12)
        assert isinstance(ours.interval, Interval)
        assert (ours.interval.lower, ours.interval.upper) == pytest.approx((lower, upper), abs=0.00501)


def test_salib_sobol_indices_of_ranks(theirs: Any) -> None:
    """A model and points of their own: only the question is the same."""
    of = instrument(
        node("final", None, *(node(code, weight) for code, weight in zip("abcd", (40, 30, 20, 10), strict=True)))
    )
    found = sensitivity(of, "abcd", np.array(theirs["scores"]), seed=1, spread=Uniform(0.3), points=8192)
    np.testing.assert_allclose(found.ranks.first, np.transpose(theirs["salib_first"]), atol=0.02)
    np.testing.assert_allclose(found.ranks.total, np.transpose(theirs["salib_total"]), atol=0.02)


def test_salib_sobol_indices_of_choices(theirs: Any) -> None:
    """Normalisation, aggregation and weights of a composite index, which they compute by a model of their own."""
    scale = {"minimum": Decimal(1), "maximum": Decimal(100)}
    weights = [round(100 * weight) for weight in CHOICE_WEIGHTS]
    made = built(
        spec(
            flat("abc", weights),
            normalisation=Normalisation(NormalisationMethod.MIN_MAX, **scale),
            alternatives=Alternatives(
                weights=Decimal(round(100 * CHOICE_SPREAD)),
                normalisations=(Normalisation(NormalisationMethod.PERCENTILE_RANK, **scale),),
                aggregations=((Aggregation.GEOMETRIC, None),),
            ),
        ),
        choice_values().tolist(),
    )
    found = sensitivity_to_choices(made, points=8192, seed=1)
    assert found.inputs == ("normalisation", "aggregation", "weights")
    shift = found.shift
    assert shift.first[:, 0] == pytest.approx(theirs["choices_first"], abs=0.04)
    assert shift.total[:, 0] == pytest.approx(theirs["choices_total"], abs=0.04)
    for ours, name in ((shift.first_interval, "choices_first"), (shift.total_interval, "choices_total")):
        # Of their own error, a tenth of ours or less at twice the points, nothing is left in two decimals.
        low, high = ours[:, 0].T
        assert (low - 0.02 < theirs[name]).all()
        assert (theirs[name] < high + 0.02).all()
