"""The books of a village: entries in a chain, their lines by year, sums, closed months, sealed days.

Entries and lines are partitioned by year; the parts lie in a schema of their own, which the serving role can reach only
through the parent table (``operations.sealing.make_years``).
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear, Left

from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only
from pilar.villagefinance.models import triggers
from pilar.villagefinance.models.places import OfVillage, OfYear
from pilar.villagefinance.rules.journal import OF_THREE, Kind


class Book(OfVillage):
    """The books of a village (buku): ``entries`` so far, and the hash of the last one.

    Its row is the lock for everything that a village books, promises, closes and enacts. Only the trigger of entries
    changes it.
    """

    pk = models.CompositePrimaryKey("region", "village")
    entries = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(region=Left("village", 5)), name="book_village_in_region"),
        ]
        triggers = [triggers.BOOK, triggers.by_trigger_alone("book_by_entries_alone", pgtrigger.Update)]

    def __str__(self) -> str:
        return self.village


class Period(OfYear):
    """The closing of a month, a request to reopen it, or its reopening; the latest counts.

    ``second``: the person whose request ``by`` grants.
    """

    pk = models.CompositePrimaryKey("region", "village", "year", "month", "no")
    month = models.PositiveSmallIntegerField()
    no = models.PositiveSmallIntegerField()
    act = models.CharField(max_length=8)
    by = SignatureField(max_length=200)
    second = SignatureField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(act__in=["closed", "asked", "reopened"]), name="period_act_known"),
            models.CheckConstraint(condition=Q(month__range=(1, 12)), name="period_of_a_month"),
            models.CheckConstraint(
                condition=Q(act="closed") | (~Q(reason="") & (Q(act="asked") | (~Q(second="") & ~Q(second=F("by"))))),
                name="period_reopened_by_two_with_a_reason",
            ),
        ]
        triggers = [append_only("period_stays"), triggers.PERIOD]

    def __str__(self) -> str:
        return f"{self.village} {self.year}-{self.month:02} {self.act}"


class Entry(OfYear):
    """An entry of the books (pembukuan). The database sets place, number, moment and hashes.

    ``place`` counts the chain of the village over all years, ``number`` its entries of a kind in a year.
    ``lines_digest`` covers its lines, ``hash`` the entry and the one before it.
    """

    pk = models.CompositePrimaryKey("region", "village", "year", "place")
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    date = models.DateField()
    document = models.CharField(max_length=100, blank=True)
    told = models.CharField(max_length=300)
    maker = SignatureField(max_length=200)
    checker = SignatureField(max_length=200, blank=True)
    approver = SignatureField(max_length=200, blank=True)
    reverses = models.PositiveIntegerField(null=True)
    lines_digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "village", "year", "kind", "number"], name="entry_number_once"
            ),
            models.UniqueConstraint(
                fields=["region", "village", "year", "reverses"], name="entry_reversed_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="entry_kind_known"),
            models.CheckConstraint(condition=Q(year=ExtractYear("date")), name="entry_of_its_year"),
            models.CheckConstraint(
                condition=~Q(kind="opening") | Q(date__month=1, date__day=1), name="entry_opening_on_first_of_january"
            ),
            models.CheckConstraint(
                condition=~Q(kind="closing") | Q(date__month=12, date__day=31), name="entry_closing_on_last_of_december"
            ),
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False) | (~Q(kind="reversal") & Q(reverses__isnull=True)),
                name="entry_reversal_names_another",
            ),
            models.CheckConstraint(
                condition=~Q(maker="") & ~Q(maker=F("checker")) & ~Q(maker=F("approver"))
                & (Q(checker="") | ~Q(checker=F("approver")))
                & (~Q(kind__in=[kind.value for kind in OF_THREE]) | (~Q(checker="") & ~Q(approver=""))),
                name="entry_of_three_people",
            ),
        ]  # fmt: skip
        triggers = [append_only("entry_stays"), triggers.ENTRY, triggers.ENTRY_HAS_LINES]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Line(OfYear):
    """One side of an entry, in rupiah. All lines of an entry are stored by one statement."""

    pk = models.CompositePrimaryKey("region", "village", "year", "place", "no")
    place = models.PositiveIntegerField()
    no = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=1)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    account = models.CharField(max_length=12)
    activity = models.CharField(max_length=10, blank=True)
    fund = models.CharField(max_length=5)
    line = models.PositiveSmallIntegerField(null=True)
    bank_account = models.PositiveSmallIntegerField(null=True)
    tax = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(side__in=["D", "C"], amount__gt=0), name="line_side_and_amount"),
            models.CheckConstraint(
                condition=Q(account__regex=r"^(1\.1\.1\.|1\.1\.4$|3\.1\.2$|[456]\.|7\.1\.)"),
                name="line_account_of_the_books",
            ),
            models.CheckConstraint(
                condition=Q(account__startswith="1.1.1", bank_account__isnull=False)
                | (~Q(account__startswith="1.1.1") & Q(bank_account__isnull=True)),
                name="line_money_lies_somewhere",
            ),
            models.CheckConstraint(
                condition=(Q(account__startswith="7.1") & ~Q(tax="")) | (~Q(account__startswith="7.1") & Q(tax="")),
                name="line_tax_has_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(activity__gt="") | ~(Q(account__startswith="5") | Q(account="1.1.4")),
                name="line_spending_has_an_activity",
            ),
        ]
        triggers = [append_only("line_stays"), triggers.LINES]

    def __str__(self) -> str:
        return f"{self.side} {self.account} {self.amount}"


class BudgetPosition(OfYear):
    """Realisation of a budget line in a month; maintained by the trigger of lines."""

    pk = models.CompositePrimaryKey("region", "village", "year", "line", "month")
    line = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    moved = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        triggers = [triggers.by_trigger_alone("budget_position_by_lines_alone")]

    def __str__(self) -> str:
        return f"{self.line} {self.month}: {self.moved}"


class CashPosition(OfYear):
    """Change within a day of the amount held (or owed, negative) on an account outside the budget; maintained by the
    trigger of lines.

    ``holder``: the key of the cash box or bank account, the activity of an advance, or the kind of tax withheld.
    """

    pk = models.CompositePrimaryKey("region", "village", "year", "account", "holder", "fund", "day")
    account = models.CharField(max_length=12)
    holder = models.CharField(max_length=20)
    fund = models.CharField(max_length=5)
    day = models.DateField()
    moved = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        triggers = [triggers.by_trigger_alone("cash_position_by_lines_alone")]

    def __str__(self) -> str:
        return f"{self.account} {self.holder} {self.fund} {self.day}: {self.moved}"


class SealedBook(OfVillage):
    """The number of entries and last hash of a village's books when a day was sealed; without a row they are as on the
    day before."""

    pk = models.CompositePrimaryKey("region", "village", "day")
    day = models.DateField()
    entries = models.PositiveIntegerField()
    head = models.CharField(max_length=64)

    class Meta:
        triggers = [append_only("sealed_book_stays")]

    def __str__(self) -> str:
        return f"{self.village} {self.day}"
