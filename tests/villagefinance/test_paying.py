"""A payment through three pairs of hands, its taxes, an advance and its account, and what is refused on the way."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kit.worlds import once
from pilar.evidence import queries as evidence
from pilar.people.rules import SCHEDULE, NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import Entry, Flag, Line, Withholding
from pilar.villagefinance.queries import positions
from pilar.villagefinance.queries.cash import cash
from pilar.villagefinance.rules.refusals import Refused
from pilar.villagefinance.rules.requests import RequestElsewhere, RequestKind, RequestState
from pilar.villagefinance.rules.taxes import PaymentKind
from villagefinance.payments import (
    ADVANCE,
    APPROVED,
    CHECKED,
    MARCH,
    MILLION,
    SUBMITTED,
    account,
    approved,
    back,
    bill,
    cancel,
    faults,
    left,
    move,
    pay,
    receive,
    remit,
    rich,
    settle,
    shown,
    state,
    supplier,
    write,
)
from villagefinance.world import ACCOUNT, BOX, DDS_IN, EQUITY, LATE, NOW, OFFICE, ROAD, YEAR, World, budget

GOODS = PaymentKind.GOODS


@once
def paying(world: World) -> World:
    rich(world)
    return world


def test_what_is_asked_does_not_grow_with_receipts_and_earlier_payments(
    paying: World, django_assert_num_queries: Any
) -> None:
    few = approved(paying, bill(MILLION, kind=GOODS))
    with CaptureQueriesContext(connection) as asked:
        shown(paying, few)
    many = approved(paying, *[bill(MILLION, kind=GOODS)] * 3)
    with django_assert_num_queries(len(asked)):
        found = shown(paying, many)
    # Three receipts of a payee come to four million with the earlier one: all of them are taxed.
    assert [one.bill for one in found.taxes] == [1, 2, 3]


def booked(world: World, place: int) -> list[tuple[str, Decimal, str, str]]:
    rows = Line.objects.filter(**world.of_village, place=place).order_by("no")
    return [(one.side, one.amount, one.account, one.tax) for one in rows]


def test_a_supplier_is_paid_less_tax_which_is_remitted(paying: World) -> None:
    key = supplier(paying)
    number = write(paying, bill(111 * MILLION, kind=GOODS, supplier=key, payee=""))
    assert (number, state(paying, number), left(paying)) == (1, "draft", 480 * MILLION)
    move(paying, number, SUBMITTED, "executor")
    assert left(paying) == 369 * MILLION
    move(paying, number, CHECKED, "secretary")
    move(paying, number, APPROVED, "head")
    posted = pay(paying, number)
    row = shown(paying, number)
    # 111 million hold 11 million of VAT; 1.5 % of the price are income tax.
    assert [(one.tax, one.amount, one.due) for one in row.taxes] == [
        ("ppn", 11 * MILLION, date(YEAR, 4, 15)), ("pph22", Decimal(1_500_000), date(YEAR, 4, 15)),
    ]  # fmt: skip
    assert (row.state, row.net, row.payee) == ("settled", Decimal(98_500_000), "CV Batu")
    assert sorted(booked(paying, posted.place)) == sorted([
        ("D", 111 * MILLION, "5.3.5.03", ""), ("C", Decimal(98_500_000), "1.1.1.02", ""),
        ("C", 11 * MILLION, "7.1.1", "ppn"), ("C", Decimal(1_500_000), "7.1.1", "pph22"),
    ])  # fmt: skip
    assert left(paying) == 369 * MILLION
    assert positions.surplus(paying.village, date(YEAR, 12, 31)) == (139 * MILLION, 139 * MILLION)

    remitted = remit(paying, "ppn", [(YEAR, number, 1)])
    assert sorted(booked(paying, remitted.place)) == [
        ("C", 11 * MILLION, "1.1.1.02", ""),
        ("D", 11 * MILLION, "7.1.1", "ppn"),
    ]
    with faults("unfit-tax"):
        remit(paying, "ppn", [(YEAR, number, 1)], ntpn="A" * 16)
    with faults("ntpn-known"):
        remit(paying, "pph22", [(YEAR, number, 2)])
    with faults("unfit-ntpn"):
        remit(paying, "pph22", [(YEAR, number, 2)], ntpn="12")
    assert Withholding.objects.get(**paying.of_year, no=1).ntpn == "0123456789ABCDEF"
    assert [*positions.differences(paying.village)] == []


def test_an_amount_is_not_split_below_the_threshold(paying: World) -> None:
    key = supplier(paying)
    two = [bill(Decimal(1_500_000), kind=GOODS, supplier=key, payee="") for _ in range(2)]
    first = approved(paying, two[0])
    assert shown(paying, first).taxes == ()
    pay(paying, first)
    second = write(paying, two[1])
    assert [one.tax for one in shown(paying, second).taxes] == ["ppn", "pph22"]


def test_an_advance_is_accounted_for_and_its_rest_comes_back(paying: World) -> None:
    number = approved(paying, bill(10 * MILLION), kind=ADVANCE)
    pay(paying, number)
    assert (state(paying, number), left(paying)) == ("paid", 470 * MILLION)
    with pytest.raises(Faults, match=r"melebihi|more than"):
        account(paying, number, bill(11 * MILLION))
    account(paying, number, bill(4 * MILLION, kind=GOODS), bill(3 * MILLION, kind=PaymentKind.HONORARIUM))
    taxes = shown(paying, number).withheld
    assert taxes > 0
    with faults("account-differs"):
        settle(paying, number)
    assert shown(paying, number).to_return == 3 * MILLION + taxes
    with faults("above-advance"):
        back(paying, number, 11 * MILLION)
    back(paying, number, 3 * MILLION + taxes)
    with pytest.raises(NotAllowed):
        settle(paying, number, "treasurer")
    posted = settle(paying, number)
    assert posted is not None
    assert ("D", 7 * MILLION, "5.3.5.03", "") in booked(paying, posted.place)
    assert (state(paying, number), left(paying)) == ("settled", 473 * MILLION)
    assert positions.surplus(paying.village, date(YEAR, 12, 31)) == (243 * MILLION, 243 * MILLION)
    assert sum(one.amount for one in cash(paying.village, date(YEAR, 12, 31))) == 243 * MILLION + taxes
    with pytest.raises(RequestElsewhere):
        account(paying, number, bill(1))


def test_an_advance_that_comes_back_whole_books_nothing_more(paying: World) -> None:
    number = approved(paying, bill(10 * MILLION), kind=ADVANCE)
    pay(paying, number)
    back(paying, number, 10 * MILLION)
    assert settle(paying, number) is None
    assert (state(paying, number), left(paying)) == ("settled", 480 * MILLION)


def test_no_further_advance_while_one_is_late(paying: World) -> None:
    pay(paying, approved(paying, bill(10 * MILLION), kind=ADVANCE))
    second = write(paying, bill(MILLION), kind=ADVANCE)
    with faults("late-advance"):
        move(paying, second, SUBMITTED, "executor")
    move(paying, second, SUBMITTED, "executor", now=NOW.replace(year=YEAR, month=3, day=24))


def test_what_is_asked_must_hold(paying: World) -> None:
    unproved, large = write(paying, bill(1), proofs=()), write(paying, bill(481 * MILLION), proofs=())
    with faults("no-evidence", "no-progress-report"):
        move(paying, unproved, SUBMITTED, "executor")
    with faults("line-exceeded", "no-evidence", "no-progress-report"):
        move(paying, large, SUBMITTED, "executor")
    for wrong, codes in {
        (bill(0),): ["no-amount"], (bill(1, line=DDS_IN),): ["unfit-line"], (bill(1, line=99),): ["unfit-line"],
        (bill(1), bill(1, line=OFFICE)): ["several-funds"], (bill(1, payee=" "),): ["no-payee"],
        (bill(1), bill(1, payee="Lain")): ["several-payees"], (bill(1, supplier=9),): ["unknown-supplier"],
        (): ["nothing-asked"],
    }.items():  # fmt: skip
        with faults(*codes):
            write(paying, *wrong, proofs=())
    with faults("in-the-future", "unfit-line"):
        write(paying, bill(1), proofs=(), day=date(2026, 3, 1), year=2026)


def test_nothing_is_asked_of_a_budget_whose_execution_is_not_approved(paying: World) -> None:
    number = write(paying, bill(MILLION))
    budget(paying, number=3, **{"L1": 500 * MILLION, "L2": 100 * MILLION, "L3": 100 * MILLION, "L4": 480 * MILLION,
                               "L6": 20 * MILLION})  # fmt: skip
    with faults("no-dpa", "no-rak"):
        move(paying, number, SUBMITTED, "executor")


def test_three_people_act_in_their_order(paying: World) -> None:
    number = write(paying, bill(MILLION))
    with pytest.raises(RequestElsewhere):
        move(paying, number, CHECKED, "secretary")
    move(paying, number, SUBMITTED, "executor")
    for who, to in (("treasurer", CHECKED), ("head", CHECKED), ("secretary", APPROVED), ("executor", APPROVED)):
        with pytest.raises(NotAllowed):
            move(paying, number, to, who)
    for to in (RequestState.PAID, RequestState.SETTLED, RequestState.DRAFT):
        with pytest.raises((RequestElsewhere, NotAllowed)):
            move(paying, number, to, "executor")
    with pytest.raises(NotFound):
        move(paying, number, CHECKED, "sister")
    with pytest.raises(RequestElsewhere):
        write(paying, bill(2), number=number, proofs=())
    with faults("no-reason"):
        move(paying, number, RequestState.RETURNED, "secretary")
    move(paying, number, RequestState.RETURNED, "secretary", reason="Nota buram")
    assert (shown(paying, number).reason, left(paying)) == ("Nota buram", 480 * MILLION)
    assert write(paying, bill(2 * MILLION), number=number, proofs=()) == number
    move(paying, number, SUBMITTED, "executor")
    move(paying, number, CHECKED, "secretary")
    with pytest.raises(RequestElsewhere):
        pay(paying, number)
    with pytest.raises(NotAllowed):
        move(paying, number, RequestState.RETURNED, "secretary", reason="Nota buram")
    move(paying, number, APPROVED, "head")
    with pytest.raises(NotAllowed):
        pay(paying, number, who="head")
    with pytest.raises(NotAllowed):
        move(paying, number, RequestState.RETURNED, "head", reason="Nota buram")
    move(paying, number, RequestState.RETURNED, "treasurer", reason="Rekening tutup")
    assert (shown(paying, number).reason, left(paying)) == ("Rekening tutup", 480 * MILLION)
    for to, who in ((SUBMITTED, "executor"), (CHECKED, "secretary"), (APPROVED, "head")):
        move(paying, number, to, who)
    assert left(paying) == 478 * MILLION
    with pytest.raises(RequestElsewhere):
        move(paying, number, RequestState.CANCELLED, "executor")
    with faults("no-reason"):
        do.cancel_request(
            by=paying.who("executor"), village=paying.village, year=YEAR, number=number, reason=" ", now=NOW
        )
    cancel(paying, number)
    assert (shown(paying, number).reason, left(paying)) == ("Toko tutup", 480 * MILLION)


def test_who_made_a_request_does_not_check_it(paying: World) -> None:
    from pilar.people.rules import HeldRole, Standing
    from pilar.villagefinance.rules.roles import Role

    both = paying.who("executor")
    both = Standing(both.actor, (*both.memberships, HeldRole(Role.SECRETARY, "36.03", None, paying.village)))
    number = write(paying, bill(MILLION))
    move(paying, number, SUBMITTED, "executor")
    with faults("own-request"):
        do.move_request(by=both, village=paying.village, year=YEAR, number=number, to=CHECKED, now=NOW)


def test_more_than_the_fund_holds_is_not_paid(paying: World) -> None:
    number = approved(paying, bill(201 * MILLION))
    with faults("money-short"):
        pay(paying, number)
    receive(paying, DDS_IN, MILLION)
    with pytest.raises(Refused) as found, transaction.atomic():
        pay(paying, number, bank_account=BOX, cash_reason="Uji")
    assert found.value.rule == "cash_below_zero"
    with faults("no-account"):
        pay(paying, number, bank_account=9)
    with faults("before-request"):
        pay(paying, number, day=MARCH - timedelta(1))
    pay(paying, number)


def test_financing_and_what_is_settled_outside_the_village(paying: World) -> None:
    number = approved(paying, bill(5 * MILLION, line=EQUITY), kind=RequestKind.FINANCING, who="treasurer")
    posted = pay(paying, number)
    assert booked(paying, posted.place) == [("D", 5 * MILLION, "6.2.2.01", ""), ("C", 5 * MILLION, "1.1.1.02", "")]
    number = approved(
        paying, bill(7 * MILLION, line=EQUITY), kind=RequestKind.FINANCING, income_line=DDS_IN, who="treasurer"
    )  # fmt: skip
    posted = pay(paying, number, bank_account=None)
    assert booked(paying, posted.place) == [("D", 7 * MILLION, "6.2.2.01", ""), ("C", 7 * MILLION, "4.2.1.01", "")]
    assert sum(one.amount for one in cash(paying.village, date(YEAR, 12, 31))) == 245 * MILLION


def test_what_comes_in_and_cash_that_moves(paying: World) -> None:
    number = approved(paying, bill(10 * MILLION))
    pay(paying, number)
    refund = receive(paying, ROAD, MILLION, date(YEAR, 5, 1))
    assert booked(paying, refund.place) == [("D", MILLION, "1.1.1.02", ""), ("C", MILLION, "5.3.5.03", "")]
    assert left(paying) == 471 * MILLION
    late = receive(paying, LATE, MILLION)
    assert booked(paying, late.place) == [("D", MILLION, "1.1.1.02", ""), ("C", MILLION, "4.3.5.01", "")]
    for line in (EQUITY, 5, 99):
        with faults("unfit-line"):
            receive(paying, line, MILLION)
    with faults("no-amount"):
        receive(paying, DDS_IN, Decimal(0))

    def moved(source: int, target: int) -> None:
        do.move_cash(
            by=paying.who("treasurer"), village=paying.village, source=source, target=target, fund="DDS",
            amount=3 * MILLION, day=date(YEAR, 4, 1), now=NOW,
        )  # fmt: skip

    moved(ACCOUNT, BOX)
    assert {one.key: one.amount for one in cash(paying.village, date(YEAR, 4, 1)) if one.fund == "DDS"} == {
        ACCOUNT: 187 * MILLION, BOX: 3 * MILLION,
    }  # fmt: skip
    moved(BOX, ACCOUNT)
    with faults("same-place"):
        moved(BOX, BOX)
    with pytest.raises(NotAllowed):
        do.receive(
            by=paying.who("executor"),
            village=paying.village,
            year=YEAR,
            given=do.Received(1, MILLION, 2, MARCH, ""),
            now=NOW,
        )


def test_much_in_cash_takes_a_reason_that_is_kept_and_is_a_flag_all_the_same(paying: World) -> None:
    def take(amount: int, **more: Any) -> None:
        do.move_cash(
            by=paying.who("treasurer"), village=paying.village, source=ACCOUNT, target=BOX, fund="DDS",
            amount=amount * MILLION, day=MARCH, now=NOW, **more,
        )  # fmt: skip

    take(10)
    with faults("much-in-hand"):
        take(1)
    take(1, reason="Upah pekerja besok")
    assert Entry.objects.filter(**paying.of_village).latest("place").told.endswith(": Upah pekerja besok")
    for amount, told in ((10, ""), (11, "much-in-cash")):
        number = approved(paying, bill(amount * MILLION))
        if told:
            with faults(told):
                pay(paying, number, bank_account=BOX)
            take(10, reason="Untuk toko")
            pay(paying, number, bank_account=BOX, cash_reason=" Toko tidak punya rekening ")
        else:
            pay(paying, number, bank_account=BOX)
        assert shown(paying, number).cash_reason == ("Toko tidak punya rekening" if told else "")
    pay(paying, approved(paying, bill(50 * MILLION)))
    do.raise_flags(by=SCHEDULE, village=paying.village, year=YEAR, now=NOW)
    (flag,) = Flag.objects.filter(**paying.of_village, rule="cash_paid")
    assert (flag.amount, flag.inputs["reason"]) == (11 * MILLION, "Toko tidak punya rekening")


def test_evidence_is_read_by_the_village_and_nobody_next_to_it(paying: World) -> None:
    number = write(paying, bill(MILLION))
    keys = [*shown(paying, number).receipts, *shown(paying, number).progress]
    for who, count in {"head": 2, "office": 2, "sister": 0, "neighbour": 0, "nobody": 0, "public": 0}.items():
        assert len(evidence.evidence_list(keys, scope=paying.who(who))) == count, who
