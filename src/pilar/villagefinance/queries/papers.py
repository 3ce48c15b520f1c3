"""Reads of the books that only papers need: registers, amounts held and owed, receipts."""

# ruff: noqa: S608 - expressions of our own

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from pilar.areas.reference import today_in
from pilar.people.rules import Standing
from pilar.villagefinance.models import Entry, PaymentRequest, Period, Remittance, Withholding, triggers
from pilar.villagefinance.queries.requests import due_of_advance
from pilar.villagefinance.queries.taxes import tax_title
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.codes import ADVANCE, BANK, CASH, WITHHELD
from pilar.villagefinance.rules.journal import Kind


@dataclass(frozen=True, slots=True)
class Held:
    """The amount of a fund held (or owed, negative) on an account outside the budget, at the beginning of a year and on
    a day, in rupiah; ``name``: the cash box or bank account, the kind of tax, or the activity of an advance."""

    account: str
    name: str
    fund: str
    opening: Decimal
    closing: Decimal


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """Amounts held and owed at the end of a month, and when its books were closed and by which person, if they are."""

    month: int
    bank: Decimal
    cash: Decimal
    advances: Decimal
    owed: Decimal
    closed_on: date | None
    by: str

    @property
    def money(self) -> Decimal:
        return self.bank + self.cash


@dataclass(frozen=True, slots=True)
class AdvanceRow:
    """An advance: amounts given, accounted for and paid back, in rupiah, and the deadline for accounting."""

    request: int
    paid_on: date
    due: date
    activity: str
    told: str
    given: Decimal
    accounted: Decimal
    returned: Decimal

    @property
    def rest(self) -> Decimal:
        return self.given - self.accounted - self.returned


@dataclass(frozen=True, slots=True)
class TaxRow:
    """A withheld tax, with number (NTPN) and day of its remittance."""

    request: int
    paid_on: date | None
    payee: str
    tax: str
    base: Decimal
    rate: Decimal
    amount: Decimal
    due: date
    ntpn: str
    remitted_on: date | None


def held(village: str, day: date, *, scope: Standing) -> tuple[Held, ...]:
    """Read amounts held and owed by account, holder and fund; raises :class:`NotFound`. One query."""
    rows = _rows(
        f"SELECT l.account, coalesce(b.name, {triggers.HOLDER}), l.fund,"
        f" coalesce(sum({triggers.SIGNED}) FILTER (WHERE coalesce(r.kind, e.kind) = 'opening'), 0),"
        f" sum({triggers.SIGNED}) FROM villagefinance_entry AS e JOIN villagefinance_line AS l"
        " ON (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place)"
        " LEFT JOIN villagefinance_entry AS r"
        " ON (r.region, r.village, r.year, r.place) = (e.region, e.village, e.year, e.reverses)"
        " LEFT JOIN villagefinance_bankaccount AS b"
        " ON (b.region, b.village, b.key) = (l.region, l.village, l.bank_account)"
        " WHERE (e.region, e.village, e.year) = (%(region)s, %(village)s, %(year)s) AND e.date <= %(day)s"
        " AND left(l.account, 1) IN ('1', '7') GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        village, scope, year=day.year, day=day,
    )  # fmt: skip
    return tuple(Held(*row) for row in rows if any(row[3:]))


def month_ends(village: str, year: int, *, scope: Standing) -> tuple[MonthEnd, ...]:
    """The ends of the twelve months of a year; raises :class:`NotFound`. Two queries."""
    heads = ", ".join(
        f"coalesce(sum(p.moved) FILTER (WHERE starts_with(p.account, '{head}')), 0)"
        for head in (BANK, CASH, ADVANCE, WITHHELD)
    )
    rows = _rows(
        f"SELECT m.month, {heads} FROM generate_series(1, 12) AS m(month) LEFT JOIN villagefinance_cashposition AS p"
        " ON (p.region, p.village, p.year) = (%(region)s, %(village)s, %(year)s)"
        " AND extract(month FROM p.day) <= m.month GROUP BY 1 ORDER BY 1",
        village, scope, year=year,
    )  # fmt: skip
    latest = Period.objects.filter(**_of(village, year)).order_by("month", "-no").distinct("month")
    closed = {period.month: period for period in latest if period.act != "reopened"}
    return tuple(
        MonthEnd(month, *sums, -owed, today_in(village[:5], closed[month].at) if month in closed else None,
                 closed[month].by if month in closed else "")
        for month, *sums, owed in rows
    )  # fmt: skip


