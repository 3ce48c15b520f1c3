"""Laws of scenarios: the same weights move nobody, and weights that are spread sum to 100 in their old proportions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from index.trees import five_dimensions, instrument, node
from pilar.index.scenarios import compare_scenario, draft_instrument, rebalanced
from property.test_index_laws import SCORES, law

WHOLES = st.lists(st.integers(0, 40), min_size=2, max_size=6).filter(lambda weights: sum(weights) > 0)


def hundred(wholes: list[int]) -> dict[str, Decimal]:
    """Whole weights that sum to 100, the last taking the rest."""
    shares = [Decimal(whole * 100 // sum(wholes)) for whole in wholes]
    return {f"n{place}": share for place, share in enumerate([*shares[:-1], 100 - sum(shares[:-1], Decimal(0))])}


@law
@given(WHOLES, st.decimals(min_value=0, max_value=100, places=2), st.integers(0, 5))
def test_spread_weights_sum_to_100_and_keep_their_proportions(wholes: list[int], weight: Decimal, place: int) -> None:
    weights = hundred(wholes)
    code = f"n{place % len(weights)}"
    of = instrument(node("final", None, *(node(name, one) for name, one in weights.items())))
    found = rebalanced(of, code, weight)
    assert list(found) == list(weights)
    assert found[code] == weight
    assert sum(found.values()) == 100
    rest = sum((one for name, one in weights.items() if name != code), Decimal(0))
    for name, one in found.items():
        if name != code and rest:
            ideal = Fraction(weights[name]) / Fraction(rest) * Fraction(100 - weight)
            assert abs(Fraction(one) - ideal) < Fraction(1, 100)
    assert draft_instrument(of, found).node(code).weight == weight


@law
@given(
    st.lists(
        st.fixed_dictionaries(dict.fromkeys(("baseline", "output", "outcome", "impact", "quick_win"), SCORES)),
        min_size=1,
        max_size=6,
    ),
    st.permutations([10, 20, 30, 20, 20]),
    st.data(),
)
def test_moves_balance_and_do_not_depend_on_the_order_of_regions(
    rows: list[dict[str, Decimal]], weights: list[int], data: st.DataObject
) -> None:
    of, answers = five_dimensions(), dict(enumerate(rows))
    draft = draft_instrument(of, dict(zip(rows[0], map(Decimal, weights), strict=True)))
    found = compare_scenario(of, draft, answers)
    shuffled = dict(data.draw(st.permutations(list(answers.items()))))
    assert compare_scenario(of, draft, shuffled).moves == found.moves
    back = compare_scenario(draft, of, answers)
    assert {key: -(move.places or 0) for key, move in back.moves.items()} == {
        key: move.places or 0 for key, move in found.moves.items()
    }
    assert compare_scenario(of, of, answers).movers == ()
