from __future__ import annotations

import numpy as np
import pytest

from index.trees import five_dimensions, instrument, node
from pilar.index import Aggregation, MissingRule
from pilar.index.robustness import Resample, RobustnessFaults, Uniform, simulate

NAN = float("nan")
ONE = instrument(node("final", None, node("a")))
TWO = instrument(node("final", None, node("a"), node("b"), missing=MissingRule.REWEIGHT))
DRAWS = 8000


def shares(first: list[list[float]], threshold: float, by: Resample, **rules: object) -> float:
    """How often a unit with these marks (columns by assessors) is above one whose assessors all mark ``threshold``."""
    marks = np.full((2, len(first), len(first[0])), threshold)
    marks[0] = first
    of = ONE if len(first) == 1 else instrument(node("final", None, node("a"), node("b"), **rules))
    columns = [leaf.code for leaf in of.leaves]
    return float(simulate(of, columns, marks, seed=3, draws=DRAWS, resample=by).within(1)[0])


@pytest.mark.parametrize("by", Resample)
@pytest.mark.parametrize(("threshold", "expected"), [(2.5, 1 / 4), (1.5, 3 / 4), (0.5, 1), (3.5, 0)])
def test_two_marks_drawn_again(by: Resample, threshold: float, expected: float) -> None:
    """From 1 and 3 come 1, 2, 2, 3, equally often."""
    assert shares([[1, 3]], threshold, by) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("by", Resample)
def test_three_marks_drawn_again(by: Resample) -> None:
    """Of the 27 ways to draw three from 1, 2, 4, those with a sum of at least 9 are 4,4,4; 4,4,1 (3); 4,4,2 (3)."""
    assert shares([[1, 2, 4]], 2.9, by) == pytest.approx(7 / 27, abs=0.02)


def test_a_severe_assessor_stays_severe_when_assessors_are_drawn_and_not_when_marks_are() -> None:
    """Both indicators 1 by one assessor and 3 by the other: 3 in a quarter of the panels, in 1/16 of the marks."""
    assert shares([[1, 3], [1, 3]], 2.9, Resample.ASSESSORS) == pytest.approx(1 / 4, abs=0.02)
    assert shares([[1, 3], [1, 3]], 2.9, Resample.MARKS) == pytest.approx(1 / 16, abs=0.015)


def test_an_indicator_that_none_of_those_drawn_has_marked_keeps_its_mean() -> None:
    """Assessors 1 (marks 2 and none) and 2 (marks 2 and 4): b is 4 no matter who is drawn, the final always 3."""
    assert shares([[2, 2], [NAN, 4]], 2.9, Resample.ASSESSORS) == 1
    assert shares([[2, 2], [NAN, 4]], 3.1, Resample.ASSESSORS) == 0


def test_other_means_of_drawn_marks() -> None:
    """Geometric means of two like means: 1 in a quarter of the panels, 2 in half, 3 in a quarter."""
    geometric = {"aggregation": Aggregation.GEOMETRIC}
    assert shares([[1, 3], [1, 3]], 1.9, Resample.ASSESSORS, **geometric) == pytest.approx(3 / 4, abs=0.02)
    # (1, 3) drawn by marks: products above 2.5²: 3·3 (1/16), 2·3 and 3·2 give 6 and stay below, so 1/16.
    assert shares([[1, 3], [1, 3]], 2.5, Resample.MARKS, **geometric) == pytest.approx(1 / 16, abs=0.015)


