"""Tables of satusehat, and what guards them."""

from django.db import models
from django.db.models import Q

from pilar.platform.squashed import ID, check, index, stays, table

TABLES = [
    table(
        "EncounterMessage",
        ID,
        ("state", models.CharField(max_length=7, default="waiting")),
        ("attempts", models.PositiveSmallIntegerField(default=0)),
        ("made_at", models.DateTimeField()),
        ("next_at", models.DateTimeField(null=True)),
        ("sent_at", models.DateTimeField(null=True)),
        ("encounter", models.CharField(max_length=64, blank=True)),
        ("told", models.CharField(max_length=200, blank=True)),
        ("booking", models.OneToOneField("hospital.booking", models.PROTECT, related_name="encounter")),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="+")),
        ordering=["-id"],
        indexes=[index("encounter_due", "hospital", "next_at", where=Q(state="waiting"))],
        constraints=[
            check("encounter_state_known", Q(state__in=["waiting", "sent", "dead"])),
            check(
                "encounter_waits_until",
                Q(next_at__isnull=False, state="waiting") | (~Q(state="waiting") & Q(next_at__isnull=True)),
            ),
            check("encounter_sent_with_number", ~Q(state="sent") | (Q(sent_at__isnull=False) & ~Q(encounter=""))),
        ],
    ),
]

GUARDS = [
    stays("EncounterMessage", "encounter_message_kept", "DELETE"),
]
