from __future__ import annotations

import numpy as np
import pytest

from index.trees import DIMENSIONS, JAMBI_2024, KEDIRI_2022, TANGERANG_2023, five_dimensions, instrument, node
from pilar.index import Aggregation, MissingRule
from pilar.index.robustness import RobustnessFaults, blank_effect

NAN = float("nan")
PUBLISHED = np.array([[float(row[code]) for code in DIMENSIONS] for row in (TANGERANG_2023, KEDIRI_2022, JAMBI_2024)])


def test_tangerang_without_its_impact_by_hand() -> None:
    """2.806 over 0.8 is 3.5075. The others have 3.07 and 3.63 in Impact, median 3.35: 2.806 + 0.67 = 3.476."""
    values = PUBLISHED.copy()
    values[0, 3] = NAN
    found = blank_effect(five_dimensions(missing=MissingRule.REWEIGHT), DIMENSIONS, values)
    np.testing.assert_allclose(found.final, [3.5075, 3.315, 3.475], atol=1e-9)
    np.testing.assert_allclose(found.reweighted, [0.2, 0, 0])
    np.testing.assert_allclose(found.at_minimum, 0)
    np.testing.assert_allclose(found.counted, [0.8, 1, 1])
    np.testing.assert_allclose(found.lowest, [2.806, 3.315, 3.475], atol=1e-9)
    np.testing.assert_allclose(found.highest, [3.606, 3.315, 3.475], atol=1e-9)
    np.testing.assert_allclose(found.gain, [0.0315, 0, 0], atol=1e-9)
    np.testing.assert_allclose(found.column_gain[0], [NAN, NAN, NAN, 0.0315, NAN], atol=1e-9)
    # With 3.476 it would still be above Jambi's 3.475: no place gained, so no alert however small the least gain is.
    assert found.places.tolist() == [0, 0, 0]
    assert not found.alert.any()


def test_leaving_out_what_is_weak_is_noticed() -> None:
    """Finals 4, 2.6, 2.5, 2.55, 1.1. With the median 1.1 the first would have 2.55 and share the second rank.

    The last leaves out where the others have 4: with it, it would have 2.55 and the third rank instead of the fifth.
    """
    of = instrument(node("final", None, node("a"), node("b"), missing=MissingRule.REWEIGHT))
    values = np.array([[4.0, NAN], [4, 1.2], [4, 1], [4, 1.1], [NAN, 1.1]])
    found = blank_effect(of, ("a", "b"), values)
    np.testing.assert_allclose(found.gain, [4 - (4 + 1.1) / 2, 0, 0, 0, 1.1 - (4 + 1.1) / 2], atol=1e-9)
    assert found.places.tolist() == [1, 0, 0, 0, -2]
    assert found.alert.tolist() == [True, False, False, False, False]
    assert not blank_effect(of, ("a", "b"), values, alert=0.5).alert.any()


@pytest.mark.parametrize(("usual", "alert"), [(2.93, False), (2.91, True)])
def test_one_hundredth_of_the_scale_is_worth_a_look(usual: float, alert: bool) -> None:
    """3 with a blank against (3 + usual)/2: a gain of 0.035 or 0.045, where 0.04 is one hundredth, and of a place."""
    of = instrument(node("final", None, node("a"), node("b"), missing=MissingRule.REWEIGHT))
    values = np.array([[3.0, NAN], [3.01, usual], [3.05, usual]])
    assert blank_effect(of, ("a", "b"), values).alert[0] == alert


def test_shares_by_the_rule_that_deals_with_the_gap() -> None:
    branch = node("g", 40, node("a", 1), node("b", 3), missing=MissingRule.ZERO)
    strict = node("h", 30, node("c"), node("d"), missing=MissingRule.REQUIRE)
    of = instrument(node("final", None, branch, strict, node("e", 30), missing=MissingRule.REWEIGHT))
    values = np.array([[1, NAN, 2, NAN, 3], [NAN, NAN, 1, 2, 3], [NAN, NAN, NAN, 2, NAN], [1, 2, 3, 4, 1]])
    found = blank_effect(of, ("a", "b", "c", "d", "e"), values)
    # h is partly answered and has no score: its whole 0.3 is re-weighted. Of g 3/4 count as the minimum.
    np.testing.assert_allclose(found.reweighted, [0.3, 0.4, NAN, 0])
    np.testing.assert_allclose(found.at_minimum, [0.3, 0, NAN, 0])
    assert np.isnan(found.final[2])
    assert np.isnan(found.gain[2])
    np.testing.assert_allclose(found.lowest[2], 0.3, atol=1e-9)
    assert not found.alert[2]


def test_a_node_in_no_column_is_a_blank_of_everybody() -> None:
    found = blank_effect(
        instrument(node("final", None, node("a", 60), node("b", 40), missing=MissingRule.REWEIGHT)),
        ("a",),
        np.array([[3.0], [2.0]]),
    )
    np.testing.assert_allclose(found.reweighted, 0.4)
    np.testing.assert_allclose(found.lowest, [1.8, 1.2], atol=1e-9)
    np.testing.assert_allclose(found.highest, [3.4, 2.8], atol=1e-9)
    np.testing.assert_allclose(found.gain, 0)
    assert found.column_gain.shape == (2, 1)


def test_a_blank_at_nought_makes_a_geometric_mean_nought() -> None:
    of = instrument(
        node("final", None, node("a"), node("b"), missing=MissingRule.REWEIGHT, aggregation=Aggregation.GEOMETRIC)
    )
    found = blank_effect(of, ("a", "b"), np.array([[4.0, NAN], [1, 1]]))
    np.testing.assert_allclose(found.lowest, [0, 1], atol=1e-9)
    np.testing.assert_allclose(found.highest, [4, 1], atol=1e-9)
    np.testing.assert_allclose(found.gain, [2, 0], atol=1e-9)


def test_faults() -> None:
    with pytest.raises(RobustnessFaults) as error:
        blank_effect(five_dimensions(), DIMENSIONS, np.ones((2, 5, 3)))
    assert [fault.code for fault in error.value.faults] == ["not-a-table"]
