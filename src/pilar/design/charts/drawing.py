"""Shared parts of all charts: colours, frame, and the table of their figures."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

WIDTH, WIDE = 288, 512
"""Units of a drawing on a phone and in a narrow column, and of the one for a wide place."""
TEXT = 13
LETTER = 6.9
"""Units that a letter of the text is wide on average, rather more than less."""
LEADING = 16
"""From line to line."""

INK, MUTED = "#15211e", "#52605c"
LINE, CONTROL, FILL, SURFACE = "#d5d9d4", "#7b8482", "#eceeea", "#ffffff"
BRAND, POSITIVE, CAUTION, NEGATIVE = "#0a5866", "#1a6638", "#7f4c00", "#a3231a"
POSITIVE_SOFT, CAUTION_SOFT, NEGATIVE_SOFT = "#e2f2e7", "#fcf0d6", "#fce8e5"

Spec = dict[str, Any]
Edge = int | Decimal
"""An end of a scale."""
MAX_STEPS = 6


@dataclass(frozen=True)
class Row:
    """One row of a chart's table: its label and one value per column; a text is written as it stands."""

    label: str
    values: tuple[Decimal | str | None, ...]


@dataclass(frozen=True)
class Chart:
    """A drawing of any width and the same figures as a table; ``columns[0]`` heads the labels.

    ``drawn`` gives the Vega-Lite specification that is as many units wide as it is asked for. ``series``: whether each
    further column is a line of its own that a legend tells apart. ``widens``: whether more width shows more; it does
    not for what is round.
    """

    drawn: Callable[[int], Spec]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    series: bool = True
    widens: bool = True

    @property
    def spec(self) -> Spec:
        """The drawing for the narrowest phone."""
        return self.drawn(WIDTH)

    @property
    def wide(self) -> Spec | None:
        """The drawing for a wide place; None where the narrow one serves there too."""
        return self.drawn(WIDE) if self.widens else None


def frame(*, height: int | Spec, data: list[Spec], encoding: Spec, layer: list[Spec]) -> Spec:
    """A specification in the look of all charts, 288 units wide; ``data`` are its rows."""
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


def stretched(spec: Spec) -> Callable[[int], Spec]:
    """A drawing whose scales fill whatever width there is."""
    return lambda width: spec | {"width": width}


def sheet(width: int, height: float, layers: list[Spec]) -> Spec:
    """A drawing of marks whose ``x`` (0 to ``width``) and ``y`` (0 to ``height``, downwards) are places, not values."""
    x = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [0, width], "nice": False}}
    y = {
        "field": "y", "type": "quantitative", "axis": None,
        "scale": {"domain": [0, height], "nice": False, "reverse": True},
    }  # fmt: skip
    return frame(height=round(height), data=[], encoding={"x": x, "y": y}, layer=layers) | {"width": width}


def boxes(rows: list[Spec], **look: Any) -> Spec:
    """Rectangles from ``x``, ``y`` to ``x2``, ``y2``, each in its ``fill`` and ``stroke``."""
    own = {channel: {"field": channel, "type": "nominal", "scale": None} for channel in ("fill", "stroke")}
    return {
        "data": {"values": rows},
        "mark": {"type": "rect", "strokeWidth": 1, **look},
        "encoding": {"x2": {"field": "x2"}, "y2": {"field": "y2"}, **own},
    }


def words(rows: list[Spec], **look: Any) -> Spec:
    """The ``text`` of each row at its place, its middle at ``y``."""
    return {
        "data": {"values": rows},
        "mark": {"type": "text", "baseline": "middle", "color": INK, "align": "left", **look},
        "encoding": {"text": {"field": "text", "type": "nominal"}},
    }


def wrapped(text: str, width: float) -> list[str]:
    """The lines of a text that is ``width`` units wide at most; an empty text has one."""
    return textwrap.wrap(text, max(1, int(width / LETTER))) or [""]


def steps(minimum: Edge, maximum: Edge) -> list[float]:
    """Round figures from ``minimum`` to ``maximum``, both included, with at most six steps of one width between.

    Whole ones on a scale that is three wide or wider.
    """
    low, high = Decimal(minimum), Decimal(maximum)
    span = high - low
    width = Decimal(1).scaleb(max(span.adjusted() - 1, 0 if span >= 3 else span.adjusted() - 1))
    while span / width > MAX_STEPS:
        width *= Decimal("2.5") if width.normalize().as_tuple().digits == (2,) else 2
    between = [low // width * width + width * place for place in range(MAX_STEPS + 2)]
    return [float(step) for step in dict.fromkeys([low, *(step for step in between if low < step < high), high])]


def figure(places: int) -> Spec:
    shown = {"field": "value", "type": "quantitative", "format": f".{places}f"}
    return {"condition": {"test": "datum.value !== null", **shown}, "value": "–"}


def number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def decimals(values: Iterable[Decimal | None]) -> int:
    """The most decimals that any of the values was published with."""
    return max([0, *(-int(value.as_tuple().exponent) for value in values if value is not None)])
