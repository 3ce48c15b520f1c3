"""R4: what is promised and spent keeps to the cash plan (RAK) of the approved DPA, by months and by periods."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from kit.races import together
from kit.worlds import once
from pilar.villagefinance.models import BudgetStep, BudgetVersion, CashPlan, PaymentRequest, RequestLine
from pilar.villagefinance.operations.posting import Posted
from pilar.villagefinance.queries.cash import plan_left
from pilar.villagefinance.rules.journal import Kind
from pilar.villagefinance.rules.refusals import Refused
from villagefinance.accounts import client_of
from villagefinance.payments import MILLION, SUBMITTED, bill, faults, move, pay, plan, rich, write
from villagefinance.payments import approved as approved_request
from villagefinance.world import (
    NOW,
    PEOPLE,
    ROAD,
    YEAR,
    World,
    bank,
    budget,
    enact,
    item,
    raw_bank,
    raw_line,
    refused,
    told,
)

PAID = {"kind": "payment", "checker": "user:2", "approver": "user:1"}
QUARTERS = dict.fromkeys(range(1, 13), 40 * MILLION)
"""Of the road: as much in each month."""


def step(world: World, act: str, no: int, who: str, version: int = 3) -> None:
    BudgetStep.objects.create(**world.of_year, version=version, no=no, act=act, by=PEOPLE[who].actor.name, at=NOW)


def planned(world: World) -> World:
    """A further version whose plan of the road is as even as it goes, by quarters, and approved."""
    rich(world)
    amounts = {f"L{key}": one * MILLION for key, one in {1: 500, 2: 100, 3: 100, 4: 480, 5: 0, 6: 20, 7: 0}.items()}
    budget(world, number=3, enacted=False, **amounts)
    BudgetVersion.objects.filter(**world.of_year, number=3).update(period=3)
    enact(world, number=3)
    plan(world, 3, **{f"L{ROAD}": QUARTERS})
    step(world, "checked", 200, "secretary")
    step(world, "approved", 201, "head")
    return world


@once
def quarterly(world: World) -> World:
    return planned(world)


def test_by_the_end_of_a_quarter_no_more_is_promised_than_planned(quarterly: World) -> None:
    world = quarterly
    # March: 120 million until its end.
    assert plan_left(world.village, YEAR, [ROAD], date(YEAR, 2, 3))[ROAD] == (120 * MILLION, 80 * MILLION)
    number = write(world, bill(Decimal("120000000.01")), day=date(YEAR, 3, 3))
    with faults("plan-exceeded"):
        move(world, number, SUBMITTED, "executor")
    write(world, bill(120 * MILLION), day=date(YEAR, 3, 3), number=number)
    move(world, number, SUBMITTED, "executor")
    second = write(world, bill(1), day=date(YEAR, 2, 3))
    with faults("plan-exceeded"):
        move(world, second, SUBMITTED, "executor")


def test_beyond_the_months_so_far_a_reason_is_kept(quarterly: World) -> None:
    world = quarterly
    number = write(world, bill(80 * MILLION), day=date(YEAR, 2, 3))
    move(world, number, SUBMITTED, "executor")
    second = write(world, bill(1), day=date(YEAR, 2, 3))
    with faults("month-exceeded"):
        move(world, second, SUBMITTED, "executor")
    write(world, bill(1), day=date(YEAR, 2, 3), number=second, plan_reason=" Harga naik ")
    move(world, second, SUBMITTED, "executor")
    assert PaymentRequest.objects.get(**world.of_year, number=second).plan_reason == "Harga naik"


def test_the_database_refuses_both_by_itself(quarterly: World) -> None:
    world = quarterly
    with refused("over_the_plan"):
        world.request(120 * MILLION + 1)
    with refused("month_without_reason"):
        world.request(120 * MILLION)
        PaymentRequest.objects.filter(**world.of_year).update(date=date(YEAR, 2, 1))
        RequestLine.objects.filter(**world.of_year).update(open=120 * MILLION)
    world.request(119 * MILLION)
    with refused("over_the_plan"):
        world.stored(raw_line("D", 2 * MILLION, ROAD), raw_bank("C", 2 * MILLION), **PAID)
    with told("over_the_plan"):
        world.pay(2 * MILLION)
    world.pay(MILLION)


def test_what_was_not_spent_is_there_later_and_what_comes_back_too(quarterly: World) -> None:
    world = quarterly
    world.receive(200 * MILLION)
    with told("over_the_plan"):
        world.pay(241 * MILLION, date(YEAR, 6, 30))
    world.pay(240 * MILLION, date(YEAR, 6, 30))
    with told("over_the_plan"):
        world.pay(1, date(YEAR, 1, 5))
    world.book(Kind.REFUND, bank(5), item(5, ROAD), day=date(YEAR, 6, 30))
    world.pay(5, date(YEAR, 6, 30))


def test_an_approved_plan_stays_until_the_head_gives_it_back(quarterly: World) -> None:
    world = quarterly
    rows = CashPlan.objects.filter(**world.of_year, version=3, line=ROAD)
    for change in (
        lambda: rows.filter(month=1).update(amount=1),
        lambda: rows.filter(month=1).delete(),
        lambda: CashPlan.objects.create(**world.of_year, version=3, line=2, month=2, amount=1),
    ):
        with refused("cash_plan_is_approved"):
            change()
    step(world, "unchecked", 202, "head")
    assert plan_left(world.village, YEAR, [ROAD], date(YEAR, 2, 3)) == {}
    rows.filter(month=1).update(amount=39 * MILLION)
    step(world, "checked", 203, "secretary")
    with refused("cash_plan_differs"):
        step(world, "approved", 204, "head")
    with refused("execution_of_two_people"):
        step(world, "approved", 204, "secretary")
    rows.filter(month=12).update(amount=41 * MILLION)
    step(world, "approved", 204, "head")


def test_a_plan_below_what_was_spent_is_not_approved(quarterly: World) -> None:
    world = quarterly
    world.pay(100 * MILLION)
    step(world, "unchecked", 202, "head")
    rows = CashPlan.objects.filter(**world.of_year, version=3, line=ROAD)
    rows.filter(month=1).update(amount=10 * MILLION)
    rows.filter(month=12).update(amount=70 * MILLION)
    step(world, "checked", 203, "secretary")
    with refused("cash_plan_below_spent"):
        step(world, "approved", 204, "head")
    rows.filter(month=1).update(amount=20 * MILLION)
    rows.filter(month=12).update(amount=60 * MILLION)
    step(world, "approved", 204, "head")


def test_a_period_divides_the_year(quarterly: World) -> None:
    with pytest.raises(IntegrityError, match="budget_period_of_a_year"), transaction.atomic():
        BudgetVersion.objects.create(**quarterly.of_year, number=9, kind="shift", period=5)


def test_two_who_promise_the_same_quarter(committed_world: World) -> None:
    world = planned(committed_world)
    numbers = [write(world, bill(70 * MILLION), day=date(YEAR, 3, 3)) for _ in range(2)]
    found = together(*[lambda number=number: move(world, number, SUBMITTED, "executor") for number in numbers])
    assert sorted(getattr(one, "code", "") for one in found if one is not None) != []
    assert sum(one.open for one in RequestLine.objects.filter(**world.of_year)) == 70 * MILLION


def test_two_who_spend_the_same_quarter(committed_world: World) -> None:
    world = planned(committed_world)
    found = together(*[lambda: world.pay(70 * MILLION)] * 2)
    assert sorted(one.rule if isinstance(one, Refused) else "" for one in found) == ["", "over_the_plan"]
    assert sum(isinstance(one, Posted) for one in found) == 1


def test_a_payment_that_was_asked_for_within_the_plan_is_paid_later(quarterly: World) -> None:
    number = approved_request(quarterly, bill(100 * MILLION), day=date(YEAR, 3, 3))
    assert isinstance(pay(quarterly, number, day=date(YEAR, 4, 2)), Posted)


def test_on_the_pages_the_reason_is_asked_where_it_is_missing(quarterly: World) -> None:
    world = quarterly
    number = write(world, bill(90 * MILLION), day=date(YEAR, 2, 3))
    of = [world.village, YEAR, number]
    executor = client_of(world, "executor")
    shown = executor.get(reverse("villagefinance:request", args=of)).content.decode()
    assert "melebihi RAK sampai bulan ini: tuliskan alasannya" in shown
    assert 'name="plan_reason"' in executor.get(reverse("villagefinance:ask-again", args=of)).content.decode()
    number = approved_request(world, bill(MILLION))
    pays = client_of(world, "treasurer").get(reverse("villagefinance:pay-request", args=[world.village, YEAR, number]))
    assert 'name="cash_reason"' in pays.content.decode()
