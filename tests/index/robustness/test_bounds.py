from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from index.trees import DIMENSIONS, JAMBI_2024, KEDIRI_2022, TANGERANG_2023, five_dimensions, instrument, node
from pilar.index import Aggregation, MissingRule
from pilar.index.robustness import RobustnessFaults, Shares, Uniform, rank_bounds, unit_bounds

NAN = float("nan")
PAIR = instrument(node("final", None, node("a"), node("b")))
PUBLISHED = np.array([[float(row[code]) for code in DIMENSIONS] for row in (TANGERANG_2023, KEDIRI_2022, JAMBI_2024)])


def test_the_largest_lead_over_raw_weights_by_hand() -> None:
    """(3, 0) over (0, 3.6) is (3 u - 3.6 v)/(u + v) for u, v in 0.75 to 1.25: most at u = 1.25, v = 0.75.

    That is (3.75 - 2.7)/2 = 0.525; the other way it is (4.5 - 2.25)/2 = 1.125.
    """
    found = rank_bounds(PAIR, ("a", "b"), np.array([[3, 0], [0, 3.6]]), weights=Uniform(0.25))
    np.testing.assert_allclose(found.lead, [[0, 0.525], [1.125, 0]])
    assert found.best.tolist() == [1, 1]
    assert found.worst.tolist() == [2, 2]
    assert found.exact.all()


def test_the_largest_lead_over_shares_by_hand() -> None:
    """Shares of 0.375 to 0.625 that sum to 1: 3·0.625 - 3.6·0.375 = 0.525 too. With 1/3 each the filling shows."""
    found = rank_bounds(PAIR, ("a", "b"), np.array([[3, 0], [0, 3.6]]), weights=Shares(0.25))
    np.testing.assert_allclose(found.lead, [[0, 0.525], [1.125, 0]])
    three = instrument(node("final", None, node("a"), node("b"), node("c")))
    values = np.array([[4.0, 2, 0], [0, 0, 0]])
    shares = rank_bounds(three, ("a", "b", "c"), values, weights=Shares(0.3))
    # a up to 0.4333, c down to 0.2333, b takes what is left: 1.7333 + 0.6667.
    assert shares.lead[0, 1] == pytest.approx(4 * 1.3 / 3 + 2 / 3)
    raw = rank_bounds(three, ("a", "b", "c"), values, weights=Uniform(0.3))
    # The mean itself lies between 2 and 4, so only a counts as above it: (4·1.3 + 2·0.7)/2.7.
    assert raw.lead[0, 1] == pytest.approx((4 * 1.3 + 2 * 0.7) / 2.7)


def test_published_regions() -> None:
    """Tangerang leads Kediri by 0.105 in four dimensions and falls back by 0.066 in Impact (weight times difference).

    With 10 % off and on that stays a lead (0.0945 against 0.0726), with 30 % it need not (0.0735 against 0.0858).
    """
    near = rank_bounds(five_dimensions(), DIMENSIONS, PUBLISHED, weights=Uniform(0.1))
    assert near.best.tolist() == near.worst.tolist() == [2, 3, 1]
    far = rank_bounds(five_dimensions(), DIMENSIONS, PUBLISHED, weights=Uniform(0.3))
    assert (far.best[1], far.worst[0]) == (2, 3)


def test_equal_units_are_never_above_each_other() -> None:
    found = rank_bounds(PAIR, ("a", "b"), np.array([[3.0, 1], [3, 1], [2, 0]]), weights=Uniform(0.5))
    assert found.best.tolist() == [1, 1, 3]
    assert found.worst.tolist() == [1, 1, 3]


def vertices(low: np.ndarray, high: np.ndarray) -> list[tuple[float, ...]]:
    return list(product(*zip(low, high, strict=True)))


def test_two_levels_against_every_vertex() -> None:
    """The largest lead is at a vertex of the raw weights: all 2^7 of them."""
    of = instrument(
        node(
            "final",
            None,
            node("g", 60, node("a", 1), node("b", 2), node("c", 3)),
            node("h", 40, node("d", 3), node("e", 1)),
        )
    )
    values = np.random.default_rng(4).integers(0, 41, (6, 5)) / 10
    found = rank_bounds(of, ("a", "b", "c", "d", "e"), values, weights=Uniform(0.4))
    given = np.array([0.6, 0.4, 1 / 6, 2 / 6, 3 / 6, 3 / 4, 1 / 4])
    largest = np.full((6, 6), -np.inf)
    for top_g, top_h, a, b, c, d, e in vertices(given * 0.6, given * 1.4):
        g = values[:, :3] @ np.array([a, b, c]) / (a + b + c)
        h = values[:, 3:] @ np.array([d, e]) / (d + e)
        final = (top_g * g + top_h * h) / (top_g + top_h)
        largest = np.maximum(largest, final[:, None] - final)
    np.testing.assert_allclose(found.lead, largest, atol=1e-12)
    assert found.exact.all()


