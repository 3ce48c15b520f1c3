from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from index.trees import DIMENSIONS, JAMBI_2024, KEDIRI_2022, TANGERANG_2023, five_dimensions, instrument, node
from pilar.index import MissingRule
from pilar.index.robustness import RobustnessFaults, Shares, Uniform, Verdict, can_be_first, rank_bounds

NAN = float("nan")
PAIR = instrument(node("final", None, node("a"), node("b"), missing=MissingRule.REWEIGHT))
PUBLISHED = np.array([[float(row[code]) for code in DIMENSIONS] for row in (TANGERANG_2023, KEDIRI_2022, JAMBI_2024)])


def test_the_weights_that_put_a_unit_first_are_shown() -> None:
    """(2, 3) is above (3, 2) where b weighs more; the largest lead, at 0.75 to 1.25, is (1.25 - 0.75)/2."""
    found = can_be_first(PAIR, ("a", "b"), np.array([[2.0, 3], [3.0, 2.2]]), unit=0, weights=Uniform(0.25))
    assert found.verdict is Verdict.FIRST
    assert found.shares == {"a": Fraction(3, 8), "b": Fraction(5, 8)}
    assert found.lead == Fraction(5, 8) * Fraction(8, 10) - Fraction(3, 8)


def test_above_each_other_unit_under_some_weights_and_never_above_both() -> None:
    """(2, 2) is above (2.5, 1.6) where b weighs 1.25 times a, above (1.6, 2.5) where a weighs 1.25 times b."""
    values = np.array([[2.0, 2], [2.5, 1.6], [1.6, 2.5]])
    assert rank_bounds(PAIR, ("a", "b"), values, weights=Uniform(0.25)).best[0] == 1
    found = can_be_first(PAIR, ("a", "b"), values, unit=0, weights=Uniform(0.25))
    assert found.verdict is Verdict.NEVER
    assert found.exact
    assert found.lead is not None
    assert found.lead < 0
    # The proof stands by itself: the mix has more in either column, whatever the weights.
    mixed = sum(float(part) * values[other] for other, part in found.mix.items())
    assert sum(found.mix.values()) == 1
    ratio = np.linspace(0.6, 1 / 0.6, 101)
    weights = np.stack([ratio / (1 + ratio), 1 / (1 + ratio)])
    assert (mixed @ weights > values[0] @ weights).all()


def test_a_billionth_behind_is_behind() -> None:
    """Nearer than floating point is trusted: the exact finals decide."""
    found = can_be_first(PAIR, ("a", "b"), np.array([[2, 2], [2 + 1e-9, 2 + 1e-9]]), unit=0, weights=Uniform(0.25))
    assert found.verdict is not Verdict.FIRST


def test_a_tie_for_the_first_rank_is_first() -> None:
    values = np.array([[3.0, 2], [3, 2], [1, 2]])
    found = can_be_first(PAIR, ("a", "b"), values, unit=1, weights=Uniform(0.25))
    assert (found.verdict, found.lead) == (Verdict.FIRST, 0)
    alone = can_be_first(PAIR, ("a", "b"), values[:1], unit=0, weights=Uniform(0.25))
    assert (alone.verdict, alone.lead) == (Verdict.FIRST, None)


@pytest.mark.parametrize("kind", [Uniform, Shares])
def test_the_edge_of_the_set_decides(kind: type[Uniform | Shares]) -> None:
    """(0, 3) is above (2, 1.5) where b weighs 4/3 of a: a spread of exactly 1/7 gives (8/7)/(6/7) = 4/3."""
    values = np.array([[0, 3], [2, 1.5]])
    assert can_be_first(PAIR, ("a", "b"), values, unit=0, weights=kind(0.1428)).verdict is Verdict.NEVER
    assert can_be_first(PAIR, ("a", "b"), values, unit=0, weights=kind(0.1429)).verdict is Verdict.FIRST


