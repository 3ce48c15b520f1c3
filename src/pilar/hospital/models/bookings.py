"""Bookings with their events, BPJS tasks and forecasts, and the wait list."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from pilar.hospital.rules.booking import HOLDS, BookingState, Channel, Payer, Priority, Visit, WaitingState
from pilar.hospital.rules.queue import Kind
from pilar.platform.names import SignatureField
from pilar.platform.secrets import EncryptedField
from pilar.platform.triggers import append_only, on_row

REFERENCE = "hospital.booking.reference"
"""The context to which encrypted numbers of referrals and control letters, and their hashes, are bound."""
HOLDING = Q(state__in=sorted(HOLDS))
TASK_ORDER = """
IF NEW.task = 99 THEN
  IF EXISTS (SELECT 1 FROM hospital_task WHERE booking_id = NEW.booking_id AND task >= 5) THEN
    RAISE EXCEPTION 'task_order' USING ERRCODE = 'check_violation'; END IF;
ELSIF EXISTS (SELECT 1 FROM hospital_task WHERE booking_id = NEW.booking_id AND task >= NEW.task) THEN
  RAISE EXCEPTION 'task_order' USING ERRCODE = 'check_violation';
ELSIF NEW.task NOT IN (1, 3) AND NOT EXISTS
    (SELECT 1 FROM hospital_task WHERE booking_id = NEW.booking_id AND task = NEW.task - 1) THEN
  RAISE EXCEPTION 'task_order' USING ERRCODE = 'check_violation';
ELSIF NEW.task = 3 AND EXISTS (SELECT 1 FROM hospital_task WHERE booking_id = NEW.booking_id AND task = 1)
    AND NOT EXISTS (SELECT 1 FROM hospital_task WHERE booking_id = NEW.booking_id AND task = 2) THEN
  RAISE EXCEPTION 'task_order' USING ERRCODE = 'check_violation';
END IF;
IF NEW.at <= (SELECT MAX(at) FROM hospital_task WHERE booking_id = NEW.booking_id) THEN
  RAISE EXCEPTION 'task_time' USING ERRCODE = 'check_violation'; END IF;
RETURN NEW;
"""
"""New patients 1-2-3-4-5(-6-7), returning 3-4-5(-6-7), 99 only before the end of the consultation; times grow strictly
(BPJS Antrean RS, update of task times)."""


class Booking(models.Model):
    """A booking (reservasi) of a place in a session.

    ``code`` is the content of its QR code; ``number`` is unique in a session. ``at`` is the time of the place, which a
    new plan of a late session can move, ``booked_for`` the time when it was booked. ``key`` identifies the request that
    made it. ``turn_at``: the turn of a patient who was skipped or came after all (``rules.queue``). Each index slows
    down every booking, so no index is a prefix of another.
    """

    session = models.ForeignKey("hospital.Session", on_delete=models.PROTECT, related_name="bookings", db_index=False)
    hospital = models.ForeignKey("hospital.Hospital", on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    booked_for = models.DateTimeField()
    code = models.CharField(max_length=12)
    key = models.UUIDField(unique=True)
    patient = models.ForeignKey("hospital.Patient", on_delete=models.PROTECT, related_name="bookings", db_index=False)
    channel = models.CharField(max_length=5)
    payer = models.CharField(max_length=8)
    visit = models.CharField(max_length=1)
    new = models.BooleanField(default=False)
    reference = EncryptedField(context=REFERENCE, null=True)
    reference_hash = models.CharField(max_length=80, blank=True)
    referred_until = models.DateField(null=True)
    priority = models.CharField(max_length=9, blank=True, default="")
    state = models.CharField(max_length=9, default=BookingState.BOOKED.value)
    moved_from = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="moved_to")
    may_come_earlier = models.BooleanField(default=False)
    booked_at = models.DateTimeField()
    booked_by = SignatureField(max_length=200)
    arrived_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    calls = models.PositiveSmallIntegerField(default=0)
    turn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["session", "number"]
        indexes = [
            models.Index(fields=["hospital", "day", "state"], name="booking_of_day"),
            models.Index(fields=["patient", "-day"], name="booking_of_patient"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="booking_code_once"),
            models.UniqueConstraint(fields=["session", "number"], name="booking_number_once"),
            models.UniqueConstraint(fields=["session", "place"], condition=HOLDING, name="booking_place_once"),
            models.UniqueConstraint(fields=["session", "patient"], condition=HOLDING, name="booking_of_patient_once"),
            models.UniqueConstraint(
                fields=["patient", "day"], condition=HOLDING & Q(payer=Payer.BPJS.value), name="booking_of_card_once"
            ),
            models.UniqueConstraint(
                fields=["hospital", "reference_hash", "day"],
                condition=HOLDING & ~Q(reference_hash=""),
                name="booking_of_reference_once",
            ),
            models.CheckConstraint(condition=Q(state__in=list(BookingState)), name="booking_state_known"),
            models.CheckConstraint(condition=Q(channel__in=list(Channel)), name="booking_channel_known"),
            models.CheckConstraint(condition=Q(payer__in=list(Payer)), name="booking_payer_known"),
            models.CheckConstraint(condition=Q(visit__in=list(Visit)), name="booking_visit_known"),
            models.CheckConstraint(condition=Q(priority__in=list(Priority)), name="booking_priority_known"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z2-9]{12}$"), name="booking_code_format"),
            models.CheckConstraint(
                condition=~Q(state__in=["arrived", "called", "serving", "served"]) | Q(arrived_at__isnull=False),
                name="booking_arrived_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="served") | Q(ended_at__gte=F("started_at")), name="booking_served_with_times"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="booking_kept", operation=pgtrigger.Delete),
            on_row(
                "booking_stays", pgtrigger.Update,
                ("booking_stays", "(NEW.session_id, NEW.number, NEW.place, NEW.code, NEW.key, NEW.booked_for)"
                 " IS DISTINCT FROM (OLD.session_id, OLD.number, OLD.place, OLD.code, OLD.key, OLD.booked_for)"),
                ("booking_is_over", "OLD.state IN ('served', 'cancelled', 'moved') AND NEW.state <> OLD.state"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code


class BookingEvent(models.Model):
    """An event of a booking; rows are only ever added. ``key`` identifies the request, so that repeating it does
    nothing; ``reason`` is a code or free text."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    by = SignatureField(max_length=200)
    reason = models.CharField(max_length=200, blank=True)
    key = models.UUIDField(null=True, unique=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["booking"], condition=Q(kind=Kind.UNREACHED.value), name="booking_event_unreached")
        ]
        triggers = [append_only("booking_event_append_only")]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.kind}"


