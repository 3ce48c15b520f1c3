"""Skewness, kurtosis and outliers; SciPy as the independent check."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from scipy import stats

from index.composite.specs import NONE, data, flat, spec
from pilar.index.composite import DataFaults, Treatment, TreatmentMethod, Years, build
from pilar.index.composite.moments import kurtosis, skewness
from pilar.index.composite.treatment import fit_treatment

WINSORISE = Treatment(TreatmentMethod.WINSORISE)
ONE_OUTLIER = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 100.0])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("scale", [1e-9, 1, 1e9])
def test_moments_are_those_of_scipy(seed: int, scale: float) -> None:
    values = np.random.default_rng(seed).lognormal(size=40) * scale
    assert skewness(values) == pytest.approx(stats.skew(values, bias=False), rel=1e-9)
    assert kurtosis(values) == pytest.approx(stats.kurtosis(values, bias=False), rel=1e-9)


def test_moments_that_are_not_defined() -> None:
    assert math.isnan(skewness(np.array([1.0, 2.0])))
    assert math.isnan(kurtosis(np.array([1.0, 2.0, 3.0])))
    assert math.isnan(skewness(np.full(9, 0.1)))


def test_one_outlier_gets_the_value_next_to_it() -> None:
    found = fit_treatment(WINSORISE, ONE_OUTLIER)
    assert (found.method, found.points, found.highest) == (TreatmentMethod.WINSORISE, 1, 9)
    assert found.apply(ONE_OUTLIER).tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 9]
    assert found.skewness[0] == pytest.approx(stats.skew(ONE_OUTLIER, bias=False))
    assert found.skewness[1] == pytest.approx(stats.skew([1, 2, 3, 4, 5, 6, 7, 8, 9, 9], bias=False))
    assert not found.still


def test_as_many_points_as_allowed_are_moved_and_no_more_than_needed() -> None:
    values = np.array([*range(1, 19), 100.0, 900.0])
    found = fit_treatment(Treatment(TreatmentMethod.WINSORISE, most_points=2), values)
    assert (found.points, found.highest, found.still) == (2, 18, False)
    assert fit_treatment(WINSORISE, values).points == 2
    short = fit_treatment(Treatment(TreatmentMethod.WINSORISE, most_points=1), values)
    assert (short.points, short.highest, short.still) == (1, 100, True)


def test_a_low_outlier_is_moved_up() -> None:
    found = fit_treatment(WINSORISE, -ONE_OUTLIER)
    assert found.apply(-ONE_OUTLIER).min() == -9


def test_within_the_limits_nothing_happens() -> None:
    values = np.arange(20.0)
    assert fit_treatment(WINSORISE, values).apply(values).tolist() == values.tolist()
    # Both limits must be passed: this one has the skewness of an outlier, but the kurtosis limit is set above its own.
    patient = Treatment(TreatmentMethod.WINSORISE, kurtosis=Decimal(50))
    assert fit_treatment(patient, ONE_OUTLIER).method is TreatmentMethod.NONE


def test_what_stays_skewed_gets_a_logarithm_of_the_original() -> None:
    values = np.exp(np.arange(30) / 1.5)
    few = Treatment(TreatmentMethod.WINSORISE, most_points=1)
    assert fit_treatment(few, values).still
    found = fit_treatment(
        Treatment(TreatmentMethod.WINSORISE, most_points=1, otherwise=TreatmentMethod.LOG_SHIFTED), values
    )
    smallest, spread = values.min(), np.ptp(values)
    assert found.method is TreatmentMethod.LOG_SHIFTED
    assert found.apply(values) == pytest.approx(np.log(values - smallest + 0.01 * spread))


def test_a_plain_logarithm_names_the_unit_that_has_none() -> None:
    of = spec(treatment=Treatment(TreatmentMethod.LOG), normalisation=NONE)
    assert build(of, data({"a": [1, math.e], "b": [1, math.e]})).final == pytest.approx([0, 1])
    with pytest.raises(DataFaults) as refused:
        build(of, data({"a": [0, 1, -2], "b": [1, 2, 3]}))
    assert [(f.code, f.fields["unit"]) for f in refused.value.faults] == [("log-zero", "u1"), ("log-zero", "u3")]


def test_a_small_shift_beside_a_large_value_is_not_lost() -> None:
    values = np.array([1e15, 1e15 + 1, 1e15 + 2])
    found = fit_treatment(Treatment(TreatmentMethod.LOG_SHIFTED), values).apply(values)
    assert found == pytest.approx(np.log([0.02, 1.02, 2.02]))


def test_a_fixed_year_sets_the_limit_for_later_years() -> None:
    base = list(ONE_OUTLIER)
    of = spec(flat(("a",)), treatment=WINSORISE, normalisation=NONE, years=Years.FIXED, base_year=2024)
    units = [f"u{place}" for place in range(10)] * 2
    built = build(
        of, data({"a": [*base, *(10 * value for value in base)]}, units=units, years=[2024] * 10 + [2025] * 10)
    )
    assert built.final.tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, *[9] * 10]


def test_a_later_year_without_a_logarithm_is_told() -> None:
    of = spec(flat(("a",)), treatment=Treatment(TreatmentMethod.LOG), years=Years.FIXED, base_year=2024)
    table = data({"a": [1, 2, 0, -3]}, units=["p", "q", "p", "q"], years=[2024, 2024, 2025, 2025])
    with pytest.raises(DataFaults) as refused:
        build(of, table)
    assert [(f.code, f.place) for f in refused.value.faults] == [("log-zero", "p, 2025, a"), ("log-zero", "q, 2025, a")]
