"""Speed of the books: entries made by operations against inserting bare rows, yearly figures against bare sums."""

# ruff: noqa: S608 - names of our own

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

from django.db import connection, transaction

from pilar.index.benchmark import Measure, measure
from pilar.people.rules import OPERATOR
from pilar.platform.benchmark import spent
from pilar.villagefinance import reference
from pilar.villagefinance.operations import begin_region, pay_request
from pilar.villagefinance.operations.posting import Document, post
from pilar.villagefinance.queries.realisation import consolidated, realisation
from pilar.villagefinance.rules.codes import BANK
from pilar.villagefinance.rules.journal import Item, Kind

REGION, FUND, ENTRIES, PAYMENTS, REPEATS = "36.03", "DDS", 300, 50, 3
GIVEN, GROSS, NET, WITHHELD = Decimal(900_000_000), Decimal(100_000), Decimal(98_500), Decimal(1_500)
INCOME, ROAD, SPENT = 1, 2, "5.3.5.03"
LEAF, ACTIVITIES = 3, 10
"""The level of an activity, and on how many of them every village of the region spends twice a month."""
ITEMS = (
    Item(GROSS, SPENT, FUND, "2.3.10", ROAD),
    Item(NET, BANK, FUND, bank_account=1),
    Item(WITHHELD, "7.1.1", FUND, tax="pph22"),
)
_ENTRY = "kind, date, document, told, maker, checker, approver, lines_digest"
_LINE = "no, side, amount, account, activity, fund, line, bank_account, tax"
_COPY_ENTRY = (
    f"INSERT INTO villagefinance_entry (region, village, year, {_ENTRY}) VALUES"
    " (%s, %s, %s, 'payment', %s, '', 'Tolok', 'user:1', 'user:2', 'user:3', %s) RETURNING place"
)
_COPY_LINES = (
    f"INSERT INTO villagefinance_line (region, village, year, place, {_LINE}) SELECT region, %s, year, %s, {_LINE}"
    " FROM villagefinance_line WHERE (region, village, year, place) = (%s, %s, %s, %s)"
)
_BARE_SUM = (
    "SELECT account, sum(amount) FROM villagefinance_line WHERE region = %s AND village = %s AND year = %s GROUP BY 1"
)

_READY = (
    (
        "budgetversion",
        "year, number, kind, state, rule_number, extraordinary, heads, secretaries, staff",
        "%(year)s, 1, 'original', 'draft', '', '', 1, 1, 0",
    ),
    ("budgetline", "year, key, activity, account, fund", "%(year)s, 1, '', '4.2.1.01', 'DDS'"),
    ("budgetamount", "year, version, line, amount", "%(year)s, 1, 1, %(whole)s"),
    (
        "ceiling",
        "year, fund, number, amount, rule, made_on, status",
        "%(year)s, 'DDS', 1, %(whole)s, 'Tolok', %(day)s, ''",
    ),
    ("bankaccount", "key, account, name, bank, number", "1, '1.1.1.02', 'RKD', '', '1'"),
)
_SPENT = (
    ("budgetline", "year, key, activity, account, fund", "%(year)s, %(line)s, %(activity)s, '5.3.5.03', 'DDS'"),
    ("budgetamount", "year, version, line, amount", "%(year)s, 1, %(line)s, %(given)s"),
    (
        "costitem",
        "year, version, line, no, description, package, output, volume, unit, unit_price, amount",
        "%(year)s, 1, %(line)s, 1, 'Tolok', '', '', 1, 'paket', %(given)s, %(given)s",
    ),
)
_REQUESTED = (
    (
        "paymentrequest",
        "number, kind, state, date, activity, fund, payee, told, reason, plan_reason, cash_reason, maker, checker,"
        " approver, accounted_by, returned",
        "n, 'direct', 'approved', %(day)s, '2.3.10', 'DDS', 'Tolok', 'Tolok', '', '', '', 'user:1', 'user:2', 'user:3',"
        " '', 0",
    ),
    ("requestline", "request, line, amount, open", "n, %(line)s, %(gross)s, %(gross)s"),
    (
        "bill",
        "request, no, line, kind, parts, amount, payee, told, number",
        "n, 1, %(line)s, 'goods', 1, %(gross)s, 'Tolok', '', ''",
    ),
)
_TOTAL = "SELECT village, account, sum(amount) FROM villagefinance_line WHERE region = %s AND year = %s GROUP BY 1, 2"


