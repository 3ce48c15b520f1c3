"""Which systems are told what happens, and what each was told."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from pilar.permits.rules.hooks import MAX_TITLE, Delivery
from pilar.platform.names import SignatureField
from pilar.platform.outgoing import MAX_ADDRESS
from pilar.platform.secrets import EncryptedField


class Subscription(models.Model):
    """A system of a region that is told of ``events`` at its address; ``secret`` signs what it is told."""

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=MAX_TITLE)
    address = models.CharField(max_length=MAX_ADDRESS)
    secret = EncryptedField(context="permits.subscription.secret")
    events = ArrayField(models.CharField(max_length=30))
    ended_at = models.DateTimeField(null=True)
    made_by = SignatureField(max_length=200)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="subscription_has_a_title"),
            models.CheckConstraint(condition=Q(address__startswith="https://"), name="subscription_by_https"),
            models.CheckConstraint(condition=Q(events__len__gt=0), name="subscription_of_something"),
        ]

    def __str__(self) -> str:
        return self.title


class HookDelivery(models.Model):
    """A message to a system, sent or still to be sent: the same bytes each time, known by ``key``."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="deliveries")
    event = models.CharField(max_length=30)
    body = models.TextField()
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=7, default=Delivery.WAITING)
    told = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="hook_due", condition=Q(state=Delivery.WAITING))]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(Delivery)), name="hook_state_known"),
            models.CheckConstraint(
                condition=Q(state=Delivery.WAITING, next_at__isnull=False)
                | ~Q(state=Delivery.WAITING) & Q(next_at__isnull=True),
                name="hook_waits_until",
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)
