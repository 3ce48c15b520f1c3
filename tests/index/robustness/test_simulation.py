from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from index.robustness import oracle
from index.trees import DIMENSIONS, JAMBI_2024, KEDIRI_2022, TANGERANG_2023, five_dimensions, instrument, node
from pilar.index import Aggregation, MissingRule, Predicate, Rounding, round_published
from pilar.index.robustness import Choices, Dirichlet, Robustness, RobustnessFaults, Uniform, simulate
from pilar.index.robustness.cut import CELLS, cut_through
from pilar.index.robustness.grid import predicate_cells
from pilar.index.robustness.running import in_order

NAN = float("nan")
PUBLISHED = np.array([[float(row[code]) for code in DIMENSIONS] for row in (TANGERANG_2023, KEDIRI_2022, JAMBI_2024)])
PAIR = instrument(node("final", None, node("a"), node("b"), missing=MissingRule.REWEIGHT))


def found(result: Robustness) -> tuple[bytes, ...]:
    return tuple(
        np.ascontiguousarray(part).tobytes()
        for part in (result.places, result.shared, result.first_ranks, result.above)
    )


def test_without_anything_varying_every_draw_is_the_ranking_as_given() -> None:
    result = simulate(five_dimensions(), DIMENSIONS, PUBLISHED, seed=1, draws=7)
    np.testing.assert_allclose(result.final, [3.354, 3.315, 3.475], atol=1e-9)
    np.testing.assert_array_equal(result.rank, [2, 3, 1])
    np.testing.assert_array_equal(result.order, [2, 0, 1])
    np.testing.assert_array_equal(result.places, [[0, 7, 0], [0, 0, 7], [7, 0, 0]])
    np.testing.assert_array_equal(result.interval, [[2, 2], [3, 3], [1, 1]])
    np.testing.assert_array_equal(result.next_unit, [1, -1, 0])
    np.testing.assert_array_equal(result.above_next, [1, NAN, 1])
    assert result.mean_shift == 0
    assert result.groups() == ((2,), (0,), (1,))


def test_the_probability_to_be_above_is_the_area_of_the_weights_that_say_so() -> None:
    """Raw weights u and v uniform in 0.75 to 1.25: (3, 0) is above (0, 3.6) where u > 1.2 v.

    Area: ∫ (1.25 - 1.2 v) dv from 0.75 to 1.25/1.2, divided by 0.25, is 0.204167.
    """
    result = simulate(PAIR, ("a", "b"), np.array([[3.0, 0], [0, 3.6]]), seed=3, draws=40_000, spread=Uniform(0.25))
    assert result.places[0, 0] / 40_000 == pytest.approx(0.204167, abs=0.008)
    assert result.above_next[1] == pytest.approx(1 - 0.204167, abs=0.008)
    np.testing.assert_allclose(result.acceptability.sum(axis=0), 1)


def test_a_dirichlet_of_concentration_two_over_equal_siblings_is_uniform_on_the_simplex() -> None:
    """(4, 0) is above (1, 1) where the first weight is above 1/4: three quarters of the simplex."""
    result = simulate(PAIR, ("a", "b"), np.array([[4.0, 0], [1, 1]]), seed=3, draws=40_000, spread=Dirichlet(2))
    assert result.within(1)[0] == pytest.approx(0.75, abs=0.009)


@pytest.mark.parametrize("aggregation", [Aggregation.WEIGHTED, Aggregation.GEOMETRIC, Aggregation.HARMONIC])
@pytest.mark.parametrize("missing", [MissingRule.REWEIGHT, MissingRule.ZERO])
def test_ranks_of_each_draw_are_those_of_the_exact_engine(aggregation: Aggregation, missing: MissingRule) -> None:
    rules = {"aggregation": aggregation, "missing": missing}
    branches = [node(f"g{g}", w, *(node(f"g{g}_{i}", i + 1) for i in range(3)), **rules) for g, w in ((1, 50), (2, 30))]
    of = instrument(node("final", None, *branches, node("single", 20), **rules), minimum=1)
    columns = [leaf.code for leaf in of.leaves]
    draw = np.random.default_rng(5)
    values = draw.integers(10, 41, (12, len(columns))) / 10
    values[draw.random(values.shape) < 0.2] = NAN
    values[3] = values[8]
    spread = Uniform(0.5)
    result = simulate(of, columns, values, seed=11, draws=40, spread=spread)
    expected = oracle.places(of, cut_through(of, columns, values), values, spread, 11, 40)
    np.testing.assert_array_equal(result.first_ranks, [[place or 0 for place in row] for row in expected])


