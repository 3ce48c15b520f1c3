"""Patients of a hospital: personal data are encrypted, and found by keyed hashes."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from pilar.platform.secrets import EncryptedField
from pilar.platform.triggers import on_row

PERSON, NIK, CARD = "hospital.patient.person", "hospital.patient.nik", "hospital.patient.card"
"""Contexts to which encrypted personal data, and hashes of identity numbers and BPJS cards, are bound."""


class Patient(models.Model):
    """A patient of one hospital, by a record number (nomor rekam medis).

    ``person`` is JSON: name, nik, card, family_card, phone, birth_date, sex, address. ``account`` is the public account
    of the patient, who may sign in or was declared by a family member. ``ihs`` is their number at SATUSEHAT, empty
    until it is known. ``merged_into``: the row of the same person into which this one was merged.
    """

    hospital = models.ForeignKey("hospital.Hospital", on_delete=models.PROTECT, related_name="patients")
    record = models.CharField(max_length=12)
    account = models.ForeignKey("people.PublicAccount", null=True, on_delete=models.PROTECT, related_name="+")
    person = EncryptedField(context=PERSON, null=True)
    nik_hash = models.CharField(max_length=80, blank=True)
    card_hash = models.CharField(max_length=80, blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    ihs = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hospital", "record"], name="patient_record_once"),
            models.UniqueConstraint(
                fields=["hospital", "nik_hash"],
                condition=~Q(nik_hash="") & Q(merged_into=None),
                name="patient_nik_once",
            ),
            models.UniqueConstraint(
                fields=["hospital", "card_hash"],
                condition=~Q(card_hash="") & Q(merged_into=None),
                name="patient_card_once",
            ),
            models.UniqueConstraint(
                fields=["hospital", "account"], condition=Q(merged_into=None), name="patient_account_once"
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None, person__isnull=False)
                | Q(erased_at__isnull=False, person=None, nik_hash="", card_hash=""),
                name="patient_known_or_erased",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="patient_kept", operation=pgtrigger.Delete),
            on_row(
                "patient_stays", pgtrigger.Update,
                ("patient_record_stays",
                 "(NEW.hospital_id, NEW.record) IS DISTINCT FROM (OLD.hospital_id, OLD.record)"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.record
