"""Laws of explaining a change: nothing is left over, and the year after is the year before in a mirror."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from index.trees import node
from pilar.index import Aggregation, Instrument, MissingRule, Node, NoScore, Scale, Ties, rank, score
from pilar.index.change import Change, explain_change, rank_changes
from property.test_index_laws import WEIGHTS, Answers, law, trees

Year = tuple[Instrument, Answers]


@st.composite
def revised(draw: st.DrawFn, of: Instrument, means: tuple[Aggregation, ...], lowest: int) -> Instrument:
    """The instrument with some weights, rules, nodes, places and perhaps the scale changed."""
    counter = iter(range(1000))
    taken: list[Node] = []

    def revise(place: Node) -> Node:
        if place.is_leaf:
            return place
        children = [revise(child) for child in place.children]
        if len(children) > 1 and draw(st.integers(0, 3)) == 0:
            taken.append(children.pop())
        if draw(st.integers(0, 3)) == 0:
            children.append(node(f"new{next(counter)}", 1))
        if taken and draw(st.booleans()):
            children.append(taken.pop())
        if draw(st.booleans()):
            children = [replace(child, weight=draw(WEIGHTS)) for child in children]
        else:
            children = [replace(child, weight=child.weight or Decimal(1)) for child in children]
        rule = draw(st.sampled_from([place.missing, *MissingRule]))
        share = place.minimum_share if rule is MissingRule.REWEIGHT else None
        mean = draw(st.sampled_from(means))
        power = draw(st.sampled_from([Decimal(2), Decimal(-1)])) if mean is Aggregation.POWER else None
        return replace(
            place, children=tuple(children), missing=rule, minimum_share=share, aggregation=mean, power=power
        )

    maximum = draw(st.sampled_from([4, 4, 4, 5]))
    minimum = draw(st.sampled_from([of.scale.minimum, Decimal(lowest)]))
    return replace(of, root=revise(of.root), scale=Scale(minimum, Decimal(maximum)), version="2")


@st.composite
def years(
    draw: st.DrawFn, means: tuple[Aggregation, ...] = (Aggregation.WEIGHTED,), lowest: int = 0
) -> tuple[Year, Year]:
    """Two years with a final each: an instrument and its revision, each answered at any level."""
    first = draw(trees(means, lowest))
    second = draw(revised(first, means, min(lowest, 1)))
    found = []
    for of in (first, second):
        answers: Answers = {}
        for place in of.nodes:
            if any(above in answers for above in of.ancestors(place.code)):
                continue
            if (place.is_leaf or draw(st.integers(0, 9)) == 0) and draw(st.integers(0, 5)):
                answers[place.code] = draw(st.decimals(min_value=lowest, max_value=4, places=1))
        assume(not isinstance(score(of, answers).final, NoScore))
        found.append((of, answers))
    return found[0], found[1]


LINEAR = years() | years(lowest=2)
ALL_MEANS = years(tuple(Aggregation), 1)


def parts(change: Change) -> dict[str, Fraction]:
    return {
        **{code: part for code, part in change.performance.items() if part},
        "=weights": change.weights,
        "=missing": change.missing,
        "=instrument": change.instrument,
    }


@law
@given(st.one_of(LINEAR, ALL_MEANS))
def test_the_parts_sum_to_the_change_with_no_rest(pair: tuple[Year, Year]) -> None:
    before, after = pair
    change = explain_change(before, after)
    assert change.before == score(*before).final
    assert change.after == score(*after).final
    assert sum(parts(change).values()) == change.after - change.before
    assert change.total + change.rounding == Fraction(change.published)


@law
@given(LINEAR)
def test_the_other_way_round_every_part_turns_its_sign(pair: tuple[Year, Year]) -> None:
    before, after = pair
    there, back = parts(explain_change(before, after)), parts(explain_change(after, before))
    assert there == {name: -part for name, part in back.items()}


@law
@given(st.one_of(LINEAR, ALL_MEANS))
def test_no_change_has_no_parts(pair: tuple[Year, Year]) -> None:
    before, _ = pair
    assert set(parts(explain_change(before, before)).values()) == {0}


@law
@given(LINEAR, st.data())
def test_with_equal_rules_all_is_own_performance(pair: tuple[Year, Year], data: st.DataObject) -> None:
    """And each node's part is its effective weight times its change."""
    of, answers = pair[0]
    later = {code: data.draw(st.decimals(of.scale.minimum, 4, places=1)) for code in answers}
    change = explain_change((of, answers), (of, later))
    assert (change.weights, change.missing, change.instrument) == (0, 0, 0)
    weight = {found.node.code: found.effective_weight for found in score(of, answers).explain().walk()}
    assert change.performance == {c: weight[c] * Fraction(later[c] - answers[c]) for c in change.performance}


@law
@given(trees(), st.data())
def test_weights_and_scores_alone_are_the_mean_of_both_orders(of: Instrument, data: st.DataObject) -> None:
    """With all answered, a node's part is its change times the mean of its two effective weights."""

    def reweighted(place: Node) -> Node:
        children = tuple(replace(reweighted(child), weight=data.draw(WEIGHTS)) for child in place.children)
        return replace(place, children=children)

    new = replace(of, root=reweighted(of.root))
    old_scores, new_scores = (
        {leaf.code: data.draw(st.decimals(min_value=0, max_value=4, places=1)) for leaf in of.leaves} for _ in range(2)
    )
    change = explain_change((of, old_scores), (new, new_scores))
    first, second = (
        {found.node.code: found.effective_weight for found in score(*year).explain().walk()}
        for year in ((of, old_scores), (new, new_scores))
    )
    assert change.performance == {
        code: Fraction(new_scores[code] - old_scores[code]) * (first[code] + second[code]) / 2 for code in old_scores
    }
    assert change.weights == sum(
        Fraction(new_scores[code] + old_scores[code]) / 2 * (second[code] - first[code]) for code in old_scores
    )
    assert (change.missing, change.instrument) == (0, 0)


