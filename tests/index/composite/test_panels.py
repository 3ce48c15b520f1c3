"""Growth over years, which unit is ahead of which, and years that count apart for treatment and normalisation."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from index.composite.specs import NONE, SMALL, data, flat, spec
from pilar.index.composite import (
    Aggregation,
    DataFaults,
    Normalisation,
    NormalisationMethod,
    SpecFaults,
    Treatment,
    TreatmentMethod,
    Years,
    build,
    parse_spec,
)
from pilar.index.composite import outranking as module
from pilar.index.composite.growth import growth
from pilar.index.composite.outranking import outranking

SCALE = Normalisation(NormalisationMethod.MIN_MAX, Decimal(0), Decimal(1))


def panel(values: list[float | None], when: list[int], **rules: object) -> object:
    units = [f"u{place}" for place in range(len(values) // len(when))] * len(when)
    years = [year for year in when for _ in range(len(values) // len(when))]
    return build(spec(flat("a"), **rules), data({"a": values}, units=units, years=years))


def test_growth_is_compound_and_its_slope_that_of_a_line() -> None:
    values = np.array([[100.0, 50], [130, 40], [121, 80], [140, 90]])
    years = [2020, 2021, 2022, 2025]
    found = growth(panel(values.ravel().tolist(), years, normalisation=NONE))
    for place, one in enumerate(found):
        column = values[:, place]
        assert (one.unit, one.first, one.last, one.known) == (f"u{place}", 2020, 2025, 4)
        assert one.start * (1 + one.rate) ** 5 == pytest.approx(column[-1], rel=1e-12)
        assert one.yearly == pytest.approx((column[-1] - column[0]) / 5, rel=1e-12)
        assert one.slope == pytest.approx(np.polyfit(years, column, 1)[0], rel=1e-9)


def test_growth_of_an_indicator_is_that_of_its_values_and_needs_two_of_them() -> None:
    found = growth(panel([-2.0, 4, 8, None], [2020, 2022], normalisation=SCALE), "a")
    assert [one.unit for one in found] == ["u0"]
    assert (found[0].start, found[0].end) == (-2, 8)
    assert np.isnan(found[0].rate)


def test_the_outranking_matrix_is_the_weight_of_what_is_better() -> None:
    draw = np.random.default_rng(4)
    values = draw.integers(0, 4, (7, 4)).astype(float)
    values[2, 1] = np.nan
    weights = [40, 30, 20, 10]
    made = build(
        spec(flat("abcd", weights), normalisation=NONE),
        data({code: [None if np.isnan(one) else one for one in values[:, place]] for place, code in enumerate("abcd")}),
    )
    found = outranking(made)
    for one in range(7):
        for other in range(7):
            won = shared = 0.0
            for place, weight in enumerate(weights):
                pair = values[one, place], values[other, place]
                if not np.isnan(pair).any():
                    shared += weight
                    won += weight if pair[0] > pair[1] else weight / 2 if pair[0] == pair[1] else 0
            expected = np.nan if one == other else won / shared
            assert found.shares[one, other] == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_who_wins_more_than_half_wins_the_pair_of_copeland() -> None:
    values = np.random.default_rng(6).normal(size=(8, 3))
    columns = {code: list(values[:, place]) for place, code in enumerate("abc")}
    root = flat("abc", [50, 30, 20], aggregation=Aggregation.COPELAND)
    made = build(spec(root, normalisation=NONE), data(columns))
    shares = outranking(made).shares
    assert list((shares > 0.5).sum(axis=1) - (shares < 0.5).sum(axis=1)) == list(made.final)


def test_the_matrix_is_of_one_year_and_of_a_node(monkeypatch: pytest.MonkeyPatch) -> None:
    made = panel([1.0, 2, 4, 3], [2020, 2021], normalisation=NONE)
    assert outranking(made).shares[0, 1] == 1
    assert outranking(made, year=2020).shares[0, 1] == 0
    with pytest.raises(ValueError, match="no children"):
        outranking(made, "a")
    monkeypatch.setattr(module, "MAX_UNITS", 1)
    with pytest.raises(DataFaults, match="at most 1"):
        outranking(made)


def test_treatment_by_year_and_normalisation_over_all_years() -> None:
    """Each year has an outlier of its own, which only the rest of its year makes one."""
    draw = np.random.default_rng(2)
    first, second = draw.normal(10, 1, 20), draw.normal(1000, 1, 20)
    first[0], second[0] = 60, 1500
    treatment = Treatment(TreatmentMethod.WINSORISE)
    rules = {"normalisation": SCALE, "treatment": treatment}
    made = panel([*first, *second], [2020, 2021], treatment_years=Years.YEARLY, **rules)
    moved = np.concatenate([np.clip(first, None, np.sort(first)[-2]), np.clip(second, None, np.sort(second)[-2])])
    np.testing.assert_allclose(made.scaled.treated[:, 0], moved)
    np.testing.assert_allclose(made.final, (moved - moved.min()) / np.ptp(moved))
    pooled = panel([*first, *second], [2020, 2021], **rules)
    assert pooled.scaled.treated[0, 0] == 60
    yearly = panel([*first, *second], [2020, 2021], years=Years.YEARLY, treatment_years=Years.POOLED, **rules)
    assert yearly.scaled.treated[0, 0] == 60
    assert yearly.final[0] == yearly.final[20] == 1


def test_a_file_says_years_apart_weights_that_are_relative_and_other_weights() -> None:
    text = SMALL.replace(
        "groups:",
        "years: {treatment: yearly, normalisation: pooled}\nweights: relative\n"
        "uncertainty:\n  weight_sets:\n    - {code: ministry, weights: {people: 1, water: 3}}\ngroups:",
    ).replace("weight: 60", "weight: 3")
    found = parse_spec(text)
    assert (found.years, found.treatment_years, found.relative) == (Years.POOLED, Years.YEARLY, True)
    assert found.alternatives.weight_sets[0].weights == {"people": Decimal(1), "water": Decimal(3)}
    both = parse_spec(SMALL.replace("groups:", "years: {treatment: pooled, normalisation: pooled}\ngroups:"))
    assert both.sha256 == parse_spec(SMALL).sha256


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("groups:", "years: {treatment: now, normalisation: pooled}\ngroups:"), "treatment is now"),
        (("groups:", "years: {treatment: fixed, normalisation: pooled}\ngroups:"), "needs a base_year"),
        (("groups:", "weights: some\ngroups:"), "weights is some"),
        (("weight: 60", "weight: 61"), "sum to 101"),
    ],
)
def test_what_a_file_may_not_say(change: tuple[str, str], told: str) -> None:
    with pytest.raises(SpecFaults, match=told):
        parse_spec(SMALL.replace(*change))


def test_relative_weights_that_are_all_zero_weigh_nothing() -> None:
    with pytest.raises(SpecFaults, match="all 0"):
        build(spec(flat("ab", [0, 0]), relative=True), data({"a": [1, 2], "b": [2, 1]}))
    made = build(spec(flat("ab", [1, 3]), relative=True, normalisation=NONE), data({"a": [0, 4], "b": [4, 0]}))
    assert list(made.final) == [3, 1]
