"""Content of a version of a budget, line by line with its items, and its evaluation sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum

from pilar.areas.reference import today_in
from pilar.people.rules import NotFound, Standing
from pilar.platform.versions import sign_of
from pilar.villagefinance import reference
from pilar.villagefinance.models import (
    Account,
    Activity,
    Book,
    BudgetAmount,
    BudgetLine,
    BudgetStep,
    BudgetVersion,
    CarriedLine,
    CashPlan,
    CashPosition,
    Ceiling,
    CostItem,
    Fund,
    RequestLine,
)
from pilar.villagefinance.queries.plans import plan
from pilar.villagefinance.queries.positions import realised
from pilar.villagefinance.queries.versions import VersionRow, version, versions_of
from pilar.villagefinance.rules import changes, sheets
from pilar.villagefinance.rules.budgets import INTERIM, BudgetFacts, BudgetKind, BudgetState
from pilar.villagefinance.rules.changes import Change
from pilar.villagefinance.rules.codes import ADVANCE, EXPENDITURE, FINANCING_OUT, MONEY, is_under
from pilar.villagefinance.rules.evaluation import (
    ZERO,
    BudgetRow,
    Chart,
    CostRow,
    Draft,
    Sheet,
    before_enactment,
    evaluate,
    rules_day,
)

OUT = (EXPENDITURE, FINANCING_OUT)
"""Accounts on which money goes out."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of the RAB under a line."""

    description: str
    package: str
    output: str
    volume: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a version; ``months`` is its cash plan (RAK), empty without one."""

    key: int
    activity: str
    account: str
    fund: str
    amount: Decimal
    items: tuple[ItemRow, ...] = ()
    months: tuple[Decimal, ...] = ()
    activity_name: str = ""
    account_name: str = ""

    @property
    def budgeted(self) -> BudgetRow:
        return BudgetRow(self.activity, self.account, self.fund, self.amount)

    @property
    def planned(self) -> bool:
        """True if the months add up to the amount."""
        return sum(self.months, ZERO) == self.amount

    @property
    def seen(self) -> int:
        """A checksum of the months; a different one means that somebody has changed them."""
        return sign_of((self.amount, self.months))


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An activity of a budget, or its revenue and financing (no code), with its lines."""

    code: str
    name: str
    lines: tuple[LineRow, ...]

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def outputs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item.output for line in self.lines for item in line.items if item.output))


@dataclass(frozen=True, slots=True)
class BudgetDetail:
    """A version with its lines in order."""

    version: VersionRow
    lines: tuple[LineRow, ...]
    draft: Draft

    @property
    def activities(self) -> tuple[ActivityRow, ...]:
        """The expenditure by activity."""
        lines = defaultdict[str, list[LineRow]](list)
        for line in self.lines:
            if line.activity:
                lines[line.activity].append(line)
        return tuple(ActivityRow(code, rows[0].activity_name, tuple(rows)) for code, rows in sorted(lines.items()))

    @property
    def others(self) -> tuple[LineRow, ...]:
        """Revenue and financing."""
        return tuple(line for line in self.lines if not line.activity)

    @property
    def unplanned(self) -> tuple[LineRow, ...]:
        """Lines whose cash plan does not add up to them."""
        return tuple(line for line in self.lines if not line.planned)


def items_seen(lines: Iterable[LineRow]) -> int:
    """A checksum of lines with their items; a different one means that somebody has changed them."""
    return sign_of([(line.activity, line.account, line.fund, line.items) for line in lines])


def budget(village: str, year: int, number: int, *, scope: Standing) -> BudgetDetail:
    """Read a version with its lines; raises :class:`NotFound`. Twelve queries, whatever it holds."""
    return detail(version(village, year, number, scope=scope))


def detail(row: VersionRow) -> BudgetDetail:
    """Read a version with its lines; the caller has checked the permission."""
    return _with_lines(row, lines_of(row))


def imagined(detail: BudgetDetail, kind: BudgetKind, amounts: Mapping[tuple[str, str, str], Decimal]) -> BudgetDetail:
    """Return the version in force with other amounts of lines, also of new ones; nothing is stored."""
    row = replace(detail.version, number=detail.version.number + 1, kind=kind, state=BudgetState.DRAFT, steps=())
    there = {(line.activity, line.account, line.fund): line for line in detail.lines}
    there |= {
        line: replace(there.get(line, LineRow(-no, *line, amount)), amount=amount, items=(_whole(amount),))
        for no, (line, amount) in enumerate(amounts.items(), 1)
    }
    return _with_lines(row, tuple(there.values()))


def _whole(amount: Decimal) -> ItemRow:
    """Make a single item of a line."""
    return ItemRow("", "", "", Decimal(1), "", amount, amount)


