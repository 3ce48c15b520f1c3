"""Levies of cases, payments reported by the bank, and the payment code of the treasury."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from pilar.permits.rules.levies import LevyState
from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only, on_row


class MerchantCode(models.Model):
    """The static QRIS code of a region's treasury; the newest counts."""

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=512)
    set_at = models.DateTimeField()
    set_by = SignatureField(max_length=200)

    class Meta:
        triggers = [append_only("merchant_code_append_only")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.set_at}"


class Levy(models.Model):
    """A levy (SKRD): what is owed for a case, with the formula and inputs that it was computed from, from the service
    in the version of the case. ``code`` is the QRIS code to pay it, empty if the treasury has none; ``owed`` is the
    amount including interest on the day on which it was ``paid``."""

    case = models.ForeignKey("permits.Case", on_delete=models.PROTECT, related_name="levies")
    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60, unique=True)
    amount = models.DecimalField(max_digits=18, decimal_places=0)
    formula = models.CharField(max_length=1000)
    inputs = models.JSONField(default=dict)
    due_on = models.DateField()
    code = models.CharField(max_length=600, blank=True)
    set_at = models.DateTimeField()
    set_by = SignatureField(max_length=200)
    state = models.CharField(max_length=4, default=LevyState.OPEN.value)
    closed_at = models.DateTimeField(null=True)
    closed_by = SignatureField(max_length=200, blank=True)
    paid_on = models.DateField(null=True)
    owed = models.DecimalField(max_digits=18, decimal_places=0, null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["region", "state", "due_on"], name="levy_by_due_date")]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=~Q(state="void"), name="levy_of_case_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="levy_above_zero"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True, paid_on__isnull=True, owed__isnull=True)
                | Q(state="paid", closed_at__isnull=False, paid_on__isnull=False, owed__gte=F("amount"))
                | Q(state="void", closed_at__isnull=False, paid_on__isnull=True, owed__isnull=True) & ~Q(reason=""),
                name="levy_closed_as_its_state",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="levy_kept", operation=pgtrigger.Delete),
            on_row(
                "levy_stays", pgtrigger.Update,
                ("levy_closed_stays", "OLD.state = 'void' OR OLD.state = 'paid' AND NEW.state <> 'open'"),
                ("levy_stays", "(NEW.case_id, NEW.number, NEW.amount, NEW.formula, NEW.inputs, NEW.due_on, NEW.code)"
                 " IS DISTINCT FROM (OLD.case_id, OLD.number, OLD.amount, OLD.formula, OLD.inputs, OLD.due_on,"
                 " OLD.code)"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class Payment(models.Model):
    """A payment as the bank reported it, unique by ``reference``. It pays all or part of one levy, or is not matched
    yet. A negative amount is a refund of an overpayment."""

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=80)
    paid_on = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    text = models.CharField(max_length=500, blank=True)
    reported_at = models.DateTimeField()
    reported_by = SignatureField(max_length=200)
    levy = models.ForeignKey(Levy, null=True, on_delete=models.PROTECT, related_name="payments")
    matched_at = models.DateTimeField(null=True)
    matched_by = SignatureField(max_length=200, blank=True)

    class Meta:
        ordering = ["-paid_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "reference"], name="payment_reported_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0) | Q(amount__lt=0, levy__isnull=False), name="payment_or_given_back"
            ),
            models.CheckConstraint(
                condition=Q(levy__isnull=True, matched_at__isnull=True)
                | Q(levy__isnull=False, matched_at__isnull=False),
                name="payment_matched_whole",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="payment_kept", operation=pgtrigger.Delete),
            on_row(
                "payment_stays", pgtrigger.Update,
                ("payment_matched_stays", "OLD.levy_id IS NOT NULL AND (NEW.levy_id IS NOT NULL OR EXISTS"
                 " (SELECT FROM permits_levy WHERE id = OLD.levy_id AND state <> 'open'))"),
                ("payment_stays", "(NEW.region_id, NEW.reference, NEW.paid_on, NEW.amount, NEW.text)"
                 " IS DISTINCT FROM (OLD.region_id, OLD.reference, OLD.paid_on, OLD.amount, OLD.text)"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference
