"""Every address of payments and books, and what each of those who ask finds there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kit.selection import turns
from kit.worlds import once
from pilar.villagefinance.rules.taxes import PaymentKind
from pilar.villagefinance.urls import payments
from villagefinance import accounts
from villagefinance.payments import approved, bill, pay, rich
from villagefinance.world import ACCOUNT, ROAD, VILLAGE, YEAR, World

pytestmark = pytest.mark.django_db

PEOPLE = ("visitor", "neighbour", "sister", "office", "executor", "treasurer", "secretary", "head")
VALUES = {
    "year": YEAR, "line": ROAD, "number": 1, "tax": "pph22", "key": 1, "no": 1, "name": "umum", "act": "lpj",
    "kind": "pdf", "month": 3, "place": 1, "ntpn": "0" * 16,
}  # fmt: skip
"""Request 1 is settled: its pages lead on, what cannot be done any more is told so."""
PAGES = """
payments        302 404 404 200 200 200 200 200
choose-line     302 404 404 403 200 200 403 403
ask             302 404 404 403 200 200 403 403
request         302 404 404 200 200 200 200 200
ask-again       302 404 404 403 409 409 403 403
move-request    302 302 302 302 302 302 302 302
pay-request     302 404 404 403 403 302 403 403
cancel-request  302 404 404 403 409 409 403 403
account         302 404 404 403 409 409 403 403
return-rest     302 404 404 403 403 200 403 403
settle-advance  302 404 404 403 403 403 302 403
receive         302 404 404 403 403 200 403 403
move-cash       302 404 404 403 403 200 403 403
taxes           302 404 404 200 200 200 200 200
remit           302 404 404 403 403 200 403 403
correct-ntpn    302 404 404 403 403 200 403 403
confirm-ntpn    302 302 302 302 302 302 302 302
drop-ntpn       302 404 404 403 403 302 302 302
accounts        302 404 404 403 200 200 200 200
bank            302 404 404 200 200 200 200 200
bank-columns    302 302 302 302 302 302 302 302
bank-match      302 302 302 302 302 302 302 302
bank-release    302 302 302 302 302 302 302 302
add-supplier    302 404 404 403 200 200 403 403
supplier        302 404 404 403 404 404 403 403
ask-number      302 404 404 403 403 200 403 403
confirm-number  302 302 302 302 302 302 302 302
drop-number     302 302 302 302 302 302 302 302
books-file      302 404 404 200 200 200 200 200
papers          302 404 404 200 200 200 200 200
record-report   302 404 404 403 403 403 200 403
correct-report  302 404 404 404 404 404 404 404
paper           302 404 404 200 200 200 200 200
paper-file      302 404 404 200 200 200 200 200
book            302 404 404 200 200 200 200 200
entry           302 404 404 200 200 200 200 200
year            302 404 404 200 200 200 200 200
open-year       302 404 404 403 403 200 403 403
close-year      302 404 404 403 403 403 200 403
close-month     302 404 404 403 403 200 403 403
ask-reopening   302 404 404 403 403 403 200 403
reopen-month    302 404 404 403 403 403 403 302
reverse         302 404 404 403 403 403 200 403
realisation     302 404 404 200 200 200 200 200
"""
SENT = """
move-request    302 404 404 403 409 409 403 403
confirm-number  302 404 404 403 403 403 404 404
drop-number     302 404 404 403 403 404 404 404
confirm-ntpn    302 404 404 403 403 403 404 404
receive         302 404 404 403 403 422 403 403
accounts        302 404 404 403 403 422 403 403
"""


@once
def paying(world: World) -> World:
    rich(world)
    pay(world, approved(world, bill(100_000_000, kind=PaymentKind.GOODS)))
    return world


def table(text: str) -> dict[str, dict[str, int]]:
    rows = (line.split() for line in text.strip().splitlines())
    return {name: dict(zip(PEOPLE, map(int, cells), strict=True)) for name, *cells in rows}


def asked(text: str, who: str) -> dict[str, int]:
    """What somebody is to find at the addresses of a table at which it is their turn."""
    return {name: answers[who] for name, answers in table(text).items() if who in turns(answers, at=name)}


def test_every_address_is_in_the_table() -> None:
    assert {one.name for one in payments} == {*table(PAGES)}


@pytest.mark.parametrize("who", PEOPLE)
def test_what_each_finds(paying: World, who: str) -> None:
    client, found = accounts.client_of(paying, who), {}
    read, send = asked(PAGES, who), asked(SENT, who)
    for one in (one for one in payments if one.name in read):
        given = {name: VALUES[name] for name in one.pattern.converters}
        given |= {"key": ACCOUNT} if one.name.startswith("bank") else {}
        address = reverse(f"villagefinance:{one.name}", kwargs={"village": VILLAGE, **given})
        found[one.name] = client.get(address).status_code
    assert found == read
    sent = {}
    for name in send:
        given = {key: VALUES[key] for key in next(one.pattern.converters for one in payments if one.name == name)}
        address = reverse(f"villagefinance:{name}", kwargs={"village": VILLAGE, **given})
        sent[name] = client.post(address, {"to": "cancelled"}).status_code
    assert sent == send
