"""Coordinates as people write them, distances, and the order of a day's visits."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.permits.rules.places import Point, metres, nearest_next, read_point

TIGARAKSA, BALARAJA = Point(Decimal("-6.26500"), Decimal("106.46800")), Point(Decimal("-6.19800"), Decimal("106.45200"))
SERPONG = Point(Decimal("-6.30000"), Decimal("106.66000"))
POINTS = st.builds(
    Point, st.decimals(min_value=-12, max_value=7, places=5), st.decimals(min_value=94, max_value=142, places=5)
)


@pytest.mark.parametrize(
    "text",
    [
        "-6.1701, 106.6403", "-6,1701; 106,6403", "-6,1701, 106,6403", "\N{MINUS SIGN}6.1701 106.6403",
        " -6.1701,106.6403 ", "106.6403, -6.1701", "6.1701 LS, 106.6403 BT", "6,1701 LS 106,6403 BT",
        "6.1701S 106.6403E", "6°10'12.36\" LS 106°38'25.08\" BT", "6°10'12.36\"S, 106°38'25.08\"E",
        "6º 10' 12,36\" S; 106º 38' 25,08\" E", "6° 10.206' LS / 106° 38.418' BT",
        "-6.1701,\n" + " " * 90 + "106.6403",
    ],
)  # fmt: skip
def test_a_place_is_read_however_it_is_written(text: str) -> None:
    assert read_point(text) == Point(Decimal("-6.17010"), Decimal("106.64030"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Balaraja",
        "-6.1701",
        "-6,106",
        "52.52, 13.40",
        "1,5 2,5",
        "-6.17, 106.64, 3",
        "6.17.1, 106.64",
        "9" * 99,
        f"-6.{'1' * 80}, 106.64",
    ],
)
def test_what_is_no_place_in_indonesia_is_refused(text: str) -> None:
    assert read_point(text) is None


@given(POINTS)
def test_what_is_written_is_read_back(point: Point) -> None:
    assert read_point(str(point)) == point


def test_distances() -> None:
    assert metres(Point(Decimal(0), Decimal(100)), Point(Decimal(0), Decimal(101))) == 111_195
    assert metres(TIGARAKSA, BALARAJA) == metres(BALARAJA, TIGARAKSA) == pytest.approx(7_657, abs=5)
    assert metres(SERPONG, SERPONG) == 0


def test_the_nearest_comes_next_and_what_has_no_place_last() -> None:
    points = [TIGARAKSA, None, SERPONG, BALARAJA]
    assert [number for number, _far in nearest_next(points)] == [0, 3, 2, 1]
    assert [number for number, _far in nearest_next(points, SERPONG)] == [2, 0, 3, 1]
    assert [far for _number, far in nearest_next(points)] == [
        None,
        metres(TIGARAKSA, BALARAJA),
        metres(BALARAJA, SERPONG),
        None,
    ]
    assert nearest_next([]) == []


@given(st.lists(POINTS | st.none(), max_size=8), POINTS | st.none())
def test_each_is_gone_to_once_and_none_nearer_was_left(points: list[Point | None], start: Point | None) -> None:
    order = [number for number, _far in nearest_next(points, start)]
    assert sorted(order) == list(range(len(points)))
    gone = [points[number] for number in order if points[number] is not None]
    for place, (here, there) in enumerate(pairwise([start, *gone])):
        if here is not None and there is not None:
            assert all(metres(here, there) <= metres(here, one) for one in gone[place:] if one is not None)
