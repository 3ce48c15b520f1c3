"""What a village withholds from a payment and until when it remits that.

Figures are exact until they are rounded once, down, so that no more is ever withheld than the law says. Each names the
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
    """What a payment is for, as the law on taxes parts it."""

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
"""Paid to people for their work: to several of them at once, to officials too."""


class Builder(StrEnum):
    """The certificate of a builder: none, that of a small one or a person, any other."""

    NONE = "none"
    SMALL = "small"
    CERTIFIED = "certified"


BUILDER_NAMES = {
    Builder.NONE: N_("No certificate of a builder"),
    Builder.SMALL: N_("Certificate of a small builder or a person"),
    Builder.CERTIFIED: N_("Certificate of another builder"),
}


class Base(StrEnum):
    """What a rate is taken of: what is paid, or the price without the taxes that come on top of it."""

    GROSS = "gross"
    NET = "net"


@dataclass(frozen=True, slots=True)
class TaxKind:
    """A tax: the account where it is owed, its code on the payment slip (MAP), its due day, and its rounding."""

    origin: Origin
    title: Bilingual
    account: str
    map: str
    day: int
    months: int
    round_to: Decimal


@dataclass(frozen=True, slots=True)
class Bracket:
    """The rate of a base that is no higher than ``up_to``; None is the highest bracket."""

    up_to: Decimal | None
    rate: Decimal


@dataclass(frozen=True, slots=True)
class TaxRule:
    """A tax on certain payments to certain payees. Data: data/villagefinance/taxes.yaml, which says what each is."""

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
    """Everything that holds on a day in a region."""

    kinds: Mapping[str, TaxKind]
    taxes: tuple[TaxRule, ...]


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid: with a tax number, charging VAT, with the certificate of a small business, as a builder."""

    numbered: bool
    taxable: bool = False
    small: bool = False
    builder: Builder = Builder.NONE


@dataclass(frozen=True, slots=True)
class Payment:
    """What is paid, taxes included, in so many equal ``parts``, of which each is taxed alone, such as days of work."""

    kind: PaymentKind
    gross: Decimal
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Withheld:
    """A tax on a payment. ``joined``: what the payments that belong together come to; ``exempt``: that is too little.

    ``base`` is shown to the sen; ``rate`` is that on the base, with all that raises it.
    """

    rule: TaxRule
    kind: TaxKind
    base: Decimal
    rate: Decimal
    amount: Decimal
    joined: Decimal
    exempt: bool


def withheld(payment: Payment, payee: Payee, others: Iterable[Payment], rules: TaxRules) -> tuple[Withheld, ...]:
    """Each tax on a payment, with those of which nothing is taken because it is small.

    ``others``: the other payments to the payee for the same activity, before and after: an amount below a threshold
    is not reached by splitting. Who is paid in parts below it is taxed on each from the day when that is seen.
    """
    others = tuple(others)
    return tuple(
        _taken(rule, payment, payee, others, rules)
        for rule in rules.taxes
        if payment.kind in rule.payments and _meets(payee, rule)
    )


def due_on(kind: TaxKind, paid: date, calendar: WorkingDays) -> date:
    """The last day on which a tax that was withheld on ``paid`` is remitted in time."""
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
    """Tell what is paid, or what of it is price: a tax comes on top also where the payee remits it."""
    on_top = [tax for tax in rules.taxes if tax.on_top and payment.kind in tax.payments and _meets(payee, tax)]
    above = sum((Fraction(tax_rule.brackets[0].rate) * tax_rule.of for tax_rule in on_top), Fraction(0))
    return Fraction(payment.gross) / (1 + above if base is Base.NET else 1)


def _meets(payee: Payee, rule: TaxRule) -> bool:
    if rule.taxable not in (None, payee.taxable) or rule.small not in (None, payee.small):
        return False
    return not rule.builders or payee.builder in rule.builders


def _shown(exact: Fraction) -> Decimal:
    return (Decimal(exact.numerator) / exact.denominator).quantize(SEN, ROUND_HALF_UP)
