"""Figures in documents."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.utils.translation import get_language

from pilar.design import numbers
from pilar.design.charts import Chart
from pilar.design.svg import render_svg
from pilar.reports.document import Picture

NONE = "–"
FONT = "Libertinus Serif"


def language() -> str:
    """Return ``id`` or ``en``."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def figure(value: Decimal | None) -> str:
    """Format a figure for the reader; a dash for none."""
    return NONE if value is None else numbers.plain(value, language())


def ends(lower: Decimal | None, upper: Decimal | None) -> str:
    """Format an interval; a dash for none."""
    return NONE if lower is None or upper is None else f"{figure(lower)} – {figure(upper)}"


def picture(chart: Chart, alt: str, width: float, caption: str = "") -> Picture:
    """Draw a chart in the font of the document, ``width`` millimetres wide."""
    lettered = chart.spec | {"config": chart.spec["config"] | {"font": FONT}}
    return Picture(render_svg(lettered, language()), alt, width, caption)
