"""Tax that a village withholds from a payment, and the deadline for remitting it.

Figures are exact until they are rounded down once, so that never more is withheld than the law says. Each names the
version of its rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from pilar.platform.calendar import WorkingDays
from pilar.platform.language import N_, Bilingual
from pilar.villagefinance.rules.dated import Origin

SEN = Decimal("0.01")


class PaymentKind(StrEnum):
    """Kinds of payments that tax law distinguishes."""

    GOODS = "goods"
    SERVICE = "service"
    EQUIPMENT_RENT = "equipment_rent"
    LAND_RENT = "land_rent"
    CATERING = "catering"
    BUILDING = "building"
    BUILDING_DESIGN = "building_design"
    HONORARIUM = "honorarium"
    WAGE = "wage"
    SALARY = "salary"
    UNTAXED = "untaxed"


PAYMENT_NAMES = {
    PaymentKind.GOODS: N_("Goods"),
    PaymentKind.SERVICE: N_("Services delivered"),
    PaymentKind.EQUIPMENT_RENT: N_("Rent of equipment and vehicles"),
    PaymentKind.LAND_RENT: N_("Rent of land and buildings"),
    PaymentKind.CATERING: N_("Meals"),
    PaymentKind.BUILDING: N_("Building works"),
    PaymentKind.BUILDING_DESIGN: N_("Design and supervision of building works"),
    PaymentKind.HONORARIUM: N_("Honorarium"),
    PaymentKind.WAGE: N_("Wages by the day"),
    PaymentKind.SALARY: N_("Fixed income and allowances"),
    PaymentKind.UNTAXED: N_("Aid, contributions and other untaxed payments"),
}


PEOPLE_PAID = frozenset({PaymentKind.SALARY, PaymentKind.HONORARIUM, PaymentKind.WAGE})
"""Payments to people for their work: to several at once, also to officials."""


class Builder(StrEnum):
    """The certificate of a builder: none, that of a small one or a person, or any other."""

    NONE = "none"
    SMALL = "small"
    CERTIFIED = "certified"


BUILDER_NAMES = {
    Builder.NONE: N_("No certificate of a builder"),
    Builder.SMALL: N_("Certificate of a small builder or a person"),
    Builder.CERTIFIED: N_("Certificate of another builder"),
}


class Base(StrEnum):
    """The base of a rate: the amount paid, or the price without the taxes on top of it."""

    GROSS = "gross"
    NET = "net"


@dataclass(frozen=True, slots=True)
class TaxKind:
    """A tax: the account on which it is owed, its code on the payment slip (MAP), its due day, and its rounding."""

    origin: Origin
    title: Bilingual
    account: str
    map: str
    day: int
    months: int
    round_to: Decimal


@dataclass(frozen=True, slots=True)
class Bracket:
    """The rate for a base up to ``up_to``; None is the highest bracket."""

    up_to: Decimal | None
    rate: Decimal


@dataclass(frozen=True, slots=True)
class TaxRule:
    """A tax on certain payments to certain payees. Data: data/villagefinance/taxes.yaml, which explains each field."""

    origin: Origin
    kind: str
    payments: tuple[PaymentKind, ...]
    taxable: bool | None
    small: bool | None
    builders: tuple[Builder, ...]
    base: Base
    on_top: bool
    brackets: tuple[Bracket, ...]
    of: Fraction
    without_number: Decimal
    up_to: Decimal
    up_to_on: Base
    joined: bool


@dataclass(frozen=True, slots=True)
class TaxRules:
    """All tax rules on a day in a region."""

    kinds: Mapping[str, TaxKind]
    taxes: tuple[TaxRule, ...]


@dataclass(frozen=True, slots=True)
class Payee:
    """A payee: with a tax number, charging VAT, with the certificate of a small business, as a builder."""

    numbered: bool
    taxable: bool = False
    small: bool = False
    builder: Builder = Builder.NONE


@dataclass(frozen=True, slots=True)
class Payment:
    """An amount paid, taxes included, in a number of equal ``parts`` that are taxed separately, such as days of
    work."""

    kind: PaymentKind
    gross: Decimal
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Withheld:
    """A tax on a payment. ``joined``: the sum of the payments that belong together; ``exempt``: it is below the
    threshold.

    ``base`` is shown to the sen; ``rate`` applies to the base and includes all surcharges.
    """

    rule: TaxRule
    kind: TaxKind
    base: Decimal
    rate: Decimal
    amount: Decimal
    joined: Decimal
    exempt: bool


def withheld(payment: Payment, payee: Payee, others: Iterable[Payment], rules: TaxRules) -> tuple[Withheld, ...]:
    """Return each tax on a payment, including those not taken because the amount is small.

    ``others``: the other payments to the payee for the same activity, before and after: splitting does not bring an
    amount below a threshold. A payee paid in parts is taxed on each part from the day on which the sum passes it.
    """
    others = tuple(others)
    return tuple(
        _taken(rule, payment, payee, others, rules)
        for rule in rules.taxes
        if payment.kind in rule.payments and _meets(payee, rule)
    )


def due_on(kind: TaxKind, paid: date, calendar: WorkingDays) -> date:
    """Return the last day for remitting a tax that was withheld on ``paid``."""
    months = paid.year * 12 + paid.month - 1 + kind.months
    return calendar.from_day(date(months // 12, months % 12 + 1, kind.day))


def _taken(rule: TaxRule, payment: Payment, payee: Payee, others: tuple[Payment, ...], rules: TaxRules) -> Withheld:
    base = _base(rule.base, payment, payee, rules) / payment.parts
    together = _base(rule.up_to_on, payment, payee, rules)
    if rule.joined:
        same = (other for other in others if other.kind in rule.payments)
        together += sum(_base(rule.up_to_on, other, payee, rules) for other in same)
    else:
        together /= payment.parts
    exempt = together <= Fraction(rule.up_to)
    bracket = next(bracket for bracket in rule.brackets if bracket.up_to is None or base <= Fraction(bracket.up_to))
    rate = bracket.rate if payee.numbered else bracket.rate * rule.without_number
    kind = rules.kinds[rule.kind]
    exact = Fraction(0) if exempt else base * Fraction(rate) * rule.of
    steps = exact // Fraction(kind.round_to)
    amount = steps * kind.round_to * payment.parts
    return Withheld(rule, kind, _shown(base * payment.parts), rate, amount, _shown(together), exempt)


def _base(base: Base, payment: Payment, payee: Payee, rules: TaxRules) -> Fraction:
    """Return the taxed amount: the payment, or its price part; a tax comes on top also where the payee remits it."""
    on_top = [tax for tax in rules.taxes if tax.on_top and payment.kind in tax.payments and _meets(payee, tax)]
    above = sum((Fraction(tax_rule.brackets[0].rate) * tax_rule.of for tax_rule in on_top), Fraction(0))
    return Fraction(payment.gross) / (1 + above if base is Base.NET else 1)


def _meets(payee: Payee, rule: TaxRule) -> bool:
    if rule.taxable not in (None, payee.taxable) or rule.small not in (None, payee.small):
        return False
    return not rule.builders or payee.builder in rule.builders


def _shown(exact: Fraction) -> Decimal:
    return (Decimal(exact.numerator) / exact.denominator).quantize(SEN, ROUND_HALF_UP)
