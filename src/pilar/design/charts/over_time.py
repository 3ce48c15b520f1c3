"""One figure over years or days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pilar.design.charts.drawing import (
    BRAND,
    CONTROL,
    INK,
    LINE,
    MUTED,
    Chart,
    Edge,
    Row,
    Spec,
    decimals,
    figure,
    frame,
    number,
    steps,
    stretched,
)

MAX_DOTS = 60
"""Of a line over time; more would hide it."""


def trend(values: Mapping[int, Decimal | None], *, columns: tuple[str, str], minimum: Edge, maximum: Edge) -> Chart:
    """A line over the years. Years without a value are drawn as a gap, never bridged.

    Every year between the first and the last has its place on the axis, whether it is in ``values`` or not.
    """
    years = range(min(values), max(values) + 1) if values else range(0)
    rows = [{"year": str(year), "value": number(values.get(year))} for year in years]
    x = {
        "field": "year", "type": "ordinal", "sort": None, "scale": {"type": "point", "padding": 0.5},
        "axis": {"title": None, "labelAngle": 0, "grid": False, "ticks": False, "labelColor": MUTED, "labelPadding": 8,
                 "domainColor": CONTROL, "labelOverlap": True},
    }  # fmt: skip
    y = {
        "field": "value", "type": "quantitative",
        "scale": {"domain": [float(minimum), float(maximum)], "nice": False, "zero": False},
        "axis": {"title": None, "values": steps(minimum, maximum), "format": "~f", "domain": False,
                 "ticks": False, "gridColor": LINE, "labelColor": MUTED, "labelPadding": 8},
    }  # fmt: skip
    places = decimals(values.values())
    present = [{"filter": "datum.value !== null"}]
    spec = frame(
        height=190,
        data=rows,
        encoding={"x": x, "y": y},
        layer=[
            {"mark": {"type": "line", "color": BRAND, "strokeWidth": 2.5, "invalid": "break-paths-filter-domains"}},
            {"mark": {"type": "point", "filled": True, "opacity": 1, "size": 60, "color": BRAND}, "transform": present},
            {
                "mark": {"type": "text", "color": INK, "dy": -14, "fontWeight": 700},
                "encoding": {"text": figure(places)},
                "transform": present,
            },
        ],
    )
    return Chart(stretched(spec), columns, tuple(Row(str(year), (values.get(year),)) for year in years))


def timeline(
    values: Mapping[date, Decimal | None], *, columns: tuple[str, str], labels: Mapping[date, str] | None = None
) -> Chart:
    """A line over days, with up to some hundred points; a day without a value breaks it.

    The axis begins at zero unless values are negative. ``labels`` names the days in the table, ISO dates otherwise.
    """
    rows = [{"day": f"{day.isoformat()}T00:00:00", "value": number(value)} for day, value in values.items()]
    x = {
        "field": "day", "type": "temporal",
        "axis": {"title": None, "grid": False, "ticks": False, "labelColor": MUTED, "labelPadding": 8,
                 "domainColor": CONTROL, "labelOverlap": True, "labelFlush": True, "tickCount": 4},
    }  # fmt: skip
    y = {
        "field": "value", "type": "quantitative", "scale": {"zero": True},
        "axis": {"title": None, "domain": False, "ticks": False, "gridColor": LINE, "labelColor": MUTED,
                 "labelPadding": 8, "tickCount": 4, "format": ",~f"},
    }  # fmt: skip
    few: list[Spec] = [{"mark": {"type": "point", "filled": True, "opacity": 1, "size": 40, "color": BRAND},
                        "transform": [{"filter": "datum.value !== null"}]}]  # fmt: skip
    line = {"mark": {"type": "line", "color": BRAND, "strokeWidth": 2, "invalid": "break-paths-filter-domains"}}
    layer = [line, *(few if len(rows) <= MAX_DOTS or _lonely(values) else [])]
    spec = frame(height=190, data=rows, encoding={"x": x, "y": y}, layer=layer)
    named = labels or {}
    return Chart(
        stretched(spec), columns, tuple(Row(named.get(day, day.isoformat()), (value,)) for day, value in values.items())
    )


def _lonely(values: Mapping[date, Decimal | None]) -> bool:
    """Return whether a value stands between two gaps, where a line alone would not show it."""
    there = [False, *(value is not None for value in values.values()), False]
    return any(
        now and not before and not after for before, now, after in zip(there, there[1:], there[2:], strict=False)
    )
