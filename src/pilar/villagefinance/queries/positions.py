"""Sums of the books, and whether all stored sums agree with their lines."""

# ruff: noqa: S608 - names and expressions of our own

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from pilar.villagefinance.models import triggers
from pilar.villagefinance.rules.codes import BANK, CASH
from pilar.villagefinance.rules.journal import Item
from pilar.villagefinance.rules.journals import Balance


@dataclass(frozen=True, slots=True)
class Realised:
    """Realisation of a budget line in a year, in rupiah: income and expenditure are both positive."""

    line: int
    activity: str
    account: str
    fund: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored sum that does not agree with the books."""

    rule: str
    village: str
    year: int | None
    of: str
    kept: str
    computed: str


def realised(village: str, year: int) -> tuple[Realised, ...]:
    """Read the realisation of each budget line, where it is not zero. One query."""
    return tuple(
        Realised(*row)
        for row in _rows(
            "SELECT b.key, b.activity, b.account, b.fund, sum(p.moved) FROM villagefinance_budgetposition AS p"
            " JOIN villagefinance_budgetline AS b"
            " ON (b.region, b.village, b.year, b.key) = (p.region, p.village, p.year, p.line)"
            " WHERE p.region = %s AND p.village = %s AND p.year = %s"
            " GROUP BY 1, 2, 3, 4 HAVING sum(p.moved) <> 0 ORDER BY b.activity, b.account, b.fund",
            [village[:5], village, year],
        )
    )


def held_before(village: str, year: int) -> tuple[Item, ...]:
    """Read the amounts a village held and owed at the end of the last year of its books before this one, by account,
    holder and fund, as an opening books them. One query."""
    rows = _rows(
        "SELECT account, holder, fund, sum(moved) FROM villagefinance_cashposition"
        " WHERE region = %(region)s AND village = %(village)s AND year = (SELECT max(year) FROM villagefinance_entry"
        " WHERE region = %(region)s AND village = %(village)s AND year < %(year)s)"
        " GROUP BY 1, 2, 3 HAVING sum(moved) <> 0 ORDER BY 1, 2, 3",
        {"region": village[:5], "village": village, "year": year},
    )
    return tuple(
        Item(
            abs(moved), account, fund,
            activity=holder if account.startswith("1.1.4") else "",
            bank_account=int(holder) if account in (CASH, BANK) else None,
            tax=holder if account.startswith("7") else "",
            side="D" if moved > 0 else "C",
        )
        for account, holder, fund, moved in rows
    )  # fmt: skip


def balances(village: str) -> tuple[Balance, ...]:
    """Read the balance of each account of the books in each year: from positions, and from the lines of closings, which
    no position covers. One query."""
    return tuple(
        Balance(*row)
        for row in _rows(
            "SELECT year, account, fund, holder, sum(moved) FROM ("
            f"SELECT p.year, p.account, p.fund, p.holder, p.moved FROM villagefinance_cashposition AS p {_KEPT}"
            " UNION ALL SELECT p.year, l.account, l.fund, l.activity,"
            f" CASE WHEN {triggers.OUT} THEN p.moved ELSE -p.moved END FROM villagefinance_budgetposition AS p"
            " JOIN villagefinance_budgetline AS l"
            f" ON (l.region, l.village, l.year, l.key) = (p.region, p.village, p.year, p.line) {_KEPT}"
            f" UNION ALL SELECT e.year, l.account, l.fund, l.activity, {triggers.SIGNED} {_LINES}"
            " AND l.line IS NULL AND left(l.account, 1) NOT IN ('1', '7')"
            ") AS every GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
            {"region": village[:5], "village": village},
        )
    )


def surplus(village: str, day: date) -> tuple[Decimal, Decimal]:
    """Return the budget's surplus by a day, and the amount held less owed: both are always equal (SiLPA). One query."""
    rows = _rows(
        "SELECT realised, held FROM villagefinance_surplus"
        " WHERE region = %s AND village = %s AND year = %s AND day <= %s ORDER BY day DESC LIMIT 1",
        [village[:5], village, day.year, day],
    )
    return (rows[0][0] or Decimal(0), rows[0][1] or Decimal(0)) if rows else (Decimal(0), Decimal(0))


def books_begun() -> tuple[str, ...]:
    """Return the codes of the villages whose books have entries."""
    return tuple(
        row[0] for row in _rows("SELECT village FROM villagefinance_book WHERE entries > 0 ORDER BY village", [])
    )


def differences(village: str) -> Iterator[Difference]:
    """Yield everything that does not agree in the books of a village: positions, numbers, chain, sums, openings,
    surplus. Seven queries."""
    for rule, sql in _CHECKS.items():
        for year, of, kept, computed in _rows(sql, {"region": village[:5], "village": village}):
            yield Difference(rule, village, year, of, str(kept), str(computed))


