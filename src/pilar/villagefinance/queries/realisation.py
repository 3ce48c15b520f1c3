"""Realisation of budgets (LRA): of a village, of all villages that a reader oversees, and as the public sees it.

Reads of positions; nothing is stored, and the number of queries does not depend on the number of villages.
"""

# ruff: noqa: S608 - names of our own

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse

from pilar.areas.models import Village
from pilar.areas.queries import RegionRow, regions, village_names
from pilar.people.queries import within
from pilar.people.rules import NotFound, Standing
from pilar.platform.actors import Authority
from pilar.villagefinance import reference
from pilar.villagefinance.models import Book
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.clocks import last_day
from pilar.villagefinance.rules.codes import BANK, CASH, EXPENDITURE, FINANCING, REVENUE
from pilar.villagefinance.rules.realisation import (
    Realisation,
    RealisedRow,
    Sums,
    VillageSums,
    alike,
    net,
    per_cent,
    realisation_of,
    under_heads,
)

_THERE = "region = %(region)s AND village = ANY(%(villages)s) AND year = %(year)s"
_LEAVES = f"""
FROM (SELECT * FROM villagefinance_budgetline WHERE {_THERE} AND (%(fund)s = '' OR fund = %(fund)s)) AS l
LEFT JOIN (
    SELECT village, max(number) AS number FROM villagefinance_budgetversion
    WHERE {_THERE} AND state = 'enacted' AND in_force_from <= %(last)s GROUP BY 1
) AS v USING (village)
LEFT JOIN (SELECT village, version AS number, line AS key, amount FROM villagefinance_budgetamount WHERE {_THERE}) AS a
    USING (village, number, key)
LEFT JOIN (
    SELECT village, line AS key, sum(moved) AS moved FROM villagefinance_budgetposition
    WHERE {_THERE} AND month <= %(month)s GROUP BY 1, 2
) AS p USING (village, key)
WHERE true
"""
"""Every line of these budgets with its amount in the version in force and its realisation. Each table is read from the
beginning of its key."""
_SUMS = "coalesce(sum(a.amount), 0), coalesce(sum(p.moved), 0)"
_HEAD = "CASE left(l.account, 1) WHEN '6' THEN left(l.account, 3) ELSE left(l.account, 1) END"
"""The totals of a village: revenue, expenditure, financing in and out."""


@dataclass(frozen=True, slots=True)
class Consolidation:
    """Realisation of the villages of a region together, and of each by code."""

    region: str
    realisation: Realisation
    villages: tuple[VillageSums, ...]


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """Budget and realisation of an activity by the end of a month, in rupiah; a field or subfield has a level of 1 or
    2."""

    code: str
    name: str
    level: int
    budget: Decimal
    realised: Decimal

    @property
    def strong(self) -> bool:
        return self.level < 3

    @property
    def per_cent(self) -> Decimal | None:
        """Realisation in percent of the budget, to two decimals."""
        return per_cent((self.budget, self.realised))


@dataclass(frozen=True, slots=True)
class PublicYear:
    """The public figures of a village's budget: realisation, also by activity, and ``alike``: the villages of the
    region with a budget of about the same size, itself among them."""

    village: str
    realisation: Realisation
    activities: tuple[ActivityRow, ...]
    alike: tuple[VillageSums, ...]

    @property
    def package(self) -> str:
        """The address of the same figures as open data."""
        path = reverse("villagefinance:public-data", args=[self.village, self.realisation.year])
        return settings.SITE_ADDRESS.rstrip("/") + path


@dataclass(frozen=True, slots=True)
class DataRow:
    """A budget line as open data: its codes, budget and realisation, in rupiah."""

    activity: str
    account: str
    fund: str
    budget: Decimal
    realised: Decimal


