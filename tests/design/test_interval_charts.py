"""Figures with intervals, lines over the years, and shares of a whole: what is drawn is what was given."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from pilar.design import charts
from pilar.design.svg import FILLS, STROKES, draw

PLACES = [
    charts.Estimate("Balaraja", Decimal("3.42"), Decimal("3.10"), Decimal("3.74"), 40, "A"),
    charts.Estimate("Jayanti, with a name that is much longer than a line", Decimal("2.50"), None, None, 5),
]
YEARS = [
    charts.Moment(2022, Decimal("3.10"), Decimal("2.90"), Decimal("3.30")),
    charts.Moment(2024, Decimal("3.25")),
    charts.Moment(2025, Decimal("3.40"), Decimal("3.20"), Decimal("3.60")),
]
COUNTS = {"The service is quick.": [1, 2, 4, 3], "It is clear.": [0, 0, 200, 1], "Nobody answered.": [0, 0, 0, 0]}
STEPS = ("1: No", "2: Rather not", "3: Rather", "4: Yes")


def _charts() -> dict[str, charts.Chart]:
    return {
        "estimates": charts.estimates(
            PLACES, columns=("District", "Mean", "From", "To", "Answers", "Band"), minimum=1, maximum=4
        ),
        "course": charts.course(YEARS, columns=("Year", "Mean", "From", "To"), minimum=1, maximum=4),
        "shares": charts.shares(COUNTS, steps=STEPS, first_column="Question"),
    }


@pytest.fixture(scope="module", params=["estimates", "course", "shares"])
def chart(request: pytest.FixtureRequest) -> charts.Chart:
    return _charts()[request.param]


def _drawn(chart: charts.Chart, language: str = "id") -> ET.Element:
    return ET.fromstring(draw(chart.spec, title="t", language=language))


def _texts(chart: charts.Chart, language: str = "id") -> list[str]:
    found = _drawn(chart, language).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(one.itertext()) for one in found]


def _boxes(chart: charts.Chart, role: str) -> list[tuple[float, float]]:
    """Where the rectangles of a role begin, and how wide they are."""
    found = []
    for one in _drawn(chart).iter("{http://www.w3.org/2000/svg}path"):
        drawn = re.fullmatch(r"M(-?[\d.]+),-?[\d.]+h(-?[\d.]+)v-?[\d.]+h-?[\d.]+Z", one.get("d", ""))
        if drawn and role in one.get("class", "").split():
            found.append((float(drawn[1]), float(drawn[2])))
    return found


def test_every_colour_is_a_role_and_no_text_is_small(chart: charts.Chart) -> None:
    root = _drawn(chart)
    assert root.get("viewBox", "").split()[2] == "288"
    for element in root.iter():
        assert float(element.get("font-size", "13px")[:-2]) >= 12
        for attribute, roles in (("fill", FILLS), ("stroke", STROKES)):
            colour = element.get(attribute)
            if colour not in (None, "none"):
                assert roles[colour] in element.get("class", "").split()


def test_bars_have_label_count_figure_interval_and_note() -> None:
    chart = _charts()["estimates"]
    assert {"Balaraja (40)", "3,42", "2,50", "A"} <= set(_texts(chart))
    assert "3.42" in _texts(chart, "en")
    (first, second) = _boxes(chart, "brand-fill")
    assert first[1] / second[1] == pytest.approx(2.42 / 1.5, rel=0.01)
    # One interval: a line and two ends.
    assert sum("ink-stroke" in one.get("class", "") for one in _drawn(chart).iter()) == 3
    assert chart.columns == ("District", "Mean", "From", "To", "Answers", "Band")
    assert chart.rows[1].values == (Decimal("2.50"), None, None, Decimal(5), "")


def test_without_notes_there_is_no_column_for_them() -> None:
    columns = ("District", "Mean", "From", "To", "Answers", "Band")
    chart = charts.estimates(PLACES[1:], columns=columns, minimum=1, maximum=4)
    assert (chart.columns, len(chart.rows[0].values)) == (columns[:5], 4)
    assert charts.estimates([], columns=columns, minimum=1, maximum=4).rows == ()


def test_only_years_that_follow_each_other_are_joined() -> None:
    chart = _charts()["course"]
    assert [row.label for row in chart.rows] == ["2022", "2023", "2024", "2025"]
    assert chart.rows[1].values == (None, None, None)
    line = re.search(r'd="(M[^"]*)" stroke="#0a5866"', draw(chart.spec, title="t", language="id"))
    assert line is not None
    assert (line[1].count("M"), line[1].count("L")) == (2, 1)
    assert {"3,10", "3,25", "3,40", "2023"} <= set(_texts(chart))
    assert charts.course([], columns=("a", "b", "c", "d"), minimum=1, maximum=4).rows == ()


def test_shares_fill_the_bar_and_tell_per_cent_where_there_is_room() -> None:
    chart = _charts()["shares"]
    assert {"10 %", "20 %", "40 %", "30 %", "100 %", *STEPS} <= set(_texts(chart))
    assert "0 %" not in _texts(chart)
    assert chart.rows[0].values == (Decimal(1), Decimal(2), Decimal(4), Decimal(3))
    assert not chart.series
    wide = sorted(width for _start, width in _boxes(chart, "positive-soft-fill"))[1:]
    assert wide == pytest.approx([284 * 0.4, 284 * 200 / 201], rel=0.01)


def test_a_count_for_each_step() -> None:
    with pytest.raises(ValueError, match="each step"):
        charts.shares({"a": [1, 2]}, steps=STEPS, first_column="x")


@pytest.mark.parametrize("count", [2, 3, 4, 5, 7])
def test_the_lowest_and_the_highest_step_are_full(count: int) -> None:
    chart = charts.shares({"a": [10] * count}, steps=[str(one) for one in range(count)], first_column="x")
    for role in ("negative-fill", "positive-fill"):
        assert len(_boxes(chart, role)) == 2  # with the sample of the legend
