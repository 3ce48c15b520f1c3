"""Moments as the people of a region read them, and the working days until then."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext

from pilar.areas import queries, reference, rules
from pilar.platform.calendar import OutsideCalendar
from pilar.platform.language import hour

register = template.Library()


@register.filter
def local_time(moment: datetime | None, region_code: str | None = None) -> str:
    """``{{ deadline|local_time:region_code }}``: ``24 November 2026 pukul 16.00 WIB``; without a region, Jakarta's."""
    return "" if moment is None else reference.local_time(moment, region_code)


@register.filter
def local_clock(moment: datetime, region_code: str) -> str:
    """``{{ place.at|local_clock:region_code }}``: ``08.40``, in English ``08:40``, on the clocks of a region."""
    return hour(reference.local(moment, region_code))


@register.filter
def local_short(moment: datetime | None, region_code: str) -> str:
    """``{{ row.at|local_short:region_code }}``: ``4 Mar 08.40``, in English ``4 Mar 08:40``, for lists."""
    if moment is None:
        return ""
    at = reference.local(moment, region_code)
    return f"{date_format(at, 'j M')} {hour(at)}"


@register.filter
def local_second(moment: datetime | None, region_code: str) -> str:
    """``{{ row.at|local_second:region_code }}``: as ``local_short``, ``4 Mar 08.40.07``."""
    said = local_short(moment, region_code)
    return f"{said}{said[-3]}{moment:%S}" if moment is not None else said


@register.filter
def local_end(moment: datetime | None, region_code: str | None = None) -> str:
    """``{{ deadline|local_end:region_code }}``: as ``local_time``, and ``20 Oktober 2026 pukul 23.59 WIB`` for what
    midnight ends."""
    return "" if moment is None else reference.local_end(moment, region_code)


@register.filter
def working_days_left(moment: datetime | None, region_code: str | None = None) -> str:
    """``{{ deadline|working_days_left:region_code }}``: ``(5 hari kerja lagi)``; nothing once the last day has come."""
    now = timezone.now()
    if moment is None or moment <= now:
        return ""
    zone = rules.zone_of(region_code or "", moment, reference.time_zones())
    last, today = rules.last_day(moment, zone), rules.last_day(now, zone)
    try:
        count = queries.working_days(region_code or "").between(today, last)
    except OutsideCalendar:
        return ""
    return ngettext("(%(count)s working day left)", "(%(count)s working days left)", count) % {"count": count}