def realisation(village: str, year: int, month: int, *, scope: Standing, fund: str = "") -> Realisation:
    """Read the realisation of the budget in force by the end of a month; raises :class:`NotFound`. One query."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    return _realisation([village], year, month, fund)


def by_fund(village: str, year: int, month: int, *, scope: Standing) -> dict[str, Realisation]:
    """Read the same for each fund with any amount, by its code; raises :class:`NotFound`. One query."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    leaves: dict[str, dict[str, Sums]] = defaultdict(dict)
    for fund, account, budget, moved in _rows(
        f"SELECT l.fund, l.account, {_SUMS} {_LEAVES} GROUP BY 1, 2 ORDER BY 1", _given([village], year, month)
    ):
        leaves[fund][account] = (budget, moved)
    return {
        fund: realisation_of(sums, _names(), year=year, month=month, fund=fund)
        for fund, sums in leaves.items() if any(any(amounts) for amounts in sums.values())
    }  # fmt: skip


def activities(village: str, year: int, month: int, *, scope: Standing) -> tuple[ActivityRow, ...]:
    """Read budget and realisation of each activity by the end of a month; raises :class:`NotFound`. One query."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    return _activities(village, year, month)


def overseen(region: str, *, scope: Standing, village: str = "") -> list[str]:
    """Return the codes of the villages of a region (or the one) whose books ``scope`` reads; raises :class:`NotFound`
    if there are none."""
    reach = within(AUTHORITY.extent(scope, Action.READ_BOOKS), unit="village")
    rows = Book.objects.filter(reach, region=region, **({"village": village} if village else {}))
    codes = list(rows.order_by("village").values_list("village", flat=True))
    if not codes:
        raise NotFound
    return codes


def consolidated(region: str, year: int, month: int, *, scope: Standing, fund: str = "") -> Consolidation:
    """Read the realisation by the end of a month in all villages whose books ``scope`` reads (Pasal 69, 71).

    Raises :class:`NotFound`. Four queries.
    """
    villages = overseen(region, scope=scope)
    given = _given(villages, year, month, fund)
    leaves: dict[str, Sums] = {}
    heads: dict[str, dict[str, Sums]] = defaultdict(dict)
    asked = f"SELECT village, {_HEAD}, l.account, {_SUMS} {_LEAVES}"
    for village, head, account, *sums in _rows(
        f"{asked} GROUP BY GROUPING SETS ((l.account), (village, {_HEAD}))", given
    ):
        if village is None:
            leaves[account] = (sums[0], sums[1])
        else:
            heads[village][head] = (sums[0], sums[1])
    whole = realisation_of(leaves, _names(), year=year, month=month, fund=fund)
    return Consolidation(region, whole, _compared(heads, given))


def public_year(village: str, year: int, month: int, *, scope: Authority) -> PublicYear:
    """Read the public figures of a village's budget; raises :class:`NotFound` where there are no books. Six queries."""
    del scope
    every = with_books(village)
    villages = _villages(every, year, month, "")
    near = alike(village, villages)
    own = [sums for sums in villages if near and sums.code == village]
    shown = tuple(sorted((*near, *own), key=lambda sums: sums.code))
    return PublicYear(village, _realisation([village], year, month, ""), _activities(village, year, month), shown)


def public_regions(*, scope: Authority) -> tuple[RegionRow, ...]:
    """The regions whose villages keep their books here, by code. Two queries."""
    del scope
    known = set(Book.objects.order_by().values_list("region", flat=True).distinct())
    return tuple(region for region in regions() if region.code in known) if known else ()


def keeps_books(region: str, *, scope: Authority) -> bool:
    """Return whether a village of a region keeps its books here. One query."""
    del scope
    return Book.objects.filter(region=region).exists()


def public_villages(region: str, year: int, month: int, *, scope: Authority) -> tuple[VillageSums, ...]:
    """Read the sums of each village's budget in a region; open to everybody. Four queries."""
    del scope
    codes = list(Book.objects.filter(region=region).values_list("village", flat=True))
    return _villages(codes, year, month, "") if codes else ()


def public_total(region: str, year: int, month: int, *, scope: Authority) -> tuple[RealisedRow, ...]:
    """Read the realisation of the budgets of all villages of a region together; open to everybody. Two queries."""
    del scope
    codes = list(Book.objects.filter(region=region).values_list("village", flat=True))
    return _realisation(codes, year, month, "").whole if codes else ()