def _rows(sql: str, given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


_ENTRIES = "FROM villagefinance_entry AS e WHERE e.region = %(region)s AND e.village = %(village)s"
_LINES = (
    "FROM villagefinance_entry AS e JOIN villagefinance_line AS l"
    " ON (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place)"
    " WHERE e.region = %(region)s AND e.village = %(village)s"
)
_KEPT = "WHERE p.region = %(region)s AND p.village = %(village)s"
_LINE = (
    'format(\'[%%s,"%%s","%%s","%%s","%%s","%%s",%%s,%%s,%%s]\', l.no, l.side, l.amount, l.account, l.activity, l.fund,'
    " coalesce(l.line::text, 'null'), coalesce(l.bank_account::text, 'null'), to_json(l.tax))"
)
"""The text of a line as ``villagefinance_lines_text`` writes it, here for all lines of a village at once."""
_CHECKS = {
    "budget position": (
        "SELECT year, concat_ws('/', line, month), coalesce(k.moved, 0), coalesce(c.moved, 0) FROM"
        f" (SELECT p.year, p.line, p.month, p.moved FROM villagefinance_budgetposition AS p {_KEPT}) AS k"
        " FULL JOIN (SELECT e.year, l.line, extract(month FROM e.date)::smallint AS month,"
        f" sum({triggers.REALISED}) AS moved {_LINES} AND l.line IS NOT NULL GROUP BY 1, 2, 3) AS c"
        " USING (year, line, month) WHERE coalesce(k.moved, 0) <> coalesce(c.moved, 0) ORDER BY 1, 2"
    ),
    "cash position": (
        "SELECT year, concat_ws('/', account, holder, fund, day), coalesce(k.moved, 0), coalesce(c.moved, 0) FROM"
        " (SELECT p.year, p.account::text, p.holder::text, p.fund::text, p.day, p.moved"
        f" FROM villagefinance_cashposition AS p {_KEPT}) AS k"
        f" FULL JOIN (SELECT e.year, l.account::text, {triggers.HOLDER} AS holder, l.fund::text, e.date AS day,"
        f" sum({triggers.SIGNED}) AS moved {_LINES} AND left(l.account, 1) IN ('1', '7') GROUP BY 1, 2, 3, 4, 5) AS c"
        " USING (year, account, holder, fund, day) WHERE coalesce(k.moved, 0) <> coalesce(c.moved, 0) ORDER BY 1, 2"
    ),
    "number": (
        "SELECT year, kind || '/' || number, number, due FROM (SELECT e.year, e.kind, e.number,"
        f" row_number() OVER (PARTITION BY e.year, e.kind ORDER BY e.place) AS due {_ENTRIES}) AS n"
        " WHERE number <> due ORDER BY 1, 2"
    ),
    "chain": (
        "SELECT year, place::text, hash, due FROM (SELECT e.year, e.place, e.hash, e.previous,"
        " row_number() OVER (ORDER BY e.place) AS counted, lag(e.hash) OVER (ORDER BY e.place) AS before,"
        " encode(sha256(decode(e.previous, 'hex') || convert_to(villagefinance_entry_text(e), 'UTF8')), 'hex') AS due"
        f" {_ENTRIES}) AS n WHERE hash <> due OR place <> counted OR previous <> before UNION ALL"
        " SELECT NULL, 'head', b.entries || ' ' || b.head, n.entries || ' ' || n.head FROM villagefinance_book AS b,"
        " LATERAL (SELECT count(*) AS entries, (array_agg(e.hash ORDER BY e.place DESC))[1] AS head"
        f" {_ENTRIES}) AS n WHERE (b.region, b.village) = (%(region)s, %(village)s)"
        " AND b.entries > 0 AND (b.entries, b.head) IS DISTINCT FROM (n.entries, n.head)"
    ),
    "lines": (
        "SELECT e.year, e.place::text, concat_ws(' ', e.lines_digest, 0.00), concat_ws(' ', c.digest, c.rest)"
        " FROM villagefinance_entry AS e LEFT JOIN (SELECT l.year, l.place,"
        f" encode(sha256(convert_to('[' || string_agg({_LINE}, ',' ORDER BY l.no) || ']', 'UTF8')), 'hex') AS digest,"
        f" sum({triggers.SIGNED}) AS rest FROM villagefinance_line AS l"
        " WHERE l.region = %(region)s AND l.village = %(village)s GROUP BY 1, 2) AS c USING (year, place)"
        " WHERE e.region = %(region)s AND e.village = %(village)s"
        " AND (e.lines_digest, 0) IS DISTINCT FROM (c.digest, c.rest)"
    ),
    "opening": (
        "WITH o AS (SELECT e.year, e.place, (SELECT max(b.year) FROM villagefinance_entry AS b"
        " WHERE (b.region, b.village) = (e.region, e.village) AND b.year < e.year) AS before"
        f" {_ENTRIES} AND e.kind = 'opening' AND NOT EXISTS (SELECT 1 FROM villagefinance_entry AS r"
        " WHERE (r.region, r.village, r.year, r.reverses) = (e.region, e.village, e.year, e.place)))"
        " SELECT year, of, sum(opened), sum(held) FROM ("
        f"SELECT o.year, concat_ws('/', l.account, {triggers.HOLDER}, l.fund) AS of, {triggers.SIGNED} AS opened,"
        " 0 AS held FROM o JOIN villagefinance_line AS l ON (l.year, l.place) = (o.year, o.place)"
        " WHERE l.region = %(region)s AND l.village = %(village)s AND left(l.account, 1) IN ('1', '7')"
        " AND o.before IS NOT NULL UNION ALL SELECT o.year, concat_ws('/', p.account, p.holder, p.fund), 0, p.moved"
        f" FROM o JOIN villagefinance_cashposition AS p ON p.year = o.before {_KEPT}"
        ") AS both_years GROUP BY 1, 2 HAVING sum(opened) <> sum(held) ORDER BY 1, 2"
    ),
    "surplus": (
        "SELECT p.year, p.day::text, p.realised, p.held FROM villagefinance_surplus AS p"
        f" {_KEPT} AND p.realised <> p.held ORDER BY 2"
    ),
}
