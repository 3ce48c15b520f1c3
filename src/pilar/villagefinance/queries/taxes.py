"""Tax that was withheld and not remitted yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from pilar.people.rules import Standing
from pilar.villagefinance import reference
from pilar.villagefinance.models import PaymentRequest, Withholding
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class OwedTax:
    """A tax withheld from a payment; ``due`` is its last day."""

    year: int
    request: int
    no: int
    payee: str
    paid_on: date
    amount: Decimal
    due: date

    @property
    def key(self) -> str:
        """What names it in a form."""
        return f"{self.year}-{self.request}-{self.no}"


@dataclass(frozen=True, slots=True)
class Owed:
    """All that is owed of a tax; ``title`` in the reader's language, ``map`` its code on the payment slip."""

    tax: str
    title: str
    map: str
    taxes: tuple[OwedTax, ...]

    @property
    def amount(self) -> Decimal:
        return sum((one.amount for one in self.taxes), ZERO)

    @property
    def due(self) -> date:
        """The first last day."""
        return min(one.due for one in self.taxes)


def owed(village: str, *, scope: Standing, today: date) -> tuple[Owed, ...]:
    """What a village owes of each tax; raises :class:`NotFound`. Two queries."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    found: dict[str, list[OwedTax]] = {}
    paid = {
        (one.year, one.number): one
        for one in PaymentRequest.objects.filter(region=village[:5], village=village, paid_on__isnull=False)
    }
    for one in open_withholdings(village).order_by("due", "year", "request", "no"):
        row = paid[one.year, one.request]
        assert row.paid_on is not None
        payee = row.payee or row.told
        found.setdefault(one.tax, []).append(
            OwedTax(one.year, one.request, one.no, payee, row.paid_on, one.amount, one.due)
        )
    kinds = reference.tax_rules(region=village[:5], day=today).kinds if found else {}
    return tuple(
        Owed(tax, str(kinds[tax].title) if tax in kinds else tax, kinds[tax].map if tax in kinds else "", tuple(taxes))
        for tax, taxes in sorted(found.items())
    )


def tax_title(tax: str, region: str) -> str:
    """The name of a kind of tax in the reader's language; what stands for it where the rules no longer know it."""
    kinds = reference.tax_rules(region=region, day=date.max).kinds
    return str(kinds[tax].title) if tax in kinds else tax


def open_withholdings(village: str) -> QuerySet[Withholding]:
    """What was withheld and not remitted."""
    return Withholding.objects.filter(region=village[:5], village=village, ntpn=None)
