"""Red flags: facts in the books of a village that are worth a question. No flag means that anything is wrong.

Each names its rule and version and the figures that raised it. Limits are dated data
(``data/villagefinance/flags.yaml``); due days are those of the clocks and taxes.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import groupby
from typing import Any

from pilar.platform.calendar import WorkingDays
from pilar.platform.language import N_, Bilingual
from pilar.villagefinance.rules.clocks import Clock, due
from pilar.villagefinance.rules.codes import ADVANCE, CASH, is_under
from pilar.villagefinance.rules.dated import Origin
from pilar.villagefinance.rules.facts import Facts, Moved, Paid
from pilar.villagefinance.rules.taxes import TaxKind, due_on

ZERO, LONGEST = Decimal(0), 190
LIMITS = {
    "split": ("amount", "days"), "evidence": (), "official": ("work",), "advance": (), "tax": (),
    "price": ("times", "villages"), "last_days": ("days", "share"), "round": ("unit", "share", "payments"),
    "digits": ("deviation", "payments"), "cash": ("amount", "days"), "cash_paid": ("amount",),
    "backdated": ("days", "entries"), "supplier": ("villages",),
}  # fmt: skip
"""The rules with their limits."""
INPUT_NAMES = {
    "payee": N_("Payee"), "requests": N_("Payment requests"), "amount": N_("Amount, Rp"),
    "limit": N_("Limit, Rp"), "days": N_("Within days"), "first": N_("First day"), "last": N_("Last day"),
    "due": N_("Due on"), "activity": N_("Activity"), "tax": N_("Tax"), "item": N_("Item"),
    "price": N_("Unit price, Rp"), "standard": N_("Standard price, Rp"), "median": N_("Middle price, Rp"),
    "villages": N_("Villages"), "share": N_("Part"), "payments": N_("Payments"), "entries": N_("Entries"),
    "deviation": N_("Mean difference from Benford’s law"), "unit": N_("Multiples of, Rp"),
    "recorded": N_("Booked on"), "digits": N_("First digits 1 to 9"), "files": N_("Fingerprint of the file"),
    "elsewhere": N_("Other villages with it"), "reason": N_("Reason that the village gives"),
}  # fmt: skip
MONEY = frozenset({"amount", "limit", "price", "standard", "median", "unit"})
DAYS = frozenset({"first", "last", "due", "recorded"})


@dataclass(frozen=True, slots=True)
class FlagRule:
    """A rule for raising flags, its weight in the ranking, and its limits by name."""

    origin: Origin
    title: Bilingual
    weight: int
    limits: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Term:
    """The working days in which a village answers before the inspectorate is told."""

    origin: Origin
    working_days: int


@dataclass(frozen=True, slots=True)
class Standard:
    """The highest price that a region accepts for an item (standar biaya umum), by a regulation, and since when."""

    item: str
    unit: str
    price: Decimal
    rule: str
    since: date

    @property
    def key(self) -> tuple[str, str]:
        """Item and unit, independent of spelling variants."""
        return folded(self.item), folded(self.unit)

    @property
    def dated(self) -> tuple[str, str, date]:
        """Item and unit, with the day from which the price holds."""
        return (*self.key, self.since)


@dataclass(frozen=True, slots=True)
class FlagRules:
    """All rules and prices by which flags are raised in a region on a day."""

    rules: tuple[FlagRule, ...]
    term: Term
    prices: Mapping[tuple[str, str], Decimal]
    advance: Clock
    taxes: Mapping[str, TaxKind]
    calendar: WorkingDays


@dataclass(frozen=True, slots=True)
class Found:
    """A flag: its rule, its subject (the same text for the same thing), day and figures."""

    rule: str
    version: int
    subject: str
    day: date
    amount: Decimal
    inputs: Mapping[str, Any]


Raised = tuple[str, date, Decimal, dict[str, Any]]
Check = Callable[[Facts, FlagRule, FlagRules], Iterator[Raised]]


def flags(facts: Facts, rules: FlagRules) -> tuple[Found, ...]:
    """Return all flags of a village and year."""
    return tuple(
        Found(rule.origin.rule, rule.origin.version, _kept(subject), day, amount, inputs)
        for rule in rules.rules
        for subject, day, amount, inputs in CHECKS[rule.origin.rule](facts, rule, rules)
    )


def _kept(subject: str) -> str:
    """Return a subject that fits its column even with a number appended; long ones are kept distinct by a hash."""
    return subject if len(subject) <= LONGEST else f"{subject[:170]}{sha256(subject.encode()).hexdigest()[:20]}"


def folded(text: str) -> str:
    """Return a name without the variations in people's spelling."""
    return " ".join(text.casefold().split())


