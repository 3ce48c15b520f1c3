"""Works over years: when each begins and ends, how much of it is done, how it stands today."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Literal

from pilar.design.charts.drawing import (
    CAUTION,
    CAUTION_SOFT,
    FILL,
    INK,
    LEADING,
    LETTER,
    LINE,
    MUTED,
    NEGATIVE,
    NEGATIVE_SOFT,
    POSITIVE,
    POSITIVE_SOFT,
    Chart,
    Row,
    Spec,
    boxes,
    decimals,
    number,
    sheet,
    words,
    wrapped,
)

Tone = Literal["positive", "caution", "negative", "neutral"]

COLOURS: Mapping[Tone, tuple[str, str]] = {
    "positive": (POSITIVE, POSITIVE_SOFT),
    "caution": (CAUTION, CAUTION_SOFT),
    "negative": (NEGATIVE, NEGATIVE_SOFT),
    "neutral": (MUTED, FILL),
}
"""What is done, and what is not yet."""
SIGNS: Mapping[Tone, str] = {
    "positive": "circle",
    "caution": "triangle-up",
    "negative": "M-1,-.6L-.6,-1L0,-.4L.6,-1L1,-.6L.4,0L1,.6L.6,1L0,.4L-.6,1L-1,.6L-.4,0Z",
    "neutral": "M-1,-.3L1,-.3L1,.3L-1,.3Z",
}
"""Before each label, so that colour alone tells nothing: dot, triangle, cross, dash."""
FLAG = "M-.7,1L-.7,-1L.9,-.5L-.4,0L-.4,1Z"
"""A pennant next to the sign: something about a work needs attention and is not part of its tone."""
INDENT = 18
"""Of the labels, for each sign before them."""
BAR, GAP, REACH = 12, 14, 4
"""Units high, between works, and of the lines beyond a bar."""
SHORTEST = 3
"""Units wide, so that a single day is seen."""
PERCENT = LETTER * 8
"""Units for the share at the end of a label."""
YEAR = LETTER * len("2026") + 5
TALL = 600
"""Units; a taller drawing says its years below once more."""


@dataclass(frozen=True)
class Span:
    """A work from the first to the last day. ``done``: its share from 0 to 1, None if nobody has said. ``flagged``: it
    has the flag of the drawing next to the sign of its tone.

    Raises ValueError if it ends before it begins, or for another share.
    """

    label: str
    group: str
    starts: date
    ends: date
    done: Decimal | None
    tone: Tone = "neutral"
    flagged: bool = False

    def __post_init__(self) -> None:
        if self.ends < self.starts:
            raise ValueError("a work ends on the day it begins or later")
        if self.done is not None and not 0 <= self.done <= 1:
            raise ValueError("a share is from 0 to 1")


def gantt(
    spans: Sequence[Span],
    *,
    today: date,
    today_label: str,
    tones: Mapping[Tone, str],
    columns: tuple[str, str, str, str, str, str],
    flag: str = "",
    written: Callable[[date], str] = date.isoformat,
    shares: bool = True,
) -> Chart:
    """A bar for each work below its label, over whole years, in the order given; the part that is done is darker.

    Neighbours of one ``group`` stand below its name, none where the name is empty. A dashed bar says that nobody knows
    how much is done. A line stands at ``today``, named ``today_label``, if it lies in those years. ``tones`` names the
    tones for the legend and the table, ``flag`` the flag that works may have in addition; ``columns`` heads label,
    group, first day, last day, share in per cent, tone. ``written`` writes a day in the table. Without ``shares`` the
    drawing does not say in words how much is done: a plan that only says when.
    """
    flagged = any(span.flagged for span in spans)
    names = [
        (SIGNS[tone], COLOURS[tone][0], name)
        for tone, name in tones.items()
        if any(span.tone == tone for span in spans)
    ]
    places = decimals(_percent(span.done) for span in spans)

    def drawn(width: int) -> Spec:
        drawing = _Drawing(_Years(spans, today, width), shares=shares, flagged=flagged)
        y = drawing.legend([*names, *([(FLAG, INK, flag)] if flagged else [])])
        y = drawing.head(y, today, today_label)
        for group, members in groupby(spans, key=lambda span: span.group):
            y = drawing.group(y, group)
            for member in members:
                y = drawing.span(y, member)
        if y > TALL:
            drawing.years(y + LEADING / 2)
            y += LEADING
        return drawing.spec(y, places)

    rows = tuple(
        Row(
            span.label,
            (span.group, written(span.starts), written(span.ends), _percent(span.done), _said(span, tones, flag)),
        )
        for span in spans
    )
    return Chart(drawn, columns, rows, series=False)


class _Years:
    """Whole years as places between 0 and the width."""

    def __init__(self, spans: Sequence[Span], today: date, width: int) -> None:
        self.width = width
        self.first = min((span.starts.year for span in spans), default=today.year)
        self.last = max((span.ends.year for span in spans), default=today.year)
        self._from = date(self.first, 1, 1)
        self._days = (date(self.last, 12, 31) - self._from).days + 1

    def place(self, day: date) -> float:
        """Return where a day begins."""
        return round((day - self._from).days / self._days * self.width, 2)

    def holds(self, day: date) -> bool:
        return self.first <= day.year <= self.last

    def starts(self) -> Iterator[tuple[int, float]]:
        for year in range(self.first, self.last + 1):
            yield year, self.place(date(year, 1, 1))


class _Drawing:
    """The marks so far; each method draws at ``y`` and says where the next thing goes."""

    def __init__(self, years: _Years, *, shares: bool, flagged: bool) -> None:
        self._years, self._width, self._tells = years, years.width, shares
        self._indent = INDENT * (2 if flagged else 1)
        self._whole: list[Spec] = []
        self._unknown: list[Spec] = []
        self._done: list[Spec] = []
        self._signs: list[Spec] = []
        self._words: list[Spec] = []
        self._groups: list[Spec] = []
        self._quiet: list[Spec] = []
        self._shares: list[Spec] = []
        self._between: list[Spec] = []
        self._now: list[Spec] = []
        self._named: list[Spec] = []
        self._today: float | None = None

    def legend(self, names: Sequence[tuple[str, str, str]]) -> float:
        """Signs with their colours and names, two side by side where both fit."""
        half = self._width / 2
        across = 2 if all(INDENT + LETTER * len(name) < half for _shape, _colour, name in names) else 1
        y = 0.0
        for place, (shape, colour, name) in enumerate(names):
            x, y = half * (place % across), place // across * LEADING + LEADING / 2
            self._sign(x, y, shape, colour)
            self._words.append({"x": x + INDENT, "y": y, "text": name})
        return y + LEADING if names else 0

    def head(self, y: float, today: date, label: str) -> float:
        """The name of today above the years."""
        if self._years.holds(today):
            self._today = self._years.place(today)
            half = LETTER * len(label) / 2
            x = min(max(self._today, half), self._width - half)
            self._named.append({"x": x, "y": y + LEADING / 2, "text": label})
            y += LEADING + REACH
            self._now.append({"x": self._today, "y": y - REACH, "y2": y})
        self.years(y + LEADING / 2)
        return y + LEADING + GAP / 2

    def years(self, y: float) -> None:
        """As many as there is room for."""
        starts = list(self._years.starts())
        every = -(-int(YEAR * len(starts)) // self._width) or 1
        self._quiet += [
            {"x": x + 3, "y": y, "text": str(year)} for year, x in starts[::every] if x + YEAR - 2 <= self._width
        ]

    def group(self, y: float, name: str) -> float:
        for line in wrapped(name, self._width) if name else ():
            self._groups.append({"x": 0, "y": y + LEADING / 2, "text": line})
            y += LEADING
        return y + GAP / 3 if name else y

    def span(self, y: float, span: Span) -> float:
        self._sign(0, y + LEADING / 2, SIGNS[span.tone], COLOURS[span.tone][0])
        if span.flagged:
            self._sign(INDENT, y + LEADING / 2, FLAG, INK)
        if self._tells:
            self._shares.append({"x": self._width, "y": y + LEADING / 2, "value": number(_percent(span.done))})
        for line in wrapped(span.label, self._width - self._indent - (PERCENT if self._tells else 0)):
            self._words.append({"x": self._indent, "y": y + LEADING / 2, "text": line})
            y += LEADING
        y += REACH + 1
        start = self._years.place(span.starts)
        end = max(self._years.place(span.ends + timedelta(days=1)), start + SHORTEST)
        start = min(start, self._width - SHORTEST)
        dark, soft = COLOURS[span.tone]
        end = min(end, self._width)
        box = {"x": start, "x2": end, "y": y, "y2": y + BAR, "stroke": dark}
        if span.done is None:
            self._unknown.append({**box, "fill": soft})
        else:
            self._whole.append({**box, "fill": soft})
            reached = round(start + (end - start) * float(span.done), 2)
            self._done.append({**box, "x2": reached, "fill": dark})
        # Lines only next to the bars: through the labels they would be hard to read.
        beside = {"y": y - REACH, "y2": y + BAR + REACH}
        self._between += [{"x": x, **beside} for _year, x in self._years.starts()]
        if self._today is not None:
            self._now.append({"x": self._today, **beside})
        return y + BAR + GAP

    def spec(self, height: float, places: int) -> Spec:
        shown = f"datum.value === null ? '–' : format(datum.value, '.{places}f') + ' %'"
        return sheet(
            self._width,
            height,
            [
                _rules(self._between, color=LINE, strokeWidth=1),
                boxes(self._whole),
                boxes(self._unknown, strokeDash=[3, 2]),
                boxes([bar for bar in self._done if bar["x2"] > bar["x"]]),
                _rules(self._now, color=INK, strokeWidth=2),
                _points(self._signs),
                words(self._words),
                words(self._groups, fontWeight=700),
                words(self._quiet, color=MUTED),
                words(self._named, align="center", fontWeight=700),
                words(self._shares, align="right") | {"transform": [{"calculate": shown, "as": "text"}]},
            ],
        )

    def _sign(self, x: float, y: float, shape: str, colour: str) -> None:
        self._signs.append({"x": x + 6, "y": y, "shape": shape, "fill": colour})


def _said(span: Span, tones: Mapping[Tone, str], flag: str) -> str:
    """The tone in words, with the flag."""
    return f"{tones[span.tone]}, {flag}" if span.flagged else tones[span.tone]


def _rules(rows: list[Spec], **look: object) -> Spec:
    return {"data": {"values": rows}, "mark": {"type": "rule", **look}, "encoding": {"y2": {"field": "y2"}}}


def _points(rows: list[Spec]) -> Spec:
    own = {channel: {"field": channel, "type": "nominal", "scale": None} for channel in ("fill", "shape")}
    mark = {"type": "point", "size": 90, "opacity": 1, "strokeWidth": 0, "filled": True}
    return {"data": {"values": rows}, "mark": mark, "encoding": own}


def _percent(share: Decimal | None) -> Decimal | None:
    """Per cent with the digits that the share has; whole ones without a point."""
    return None if share is None else Decimal(f"{(share * 100).normalize():f}")
