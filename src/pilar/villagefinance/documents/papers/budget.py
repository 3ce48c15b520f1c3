"""Papers of a version of a budget: APBDes and its elaboration, the documents of execution (DPA), RAK, RAB."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.design.tables import Column, Table
from pilar.platform.language import N_
from pilar.villagefinance.documents.paper import Choices, Filled, Group, Paper, Part, Wanted, money
from pilar.villagefinance.queries.budgets import ActivityRow, BudgetDetail, LineRow, budget, chart_names, detail
from pilar.villagefinance.queries.versions import VersionRow, in_force, versions, versions_of
from pilar.villagefinance.queries.years import carried_lines
from pilar.villagefinance.rules.codes import EXPENDITURE, FINANCING, FINANCING_OUT, REVENUE, is_under, parts
from pilar.villagefinance.rules.realisation import Sums, net, under_heads
from pilar.villagefinance.rules.roles import Role

ZERO = Decimal(0)
DETAIL = 4
"""The level of the chart that holds amounts: objek."""
HALF = 6
Key = tuple[str, str, str]
"""Activity, account and fund of a line."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of a budget in print: the amounts of the version before (``sums``) and of this one, in rupiah."""

    activity: str
    account: str
    name: str
    sums: Sums
    fund: str = ""
    output: str = ""
    strong: bool = False

    @property
    def difference(self) -> Decimal:
        return self.sums[1] - self.sums[0]


@dataclass(frozen=True, slots=True)
class CashRow:
    """A line of the cash plan, or a sum of lines, by month in rupiah."""

    code: str
    name: str
    fund: str
    months: Sequence[Decimal]
    strong: bool = False

    @property
    def amount(self) -> Decimal:
        return sum(self.months, ZERO)


@dataclass(frozen=True, slots=True)
class CostRow:
    """A row of the cost plan: an activity, a line under it, or an item of that."""

    code: str
    name: str
    fund: str
    amount: Decimal
    volume: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    strong: bool = False


def _span(activity: ActivityRow) -> str:
    """Return the first and last month with money in the cash plan; empty without a plan."""
    planned = [line.months for line in activity.lines if line.months]
    named_months = [str(MONTHS[at]) for at in range(1, 13) if any(months[at - 1] for months in planned)]
    return " – ".join(dict.fromkeys((named_months[0], named_months[-1]))) if named_months else ""


BUDGET = Table(
    gettext_lazy("Budget (APBDes)"),
    Column("activity", gettext_lazy("Activity")),
    Column("account", gettext_lazy("Account code")),
    Column("name", gettext_lazy("Description")),
    Column("output", gettext_lazy("Output")),
    money("before", gettext_lazy("Before the change, Rp"), lambda row: row.sums[0]),
    money("amount", gettext_lazy("Budget, Rp"), lambda row: row.sums[1]),
    money("difference", gettext_lazy("Difference, Rp")),
    Column("fund", gettext_lazy("Fund")),
)
WORK = Table(
    gettext_lazy("Work plan"),
    Column("code", gettext_lazy("Code")),
    Column("name", gettext_lazy("Activity")),
    Column("output", gettext_lazy("Output"), lambda row: ", ".join(row.outputs)),
    Column("span", gettext_lazy("Carried out"), _span),
    money("amount", gettext_lazy("Amount, Rp")),
)
COSTS = Table(
    gettext_lazy("Cost plan (RAB)"),
    Column("code", gettext_lazy("Code")),
    Column("name", gettext_lazy("Description")),
    money("volume", gettext_lazy("Volume")),
    Column("unit", gettext_lazy("Unit of measure")),
    money("unit_price", gettext_lazy("Unit price, Rp")),
    money("amount", gettext_lazy("Amount, Rp")),
    Column("fund", gettext_lazy("Fund")),
)

CARRIED = Table(
    gettext_lazy("Goes on in the next year (DPAL)"),
    Column("activity", gettext_lazy("Activity")),
    Column("name", gettext_lazy("Description"), "activity_name"),
    Column("account", gettext_lazy("Account code")),
    Column("told", gettext_lazy("Name of the account"), "account_name"),
    money("amount", gettext_lazy("Amount, Rp")),
    Column("fund", gettext_lazy("Fund")),
)


