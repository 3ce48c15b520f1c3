"""Laws of composite indices that hold for every tree and every table."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from index.composite.specs import branch, leaf
from kit.selection import examples
from pilar.index.composite import (
    Aggregation,
    Alternatives,
    Built,
    Data,
    DataFaults,
    Direction,
    Element,
    Normalisation,
    NormalisationMethod,
    Spec,
    Treatment,
    TreatmentMethod,
    build,
)
from pilar.index.composite.correlations import Method, correlate
from pilar.index.composite.explaining import explain
from pilar.index.composite.normalisation import NotNormalisable, fit_normalisation
from pilar.index.composite.statistics import components
from pilar.index.composite.treatment import fit_treatment
from pilar.index.composite.uncertainty import uncertainty
from pilar.index.instrument import MissingRule

law = settings(deadline=None, max_examples=examples(50))
MEANS = [m for m in Aggregation if m is not Aggregation.COPELAND]
SCALE = Normalisation(NormalisationMethod.MIN_MAX, Decimal(1), Decimal(100))
NUMBERS = st.decimals(min_value=-1000, max_value=1000, places=2).map(float)


@st.composite
def trees(draw: st.DrawFn, means: list[Aggregation] = MEANS) -> Element:
    """Trees of two or three levels with given or equal weights, all missing rules and, at the root, the given means."""
    counter = iter(range(1000))

    def grow(depth: int, weight: Decimal | None) -> Element:
        size = draw(st.integers(1 if depth else 2, 3)) if depth < 1 or (depth < 2 and draw(st.booleans())) else 0
        if not size:
            return leaf(f"n{next(counter)}", weight, direction=draw(st.sampled_from(Direction)))
        rule, average = draw(st.sampled_from(MissingRule)), draw(st.sampled_from(MEANS if depth else means))
        if average is Aggregation.COPELAND and rule is MissingRule.ZERO:
            rule = MissingRule.REQUIRE
        share = draw(st.sampled_from([None, Decimal("0.6")])) if rule is MissingRule.REWEIGHT else None
        power = draw(st.sampled_from([Decimal(2), Decimal(-1)])) if average is Aggregation.POWER else None
        cuts = sorted(draw(st.lists(st.integers(1, 99), min_size=size - 1, max_size=size - 1, unique=True)))
        weights = [Decimal(after - before) for before, after in zip([0, *cuts], [*cuts, 100], strict=True)]
        equal = draw(st.booleans())
        children = [grow(depth + 1, None if equal else one) for one in weights]
        rules: dict[str, Any] = {"aggregation": average, "power": power, "missing": rule, "minimum_share": share}
        return branch("final" if depth == 0 else f"n{next(counter)}", weight, *children, **rules)

    return grow(0, None)


@st.composite
def cases(draw: st.DrawFn, means: list[Aggregation] = MEANS) -> Built:
    """An index over three to six units; each indicator has some spread."""
    of = Spec("law", "1", draw(trees(means)), normalisation=SCALE)
    units = draw(st.integers(3, 6))
    columns = {}
    for one in of.leaves:
        column = draw(st.lists(st.one_of(NUMBERS, st.none()), min_size=units, max_size=units))
        known = [value for value in column if value is not None]
        assume(len(set(known)) > 1)
        columns[one.code] = column
    return build(of, Data.of([f"u{place}" for place in range(units)], columns))


def same(first: Any, second: Any) -> None:
    assert np.asarray(first) == pytest.approx(np.asarray(second), rel=1e-9, abs=1e-9, nan_ok=True)


@law
@given(cases())
def test_scores_stay_within_the_scale_and_between_their_children(built: Built) -> None:
    for node in built.spec.nodes:
        scores = built.scores[node.code]
        known = scores[~np.isnan(scores)]
        assert ((known >= 1 - 1e-9) & (known <= 100 + 1e-9)).all()
        if node.children and node.combination.missing is not MissingRule.ZERO:
            below = np.stack([built.scores[child.code] for child in node.children])
            there = ~np.isnan(scores)
            assert (scores[there] <= np.nanmax(below[:, there], axis=0) + 1e-9).all()
            assert (scores[there] >= np.nanmin(below[:, there], axis=0) - 1e-9).all()


@law
@given(cases(list(Aggregation)), st.randoms(use_true_random=False))
def test_the_order_of_units_changes_nothing(built: Built, draw: Any) -> None:
    order = list(range(len(built.data)))
    draw.shuffle(order)
    shuffled = Data.of(
        [built.data.units[row] for row in order], {code: column[order] for code, column in built.data.values.items()}
    )
    again = build(built.spec, shuffled)
    same(again.final, built.final[order])
    assert again.ranks == tuple(built.ranks[row] for row in order)


@law
@given(cases(list(Aggregation)))
def test_the_order_of_indicators_changes_nothing(built: Built) -> None:
    def turned(node: Element) -> Element:
        return replace(node, children=tuple(turned(child) for child in reversed(node.children)))

    again = build(replace(built.spec, root=turned(built.spec.root)), built.data)
    same(again.final, built.final)
    assert again.ranks == built.ranks


@law
@given(cases(list(Aggregation)), st.floats(0.001, 1000), st.floats(-100, 100))
def test_another_unit_of_measurement_changes_nothing(built: Built, factor: float, shift: float) -> None:
    code = built.spec.leaves[0].code
    values = dict(built.data.values)
    values[code] = values[code] * factor + shift
    try:
        again = build(built.spec, replace(built.data, values=values))
    except DataFaults:
        assume(False)  # values that differ by little became one
    assert again.final == pytest.approx(built.final, rel=1e-5, nan_ok=True)


@law
@given(cases(), st.data())
def test_raising_one_score_never_lowers_the_index(built: Built, data: st.DataObject) -> None:
    """With goalposts, so that the scale stays as it is when a value moves."""
    posts = Normalisation(
        NormalisationMethod.GOALPOSTS, Decimal(1), Decimal(100), lower=Decimal(-1000), upper=Decimal(1000)
    )
    of = replace(built.spec, normalisation=posts)
    before = build(of, built.data)
    one = data.draw(st.sampled_from(of.leaves))
    row = data.draw(st.sampled_from([int(row) for row in np.flatnonzero(~np.isnan(built.data.values[one.code]))]))
    values = {code: column.copy() for code, column in built.data.values.items()}
    better = abs(data.draw(NUMBERS)) * (1 if one.measured.direction is Direction.HIGHER else -1)
    values[one.code][row] += better
    after = build(of, replace(built.data, values=values))
    if not np.isnan(before.final[row]):
        assert after.final[row] >= before.final[row] - 1e-9
    others = np.arange(len(built.data)) != row
    same(after.final[others], before.final[others])


@law
@given(cases())
def test_contributions_sum_to_the_score_of_every_node(built: Built) -> None:
    for node in built.spec.bottom_up:
        for row, unit in enumerate(built.data.units):
            said = explain(built, unit, node.code)
            if np.isnan(said.score):
                continue
            assert said.score == built.scores[node.code][row]
            same(sum(part.contribution for part in said.parts), said.score)
            same(sum(part.used for part in said.parts), 1)


@law
@given(cases())
def test_effective_weights_of_the_leaves_sum_to_one(built: Built) -> None:
    same(sum(built.effective_weights[one.code] for one in built.spec.leaves), 1)


@law
@given(cases(list(Aggregation)), st.integers(0, 3))
def test_without_doubt_uncertainty_gives_the_index(built: Built, seed: int) -> None:
    found = uncertainty(built, runs=3, seed=seed, alternatives=Alternatives())
    for scores in found.scores:
        same(scores, built.final)
    assert not found.mean_shift.any()


@law
@given(cases(list(Aggregation)), st.integers(0, 3))
def test_every_rank_is_one_of_the_ranks(built: Built, seed: int) -> None:
    found = uncertainty(built, runs=4, seed=seed, alternatives=Alternatives(Decimal(50)))
    scored = (~np.isnan(built.final)).sum()
    known = found.ranks[~np.isnan(found.ranks)]
    assert ((known >= 1) & (known <= scored)).all()
    assert (found.quantile(0.05) <= found.quantile(0.95))[~np.isnan(built.final)].all()


SAMPLES = st.lists(NUMBERS, min_size=2, max_size=30).map(np.array)


@law
@given(SAMPLES, st.sampled_from(NormalisationMethod), st.sampled_from(Direction))
def test_normalisation_keeps_the_order_and_its_direction(
    values: Any, method: NormalisationMethod, direction: Direction
) -> None:
    rule = Normalisation(method, lower=Decimal(-1000), upper=Decimal(1000))
    try:
        scores = fit_normalisation(rule, direction, values).apply(values)
    except NotNormalisable:
        return
    ordered = scores[np.argsort(values if direction is Direction.HIGHER else -values, kind="stable")]
    assert (np.diff(ordered) >= -1e-9).all()


@law
@given(SAMPLES)
def test_winsorising_moves_no_more_than_allowed_and_keeps_the_order(values: Any) -> None:
    found = fit_treatment(Treatment(TreatmentMethod.WINSORISE), values)
    moved = found.apply(values)
    assert found.points <= 5
    assert (np.diff(moved[np.argsort(values)]) >= 0).all()
    assert moved.min() >= values.min()
    assert moved.max() <= values.max()


@law
@given(st.integers(0, 1000), st.sampled_from(Method), st.booleans())
def test_correlations_are_symmetric_and_bounded(seed: int, method: Method, blanks: bool) -> None:
    draw = np.random.default_rng(seed)
    table = np.round(draw.normal(size=(9, 4)), 1)
    if blanks:
        table[draw.random(table.shape) < 0.3] = np.nan
    found = correlate(table, table, method)
    same(found, found.T)
    known = found[~np.isnan(found)]
    assert (np.abs(known) <= 1 + 1e-9).all()
    own = np.diag(found)
    same(own[~np.isnan(own)], np.ones((~np.isnan(own)).sum()))
    same(correlate(-table, table, method), -found)


@law
@given(st.integers(0, 1000))
def test_variances_of_components_sum_to_their_number(seed: int) -> None:
    found = components(np.random.default_rng(seed).normal(size=(12, 4)))
    assert found is not None
    same(found.variances.sum(), 4)
    same((found.loadings**2).sum(axis=0), found.variances)
    same((found.loadings**2).sum(axis=1), np.ones(4))
