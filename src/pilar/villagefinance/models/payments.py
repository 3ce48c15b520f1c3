"""Payment requests, their evidence, and the tax that is withheld and remitted."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only
from pilar.villagefinance.models import triggers
from pilar.villagefinance.models.places import OfVillage, OfYear
from pilar.villagefinance.rules.requests import ProofKind, RequestKind, RequestState
from pilar.villagefinance.rules.taxes import PaymentKind

_PAID = [RequestState.PAID.value, RequestState.SETTLED.value]


class PaymentRequest(OfYear):
    """A request for payment (SPP): for an advance, to a supplier, or of financing. It has a single fund.

    ``income_line``: the line of the transfer that settles it outside the accounts of the village. ``returned``: the
    part of an advance that was paid back; ``accounted_by``: the person who wrote its bills; ``reason``: why it was
    returned to its maker. ``plan_reason``: why it exceeds the cash plan of the months so far; ``cash_reason``: why a
    supplier is paid so much in cash.
    """

    pk = models.CompositePrimaryKey("region", "village", "year", "number")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=9)
    state = models.CharField(max_length=9, default=RequestState.DRAFT.value)
    date = models.DateField()
    activity = models.CharField(max_length=10, blank=True)
    fund = models.CharField(max_length=5)
    payee = models.CharField(max_length=200, blank=True)
    supplier = models.PositiveSmallIntegerField(null=True)
    income_line = models.PositiveSmallIntegerField(null=True)
    told = models.CharField(max_length=300)
    reason = models.CharField(max_length=300, blank=True)
    plan_reason = models.CharField(max_length=300, blank=True)
    cash_reason = models.CharField(max_length=300, blank=True)
    maker = SignatureField(max_length=200)
    checker = SignatureField(max_length=200, blank=True)
    approver = SignatureField(max_length=200, blank=True)
    accounted_by = SignatureField(max_length=200, blank=True)
    paid_on = models.DateField(null=True)
    returned = models.DecimalField(max_digits=18, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[request_kind.value for request_kind in RequestKind]), name="request_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[request_state.value for request_state in RequestState]),
                name="request_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_PAID, paid_on__isnull=False) | (~Q(state__in=_PAID) & Q(paid_on__isnull=True)),
                name="request_paid_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(maker=F("checker"))
                & ~Q(maker=F("approver"))
                & (Q(checker="") | ~Q(checker=F("approver"))),
                name="request_of_three_people",
            ),
            models.CheckConstraint(condition=Q(returned__gte=0), name="request_returned_not_negative"),
        ]

    def __str__(self) -> str:
        return f"SPP {self.number}"


class RequestLine(OfYear):
    """The amount that a request asks from a budget line; ``open`` is the part promised and not yet spent."""

    pk = models.CompositePrimaryKey("region", "village", "year", "request", "line")
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


class RequestEntry(OfYear):
    """An entry of the books made for a request: its payment, its settlement, or money paid back."""

    pk = models.CompositePrimaryKey("region", "village", "year", "place")
    place = models.PositiveIntegerField()
    of_year = models.PositiveSmallIntegerField()
    request = models.PositiveIntegerField()

    class Meta:
        triggers = [append_only("request_entry_stays")]

    def __str__(self) -> str:
        return f"SPP {self.request}/{self.of_year}: {self.place}"


class Bill(OfYear):
    """A receipt or invoice (bukti) under a request: item, payee and amount; an advance has bills once it is accounted
    for.

    ``parts``: the number of equal payments that are taxed separately, such as days of work. ``number`` and ``day`` are
    copied from the paper.
    """

    pk = models.CompositePrimaryKey("region", "village", "year", "request", "no")
    request = models.PositiveIntegerField()
    no = models.PositiveSmallIntegerField()
    line = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    parts = models.PositiveSmallIntegerField(default=1)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    payee = models.CharField(max_length=200, blank=True)
    supplier = models.PositiveSmallIntegerField(null=True)
    told = models.CharField(max_length=300, blank=True)
    number = models.CharField(max_length=50, blank=True)
    day = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, parts__gt=0), name="bill_positive"),
            models.CheckConstraint(
                condition=Q(kind__in=[payment_kind.value for payment_kind in PaymentKind]), name="bill_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.amount}"


class Proof(OfYear):
    """A piece of evidence of a request: a receipt, or the progress of the works."""

    pk = models.CompositePrimaryKey("region", "village", "year", "request", "evidence")
    request = models.PositiveIntegerField()
    evidence = models.UUIDField()
    kind = models.CharField(max_length=8)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[proof_kind.value for proof_kind in ProofKind]), name="proof_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["evidence"], name="proof_by_evidence")]
        triggers = [append_only("proof_stays")]

    def __str__(self) -> str:
        return f"{self.kind} {self.evidence}"


class Remittance(models.Model):
    """Tax that was paid to the State (setoran pajak), by its receipt number (NTPN)."""

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
        triggers = [
            pgtrigger.Protect(name="remittance_stays", operation=pgtrigger.Delete), triggers.REMITTANCE,
            triggers.RENUMBERED,
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.ntpn


class NtpnChange(OfVillage):
    """The correction of a mistyped receipt number (NTPN) of a remittance: the number entered and the correct one. It
    counts once a second person has confirmed it, unless one of the two has dropped it with a reason (``told``)."""

    pk = models.CompositePrimaryKey("region", "village", "no")
    no = models.PositiveIntegerField()
    ntpn = models.CharField(max_length=20)
    correct = models.CharField(max_length=20)
    asked_by = SignatureField(max_length=200)
    asked_at = models.DateTimeField()
    confirmed_by = SignatureField(max_length=200, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    dropped_by = SignatureField(max_length=200, blank=True)
    dropped_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True, dropped_by="", told="")
                | (Q(dropped_at__isnull=False, confirmed_at__isnull=True) & ~Q(dropped_by="") & ~Q(told="")),
                name="ntpn_change_dropped_or_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by="")
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="") & ~Q(confirmed_by=F("asked_by"))),
                name="ntpn_change_of_two",
            ),
            models.CheckConstraint(condition=~Q(ntpn=F("correct")), name="ntpn_change_to_another"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="ntpn_change_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__confirmed_at__isnull=False) | pgtrigger.Q(old__dropped_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.ntpn}: {self.correct}"


class Withholding(OfYear):
    """Tax withheld from a bill of a request (potongan), by its kind; ``ntpn`` once it was remitted.

    ``account`` is the account on which it is owed; ``rule`` and ``version`` name the rule that computed it.
    """

    pk = models.CompositePrimaryKey("region", "village", "year", "request", "no")
    request = models.PositiveIntegerField()
    no = models.PositiveSmallIntegerField()
    bill = models.PositiveSmallIntegerField()
    tax = models.CharField(max_length=20)
    account = models.CharField(max_length=12)
    rule = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    base = models.DecimalField(max_digits=18, decimal_places=2)
    rate = models.DecimalField(max_digits=7, decimal_places=4)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    due = models.DateField()
    ntpn = models.CharField(max_length=20, null=True)  # noqa: DJ001 - a reference

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=F("base")), name="withholding_of_its_base"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="withholding_remitted_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                # Its number follows that of the remittance, through the foreign key alone.
                condition=pgtrigger.Condition('OLD."ntpn" IS NOT NULL AND pg_trigger_depth() = 0'),
            ),
            triggers.WITHHOLDING,
        ]

    def __str__(self) -> str:
        return f"{self.tax} {self.amount}"
