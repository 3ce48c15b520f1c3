"""A village that pays: accounts of its people, a budget in millions, money in the bank, and what goes through hands."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from evidence.samples import png
from pilar.evidence.operations import hold_upload
from pilar.people.models import User
from pilar.platform.errors import Faults
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import BudgetAmount, BudgetStep, CashPlan, Ceiling, PaymentRequest, RequestEntry
from pilar.villagefinance.queries import requests
from pilar.villagefinance.queries.cash import lines_left
from pilar.villagefinance.queries.requests import RequestRow
from pilar.villagefinance.rules.requests import ProofKind, RequestKind, RequestState
from pilar.villagefinance.rules.taxes import PaymentKind
from villagefinance.world import ACCOUNT, ADD_IN, DDS_IN, NOW, PEOPLE, ROAD, YEAR, World, budget

ONE, MILLION = Decimal(1), Decimal(1_000_000)
MARCH = date(YEAR, 3, 10)
DIRECT, ADVANCE = RequestKind.DIRECT, RequestKind.ADVANCE
CHECKED, APPROVED, SUBMITTED = RequestState.CHECKED, RequestState.APPROVED, RequestState.SUBMITTED


def known() -> None:
    """Accounts for everybody of the cast, by whose keys they act."""
    for standing in PEOPLE.values():
        if standing.account:
            User.objects.get_or_create(
                pk=standing.account,
                defaults={"email": f"{standing.account}@desa.invalid", "name": str(standing.actor.name)},
            )
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('people_user', 'id'), 100)")


def rich(world: World) -> None:
    """Accounts for everybody, a budget in millions, and a part of the Dana Desa in the bank."""
    known()
    budget(world, number=2, **{
        f"L{key}": amount * MILLION for key, amount in {1: 500, 2: 100, 3: 100, 4: 480, 5: 0, 6: 20, 7: 0}.items()
    })  # fmt: skip
    plan(world, number=2)
    for no, (act, who) in enumerate((("checked", "secretary"), ("approved", "head")), 100):
        BudgetStep.objects.create(**world.of_year, version=2, no=no, act=act, by=PEOPLE[who].actor.name, at=NOW)
    for fund, amount in (("DDS", 500), ("ADD", 100)):
        Ceiling.objects.create(
            **world.of_year, fund=fund, number=2, amount=amount * MILLION, rule="Perbup 2/2025",
            made_on=date(YEAR, 1, 2),
        )  # fmt: skip
    receive(world, DDS_IN, 200 * MILLION)
    receive(world, ADD_IN, 50 * MILLION)


def plan(world: World, number: int, **months: dict[int, Any]) -> None:
    """A cash plan: of all lines in January, of those named (``L4``) in other months."""
    amounts = BudgetAmount.objects.filter(**world.of_year, version=number).exclude(amount=0)
    CashPlan.objects.bulk_create(
        CashPlan(**world.of_year, version=number, line=line, month=month, amount=part)
        for line, amount in amounts.values_list("line", "amount")
        for month, part in months.get(f"L{line}", {1: amount}).items()
    )


def receive(world: World, line: int, amount: Decimal, day: date = date(YEAR, 2, 1), **more: Any) -> do.Posted:
    given = do.Received(line, amount, more.pop("bank_account", ACCOUNT), day, "Uji", "TBP 1")
    return do.receive(
        by=world.who("treasurer"), village=world.village, year=more.pop("year", YEAR), given=given, now=NOW
    )


def proof(world: World, kind: ProofKind, who: str = "executor") -> do.NewProof:
    held = hold_upload(by=world.who(who), region=world.region, upload=io.BytesIO(png()), name="nota.png", now=NOW)
    return do.NewProof(kind, held)


def proofs(world: World, who: str = "executor") -> list[do.NewProof]:
    return [proof(world, ProofKind.RECEIPT, who), proof(world, ProofKind.PROGRESS, who)]


def bill(amount: Any, line: int = ROAD, kind: PaymentKind = PaymentKind.UNTAXED, **more: Any) -> do.NewBill:
    return do.NewBill(line, Decimal(amount), kind, **({"payee": "Toko Maju"} | more))


def typed(*rows: dict[str, Any]) -> dict[str, Any]:
    """Bills as the rows of a page send them."""
    first = {"line": ROAD, "supplier": "", "payee": "", "payment": "untaxed", "parts": "1", "told": ""}
    sent = {f"bills-{no}-{name}": value for no, row in enumerate(rows) for name, value in (first | row).items()}
    return {"bills-rows": len(rows), "do": "save", **sent}


def write(world: World, *bills: do.NewBill, kind: RequestKind = DIRECT, who: str = "executor", **more: Any) -> int:
    told = {"income_line": more.pop("income_line", None), "plan_reason": more.pop("plan_reason", "")}
    given = do.NewRequest(kind, more.pop("day", MARCH), "Batu kali", bills, **told)
    return do.write_request(
        by=world.who(who), village=world.village, year=more.pop("year", YEAR), given=given, now=NOW,
        proofs=more.pop("proofs") if "proofs" in more else proofs(world, who), **more,
    )  # fmt: skip


def move(world: World, number: int, to: RequestState, who: str, **more: Any) -> None:
    do.move_request(by=world.who(who), village=world.village, year=YEAR, number=number, to=to, **({"now": NOW} | more))


def cancel(world: World, number: int, who: str = "executor") -> None:
    at = {"village": world.village, "year": YEAR, "number": number}
    do.cancel_request(by=world.who(who), **at, reason="Toko tutup", now=NOW)


def approved(world: World, *bills: do.NewBill, **more: Any) -> int:
    """A request that went through three pairs of hands."""
    number = write(world, *bills, **more)
    for to, who in ((SUBMITTED, more.get("who", "executor")), (CHECKED, "secretary"), (APPROVED, "head")):
        move(world, number, to, who)
    return number


def pay(world: World, number: int, day: date = date(YEAR, 3, 12), now: datetime = NOW, **more: Any) -> do.Posted:
    return do.pay_request(
        by=world.who(more.pop("who", "treasurer")), village=world.village, year=YEAR, number=number,
        bank_account=more.pop("bank_account", ACCOUNT), day=day, now=now, **more,
    )  # fmt: skip


def shown(world: World, number: int, who: str = "executor") -> RequestRow:
    return requests.request(world.village, YEAR, number, scope=world.who(who), today=NOW.date())


def state(world: World, number: int) -> str:
    return PaymentRequest.objects.get(**world.of_year, number=number).state


def place_of(world: World, number: int = 1) -> int:
    """Of the payment of a request in the books."""
    return RequestEntry.objects.filter(**world.of_village, request=number).order_by("place")[0].place


def supplier(world: World, **more: Any) -> int:
    given = do.NewSupplier(**({"name": "CV Batu", "npwp": "01.234", "taxable": True} | more))
    return do.save_supplier(by=world.who("executor"), village=world.village, given=given, now=NOW)


def left(world: World, line: int = ROAD) -> Decimal:
    return next(one.left for one in lines_left(world.village, date(YEAR, 12, 31)) if one.key == line)


def remit(world: World, tax: str, withheld: list[tuple[int, int, int]], ntpn: str = "0123 4567 89ab cdef") -> do.Posted:
    return do.remit_tax(
        by=world.who("treasurer"), village=world.village, tax=tax, withheld=withheld, bank_account=ACCOUNT,
        day=date(YEAR, 4, 10), ntpn=ntpn, now=NOW,
    )  # fmt: skip


def account(world: World, number: int, *bills: do.NewBill, who: str = "executor") -> None:
    do.account_for(
        by=world.who(who), village=world.village, year=YEAR, number=number, bills=bills, proofs=proofs(world), now=NOW
    )


def settle(world: World, number: int, who: str = "secretary") -> do.Posted | None:
    return do.settle_advance(
        by=world.who(who), village=world.village, year=YEAR, number=number, day=date(YEAR, 3, 20), now=NOW
    )


def back(world: World, number: int, amount: Any, day: date = date(YEAR, 3, 18)) -> do.Posted:
    return do.take_back(
        by=world.who("treasurer"), village=world.village, year=YEAR, number=number, amount=Decimal(amount),
        bank_account=ACCOUNT, day=day, now=NOW,
    )  # fmt: skip


@contextmanager
def faults(*codes: str) -> Iterator[None]:
    with pytest.raises(Faults) as found, transaction.atomic():
        yield
    assert [one.code for one in found.value.faults] == list(codes)