class Task(models.Model):
    """A task time for BPJS (task 1 to 7, 99); rows are only ever added, in order and with growing times."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="tasks")
    task = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["booking", "at"]
        constraints = [
            models.UniqueConstraint(fields=["booking", "task"], name="task_once"),
            models.CheckConstraint(condition=Q(task__in=[1, 2, 3, 4, 5, 6, 7, 99]), name="task_known"),
        ]
        triggers = [
            append_only("task_append_only"),
            pgtrigger.Trigger(name="task_in_order", when=pgtrigger.Before, operation=pgtrigger.Insert, func=TASK_ORDER),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.task}"


class Prediction(models.Model):
    """A forecast of a wait as it was shown: minutes from ``made_at`` to the call, and the 80 % interval."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="predictions")
    made_at = models.DateTimeField()
    ahead = models.PositiveSmallIntegerField()
    low = models.FloatField()
    likely = models.FloatField()
    high = models.FloatField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(low__gte=0, likely__gte=F("low"), high__gte=F("likely")), name="prediction_in_order"
            )
        ]
        triggers = [append_only("prediction_append_only")]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.made_at}"


class Waiting(models.Model):
    """A patient waits for a place with a clinic, perhaps with one doctor, on one of some days (daftar tunggu).

    An offer holds a place of ``offered`` until ``offer_until``; if it is not taken, it goes to the next patient.
    """

    hospital = models.ForeignKey("hospital.Hospital", on_delete=models.PROTECT, related_name="+")
    clinic = models.ForeignKey("hospital.Clinic", on_delete=models.PROTECT, related_name="+")
    doctor = models.ForeignKey("hospital.Doctor", null=True, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("hospital.Patient", on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    payer = models.CharField(max_length=8)
    visit = models.CharField(max_length=1)
    reference = EncryptedField(context=REFERENCE, null=True)
    referred_until = models.DateField(null=True)
    since = models.DateTimeField()
    state = models.CharField(max_length=8, default=WaitingState.WAITING.value)
    offered = models.ForeignKey(Booking, null=True, on_delete=models.PROTECT, related_name="+")
    offer_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(WaitingState)), name="waiting_state_known"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="waiting_ends_after_begin"),
            models.CheckConstraint(
                condition=Q(offered=None) ^ Q(offer_until__isnull=False), name="waiting_offer_with_end"
            ),
            models.UniqueConstraint(
                fields=["patient", "clinic"], condition=Q(state__in=["waiting", "offered"]), name="waiting_once"
            ),
        ]
        triggers = [pgtrigger.Protect(name="waiting_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.patient_id} {self.clinic_id}"
