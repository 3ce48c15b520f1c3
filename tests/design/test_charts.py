"""Charts: what is drawn is what was given, and the drawing fits a page under its content security policy."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from pilar.design import charts
from pilar.design.svg import FILLS, STROKES, draw, render_svg

SCORES = {
    "Baseline": Decimal("3.88"),
    "Output": Decimal("3.26"),
    "Outcome": None,
    "Impact": Decimal("2.74"),
    "Quick Win": Decimal("3.67"),
}
FULL = [Decimal("3.88"), Decimal("3.26"), Decimal("3.44"), Decimal("2.74"), Decimal("3.67")]
NAMES = tuple(SCORES)
MONTHS = {
    date(2026, 1, 1): Decimal(1_250_000),
    date(2026, 2, 1): None,
    date(2026, 3, 1): Decimal(900_000),
    date(2026, 4, 1): Decimal("1100000.5"),
}


def _charts() -> dict[str, charts.Chart]:
    years = {2019: Decimal("3.17"), 2021: Decimal("2.73"), 2022: Decimal("2.90")}
    return {
        "bars": charts.bars(SCORES, columns=("Dimension", "Score")),
        "trend": charts.trend(years, columns=("Year", "Score")),
        "radar": charts.radar(
            NAMES,
            [charts.Series("2023", FULL), charts.Series("2022", list(SCORES.values()))],
            first_column="Dimension",
        ),
        "timeline": charts.timeline(MONTHS, columns=("Month", "permits")),
    }


@pytest.fixture(scope="module", params=["bars", "trend", "radar", "timeline"])
def chart(request: pytest.FixtureRequest) -> charts.Chart:
    return _charts()[request.param]


def _texts(svg: str) -> list[str]:
    return ["".join(one.itertext()) for one in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_the_drawing_has_nothing_the_policy_forbids(chart: charts.Chart) -> None:
    root = ET.fromstring(draw(chart.spec, title='Title with <"signs">', language="id"))
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'Title with <"signs">'
    for element in root.iter():
        assert element.tag.rpartition("}")[2] in {"svg", "g", "path", "line", "rect", "text", "tspan"}
        assert not {"style", "id", "href", "onclick"} & set(element.attrib)
        assert "url(" not in " ".join(element.attrib.values())
        if element is not root:
            assert not any(name.startswith(("aria-", "role")) for name in element.attrib)


def test_a_library_that_names_svg_otherwise_does_not_break_charts() -> None:
    try:
        ET.register_namespace("svg", "http://www.w3.org/2000/svg")
        chart = charts.bars({"a": Decimal("1.5")}, columns=("x", "y"))
        assert draw(chart.spec, title="x", language="en").startswith("<svg ")
    finally:
        ET.register_namespace("", "http://www.w3.org/2000/svg")


def test_every_colour_is_a_role(chart: charts.Chart) -> None:
    for element in ET.fromstring(draw(chart.spec, title="x", language="en")).iter():
        for attribute, roles in (("fill", FILLS), ("stroke", STROKES)):
            colour = element.get(attribute)
            if colour not in (None, "none"):
                assert colour in roles
                assert roles[colour] in element.get("class", "").split()


def test_no_text_is_smaller_than_twelve_units(chart: charts.Chart) -> None:
    sizes = re.findall(r'font-size="([\d.]+)px"', draw(chart.spec, title="x", language="id"))
    assert sizes
    assert min(map(float, sizes)) >= 12


def test_it_is_drawn_at_the_width_of_the_narrowest_phone(chart: charts.Chart) -> None:
    assert ET.fromstring(draw(chart.spec, title="x", language="id")).get("viewBox", "").split()[2] == "288"


def test_numbers_are_written_in_the_readers_language() -> None:
    bars = _charts()["bars"]
    assert "3,88" in _texts(draw(bars.spec, title="x", language="id"))
    assert "3.88" in _texts(draw(bars.spec, title="x", language="en"))


def test_a_missing_score_is_a_dash_in_the_bars_and_in_the_table() -> None:
    bars = _charts()["bars"]
    assert "–" in _texts(draw(bars.spec, title="x", language="id"))
    assert bars.rows[2] == charts.Row("Outcome", (None,))
    assert [row.label for row in bars.rows] == list(NAMES)


def test_a_bar_is_as_long_as_its_share_of_the_scale() -> None:
    bars = charts.bars({"a": Decimal("4"), "b": Decimal("1")}, columns=("x", "y"))
    root = ET.fromstring(draw(bars.spec, title="x", language="id"))
    paths = [one for one in root.iter("{http://www.w3.org/2000/svg}path") if one.get("class") == "brand-fill"]
    lengths = [float(re.search(r"h(-?[\d.]+)", one.get("d", ""))[1]) for one in paths]  # type: ignore[index]
    assert lengths[0] == pytest.approx(4 * lengths[1])


def test_a_year_without_a_value_is_a_gap_in_the_line_and_keeps_its_place() -> None:
    trend = _charts()["trend"]
    svg = draw(trend.spec, title="x", language="id")
    assert [row.label for row in trend.rows] == ["2019", "2020", "2021", "2022"]
    assert trend.rows[1].values == (None,)
    assert "2020" in _texts(svg)
    line = re.search(r'd="(M[^"]*)" stroke="#0a5866"', svg)
    assert line is not None
    assert line[1].count("M") == 2


def test_a_single_year_and_no_year_at_all_can_be_drawn() -> None:
    one = charts.trend({2023: Decimal("3.35")}, columns=("Year", "Score"))
    assert "3,35" in _texts(draw(one.spec, title="x", language="id"))
    none = charts.trend({}, columns=("Year", "Score"))
    assert none.rows == ()
    assert draw(none.spec, title="x", language="id").startswith("<svg")


def test_a_radar_names_every_axis_and_breaks_where_a_value_is_missing() -> None:
    radar = _charts()["radar"]
    svg = draw(radar.spec, title="x", language="id")
    assert {"Baseline", "Output", "Outcome", "Impact"} <= set(_texts(svg))
    dashed = re.search(r'd="(M[^"]*)"[^>]*stroke="#7f4c00"', svg)
    assert dashed is not None
    assert dashed[1].count("M") == 2
    assert radar.columns == ("Dimension", "2023", "2022")
    assert radar.rows[2].values == (Decimal("3.44"), None)


@pytest.mark.parametrize("count", [3, 5, 6, 12])
def test_the_axes_of_a_radar_stay_inside_the_drawing(count: int) -> None:
    radar = charts.radar(
        [f"Axis {n}" for n in range(count)], [charts.Series("a", [Decimal(4)] * count)], first_column="x"
    )
    root = ET.fromstring(draw(radar.spec, title="x", language="en"))
    _left, _top, width, height = map(float, root.get("viewBox", "").split())
    dots = [
        tuple(map(float, re.findall(r"-?[\d.]+", one.get("transform", ""))))
        for one in root.iter("{http://www.w3.org/2000/svg}path")
        if one.get("class") == "brand-fill"
    ]
    assert len(dots) == count + 1  # the outline closes on its first axis
    assert all(0 < x < width and 0 < y < height for x, y in dots)


@pytest.mark.parametrize("series", [0, 3])
def test_a_radar_has_one_or_two_series(series: int) -> None:
    with pytest.raises(ValueError, match="one or two series"):
        charts.radar(NAMES, [charts.Series("x", FULL)] * series, first_column="x")


def test_a_radar_needs_three_axes() -> None:
    with pytest.raises(ValueError, match="three axes"):
        charts.radar(("a", "b"), [charts.Series("x", FULL[:2])], first_column="x")


def test_the_plain_drawing_for_documents_carries_its_own_colours() -> None:
    svg = render_svg(_charts()["bars"].spec, "id")
    assert charts.BRAND in svg
    assert "3,88" in svg


def test_a_line_over_time_breaks_at_a_gap_and_marks_what_stands_alone() -> None:
    chart = charts.timeline(MONTHS, columns=("Month", "permits"), labels={date(2026, 1, 1): "January"})
    svg = draw(chart.spec, title="t", language="id")
    assert "1.000.000" in _texts(svg)
    assert "0" in _texts(svg)
    assert len(re.findall(r'class="brand-fill"', svg)) == 3
    assert [(row.label, row.values) for row in chart.rows][:2] == [
        ("January", (Decimal(1_250_000),)), ("2026-02-01", (None,)),
    ]  # fmt: skip


def test_many_points_are_a_line_without_dots_unless_one_stands_alone() -> None:
    days = {date(2026, 1, 1) + timedelta(days=place): Decimal(place) for place in range(200)}
    whole = draw(charts.timeline(days, columns=("Day", "permits")).spec, title="t", language="id")
    assert "brand-fill" not in whole
    lonely = days | {date(2026, 2, 1): None, date(2026, 2, 3): None}
    assert "brand-fill" in draw(charts.timeline(lonely, columns=("Day", "permits")).spec, title="t", language="id")


def test_nothing_at_all_can_be_drawn_over_time() -> None:
    assert draw(charts.timeline({}, columns=("Day", "permits")).spec, title="t", language="en")