def benchmark() -> Iterator[Measure]:
    """Book in the database of this process, which holds all regions."""
    begin_region(by=OPERATOR, region=REGION)
    now = datetime.now(UTC)
    day = now.date() - timedelta(days=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT village FROM villagefinance_book WHERE region = %s ORDER BY 1 LIMIT 2", [REGION])
        (by_operation,), (by_rows,) = cursor.fetchall()
    for village in (by_operation, by_rows):
        _ready(village, day, now)
    digest = _digest(by_operation, day, now)

    def operations() -> None:
        for _entry in range(ENTRIES):
            _pay(by_operation, day, now)

    def rows(number: int) -> None:
        with connection.cursor() as cursor:
            for _entry in range(number):
                with transaction.atomic():
                    cursor.execute(_COPY_ENTRY, [REGION, by_rows, day.year, day, digest])
                    place = cursor.fetchone()[0]
                    cursor.execute(_COPY_LINES, [by_rows, place, REGION, by_operation, day.year, 2])

    # 2: half as many entries in the time of their bare rows, which the rules of the tables judge as well.
    yield measure(f"{ENTRIES} entries booked", operations, lambda: rows(ENTRIES), 2, REPEATS, clock=spent)

    _approved(by_operation, day)
    numbers = count(1)

    def payments() -> None:
        for _request in range(PAYMENTS):
            pay_request(
                by=OPERATOR, village=by_operation, year=day.year, number=next(numbers), bank_account=1, day=day, now=now
            )

    # The whole of a payment: locks, what its conditions look at, taxes, states, audit, notices, and the entry.
    yield measure(f"{PAYMENTS} requests paid", payments, lambda: rows(PAYMENTS), 12, REPEATS, clock=spent)

    def summed() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BARE_SUM, [REGION, by_operation, day.year])
            cursor.fetchall()

    def year() -> None:
        realisation(by_operation, day.year, 12, scope=OPERATOR)

    yield measure("what a year of a village came to", year, summed, 3, 20, clock=spent)
    yield from _consolidation(now)


def _consolidation(now: datetime) -> Iterator[Measure]:
    """Consolidate all villages of the region with a year of books from positions, against the bare sum of their
    lines."""
    year = now.year - 1
    villages = _region_year(year, now)

    def consolidation() -> None:
        consolidated(REGION, year, 12, scope=OPERATOR)

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_TOTAL, [REGION, year])
            cursor.fetchall()

    yield measure(f"what a year of {villages} villages came to", consolidation, bare, 6, REPEATS, clock=spent)


@transaction.atomic
def _region_year(year: int, now: datetime) -> int:
    """Give every village of the region the same budget and books of a year; return the number of villages."""
    every = sorted(code for code, activity in reference.activities().items() if activity.level == LEAF)
    spent_on = dict(enumerate(every[:ACTIVITIES], ROAD))
    with connection.cursor() as cursor:
        cursor.execute("SELECT village FROM villagefinance_book WHERE region = %s AND entries = 0 ORDER BY 1", [REGION])
        first, *others = [village for (village,) in cursor.fetchall()]
        _draw_up(first, date(year, 1, 1), spent_on)
        for table, columns, _values in (*_READY, _SPENT[-1]):
            cursor.execute(_copied(table, columns), [others, REGION, first])
        for village in (first, *others):
            _enact(village, date(year, 1, 1))
        _receive(first, date(year, 1, 2), now, GIVEN * len(spent_on))
        money = Item(GROSS * len(spent_on), BANK, FUND, bank_account=1)
        items = (*(Item(GROSS, SPENT, FUND, activity, line) for line, activity in spent_on.items()), money)
        for month in range(1, 13):
            for day in (10, 20):
                _pay(first, date(year, month, day), now, items)
        for table, columns in (("entry", _ENTRY), ("line", f"place, {_LINE}")):
            cursor.execute(_copied(table, f"year, {columns}") + " ORDER BY b, t.place", [others, REGION, first])
        # What autovacuum does within a minute; before it PostgreSQL takes new rows for few and joins row by row.
        cursor.execute("ANALYZE villagefinance_budgetline, villagefinance_budgetamount, villagefinance_budgetposition")
    return 1 + len(others)