def test_shares_against_a_linear_programme() -> None:
    draw = np.random.default_rng(4)
    of = instrument(node("final", None, *(node(f"n{i}", i + 1) for i in range(6))))
    values = draw.integers(0, 41, (5, 6)) / 10
    given = np.arange(1, 7) / 21
    found = rank_bounds(of, [f"n{i}" for i in range(6)], values, weights=Shares(0.35))
    for one, other in product(range(5), repeat=2):
        best = linprog(
            values[other] - values[one],
            A_eq=np.ones((1, 6)),
            b_eq=[1],
            bounds=np.stack([given * 0.65, given * 1.35], axis=1),
        )
        assert found.lead[one, other] == pytest.approx(-best.fun, abs=1e-9)


@pytest.mark.parametrize("weights", [Uniform(0.3), Shares(0.3)])
def test_the_same_blanks_are_exact_and_others_never_too_narrow(weights: Uniform | Shares) -> None:
    of = instrument(node("final", None, *(node(f"n{i}", i + 1) for i in range(4)), missing=MissingRule.REWEIGHT))
    values = np.array([[1.0, NAN, 3, 2], [4, NAN, 1, 2], [2, 2, NAN, 2.4]])
    found = rank_bounds(of, [f"n{i}" for i in range(4)], values, weights=weights)
    assert found.exact.tolist() == [[True, True, False], [True, True, False], [False, False, True]]
    given = np.arange(1, 5) / 10
    corners = [np.array(v) for v in vertices(given * 0.7, given * 1.3)]
    if isinstance(weights, Shares):
        draw = np.random.default_rng(1).uniform(given * 0.7, given * 1.3, (200_000, 4))
        draw[:, 3] = 1 - draw[:, :3].sum(axis=1)
        corners = list(draw[(draw[:, 3] >= 0.28) & (draw[:, 3] <= 0.52)])
    there = ~np.isnan(values)
    finals = np.array([(w * np.nan_to_num(values)).sum(axis=1) / (w * there).sum(axis=1) for w in corners])
    largest = (finals[:, :, None] - finals[:, None, :]).max(axis=0)
    assert (largest <= found.lead + 1e-12).all()
    near = 1e-12 if isinstance(weights, Uniform) else 0.02
    np.testing.assert_allclose(found.lead[:2, :2], largest[:2, :2], atol=near)


def test_blanks_that_count_as_the_minimum_are_exact() -> None:
    of = instrument(node("final", None, node("a"), node("b"), missing=MissingRule.ZERO))
    found = rank_bounds(of, ("a", "b"), np.array([[3, NAN], [NAN, 3.6]]), weights=Uniform(0.25))
    np.testing.assert_allclose(found.lead, [[0, 0.525], [1.125, 0]])
    assert found.exact.all()


def test_a_unit_without_final_has_no_bounds() -> None:
    found = rank_bounds(PAIR, ("a", "b"), np.array([[3.0, 1], [NAN, 1]]), weights=Uniform(0.5))
    assert found.best.tolist() == [1, 0]
    assert found.worst.tolist() == [1, 0]


def test_faults() -> None:
    geometric = instrument(node("final", None, node("a"), node("b"), aggregation=Aggregation.GEOMETRIC))
    with pytest.raises(RobustnessFaults) as error:
        rank_bounds(geometric, ("a", "b"), np.ones((2, 2)), weights=Shares(1.5))
    assert [fault.code for fault in error.value.faults] == ["spread", "not-linear"]
    with pytest.raises(RobustnessFaults) as error:
        rank_bounds(five_dimensions(), DIMENSIONS, np.ones((2, 5, 3)), weights=Uniform(0.1, at=("impact",)))
    assert [fault.code for fault in error.value.faults] == ["not-a-table"]


@pytest.mark.parametrize("weights", [Uniform(0.25), Shares(0.25)])
@pytest.mark.parametrize("missing", [MissingRule.REWEIGHT, MissingRule.ZERO])
def test_one_unit_alone_has_the_bounds_it_has_among_all(weights: Uniform | Shares, missing: MissingRule) -> None:
    generator = np.random.default_rng(11)
    of = instrument(
        node("final", None, node("g", None, node("a"), node("b"), missing=missing), node("c"), missing=missing)
    )
    values = generator.integers(0, 401, (14, 3)) / 100
    values[generator.random(values.shape) < 0.2] = NAN
    values[4] = NAN
    every = rank_bounds(of, ("a", "b", "c"), values, weights=weights)
    for unit in range(14):
        alone = unit_bounds(of, ("a", "b", "c"), values, unit=unit, weights=weights)
        assert (alone.best, alone.worst) == (every.best[unit], every.worst[unit])
        scored = every.best > 0
        known = every.exact[unit, scored].all() and every.exact[scored, unit].all()
        assert alone.exact == (known or not every.best[unit])
