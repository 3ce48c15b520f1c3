"""Tables of patients, and what guards them."""

from django.db import models
from django.db.models import Q

from pilar.platform.secrets import EncryptedField
from pilar.platform.squashed import ID, check, guard, stays, table, unique

TABLES = [
    table(
        "Patient",
        ID,
        ("record", models.CharField(max_length=12)),
        ("person", EncryptedField(null=True, context="hospital.patient.person")),
        ("nik_hash", models.CharField(max_length=80, blank=True)),
        ("card_hash", models.CharField(max_length=80, blank=True)),
        ("ihs", models.CharField(max_length=16, blank=True)),
        ("created_at", models.DateTimeField()),
        ("erased_at", models.DateTimeField(null=True)),
        ("account", models.ForeignKey("people.publicaccount", models.PROTECT, null=True, related_name="+")),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="patients")),
        ("merged_into", models.ForeignKey("hospital.patient", models.PROTECT, null=True, related_name="+")),
        constraints=[
            unique("patient_record_once", "hospital", "record"),
            unique("patient_nik_once", "hospital", "nik_hash", where=~Q(nik_hash="") & Q(merged_into=None)),
            unique("patient_card_once", "hospital", "card_hash", where=~Q(card_hash="") & Q(merged_into=None)),
            unique("patient_account_once", "hospital", "account", where=Q(merged_into=None)),
            check(
                "patient_known_or_erased",
                Q(erased_at=None, person__isnull=False)
                | Q(card_hash="", erased_at__isnull=False, nik_hash="", person=None),
            ),
        ],
    ),
]

GUARDS = [
    stays("Patient", "patient_kept", "DELETE"),
    guard("Patient", "patient_stays", "UPDATE")("""
        IF (NEW.hospital_id, NEW.record) IS DISTINCT FROM (OLD.hospital_id, OLD.record) THEN
            RAISE EXCEPTION 'patient_record_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
]
