"""Charts on scales that are not 0 to 4: where they begin and end, and at which steps they are divided."""

from __future__ import annotations

from decimal import Decimal

import pytest

from design.drawn import bar_lengths
from pilar.design import charts
from pilar.design.charts.drawing import Edge, steps
from pilar.design.svg import draw


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ((0, 4), [0, 1, 2, 3, 4]),
        ((1, 5), [1, 2, 3, 4, 5]),
        ((1, 4), [1, 2, 3, 4]),
        ((-2, 2), [-2, -1, 0, 1, 2]),
        ((0, 10), [0, 2, 4, 6, 8, 10]),
        ((0, 100), [0, 20, 40, 60, 80, 100]),
        ((1, 100), [1, 20, 40, 60, 80, 100]),
        ((Decimal(0), Decimal("2.5")), [0, 0.5, 1, 1.5, 2, 2.5]),
    ],
)
def test_a_scale_is_divided_into_a_few_round_steps(ends: tuple[Edge, Edge], expected: list[float]) -> None:
    assert steps(*ends) == expected


def test_charts_begin_and_end_where_the_scale_does() -> None:
    """Of 1 to 5 the bar of 3 is half as long as its track, and the middle ring of a radar says 3."""
    bars = charts.bars({"a": Decimal(3), "b": Decimal(5)}, columns=("x", "y"), minimum=1, maximum=5)
    half, whole = bar_lengths(draw(bars.spec, title="t", language="id"))
    assert half * 2 == pytest.approx(whole)
    radar = charts.radar(
        ("A", "B", "C", "D", "E"),
        [charts.Series("x", [Decimal(3)] * 5)],
        first_column="x",
        minimum=1,
        maximum=5,
    )
    svg = draw(radar.spec, title="t", language="id")
    assert [level for level in "012345" if f">{level}<" in svg] == ["2", "3", "4", "5"]
    trend = charts.trend({2027: Decimal(3), 2028: Decimal(4)}, columns=("x", "y"), minimum=1, maximum=5)
    svg = draw(trend.spec, title="t", language="id")
    assert [level for level in "012345" if f">{level}<" in svg] == ["1", "2", "3", "4", "5"]
