"""Wording about an instrument shared by pages, files and the API, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from pilar.design.numbers import plain
from pilar.evaluation.rules.scales import YearScale
from pilar.platform.language import reader_language

GAP = 2
"""Years between two finals from which on the page says them: one is what everybody takes for granted."""


def on_scale(scale: YearScale | None) -> str:
    """The scale on which a score stands, and whether that is assumed; empty where no instrument is known."""
    if scale is None:
        return ""
    language = reader_language()
    ends = {"minimum": plain(scale.minimum, language), "maximum": plain(scale.maximum, language)}
    if scale.assumed:
        return _("on a scale of %(minimum)s to %(maximum)s (assumption: no instrument of the year is known)") % ends
    return _("on a scale of %(minimum)s to %(maximum)s") % ends


def since(year: int, previous: int | None) -> str:
    """``since 2023 (2 years)`` of a final that is set against one from before the year before; empty otherwise."""
    if previous is None or year - previous < GAP:
        return ""
    return _("since %(year)s (%(years)s years)") % {"year": previous, "years": year - previous}


def improvement_title(year: int, previous: int | None) -> str:
    """Return what an improvement is called: on the previous year, or since the year of the last final before."""
    if not since(year, previous):
        return _("Improvement on the previous year")
    assert previous is not None
    return _("Improvement since %(year)s (%(years)s years)") % {"year": previous, "years": year - previous}
