"""Who has signed in by another system and has no account here yet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class AccountRequest(models.Model):
    """Somebody whom a provider of single sign-on knows asks for an account; the row goes when it is decided.

    ``provider`` and ``subject`` are by what the sign-in library knows them; ``role`` and ``region`` what the provider
    proposes, empty where it does not. It opens nothing.
    """

    provider = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=40, blank=True)
    region = models.ForeignKey("areas.Region", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="account_request_once_a_person"),
            models.CheckConstraint(
                condition=~Q(provider="") & ~Q(subject="") & ~Q(email=""), name="account_request_says_who"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.pk}"
