"""Bank statements of an account, and their movements matched with those of the books."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only
from pilar.villagefinance.models import triggers
from pilar.villagefinance.models.places import OfVillage, OfYear


def _never_changed(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update)


class BankFormat(OfVillage):
    """The meaning of the columns of an account's statements, by folded heading, where somebody had to say it."""

    pk = models.CompositePrimaryKey("region", "village", "bank_account")
    bank_account = models.PositiveSmallIntegerField()
    columns = models.JSONField()

    def __str__(self) -> str:
        return f"{self.village}/{self.bank_account}"


class BankStatement(OfVillage):
    """A statement of a bank account (rekening koran) that was kept; it begins where the one before ended."""

    pk = models.CompositePrimaryKey("region", "village", "bank_account", "number")
    bank_account = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    first = models.DateField()
    last = models.DateField()
    opening = models.DecimalField(max_digits=18, decimal_places=2)
    closing = models.DecimalField(max_digits=18, decimal_places=2)
    kept_by = SignatureField(max_length=200)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="bank_statement_of_days")]
        triggers = [append_only("bank_statement_stays")]

    def __str__(self) -> str:
        return self.name


class BankRow(OfVillage):
    """A movement on a statement, in rupiah, positive for money received; numbered across all statements."""

    pk = models.CompositePrimaryKey("region", "village", "bank_account", "number")
    bank_account = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    statement = models.PositiveIntegerField()
    date = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    text = models.TextField(blank=True)
    reference = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="bank_row_moves")]
        triggers = [append_only("bank_row_stays")]

    def __str__(self) -> str:
        return f"{self.date} {self.amount}"


class BankMatch(OfVillage):
    """A person's decision that movements of the bank and of the books are the same; it may be released again."""

    pk = models.CompositePrimaryKey("region", "village", "bank_account", "number")
    bank_account = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    accepted_by = SignatureField(max_length=200)
    accepted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.bank_account}/{self.number}"


class MatchedRow(OfVillage):
    """A bank movement in a match; it belongs to one match only."""

    pk = models.CompositePrimaryKey("region", "village", "bank_account", "row")
    bank_account = models.PositiveSmallIntegerField()
    row = models.PositiveIntegerField()
    match = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["region", "village", "bank_account", "match"], name="matched_row_of_match"),
        ]
        triggers = [_never_changed("matched_row_stays"), triggers.balanced("matched_row_balanced")]

    def __str__(self) -> str:
        return f"{self.match}: {self.row}"


class MatchedLine(OfYear):
    """A line of the books in a match; it belongs to one match only."""

    pk = models.CompositePrimaryKey("region", "village", "year", "place", "no")
    place = models.PositiveIntegerField()
    no = models.PositiveSmallIntegerField()
    bank_account = models.PositiveSmallIntegerField()
    match = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["region", "village", "bank_account", "match"], name="matched_line_of_match"),
        ]
        triggers = [_never_changed("matched_line_stays"), triggers.MATCHED, triggers.balanced("matched_line_balanced")]

    def __str__(self) -> str:
        return f"{self.match}: {self.place}/{self.no}"
