"""Ranks under other choices."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product

import numpy as np
import pytest

from index.composite.specs import NONE, branch, data, flat, leaf, mean, spec
from pilar.index.composite import (
    Aggregation,
    Alternatives,
    Built,
    DataFaults,
    Imputation,
    ImputationMethod,
    Normalisation,
    NormalisationMethod,
    Spec,
    Treatment,
    TreatmentMethod,
    build,
)
from pilar.index.composite import uncertainty as module
from pilar.index.composite.places import places
from pilar.index.composite.uncertainty import uncertainty
from pilar.index.composite.variants import choices, chosen
from pilar.index.instrument import MissingRule

SCALE = Normalisation(NormalisationMethod.MIN_MAX, Decimal(1), Decimal(100))
RANKED = Normalisation(NormalisationMethod.PERCENTILE_RANK, Decimal(1), Decimal(100))
ALL = Alternatives(
    Decimal(0),
    (RANKED,),
    (Treatment(TreatmentMethod.LOG),),
    (Imputation(ImputationMethod.MEDIAN),),
    ((Aggregation.GEOMETRIC, None), (Aggregation.POWER, Decimal(2)), (Aggregation.COPELAND, None)),
)
TREE = branch(
    "final", None, branch("p", 60, leaf("a", 70), leaf("b", 30)), branch("q", 25, leaf("c"), leaf("d")), leaf("e", 15)
)


SPARSE = data({"a": [1, 2, 3], "b": [None, 2, 1]})


def table(units: int = 12, blank: float = 0.1, years: int = 1) -> object:
    draw = np.random.default_rng(5)
    values = draw.lognormal(size=(units * years, 5))
    values[draw.random(values.shape) < blank] = np.nan
    columns = {code: list(values[:, place]) for place, code in enumerate("abcde")}
    names = [f"u{place}" for place in range(units)] * years
    when = [2020 + year for year in range(years) for _ in range(units)]
    return data(columns, units=names, **({"years": when} if years > 1 else {}))


def case(alternatives: Alternatives = ALL, **shape: object) -> Built:
    of = Spec("test", "1", TREE, normalisation=SCALE, alternatives=alternatives)
    return build(of, table(**shape))  # type: ignore[arg-type]


@pytest.mark.parametrize("years", [1, 3])
def test_every_run_is_the_index_built_anew_with_its_choices(years: int) -> None:
    """The vectorised runs against one plain build for each run, blanks, panel and outranking included."""
    built = case(years=years)
    found = uncertainty(built, runs=60, seed=3)
    by_number = dict(choices(built.spec, ALL))
    assert len(by_number) == 2 * 2 * 2 * 4
    steps = module.STEPS
    for run in range(60):
        choice = by_number[tuple(int(found.picked[step][run]) for step in steps)]
        again = build(chosen(built.spec, choice), built.data)
        assert found.scores[run] == pytest.approx(again.final, nan_ok=True)
        assert [None if np.isnan(rank) else rank for rank in found.ranks[run]] == list(again.ranks)


def test_without_alternatives_nothing_moves() -> None:
    built = case(Alternatives())
    found = uncertainty(built, runs=5)
    assert found.mean_shift.tolist() == [0] * 5
    assert found.median.tolist() == found.quantile(0.05).tolist() == found.quantile(0.95).tolist() == list(built.ranks)


def test_weights_stay_within_their_bounds_and_sum_to_one() -> None:
    built = case(Alternatives(Decimal(20)))
    drawn = module._drawn(built.spec, built.weights, 1 + 0.2 * (2 * np.random.default_rng(1).random((500, 8)) - 1))
    for code, weights in drawn.items():
        assert weights.sum(axis=1) == pytest.approx(np.ones(500))
        ratio = weights / built.weights[code]
        assert ratio.max() < 1.2 / 0.8
        assert ratio.min() > 0.8 / 1.2
    assert uncertainty(built, runs=200).mean_shift.max() > 0


def test_weights_are_off_by_as_much_as_said() -> None:
    """Scores 1 and 0 below two equal weights ± 50 %: the first is a / (a + b), from 0.5/2 to 1.5/2, mean 1/2.

    Below 3/8 where a is less than 0.6 b: a triangle with legs of 0.4 (of a) and 2/3 (of b).
    """
    of = spec(normalisation=NONE, alternatives=Alternatives(Decimal(50)))
    scores = uncertainty(build(of, data({"a": [1, 0], "b": [0, 1]})), runs=20_000, seed=3).scores[:, 0]
    assert (scores.min(), scores.max()) == (pytest.approx(0.25, abs=0.01), pytest.approx(0.75, abs=0.01))
    assert scores.mean() == pytest.approx(0.5, abs=0.005)
    assert (scores < 3 / 8).mean() == pytest.approx(0.4 * (2 / 3) / 2, abs=0.01)


def test_options_are_equally_likely_and_independent() -> None:
    found = uncertainty(case(), runs=4000, seed=8)
    picks = np.stack(list(found.picked.values()), axis=1)
    for numbers in product(range(2), range(2), range(2), range(4)):
        # 4000 runs over 32 combinations: 125 expected, with a standard deviation of 11.
        assert 70 < (picks == (*numbers, 0)).all(axis=1).sum() < 180


def test_the_same_seed_gives_the_same_ranks_in_blocks_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    built = case(Alternatives(Decimal(30), (RANKED,)))
    first = uncertainty(built, runs=300, seed=4)
    monkeypatch.setattr(module, "BLOCK", 7)
    monkeypatch.setattr(module, "RANKED", 11)
    again = uncertainty(built, runs=300, seed=4)
    assert np.array_equal(first.ranks, again.ranks, equal_nan=True)
    assert not np.array_equal(first.ranks, uncertainty(built, runs=300, seed=5).ranks, equal_nan=True)


def test_quantiles_are_ranks_that_occurred() -> None:
    found = uncertainty(case(Alternatives(Decimal(40), (RANKED,))), runs=200)
    for row in range(12):
        ordered = np.sort(found.ranks[:, row])
        assert found.quantile(0.05)[row] == ordered[9]
        assert found.quantile(0.95)[row] == ordered[189]


def test_a_quantile_is_never_between_two_ranks() -> None:
    found = uncertainty(build(spec(), data({"a": [1, 2], "b": [1, 2]})), runs=4)
    found = replace(found, ranks=np.array([[1, 2], [1, 2], [2, 1], [2, np.nan]], dtype=float))
    assert found.median.tolist() == [1, 2]
    assert found.quantile(0.51).tolist() == [2, 2]
    assert found.quantile(0.05).tolist() == [1, 1]


@pytest.mark.filterwarnings("ignore:All-NaN slice")
def test_a_quantile_is_that_of_the_ranks_known() -> None:
    draw = np.random.default_rng(8)
    ranks = draw.integers(1, 5, (37, 9)).astype(float)
    ranks[draw.random(ranks.shape) < 0.4] = np.nan
    ranks[:, 4] = np.nan
    found = replace(uncertainty(build(spec(), data({"a": [1, 2], "b": [1, 2]})), runs=1), ranks=ranks)
    for share in (0, 0.05, 0.25, 0.5, 0.9, 1):
        expected = np.nanquantile(ranks, share, axis=0, method="inverted_cdf")
        np.testing.assert_array_equal(found.quantile(share), expected)


@pytest.mark.parametrize("given", [ALL, replace(ALL, aggregations=((Aggregation.HARMONIC, None),))])
def test_weights_of_a_choice_are_those_of_the_index_built_with_it(given: Alternatives) -> None:
    built = case(given)
    for numbers, (variant, weights, scale) in module.variants_of(built, given).items():
        anew = build(replace(variant, alternatives=Alternatives()), built.data)
        assert {code: kept.tolist() for code, kept in weights.items()} == {
            code: kept.tolist() for code, kept in anew.weights.items()
        }
        np.testing.assert_array_equal(scale, anew.scaled.table, err_msg=str(numbers))


def test_drawn_weights_do_not_decide_who_has_enough_for_a_score() -> None:
    """u1 has exactly the half that is asked for; a drawn weight above or below a half changes nothing about that."""
    root = flat(minimum_share=Decimal("0.5"), missing=MissingRule.REWEIGHT)
    found = uncertainty(build(spec(root, alternatives=Alternatives(Decimal(50))), SPARSE), runs=40)
    assert not np.isnan(found.scores[:, 0]).any()
    strict = flat(minimum_share=Decimal("0.51"), missing=MissingRule.REWEIGHT)
    none = uncertainty(build(spec(strict, alternatives=Alternatives(Decimal(50))), SPARSE), runs=40)
    assert np.isnan(none.scores[:, 0]).all()


def test_a_unit_without_score_has_no_rank() -> None:
    of = spec(alternatives=Alternatives(Decimal(10)))
    found = uncertainty(build(of, data({"a": [1, 2, None], "b": [2, 1, None]})), runs=10)
    assert np.isnan(found.median).tolist() == [False, False, True]
    assert np.isfinite(found.mean_shift).all()


def test_choices_that_cannot_be_computed_are_told_before_any_run() -> None:
    zero = Alternatives(normalisations=(RANKED,), aggregations=((Aggregation.GEOMETRIC, None),))
    of = spec(normalisation=Normalisation(), alternatives=zero)
    with pytest.raises(DataFaults) as refused:
        uncertainty(build(of, data({"a": [1, 2, 3], "b": [2, 1, 3]})), runs=1)
    first = refused.value.faults[0]
    assert first.fields["unit"] == "u1"
    assert first.place == "none, none, min-max 0-100, geometric-mean; u1, a"


def test_a_drawn_weight_that_makes_a_negative_mean_is_a_fault() -> None:
    """z-scores of -1 and 1 nearly cancel below a geometric mean: some weights make the sum negative."""
    root = branch("final", None, branch("p", None, leaf("a"), leaf("b")), leaf("c"), **mean(Aggregation.GEOMETRIC))
    of = spec(root, normalisation=Normalisation(NormalisationMethod.NONE), alternatives=Alternatives(Decimal(50)))
    built = build(of, data({"a": [-1, 1], "b": [1.01, 1], "c": [1, 1]}))
    with pytest.raises(DataFaults) as refused:
        uncertainty(built, runs=50)
    assert refused.value.faults[0].fields["child"] == "p"


def test_more_ranks_than_memory_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    of = build(spec(alternatives=Alternatives(Decimal(10))), data({"a": [1, 2, 3], "b": [3, 1, 2]}))
    monkeypatch.setattr(module, "MAX_RANKS", 31)
    assert len(uncertainty(of, 10).ranks) == 10
    with pytest.raises(DataFaults) as refused:
        uncertainty(of, 11)
    assert [(f.code, f.fields["most"]) for f in refused.value.faults] == [("too-many-runs", 10)]


def test_ties_do_not_depend_on_other_runs() -> None:
    """Twelve digits of the largest score of a run, not of all runs."""
    scores = np.array([[1e9, 1.0, 2.0], [3.0, 1.0, 1.0 + 1e-9]])
    assert places(scores, [0, 0, 0]).tolist() == [[1, 3, 2], [1, 3, 2]]


def test_no_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="one run"):
        uncertainty(build(spec(flat()), data({"a": [1, 2], "b": [1, 2]})), runs=0)
