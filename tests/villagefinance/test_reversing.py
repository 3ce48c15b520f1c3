"""What a payment came to is taken back by an entry that names it, and its request goes back with it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from kit.worlds import once
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import Withholding
from pilar.villagefinance.queries import positions
from pilar.villagefinance.queries.cash import cash
from pilar.villagefinance.rules.refusals import Refused
from pilar.villagefinance.rules.requests import RequestElsewhere
from pilar.villagefinance.rules.taxes import PaymentKind
from villagefinance.payments import (
    ADVANCE,
    MILLION,
    account,
    approved,
    back,
    bill,
    cancel,
    left,
    pay,
    remit,
    rich,
    settle,
    state,
    supplier,
)
from villagefinance.world import NOW, YEAR, World, told

GOODS = PaymentKind.GOODS


@once
def paying(world: World) -> World:
    rich(world)
    return world


def reverse(world: World, posted: do.Posted) -> None:
    do.reverse(
        by=world.who("secretary"), village=world.village, year=YEAR, place=posted.place, reason="Keliru", now=NOW
    )


def test_a_payment_that_is_taken_back_gives_its_line_back_and_owes_no_tax(paying: World) -> None:
    key = supplier(paying)
    number = approved(paying, bill(111 * MILLION, kind=GOODS, supplier=key, payee=""))
    posted = pay(paying, number)
    remitted = remit(paying, "ppn", [(YEAR, number, 1)])
    with told("remittance_stays"):
        reverse(paying, remitted)
    with pytest.raises((do.TaxRemitted, Refused)), transaction.atomic():
        reverse(paying, posted)
    other = approved(paying, bill(50 * MILLION))
    reverse(paying, pay(paying, other))
    assert (state(paying, other), left(paying)) == ("cancelled", 369 * MILLION)
    taxed = approved(paying, bill(11_100_000, kind=GOODS, supplier=key, payee=""))
    reverse(paying, pay(paying, taxed))
    assert (state(paying, taxed), Withholding.objects.filter(**paying.of_year, request=taxed).count()) == (
        "cancelled",
        0,
    )
    assert [*positions.differences(paying.village)] == []


def test_an_advance_is_taken_back_step_by_step(paying: World) -> None:
    number = approved(paying, bill(10 * MILLION), kind=ADVANCE)
    given = pay(paying, number)
    rest = back(paying, number, 3 * MILLION)
    account(paying, number, bill(7 * MILLION))
    spent = settle(paying, number)
    assert spent is not None
    for wrong in (given, rest):
        with pytest.raises((RequestElsewhere, Refused)), transaction.atomic():
            reverse(paying, wrong)
    reverse(paying, spent)
    assert (state(paying, number), left(paying)) == ("paid", 470 * MILLION)
    with pytest.raises((RequestElsewhere, Refused)), transaction.atomic():
        reverse(paying, given)
    reverse(paying, rest)
    with pytest.raises(RequestElsewhere):
        cancel(paying, number)
    reverse(paying, given)
    assert (state(paying, number), left(paying)) == ("cancelled", 480 * MILLION)
    assert sum(one.amount for one in cash(paying.village, date(YEAR, 12, 31))) == 250 * MILLION
