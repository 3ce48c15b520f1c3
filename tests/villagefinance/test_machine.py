"""Random documents on random days: the database refuses what the rules refuse, told here once more by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kit.races import together
from kit.selection import examples
from pilar.villagefinance import operations, reference
from pilar.villagefinance.models import Book, Entry
from pilar.villagefinance.queries import positions
from pilar.villagefinance.rules import journal
from pilar.villagefinance.rules.journal import Item, Kind, PostedLine
from pilar.villagefinance.rules.refusals import Refused
from villagefinance.world import (
    ADD_IN,
    DDS_IN,
    EQUITY,
    LINES,
    NOW,
    OFFICE,
    ROAD,
    YEAR,
    World,
    advance,
    bank,
    box,
    item,
    tax,
)

DAYS = st.builds(lambda month, day: date(YEAR, month, day), st.integers(1, 12), st.integers(1, 28))
AMOUNTS = st.integers(1, 400)
CEILINGS = {"DDS": 900, "ADD": 400}


def documents(kind: Kind, amount: int, rest: int, *, add: bool) -> tuple[Item, ...]:
    """The items of a document of a kind; ``rest`` is what of it is tax or comes otherwise."""
    fund, spent, income = ("ADD", OFFICE, ADD_IN) if add else ("DDS", ROAD, DDS_IN)
    part = min(rest, amount - 1)
    held = (tax(part, fund),) if part else ()
    found: dict[Kind, tuple[Item, ...]] = {
        Kind.RECEIPT: (bank(amount, fund), item(amount, income)),
        Kind.SETTLEMENT: (item(amount, EQUITY), item(amount, DDS_IN)),
        Kind.PAYMENT: (item(amount, spent), bank(amount - part, fund), *held),
        Kind.ADVANCE: (advance(amount, spent), bank(amount, fund)),
        Kind.ACCOUNTED: (item(amount, spent), advance(amount - part, spent), *held),
        Kind.UNUSED: (bank(amount, fund), advance(amount, spent)),
        Kind.REMITTANCE: (tax(amount, fund), bank(amount, fund)),
        Kind.WITHDRAWAL: (box(amount, fund), bank(amount, fund)),
        Kind.DEPOSIT: (bank(amount, fund), box(amount, fund)),
        Kind.REFUND: (bank(amount, fund), item(amount, spent)),
        Kind.INVESTMENT: (item(amount, EQUITY), bank(amount)),
    }
    return found[kind]


KINDS = [Kind.RECEIPT, Kind.RECEIPT, *(one for one in Kind if one in {
    Kind.SETTLEMENT, Kind.PAYMENT, Kind.ADVANCE, Kind.ACCOUNTED, Kind.UNUSED, Kind.REMITTANCE, Kind.WITHDRAWAL,
    Kind.DEPOSIT, Kind.REFUND, Kind.INVESTMENT,
})]  # fmt: skip


@dataclass
class Told:
    """What was booked, as a list that knows nothing of positions."""

    booked: list[tuple[Kind, date, tuple[PostedLine, ...]]] = field(default_factory=list)
    reversed: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    over: bool = False

    def rules(self, day: date, lines: Sequence[PostedLine]) -> set[str]:
        """The rules that lines of a day would break."""
        if self.over:
            return {"year_is_closed"}
        found = {"month_is_closed"} if day.month in self.closed else set()
        every = [*((when, line) for _kind, when, of in self.booked for line in of), *((day, line) for line in lines)]
        fell = {cell for line in lines for cell, moved in cells(line) if moved < 0}
        for when in {when for when, _line in every if when >= day}:
            sums: defaultdict[tuple[str, ...], Decimal] = defaultdict(Decimal)
            for then, line in every:
                for cell, moved in cells(line) if then <= when else ():
                    sums[cell] += moved
            found |= {cell[0] for cell in fell if sums[cell] < 0}
        for rule_name, limit, key, of in (
            ("over_the_budget", lambda key: LINES[key][3], lambda line: line.line, ("5", "6.2")),
            ("transfer_above_ceiling", lambda fund: CEILINGS[fund], lambda line: line.fund, ("4.2",)),
        ):
            way = "D" if rule_name == "over_the_budget" else "C"
            for more in {key(line) for line in lines if line.account.startswith(of) and line.side == way}:
                came = sum(
                    line.amount if line.side == way else -line.amount
                    for _day, line in every if line.account.startswith(of) and key(line) == more
                )  # fmt: skip
                found |= {rule_name} if came > limit(more) else set()
        return found


def cells(line: PostedLine) -> Iterator[tuple[tuple[str, ...], Decimal]]:
    """What a line makes more or less of."""
    moved = line.amount if line.side == "D" else -line.amount
    if line.account.startswith("1.1.1"):
        yield ("cash_below_zero", str(line.bank_account)), moved
        yield ("fund_below_zero", line.fund), moved
    elif line.account == "1.1.4":
        yield ("advance_below_zero", line.activity, line.fund), moved
    elif line.account.startswith("7.1"):
        yield ("remitted_above_withheld", line.account, line.tax), -moved
    if line.account.startswith(("1", "7")):
        yield ("surplus_below_zero", line.fund), moved


def test_what_the_rules_refuse_is_refused_and_nothing_else(world: World) -> None:
    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.whole = transaction.atomic()
            self.whole.__enter__()
            self.told = Told()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

        def settled(self, act: Any, due: set[str]) -> bool:
            """Whether an act is let through; asserts that it is unless a rule is broken, and by which it is refused."""
            try:
                with transaction.atomic():
                    act()
                    connection.check_constraints()
            except Refused as refused:
                assert refused.rule in due, (refused.rule, due)  # noqa: PT017
                return False
            assert due == set()
            return True

        @rule(kind=st.sampled_from(KINDS), day=DAYS, amount=AMOUNTS, rest=st.integers(0, 20), add=st.booleans())
        def book(self, kind: Kind, day: date, amount: int, rest: int, add: bool) -> None:
            items = documents(kind, amount, rest, add=add)
            lines = journal.lines(reference.journal()[kind], items)
            if self.settled(lambda: world.book(kind, *items, day=day), self.told.rules(day, lines)):
                self.told.booked.append((kind, day, lines))

        @rule(data=st.data())
        def reverse(self, data: st.DataObject) -> None:
            if not self.told.booked:
                return
            place = data.draw(st.integers(1, len(self.told.booked)))
            kind, _day, lines = self.told.booked[place - 1]
            event, day = reference.journal()[Kind.REVERSAL], date(YEAR, 12, 31)
            back = journal.lines(event, map(journal.mirrored, lines))
            due = self.told.rules(day, back)
            if self.told.over:
                due = {"year_is_closed"}
            due |= {"reversed_already"} if place in self.told.reversed else set()
            due |= {"reversal_of_a_reversal"} if kind is Kind.REVERSAL else set()
            due |= {"remittance_stays"} if kind is Kind.REMITTANCE else set()
            by = world.who("second" if kind in (Kind.REVERSAL, Kind.CLOSING) else "secretary")

            def act() -> None:
                operations.reverse(by=by, village=world.village, year=YEAR, place=place, reason="Uji", now=NOW)

            if self.settled(act, due):
                self.told.booked.append((Kind.REVERSAL, day, back))
                self.told.reversed.add(place)

        @rule(sure=st.integers(1, 5))
        def close_year(self, sure: int) -> None:
            """Now and then, as the walk goes on with nothing else after it."""
            if sure > 1 or not self.told.booked:
                return
            realised = any(one.account[0] in "456" for _kind, _day, lines in self.told.booked for one in lines)

            def act() -> None:
                operations.close_year(by=world.who("secretary"), village=world.village, year=YEAR, now=NOW)

            try:
                if self.settled(act, {"year_is_closed"} if self.told.over else set()):
                    self.told.booked.append((Kind.CLOSING, date(YEAR, 12, 31), ()))
                    self.told.over = True
            except operations.NothingToCarry:
                assert not realised or {one.amount for one in positions.realised(world.village, YEAR)} <= {0}

        @rule(month=st.integers(1, 12))
        def close_or_open(self, month: int) -> None:
            given = {"village": world.village, "year": YEAR, "month": month, "now": NOW}
            if month in self.told.closed:
                operations.ask_reopening(by=world.who("secretary"), reason="Uji", **given)
                operations.reopen_month(by=world.who("head"), **given)
            else:
                operations.close_month(by=world.who("treasurer"), **given)
            self.told.closed ^= {month}

        @invariant()
        def all_is_one(self) -> None:
            assert [*positions.differences(world.village)] == []
            assert Book.objects.get(**world.of_village).entries == len(self.told.booked)
            for _kind, day, _lines in self.told.booked[-1:]:
                assert len({*positions.surplus(world.village, day)}) == 1

    how = settings(
        max_examples=examples(12), stateful_step_count=25, deadline=None, suppress_health_check=[*HealthCheck]
    )
    run_state_machine_as_test(Machine, settings=how)


def test_two_threads_of_random_documents(committed_world: World) -> None:
    world, drawn = committed_world, Random(7)
    for fund in (False, True):
        world.book(Kind.RECEIPT, *documents(Kind.RECEIPT, 300, 0, add=fund), day=date(YEAR, 1, 2))
    outcomes = []
    for _round in range(12):
        kinds, add = drawn.choices(KINDS, k=2), drawn.random() < 0.5
        given = [(kind, documents(kind, drawn.randint(1, 300), 5, add=add)) for kind in kinds]
        outcomes += together(*[lambda kind=kind, of=of: world.book(kind, *of) for kind, of in given])
    assert {isinstance(one, Refused) for one in outcomes} == {True, False}
    assert [*positions.differences(world.village)] == []
    rows = Entry.objects.filter(**world.of_village).order_by("place")
    assert [row.place for row in rows] == [*range(1, Book.objects.get(**world.of_village).entries + 1)]
    day = date(YEAR, 12, 31)
    assert len({*positions.surplus(world.village, day)}) == 1
