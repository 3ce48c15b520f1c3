from __future__ import annotations

import numpy as np
import pytest

from index.trees import instrument, node
from pilar.index import MissingRule
from pilar.index.robustness import Dirichlet, Shares, Uniform, linear, simulate
from pilar.index.robustness.cut import cut_through
from pilar.index.robustness.nodewise import NodewiseFinals
from pilar.index.robustness.tally import ranks_of

TREE = instrument(
    node(
        "final",
        None,
        *(
            node(f"g{g}", g + 1, *(node(f"g{g}_{i}", i + 1) for i in range(4)), missing=MissingRule.REWEIGHT)
            for g in range(3)
        ),
        missing=MissingRule.REWEIGHT,
    )
)
COLUMNS = [leaf.code for leaf in TREE.leaves]


def test_many_blanks_are_taken_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(1)
    values = draw.integers(0, 401, (40, len(COLUMNS))) / 100
    values[draw.random(values.shape) < 0.5] = np.nan
    values = values[~np.isnan(values).all(axis=1)]
    cut = cut_through(TREE, COLUMNS, values)
    weights = Uniform(0.4).draw(cut, np.random.default_rng(2))
    expected = NodewiseFinals(cut, values).below_minimum(weights, np.empty((1000, len(values))))
    for limit in (16_000, 30, 1):
        monkeypatch.setattr(linear, "ROWS_AT_ONCE", limit)
        found = linear.LinearFinals(cut, values).below_minimum(weights, np.empty((1000, len(values))))
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_siblings_sum_to_one_and_keep_their_mean() -> None:
    values = np.ones((1, len(COLUMNS)))
    cut = cut_through(TREE, COLUMNS, values)
    for spread in (Uniform(0.3), Dirichlet(40)):
        drawn = np.hstack([spread.draw(cut, np.random.default_rng(seed)) for seed in range(20)])
        for parent in cut.parents:
            np.testing.assert_allclose(drawn[parent.rows].sum(axis=0), 1)
        assert drawn.min() > 0
    np.testing.assert_allclose(drawn.mean(axis=1), cut.given()[:, 0], atol=0.003)  # of the Dirichlet distribution
    variance = cut.given()[:, 0] * (1 - cut.given()[:, 0]) / 41
    np.testing.assert_allclose(drawn.var(axis=1), variance, rtol=0.06)


def test_no_weight_vanishes_in_floating_point() -> None:
    """Of a hundred siblings a unit answered one, whose weight is all that it is divided by."""
    codes = [f"c{place}" for place in range(100)]
    of = instrument(node("final", None, *(node(code, 1) for code in codes), missing=MissingRule.REWEIGHT))
    values = np.full((2, 100), 2.0)
    values[0, 1:] = np.nan
    found = simulate(of, codes, values, seed=1, draws=20_000, spread=Dirichlet(1))
    assert found.places[:, 0].tolist() == [20_000, 20_000]
    for spread in (Uniform(1), Shares(1)):
        assert [fault.code for fault in spread.faults()] == ["spread"]
    assert not Uniform(0.999).faults()


def test_weights_that_are_not_to_vary_stay_as_given() -> None:
    cut = cut_through(TREE, COLUMNS, np.ones((1, len(COLUMNS))))
    for spread in (Uniform(0.3, at=("g1",)), Dirichlet(40, at=("g1",))):
        drawn = spread.draw(cut, np.random.default_rng(1))
        for parent in cut.parents:
            moved = np.ptp(drawn[parent.rows], axis=1) > 1e-12
            assert moved.all() if parent.code == "g1" else not moved.any()


def test_ranks_with_ties() -> None:
    assert ranks_of(np.array([[5, 3, 5, 1, 3, 5], [2, 2, 2, 2, 2, 2]])).tolist() == [[4, 2, 4, 1, 2, 4], [1] * 6]


def test_groups_and_quantiles_by_hand() -> None:
    """Weights of a and b 1/2 ± 50 %: (4, 0) and (0, 4) change places, (0.5, 0.5) stays below both."""
    of = instrument(node("final", None, node("a"), node("b")))
    values = np.array([[4.0, 0.1], [0.1, 4], [0.5, 0.5], [0.4, 0.4]])
    result = simulate(of, ("a", "b"), values, seed=1, draws=10_000, spread=Uniform(0.5))
    assert result.groups() == ((0, 1), (2,), (3,))
    assert result.probability_above(0)[1] == pytest.approx(0.5, abs=0.02)
    np.testing.assert_array_equal(result.probability_above(0)[[0, 2, 3]], [0, 1, 1])
    np.testing.assert_array_equal(result.interval, [[1, 2], [1, 2], [3, 3], [4, 4]])
    assert result.mean_shift == pytest.approx((0.5 + 0.5) / 4, abs=0.02)
    np.testing.assert_array_equal(result.within(2), [1, 1, 0, 0])
    # Exactly at a share the lower rank counts: of ten draws half at 1, half at 2, the median is 1.
    half = result.places[0, 0] / 10_000
    assert result.quantile(half)[0] == 1
    assert result.quantile(half + 1e-4)[0] == 2
