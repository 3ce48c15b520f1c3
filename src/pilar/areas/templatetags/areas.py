"""Moments as the people of a region read them."""

from __future__ import annotations

from datetime import datetime

from django import template

from pilar.areas import reference

register = template.Library()


@register.filter
def local_time(moment: datetime | None, region_code: str | None = None) -> str:
    """``{{ deadline|local_time:region_code }}``: ``24 November 2026 pukul 16.00 WIB``; without a region, Jakarta's."""
    return "" if moment is None else reference.local_time(moment, region_code)


@register.filter
def local_end(moment: datetime | None, region_code: str | None = None) -> str:
    """``{{ deadline|local_end:region_code }}``: as ``local_time``, and ``20 Oktober 2026 pukul 23.59 WIB`` for what
    midnight ends."""
    return "" if moment is None else reference.local_end(moment, region_code)
