"""Workbooks of programmes on their way into a version."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.masterplan.models.plans import Version
from pilar.platform.imports.states import OPEN, State
from pilar.platform.names import SignatureField


class ProgrammeImport(models.Model):
    """A workbook that somebody sent: its file lies in the private store until it is done or dropped.

    ``attempt`` counts how often a worker began; only the last one may write. ``done`` of ``total`` rows are looked at.
    ``report`` is what the check found, ``judged`` the fingerprint of what it shows.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="imports")
    name = models.CharField(max_length=200)
    storage_key = models.CharField(max_length=60, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=9, default=State.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    report = models.JSONField(null=True)
    judged = models.CharField(max_length=64, blank=True, default="")
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ordered_by_name = SignatureField(max_length=200)
    ordered_at = models.DateTimeField(db_default=Now())
    progressed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(State)), name="import_state_known"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="import_done_of_total"),
            models.CheckConstraint(
                condition=~Q(state__in=[State.CHECKED, State.CONFIRMED, State.DONE])
                | (Q(report__isnull=False) & ~Q(judged="")),
                name="import_checked_has_a_report",
            ),
            models.UniqueConstraint(
                fields=["version"], condition=Q(state__in=sorted(OPEN)), name="import_one_open_of_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.name} {self.state}"