def _with_lines(row: VersionRow, lines: tuple[LineRow, ...]) -> BudgetDetail:
    return BudgetDetail(
        row,
        lines,
        Draft(
            tuple(line.budgeted for line in lines),
            tuple(
                CostRow(line.activity, line.account, line.fund, item.volume, item.unit_price, item.amount)
                for line in lines
                if line.activity
                for item in line.items
            ),
            row.posts,
            ceilings(row.village, row.year),
            frozenset(known) | _going_on(row) if (known := plan(row.village, row.year)) else None,
        ),
    )


def sheet_of(detail: BudgetDetail, *, now: datetime) -> Sheet:
    """The evaluation of a version by today's rules."""
    row = detail.version
    rules = reference.budget_rules(region=row.region, day=rules_day(row.year, today_in(row.region, now)))
    accounts, activities = {line.account for line in detail.lines}, {line.activity for line in detail.lines}
    known = chart(row.region, accounts=accounts, activities=activities)
    if row.kind is BudgetKind.INTERIM:
        return before_enactment(detail.draft, rules, known)
    if row.kind is BudgetKind.ORIGINAL:
        return evaluate(detail.draft, rules, known)
    judge = changes.shift if row.kind is BudgetKind.SHIFT else changes.amendment
    return judge(change_of(detail), rules, known)


def change_of(budget_detail: BudgetDetail) -> Change:
    """Return a version as a change of the one before it, with the amounts used of that."""
    row = budget_detail.version
    rows = versions_of([row.village], row.region, row.year)[row.village]
    counted = [version_row for version_row in rows if version_row.enacted and INTERIM < version_row.number < row.number]
    if not counted:
        raise NotFound
    received, paid = _moved(row)
    return Change(
        detail(counted[0]).draft,
        budget_detail.draft,
        used=_used(row),
        received=received,
        paid=paid,
        cash=_cash(row),
        amendments=sum(version_row.kind is BudgetKind.AMENDED for version_row in counted),
        shifts=sum(version_row.kind is BudgetKind.SHIFT for version_row in counted),
        extraordinary=row.extraordinary,
    )


def facts_of(
    detail: BudgetDetail, sheet: Sheet, now: datetime, *, minutes: str = "", elaboration: str = "", **_papers: object
) -> BudgetFacts:
    """Return the facts that the moves of a version depend on; ``minutes`` is the number of the paper for the next
    one."""
    row = detail.version
    until = row.steps[-1].due if row.steps and row.steps[-1].due else date.max
    sent = row.step(BudgetState.SUBMITTED)
    return BudgetFacts(
        today_in(row.region, now),
        len(detail.lines),
        faults=sheet.faults,
        form=sheet.form,
        minutes=minutes,
        evaluation_due=sent.due if sent and sent.due else date.max,
        correction_due=until,
        regulation=minutes,
        elaboration=elaboration,
        told_council=row.told_council is not None,
    )


def stored_sheet(row: VersionRow) -> Sheet | None:
    """Return the sheet as it was at the last step that kept one."""
    rows = BudgetStep.objects.filter(**_year(row), version=row.number).exclude(sheet=None).order_by("-no")
    sheet = rows.values_list("sheet", flat=True).first()
    return None if sheet is None else sheets.read(sheet)


def chart(region: str, *, accounts: Collection[str] = (), activities: Collection[str] = ()) -> Chart:
    """Read the codes that a line may use in a region, all or of these. Three queries."""
    open_accounts = Account.objects.filter(_among(accounts), region=region, is_leaf=True, closed_on=None)
    return Chart(
        frozenset(open_accounts.values_list("code", flat=True)),
        frozenset(Activity.objects.filter(_among(activities), region=region, level=3).values_list("code", flat=True)),
        frozenset(Fund.objects.filter(region=region).values_list("code", flat=True)),
    )


def _among(codes: Collection[str]) -> Q:
    return Q(code__in=codes) if codes else Q()


def account_names(region: str, *heads: str) -> dict[str, str]:
    """Names of the accounts of the lowest level under some heads, by code."""
    rows = Account.objects.filter(region=region, is_leaf=True, closed_on=None).order_by("code")
    return {
        code: name for code, name in rows.values_list("code", "name") if any(is_under(code, head) for head in heads)
    }


def activity_names(region: str, codes: Collection[str] = ()) -> dict[str, str]:
    """Names of activities, all or these, by code."""
    rows = Activity.objects.filter(_among(codes), region=region, level=3).order_by("code")
    return dict(rows.values_list("code", "name"))


