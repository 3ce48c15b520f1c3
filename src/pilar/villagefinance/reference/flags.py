"""Rules of flags, from data/villagefinance/flags.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pilar.platform.calendar import WorkingDays
from pilar.platform.folders import data_folder
from pilar.villagefinance.reference.clocks import clock_rules
from pilar.villagefinance.reference.dated import Entry, dated, refuse, title, whole
from pilar.villagefinance.reference.taxes import tax_rules
from pilar.villagefinance.rules.dated import Origin, in_force, the_one
from pilar.villagefinance.rules.flags import LIMITS, FlagRule, FlagRules, Term


def flag_rules(
    *, region: str, day: date, calendar: WorkingDays, prices: Mapping[tuple[str, str], Decimal] = MappingProxyType({})
) -> FlagRules:
    """Return the flag rules of a region on a day. Raises NoRule, and Faults if a file is not in order."""
    rules, terms = _read(data_folder() / "villagefinance" / "flags.yaml")
    return FlagRules(
        in_force(rules, day=day, region=region),
        the_one(terms, rule="terms", day=day, region=region),
        prices,
        clock_rules(region=region, day=day)["account_for_advance"],
        tax_rules(region=region, day=day).kinds,
        calendar,
    )


def cash_limit(rule: str, *, region: str, day: date) -> Decimal:
    """Return the amount above which cash is flagged in a region on a day: in a box (``cash``) or paid
    (``cash_paid``)."""
    rules, _terms = _read(data_folder() / "villagefinance" / "flags.yaml")
    return the_one(rules, rule=rule, day=day, region=region).limits["amount"]


@cache
def _read(path: Path) -> tuple[tuple[FlagRule, ...], tuple[Term, ...]]:
    return dated(path, _rule, group="flags"), dated(path, _term, group="terms")


def _rule(entry: Entry, origin: Origin) -> FlagRule:
    limits = {name: entry.take(name, _limit) for name in LIMITS.get(origin.rule, ())}
    return FlagRule(origin, entry.take("title", title), entry.take("weight", whole), limits)


def _term(entry: Entry, origin: Origin) -> Term:
    return Term(origin, entry.take("working_days", whole))


def _limit(given: str) -> Decimal:
    """Read a number above zero."""
    return amount if (amount := Decimal(given)).is_finite() and amount > 0 else refuse(given)
