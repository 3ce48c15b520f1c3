"""Hospitals, clinics, doctors, weekly sessions, and the sessions of each day with their places."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    BigIntegerRangeField,
    DateTimeRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q

from pilar.hospital.rules.booking import SessionState
from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only, on_row


class Hospital(models.Model):
    """A hospital (rumah sakit); ``ppk`` is its code at BPJS, ``organization`` that of SATUSEHAT, empty if unknown.

    ``last_record`` is the last record number that was given. ``source`` says where the row comes from. ``kiosks``: how
    often its kiosks were ended; devices set up before are no longer kiosks.
    """

    code = models.CharField(max_length=20, primary_key=True)
    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    ppk = models.CharField(max_length=12, blank=True)
    organization = models.CharField(max_length=12, blank=True)
    source = models.CharField(max_length=200)
    last_record = models.PositiveIntegerField(default=0)
    kiosks = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z][a-z0-9-]{2,19}$"), name="hospital_code_format")
        ]

    def __str__(self) -> str:
        return self.name


class Clinic(models.Model):
    """A clinic (poliklinik). ``poli`` and ``subspecialty`` are its codes at BPJS; ``prefix`` begins its numbers.

    ``discreet``: its name reveals a disease, so boards and messages only show the ``group``. ``kind``: clinics of the
    same kind share the records of a first forecast.
    """

    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="clinics")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=3)
    kind = models.CharField(max_length=20)
    poli = models.CharField(max_length=4, blank=True)
    subspecialty = models.CharField(max_length=4, blank=True)
    fingerprint = models.BooleanField(default=False)
    discreet = models.BooleanField(default=False)
    group = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["hospital", "name"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "code"], name="clinic_code_once"),
            models.UniqueConstraint(fields=["hospital", "prefix"], name="clinic_prefix_once"),
            models.CheckConstraint(condition=Q(prefix__regex=r"^[A-Z]{1,3}$"), name="clinic_prefix_format"),
            models.CheckConstraint(condition=Q(discreet=False) | ~Q(group=""), name="clinic_discreet_with_group"),
        ]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """The rules by which a clinic takes bookings from a day on (``rules.booking.Policy``): only ever added.

    ``effect`` is what the simulation said of them when they were decided.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="policies")
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    facts = models.JSONField(default=dict)
    effect = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField()
    decided_by = SignatureField(max_length=200)

    class Meta:
        ordering = ["clinic", "number"]
        constraints = [models.UniqueConstraint(fields=["clinic", "number"], name="policy_number_once")]
        triggers = [append_only("policy_append_only")]

    def __str__(self) -> str:
        return f"{self.clinic_id} {self.number}"