def chart_names(region: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return names by code: of all accounts, and of all activities with their fields. Two queries."""
    accounts, activities = (of.objects.filter(region=region).values_list("code", "name") for of in (Account, Activity))
    return dict(accounts), dict(activities)


def fund_names(region: str) -> dict[str, str]:
    """Names of the sources of funds, by code."""
    return dict(Fund.objects.filter(region=region).values_list("code", "name"))


def ceilings(village: str, year: int) -> dict[str, Decimal]:
    """Return the region's grants to a village by fund in a year."""
    rows = Ceiling.objects.filter(region=village[:5], village=village, year=year).order_by("number")
    return dict(rows.values_list("fund", "amount"))


def ceilings_of(region: str, year: int) -> dict[str, dict[str, tuple[Decimal, str]]]:
    """Return, by village with books, the region's grants by fund in a year, each with the status of the village
    then."""
    granted: dict[str, dict[str, tuple[Decimal, str]]] = {
        village: {} for village in Book.objects.filter(region=region).values_list("village", flat=True)
    }
    rows = Ceiling.objects.filter(region=region, year=year).order_by("number")
    for village, fund, amount, status in rows.values_list("village", "fund", "amount", "status"):
        granted[village][fund] = amount, status
    return granted


def lacking(detail: BudgetDetail) -> tuple[ActivityRow, ...]:
    """The activities of the year's plan that a budget does not have yet."""
    names, own = activity_names(detail.version.region), {activity.code for activity in detail.activities}
    wanted = plan(detail.version.village, detail.version.year)
    return tuple(ActivityRow(code, names.get(code, ""), ()) for code in wanted if code not in own)


def _going_on(row: VersionRow) -> frozenset[str]:
    """Return the activities carried over when the year before was closed; they are based on its plan."""
    of = {"region": row.region, "village": row.village, "year": row.year - 1}
    lines = BudgetLine.objects.filter(**of, key__in=CarriedLine.objects.filter(**of).values("line"))
    return frozenset(lines.values_list("activity", flat=True))


def _year(row: VersionRow | BudgetVersion) -> dict[str, Any]:
    return {"region": row.region, "village": row.village, "year": row.year}


def lines_of(row: VersionRow | BudgetVersion) -> tuple[LineRow, ...]:
    """Read the lines of a version in order; the caller has checked the permission. Six queries."""
    of = {**_year(row), "version": row.number}
    items = defaultdict[int, list[ItemRow]](list)
    for cost in CostItem.objects.filter(**of).order_by("line", "no"):
        worth = (cost.volume, cost.unit, cost.unit_price, cost.amount)
        items[cost.line].append(ItemRow(cost.description, cost.package, cost.output, *worth))
    months = defaultdict[int, dict[int, Decimal]](dict)
    for line, month, amount in CashPlan.objects.filter(**of).values_list("line", "month", "amount"):
        months[line][month] = amount
    amounts = dict(BudgetAmount.objects.filter(**of).values_list("line", "amount"))
    lines = list(BudgetLine.objects.filter(**_year(row), key__in=amounts).order_by("activity", "account", "fund"))
    activities = activity_names(row.region, {budget_line.activity for budget_line in lines})
    named = _among({budget_line.account for budget_line in lines})
    accounts = dict(Account.objects.filter(named, region=row.region, is_leaf=True).values_list("code", "name"))
    return tuple(
        LineRow(
            line.key,
            line.activity,
            line.account,
            line.fund,
            amounts[line.key],
            tuple(items[line.key]),
            tuple(months[line.key].get(month, ZERO) for month in range(1, 13)) if line.key in months else (),
            activities.get(line.activity, ""),
            accounts.get(line.account, ""),
        )
        for line in lines
    )


def _keys(row: VersionRow) -> Mapping[int, changes.Key]:
    rows = BudgetLine.objects.filter(**_year(row))
    return {key: (activity, account, fund) for key, activity, account, fund in rows.values_list(
        "key", "activity", "account", "fund"
    )}  # fmt: skip


def _used(row: VersionRow) -> Mapping[changes.Key, Decimal]:
    used, keys = defaultdict[changes.Key, Decimal](Decimal), _keys(row)
    asked = RequestLine.objects.filter(**_year(row)).values("line").annotate(left=Sum(F("open")))
    spent = [(line_spent.line, line_spent.amount) for line_spent in realised(row.village, row.year)]
    for line, amount in [*spent, *((row["line"], row["left"]) for row in asked)]:
        if keys[line][1].startswith(OUT):
            used[keys[line]] += amount
    return used


def _moved(row: VersionRow) -> tuple[Mapping[str, Decimal], Mapping[str, Decimal]]:
    """Return the amounts received and paid, by fund."""
    received, paid = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
    for spent in realised(row.village, row.year):
        (paid if spent.account.startswith(OUT) else received)[spent.fund] += spent.amount
    return received, paid


def _cash(row: VersionRow) -> Mapping[str, Decimal]:
    """Return the money of each fund, including advances held by executors."""
    sums = defaultdict[str, Decimal](Decimal)
    rows = CashPosition.objects.filter(**_year(row)).values("account", "fund").annotate(held=Sum("moved"))
    for planned in rows:
        if is_under(planned["account"], MONEY) or is_under(planned["account"], ADVANCE):
            sums[planned["fund"]] += planned["held"]
    return sums
