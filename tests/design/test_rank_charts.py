"""Charts of ranks: what is drawn is what was given, with its table, and fits a page."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from pilar.design import rank_charts
from pilar.design.charts import Chart
from pilar.design.rank_charts import Interval
from pilar.design.svg import draw

SVG = "{http://www.w3.org/2000/svg}"
COLUMNS = ("Region", "Rank", "5 %", "Median", "95 %")
UNITS = [Interval("Kota Madiun", 12, 10, 12, 18), Interval("Kabupaten Bogor", 13, 11, 14, 21)]
SHARES = {"12": Decimal("30.5"), "13": Decimal(60), "14–15": Decimal("9.5")}


def charts() -> dict[str, Chart]:
    return {
        "intervals": rank_charts.intervals(UNITS, columns=COLUMNS),
        "one": rank_charts.intervals([Interval("Kota Madiun", 1, 1, 1, 1)], columns=COLUMNS),
        "none": rank_charts.intervals([], columns=COLUMNS),
        "shares": rank_charts.shares(SHARES, columns=("Rank", "Share"), marked="13"),
        "many": rank_charts.shares({str(rank): Decimal(1) for rank in range(1, 40)}, columns=("Rank", "Share")),
    }


@pytest.mark.parametrize("name", ["intervals", "one", "none", "shares", "many"])
def test_the_drawing_fits_a_page(name: str) -> None:
    chart = charts()[name]
    root = ET.fromstring(draw(chart.spec, title="Title", language="id"))
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {"svg", "g", "path", "line", "rect", "text", "tspan"}
        assert not {"style", "id", "href"} & set(element.attrib)
    assert float(root.get("viewBox", "").split()[2]) <= 300
    assert not chart.series or len(chart.columns) == 2


def test_intervals_have_their_table_and_span_what_they_say() -> None:
    chart = rank_charts.intervals(UNITS, columns=COLUMNS)
    assert [(row.label, [*map(int, row.values)]) for row in chart.rows] == [  # type: ignore[arg-type]
        ("Kota Madiun", [12, 10, 12, 18]),
        ("Kabupaten Bogor", [13, 11, 14, 21]),
    ]
    assert chart.spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [10, 21]
    drawn = ET.fromstring(draw(chart.spec, title="T", language="en"))
    texts = {"".join(one.itertext()) for one in drawn.iter(f"{SVG}text")}
    assert {"Kota Madiun", "Kabupaten Bogor"} <= texts


def test_the_marked_column_has_another_colour() -> None:
    drawn = draw(charts()["shares"].spec, title="T", language="id")
    classes = [one.get("class") for one in ET.fromstring(drawn).iter(f"{SVG}path")]
    assert classes.count("caution-fill") == 1
    assert classes.count("brand-fill") == 2
    assert "60 %" in drawn
