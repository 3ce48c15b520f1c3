"""Charts in a wide place: drawn again with letters of the same size, and described once."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template

from pilar.design import charts, rank_charts
from pilar.design.charts.drawing import TEXT, WIDE, WIDTH
from pilar.design.svg import draw

SCORES = {"Baseline": Decimal("3.88"), "A dimension whose name needs more than one line of a phone": Decimal("2.74")}
LONG = "Permits that are applied for and issued without a way to a counter"
STEPS = ("never", "seldom", "often", "always")
ENDS = {"minimum": 0, "maximum": 4}
DRAWN = {
    "bars": charts.bars(SCORES, columns=("Dimension", "Score"), **ENDS),
    "columns": charts.columns({str(place): place for place in range(12)}, columns=("Final", "Regions")),
    "comparison": charts.comparison({LONG: (Decimal(12), Decimal(9))}, columns=("Pillar", "Planned", "Done")),
    "trend": charts.trend({2021: Decimal("2.73"), 2023: Decimal("3.17")}, columns=("Year", "Score"), **ENDS),
    "timeline": charts.timeline({date(2026, 1, 1): Decimal(3)}, columns=("Month", "Permits")),
    "estimates": charts.estimates(
        [charts.Estimate(LONG, Decimal("3.4"), Decimal(3), Decimal("3.8"), 48, "B")],
        columns=("Service", "Score", "From", "To", "Answers", "Mark"), **ENDS,
    ),
    "course": charts.course([charts.Moment(2025, Decimal(3))], columns=("Year", "Score", "From", "To"), **ENDS),
    "shares": charts.shares({LONG: (1, 2, 30, 4)}, steps=STEPS, first_column="Question"),
    "gantt": charts.gantt(
        [charts.Span(LONG, "Governance", date(2026, 1, 1), date(2030, 12, 31), Decimal("0.5"))],
        today=date(2028, 7, 1), today_label="Today", tones={"neutral": "Not begun"}, columns=("", "", "", "", "", ""),
    ),
    "places": charts.places(
        [charts.Place("Estate", Decimal("-6.2"), Decimal("106.5")), charts.Place("Zone", Decimal(-6), Decimal(107))],
        columns=("Place",),
    ),
    "tiles": charts.tiles(
        [charts.Tile("Aceh", "AC", 0, 0, Decimal(2)), charts.Tile("Papua", "PA", 16, 5, Decimal(3))],
        columns=("Province", "Mean"), legend=("low", "middle", "high"),
    ),
    "ranks": rank_charts.intervals([rank_charts.Interval("Kota Madiun", 3, 1, 3, 9)], columns=("", "", "", "", "")),
}  # fmt: skip
RADAR = charts.radar(("a", "b", "c"), [charts.Series("x", [Decimal(1)] * 3)], first_column="x", **ENDS)


def across(svg: str) -> int:
    return int(ET.fromstring(svg).get("viewBox", "").split()[2])


@pytest.mark.parametrize("name", DRAWN)
def test_a_wide_drawing_is_wider_and_its_letters_are_not(name: str) -> None:
    chart = DRAWN[name]
    assert chart.wide is not None
    narrow, wide = (draw(spec, title="t", language="id") for spec in (chart.spec, chart.wide))
    assert abs(across(narrow) - WIDTH) <= 12
    assert abs(across(wide) - WIDE) <= 12
    sizes = {float(size) for size in re.findall(r'font-size="([\d.]+)px"', wide)}
    assert sizes
    assert max(sizes) <= TEXT + 1
    assert sizes == {float(size) for size in re.findall(r'font-size="([\d.]+)px"', narrow)}


@pytest.mark.parametrize("name", ["comparison", "estimates", "shares", "gantt", "places", "tiles"])
def test_nothing_of_a_wide_drawing_stands_outside(name: str) -> None:
    root = ET.fromstring(draw(DRAWN[name].wide or {}, title="t", language="id"))
    _left, _top, width, height = map(float, root.get("viewBox", "").split())
    texts = list(root.iter("{http://www.w3.org/2000/svg}text"))
    shifts = [re.findall(r"-?[\d.]+", one.get("transform", "")) for one in texts]
    assert all(-1 <= float(x) <= width + 1 and -TEXT <= float(y) <= height + 1 for x, y, *_ in shifts)


def test_a_long_label_takes_fewer_lines_where_there_is_room() -> None:
    for name in ("comparison", "estimates", "shares", "gantt"):
        chart = DRAWN[name]
        assert chart.wide is not None
        assert chart.wide["height"] < chart.spec["height"], name


def test_a_page_holds_both_drawings_and_the_same_name_for_each() -> None:
    html = Template("{% load design %}{% chart drawn title='Score' %}").render(Context({"drawn": DRAWN["bars"]}))
    assert re.findall(r'<svg aria-label="Score" [^>]*class="([^"]*)"', html) == ["chart narrow", "chart wide"]


def test_what_is_round_is_drawn_once() -> None:
    html = Template("{% load design %}{% chart drawn title='Shape' %}").render(Context({"drawn": RADAR}))
    assert re.findall(r'class="(chart[^"]*)"', html) == ["chart"]


def test_the_labels_of_a_histogram_stand_apart() -> None:
    """Eight steps of a scale on a phone: nearly touching, they read as one row of digits."""
    labels = ["0–0,5", "0,5–1", "1–1,5", "1,5–2", "2–2,5", "2,5–3", "3–3,5", "3,5–4"]
    svg = draw(charts.columns(dict.fromkeys(labels, 7), columns=("Final", "Regions")).spec, title="t", language="id")
    placed = [
        (float(text.get("transform", "").split("(")[1].split(",")[0]), int(text.get("font-size", "0px")[:-2]))
        for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
        if text.text in labels
    ]
    assert len(placed) == len(labels)
    for (left, size), (right, _size) in pairwise(placed):
        assert right - left - 0.56 * size * len("0,5–1") >= 6