def _copied(table: str, columns: str) -> str:
    """Return the SQL that copies the rows of one village to the others."""
    return (
        f"INSERT INTO villagefinance_{table} (region, village, {columns}) SELECT t.region, b, {columns}"
        f" FROM villagefinance_{table} AS t, unnest(%s::text[]) AS b WHERE (t.region, t.village) = (%s, %s)"
    )


@transaction.atomic
def _pay(village: str, day: date, now: datetime, items: tuple[Item, ...] = ITEMS) -> None:
    document = Document(Kind.PAYMENT, day, "Tolok", checker="user:2", approver="user:3", maker="user:1")
    post(by=OPERATOR, village=village, document=document, items=items, now=now)


def _digest(village: str, day: date, now: datetime) -> str:
    """Book a payment and return the digest of its lines; it is the second entry of the village."""
    _pay(village, day, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT villagefinance_lines_digest(%s, %s, %s, 2)", [REGION, village, day.year])
        return str(cursor.fetchone()[0])


@transaction.atomic
def _ready(village: str, day: date, now: datetime) -> None:
    """Prepare a village with a budget in force and money in its bank account."""
    first = date(day.year, 1, 1)
    _draw_up(village, first, {ROAD: "2.3.10"})
    _enact(village, first)
    _receive(village, day, now, GIVEN)


@transaction.atomic
def _approved(village: str, day: date) -> None:
    """Make approved requests, as many as are paid."""
    given = {"region": REGION, "village": village, "year": day.year, "day": day, "gross": GROSS, "line": ROAD}
    with connection.cursor() as cursor:
        for table, columns, values in _REQUESTED:
            cursor.execute(
                f"INSERT INTO villagefinance_{table} (region, village, year, {columns}) SELECT %(region)s, %(village)s,"
                f" %(year)s, {values} FROM generate_series(1, %(last)s) AS n",
                given | {"last": PAYMENTS * (REPEATS + 1)},
            )


def _draw_up(village: str, day: date, spent_on: Mapping[int, str]) -> None:
    """Draw up a draft that gives the same amount to each of these activities, by the key of its line."""
    names: dict[str, object] = {
        "region": REGION, "village": village, "year": day.year, "given": GIVEN, "day": day,
        "whole": GIVEN * len(spent_on),
    }  # fmt: skip
    with connection.cursor() as cursor:
        for table, columns, values in _READY:
            cursor.execute(_insert(table, columns, values), names)
        for line, activity in spent_on.items():
            for table, columns, values in _SPENT:
                cursor.execute(_insert(table, columns, values), names | {"line": line, "activity": activity})


def _insert(table: str, columns: str, values: str) -> str:
    return f"INSERT INTO villagefinance_{table} (region, village, {columns}) VALUES (%(region)s, %(village)s, {values})"


def _enact(village: str, day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE villagefinance_budgetversion SET state = 'enacted', rule_number = '1', in_force_from = %s"
            " WHERE region = %s AND village = %s AND year = %s",
            [day, REGION, village, day.year],
        )


def _receive(village: str, day: date, now: datetime, amount: Decimal) -> None:
    income = (Item(amount, BANK, FUND, bank_account=1), Item(amount, "4.2.1.01", FUND, line=INCOME))
    post(by=OPERATOR, village=village, document=Document(Kind.RECEIPT, day, "Tolok"), items=income, now=now)
