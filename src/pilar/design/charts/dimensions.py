"""Values on several axes at once."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pilar.design.charts.drawing import (
    BRAND,
    CAUTION,
    INK,
    LEADING,
    LINE,
    MUTED,
    WIDTH,
    Chart,
    Edge,
    Row,
    Spec,
    frame,
    steps,
    stretched,
    words,
)

# Half the width of a radar, in radii: what the circle leaves on either side is for the names of the axes.
REACH = 1.85
LETTERS = 11


@dataclass(frozen=True)
class Series:
    """Named values, one per axis of a radar, in the order of its axes."""

    name: str
    values: Sequence[Decimal | None]


def radar(axes: Sequence[str], series: Sequence[Series], *, first_column: str, minimum: Edge, maximum: Edge) -> Chart:
    """A radar of three or more axes with one or two series; the first axis points up, the rest follow clockwise.

    The second series is drawn dashed, so that colour alone never tells them apart. An axis on which a series has no
    value breaks its outline there. Raises ``ValueError`` for fewer than three axes or more than two series.
    """
    if len(axes) < 3 or not 1 <= len(series) <= 2:
        raise ValueError("a radar has at least three axes and one or two series")
    around, count = [*range(len(axes)), 0], len(axes)
    start, span = float(minimum), float(maximum - minimum)
    wrapped = [textwrap.wrap(name, LETTERS, break_long_words=False) for name in axes]
    lifts = [_lift(axis, count, len(name) - 1) for axis, name in enumerate(wrapped)]
    radius = WIDTH / 2 / REACH
    heights = [math.cos(2 * math.pi * axis / count) for axis in range(count)]
    lowest = min(
        height - 0.35 - (LEADING * (len(name) - 1) - lift) / radius
        for height, name, lift in zip(heights, wrapped, lifts, strict=True)
    )
    highest = max(height + 0.35 + lift / radius for height, lift in zip(heights, lifts, strict=True))
    x = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [-REACH, REACH], "nice": False}}
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [lowest, highest], "nice": False}}

    def at(axis: int, radius: float, **more: Any) -> dict[str, Any]:
        angle = 2 * math.pi * axis / count
        return {"x": round(radius * math.sin(angle), 6), "y": round(radius * math.cos(angle), 6), **more}

    rings = [
        at(axis, (level - start) / span, ring=level, order=place)
        for level in steps(minimum, maximum)[1:]
        for place, axis in enumerate(around)
    ]
    spokes = [at(axis, end, spoke=axis) for axis in range(count) for end in (0, 1)]
    levels = [at(0, (level - start) / span, text=level) for level in steps(minimum, maximum)[1:]]
    names = [at(axis, 1.12, text="\n".join(name)) for axis, name in enumerate(wrapped)]
    layers: list[Spec] = [
        _line(rings, detail="ring", color=LINE, strokeWidth=1),
        _line(spokes, detail="spoke", color=LINE, strokeWidth=1),
        words(levels, color=MUTED, align="right", dx=-5, dy=2)
        | {"encoding": {"text": {"field": "text", "type": "quantitative", "format": "~f"}}},
    ]
    for number, line in enumerate(series):
        points = [
            at(axis, (float(value) - start) / span, order=place)
            if (value := line.values[axis]) is not None
            else {"x": None, "y": None, "order": place}
            for place, axis in enumerate(around)
        ]
        look: Spec = {"color": CAUTION, "strokeDash": [5, 3]} if number else {"color": BRAND}
        layers.append(_line(points, strokeWidth=2.5, invalid="break-paths-filter-domains", **look))
        dots = {"type": "point", "filled": True, "opacity": 1, "size": 45, "color": look["color"]}
        layers.append({"data": {"values": [p for p in points if p["x"] is not None]}, "mark": dots})
    layers += [
        words([name], color=INK, align=_side(axis, count), dy=-lifts[axis], lineHeight=LEADING, lineBreak="\n")
        for axis, name in enumerate(names)
    ]
    height = round(radius * (highest - lowest))
    spec = frame(height=height, data=[], encoding={"x": x, "y": y}, layer=layers)
    rows = tuple(Row(name, tuple(line.values[axis] for line in series)) for axis, name in enumerate(axes))
    return Chart(stretched(spec), (first_column, *(line.name for line in series)), rows, widens=False)


def _line(points: list[Spec], *, detail: str = "", **look: Any) -> Spec:
    encoding: Spec = {"order": {"field": "order", "type": "quantitative"}}
    if detail:
        encoding["detail"] = {"field": detail, "type": "nominal"}
    return {"data": {"values": points}, "mark": {"type": "line", **look}, "encoding": encoding}


def _lift(axis: int, count: int, breaks: int) -> float:
    """Return how far the first line of a name stands above its place: all lines above the uppermost axis, none above
    the lowest, half of them for an axis in between."""
    return LEADING * breaks * (1 + math.cos(2 * math.pi * axis / count)) / 2


def _side(axis: int, count: int) -> str:
    across = math.sin(2 * math.pi * axis / count)
    return "center" if abs(across) < 0.2 else "left" if across > 0 else "right"
