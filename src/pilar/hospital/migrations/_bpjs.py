"""Tables of bpjs, and what guards them."""

from django.db import models
from django.db.models import Q

from pilar.platform.squashed import ID, check, guard, index, stays, table, unique

TABLES = [
    table(
        "BpjsReading",
        ID,
        ("day", models.DateField()),
        ("kind", models.CharField(max_length=12)),
        ("rows", models.JSONField()),
        ("read_at", models.DateTimeField()),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="+")),
        ordering=["-day", "kind"],
        constraints=[
            unique("bpjs_reading_once", "hospital", "day", "kind"),
            check(
                "bpjs_reading_kind_known",
                Q(kind__in=["rs", "server", "month-rs", "month-server", "lists", "bookings", "hours"]),
            ),
        ],
    ),
    table(
        "BpjsMessage",
        ID,
        ("step", models.PositiveSmallIntegerField()),
        ("at", models.DateTimeField()),
        ("state", models.CharField(max_length=7, default="waiting")),
        ("attempts", models.PositiveSmallIntegerField(default=0)),
        ("made_at", models.DateTimeField()),
        ("next_at", models.DateTimeField(null=True)),
        ("sent_at", models.DateTimeField(null=True)),
        ("told", models.CharField(max_length=200, blank=True)),
        ("received_at", models.DateTimeField(null=True)),
        ("difference", models.CharField(max_length=10, blank=True)),
        ("booking", models.ForeignKey("hospital.booking", models.PROTECT, related_name="messages")),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="+")),
        ordering=["id"],
        indexes=[
            index("bpjs_due", "hospital", "next_at", where=Q(state="waiting")),
            index("bpjs_by_state", "hospital", "state", "id"),
        ],
        constraints=[
            unique("bpjs_step_once", "booking", "step"),
            check("bpjs_step_known", Q(step__in=[0, 10, 20, 30, 40, 50, 55, 60, 70, 80, 99])),
            check("bpjs_state_known", Q(state__in=["waiting", "sent", "dead"])),
            check("bpjs_difference_known", Q(difference__in=["", "missing", "other-time", "unknown"])),
            check(
                "bpjs_waits_until",
                Q(next_at__isnull=False, state="waiting") | (~Q(state="waiting") & Q(next_at__isnull=True)),
            ),
        ],
    ),
    table(
        "BpjsExchange",
        ID,
        ("incoming", models.BooleanField()),
        ("service", models.CharField(max_length=30)),
        ("code", models.CharField(max_length=40, blank=True)),
        ("at", models.DateTimeField()),
        ("milliseconds", models.PositiveIntegerField()),
        ("answer", models.IntegerField()),
        ("message", models.CharField(max_length=200, blank=True)),
        ("body", models.JSONField(default=dict)),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="+")),
        ordering=["-id"],
        indexes=[index("bpjs_exchange_of_hospital", "hospital", "-id")],
    ),
]

GUARDS = [
    guard("BpjsMessage", "bpjs_message_stays", "UPDATE")("""
        IF (NEW.booking_id, NEW.step) IS DISTINCT FROM (OLD.booking_id, OLD.step) THEN
            RAISE EXCEPTION 'bpjs_message_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("BpjsMessage", "bpjs_message_kept", "DELETE"),
]
