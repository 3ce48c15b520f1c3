"""A village with a budget and a year of books, the people who work with its money, and a village next door."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from areas.places import PLACES, load
from kit.neighbours import Neighbour
from pilar.areas.rules import AreaEntry
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, HeldRole, Standing
from pilar.platform.actors import Actor
from pilar.platform.names import Signature
from pilar.villagefinance import operations
from pilar.villagefinance.models import (
    ActivityExecutor,
    BankAccount,
    BudgetAmount,
    BudgetLine,
    BudgetVersion,
    Ceiling,
    CostItem,
    PaymentRequest,
    RequestLine,
)
from pilar.villagefinance.operations.posting import Document, Posted, post
from pilar.villagefinance.rules.codes import ADVANCE, BANK, CASH, SURPLUS_BROUGHT
from pilar.villagefinance.rules.journal import Item, Kind
from pilar.villagefinance.rules.refusals import Refused
from pilar.villagefinance.rules.roles import Role

REGION, VILLAGE, SISTER, NEXT_DOOR = "36.03", "36.03.01.2001", "36.03.02.2001", "36.71.01.2001"
YEAR = 2025
NOW = datetime(2026, 1, 20, 3, tzinfo=UTC)
COUNTRY = (
    *PLACES,
    AreaEntry(VILLAGE, "Cangkudu", "village", "village", "36.03.01"),
    AreaEntry(SISTER, "Jayanti", "village", "village", "36.03.02"),
    AreaEntry(NEXT_DOOR, "Sukasari", "village", "village", "36.71.01"),
    AreaEntry("32.01.01", "Cibinong", "district", "district", "32.01"),
    AreaEntry("32.01.01.2001", "Pabuaran", "village", "village", "32.01.01"),
)
DDS_IN, ADD_IN, OFFICE, ROAD, BROUGHT, EQUITY, LATE = 1, 2, 3, 4, 5, 6, 7
"""Keys of the lines of the budget."""
LINES: Mapping[int, tuple[str, str, str, int]] = {
    DDS_IN: ("", "4.2.1.01", "DDS", 900),
    ADD_IN: ("", "4.2.3.01", "ADD", 400),
    OFFICE: ("1.1.03", "5.2.1.01", "ADD", 400),
    ROAD: ("2.3.10", "5.3.5.03", "DDS", 800),
    BROUGHT: ("", SURPLUS_BROUGHT, "DDS", 0),
    EQUITY: ("", "6.2.2.01", "DDS", 100),
    LATE: ("", "4.3.5.01", "ADD", 0),
}
BOX, ACCOUNT = 1, 2
"""Keys of the cash box and the bank account."""
PPN = "ppn"


def item(amount: Any, line: int, **more: Any) -> Item:
    """An amount on a line of the budget."""
    activity, account, fund, _amount = LINES[line]
    return Item(Decimal(amount), account, fund, activity, line, **more)


def bank(amount: Any, fund: str = "DDS", side: str = "") -> Item:
    return Item(Decimal(amount), BANK, fund, bank_account=ACCOUNT, side=side)


def box(amount: Any, fund: str = "DDS", side: str = "") -> Item:
    return Item(Decimal(amount), CASH, fund, bank_account=BOX, side=side)


def advance(amount: Any, line: int = ROAD) -> Item:
    activity, _account, fund, _amount = LINES[line]
    return Item(Decimal(amount), ADVANCE, fund, activity)


def tax(amount: Any, fund: str = "DDS") -> Item:
    return Item(Decimal(amount), "7.1.1", fund, tax=PPN)


def person(name: str, key: int, role: Role | None = None, unit: str = "", region: str = "") -> Standing:
    held = (HeldRole(role, region or unit[:5], None, unit),) if role else ()
    return Standing(Actor("user", str(key), Signature(name, f"user:{key}")), held)


PEOPLE = {
    "head": person("Kepala", 1, Role.HEAD, VILLAGE),
    "secretary": person("Sekretaris", 2, Role.SECRETARY, VILLAGE),
    "treasurer": person("Bendahara", 3, Role.TREASURER, VILLAGE),
    "executor": person("Kasi", 4, Role.EXECUTOR, VILLAGE),
    "council": person("BPD", 11, Role.COUNCIL, VILLAGE),
    "camat": person("Camat", 12, Role.CAMAT, "36.03.01"),
    "office": person("DPMPD", 5, Role.VILLAGE_OFFICE, region=REGION),
    "inspectorate": person("Inspektorat", 11, Role.INSPECTORATE, region=REGION),
    "far": person("DPMPD jauh", 10, Role.VILLAGE_OFFICE, region="32.01"),
    "neighbour": person("Bendahara sebelah", 6, Role.TREASURER, NEXT_DOOR),
    "sister": person("Bendahara desa lain", 7, Role.SECRETARY, SISTER),
    "second": person("Sekretaris kedua", 9, Role.SECRETARY, VILLAGE),
    "nobody": person("Tanpa peran", 8),
    "public": PUBLIC,
    "schedule": SCHEDULE,
}


@dataclass
class World:
    village: str = VILLAGE
    neighbour: Neighbour | None = None
    held: list[Any] = field(default_factory=list)
    """Files that wait to become evidence."""

    @property
    def region(self) -> str:
        return self.village[:5]

    @property
    def of_village(self) -> dict[str, Any]:
        return {"region": self.region, "village": self.village}

    @property
    def of_year(self) -> dict[str, Any]:
        return {**self.of_village, "year": YEAR}

    def who(self, name: str) -> Standing:
        return PEOPLE[name]

    @transaction.atomic
    def book(self, kind: Kind, *items: Item, day: date = date(YEAR, 3, 10), now: datetime = NOW, **more: Any) -> Posted:
        """Book a document as the treasurer, checked by the secretary and approved by the head."""
        people = {"checker": PEOPLE["secretary"].actor.name, "approver": PEOPLE["head"].actor.name} | more
        document = Document(kind, day, "Uji", "SPP 1", **people)
        return post(by=PEOPLE["treasurer"], village=self.village, document=document, items=items, now=now)

    def receive(self, amount: Any = 500, day: date = date(YEAR, 2, 1)) -> Posted:
        """A part of the Dana Desa arrives at the bank."""
        return self.book(Kind.RECEIPT, bank(amount), item(amount, DDS_IN), day=day)

    def pay(self, amount: Any = 100, day: date = date(YEAR, 3, 10)) -> Posted:
        """A supplier of the road is paid from the bank."""
        return self.book(Kind.PAYMENT, item(amount, ROAD), bank(amount), day=day)

    def request(self, amount: Any, line: int = ROAD, number: int = 1) -> None:
        """A request that promises money of a line."""
        PaymentRequest.objects.create(
            **self.of_year,
            number=number,
            kind="direct",
            state="submitted",
            date=date(YEAR, 3, 1),
            fund=LINES[line][2],
            told="Uji",
            maker="x",
        )
        RequestLine.objects.create(**self.of_year, request=number, line=line, amount=amount, open=amount)

    def entry(self, kind: str = "receipt", **more: Any) -> int:
        """Store an entry by plain SQL, without lines; its place. ``lines`` are those that its digest is of."""
        lines = more.pop("lines", ())
        row = {
            **self.of_year, "kind": kind, "date": date(YEAR, 3, 10), "document": "", "told": "SQL", "maker": "user:3",
            "checker": "", "approver": "", "lines_digest": digest(lines), **more,
        }  # fmt: skip
        return int(insert("entry", [row], "RETURNING place")[0][0])

    def lines(self, place: int, lines: Sequence[Mapping[str, Any]]) -> None:
        """Store lines by plain SQL, in one statement."""
        insert("line", [{**self.of_year, "place": place, "no": no, **one} for no, one in enumerate(lines, 1)])

    def stored(self, *lines: Mapping[str, Any], **entry: Any) -> int:
        """Store an entry with its lines by plain SQL, with the digest that they have; its place."""
        place = self.entry(**{"lines": lines, **entry})
        self.lines(place, lines)
        return place


def raw(side: str, amount: Any, account: str, fund: str = "DDS", **more: Any) -> dict[str, Any]:
    """A line for plain SQL."""
    found = {"activity": "", "line": None, "bank_account": None, "tax": "", **more}
    return {"side": side, "amount": Decimal(amount), "account": account, "fund": fund, **found}


def raw_bank(side: str, amount: Any, fund: str = "DDS") -> dict[str, Any]:
    return raw(side, amount, BANK, fund, bank_account=ACCOUNT)


def raw_line(side: str, amount: Any, key: int, **more: Any) -> dict[str, Any]:
    activity, account, fund, _amount = LINES[key]
    return raw(side, amount, account, **{"fund": fund, "activity": activity, "line": key, **more})


def digest(lines: Sequence[Mapping[str, Any]]) -> str:
    """Of lines, written here once more by hand."""
    rows = [
        [no, one["side"], f"{one['amount']:.2f}", one["account"], one["activity"], one["fund"], one["line"],
         one["bank_account"], one["tax"]]
        for no, one in enumerate(lines, 1)
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()


def insert(table: str, rows: Sequence[Mapping[str, Any]], returning: str = "") -> list[tuple[Any, ...]]:
    names, values = list(rows[0]), ", ".join(["(" + ", ".join(["%s"] * len(rows[0])) + ")"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO villagefinance_{table} ({', '.join(names)}) VALUES {values} {returning}",
            [value for row in rows for value in row.values()],
        )
        return cursor.fetchall() if returning else []


def budget(world: World, year: int = YEAR, *, number: int = 1, enacted: bool = True, **amounts: Any) -> None:
    """Draw up a version of the budget of a year and enact it; ``amounts`` differ from LINES, as ``L4=0``."""
    of_year = {**world.of_village, "year": year}
    given = {key: Decimal(amounts.get(f"L{key}", one[3])) for key, one in LINES.items()}
    BudgetVersion.objects.create(**of_year, number=number, kind="original" if number == 1 else "shift")
    if number == 1:
        for key, (activity, account, fund, _amount) in LINES.items():
            BudgetLine.objects.create(**of_year, key=key, activity=activity, account=account, fund=fund)
            if activity:
                ActivityExecutor.objects.create(
                    **of_year, activity=activity, no=1, executor="user:4", by="user:2", at=NOW
                )  # fmt: skip
    for key, amount in given.items():
        BudgetAmount.objects.create(**of_year, version=number, line=key, amount=amount)
        if LINES[key][1][0] == "5" and amount:
            CostItem.objects.create(
                **of_year, version=number, line=key, no=1, description="Uji", volume=1, unit="paket", unit_price=amount,
                amount=amount,
            )  # fmt: skip
    if enacted:
        enact(world, year, number=number)


def enact(world: World, year: int = YEAR, *, number: int = 1, day: date | None = None) -> None:
    rows = BudgetVersion.objects.filter(**world.of_village, year=year, number=number)
    rows.update(state="enacted", rule_number="1/2025", in_force_from=day or date(year, 1, 1))


def begin(village: str = VILLAGE) -> World:
    """A village whose region has begun, with a budget, ceilings, a cash box and a bank account."""
    world = World(village)
    operations.begin_region(by=OPERATOR, region=world.region)
    budget(world)
    for fund, amount in (("DDS", 900), ("ADD", 400)):
        Ceiling.objects.create(
            **world.of_year, fund=fund, number=1, amount=amount, rule="Perbup 1/2025", made_on=date(YEAR, 1, 2)
        )
    BankAccount.objects.create(**world.of_village, key=BOX, account=CASH, name="Kas")
    BankAccount.objects.create(**world.of_village, key=ACCOUNT, account=BANK, name="RKD", bank="Bank", number="001")
    return world


def make_world() -> World:
    load(COUNTRY)
    operations.make_years(by=OPERATOR, now=NOW)
    begin(NEXT_DOOR).receive()
    world = begin()
    world.neighbour = Neighbour("36.71", ("villagefinance",))
    return world


@contextmanager
def refused(rule: str, error: type[Exception] = IntegrityError) -> Iterator[None]:
    """The database refuses under this name, at the latest at the end of the transaction."""
    with pytest.raises(error, match=rule), transaction.atomic():  # noqa: PT012
        yield
        connection.check_constraints()


@contextmanager
def told(rule: str) -> Iterator[None]:
    """The operation says which rule."""
    with pytest.raises(Refused) as found, transaction.atomic():
        yield
    assert (found.value.rule, bool(found.value.text())) == (rule, True)
