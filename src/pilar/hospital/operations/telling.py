"""Notify patients or their proxies that there is news about a booking, which they read on its page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, Consent, Hospital, Patient
from pilar.hospital.operations.booking import TARGET, happened, tell_queue
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import HERE, BookingState
from pilar.hospital.rules.privacy import Purpose
from pilar.hospital.rules.queue import Kind
from pilar.hospital.rules.roles import Role
from pilar.people.authority import Case
from pilar.people.operations import held, notify
from pilar.people.operations.public import tell_citizen
from pilar.people.queries import reached_for
from pilar.people.rules import HeldRole, Standing
from pilar.platform import audit
from pilar.platform.jobs import every
from pilar.platform.language import N_


def tell_of(row: Booking, *, by: Standing, now: datetime, place: bool = True) -> None:
    """Send a message about a booking, with the address of its ``place`` or of all bookings. If nobody can receive it,
    it goes to the desk's list of calls until it is ticked off (:func:`tell_by_phone`) or the booking has another
    event."""
    if tell_patient(row.patient_id, now, booking=row.code if place else "") or row.state in HERE:
        return  # patients who are here are told here
    happened(row, Kind.UNREACHED, by=by, now=now)
    notify(
        by=by, to=HeldRole(Role.DESK, row.hospital.region_id, unit=row.hospital_id), kind="hospital.tell-by-phone",
        subject=f"hospital.session:{row.session_id}", needs_action=False,
        sentence=N_("There is news for patients without an account: tell them by phone"),
        address=reverse("hospital:arrivals", args=[row.hospital_id]), region=row.hospital.region_id, now=now,
    )  # fmt: skip


@transaction.atomic
def tell_by_phone(*, by: Standing, booking: str, now: datetime) -> None:
    """Record that the desk has told a patient by phone; repeated, it does nothing. Raises :class:`NotFound`."""
    row = held(Booking.objects.select_related("hospital"), code=booking)
    AUTHORITY.require(by, Action.BOOK, Case(row.hospital.region_id, unit=row.hospital_id), known=False)
    if row.events.values_list("kind", flat=True).last() == Kind.UNREACHED:
        happened(row, Kind.TOLD, by=by, now=now)
        audit.record(by=by.actor, action="tell", target=TARGET, key=row.pk, area=row.hospital.region_id)
        tell_queue(row)


def tell_patient(patient: int, now: datetime, *, booking: str = "") -> bool:
    """Send a message to everyone who can receive it, in the open transaction, with the address of ``booking`` or of
    all; False if nobody can. The message only names the hospital, since a clinic or its number may reveal a disease."""
    who = Patient.objects.select_related("hospital").get(pk=patient)
    path = reverse("hospital:place", args=[booking]) if booking else reverse("hospital:own-bookings")
    reached = reached_for(who.account_id, purpose="hospital", now=now)
    for account in reached:
        tell_citizen.later(account=account, about=who.hospital.name, path=path)
    return bool(reached)


@every("hospital.remind", cron="0 9 * * *")  # 16.00 WIB
@transaction.atomic
def remind(*, by: Standing, now: datetime) -> int:
    """Remind consenting patients of their bookings of the next day, each once; returns how many. Patients without a way
    to receive messages are not reminded. For the schedule and the operator."""
    by.require_server()
    count = 0
    for hospital in Hospital.objects.order_by("code"):
        tomorrow = today_in(hospital.region_id, now) + timedelta(days=1)
        rows = Booking.objects.filter(hospital=hospital, day=tomorrow, state=BookingState.BOOKED.value)
        agreed = Consent.objects.filter(purpose=Purpose.REMINDER, withdrawn_at=None).values("patient")
        rows = rows.filter(patient__in=agreed)
        for row in rows.exclude(events__kind="reminded").order_by("pk").select_for_update():
            if tell_patient(row.patient_id, now, booking=row.code):
                happened(row, "reminded", by=by, now=now)
                count += 1
    return count
