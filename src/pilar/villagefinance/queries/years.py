"""A year of the books of a village: the state of its months, its opening and closing, and one of its entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.db import connection
from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import ExtractMonth

from pilar.areas.reference import today_in
from pilar.people.rules import NotFound, Standing
from pilar.platform.language import N_, translate
from pilar.platform.names import reference_of
from pilar.villagefinance.models import (
    BudgetVersion,
    CarriedLine,
    CostItem,
    Entry,
    PaymentRequest,
    Period,
    RequestEntry,
)
from pilar.villagefinance.queries.books import KIND_NAMES
from pilar.villagefinance.queries.cash import lines_left
from pilar.villagefinance.queries.executors import readable
from pilar.villagefinance.queries.oversight import steps_of
from pilar.villagefinance.queries.positions import held_before, realised
from pilar.villagefinance.queries.taxes import tax_title
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.budgets import BudgetState
from pilar.villagefinance.rules.clocks import TIMELINESS_NAMES, Timeliness, last_day
from pilar.villagefinance.rules.codes import BANK, CASH, FINANCING_IN, REVENUE, is_under
from pilar.villagefinance.rules.journal import Item, Kind
from pilar.villagefinance.rules.requests import RequestKind, RequestState

ZERO = Decimal(0)


class MonthState(StrEnum):
    """States of the books of a month; the values are the last act on them."""

    OPEN = "reopened"
    CLOSED = "closed"
    ASKED = "asked"


MONTH_NAMES = {
    MonthState.OPEN: (N_("Still open"), "neutral"),
    MonthState.CLOSED: (N_("Closed"), "positive"),
    MonthState.ASKED: (N_("To be opened again"), "caution"),
}
"""The name of each, and the tone in which it is shown."""


@dataclass(frozen=True, slots=True)
class MonthRow:
    """The books of a month: who closed it, asked to reopen it or reopened it, when and why; ``over``: the month is
    over."""

    month: int
    state: MonthState
    entries: int
    over: bool
    by: str
    reference: str
    at: datetime | None
    reason: str
    timely: Timeliness | None

    @property
    def state_name(self) -> str:
        return translate(MONTH_NAMES[self.state][0])

    @property
    def tone(self) -> str:
        return MONTH_NAMES[self.state][1]

    @property
    def late(self) -> str:
        """The words for a late closing in the reader's language; empty if it is not late."""
        late = self.timely in (Timeliness.LATE, Timeliness.DONE_LATE)
        return translate(TIMELINESS_NAMES[self.timely][0]) if late and self.timely else ""


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year of books. ``before``: the last earlier year with books; ``opening`` and ``closing``: the places of these
    entries; ``begun``: there are other entries; ``passed``: a later year has entries."""

    year: int
    today: date
    before: int | None
    before_closed: bool
    opening: int | None
    closing: int | None
    begun: bool
    passed: bool

    @property
    def there(self) -> bool:
        """True if the year has books."""
        return self.begun or self.opening is not None

    @property
    def may_open(self) -> bool:
        """True if it is time to open the year."""
        begins = not self.there and not self.passed and self.year <= self.today.year
        return begins and (self.before is None or self.before_closed)

    @property
    def may_close(self) -> bool:
        """True if the year is over, and not closed."""
        return self.there and self.closing is None and self.today > date(self.year, 12, 31)


def year_of_books(village: str, year: int, *, scope: Standing, now: datetime) -> YearRow:
    """Read a year of books; raises :class:`NotFound`. Five queries."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    rows = Entry.objects.filter(region=village[:5], village=village)
    before = rows.filter(year__lt=year).order_by("-year").values_list("year", flat=True).first()
    undone = Exists(rows.filter(year=OuterRef("year"), reverses=OuterRef("place")))
    ends = rows.filter(year__in=[year, before or year], kind__in=[Kind.OPENING, Kind.CLOSING]).exclude(undone)
    places = {(of, kind): place for of, kind, place in ends.values_list("year", "kind", "place")}
    others = rows.filter(year=year).exclude(kind__in=[Kind.OPENING, Kind.CLOSING, Kind.REVERSAL])
    return YearRow(
        year, today_in(village[:5], now), before, (before, Kind.CLOSING) in places,
        places.get((year, Kind.OPENING)), places.get((year, Kind.CLOSING)), others.exists(),
        rows.filter(year__gt=year).exists(),
    )  # fmt: skip


def is_year_closed(village: str, year: int) -> bool:
    """Return whether the books of a year are closed for good; the caller has checked the permission. One query."""
    return Entry.objects.filter(region=village[:5], village=village, year=year, kind=Kind.CLOSING).exists()


