"""Figures in documents."""

from __future__ import annotations

from decimal import Decimal

from pilar.design import numbers
from pilar.platform.language import reader_language

NONE = "–"


def figure(value: Decimal | None) -> str:
    """Format a figure for the reader; a dash for none."""
    return NONE if value is None else numbers.plain(value, reader_language())


def ends(lower: Decimal | None, upper: Decimal | None) -> str:
    """Format an interval; a dash for none."""
    return NONE if lower is None or upper is None else f"{figure(lower)} – {figure(upper)}"
