"""A tile for each place in a grid of its own: roughly where the places lie, each as large as the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pilar.design.charts.drawing import (
    CAUTION_SOFT,
    LINE,
    MUTED,
    NEGATIVE_SOFT,
    POSITIVE_SOFT,
    SURFACE,
    Chart,
    Row,
    Spec,
    boxes,
    sheet,
    words,
)

HEIGHT, GAP = 30, 2
"""Units of a tile from top to bottom, and between tiles."""
LEGEND = 20
CLASSES = ((NEGATIVE_SOFT, "▽"), (CAUTION_SOFT, "◇"), (POSITIVE_SOFT, "▲"))
"""The lowest third of the values, the middle and the highest: a ground and, for anyone who tells no colours apart, a
sign."""


@dataclass(frozen=True)
class Tile:
    """``column`` and ``row`` count from 0, from the north-west; two ``letters`` stand on it, ``told`` in the table."""

    label: str
    letters: str
    column: int
    row: int
    value: Decimal | None
    told: tuple[str, ...] = ()


def tiles(given: Sequence[Tile], *, columns: tuple[str, ...], legend: tuple[str, str, str]) -> Chart:
    """The tiles in three classes by their value, those without one blank; ``legend`` names the classes, lowest first.

    ``columns`` heads label, value and ``told``. Raises ValueError without tiles.
    """
    if not given:
        raise ValueError("a map has tiles")

    def drawn(width: int) -> Spec:
        across, down = max(tile.column for tile in given) + 1, max(tile.row for tile in given) + 1
        wide = width / across
        ends = thirds([tile.value for tile in given if tile.value is not None])
        grounds: list[Spec] = []
        letters: list[Spec] = []
        signs: list[Spec] = []
        for tile in given:
            x, y = tile.column * wide, tile.row * (HEIGHT + GAP)
            ground, sign = (SURFACE, "") if tile.value is None else CLASSES[sum(tile.value > end for end in ends)]
            box = {"x": round(x + 0.75, 2), "y": y, "x2": round(x + wide - 0.75, 2), "y2": y + HEIGHT}
            grounds.append({**box, "fill": ground, "stroke": LINE})
            middle = round(x + wide / 2, 2)
            letters.append({"x": middle, "y": y + 10, "text": tile.letters})
            signs.append({"x": middle, "y": y + 22, "text": sign})
        bottom = down * (HEIGHT + GAP) + LEGEND / 2
        keys = [f"{sign} {name}" for (_ground, sign), name in zip(CLASSES, legend, strict=True)]
        told = [{"x": place * width / 3, "y": bottom, "text": text} for place, text in enumerate(keys)]
        return sheet(
            width,
            bottom + LEGEND / 2,
            [
                boxes(grounds),
                words(letters, align="center", fontSize=12, fontWeight="bold"),
                words(signs, align="center", fontSize=12),
                words(told, color=MUTED, fontSize=12),
            ],
        )

    rows = tuple(Row(f"{tile.label} ({tile.letters})", (tile.value, *tile.told)) for tile in given)
    return Chart(drawn, columns, rows, series=False)


def thirds(values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """The highest values of the lowest third and of the lowest two thirds; equal values are never parted.

    Where all are equal they are the middle, so that nothing looks low or high.
    """
    ordered = sorted(values)
    if not ordered:
        return ()
    if ordered[0] == ordered[-1]:
        return ordered[0] - 1, ordered[0]
    return ordered[(len(ordered) - 1) // 3], ordered[2 * (len(ordered) - 1) // 3]