def months(village: str, year: int, *, scope: Standing, now: datetime) -> tuple[MonthRow, ...]:
    """The twelve months of a year; raises :class:`NotFound`. Seven queries."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    of, today = {"region": village[:5], "village": village, "year": year}, today_in(village[:5], now)
    acts = {period.month: period for period in Period.objects.filter(**of).order_by("month", "-no").distinct("month")}
    entries = Entry.objects.filter(**of).values_list(ExtractMonth("date")).annotate(Count("place"))
    counted = dict(entries.order_by())
    timely = {step.month: step.stands for step in steps_of(village[:5], [village], year, today)[village] if step.month}
    return tuple(
        MonthRow(
            month, MonthState(act.act) if act else MonthState.OPEN, counted.get(month, 0),
            last_day(year, month) < today, act.by if act else "", reference_of(act.by) if act else "",
            act.at if act else None, act.reason if act else "", timely.get(month),
        )
        for month in range(1, 13) for act in [acts.get(month)]
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Carried:
    """An amount on an account outside the budget at the end of a year; ``holder`` is a name."""

    holder: str
    fund: str
    amount: Decimal
    owed: bool


def carried(village: str, year: int) -> tuple[Carried, ...]:
    """Read the amounts that a year opens with: held and owed at the end of the last one before it. Three queries."""
    return named(village, held_before(village, year))


def named(village: str, items: tuple[Item, ...]) -> tuple[Carried, ...]:
    """Return the items of an opening with the names of accounts, taxes or activities. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'b' || key, name FROM villagefinance_bankaccount"
            " WHERE (region, village) = (%(region)s, %(village)s)"
            " UNION ALL SELECT 'a' || code, name FROM villagefinance_activity WHERE region = %(region)s AND level = 3",
            {"region": village[:5], "village": village},
        )
        names = dict(cursor.fetchall())
    return tuple(
        Carried(
            tax_title(item.tax, village[:5]) if item.tax
            else names.get(f"b{item.bank_account}", "") if item.account in (CASH, BANK)
            else f"{item.activity} {names.get(f'a{item.activity}', '')}",
            item.fund, item.amount, item.side == "C",
        )
        for item in items
    )  # fmt: skip


def surplus_by_fund(village: str, year: int) -> dict[str, Decimal]:
    """Read the surplus (SiLPA) of a year by fund, in rupiah. One query."""
    sums = dict[str, Decimal]()
    for spent in realised(village, year):
        income = is_under(spent.account, REVENUE) or is_under(spent.account, FINANCING_IN)
        sums[spent.fund] = sums.get(spent.fund, ZERO) + (spent.amount if income else -spent.amount)
    return {fund: amount for fund, amount in sorted(sums.items()) if amount}


@dataclass(frozen=True, slots=True)
class Unspent:
    """The unspent budget of an activity from a fund at the end of its year, by line."""

    activity: str
    name: str
    fund: str
    lines: tuple[tuple[int, Decimal], ...]

    @property
    def key(self) -> str:
        """The key of the line in a form."""
        return f"{self.activity}/{self.fund}"

    @property
    def amount(self) -> Decimal:
        return sum((amount for _line, amount in self.lines), ZERO)


def unspent(village: str, year: int) -> tuple[Unspent, ...]:
    """Read the amounts that could be carried into the next year (DPAL), by activity and fund. Two queries."""
    spent = {line_spent.line: line_spent.amount for line_spent in realised(village, year)}
    lines_of: dict[tuple[str, str, str], list[tuple[int, Decimal]]] = {}
    for left in lines_left(village, date(year, 12, 31)):
        rest = left.amount - spent.get(left.key, ZERO)
        if left.activity and rest > 0:
            lines_of.setdefault((left.activity, left.activity_name, left.fund), []).append((left.key, rest))
    return tuple(Unspent(*of, tuple(lines)) for of, lines in lines_of.items())


@dataclass(frozen=True, slots=True)
class CarriedRow:
    """A line carried over from a closed year to the next (DPAL), paid from the surplus of its fund."""

    activity: str
    activity_name: str
    account: str
    account_name: str
    fund: str
    amount: Decimal


