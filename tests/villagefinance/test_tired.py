"""What happens at the end of a long day: sent twice, typed wrong, too late, by somebody who has gone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from confirming import confirmed, seen
from people.team import PASSWORD
from pilar.people.models import User
from pilar.people.operations import create_account
from pilar.people.rules import OPERATOR
from pilar.platform.models import AuditEvent
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import BankAccount, Bill, Entry, PaymentRequest
from pilar.villagefinance.rules.requests import RequestState
from pilar.villagefinance.rules.roles import Role
from villagefinance import accounts
from villagefinance.payments import (
    ADVANCE,
    MILLION,
    SUBMITTED,
    account,
    approved,
    bill,
    faults,
    move,
    pay,
    receive,
    typed,
    write,
)
from villagefinance.test_payment_pages import asked, client_of, page, paying, photo, said
from villagefinance.world import ACCOUNT, BOX, DDS_IN, REGION, ROAD, VILLAGE, YEAR, World, budget

pytestmark = pytest.mark.django_db
__all__ = ["paying"]
JUNE = datetime(YEAR, 6, 16, 3, tzinfo=UTC)
TODAY = f"{YEAR}-06-16"
MIDNIGHT = datetime(YEAR, 12, 31, 17, tzinfo=UTC)
"""When the year ends in the west of the country."""


class Clock:
    now = JUNE


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(timezone, "now", lambda: found.now)
    return found


def twice(client: Client, address: str, **given: Any) -> tuple[Any, Any]:
    """A page is opened once, and what is typed into it is sent two times."""
    key = re.search(r'name="once"[^>]* value="([^"]+)"', said(client.get(address)))
    assert key is not None
    answers = [
        client.post(address, given | {"once": key[1]} | {n: photo() for n in given.pop("files", ())})
        for given in (dict(given), dict(given))
    ]
    return answers[0], answers[1]


def test_what_is_sent_twice_is_booked_once(paying: World) -> None:
    treasurer = client_of(paying, "treasurer")
    money = {
        "line": f"{YEAR}-{DDS_IN}",
        "amount": "5.000.000",
        "told": "Tahap 2",
        "paper": "",
        "bank_account": ACCOUNT,
        "day": TODAY,
    }
    cash = {"bank_account": ACCOUNT, "target": BOX, "fund": "DDS", "amount": "1.000.000", "paper": "", "day": TODAY}
    number = approved(paying, bill(10 * MILLION), kind=ADVANCE)
    pay(paying, number)
    rest = {"bank_account": ACCOUNT, "amount": "2.000.000", "day": TODAY}
    for address, given in (
        (page("receive"), money), (page("move-cash"), cash), (page("return-rest", YEAR, number), rest),
    ):  # fmt: skip
        before = Entry.objects.count()
        first, second = twice(treasurer, address, **given)
        assert (first.status_code, second.status_code) == (302, 302), address
        assert first["Location"] == second["Location"]
        assert Entry.objects.count() == before + 1, address


def test_a_request_that_is_sent_twice_is_one(paying: World) -> None:
    given = {
        "kind": "direct", "told": "Batu", "day": TODAY, "files": ("receipt", "progress"),
        **typed({"amount": "1.000.000", "payee": "Toko", "payment": "goods"}),
    }  # fmt: skip
    first, second = twice(client_of(paying, "executor"), page("ask", YEAR, ROAD), **given)
    assert first["Location"] == page("request", YEAR, 1)
    assert second["Location"] == page("payments")
    assert PaymentRequest.objects.count() == 1


def test_a_cash_box_is_opened_once(paying: World) -> None:
    boxes = BankAccount.objects.count()
    twice(client_of(paying, "treasurer"), page("accounts"), name="Kas kecil")
    assert BankAccount.objects.count() == boxes + 1


def test_another_amount_in_the_page_before_is_no_second_booking(paying: World) -> None:
    treasurer, address = client_of(paying, "treasurer"), page("receive")
    given = {
        "line": f"{YEAR}-{DDS_IN}",
        "amount": "5.000.000",
        "told": "Tahap 2",
        "bank_account": ACCOUNT,
        "day": TODAY,
    }
    key = "3a2a1b8e-6c1f-4d0b-9a50-0a3c2f1f8d11"
    before = Entry.objects.count()
    assert treasurer.post(address, given | {"once": key}).status_code == 302
    answer = treasurer.post(address, given | {"once": key, "amount": "6.000.000"})
    assert "Tulis" in said(answer, 409)
    assert Entry.objects.count() == before + 1


def test_three_zeros_too_many_are_told(paying: World) -> None:
    executor, treasurer = client_of(paying, "executor"), client_of(paying, "treasurer")
    given = {
        "kind": "direct", "told": "Batu", "day": TODAY, "receipt": photo(), "progress": photo(),
        **typed({"amount": "10.000.000.000", "payee": "Toko", "payment": "goods"}),
    }  # fmt: skip
    answer = executor.post(page("ask", YEAR, ROAD), given)
    shown = said(answer, 422) if answer.status_code != 302 else said(executor.get(answer["Location"]))
    assert "480.000.000" in shown
    given = {
        "line": f"{YEAR}-{DDS_IN}",
        "amount": "50.000.000.000",
        "told": "Tahap 2",
        "bank_account": ACCOUNT,
        "day": TODAY,
    }
    assert 'name="sure"' not in said(treasurer.get(page("receive")))
    shown = said(treasurer.post(page("receive"), given), 422)
    assert "sepuluh kali" in shown
    assert 'name="sure"' in shown
    assert "pagu" in said(treasurer.post(page("receive"), given | {"sure": "on"}), 409).casefold()
    assert "pagu" in said(treasurer.post(page("receive"), given | {"amount": "5.000.000.000"}), 409).casefold()


def test_the_last_minute_of_the_year_and_the_first_of_the_next(paying: World, clock: Clock) -> None:
    number = approved(paying, bill(MILLION))
    clock.now = MIDNIGHT - timedelta(minutes=1)
    treasurer, address = client_of(paying, "treasurer"), page("pay-request", YEAR, number)
    tomorrow = {"bank_account": ACCOUNT, "day": f"{YEAR + 1}-01-01"}
    assert confirmed(treasurer, address, tomorrow).status_code in (409, 422)
    clock.now = MIDNIGHT + timedelta(minutes=1)
    shown = said(treasurer.get(address))
    assert f'value="{YEAR}-12-31"' in shown
    assert "200.000.000" in shown, "the cash of the year that has just ended"
    assert confirmed(treasurer, address, tomorrow).status_code in (409, 422)
    assert confirmed(treasurer, address, {"bank_account": ACCOUNT, "day": f"{YEAR}-12-31"}).status_code == 302
    assert Entry.objects.latest("recorded_at").year == YEAR


def test_what_is_of_a_year_stays_on_its_lines_though_the_next_one_counts_them_alike(
    paying: World, clock: Clock
) -> None:
    budget(paying, YEAR + 1)
    paid, advance = approved(paying, bill(MILLION)), approved(paying, bill(MILLION), kind=ADVANCE)
    pay(paying, advance)
    account(paying, advance, bill(MILLION))
    written, other = write(paying, bill(MILLION)), datetime(YEAR + 1, 1, 5, 3, tzinfo=UTC)
    before, clock.now = Entry.objects.count(), other
    january = date(YEAR + 1, 1, 5)
    with faults("other-year"):
        pay(paying, paid, january, other)
    with faults("other-year"):
        do.settle_advance(
            by=paying.who("secretary"), village=VILLAGE, year=YEAR, number=advance, day=january, now=other
        )
    for year, day in ((YEAR, january), (YEAR + 1, date(YEAR, 12, 30))):
        with faults("other-year"):
            receive(paying, DDS_IN, MILLION, day, year=year)
    assert Entry.objects.count() == before

    given = {
        "kind": "direct", "told": "Lain", "day": january.isoformat(),
        **typed({"amount": "5.000.000", "payee": "Toko", "payment": "goods"}),
    }  # fmt: skip
    executor = client_of(paying, "executor")
    for address in (page("ask", YEAR, ROAD), page("ask-again", YEAR, written)):
        assert f"anggaran tahun {YEAR}" in said(executor.post(address, given), 422)
    assert not PaymentRequest.objects.filter(year=YEAR + 1).exists()

    treasurer, address = client_of(paying, "treasurer"), page("receive")
    assert f"{YEAR}: 4.2.1.01" in said(treasurer.get(address))
    given = {"line": f"{YEAR}-{DDS_IN}", "amount": "5.000.000", "told": "Tahap 2", "bank_account": ACCOUNT}
    assert f"anggaran tahun {YEAR}" in said(treasurer.post(address, given | {"day": january.isoformat()}), 422)
    assert treasurer.post(address, given | {"day": f"{YEAR}-12-30"}).status_code == 302
    assert Entry.objects.latest("recorded_at").date == date(YEAR, 12, 30)


def test_an_account_that_was_changed_after_the_look_is_looked_at_again(paying: World) -> None:
    number = approved(paying, bill(MILLION), kind=ADVANCE)
    pay(paying, number)
    account(paying, number, bill(MILLION))
    secretary, address = client_of(paying, "secretary"), page("settle-advance", YEAR, number)
    shown = {"checked": seen(secretary, address), "agreed": "on", "day": TODAY}
    of_request = {"village": VILLAGE, "year": YEAR, "request": number}
    Bill.objects.filter(**of_request).update(payee="Toko lain")
    assert secretary.post(address, shown).status_code == 409
    Bill.objects.filter(**of_request).update(payee="Toko Maju")
    assert secretary.post(address, shown).status_code == 302


def test_a_month_closes_over_a_request_that_waits(paying: World) -> None:
    number = asked(client_of(paying, "executor"), amount="1.000.000", day=f"{YEAR}-05-30")
    treasurer = client_of(paying, "treasurer")
    assert confirmed(treasurer, page("close-month", YEAR, 5)).status_code == 302
    for to, who in ((SUBMITTED, "executor"), (RequestState.CHECKED, "secretary"), (RequestState.APPROVED, "head")):
        move(paying, number, to, who)
    address = page("pay-request", YEAR, number)
    answer = confirmed(treasurer, address, {"bank_account": ACCOUNT, "day": f"{YEAR}-05-31"})
    assert "sudah ditutup" in said(answer, 409)
    assert confirmed(treasurer, address, {"bank_account": ACCOUNT, "day": TODAY}).status_code == 302


def test_a_treasurer_who_has_gone_finds_nothing_and_the_next_one_goes_on(paying: World) -> None:
    number, since = approved(paying, bill(MILLION)), JUNE - timedelta(hours=4)
    old, address = client_of(paying, "treasurer"), page("pay-request", YEAR, number)
    given = {"bank_account": ACCOUNT, "day": TODAY}
    said(old.get(address))
    accounts.account("treasurer").memberships.update(until=since)
    assert {old.get(address).status_code, old.post(address, given).status_code} == {404}
    key = create_account(
        by=OPERATOR, email="pengganti@contoh.invalid", name="Pengganti", role=Role.TREASURER, region=REGION,
        unit=VILLAGE, password=PASSWORD, now=since,
    )  # fmt: skip
    successor = Client()
    successor.force_login(User.objects.get(pk=key), accounts.BACKEND)
    assert confirmed(successor, address, given).status_code == 302
    assert str(AuditEvent.objects.filter(action="book").latest("id").actor_name) == "Pengganti"
