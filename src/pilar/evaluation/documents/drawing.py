"""Charts of the design, lettered like the reports."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from pilar.design import charts
from pilar.design.svg import picture
from pilar.evaluation.documents import writing
from pilar.platform.language import reader_language
from pilar.reports.document import Picture

RADAR_WIDTH = 84


def radar(titles: Sequence[str], series: Sequence[charts.Series], minimum: Decimal, maximum: Decimal) -> Picture | None:
    """The dimensions of one year or two, this year's first; None for fewer than three dimensions."""
    if len(titles) < 3:
        return None
    drawn = charts.radar(titles, series, first_column=_("Dimension"), minimum=minimum, maximum=maximum)
    now, *before = series
    caption = _("Solid: %(year)s") % {"year": now.name}
    if before:
        caption = _("Solid: %(year)s, dashed: %(before)s") % {"year": now.name, "before": before[0].name}
    figures = "; ".join(f"{title} {writing.score(value)}" for title, value in zip(titles, now.values, strict=True))
    alt = _("Radar of the dimensions: %(figures)s") % {"figures": figures}
    return picture(drawn.spec, reader_language(), alt, RADAR_WIDTH, caption)
