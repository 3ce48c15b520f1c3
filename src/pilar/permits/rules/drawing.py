"""Draw the path of a case through the stages of a service from its definition, without scripts or styles."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from textwrap import wrap

from pilar.permits.rules.services import Service, Stage, limit_text

WIDE, LINE, PAD, GAP, DOWN = 190, 15, 10, 20, 34
"""Sizes of a box: width, line height and padding; gaps between boxes side by side, and between rows."""
LETTERS = 26


def drawing(service: Service, title: str) -> str:
    """An SVG: stages from top to bottom, parallel ones side by side; dashed lines show the ways back."""
    texts = {stage.key: _lines(stage) for level in service.levels for stage in level}
    widest = max((len(level) for level in service.levels), default=1)
    width = widest * (WIDE + GAP) + 2 * GAP
    boxes: dict[str, tuple[int, int, int]] = {}
    top = 2
    for level in service.levels:
        left = (width - len(level) * (WIDE + GAP) + GAP) // 2
        for place, stage in enumerate(level):
            boxes[stage.key] = (left + place * (WIDE + GAP), top, len(texts[stage.key]) * LINE + 2 * PAD)
        top += max(boxes[stage.key][2] for stage in level) + DOWN
    parts = [
        part for level in service.levels for stage in level for part in _box(stage, boxes, texts[stage.key], width)
    ]
    attributes = f'viewBox="0 0 {width} {max(top - DOWN + 2, 1)}" width="{width}" aria-label="{escape(title)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" {attributes}>{"".join(parts)}</svg>'


def _lines(stage: Stage) -> list[str]:
    limit = [limit_text(stage.limit)] if stage.limit else []
    return [*wrap(str(stage.name), LETTERS), *limit]


def _box(stage: Stage, boxes: dict[str, tuple[int, int, int]], lines: list[str], width: int) -> Iterator[str]:
    left, top, high = boxes[stage.key]
    middle = left + WIDE // 2
    for key in stage.after:
        other, above, tall = boxes[key]
        begins, ends = other + WIDE // 2, above + tall
        path = f"M{begins} {ends} C{begins} {ends + 18} {middle} {top - 22} {middle} {top - 6}"
        yield f'<path d="{path}" fill="none" class="line-stroke" stroke-width="1.5"/>'
        yield f'<path d="M{middle - 4} {top - 7} L{middle} {top} L{middle + 4} {top - 7} Z" class="muted"/>'
    for key in stage.returns:
        if key in boxes:
            other, above, tall = boxes[key]
            start, end, out = top + high // 2, above + tall // 2, width - 6
            path = f"M{left + WIDE} {start} C{out} {start} {out} {end} {other + WIDE} {end}"
            yield f'<path d="{path}" fill="none" class="caution-stroke" stroke-width="1.2" stroke-dasharray="4 3"/>'
    dashes = ' stroke-dasharray="5 3"' if stage.when else ""
    size = f'x="{left}" y="{top}" width="{WIDE}" height="{high}"'
    yield f'<rect {size} rx="6" class="surface-fill control-stroke"{dashes}/>'
    for place, line in enumerate(lines):
        kind = "muted" if stage.limit and place == len(lines) - 1 else "ink"
        y = top + PAD + place * LINE + 11
        yield f'<text x="{middle}" y="{y}" text-anchor="middle" font-size="12" class="{kind}">{escape(line)}</text>'
