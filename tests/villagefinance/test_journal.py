"""The journal map: what each kind of document books, and what it comes to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pilar.villagefinance import reference
from pilar.villagefinance.models import BudgetPosition, CashPosition, Line
from pilar.villagefinance.queries import positions
from pilar.villagefinance.rules.journal import Item, Kind, WrongAccount
from villagefinance.world import (
    ADD_IN,
    DDS_IN,
    EQUITY,
    LATE,
    OFFICE,
    ROAD,
    YEAR,
    World,
    advance,
    bank,
    box,
    item,
    tax,
)

SO_FAR = (
    (Kind.RECEIPT, bank(600), item(600, DDS_IN)),
    (Kind.RECEIPT, bank(300, "ADD"), item(300, ADD_IN)),
    (Kind.WITHDRAWAL, box(50), bank(50)),
    (Kind.ADVANCE, advance(200), bank(200)),
    (Kind.PAYMENT, item(100, OFFICE), bank(90, "ADD"), tax(10, "ADD")),
)
"""What happens before each of EVENTS."""
HELD = {"box": 50, "bank": 560, "advance": 200, "tax": -10}
EVENTS: dict[Kind, tuple[tuple[Item, ...], str, dict[str, int], dict[int, int]]] = {
    Kind.RECEIPT: ((bank(10), item(10, DDS_IN)), "D 1.1.1.02, C 4.2.1.01", {"bank": 10}, {DDS_IN: 10}),
    Kind.SETTLEMENT: ((item(100, EQUITY), item(100, DDS_IN)), "D 6.2.2.01, C 4.2.1.01", {}, {EQUITY: 100, DDS_IN: 100}),
    Kind.PAYMENT: (
        (item(100, ROAD), bank(89), tax(11)), "D 5.3.5.03, C 1.1.1.02, C 7.1.1", {"bank": -89, "tax": -11}, {ROAD: 100}
    ),
    Kind.ADVANCE: ((advance(30), box(30)), "D 1.1.4, C 1.1.1.01", {"box": -30, "advance": 30}, {}),
    Kind.ACCOUNTED: (
        (item(150, ROAD), advance(145), tax(5)), "D 5.3.5.03, C 1.1.4, C 7.1.1", {"advance": -145, "tax": -5},
        {ROAD: 150},
    ),
    Kind.UNUSED: ((bank(60), advance(60)), "D 1.1.1.02, C 1.1.4", {"bank": 60, "advance": -60}, {}),
    Kind.REMITTANCE: ((tax(10, "ADD"), bank(10, "ADD")), "D 7.1.1, C 1.1.1.02", {"bank": -10, "tax": 10}, {}),
    Kind.WITHDRAWAL: ((box(20), bank(20)), "D 1.1.1.01, C 1.1.1.02", {"box": 20, "bank": -20}, {}),
    Kind.DEPOSIT: ((bank(50), box(50)), "D 1.1.1.02, C 1.1.1.01", {"box": -50, "bank": 50}, {}),
    Kind.REFUND: ((bank(40, "ADD"), item(40, OFFICE)), "D 1.1.1.02, C 5.2.1.01", {"bank": 40}, {OFFICE: -40}),
    Kind.LATE_REFUND: ((bank(7, "ADD"), item(7, LATE)), "D 1.1.1.02, C 4.3.5.01", {"bank": 7}, {LATE: 7}),
    Kind.INVESTMENT: ((item(100, EQUITY), bank(100)), "D 6.2.2.01, C 1.1.1.02", {"bank": -100}, {EQUITY: 100}),
}  # fmt: skip
NAMES = {"1.1.1.01": "box", "1.1.1.02": "bank", "1.1.4": "advance", "7.1.1": "tax"}


def held(world: World) -> dict[str, Decimal]:
    found = dict.fromkeys(NAMES.values(), Decimal(0))
    for row in CashPosition.objects.filter(**world.of_year):
        found[NAMES[row.account]] += row.moved
    return found


def realised(world: World) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for row in BudgetPosition.objects.filter(**world.of_year):
        found[row.line] = found.get(row.line, Decimal(0)) + row.moved
    return found


@pytest.mark.parametrize("kind", EVENTS)
def test_each_document_books_its_sides(world: World, kind: Kind) -> None:
    for before, *given in SO_FAR:
        world.book(before, *given)
    assert held(world) == HELD
    was = realised(world)
    items, sides, moved, came = EVENTS[kind]
    posted = world.book(kind, *items, day=date(YEAR, 4, 1))
    lines = Line.objects.filter(**world.of_year, place=posted.place).order_by("no")
    assert ", ".join(f"{one.side} {one.account}" for one in lines) == sides
    assert held(world) == {name: amount + moved.get(name, 0) for name, amount in HELD.items()}
    now = realised(world)
    assert {key: amount - was.get(key, 0) for key, amount in now.items() if amount != was.get(key)} == came
    assert len({*positions.surplus(world.village, date(YEAR, 4, 1))}) == 1
    assert [*positions.differences(world.village)] == []


def test_every_kind_is_in_the_map_and_has_a_test() -> None:
    assert [*reference.journal()] == [*Kind]
    assert {*Kind} - EVENTS.keys() == {Kind.OPENING, Kind.CLOSING, Kind.REVERSAL}


@pytest.mark.parametrize(("kind", "wrong"), [
    (Kind.PAYMENT, item(1, DDS_IN)), (Kind.WITHDRAWAL, tax(1)), (Kind.RECEIPT, item(1, ROAD)),
    (Kind.LATE_REFUND, item(1, DDS_IN)), (Kind.SETTLEMENT, bank(1)),
])  # fmt: skip
def test_what_does_not_belong_into_a_document_is_told(world: World, kind: Kind, wrong: Item) -> None:
    with pytest.raises(WrongAccount):
        world.book(kind, bank(1), wrong)


def test_money_that_never_arrives_is_realised_and_not_held(world: World) -> None:
    world.book(Kind.SETTLEMENT, item(100, EQUITY), item(100, DDS_IN))
    assert positions.surplus(world.village, date(YEAR, 12, 31)) == (0, 0)
    assert held(world) == dict.fromkeys(NAMES.values(), 0)
    assert {one.line: one.amount for one in positions.realised(world.village, YEAR)} == {EQUITY: 100, DDS_IN: 100}


def test_each_kind_has_numbers_of_its_own(world: World) -> None:
    numbers = [world.receive(100).number, world.pay(10).number, world.receive(100).number, world.pay(10).number]
    assert numbers == [1, 1, 2, 2]


def test_nobody_pays_a_part_of_a_sen() -> None:
    with pytest.raises(ValueError, match="sen"):
        bank("0.005")
