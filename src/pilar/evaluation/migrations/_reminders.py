"""Tables of reminders, and what guards them."""

from django.db import models
from django.db.models.functions import Now

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, stays, table, unique

TABLES = [
    table(
        "Reminder",
        ID,
        ("day", models.DateField()),
        ("reminded_by_name", SignatureField(max_length=200)),
        ("reminded_at", models.DateTimeField(db_default=Now())),
        ("assessment", models.ForeignKey("evaluation.assessment", models.CASCADE, related_name="reminders")),
        ordering=["day", "id"],
        constraints=[unique("reminder_once_a_day", "assessment", "day")],
    ),
]

GUARDS = [
    stays("Reminder", "reminder_never_changes", "UPDATE"),
]
