"""Tables of reminders sent to regions by hand, with their days."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from pilar.evaluation.models.assessments import Assessment
from pilar.platform.names import SignatureField


class Reminder(models.Model):
    """That the people an assessment waits for were reminded; once a day (the day of the ministry), as the key says."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="reminders")
    day = models.DateField()
    reminded_by_name = SignatureField(max_length=200)
    reminded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["day", "id"]
        constraints = [models.UniqueConstraint(fields=["assessment", "day"], name="reminder_once_a_day")]
        triggers = [pgtrigger.Protect(name="reminder_never_changes", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.day}"
