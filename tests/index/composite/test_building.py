"""Whole indices, worked by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from index.composite.specs import NONE, branch, data, flat, leaf, mean, spec
from pilar.index.composite import (
    Aggregation,
    Built,
    Data,
    DataFaults,
    Direction,
    Imputation,
    ImputationMethod,
    Normalisation,
    NormalisationMethod,
    Spec,
    SpecFaults,
    Treatment,
    TreatmentMethod,
    Weighting,
    Years,
    build,
)
from pilar.index.composite.explaining import explain
from pilar.index.composite.places import places
from pilar.index.instrument import MissingRule, Ties

TREE = branch("final", None, branch("p", 75, leaf("a", 40), leaf("b", 60)), leaf("c", 25))
BLANK = None


def built(of: Spec, **columns: list[float | None]) -> Built:
    return build(of, data(columns))


def test_two_levels_by_hand() -> None:
    of = built(spec(TREE), a=[0, 5, 10], b=[3, 1, 2], c=[7, 7.5, 8])
    assert of.scores["a"].tolist() == [0, 50, 100]
    assert of.scores["p"].tolist() == pytest.approx([60, 20, 70])
    assert of.final.tolist() == pytest.approx([45, 27.5, 77.5])
    assert of.ranks == (2, 3, 1)
    assert of.effective_weights == pytest.approx({"final": 1, "p": 0.75, "a": 0.3, "b": 0.45, "c": 0.25})


def test_computed_values_that_are_equal_are_tied() -> None:
    """In floating point 0.7/7 is less than 1/10, and the mean of three times 0.1 more than 0.1."""
    of = spec(flat("a"), denominators=("by",), normalisation=Normalisation(NormalisationMethod.RANK))
    of = replace(of, root=branch("final", None, leaf("a", denominator="by")))
    assert build(of, data({"a": [0.7, 1, 3, 5], "by": [7, 10, 30, 10]})).ranks == (2, 2, 2, 1)
    filled = spec(flat("a"), imputation=Imputation(ImputationMethod.MEAN), normalisation=of.normalisation)
    assert build(filled, data({"a": [0.1, 0.1, 0.1, BLANK]})).ranks == (1, 1, 1, 1)
    constant = replace(of, normalisation=Normalisation(NormalisationMethod.MIN_MAX))
    with pytest.raises(DataFaults, match="the same for all units"):
        build(constant, data({"a": [0.7, 1, 3], "by": [7, 10, 30]}))


@pytest.mark.parametrize("missing", list(MissingRule))
@pytest.mark.parametrize("power", [250, 2000, -250, -2000])
def test_a_large_power_comes_near_the_highest_or_the_lowest(power: int, missing: MissingRule) -> None:
    """100^250 does not fit into a floating-point number. By hand: 100·(½ + ½·0.98^250)^(1/250)."""
    root = flat("abc", [50, 50, 0], **mean(Aggregation.POWER, power, missing=missing))
    scale = Normalisation(NormalisationMethod.NONE, Decimal(1))
    of = built(spec(root, normalisation=scale), a=[100, 30, 30], b=[98, 3, 30], c=[1e6, 1e-6, BLANK])
    ends = (100, 98, 30, 3) if power > 0 else (98, 100, 3, 30)
    expected = [
        first * (0.5 + 0.5 * (other / first) ** power) ** (1 / power)
        for first, other in zip(ends[::2], ends[1::2], strict=True)
    ]
    assert of.final.tolist() == pytest.approx([*expected, 30], rel=1e-13)
    parts = explain(of, "u1", "final").parts
    assert sum(part.contribution for part in parts) == pytest.approx(expected[0], rel=1e-13)


def test_lower_is_better_for_one_indicator() -> None:
    root = branch("final", None, leaf("a"), leaf("b", direction=Direction.LOWER))
    assert built(spec(root), a=[0, 1], b=[0, 1]).final.tolist() == [50, 50]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (mean(Aggregation.WEIGHTED), 0.25 * 2 + 0.75 * 8),
        (mean(Aggregation.GEOMETRIC), 2**0.25 * 8**0.75),
        (mean(Aggregation.HARMONIC), 1 / (0.25 / 2 + 0.75 / 8)),
        (mean(Aggregation.POWER, 2), math.sqrt(0.25 * 4 + 0.75 * 64)),
        (mean(Aggregation.POWER, -2), (0.25 / 4 + 0.75 / 64) ** -0.5),
    ],
)
def test_each_mean(rules: dict[str, object], expected: float) -> None:
    of = spec(flat(("a", "b"), (25, 75), **rules), normalisation=NONE)
    result = built(of, a=[2, 3, BLANK], b=[8, BLANK, BLANK])
    assert result.final[0] == pytest.approx(expected)
    assert result.final[1] == pytest.approx(3)  # every mean of one child is that child
    assert np.isnan(result.final[2])
    assert result.ranks == (1, 2, None)


def test_missing_rules() -> None:
    def final(**rules: object) -> float:
        of = spec(flat(("a", "b", "c"), (50, 30, 20), **rules), normalisation=NONE)
        return float(built(of, a=[10, 1], b=[BLANK, 1], c=[5, 1]).final[0])

    assert final(missing=MissingRule.REWEIGHT) == pytest.approx((5 + 1) / 0.7)
    assert final(missing=MissingRule.REWEIGHT, minimum_share=Decimal("0.7")) == pytest.approx(6 / 0.7)
    assert np.isnan(final(missing=MissingRule.REWEIGHT, minimum_share=Decimal("0.71")))
    assert np.isnan(final(missing=MissingRule.REWEIGHT, minimum_share=Decimal("0.7000001")))
    assert np.isnan(final(missing=MissingRule.REQUIRE))
    assert final(missing=MissingRule.ZERO) == pytest.approx(6)


def test_zero_is_the_lowest_score_of_the_scale() -> None:
    scale = Normalisation(NormalisationMethod.MIN_MAX, Decimal(1), Decimal(11))
    root = flat(missing=MissingRule.ZERO, **mean(Aggregation.GEOMETRIC))
    result = built(spec(root, normalisation=scale), a=[0, 10, 10], b=[0, 10, BLANK])
    assert result.final[2] == pytest.approx(math.sqrt(11 * 1))


def test_a_value_whose_sign_is_changed_has_no_lowest_score() -> None:
    root = branch("final", None, leaf("a", direction=Direction.LOWER), leaf("b"), missing=MissingRule.ZERO)
    with pytest.raises(SpecFaults) as refused:
        built(spec(root, normalisation=NONE), a=[1, 2], b=[1, BLANK])
    assert [fault.code for fault in refused.value.faults] == ["no-floor"]


def test_a_child_of_weight_zero_never_matters() -> None:
    root = flat(("a", "b"), (100, 0), missing=MissingRule.REQUIRE, **mean(Aggregation.GEOMETRIC))
    result = built(spec(root, normalisation=NONE), a=[2, 3, 4], b=[BLANK, 0, -5])
    assert result.final.tolist() == pytest.approx([2, 3, 4])


@pytest.mark.parametrize(
    ("rules", "wrong"),
    [
        (mean(Aggregation.GEOMETRIC), [("u1", "a"), ("u2", "b")]),
        (mean(Aggregation.HARMONIC), [("u1", "a"), ("u2", "b")]),
        (mean(Aggregation.POWER, -1), [("u1", "a"), ("u2", "b")]),
        (mean(Aggregation.POWER, 2), [("u2", "b")]),
    ],
)
def test_what_a_mean_has_no_place_for_names_unit_and_node(rules: dict[str, object], wrong: list[object]) -> None:
    of = spec(flat(**rules), normalisation=NONE)
    with pytest.raises(DataFaults) as refused:
        built(of, a=[0, 1, 2], b=[1, -1, BLANK])
    assert [(f.fields["unit"], f.fields["node"]) for f in refused.value.faults] == wrong
    assert "final" in refused.value.faults[0].text()


def test_copeland_by_hand() -> None:
    """u1 beats u2 by 70 to 30 (a, b against c), u3 beats u1 by 70 (b, c), u2 beats u3 by 60 (a, c): a cycle."""
    of = spec(flat(("a", "b", "c"), (30, 40, 30), **mean(Aggregation.COPELAND)))
    result = built(of, a=[3, 2, 1], b=[2, 1, 3], c=[1, 3, 2])
    assert result.final.tolist() == [0, 0, 0]
    tied = built(of, a=[3, 2, 1], b=[3, 2, 1], c=[1, 2, 2])
    assert tied.final.tolist() == [2, 0, -2]


def test_copeland_is_level_where_equal_weights_are_against_each_other() -> None:
    """10 and 20 against 30; in floating point 0.1 + 0.2 is more than 0.3."""
    of = spec(flat(("a", "b", "c", "d"), (10, 20, 30, 40), **mean(Aggregation.COPELAND)), normalisation=NONE)
    assert built(of, a=[2, 1], b=[2, 1], c=[1, 2], d=[1, 1]).final.tolist() == [0, 0]


def test_copeland_leaves_out_what_a_pair_does_not_share() -> None:
    of = spec(flat(("a", "b"), (60, 40), **mean(Aggregation.COPELAND)))
    result = built(of, a=[1, BLANK, 2], b=[2, 1, 3])
    assert result.final.tolist() == [0, -2, 2]


def test_copeland_compares_units_of_the_same_year_alone() -> None:
    of = spec(flat(("a",), **mean(Aggregation.COPELAND)))
    table = data({"a": [1, 2, 3, 9, 7, 8]}, units=list("pqrpqr"), years=[2024] * 3 + [2025] * 3)
    assert build(of, table).final.tolist() == [-2, 0, 2, 2, -2, 0]


def test_what_differs_by_how_it_was_summed_is_a_tie() -> None:
    scores = np.array([0.1 + 0.2, 0.3, 0.3 + 1e-9, np.nan])
    assert scores[0] != scores[1]
    assert places(scores, [0] * 4).tolist()[:3] == [2, 2, 1]
    assert places(np.array([1, 1 + 4e-12, 1 + 2e-11]), [0] * 3).tolist() == [2, 2, 1]
    assert places(1e6 * scores, [0, 0, 1, 1]).tolist()[:3] == [1, 1, 1]


def test_ties_share_a_rank() -> None:
    columns: dict[str, list[float | None]] = {"a": [1, 0.1 + 0.2, 0.3, 0], "b": [1, 0.3, 0.1 + 0.2, 0]}
    assert built(spec(), **columns).ranks == (1, 2, 2, 4)
    assert built(spec(ties=Ties.DENSE), **columns).ranks == (1, 2, 2, 3)


def test_denominator_then_imputation() -> None:
    root = branch("final", None, leaf("a", denominator="heads"), leaf("b"))
    filled = spec(root, denominators=("heads",), imputation=Imputation(ImputationMethod.MEAN), normalisation=NONE)
    result = built(filled, a=[10, 30, BLANK], b=[1, 1, 4], heads=[10, 10, 5])
    assert result.divided[:2, 0].tolist() == [1, 3]
    assert result.imputed[:, 0].tolist() == [1, 3, 2]
    assert result.final.tolist() == [1, 2, 3]


def test_a_denominator_must_be_above_zero_where_it_is_used() -> None:
    root = branch("final", None, leaf("a", denominator="heads"), leaf("b"))
    with pytest.raises(DataFaults) as refused:
        built(spec(root, denominators=("heads",)), a=[1, 2, 3, BLANK], b=[1, 2, 3, 4], heads=[1, 0, -1, 0])
    assert [f.fields["unit"] for f in refused.value.faults] == ["u2", "u3"]


def test_imputation_by_group_and_year() -> None:
    of = spec(
        normalisation=NONE, groups=("kind",), imputation=Imputation(ImputationMethod.MEDIAN, by="kind"), root=flat()
    )
    table = data(
        {"a": [1, 3, 8, BLANK, BLANK, BLANK, 7], "b": [0] * 7},
        units=["p", "q", "r", "s", "t", "p", "q"],
        groups={"kind": ["x", "x", "x", "x", "y", "x", "x"]},
        years=[2024, 2024, 2024, 2024, 2024, 2025, 2025],
    )
    filled = build(of, table).imputed[:, 0]
    assert filled.tolist()[:4] == [1, 3, 8, 3]
    assert np.isnan(filled[4])  # nobody of y was observed
    assert filled.tolist()[5:] == [7, 7]  # another year is another sample


def panel(years: Years, base: int | None = None) -> Built:
    table = data(
        {"a": [0, 10, 10, 20], "b": [0, 10, 10, 20]}, units=["p", "q", "p", "q"], years=[2024, 2024, 2025, 2025]
    )
    return build(spec(years=years, base_year=base), table)


def test_panels() -> None:
    assert panel(Years.POOLED).final.tolist() == [0, 50, 50, 100]
    assert panel(Years.FIXED, 2024).final.tolist() == [0, 100, 100, 200]
    assert panel(Years.YEARLY).final.tolist() == [0, 100, 0, 100]
    assert panel(Years.POOLED).ranks == (2, 1, 2, 1)


def test_ranks_within_a_group_and_year() -> None:
    table = data({"a": [1, 2, 3, 4], "b": [1, 2, 3, 4]}, groups={"kind": ["x", "y", "x", "y"]})
    assert build(spec(groups=("kind",)), table).group_ranks("kind") == (2, 2, 1, 1)


def test_weights_from_the_first_component() -> None:
    """Two children correlate perfectly, the third with none of them: it has no part in the first component."""
    root = flat(("a", "b", "c"), weighting=Weighting.PCA)
    of = build(spec(root), data({"a": [1, 2, 3, 4], "b": [2, 4, 6, 8], "c": [1, -1, -1, 1]}))
    assert of.weights["final"].tolist() == pytest.approx([0.5, 0.5, 0])
    with pytest.raises(DataFaults) as refused:
        build(spec(root), data({"a": [1, 2, 3, BLANK], "b": [1, BLANK, 3, 1], "c": [1, 2, 3, 4]}))
    assert [fault.code for fault in refused.value.faults] == ["pca"]


def test_weights_from_unequal_loadings_are_their_squares() -> None:
    """The loadings by another way: singular values of the standardised columns."""
    columns = {"a": [1, 2, 3, 4, 5], "b": [1, 3, 2, 5, 4], "c": [2, 1, 5, 3, 4]}
    found = build(spec(flat(("a", "b", "c"), weighting=Weighting.PCA)), data(columns)).weights["final"]
    table = np.array(list(columns.values()), dtype=float).T
    loadings = np.linalg.svd((table - table.mean(axis=0)) / table.std(axis=0))[2][0]
    assert found == pytest.approx(loadings**2)
    assert np.ptp(found) > 0.01


@pytest.mark.parametrize(
    "columns", [{"a": [1, 2, 1], "b": [2, 1.5, 1]}, {"a": [2, 3, 1], "b": [3, 1, 2], "c": [3, 2, 1]}]
)
def test_two_components_that_are_equally_large_give_no_weights(columns: dict[str, list[float]]) -> None:
    """Variances 1, 1 and 1.5, 1.5, 0: every mixture of the two is a first component, and rounding would choose one."""
    with pytest.raises(DataFaults) as refused:
        build(spec(flat(tuple(columns), weighting=Weighting.PCA)), data(columns))
    assert [fault.code for fault in refused.value.faults] == ["pca"]


def test_every_fault_of_the_data_at_once() -> None:
    of = spec(flat(("a", "b", "c")), groups=("kind",), years=Years.FIXED, base_year=2020)
    with pytest.raises(DataFaults) as refused:
        build(of, data({"a": [1, math.inf, 2], "b": [BLANK] * 3}, units=["p", "p", "q"]))
    codes = ["missing-column", "missing-column", "unit-twice", "infinite", "blank-column", "no-years"]
    assert [fault.code for fault in refused.value.faults] == codes


def test_a_fault_of_one_step_does_not_hide_those_of_the_next() -> None:
    """A denominator, a scale, a zero in a mean and a unit that stands twice; the node above the faults says nothing."""
    root = branch(
        "final",
        None,
        branch("x", None, leaf("a", denominator="heads"), leaf("b"), **mean(Aggregation.GEOMETRIC)),
        branch("y", None, leaf("c"), leaf("d"), weighting=Weighting.PCA),
        **mean(Aggregation.HARMONIC),
    )
    columns = {"a": [1, 2, 3, 4], "b": [1, 2, 3, 4], "c": [5, 5, 5, 5], "d": [1, 3, 2, 4], "heads": [1, 0, 1, 1]}
    with pytest.raises(DataFaults) as refused:
        build(spec(root, denominators=("heads",)), data(columns, units=["p", "q", "r", "r"]))
    assert [(fault.code, fault.place) for fault in refused.value.faults] == [
        ("unit-twice", "r"),
        ("denominator", "q, a"),
        ("normalisation-constant", "c"),
        ("zero-in-mean", "p, b"),
    ]


def test_values_that_floating_point_cannot_square_are_told() -> None:
    with pytest.raises(DataFaults) as refused:
        built(spec(flat(("a", "b"))), a=[-1e308, 0, 1e308], b=[1e-320, 1e60, 1])
    assert [(f.code, f.place) for f in refused.value.faults] == [
        ("size", "u1, a"),
        ("size", "u3, a"),
        ("size", "u1, b"),
    ]


@pytest.mark.parametrize("method", NormalisationMethod)
@pytest.mark.parametrize(("size", "by"), [(8e-60, 1e60), (1e60, 1e-60)])
def test_the_largest_and_the_smallest_values_are_scored(method: NormalisationMethod, size: float, by: float) -> None:
    rule = Normalisation(method, lower=Decimal(0), upper=Decimal(10))
    root = branch("final", None, leaf("a", denominator="by"))
    of = spec(root, normalisation=rule, denominators=("by",), treatment=Treatment(TreatmentMethod.WINSORISE))
    found = built(of, a=[size, size / 2, size / 4, size / 8], by=[by] * 4)
    assert np.isfinite(found.final).all()
    assert found.ranks[0] == 1


def test_the_last_binary_digit_makes_no_scale() -> None:
    with pytest.raises(DataFaults) as refused:
        built(spec(flat(("a",))), a=[0.1 + 0.2, 0.3, 0.3])
    assert [fault.code for fault in refused.value.faults] == ["normalisation-constant"]


def test_a_column_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="2 units"):
        Data(("p", "q"), {"a": np.array([1.0])})
    with pytest.raises(ValueError, match="2 units"):
        Data.of(["p", "q"], {"a": [1, 2]}, years=[2024])


def test_constant_indicators_are_told_together() -> None:
    with pytest.raises(DataFaults) as refused:
        built(spec(flat(("a", "b", "c"))), a=[1, 1], b=[1, 2], c=[3, BLANK])
    assert [fault.fields["node"] for fault in refused.value.faults] == ["a", "c"]


def test_a_spec_built_in_code_is_checked_too() -> None:
    with pytest.raises(SpecFaults) as refused:
        built(spec(flat(("a", "b"), (50, 49))), a=[1, 2], b=[1, 2])
    assert [fault.code for fault in refused.value.faults] == ["weights-sum"]