def test_raw_weights_above_one() -> None:
    """70/30 ± 50 %: raw weights 1.05 and 0.15 give a 7/8, not the 20/23 that a raw weight of at most 1 would."""
    of = instrument(node("final", None, node("a", 70), node("b", 30)))
    for rival, verdict in ((0.8751, Verdict.NEVER), (0.8749, Verdict.FIRST)):
        values = np.array([[1.0, 0], [rival, rival]])
        found = can_be_first(of, ("a", "b"), values, unit=0, weights=Uniform(0.5))
        assert (found.verdict, found.lead) == (verdict, Fraction(7, 8) - Fraction(str(rival)))


def test_published_regions() -> None:
    """Tangerang 2023 has less than Jambi 2024 in outcome, impact and final, more in the others."""
    of = five_dimensions()
    near = can_be_first(of, DIMENSIONS, PUBLISHED, unit=0, weights=Uniform(0.1))
    assert (near.verdict, dict(near.mix)) == (Verdict.NEVER, {2: 1})
    far = can_be_first(of, DIMENSIONS, PUBLISHED, unit=0, weights=Uniform(0.5))
    assert far.verdict is Verdict.FIRST
    shares = [far.shares[code] for code in DIMENSIONS]
    assert sum(shares) == 1
    finals = [
        sum(share * Fraction(str(value)) for share, value in zip(shares, row, strict=True))
        for row in PUBLISHED.tolist()
    ]
    assert finals[0] == max(finals)
    assert finals[0] - max(finals[1:]) == far.lead


def test_two_levels() -> None:
    """First only if g counts more and, in g, a counts more: (0.6 + …) by hand at the corner."""
    of = instrument(node("final", None, node("g", None, node("a"), node("b")), node("c")))
    values = np.array([[4.0, 0, 0], [0, 1.1, 2]])
    found = can_be_first(of, ("a", "b", "c"), values, unit=0, weights=Uniform(0.5))
    # Corner: g and a at 3/4 of their siblings: 3/4·3 = 2.25 against 3/4·1.1/4 + 2/4 = 0.70625.
    assert found.lead == Fraction("2.25") - Fraction("0.70625")
    assert found.shares == {"a": Fraction(3, 4), "b": Fraction(1, 4), "g": Fraction(3, 4), "c": Fraction(1, 4)}


def test_blanks() -> None:
    of = instrument(node("final", None, node("a"), node("b"), node("c"), missing=MissingRule.REWEIGHT))
    values = np.array([[2.0, NAN, 3], [4, 4, 3.5], [3.0, 2, 2.5]])
    never = can_be_first(of, ("a", "b", "c"), values, unit=0, weights=Uniform(0.3))
    assert (never.verdict, never.exact) == (Verdict.NEVER, False)
    assert dict(never.mix) == {1: 1}
    found = can_be_first(of, ("a", "b", "c"), values[[0, 2]], unit=0, weights=Uniform(0.3))
    assert found.verdict is Verdict.FIRST
    a, b, c = (found.shares[code] for code in "abc")
    assert found.lead == (2 * a + 3 * c) / (a + c) - (3 * a + 2 * b + Fraction("2.5") * c)


def test_blanks_of_everybody_and_blanks_at_the_minimum_are_exact() -> None:
    values = np.array([[2.0, NAN, 3], [4, NAN, 3.5]])
    of = instrument(node("final", None, node("a"), node("b"), node("c"), missing=MissingRule.REWEIGHT))
    found = can_be_first(of, ("a", "b", "c"), values, unit=0, weights=Uniform(0.3))
    assert (found.verdict, found.exact) == (Verdict.NEVER, True)
    of = instrument(node("final", None, node("a"), node("b"), missing=MissingRule.ZERO))
    found = can_be_first(of, ("a", "b"), np.array([[2, NAN], [0.5, 3.0]]), unit=0, weights=Uniform(0.1))
    assert (found.verdict, found.exact) == (Verdict.NEVER, True)
    assert found.lead == Fraction("1.5") * Fraction(11, 20) - 3 * Fraction(9, 20)


def test_faults() -> None:
    with pytest.raises(RobustnessFaults, match="Unit 2 has no final"):
        can_be_first(five_dimensions(), DIMENSIONS, np.array([[1] * 5, [NAN] * 5]), unit=1, weights=Uniform(0.1))
