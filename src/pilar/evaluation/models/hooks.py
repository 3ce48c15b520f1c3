"""Tables of systems subscribed to publications, and of the messages sent to each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pilar.platform.hooks import Delivery
from pilar.platform.models import WAITS_UNTIL, Message, Told
from pilar.platform.secrets import EncryptedField


class Subscription(Told):
    """A system that is told of publications."""

    secret = EncryptedField(context="evaluation.subscription.secret")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="publication_system_has_a_title"),
            models.CheckConstraint(condition=Q(address__startswith="https://"), name="publication_system_by_https"),
            models.CheckConstraint(condition=Q(events__len__gt=0), name="publication_system_of_something"),
        ]


class HookDelivery(Message):
    """A message to a system, of one publication."""

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="deliveries")

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="publication_due", condition=Q(state=Delivery.WAITING))]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(Delivery)), name="publication_told_state_known"),
            models.CheckConstraint(condition=WAITS_UNTIL, name="publication_waits_until"),
        ]
