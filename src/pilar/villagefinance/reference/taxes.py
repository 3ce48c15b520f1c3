"""Taxes on payments of a village, from data/villagefinance/taxes.yaml."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

from pilar.platform.errors import Fault
from pilar.platform.folders import data_folder
from pilar.platform.language import N_
from pilar.villagefinance.reference.dated import (
    Entry,
    account,
    dated,
    flag,
    list_of,
    money,
    ratio,
    refuse,
    share,
    text,
    title,
    whole,
)
from pilar.villagefinance.rules.dated import Origin, in_force, the_one
from pilar.villagefinance.rules.taxes import Base, Bracket, Builder, PaymentKind, TaxKind, TaxRule, TaxRules


def tax_rules(*, region: str, day: date) -> TaxRules:
    """Return the tax rules of a region on a day. Raises NoRule, and Faults if the file is not in order."""
    kinds, taxes = _read(data_folder() / "villagefinance" / "taxes.yaml")
    rules = in_force(taxes, day=day, region=region)
    return TaxRules(
        {tax_rule.kind: the_one(kinds, rule=tax_rule.kind, day=day, region=region) for tax_rule in rules}, rules
    )


@cache
def _read(path: Path) -> tuple[tuple[TaxKind, ...], tuple[TaxRule, ...]]:
    return dated(path, _kind, group="kinds"), dated(path, _tax, group="taxes")


def _kind(entry: Entry, origin: Origin) -> TaxKind:
    return TaxKind(
        origin,
        entry.take("title", title),
        entry.take("account", account),
        entry.take("map", str),
        entry.take("day", _day),
        entry.take("months", whole),
        entry.take("round_to", _step),
    )


def _tax(entry: Entry, origin: Origin) -> TaxRule:
    return TaxRule(
        origin,
        entry.take("kind", text),
        entry.take("payments", list_of(PaymentKind)),
        entry.take("taxable", flag, None),
        entry.take("small", flag, None),
        entry.take("builders", list_of(Builder), ()),
        entry.take("base", Base),
        entry.take("on_top", flag, False),
        _brackets(entry),
        entry.take("of", ratio, Fraction(1)),
        entry.take("without_number", money, Decimal(1)),
        entry.take("up_to", money, Decimal(0)),
        entry.take("up_to_on", Base, Base.GROSS),
        entry.take("joined", flag, True),
    )


def _brackets(entry: Entry) -> tuple[Bracket, ...]:
    if "brackets" not in entry.given:
        return (Bracket(None, entry.take("rate", share)),)
    rows = entry.entries("brackets")
    brackets = tuple(Bracket(row.take("up_to", money, None), row.take("rate", share)) for row in rows)
    for row in rows:
        row.close()
    rising = all(
        bracket.up_to is not None and (two.up_to is None or bracket.up_to < two.up_to)
        for bracket, two in pairwise(brackets)
    )
    if not (brackets and rising and brackets[-1].up_to is None) and not entry.faults:
        sentence = N_("Brackets rise, and the last has no “up_to”")
        entry.faults.append(Fault("unfit-brackets", sentence, {}, entry.place))
    return brackets


def _day(given: str) -> int:
    """Read a day that every month has."""
    return date(2001, 2, whole(given)).day


def _step(given: str) -> Decimal:
    """Read the unit that amounts are rounded to: above zero."""
    return money(given) or refuse(given)
