"""Tables of forecast quality: how well each week's forecasts held, and the width of the next ones."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pilar.platform.triggers import append_only


class ForecastWeek(models.Model):
    """A past week, from its Monday: ``held`` of ``judged`` forecasts were right. ``width`` is the factor by which later
    intervals are wider than the records suggest."""

    hospital = models.ForeignKey("hospital.Hospital", on_delete=models.PROTECT, related_name="+")
    monday = models.DateField()
    judged = models.PositiveIntegerField()
    held = models.PositiveIntegerField()
    width = models.FloatField()

    class Meta:
        ordering = ["hospital", "-monday"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "monday"], name="forecast_week_once"),
            models.CheckConstraint(condition=Q(held__lte=F("judged"), width__gt=0), name="forecast_week_counts"),
        ]
        triggers = [append_only("forecast_week_append_only")]

    def __str__(self) -> str:
        return f"{self.hospital_id} {self.monday}"
