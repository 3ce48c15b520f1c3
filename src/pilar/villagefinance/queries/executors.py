"""Executors of the activities of a year (PKA), and what they may see and do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from pilar.people.queries import current
from pilar.people.rules import Standing
from pilar.platform.names import reference_of
from pilar.platform.versions import sign_of
from pilar.villagefinance.models import (
    Activity,
    ActivityExecutor,
    BudgetAmount,
    BudgetLine,
    BudgetVersion,
    PaymentRequest,
)
from pilar.villagefinance.queries.cash import Left
from pilar.villagefinance.rules.authority import AUTHORITY, Action, ActivityCase, case_of
from pilar.villagefinance.rules.budgets import BudgetState
from pilar.villagefinance.rules.requests import WRITTEN
from pilar.villagefinance.rules.roles import Role

Named = dict[tuple[int, str], str]
"""The executor of an activity, by year and code."""


@dataclass(frozen=True, slots=True)
class ExecutorRow:
    """An activity of a budget and its executor; ``holds``: that person is still an executor of the village."""

    activity: str
    name: str
    executor: str
    holds: bool

    @property
    def account(self) -> int | None:
        return account_of(self.executor)


def named(village: str, years: Collection[int]) -> Named:
    """Read the executors of activities in years of a village. One query."""
    rows = ActivityExecutor.objects.filter(region=village[:5], village=village, year__in=years).order_by("no")
    set_executors = {(row.year, row.activity): row.executor for row in rows}
    return {of: executor for of, executor in set_executors.items() if executor}


def executors(village: str, year: int, *, now: datetime) -> tuple[ExecutorRow, ...]:
    """Read the activities of the budget of a year and of its drafted changes, each with its executor, for readers of
    the books."""
    of = {"region": village[:5], "village": village, "year": year}
    versions = BudgetVersion.objects.filter(**of)
    last = versions.filter(state=BudgetState.ENACTED).aggregate(last=Max("number"))["last"] or 0
    kept = versions.filter(number__gte=last).exclude(state=BudgetState.DROPPED).values("number")
    given = BudgetAmount.objects.filter(**of, version__in=kept, amount__gt=0).values("line")
    lines = BudgetLine.objects.filter(**of, key__in=given).exclude(activity="")
    codes = sorted(set(lines.values_list("activity", flat=True)))
    names = dict(Activity.objects.filter(region=village[:5], code__in=codes).values_list("code", "name"))
    known, there = named(village, [year]), {f"user:{account}" for account, _name in holders(village, now)}
    return tuple(
        ExecutorRow(code, names.get(code, ""), executor, reference_of(executor) in there)
        for code in codes for executor in [known.get((year, code), "")]
    )  # fmt: skip


def seen_of(known: Named) -> int:
    """A checksum of the executors, sent back with the form that overwrites them."""
    return sign_of(sorted((year, activity, reference_of(executor)) for (year, activity), executor in known.items()))


def holders(village: str, now: datetime) -> list[tuple[int, str]]:
    """Read the executors of a village at a moment: keys and names of their accounts."""
    rows = current(now).filter(unit=village, role=Role.EXECUTOR).order_by("user__name", "user")
    return list(dict.fromkeys(rows.values_list("user", "user__name")))


def account_of(executor: str) -> int | None:
    """Return the key of the account of an activity's executor."""
    kind, _colon, key = reference_of(executor).partition(":")
    return int(key) if kind == "user" else None


def case_of_activity(village: str, year: int, activity: str, known: Named) -> ActivityCase:
    """Return the case of an activity of a year, for the permission table."""
    return _case(village, [known.get((year, activity), "")])


def own_lines(by: Standing, village: str, lines: Sequence[Left]) -> list[Left]:
    """Filter the budget lines on which a person may request a payment."""
    if AUTHORITY.may(by, Action.WRITE_REQUEST, case_of(village)):
        return [*lines]
    known = named(village, {left.year for left in lines})
    cases = {
        place: case_of_activity(village, *place, known) for place in {(line.year, line.activity) for line in lines}
    }
    return [left for left in lines if AUTHORITY.may(by, Action.WRITE_REQUEST, cases[left.year, left.activity])]


def case_of_request(row: PaymentRequest, known: Named | None = None) -> ActivityCase:
    """Return the case of a request: its sender stays responsible for it, also when the activity gets another
    executor."""
    known = _named_once(row) if known is None else known
    own = [known.get((row.year, row.activity), "")]
    return _case(row.village, own if row.state in WRITTEN else [*own, row.maker])


def _named_once(row: PaymentRequest) -> Named:
    """Read the executors of the year of a request once; its village is locked while somebody acts on it."""
    known: dict[str, Named] = vars(row)
    if "named" not in known:
        known["named"] = named(row.village, [row.year])
    return known["named"]


def _case(village: str, own: Iterable[str]) -> ActivityCase:
    accounts = frozenset(account for reference in own if (account := account_of(reference)) is not None)
    return ActivityCase(village[:5], unit=village, executors=accounts)


def reads_all(village: str, scope: Standing) -> bool:
    """Return whether a person reads the requests of all activities, not only those of an executor's own."""
    return AUTHORITY.holds(scope, Action.READ_REQUESTS, case_of(village))


def readable(village: str, scope: Standing) -> Q:
    """Return the condition on PaymentRequest for the requests that a reader of the books reads: all of them, or an
    executor's own."""
    if reads_all(village, scope):
        return Q()
    return Q(village=village) & own_requests(scope)


def own_requests(scope: Standing) -> Q:
    """Return the condition on PaymentRequest for requests of an executor's activities, and those that they have sent.
    One query."""
    units = {held.unit for held in scope.memberships if held.role == Role.EXECUTOR and held.unit}
    rows = ActivityExecutor.objects.filter(region__in={unit[:5] for unit in units}, village__in=units).order_by("no")
    named_last = {(row.village, row.year, row.activity): reference_of(row.executor) for row in rows}
    own = defaultdict[tuple[str, int], list[str]](list)
    for (village, year, activity), executor in named_last.items():
        if executor == scope.signature:
            own[village, year].append(activity)
    condition = Q(village__in=units, maker=scope.signature) & ~Q(state__in=WRITTEN)
    for (village, year), activities in own.items():
        condition |= Q(village=village, year=year, activity__in=activities)
    return condition
