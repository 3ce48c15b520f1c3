"""Charts: what is drawn is what was given, and the drawing fits a page under its content security policy."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import cos, radians
from xml.etree import ElementTree as ET

import pytest

from design.drawn import bar_lengths
from pilar.design import charts
from pilar.design.charts.drawing import LEADING, TEXT
from pilar.design.charts.schedule import SIGNS
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

MONEY = {
    "Governance": (Decimal(12_500_000_000), Decimal(9_800_000_000)),
    "Branding, with a name that is longer than a line": (Decimal(2_500_000_000), None),
}
TONES: dict[charts.Tone, str] = {
    "positive": "On track", "caution": "At risk", "negative": "Late", "neutral": "Not begun",
}  # fmt: skip
WORKS = [
    charts.Span("One-stop permits", "Governance", date(2026, 1, 1), date(2026, 12, 31), Decimal("0.755"), "positive"),
    charts.Span("Village finance", "Governance", date(2027, 3, 1), date(2029, 6, 30), None, "caution"),
    charts.Span("Hospital queues", "Society", date(2028, 2, 1), date(2028, 2, 1), Decimal(0), "negative"),
    charts.Span("Waste bank", "", date(2026, 7, 1), date(2030, 12, 31), Decimal(1), "neutral"),
]
TODAY = date(2028, 7, 1)
PLACES = [
    charts.Place("Estate", Decimal("-6.236"), Decimal("106.505"), ("Cikupa",)),
    charts.Place("Plot", Decimal("-6.243"), Decimal("106.618"), ("Kelapa Dua",)),
    charts.Place("Zone", Decimal("-6.260"), Decimal("106.562"), ("Curug",)),
]


def gantt(works: list[charts.Span], today: date = TODAY) -> charts.Chart:
    columns = ("Work", "Pillar", "From", "To", "Done (%)", "State")
    return charts.gantt(works, today=today, today_label="Today", tones=TONES, columns=columns)


def _charts() -> dict[str, charts.Chart]:
    years = {2019: Decimal("3.17"), 2021: Decimal("2.73"), 2022: Decimal("2.90")}
    return {
        "bars": charts.bars(SCORES, columns=("Dimension", "Score"), minimum=0, maximum=4),
        "trend": charts.trend(years, columns=("Year", "Score"), minimum=0, maximum=4),
        "radar": charts.radar(
            NAMES,
            [charts.Series("2023", FULL), charts.Series("2022", list(SCORES.values()))],
            first_column="Dimension",
            minimum=0,
            maximum=4,
        ),
        "timeline": charts.timeline(MONTHS, columns=("Month", "permits")),
        "comparison": charts.comparison(MONEY, columns=("Pillar", "Planned", "Realised")),
        "gantt": gantt(WORKS),
        "places": charts.places(PLACES, columns=("Place", "District"), joined=True),
    }


@pytest.fixture(scope="module", params=["bars", "trend", "radar", "timeline", "comparison", "gantt", "places"])
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
        chart = charts.bars({"a": Decimal("1.5")}, columns=("x", "y"), minimum=0, maximum=4)
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
    bars = charts.bars({"a": Decimal("4"), "b": Decimal("1")}, columns=("x", "y"), minimum=0, maximum=4)
    lengths = bar_lengths(draw(bars.spec, title="x", language="id"))
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
    one = charts.trend({2023: Decimal("3.35")}, columns=("Year", "Score"), minimum=0, maximum=4)
    assert "3,35" in _texts(draw(one.spec, title="x", language="id"))
    none = charts.trend({}, columns=("Year", "Score"), minimum=0, maximum=4)
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


def test_names_of_several_lines_stand_clear_of_a_radar() -> None:
    names = ["Tata kelola (smart governance)", "Ekonomi", "Kehidupan", "Masyarakat (smart society)", "Citra", "Udara"]
    radar = charts.radar(names, [charts.Series("a", [Decimal(3)] * 6)], first_column="x", minimum=1, maximum=4)
    root = ET.fromstring(draw(radar.spec, title="x", language="id"))
    texts = {"".join(one.itertext()): one for one in root.iter("{http://www.w3.org/2000/svg}text")}
    at = {name: float(re.findall(r"-?[\d.]+", one.get("transform", ""))[1]) for name, one in texts.items()}
    # The first lines; the outer ring is at the level 4 above the middle, and below it six steps of a level further.
    above, below, ring = at["Tata kelola(smartgovernance)"], at["Masyarakat(smartsociety)"], at["4"]
    assert above + 2 * LEADING + 5 <= ring
    assert below - 5 >= ring + 6 * (at["3"] - ring)
    assert below + LEADING * 2 < float(root.get("viewBox", "").split()[3])
    assert above > TEXT


@pytest.mark.parametrize("count", [3, 5, 6, 12])
def test_the_axes_of_a_radar_stay_inside_the_drawing(count: int) -> None:
    values = charts.Series("a", [Decimal(4)] * count)
    radar = charts.radar([f"Axis {n}" for n in range(count)], [values], first_column="x", minimum=0, maximum=4)
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
        charts.radar(NAMES, [charts.Series("x", FULL)] * series, first_column="x", minimum=0, maximum=4)


def test_a_radar_needs_three_axes() -> None:
    with pytest.raises(ValueError, match="three axes"):
        charts.radar(("a", "b"), [charts.Series("x", FULL[:2])], first_column="x", minimum=0, maximum=4)


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


def _boxes(svg: str, role: str) -> list[tuple[float, float]]:
    """Where the rectangles of a role begin, and how wide they are."""
    found = []
    for one in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}path"):
        drawn = re.fullmatch(r"M(-?[\d.]+),-?[\d.]+h(-?[\d.]+)v-?[\d.]+h-?[\d.]+Z", one.get("d", ""))
        if drawn and role in one.get("class", "").split():
            found.append((float(drawn[1]), float(drawn[2])))
    return found


def test_planned_is_hollow_and_realised_is_full_with_numbers_as_the_reader_writes_them() -> None:
    chart = _charts()["comparison"]
    svg = draw(chart.spec, title="t", language="id")
    (_sample, (start, width)) = _boxes(svg, "brand-fill")
    planned, other = [one for one in _boxes(svg, "brand-stroke") if one not in _boxes(svg, "brand-fill")]
    assert start == planned[0] == other[0]
    assert width / planned[1] == pytest.approx(9.8 / 12.5, rel=0.01)
    texts = _texts(svg)
    assert {"Planned", "Realised", "12.500.000.000", "9.800.000.000", "–", "Governance"} <= set(texts)
    assert "12,500,000,000" in _texts(draw(chart.spec, title="t", language="en"))
    assert chart.rows[1].values == (Decimal(2_500_000_000), None)
    assert not chart.series


def test_a_unit_stands_behind_each_number_and_all_have_the_same_decimals() -> None:
    values = {"SIKD": (Decimal(40), Decimal("38.5")), "None": (None, None), "Zero": (Decimal(0), Decimal(0))}
    chart = charts.comparison(values, columns=("Service", "Goal", "Reached"), unit="%")
    assert {"40,0 %", "38,5 %", "0,0 %", "–"} <= set(_texts(draw(chart.spec, title="t", language="id")))


def test_a_comparison_of_nothing_and_of_losses_can_be_drawn() -> None:
    columns = ("a", "b", "c")
    assert draw(charts.comparison({}, columns=columns).spec, title="t", language="en")
    loss = charts.comparison({"x": (Decimal(10), Decimal(-10))}, columns=columns)
    svg = draw(loss.spec, title="t", language="id")
    assert "\N{MINUS SIGN}10" in _texts(svg)
    assert min(start for start, _width in _boxes(svg, "brand-stroke")) >= 0


def test_works_stand_where_their_days_are_and_what_is_done_is_darker() -> None:
    svg = draw(gantt(WORKS).spec, title="t", language="id")
    ((start, year),) = _boxes(svg, "positive-soft-fill")
    ((same, done),) = _boxes(svg, "positive-fill")
    assert start == same
    assert year == pytest.approx(284 / 5, abs=1)
    assert done / year == pytest.approx(0.755, abs=0.01)
    ((later, wide),) = _boxes(svg, "caution-soft-fill")
    assert later - start == pytest.approx(year * (1 + 59 / 365), abs=0.5)
    assert wide == pytest.approx(year * (2 + 4 / 12), abs=1)
    ((_start, day),) = _boxes(svg, "negative-soft-fill")
    assert day >= 2.9
    assert not _boxes(svg, "negative-fill")


def test_tones_are_told_apart_by_signs_and_unknown_shares_by_dashes() -> None:
    chart = gantt(WORKS)
    svg = draw(chart.spec, title="t", language="id")
    assert len({SIGNS[tone] for tone in TONES}) == 4
    assert svg.count("stroke-dasharray") == 1
    assert {"On track", "At risk", "Late", "Not begun", "75,5 %", "–"} <= set(_texts(svg))
    few = _texts(draw(gantt(WORKS[:1]).spec, title="t", language="id"))
    assert "On track" in few
    assert "Late" not in few


def test_a_flag_stands_beside_the_sign_and_has_its_name_in_the_legend_and_the_table() -> None:
    works = [replace(WORKS[0], flagged=True), WORKS[1]]
    chart = charts.gantt(
        works, today=TODAY, today_label="Today", tones=TONES, columns=("Work", "", "", "", "", ""), flag="Report late"
    )
    assert [row.values[-1] for row in chart.rows] == ["On track, Report late", "At risk"]
    plain, drawn = (draw(one.spec, title="t", language="id") for one in (gantt(works[1:] + WORKS[:1]), chart))
    assert {"On track", "At risk", "Report late"} <= set(_texts(drawn))
    assert "Report late" not in _texts(plain)
    assert drawn.count("<path") > plain.count("<path"), "one in the legend, one beside the work"


def test_the_table_of_works_says_days_shares_and_tones() -> None:
    rows = gantt(WORKS).rows
    assert rows[0] == charts.Row(
        "One-stop permits", ("Governance", "2026-01-01", "2026-12-31", Decimal("75.5"), "On track")
    )
    assert rows[1].values[3:] == (None, "At risk")
    assert rows[3].values[3] == Decimal(100)
    assert str(rows[3].values[3]) == "100"


def test_a_line_stands_at_today_if_it_lies_in_the_years() -> None:
    inside = draw(gantt(WORKS).spec, title="t", language="id")
    assert inside.count("ink-stroke") == 1 + len(WORKS)
    assert "Today" in _texts(inside)
    outside = draw(gantt(WORKS, date(2040, 1, 1)).spec, title="t", language="id")
    assert "ink-stroke" not in outside
    assert "Today" not in _texts(outside)


@pytest.mark.parametrize("years", [1, 5, 8, 10, 20])
@pytest.mark.parametrize("count", [0, 1, 60])
def test_any_number_of_works_and_years_stays_inside_and_years_do_not_overlap(count: int, years: int) -> None:
    works = [
        charts.Span(
            f"Work {n} " + "long " * (n % 9),
            f"Group {n // 9}",
            date(2026, 1, 1),
            date(2025 + years, 12, 31),
            Decimal(n) / 60,
        )
        for n in range(count)
    ]
    chart = gantt(works, date(2026, 12, 31))
    root = ET.fromstring(draw(chart.spec, title="t", language="id"))
    assert root.get("viewBox", "").split()[2] == "288"
    height = float(root.get("viewBox", "").split()[3])
    places = [
        tuple(map(float, re.findall(r"-?[\d.]+", one.get("transform", ""))))
        for one in root.iter("{http://www.w3.org/2000/svg}text")
    ]
    assert all(0 <= x <= 288 and 0 < y < height for x, y in places)
    shown = chart.spec["layer"][8]["data"]["values"]
    top = sorted(one["x"] for one in shown if one["y"] == shown[0]["y"])
    assert all(after - before >= 33 for before, after in pairwise(top))
    assert top[-1] + 33 <= 290


def test_a_work_that_ends_before_it_begins_or_is_done_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="ends on the day"):
        charts.Span("a", "", date(2026, 2, 1), date(2026, 1, 31), None)
    with pytest.raises(ValueError, match="from 0 to 1"):
        charts.Span("a", "", date(2026, 1, 1), date(2026, 1, 31), Decimal("1.01"))


def test_places_lie_as_they_do_on_a_map() -> None:
    """East is right, north is up, and a length is as long across as upwards."""
    layers = charts.places(PLACES, columns=("Place", "District")).spec["layer"]
    estate, plot, zone = next(
        one["data"]["values"] for one in layers if one["data"]["values"] and "text" in one["data"]["values"][0]
    )
    assert estate["x"] < zone["x"] < plot["x"]
    assert estate["y"] < plot["y"] < zone["y"]
    across, down = (plot["x"] - estate["x"]) / 0.113 / cos(radians(6.246)), (zone["y"] - estate["y"]) / 0.024
    assert across == pytest.approx(down, rel=0.001)


def test_one_place_is_a_map_and_none_is_not() -> None:
    chart = charts.places(PLACES[:1], columns=("Place", "District"))
    assert chart.rows == (charts.Row("1 Estate", ("Cikupa",)),)
    assert "200 m" in _texts(draw(chart.spec, title="x", language="id"))
    with pytest.raises(ValueError, match="places"):
        charts.places([], columns=("Place",))
