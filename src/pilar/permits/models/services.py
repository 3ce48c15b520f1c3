"""Versions of services; a published version never changes."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat, Now

from pilar.areas.models import Region
from pilar.permits.rules.versions import VersionState
from pilar.platform.names import SignatureField
from pilar.platform.triggers import on_row

# A hash, because an index of ranges takes texts only with an extension that not every server has.
_WHICH = Func(
    Concat("region", Value(" "), "key", output_field=models.TextField()),
    Value(0), function="hashtextextended", output_field=models.BigIntegerField(),
)  # fmt: skip
_SERVICE = Func(_WHICH, _WHICH, Value("[]"), function="int8range", output_field=BigIntegerRangeField())
_HOLDS = Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange", output_field=DateRangeField())
_OPEN = Q(state__in=[VersionState.DRAFT, VersionState.PROPOSED])
_LAW = Q(state__in=[VersionState.PUBLISHED, VersionState.WITHDRAWN])
_FROZEN = (
    "OLD.state IN ('published', 'withdrawn') AND (OLD.region_id, OLD.key, OLD.number, OLD.definition, OLD.hash,"
    " OLD.valid_from, OLD.proposer, OLD.publisher, OLD.published_at, OLD.shipped) IS DISTINCT FROM (NEW.region_id,"
    " NEW.key, NEW.number, NEW.definition, NEW.hash, NEW.valid_from, NEW.proposer, NEW.publisher, NEW.published_at,"
    " NEW.shipped)"
)
_BACK = "OLD.state IN ('published', 'withdrawn') AND NEW.state NOT IN ('withdrawn', OLD.state)"
_LONGER = "OLD.state IN ('published', 'withdrawn') AND OLD.valid_to < coalesce(NEW.valid_to, 'infinity')"


class ServiceVersion(models.Model):
    """A version of a service, in force from one day to another. ``hash`` is the SHA-256 of its canonical definition;
    ``edition`` counts the changes of a draft; ``shipped``: it came from the data folder, so nobody proposed it."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    hash = models.CharField(max_length=64)
    edition = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, default="draft")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    shipped = models.BooleanField(default=False)
    changed_by = SignatureField(max_length=200, blank=True)
    changed_at = models.DateTimeField(db_default=Now())
    proposer = SignatureField(max_length=200, blank=True)
    publisher = SignatureField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["region", "key", "number"]
        constraints = [
            models.UniqueConstraint("region", "key", "number", name="service_version_number_once"),
            models.UniqueConstraint("region", "key", condition=_OPEN, name="service_one_version_at_work"),
            models.CheckConstraint(condition=Q(state__in=[*VersionState]), name="service_version_state_known"),
            models.CheckConstraint(
                condition=~_LAW | Q(valid_from__isnull=False, published_at__isnull=False) & ~Q(publisher=""),
                name="service_version_published_whole",
            ),
            models.CheckConstraint(
                condition=~_LAW | Q(shipped=True) | ~Q(proposer="") & ~Q(proposer=F("publisher")),
                name="service_version_by_two",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="service_version_days"
            ),
            ExclusionConstraint(
                name="service_version_one_a_day",
                expressions=[(_SERVICE, "&&"), (_HOLDS, "&&")],
                condition=Q(state=VersionState.PUBLISHED),
            ),
        ]
        triggers = [
            on_row(
                "service_version_stays",
                pgtrigger.Update,
                ("service_version_stays", _FROZEN),
                ("service_version_not_back", _BACK),
                ("service_version_not_longer", _LONGER),
            ),
            pgtrigger.Protect(
                name="service_version_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=["published", "withdrawn"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.key} {self.number}"
