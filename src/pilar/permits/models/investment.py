"""Tables of investment areas, realised investment, and the national OSS's data of businesses."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from pilar.permits.rules.investment import Capital, PotentialKind, RealisedState
from pilar.permits.rules.places import EAST, NORTH, SOUTH, WEST
from pilar.platform.names import SignatureField

_NIB, _CODE = r"^[0-9]{13}$", r"^[0-9]{5}$"


class Potential(models.Model):
    """A zoning note, plot or estate of a region; ``source`` is an address or ``assumption``."""

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=6)
    name = models.CharField(max_length=200)
    district = models.CharField(max_length=8, blank=True)
    area = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    kbli = ArrayField(models.CharField(max_length=5), default=list)
    note = models.TextField(blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    source = models.CharField(max_length=500)
    withdrawn = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "code"], name="potential_once"),
            models.CheckConstraint(condition=Q(kind__in=list(PotentialKind)), name="potential_kind_known"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(SOUTH, NORTH), longitude__range=(WEST, EAST)),
                name="potential_in_indonesia_or_nowhere",
            ),
            models.CheckConstraint(
                condition=Q(source="assumption") | Q(source__startswith="https://"), name="potential_has_a_source"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Realised(models.Model):
    """The realised investment of a business in a quarter, in rupiah. A newer row for the same business, code and
    quarter replaces it once a second person has confirmed it."""

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    business = models.CharField(max_length=200)
    nib = models.CharField(max_length=13)
    kbli = models.CharField(max_length=5)
    capital = models.CharField(max_length=4)
    planned = models.DecimalField(max_digits=20, decimal_places=2)
    realised = models.DecimalField(max_digits=20, decimal_places=2)
    workers = models.PositiveIntegerField(default=0)
    district = models.CharField(max_length=8, blank=True)
    state = models.CharField(max_length=9, default=RealisedState.ENTERED)
    entered_by = SignatureField(max_length=200)
    entered_at = models.DateTimeField()
    judged_by = SignatureField(max_length=200, blank=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["region", "year", "quarter", "state"], name="realised_by_quarter")]
        constraints = [
            models.CheckConstraint(condition=Q(quarter__range=(1, 4)), name="realised_in_a_quarter"),
            models.CheckConstraint(condition=Q(state__in=list(RealisedState)), name="realised_state_known"),
            models.CheckConstraint(condition=Q(capital__in=list(Capital)), name="realised_capital_known"),
            models.CheckConstraint(condition=Q(nib__regex=_NIB, kbli__regex=_CODE), name="realised_codes_format"),
            models.CheckConstraint(condition=Q(planned__gte=0, realised__gte=0), name="realised_not_below_zero"),
            models.CheckConstraint(condition=~Q(judged_by=F("entered_by")), name="realised_by_two_people"),
            models.CheckConstraint(
                condition=Q(state=RealisedState.ENTERED) ^ Q(judged_at__isnull=False), name="realised_judged"
            ),
            models.UniqueConstraint(
                fields=["region", "year", "quarter", "nib", "kbli"], condition=Q(state=RealisedState.CONFIRMED),
                name="realised_counts_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.nib} {self.year}-Q{self.quarter}"


class OssRecord(models.Model):
    """The newest statement of the national OSS about a business and one of its KBLI codes: a mirror that no decision is
    based on."""

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    nib = models.CharField(max_length=13)
    kbli = models.CharField(max_length=5)
    business = models.CharField(max_length=200)
    risk = models.CharField(max_length=11, blank=True)
    status = models.CharField(max_length=100)
    as_of = models.DateField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "nib", "kbli"], name="oss_record_once"),
            models.CheckConstraint(condition=Q(nib__regex=_NIB, kbli__regex=_CODE), name="oss_codes_format"),
        ]

    def __str__(self) -> str:
        return f"{self.nib} {self.kbli}"