def test_a_tie_shares_the_better_rank_and_counts_a_part_at_each_rank_it_takes_up() -> None:
    values = np.array([[2.0, 2], [4, 4], [2, 2], [2, 2], [1, 1]])
    result = simulate(PAIR, ("a", "b"), values, seed=1, draws=30, spread=Uniform(0.3))
    np.testing.assert_array_equal(result.places[0], [0, 30, 0, 0, 0])
    np.testing.assert_allclose(result.acceptability[3], [0, 1 / 3, 1 / 3, 1 / 3, 0])
    np.testing.assert_allclose(result.acceptability.sum(axis=0), 1)
    np.testing.assert_array_equal(result.rank, [2, 1, 2, 2, 5])
    np.testing.assert_array_equal(result.above_next, [0, 1, 0, 1, NAN])
    assert result.groups() == ((1,), (0, 2, 3), (4,))


def test_equal_finals_from_different_marks_are_tied_though_not_in_floating_point() -> None:
    """Both are 1.6, but added up in float64 the second is 1.5999999999999999."""
    values = np.array([[4.0, 4, 0, 2, 0], [3, 0, 3, 1, 1], [0, 0, 0, 0, 0]])
    # One after the other: sum() makes up for what is lost since Python 3.12.
    bare = np.add.accumulate(np.array([10.0, 20, 30, 20, 20]) / 100 * values, axis=1)[:, -1]
    assert bare[0] > bare[1]
    result = simulate(five_dimensions(), DIMENSIONS, values, seed=1, draws=5)
    np.testing.assert_array_equal(result.places[:, 0], [5, 5, 0])


@pytest.mark.parametrize("rules", [(), (MissingRule.REWEIGHT, MissingRule.ZERO)])
def test_any_number_of_cores_gives_the_same_bytes(rules: tuple[MissingRule, ...]) -> None:
    """Among them draws with ties of two and three, whose parts are fractions that are added up."""
    draw = np.random.default_rng(2)
    values = draw.integers(0, 3, (30, 5)).astype(np.float64)
    values[draw.random(values.shape) < 0.1] = NAN
    values[4] = values[5] = values[6]
    given = {"seed": 3, "draws": 9500, "spread": Uniform(0.25), "choices": Choices(missing=rules)}
    of = five_dimensions(missing=MissingRule.REWEIGHT)
    one, two, many = (found(simulate(of, DIMENSIONS, values, **given, cores=n)) for n in (1, 2, 7))
    assert one == two == many


def test_work_is_given_back_in_its_order_and_a_failure_ends_it() -> None:
    begun = []

    def work(chunk: int) -> int:
        begun.append(chunk)
        if chunk == 20:
            raise ZeroDivisionError
        return chunk

    assert list(in_order(work, range(20), 3)) == list(range(20))
    begun.clear()
    with pytest.raises(ZeroDivisionError):
        list(in_order(work, range(15, 1000), 3))
    assert len(begun) < 50


def test_same_seed_same_bytes_and_each_seed_its_own() -> None:
    values = np.random.default_rng(1).integers(0, 401, (30, 5)) / 100
    runs = [
        simulate(five_dimensions(), DIMENSIONS, values, seed=seed, draws=2300, spread=Uniform(0.25))
        for seed in (7, 7, 8)
    ]
    assert found(runs[0]) == found(runs[1])
    assert found(runs[0]) != found(runs[2])


def test_more_draws_begin_with_the_same_draws() -> None:
    values = np.random.default_rng(1).integers(0, 401, (30, 5)) / 100
    few, many = (
        simulate(five_dimensions(), DIMENSIONS, values, seed=7, draws=n, spread=Uniform(0.25)) for n in (1500, 3000)
    )
    np.testing.assert_array_equal(few.first_ranks, many.first_ranks[:1500])


def test_a_unit_without_final_has_no_rank() -> None:
    of = five_dimensions()
    values = np.vstack([PUBLISHED, [NAN, 4, 4, 4, 4]])
    result = simulate(of, DIMENSIONS, values, seed=1, draws=50, spread=Uniform(0.2))
    assert result.ranked.tolist() == [50, 50, 50, 0]
    assert result.rank[3] == 0
    assert np.isnan(result.final[3])
    assert np.isnan(result.holds_predicate[3])
    assert result.median[3] == 0
    assert result.places[3].sum() == 0
    assert 3 not in {unit for group in result.groups() for unit in group}


def test_where_nobody_has_a_final_nobody_has_a_rank() -> None:
    result = simulate(five_dimensions(), DIMENSIONS, np.full((2, 5), NAN), seed=1, draws=50, spread=Uniform(0.2))
    assert result.ranked.tolist() == [0, 0]
    assert result.rank.tolist() == [0, 0]
    assert result.places.sum() == 0


def test_a_unit_keeps_its_final_when_a_draw_puts_less_than_the_minimum_share_on_what_it_answered() -> None:
    of = instrument(
        node("final", None, node("a", 50), node("b", 50), missing=MissingRule.REWEIGHT, minimum_share=Decimal("0.5"))
    )
    values = np.array([[3.0, NAN], [2, 2]])
    result = simulate(of, ("a", "b"), values, seed=1, draws=100, spread=Uniform(0.5))
    assert result.ranked.tolist() == [100, 100]


