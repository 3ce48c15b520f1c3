"""Charts as Vega-Lite specifications, each with the table of its figures.

A chart is drawn 288 units wide with text of 13 units, so that it is readable on the narrowest phone.
Colours are the light values of the design's roles; :mod:`pilar.design.svg` names the roles in the drawing, and the
style sheet then colours them for dark screens too.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

WIDTH = 288
TEXT = 13
# Half the width of a radar, in radii: what the circle leaves on either side is for the names of the axes.
REACH = 1.85
LETTERS = 11
MOST_DOTS = 60
"""Of a line over time; more would hide it."""

INK, MUTED = "#15211e", "#52605c"
LINE, CONTROL, SURFACE = "#d5d9d4", "#7b8482", "#ffffff"
BRAND, CAUTION = "#0a5866", "#7f4c00"

Spec = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One row of a chart's table: its label and one value per column."""

    label: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Chart:
    """A Vega-Lite specification and the same figures as a table; ``columns[0]`` heads the labels.

    ``series``: whether each further column is a line of its own that a legend tells apart.
    """

    spec: Spec
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    series: bool = True


@dataclass(frozen=True)
class Series:
    """Named values, one per axis of a radar, in the order of its axes."""

    name: str
    values: Sequence[Decimal | None]


def bars(
    values: Mapping[str, Decimal | None], *, columns: tuple[str, str], minimum: int = 0, maximum: int = 4
) -> Chart:
    """Horizontal bars, one per label, in the order given; the number stands at the end of each bar.

    ``columns`` names the labels and the values in the table. A label without a value keeps its place, without a bar.
    """
    rows = [
        {"label": label, "from": minimum, "value": _number(value), "to": maximum} for label, value in values.items()
    ]
    y = {"field": "label", "type": "nominal", "sort": None, "axis": None}
    x = {
        "field": "from", "type": "quantitative", "axis": None,
        "scale": {"domain": [minimum, maximum], "nice": False, "zero": False},
    }  # fmt: skip
    decimals = _decimals(values.values())
    spec = frame(
        height={"step": 46},
        data=rows,
        encoding={"y": y},
        layer=[
            _mark("bar", color=LINE, height=10, yOffset=10, x=x, x2={"field": "to"}),
            _mark("bar", color=BRAND, height=10, yOffset=10, x=x, x2={"field": "value"}),
            _mark("text", color=INK, align="left", baseline="middle", dy=-8, x={"value": 0}, text={"field": "label"}),
            _mark(
                "text", color=INK, align="right", baseline="middle", dy=-8, fontWeight=700,
                x={"value": "width"}, text=_figure(decimals),
            ),
        ],
    )  # fmt: skip
    return Chart(spec, columns, tuple(Row(label, (value,)) for label, value in values.items()))


def trend(
    values: Mapping[int, Decimal | None], *, columns: tuple[str, str], minimum: int = 0, maximum: int = 4
) -> Chart:
    """A line over the years. Years without a value are drawn as a gap, never bridged.

    Every year between the first and the last has its place on the axis, whether it is in ``values`` or not.
    """
    years = range(min(values), max(values) + 1) if values else range(0)
    rows = [{"year": str(year), "value": _number(values.get(year))} for year in years]
    x = {
        "field": "year", "type": "ordinal", "sort": None, "scale": {"type": "point", "padding": 0.5},
        "axis": {"title": None, "labelAngle": 0, "grid": False, "ticks": False, "labelColor": MUTED, "labelPadding": 8,
                 "domainColor": CONTROL, "labelOverlap": True},
    }  # fmt: skip
    y = {
        "field": "value", "type": "quantitative", "scale": {"domain": [minimum, maximum], "nice": False},
        "axis": {"title": None, "values": list(range(minimum, maximum + 1)), "format": "d", "domain": False,
                 "ticks": False, "gridColor": LINE, "labelColor": MUTED, "labelPadding": 8},
    }  # fmt: skip
    decimals = _decimals(values.values())
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
                "encoding": {"text": _figure(decimals)},
                "transform": present,
            },
        ],
    )
    return Chart(spec, columns, tuple(Row(str(year), (values.get(year),)) for year in years))


