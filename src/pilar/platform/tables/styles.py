"""Meaning of a cell's number format: plain number, percentage, day or time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum

from pilar.platform.tables.table import Cell, Percent

_DAY_MILLISECONDS = 86_400_000
_DAYS = 2_958_466
# Excel's calendar has 29 February 1900, so that days before March 1900 stand one further on than they should.
_FIRST_RIGHT_DAY = 60
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone
EPOCH_1904 = 1_462

# What a format writes as it stands: text in quotes, the character after a backslash, "_" or "*", colour and language.
_UNSHOWN = re.compile(r'"[^"]*"|[\\_*].|\[(?![hms]+\])[^\]]*\]', re.DOTALL | re.IGNORECASE)
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_MOMENT = re.compile(r"[dmyhs]", re.IGNORECASE)


class Shown(Enum):
    """Formats of numbers."""

    NUMBER = "number"
    PERCENT = "percent"
    MOMENT = "moment"
    ELAPSED = "elapsed"


# ECMA-376 part 1, section 18.8.30: formats that every program knows by their number.
_BUILT_IN = {
    **dict.fromkeys(map(str, (9, 10)), Shown.PERCENT),
    **dict.fromkeys(map(str, (*range(14, 23), *range(27, 37), 45, 47, *range(50, 59))), Shown.MOMENT),
    "46": Shown.ELAPSED,
}


class Styles:
    """Visits the styles of a workbook; ``shown`` then tells of each style of a cell how it shows a number."""

    def __init__(self) -> None:
        self._formats: dict[str, Shown] = dict(_BUILT_IN)
        self._styles: list[str] = []
        self._in_cells = False

    @property
    def shown(self) -> tuple[Shown, ...]:
        return tuple(self._formats.get(style, Shown.NUMBER) for style in self._styles)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "numFmt":
            self._formats[attributes.get("numFmtId", "")] = shown_by(attributes.get("formatCode", ""))
        elif tag == "cellXfs":
            self._in_cells = True
        elif tag == "xf" and self._in_cells:
            self._styles.append(attributes.get("numFmtId", ""))

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._in_cells = False

    def text(self, piece: str) -> None:
        """Styles hold no text."""


def shown_by(code: str) -> Shown:
    """Return how a format code shows a number."""
    bare = _UNSHOWN.sub("", code)
    if _ELAPSED.search(bare):
        return Shown.ELAPSED
    if "%" in bare:
        return Shown.PERCENT
    return Shown.MOMENT if _MOMENT.search(bare) else Shown.NUMBER


def read(text: str, shown: Shown, epoch: int) -> Cell:
    """Return what a workbook stores as ``text``; days are counted from ``epoch``. Raises ValueError for no number."""
    value = float(text)
    if value - value != 0:
        return str(value)
    if shown is Shown.ELAPSED and abs(value) < _DAYS:
        return dt.timedelta(milliseconds=round(value * _DAY_MILLISECONDS))
    if shown is Shown.MOMENT and 0 <= value < _DAYS - epoch:
        return _moment(value, epoch)
    # The shortest text that gives the same float is what the person typed: 3.88, not 3.87999999999999989…
    number = Decimal(int(value)) if value.is_integer() and abs(value) < 1e15 else Decimal(repr(value))
    if shown is Shown.PERCENT:
        points = number * 100
        return Percent(Decimal(int(points)) if points == points.to_integral_value() else points.normalize())
    return number


def _moment(value: float, epoch: int) -> Cell:
    milliseconds = round(value * _DAY_MILLISECONDS)
    if milliseconds < _DAY_MILLISECONDS:
        return (_EPOCH + dt.timedelta(milliseconds=milliseconds)).time()
    if value + epoch < _FIRST_RIGHT_DAY:
        milliseconds += _DAY_MILLISECONDS
    moment = _EPOCH + dt.timedelta(days=epoch, milliseconds=milliseconds)
    return moment if moment.time() != dt.time() else moment.date()