def advances(village: str, year: int, *, scope: Standing) -> tuple[AdvanceRow, ...]:
    """Read the advances of a year from the books; raises :class:`NotFound`. One query."""
    signed = f"coalesce(sum({triggers.SIGNED}) FILTER (WHERE o.kind = %({{}})s), 0)"
    rows = _rows(
        f"SELECT q.number, q.paid_on, q.activity, q.told, {signed.format('given')}, -{signed.format('accounted')},"
        f" -{signed.format('unused')} FROM villagefinance_paymentrequest AS q"
        " JOIN villagefinance_requestentry AS t ON (t.region, t.village, t.of_year, t.request)"
        " = (q.region, q.village, q.year, q.number)"
        " JOIN villagefinance_entry AS o ON (o.region, o.village, o.year, o.place)"
        " = (t.region, t.village, t.year, t.place)"
        " JOIN villagefinance_entry AS e ON (e.region, e.village, e.year) = (t.region, t.village, t.year)"
        " AND coalesce(e.reverses, e.place) = t.place"
        " JOIN villagefinance_line AS l ON (l.region, l.village, l.year, l.place)"
        " = (e.region, e.village, e.year, e.place)"
        " WHERE (q.region, q.village, q.year) = (%(region)s, %(village)s, %(year)s) AND q.kind = 'advance'"
        " AND q.paid_on IS NOT NULL AND starts_with(l.account, %(head)s) GROUP BY 1, 2, 3, 4 ORDER BY 1",
        village, scope, year=year, head=ADVANCE, given=Kind.ADVANCE, accounted=Kind.ACCOUNTED, unused=Kind.UNUSED,
    )  # fmt: skip
    return tuple(AdvanceRow(number, paid, due_of_advance(village, paid), *more) for number, paid, *more in rows)


def taxes(village: str, year: int, *, scope: Standing) -> tuple[TaxRow, ...]:
    """Read the taxes withheld from the payments of a year; raises :class:`NotFound`. Three queries."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    of = _of(village, year)
    paid = {request.number: request for request in PaymentRequest.objects.filter(**of, paid_on__isnull=False)}
    rows = [
        withholding
        for withholding in Withholding.objects.filter(**of).order_by("request", "no")
        if withholding.request in paid
    ]
    days = dict(
        Remittance.objects.filter(region=village[:5], ntpn__in={row.ntpn for row in rows}).values_list("ntpn", "date")
    )
    return tuple(
        TaxRow(
            row.request, paid[row.request].paid_on, paid[row.request].payee or paid[row.request].told,
            tax_title(row.tax, village[:5]), row.base, row.rate, row.amount, row.due,
            row.ntpn or "", days.get(row.ntpn or ""),
        )
        for row in rows
    )  # fmt: skip


def places_of(village: str, year: int, kinds: Collection[Kind], *, scope: Standing) -> list[tuple[int, str]]:
    """Read the places of the entries of these kinds with number and description, the newest first; raises
    :class:`NotFound`. One query."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    rows = Entry.objects.filter(**_of(village, year), kind__in=kinds).order_by("-place")
    return [(place, f"{number}: {told}") for place, number, told in rows.values_list("place", "number", "told")]


def _of(village: str, year: int) -> dict[str, Any]:
    return {"region": village[:5], "village": village, "year": year}


def _rows(sql: str, village: str, scope: Standing, **given: Any) -> list[tuple[Any, ...]]:
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"region": village[:5], "village": village, **given})
        return cursor.fetchall()
