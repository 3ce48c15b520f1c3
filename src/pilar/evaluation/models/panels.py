"""Panels of assessors (asesor): who sits for which region, and who may not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pilar.evaluation.models.campaigns import Participation


class Conflict(models.Model):
    """Why an assessor may not assess a region: home, employer, or mentor (pembimbing) of its plan."""

    class Kind(models.TextChoices):
        HOME = "home"
        EMPLOYER = "employer"
        MENTOR = "mentor"

    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    note = models.CharField(max_length=300, blank=True, default="")
    declared_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["assessor", "region"]
        constraints = [
            models.UniqueConstraint(fields=["assessor", "region", "kind"], name="conflict_once"),
            models.CheckConstraint(condition=Q(kind__in=["home", "employer", "mentor"]), name="conflict_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.assessor_id} {self.region_id} {self.kind}"


class Seat(models.Model):
    """An assessor's seat on the panel of one region."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="seats")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_chair = models.BooleanField(default=False)
    seated_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["participation", "-is_chair", "id"]
        constraints = [
            models.UniqueConstraint(fields=["participation", "assessor"], name="seat_once"),
            models.UniqueConstraint(
                fields=["participation"], condition=Q(is_chair=True), name="seat_one_chair_a_panel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id} {self.assessor_id}"
