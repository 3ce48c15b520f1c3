"""Accounts of the village, its suppliers, and changes of their account numbers."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.villagefinance.models.places import OfVillage
from pilar.villagefinance.rules.codes import BANK, CASH
from pilar.villagefinance.rules.taxes import Builder

WAIT = timedelta(days=1)
"""Time between asking for a new account number and confirming it (R23)."""


class BankAccount(OfVillage):
    """A cash box or bank account of a village; ``account`` is its code in the chart, which tells the two apart."""

    pk = models.CompositePrimaryKey("region", "village", "key")
    key = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=12)
    name = models.CharField(max_length=100)
    bank = models.CharField(max_length=100, blank=True)
    number = models.CharField(max_length=40, blank=True)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "village", "key", "account"], name="bank_account_of_its_code"),
            models.CheckConstraint(condition=Q(account__in=[CASH, BANK]), name="bank_account_is_money"),
            models.CheckConstraint(
                condition=Q(account=CASH, bank="", number="") | (Q(account=BANK) & ~Q(number="")),
                name="bank_account_has_a_number",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Supplier(OfVillage):
    """A payee of the village, with the facts that tax law asks for; changing its account number takes two people.

    ``official``: an official or employee of the village, whose account may belong to no other payee.
    """

    pk = models.CompositePrimaryKey("region", "village", "key")
    key = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    npwp = models.CharField(max_length=20, blank=True)
    taxable = models.BooleanField(default=False)
    small = models.BooleanField(default=False)
    builder = models.CharField(max_length=9, default=Builder.NONE)
    official = models.BooleanField(default=False)
    bank = models.CharField(max_length=100, blank=True)
    number = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "village", "name"], name="supplier_named_once"),
            models.CheckConstraint(
                condition=Q(builder__in=[builder.value for builder in Builder]), name="supplier_builder"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AccountChange(OfVillage):
    """A new account number of a ``supplier`` or of the village's ``bank_account`` (or of one that is new). It counts
    once a second person has confirmed it, a day later, unless one of the two has dropped it."""

    pk = models.CompositePrimaryKey("region", "village", "no")
    no = models.PositiveIntegerField()
    supplier = models.PositiveSmallIntegerField(null=True)
    bank_account = models.PositiveSmallIntegerField(null=True)
    name = models.CharField(max_length=100, blank=True)
    bank = models.CharField(max_length=100)
    number = models.CharField(max_length=40)
    asked_by = SignatureField(max_length=200)
    asked_at = models.DateTimeField()
    confirmed_by = SignatureField(max_length=200, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    dropped_by = SignatureField(max_length=200, blank=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(number="") & ~Q(bank=""), name="account_change_to_a_number"),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True, dropped_by="")
                | (Q(dropped_at__isnull=False, confirmed_at__isnull=True) & ~Q(dropped_by="")),
                name="account_change_dropped_or_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by="")
                | (Q(confirmed_at__gte=F("asked_at") + WAIT) & ~Q(confirmed_by="") & ~Q(confirmed_by=F("asked_by"))),
                name="account_change_of_two_after_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.village} {self.no}"
