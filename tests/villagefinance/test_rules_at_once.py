"""Rules of the books that two could break together: what each alone may do, both may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kit.races import together
from pilar.villagefinance import operations
from pilar.villagefinance.models import BudgetVersion
from pilar.villagefinance.rules.budgets import BudgetKind
from pilar.villagefinance.rules.journal import Kind
from pilar.villagefinance.rules.taxes import PaymentKind
from villagefinance.payments import MILLION, approved, bill, pay, remit, rich
from villagefinance.world import (
    ADD_IN,
    NOW,
    ROAD,
    YEAR,
    World,
    advance,
    bank,
    box,
    budget,
    enact,
    item,
    raw,
    raw_bank,
    raw_line,
    tax,
)

PAID = {"checker": "user:2", "approver": "user:1"}
ADVANCED = raw("C", 60, "1.1.4", activity="2.3.10")
Act = Callable[[World], object]


def rules(found: list[Any]) -> list[str]:
    return sorted(getattr(one, "rule", None) or getattr(one, "code", "") for one in found)


def nothing(_world: World) -> None:
    """Nothing else is needed."""


def of_two_funds(world: World) -> None:
    """A hundred of each fund: one at the bank, one in the box."""
    world.receive(100)
    world.book(Kind.RECEIPT, box(100, "ADD"), item(100, ADD_IN))


def advanced(world: World) -> None:
    world.receive(100)
    world.book(Kind.ADVANCE, advance(100), bank(100))


def withheld(world: World) -> None:
    world.receive(500)
    world.book(Kind.PAYMENT, item(100, ROAD), bank(89), tax(11))


RACES: dict[str, tuple[Act, tuple[Act, Act], tuple[Act, Act], str]] = {
    "R6": (
        of_two_funds,
        (lambda w: w.pay(60), lambda w: w.book(Kind.PAYMENT, item(60, ROAD), box(60))),
        (
            lambda w: w.stored(raw_line("D", 60, ROAD), raw_bank("C", 60), kind="payment", **PAID),
            lambda w: w.stored(
                raw_line("D", 60, ROAD), raw("C", 60, "1.1.1.01", bank_account=1), kind="payment", **PAID
            ),
        ),
        "fund_below_zero",
    ),
    "R11": (
        advanced,
        (lambda w: w.book(Kind.ACCOUNTED, item(60, ROAD), advance(60)),
         lambda w: w.book(Kind.UNUSED, bank(60), advance(60))),
        (lambda w: w.stored(raw_line("D", 60, ROAD), ADVANCED, kind="accounted", **PAID),
         lambda w: w.stored(raw_bank("D", 60), ADVANCED, kind="unused", **PAID)),
        "advance_below_zero",
    ),
    "R12": (
        withheld,
        (lambda w: w.book(Kind.REMITTANCE, tax(6), bank(6)), lambda w: w.book(Kind.REMITTANCE, tax(6), bank(6))),
        (lambda w: w.stored(raw("D", 6, "7.1.1", tax="ppn"), raw_bank("C", 6), kind="remittance", **PAID),
         lambda w: w.stored(raw("D", 6, "7.1.1", tax="ppn"), raw_bank("C", 6), kind="remittance", **PAID)),
        "remitted_above_withheld",
    ),
    "R18": (
        nothing,
        (lambda w: w.receive(500), lambda w: w.receive(500)),
        (lambda w: w.stored(raw_bank("D", 500), raw_line("C", 500, 1)),
         lambda w: w.stored(raw_bank("D", 500), raw_line("C", 500, 1))),
        "transfer_above_ceiling",
    ),
}  # fmt: skip


def refused_by_sql(act: Act, world: World) -> Callable[[], str]:
    def acted() -> str:
        try:
            with transaction.atomic():
                act(world)
        except IntegrityError as error:
            return str(error).partition("\n")[0]
        return ""

    return acted


@pytest.mark.parametrize("rule", RACES)
def test_two_by_the_operation(committed_world: World, rule: str) -> None:
    before, (one, other), _sql, name = RACES[rule]
    before(committed_world)
    assert rules(together(lambda: one(committed_world), lambda: other(committed_world))) == ["", name]


@pytest.mark.parametrize("rule", RACES)
def test_two_by_sql(committed_world: World, rule: str) -> None:
    before, _acts, (one, other), name = RACES[rule]
    before(committed_world)
    assert sorted(together(refused_by_sql(one, committed_world), refused_by_sql(other, committed_world))) == ["", name]


def test_one_spends_what_another_takes_from_the_line(committed_world: World) -> None:
    world = committed_world
    world.receive(900)
    budget(world, number=2, enacted=False, L4=500, L6=400)
    found = together(refused_by_sql(lambda w: enact(w, number=2), world), lambda: world.pay(501))
    assert sorted(str(getattr(one, "rule", one if isinstance(one, str) else "")) for one in found) in (
        ["", "below_what_is_spent"], ["", "over_the_budget"],
    )  # fmt: skip


def test_a_year_is_amended_by_one_of_two(committed_world: World) -> None:
    world = committed_world

    def begin() -> object:
        return operations.begin_change(
            by=world.who("secretary"), village=world.village, year=YEAR, kind=BudgetKind.AMENDED, now=NOW
        )

    found = together(begin, begin)
    assert sorted(type(one).__name__ for one in found) == ["ChangeUnderWay", "int"]
    row = {**world.of_year, "kind": "amended"}
    BudgetVersion.objects.filter(**row).update(state="dropped")
    raced = together(*[
        refused_by_sql(lambda _w, number=number: BudgetVersion.objects.create(**row, number=number), world)
        for number in (8, 9)
    ])  # fmt: skip
    assert sum("budget_amended_once_a_year" in one for one in raced) == 1


def test_a_tax_that_was_withheld_is_remitted_once(committed_world: World) -> None:
    world = committed_world
    rich(world)
    number = approved(world, bill(100 * MILLION, kind=PaymentKind.GOODS))
    pay(world, number)
    found = together(
        lambda: remit(world, "pph22", [(YEAR, number, 1)]),
        lambda: remit(world, "pph22", [(YEAR, number, 1)], ntpn="B" * 16),
    )
    assert sum(isinstance(one, Exception) for one in found) == 1
