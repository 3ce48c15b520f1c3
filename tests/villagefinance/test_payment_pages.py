"""A payment on its pages, from the line of the budget to the cash book, each role with its own account."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from confirming import confirmed
from evidence.samples import png
from kit.worlds import once
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import PaymentRequest
from pilar.villagefinance.operations import ChangeElsewhere
from pilar.villagefinance.queries.suppliers import changes
from villagefinance import accounts
from villagefinance.payments import MILLION, approved, bill, rich, supplier, typed, write
from villagefinance.world import ACCOUNT, BOX, DDS_IN, ROAD, VILLAGE, YEAR, World

pytestmark = pytest.mark.django_db
NOW = datetime(YEAR, 6, 16, 3, tzinfo=UTC)


@once
def paying(world: World) -> World:
    rich(world)
    return world


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def client_of(world: World, who: str) -> Client:
    """Somebody who has held their role since the year before."""
    accounts.account(who).memberships.update(since=NOW.replace(year=YEAR - 1))
    return accounts.client_of(world, who)


def said(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, html.unescape(answer.content.decode())[-3000:]
    return html.unescape(answer.content.decode())


def page(name: str, *more: object) -> str:
    return reverse(f"villagefinance:{name}", args=[VILLAGE, *more])


def photo(name: str = "nota.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, png(), "image/png")


def state(number: int = 1) -> str:
    return str(PaymentRequest.objects.get(village=VILLAGE, year=YEAR, number=number).state)


def asked(client: Client, **more: Any) -> int:
    """The first two screens; the number of the request."""
    row = {"amount": "111.000.000", "payee": "Toko Maju", "payment": "goods"}
    row |= {name: more.pop(name) for name in ("amount", "payee", "payment") if name in more}
    given = {
        "kind": "direct", "told": "Batu kali", "day": f"{YEAR}-06-10", "receipt": photo(),
        "progress": photo("jalan.png"), **typed(row),
    }  # fmt: skip
    answer = client.post(page("ask", YEAR, ROAD), given | more)
    assert answer.status_code == 302, said(answer)
    return int(answer["Location"].rstrip("/").rpartition("/")[2])


def moved(client: Client, number: int, to: str, **more: str) -> Any:
    return client.post(page("move-request", YEAR, number), {"to": to, **more})


def test_a_payment_goes_through_its_hands_into_the_books(paying: World) -> None:
    executor, secretary, head, treasurer = (
        client_of(paying, who) for who in ("executor", "secretary", "head", "treasurer")
    )
    assert "Rp480.000.000" in said(executor.get(page("choose-line")))
    assert "Rp480.000.000" in said(executor.get(page("ask", YEAR, ROAD)))
    number = asked(executor)
    at = page("request", YEAR, number)
    shown = said(executor.get(at))
    assert "seratus sebelas juta rupiah" in shown
    assert "nota.png" in shown
    assert 'value="submitted"' in shown
    assert 'value="submitted"' not in said(secretary.get(at))
    assert moved(secretary, number, "submitted").status_code == 403
    assert moved(executor, number, "submitted")["Location"] == at

    assert "Batu kali" in said(secretary.get(page("payments"))).partition("Semua")[0]
    assert ("Batu kali" in said(secretary.get(page("village"))), "Batu kali" in said(head.get(page("village")))) == (
        True, False
    )  # fmt: skip
    assert moved(secretary, number, "returned", reason=" ").status_code == 422
    assert moved(secretary, number, "returned", reason="Nota buram").status_code == 302
    assert "Nota buram" in said(executor.get(at))
    again = executor.get(page("ask-again", YEAR, number))
    assert "Toko Maju" in said(again)
    assert executor.post(page("ask-again", YEAR, number), {
        "kind": "direct", "told": "Batu kali besar", "day": f"{YEAR}-06-10", "receipt": photo("nota2.png"),
        **typed({"amount": "111.000.000", "payee": "Toko Maju", "payment": "goods"}),
    })["Location"] == at  # fmt: skip
    for client, to in ((executor, "submitted"), (secretary, "checked"), (head, "approved")):
        assert moved(client, number, to)["Location"] == at, to
    assert moved(head, number, "approved")["Location"] == at, "a second click"
    assert moved(treasurer, number, "approved").status_code == 403

    pay = page("pay-request", YEAR, number)
    assert head.get(pay).status_code == 403
    # Without a tax number twice as much is withheld; who charges no VAT pays none.
    assert "Rp3.330.000" in said(treasurer.get(pay))
    given = {"bank_account": ACCOUNT, "day": f"{YEAR}-06-16"}
    assert confirmed(treasurer, pay, given)["Location"] == at
    assert state() == "settled"
    assert treasurer.get(pay)["Location"] == at

    book = said(treasurer.get(page("book", "umum", YEAR, 6)))
    assert "Batu kali besar" in book
    assert "107.670.000" in book
    assert "142.330.000" in book
    assert "3.330.000" in said(treasurer.get(page("book", "pajak", YEAR, 6)))
    lra = said(treasurer.get(page("realisation", YEAR)))
    assert "111.000.000" in lra
    assert "111.000.000" not in said(treasurer.get(page("realisation", YEAR) + "?dana=ADD"))
    assert "111.000.000" not in said(treasurer.get(page("realisation", YEAR) + "?bulan=5"))

    remit = page("remit", "pph22")
    assert "3.330.000" in said(treasurer.get(page("taxes")))
    given = {
        "withheld": [f"{YEAR}-{number}-1"],
        "ntpn": "0123456789ABCDEF",
        "bank_account": ACCOUNT,
        "day": f"{YEAR}-06-16",
    }
    assert confirmed(treasurer, remit, given)["Location"] == page("taxes")
    shown = said(treasurer.get(page("taxes")))
    assert ("Tidak ada pajak terutang" in shown, "0123456789ABCDEF" in shown) == (True, True)


def test_an_advance_is_accounted_for_on_its_pages(paying: World) -> None:
    executor, secretary, head, treasurer = (
        client_of(paying, who) for who in ("executor", "secretary", "head", "treasurer")
    )
    number = asked(executor, kind="advance", amount="10.000.000", payee="", payment="untaxed")
    for client, to in ((executor, "submitted"), (secretary, "checked"), (head, "approved")):
        moved(client, number, to)
    given = {"bank_account": ACCOUNT, "day": f"{YEAR}-06-12"}
    assert confirmed(treasurer, page("pay-request", YEAR, number), given).status_code == 302
    assert (state(), page("account", YEAR, number) in said(executor.get(page("request", YEAR, number)))) == (
        "paid",
        True,
    )
    assert "Rp10.000.000" in said(treasurer.get(page("book", "panjar", YEAR, 6))).replace("10.000.000", "Rp10.000.000")
    row = {"line": ROAD, "amount": "7.000.000", "told": "Semen", "payment": "untaxed", "supplier": "", "payee": "Toko",
           "parts": "1"}  # fmt: skip
    rows = {f"bills-0-{name}": value for name, value in row.items()}
    account = page("account", YEAR, number)
    assert said(executor.post(account, {"bills-rows": 1, "do": "add-bills", **rows})).count("bills-1-amount") > 1
    wrong = executor.post(account, {"bills-rows": 1, "do": "save", **rows, "bills-0-amount": "70.000.000"})
    assert wrong.status_code == 422
    sent = {"bills-rows": 1, "do": "save", "receipt": photo("semen.png"), **rows}
    assert executor.post(account, sent).status_code == 302, said(executor.post(account, sent))
    settle = page("settle-advance", YEAR, number)
    assert 'name="checked"' not in said(secretary.get(settle))
    back = treasurer.post(
        page("return-rest", YEAR, number), {"amount": "3.000.000", "bank_account": BOX, "day": f"{YEAR}-06-16"}
    )
    assert back.status_code == 302
    assert confirmed(secretary, settle, {"day": f"{YEAR}-06-16"}).status_code == 302
    assert state() == "settled"


def test_money_comes_in_and_the_month_is_closed(paying: World) -> None:
    treasurer = client_of(paying, "treasurer")
    given = {"line": f"{YEAR}-{DDS_IN}", "amount": "50.000.000", "told": "Dana Desa tahap 2", "paper": "TBP 2",
             "bank_account": ACCOUNT, "day": f"{YEAR}-05-20"}  # fmt: skip
    assert treasurer.post(page("receive"), given)["Location"] == page("payments")
    assert treasurer.post(page("receive"), given | {"amount": "500.000.000"}).status_code == 409
    given = {"bank_account": ACCOUNT, "target": BOX, "fund": "DDS", "amount": "1.000.000", "day": f"{YEAR}-05-21"}
    assert treasurer.post(page("move-cash"), given)["Location"] == page("payments")
    assert treasurer.post(page("move-cash"), given | {"target": ACCOUNT}).status_code == 422
    assert "249.000.000" in said(treasurer.get(page("payments")))
    assert "Dana Desa tahap 2" in said(treasurer.get(page("book", "bank", YEAR, 5)))
    close = page("close-month", YEAR, 5)
    assert confirmed(treasurer, close)["Location"] == page("book", "umum", YEAR, 5)
    assert (
        treasurer.post(
            page("receive"), {**given, "line": f"{YEAR}-{DDS_IN}", "told": "x", "day": f"{YEAR}-05-22"}
        ).status_code
        == 409
    )
    assert 'name="checked"' not in said(treasurer.get(page("close-month", YEAR, 6)))


def test_suppliers_and_numbers_of_accounts(paying: World, monkeypatch: pytest.MonkeyPatch) -> None:
    treasurer, head = client_of(paying, "treasurer"), client_of(paying, "head")
    given = {"name": "CV Batu", "npwp": "01", "builder": "none"}
    assert treasurer.post(page("add-supplier"), given).status_code == 302
    assert treasurer.post(page("add-supplier"), given).status_code == 422
    assert "CV Batu" in said(treasurer.get(page("supplier", 1)))
    assert treasurer.post(page("supplier", 1), given | {"taxable": "on"}).status_code == 302
    assert treasurer.get(page("supplier", 2)).status_code == 404
    assert treasurer.post(page("ask-number"), {"of": "supplier:1", "bank": "BJB", "number": "123"}).status_code == 302
    assert head.post(page("confirm-number", 1)).status_code == 409
    later = datetime(YEAR, 6, 17, 4, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: later)
    treasurer, head = client_of(paying, "treasurer"), client_of(paying, "head")
    assert page("confirm-number", 1) in said(head.get(page("accounts")))
    assert head.post(page("confirm-number", 1)).status_code == 302
    assert "BJB 123" in re.sub(r"\s+", " ", said(head.get(page("accounts"))))
    number = approved(paying, bill(MILLION, supplier=1, payee=""))
    assert "BJB 123" in said(treasurer.get(page("pay-request", YEAR, number)))
    other = approved(paying, bill(MILLION, supplier=supplier(paying, name="UD Pasir"), payee=""))
    assert "belum disahkan" in said(treasurer.get(page("pay-request", YEAR, other)))
    assert treasurer.post(page("accounts"), {"name": "Kas kecil"}).status_code == 302
    assert head.post(page("accounts"), {"name": "Kas kecil"}).status_code == 403
    for who, status in {"sister": 404, "neighbour": 404, "office": 403}.items():
        assert client_of(paying, who).get(page("accounts")).status_code == status, who


def test_a_new_account_has_a_name_and_another_one_keeps_its_own(paying: World) -> None:
    treasurer = client_of(paying, "treasurer")
    given = {"bank": "BJB", "number": "123", "name": " "}
    assert "Beri nama" in said(treasurer.post(page("ask-number"), given | {"of": "account:"}), 422)
    for number, name in (("1", ""), ("2", "Lain")):
        sent = {"of": f"account:{ACCOUNT}", "bank": "BJB", "number": number, "name": name}
        assert treasurer.post(page("ask-number"), sent).status_code == 302
    assert [one.number for one in changes(VILLAGE, scope=paying.who("treasurer"))] == ["2"]
    with pytest.raises(ChangeElsewhere):
        do.confirm_account(by=paying.who("head"), village=VILLAGE, no=1, now=NOW + timedelta(3))


def test_a_request_is_cancelled_on_a_page_that_asks_why(paying: World) -> None:
    number = approved(paying, bill(MILLION))
    executor, cancel = client_of(paying, "executor"), page("cancel-request", YEAR, number)
    assert f'href="{cancel}"' in said(executor.get(page("request", YEAR, number)))
    assert cancel not in said(client_of(paying, "head").get(page("request", YEAR, number)))
    assert "1.000.000" in said(executor.get(cancel))
    assert confirmed(executor, cancel, {"reason": " "}).status_code == 422
    assert confirmed(executor, cancel, {"reason": "Toko tutup"})["Location"] == page("request", YEAR, number)
    assert executor.get(cancel)["Location"] == page("request", YEAR, number)
    assert "Toko tutup" in said(executor.get(page("request", YEAR, number)))
    treasurer, other = client_of(paying, "treasurer"), approved(paying, bill(MILLION))
    assert "Kembalikan" in said(treasurer.get(page("request", YEAR, other)))
    sent = {"to": "returned", "reason": "Rekening tutup"}
    assert treasurer.post(page("move-request", YEAR, other), sent).status_code == 302
    assert state(other) == "returned"
    for again, status in (({}, 302), ({"reason": " Rekening tutup "}, 302), ({"reason": "Nota buram"}, 409)):
        assert moved(treasurer, other, "returned", **again).status_code == status, again
    assert PaymentRequest.objects.get(village=VILLAGE, year=YEAR, number=other).reason == "Rekening tutup"


def test_the_list_of_requests_asks_no_more_for_more_of_them(paying: World, django_assert_max_num_queries: Any) -> None:
    for _ in range(12):
        write(paying, bill(MILLION), proofs=())
    client = client_of(paying, "treasurer")
    client.get(page("payments"))
    with django_assert_max_num_queries(20):
        assert said(client.get(page("payments"))).count("SPP ") >= 12
