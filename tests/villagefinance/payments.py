"""A village that pays: accounts of its people, a budget in millions, money in the bank, and what goes through hands."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from evidence.samples import png
from pilar.evidence.operations import hold_upload
from pilar.people.models import User
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import Ceiling, PaymentRequest
from pilar.villagefinance.queries import requests
from pilar.villagefinance.queries.requests import RequestRow
from pilar.villagefinance.rules.requests import ProofKind, RequestKind, RequestState
from pilar.villagefinance.rules.taxes import PaymentKind
from villagefinance.world import ACCOUNT, ADD_IN, DDS_IN, NOW, PEOPLE, ROAD, YEAR, World, budget

ONE, MILLION = Decimal(1), Decimal(1_000_000)
MARCH = date(YEAR, 3, 10)
DIRECT, ADVANCE = RequestKind.DIRECT, RequestKind.ADVANCE
CHECKED, APPROVED, SUBMITTED = RequestState.CHECKED, RequestState.APPROVED, RequestState.SUBMITTED


def rich(world: World) -> None:
    """Accounts for everybody, a budget in millions, and a part of the Dana Desa in the bank."""
    for standing in PEOPLE.values():
        if standing.account:
            User.objects.get_or_create(
                pk=standing.account,
                defaults={"email": f"{standing.account}@desa.invalid", "name": str(standing.actor.name)},
            )
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('people_user', 'id'), 100)")
    budget(world, number=2, **{
        f"L{key}": amount * MILLION for key, amount in {1: 500, 2: 100, 3: 100, 4: 480, 5: 0, 6: 20, 7: 0}.items()
    })  # fmt: skip
    for fund, amount in (("DDS", 500), ("ADD", 100)):
        Ceiling.objects.create(
            **world.of_year, fund=fund, number=2, amount=amount * MILLION, rule="Perbup 2/2025",
            made_on=date(YEAR, 1, 2),
        )  # fmt: skip
    receive(world, DDS_IN, 200 * MILLION)
    receive(world, ADD_IN, 50 * MILLION)


def receive(world: World, line: int, amount: Decimal, day: date = date(YEAR, 2, 1), **more: Any) -> do.Posted:
    given = do.Received(line, amount, more.pop("bank_account", ACCOUNT), day, "Uji", "TBP 1")
    return do.receive(by=world.who("treasurer"), village=world.village, given=given, now=NOW)


def proof(world: World, kind: ProofKind, who: str = "executor") -> do.NewProof:
    held = hold_upload(by=world.who(who), region=world.region, upload=io.BytesIO(png()), name="nota.png", now=NOW)
    return do.NewProof(kind, held)


def proofs(world: World) -> list[do.NewProof]:
    return [proof(world, ProofKind.RECEIPT), proof(world, ProofKind.PROGRESS)]


def bill(amount: Any, line: int = ROAD, kind: PaymentKind = PaymentKind.UNTAXED, **more: Any) -> do.NewBill:
    return do.NewBill(line, Decimal(amount), kind, **({"payee": "Toko Maju"} | more))


def write(world: World, *bills: do.NewBill, kind: RequestKind = DIRECT, who: str = "executor", **more: Any) -> int:
    given = do.NewRequest(kind, more.pop("day", MARCH), "Batu kali", bills, more.pop("income_line", None))
    return do.write_request(
        by=world.who(who), village=world.village, given=given, now=NOW,
        proofs=more.pop("proofs") if "proofs" in more else proofs(world), **more,
    )  # fmt: skip


def move(world: World, number: int, to: RequestState, who: str, **more: Any) -> None:
    do.move_request(by=world.who(who), village=world.village, year=YEAR, number=number, to=to, **({"now": NOW} | more))


def approved(world: World, *bills: do.NewBill, **more: Any) -> int:
    """A request that went through three pairs of hands."""
    number = write(world, *bills, **more)
    for to, who in ((SUBMITTED, "executor"), (CHECKED, "secretary"), (APPROVED, "head")):
        move(world, number, to, who)
    return number


def pay(world: World, number: int, day: date = date(YEAR, 3, 12), now: datetime = NOW, **more: Any) -> do.Posted:
    return do.pay_request(
        by=world.who(more.pop("who", "treasurer")), village=world.village, year=YEAR, number=number,
        bank_account=more.pop("bank_account", ACCOUNT), day=day, now=now,
    )  # fmt: skip


def shown(world: World, number: int, who: str = "executor") -> RequestRow:
    return requests.request(world.village, YEAR, number, scope=world.who(who), today=NOW.date())


def state(world: World, number: int) -> str:
    return PaymentRequest.objects.get(**world.of_year, number=number).state
