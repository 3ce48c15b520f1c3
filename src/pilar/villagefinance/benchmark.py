"""How fast books are: entries as operations against their bare rows, a year's realisation against the bare sum."""

# ruff: noqa: S608 - names of our own

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction

from pilar.index.benchmark import Measure, measure
from pilar.people.rules import OPERATOR
from pilar.platform.benchmark import spent
from pilar.villagefinance.operations import begin_region
from pilar.villagefinance.operations.posting import Document, post
from pilar.villagefinance.queries.positions import realised
from pilar.villagefinance.rules.codes import BANK
from pilar.villagefinance.rules.journal import Item, Kind

REGION, FUND, ENTRIES, REPEATS = "36.03", "DDS", 300, 3
GIVEN, GROSS, NET, WITHHELD = Decimal(900_000_000), Decimal(100_000), Decimal(98_500), Decimal(1_500)
INCOME, ROAD = 1, 2
ITEMS = (
    Item(GROSS, "5.3.5.03", FUND, "2.3.10", ROAD),
    Item(NET, BANK, FUND, bank_account=1),
    Item(WITHHELD, "7.1.1", FUND, tax="pph22"),
)
_COPY_ENTRY = (
    "INSERT INTO villagefinance_entry (region, village, year, kind, date, document, told, maker, checker, approver,"
    " lines_digest) VALUES (%s, %s, %s, 'payment', %s, '', 'Tolok', 'user:1', 'user:2', 'user:3', %s) RETURNING place"
)
_COPY_LINES = (
    "INSERT INTO villagefinance_line (region, village, year, place, no, side, amount, account, activity, fund, line,"
    " bank_account, tax)"
    " SELECT region, %s, year, %s, no, side, amount, account, activity, fund, line, bank_account, tax"
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
    ("budgetline", "year, key, activity, account, fund", "%(year)s, 2, '2.3.10', '5.3.5.03', 'DDS'"),
    ("budgetamount", "year, version, line, amount", "%(year)s, 1, 1, %(given)s"),
    ("budgetamount", "year, version, line, amount", "%(year)s, 1, 2, %(given)s"),
    (
        "costitem",
        "year, version, line, no, description, package, output, volume, unit, unit_price, amount",
        "%(year)s, 1, 2, 1, 'Tolok', '', '', 1, 'paket', %(given)s, %(given)s",
    ),
    ("ceiling", "year, fund, number, amount, rule, made_on", "%(year)s, 'DDS', 1, %(given)s, 'Tolok', %(day)s"),
    ("bankaccount", "key, account, name, bank, number", "1, '1.1.1.02', 'RKD', '', '1'"),
)


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

    def rows() -> None:
        with connection.cursor() as cursor:
            for _entry in range(ENTRIES):
                with transaction.atomic():
                    cursor.execute(_COPY_ENTRY, [REGION, by_rows, day.year, day, digest])
                    place = cursor.fetchone()[0]
                    cursor.execute(_COPY_LINES, [by_rows, place, REGION, by_operation, day.year, 2])

    # 2: half as many entries in the time of their bare rows, which the rules of the tables judge as well.
    yield measure(f"{ENTRIES} entries booked", operations, rows, 2, REPEATS, clock=spent)

    def summed() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BARE_SUM, [REGION, by_operation, day.year])
            cursor.fetchall()

    def year() -> None:
        realised(by_operation, day.year)

    yield measure("what a year of a village came to", year, summed, 3, 20, clock=spent)


@transaction.atomic
def _pay(village: str, day: date, now: datetime) -> None:
    document = Document(Kind.PAYMENT, day, "Tolok", checker="user:2", approver="user:3", maker="user:1")
    post(by=OPERATOR, village=village, document=document, items=ITEMS, now=now)


def _digest(village: str, day: date, now: datetime) -> str:
    """Of the lines of a payment, the second entry of a village."""
    _pay(village, day, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT villagefinance_lines_digest(%s, %s, %s, 2)", [REGION, village, day.year])
        return str(cursor.fetchone()[0])


@transaction.atomic
def _ready(village: str, day: date, now: datetime) -> None:
    """A village with a budget in force and money in its bank account."""
    names = {"region": REGION, "village": village, "year": day.year, "given": GIVEN, "day": date(day.year, 1, 1)}
    with connection.cursor() as cursor:
        for table, columns, values in _READY:
            cursor.execute(
                f"INSERT INTO villagefinance_{table} (region, village, {columns})"
                f" VALUES (%(region)s, %(village)s, {values})",
                names,
            )
        cursor.execute(
            "UPDATE villagefinance_budgetversion SET state = 'enacted', rule_number = '1', in_force_from = %(day)s"
            " WHERE region = %(region)s AND village = %(village)s AND year = %(year)s",
            names,
        )
    income = (Item(GIVEN, BANK, FUND, bank_account=1), Item(GIVEN, "4.2.1.01", FUND, line=INCOME))
    post(by=OPERATOR, village=village, document=Document(Kind.RECEIPT, day, "Tolok"), items=income, now=now)
