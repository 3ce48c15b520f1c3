"""Amounts side by side: bars that lie, columns that stand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pilar.design.charts.drawing import (
    BRAND,
    CONTROL,
    INK,
    LEADING,
    LETTER,
    LINE,
    MUTED,
    Chart,
    Edge,
    Row,
    Spec,
    boxes,
    decimals,
    figure,
    frame,
    number,
    sheet,
    stretched,
    words,
    wrapped,
)

BAR, GAP = 10, 12
"""Units high, and between labels."""
LOOKS: tuple[Spec, Spec] = ({"fill": "none", "stroke": BRAND}, {"fill": BRAND, "stroke": BRAND})
"""Of a planned and of a realised amount: told apart without colour."""


def bars(values: Mapping[str, Decimal | None], *, columns: tuple[str, str], minimum: Edge, maximum: Edge) -> Chart:
    """Horizontal bars, one per label, in the order given; the number stands at the end of each bar.

    ``columns`` names the labels and the values in the table. A label without a value keeps its place, without a bar.
    """
    ends = float(minimum), float(maximum)
    rows = [{"label": label, "from": ends[0], "value": number(value), "to": ends[1]} for label, value in values.items()]
    y = {"field": "label", "type": "nominal", "sort": None, "axis": None}
    x = {
        "field": "from", "type": "quantitative", "axis": None,
        "scale": {"domain": [*ends], "nice": False, "zero": False},
    }  # fmt: skip
    places = decimals(values.values())
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
                x={"value": "width"}, text=figure(places),
            ),
        ],
    )  # fmt: skip
    return Chart(stretched(spec), columns, tuple(Row(label, (value,)) for label, value in values.items()))


def columns(counts: Mapping[str, int], *, columns: tuple[str, str]) -> Chart:
    """Upright columns, one per label, in the order given; a count stands above its column, none above an empty one.

    ``columns`` names the labels and the counts in the table. Labels lie below the columns, as many as there is room.
    """
    rows = [{"label": label, "value": count} for label, count in counts.items()]
    x = {
        "field": "label", "type": "ordinal", "sort": None, "scale": {"type": "band", "padding": 0.1},
        "axis": {"title": None, "labelAngle": 0, "grid": False, "ticks": False, "labelColor": MUTED, "labelPadding": 6,
                 "labelFontSize": 10, "labelSeparation": 6, "domainColor": CONTROL, "labelOverlap": True},
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
    return Chart(stretched(spec), columns, tuple(Row(label, (Decimal(count),)) for label, count in counts.items()))


def comparison(
    values: Mapping[str, tuple[Decimal | None, Decimal | None]], *, columns: tuple[str, str, str], unit: str = ""
) -> Chart:
    """Return what was planned (a hollow bar) above what was realised (a full one) for each label, in the order given.

    Each number stands at the end of its bar's line, with its thousands apart and ``unit`` (such as ``%``) behind it.
    ``columns`` names the labels, the planned and the realised values; the latter two are the legend. All bars begin at
    zero. A value that is missing is a dash without a bar.
    """
    known = [value for pair in values.values() for value in pair if value is not None]
    places = decimals(known)
    digits = max((len(f"{value:,.{places}f}") for value in known), default=1) + (len(unit) + 1 if unit else 0)

    def drawn(width: int) -> Spec:
        room = max(width - LETTER * digits - GAP, width / 3)
        lowest, highest = min([Decimal(0), *known]), max([Decimal(0), *known])
        scale = room / (float(highest - lowest) or 1)
        zero = round(-float(lowest) * scale, 2)
        bars_, names, figures = _legend(columns[1:])
        y: float = LEADING * len(names) + GAP
        for label, pair in values.items():
            for line in wrapped(label, width):
                names.append({"x": 0, "y": y + LEADING / 2, "text": line})
                y += LEADING
            for value, look in zip(pair, LOOKS, strict=True):
                middle = y + LEADING / 2
                if value is not None:
                    end = round(zero + float(value) * scale, 2)
                    bars_.append({"x": zero, "x2": end, "y": middle - BAR / 2, "y2": middle + BAR / 2, **look})
                figures.append({"x": width, "y": middle, "value": number(value)})
                y += LEADING
            y += GAP
        behind = json.dumps(f" {unit}" if unit else "")
        shown = f"datum.value === null ? '–' : format(datum.value, ',.{places}f') + {behind}"
        ends = words(figures, align="right") | {"transform": [{"calculate": shown, "as": "text"}]}
        return sheet(width, y, [boxes(bars_), words(names), ends])

    rows = tuple(Row(label, pair) for label, pair in values.items())
    return Chart(drawn, columns, rows, series=False)


def _legend(names: Sequence[str]) -> tuple[list[Spec], list[Spec], list[Spec]]:
    """Bars, words and figures to begin with: a sample of each bar with its name."""
    bars_ = [
        {"x": 1, "x2": 25, "y": place * LEADING + 3, "y2": place * LEADING + 13, **look}
        for place, look in enumerate(LOOKS)
    ]
    words_ = [{"x": 32, "y": place * LEADING + LEADING / 2, "text": name} for place, name in enumerate(names)]
    return bars_, words_, []


def _mark(kind: str, *, x: Spec, x2: Spec | None = None, text: Spec | None = None, **look: Any) -> Spec:
    channels = {"x": x, "x2": x2, "text": text}
    return {
        "mark": {"type": kind, **look},
        "encoding": {name: channel for name, channel in channels.items() if channel is not None},
    }
