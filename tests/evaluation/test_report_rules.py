"""What a report says in addition to stored figures: standouts, medians, spreads; worked by hand and against laws."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.cycle.world import INSTRUMENT
from pilar import index
from pilar.evaluation.rules.reports import (
    exact,
    histogram,
    lowest_shown,
    medians,
    shown_nodes,
    standouts,
    summary,
)

SCORES = st.fractions(0, 4, max_denominator=60)


def test_single_indicators_inside_a_dimension_are_not_shown() -> None:
    instrument = index.parse_instrument(INSTRUMENT, name="cycle-test")
    assert [node.code for node in shown_nodes(instrument)] == ["output", "outcome"]
    assert [node.code for node in lowest_shown(instrument)] == ["output", "outcome"]
    real = index.read_instrument("data/instruments/smart-city-2024.yaml")
    shown = [node.code for node in shown_nodes(real)]
    assert {"output", "output_policy", "quick_win"} <= {*shown}
    assert "output_policy_regulation" not in shown
    lowest = [node.code for node in lowest_shown(real)]
    assert "output" not in lowest
    assert {"baseline", "output_policy", "quick_win"} <= {*lowest}


def test_dimensions_that_are_indicators_themselves_are_shown() -> None:
    real = index.read_instrument("data/instruments/smart-city-2023.yaml")
    dimensions = tuple(replace(child, children=()) for child in real.root.children)
    flat = replace(real, root=replace(real.root, children=dimensions))
    assert shown_nodes(flat) == lowest_shown(flat) == dimensions


def test_medians_are_exact_and_leave_out_who_has_none() -> None:
    regions = [
        {"a": Fraction(1), "b": Fraction(1, 3)},
        {"a": Fraction(4)},
        {"a": Fraction(2), "b": Fraction(2, 3)},
        {"a": Fraction(3)},
    ]
    assert medians(regions, ["a", "b", "c"]) == {"a": Fraction(5, 2), "b": Fraction(1, 2)}
    assert exact({"a": "37/12", "b": "3"}, ["a", "c"]) == {"a": Fraction(37, 12)}


def test_the_furthest_parts_are_named_first_and_at_most_three() -> None:
    own = {
        "a": Fraction(3),
        "b": Fraction(2),
        "c": Fraction(4),
        "d": Fraction(1),
        "e": Fraction(3),
        "f": Fraction(3),
        "g": Fraction(2),
    }
    middle = dict.fromkeys("abcdefg", Fraction(2)) | {"c": Fraction(1)}
    found = standouts(own, middle, list("abcdefg"))
    assert [(one.code, one.difference) for one in found.strong] == [
        ("c", Fraction(3)),
        ("a", Fraction(1)),
        ("e", Fraction(1)),
    ]
    assert [(one.code, one.difference) for one in found.weak] == [("d", Fraction(-1))]
    assert standouts({"a": Fraction(2)}, {"a": Fraction(2), "b": Fraction(1)}, ["a", "b"]).strong == ()


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abcdef"), SCORES), min_size=1, max_size=9))
def test_strengths_and_weaknesses_lie_on_their_sides(regions: list[dict[str, Fraction]]) -> None:
    middle = medians(regions, "abcdef")
    for own in regions:
        found = standouts(own, middle, "abcdef")
        assert all(one.difference > 0 for one in found.strong)
        assert all(one.difference < 0 for one in found.weak)
        above = sorted((own[code] - middle[code] for code in own if own[code] > middle[code]), reverse=True)
        assert [one.difference for one in found.strong] == above[:3]


def test_quartiles_by_hand() -> None:
    found = summary([Fraction(4), Fraction(1), Fraction(2), Fraction(3)])
    assert found is not None
    assert (found.count, found.mean, found.median) == (4, Fraction(5, 2), Fraction(5, 2))
    assert (found.lowest, found.lower_quartile, found.upper_quartile, found.highest) == (
        Fraction(1),
        Fraction(7, 4),
        Fraction(13, 4),
        Fraction(4),
    )
    alone = summary([Fraction(3)])
    assert alone is not None
    assert (alone.lower_quartile, alone.median, alone.upper_quartile) == (Fraction(3), Fraction(3), Fraction(3))
    assert summary([]) is None


@settings(deadline=None)
@given(st.lists(SCORES, min_size=1, max_size=40))
def test_quartiles_are_those_of_numpy(scores: list[Fraction]) -> None:
    found = summary(scores)
    assert found is not None
    quartiles = np.quantile([float(one) for one in scores], [0.25, 0.5, 0.75])
    assert [float(found.lower_quartile), float(found.median), float(found.upper_quartile)] == pytest.approx(quartiles)


@settings(deadline=None)
@given(st.lists(SCORES, max_size=60), st.integers(1, 20))
def test_every_score_falls_into_one_bin(scores: list[Fraction], bins: int) -> None:
    found = histogram(scores, Decimal(0), Decimal(4), bins)
    assert (found[0].start, found[-1].end, len(found)) == (0, 4, bins)
    assert [one.end for one in found[:-1]] == [one.start for one in found[1:]]
    counted = Counter(
        next(place for place, one in enumerate(found) if one.start <= score < one.end or score == one.end == 4)
        for score in scores
    )
    assert [one.count for one in found] == [counted[place] for place in range(bins)]
