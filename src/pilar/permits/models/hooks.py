"""Tables of subscribed systems, and of the messages sent to each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pilar.platform.hooks import Delivery
from pilar.platform.models import WAITS_UNTIL, Message, Told
from pilar.platform.secrets import EncryptedField


class Subscription(Told):
    """A system of a region that receives messages about cases and permits."""

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    secret = EncryptedField(context="permits.subscription.secret")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="subscription_has_a_title"),
            models.CheckConstraint(condition=Q(address__startswith="https://"), name="subscription_by_https"),
            models.CheckConstraint(condition=Q(events__len__gt=0), name="subscription_of_something"),
        ]


class HookDelivery(Message):
    """A message to a system of a region."""

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="deliveries")

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="hook_due", condition=Q(state=Delivery.WAITING))]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(Delivery)), name="hook_state_known"),
            models.CheckConstraint(condition=WAITS_UNTIL, name="hook_waits_until"),
        ]
