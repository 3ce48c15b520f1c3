"""What is asked to be paid, the tax that is withheld, and the accounts that it is paid from."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only
from pilar.villagefinance.models import triggers
from pilar.villagefinance.rules.codes import BANK, CASH
from pilar.villagefinance.rules.requests import RequestKind, RequestState


class BankAccount(models.Model):
    """A cash box or bank account of a village; ``account`` is its code in the chart, which says which of the two."""

    pk = models.CompositePrimaryKey("region", "village", "key")
    region = models.CharField(max_length=5)
    village = models.CharField(max_length=13)
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


class PaymentRequest(models.Model):
    """A request for payment (SPP): for an advance, to a supplier, or of financing."""

    pk = models.CompositePrimaryKey("region", "village", "year", "number")
    region = models.CharField(max_length=5)
    village = models.CharField(max_length=13)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=9)
    state = models.CharField(max_length=9, default=RequestState.DRAFT.value)
    date = models.DateField()
    activity = models.CharField(max_length=10, blank=True)
    payee = models.CharField(max_length=200, blank=True)
    told = models.CharField(max_length=300)
    maker = SignatureField(max_length=200)
    checker = SignatureField(max_length=200, blank=True)
    approver = SignatureField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[one.value for one in RequestKind]), name="request_kind_known"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in RequestState]), name="request_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(maker=F("checker")) & ~Q(maker=F("approver"))
                & (Q(checker="") | ~Q(checker=F("approver"))),
                name="request_of_three_people",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"SPP {self.number}"


class RequestLine(models.Model):
    """What a request asks of a line of the budget; ``open`` of it is promised and not yet spent.

    Of an advance that is paid it stays open until it is accounted for or comes back.
    """

    pk = models.CompositePrimaryKey("region", "village", "year", "request", "line")
    region = models.CharField(max_length=5)
    village = models.CharField(max_length=13)
    year = models.PositiveSmallIntegerField()
    request = models.PositiveIntegerField()
    line = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    open = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, open__gte=0, open__lte=F("amount")), name="request_line_open_within_amount"
            ),
        ]
        indexes = [models.Index(fields=["region", "village", "year", "line"], name="request_line_of_budget_line")]
        triggers = [triggers.COMMITMENT]

    def __str__(self) -> str:
        return f"{self.line}: {self.amount}"


class Remittance(models.Model):
    """Tax that was paid to the state (setoran pajak), by its receipt number (NTPN)."""

    pk = models.CompositePrimaryKey("region", "ntpn")
    region = models.CharField(max_length=5)
    ntpn = models.CharField(max_length=20)
    village = models.CharField(max_length=13)
    year = models.PositiveSmallIntegerField()
    place = models.PositiveIntegerField()
    tax = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    date = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="remittance_positive")]
        triggers = [append_only("remittance_stays"), triggers.REMITTANCE]

    def __str__(self) -> str:
        return self.ntpn


class Withholding(models.Model):
    """Tax withheld from a request (potongan), by its kind; ``ntpn`` once it was remitted."""

    pk = models.CompositePrimaryKey("region", "village", "year", "request", "no")
    region = models.CharField(max_length=5)
    village = models.CharField(max_length=13)
    year = models.PositiveSmallIntegerField()
    request = models.PositiveIntegerField()
    no = models.PositiveSmallIntegerField()
    tax = models.CharField(max_length=20)
    base = models.DecimalField(max_digits=18, decimal_places=2)
    rate = models.DecimalField(max_digits=7, decimal_places=4)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    ntpn = models.CharField(max_length=20, null=True)  # noqa: DJ001 - a reference

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=F("base")), name="withholding_of_its_base"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="withholding_remitted_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__ntpn__isnull=False),
            ),
            triggers.WITHHOLDING,
        ]

    def __str__(self) -> str:
        return f"{self.tax} {self.amount}"