def _split(facts: Facts, rule: FlagRule, _rules: FlagRules) -> Iterator[Raised]:
    most, days = rule.limits["amount"], int(rule.limits["days"])
    together = defaultdict[tuple[str, str], list[Paid]](list)
    for payment in facts.paid:
        if payment.amount < most and not payment.work:
            together[folded(payment.payee), payment.activity].append(payment)
    for (payee, activity), paid in together.items():
        left = deque(sorted(paid, key=lambda payment: (payment.day, payment.number)))
        while left:
            near = [payment for payment in left if payment.day - left[0].day < timedelta(days)]
            total = sum((payment.amount for payment in near), ZERO)
            if total < most:
                left.popleft()
                continue
            yield f"{payee}/{activity}/{near[0].day}", near[-1].day, total, {
                "payee": near[0].payee, "activity": activity, "requests": [payment.number for payment in near],
                "amount": total, "limit": most, "days": days,
            }  # fmt: skip
            for _one in near:
                left.popleft()


def _official(facts: Facts, rule: FlagRule, _rules: FlagRules) -> Iterator[Raised]:
    """Flag payments to an official as a supplier, and an official's wages and honoraria of a year above the usual."""
    yield from _by_payee(paid for paid in facts.paid if paid.own and not paid.work)
    for name, day, total, inputs in _by_payee(paid for paid in facts.paid if paid.own and paid.work):
        if total > rule.limits["work"]:
            yield f"{name}/work", day, total, {**inputs, "limit": rule.limits["work"]}


def _evidence(facts: Facts, _rule: FlagRule, _rules: FlagRules) -> Iterator[Raised]:
    for copied in facts.copied:
        inputs = {
            "files": copied.digest,
            "requests": copied.requests,
            "elsewhere": copied.elsewhere,
            "amount": copied.amount,
        }
        yield copied.digest, copied.day, copied.amount, inputs


def _supplier(facts: Facts, rule: FlagRule, _rules: FlagRules) -> Iterator[Raised]:
    yield from _by_payee(paid for paid in facts.paid if paid.villages >= rule.limits["villages"] and not paid.work)


def _by_payee(paid: Iterable[Paid]) -> Iterator[Raised]:
    def payee(payment: Paid) -> str:
        return folded(payment.payee)

    for name, group in groupby(
        sorted(paid, key=lambda payment: (payee(payment), payment.day, payment.number)), key=payee
    ):
        own = list(group)
        total = sum((payment.amount for payment in own), ZERO)
        yield name, own[-1].day, total, {
            "payee": own[0].payee, "requests": [payment.number for payment in own], "amount": total,
            "villages": max(payment.villages for payment in own),
        }  # fmt: skip


def _advance(facts: Facts, _rule: FlagRule, rules: FlagRules) -> Iterator[Raised]:
    for holder, moved in _holders(facts, ADVANCE):
        for day, open_ in _oldest(moved, 1, facts.year):
            until = due(rules.advance, day, rules.calendar).day
            if until < facts.today:
                inputs = {"activity": holder, "amount": open_, "first": day, "due": until}
                yield f"{holder}/{day}", until, open_, inputs


def _tax(facts: Facts, _rule: FlagRule, rules: FlagRules) -> Iterator[Raised]:
    for holder, moved in _holders(facts, "7.1"):
        owed = defaultdict[date, Decimal](Decimal)
        for day, open_ in _oldest(moved, -1, facts.year):
            if holder in rules.taxes:
                owed[due_on(rules.taxes[holder], day, rules.calendar)] += open_
        for until, amount in owed.items():
            if until < facts.today:
                yield f"{holder}/{until}", until, amount, {"tax": holder, "amount": amount, "due": until}


def _holders(facts: Facts, account: str) -> Iterator[tuple[str, list[Moved]]]:
    moveds = sorted(
        (moved for moved in facts.moved if is_under(moved.account, account)),
        key=lambda movement: (movement.holder, movement.day),
    )
    return ((holder, list(group)) for holder, group in groupby(moveds, key=lambda movement: movement.holder))


def _oldest(moved: Iterable[Moved], sign: int, year: int) -> Iterator[tuple[date, Decimal]]:
    """Yield the amounts still held with the day they came; the oldest money is spent first."""
    left = deque[list[Any]]()
    for movement in moved:
        amount = movement.amount * sign
        if amount > 0:
            # Money carried into a year came in the year before.
            left.append([movement.day if movement.day > date(year, 1, 1) else date(year - 1, 12, 31), amount])
        while amount < 0 and left:
            taken = min(-amount, left[0][1])
            left[0][1] -= taken
            amount += taken
            if not left[0][1]:
                left.popleft()
    return ((day, amount) for day, amount in left)


def _price(facts: Facts, rule: FlagRule, rules: FlagRules) -> Iterator[Raised]:
    for priced in facts.priced:
        standard = rules.prices.get((folded(priced.item), folded(priced.unit)))
        beside = priced.median * rule.limits["times"] if priced.villages >= rule.limits["villages"] else None
        if (standard is None or priced.price <= standard) and (beside is None or priced.price <= beside):
            continue
        inputs: dict[str, Any] = {
            "item": f"{priced.item} / {priced.unit}",
            "price": priced.price,
            "amount": priced.amount,
        }
        if standard is not None:
            inputs["standard"] = standard
        if beside is not None:
            inputs |= {"median": priced.median, "villages": priced.villages}
        yield f"{folded(priced.item)}/{folded(priced.unit)}/{priced.price}", facts.today, priced.amount, inputs


