from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import sobol_indices

from index.trees import DIMENSIONS, five_dimensions, instrument, node
from pilar.index import Aggregation, MissingRule
from pilar.index.robustness import Choices, RobustnessFaults, Sensitivity, Uniform, sensitivity
from pilar.index.robustness.cut import Floats

NAN = float("nan")
PAIR = instrument(node("final", None, node("a"), node("b"), missing=MissingRule.REWEIGHT))
TWO = np.array([[4.0, 0], [0, 4]])


def test_who_leads_of_two_by_hand() -> None:
    """The first unit leads where u > v, u and v uniform: a variance of 1/4.

    Given u it leads with the probability u', uniform in 0 to 1, whose variance 1/12 is a third of that; so with v. What
    is left to the total of u is 1 - 1/3.
    """
    found = sensitivity(PAIR, ("a", "b"), TWO, seed=1, spread=Uniform(0.25), points=4096)
    assert found.inputs == ("a", "b")
    assert found.runs == 4 * 4096
    np.testing.assert_allclose(found.ranks.first, 1 / 3, atol=0.03)
    np.testing.assert_allclose(found.ranks.total, 2 / 3, atol=0.03)
    assert (found.ranks.first_interval[..., 0] < 1 / 3).all()
    assert (found.ranks.first_interval[..., 1] > 1 / 3).all()
    assert (found.ranks.total_interval[..., 0] < 2 / 3).all()
    assert (found.ranks.total_interval[..., 1] > 2 / 3).all()


class Ishigami:
    """sin x + 7 sin² y + 0.1 z⁴ sin x over -π to π, and a constant: indices are known in closed form.

    Source: Ishigami and Homma, An importance quantification technique in uncertainty analysis (1990).
    """

    inputs = ("x", "y", "z")

    def __call__(self, points: Floats) -> Floats:
        x, y, z = (2 * points.T - 1) * np.pi
        wave = np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)
        return np.stack([wave, np.ones(len(points))], axis=1)


def indices(model: object, points: int) -> tuple[Floats, ...]:
    from pilar.index.robustness.sobol import _indices

    return _indices(model, points, 5)  # type: ignore[arg-type]


def test_a_function_with_known_indices() -> None:
    first, total, first_interval, total_interval = indices(Ishigami(), 4096)
    a, b, pi = 7, 0.1, np.pi
    variance = a**2 / 8 + b * pi**4 / 5 + b**2 * pi**8 / 18 + 0.5
    x, y, xz = 0.5 * (1 + b * pi**4 / 5) ** 2, a**2 / 8, b**2 * pi**8 * (1 / 18 - 1 / 50)
    known_first, known_total = np.array([x, y, 0]) / variance, np.array([x + xz, y, xz]) / variance
    np.testing.assert_allclose(first[:, 0], known_first, atol=0.015)
    np.testing.assert_allclose(total[:, 0], known_total, atol=0.015)
    for interval, known in ((first_interval, known_first), (total_interval, known_total)):
        assert (interval[:, 0, 0] <= known).all()
        assert (interval[:, 0, 1] >= known).all()
        assert (interval[:, 0, 1] - interval[:, 0, 0] < 0.15).all()
    assert np.isnan(first[:, 1]).all()
    assert np.isnan(total_interval[:, 1]).all()


def test_the_estimators_are_those_of_scipy() -> None:
    """SciPy's own implementation, given the same evaluations."""
    runs: list[Floats] = []

    class Recorded(Ishigami):
        def __call__(self, points: Floats) -> Floats:
            runs.append(super().__call__(points))
            return runs[-1].copy()

    first, total, *_ = indices(Recorded(), 256)
    of_a, of_b, *mixed = (run[:, :1].T for run in runs)
    theirs = sobol_indices(func={"f_A": of_a, "f_B": of_b, "f_AB": np.array(mixed)}, n=256)
    np.testing.assert_allclose(first[:, 0], np.ravel(theirs.first_order), atol=1e-12)
    np.testing.assert_allclose(total[:, 0], np.ravel(theirs.total_order), atol=1e-12)


def test_intervals_hold_nineteen_bootstraps_in_twenty() -> None:
    from pilar.index.variance import _interval

    drawn = np.concatenate([[7.0], np.arange(201)])[None, :, None]
    assert _interval(drawn)[0, 0].tolist() == pytest.approx([5, 195])


def test_a_choice_alone_explains_everything() -> None:
    values = np.array([[4.0, 2], [1, 1], [2, 1]])
    found = sensitivity(
        PAIR, ("a", "b"), values, seed=1, spread=Uniform(0), points=64, choices=Choices(tables=(values[[1, 0, 2]],))
    )
    assert found.inputs == ("choice:table",)
    np.testing.assert_allclose(found.ranks.first[0, :2], 1, atol=1e-9)
    np.testing.assert_allclose(found.ranks.total[0, :2], 1, atol=1e-9)
    assert np.isnan(found.ranks.first[0, 2])  # second no matter which is first
    np.testing.assert_allclose(found.shift.total, 1)


