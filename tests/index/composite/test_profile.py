"""Strengths and weaknesses, groups, and the index without one part."""

from __future__ import annotations

import math

import pytest

from index.composite.specs import NONE, branch, data, flat, leaf, spec
from pilar.index.composite import Built, Weighting, build
from pilar.index.composite.profile import group_summaries, standings, strengths, weaknesses
from pilar.index.composite.removal import removals
from pilar.index.composite.variants import without


def case() -> Built:
    root = branch("final", None, branch("p", 60, leaf("a", 75), leaf("b", 25)), leaf("c", 40))
    columns = {"a": [9, 1, 2, 3], "b": [0, 1, 2, 1], "c": [5, 5, None, 1]}
    return build(spec(root, normalisation=NONE, groups=("kind",)), data(columns, groups={"kind": list("xxyy")}))


def test_standings_by_hand() -> None:
    a, b, c = standings(case(), "u1")
    assert (a.rank, a.among, a.beaten, a.weight, a.gap) == (1, 4, 1, pytest.approx(0.45), 9 - 15 / 4)
    assert (b.rank, b.beaten) == (4, 0)
    assert (c.rank, c.among, c.beaten) == (1, 3, 0.75)  # ahead of one of two, level with the other
    assert [one.code for one in strengths((a, b, c))] == ["a", "c"]
    assert [one.code for one in weaknesses((a, b, c))] == ["b"]
    assert [one.code for one in strengths((a, b, c), 1)] == ["a"]


def test_standings_among_a_group_leave_blanks_out() -> None:
    found = standings(case(), "u3", by="kind")
    assert [(one.code, one.rank, one.among) for one in found] == [("a", 2, 2), ("b", 1, 2)]
    with pytest.raises(KeyError):
        standings(case(), "u9")


def test_groups_by_hand() -> None:
    built = case()
    assert built.final.tolist() == pytest.approx([0.6 * 6.75 + 2, 0.6 + 2, 2, 0.6 * 2.5 + 0.4])
    x, y = group_summaries(built, "kind")
    assert (x.group, x.units, x.of, x.first) == ("x", 2, 2, "u1")
    assert (x.mean, x.lowest, x.highest) == pytest.approx(((6.05 + 2.6) / 2, 2.6, 6.05))
    assert y.median == pytest.approx((2 + 1.9) / 2)


def test_a_group_without_an_index() -> None:
    of = spec(flat(), normalisation=NONE, groups=("kind",))
    (_, empty) = group_summaries(build(of, data({"a": [1, None], "b": [1, None]}, groups={"kind": ["x", "y"]})), "kind")
    assert (empty.units, empty.of, empty.first) == (0, 1, None)
    assert math.isnan(empty.mean)


def test_removal_is_the_index_without_that_part() -> None:
    built = case()
    found = {one.code: one for one in removals(built)}
    assert list(found) == ["p", "a", "b", "c"]
    assert found["c"].final.tolist() == pytest.approx([6.75, 1, 2, 2.5])
    assert found["a"].final.tolist() == pytest.approx([2, 2.6, 2, 1])
    assert found["a"].ranks == (2, 1, 2, 4)
    assert built.ranks == (1, 2, 3, 4)
    assert found["a"].mean_shift == pytest.approx((1 + 1 + 1 + 0) / 4)
    assert found["a"].most == (1, 0)


def test_a_removal_takes_an_empty_parent_along_and_never_all_weight() -> None:
    root = branch("final", None, branch("p", 100, leaf("a")), leaf("b", 0))
    of = spec(root)
    assert without(of, "a") is None  # what is left weighs nothing
    assert [one.code for one in removals(build(of, data({"a": [1, 2], "b": [1, 2]})))] == ["b"]
    deep = spec(branch("final", None, branch("p", None, leaf("a")), leaf("b")))
    kept = without(deep, "a")
    assert kept is not None
    assert [node.code for node in kept.nodes] == ["final", "b"]


def test_removal_takes_weights_from_components_anew() -> None:
    columns = {"a": [1, 2, 3, 4], "b": [1, 3, 2, 4], "c": [4, 1, 3, 2]}
    built = build(spec(flat("abc", weighting=Weighting.PCA)), data(columns))
    found = {one.code: one for one in removals(built)}
    assert found["c"].final.tolist() == pytest.approx(
        build(spec(flat("ab", weighting=Weighting.PCA)), data({"a": columns["a"], "b": columns["b"]})).final.tolist()
    )