def test_the_predicate_is_that_of_the_published_final() -> None:
    predicate = Predicate("good", {}, Decimal("2.5"))
    of = instrument(node("final", None, node("a"), node("b")), predicates=(predicate,))
    values = np.array([[2.495, 2.495], [2.494, 2.494], [4, 1]])
    result = simulate(of, ("a", "b"), values, seed=2, draws=20_000, spread=Uniform(0.2))
    assert result.holds_predicate[:2].tolist() == [1, 1]
    # 4 u + v ≥ 2.495 (u + v) where v ≤ c u, c = 1.505/1.495, for u and v uniform in 0.8 to 1.2:
    # 1 - (1.2 - 0.8 c)² / (2 c · 0.16) = 0.5165.
    assert result.holds_predicate[2] == pytest.approx(0.5165, abs=0.011)


def test_a_better_predicate_is_not_the_one_held() -> None:
    """2 + u/(u + v), between two thresholds at 2.4 and 2.6: as often above as below."""
    bands = tuple(Predicate(name, {}, Decimal(at)) for name, at in (("best", "2.6"), ("good", "2.4")))
    of = instrument(node("final", None, node("a"), node("b")), predicates=bands)
    result = simulate(of, ("a", "b"), np.array([[3.0, 2]]), seed=2, draws=20_000, spread=Uniform(0.9))
    drawn = np.random.default_rng(1).uniform(0.1, 1.9, (2, 200_000))
    final = 2 + drawn[0] / drawn.sum(axis=0)
    expected = ((final >= 2.395) & (final < 2.595)).mean()
    assert 0.1 < expected < 0.5
    assert result.holds_predicate[0] == pytest.approx(expected, abs=0.015)


def test_the_interval_holds_nine_draws_in_ten() -> None:
    values = np.random.default_rng(4).integers(0, 41, (12, 5)) / 10
    result = simulate(five_dimensions(), DIMENSIONS, values, seed=3, draws=4000, spread=Uniform(0.5))
    expected = np.quantile(result.first_ranks, [0.05, 0.5, 0.95], axis=0, method="inverted_cdf").T
    np.testing.assert_array_equal(np.insert(result.interval, 1, result.median, axis=1), expected)
    assert (np.diff(result.interval) > 1).any()


def test_every_choice_comes_equally_often() -> None:
    values = np.array([[4.0, NAN], [3, 3]])
    both = Choices(missing=(MissingRule.REWEIGHT, MissingRule.ZERO))
    result = simulate(PAIR, ("a", "b"), values, seed=1, draws=10_000, choices=both)
    assert result.places[0, 0] == pytest.approx(5000, abs=200)  # 4 re-weighted, 2 with the blank as nought
    np.testing.assert_array_equal(result.rank, [1, 2])
    three = Choices(missing=tuple(MissingRule))
    result = simulate(PAIR, ("a", "b"), values, seed=1, draws=9_000, choices=three)
    assert result.ranked[0] == pytest.approx(6000, abs=190)
    assert result.ranked[1] == 9000
    assert result.above_next[0] == pytest.approx(0.5, abs=0.03)  # of the draws in which both have a rank
    assert result.within(1)[0] == pytest.approx(1 / 3, abs=0.02)


def test_choices_of_mean_and_of_table() -> None:
    values = np.array([[4.0, 1], [2.4, 2.4]])  # means 2.5 and 2.4, geometric 2 and 2.4
    either = Choices(aggregation=(Aggregation.WEIGHTED, Aggregation.GEOMETRIC))
    result = simulate(PAIR, ("a", "b"), values, seed=4, draws=10_000, choices=either)
    assert result.places[0, 0] == pytest.approx(5000, abs=200)
    tables = Choices(tables=(np.array([[4.0, 4], [1, 1]]), np.array([[1.0, 1], [4, 4]])))
    result = simulate(PAIR, ("a", "b"), values, seed=4, draws=9_000, choices=tables)
    assert result.places[0, 0] == pytest.approx(6000, abs=190)


def test_any_cut_through_the_tree() -> None:
    branch = node("b", 50, node("c", 60), node("d", 40))
    of = instrument(node("final", None, node("a", 50), branch))
    leaves = simulate(of, ("d", "a", "c"), np.array([[1.0, 4, 3], [3, 2, 1]]), seed=1, draws=10)
    np.testing.assert_allclose(leaves.final, [3.1, 1.9], atol=1e-9)
    higher = simulate(of, ("b", "a"), np.array([[2.2, 4], [1.8, 2]]), seed=1, draws=10)
    np.testing.assert_allclose(higher.final, [3.1, 1.9], atol=1e-9)
    root = simulate(of, ("final",), np.array([[3.1], [1.9]]), seed=1, draws=10, spread=Uniform(0.5))
    np.testing.assert_array_equal(root.rank, [1, 2])


