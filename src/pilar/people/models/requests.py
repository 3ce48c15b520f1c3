"""Tables of requests for an account with a role: by another system's sign-in, or by a code."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pilar.people.public import MAX_SAID


class AccountRequest(models.Model):
    """A request for an account with a role; the row is deleted when it is decided. It grants no access.

    With single sign-on, ``provider`` and ``subject`` identify the person in the sign-in library, ``role`` and
    ``region`` are proposed by the provider, or empty. After signing in by a code there is no ``provider``, ``subject``
    is the key of the public account, and ``position`` and ``letter`` are given by the person.
    """

    provider = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=255)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=40, blank=True)
    region = models.ForeignKey("areas.Region", null=True, on_delete=models.PROTECT, related_name="+")
    position = models.CharField(max_length=MAX_SAID, blank=True)
    letter = models.CharField(max_length=MAX_SAID, blank=True)
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="account_request_once_a_person"),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(email=""), name="account_request_says_who"),
            models.CheckConstraint(
                condition=~Q(provider="") | (~Q(position="") & ~Q(letter="") & Q(region__isnull=False)),
                name="account_request_says_for_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.pk}".strip()
