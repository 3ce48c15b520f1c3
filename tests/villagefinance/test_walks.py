"""Random people try random steps of payments, alone and two at once: what is let through keeps every rule.

What holds is computed here once more from the rows; what is refused ends in an error with a sentence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kit.races import together
from kit.selection import examples
from pilar.platform.errors import PilarError
from pilar.platform.names import reference_of
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import (
    Bill,
    BudgetAmount,
    Entry,
    Line,
    PaymentRequest,
    Period,
    Remittance,
    RequestLine,
    Withholding,
)
from pilar.villagefinance.operations.locking import told
from pilar.villagefinance.queries import positions
from pilar.villagefinance.queries.requests import whole
from pilar.villagefinance.queries.taxes import open_withholdings
from pilar.villagefinance.rules.requests import RequestKind, RequestState
from pilar.villagefinance.rules.taxes import PaymentKind
from villagefinance import payments as paid
from villagefinance.world import ACCOUNT, BOX, DDS_IN, NOW, OFFICE, PEOPLE, ROAD, YEAR, World, budget, enact

S, ZERO, MILLION = RequestState, Decimal(0), paid.MILLION
WHO = ("executor", "treasurer", "secretary", "second", "head", "council", "office", "sister")
MAKERS, CHECKERS = {"executor", "treasurer"}, {"secretary", "second"}
MAY = {
    "write": MAKERS, S.SUBMITTED: MAKERS, S.CANCELLED: MAKERS, S.CHECKED: CHECKERS, S.APPROVED: {"head"},
    S.RETURNED: CHECKERS | {"head", "treasurer"}, "pay": {"treasurer"}, "account": MAKERS, "back": {"treasurer"},
    "settle": CHECKERS, "remit": {"treasurer"}, "reverse": CHECKERS, "close": {"treasurer"}, "ask": CHECKERS,
    "open": {"head"}, "shift": {*WHO}, "correct": {"treasurer"}, "confirm": CHECKERS | {"head"}, "end": CHECKERS,
    "begin": {"treasurer"},
}  # fmt: skip
"""Who may take which step, told here once more."""
NEXT: dict[str, tuple[str, ...]] = {
    S.DRAFT: (S.SUBMITTED,), S.RETURNED: (S.SUBMITTED,), S.SUBMITTED: (S.CHECKED,), S.CHECKED: (S.APPROVED,),
    S.APPROVED: ("pay",), S.PAID: ("account", "back", "settle"), S.SETTLED: ("remit", "write"),
}  # fmt: skip
OUT = ("5.", "6.2.")
Act = Callable[[], Any]


def step(world: World, drawn: Random, *, without: tuple[str, ...] = ()) -> tuple[str, str, Act]:
    """A step with the person who tries it."""
    names = [one for one in (*MAY, "write", "pay", "pay", "account", "settle") if one not in without]
    name, who = drawn.choice(names), drawn.choice(WHO)
    rows = _requests(world)
    going = [one for one in rows if one.state != S.CANCELLED] or rows
    row = drawn.choice(going) if going else None
    if row and drawn.random() < 0.6:  # mostly what is next, by somebody who may, so that payments come to their end
        name = drawn.choice(NEXT.get(row.state, (name,)))
    if drawn.random() < 0.8:
        who = drawn.choice(sorted(MAY[name]))
    by = {"by": world.who(who), "village": world.village, "now": NOW}
    day = date(YEAR, drawn.randint(3, 12), drawn.randint(10, 28))
    at = by | {"year": YEAR, "number": row.number if row else 1}
    amount = Decimal(drawn.randint(1, 90)) * MILLION
    if name == "write":
        return name, who, lambda: _write(world, who, drawn, amount)
    if name == S.CANCELLED:
        return name, who, lambda: do.cancel_request(**at, reason="Uji")
    if name in {*S}:
        return name, who, lambda: do.move_request(**at, to=S(name), reason="Uji")
    acts: dict[str, Act] = {
        "pay": lambda: do.pay_request(**at, bank_account=drawn.choice((ACCOUNT, ACCOUNT, BOX)), day=day),
        "account": lambda: do.account_for(
            **at, bills=[paid.bill(_asked(row) / drawn.choice((1, 1, 2)), kind=PaymentKind.GOODS)],
            proofs=world.held.pop()[:1] if world.held else (),
        ),
        "back": lambda: do.take_back(**at, amount=_rest(row), bank_account=ACCOUNT, day=day),
        "settle": lambda: do.settle_advance(**at, day=day),
        "remit": lambda: _remit(world, by, drawn, day),
        "reverse": lambda: do.reverse(**by, year=YEAR, place=drawn.randint(1, 30), reason="Uji"),
        "close": lambda: do.close_month(**by, year=YEAR, month=day.month),
        "ask": lambda: do.ask_reopening(**by, year=YEAR, month=day.month, reason="Uji"),
        "open": lambda: do.reopen_month(**by, year=YEAR, month=day.month),
        "shift": lambda: _shift(world, drawn, amount),
        "correct": lambda: do.ask_ntpn(**by, wrong=_ntpn(world), ntpn=f"{drawn.randrange(10**16):016}"),
        "confirm": lambda: do.confirm_ntpn(**by, no=drawn.randint(1, 3)),
        "end": lambda: do.close_year(**by, year=YEAR),
        "begin": lambda: do.open_year(**by, year=YEAR + 1),
    }  # fmt: skip
    return name, who, acts[name]


def held(world: World, count: int) -> list[list[do.NewProof]]:
    """Photographs that wait for requests and accounts; they are held outside of what is tried."""
    return [paid.proofs(world) for _one in range(count)]


def _requests(world: World) -> list[PaymentRequest]:
    return list(PaymentRequest.objects.filter(**world.of_year).order_by("number"))


def _write(world: World, who: str, drawn: Random, amount: Decimal) -> None:
    line = drawn.choice((ROAD, ROAD, OFFICE))
    kind = drawn.choice((RequestKind.DIRECT, RequestKind.ADVANCE))
    settled = DDS_IN if kind is RequestKind.DIRECT and line == ROAD and drawn.random() < 0.2 else None
    bills = [paid.bill(amount, line, drawn.choice((PaymentKind.GOODS, PaymentKind.UNTAXED)))]
    proofs = world.held.pop() if world.held else ()
    paid.write(world, *bills, kind=kind, who=who, income_line=settled, proofs=proofs, plan_reason="Uji")


def _asked(row: PaymentRequest | None) -> Decimal:
    return whole(row, NOW.date()).amount if row else MILLION


def _rest(row: PaymentRequest | None) -> Decimal:
    return whole(row, NOW.date()).to_return if row else MILLION


def _remit(world: World, by: dict[str, Any], drawn: Random, day: date) -> None:
    owed = [(one.year, one.request, one.no) for one in open_withholdings(world.village)]
    picked = drawn.sample(owed, drawn.randint(1, len(owed))) if owed else []
    ntpn = f"{drawn.randrange(3):016}"  # now and then one that was entered already
    do.remit_tax(**by, tax="pph22", withheld=picked, bank_account=ACCOUNT, day=day, ntpn=ntpn)


def _ntpn(world: World) -> str:
    return Remittance.objects.filter(**world.of_village).values_list("ntpn", flat=True).first() or "0" * 16


def _shift(world: World, drawn: Random, amount: Decimal) -> None:
    """A further version gives the road another amount, at the cost of what is financed; drawn up without a role."""
    number = max(BudgetAmount.objects.filter(**world.of_year).values_list("version", flat=True)) + 1
    if number > 4:
        return
    road = min(amount * 5, 480 * MILLION)
    of = {1: 500 * MILLION, 2: 100 * MILLION, 3: 100 * MILLION, 4: road, 5: ZERO, 6: 500 * MILLION - road, 7: ZERO}
    with told():
        budget(world, number=number, enacted=False, **{f"L{key}": one for key, one in of.items()})
        paid.plan(world, number=number)
        enact(world, number=number, day=date(YEAR, 3, drawn.randint(1, 9)))


def sound(world: World) -> None:
    """Every rule, computed from the rows alone."""
    assert [*positions.differences(world.village)] == []
    assert len({*positions.surplus(world.village, date(YEAR, 12, 31))}) == 1
    entries = {one.place: one for one in Entry.objects.filter(**world.of_village)}
    assert sorted(entries) == [*range(1, len(entries) + 1)]
    every = list(Line.objects.filter(**world.of_village))
    lines = [one for one in every if one.year == YEAR]
    for one in entries.values():
        own = [line for line in every if line.place == one.place]
        assert sum(line.amount if line.side == "D" else -line.amount for line in own) == 0
    # R6 and R7: cash of a fund and of an account on every day.
    held: dict[Any, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in lines:
        if line.account.startswith("1.1.1."):
            moved = line.amount if line.side == "D" else -line.amount
            for cell in (line.fund, line.bank_account):
                held[cell][entries[line.place].date] += moved
    for days in held.values():
        so_far = ZERO
        for day in sorted(days):
            so_far += days[day]
            assert so_far >= 0, day
    # R5: what is promised and what is spent of a line is within the version in force.
    last = BudgetAmount.objects.filter(**world.of_year).order_by("-version")[0].version
    given = dict(BudgetAmount.objects.filter(**world.of_year, version=last).values_list("line", "amount"))
    spent: dict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.line and line.account.startswith(OUT):
            spent[line.line] += line.amount if line.side == "D" else -line.amount
    for key, total in RequestLine.objects.filter(**world.of_year).values_list("line").annotate(total=Sum("open")):
        spent[key] += total
    assert all(amount <= given[key] for key, amount in spent.items())
    taken(world, lines)
    over(world, every, entries)


def over(world: World, lines: list[Line], entries: dict[int, Entry]) -> None:
    """A year that is closed takes nothing more (R7), and the next begins with what it ended with (R19)."""
    ends = [place for place, one in entries.items() if one.kind == "closing"]
    assert all(one.year > YEAR for place, one in entries.items() if ends and place > min(ends))
    held: dict[int, dict[Any, Decimal]] = {YEAR: defaultdict(Decimal), YEAR + 1: defaultdict(Decimal)}
    for line in lines:
        if line.account.startswith(("1.1.1", "1.1.4", "7.1")):
            moved = line.amount if line.side == "D" else -line.amount
            held[line.year][line.account, line.bank_account, line.tax, line.activity, line.fund] += moved
    if ends and any(one.kind == "opening" for one in entries.values()):
        assert {key: one for key, one in held[YEAR].items() if one} == held[YEAR + 1]
        assert len({*positions.surplus(world.village, date(YEAR + 1, 12, 31))}) == 1


def taken(world: World, lines: list[Line]) -> None:
    """What requests came to: three people (R9), advances whole (R11), taxes withheld and remitted (R12)."""
    names = {reference_of(PEOPLE[one].signature): one for one in WHO}
    for row in _requests(world):
        people = [names.get(reference_of(one), "") for one in (row.maker, row.checker, row.approver)]
        if row.state in (S.APPROVED, S.PAID, S.SETTLED):
            assert len({*people}) == 3, people
            assert (people[0] in MAKERS, people[1] in CHECKERS, people[2]) == (True, True, "head")
        of = {**world.of_year, "request": row.number}
        asked = sum(RequestLine.objects.filter(**of).values_list("amount", flat=True), ZERO)
        withheld = sum(Withholding.objects.filter(**of).values_list("amount", flat=True), ZERO)
        if row.state == S.SETTLED and row.kind == RequestKind.ADVANCE:
            billed = sum(Bill.objects.filter(**of).values_list("amount", flat=True), ZERO)
            assert billed - withheld + row.returned == asked
        assert withheld == 0 or row.state in (S.SETTLED,), row.state
    owed = sum((one.amount if one.side == "C" else -one.amount for one in lines if one.account.startswith("7.1")), ZERO)
    assert owed == sum(open_withholdings(world.village).values_list("amount", flat=True), ZERO)
    for one in Remittance.objects.filter(**world.of_village):
        own = Withholding.objects.filter(region=one.region, ntpn=one.ntpn)
        assert one.amount == sum(own.values_list("amount", flat=True), ZERO)


def closed(world: World) -> dict[int, int]:
    """Of each month that is closed, how many entries it has (R8)."""
    latest = Period.objects.filter(**world.of_year).order_by("month", "-no").distinct("month")
    months = [one.month for one in latest if one.act != "reopened"]
    rows = Entry.objects.filter(**world.of_year).exclude(kind="closing")
    return {month: rows.filter(date__month=month).count() for month in months}


def taken_or_told(name: str, who: str, act: Act) -> None:
    try:
        with transaction.atomic():
            act()
    except PilarError as error:
        assert error.text() or getattr(error, "faults", ())  # noqa: PT017
    else:
        assert who in MAY[name], (name, who)


def test_random_people_alone(world: World) -> None:
    paid.rich(world)
    photographs = held(world, 30)

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.whole = transaction.atomic()
            self.whole.__enter__()
            world.held = [*photographs]

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

        @rule(drawn=st.randoms(use_true_random=False))
        def step(self, drawn: Random) -> None:
            before = closed(world)
            name, who, act = step(world, drawn)
            taken_or_told(name, who, act)
            after = closed(world)
            assert all(after.get(month, count) == count for month, count in before.items())

        @invariant()
        def is_sound(self) -> None:
            sound(world)

    how = settings(
        max_examples=examples(6), stateful_step_count=30, deadline=None, suppress_health_check=[*HealthCheck]
    )
    run_state_machine_as_test(Machine, settings=how)


def test_a_walk_comes_to_its_end(world: World) -> None:
    """The steps are drawn so that payments are made, advances accounted for and tax remitted."""
    paid.rich(world)
    world.held = held(world, 50)
    drawn, seen = Random(11), set()
    for _step in range(260):
        taken_or_told(*step(world, drawn, without=("close", "shift", "end", "begin")))
        seen |= {(row.kind, row.state) for row in _requests(world)}
    assert {("direct", "settled"), ("advance", "paid"), ("direct", "cancelled")} <= seen
    assert Remittance.objects.exists()
    sound(world)


def test_a_walk_goes_on_into_the_next_year(world: World) -> None:
    """Payments are made until the year is closed and the next one begun; every rule holds after each step."""
    paid.rich(world)
    world.held = held(world, 20)
    drawn = Random(3)
    for number in range(90):
        last = ("end",) if number < 60 else ()
        taken_or_told(*step(world, drawn, without=("shift", *last)))
        sound(world)
    of: dict[str, Any] = {"village": world.village, "now": NOW}
    taken_or_told("end", "secretary", lambda: do.close_year(by=world.who("secretary"), year=YEAR, **of))
    taken_or_told("begin", "treasurer", lambda: do.open_year(by=world.who("treasurer"), year=YEAR + 1, **of))
    sound(world)
    assert {"closing", "opening"} <= {one.kind for one in Entry.objects.filter(**world.of_village)}
    for _step in range(30):
        taken_or_told(*step(world, drawn))
        sound(world)


def test_random_people_two_at_once(committed_world: World) -> None:
    world, drawn = committed_world, Random(5)
    paid.rich(world)
    world.held = held(world, 15)
    for _round in range(examples(25, one_in=5)):
        both = [step(world, drawn, without=("shift",)) for _one in range(2)]
        outcomes = together(*[act for _name, _who, act in both])
        for (name, who, _act), outcome in zip(both, outcomes, strict=True):
            assert isinstance(outcome, PilarError) or not isinstance(outcome, BaseException), outcome
            assert isinstance(outcome, PilarError) or who in MAY[name], (name, who)
        sound(world)
