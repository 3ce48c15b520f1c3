from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from index.trees import TANGERANG_2023, five_dimensions, instrument, node
from pilar import index
from pilar.index import Aggregation, Explained, MissingRule, NoScore


def by_code(result: index.Result) -> dict[str, Explained]:
    return {explained.node.code: explained for explained in result.explain().walk()}


def test_tangerang_2023() -> None:
    found = by_code(index.score(five_dimensions(), TANGERANG_2023))
    assert [(e.weight, e.effective_weight, e.contribution) for e in found.values()] == [
        (None, 1, Fraction("3.354")),
        (10, Fraction(1, 10), Fraction("0.388")),
        (20, Fraction(1, 5), Fraction("0.652")),
        (30, Fraction(3, 10), Fraction("1.032")),
        (20, Fraction(1, 5), Fraction("0.548")),
        (20, Fraction(1, 5), Fraction("0.734")),
    ]
    assert found["final"].published == Decimal("3.35")
    assert {explained.rule for explained in found.values()} == {""}


def test_gaps_name_the_rule_that_dealt_with_them() -> None:
    zero = node("b", 40, node("c"), node("d"), missing=MissingRule.ZERO)
    of = instrument(node("final", None, node("a", 40), zero, node("e", 20), missing=MissingRule.REWEIGHT), 1, 4)
    found = by_code(index.score(of, {"a": 4, "c": 2}))
    assert {code: explained.rule for code, explained in found.items() if explained.rule} == {
        "d": "zero",
        "e": "reweight",
    }
    assert (found["d"].score, found["d"].contribution) == (1, Fraction(1, 4))
    assert (found["e"].score, found["e"].published, found["e"].contribution) == (NoScore.BLANK, NoScore.BLANK, 0)
    assert [found[code].effective_weight for code in "abcde"] == [Fraction(x, 4) for x in (2, 2, 1, 1, 0)]
    assert sum(found[code].contribution for code in "acd") == found["final"].score


def test_a_branch_without_score_under_a_rule_that_fills_it() -> None:
    branch = node("b", 50, node("c"), node("d"))
    of = instrument(node("final", None, node("a", 50), branch, missing=MissingRule.ZERO), 1, 4)
    found = by_code(index.score(of, {"a": 4, "c": 2}))
    assert (found["b"].score, found["b"].rule, found["b"].contribution) == (1, "zero", Fraction(1, 2))
    assert (found["c"].score, found["c"].effective_weight, found["c"].contribution) == (2, 0, 0)
    assert found["d"].rule == "require"


def test_without_a_final_there_are_scores_but_no_contributions() -> None:
    found = by_code(index.score(five_dimensions(), {**TANGERANG_2023, "impact": None}))
    assert {explained.contribution for explained in found.values()} == {NoScore.INCOMPLETE}
    assert {explained.effective_weight for explained in found.values()} == {0}
    assert found["output"].published == Decimal("3.26")
    assert found["impact"].rule == "require"
    assert [explained.node.code for explained in index.score(five_dimensions(), {}).explain().walk()] == ["final"]


def test_a_weightless_child_and_nodes_below_an_answer() -> None:
    of = instrument(node("final", None, node("a", 100, node("b"), node("c")), node("d", 0)))
    found = by_code(index.score(of, {"a": 3}))
    assert set(found) == {"final", "a", "d"}
    assert (found["d"].rule, found["d"].effective_weight) == ("", 0)


def test_parts_of_nonlinear_means() -> None:
    def contributions(answers: dict[str, int], aggregation: Aggregation, power: str | None = None) -> list[object]:
        exact = None if power is None else Decimal(power)
        tree = node("final", None, node("a", 75), node("b", 25), aggregation=aggregation, power=exact)
        found = by_code(index.score(instrument(tree), answers))
        return [found["final"].score, found["a"].contribution, found["b"].contribution]

    answers = {"a": 1, "b": 4}
    assert contributions(answers, Aggregation.HARMONIC) == [Fraction(16, 13), *(Fraction(16, 13) * p for p in (Fraction(12, 13), Fraction(1, 13)))]  # fmt: skip # noqa: E501
    final, first, second = contributions(answers, Aggregation.GEOMETRIC)
    assert (first, second) == (final * Fraction(3, 4), final * Fraction(1, 4))
    final, first, second = contributions(answers, Aggregation.POWER, "2")
    assert (first, second) == (final * Fraction(3, 19), final * Fraction(16, 19))
    assert contributions({"a": 0, "b": 0}, Aggregation.POWER, "2") == [0, 0, 0]
    final, first, second = contributions({"a": 0, "b": 4}, Aggregation.POWER, "0.5")
    assert (first, second) == (0, final)


def test_nonlinear_below_linear_below_nonlinear() -> None:
    inner = node("b", None, node("c"), node("d"), aggregation=Aggregation.GEOMETRIC)
    middle = node("m", None, node("a"), inner)
    tree = node("final", None, middle, node("e"), aggregation=Aggregation.HARMONIC)
    found = by_code(index.score(instrument(tree), {"a": 2, "c": 1, "d": 4, "e": 3}))
    assert found["final"].score == Fraction(12, 5)
    assert sum(found[code].contribution for code in "acde") == Fraction(12, 5)
    assert sum(found[code].effective_weight for code in "acde") == 1
    assert found["b"].contribution == found["c"].contribution + found["d"].contribution