def columns(counts: Mapping[str, int], *, columns: tuple[str, str]) -> Chart:
    """Upright columns, one per label, in the order given; a count stands above its column, none above an empty one.

    ``columns`` names the labels and the counts in the table. Labels lie below the columns, as many as there is room.
    """
    rows = [{"label": label, "value": count} for label, count in counts.items()]
    x = {
        "field": "label", "type": "ordinal", "sort": None, "scale": {"type": "band", "padding": 0.1},
        "axis": {"title": None, "labelAngle": 0, "grid": False, "ticks": False, "labelColor": MUTED, "labelPadding": 6,
                 "domainColor": CONTROL, "labelOverlap": True},
    }  # fmt: skip
    y = {
        "field": "value", "type": "quantitative", "axis": None,
        "scale": {"domain": [0, max([1, *counts.values()])], "nice": False},
    }  # fmt: skip
    spec = frame(
        height=150,
        data=rows,
        encoding={"x": x, "y": y},
        layer=[
            {"mark": {"type": "bar", "color": BRAND}},
            {
                "mark": {"type": "text", "color": INK, "dy": -7, "fontSize": 10},
                "encoding": {"text": {"field": "value", "type": "quantitative", "format": "d"}},
                "transform": [{"filter": "datum.value > 0"}],
            },
        ],
    )
    return Chart(spec, columns, tuple(Row(label, (Decimal(count),)) for label, count in counts.items()))


def timeline(
    values: Mapping[date, Decimal | None], *, columns: tuple[str, str], labels: Mapping[date, str] | None = None
) -> Chart:
    """A line over days, with up to some hundred points; a day without a value breaks it.

    The axis begins at zero unless values are negative. ``labels`` names the days in the table, ISO dates otherwise.
    """
    rows = [{"day": f"{day.isoformat()}T00:00:00", "value": _number(value)} for day, value in values.items()]
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
    layer = [line, *(few if len(rows) <= MOST_DOTS or _lonely(values) else [])]
    spec = frame(height=190, data=rows, encoding={"x": x, "y": y}, layer=layer)
    named = labels or {}
    return Chart(spec, columns, tuple(Row(named.get(day, day.isoformat()), (value,)) for day, value in values.items()))


