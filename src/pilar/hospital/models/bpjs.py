"""Tables of the exchange with BPJS: messages about bookings, a log of requests, and BPJS's own figures."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from pilar.hospital.rules.bpjs.comparing import Reading
from pilar.hospital.rules.bpjs.sending import Difference, Sending, Step
from pilar.platform.triggers import on_row


class BpjsMessage(models.Model):
    """A step of a booking to be reported to BPJS after the earlier ones; ``at`` is when it happened.

    The message is made from the booking when it is sent, so there are no personal data here. ``told`` is the last
    answer of BPJS. ``received_at`` is when BPJS received it, according to its own list, ``difference`` how that list
    differs.
    """

    hospital = models.ForeignKey("hospital.Hospital", on_delete=models.PROTECT, related_name="+")
    booking = models.ForeignKey("hospital.Booking", on_delete=models.PROTECT, related_name="messages")
    step = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    state = models.CharField(max_length=7, default=Sending.WAITING.value)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField(null=True)
    difference = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["hospital", "next_at"], name="bpjs_due", condition=Q(state=Sending.WAITING)),
            models.Index(fields=["hospital", "state", "id"], name="bpjs_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["booking", "step"], name="bpjs_step_once"),
            models.CheckConstraint(condition=Q(step__in=list(Step)), name="bpjs_step_known"),
            models.CheckConstraint(condition=Q(state__in=list(Sending)), name="bpjs_state_known"),
            models.CheckConstraint(condition=Q(difference__in=["", *Difference]), name="bpjs_difference_known"),
            models.CheckConstraint(
                condition=Q(state=Sending.WAITING, next_at__isnull=False)
                | ~Q(state=Sending.WAITING) & Q(next_at__isnull=True),
                name="bpjs_waits_until",
            ),
        ]
        triggers = [
            on_row(
                "bpjs_message_stays", pgtrigger.Update,
                ("bpjs_message_stays", "(NEW.booking_id, NEW.step) IS DISTINCT FROM (OLD.booking_id, OLD.step)"),
            ),
            pgtrigger.Protect(name="bpjs_message_kept", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.booking_id} {self.step}"


class BpjsExchange(models.Model):
    """A request to BPJS with its answer, without personal data; kept for a limited time."""

    hospital = models.ForeignKey("hospital.Hospital", on_delete=models.PROTECT, related_name="+")
    incoming = models.BooleanField()
    service = models.CharField(max_length=30)
    code = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    answer = models.IntegerField()
    message = models.CharField(max_length=200, blank=True)
    body = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["hospital", "-id"], name="bpjs_exchange_of_hospital")]

    def __str__(self) -> str:
        return f"{self.service} {self.at}"


class BpjsReading(models.Model):
    """Data read from BPJS, for a day or for the month beginning with it (``rules.bpjs.comparing``)."""

    hospital = models.ForeignKey("hospital.Hospital", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=12)
    rows = models.JSONField()
    read_at = models.DateTimeField()

    class Meta:
        ordering = ["-day", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "day", "kind"], name="bpjs_reading_once"),
            models.CheckConstraint(condition=Q(kind__in=list(Reading)), name="bpjs_reading_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.hospital_id} {self.day} {self.kind}"
