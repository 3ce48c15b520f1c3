"""Papers of a version of a budget: APBDes and its elaboration, the documents of execution (DPA), RAK, RAB."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.design.tables import Column, Table
from pilar.platform.language import mark, translate
from pilar.villagefinance.documents.paper import Choices, Filled, Group, Paper, Part, Wanted, money
from pilar.villagefinance.queries.budgets import ActivityRow, BudgetDetail, LineRow, budget, chart_names, detail
from pilar.villagefinance.queries.versions import in_force, versions
from pilar.villagefinance.rules.codes import EXPENDITURE, FINANCING_IN, FINANCING_OUT, REVENUE, is_under, parts
from pilar.villagefinance.rules.realisation import Sums, net, under_heads
from pilar.villagefinance.rules.roles import Role

ZERO = Decimal(0)
DETAIL = 4
"""The level of the chart on which there is money: objek."""
HALF = 6
Key = tuple[str, str, str]
"""Activity, account and fund of a line."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of a budget as it is printed: what the version before gave (``sums``) and this one gives, in rupiah."""

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
class WorkRow:
    """When an activity is carried out by its cash plan: the first and last month with money; none without a plan."""

    of: ActivityRow

    @property
    def months(self) -> list[int]:
        return [at for at in range(1, 13) if any(one.months and one.months[at - 1] for one in self.of.lines)]

    @property
    def span(self) -> str:
        found = [str(MONTHS[at]) for at in self.months]
        return " – ".join(dict.fromkeys((found[0], found[-1]))) if found else ""


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
    Column("code", gettext_lazy("Code"), "of.code"),
    Column("name", gettext_lazy("Activity"), "of.name"),
    Column("output", gettext_lazy("Output"), lambda row: ", ".join(row.of.outputs)),
    Column("span", gettext_lazy("Carried out")),
    money("amount", gettext_lazy("Amount, Rp"), "of.amount"),
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


def _cash_table(first: int) -> Table:
    """Half a year of the cash plan."""
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


CASH = (_cash_table(1), _cash_table(HALF + 1))


def _versions(wanted: Wanted) -> Choices:
    """The versions of a budget, the one in force first, else the newest."""
    rows = versions(wanted.place, wanted.year, scope=wanted.by)
    first = in_force(rows, wanted.today)
    return [(one.number, f"{one.title} ({one.number}): {one.state_name}")
            for one in sorted(rows, key=lambda one: one != first)]  # fmt: skip


def _found(wanted: Wanted) -> BudgetDetail | None:
    return budget(wanted.place, wanted.year, wanted.number, scope=wanted.by) if wanted.number else None


def _filled(wanted: Wanted, found: BudgetDetail, *parts: Part) -> Filled:
    """Under the regulation of the version, if it has one."""
    row = found.version
    lead = f"{row.title}: {row.state_name}"
    if row.rule_number:
        lead = _("%(version)s, by regulation %(number)s") % {"version": row.title, "number": row.rule_number}
        if row.rule_date:
            lead += _(" of %(day)s") % {"day": date_format(row.rule_date, "j F Y")}
    return Filled(row.rule_date or wanted.today, parts, lead)


def _apbdes(wanted: Wanted) -> Filled | None:
    return _budget(wanted, DETAIL - 1)


def _elaboration(wanted: Wanted) -> Filled | None:
    return _budget(wanted, DETAIL)


def _budget(wanted: Wanted, depth: int) -> Filled | None:
    found = _found(wanted)
    if found is None:
        return None
    rows = versions(wanted.place, wanted.year, scope=wanted.by)
    last = next((one for one in rows if one.enacted and one.number < found.version.number), None)
    without = {"before", "difference"} if last is None else set()
    if depth < DETAIL:
        without.add("output")
    shown = tuple(form_rows(found, detail(last) if last else None, depth))
    return _filled(wanted, found, Part(table=BUDGET, rows=shown, without=without))


def _execution(wanted: Wanted) -> Filled | None:
    """The three parts of a DPA."""
    found = _found(wanted)
    if found is None:
        return None
    rows = [one for one in form_rows(found, None, DETAIL) if one.activity]
    return _filled(
        wanted, found,
        Part(_("1. Activities and their budget"), table=BUDGET, rows=rows, without={"before", "difference"}),
        Part(_("2. Work plan"), table=WORK, rows=[WorkRow(one) for one in found.activities]),
        _cost_part(found, _("3. Cost plan (RAB)")),
    )  # fmt: skip


def _cost_plan(wanted: Wanted) -> Filled | None:
    found = _found(wanted)
    if found is None:
        return None
    return _filled(wanted, found, _cost_part(found))


def _cost_part(found: BudgetDetail, title: str = "") -> Part:
    total = sum((one.amount for one in found.activities), ZERO)
    return Part(title, table=COSTS, rows=tuple(_costs(found)), after=((_("Total"), total),))


def _cash_plan(wanted: Wanted) -> Filled | None:
    found = _found(wanted)
    if found is None:
        return None
    rows, months = tuple(_cash_rows(found)), [str(MONTHS[at]) for at in (1, HALF, HALF + 1, 12)]
    return _filled(wanted, found, *(
        Part(f"{months[at * 2]} – {months[at * 2 + 1]}", table=table, rows=rows) for at, table in enumerate(CASH)
    ))  # fmt: skip


