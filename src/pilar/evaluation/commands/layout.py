"""Pieces of an answer: numbers in the reader's language, the name of an instrument, columns in line."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pilar import index
from pilar.platform.language import console_language, translate

Side = Literal["left", "right"]

NONE = "-"
GAP = 2


def number(value: Decimal | Fraction | index.NoScore | None, *, signed: bool = False) -> str:
    """The number with all its digits, with a decimal comma in Indonesian; a dash where there is none."""
    if value is None or isinstance(value, index.NoScore):
        return NONE
    text = plain(value)
    if signed and value > 0:
        text = f"+{text}"
    return text.replace(".", ",") if console_language() == "id" else text


def plain(value: Decimal | Fraction) -> str:
    """The number as machines read it, with a point."""
    return index.decimal_text(value) if isinstance(value, Fraction) else f"{value:f}"


def percent(share: Fraction) -> str:
    """A share of 1 as a percentage, with two decimals where it does not end sooner."""
    return f"{number(Fraction(index.round_published(share * 100, 2)))}%"


def title(titles: dict[str, str]) -> str:
    """A title in the reader's language."""
    return titles[console_language()]


def heading(titles: dict[str, str]) -> str:
    """A title as the head of a narrow column: without what it explains in brackets."""
    return title(titles).partition(" (")[0]


def identity(instrument: index.Instrument) -> dict[str, str]:
    """What names an instrument beyond doubt."""
    return {"code": instrument.code, "version": instrument.version, "sha256": instrument.sha256}


def instrument_line(instrument: index.Instrument) -> str:
    """The same as a line for people."""
    return translate("Instrument %(code)s, version %(version)s, SHA-256 %(sha256)s", **identity(instrument))


def aligned(rows: Sequence[Sequence[str]], sides: Sequence[Side], widths: Sequence[int | None]) -> list[str]:
    """Rows as lines with columns in line; a cell with a width goes on in the next line, between words."""
    wrapped = [[_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    columns = list(zip(*wrapped, strict=True))
    full = [max(_width(line) for cell in column for line in cell) for column in columns]
    lines = []
    for row in wrapped:
        for position in range(max(len(cell) for cell in row)):
            parts = [cell[position] if position < len(cell) else "" for cell in row]
            padded = (_padded(part, width, side) for part, width, side in zip(parts, full, sides, strict=True))
            lines.append((" " * GAP).join(padded).rstrip())
    return lines


def _wrapped(cell: str, width: int | None) -> list[str]:
    return textwrap.wrap(cell, width, break_long_words=False) or [""] if width else [cell]


def _padded(text: str, width: int, side: Side) -> str:
    blank = " " * (width - _width(text))
    return blank + text if side == "right" else text + blank


def _width(text: str) -> int:
    """Columns that the text takes: marks that combine take none, wide characters two."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
