"""Read the rest of the previous day after midnight: patients still present, medicine not collected."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q

from pilar.hospital.rules.booking import HERE
from pilar.hospital.rules.pharmacy import PharmacyState

NIGHT = timedelta(hours=6)
"""assumption: so long after its end who is still here is shown with the patients of today. Whoever stands in the list
of a session that ended earlier was forgotten there, and their number is given again by now."""
_DAY = timedelta(days=1)


def bookings(today: date, now: datetime) -> Q:
    """Bookings of today, and of whom the last evening has left in the hospital."""
    return Q(day=today) | Q(day=today - _DAY, state__in=HERE, session__ends_at__gt=now - NIGHT)


def medicine(today: date) -> Q:
    """Prescriptions of today, and those of the day before that were not handed over."""
    return Q(day=today) | Q(day=today - _DAY) & ~Q(state=PharmacyState.HANDED)


def treated(today: date, now: datetime) -> Q:
    """Bookings of who is treated now: as :func:`bookings`, and who still gets medicine of the day before."""
    waits = Q(prescription__isnull=False) & ~Q(prescription__state=PharmacyState.HANDED)
    return bookings(today, now) | Q(day=today - _DAY) & waits
