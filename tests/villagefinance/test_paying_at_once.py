"""Payments of one village at the same moment, and one whose process is killed at each of its statements."""

from __future__ import annotations

from typing import Any

from kit.killed import killed_at_every_statement
from kit.races import together
from pilar.platform.errors import Faults, PilarError
from pilar.platform.models import AuditEvent
from pilar.villagefinance.models import Book, Entry, Line, PaymentRequest, RequestEntry, RequestLine, Withholding
from pilar.villagefinance.queries import positions
from pilar.villagefinance.rules.requests import RequestState
from pilar.villagefinance.rules.taxes import PaymentKind
from villagefinance.payments import CHECKED, MILLION, SUBMITTED, approved, bill, move, pay, rich, state, write
from villagefinance.world import World


def codes(found: list[Any]) -> list[str]:
    """Of refused requests; empty where nothing was refused."""
    told = [one.faults[0].code if isinstance(one, Faults) else getattr(one, "code", "") for one in found]
    return sorted(code for code, one in zip(told, found, strict=True) if isinstance(one, PilarError))


def whole(world: World) -> None:
    assert [*positions.differences(world.village)] == []


def test_a_request_is_paid_once(committed_world: World) -> None:
    world = committed_world
    rich(world)
    number = approved(world, bill(10 * MILLION, kind=PaymentKind.GOODS))
    assert codes(together(*[lambda: pay(world, number)] * 2)) == ["request-elsewhere"]
    assert RequestEntry.objects.filter(**world.of_village).count() == 1
    whole(world)


def test_two_requests_do_not_spend_the_same_money(committed_world: World) -> None:
    world = committed_world
    rich(world)
    numbers = [approved(world, bill(150 * MILLION)) for _ in range(2)]
    assert codes(together(*[lambda number=number: pay(world, number) for number in numbers])) == ["money-short"]
    assert sorted(state(world, number) for number in numbers) == ["approved", "settled"]
    whole(world)


def test_two_requests_are_not_promised_the_same_budget(committed_world: World) -> None:
    world = committed_world
    rich(world)
    numbers = [write(world, bill(300 * MILLION)) for _ in range(2)]
    sent = together(*[lambda number=number: move(world, number, SUBMITTED, "executor") for number in numbers])
    assert codes(sent) == ["line-exceeded"]


def test_a_request_is_checked_once(committed_world: World) -> None:
    world = committed_world
    rich(world)
    number = write(world, bill(MILLION))
    move(world, number, SUBMITTED, "executor")
    assert codes(together(*[lambda: move(world, number, CHECKED, "secretary")] * 2)) == ["request-elsewhere"]
    assert state(world, number) == "checked"


def test_a_request_is_not_checked_and_returned(committed_world: World) -> None:
    world = committed_world
    rich(world)
    number = write(world, bill(MILLION))
    move(world, number, SUBMITTED, "executor")
    checked, returned = together(
        lambda: move(world, number, CHECKED, "secretary"),
        lambda: move(world, number, RequestState.RETURNED, "secretary", reason="Nota tidak terbaca"),
    )
    assert (state(world, number), checked is None, returned is None) in (
        ("checked", True, False), ("returned", False, True),
    )  # fmt: skip


def test_a_payment_is_whole_or_not_there(committed_world: World) -> None:
    world = committed_world
    rich(world)
    number = approved(world, bill(10 * MILLION, kind=PaymentKind.GOODS))

    def stored() -> tuple[Any, ...]:
        rows = (Entry, Line, RequestEntry, Withholding, AuditEvent)
        open_ = RequestLine.objects.get(**world.of_year, request=number).open
        return (
            *(one.objects.count() for one in rows), Book.objects.get(**world.of_village).entries, open_,
            PaymentRequest.objects.get(**world.of_year, number=number).state,
        )  # fmt: skip

    before = stored()
    assert killed_at_every_statement(lambda: pay(world, number), stored=stored, nothing=before) >= 8
    assert stored() == (before[0] + 1, before[1] + 3, 1, 1, before[4] + 3, before[5] + 1, 0, "settled")
    whole(world)
