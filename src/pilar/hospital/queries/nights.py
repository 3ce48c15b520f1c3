"""Read the rest of the previous day after midnight: patients still present, medicine not collected."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q

from pilar.hospital.rules.booking import HERE
from pilar.hospital.rules.pharmacy import PharmacyState

NIGHT = timedelta(hours=6)
"""assumption: how long after the end of a session its remaining patients are shown with those of today. Patients still
in the list of a session that ended earlier were forgotten there, and their number has been given again by now."""
_DAY = timedelta(days=1)


def bookings(today: date, now: datetime) -> Q:
    """Bookings of today, and of patients still in the hospital from the last evening."""
    return Q(day=today) | Q(day=today - _DAY, state__in=HERE, session__ends_at__gt=now - NIGHT)


def medicine(today: date) -> Q:
    """Prescriptions of today, and those of the day before that were not handed over."""
    return Q(day=today) | Q(day=today - _DAY) & ~Q(state=PharmacyState.HANDED)


def treated(today: date, now: datetime) -> Q:
    """Bookings of patients being treated now: as :func:`bookings`, and those still waiting for medicine of the day
    before."""
    waits = Q(prescription__isnull=False) & ~Q(prescription__state=PharmacyState.HANDED)
    return bookings(today, now) | Q(day=today - _DAY) & waits
