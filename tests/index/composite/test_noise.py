"""What only rounding tells apart is equal, and what is very small or very large is still a number."""

from __future__ import annotations

import warnings
from decimal import Decimal

import numpy as np
import pytest
from scipy.stats import spearmanr

from pilar.index.composite import DataFaults, build
from pilar.index.composite.combining import Children, combined
from pilar.index.composite.correlations import Method, correlate
from pilar.index.composite.data import MAX_OUTRANKED, Data
from pilar.index.composite.places import places, tied
from pilar.index.composite.spec import (
    Aggregation,
    Combination,
    Direction,
    Element,
    Indicator,
    Normalisation,
    NormalisationMethod,
    Spec,
    Weighting,
    Years,
)
from pilar.index.composite.statistics import cronbach_alpha, indicator_statistics
from pilar.index.composite.weighting import correlation_matrix

NONE = Normalisation(NormalisationMethod.NONE)
EVERY_METHOD = [Method.PEARSON, Method.SPEARMAN, Method.KENDALL]


def leaf(code: str, **more: object) -> Element:
    return Element(code, indicator=Indicator(**more))  # type: ignore[arg-type]


def spec(*children: Element, **more: object) -> Spec:
    root = Element("final", children=children)
    return Spec("noise", "1", root, **{"normalisation": NONE} | more)  # type: ignore[arg-type]


@pytest.fixture
def almost() -> np.ndarray:
    """A column of tenths summed in different orders: the same number but for its last digit."""
    column = np.array([0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1, 0.6, 0.6, 0.1 + 0.5])
    assert len(set(column)) > 1
    return column


@pytest.mark.parametrize("method", EVERY_METHOD)
def test_rounding_does_not_correlate(almost: np.ndarray, method: Method) -> None:
    other = np.arange(5.0)
    assert np.isnan(correlate(almost[:, None], other[:, None], method)).all()
    assert np.isnan(correlate(np.stack([almost, other], axis=1), other[:, None], method)[0, 0])


def test_rounding_gives_no_components(almost: np.ndarray) -> None:
    assert correlation_matrix(np.stack([almost, np.arange(5.0)], axis=1)) is None
    assert cronbach_alpha(np.stack([almost, almost], axis=1)) is None
    assert cronbach_alpha(np.stack([np.arange(5.0), 0.1 - np.arange(5.0)], axis=1)) is None


def test_a_node_that_is_constant_but_for_rounding_gets_no_weight_from_components(almost: np.ndarray) -> None:
    index = Spec(
        "noise",
        "1",
        Element("final", combination=Combination(weighting=Weighting.PCA), children=(leaf("a"), leaf("b"))),
        normalisation=Normalisation(NormalisationMethod.DISTANCE),
    )
    with pytest.raises(DataFaults) as refused:
        build(index, Data.of("vwxyz", {"a": almost, "b": np.arange(1.0, 6.0)}))
    assert [fault.code for fault in refused.value.faults] == ["pca"]


def test_parts_that_cancel_out_are_zero_and_tied() -> None:
    z_score = Normalisation(NormalisationMethod.Z_SCORE, mean=Decimal(0), deviation=Decimal(1))
    index = spec(leaf("up"), leaf("down", direction=Direction.LOWER), normalisation=z_score)
    values = [0.1, 0.7, 0.35, 0.2, 0.9]
    built = build(index, Data.of("vwxyz", {"up": values, "down": values}))
    assert set(built.final) == {0.0}
    assert built.ranks == (1, 1, 1, 1, 1)