def _last_days(facts: Facts, rule: FlagRule, _rules: FlagRules) -> Iterator[Raised]:
    last, days = date(facts.year, 12, 31), int(rule.limits["days"])
    first = last - timedelta(days - 1)
    total = sum((booked.spent for booked in facts.booked), ZERO)
    late = sum((booked.spent for booked in facts.booked if booked.day >= first), ZERO)
    if total and late / total > rule.limits["share"]:
        inputs = {"first": first, "last": last, "amount": late, "share": _share(late / total)}
        yield str(facts.year), last, late, inputs


def _round(facts: Facts, rule: FlagRule, _rules: FlagRules) -> Iterator[Raised]:
    spent, unit = _spent(facts), rule.limits["unit"]
    even = [amount for amount in spent if amount % unit == 0]
    if len(spent) >= rule.limits["payments"] and len(even) / Decimal(len(spent)) > rule.limits["share"]:
        share = _share(len(even) / Decimal(len(spent)))
        inputs = {"payments": len(spent), "unit": unit, "share": share}
        yield str(facts.year), facts.today, sum(even, ZERO), inputs


def _digits(facts: Facts, rule: FlagRule, _rules: FlagRules) -> Iterator[Raised]:
    spent = _spent(facts)
    if not spent or len(spent) < rule.limits["payments"]:
        return
    counted = Counter(int(str(amount).replace(".", "").lstrip("0")[0]) for amount in spent)
    apart = [abs(counted[digit] / Decimal(len(spent)) - (1 + 1 / Decimal(digit)).log10()) for digit in range(1, 10)]
    if (deviation := sum(apart, ZERO) / 9) > rule.limits["deviation"]:
        inputs = {
            "payments": len(spent), "digits": [counted[digit] for digit in range(1, 10)],
            "deviation": str(round(deviation, 4)),
        }  # fmt: skip
        yield str(facts.year), facts.today, sum(spent, ZERO), inputs


def _spent(facts: Facts) -> list[Decimal]:
    return [booked.spent for booked in facts.booked if booked.spent > 0]


def _share(part: Decimal) -> str:
    return f"{part * 100:.1f}%"


def _cash(facts: Facts, rule: FlagRule, _rules: FlagRules) -> Iterator[Raised]:
    """Flag each period in which a box holds more cash than allowed, and cash that stays in it longer than allowed."""
    most, days = rule.limits["amount"], int(rule.limits["days"])
    for holder, moved in _holders(facts, CASH):
        held, since, highest = ZERO, None, ZERO
        for movement in moved:
            held += movement.amount
            if held > most:
                since, highest = since or movement.day, max(highest, held)
            if since and (held <= most or movement is moved[-1]):
                yield f"{holder}/{since}", since, highest, {"amount": highest, "limit": most, "first": since}
                since, highest = None, ZERO
        old = [(day, left) for day, left in _oldest(moved, 1, facts.year) if facts.today - day > timedelta(days)]
        if old:
            kept = sum((left for _day, left in old), ZERO)
            yield f"{holder}/{old[0][0]}/{days}", facts.today, kept, {
                "amount": kept, "first": old[0][0], "days": days,
            }  # fmt: skip


def _cash_paid(facts: Facts, rule: FlagRule, _rules: FlagRules) -> Iterator[Raised]:
    for paid in facts.paid:
        if paid.cash and paid.amount > rule.limits["amount"] and not paid.work:
            yield str(paid.number), paid.day, paid.amount, {
                "payee": paid.payee, "requests": [paid.number], "amount": paid.amount, "limit": rule.limits["amount"],
                "reason": paid.reason or "–",
            }  # fmt: skip


def _backdated(facts: Facts, rule: FlagRule, _rules: FlagRules) -> Iterator[Raised]:
    back = timedelta(int(rule.limits["days"]))
    late = sorted(
        (booked for booked in facts.booked if booked.recorded - booked.day > back), key=lambda entry: entry.recorded
    )
    for recorded, group in groupby(late, key=lambda entry: entry.recorded):
        own = list(group)
        if len(own) >= rule.limits["entries"]:
            total = sum((booked.spent for booked in own), ZERO)
            inputs = {
                "recorded": recorded, "entries": [booked.place for booked in own], "amount": total,
                "first": min(booked.day for booked in own), "last": max(entry.day for entry in own),
            }  # fmt: skip
            yield str(recorded), recorded, total, inputs


CHECKS: Mapping[str, Check] = {
    "split": _split, "evidence": _evidence, "official": _official, "advance": _advance, "tax": _tax, "price": _price,
    "last_days": _last_days, "round": _round, "digits": _digits, "cash": _cash, "cash_paid": _cash_paid,
    "backdated": _backdated, "supplier": _supplier,
}  # fmt: skip
