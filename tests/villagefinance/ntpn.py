"""A mistyped number of a receipt of the state (NTPN), for tests."""

from __future__ import annotations

from pilar.people.rules import Standing
from pilar.villagefinance import operations as do
from pilar.villagefinance.rules.taxes import PaymentKind
from villagefinance import payments as paid
from villagefinance.world import NOW, YEAR, World

WRONG, RIGHT = "0123456789ABCDEF", "0123456789ABCDEG"


def remitted(world: World) -> None:
    """Tax of a payment was remitted under a wrong number."""
    paid.rich(world)
    paid.pay(world, paid.approved(world, paid.bill(11_100_000, kind=PaymentKind.GOODS)))
    paid.remit(world, "pph22", [(YEAR, 1, 1)], WRONG)


def asked(world: World) -> None:
    """The treasurer has said which number is right."""
    remitted(world)
    ask(world, world.who("treasurer"))


def ask(world: World, by: Standing, ntpn: str = RIGHT, wrong: str = WRONG) -> int:
    return do.ask_ntpn(by=by, village=world.village, wrong=wrong, ntpn=ntpn, now=NOW)


def confirm(world: World, by: Standing, no: int = 1) -> None:
    do.confirm_ntpn(by=by, village=world.village, no=no, now=NOW)
