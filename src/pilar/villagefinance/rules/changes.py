"""The effect of a change on a budget, before it is drafted: the movements, whether they are allowed, and every rule on
the result.

An amendment (perubahan APBDes) is a regulation of the village, as a rule once a year. A shift (perubahan penjabaran) is
a regulation of the head: it moves objects within a kind of expenditure of an activity, uses last year's rest, adds
spending paid by new aid, and is counted separately. Permendagri 20/2018, pasal 40.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.villagefinance.rules.codes import EXPENDITURE, FINANCING_IN, FINANCING_OUT, REVENUE, is_under, parts
from pilar.villagefinance.rules.evaluation import ZERO, BudgetRow, Chart, Check, Draft, Sheet, evaluate, place_of
from pilar.villagefinance.rules.limits import BudgetRules, Changes

KIND = 3
"""The number of parts of an account that make its kind (jenis)."""

Key = tuple[str, str, str]
"""Activity, account and fund of a line."""


@dataclass(frozen=True, slots=True)
class Movement:
    """A line that a change moves, with its amounts before and after."""

    activity: str
    account: str
    fund: str
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Change:
    """A proposed change. ``used``: the amount of each line taken by open requests and payments; by fund: money
    received, money paid, and the money there is now, including advances.

    ``amendments`` and ``shifts``: their numbers in the year so far; ``extraordinary``: the regulation that allows one
    more.
    """

    before: Draft
    after: Draft
    used: Mapping[Key, Decimal] = field(default_factory=dict)
    received: Mapping[str, Decimal] = field(default_factory=dict)
    paid: Mapping[str, Decimal] = field(default_factory=dict)
    cash: Mapping[str, Decimal] = field(default_factory=dict)
    amendments: int = 0
    shifts: int = 0
    extraordinary: str = ""


def movements(before: Iterable[BudgetRow], after: Iterable[BudgetRow]) -> tuple[Movement, ...]:
    """The lines that differ, by their codes; a new or dropped line counts as 0 on one side."""
    old, new = _amounts(before), _amounts(after)
    return tuple(
        Movement(*key, old.get(key, ZERO), new.get(key, ZERO))
        for key in sorted({*old, *new})
        if old.get(key, ZERO) != new.get(key, ZERO)
    )


def amendment(change: Change, rules: BudgetRules, chart: Chart) -> Sheet:
    """Return the sheet of an amendment."""
    allowed = change.amendments < rules.changes.most_amendments or change.extraordinary
    sentence = N_("The year has had %(count)s amendment; a further one needs a regulation of the regent")
    faults = () if allowed else (Fault("amended-already", sentence, {"count": change.amendments}),)
    counted = Check(rules.changes.origin, N_("Amendments of the year"), _count(change.amendments), faults)
    return Sheet((counted, *_common(change, rules), *evaluate(change.after, rules, chart).checks))


def shift(change: Change, rules: BudgetRules, chart: Chart) -> Sheet:
    """Return the sheet of a shift, which may touch only certain lines."""
    faults = tuple(_beyond_shift(change, rules.changes))
    counted = Check(rules.changes.origin, N_("What a shift may touch"), _count(change.shifts), faults)
    return Sheet((counted, *_common(change, rules), *evaluate(change.after, rules, chart).checks))


def _count(so_far: int) -> Mapping[str, Decimal]:
    return {"number": Decimal(so_far + 1)}


def _common(change: Change, rules: BudgetRules) -> Iterator[Check]:
    spent = rules.forms["not_below_spent"].origin
    yield Check(spent, N_("No line below what is spent or asked for"), {}, tuple(_below_spent(change)))
    yield Check(rules.forms["cash_holds"].origin, N_("Money for what is left to pay"), {}, tuple(_short(change)))


def _below_spent(change: Change) -> Iterator[Fault]:
    after = _amounts(change.after.rows)
    for key, used in sorted(change.used.items()):
        if after.get(key, ZERO) < used:
            sentence = N_("Rp%(used)s of the line is spent or asked for, more than Rp%(amount)s")
            yield Fault("below-spent", sentence, {"used": used, "amount": after.get(key, ZERO)}, place_of(*key))


def _short(change: Change) -> Iterator[Fault]:
    """Yield the funds whose money, including what is still expected, is less than what is still to be paid."""
    draft = change.after
    for fund in sorted({row.fund for row in draft.rows}):
        budgeted = draft.total(REVENUE, fund) + draft.total(FINANCING_IN, fund)
        to_come = max(budgeted - change.received.get(fund, ZERO), ZERO)
        to_pay = draft.total(EXPENDITURE, fund) + draft.total(FINANCING_OUT, fund) - change.paid.get(fund, ZERO)
        there = change.cash.get(fund, ZERO) + to_come
        if to_pay > there:
            sentence = N_("Rp%(left)s of %(fund)s is left to pay, Rp%(there)s is there or still to come")
            yield Fault("cash-short", sentence, {"fund": fund, "left": to_pay, "there": there}, fund)


def _beyond_shift(change: Change, rule: Changes) -> Iterator[Fault]:
    by_kind: dict[Key, Decimal] = defaultdict(Decimal)
    fresh: dict[str, Decimal] = defaultdict(Decimal)
    for moved in movements(change.before.rows, change.after.rows):
        place = place_of(moved.activity, moved.account, moved.fund)
        aid = any(is_under(moved.account, head) for head in rule.aid)
        if is_under(moved.account, EXPENDITURE):
            by_kind[moved.activity, parts(moved.account)[:KIND][-1], moved.fund] += moved.difference
        elif moved.difference < 0 or not (aid or is_under(moved.account, rule.carried)):
            sentence = N_("Beside expenditure only last year's rest and aid may rise; this needs an amendment")
            yield Fault("shift-of-revenue", sentence, {}, place)
        elif aid and change.amendments < rule.most_amendments:
            sentence = N_("Aid is taken up by the amendment of the year, which is still to come")
            yield Fault("aid-too-early", sentence, {}, place)
        else:
            fresh[moved.fund] += moved.difference
    raised: dict[str, Decimal] = defaultdict(Decimal)
    for (activity, kind, fund), difference in sorted(by_kind.items()):
        if difference < 0:
            sentence = N_("Rp%(amount)s leaves this kind of expenditure of the activity: that needs an amendment")
            yield Fault("kind-lowered", sentence, {"amount": -difference}, place_of(activity, kind, fund))
        raised[fund] += max(difference, ZERO)
    for fund, amount in sorted(raised.items()):
        if amount > fresh[fund]:
            sentence = N_("Rp%(amount)s more is to be spent from %(fund)s; Rp%(fresh)s of it is new")
            yield Fault("raised-beyond", sentence, {"fund": fund, "amount": amount, "fresh": fresh[fund]}, fund)


def _amounts(rows: Iterable[BudgetRow]) -> Mapping[Key, Decimal]:
    sums: dict[Key, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row.activity, row.account, row.fund] += row.amount
    return sums
