"""New plans of sessions whose doctor came later or not at all."""

from __future__ import annotations

from django.db import models

from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only


class Replan(models.Model):
    """A new plan of a session (``rules.replan``): only ever added. ``resume`` is None where the doctor does not come.

    ``nothing`` and ``then`` are the effects of doing nothing and of the plan as it was told, in minutes and patients.
    """

    session = models.ForeignKey("hospital.Session", on_delete=models.PROTECT, related_name="replans")
    at = models.DateTimeField()
    by = SignatureField(max_length=200)
    resume = models.DateTimeField(null=True)
    until = models.DateTimeField()
    moved = models.PositiveSmallIntegerField()
    unplaced = models.PositiveSmallIntegerField()
    nothing = models.JSONField()
    then = models.JSONField()

    class Meta:
        ordering = ["id"]
        triggers = [append_only("replan_append_only")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.at}"