def _cash_table(first: int) -> Table:
    """Make the table of half a year of the cash plan."""
    months = (
        money(f"month{at}", MONTHS[at], lambda row, at=at: row.months[at - 1])  # type: ignore[misc]
        for at in range(first, first + HALF)
    )
    return Table(
        gettext_lazy("Cash plan (RAK)"),
        Column("code", gettext_lazy("Code")),
        Column("name", gettext_lazy("Description")),
        Column("fund", gettext_lazy("Fund")),
        *months,
        money("amount", gettext_lazy("Year, Rp")),
    )


CASH = {first: _cash_table(first) for first in (1, HALF + 1)}


def _versions(wanted: Wanted) -> Choices:
    """Choices of versions of a budget: the one in force first, else the newest."""
    rows = versions(wanted.place, wanted.year, scope=wanted.by)
    first = in_force(rows, wanted.today)
    return [(row.number, f"{row.title} ({row.number}): {row.state_name}")
            for row in sorted(rows, key=lambda version: version != first)]  # fmt: skip


def _lead(row: VersionRow) -> str:
    """Return the regulation of a version, or the state that it has reached."""
    if not row.rule_number:
        return f"{row.title}: {row.state_name}"
    said = _("%(version)s, by regulation %(number)s") % {"version": row.title, "number": row.rule_number}
    return said + (_(" of %(day)s") % {"day": date_format(row.rule_date, "j F Y")} if row.rule_date else "")


def _budget(budget_detail: BudgetDetail, depth: int) -> Iterator[Part]:
    row = budget_detail.version
    earlier = versions_of([row.village], row.region, row.year)[row.village]
    last = next((version for version in earlier if version.enacted and version.number < row.number), None)
    without = set() if last else {"before", "difference"}
    shown = tuple(form_rows(budget_detail, detail(last) if last else None, depth))
    yield Part(table=BUDGET, rows=shown, without=without | (set() if depth == DETAIL else {"output"}))


def _execution(budget_detail: BudgetDetail) -> Iterator[Part]:
    """Yield the three parts of a DPA."""
    rows = [form_row for form_row in form_rows(budget_detail, None, DETAIL) if form_row.activity]
    yield Part(_("1. Activities and their budget"), table=BUDGET, rows=rows, without={"before", "difference"})
    yield Part(_("2. Work plan"), table=WORK, rows=budget_detail.activities)
    yield from _cost_plan(budget_detail, _("3. Cost plan (RAB)"))


def _cost_plan(budget_detail: BudgetDetail, title: str = "") -> Iterator[Part]:
    total = sum((activity.amount for activity in budget_detail.activities), ZERO)
    yield Part(title, table=COSTS, rows=tuple(_costs(budget_detail)), after=((_("Total"), total),))


def _cash_plan(budget_detail: BudgetDetail) -> Iterator[Part]:
    rows = tuple(_cash_rows(budget_detail))
    for first, table in CASH.items():
        yield Part(f"{MONTHS[first]} – {MONTHS[first + HALF - 1]}", table=table, rows=rows)


def form_rows(budget_detail: BudgetDetail, before: BudgetDetail | None, depth: int) -> Iterator[FormRow]:
    """Yield revenue, expenditure by activity and financing with their heads, down to a level of the chart, and the
    sums."""
    given: dict[Key, Sums] = {}
    for line in before.lines if before else ():
        given[line.activity, line.account, line.fund] = (line.amount, ZERO)
    for line in budget_detail.lines:
        key = (line.activity, line.account, line.fund)
        given[key] = (given.get(key, (ZERO, ZERO))[0], line.amount)
    accounts, activities = chart_names(budget_detail.version.region)
    leaves = _summed((account, sums) for (_activity, account, _fund), sums in given.items())
    spent = _summed((activity, sums) for (activity, _account, _fund), sums in given.items() if activity)
    outputs = {activity.code: ", ".join(activity.outputs) for activity in budget_detail.activities}

    def under(head: str, activity: str = "") -> Iterator[FormRow]:
        own = {key: sums for key, sums in given.items() if key[0] == activity and is_under(key[1], head)}
        for code, sums in sorted(under_heads(_summed((key[1], amounts) for key, amounts in own.items())).items()):
            level, lines = len(parts(code)), sorted(key for key in own if is_under(key[1], code))
            if level == DETAIL <= depth:
                yield from (FormRow(activity, code, accounts.get(code, ""), own[key], key[2]) for key in lines)
            elif level <= depth and (level > 1 or not activity):
                funds = ", ".join(sorted({key[2] for key in lines})) if level == depth else ""
                yield FormRow(activity, code, accounts.get(code, ""), sums, funds, strong=level < 3)

    def total(name: str, *heads: str, sign: int = 1) -> FormRow:
        first, second = net(leaves, *heads)
        return FormRow("", "", name, (sign * first, sign * second), strong=True)

    yield from under(REVENUE)
    yield total(_("Total revenue"), REVENUE)
    for code, sums in sorted(under_heads(spent).items()):
        yield FormRow(code, "", activities.get(code, ""), sums, output=outputs.get(code, ""), strong=True)
        yield from under(EXPENDITURE, code)
    yield total(_("Total expenditure"), EXPENDITURE, sign=-1)
    yield total(_("Surplus or deficit"), REVENUE, EXPENDITURE)
    yield from under(FINANCING)
    yield total(_("Net financing"), FINANCING)
    yield total(_("Remaining (SiLPA)"), REVENUE, EXPENDITURE, FINANCING)


