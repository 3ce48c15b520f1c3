from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from pilar.index import NoScore
from pilar.index.peers import (
    Attempt,
    Dropped,
    PeerComparison,
    Trait,
    Traits,
    compare_with_peers,
    nearest,
    peer_group,
    size_band,
)

REGIONS = {
    "me": Traits("kabupaten", 2, "36"),
    "near": Traits("kabupaten", 2, "36"),
    "large": Traits("kabupaten", 3, "36"),
    "far": Traits("kabupaten", 2, "32"),
    "city": Traits("kota", 2, "36"),
    "vague": Traits("kabupaten", None, "36"),
}
ALL = (Trait.KIND, Trait.SIZE, Trait.PROVINCE)


def test_all_three_traits_where_enough_share_them() -> None:
    found = peer_group("me", REGIONS, minimum=1)
    assert (found.members, found.shared, found.dropped, found.enough) == (("near",), ALL, (), True)


def test_each_fall_back_is_told() -> None:
    found = peer_group("me", REGIONS, minimum=2)
    assert (found.members, found.shared) == (("near", "far"), ALL[:2])
    assert found.dropped == (Attempt(ALL, 1, Dropped.TOO_FEW),)
    wide = peer_group("me", REGIONS, minimum=4)
    assert (wide.members, wide.shared) == (("near", "large", "far", "vague"), (Trait.KIND,))
    assert [attempt.count for attempt in wide.dropped] == [1, 2]


def test_what_is_not_known_of_the_region_cannot_be_shared() -> None:
    found = peer_group("vague", REGIONS, minimum=1)
    assert (found.members, found.shared) == (("me", "near", "large", "far"), (Trait.KIND,))
    assert found.dropped[0] == Attempt(ALL, None, Dropped.UNKNOWN)


def test_too_few_in_the_end_is_said() -> None:
    found = peer_group("me", REGIONS, minimum=100)
    assert (len(found.members), found.shared, found.enough) == (5, (), False)
    assert len(found.dropped) == 3
    nowhere = {"me": Traits(), "other": Traits("kota")}
    strict = peer_group("me", nowhere, minimum=1, fall_back=[(Trait.KIND,)])
    assert (strict.members, strict.enough) == ((), False)
    with pytest.raises(ValueError, match="no set"):
        peer_group("me", REGIONS, fall_back=[])


def test_an_edge_belongs_to_the_band_above() -> None:
    assert [size_band(value, [100, 500]) for value in (99, 100, 499, 500)] == [0, 1, 1, 2]
    with pytest.raises(ValueError, match="rise"):
        size_band(1, [5, 5])


def test_a_region_among_its_peers() -> None:
    group = peer_group("me", REGIONS, minimum=4)
    scores = {"me": Fraction(3), "near": Fraction(4), "large": Fraction(1), "far": Fraction(2), "vague": NoScore.BLANK}
    assert compare_with_peers(scores, group) == PeerComparison(2, 4, Fraction(2), Fraction(1))
    assert compare_with_peers({**scores, "me": NoScore.BLANK}, group) == PeerComparison(None, 3, Fraction(2), None)
    alone = replace(group, members=())
    assert compare_with_peers(scores, alone) == PeerComparison(1, 1, None, None)


def test_the_nearest_by_places_in_the_order_of_each_figure() -> None:
    # In order of the first: a 10, me 20, b 30, c 1000, d 1000 (c and d share the place 3.5).
    people = {"a": [10], "me": [20], "b": [30], "c": [1000], "d": [1000], "vague": [None]}
    found = nearest("me", people, count=3)
    assert (found.members, found.left_out) == (("a", "b", "c"), ("vague",))
    assert found.distances == {"a": 1, "b": 1, "c": Fraction(5, 2)}, "equal distances keep the order given"
    both = {key: [*value, other] for (key, value), other in zip(people.items(), [5, 1, 4, 2, 3, 1], strict=True)}
    # Places of the second: me 0, c 1, d 2, b 3, a 4.
    assert nearest("me", both, count=9).distances == {"a": 5, "b": 4, "c": Fraction(7, 2), "d": Fraction(9, 2)}
    assert nearest("me", both, count=2).members == ("c", "b")
    with pytest.raises(ValueError, match="not known"):
        nearest("vague", people, count=1)
    with pytest.raises(KeyError):
        nearest("nobody", people, count=1)
