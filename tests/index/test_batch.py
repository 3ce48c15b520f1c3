from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from index.trees import DIMENSIONS, JAMBI_2024, TANGERANG_2023, five_dimensions, instrument, node
from pilar.index import Aggregation, MissingRule
from pilar.index.batch import score_matrix

NAN = float("nan")


def test_finals_and_nodes() -> None:
    values = np.array([[float(row[code]) for code in DIMENSIONS] for row in (TANGERANG_2023, JAMBI_2024)])
    result = score_matrix(five_dimensions(), DIMENSIONS, values)
    np.testing.assert_allclose(result.final, [3.354, 3.475], atol=1e-12)
    np.testing.assert_array_equal(result.score("impact"), [2.74, 3.63])
    with pytest.raises(KeyError):
        result.score("nothing")


def test_blanks_under_each_rule() -> None:
    def finals(rule: MissingRule, share: str | None = None) -> list[float]:
        exact = None if share is None else Decimal(share)
        tree = node("final", None, node("a", 75), node("b", 25), missing=rule, minimum_share=exact)
        rows = np.array([[4.0, 2.0], [4.0, NAN], [NAN, 2.0], [NAN, NAN]])
        return list(score_matrix(instrument(tree, 1, 4), ("a", "b"), rows).final)

    np.testing.assert_allclose(finals(MissingRule.REQUIRE), [3.5, NAN, NAN, NAN])
    np.testing.assert_allclose(finals(MissingRule.REWEIGHT), [3.5, 4, 2, NAN])
    np.testing.assert_allclose(finals(MissingRule.REWEIGHT, "0.5"), [3.5, 4, NAN, NAN])
    np.testing.assert_allclose(finals(MissingRule.ZERO), [3.5, 3.25, 1.25, NAN])


def test_columns_at_several_depths_in_any_order_and_children_that_are_no_columns() -> None:
    branch = node("b", 50, node("c", 60), node("d", 40), missing=MissingRule.REWEIGHT)
    of = instrument(node("final", None, node("a", 50), branch, missing=MissingRule.REWEIGHT))
    result = score_matrix(of, ("d", "a", "c"), np.array([[1.0, 4.0, 3.0], [NAN, 4.0, 3.0], [1.0, NAN, NAN]]))
    np.testing.assert_allclose(result.score("b"), [2.2, 3, 1])
    np.testing.assert_allclose(result.final, [3.1, 3.5, 1])
    np.testing.assert_allclose(score_matrix(of, ("c",), np.array([[3.0], [NAN]])).final, [3, NAN])
    np.testing.assert_allclose(score_matrix(of, ("final",), np.array([[3.0]])).final, [3])


def test_more_rows_than_one_block() -> None:
    rows = np.random.default_rng(1).integers(0, 5, (1000, 5)).astype(float)
    rows[::3, 1] = NAN
    whole = score_matrix(five_dimensions(missing=MissingRule.REWEIGHT), DIMENSIONS, rows).final
    single = [
        score_matrix(five_dimensions(missing=MissingRule.REWEIGHT), DIMENSIONS, row[None]).final[0] for row in rows
    ]
    np.testing.assert_allclose(whole, single, atol=1e-12)


def test_what_cannot_be_scored_as_matrices() -> None:
    of = five_dimensions()
    with pytest.raises(ValueError, match="shape"):
        score_matrix(of, DIMENSIONS, np.zeros((2, 4)))
    with pytest.raises(ValueError, match="shape"):
        score_matrix(of, (), np.zeros((2, 0)))
    with pytest.raises(ValueError, match="one branch"):
        score_matrix(of, ("impact", "final"), np.zeros((2, 2)))
    with pytest.raises(ValueError, match="one branch"):
        score_matrix(of, ("impact", "impact"), np.zeros((2, 2)))
    with pytest.raises(KeyError):
        score_matrix(of, ("nothing",), np.zeros((2, 1)))
    geometric = instrument(node("final", None, node("a"), node("b"), aggregation=Aggregation.GEOMETRIC))
    with pytest.raises(ValueError, match="weighted means"):
        score_matrix(geometric, ("a", "b"), np.zeros((2, 2)))