def codes(error: pytest.ExceptionInfo[RobustnessFaults]) -> list[str]:
    return [fault.code for fault in error.value.faults]


def test_all_faults_at_once() -> None:
    with pytest.raises(RobustnessFaults) as error:
        simulate(
            five_dimensions(),
            ("impact", "impact", "nothing", "final"),
            np.array([[1, 2, 3, 4.5], [NAN, -1, 2, 3]]),
            seed=-1,
            draws=0,
            spread=Uniform(2),
            resample="marks",
            choices=Choices(aggregation=(Aggregation.POWER,), tables=(np.zeros((1, 1)),)),
        )
    assert codes(error) == [
        *("draws", "no-marks", "spread", "power", "seed", "table-shape"),
        *("mixed-levels", "twice", "mixed-levels", "unknown-node", "out-of-scale", "out-of-scale"),
    ]


def test_faults_of_shape_of_zeros_and_of_concentration() -> None:
    with pytest.raises(RobustnessFaults) as error:
        simulate(five_dimensions(), DIMENSIONS, np.zeros((2, 4)), seed=1, spread=Dirichlet(0.5))
    assert codes(error) == ["concentration", "shape"]
    with pytest.raises(RobustnessFaults) as error:
        simulate(five_dimensions(), (), np.zeros((2, 0)), seed=1)
    assert codes(error) == ["no-columns"]
    geometric = Choices(aggregation=(Aggregation.WEIGHTED, Aggregation.GEOMETRIC))
    with pytest.raises(RobustnessFaults) as error:
        simulate(PAIR, ("a", "b"), np.array([[1.0, 2], [0, 1]]), seed=1, choices=geometric)
    assert error.value.faults[0].text() == "2, final: a is zero, but the mean of final has no place for zero."
    with pytest.raises(RobustnessFaults) as error:
        simulate(PAIR, ("a", "b"), np.ones((2, 2)), seed=1, spread=Uniform(0.2, at=("a",)))
    assert codes(error) == ["no-weights"]


def test_all_sources_at_once() -> None:
    """Unit 1 is above unit 2 (2 in all) where its panel draws 3 twice (1/4), or 3 and 1 (1/2) with the blank left out.

    Then 3 or 2.2: re-weighted it keeps that, with the blank as nought it halves. So 3/4 of one half, and ± 1 % of
    weights do not matter.
    """
    marks = np.full((2, 2, 2), 2.0)
    marks[0] = [[3, 1.4], [NAN, NAN]]
    both = Choices(missing=(MissingRule.REWEIGHT, MissingRule.ZERO))
    result = simulate(
        PAIR, ("a", "b"), marks, seed=2, draws=10_000, spread=Uniform(0.01), resample="assessors", choices=both
    )
    assert result.within(1)[0] == pytest.approx(3 / 8, abs=0.02)
    np.testing.assert_allclose(result.acceptability.sum(axis=0), 1)


def test_the_published_predicate_at_every_edge() -> None:
    """Against the exact rounding and the exact thresholds, in steps of a thousandth, for both ways of rounding."""
    thresholds = [Decimal(text) for text in ("3.6", "2.505", "1.99")]
    for rounding in Rounding:
        of = instrument(
            node("final", None, node("a")),
            predicates=tuple(Predicate(str(at), {}, at) for at in thresholds),
            rounding=rounding,
        )
        finals = [Decimal(step) / 1000 for step in range(1980, 3620)]
        cells = np.array([round((4 - Fraction(final)) / 4 * CELLS) for final in finals])
        low, high = predicate_cells(of, cells)
        names = [of.predicate(round_published(final, 2, rounding)) for final in finals]
        same = (cells[:, None] >= low) & (cells[:, None] <= high)
        expected = [[one is other for other in names] for one in names]
        np.testing.assert_array_equal(same, expected)


def test_scores_that_leave_the_scale_by_rounding_are_at_its_end() -> None:
    values = np.array([[4 + 5e-10, 4], [4, 4], [-5e-10, 0], [0, 0]])
    result = simulate(PAIR, ("a", "b"), values, seed=1, draws=20, spread=Uniform(0.2))
    np.testing.assert_array_equal(result.places, 20 * np.eye(4)[[0, 0, 2, 2]])


def test_tables_to_choose_from_are_checked_too() -> None:
    tables = Choices(tables=(np.array([[1.0, 5]]), np.ones((1, 3))))
    with pytest.raises(RobustnessFaults) as error:
        simulate(PAIR, ("a", "b"), np.ones((1, 2)), seed=1, choices=tables)
    assert codes(error) == ["table-shape", "out-of-scale"]
