"""Figures with their intervals: bars that lie, and a line over the years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pilar.design.charts.drawing import (
    BRAND,
    CONTROL,
    INK,
    LEADING,
    LETTER,
    LINE,
    MUTED,
    SURFACE,
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

BAR, GAP, REACH = 8, 10, 7
"""Units high, between bars, and of the ends of an interval above and below its middle."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval, what it is of, how many answers it is made of, and a word such as its mark."""

    label: str
    value: Decimal
    lower: Decimal | None
    upper: Decimal | None
    count: int
    note: str = ""


@dataclass(frozen=True)
class Moment:
    """A figure of a year with its interval; None where there is none."""

    year: int
    value: Decimal | None
    lower: Decimal | None = None
    upper: Decimal | None = None


def estimates(given: Sequence[Estimate], *, columns: Sequence[str], minimum: Edge, maximum: Edge) -> Chart:
    """Bars in the order given, each with a line over its interval; label, count and figure stand above the bar.

    ``columns`` heads label, figure, both ends of the interval, count, and if any has one the note.
    """
    noted = any(estimate.note for estimate in given)
    places = decimals(estimate.value for estimate in given)

    def drawn(width: int) -> Spec:
        bars: list[Spec] = []
        rules: list[Spec] = []
        names: list[Spec] = []
        ends: list[Spec] = []
        notes = LETTER * max([0, *(len(estimate.note) + 1 for estimate in given)])
        room = width - LETTER * (places + 6) - notes
        y = 0.0

        def place(value: Decimal) -> float:
            return round(float(value - minimum) / float(maximum - minimum) * width, 2)

        for estimate in given:
            ends.append({"x": width - notes, "y": y + LEADING / 2, "value": number(estimate.value)})
            if estimate.note:
                names.append({"x": width - notes + LETTER, "y": y + LEADING / 2, "text": estimate.note})
            for line in wrapped(f"{estimate.label} ({estimate.count})", room):
                names.append({"x": 0, "y": y + LEADING / 2, "text": line})
                y += LEADING
            middle = y + REACH + 1
            box = {"y": middle - BAR / 2, "y2": middle + BAR / 2}
            bars.append({"x": 0, "x2": width, "fill": LINE, "stroke": LINE, **box})
            bars.append({"x": 0, "x2": place(estimate.value), "fill": BRAND, "stroke": BRAND, **box})
            if estimate.lower is not None and estimate.upper is not None:
                rules += _interval(place(estimate.lower), place(estimate.upper), middle)
            y = middle + REACH + GAP
        shown = words(ends, align="right", fontWeight=700) | {
            "transform": [{"calculate": f"format(datum.value, '.{places}f')", "as": "text"}]
        }
        # A rim below the intervals, so that they are seen on the bars too.
        layers = [boxes(bars), _rules(rules, SURFACE, 5), _rules(rules, INK, 2), words(names), shown]
        return sheet(width, y, layers)

    rows = tuple(
        Row(
            estimate.label,
            (
                estimate.value,
                estimate.lower,
                estimate.upper,
                Decimal(estimate.count),
                *((estimate.note,) if noted else ()),
            ),
        )
        for estimate in given
    )
    return Chart(drawn, tuple(columns[: 5 + noted]), rows, series=False)


def course(
    given: Sequence[Moment], *, columns: tuple[str, str, str, str], minimum: int, maximum: int, step: int = 1
) -> Chart:
    """A line over the years with an upright line for each interval; years that follow each other are joined.

    Every year between the first and the last has its place, whether it is ``given`` or not. ``step``: between the
    lines of the grid. ``columns`` heads year, figure and both ends of the interval.
    """
    by_year = {moment.year: moment for moment in given}
    years = range(min(by_year), max(by_year) + 1) if by_year else range(0)
    all_ = [by_year.get(year, Moment(year, None)) for year in years]
    rows = [
        {
            "year": str(moment.year),
            "value": number(moment.value),
            "lower": number(moment.lower),
            "upper": number(moment.upper),
            "top": number(moment.value if moment.upper is None else moment.upper),
        }
        for moment in all_
    ]
    x = {
        "field": "year", "type": "ordinal", "sort": None,
        "scale": {"type": "point", "padding": 0.5, "domain": [str(year) for year in years]},
        "axis": {"title": None, "labelAngle": 0, "grid": False, "ticks": False, "labelColor": MUTED, "labelPadding": 8,
                 "domainColor": CONTROL, "labelOverlap": True},
    }  # fmt: skip
    y = {
        "field": "value", "type": "quantitative", "scale": {"domain": [minimum, maximum], "nice": False, "zero": False},
        "axis": {"title": None, "values": list(range(minimum, maximum + 1, step)), "format": "d", "domain": False,
                 "ticks": False, "gridColor": LINE, "labelColor": MUTED, "labelPadding": 8},
    }  # fmt: skip
    there = [{"filter": "datum.value !== null"}]
    spec = frame(
        height=170,
        data=rows,
        encoding={"x": x, "y": y},
        layer=[
            {
                "mark": {"type": "rule", "color": MUTED, "strokeWidth": 2},
                "encoding": {"y": {"field": "lower", "type": "quantitative"}, "y2": {"field": "upper"}},
                "transform": [{"filter": "datum.lower !== null"}],
            },
            {"mark": {"type": "line", "color": BRAND, "strokeWidth": 2.5, "invalid": "break-paths-filter-domains"}},
            {"mark": {"type": "point", "filled": True, "opacity": 1, "size": 60, "color": BRAND}, "transform": there},
            {
                "mark": {"type": "text", "color": INK, "dy": -12, "fontWeight": 700},
                "encoding": {
                    "y": {"field": "top", "type": "quantitative"},
                    "text": figure(decimals(moment.value for moment in all_)),
                },
                "transform": there,
            },
        ],
    )
    rows_ = tuple(Row(str(moment.year), (moment.value, moment.lower, moment.upper)) for moment in all_)
    return Chart(stretched(spec), columns, rows_, series=False)


def _interval(lower: float, upper: float, middle: float) -> Iterator[Spec]:
    """A lying line with two upright ends."""
    yield {"x": lower, "x2": upper, "y": middle, "y2": middle}
    for end in (lower, upper):
        yield {"x": end, "x2": end, "y": middle - REACH, "y2": middle + REACH}


def _rules(rows: list[Spec], color: str, width: int) -> Spec:
    return {
        "data": {"values": rows},
        "mark": {"type": "rule", "color": color, "strokeWidth": width},
        "encoding": {"x2": {"field": "x2"}, "y2": {"field": "y2"}},
    }
