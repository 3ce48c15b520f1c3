"""Tables of triage, and what guards them."""

from django.db import models

from pilar.platform.names import SignatureField
from pilar.platform.secrets import EncryptedField
from pilar.platform.squashed import ID, stays, table

TABLES = [
    table(
        "Triage",
        ID,
        ("signs", EncryptedField(null=True, context="hospital.triage.signs")),
        ("at", models.DateTimeField()),
        ("by", SignatureField(max_length=200)),
        ("booking", models.OneToOneField("hospital.booking", models.PROTECT, related_name="triage")),
    ),
]

GUARDS = [
    stays("Triage", "triage_kept", "DELETE"),
]
