"""Facts that flags are raised from, of one village or of all of a region in a year, by a handful of queries."""

# ruff: noqa: S608 - names and expressions of our own

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from pilar.areas.reference import local, today_in
from pilar.people.queries import current
from pilar.villagefinance.models import triggers
from pilar.villagefinance.rules.codes import ADVANCE, CASH, EXPENDITURE, WITHHELD
from pilar.villagefinance.rules.facts import Booked, Copied, Facts, Moved, Paid, Priced
from pilar.villagefinance.rules.flags import folded
from pilar.villagefinance.rules.journal import Kind
from pilar.villagefinance.rules.roles import Role
from pilar.villagefinance.rules.taxes import PEOPLE_PAID, PaymentKind

FOREVER = datetime.max.replace(tzinfo=UTC)
OFFICIALS = (Role.HEAD, Role.SECRETARY, Role.TREASURER, Role.EXECUTOR, Role.COUNCIL)
_BESIDE = (Kind.OPENING, Kind.CLOSING, Kind.REVERSAL)
_BOOKED = f"""
SELECT e.village, e.place, e.date, e.recorded_at,
    coalesce(sum({triggers.SIGNED}) FILTER (WHERE starts_with(l.account, '{EXPENDITURE}.')), 0)
FROM villagefinance_entry AS e
JOIN villagefinance_line AS l ON (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place)
WHERE e.region = %(region)s AND e.year = %(year)s AND e.kind <> ALL(%(beside)s) AND NOT EXISTS (
    SELECT 1 FROM villagefinance_entry AS r
    WHERE (r.region, r.village, r.year, r.reverses) = (e.region, e.village, e.year, e.place)
    AND r.recorded_at <= %(until)s
) AND e.recorded_at <= %(until)s AND (%(villages)s::text[] IS NULL OR e.village = ANY(%(villages)s))
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2
"""
_MOVED = f"""
SELECT p.village, p.account, p.holder, p.day, sum(p.moved) FROM villagefinance_cashposition AS p
WHERE p.region = %(region)s AND p.year = %(year)s AND p.village = ANY(%(villages)s)
    AND (p.account IN ('{CASH}', '{ADVANCE}') OR starts_with(p.account, '{WITHHELD}.'))
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
_FOLDED = "lower(regexp_replace(btrim({}), '\\s+', ' ', 'g'))"
# Pay goes to officials and is no purchase. Wages and honoraria are distinguished from purchases.
_PAID = f"""
WITH bills AS (
    SELECT b.village, b.request, r.paid_on, r.activity, r.cash_reason, r.kind = 'direct' AND EXISTS (
            SELECT 1 FROM villagefinance_requestentry AS e JOIN villagefinance_line AS l
            ON (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place)
            WHERE (e.region, e.village, e.of_year, e.request) = (b.region, b.village, b.year, b.request)
            AND l.account = '{CASH}'
        ) AS in_cash, coalesce(s.name, b.payee) AS payee,
        {_FOLDED.format("coalesce(s.name, b.payee)")} AS folded, coalesce(s.number, '') AS number,
        coalesce(s.official, false) AS official,
        b.kind, b.amount
    FROM villagefinance_bill AS b JOIN villagefinance_paymentrequest AS r
        ON (r.region, r.village, r.year, r.number) = (b.region, b.village, b.year, b.request)
    LEFT JOIN villagefinance_supplier AS s ON (s.region, s.village, s.key) = (b.region, b.village, b.supplier)
    WHERE b.region = %(region)s AND b.year = %(year)s AND r.state = 'settled'
), payees AS (
    SELECT folded, count(DISTINCT village) AS villages FROM bills
    WHERE kind <> ALL(%(work)s) AND kind <> '{PaymentKind.SALARY}' GROUP BY folded
)
SELECT b.village, b.request, b.paid_on, b.activity, b.payee, sum(b.amount), coalesce(p.villages, 0),
    bool_or(b.official OR b.number <> '' AND (EXISTS (
        SELECT 1 FROM bills AS o WHERE o.village = b.village AND o.kind = '{PaymentKind.SALARY}' AND o.number = b.number
    ) OR EXISTS (
        SELECT 1 FROM villagefinance_supplier AS o WHERE (o.region, o.village, o.number)
            = (%(region)s, b.village, b.number) AND o.official
    ))), b.in_cash, b.cash_reason, b.kind = ANY(%(work)s)