def test_panels_of_different_size_and_blanks() -> None:
    marks = np.full((3, 2, 3), NAN)
    marks[0, 0] = [1, 2, 3]
    marks[1, :, :2] = [[1, 3], [2, 2]]
    marks[2, 1, 1] = 2
    result = simulate(TWO, ("a", "b"), marks, seed=1, draws=DRAWS, resample="assessors")
    np.testing.assert_allclose(result.final, [2, 2, 2], atol=1e-9)
    np.testing.assert_array_equal(result.ranked, DRAWS)
    # Unit 1 has (1, 2) to (3, 2): above 2 in a quarter, below in a quarter. Unit 2 never moves.
    assert result.probability_above(1)[2] == pytest.approx(1 / 4, abs=0.02)
    # Of 27 sums of three of 1, 2, 3 ten are above 6.
    assert result.probability_above(0)[2] == pytest.approx(10 / 27, abs=0.02)


def test_complete_panels_agree_with_the_way_node_by_node(monkeypatch: pytest.MonkeyPatch) -> None:
    from pilar.index.robustness import panels

    marks = np.random.default_rng(2).integers(0, 5, (20, 5, 3)).astype(float)
    marks[3, 2] = NAN
    of = five_dimensions(missing=MissingRule.REWEIGHT)
    columns = [leaf.code for leaf in of.leaves]

    def run() -> bytes:
        return simulate(
            of, columns, marks, seed=5, draws=1200, spread=Uniform(0.2), resample="assessors"
        ).places.tobytes()

    quick = run()
    monkeypatch.setattr(panels.PanelFinals, "_of_single_assessors", lambda _: None)
    assert quick == run()


def test_marks_without_resampling_are_their_means() -> None:
    marks = np.array([[[1.0, 3]], [[2, NAN]], [[3, 4]]])
    result = simulate(ONE, ("a",), marks, seed=1, draws=3)
    np.testing.assert_allclose(result.final, [2, 2, 3.5], atol=1e-9)
    np.testing.assert_array_equal(result.rank, [2, 2, 1])


def test_marks_vary_around_what_the_panel_agreed_on() -> None:
    """Marks 1 and 3, agreed 3: 2, 3, 3, and 4 in a quarter each; the final as given is the agreed one."""
    scores = np.array([[3.0], [3.5], [2.5]])
    marks = np.array([[[1.0, 3]], [[NAN, NAN]], [[2, 2]]])
    for by in Resample:
        result = simulate(ONE, ("a",), scores, marks=marks, seed=1, draws=DRAWS, resample=by)
        np.testing.assert_allclose(result.final, [3, 3.5, 2.5], atol=1e-9)
        np.testing.assert_allclose(result.acceptability[0], [1 / 4, 1 / 2, 1 / 4], atol=0.02)
        assert result.places[1, 2] == 0


def test_scores_around_the_agreed_one_stay_on_the_scale() -> None:
    """Marks 1 and 3, agreed 4: 3, 4, 4, and 5 is 4; never above a 4."""
    scores, marks = np.array([[4.0], [4.0], [3.5]]), np.array([[[1.0, 3]], [[4, 4]], [[3, 4]]])
    result = simulate(ONE, ("a",), scores, marks=marks, seed=1, draws=DRAWS, resample="assessors")
    assert result.probability_above(0)[1] == 0
    assert result.probability_above(1)[0] == pytest.approx(1 / 4, abs=0.02)


def test_faults_of_marks() -> None:
    with pytest.raises(RobustnessFaults) as error:
        simulate(ONE, ("a",), np.ones((2, 1)), marks=np.ones((2, 2)), seed=1, resample="marks")
    assert [fault.code for fault in error.value.faults] == ["marks-shape"]
    with pytest.raises(RobustnessFaults) as error:
        simulate(ONE, ("a",), np.ones((2, 1)), marks=np.full((2, 1, 1), 5), seed=1, resample="marks")
    assert [fault.code for fault in error.value.faults] == ["out-of-scale"] * 2
    geometric = instrument(node("final", None, node("a"), node("b"), aggregation=Aggregation.GEOMETRIC))
    with pytest.raises(RobustnessFaults, match="no place for zero"):
        simulate(geometric, ("a", "b"), np.array([[[0.0, 2], [1, 1]]]), seed=1, resample="assessors")
