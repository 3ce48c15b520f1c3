"""Tables of schedule, and what guards them."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, BigIntegerRangeField, DateTimeRangeField, RangeBoundary
from django.db import models
from django.db.models import F, Func, Q, Value

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, guard, index, stays, table, unique

TABLES = [
    table(
        "Hospital",
        ("code", models.CharField(primary_key=True, max_length=20, serialize=False)),
        ("name", models.CharField(max_length=120)),
        ("address", models.CharField(max_length=200, blank=True)),
        ("ppk", models.CharField(max_length=12, blank=True)),
        ("organization", models.CharField(max_length=12, blank=True)),
        ("source", models.CharField(max_length=200)),
        ("last_record", models.PositiveIntegerField(default=0)),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ("kiosks", models.PositiveIntegerField(default=0)),
        ordering=["code"],
        constraints=[check("hospital_code_format", Q(code__regex="^[a-z][a-z0-9-]{2,19}$"))],
    ),
    table(
        "Doctor",
        ID,
        ("name", models.CharField(max_length=100)),
        ("hfis", models.PositiveIntegerField(null=True)),
        ("practitioner", models.CharField(max_length=16, blank=True)),
        ("ended_on", models.DateField(null=True)),
        ("user", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="doctors")),
        ordering=["hospital", "name"],
        constraints=[unique("doctor_hfis_once", "hospital", "hfis"), unique("doctor_name_once", "hospital", "name")],
    ),
    table(
        "Clinic",
        ID,
        ("code", models.CharField(max_length=20)),
        ("name", models.CharField(max_length=80)),
        ("prefix", models.CharField(max_length=3)),
        ("kind", models.CharField(max_length=20)),
        ("poli", models.CharField(max_length=4, blank=True)),
        ("subspecialty", models.CharField(max_length=4, blank=True)),
        ("fingerprint", models.BooleanField(default=False)),
        ("discreet", models.BooleanField(default=False)),
        ("group", models.CharField(max_length=40, blank=True)),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="clinics")),
        ordering=["hospital", "name"],
        constraints=[
            unique("clinic_code_once", "hospital", "code"),
            unique("clinic_prefix_once", "hospital", "prefix"),
            check("clinic_prefix_format", Q(prefix__regex="^[A-Z]{1,3}$")),
            check("clinic_discreet_with_group", Q(discreet=False) | ~Q(group="")),
        ],
    ),
    table(
        "Leave",
        ID,
        ("since", models.DateField()),
        ("until", models.DateField()),
        ("reason", models.CharField(max_length=200)),
        ("entered_by", SignatureField(max_length=200)),
        ("ended_at", models.DateTimeField(null=True)),
        ("doctor", models.ForeignKey("hospital.doctor", models.PROTECT, null=True, related_name="leaves")),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="+")),
        constraints=[check("leave_ends_after_begin", Q(until__gte=F("since")))],
    ),
    table(
        "PolicyVersion",
        ID,
        ("number", models.PositiveIntegerField()),
        ("valid_from", models.DateField()),
        ("facts", models.JSONField(default=dict)),
        ("effect", models.JSONField(default=dict)),
        ("reason", models.CharField(max_length=300, blank=True)),
        ("decided_at", models.DateTimeField()),
        ("decided_by", SignatureField(max_length=200)),
        ("clinic", models.ForeignKey("hospital.clinic", models.PROTECT, related_name="policies")),
        ordering=["clinic", "number"],
        constraints=[unique("policy_number_once", "clinic", "number")],
    ),
    table(
        "Room",
        ID,
        ("name", models.CharField(max_length=40)),
        ("location", models.CharField(max_length=64, blank=True)),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="rooms")),
        ordering=["hospital", "name"],
        constraints=[unique("room_once", "hospital", "name")],
    ),
    table(
        "Session",
        ID,
        ("day", models.DateField()),
        ("starts_at", models.DateTimeField()),
        ("ends_at", models.DateTimeField()),
        ("state", models.CharField(max_length=9, default="open")),
        ("capacity", models.PositiveSmallIntegerField()),
        ("taken", models.PositiveSmallIntegerField(default=0)),
        ("last_number", models.PositiveSmallIntegerField(default=0)),
        ("given", models.PositiveSmallIntegerField(default=0)),
        ("next_place", models.PositiveSmallIntegerField(default=1)),
        ("free", ArrayField(default=list, base_field=models.PositiveSmallIntegerField(), size=None)),
        ("places", ArrayField(base_field=models.DateTimeField(), size=None)),
        ("reserved", ArrayField(base_field=models.PositiveSmallIntegerField(), size=4)),
        ("taken_by", ArrayField(base_field=models.PositiveSmallIntegerField(), size=4)),
        ("release_at", ArrayField(base_field=models.DateTimeField(), size=4)),
        ("delay", models.PositiveSmallIntegerField(default=0)),
        ("began_at", models.DateTimeField(null=True)),
        ("closed_at", models.DateTimeField(null=True)),
        ("clinic", models.ForeignKey("hospital.clinic", models.PROTECT, related_name="sessions")),
        ("doctor", models.ForeignKey("hospital.doctor", models.PROTECT, related_name="sessions")),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="+")),
        ("policy", models.ForeignKey("hospital.policyversion", models.PROTECT, related_name="+")),
        ("room", models.ForeignKey("hospital.room", models.PROTECT, related_name="+")),
        ("by_hand", models.BooleanField(default=False)),
        ("laid_for", models.ForeignKey("hospital.doctor", models.PROTECT, null=True, related_name="+")),
        ("laid_at", models.DateTimeField(null=True)),
        ordering=["starts_at", "id"],
        indexes=[index("session_of_day", "hospital", "day", "clinic"), index("session_of_doctor", "doctor", "day")],
        constraints=[
            check("session_state_known", Q(state__in=["open", "closed", "cancelled", "done"])),
            check("session_ends_after_start", Q(ends_at__gt=F("starts_at"))),
            check("session_never_over_capacity", Q(taken__lte=F("capacity"))),
            check("session_number_for_each", Q(taken__lte=F("last_number"))),
            check("session_place_in_capacity", Q(next_place__lte=F("capacity") + Value(1))),
            check("session_place_for_each", Q(places__len=F("capacity"))),
            check("session_share_of_each_channel", Q(release_at__len=4, reserved__len=4, taken_by__len=4)),
            check(
                "session_taken_by_channels",
                Q(taken=F("taken_by__0") + F("taken_by__1") + F("taken_by__2") + F("taken_by__3")),
            ),
            ExclusionConstraint(
                name="session_of_doctor_once",
                expressions=[
                    (
                        Func(
                            F("doctor"),
                            F("doctor"),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        "&&",
                    ),
                    (
                        Func(
                            "starts_at",
                            "ends_at",
                            RangeBoundary(),
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        "&&",
                    ),
                ],
                condition=~Q(state="cancelled"),
            ),
        ],
    ),
    table(
        "WeeklySession",
        ID,
        ("weekday", models.PositiveSmallIntegerField()),
        ("starts", models.TimeField()),
        ("ends", models.TimeField()),
        ("capacity", models.PositiveSmallIntegerField()),
        ("shares", ArrayField(base_field=models.PositiveSmallIntegerField(), size=4)),
        ("valid_from", models.DateField()),
        ("valid_until", models.DateField(null=True)),
        ("clinic", models.ForeignKey("hospital.clinic", models.PROTECT, related_name="weekly")),
        ("doctor", models.ForeignKey("hospital.doctor", models.PROTECT, related_name="weekly")),
        ("room", models.ForeignKey("hospital.room", models.PROTECT, related_name="+")),
        ordering=["weekday", "starts", "id"],
        constraints=[
            check("weekly_weekday", Q(weekday__gte=1, weekday__lte=7)),
            check("weekly_ends_after_start", Q(ends__gt=F("starts"))),
            check("weekly_capacity", Q(capacity__gte=1, capacity__lte=200)),
            check("weekly_share_of_each_channel", Q(shares__len=4)),
            check("weekly_ends_after_begin", Q(valid_until=None) | Q(valid_until__gte=F("valid_from"))),
        ],
    ),
]

GUARDS = [
    stays("Leave", "leave_kept", "DELETE"),
    stays("PolicyVersion", "policy_append_only"),
    guard("Session", "session_stays", "UPDATE")("""
        IF NEW.last_number < OLD.last_number THEN
            RAISE EXCEPTION 'session_number_goes_back' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.state IN ('cancelled', 'done') AND NEW.last_number > OLD.last_number THEN
            RAISE EXCEPTION 'session_is_over' USING ERRCODE = 'check_violation';
        END IF;
        IF (NEW.hospital_id, NEW.clinic_id, NEW.day) IS DISTINCT FROM (OLD.hospital_id, OLD.clinic_id,
            OLD.day) THEN
            RAISE EXCEPTION 'session_clinic_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("Session", "session_kept", "DELETE", condition='OLD."last_number" > 0 OR NOT (OLD."state" = \'open\')'),
]
