"""Draw up a budget: begin it, write it line by line with its items, and plan it by month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Max

from pilar.areas.reference import today_in
from pilar.people.operations import there
from pilar.people.rules import Standing
from pilar.platform import audit, moves
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_
from pilar.platform.versions import Stored, require_seen
from pilar.villagefinance import reference
from pilar.villagefinance.models import (
    BudgetAmount,
    BudgetLine,
    BudgetStep,
    BudgetVersion,
    CashPlan,
    CostItem,
)
from pilar.villagefinance.models.steps import APPROVED, CHECKED, UNCHECKED
from pilar.villagefinance.operations.locking import locked_book, require_open_year, told
from pilar.villagefinance.queries.budgets import chart, items_seen, lines_of
from pilar.villagefinance.queries.years import carried_lines, carried_package
from pilar.villagefinance.rules.authority import Action
from pilar.villagefinance.rules.budgets import (
    BEGUN_AGAIN,
    INTERIM,
    OPEN,
    WRITTEN,
    BudgetElsewhere,
    BudgetKind,
    BudgetState,
)
from pilar.villagefinance.rules.codes import (
    EXPENDITURE,
    FINANCING_IN,
    FINANCING_OUT,
    REVENUE,
    SURPLUS_BROUGHT,
    is_under,
)
from pilar.villagefinance.rules.evaluation import Chart, Posts

ZERO, SEN, MONTHS = Decimal(0), Decimal("0.01"), 12
Line = tuple[str, str, str]
"""Activity, account and fund of a line of a budget."""
TARGET = "villagefinance.budget"


class ChangeUnderWay(PilarError):
    code = "change-under-way"
    status = 409
    sentence = N_("Another version of this budget is under way. Enact or drop it first")


class NothingToChange(PilarError):
    code = "nothing-to-change"
    status = 409
    sentence = N_("The budget of this year is not enacted yet: there is nothing to change")


@dataclass(frozen=True, slots=True)
class Given:
    """One item of a line: description, package, output, volume and unit price.

    ``activity`` is empty for revenue and financing.
    """

    activity: str
    account: str
    fund: str
    description: str
    volume: Decimal
    unit: str
    unit_price: Decimal
    package: str = ""
    output: str = ""

    @property
    def amount(self) -> Decimal:
        return (self.volume * self.unit_price).quantize(SEN, ROUND_HALF_UP)


def key_of(village: str, year: int, number: int) -> str:
    """Return the name of a version in the audit log and in notices."""
    return f"{village}/{year}/{number}"


def locked_version(by: Standing, village: str, year: int, number: int, action: Action) -> BudgetVersion:
    """Return a version under the lock on the books of its village; raises :class:`NotFound`, :class:`NotAllowed`."""
    locked_book(by, village, action)
    return there(BudgetVersion.objects, region=village[:5], village=village, year=year, number=number)


@transaction.atomic
def begin_budget(*, by: Standing, village: str, year: int, posts: Posts) -> int:
    """Begin the draft of a year's budget; return its number.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`Refused` if there is one, or the year is closed.
    """
    locked_book(by, village, Action.DRAW_UP)
    require_open_year(village, year)
    return _begin(by, village, year, kind=BudgetKind.ORIGINAL, posts=posts)


@transaction.atomic
def begin_change(
    *, by: Standing, village: str, year: int, kind: BudgetKind, extraordinary: str = "",
    amounts: Mapping[Line, Decimal] = MappingProxyType({}), now: datetime,
) -> int:  # fmt: skip
    """Begin a shift or an amendment from the version in force; return its number. Where no version is in force, begin
    the spending allowed before the budget is enacted, with its lines if it was dropped before. ``extraordinary``: the
    regent's regulation that allows a further amendment. ``amounts``: new amounts of lines, also of new ones; each
    becomes one item without months.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`NothingToChange`, :class:`ChangeUnderWay`, :class:`Refused`,
    Faults with the row of ``amounts``.
    """
    locked_book(by, village, Action.DRAW_UP)
    require_open_year(village, year)
    of = {"region": village[:5], "village": village, "year": year}
    rows = BudgetVersion.objects.filter(**of).order_by("-number")
    if kind is BudgetKind.INTERIM:
        first = rows.filter(number=INTERIM).first()
        if rows.filter(state=BudgetState.ENACTED).exists() or (first and first.state != BudgetState.DROPPED):
            raise ChangeUnderWay
        if first:
            key = key_of(village, year, INTERIM)
            moves.make(BEGUN_AGAIN, first, by=by.actor, what=TARGET, action="begin", key=key, area=first.region)
            return INTERIM
        return _begin(by, village, year, kind=kind, posts=Posts(0, 0, 0))
    whole = rows.filter(number__gt=INTERIM)
    before = whole.filter(state=BudgetState.ENACTED, in_force_from__lte=today_in(village[:5], now)).first()
    if before is None or kind is BudgetKind.ORIGINAL:
        raise NothingToChange
    if whole.filter(state__in=OPEN).exists():
        raise ChangeUnderWay
    posts = Posts(before.heads, before.secretaries, before.staff)
    number = _begin(by, village, year, kind=kind, posts=posts, extraordinary=extraordinary)
    for model in (BudgetAmount, CostItem, CashPlan):
        copies = list(model.objects.filter(**of, version=before.number))
        for copy in copies:
            copy.version = number
        model.objects.bulk_create(copies)
    if amounts:
        _change(of, number, amounts)
    return number


def _change(of: Mapping[str, Any], number: int, amounts: Mapping[Line, Decimal]) -> None:
    """Set amounts of lines in a new version; lines that it does not have yet are added."""
    known, rows = chart(of["region"]), {**of, "version": number}
    had = {
        (budget_line.activity, budget_line.account, budget_line.fund) for budget_line in BudgetLine.objects.filter(**of)
    }
    known = replace(known, accounts=known.accounts | {account for _activity, account, _fund in had})
    given = [Given(*line, "Perubahan", Decimal(1), "paket", amount) for line, amount in amounts.items()]
    if faults := list(line_faults(given, {activity for activity, _account, _fund in amounts}, known)):
        raise Faults(faults)
    keys = _keys(of, amounts)
    CashPlan.objects.filter(**rows, line__in=[keys[line] for line in amounts]).delete()
    CostItem.objects.filter(**rows, line__in=[keys[line] for line in amounts], no__gt=1).delete()
    for line in given:
        of_line = {**rows, "line": keys[line.activity, line.account, line.fund]}
        cost = {"volume": 1, "unit_price": line.amount, "amount": line.amount}
        BudgetAmount.objects.update_or_create(**of_line, defaults={"amount": line.amount})
        CostItem.objects.update_or_create(
            **of_line, no=1, defaults=cost, create_defaults={**cost, "description": line.description, "unit": line.unit}
        )


@transaction.atomic
def take_over(*, by: Standing, village: str, year: int, number: int) -> int:
    """Add to a draft the lines carried over when the year before was closed (DPAL), paid from an equal increase of each
    fund's surplus; return the number of new lines. Lines that the draft already has stay as they are.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`BudgetElsewhere`.
    """
    row = _written(by, village, year, number)
    of, package = {"region": village[:5], "village": village, "year": year}, carried_package(year)
    rows = {
        (carried_line.activity, carried_line.account, carried_line.fund): carried_line.amount
        for carried_line in carried_lines(village, year - 1)
    }
    brought = {fund: ("", SURPLUS_BROUGHT, fund) for _activity, _account, fund in rows}
    keys = _keys(of, [*rows, *brought.values()])
    of["version"] = number
    there = set(CostItem.objects.filter(**of, package=package).values_list("line", flat=True))
    new = {line: amount for line, amount in rows.items() if keys[line] not in there}
    more = defaultdict[int, Decimal](Decimal)
    for line, amount in new.items():
        more[keys[line]] += amount
        more[keys[brought[line[2]]]] += amount
    for key, amount in more.items():
        budget_amount, _new = BudgetAmount.objects.get_or_create(**of, line=key, defaults={"amount": ZERO})
        BudgetAmount.objects.filter(**of, line=key).update(amount=budget_amount.amount + amount)
        last = CostItem.objects.filter(**of, line=key).order_by("-no").values_list("no", flat=True).first()
        CostItem.objects.create(
            **of, line=key, no=(last or 0) + 1, description=f"Lanjutan tahun {year - 1}", package=package, volume=1,
            unit="paket", unit_price=amount, amount=amount,
        )  # fmt: skip
    if new:
        _record(by, "take-over", row, None, {"lines": len(new), "amount": _sum(new.values())})
    return len(new)


@transaction.atomic
def set_posts(*, by: Standing, village: str, year: int, number: int, posts: Posts) -> None:
    """Set the numbers of posts with a fixed income; raises :class:`NotFound`, :class:`NotAllowed`,
    :class:`BudgetElsewhere`."""
    row = _written(by, village, year, number)
    before = Posts(row.heads, row.secretaries, row.staff)
    row.heads, row.secretaries, row.staff = posts.head, posts.secretary, posts.staff
    row.save(update_fields=["heads", "secretaries", "staff"])
    _record(by, "set-posts", row, {"posts": str(before)}, {"posts": str(posts)})


@transaction.atomic
def set_lines(
    *, by: Standing, village: str, year: int, number: int, activities: Collection[str], given: Sequence[Given],
    seen: int | None = None,
) -> None:  # fmt: skip
    """Replace all lines of some activities; the empty activity is revenue and financing. ``seen``: the checksum of the
    lines when the page was opened.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`BudgetElsewhere`, :class:`Outdated`, Faults with the row of
    the input.
    """
    row = _written(by, village, year, number)
    lines = [line for line in lines_of(row) if line.activity in activities] if seen is not None else []
    there = Counter(
        Given(
            line.activity, line.account, line.fund, item.description, item.volume, item.unit, item.unit_price,
            item.package, item.output,
        )
        for line in lines for item in line.items
    )  # fmt: skip
    if seen is not None and there != Counter(given):
        require_seen(seen, Stored(items_seen(lines)))
    of = {"region": village[:5], "village": village, "year": year}
    faults = list(line_faults(given, activities, chart(village[:5])))
    if faults:
        raise Faults(faults)
    items = defaultdict[tuple[str, str, str], list[Given]](list)
    for line in given:
        items[line.activity, line.account, line.fund].append(line)
    keys = _keys(of, items)
    former = BudgetLine.objects.filter(**of, activity__in=activities).values_list("key", flat=True)
    rows = {**of, "version": number, "line__in": list(former)}
    before = _sum(BudgetAmount.objects.filter(**rows).values_list("amount", flat=True))
    plans = list(CashPlan.objects.filter(**rows))
    for model in (CashPlan, CostItem, BudgetAmount):
        model.objects.filter(**rows).delete()
    of["version"] = number
    sums = {keys[line]: _sum(part.amount for part in parts) for line, parts in items.items()}
    BudgetAmount.objects.bulk_create(BudgetAmount(**of, line=line, amount=amount) for line, amount in sums.items())
    CostItem.objects.bulk_create(
        CostItem(
            **of, line=keys[line], no=no, description=item.description, package=item.package, output=item.output,
            volume=item.volume, unit=item.unit, unit_price=item.unit_price, amount=item.amount,
        )
        for line, parts in items.items() for no, item in enumerate(parts, start=1)
    )  # fmt: skip
    CashPlan.objects.bulk_create(plan for plan in plans if plan.line in sums)
    said = {"activities": sorted(activities)}
    _record(by, "set-lines", row, {**said, "amount": before}, {**said, "amount": _sum(sums.values())})


@transaction.atomic
def set_cash_plan(
    *, by: Standing, village: str, year: int, number: int, months: Mapping[int, Sequence[Decimal]],
    seen: int | None = None,
) -> None:  # fmt: skip
    """Set the monthly amounts of lines (RAK): twelve amounts by the key of the line. ``seen``: the checksum of the
    months of the single line when the page was opened.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`BudgetElsewhere` for a version that is dropped or whose DPA
    is checked, :class:`Outdated`, Faults with the key of a line whose months do not add up.
    """
    row = locked_version(by, village, year, number, Action.PLAN_CASH)
    require_unchecked(row)
    for line in lines_of(row) if seen is not None else ():
        if seen is not None and line.key in months and [*line.months] != [*months[line.key]]:
            require_seen(seen, Stored(line.seen))
    of = {"region": village[:5], "village": village, "year": year, "version": number}
    amounts = dict(BudgetAmount.objects.filter(**of, line__in=months).values_list("line", "amount"))
    sentence = N_("The months add up to Rp%(months)s, the line is Rp%(amount)s")
    faults = [
        Fault("months-differ", sentence, {"months": _sum(given), "amount": amounts.get(line, ZERO)}, str(line))
        for line, given in months.items()
        if len(given) != MONTHS or min(given) < 0 or line not in amounts or _sum(given) != amounts[line]
    ]
    if faults:
        raise Faults(faults)
    CashPlan.objects.filter(**of, line__in=months).delete()
    CashPlan.objects.bulk_create(
        CashPlan(**of, line=line, month=month, amount=amount)
        for line, given in months.items() for month, amount in enumerate(given, start=1) if amount
    )  # fmt: skip
    _record(by, "plan-cash", row, None, {"lines": sorted(months)})


def spread(amount: Decimal) -> tuple[Decimal, ...]:
    """Spread an amount over the twelve months in whole rupiah as evenly as possible; the last month gets the rest."""
    part = (amount / MONTHS).quantize(Decimal(1), ROUND_DOWN)
    return (*(part for _month in range(MONTHS - 1)), amount - part * (MONTHS - 1))


def line_faults(given: Iterable[Given], activities: Collection[str], known: Chart) -> Iterable[Fault]:
    """Yield faults of given lines, each with its row and field."""
    for place, line in enumerate(given):
        heads = (EXPENDITURE,) if line.activity else (REVENUE, FINANCING_IN, FINANCING_OUT)
        if line.activity not in activities or (line.activity and line.activity not in known.activities):
            sentence = N_("“%(code)s” is no activity")
            yield Fault("unknown-activity", sentence, {"code": line.activity}, f"{place}.activity")
        if line.account not in known.accounts or not any(is_under(line.account, head) for head in heads):
            sentence = N_("%(code)s is no object of revenue, expenditure or financing in the chart")
            yield Fault("unknown-account", sentence, {"code": line.account}, f"{place}.account")
        if line.fund not in known.funds:
            sentence = N_("“%(code)s” is no source of funds")
            yield Fault("unknown-fund", sentence, {"code": line.fund}, f"{place}.fund")
        if line.volume <= 0:
            yield Fault("unfit-volume", N_("A volume is more than 0"), {}, f"{place}.volume")
        if line.unit_price < 0:
            yield Fault("unfit-amount", N_("An amount is not below 0"), {}, f"{place}.unit_price")


def last_check(row: BudgetVersion) -> str:
    """Return the last of the checks, approvals and returns of a DPA; empty without one."""
    of = {"region": row.region, "village": row.village, "year": row.year, "version": row.number}
    rows = BudgetStep.objects.filter(**of, act__in=[CHECKED, UNCHECKED, APPROVED]).order_by("-no")
    return rows.values_list("act", flat=True).first() or ""


def require_unchecked(row: BudgetVersion) -> None:
    """Raise :class:`BudgetElsewhere` for a version that is dropped, or whose DPA is checked and not given back."""
    if row.state == BudgetState.DROPPED or last_check(row) in (CHECKED, APPROVED):
        raise BudgetElsewhere


def _begin(by: Standing, village: str, year: int, *, kind: BudgetKind, posts: Posts, extraordinary: str = "") -> int:
    last = BudgetVersion.objects.filter(village=village, year=year).aggregate(last=Max("number"))["last"]
    number = INTERIM if kind is BudgetKind.INTERIM else (last or INTERIM) + 1
    execution = reference.budget_rules(region=village[:5], day=date(year, 1, 1)).execution
    with told():
        row = BudgetVersion.objects.create(
            region=village[:5], village=village, year=year, number=number, kind=kind, extraordinary=extraordinary,
            period=execution.months, heads=posts.head, secretaries=posts.secretary, staff=posts.staff,
        )  # fmt: skip
    _record(by, "begin", row, None, {"kind": kind})
    return number


def _written(by: Standing, village: str, year: int, number: int) -> BudgetVersion:
    row = locked_version(by, village, year, number, Action.WRITE_LINES)
    if row.state not in WRITTEN:
        raise BudgetElsewhere
    return row


def _keys(of: Mapping[str, Any], lines: Iterable[Line]) -> dict[Line, int]:
    """Return the key of each line of a year; new lines get one."""
    rows = BudgetLine.objects.filter(**of).values_list("activity", "account", "fund", "key")
    keys = {(activity, account, fund): key for activity, account, fund, key in rows}
    new = [line for line in lines if line not in keys]
    for key, line in enumerate(new, start=max(keys.values(), default=0) + 1):
        keys[line] = key
    BudgetLine.objects.bulk_create(
        BudgetLine(**of, key=keys[line], activity=line[0], account=line[1], fund=line[2]) for line in new
    )
    return keys


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def _record(by: Standing, action: str, row: BudgetVersion, before: Any, after: Any) -> None:
    audit.record(
        by=by.actor, action=action, target=TARGET, key=key_of(row.village, row.year, row.number), area=row.region,
        before=before, after=after,
    )  # fmt: skip
