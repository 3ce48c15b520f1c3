"""Which choice moves the ranks, against what can be reckoned without the estimators."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import numpy as np
import pytest

from index.composite.specs import NONE, branch, data, flat, leaf, spec
from pilar.index.composite import (
    Aggregation,
    Alternatives,
    DataFaults,
    Normalisation,
    NormalisationMethod,
    SpecFaults,
    WeightSet,
    build,
)
from pilar.index.composite.sensitivity import sensitivity
from pilar.index.composite.weightsets import under
from pilar.index.instrument import MissingRule

SCALE = Normalisation(NormalisationMethod.MIN_MAX, Decimal(1), Decimal(100))
RANKED = Normalisation(NormalisationMethod.PERCENTILE_RANK, Decimal(1), Decimal(100))
EXPERTS = WeightSet("experts", {"a": Decimal(1), "b": Decimal(2), "c": Decimal(5)})
VALUES = np.random.default_rng(3).lognormal(0, 1, (9, 3))


def case(alternatives: Alternatives, **rules: object) -> object:
    columns = {code: list(VALUES[:, place]) for place, code in enumerate("abc")}
    root = flat("abc", [50, 30, 20])
    return build(spec(root, normalisation=SCALE, alternatives=alternatives, **rules), data(columns))


def shift(low: bool, mean: bool, weights: list[float]) -> float:
    """The mean shift of ranks, reckoned once more from the values."""

    def ranks(table: np.ndarray, geometric: bool, given: list[float]) -> np.ndarray:
        parts = np.array(given) / sum(given)
        finals = np.round(np.exp(np.log(table) @ parts) if geometric else table @ parts, 9)  # equal ones are a tie
        return 1 + (finals[None, :] > finals[:, None]).sum(axis=1)

    scaled = 1 + 99 * (VALUES - VALUES.min(axis=0)) / np.ptp(VALUES, axis=0)
    ranked = 1 + 99 * VALUES.argsort(axis=0).argsort(axis=0) / (len(VALUES) - 1)
    before = ranks(scaled, geometric=False, given=[50, 30, 20])
    return float(np.abs(ranks(ranked if low else scaled, mean, weights) - before).mean())


def test_indices_of_three_choices_are_those_of_all_their_combinations() -> None:
    """Eight equally likely combinations: variances of means over them need no sampling."""
    given = Alternatives(
        normalisations=(RANKED,), aggregations=((Aggregation.GEOMETRIC, None),), weight_sets=(EXPERTS,)
    )
    sets = ([50, 30, 20], [1, 2, 5])
    cube = np.zeros((2, 2, 2))
    for numbers in product(range(2), repeat=3):
        cube[numbers] = shift(bool(numbers[0]), bool(numbers[1]), list(sets[numbers[2]]))
    whole = cube.var()
    first = [cube.mean(axis=tuple({0, 1, 2} - {axis})).var() / whole for axis in range(3)]
    total = [1 - cube.mean(axis=axis).var() / whole for axis in range(3)]
    found = sensitivity(case(given), points=4096, seed=2)
    assert found.inputs == ("normalisation", "aggregation", "weight_set")
    assert found.runs == 4096 * 5
    assert found.shift.first[:, 0] == pytest.approx(first, abs=0.05)
    assert found.shift.total[:, 0] == pytest.approx(total, abs=0.05)


def test_weights_are_one_input_or_many() -> None:
    given = Alternatives(weights=Decimal(60))
    together = sensitivity(case(given), points=256)
    assert (together.inputs, together.ranks.first.shape) == (("weights",), (1, 9))
    assert together.shift.total[0, 0] == pytest.approx(1, abs=0.2)
    assert sensitivity(case(given), points=64, each_weight=True).inputs == ("a", "b", "c")


def test_an_only_child_moves_nothing_and_is_no_input() -> None:
    root = branch("final", None, branch("p", 60, leaf("a")), leaf("b", 40))
    made = build(
        spec(root, normalisation=NONE, alternatives=Alternatives(weights=Decimal(50))),
        data({"a": [1, 5, 3], "b": [4, 1, 2]}),
    )
    assert sensitivity(made, points=64, each_weight=True).inputs == ("p", "b")


def test_a_node_that_is_called_like_a_step_is_an_input_of_its_own() -> None:
    root = branch("final", None, leaf("aggregation", 60), leaf("b", 40))
    given = Alternatives(weights=Decimal(50), aggregations=((Aggregation.GEOMETRIC, None),))
    columns = {"aggregation": list(VALUES[:, 0]), "b": list(VALUES[:, 1])}
    found = sensitivity(build(spec(root, normalisation=SCALE, alternatives=given), data(columns)), 64, each_weight=True)
    assert found.inputs == ("aggregation", "weight:aggregation", "b")
    assert found.shift.first.shape == (3, 1)


def test_a_row_that_lacks_a_rank_is_told_from_one_whose_rank_stays() -> None:
    values = {"a": [9, 1, None, 4], "b": [9, 2, 3, 1]}
    root = flat("ab", missing=MissingRule.REQUIRE)
    made = build(spec(root, normalisation=NONE, alternatives=Alternatives(weights=Decimal(50))), data(values))
    found = sensitivity(made, points=64)
    assert found.lacking.tolist() == [False, False, True, False]
    assert np.isnan(found.ranks.total[0, [0, 2]]).all()


def test_the_same_seed_gives_the_same_indices() -> None:
    made = case(Alternatives(weights=Decimal(60)))
    one, other = (sensitivity(made, points=64, seed=7).ranks.total for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_what_cannot_be_asked() -> None:
    with pytest.raises(DataFaults, match="Nothing could be otherwise"):
        sensitivity(case(Alternatives()))
    with pytest.raises(ValueError, match="eight points"):
        sensitivity(case(Alternatives(weights=Decimal(5))), points=4)
    with pytest.raises(DataFaults, match="too many to keep"):
        sensitivity(case(Alternatives(weights=Decimal(5))), points=10**6)


def test_other_weights_are_those_of_a_plain_mean() -> None:
    made = case(Alternatives(weight_sets=(EXPERTS,)))
    scaled = 1 + 99 * (VALUES - VALUES.min(axis=0)) / np.ptp(VALUES, axis=0)
    assert under(made)["experts"].final == pytest.approx(scaled @ np.array([1, 2, 5]) / 8, rel=1e-12)


def test_two_sets_of_weights_of_one_code_are_told() -> None:
    other = WeightSet("experts", {"a": Decimal(9), "b": Decimal(2), "c": Decimal(5)})
    with pytest.raises(SpecFaults, match="The weights experts are given twice"):
        under(case(Alternatives()), [EXPERTS, other])


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ({"a": 1, "b": 1}, "name some children of final, but not all"),
        ({"a": 0, "b": 0, "c": 0}, "nor all of them 0"),
        ({"a": -1, "b": 1, "c": 1}, "must not be below 0"),
        ({"z": 1}, "name z, which is no node"),
    ],
)
def test_other_weights_that_do_not_fit_are_told(weights: dict[str, int], told: str) -> None:
    given = WeightSet("w", {code: Decimal(weight) for code, weight in weights.items()})
    with pytest.raises(SpecFaults, match=told):
        case(Alternatives(weight_sets=(given,)))
    with pytest.raises(SpecFaults, match=told):
        under(case(Alternatives()), [given])
