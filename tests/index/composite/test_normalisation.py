"""Each normalisation, by hand and against SciPy."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from scipy import stats

from index.composite.specs import branch, data, leaf, spec
from pilar.index.composite import DataFaults, Direction, Normalisation, NormalisationMethod, Years, build
from pilar.index.composite.normalisation import NotNormalisable, fit_normalisation

VALUES = np.array([4.0, 1.0, 3.0, 3.0, 9.0])


def scores(method: str, direction: Direction = Direction.HIGHER, **figures: float) -> list[float]:
    rule = Normalisation(NormalisationMethod(method), **{key: Decimal(str(value)) for key, value in figures.items()})
    return [float(score) for score in fit_normalisation(rule, direction, VALUES).apply(VALUES)]


@pytest.mark.parametrize(
    ("method", "figures", "higher", "lower"),
    [
        ("min-max", {}, [37.5, 0, 25, 25, 100], [62.5, 100, 75, 75, 0]),
        ("min-max", {"minimum": 1, "maximum": 9}, [4, 1, 3, 3, 9], [6, 9, 7, 7, 1]),
        ("rank", {}, [4, 1, 2.5, 2.5, 5], [2, 5, 3.5, 3.5, 1]),
        ("borda", {}, [3, 0, 1.5, 1.5, 4], [1, 4, 2.5, 2.5, 0]),
        ("percentile-rank", {}, [75, 0, 37.5, 37.5, 100], [25, 100, 62.5, 62.5, 0]),
        ("distance-to-maximum", {}, [4 / 9, 1 / 9, 1 / 3, 1 / 3, 1], [1 / 4, 1, 1 / 3, 1 / 3, 1 / 9]),
        ("goalposts", {"lower": 2, "upper": 7}, [40, 0, 20, 20, 100], [60, 100, 80, 80, 0]),
        ("none", {}, [4, 1, 3, 3, 9], [-4, -1, -3, -3, -9]),
    ],
)
def test_by_hand(method: str, figures: dict[str, float], higher: list[float], lower: list[float]) -> None:
    assert scores(method, **figures) == pytest.approx(higher)
    assert scores(method, Direction.LOWER, **figures) == pytest.approx(lower)


def test_against_scipy() -> None:
    standard = stats.zscore(VALUES, ddof=1)
    assert scores("z-score", mean=100, deviation=15) == pytest.approx((100 + 15 * standard).tolist())
    assert scores("z-score", Direction.LOWER) == pytest.approx((-standard).tolist())
    assert scores("rank") == stats.rankdata(VALUES).tolist()


def test_the_ends_of_the_scale_are_exact() -> None:
    values = np.array([0.1, 0.2, 0.7])
    rule = Normalisation(NormalisationMethod.MIN_MAX, Decimal("0.1"), Decimal("99.9"))
    found = fit_normalisation(rule, Direction.HIGHER, values).apply(values)
    assert (found[0], found[2]) == (0.1, 99.9)


def test_ranks_of_values_outside_the_sample_lie_between() -> None:
    found = fit_normalisation(Normalisation(NormalisationMethod.RANK), Direction.HIGHER, VALUES)
    assert found.apply(np.array([2, 5, np.nan])).tolist()[:2] == [1.5, 4.5]
    assert np.isnan(found.apply(np.array([np.nan]))[0])


@pytest.mark.parametrize(("method", "worst", "best"), [("rank", 1, 5), ("borda", 0, 4), ("percentile-rank", 0, 100)])
@pytest.mark.parametrize("direction", Direction)
def test_ranks_of_values_beyond_the_sample_are_those_of_its_ends(
    method: str, worst: float, best: float, direction: Direction
) -> None:
    """A later year passes the base year: no rank is better than the best or below the floor of a blank."""
    rule = Normalisation(NormalisationMethod(method))
    found = fit_normalisation(rule, direction, VALUES).apply(np.array([0.0, 10.0]))
    assert found.tolist() == ([worst, best] if direction is Direction.HIGHER else [best, worst])
    assert rule.floor == worst


@pytest.mark.parametrize(
    ("method", "values", "code"),
    [
        ("min-max", [2, 2], "constant"),
        ("z-score", [2, 2], "constant"),
        ("percentile-rank", [2], "single"),
        ("distance-to-maximum", [-1, 2], "not-positive"),
        ("distance-to-maximum", [0, 0], "not-positive"),
    ],
)
def test_where_a_method_is_not_defined(method: str, values: list[float], code: str) -> None:
    with pytest.raises(NotNormalisable) as refused:
        fit_normalisation(Normalisation(NormalisationMethod(method)), Direction.HIGHER, np.array(values, dtype=float))
    assert refused.value.code == code


def test_ranks_of_an_indicator_without_spread_are_one_tie() -> None:
    of = spec(normalisation=Normalisation(NormalisationMethod.RANK))
    assert build(of, data({"a": [1, 1, 1], "b": [1, 2, 3]})).final.tolist() == [1.5, 2, 2.5]


def test_a_lower_value_of_zero_has_no_distance() -> None:
    root = branch("final", None, leaf("a", direction=Direction.LOWER))
    of = spec(root, normalisation=Normalisation(NormalisationMethod.DISTANCE))
    with pytest.raises(DataFaults) as refused:
        build(of, data({"a": [0, 1]}))
    assert refused.value.faults[0].code == "normalisation-not-positive"


def test_a_later_zero_has_no_distance() -> None:
    root = branch("final", None, leaf("a", direction=Direction.LOWER))
    rule = Normalisation(NormalisationMethod.DISTANCE)
    of = spec(root, normalisation=rule, years=Years.FIXED, base_year=2024)
    table = data({"a": [1, 2, 0, 4]}, units=["p", "q", "p", "q"], years=[2024, 2024, 2025, 2025])
    with pytest.raises(DataFaults) as refused:
        build(of, table)
    assert [(f.code, f.place) for f in refused.value.faults] == [("zero-distance", "p, 2025, a")]