def data_rows(village: str, year: int, month: int, *, scope: Authority) -> tuple[DataRow, ...]:
    """Every line of the budget of a village as open data, by its codes; raises :class:`NotFound`. Two queries."""
    del scope
    with_books(village)
    rows = _rows(
        f"SELECT l.activity, l.account, l.fund, {_SUMS} {_LEAVES} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        _given([village], year, month),
    )
    return tuple(DataRow(*row) for row in rows if row[3] or row[4])


def villages_named(text: str, *, most: int, scope: Authority) -> tuple[tuple[str, str, str], ...]:
    """Code, name and place of villages with these words in their name that keep books here, by name; public."""
    del scope
    rows = Village.objects.filter(code__in=Book.objects.values("village"), ended_at=None)
    for word in text.split():
        rows = rows.filter(name__icontains=word)
    villages = rows.select_related("district__region").order_by("name", "code")[:most]
    return tuple(
        (village.code, village.name, f"{village.district.name}, {village.district.region.name}") for village in villages
    )


def with_books(village: str) -> list[str]:
    """Return the villages of a region that keep books, without a check of permission; raises :class:`NotFound` if this
    is none of them."""
    every = list(Book.objects.filter(region=village[:5]).values_list("village", flat=True))
    if village not in every:
        raise NotFound
    return every


def _activities(village: str, year: int, month: int) -> tuple[ActivityRow, ...]:
    rows = _rows(
        f"SELECT l.activity, {_SUMS} {_LEAVES} AND l.activity <> '' GROUP BY 1", _given([village], year, month)
    )
    leaves = {activity: (budget, moved) for activity, budget, moved in rows}
    names = reference.activities()
    return tuple(
        ActivityRow(code, names[code].name if code in names else "", code.count(".") + 1, *sums)
        for code, sums in sorted(under_heads(leaves).items()) if any(sums)
    )  # fmt: skip


def _names() -> dict[str, str]:
    return {code: account.name for code, account in reference.accounts().items()}


def _realisation(villages: Collection[str], year: int, month: int, fund: str) -> Realisation:
    rows = _rows(f"SELECT l.account, {_SUMS} {_LEAVES} GROUP BY 1", _given(villages, year, month, fund))
    leaves = {account: (budget, moved) for account, budget, moved in rows}
    return realisation_of(leaves, _names(), year=year, month=month, fund=fund)


def _villages(villages: Collection[str], year: int, month: int, fund: str) -> tuple[VillageSums, ...]:
    """Read the sums of each of these villages, by code. Three queries."""
    given = _given(villages, year, month, fund)
    heads: dict[str, dict[str, Sums]] = defaultdict(dict)
    for code, head, budget, moved in _rows(f"SELECT village, {_HEAD}, {_SUMS} {_LEAVES} GROUP BY 1, 2", given):
        heads[code][head] = (budget, moved)
    return _compared(heads, given)


def _compared(heads: dict[str, dict[str, Sums]], given: dict[str, Any]) -> tuple[VillageSums, ...]:
    """Read each village with its budget and money, by code. Two queries."""
    # day + 0: by the bare day PostgreSQL looks into its index once for every cash box and fund, which takes longer.
    held = dict(
        _rows(
            f"SELECT village, sum(moved) FROM villagefinance_cashposition WHERE {_THERE} AND account = ANY(%(money)s)"
            " AND day + 0 <= %(last)s AND (%(fund)s = '' OR fund = %(fund)s) GROUP BY 1",
            given | {"money": [CASH, BANK]},
        )
    )
    names = village_names(region=given["region"])
    return tuple(
        VillageSums(
            code, names.get(code, code), net(heads[code], REVENUE), _positive(net(heads[code], EXPENDITURE)),
            net(heads[code], REVENUE, EXPENDITURE, FINANCING), held.get(code, Decimal(0)),
        )
        for code in sorted(given["villages"])
    )  # fmt: skip


def _positive(sums: Sums) -> Sums:
    return -sums[0], -sums[1]


def _given(villages: Collection[str], year: int, month: int, fund: str = "") -> dict[str, Any]:
    region = next(iter(villages))[:5]
    return {
        "region": region, "villages": list(villages), "year": year, "month": month, "fund": fund,
        "last": last_day(year, month),
    }  # fmt: skip


def _rows(sql: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()
