"""Chart of shares of a whole: one bar of full length for each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from pilar.design.charts.drawing import (
    FILL,
    INK,
    LEADING,
    LETTER,
    MUTED,
    NEGATIVE,
    NEGATIVE_SOFT,
    POSITIVE,
    POSITIVE_SOFT,
    SURFACE,
    Chart,
    Row,
    Spec,
    boxes,
    sheet,
    words,
    wrapped,
)

BAR, GAP, SAMPLE = 20, 12, 22
"""Units high, between rows, and of a sample in the legend with the room behind it."""


def shares(given: Mapping[str, Sequence[int]], *, steps: Sequence[str], first_column: str) -> Chart:
    """A bar of 100 % for each label, from the lowest step to the highest, with per cent where there is room.

    ``given``: counts by label, one for each of the ``steps``; the table tells them. A label of nobody has an empty bar.
    Raises ``ValueError`` for another number of counts than steps.
    """
    if any(len(counts) != len(steps) for counts in given.values()):
        raise ValueError("a count for each step")

    def drawn(width: int) -> Spec:
        looks = _looks(len(steps))
        fills: list[Spec] = []
        names: list[Spec] = []
        parts: list[Spec] = []
        y = 0.0
        for place, step in enumerate(steps):
            dark, soft = looks[place]
            fills.append({"x": 0, "x2": SAMPLE - 8, "y": y + 2, "y2": y + LEADING - 2, "fill": soft, "stroke": dark})
            for line in wrapped(step, width - SAMPLE):
                names.append({"x": SAMPLE, "y": y + LEADING / 2, "text": line})
                y += LEADING
        y += GAP
        for label, counts in given.items():
            for line in wrapped(label, width):
                names.append({"x": 0, "y": y + LEADING / 2, "text": line})
                y += LEADING
            y += 2
            whole, x = sum(counts), 0.0
            if not whole:
                fills.append({"x": 0, "x2": width, "y": y, "y2": y + BAR, "fill": SURFACE, "stroke": MUTED})
            for place, count in enumerate(counts):
                if count:
                    dark, soft = looks[place]
                    end = round(x + count / whole * width, 2)
                    fills.append({"x": x, "x2": end, "y": y, "y2": y + BAR, "fill": soft, "stroke": dark})
                    told = f"{_percent(count, whole)} %"
                    if LETTER * len(told) <= end - x:
                        ink = SURFACE if soft == dark else INK
                        parts.append({"x": (x + end) / 2, "y": y + BAR / 2, "text": told, "ink": ink})
                    x = end
            y += BAR + GAP
        inside = [
            words([part for part in parts if part["ink"] == ink], align="center", color=ink) for ink in (INK, SURFACE)
        ]  # fmt: skip
        return sheet(width, y, [boxes(fills), words(names), *inside])

    rows = tuple(Row(label, tuple(Decimal(count) for count in counts)) for label, counts in given.items())
    return Chart(drawn, (first_column, *steps), rows, series=False)


def _looks(count: int) -> list[tuple[str, str]]:
    """Edge and filling of each step: the outermost full, the others pale, the middle one of an odd number grey."""
    half = count // 2
    low = [(NEGATIVE, NEGATIVE if place == 0 else NEGATIVE_SOFT) for place in range(half)]
    high = [(POSITIVE, POSITIVE if place == 0 else POSITIVE_SOFT) for place in range(half)]
    return [*low, *([(MUTED, FILL)] if count % 2 else []), *reversed(high)]


def _percent(count: int, whole: int) -> int:
    """Whole per cent, half up."""
    return (200 * count + whole) // (2 * whole)