def carried_lines(village: str, year: int) -> tuple[CarriedRow, ...]:
    """Read the lines carried over from a closed year to the next. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.activity, t.name, l.account, a.name, l.fund, c.amount"
            " FROM villagefinance_carriedline AS c JOIN villagefinance_budgetline AS l"
            " ON (l.region, l.village, l.year, l.key) = (c.region, c.village, c.year, c.line)"
            " JOIN villagefinance_account AS a ON (a.region, a.code) = (l.region, l.account)"
            " JOIN villagefinance_activity AS t ON (t.region, t.code) = (l.region, l.activity)"
            " WHERE (c.region, c.village, c.year) = (%s, %s, %s) ORDER BY l.activity, l.account, l.fund",
            [village[:5], village, year],
        )
        return tuple(CarriedRow(*row) for row in cursor.fetchall())


def carried_package(year: int) -> str:
    """Return the name of the package for carried-over items in a budget."""
    return f"DPAL {year - 1}"


def awaits_take_over(village: str, year: int) -> bool:
    """Return whether the closing of the year before carried over activities that no version of this one has. One
    query."""
    of = {"region": village[:5], "village": village}
    kept = BudgetVersion.objects.filter(**of, year=year).exclude(state=BudgetState.DROPPED).values("number")
    taken = CostItem.objects.filter(**of, year=year, package=carried_package(year), version__in=kept)
    return CarriedLine.objects.filter(**of, year=year - 1).exclude(Exists(taken)).exists()


@dataclass(frozen=True, slots=True)
class Unready:
    """Counts of the unfinished business of a year: unpaid requests, advances not accounted for."""

    requests: int
    advances: int


def unready(village: str, year: int) -> Unready:
    """Count the unfinished business of a year. One query."""
    rows = PaymentRequest.objects.filter(region=village[:5], village=village, year=year)
    over = (RequestState.SETTLED, RequestState.CANCELLED, RequestState.PAID)
    advances = rows.filter(state=RequestState.PAID, kind=RequestKind.ADVANCE).count()
    return Unready(rows.exclude(state__in=over).count(), advances)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A line of an entry with the names of its codes; ``holder``: the cash box or bank account, or the tax owed."""

    side: str
    amount: Decimal
    account: str
    account_name: str
    activity: str
    activity_name: str
    fund: str
    holder: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of the books. ``reversed_by``: the place of the entry that reversed it; ``request``: year and number of
    its payment request, which ``is_open`` to the reader."""

    year: int
    place: int
    kind: Kind
    number: int
    day: date
    paper: str
    told: str
    maker: str
    made_by: str
    checker: str
    approver: str
    recorded_at: datetime
    previous: str
    hash: str
    reverses: int | None
    reversed_by: int | None
    request: tuple[int, int] | None
    is_open: bool
    lines: tuple[EntryLine, ...]

    @property
    def kind_name(self) -> str:
        return translate(KIND_NAMES[self.kind])

    @property
    def title(self) -> str:
        return f"{self.kind_name} {self.number}/{self.year}"

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines if line.side == "D"), ZERO)


def entry(village: str, year: int, place: int, *, scope: Standing) -> EntryRow:
    """Read an entry with its lines; raises :class:`NotFound`. Six queries at most."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    of = {"region": village[:5], "village": village, "year": year}
    row = Entry.objects.filter(**of, place=place).first()
    if row is None:
        raise NotFound
    undone = Entry.objects.filter(**of, reverses=place).values_list("place", flat=True).first()
    asked = RequestEntry.objects.filter(**of, place=row.reverses or place).values_list("of_year", "request").first()
    at = dict(zip(("year", "number"), asked or (0, 0), strict=True))
    own = PaymentRequest.objects.filter(readable(village, scope), region=village[:5], village=village, **at)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.side, l.amount, l.account, a.name, l.activity, coalesce(t.name, ''), l.fund,"
            " l.tax, coalesce(b.name, '') FROM villagefinance_line AS l"
            " LEFT JOIN villagefinance_account AS a ON (a.region, a.code) = (l.region, l.account)"
            " LEFT JOIN villagefinance_activity AS t ON (t.region, t.code) = (l.region, l.activity)"
            " LEFT JOIN villagefinance_bankaccount AS b"
            " ON (b.region, b.village, b.key) = (l.region, l.village, l.bank_account)"
            " WHERE (l.region, l.village, l.year, l.place) = (%s, %s, %s, %s) ORDER BY l.no",
            [village[:5], village, year, place],
        )
        lines = tuple(
            EntryLine(*of, tax_title(tax, village[:5]) if tax else holder) for *of, tax, holder in cursor.fetchall()
        )
    return EntryRow(
        year, place, Kind(row.kind), row.number, row.date, row.document, row.told, row.maker,
        reference_of(row.maker), row.checker, row.approver, row.recorded_at, row.previous, row.hash, row.reverses,
        undone, asked, bool(asked) and own.exists(), lines,
    )  # fmt: skip
