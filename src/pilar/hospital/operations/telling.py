"""Patients, or who acts for them, get word that there is news of a booking; what it is they read on its page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, Consent, Hospital, Patient
from pilar.hospital.operations.booking import happened
from pilar.hospital.rules.booking import BookingState
from pilar.hospital.rules.privacy import Purpose
from pilar.people.operations.public import tell_citizen
from pilar.people.queries import reached_for
from pilar.people.rules import NotAllowed, Standing
from pilar.platform.jobs import every


def tell_patient(patient: int, now: datetime, *, booking: str = "") -> bool:
    """Send word to who can read it, in the open transaction, with the address of ``booking`` or of all; False where
    nobody can. The message names the hospital alone, since a clinic or its number may tell a disease."""
    who = Patient.objects.select_related("hospital").get(pk=patient)
    path = reverse("hospital:place", args=[booking]) if booking else reverse("hospital:own-bookings")
    reached = reached_for(who.account_id, purpose="hospital", now=now)
    for account in reached:
        tell_citizen.later(account=account, about=who.hospital.name, path=path)
    return bool(reached)


@every("hospital.remind", cron="0 9 * * *")  # 16.00 WIB
@transaction.atomic
def remind(*, by: Standing, now: datetime) -> int:
    """Remind who has agreed to it of the bookings of the next day, each once; returns of how many. For the schedule
    and the operator."""
    if not by.unrestricted:
        raise NotAllowed
    count = 0
    for hospital in Hospital.objects.order_by("code"):
        tomorrow = today_in(hospital.region_id, now) + timedelta(days=1)
        rows = Booking.objects.filter(hospital=hospital, day=tomorrow, state=BookingState.BOOKED.value)
        agreed = Consent.objects.filter(purpose=Purpose.REMINDER, withdrawn_at=None).values("patient")
        rows = rows.filter(patient__in=agreed)
        for row in rows.exclude(events__kind="reminded").order_by("pk").select_for_update():
            happened(row, "reminded", by=by, now=now)
            tell_patient(row.patient_id, now)
            count += 1
    return count