@settings(law, suppress_health_check=[HealthCheck.filter_too_much])  # few pairs answer at the same levels
@given(LINEAR)
def test_with_equal_scores_nothing_is_own_performance(pair: tuple[Year, Year]) -> None:
    (first, answers), (second, given_) = pair
    same = {code: answers.get(code, value) for code, value in given_.items()}
    assume(first.scale == second.scale)
    # Nothing is answered at another level of the same branch, in either tree: a common cut would stand above it.
    for tree in (first, second):
        assume(not any(above in answers for code in same if code in tree.by_code for above in tree.ancestors(code)))
        assume(not any(above in same for code in answers if code in tree.by_code for above in tree.ancestors(code)))
    assert explain_change((first, answers), (second, same)).own == 0


@law
@given(trees(minimum=1), st.data())
def test_a_score_that_keeps_its_place_on_the_scale_is_no_performance(of: Instrument, data: st.DataObject) -> None:
    answers = {leaf.code: data.draw(st.decimals(min_value=1, max_value=4, places=1)) for leaf in of.leaves}
    minimum, factor = data.draw(st.sampled_from([(0, 1), (1, 2), (2, 3)]))
    scale = Scale(Decimal(minimum), Decimal(minimum + 3 * factor))
    kept = {code: minimum + factor * (value - 1) for code, value in answers.items()}
    change = explain_change((of, answers), (replace(of, scale=scale, version="2"), kept))
    assert set(change.performance.values()) == {0}
    assert (change.weights, change.missing, change.instrument) == (0, 0, change.total)


@law
@given(LINEAR)
def test_a_cause_that_is_the_same_in_both_years_has_no_part(pair: tuple[Year, Year]) -> None:
    (first, answers), (second, given_) = pair
    change = explain_change((first, answers), (second, given_))
    if not (change.now_blank or change.no_longer_blank) and all(
        (one.missing, one.minimum_share) == (other.missing, other.minimum_share)
        for one in first.nodes
        if (other := second.by_code.get(one.code))
    ):
        assert change.missing == 0


@law
@given(LINEAR, st.randoms(use_true_random=False))
def test_the_order_of_siblings_and_answers_changes_no_part(pair: tuple[Year, Year], random: Random) -> None:
    def shuffled(place: Node) -> Node:
        children = [shuffled(child) for child in place.children]
        random.shuffle(children)
        return replace(place, children=tuple(children))

    def mixed(year: Year) -> Year:
        answers = list(year[1].items())
        random.shuffle(answers)
        return replace(year[0], root=shuffled(year[0].root)), dict(answers)

    before, after = pair
    assert parts(explain_change(mixed(before), mixed(after))) == parts(explain_change(before, after))


@law
@given(LINEAR, st.data())
def test_a_higher_score_this_year_never_lowers_its_own_part(pair: tuple[Year, Year], data: st.DataObject) -> None:
    before, (of, answers) = pair
    change = explain_change(before, (of, answers))
    both = sorted(code for code in change.performance if code in answers)
    assume(both)
    code = data.draw(st.sampled_from(both))
    more = data.draw(st.decimals(min_value=answers[code], max_value=4, places=1))
    higher = explain_change(before, (of, {**answers, code: more}))
    assert higher.performance[code] >= change.performance[code]


SCORES = st.dictionaries(
    st.integers(0, 12), st.none() | st.fractions(min_value=0, max_value=2, max_denominator=4), max_size=12
)


@law
@given(SCORES, SCORES, st.sampled_from(Ties))
def test_rank_changes_sum_to_the_change_of_rank(
    first: dict[int, Fraction | None], second: dict[int, Fraction | None], ties: Ties
) -> None:
    before, after = (
        {key: NoScore.BLANK if value is None else value for key, value in year.items()} for year in (first, second)
    )
    old, new = rank(before, ties), rank(after, ties)
    found = rank_changes(before, after, ties)
    back = rank_changes(after, before, ties)
    assert list(found) == list(after)
    for key, change in found.items():
        if change is None:
            assert old.get(key) is None or new[key] is None
            continue
        assert (change.before, change.after) == (old[key], new[key])
        assert change.own + change.others + change.company == change.after - change.before
        mirrored = back[key]
        assert mirrored is not None
        assert (mirrored.own, mirrored.others, mirrored.company) == (-change.own, -change.others, -change.company)
        if first[key] == second[key]:
            assert change.own == 0
        if {k for k, v in first.items() if v is not None} == {k for k, v in second.items() if v is not None}:
            assert change.company == 0


@law
@given(SCORES, st.sampled_from(Ties), st.data())
def test_who_rises_alone_moves_by_own_strength(
    scores: dict[int, Fraction | None], ties: Ties, data: st.DataObject
) -> None:
    known = {key: value for key, value in scores.items() if value is not None}
    assume(known)
    key = data.draw(st.sampled_from(sorted(known)))
    change = rank_changes(known, {**known, key: known[key] + 1}, ties)[key]
    assert change is not None
    assert change.own <= 0
    assert (change.others, change.company) == (0, 0)
