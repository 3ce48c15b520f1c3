"""Tax that was withheld and not remitted yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from pilar.people.rules import Standing
from pilar.villagefinance import reference
from pilar.villagefinance.models import NtpnChange, PaymentRequest, Remittance, Withholding
from pilar.villagefinance.queries.executors import case_of_request, named
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of

ZERO = Decimal(0)
MAX_SHOWN = 24
"""Remittances shown: those of some months."""


@dataclass(frozen=True, slots=True)
class OwedTax:
    """A tax withheld from a payment; ``due`` is its last day, ``is_open``: the reader may open its request."""

    year: int
    request: int
    no: int
    payee: str
    paid_on: date
    amount: Decimal
    due: date
    is_open: bool

    @property
    def key(self) -> str:
        """The key of the tax in a form."""
        return f"{self.year}-{self.request}-{self.no}"


@dataclass(frozen=True, slots=True)
class Owed:
    """The total owed of a tax; ``title`` in the reader's language, ``map`` its code on the payment slip."""

    tax: str
    title: str
    map: str
    taxes: tuple[OwedTax, ...]

    @property
    def amount(self) -> Decimal:
        return sum((tax.amount for tax in self.taxes), ZERO)

    @property
    def due(self) -> date:
        """The earliest deadline."""
        return min(tax.due for tax in self.taxes)


@dataclass(frozen=True, slots=True)
class DroppedNtpn:
    """A number that was asked for and dropped: who dropped it, and why."""

    number: str
    by: str
    told: str


@dataclass(frozen=True, slots=True)
class Remitted:
    """Tax remitted under the number of a receipt; ``was``: numbers entered before; ``dropped``: corrections that were
    dropped. ``correct`` is the number of a change (``no``, ``asked_by``) that a second person has not confirmed yet."""

    ntpn: str
    title: str
    amount: Decimal
    date: date
    year: int
    place: int
    was: tuple[str, ...]
    dropped: tuple[DroppedNtpn, ...]
    no: int | None
    correct: str
    asked_by: str


def remitted(village: str, *, scope: Standing) -> tuple[Remitted, ...]:
    """The last remittances of a village, the newest first; raises :class:`NotFound`. Two queries."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    of_village = {"region": village[:5], "village": village}
    changes = list(NtpnChange.objects.filter(**of_village).order_by("no"))
    remittances = []
    for remittance in Remittance.objects.filter(**of_village).order_by("-date", "-year", "-place")[:MAX_SHOWN]:
        last = next((change for change in reversed(changes) if change.ntpn == remittance.ntpn), None)
        asked = last if last and not (last.confirmed_at or last.dropped_at) else None
        was = _numbers_before(remittance.ntpn, changes)
        dropped = tuple(
            DroppedNtpn(of.correct, of.dropped_by, of.told) for of in changes
            if of.dropped_at and of.ntpn in (remittance.ntpn, *was)
        )  # fmt: skip
        remittances.append(
            Remitted(
                remittance.ntpn,
                tax_title(remittance.tax, village[:5]),
                remittance.amount,
                remittance.date,
                remittance.year,
                remittance.place,
                was,
                dropped,
                asked.no if asked else None,
                asked.correct if asked else "",
                asked.asked_by if asked else "",
            )
        )
    return tuple(remittances)


def confirmed_ntpn(village: str, no: int, *, by: Standing) -> bool:
    """Return whether ``by`` has confirmed a corrected number. One query."""
    rows = NtpnChange.objects.filter(region=village[:5], village=village, no=no)
    return rows.filter(confirmed_by=by.signature).exists()


def _numbers_before(ntpn: str, changes: list[NtpnChange]) -> tuple[str, ...]:
    numbers: list[str] = []
    for change in reversed(changes):
        if change.confirmed_at is not None and change.correct == (numbers[-1] if numbers else ntpn):
            numbers.append(change.ntpn)
    return tuple(numbers)


def owed(village: str, *, scope: Standing, today: date) -> tuple[Owed, ...]:
    """Read the amount that a village owes of each tax; raises :class:`NotFound`. Three queries."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    by_tax: dict[str, list[OwedTax]] = {}
    paid = {
        (request.year, request.number): request
        for request in PaymentRequest.objects.filter(region=village[:5], village=village, paid_on__isnull=False)
    }
    rows = list(open_withholdings(village).order_by("due", "year", "request", "no"))
    known = named(village, {withholding.year for withholding in rows})
    for withholding in rows:
        row = paid[withholding.year, withholding.request]
        assert row.paid_on is not None
        payee, is_open = row.payee or row.told, AUTHORITY.may(scope, Action.READ_REQUESTS, case_of_request(row, known))
        by_tax.setdefault(withholding.tax, []).append(
            OwedTax(
                withholding.year,
                withholding.request,
                withholding.no,
                payee,
                row.paid_on,
                withholding.amount,
                withholding.due,
                is_open,
            )
        )
    kinds = reference.tax_rules(region=village[:5], day=today).kinds if by_tax else {}
    return tuple(
        Owed(tax, str(kinds[tax].title) if tax in kinds else tax, kinds[tax].map if tax in kinds else "", tuple(taxes))
        for tax, taxes in sorted(by_tax.items())
    )


def tax_title(tax: str, region: str) -> str:
    """Return the name of a kind of tax in the reader's language, or its code where the rules no longer know it."""
    kinds = reference.tax_rules(region=region, day=date.max).kinds
    return str(kinds[tax].title) if tax in kinds else tax


def open_withholdings(village: str) -> QuerySet[Withholding]:
    """Select the withholdings that are not remitted."""
    return Withholding.objects.filter(region=village[:5], village=village, ntpn=None)
