"""Tables of forecast quality: how well each week's forecasts held, and the width of the next ones."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pilar.platform.triggers import append_only


class ForecastWeek(models.Model):
    """A week that is over, from its Monday on: of ``judged`` forecasts ``held`` held. ``width`` is by how much those
    that follow are wider than what the records say."""

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