def test_a_unit_without_final_under_some_choice_is_left_out() -> None:
    values = np.array([[4.0, 0], [0, 4], [3, NAN]])
    choices = Choices(missing=(MissingRule.REQUIRE, MissingRule.REWEIGHT))
    found = sensitivity(PAIR, ("a", "b"), values, seed=1, spread=Uniform(0.5), points=256, choices=choices)
    assert found.inputs == ("a", "b", "choice:missing")
    assert np.isnan(found.ranks.total[:, 2]).all()
    assert not np.isnan(found.ranks.total[:, :2]).any()
    np.testing.assert_allclose(found.ranks.total[2, :2], 0)


def test_only_the_weights_asked_for_are_inputs() -> None:
    of = instrument(node("final", None, node("g", None, node("a"), node("b")), node("h", None, node("c"))))
    values = np.array([[4.0, 0, 2], [0, 4, 2.2], [1, 2, 3]])
    root = sensitivity(of, ("a", "b", "c"), values, seed=1, spread=Uniform(0.5, at=("final",)), points=64)
    assert root.inputs == ("g", "h")
    every = sensitivity(of, ("a", "b", "c"), values, seed=1, spread=Uniform(0.5), points=64)
    assert every.inputs == ("a", "b", "g", "h")  # c is the only child, its weight always 1


def told(found: Sensitivity) -> tuple[bytes, ...]:
    return tuple(np.ascontiguousarray(part).tobytes() for part in (*vars(found.ranks).values(), found.shift.total))


def test_same_seed_same_bytes_and_the_order_of_units_changes_nothing() -> None:
    values = np.random.default_rng(3).integers(0, 401, (12, 5)) / 100
    runs = [
        sensitivity(five_dimensions(), DIMENSIONS, values, seed=s, spread=Uniform(0.3), points=128) for s in (1, 1, 2)
    ]
    assert told(runs[0]) == told(runs[1])
    assert told(runs[0]) != told(runs[2])
    order = np.random.default_rng(4).permutation(12)
    other = sensitivity(five_dimensions(), DIMENSIONS, values[order], seed=1, spread=Uniform(0.3), points=128)
    np.testing.assert_allclose(other.ranks.total, runs[0].ranks.total[:, order])


def test_faults() -> None:
    with pytest.raises(RobustnessFaults) as error:
        sensitivity(PAIR, ("a", "b"), np.ones((2, 2, 2)), seed=1, spread=Uniform(0))
    assert [fault.code for fault in error.value.faults] == ["not-a-table"]
    with pytest.raises(RobustnessFaults) as error:
        sensitivity(PAIR, ("a", "b"), TWO, seed=1, spread=Uniform(0), points=100)
    assert [fault.code for fault in error.value.faults] == ["points", "no-inputs"]
    with pytest.raises(RobustnessFaults) as error:
        sensitivity(PAIR, ("a", "b"), TWO, seed=1, spread=Uniform(0.1), points=2**20)
    assert [fault.code for fault in error.value.faults] == ["too-many-runs"]
    zero = Choices(aggregation=(Aggregation.GEOMETRIC,))
    with pytest.raises(RobustnessFaults) as error:
        sensitivity(PAIR, ("a", "b"), TWO, seed=1, spread=Uniform(0.1), choices=zero)
    assert [fault.code for fault in error.value.faults] == ["zero-in-mean", "zero-in-mean"]


@pytest.mark.parametrize("unit", [0, 5, 11])
def test_one_unit_alone_has_the_indices_it_has_among_all(unit: int) -> None:
    values = np.random.default_rng(7).integers(0, 401, (12, 5)) / 100
    values[11] = values[5]
    values[3, 2] = NAN
    of = instrument(node("final", None, *(node(code) for code in DIMENSIONS), missing=MissingRule.REWEIGHT))
    choices = Choices(missing=(MissingRule.REWEIGHT, MissingRule.ZERO))
    asked = {"seed": 1, "spread": Uniform(0.3), "points": 128, "choices": choices}
    every = sensitivity(of, DIMENSIONS, values, **asked)
    alone = sensitivity(of, DIMENSIONS, values, unit=unit, **asked)
    assert (alone.inputs, alone.runs) == (every.inputs, every.runs)
    for one, whole in zip(vars(alone.ranks).values(), vars(every.ranks).values(), strict=True):
        np.testing.assert_allclose(one[:, unit], whole[:, unit], atol=1e-12)
        assert np.isnan(np.delete(one, unit, axis=1)).all()
    assert np.isnan(alone.shift.total).all()


def test_a_unit_without_final_has_no_indices() -> None:
    values = np.array([[4.0, 0], [0, 4], [NAN, NAN]])
    found = sensitivity(PAIR, ("a", "b"), values, seed=1, spread=Uniform(0.5), points=64, unit=2)
    assert np.isnan(found.ranks.total).all()


def test_where_nobody_has_a_final_there_are_no_indices() -> None:
    of = instrument(node("final", None, node("a"), node("b"), missing=MissingRule.REQUIRE))
    found = sensitivity(of, ("a", "b"), np.array([[NAN, 1.0]]), seed=1, spread=Uniform(0.25), points=64)
    assert np.isnan(found.ranks.first).all()
    assert np.isnan(found.shift.first).all()