def form_rows(found: BudgetDetail, before: BudgetDetail | None, depth: int) -> Iterator[FormRow]:
    """Revenue, expenditure by activity and financing with their heads, down to a level of the chart, and the sums."""
    given: dict[Key, Sums] = {}
    for at, one in enumerate((before, found)):
        for line in one.lines if one else ():
            key = (line.activity, line.account, line.fund)
            pair = list(given.get(key, (ZERO, ZERO)))
            pair[at] = line.amount
            given[key] = (pair[0], pair[1])
    accounts, activities = chart_names(found.version.region)
    leaves: dict[str, Sums] = defaultdict(lambda: (ZERO, ZERO))
    for (_activity, account, _fund), sums in given.items():
        leaves[account] = (leaves[account][0] + sums[0], leaves[account][1] + sums[1])
    outputs = {one.code: ", ".join(one.outputs) for one in found.activities}

    def under(head: str, activity: str = "") -> Iterator[FormRow]:
        own = {key: sums for key, sums in given.items() if key[0] == activity and is_under(key[1], head)}
        yield from _economic(own, accounts, activity, depth, 2 if activity else 1)

    def total(name: str, *heads: str) -> FormRow:
        return FormRow("", "", translate(name), net(leaves, *heads), strong=True)

    yield from under(REVENUE)
    yield total(mark("Total revenue"), REVENUE)
    spent: dict[str, Sums] = defaultdict(lambda: (ZERO, ZERO))
    for (activity, _account, _fund), sums in given.items():
        if activity:
            spent[activity] = (spent[activity][0] + sums[0], spent[activity][1] + sums[1])
    for code, sums in sorted(under_heads(spent).items()):
        yield FormRow(code, "", activities.get(code, ""), sums, output=outputs.get(code, ""), strong=True)
        if code in spent:
            yield from under(EXPENDITURE, code)
    expenditure = net(leaves, EXPENDITURE)
    yield FormRow("", "", _("Total expenditure"), (-expenditure[0], -expenditure[1]), strong=True)
    yield total(mark("Surplus or deficit"), REVENUE, EXPENDITURE)
    yield from under(FINANCING_IN)
    yield from under(FINANCING_OUT)
    yield total(mark("Net financing"), FINANCING_IN, FINANCING_OUT)
    yield total(mark("Remaining (SiLPA)"), REVENUE, EXPENDITURE, FINANCING_IN, FINANCING_OUT)


def _economic(
    given: Mapping[Key, Sums], names: Mapping[str, str], activity: str, depth: int, first: int
) -> Iterator[FormRow]:
    """Lines of one activity, or of none, under the heads of their accounts."""
    leaves: dict[str, Sums] = defaultdict(lambda: (ZERO, ZERO))
    funds = defaultdict[str, set[str]](set)
    for (_activity, account, fund), sums in given.items():
        leaves[account] = (leaves[account][0] + sums[0], leaves[account][1] + sums[1])
        for head in parts(account):
            funds[head].add(fund)
    for code, sums in sorted(under_heads(leaves).items()):
        level = len(parts(code))
        if not first <= level <= depth:
            continue
        if level < DETAIL:
            fund = ", ".join(sorted(funds[code])) if level == depth else ""
            yield FormRow(activity, code, names.get(code, ""), sums, fund, strong=level < 3)
        else:
            for key in sorted(one for one in given if one[1] == code):
                yield FormRow(activity, code, names.get(code, ""), given[key], key[2])


def _costs(found: BudgetDetail) -> Iterator[CostRow]:
    for activity in found.activities:
        yield CostRow(activity.code, activity.name, "", activity.amount, strong=True)
        for line in activity.lines:
            yield CostRow(line.account, line.account_name, line.fund, line.amount)
            for item in line.items:
                yield CostRow("", item.description, line.fund, item.amount, item.volume, item.unit, item.unit_price)


def _cash_rows(found: BudgetDetail) -> Iterator[CashRow]:
    out = [one for one in found.lines if one.account.startswith((EXPENDITURE, FINANCING_OUT))]
    into = [one for one in found.lines if one not in out]
    sums = []
    for name, lines in ((mark("Total in"), into), (mark("Total out"), out)):
        yield from (CashRow(f"{one.activity} {one.account}".strip(), one.account_name, one.fund, _months(one))
                    for one in lines)  # fmt: skip
        sums.append([sum((_months(one)[at] for one in lines), ZERO) for at in range(12)])
        yield CashRow("", translate(name), "", sums[-1], strong=True)
    yield CashRow("", _("In less out"), "", [come - gone for come, gone in zip(*sums, strict=True)], strong=True)


def _months(line: LineRow) -> Sequence[Decimal]:
    return line.months or [ZERO] * 12


HEAD, OFFICIALS = (Role.HEAD,), (Role.TREASURER, Role.SECRETARY, Role.HEAD)
PAPERS = (
    Paper("apbdes", mark("Budget (APBDes), annex of the Perdes"), Group.BUDGET, _apbdes, HEAD, numbers=_versions),
    Paper("penjabaran", mark("Elaboration of the budget, annex of the Perkades"), Group.BUDGET, _elaboration, HEAD,
          numbers=_versions, landscape=True),
    Paper("dpa", mark("Documents of execution (DPA)"), Group.EXECUTION, _execution, (Role.SECRETARY, Role.HEAD),
          numbers=_versions, landscape=True),
    Paper("rak", mark("Cash plan (RAK Desa)"), Group.EXECUTION, _cash_plan, OFFICIALS, numbers=_versions,
          landscape=True),
    Paper("rab", mark("Cost plan (RAB)"), Group.EXECUTION, _cost_plan, (Role.SECRETARY, Role.HEAD), numbers=_versions,
          landscape=True),
)  # fmt: skip