def _summed(rows: Iterable[tuple[str, Sums]]) -> dict[str, Sums]:
    sums: dict[str, Sums] = defaultdict(lambda: (ZERO, ZERO))
    for code, (first, second) in rows:
        sums[code] = (sums[code][0] + first, sums[code][1] + second)
    return sums


def _costs(budget_detail: BudgetDetail) -> Iterator[CostRow]:
    for activity in budget_detail.activities:
        yield CostRow(activity.code, activity.name, "", activity.amount, strong=True)
        for line in activity.lines:
            yield CostRow(line.account, line.account_name, line.fund, line.amount)
            for item in line.items:
                yield CostRow("", item.description, line.fund, item.amount, item.volume, item.unit, item.unit_price)


def _cash_rows(budget_detail: BudgetDetail) -> Iterator[CashRow]:
    out = [line for line in budget_detail.lines if line.account.startswith((EXPENDITURE, FINANCING_OUT))]
    into = [line for line in budget_detail.lines if line not in out]
    sums = []
    for name, lines in ((_("Total in"), into), (_("Total out"), out)):
        yield from (CashRow(f"{line.activity} {line.account}".strip(), line.account_name, line.fund, _months(line))
                    for line in lines)  # fmt: skip
        sums.append([sum((_months(line)[at] for line in lines), ZERO) for at in range(12)])
        yield CashRow("", name, "", sums[-1], strong=True)
    yield CashRow("", _("In less out"), "", [come - gone for come, gone in zip(*sums, strict=True)], strong=True)


def _months(line: LineRow) -> Sequence[Decimal]:
    return line.months or [ZERO] * 12


def _carried(wanted: Wanted) -> Filled | None:
    """List what continues in the next year after this one was closed, paid from the surplus of its fund."""
    rows = carried_lines(wanted.place, wanted.year)
    part = Part(table=CARRIED, rows=rows, after=((_("Total"), sum((row.amount for row in rows), ZERO)),))
    return Filled(date(wanted.year, 12, 31), (part,)) if rows else None


def _paper(
    name: str, title: str, group: Group, parts_of: Callable[[BudgetDetail], Iterator[Part]], *signed: Role
) -> Paper:
    """Declare a paper of a version."""

    def fill(wanted: Wanted) -> Filled | None:
        if wanted.number is None:
            return None
        budget_detail = budget(wanted.place, wanted.year, wanted.number, scope=wanted.by)
        return Filled(
            budget_detail.version.rule_date or wanted.today,
            tuple(parts_of(budget_detail)),
            _lead(budget_detail.version),
        )

    return Paper(name, title, group, fill, signed, numbers=_versions, landscape=name != "apbdes")


HEAD, SECRETARY = Role.HEAD, Role.SECRETARY
PAPERS = (
    _paper("apbdes", N_("Budget (APBDes), annex of the Perdes"), Group.BUDGET,
           partial(_budget, depth=DETAIL - 1), HEAD),
    _paper("penjabaran", N_("Elaboration of the budget, annex of the Perkades"), Group.BUDGET,
           partial(_budget, depth=DETAIL), HEAD),
    _paper("dpa", N_("Documents of execution (DPA)"), Group.EXECUTION, _execution, SECRETARY, HEAD),
    Paper("dpal", N_("Documents of execution that go on (DPAL)"), Group.EXECUTION, _carried, (SECRETARY, HEAD),
          landscape=True),
    _paper("rak", N_("Cash plan (RAK Desa)"), Group.EXECUTION, _cash_plan, Role.TREASURER, SECRETARY, HEAD),
    _paper("rab", N_("Cost plan (RAB)"), Group.EXECUTION, _cost_plan, SECRETARY, HEAD),
)  # fmt: skip
