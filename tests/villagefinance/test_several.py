"""Requests of several lines, bills and payees, and what is settled outside the account, on their pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from confirming import confirmed
from kit.worlds import once
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import Bill, BudgetAmount, BudgetLine, BudgetStep, CostItem, RequestLine, Withholding
from pilar.villagefinance.queries.cash import cash
from pilar.villagefinance.queries.requests import request
from pilar.villagefinance.queries.siskeudes import our_year
from pilar.villagefinance.rules.siskeudes.records import execution
from pilar.villagefinance.rules.taxes import PaymentKind
from villagefinance.payments import MILLION, back, pay, plan, rich, supplier, typed, write
from villagefinance.payments import bill as of
from villagefinance.test_payment_pages import NOW, asked, client_of, moved, page, photo, said, state
from villagefinance.world import ACCOUNT, BOX, DDS_IN, PEOPLE, ROAD, VILLAGE, YEAR, World, budget, enact
from villagefinance.world import NOW as BOOKED

pytestmark = pytest.mark.django_db
STONES = 8
"""A second line of the activity of the road."""
THREE = [
    {"amount": "1.500.000", "payee": "Asep", "payment": "wage", "parts": "10"},
    {"amount": "3.000.000", "payee": "Budi", "payment": "wage", "parts": "2"},
    {"amount": "1.000.000", "payee": "Cecep", "payment": "honorarium", "line": STONES},
]


@once
def wide(world: World) -> World:
    rich(world)
    of_line = {**world.of_year, "version": 3, "line": STONES}
    amounts = {1: 500, 2: 100, 3: 100, 4: 380, 5: 0, 6: 20, 7: 0}
    budget(world, number=3, enacted=False, **{f"L{key}": amount * MILLION for key, amount in amounts.items()})
    BudgetLine.objects.create(**world.of_year, key=STONES, activity="2.3.10", account="5.3.5.02", fund="DDS")
    BudgetAmount.objects.create(**of_line, amount=100 * MILLION)
    CostItem.objects.create(
        **of_line, no=1, description="Batu", volume=1, unit="paket", unit_price=100 * MILLION, amount=100 * MILLION
    )
    enact(world, number=3)
    plan(world, number=3)
    for no, (act, who) in enumerate((("checked", "secretary"), ("approved", "head")), 200):
        BudgetStep.objects.create(**world.of_year, version=3, no=no, act=act, by=PEOPLE[who].actor.name, at=NOW)
    return world


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def approved(world: World, number: int) -> None:
    for who, to in (("executor", "submitted"), ("secretary", "checked"), ("head", "approved")):
        answer = moved(client_of(world, who), number, to)
        assert answer.status_code == 302, said(answer)


def lines(number: int = 1) -> dict[int, Decimal]:
    rows = RequestLine.objects.filter(village=VILLAGE, request=number)
    return dict(rows.values_list("line", "amount"))


def test_an_advance_of_an_activity_takes_several_of_its_lines(wide: World) -> None:
    executor = client_of(wide, "executor")
    shown = said(executor.get(page("ask", YEAR, ROAD)))
    assert ("sisa Rp380.000.000" in shown, "sisa Rp100.000.000" in shown) == (True, True)
    first = typed({"amount": "7.000.000"}, {"amount": "3.000.000", "line": STONES})
    number = asked(executor, kind="advance", **first)
    assert lines(number) == {ROAD: 7 * MILLION, STONES: 3 * MILLION}
    again = said(executor.get(page("ask-again", YEAR, number)))
    assert ('value="7.000.000"' in again, 'value="3.000.000"' in again) == (True, True)
    sent = typed({"amount": "6.000.000"}, {"amount": "3.000.000", "line": STONES})
    given = {"kind": "advance", "told": "Batu kali", "day": f"{YEAR}-06-10", **sent}
    assert executor.post(page("ask-again", YEAR, number), given).status_code == 302
    assert lines(number) == {ROAD: 6 * MILLION, STONES: 3 * MILLION}
    answer = executor.post(page("ask", YEAR, ROAD), given | {"bills-1-line": BOX})
    assert "bills-1-line" in said(answer, 422)


def test_a_row_comes_and_goes_and_keeps_what_was_typed(wide: World) -> None:
    executor = client_of(wide, "executor")
    given = {"kind": "direct", "told": "", "day": f"{YEAR}-06-10", **typed(*THREE[:2])}
    shown = said(executor.post(page("ask", YEAR, ROAD), given | {"do": "add-bills", "receipt": photo()}))
    assert ("bills-2-amount" in shown, 'value="Budi"' in shown, "receipt:" in shown) == (True, True, True)
    assert "Isian ini wajib" not in shown
    shown = said(executor.post(page("ask", YEAR, ROAD), given | {"do": "remove-bills-0"}))
    assert ('value="Asep"' in shown, 'value="Budi"' in shown) == (False, True)
    answer = executor.post(page("ask", YEAR, ROAD), given | {"told": "Upah"} | typed())
    assert "bills-0-amount" in said(answer, 422)


def test_wages_of_several_people_are_one_request(wide: World) -> None:
    key = supplier(wide, name="Dadang", npwp="02")
    executor, treasurer = client_of(wide, "executor"), client_of(wide, "treasurer")
    four = [*THREE, {"amount": "2.000.000", "supplier": key, "payment": "salary"}]
    number = asked(executor, told="Upah dan honor", **typed(*four))
    assert lines(number) == {ROAD: Decimal(6_500_000), STONES: MILLION}
    assert said(executor.get(page("request", YEAR, number))).count("Asep dkk. (4 orang)") == 1
    again = said(executor.get(page("ask-again", YEAR, number)))
    assert all(f'value="{name}"' in again for name in ("Asep", "Budi", "Cecep"))
    approved(wide, number)
    pays = said(treasurer.get(page("pay-request", YEAR, number)))
    # Ten days of Rp150,000 are taxed day by day, two of Rp1.5 million too.
    assert all(one in pays for one in ("Asep menerima Rp1.500.000", "Budi menerima Rp2.985.000", "Dadang belum"))
    assert confirmed(treasurer, page("pay-request", YEAR, number), {"bank_account": ACCOUNT, "day": f"{YEAR}-06-16"})
    assert state(number) == "settled"
    assert Withholding.objects.filter(request=number, bill=1).count() == 0
    receipt = said(treasurer.get(page("paper", "kuitansi", YEAR) + f"?nomor={number}"))
    assert all(one in receipt for one in ("Daftar penerimaan", "Budi", "2.985.000", "Dadang"))


def test_several_payees_fit_where_one_does() -> None:
    assert do.requesting.together([200 * "A", "B"]) == f"{170 * 'A'} dkk. (2 orang)"
    assert do.requesting.together(["", "B"]) == "B dkk. (2 orang)"


def test_goods_of_several_shops_are_several_requests(wide: World) -> None:
    rows = [{"amount": "1.000.000", "payee": name, "payment": "goods"} for name in ("Toko A", "Toko B")]
    given = {"kind": "direct", "told": "Batu", "day": f"{YEAR}-06-10", **typed(*rows)}
    answer = client_of(wide, "executor").post(page("ask", YEAR, ROAD), given)
    assert "Hanya upah" in said(answer, 422)
    assert not Bill.objects.exists()


def test_another_row_in_the_page_before_is_no_second_request(wide: World) -> None:
    executor, key = client_of(wide, "executor"), "3a2a1b8e-6c1f-4d0b-9a50-0a3c2f1f8d11"
    given = {"kind": "direct", "told": "Upah", "day": f"{YEAR}-06-10", "once": key, **typed(*THREE)}
    assert executor.post(page("ask", YEAR, ROAD), given).status_code == 302
    assert executor.post(page("ask", YEAR, ROAD), given)["Location"] == page("payments")
    assert executor.post(page("ask", YEAR, ROAD), given | {"bills-2-amount": "9.000.000"}).status_code == 409
    assert Bill.objects.count() == 3


def test_what_the_transfer_settles_stands_in_the_lra_and_not_in_the_bank(wide: World) -> None:
    executor, treasurer = client_of(wide, "executor"), client_of(wide, "treasurer")
    before = cash(VILLAGE, date(YEAR, 12, 31))
    given = {"told": "Modal koperasi", "income_line": DDS_IN, "amount": "40.000.000", "payment": "untaxed"}
    number = asked(executor, **given, payee="")
    assert [
        one.payee != "" for one in request(VILLAGE, YEAR, number, scope=wide.who("head"), today=NOW.date()).payees
    ] == [True]
    assert "4.2.1.01" in said(executor.get(page("request", YEAR, number)))
    approved(wide, number)
    assert confirmed(treasurer, page("pay-request", YEAR, number), {"day": f"{YEAR}-06-16"}).status_code == 302
    assert (state(number), cash(VILLAGE, date(YEAR, 12, 31))) == ("settled", before)
    assert "40.000.000" in said(treasurer.get(page("realisation", YEAR)))
    sent: dict[str, Any] = {"kind": "advance", "told": "x", "day": f"{YEAR}-06-10", "income_line": DDS_IN}
    answer = executor.post(page("ask", YEAR, ROAD), sent | typed({"amount": "1.000.000"}))
    assert "Panjar dibayar dari rekening" in said(answer, 422)


def test_the_limit_of_cash_is_of_each_payee(wide: World) -> None:
    treasurer = client_of(wide, "treasurer")
    move = {"bank_account": ACCOUNT, "target": BOX, "fund": "DDS", "amount": "20.000.000", "day": f"{YEAR}-06-10",
            "reason": "Upah"}  # fmt: skip
    assert treasurer.post(page("move-cash"), move).status_code == 302
    people = [of(4 * MILLION, payee=name, kind=PaymentKind.WAGE, parts=40) for name in ("Asep", "Budi", "Cecep")]
    for bills, status in ((people, 302), ([of(12 * MILLION)], 422)):
        number = write(wide, *bills, day=date(YEAR, 6, 10))
        approved(wide, number)
        sent = {"bank_account": BOX, "day": f"{YEAR}-06-16"}
        assert confirmed(treasurer, page("pay-request", YEAR, number), sent).status_code == status


def test_a_receipt_has_the_number_and_day_of_its_paper_and_its_tax_one_day(wide: World) -> None:
    executor = client_of(wide, "executor")
    number = asked(executor, kind="advance", **typed({"amount": "11.100.000"}))
    approved(wide, number)
    pay(wide, number, day=date(YEAR, 6, 12), now=NOW)
    row = {"amount": "11.100.000", "payee": "Toko", "payment": "goods", "number": "N-7"}
    late = executor.post(page("account", YEAR, number), typed(row | {"dated": f"{YEAR}-12-01"}))
    assert "bills-0-dated" in said(late, 422)
    given = typed(row | {"dated": f"{YEAR}-06-13"}) | {"receipt": photo()}
    assert executor.post(page("account", YEAR, number), given).status_code == 302
    assert "N-7, 13 Juni" in said(executor.get(page("request", YEAR, number)))
    assert "N-7" in said(executor.get(page("paper", "spp", YEAR) + f"?nomor={number}"))
    back(wide, number, 333_000, date(YEAR, 6, 16))
    # Paid in June, accounted for in July: withheld in July, as the books have it.
    do.settle_advance(
        by=wide.who("secretary"), village=VILLAGE, year=YEAR, number=number, day=date(YEAR, 7, 2), now=BOOKED
    )
    assert Withholding.objects.get(request=number).due == date(YEAR, 8, 15)
    year = our_year(VILLAGE, YEAR, scope=wide.who("head"))
    (receipt,) = year.of(execution.SettlementBill)
    assert (receipt.paper, receipt.day, receipt.payee) == ("N-7", date(YEAR, 6, 13), "Toko")
