"""Flags on the books of villages, the villages' replies, and samples for audits."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only, on_row
from pilar.villagefinance.models.places import OfYear
from pilar.villagefinance.rules.auditing import JUDGED, FlagState

_RAISED = ("village", "year", "number", "rule", "version", "subject", "day", "amount", "inputs", "raised_at", "told_on")

_VERDICTS = f"({', '.join(repr(state.value) for state in JUDGED)})"
_CORRECTED = f"""NEW.state IN {_VERDICTS}
    AND (NEW.reply, NEW.replied_by, NEW.replied_at) IS NOT DISTINCT FROM (OLD.reply, OLD.replied_by, OLD.replied_at)
    AND EXISTS (
        SELECT 1 FROM villagefinance_correction AS c WHERE (c.region, c.village) = (OLD.region, OLD.village)
        AND c.about = 'flag/' || OLD.year || '/' || OLD.number AND c.at = NEW.judged_at
        AND (c.before ->> 'state', c.before ->> 'reason') = (OLD.state, OLD.reason)
        AND (c.after ->> 'state', c.after ->> 'reason') = (NEW.state, NEW.reason)
    )"""  # noqa: S608 - no input
"""A verdict may change only where the earlier one stays on record."""


class Flag(OfYear):
    """A red flag. The figures that raised it never change; once judged, nothing of it does.

    ``subject`` identifies the thing concerned, so that it is raised once; ``told_on``: the day from which the
    inspectorate sees it, answered or not.
    """

    pk = models.CompositePrimaryKey("region", "village", "year", "number")
    number = models.PositiveIntegerField()
    rule = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=200)
    day = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    inputs = models.JSONField()
    raised_at = models.DateTimeField()
    told_on = models.DateField()
    state = models.CharField(max_length=12, default=FlagState.RAISED)
    reply = models.TextField(blank=True)
    replied_by = SignatureField(max_length=200, blank=True)
    replied_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    judged_by = SignatureField(max_length=200, blank=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "village", "year", "rule", "subject"], name="flag_raised_once"),
            models.CheckConstraint(
                condition=Q(state__in=[flag_state.value for flag_state in FlagState]), name="flag_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=FlagState.ANSWERED) | (~Q(reply="") & ~Q(replied_by="")), name="flag_answered_by"
            ),
            models.CheckConstraint(
                condition=Q(state__in=JUDGED, judged_at__isnull=False) & ~Q(reason="") & ~Q(judged_by="")
                | (~Q(state__in=JUDGED) & Q(reason="")),
                name="flag_judged_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["region", "state", "rule"], name="flag_by_state")]
        triggers = [
            pgtrigger.Protect(name="flag_kept", operation=pgtrigger.Delete),
            on_row(
                "flag_stays", pgtrigger.Update,
                ("flag_raised_for_good", " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _RAISED)),
                ("flag_judged_for_good", f"OLD.state IN {_VERDICTS} AND NOT ({_CORRECTED})"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.village} {self.rule}"


class StandardPrice(models.Model):
    """The highest price that a region accepts for an item, by a rule valid ``since`` a day; the latest counts."""

    pk = models.CompositePrimaryKey("region", "no")
    region = models.CharField(max_length=5)
    no = models.PositiveIntegerField()
    item = models.CharField(max_length=300)
    unit = models.CharField(max_length=40)
    price = models.DecimalField(max_digits=18, decimal_places=2)
    rule = models.CharField(max_length=200)
    since = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price__gt=0) & ~Q(rule=""), name="standard_price_of_a_rule"),
        ]
        triggers = [append_only("standard_price_stays")]

    def __str__(self) -> str:
        return f"{self.item} / {self.unit}"


class AuditSample(models.Model):
    """A sample of the payments of a region's villages in a year, by monetary units.

    ``seed`` was drawn by the system; ``entries`` and ``total`` count the entries booked by ``drawn_at``, from which it
    was drawn.
    """

    pk = models.CompositePrimaryKey("region", "number")
    region = models.CharField(max_length=5)
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    size = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=64)
    entries = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=18, decimal_places=2)
    drawn_by = SignatureField(max_length=200)
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(size__gt=0, total__gt=0), name="audit_sample_of_something")]
        triggers = [append_only("audit_sample_stays")]

    def __str__(self) -> str:
        return f"{self.region} {self.number}"


class SampledEntry(models.Model):
    """An entry in a sample, with the number of its rupiah that were drawn."""

    pk = models.CompositePrimaryKey("region", "sample", "village", "year", "place")
    region = models.CharField(max_length=5)
    sample = models.PositiveIntegerField()
    village = models.CharField(max_length=13)
    year = models.PositiveSmallIntegerField()
    place = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    hits = models.PositiveSmallIntegerField()

    class Meta:
        triggers = [append_only("sampled_entry_stays")]

    def __str__(self) -> str:
        return f"{self.village} {self.place}"
