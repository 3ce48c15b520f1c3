"""Tables of bookings, and what guards them."""

from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.platform.secrets import EncryptedField
from pilar.platform.squashed import ID, check, guard, index, stays, table, unique

TABLES = [
    table(
        "Booking",
        ID,
        ("day", models.DateField()),
        ("number", models.PositiveSmallIntegerField()),
        ("place", models.PositiveSmallIntegerField()),
        ("at", models.DateTimeField()),
        ("booked_for", models.DateTimeField()),
        ("code", models.CharField(max_length=12)),
        ("key", models.UUIDField(unique=True)),
        ("channel", models.CharField(max_length=5)),
        ("payer", models.CharField(max_length=8)),
        ("visit", models.CharField(max_length=1)),
        ("new", models.BooleanField(default=False)),
        ("reference", EncryptedField(null=True, context="hospital.booking.reference")),
        ("reference_hash", models.CharField(max_length=80, blank=True)),
        ("priority", models.CharField(max_length=9, blank=True, default="")),
        ("state", models.CharField(max_length=9, default="booked")),
        ("may_come_earlier", models.BooleanField(default=False)),
        ("booked_at", models.DateTimeField()),
        ("booked_by", SignatureField(max_length=200)),
        ("arrived_at", models.DateTimeField(null=True)),
        ("called_at", models.DateTimeField(null=True)),
        ("started_at", models.DateTimeField(null=True)),
        ("ended_at", models.DateTimeField(null=True)),
        ("calls", models.PositiveSmallIntegerField(default=0)),
        ("turn_at", models.DateTimeField(null=True)),
        ("moved_from", models.OneToOneField("hospital.booking", models.PROTECT, null=True, related_name="moved_to")),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="+", db_index=False)),
        ("patient", models.ForeignKey("hospital.patient", models.PROTECT, related_name="bookings", db_index=False)),
        ("session", models.ForeignKey("hospital.session", models.PROTECT, related_name="bookings", db_index=False)),
        ("referred_until", models.DateField(null=True)),
        ordering=["session", "number"],
        indexes=[index("booking_of_day", "hospital", "day", "state"), index("booking_of_patient", "patient", "-day")],
        constraints=[
            unique("booking_number_once", "session", "number"),
            unique(
                "booking_place_once",
                "session",
                "place",
                where=Q(state__in=["absent", "arrived", "booked", "called", "served", "serving"]),
            ),
            unique(
                "booking_of_patient_once",
                "session",
                "patient",
                where=Q(state__in=["absent", "arrived", "booked", "called", "served", "serving"]),
            ),
            unique(
                "booking_of_card_once",
                "patient",
                "day",
                where=Q(state__in=["absent", "arrived", "booked", "called", "served", "serving"]) & Q(payer="bpjs"),
            ),
            unique(
                "booking_of_reference_once",
                "hospital",
                "reference_hash",
                "day",
                where=Q(state__in=["absent", "arrived", "booked", "called", "served", "serving"])
                & ~Q(reference_hash=""),
            ),
            check(
                "booking_state_known",
                Q(state__in=["booked", "arrived", "called", "serving", "served", "cancelled", "moved", "absent"]),
            ),
            check("booking_channel_known", Q(channel__in=["app", "jkn", "desk", "kiosk"])),
            check("booking_payer_known", Q(payer__in=["general", "bpjs", "other"])),
            check("booking_visit_known", Q(visit__in=["1", "2", "3", "4"])),
            check("booking_priority_known", Q(priority__in=["", "elderly", "disabled", "emergency"])),
            check("booking_code_format", Q(code__regex="^[A-Z2-9]{12}$")),
            check(
                "booking_arrived_with_time",
                ~Q(state__in=["arrived", "called", "serving", "served"]) | Q(arrived_at__isnull=False),
            ),
            check("booking_served_with_times", ~Q(state="served") | Q(ended_at__gte=F("started_at"))),
            unique("booking_code_once", "code"),
        ],
    ),
    table(
        "BookingEvent",
        ID,
        ("kind", models.CharField(max_length=10)),
        ("at", models.DateTimeField()),
        ("by", SignatureField(max_length=200)),
        ("reason", models.CharField(max_length=200, blank=True)),
        ("key", models.UUIDField(unique=True, null=True)),
        ("booking", models.ForeignKey("hospital.booking", models.PROTECT, related_name="events")),
        ordering=["id"],
        indexes=[index("booking_event_unreached", "booking", where=Q(kind="unreached"))],
    ),
    table(
        "Prediction",
        ID,
        ("made_at", models.DateTimeField()),
        ("ahead", models.PositiveSmallIntegerField()),
        ("low", models.FloatField()),
        ("likely", models.FloatField()),
        ("high", models.FloatField()),
        ("booking", models.ForeignKey("hospital.booking", models.PROTECT, related_name="predictions")),
        ordering=["id"],
        constraints=[check("prediction_in_order", Q(high__gte=F("likely"), likely__gte=F("low"), low__gte=0))],
    ),
    table(
        "Task",
        ID,
        ("task", models.PositiveSmallIntegerField()),
        ("at", models.DateTimeField()),
        ("booking", models.ForeignKey("hospital.booking", models.PROTECT, related_name="tasks")),
        ordering=["booking", "at"],
        constraints=[
            unique("task_once", "booking", "task"),
            check("task_known", Q(task__in=[1, 2, 3, 4, 5, 6, 7, 99])),
        ],
    ),
    table(
        "Waiting",
        ID,
        ("first_day", models.DateField()),
        ("last_day", models.DateField()),
        ("payer", models.CharField(max_length=8)),
        ("visit", models.CharField(max_length=1)),
        ("reference", EncryptedField(null=True, context="hospital.booking.reference")),
        ("since", models.DateTimeField()),
        ("state", models.CharField(max_length=8, default="waiting")),
        ("offer_until", models.DateTimeField(null=True)),
        ("clinic", models.ForeignKey("hospital.clinic", models.PROTECT, related_name="+")),
        ("doctor", models.ForeignKey("hospital.doctor", models.PROTECT, null=True, related_name="+")),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="+")),
        ("offered", models.ForeignKey("hospital.booking", models.PROTECT, null=True, related_name="+")),
        ("patient", models.ForeignKey("hospital.patient", models.PROTECT, related_name="+")),
        ("referred_until", models.DateField(null=True)),
        ordering=["since", "id"],
        constraints=[
            check("waiting_state_known", Q(state__in=["waiting", "offered", "taken", "over"])),
            check("waiting_ends_after_begin", Q(last_day__gte=F("first_day"))),
            check("waiting_offer_with_end", Q(offered=None) ^ Q(offer_until__isnull=False)),
            unique("waiting_once", "patient", "clinic", where=Q(state__in=["waiting", "offered"])),
        ],
    ),
]

GUARDS = [
    stays("Booking", "booking_kept", "DELETE"),
    guard("Booking", "booking_stays", "UPDATE")("""
        IF (NEW.session_id, NEW.number, NEW.place, NEW.code, NEW.key, NEW.booked_for) IS DISTINCT FROM
            (OLD.session_id, OLD.number, OLD.place, OLD.code, OLD.key, OLD.booked_for) THEN
            RAISE EXCEPTION 'booking_stays' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.state IN ('served', 'cancelled', 'moved') AND NEW.state <> OLD.state THEN
            RAISE EXCEPTION 'booking_is_over' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("BookingEvent", "booking_event_append_only"),
    stays("Prediction", "prediction_append_only"),
    stays("Task", "task_append_only"),
    guard("Task", "task_in_order", "INSERT").exactly("""
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
"""),
    stays("Waiting", "waiting_kept", "DELETE"),
]