def radar(
    axes: Sequence[str], series: Sequence[Series], *, first_column: str, minimum: int = 0, maximum: int = 4
) -> Chart:
    """A radar of three or more axes with one or two series; the first axis points up, the rest follow clockwise.

    The second series is drawn dashed, so that colour alone never tells them apart. An axis on which a series has no
    value breaks its outline there. Raises ``ValueError`` for fewer than three axes or more than two series.
    """
    if len(axes) < 3 or not 1 <= len(series) <= 2:
        raise ValueError("a radar has at least three axes and one or two series")
    span, around, count = maximum - minimum, [*range(len(axes)), 0], len(axes)
    lowest = min(math.cos(2 * math.pi * axis / count) for axis in range(count)) - 0.35
    x = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [-REACH, REACH], "nice": False}}
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [lowest, 1.35], "nice": False}}

    def at(axis: int, radius: float, **more: Any) -> dict[str, Any]:
        angle = 2 * math.pi * axis / count
        return {"x": round(radius * math.sin(angle), 6), "y": round(radius * math.cos(angle), 6), **more}

    rings = [
        at(axis, level / span, ring=level, order=place)
        for level in range(1, span + 1)
        for place, axis in enumerate(around)
    ]
    spokes = [at(axis, end, spoke=axis) for axis in range(count) for end in (0, 1)]
    levels = [at(0, level / span, text=str(level + minimum)) for level in range(1, span + 1)]
    wrapped = ["\n".join(textwrap.wrap(name, LETTERS, break_long_words=False)) for name in axes]
    names = [at(axis, 1.12, text=name, breaks=name.count("\n")) for axis, name in enumerate(wrapped)]
    layers: list[Spec] = [
        _line(rings, detail="ring", color=LINE, strokeWidth=1),
        _line(spokes, detail="spoke", color=LINE, strokeWidth=1),
        _words(levels, color=MUTED, align="right", dx=-5, dy=2),
    ]
    for number, one in enumerate(series):
        points = [
            at(axis, (float(value) - minimum) / span, order=place)
            if (value := one.values[axis]) is not None
            else {"x": None, "y": None, "order": place}
            for place, axis in enumerate(around)
        ]
        look: Spec = {"color": CAUTION, "strokeDash": [5, 3]} if number else {"color": BRAND}
        layers.append(_line(points, strokeWidth=2.5, invalid="break-paths-filter-domains", **look))
        dots = {"type": "point", "filled": True, "opacity": 1, "size": 45, "color": look["color"]}
        layers.append({"data": {"values": [p for p in points if p["x"] is not None]}, "mark": dots})
    layers += [
        _words([name], color=INK, align=_side(axis, count), dy=-TEXT / 2 * name["breaks"], lineBreak="\n")
        for axis, name in enumerate(names)
    ]
    height = round(WIDTH / 2 / REACH * (1.35 - lowest))
    spec = frame(height=height, data=[], encoding={"x": x, "y": y}, layer=layers)
    rows = tuple(Row(name, tuple(one.values[axis] for one in series)) for axis, name in enumerate(axes))
    return Chart(spec, (first_column, *(one.name for one in series)), rows)


def frame(*, height: int | Spec, data: list[Spec], encoding: Spec, layer: list[Spec]) -> Spec:
    """A specification that is 288 units wide, in the look of all charts; ``data`` are its rows."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": None,
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": 2,
        "data": {"values": data},
        "encoding": encoding,
        "layer": layer,
        "config": {
            "font": "Segoe UI, Roboto, Noto Sans, Liberation Sans, sans-serif",
            "view": {"stroke": None},
            "axis": {"labelFontSize": TEXT},
            "text": {"fontSize": TEXT},
        },
    }


def _mark(kind: str, *, x: Spec, x2: Spec | None = None, text: Spec | None = None, **look: Any) -> Spec:
    channels = {"x": x, "x2": x2, "text": text}
    return {
        "mark": {"type": kind, **look},
        "encoding": {name: channel for name, channel in channels.items() if channel is not None},
    }


def _line(points: list[Spec], *, detail: str = "", **look: Any) -> Spec:
    encoding: Spec = {"order": {"field": "order", "type": "quantitative"}}
    if detail:
        encoding["detail"] = {"field": detail, "type": "nominal"}
    return {"data": {"values": points}, "mark": {"type": "line", **look}, "encoding": encoding}


def _words(points: list[Spec], **look: Any) -> Spec:
    return {
        "data": {"values": points},
        "mark": {"type": "text", "baseline": "middle", **look},
        "encoding": {"text": {"field": "text", "type": "nominal"}},
    }


def _figure(decimals: int) -> Spec:
    number = {"field": "value", "type": "quantitative", "format": f".{decimals}f"}
    return {"condition": {"test": "datum.value !== null", **number}, "value": "–"}


def _side(axis: int, count: int) -> str:
    across = math.sin(2 * math.pi * axis / count)
    return "center" if abs(across) < 0.2 else "left" if across > 0 else "right"


def _lonely(values: Mapping[date, Decimal | None]) -> bool:
    """Whether a value stands between two gaps, where a line alone would not show it."""
    there = [False, *(value is not None for value in values.values()), False]
    return any(
        now and not before and not after for before, now, after in zip(there, there[1:], there[2:], strict=False)
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _decimals(values: Any) -> int:
    """The most decimals that any of the values was published with."""
    return max([0, *(-int(value.as_tuple().exponent) for value in values if value is not None)])
