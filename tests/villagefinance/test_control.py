"""What a village may spend: no more than its budget gives, than it holds, than a rule allows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import Error, transaction

from pilar.villagefinance.models import (
    Bill,
    BudgetAmount,
    Ceiling,
    RequestLine,
    Withholding,
)
from pilar.villagefinance.rules.journal import Kind
from pilar.villagefinance.rules.refusals import Refused
from villagefinance.world import (
    ADD_IN,
    DDS_IN,
    EQUITY,
    LATE,
    ROAD,
    YEAR,
    World,
    advance,
    bank,
    box,
    budget,
    enact,
    insert,
    item,
    raw,
    raw_bank,
    raw_line,
    refused,
    tax,
    told,
)

MARCH = date(YEAR, 3, 10)
IN = (raw_bank("D", 5), raw_line("C", 5, DDS_IN))
PAID = {"kind": "payment", "checker": "user:2", "approver": "user:1"}


def test_no_more_is_spent_than_the_budget_gives(world: World) -> None:
    world.receive(900)
    world.pay(700)
    with refused("over_the_budget"):
        world.stored(raw_line("D", "100.01", ROAD), raw_bank("C", "100.01"), **PAID)
    with pytest.raises(Refused, match=r"0[,.]01"), transaction.atomic():
        world.pay("100.01")
    world.pay(100)


def test_what_is_promised_is_not_spent_twice(world: World) -> None:
    world.receive(900)
    world.request(750)
    with refused("over_the_budget"):
        world.request(51, number=2)
    with told("over_the_budget"):
        world.pay(51)
    world.pay(50)
    RequestLine.objects.filter(**world.of_year).update(open=0)
    world.pay(750)
    with refused("over_the_budget"):
        RequestLine.objects.filter(**world.of_year).update(open=1)


def test_what_comes_back_can_be_spent_again(world: World) -> None:
    world.receive(900)
    world.pay(800)
    world.book(Kind.REFUND, bank(30), item(30, ROAD))
    with told("over_the_budget"):
        world.pay(31)
    world.pay(30)


def test_the_version_in_force_on_the_day_counts_and_those_after_it(world: World) -> None:
    world.receive(900)
    budget(world, number=2, enacted=False, L4=600, L6=300)
    enact(world, number=2, day=date(YEAR, 6, 1))
    with told("over_the_budget"):  # 800 on that day, but only 600 are left of it later
        world.pay(601)
    budget(world, number=3, enacted=False, L4=850, L6=50)
    enact(world, number=3, day=date(YEAR, 9, 1))
    world.pay(600)
    with told("over_the_budget"):
        world.pay(1, date(YEAR, 8, 31))
    world.pay(250, date(YEAR, 9, 1))


def test_before_a_budget_is_in_force_nothing_is_spent(world: World) -> None:
    year = YEAR + 1
    budget(world, year, enacted=False)
    enact(world, year, day=date(year, 1, 10))
    Ceiling.objects.create(
        **world.of_village, year=year, fund="DDS", number=1, amount=900, rule="Perbup", made_on=date(year, 1, 1)
    )
    world.book(Kind.RECEIPT, bank(100), item(100, DDS_IN), day=date(year, 1, 2))
    with told("budget_not_in_force"):
        world.pay(1, date(year, 1, 9))
    world.pay(1, date(year, 1, 10))


def test_a_version_is_enacted_balanced_planned_and_above_what_is_spent(world: World) -> None:
    world.receive(900)
    world.pay(500)
    world.request(100)
    for number, rule, amounts in (
        (2, "budget_unbalanced", {"L1": 901}), (3, "below_what_is_spent", {"L4": 599, "L6": 301}),
    ):  # fmt: skip
        budget(world, number=number, enacted=False, **amounts)
        with refused(rule):
            enact(world, number=number)
    budget(world, number=4, enacted=False, L4=600, L6=300)
    with refused("cost_plan_differs"):
        BudgetAmount.objects.filter(**world.of_year, version=4, line=ROAD).update(amount=650)
        BudgetAmount.objects.filter(**world.of_year, version=4, line=EQUITY).update(amount=250)
        enact(world, number=4)
    enact(world, number=4)
    with refused("budget_out_of_order"):
        enact(world, number=3)


def test_what_is_enacted_does_not_change(world: World) -> None:
    with refused("budget_is_enacted"):
        BudgetAmount.objects.filter(**world.of_year, line=ROAD).update(amount=801)
    with refused("budget_is_enacted"):
        BudgetAmount.objects.filter(**world.of_year, line=LATE).delete()
    with refused("budget_is_enacted"):
        BudgetAmount.objects.create(**world.of_year, version=1, line=99, amount=1)
    with refused("Cannot update", Error):
        enact(world)


def test_tax_that_was_withheld_is_not_spent(world: World) -> None:
    world.receive(10)
    world.book(Kind.PAYMENT, item(10, ROAD), bank(9), tax(1))
    with told("surplus_below_zero"):
        world.pay(1)
    world.book(Kind.REMITTANCE, tax(1), bank(1))


def test_no_account_is_overdrawn(world: World) -> None:
    world.receive(100)
    world.book(Kind.WITHDRAWAL, box(40), bank(40), day=date(YEAR, 2, 2))
    with refused("cash_below_zero"):
        world.stored(raw_line("D", 61, ROAD), raw_bank("C", 61), **PAID)
    with told("cash_below_zero"):
        world.pay(61)
    with pytest.raises(Refused, match="1 "), transaction.atomic():
        world.book(Kind.DEPOSIT, bank(41), box(41))
    world.pay(60)


def test_no_account_is_overdrawn_on_a_later_day_that_is_booked(world: World) -> None:
    world.receive(100)
    world.pay(80, date(YEAR, 5, 1))
    world.receive(80, date(YEAR, 6, 1))
    with told("cash_below_zero"):
        world.pay(21, date(YEAR, 4, 1))
    world.pay(20, date(YEAR, 4, 1))
    world.pay(80, date(YEAR, 6, 1))
    with told("cash_below_zero"):
        world.pay(1, date(YEAR, 12, 31))


def test_no_fund_pays_for_another(world: World) -> None:
    world.book(Kind.RECEIPT, bank(100, "ADD"), item(100, ADD_IN))
    world.receive(50, MARCH)
    with refused("fund_below_zero"):
        world.stored(raw_line("D", 51, ROAD), raw_bank("C", 51), **PAID)
    with told("fund_below_zero"):
        world.pay(51)
    world.pay(50)


def test_no_more_is_accounted_for_than_was_advanced(world: World) -> None:
    world.receive(500)
    world.book(Kind.ADVANCE, advance(100), bank(100))
    with refused("advance_below_zero"):
        world.stored(
            raw_line("D", 101, ROAD), raw("C", 101, "1.1.4", activity="2.3.10"), **PAID | {"kind": "accounted"}
        )
    with told("advance_below_zero"):
        world.book(Kind.ACCOUNTED, item(101, ROAD), advance(101))
    with told("advance_below_zero"):
        world.book(Kind.UNUSED, bank(1), advance(1), day=date(YEAR, 3, 9))
    world.book(Kind.ACCOUNTED, item(90, ROAD), advance(90))
    with told("advance_below_zero"):
        world.book(Kind.UNUSED, bank(11), advance(11))
    world.book(Kind.UNUSED, bank(10), advance(10))


def test_no_more_tax_is_remitted_than_was_withheld(world: World) -> None:
    world.receive(500)
    world.book(Kind.PAYMENT, item(100, ROAD), bank(89), tax(11))
    with refused("remitted_above_withheld"):
        world.stored(raw("D", 12, "7.1.1", tax="ppn"), raw_bank("C", 12), **PAID | {"kind": "remittance"})
    with told("remitted_above_withheld"):
        world.book(Kind.REMITTANCE, tax(12), bank(12))
    place = world.book(Kind.REMITTANCE, tax(11), bank(11)).place
    sent = {"ntpn": "A1", **world.of_year, "place": place, "tax": "ppn", "amount": Decimal(11), "date": MARCH}
    for wrong in ({"amount": 12}, {"amount": 10}, {"tax": "pph22"}, {"place": 1}):
        with refused("remittance_differs"):
            insert("remittance", [sent | wrong])
    insert("remittance", [sent])
    with refused("remittance_pkey"):
        insert("remittance", [sent])


def test_a_remittance_picks_what_was_withheld(world: World) -> None:
    world.receive(500)
    world.book(Kind.PAYMENT, item(100, ROAD), bank(89), tax(11))
    place = world.book(Kind.REMITTANCE, tax(11), bank(11)).place
    sent = {"ntpn": "A1", **world.of_year, "place": place, "tax": "ppn", "amount": Decimal(11), "date": MARCH}
    insert("remittance", [sent])
    world.request(100)
    Bill.objects.create(**world.of_year, request=1, no=1, line=ROAD, kind="goods", amount=100, payee="Toko")
    bill = {"bill": 1, "account": "7.1.1", "rule": "ppn", "version": 1, "due": MARCH}
    amounts = {"base": 100, "rate": 11, "amount": 6}
    held = {**world.of_year, **bill, **amounts, "request": 1, "no": 1, "tax": "ppn", "ntpn": "A1"}
    for wrong in ({"tax": "pph22"}, {"amount": 12}):
        with refused("remittance_of_others"):
            insert("withholding", [held | wrong])
    with refused("withholding_ntpn_of_remittance"):
        insert("withholding", [held | {"ntpn": None}])
        Withholding.objects.update(ntpn="B2")
    insert("withholding", [held])
    with refused("remittance_of_others"):
        insert("withholding", [held | {"no": 2}])
    insert("withholding", [held | {"no": 2, "amount": 5}])
    with refused("Cannot", Error):
        Withholding.objects.filter(no=1).update(ntpn=None)


def test_no_fund_gets_more_than_its_ceiling(world: World) -> None:
    world.receive(900)
    with refused("transfer_above_ceiling"):
        world.stored(raw_bank("D", 1), raw_line("C", 1, DDS_IN))
    with told("transfer_above_ceiling"):
        world.book(Kind.SETTLEMENT, item(1, EQUITY), item(1, DDS_IN))
    Ceiling.objects.create(
        **world.of_year, fund="DDS", number=2, amount=901, rule="Perbup 9/2025", made_on=date(YEAR, 8, 1)
    )
    world.receive(1)
