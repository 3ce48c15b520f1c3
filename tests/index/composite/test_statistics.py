"""Correlations, alpha, components and figures, with SciPy as the independent check."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from index.composite.specs import NONE, branch, data, flat, leaf, spec
from pilar.index.composite import Built, build
from pilar.index.composite.correlations import Flag, Limits, Relation, _flag, common_rows, correlate, correlations
from pilar.index.composite.statistics import components, consistencies, cronbach_alpha, indicator_statistics

ORACLES = {
    "pearson": lambda x, y: stats.pearsonr(x, y).statistic,
    "spearman": lambda x, y: stats.spearmanr(x, y).statistic,
    "kendall": lambda x, y: stats.kendalltau(x, y).statistic,
}


@pytest.mark.parametrize("method", ORACLES)
@pytest.mark.parametrize("share", [0, 0.2])
def test_correlations_are_those_of_scipy(method: str, share: float) -> None:
    draw = np.random.default_rng(7)
    table = np.round(draw.normal(size=(30, 4)) * 1e6 + 1e9, -5)  # far from zero, with ties
    table[draw.random(table.shape) < share] = np.nan
    found = correlate(table[:, :3], table[:, 1:], method)
    for row, column in np.ndindex(3, 3):
        pair = table[:, [row, column + 1]]
        pair = pair[~np.isnan(pair).any(axis=1)]
        assert found[row, column] == pytest.approx(ORACLES[method](*pair.T), abs=1e-9)
        assert common_rows(table, table)[row, column + 1] == len(pair)


@pytest.mark.parametrize("method", ORACLES)
@pytest.mark.parametrize("outlier", [1e3, 1e8, 1e15])
def test_an_outlier_where_the_other_is_blank_changes_nothing(method: str, outlier: float) -> None:
    table = np.array([[outlier, np.nan], [0.1, 1], [0.2, 2], [0.3, 3], [0.4, 5]])
    found = correlate(table[:, :1], table[:, 1:], method)[0, 0]
    assert found == pytest.approx(ORACLES[method](*table[1:].T), abs=1e-12)
    table[1:, 0] = 0.1
    assert np.isnan(correlate(table[:, :1], table[:, 1:], method)[0, 0])


@pytest.mark.parametrize("method", ORACLES)
def test_a_correlation_without_spread_is_none(method: str) -> None:
    table = np.array([[1.0, 2.0, np.nan], [1.0, 3.0, 1.0], [1.0, 5.0, np.nan]])
    assert np.isnan(correlate(table, table, method)[0]).all()
    assert np.isnan(correlate(table, table, method)[2, 1])


def flagged() -> Built:
    """Under p: a and b say the same, c the opposite; q is one indicator that goes with c."""
    root = branch("final", None, branch("p", None, leaf("a"), leaf("b"), leaf("c")), branch("q", None, leaf("d")))
    columns = {"a": [1, 2, 3, 4, 5], "b": [2, 4, 6, 8, 11], "c": [5, 4, 3, 2, 0], "d": [9, 7, 6, 5, 1]}
    return build(spec(root), data(columns))


def test_flags() -> None:
    found = {(one.first, one.second): one for one in correlations(flagged())}
    assert found["a", "b"].flag is Flag.COLLINEAR
    assert found["a", "c"].flag is Flag.NEGATIVE
    assert found["c", "p"].relation is Relation.PARENT
    assert found["c", "p"].flag is Flag.NEGATIVE
    assert (found["c", "q"].relation, found["c", "q"].flag) == (Relation.AUNT, Flag.MISPLACED)
    assert found["c", "final"].relation is Relation.INDEX
    assert found["a", "q"].flag is None
    assert found["a", "b"].coefficient == pytest.approx(stats.pearsonr([1, 2, 3, 4, 5], [2, 4, 6, 8, 11]).statistic)


@pytest.mark.parametrize(
    ("coefficient", "relation", "flag"),
    [
        (-0.41, Relation.SIBLING, Flag.NEGATIVE),
        (-0.39, Relation.SIBLING, None),
        (0.89, Relation.SIBLING, None),
        (0.91, Relation.SIBLING, Flag.COLLINEAR),
        (0.29, Relation.PARENT, Flag.WEAK),
        (0.31, Relation.PARENT, None),
        (0.29, Relation.INDEX, Flag.WEAK),
        (0.95, Relation.INDEX, None),
    ],
)
def test_the_limits_of_flags_are_those_of_the_method(coefficient: float, relation: Relation, flag: Flag | None) -> None:
    assert _flag(coefficient, 1.0, relation, Limits()) is flag


def test_alpha_by_hand() -> None:
    """Variances 1 and 4, of the sum 9: 2·(1 - 5/9) = 8/9. Opposite children give less than nothing."""
    table = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])
    assert cronbach_alpha(table) == pytest.approx(8 / 9)
    assert cronbach_alpha(table * [1, -1]) == pytest.approx(2 * (1 - 5 / 1))
    assert cronbach_alpha(table[:, :1]) is None
    assert cronbach_alpha(np.ones((5, 2))) is None


def test_components_of_two_children_by_hand() -> None:
    """With correlation r the variances are 1 + r and 1 - r, the loadings √((1 ± r)/2)."""
    table = np.random.default_rng(3).normal(size=(50, 2))
    r = stats.pearsonr(*table.T).statistic
    found = components(table)
    assert found is not None
    assert found.variances == pytest.approx(sorted([1 + r, 1 - r], reverse=True))
    assert np.abs(found.loadings) == pytest.approx(np.sqrt(np.array([found.variances / 2] * 2)))
    assert found.explained.sum() == pytest.approx(1)
    assert found.above_one == 1


def test_loadings_are_correlations_with_the_components() -> None:
    table = np.random.default_rng(4).normal(size=(40, 3)) @ np.array([[1, 0.5, 0], [0, 1, 0.5], [0, 0, 1]])
    found = components(table)
    assert found is not None
    standard = stats.zscore(table, ddof=1)
    for column, variance in enumerate(found.variances):
        component = standard @ found.loadings[:, column] / np.sqrt(variance)
        for child in range(3):
            assert found.loadings[child, column] == pytest.approx(stats.pearsonr(table[:, child], component).statistic)


def test_consistency_of_every_node() -> None:
    found = {one.code: one for one in consistencies(flagged())}
    assert set(found) == {"final", "p", "q"}
    assert found["p"].children == ("a", "b", "c")
    assert found["q"].alpha is None
    assert found["q"].components is None


def test_figures_of_an_indicator() -> None:
    built = build(spec(flat(("a",)), normalisation=NONE), data({"a": [3, 1, None, 3, 5]}))
    (one,) = indicator_statistics(built)
    assert (one.known, one.blank, one.distinct, one.commonest) == (4, 1, 3, 0.5)
    assert (one.minimum, one.lower, one.median, one.upper, one.maximum) == (1, 2.5, 3, 3.5, 5)
    assert (one.mean, one.deviation) == (3, pytest.approx(np.std([3, 1, 3, 5], ddof=1)))
    assert one.moved == 0