@pytest.mark.parametrize("size", [1e-306, 1e-200, 1e-60, 1.0, 1e60, 1e200])
def test_ties_and_components_do_not_depend_on_the_size_of_the_numbers(size: float) -> None:
    scores = np.array([1.0, 2.0, 2.0 + 1e-15, 3.5])
    assert places(scores * size, [0, 0, 0, 0]).tolist() == [4, 2, 2, 1]
    assert tied(scores * size)[1] == tied(scores * size)[2] > 0
    table = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 5.0], [4.0, 4.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = correlation_matrix(table * size)
        assert found is not None
        np.testing.assert_allclose(found, np.corrcoef(table, rowvar=False), rtol=1e-9)
        np.testing.assert_allclose(correlate(table * size, table * size), np.corrcoef(table, rowvar=False), rtol=1e-9)
        assert cronbach_alpha(table * size) == pytest.approx(cronbach_alpha(table))


def test_quotients_at_both_ends_make_components_without_a_warning() -> None:
    columns = {"a": [1e-60, 2e-60, 4e-60, 1e60], "b": [3e-60, 1e-60, 4e-60, 1e60], "by": [1e60, 1e60, 1e60, 1e-60]}
    distance = Normalisation(NormalisationMethod.DISTANCE)
    root = Element(
        "final",
        combination=Combination(weighting=Weighting.PCA),
        children=(leaf("a", denominator="by"), leaf("b", denominator="by")),
    )
    index = Spec("noise", "1", root, normalisation=distance, denominators=("by",))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        built = build(index, Data.of("wxyz", columns))
    assert np.isfinite(built.final).all()
    assert built.weights["final"].sum() == pytest.approx(1)


def test_an_indicator_without_any_quotient_is_told_where_years_are_apart() -> None:
    index = spec(leaf("a", denominator="by"), leaf("b"), denominators=("by",), years=Years.YEARLY)
    columns = {"a": [1.0, None, 2.0, None], "by": [None, 5.0, None, 5.0], "b": [1.0, 2.0, 3.0, 4.0]}
    with pytest.raises(DataFaults) as refused:
        build(index, Data.of("xyxy", columns, years=[2024, 2024, 2025, 2025]))
    assert [(fault.code, fault.fields["node"]) for fault in refused.value.faults] == [("no-sample", "a")]


def test_one_year_without_a_quotient_keeps_its_figures() -> None:
    index = spec(leaf("a", denominator="by"), leaf("b"), denominators=("by",), years=Years.YEARLY)
    columns = {"a": [1.0, 3.0, 2.0, None], "by": [2.0, 5.0, None, 5.0], "b": [1.0, 2.0, 3.0, 4.0]}
    built = build(index, Data.of("xyxy", columns, years=[2024, 2024, 2025, 2025]))
    assert [(one.code, one.known, one.blank) for one in indicator_statistics(built)] == [("a", 2, 2), ("b", 4, 0)]


def test_a_constant_year_is_named() -> None:
    z_score = Normalisation(NormalisationMethod.Z_SCORE)
    index = spec(leaf("a"), normalisation=z_score, years=Years.YEARLY)
    columns = {"a": [1.0, 2.0, 0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1]}
    with pytest.raises(DataFaults, match="a is the same for all units of 2025"):
        build(index, Data.of("xyxy", columns, years=[2024, 2024, 2025, 2025]))


@pytest.mark.parametrize("blank", [0.0, 0.1, 0.5])
def test_spearman_over_shared_rows_is_that_of_scipy(blank: float) -> None:
    draw = np.random.default_rng(7)
    first, second = draw.normal(size=(40, 5)).round(1), draw.normal(size=(40, 31)).round(1)
    for table in (first, second):
        table[draw.random(table.shape) < blank] = np.nan
    first[:, 2] = np.where(np.isnan(first[:, 2]), np.nan, 2.0)
    for one, other in ((first, first), (first, second), (second, first), (second, second)):
        found = correlate(one, other, Method.SPEARMAN)
        for (row, column), value in np.ndenumerate(found):
            shared = ~(np.isnan(one[:, row]) | np.isnan(other[:, column]))
            x, y = one[shared, row], other[shared, column]
            if min(len(set(x)), len(set(y))) < 2:
                assert np.isnan(value)
            else:
                assert value == pytest.approx(spearmanr(x, y)[0], abs=1e-12)


def test_outranking_in_parts_is_outranking_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(3)
    scores = [draw.integers(0, 5, 30).astype(float), draw.integers(0, 5, (4, 30)).astype(float)]
    scores[0][[2, 9]] = np.nan
    weights = np.array([[0.5, 0.5], [0.3, 0.7], [1.0, 0.0], [0.6, 0.4]])
    children = Children(scores, weights, np.array([0.5, 0.5]), 0.0, draw.integers(0, 3, 30))
    rule = Combination(Aggregation.COPELAND)
    whole = combined(rule, children)
    monkeypatch.setattr("pilar.index.composite.combining.PAIRS", 50)
    np.testing.assert_array_equal(combined(rule, children), whole)
    expected = 0
    for other in np.flatnonzero(children.peers == children.peers[0]):
        leads = [np.sign(one[..., 0] - one[..., other]) for one in scores]
        ahead = sum(
            weights[1, place] * np.nan_to_num(lead if lead.ndim == 0 else lead[1]) for place, lead in enumerate(leads)
        )
        expected += 0 if abs(ahead) < 1e-12 else int(np.sign(ahead))
    assert whole[1, 0] == expected


def test_outranking_has_a_limit_of_units_in_a_year() -> None:
    root = Element("final", children=(leaf("a"),), combination=Combination(Aggregation.COPELAND))
    index = Spec("noise", "1", root, normalisation=NONE)
    size = MAX_OUTRANKED + 1
    with pytest.raises(DataFaults) as refused:
        build(index, Data.of([f"u{row}" for row in range(size)], {"a": np.arange(float(size))}))
    assert [(fault.code, fault.fields["units"]) for fault in refused.value.faults] == [("too-many-units", size)]
