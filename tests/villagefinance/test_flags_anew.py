"""Flags once more: what was judged and has grown since, and a sweep that breaks in one region."""

from __future__ import annotations

from datetime import date

import pytest

from pilar.people.rules import SCHEDULE
from pilar.villagefinance import operations
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import Flag
from pilar.villagefinance.queries import watching
from pilar.villagefinance.rules.auditing import FlagState
from pilar.villagefinance.rules.facts import Facts, Paid
from villagefinance import accounts, payments
from villagefinance.payments import MILLION
from villagefinance.world import NEXT_DOOR, NOW, REGION, VILLAGE, YEAR, World

pytestmark = pytest.mark.django_db


def test_what_was_judged_is_raised_anew_when_payments_come_to_it(world: World) -> None:
    payments.rich(world)

    def paid(amount: int) -> int:
        payments.pay(world, payments.approved(world, payments.bill(amount * MILLION, payee="Kepala")))
        return do.raise_flags(by=SCHEDULE, village=VILLAGE, year=YEAR, now=NOW)

    accounts.account("head")
    assert paid(1) == 1
    assert paid(2) == 1  # the picture of the first once more; a reader of the payee's flag sees this one, too
    official = Flag.objects.get(village=VILLAGE, rule="official")
    at = {"village": VILLAGE, "year": YEAR, "number": official.number}
    do.answer_flag(by=world.who("head"), **at, reply="Uang lelah", now=NOW)
    verdict, auditor = FlagState.FALSE_ALARM, world.who("inspectorate")
    do.judge_flag(by=auditor, **at, verdict=verdict, reason="Wajar", now=NOW)
    assert do.raise_flags(by=SCHEDULE, village=VILLAGE, year=YEAR, now=NOW) == 1
    again = Flag.objects.filter(village=VILLAGE, rule="official").exclude(state=FlagState.FALSE_ALARM).get()
    assert (again.inputs["requests"], again.amount, again.subject) == ([1, 2], 3 * MILLION, f"{official.subject}\n#2")
    assert paid(50) == 0
    do.answer_flag(by=world.who("head"), **at | {"number": again.number}, reply="Uang lelah", now=NOW)
    do.judge_flag(by=auditor, **at | {"number": again.number}, verdict=verdict, reason="Wajar", now=NOW)
    assert do.raise_flags(by=SCHEDULE, village=VILLAGE, year=YEAR, now=NOW) == 1
    assert Flag.objects.filter(village=VILLAGE, rule="official").count() == 3


def test_names_with_a_number_and_long_ones_stay_apart(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("Toko", "Toko#1", "Toko#2", "Toko #3", f"{200 * 'x'}a", f"{200 * 'x'}b")
    accounts.account("head")

    def raised(first: int) -> int:
        paid = tuple(
            Paid(no, date(YEAR, 1, 9), "2.3.10", name, 7 * MILLION, villages=99) for no, name in enumerate(names, first)
        )
        known = Facts(YEAR, date(YEAR, 1, 20), paid=paid)
        monkeypatch.setattr(watching, "facts", lambda _villages, _year, *, now: [(VILLAGE, known)])
        return do.raise_flags(by=SCHEDULE, village=VILLAGE, year=YEAR, now=NOW)

    for first in (1, 11, 21):
        assert (raised(first), raised(first)) == (len(names), 0)
        for number in Flag.objects.filter(state=FlagState.RAISED).values_list("number", flat=True):
            at = {"village": VILLAGE, "year": YEAR, "number": number, "now": NOW}
            do.answer_flag(by=world.who("head"), **at, reply="Wajar")
            do.judge_flag(by=world.who("inspectorate"), **at, verdict=FlagState.FALSE_ALARM, reason="Wajar")


def test_a_region_that_breaks_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.receive()
    seen = list[str]()
    monkeypatch.setattr(operations.flags, "_watch", lambda _by, region, _now: seen.append(region) or 1 // 0)
    with pytest.raises(ZeroDivisionError):
        do.watch_books(by=SCHEDULE, now=NOW)
    assert seen == [REGION, NEXT_DOOR[:5]]
