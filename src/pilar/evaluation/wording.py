"""What pages, files and the API say alike of an instrument, in the reader's language."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilar.design.numbers import plain
from pilar.evaluation.rules.scales import YearScale


def on_scale(scale: YearScale | None) -> str:
    """The scale on which a score stands, and whether that is assumed; empty where no instrument is known."""
    if scale is None:
        return ""
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    ends = {"minimum": plain(scale.minimum, language), "maximum": plain(scale.maximum, language)}
    if scale.assumed:
        return _("on a scale of %(minimum)s to %(maximum)s (assumption: no instrument of the year is known)") % ends
    return _("on a scale of %(minimum)s to %(maximum)s") % ends
