"""Documents of one village that come in at the same moment, each by a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from kit.killed import killed_at_every_statement
from kit.races import together
from pilar.platform.models import AuditEvent
from pilar.villagefinance import operations
from pilar.villagefinance.models import Book, CashPosition, Entry, Line, Period
from pilar.villagefinance.operations import Posted
from pilar.villagefinance.queries import positions
from pilar.villagefinance.rules.refusals import Refused
from villagefinance.world import NOW, YEAR, World, raw_bank, raw_line

PAID = {"kind": "payment", "checker": "user:2", "approver": "user:1"}


def rules(found: list[Any]) -> list[str]:
    return sorted(one.rule if isinstance(one, Refused) else "" for one in found)


def whole(world: World) -> None:
    """Nothing differs, and the chain is one."""
    assert [*positions.differences(world.village)] == []
    places = Entry.objects.filter(**world.of_village).order_by("place").values_list("place", flat=True)
    assert [*places] == [*range(1, Book.objects.get(**world.of_village).entries + 1)]


def test_two_who_spend_the_same_budget(committed_world: World) -> None:
    world = committed_world
    world.receive(900)
    found = together(*[lambda: world.pay(500)] * 2)
    assert rules(found) == ["", "over_the_budget"]
    whole(world)


def test_two_who_promise_and_spend_the_same_budget(committed_world: World) -> None:
    world = committed_world
    world.receive(900)

    @transaction.atomic
    def promise() -> str:
        try:
            with transaction.atomic():
                world.request(500)
        except Exception as refused:
            return str(refused).partition("\n")[0]
        return ""

    assert sorted(str(getattr(one, "rule", one)) for one in together(promise, lambda: world.pay(500)))[-1] == (
        "over_the_budget"
    )
    whole(world)


def test_two_who_spend_the_same_money(committed_world: World) -> None:
    world = committed_world
    world.receive(600)
    found = together(*[lambda: world.pay(400)] * 3)
    assert rules(found) == ["", "cash_below_zero", "cash_below_zero"]
    whole(world)


def test_two_who_spend_the_same_money_by_sql(committed_world: World) -> None:
    world = committed_world
    world.receive(600)

    def spend() -> str:
        try:
            with transaction.atomic():
                world.stored(raw_line("D", 400, 4), raw_bank("C", 400), **PAID)
        except Exception as refused:
            return str(refused).partition("\n")[0]
        return ""

    assert sorted(together(spend, spend)) == ["", "cash_below_zero"]
    whole(world)


def test_numbers_have_no_gap_when_one_of_them_is_refused(committed_world: World) -> None:
    world = committed_world
    world.receive(100)
    found = together(lambda: world.pay(60), lambda: world.pay(60), lambda: world.pay(40))
    numbers = sorted(one.number for one in found if isinstance(one, Posted))
    assert (rules(found), numbers) == (["", "", "cash_below_zero"], [1, 2])
    whole(world)


def test_a_month_that_closes_takes_no_entry_more(committed_world: World) -> None:
    world = committed_world

    def close() -> None:
        operations.close_month(by=world.who("treasurer"), village=world.village, year=YEAR, month=3, now=NOW)

    found = together(close, lambda: world.receive(5, date(YEAR, 3, 31)), close)
    assert rules(found) == ["", "month_is_closed", "month_is_closed"]


def test_villages_do_not_wait_for_each_other(committed_world: World) -> None:
    world, other = committed_world, World("36.71.01.1001".replace("1001", "2001"))
    with transaction.atomic():
        world.receive(5)
        assert isinstance(together(lambda: other.receive(5))[0], Posted)


def close_month(world: World) -> None:
    operations.close_month(by=world.who("treasurer"), village=world.village, year=YEAR, month=3, now=NOW)


def close_year(world: World) -> None:
    operations.close_year(by=world.who("secretary"), village=world.village, year=YEAR, now=NOW)


@pytest.mark.parametrize("act", [World.pay, close_month, close_year])
def test_who_is_killed_leaves_all_or_nothing(committed_world: World, act: Callable[[World], object]) -> None:
    world = committed_world
    world.receive()

    def stored() -> tuple[int, ...]:
        rows = (model.objects.filter(**world.of_village).count() for model in (Entry, Line, Period, CashPosition))
        return (*rows, Book.objects.get(**world.of_village).entries, AuditEvent.objects.count())

    before = stored()
    assert killed_at_every_statement(lambda: act(world), stored=stored, nothing=before) >= 3
    assert stored()[-1] == before[-1] + 1
    whole(world)