FROM bills AS b LEFT JOIN payees AS p USING (folded)
WHERE b.village = ANY(%(villages)s) AND b.kind <> '{PaymentKind.SALARY}' AND b.folded <> ''
GROUP BY 1, 2, 3, 4, 5, 7, 9, 10, 11 ORDER BY 1, 3, 2
"""
_COPIED = """
WITH files AS (
    SELECT DISTINCT p.village, p.year, p.request, v.sha256 FROM villagefinance_proof AS p
    JOIN evidence_revision AS v ON v.evidence_id = p.evidence AND v.sha256 <> ''
    JOIN villagefinance_paymentrequest AS r
        ON (r.region, r.village, r.year, r.number) = (p.region, p.village, p.year, p.request) AND r.state <> 'cancelled'
    WHERE p.region = %(region)s
), copied AS (
    SELECT sha256, count(DISTINCT village) AS villages FROM files GROUP BY sha256 HAVING count(*) > 1
)
SELECT f.village, f.sha256, array_agg(f.request ORDER BY f.request), max(r.date), sum(a.amount), c.villages - 1
FROM files AS f JOIN copied AS c USING (sha256) JOIN villagefinance_paymentrequest AS r
    ON (r.region, r.village, r.year, r.number) = (%(region)s, f.village, f.year, f.request),
LATERAL (
    SELECT coalesce(sum(l.amount), 0) AS amount FROM villagefinance_requestline AS l
    WHERE (l.region, l.village, l.year, l.request) = (r.region, r.village, r.year, r.number)
) AS a
WHERE f.year = %(year)s AND f.village = ANY(%(villages)s) GROUP BY f.village, f.sha256, c.villages ORDER BY 1, 2
"""
_PRICED = f"""
WITH in_force AS (
    SELECT DISTINCT ON (v.village) v.village, v.number FROM villagefinance_budgetversion AS v
    WHERE v.region = %(region)s AND v.year = %(year)s AND v.state = 'enacted' AND v.in_force_from <= %(today)s
    ORDER BY v.village, v.number DESC
), items AS (
    SELECT c.village, {_FOLDED.format("c.description")} AS item, {_FOLDED.format("c.unit")} AS unit,
        max(c.unit_price) AS price, sum(c.amount) AS amount
    FROM villagefinance_costitem AS c JOIN in_force AS v ON (v.village, v.number) = (c.village, c.version)
    WHERE c.region = %(region)s AND c.year = %(year)s GROUP BY 1, 2, 3
), middle AS (
    SELECT item, unit, percentile_disc(0.5) WITHIN GROUP (ORDER BY price) AS median, count(*) AS villages
    FROM items GROUP BY 1, 2
)
SELECT i.village, i.item, i.unit, i.price, i.amount, m.median, m.villages FROM items AS i JOIN middle AS m
USING (item, unit) WHERE i.village = ANY(%(villages)s) ORDER BY 1, 2, 3
"""


def facts(villages: list[str], year: int, *, now: datetime) -> Iterator[tuple[str, Facts]]:
    """Yield the facts of a year by village of one region. Six queries, whatever their number."""
    region = villages[0][:5]
    today = today_in(region, now)
    given = {
        "region": region, "villages": villages, "year": year, "today": today, "until": FOREVER,
        "beside": [*_BESIDE], "work": [*PEOPLE_PAID - {PaymentKind.SALARY}],
    }  # fmt: skip
    booked = _by_village(_BOOKED, given)
    moved, paid = _by_village(_MOVED, given), _by_village(_PAID, given)
    copied, priced = _by_village(_COPIED, given), _by_village(_PRICED, given)
    officials = defaultdict[str, set[str]](set)
    held = current(now).filter(unit__in=villages, role__in=OFFICIALS)
    for unit, name in held.order_by().values_list("unit", "user__name"):
        officials[unit].add(folded(name))
    for village in villages:
        yield village, Facts(
            year, today,
            tuple(Booked(place, day, local(at, region).date(), spent) for place, day, at, spent in booked[village]),
            tuple(Moved(*row) for row in moved[village]),
            tuple(_paid(row, officials[village]) for row in paid[village]),
            tuple(Copied(sha256, tuple(requests), *row) for sha256, requests, *row in copied[village]),
            tuple(Priced(*row) for row in priced[village]),
        )  # fmt: skip


def payments(region: str, year: int, *, until: datetime) -> list[tuple[tuple[str, int], Decimal]]:
    """Read the spending entries of a region's villages, by village and place, as they were at a moment. One query."""
    given = {"region": region, "villages": None, "year": year, "until": until, "beside": [*_BESIDE]}
    return [((village, place), spent) for village, place, _day, _at, spent in _rows(_BOOKED, given) if spent > 0]


def _paid(row: tuple[Any, ...], officials: set[str]) -> Paid:
    number, day, activity, payee, amount, villages, same_account, in_cash, reason, work = row
    own = same_account or folded(payee) in officials
    return Paid(number, day, activity, payee, amount, villages, own, in_cash, reason, work)


def _by_village(sql: str, given: dict[str, Any]) -> defaultdict[str, list[tuple[Any, ...]]]:
    rows_of = defaultdict[str, list[tuple[Any, ...]]](list)
    for village, *row in _rows(sql, given):
        rows_of[village].append(tuple(row))
    return rows_of


def _rows(sql: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()
