"""Laws of the robustness of a rank that hold for every tree, table and spread."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.robustness import oracle
from index.trees import instrument, node
from kit.selection import examples
from pilar.index import Aggregation, Instrument, MissingRule, Node, NoScore, score
from pilar.index.robustness import (
    Dirichlet,
    Robustness,
    Shares,
    Uniform,
    Verdict,
    blank_effect,
    can_be_first,
    rank_bounds,
    sensitivity,
    simulate,
)
from pilar.index.robustness.cut import Cut, cut_through
from pilar.index.robustness.linear import LinearFinals
from pilar.index.robustness.nodewise import NodewiseFinals
from pilar.index.robustness.spreads import Spread

Floats = NDArray[np.float64]
law = settings(deadline=None, max_examples=examples(60))

SPREADS: st.SearchStrategy[Spread] = st.one_of(st.floats(0, 0.9).map(Uniform), st.floats(2, 500).map(Dirichlet))
RULES = tuple(MissingRule)


@st.composite
def tables(
    draw: st.DrawFn,
    means: tuple[Aggregation, ...] = (Aggregation.WEIGHTED,),
    most: int = 6,
    rules: tuple[MissingRule, ...] = RULES,
) -> tuple[Instrument, list[str], Floats]:
    """A tree of up to three levels, its leaves in any order, and marks in tenths from 1 to 4 with some blanks."""
    counter = iter(range(1000))

    def grow(depth: int) -> Node:
        size = draw(st.integers(2, 4)) if depth == 0 else draw(st.integers(0, 3)) if depth < 3 else 0
        children = [grow(depth + 1) for _ in range(size)]
        weight = None if depth == 0 else draw(st.integers(1, 9))
        return node(
            f"n{next(counter)}" if depth else "final",
            weight,
            *children,
            missing=draw(st.sampled_from(rules)),
            aggregation=draw(st.sampled_from(means)),
            power=Decimal(2),
        )

    of = instrument(grow(0), 1, 4)
    columns = draw(st.permutations([leaf.code for leaf in of.leaves]))
    mark = st.one_of(st.integers(10, 40), st.integers(10, 40), st.integers(10, 40), st.none())
    row = st.lists(mark, min_size=len(columns), max_size=len(columns))
    rows = draw(st.lists(row, min_size=1, max_size=most))
    values = np.array([[np.nan if m is None else m / 10 for m in r] for r in rows])
    if draw(st.booleans()):
        values = np.vstack([values, values[:1]])
    return of, columns, values


def finals(cut: Cut, values: Floats, weights: Floats, kind: type[LinearFinals | NodewiseFinals]) -> Floats:
    """Finals of the units that have one, shape (draws, units), NaN for the others."""
    scored = cut.present(values)[len(cut.columns) + len(cut.parents) - 1]
    found = np.full((weights.shape[1], len(values)), np.nan)
    part = np.empty((weights.shape[1], int(scored.sum())))
    found[:, scored] = cut.minimum - kind(cut, values[scored]).below_minimum(weights, part) / cut.cells
    return found


@law
@given(tables(means=tuple(Aggregation)), st.floats(0, 0.9), st.integers(0, 2**32))
def test_finals_of_a_draw_are_those_of_the_exact_engine(
    case: tuple[Instrument, list[str], Floats], spread: float, seed: int
) -> None:
    of, columns, values = case
    cut = cut_through(of, columns, values)
    weights = Uniform(spread).draw(cut, np.random.default_rng(seed))[:, :2]
    for draw in range(2):
        exact = oracle.finals(oracle.reweighted(of, cut, weights[:, draw]), columns, values)
        expected = [np.nan if isinstance(final, NoScore) else float(final) for final in exact]
        np.testing.assert_allclose(finals(cut, values, weights, NodewiseFinals)[draw], expected, atol=1e-9)
        if cut.linear:
            np.testing.assert_allclose(finals(cut, values, weights, LinearFinals)[draw], expected, atol=1e-9)


@law
@given(tables(), SPREADS, st.integers(0, 2**32))
def test_rows_and_columns_of_acceptability_sum_to_one(
    case: tuple[Instrument, list[str], Floats], spread: Spread, seed: int
) -> None:
    of, columns, values = case
    result = simulate(of, columns, values, seed=seed, draws=64, spread=spread)
    ranked = result.rank > 0
    np.testing.assert_allclose(result.acceptability.sum(axis=1), ranked)
    np.testing.assert_allclose(result.acceptability.sum(axis=0), np.sort(ranked)[::-1])
    assert (result.places.sum(axis=1) == result.ranked).all()


@law
@given(tables(), SPREADS, st.data())
def test_the_order_of_units_and_of_columns_changes_nothing(
    case: tuple[Instrument, list[str], Floats], spread: Spread, data: st.DataObject
) -> None:
    of, columns, values = case
    units = data.draw(st.permutations(range(len(values))))
    order = data.draw(st.permutations(range(len(columns))))
    first = simulate(of, columns, values, seed=5, draws=50, spread=spread)
    second = simulate(of, [columns[c] for c in order], values[np.ix_(units, order)], seed=5, draws=50, spread=spread)
    np.testing.assert_array_equal(first.places[units], second.places)
    np.testing.assert_array_equal(first.first_ranks[:, units], second.first_ranks)
    np.testing.assert_array_equal(first.interval[units], second.interval)


@law
@given(tables(), SPREADS)
def test_same_arguments_same_bytes(case: tuple[Instrument, list[str], Floats], spread: Spread) -> None:
    def told(result: Robustness) -> list[bytes]:
        return [np.ascontiguousarray(part).tobytes() for part in (result.shared, result.first_ranks, result.above)]

    assert told(simulate(*case, seed=9, draws=30, spread=spread)) == told(
        simulate(*case, seed=9, draws=30, spread=spread)
    )


@law
@given(tables(), st.integers(1, 9))
def test_scaling_the_weights_of_siblings_changes_no_rank(
    case: tuple[Instrument, list[str], Floats], factor: int
) -> None:
    of, columns, values = case

    def scaled(place: Node) -> Node:
        weight = None if place.weight is None else place.weight * factor
        return replace(place, weight=weight, children=tuple(map(scaled, place.children)))

    first = simulate(of, columns, values, seed=5, draws=50, spread=Uniform(0.3))
    second = simulate(replace(of, root=scaled(of.root)), columns, values, seed=5, draws=50, spread=Uniform(0.3))
    np.testing.assert_array_equal(first.places, second.places)


ADMISSIBLE = st.one_of(st.floats(0, 0.9).map(Uniform), st.floats(0, 0.9).map(Shares))


@law
@given(tables(), st.floats(0, 0.9), st.integers(0, 2**32))
def test_sampled_ranks_lie_inside_the_bounds(
    case: tuple[Instrument, list[str], Floats], spread: float, seed: int
) -> None:
    bounds = rank_bounds(*case, weights=Uniform(spread))
    drawn = simulate(*case, seed=seed, draws=200, spread=Uniform(spread)).first_ranks
    assert (drawn >= bounds.best).all()
    assert (drawn <= bounds.worst).all()


@law
@given(tables(), ADMISSIBLE, st.data())
def test_more_freedom_never_narrows_the_bounds(
    case: tuple[Instrument, list[str], Floats], weights: Uniform | Shares, data: st.DataObject
) -> None:
    wider = replace(weights, spread=data.draw(st.floats(weights.spread, 1, exclude_max=True)))
    near, far = rank_bounds(*case, weights=weights), rank_bounds(*case, weights=wider)
    assert (far.best <= near.best).all()
    assert (far.worst >= near.worst).all()


@law
@given(tables(), ADMISSIBLE, st.integers(0, 2**32))
def test_what_is_said_of_the_first_rank_is_true(
    case: tuple[Instrument, list[str], Floats], weights: Uniform | Shares, seed: int
) -> None:
    """``first`` is scored again by the exact engine; ``never`` is tried with drawn weights, and never fails."""
    of, columns, values = case
    scored = np.flatnonzero(rank_bounds(*case, weights=weights).best)
    if not len(scored):
        return
    unit = int(scored[seed % len(scored)])
    found = can_be_first(*case, unit=unit, weights=weights)
    cut = cut_through(of, columns, values)
    if found.verdict is Verdict.FIRST:
        names = [(parent.code, name) for parent in cut.parents for name in parent.names]
        drawn = oracle.with_shares(of, cut, {pair: found.shares[pair[1]] for pair in names})
        finals = oracle.finals(drawn, columns, values)
        known = [final for final in finals if not isinstance(final, NoScore)]
        assert finals[unit] == max(known)
        low, high = (edge[:, 0] for edge in weights.edges(cut))
        if isinstance(weights, Shares):
            shares = np.array([float(found.shares[name]) for _, name in names])
            assert (shares >= low - 1e-12).all()
            assert (shares <= high + 1e-12).all()
    elif found.verdict is Verdict.NEVER:
        spread = Uniform(weights.spread if isinstance(weights, Uniform) else weights.spread / (2 + weights.spread))
        assert not simulate(*case, seed=seed, draws=200, spread=spread).places[unit, 0]
        assert sum(found.mix.values()) == 1
    else:
        assert np.isnan(values).any()


@law
@given(tables(), st.floats(0.05, 0.9), st.integers(0, 2**32))
def test_first_order_is_no_more_than_total_within_their_intervals(
    case: tuple[Instrument, list[str], Floats], spread: float, seed: int
) -> None:
    of, columns, values = case
    found = sensitivity(of, columns, values, seed=seed, spread=Uniform(spread, at=("final",)), points=64)
    for indices in (found.ranks, found.shift):
        varies = ~np.isnan(indices.first)
        assert (indices.first_interval[varies][:, 0] <= indices.total_interval[varies][:, 1] + 1e-9).all()
        assert (indices.total[varies] >= 0).all()


@law
@given(tables(means=tuple(Aggregation)))
def test_finals_with_blanks_at_the_ends_of_the_scale_are_those_of_the_exact_engine(
    case: tuple[Instrument, list[str], Floats],
) -> None:
    of, columns, values = case
    found = blank_effect(of, columns, values)
    for unit, row in enumerate(values):
        result = score(of, oracle.answers(columns, row))
        assert abs(found.lowest[unit] - float(result.lowest)) < 1e-9
        assert abs(found.highest[unit] - float(result.highest)) < 1e-9
        assert np.isnan(found.final[unit]) == isinstance(result.final, NoScore)
        if not np.isnan(found.final[unit]):
            assert -1e-9 <= found.counted[unit] <= 1 + 1e-9
            assert (found.counted[unit] > 1 - 1e-9) == (not np.isnan(row).any())
