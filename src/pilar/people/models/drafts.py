"""A draft of something that one person sends and another releases, such as an instrument.

A room's model has a one-to-one field to what the draft becomes once released, and passes its name to
:func:`constraints`. A draft never changes, and a released one can be neither changed nor deleted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.platform.names import SignatureField

USER = settings.AUTH_USER_MODEL
SENT = (
    "code", "version", "sha256", "title_id", "title_en", "document", "file", "sent_by", "sent_by_name", "sent_at",
)  # fmt: skip


class SentVersion(models.Model):
    """``document``: the text of the ``file``. ``four_eyes``: whether the rule applied that the sender must not release
    it."""

    code = models.CharField(max_length=60)
    version = models.CharField(max_length=30)
    sha256 = models.CharField(max_length=64)
    title_id = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    document = models.TextField()
    file = models.CharField(max_length=200)
    sent_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    sent_by_name = SignatureField(max_length=200)
    sent_at = models.DateTimeField(db_default=Now())
    four_eyes = models.BooleanField(default=True)
    released_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    released_by_name = SignatureField(max_length=200, blank=True, default="")
    released_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    def is_of(self, account: int | None) -> bool:
        """Return whether four eyes keep this account from releasing it, because it has sent it."""
        return settings.PILAR_FOUR_EYES and self.sent_by_id == account

    def release(self, becomes: models.Model, *, account: int | None, name: str, now: datetime) -> list[str]:
        """Mark it as released and set what it becomes; returns the fields to save."""
        field = next(field.name for field in self._meta.concrete_fields if field.one_to_one)
        setattr(self, field, becomes)
        self.four_eyes = settings.PILAR_FOUR_EYES
        self.released_by_id, self.released_by_name, self.released_at = account, name, now
        return [field, "four_eyes", "released_by", "released_by_name", "released_at"]


def constraints(name: str, becomes: str) -> list[models.BaseConstraint]:
    """Return the constraints of a model, with names that begin with ``name``; ``becomes``: its one-to-one field."""
    waits: dict[str, Any] = {becomes: None, "released_at": None, "released_by": None, "released_by_name": ""}
    is_released: dict[str, Any] = {f"{becomes}__isnull": False, "released_at__isnull": False}
    return [
        models.UniqueConstraint(fields=["code", "version"], name=f"{name}_version_once"),
        models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name=f"{name}_sha256_is_a_hash"),
        models.CheckConstraint(
            condition=Q(**waits) | (Q(**is_released) & ~Q(released_by_name="")), name=f"{name}_released_by_somebody"
        ),
        models.CheckConstraint(
            condition=Q(released_at=None) | Q(four_eyes=False) | ~Q(sent_by=F("released_by")),
            name=f"{name}_released_by_another",
        ),
    ]


def triggers(name: str) -> list[pgtrigger.Trigger]:
    """Return the triggers that protect the rows from changes."""
    return [
        pgtrigger.ReadOnly(name=f"{name}_keeps_what_it_says", fields=list(SENT)),
        pgtrigger.Protect(
            name=f"{name}_released_for_good",
            operation=pgtrigger.Update | pgtrigger.Delete,
            condition=pgtrigger.Q(old__released_at__isnull=False),
        ),
    ]
