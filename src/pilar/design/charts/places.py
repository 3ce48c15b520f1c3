"""Places by their coordinates: north is up, a length is the same everywhere; no ground is drawn below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import cos, radians

from pilar.design.charts.drawing import (
    BRAND,
    CONTROL,
    LINE,
    MUTED,
    SURFACE,
    Chart,
    Row,
    Spec,
    boxes,
    sheet,
    words,
)

DOT = 11
"""Units from the middle of a dot to its edge; its number stands in it."""
HIGHEST, LOWEST = 320, 120
"""Units."""
NARROWEST = 0.005
"""Degrees across at least, so that places side by side are not torn apart: about half a kilometre."""
KILOMETRE = 1 / 111.195
"""In degrees of a great circle."""
SCALES = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
"""Kilometres of the bar below."""


@dataclass(frozen=True)
class Place:
    """``latitude`` and ``longitude`` in degrees; ``told`` stands in the table next to the label."""

    label: str
    latitude: Decimal
    longitude: Decimal
    told: tuple[str, ...] = ()


def places(marks: Sequence[Place], *, columns: tuple[str, ...], joined: bool = False) -> Chart:
    """A dot with its number, from 1, for each place; a line from each to the next where they are ``joined``.

    ``columns`` heads number with label, then ``told``. Raises ValueError without places.
    """
    if not marks:
        raise ValueError("a map has places")
    middle = radians(float(sum(mark.latitude for mark in marks)) / len(marks))
    across = [(float(mark.longitude) * cos(middle), -float(mark.latitude)) for mark in marks]
    (left, right), (top, bottom) = ((min(values), max(values)) for values in zip(*across, strict=True))

    def drawn(width: int) -> Spec:
        inner = width - 2 * (DOT + 2)
        scale = min(inner / max(right - left, NARROWEST), HIGHEST / max(bottom - top, NARROWEST))
        height = max(LOWEST, (bottom - top) * scale + 2 * (DOT + 2))
        dots: list[Spec] = [
            {
                "x": round(width / 2 + (x - (left + right) / 2) * scale, 2),
                "y": round(height / 2 + (y - (top + bottom) / 2) * scale, 2), "text": str(number),
            }
            for number, (x, y) in enumerate(across, start=1)
        ]  # fmt: skip
        lines = [{"x": dot["x"], "y": dot["y"], "x2": other["x"], "y2": other["y"]} for dot, other in pairwise(dots)]
        long = max([metres for metres in SCALES if metres * KILOMETRE * scale <= width / 3], default=SCALES[0])
        said = f"{long} km" if long >= 1 else f"{long * 1000:.0f} m"
        bar = {"x": 0, "x2": round(long * KILOMETRE * scale, 2), "y": height + 8, "y2": height + 11}
        return sheet(
            width,
            height + 20,
            [
                boxes([{"x": 0, "y": 0, "x2": width, "y2": height, "fill": SURFACE, "stroke": LINE}]),
                {
                    "data": {"values": lines if joined else []},
                    "mark": {"type": "rule", "color": CONTROL, "strokeWidth": 1},
                    "encoding": {"x2": {"field": "x2"}, "y2": {"field": "y2"}},
                },
                {
                    "data": {"values": dots},
                    "mark": {"type": "circle", "size": 3.2 * DOT**2, "color": BRAND, "opacity": 1},
                },
                words(dots, align="center", color=SURFACE, fontWeight="bold"),
                boxes([{**bar, "fill": MUTED, "stroke": MUTED}]),
                words([{"x": bar["x2"] + 6, "y": height + 10, "text": said}]),
            ],
        )

    rows = tuple(Row(f"{number} {place.label}", place.told) for number, place in enumerate(marks, start=1))
    return Chart(drawn, columns, rows, series=False)
