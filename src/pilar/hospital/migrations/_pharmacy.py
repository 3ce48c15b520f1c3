"""Tables of pharmacy, and what guards them."""

from django.db import models
from django.db.models import Q

from pilar.platform.squashed import ID, check, guard, index, stays, table, unique

TABLES = [
    table(
        "PlannedOperation",
        ID,
        ("code", models.CharField(max_length=12, unique=True)),
        ("day", models.DateField()),
        ("procedure", models.CharField(max_length=200)),
        ("done", models.BooleanField(default=False)),
        ("changed_at", models.DateTimeField()),
        ("clinic", models.ForeignKey("hospital.clinic", models.PROTECT, related_name="+")),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="+")),
        ("patient", models.ForeignKey("hospital.patient", models.PROTECT, related_name="+")),
        ordering=["day", "id"],
        indexes=[index("operation_of_day", "hospital", "day")],
        constraints=[check("operation_has_a_procedure", Q(procedure__regex="\\S"))],
    ),
    table(
        "Prescription",
        ID,
        ("day", models.DateField()),
        ("number", models.PositiveSmallIntegerField()),
        ("recipe", models.CharField(max_length=11)),
        ("state", models.CharField(max_length=7, default="waiting")),
        ("ordered_at", models.DateTimeField()),
        ("started_at", models.DateTimeField(null=True)),
        ("ready_at", models.DateTimeField(null=True)),
        ("handed_at", models.DateTimeField(null=True)),
        ("booking", models.OneToOneField("hospital.booking", models.PROTECT, related_name="prescription")),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="+")),
        ordering=["hospital", "day", "number"],
        constraints=[
            unique("prescription_number_once", "hospital", "day", "number"),
            check("prescription_recipe_known", Q(recipe__in=["racikan", "non racikan"])),
            check("prescription_state_known", Q(state__in=["waiting", "making", "ready", "handed"])),
        ],
    ),
]

GUARDS = [
    stays("Prescription", "prescription_kept", "DELETE"),
    guard("Prescription", "prescription_stays", "UPDATE")("""
        IF (NEW.booking_id, NEW.hospital_id, NEW.day, NEW.number) IS DISTINCT FROM (OLD.booking_id,
            OLD.hospital_id, OLD.day, OLD.number) THEN
            RAISE EXCEPTION 'prescription_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
]
