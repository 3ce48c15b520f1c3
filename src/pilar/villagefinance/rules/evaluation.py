"""The sheet on which a draft budget is evaluated: each rule, its figures, and its faults.

The camat's sheet (evaluasi rancangan APBDes) and the preview for the village before submission use the same rules. Each
check names the version of its rule, so that a stored sheet can be read when the law has changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from pilar.platform.errors import Fault
from pilar.platform.language import N_, Bilingual, translate
from pilar.villagefinance.rules.codes import (
    EXPENDITURE,
    FINANCING_IN,
    FINANCING_OUT,
    REVENUE,
    is_under,
)
from pilar.villagefinance.rules.dated import Origin
from pilar.villagefinance.rules.limits import BudgetRules, Earmark, FixedIncome, OperationalShare, Required

ZERO = Decimal(0)
SEN = Decimal("0.01")
MONTHS = 12
OWN = "PAD"
"""The fund of the village's own revenue."""
TRANSFERS = "4.2"
UNFIT = frozenset({"codes", "itemised", "balanced", "funded"})
"""Rules of form that no budget can break, whatever the evaluation says."""


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A line of the budget. ``activity`` is empty for revenue and financing."""

    activity: str
    account: str
    fund: str
    amount: Decimal

    @property
    def place(self) -> str:
        """The codes of the line, as a fault names them."""
        return place_of(self.activity, self.account, self.fund)


@dataclass(frozen=True, slots=True)
class CostRow:
    """An item of the RAB under a line of the budget."""

    activity: str
    account: str
    fund: str
    volume: Decimal
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Posts:
    """Numbers of posts with a fixed income."""

    head: int
    secretary: int
    staff: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The codes that a line may use in its region: accounts and activities of the lowest level, and funds."""

    accounts: Collection[str]
    activities: Collection[str]
    funds: Collection[str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A budget as it is evaluated. ``ceilings``: the region's grants by fund; ``planned``: activities of the year's
    plan (RKPDes), None where it is not known."""

    rows: tuple[BudgetRow, ...]
    costs: tuple[CostRow, ...]
    posts: Posts
    ceilings: Mapping[str, Decimal] = field(default_factory=dict)
    planned: Collection[str] | None = None

    def total(self, head: str, fund: str | None = None) -> Decimal:
        """Sum an account, for one fund or for all."""
        return total(self.rows, lambda row: is_under(row.account, head) and fund in (None, row.fund))


@dataclass(frozen=True, slots=True)
class Check:
    """A rule on the sheet. A check that is not ``binding`` is advice: the draft may be enacted with a reason."""

    origin: Origin
    title: str | Bilingual
    figures: Mapping[str, Decimal]
    faults: tuple[Fault, ...] = ()
    binding: bool = True

    @property
    def holds(self) -> bool:
        return not self.faults

    def name(self) -> str:
        """The name of the rule in the reader's language."""
        return translate(self.title) if isinstance(self.title, str) else str(self.title)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All checks of a draft."""

    checks: tuple[Check, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Faults that block enactment."""
        return tuple(fault for check in self.checks if check.binding for fault in check.faults)

    @property
    def form(self) -> tuple[Fault, ...]:
        """Blocking faults that no regulation can have: wrong codes, sums that differ, no balance."""
        return tuple(fault for check in self.checks if check.origin.rule in UNFIT for fault in check.faults)

    @property
    def advice(self) -> tuple[Fault, ...]:
        """Faults with which a draft may be enacted if a reason is given."""
        return tuple(fault for check in self.checks if not check.binding for fault in check.faults)


FIGURE_NAMES = {
    "revenue": N_("Revenue"),
    "expenditure": N_("Expenditure"),
    "financing_in": N_("Financing received"),
    "financing_out": N_("Financing paid"),
    "rest": N_("What is left"),
    "amount": N_("Budgeted"),
    "items": N_("By the items of the RAB"),
    "base": N_("Counted of"),
    "least": N_("The least"),
    "most": N_("The most"),
    "percent": N_("Part, %"),
    "head": N_("Fixed income of the head"),
    "head_least": N_("At least for the head"),
    "staff": N_("Fixed income of secretary and staff"),
    "staff_least": N_("At least for secretary and staff"),
}


def rules_day(year: int, today: date) -> date:
    """Return the day whose rules apply to the budget of a year: today, moved into that year."""
    return min(max(today, date(year, 1, 1)), date(year, 12, 31))


def evaluate(draft: Draft, rules: BudgetRules, chart: Chart) -> Sheet:
    """Check every rule on a draft, independently of each other."""
    return Sheet((
        _form(rules, "codes", N_("Codes, funds and activities"), _codes(draft, chart)),
        _form(rules, "itemised", N_("Lines as their items (RAB)"), _itemised(draft), _items(draft)),
        _balanced(draft, rules),
        _form(rules, "funded", N_("Each fund pays for what it carries"), _funded(draft)),
        _form(rules, "within_ceilings", N_("No more than the region grants"), _over_ceilings(draft)),
        _form(rules, "within_ceilings", N_("What the region grants is known"), _no_ceilings(draft), binding=False),
        _form(rules, "planned", N_("Activities of the year's plan (RKPDes)"), _unplanned(draft)),
        operational_share(draft.rows, rules.share),
        _fixed_income(draft, rules.income),
        *(_earmark(draft, earmark) for earmark in rules.earmarks),
        *(_required(draft, required) for required in rules.required),
    ))  # fmt: skip


def before_enactment(draft: Draft, rules: BudgetRules, chart: Chart) -> Sheet:
    """Check the spending before the budget of the year is enacted: only lines of the kinds that the rule names."""
    allowed = rules.before_enactment
    sentence = N_("This is not spent before the budget is enacted")
    faults = tuple(
        Fault("not-before", sentence, {}, row.place)
        for row in draft.rows if not (_spends(row) and allowed.places.contain(row.activity, row.account))
    )  # fmt: skip
    spent = {"amount": draft.total(EXPENDITURE)}
    return Sheet((
        _form(rules, "codes", N_("Codes, funds and activities"), _codes(draft, chart)),
        _form(rules, "itemised", N_("Lines as their items (RAB)"), _itemised(draft), _items(draft)),
        Check(allowed.origin, N_("Kinds that are spent before enactment"), spent, faults),
    ))  # fmt: skip


def operational_share(rows: Iterable[BudgetRow], rule: OperationalShare) -> Check:
    """Check the share of expenditure for officials and council (PP 11/2019, pasal 100)."""
    rows = tuple(rows)
    spent = [row for row in rows if is_under(row.account, EXPENDITURE)]
    operational = [row for row in spent if any(is_under(row.activity, head) for head in rule.activities)]
    proceeds = total(rows, lambda row: any(is_under(row.account, head) for head in rule.land))
    outside = min(proceeds, total(operational, lambda row: row.fund == OWN))
    amount, base = total(operational) - outside, total(spent) - outside
    most = _down(base * rule.most)
    figures = {"amount": amount, "base": base, "most": most, "percent": percent(amount, base)}
    faults: tuple[Fault, ...] = ()
    if amount > base * rule.most:
        sentence = N_(
            "Rp%(amount)s is %(percent)s%% of expenditure; at most Rp%(most)s may go to officials and council"
        )
        faults = (Fault("operational-over", sentence, figures),)
    return Check(rule.origin, N_("The part of officials and council"), figures, faults)


def place_of(*codes: str) -> str:
    """Return the place of a fault: the codes that are not empty."""
    return " ".join(filter(None, codes))


def total(rows: Iterable[BudgetRow], counts: Callable[[BudgetRow], bool] = lambda _row: True) -> Decimal:
    """Sum the rows that count."""
    return sum((row.amount for row in rows if counts(row)), ZERO)


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """Return a part in percent, with two decimals; 0 of nothing."""
    return (part * 100 / whole).quantize(SEN, ROUND_HALF_UP) if whole else ZERO


def _form(
    rules: BudgetRules,
    rule: str,
    title: str,
    faults: Iterable[Fault],
    figures: Mapping[str, Decimal] | None = None,
    *,
    binding: bool = True,
) -> Check:
    return Check(rules.forms[rule].origin, title, figures or {}, tuple(faults), binding)


def _codes(draft: Draft, chart: Chart) -> Iterator[Fault]:
    counted = Counter((row.activity, row.account, row.fund) for row in draft.rows)
    for row in dict.fromkeys(draft.rows):
        yield from _row_codes(row, chart)
        if counted[row.activity, row.account, row.fund] > 1:
            yield Fault("line-twice", N_("This line stands more than once"), {}, row.place)
        if row.amount < 0 or row.amount != round(row.amount, 2):
            sentence = N_("Rp%(amount)s is no amount of a budget: from 0 on, with two decimals at most")
            yield Fault("unfit-amount", sentence, {"amount": row.amount}, row.place)


def _row_codes(row: BudgetRow, chart: Chart) -> Iterator[Fault]:
    budgeted = any(is_under(row.account, head) for head in (REVENUE, EXPENDITURE, FINANCING_IN, FINANCING_OUT))
    if row.account not in chart.accounts or not budgeted:
        sentence = N_("%(code)s is no object of revenue, expenditure or financing in the chart")
        yield Fault("unknown-account", sentence, {"code": row.account}, row.place)
    if row.fund not in chart.funds:
        yield Fault("unknown-fund", N_("“%(code)s” is no source of funds"), {"code": row.fund}, row.place)
    if not is_under(row.account, EXPENDITURE):
        if row.activity:
            yield Fault("activity-too-much", N_("Only expenditure has an activity"), {}, row.place)
    elif row.activity not in chart.activities:
        yield Fault("unknown-activity", N_("“%(code)s” is no activity"), {"code": row.activity}, row.place)


def _itemised(draft: Draft) -> Iterator[Fault]:
    items: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for cost in draft.costs:
        items[cost.activity, cost.account, cost.fund] += cost.amount
        product = (cost.volume * cost.unit_price).quantize(SEN, ROUND_HALF_UP)
        if product != cost.amount:
            sentence = N_("Volume times price is Rp%(product)s, not Rp%(amount)s")
            place = place_of(cost.activity, cost.account, cost.fund)
            yield Fault("item-miscounted", sentence, {"product": product, "amount": cost.amount}, place)
    lines = {(row.activity, row.account, row.fund): row for row in draft.rows if is_under(row.account, EXPENDITURE)}
    for key in sorted({*items, *lines}):
        amount, counted = lines[key].amount if key in lines else ZERO, items.get(key, ZERO)
        if amount != counted:
            sentence = N_("The items add up to Rp%(items)s, the line is Rp%(amount)s")
            yield Fault("items-differ", sentence, {"items": counted, "amount": amount}, place_of(*key))


def _items(draft: Draft) -> Mapping[str, Decimal]:
    return {"amount": draft.total(EXPENDITURE), "items": sum((cost.amount for cost in draft.costs), ZERO)}


def _balanced(draft: Draft, rules: BudgetRules) -> Check:
    revenue, spent = draft.total(REVENUE), draft.total(EXPENDITURE)
    received, paid = draft.total(FINANCING_IN), draft.total(FINANCING_OUT)
    rest = revenue - spent + received - paid
    figures = {
        "revenue": revenue, "expenditure": spent, "financing_in": received, "financing_out": paid, "rest": rest
    }  # fmt: skip
    sentence = N_("Revenue less expenditure with financing is Rp%(rest)s: it has to be 0")
    faults = (Fault("unbalanced", sentence, {"rest": rest}),) if rest else ()
    return _form(rules, "balanced", N_("Revenue, expenditure and financing balance"), faults, figures)


def _funded(draft: Draft) -> Iterator[Fault]:
    for fund in sorted({row.fund for row in draft.rows}):
        given = draft.total(REVENUE, fund) + draft.total(FINANCING_IN, fund)
        spent = draft.total(EXPENDITURE, fund) + draft.total(FINANCING_OUT, fund)
        if spent > given:
            sentence = N_("Rp%(spent)s is to be paid from %(fund)s, which has Rp%(given)s")
            yield Fault("fund-overdrawn", sentence, {"fund": fund, "spent": spent, "given": given}, fund)


def _over_ceilings(draft: Draft) -> Iterator[Fault]:
    for fund, ceiling in draft.ceilings.items():
        revenue = draft.total(REVENUE, fund)
        if revenue > ceiling:
            sentence = N_("Rp%(revenue)s is budgeted of %(fund)s; the region grants Rp%(ceiling)s")
            yield Fault("over-ceiling", sentence, {"fund": fund, "revenue": revenue, "ceiling": ceiling}, fund)


def _no_ceilings(draft: Draft) -> Iterator[Fault]:
    for fund in sorted({row.fund for row in draft.rows if is_under(row.account, TRANSFERS)} - {*draft.ceilings}):
        yield Fault("no-ceiling", N_("What the region grants of %(fund)s is not known"), {"fund": fund}, fund)


def _unplanned(draft: Draft) -> Iterator[Fault]:
    if draft.planned is not None:
        for activity in sorted({row.activity for row in draft.rows if row.activity} - {*draft.planned}):
            yield Fault("unplanned", N_("The plan of the year does not have this activity"), {}, activity)


def _fixed_income(draft: Draft, rule: FixedIncome) -> Check:
    posts = draft.posts
    head, staff = draft.total(rule.head_account), draft.total(rule.staff_account)
    least = MONTHS * posts.head * rule.head
    staff_least = MONTHS * (posts.secretary * rule.secretary + posts.staff * rule.staff)
    figures = {"head": head, "head_least": least, "staff": staff, "staff_least": staff_least}
    faults = []
    for account, amount, floor in ((rule.head_account, head, least), (rule.staff_account, staff, staff_least)):
        if amount < floor:
            sentence = N_("Rp%(amount)s is less than the least fixed income of the year, Rp%(least)s")
            faults.append(Fault("income-too-low", sentence, {"amount": amount, "least": floor}, account))
    for row in draft.rows:
        if row.account in (rule.head_account, rule.staff_account) and row.fund in rule.not_from and row.amount:
            sentence = N_("Fixed income is not paid from %(fund)s")
            faults.append(Fault("income-from", sentence, {"fund": row.fund}, row.place))
    return Check(rule.origin, N_("Least fixed income (siltap)"), figures, tuple(faults))


def _earmark(draft: Draft, rule: Earmark) -> Check:
    """Check a share of the fund's ceiling, or of its budget where the ceiling is not known; to the rupiah."""
    base = draft.ceilings.get(rule.fund, draft.total(REVENUE, rule.fund))
    amount = total(draft.rows, lambda row: row.fund == rule.fund and _spends(row) and _stands(rule, row))
    figures = {"amount": amount, "base": base, "percent": percent(amount, base)}
    faults = []
    if rule.least is not None:
        figures["least"] = _down(base * rule.least)
        if amount < figures["least"]:
            sentence = N_("Rp%(amount)s is %(percent)s%% of %(fund)s; at least Rp%(least)s is due")
            faults.append(Fault("earmark-under", sentence, {**figures, "fund": rule.fund}))
    if rule.most is not None:
        figures["most"] = (base * rule.most).to_integral_value(ROUND_CEILING)
        if amount > figures["most"]:
            sentence = N_("Rp%(amount)s is %(percent)s%% of %(fund)s; at most Rp%(most)s is allowed")
            faults.append(Fault("earmark-over", sentence, {**figures, "fund": rule.fund}))
    return Check(rule.origin, rule.title, figures, tuple(faults))


def _required(draft: Draft, rule: Required) -> Check:
    amount = total(draft.rows, lambda row: _spends(row) and rule.places.contain(row.activity, row.account))
    faults = () if amount else (Fault("line-missing", N_("Nothing is budgeted for it")),)
    return Check(rule.origin, rule.title, {"amount": amount}, faults)


def _spends(row: BudgetRow) -> bool:
    return is_under(row.account, EXPENDITURE) or is_under(row.account, FINANCING_OUT)


def _stands(rule: Earmark, row: BudgetRow) -> bool:
    return rule.places.contain(row.activity, row.account)


def _down(amount: Decimal) -> Decimal:
    return amount.to_integral_value(ROUND_FLOOR)
