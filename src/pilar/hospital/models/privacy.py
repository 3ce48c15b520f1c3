"""Tables of a hospital's data protection: consent by purpose, emergency access, breaches."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from pilar.hospital.rules.privacy import Purpose
from pilar.platform.names import SignatureField
from pilar.platform.triggers import on_row


class Consent(models.Model):
    """A patient agreed that their data are used for a purpose (persetujuan); a withdrawal is stored in the same row."""

    patient = models.ForeignKey("hospital.Patient", on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=10)
    version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    given_by = SignatureField(max_length=200)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "purpose"], condition=Q(withdrawn_at=None), name="purpose_agreed_once"
            ),
            models.CheckConstraint(condition=Q(purpose__in=list(Purpose)), name="purpose_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="purpose_withdrawn_after_given",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="purpose_kept", operation=pgtrigger.Delete),
            on_row(
                "purpose_stays", pgtrigger.Update,
                ("purpose_stays", "(NEW.patient_id, NEW.purpose, NEW.version, NEW.given_at)"
                 " IS DISTINCT FROM (OLD.patient_id, OLD.purpose, OLD.version, OLD.given_at)"
                 " OR OLD.withdrawn_at IS NOT NULL"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.patient_id} {self.purpose}"


class BrokenGlass(models.Model):
    """Somebody opened a record in an emergency, with a reason; the data protection officer reviews it afterwards."""

    hospital = models.ForeignKey("hospital.Hospital", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("hospital.Patient", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    by = SignatureField(max_length=200)
    reason = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = SignatureField(max_length=200, blank=True)
    finding = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [models.Index(fields=["patient", "user"], name="glass_of_reader")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("opened_at")), name="glass_ends_after_begin"),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="glass_with_reason"),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, finding="") | Q(reviewed_at__isnull=False) & ~Q(finding=""),
                name="glass_reviewed_with_finding",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="glass_kept", operation=pgtrigger.Delete),
            on_row(
                "glass_stays", pgtrigger.Update,
                ("glass_stays", "(NEW.patient_id, NEW.user_id, NEW.reason, NEW.opened_at, NEW.ends_at)"
                 " IS DISTINCT FROM (OLD.patient_id, OLD.user_id, OLD.reason, OLD.opened_at, OLD.ends_at)"
                 " OR OLD.reviewed_at IS NOT NULL"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.patient_id} {self.opened_at}"


class Breach(models.Model):
    """A failure to protect personal data (kegagalan pelindungan data), with the contents of its report (UU 27/2022 art.
    46)."""

    hospital = models.ForeignKey("hospital.Hospital", on_delete=models.PROTECT, related_name="+")
    noticed_at = models.DateTimeField()
    happened = models.TextField()
    data = models.TextField()
    affected = models.PositiveIntegerField(null=True)
    consequences = models.TextField()
    remedy = models.TextField()
    contact = models.CharField(max_length=200)
    written_at = models.DateTimeField()
    written_by = SignatureField(max_length=200)
    version = models.PositiveIntegerField(default=1)
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-noticed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(written_at__gte=F("noticed_at")), name="breach_written_after_noticed"),
            models.CheckConstraint(
                condition=Q(told_at=None) | Q(told_at__gte=F("noticed_at")), name="breach_told_after"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="breach_kept", operation=pgtrigger.Delete),
            on_row("breach_stays", pgtrigger.Update, ("breach_is_told", "OLD.told_at IS NOT NULL")),
        ]

    def __str__(self) -> str:
        return f"{self.hospital_id} {self.noticed_at}"