class Doctor(models.Model):
    """A doctor (dokter); ``hfis`` is the number at BPJS, ``practitioner`` that of SATUSEHAT, ``user`` their account."""

    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="doctors")
    name = models.CharField(max_length=100)
    hfis = models.PositiveIntegerField(null=True)
    practitioner = models.CharField(max_length=16, blank=True)
    user = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["hospital", "name"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "hfis"], name="doctor_hfis_once"),
            models.UniqueConstraint(fields=["hospital", "name"], name="doctor_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    """``location`` is its number at SATUSEHAT, empty until it is registered there."""

    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=40)
    location = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["hospital", "name"]
        constraints = [models.UniqueConstraint(fields=["hospital", "name"], name="room_once")]

    def __str__(self) -> str:
        return self.name


class WeeklySession(models.Model):
    """When a doctor sees patients each week (jadwal praktik). ``weekday`` 1 is Monday; ``shares`` are the places kept
    for each channel, in the order of ``rules.booking.CHANNELS``, until they are released."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="weekly")
    doctor = models.ForeignKey(Doctor, on_delete=models.PROTECT, related_name="weekly")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    capacity = models.PositiveSmallIntegerField()
    shares = ArrayField(models.PositiveSmallIntegerField(), size=4)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        ordering = ["weekday", "starts", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="weekly_weekday"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="weekly_ends_after_start"),
            models.CheckConstraint(condition=Q(capacity__gte=1, capacity__lte=200), name="weekly_capacity"),
            models.CheckConstraint(condition=Q(shares__len=4), name="weekly_share_of_each_channel"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="weekly_ends_after_begin"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.doctor_id} {self.weekday} {self.starts}"


class Leave(models.Model):
    """Days without sessions: of a doctor, or of the whole hospital if ``doctor`` is None (in addition to the holidays
    of the calendar)."""

    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="+")
    doctor = models.ForeignKey(Doctor, null=True, on_delete=models.PROTECT, related_name="leaves")
    since = models.DateField()
    until = models.DateField()
    reason = models.CharField(max_length=200)
    entered_by = SignatureField(max_length=200)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="leave_ends_after_begin")]
        triggers = [pgtrigger.Protect(name="leave_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.doctor_id or self.hospital_id} {self.since}"


class Session(models.Model):
    """A doctor in a clinic on one day, with its places (sesi).

    ``places`` are the times of the places; a number is never given twice, a place can be given again after a
    cancellation (``free``). ``given`` is the place of the last booking. ``reserved``, ``taken_by`` and ``release_at``
    have one item per channel, in the order of ``rules.booking.CHANNELS``. ``delay`` is by how many minutes the doctor
    announced to be late. ``by_hand``: a person changed it, so it no longer follows the weekly session; ``laid_for`` and
    ``laid_at`` are the original doctor and beginning, if these were changed.
    """

    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="+")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="sessions")
    doctor = models.ForeignKey(Doctor, on_delete=models.PROTECT, related_name="sessions")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=9, default=SessionState.OPEN.value)
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    last_number = models.PositiveSmallIntegerField(default=0)
    given = models.PositiveSmallIntegerField(default=0)
    next_place = models.PositiveSmallIntegerField(default=1)
    free = ArrayField(models.PositiveSmallIntegerField(), default=list)
    places = ArrayField(models.DateTimeField())
    reserved = ArrayField(models.PositiveSmallIntegerField(), size=4)
    taken_by = ArrayField(models.PositiveSmallIntegerField(), size=4)
    release_at = ArrayField(models.DateTimeField(), size=4)
    delay = models.PositiveSmallIntegerField(default=0)
    by_hand = models.BooleanField(default=False)
    laid_for = models.ForeignKey(Doctor, null=True, on_delete=models.PROTECT, related_name="+")
    laid_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["hospital", "day", "clinic"], name="session_of_day"),
            models.Index(fields=["doctor", "day"], name="session_of_doctor"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(SessionState)), name="session_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="session_never_over_capacity"),
            models.CheckConstraint(condition=Q(taken__lte=F("last_number")), name="session_number_for_each"),
            models.CheckConstraint(condition=Q(next_place__lte=F("capacity") + 1), name="session_place_in_capacity"),
            models.CheckConstraint(condition=Q(places__len=F("capacity")), name="session_place_for_each"),
            models.CheckConstraint(
                condition=Q(reserved__len=4, taken_by__len=4, release_at__len=4), name="session_share_of_each_channel"
            ),
            models.CheckConstraint(
                condition=Q(taken=F("taken_by__0") + F("taken_by__1") + F("taken_by__2") + F("taken_by__3")),
                name="session_taken_by_channels",
            ),
            ExclusionConstraint(
                name="session_of_doctor_once",
                expressions=[
                    # A range of length one, since that needs no further extension of the database.
                    (Func(F("doctor"), F("doctor"), models.Value("[]"), function="int8range",
                          output_field=BigIntegerRangeField()), RangeOperators.OVERLAPS),
                    (
                        Func("starts_at", "ends_at", RangeBoundary(), function="TSTZRANGE",
                             output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(state=SessionState.CANCELLED.value),
            ),
        ]  # fmt: skip
        triggers = [
            # A session that was never booked may be opened again.
            pgtrigger.Protect(
                name="session_kept", operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__last_number__gt=0) | ~pgtrigger.Q(old__state=SessionState.OPEN.value),
            ),
            on_row(
                "session_stays", pgtrigger.Update,
                ("session_number_goes_back", "NEW.last_number < OLD.last_number"),
                ("session_is_over", "OLD.state IN ('cancelled', 'done') AND NEW.last_number > OLD.last_number"),
                ("session_clinic_stays", "(NEW.hospital_id, NEW.clinic_id, NEW.day)"
                 " IS DISTINCT FROM (OLD.hospital_id, OLD.clinic_id, OLD.day)"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.clinic_id} {self.doctor_id} {self.starts_at}"
