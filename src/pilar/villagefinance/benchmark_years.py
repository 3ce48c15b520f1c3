"""Ten years of books of all villages of a region: summing and checking them, against a bare sum.

The books are loaded by COPY, past the rules of the tables; checking that nothing in them differs is measured too.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pilar.index.benchmark import Measure, measure
from pilar.people.rules import OPERATOR, HeldRole, Standing
from pilar.platform import console
from pilar.platform.actors import Actor
from pilar.platform.benchmark import spent
from pilar.platform.seal_checker import canonical
from pilar.villagefinance import reference
from pilar.villagefinance.operations import begin_region
from pilar.villagefinance.queries.positions import Difference, differences
from pilar.villagefinance.queries.realisation import consolidated, overseen
from pilar.villagefinance.rules import chain
from pilar.villagefinance.rules.codes import BANK
from pilar.villagefinance.rules.roles import Role

REGION, FUNDS = "36.03", {"DDS": "4.2.1.01", "ADD": "4.2.3.01", "PBH": "4.2.2.01", "PBK": "4.2.5.01"}
YEARS, PAYMENTS, PAY_DAYS, SPENDING = 10, 1000, 100, 48
"""A thousand payments a year, on two days a week, from as many lines of the budget."""
MONTHS, LEAF = 12, 3
GIVEN, MONEY_IN, GROSS, NET = (Decimal(f"{amount}.00") for amount in (90_000_000, 3_000_000, 100_000, 98_500))
_HEADS = (
    "UPDATE villagefinance_book AS b SET entries = e.place, head = e.hash FROM (SELECT DISTINCT ON (region, village) *"
    " FROM villagefinance_entry WHERE village = ANY(%s) ORDER BY region, village, place DESC) AS e"
    " WHERE (b.region, b.village) = (e.region, e.village)"
)
CHECKED = 70
"""How many times the time of the bare sum checking may take, since it computes every hash again. Parallel workers make
the sum a quarter faster; checking does not use them."""
_VILLAGE = "\0"
"""Where the codes of region and village stand in rows that all villages have."""
_COLUMNS = {
    "budgetversion": "number, kind, state, rule_number, extraordinary, heads, secretaries, staff, in_force_from",
    "budgetline": "key, activity, account, fund",
    "budgetamount": "version, line, amount",
    "line": "place, no, side, amount, account, activity, fund, line, bank_account, tax",
    "budgetposition": "line, month, moved",
    "cashposition": "account, holder, fund, day, moved",
    "entry": "place, kind, number, date, document, told, maker, checker, approver, reverses, recorded_at,"
    " lines_digest, previous, hash",
}


@dataclass
class Year:
    """The books of a year as rows for COPY, the same for every village except the hashes of its chain."""

    year: int
    places: int
    """Entries before this year."""
    rows: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    told: list[bytes] = field(default_factory=list)
    """For each entry, the text that its hash covers after the code of the village."""
    moved: dict[tuple[str, ...], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def add(self, table: str, *values: object) -> None:
        cells = ("\\N" if value is None else str(value) for value in (_VILLAGE, self.year, *values))
        self.rows[table].append("\t".join(cells))

    def book(self, kind: str, number: int, day: date, lines: list[tuple[Any, ...]]) -> None:
        """Book an entry with these lines: side, amount, account, activity, fund, budget line, bank account, tax."""
        place = self.places + len(self.told) + 1
        rows = [[no, side, str(amount), *more] for no, (side, amount, *more) in enumerate(lines, 1)]
        digest = chain.digest(rows)
        people = ("user:1", "user:2", "user:3")
        told = [self.year, place, kind, number, day.isoformat(), "", "Tolok", *people, None]
        moment = f"{day}T03:00:00.000000Z"
        self.told.append(bytes(canonical([*told, moment, digest])))
        self.add("entry", *told[1:], moment, digest)
        for no, (side, amount, account, activity, fund, line, holder, tax) in enumerate(lines, 1):
            self.add("line", place, no, side, amount, account, activity, fund, line, holder, tax)
            if line:
                self.moved["budgetposition", str(line), str(day.month)] += amount
            else:
                signed = amount if side == "D" else -amount
                self.moved["cashposition", account, str(holder or tax), fund, str(day)] += signed


def benchmark() -> Iterator[Measure]:
    """Run in the database of this process, which holds all regions, as a user who may switch the rules off."""
    begin_region(by=OPERATOR, region=REGION)
    villages = overseen(REGION, scope=OPERATOR)
    years = range(datetime.now(UTC).year - YEARS, datetime.now(UTC).year)
    lines = fill(villages, years)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # work of the server that is not part of the measurement

    def together(scope: Standing = OPERATOR) -> None:
        for year in years:
            consolidated(REGION, year, 12, scope=scope)

    def check() -> None:
        told_apart.clear()
        for done, village in enumerate(villages, 1):
            told_apart.extend(differences(village))
            console.progress(done, len(villages))

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT village, account, sum(amount) FROM villagefinance_line GROUP BY 1, 2")
            cursor.fetchall()

    told = f"{len(villages)} villages, {YEARS} years, {lines} lines"
    # 1: the bare sum takes about two seconds of one core, which is what all years together may take.
    whole = measure(f"{told} together", together, bare, 1, 3, clock=spent)
    district = Standing(Actor("user", "1", "Tolok"), (HeldRole(Role.CAMAT, REGION, None, villages[0][:8]),))
    few, many = _queries(lambda: together(district)), _queries(together)
    missed = f"{many} > {few} queries" if many > few else ""
    yield replace(whole, missed=missed)
    told_apart: list[Difference] = []
    checked = measure(f"{told} checked", check, bare, CHECKED, 0, clock=spent)
    yield replace(checked, missed=f"{len(told_apart)} differences" if told_apart else "")


def _queries(work: Callable[[], None]) -> int:
    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


@transaction.atomic
def fill(villages: Sequence[str], years: range) -> int:
    """Give every village the same books of these years; return the number of lines of all of them."""
    entries = PAYMENTS + MONTHS * len(FUNDS)
    every = [_year(year, place * entries) for place, year in enumerate(years)]
    with connection.cursor() as cursor:
        for year in years:
            cursor.execute("SELECT villagefinance_make_year(%s)", [year])
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, columns in _COLUMNS.items():
            with cursor.copy(f"COPY villagefinance_{table} (region, village, year, {columns}) FROM STDIN") as copy:
                for village in villages:
                    copy.write("".join(_rows(table, village, every)))
        cursor.execute(_HEADS, [[*villages]])
    return len(villages) * sum(len(year.rows["line"]) for year in every)


def _year(year: int, before: int) -> Year:
    """Make a year: a budget, money of each fund every month, and payments from it with a tax withheld."""
    filled = Year(year, before)
    activities = sorted(code for code, activity in reference.activities().items() if activity.level == LEAF)
    incomes = {fund: (key, account) for key, (fund, account) in enumerate(FUNDS.items(), 1)}
    spent_on = [
        (key, activities[key], "5.2.1.01", list(FUNDS)[key % len(FUNDS)])
        for key in range(len(FUNDS) + 1, len(FUNDS) + 1 + SPENDING)
    ]
    filled.add("budgetversion", 1, "original", "enacted", "1", "", 1, 1, 0, date(year, 1, 1))
    for key, activity, account, fund in [
        (key, "", account, fund) for fund, (key, account) in incomes.items()
    ] + spent_on:
        filled.add("budgetline", key, activity, account, fund)
        filled.add("budgetamount", 1, key, GIVEN)
    for month in range(MONTHS):
        for number, (fund, (key, account)) in enumerate(incomes.items(), 1 + month * len(FUNDS)):
            money, income = (MONEY_IN, BANK, "", fund, None, 1, ""), (MONEY_IN, account, "", fund, key, None, "")
            filled.book("receipt", number, date(year, month + 1, 1), [("D", *money), ("C", *income)])
    for number in range(PAYMENTS):
        key, activity, account, fund = spent_on[number % SPENDING]
        filled.book("payment", number + 1, date(year, 1, 5) + timedelta(days=number * PAY_DAYS // PAYMENTS * 7 // 2), [
            ("D", GROSS, account, activity, fund, key, None, ""), ("C", NET, BANK, "", fund, None, 1, ""),
            ("C", GROSS - NET, "7.1.1", "", fund, None, None, "pph22"),
        ])  # fmt: skip
    for (table, *of), moved in filled.moved.items():
        filled.add(table, *of, moved)
    return filled


def _rows(table: str, village: str, years: list[Year]) -> Iterator[str]:
    previous = chain.beginning(village)
    region = village[:5]
    head, place = bytes(canonical(["pilar-entry/1", region, village]))[:-1] + b",", f"{region}\t{village}"
    for year in years:
        rows = [cell.replace(_VILLAGE, place) for cell in year.rows[table]]
        if table == "entry":
            for row, told in zip(rows, year.told, strict=True):
                link = hashlib.sha256(bytes.fromhex(previous) + head + told[1:]).hexdigest()
                yield f"{row}\t{previous}\t{link}\n"
                previous = link
        else:
            yield "\n".join(rows) + "\n"
