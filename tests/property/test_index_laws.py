"""Laws of the index that hold for every tree and every set of answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index.trees import instrument, known, node
from pilar.index import (
    Aggregation,
    Instrument,
    MissingRule,
    Node,
    NoScore,
    Result,
    Ties,
    rank,
    rank_within,
    score,
    score_all,
)
from pilar.index.batch import score_matrix

Answers = dict[str, Decimal]

WEIGHTS = st.decimals(min_value="0.01", max_value="100", places=2)
SCORES = st.decimals(min_value=0, max_value=4, places=2)
POSITIVE = st.decimals(min_value="0.01", max_value=4, places=2)
NEARLY = Fraction(1, 10**45)

law = settings(deadline=None)


@st.composite
def trees(draw: st.DrawFn, means: tuple[Aggregation, ...] = (Aggregation.WEIGHTED,), minimum: int = 0) -> Instrument:
    """Trees of up to four levels with arbitrary positive weights, all missing rules and the given means."""
    counter = iter(range(1000))

    def grow(depth: int, weight: Decimal | None) -> Node:
        code = "final" if depth == 0 else f"n{next(counter)}"
        size = draw(st.integers(1 if depth else 2, 4)) if depth < 1 or (depth < 3 and draw(st.booleans())) else 0
        equal = draw(st.booleans())
        children = [grow(depth + 1, None if equal else draw(WEIGHTS)) for _ in range(size)]
        rule, mean = draw(st.sampled_from(MissingRule)), draw(st.sampled_from(means))
        share = draw(st.sampled_from([None, Decimal("0.3"), Decimal("0.7")])) if rule is MissingRule.REWEIGHT else None
        power = draw(st.sampled_from([Decimal(2), Decimal("0.5"), Decimal(-1)])) if mean is Aggregation.POWER else None
        return node(code, weight, *children, missing=rule, minimum_share=share, aggregation=mean, power=power)

    return instrument(grow(0, None), minimum, 4)


@st.composite
def cases(
    draw: st.DrawFn,
    means: tuple[Aggregation, ...] = (Aggregation.WEIGHTED,),
    scores: st.SearchStrategy[Decimal] = SCORES,
    minimum: int = 0,
) -> tuple[Instrument, Answers]:
    """A tree and answers to some of its nodes, at any level of each branch."""
    of = draw(trees(means, minimum))
    answers: Answers = {}

    def answer(place: Node) -> None:
        if place.is_leaf or draw(st.integers(0, 9)) == 0:
            if draw(st.integers(0, 4)):
                answers[place.code] = draw(scores)
        else:
            for child in place.children:
                answer(child)

    answer(of.root)
    return of, answers


LINEAR = cases()
RAISED = cases(minimum=1, scores=st.decimals(min_value=1, max_value=4, places=2))
ALL_MEANS = cases(means=tuple(Aggregation), scores=st.decimals(min_value=1, max_value=4, places=2), minimum=1)


def naive(of: Instrument, place: Node, answers: Answers) -> Fraction | None:
    """The score of a node by plain recursion, weighted means only."""
    if place.code in answers:
        return Fraction(answers[place.code])
    scores = [naive(of, child, answers) for child in place.children]
    pairs = [(Fraction(child.weight or 1), score) for child, score in zip(place.children, scores, strict=True)]
    present = [(weight, score) for weight, score in pairs if score is not None]
    if not present or (place.missing is MissingRule.REQUIRE and len(present) < len(pairs)):
        return None
    total = sum(weight for weight, _ in pairs)
    if place.missing is MissingRule.ZERO:
        low = Fraction(of.scale.minimum)
        return sum((w * (low if s is None else s) for w, s in pairs), Fraction(0)) / total
    share = sum(weight for weight, _ in present)
    if share / total < Fraction(place.minimum_share or 0):
        return None
    return sum((w * s for w, s in present), Fraction(0)) / share


def left_out(result: Result, of: Instrument, answers: Answers) -> bool:
    """Whether some branch is partly answered and yet has no score, so that its answers do not count."""
    touched = {above for code in answers for above in of.ancestors(code)}
    return any(isinstance(result.score(code), NoScore) for code in touched)


@law
@given(st.one_of(LINEAR, RAISED))
def test_the_plan_scores_what_plain_recursion_scores(case: tuple[Instrument, Answers]) -> None:
    of, answers = case
    result = score(of, answers)
    expected = naive(of, of.root, answers)
    assert result.final == expected if expected is not None else isinstance(result.final, NoScore)


@law
@given(ALL_MEANS, st.data())
def test_raising_one_mark_never_lowers_the_final(case: tuple[Instrument, Answers], data: st.DataObject) -> None:
    of, answers = case
    before = score(of, answers).final
    if isinstance(before, NoScore):
        return
    code = data.draw(st.sampled_from(sorted(answers)))
    more = data.draw(st.decimals(min_value=answers[code], max_value=4, places=2))
    assert known(score(of, {**answers, code: more}).final) >= before - NEARLY


@law
@given(LINEAR, WEIGHTS)
def test_scaling_sibling_weights_changes_nothing(case: tuple[Instrument, Answers], factor: Decimal) -> None:
    of, answers = case

    def scaled(place: Node, by: Decimal) -> Node:
        weight = None if place.weight is None else place.weight * by
        children = tuple(scaled(child, factor) for child in place.children)
        return replace(place, weight=weight, children=children)

    assert score(replace(of, root=scaled(of.root, Decimal(1))), answers).final == score(of, answers).final


@law
@given(trees(), st.data())
def test_the_order_of_regions_changes_nothing(of: Instrument, data: st.DataObject) -> None:
    row = st.fixed_dictionaries({}, optional=dict.fromkeys((leaf.code for leaf in of.leaves), SCORES))
    regions = data.draw(st.dictionaries(st.text(max_size=3), row, max_size=5))
    shuffled = dict(data.draw(st.permutations(list(regions.items()))))
    finals = {key: result.final for key, result in score_all(of, regions).items()}
    others = {key: result.final for key, result in score_all(of, shuffled).items()}
    assert finals == others
    assert rank(finals) == rank(others)


@law
@given(LINEAR, st.data())
def test_the_order_of_answers_changes_nothing(case: tuple[Instrument, Answers], data: st.DataObject) -> None:
    of, answers = case
    shuffled = dict(data.draw(st.permutations(list(answers.items()))))
    assert score(of, shuffled).final == score(of, answers).final


@law
@given(st.one_of(LINEAR, RAISED, ALL_MEANS))
def test_contributions_sum_exactly_to_the_final(case: tuple[Instrument, Answers]) -> None:
    of, answers = case
    result = score(of, answers)
    explained = result.explain()
    if isinstance(result.final, NoScore):
        assert all(found.contribution is result.final for found in explained.walk())
        return
    filled = {found.node.code for found in explained.walk() if found.rule == MissingRule.ZERO}
    counted = [f for f in explained.walk() if (f.node.code in answers or f.node.code in filled)]
    assert sum(known(found.contribution) for found in counted) == result.final
    assert sum(found.effective_weight for found in counted) == 1
    for found in explained.walk():
        if found.children and found.rule != MissingRule.ZERO:
            assert sum(known(child.contribution) for child in found.children) == found.contribution


@law
@given(ALL_MEANS)
def test_the_final_lies_within_its_bounds(case: tuple[Instrument, Answers]) -> None:
    of, answers = case
    result = score(of, answers)
    assert of.scale.minimum <= result.lowest <= result.highest <= of.scale.maximum
    assert (result.observed == 1) == (not result.missing)
    if not isinstance(result.final, NoScore) and not left_out(result, of, answers):
        assert result.lowest - NEARLY <= result.final <= result.highest + NEARLY
    if not result.missing:
        assert result.lowest == result.final == result.highest


@law
@given(ALL_MEANS, st.data())
def test_filling_the_blanks_stays_within_the_bounds(case: tuple[Instrument, Answers], data: st.DataObject) -> None:
    of, answers = case
    result = score(of, answers)
    fill = {code: data.draw(st.decimals(min_value=1, max_value=4, places=2)) for code in result.missing}
    filled = known(score(of, {**answers, **fill}).final)
    assert result.lowest - NEARLY <= filled <= result.highest + NEARLY


@law
@given(trees(), st.data())
def test_numpy_agrees_with_the_exact_scores(of: Instrument, data: st.DataObject) -> None:
    columns = data.draw(st.permutations([leaf.code for leaf in of.leaves]))
    row = st.fixed_dictionaries({code: st.none() | SCORES for code in columns})
    rows = data.draw(st.lists(row, min_size=1, max_size=4))
    values = np.array([[np.nan if r[code] is None else float(r[code]) for code in columns] for r in rows])
    batch = score_matrix(of, columns, values)
    for place, answers in enumerate(rows):
        exact = score(of, answers)
        for one in of.nodes:
            found, expected = batch.score(one.code)[place], exact.score(one.code)
            if isinstance(expected, NoScore):
                assert np.isnan(found)
            else:
                assert abs(found - float(expected)) < 1e-9


@law
@given(
    st.dictionaries(st.integers(), st.none() | st.fractions(min_value=0, max_value=4, max_denominator=4), max_size=12),
    st.sampled_from(Ties),
    st.data(),
)
def test_ranks(drawn: dict[int, Fraction | None], ties: Ties, data: st.DataObject) -> None:
    scores = {key: NoScore.BLANK if value is None else value for key, value in drawn.items()}
    ranks = rank(scores, ties)
    assert rank(dict(data.draw(st.permutations(list(scores.items())))), ties) == ranks
    placed = {key: value for key, value in drawn.items() if value is not None}
    assert {key for key, place in ranks.items() if place is not None} == set(placed)
    above: Callable[[Fraction], int] = partial(count_above, placed, ties)
    assert all(ranks[key] == 1 + above(value) for key, value in placed.items())


@law
@given(
    st.dictionaries(
        st.integers(),
        st.tuples(st.sampled_from("abc"), st.none() | st.fractions(min_value=0, max_value=4, max_denominator=4)),
        max_size=12,
    ),
    st.sampled_from(Ties),
)
def test_ranks_within_a_place_are_the_ranks_of_that_place_alone(
    drawn: dict[int, tuple[str, Fraction | None]], ties: Ties
) -> None:
    scores = {key: NoScore.BLANK if value is None else value for key, (_, value) in drawn.items()}
    places = {key: place for key, (place, _) in drawn.items()}
    ranks = rank_within(scores, places, ties)
    assert list(ranks) == list(scores)
    for place in "abc":
        among = {key: score for key, score in scores.items() if places[key] == place}
        assert {key: ranks[key] for key in among} == rank(among, ties)


def count_above(placed: dict[int, Fraction], ties: Ties, value: Fraction) -> int:
    higher = [other for other in placed.values() if other > value]
    return len(set(higher)) if ties is Ties.DENSE else len(higher)
