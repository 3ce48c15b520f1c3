"""A levy is set once, paid once however often the bank reports it, and lets the case go on once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from kit.killed import killed_at_every_statement
from kit.neighbours import own
from kit.races import together
from permits.register_acts import to_levy
from permits.test_case_pages import officer
from permits.test_issuing import refused
from permits.test_qris import STATIC
from permits.test_qris import read as fields_of
from permits.world import DAY, HOUR, NOW, OWN, World
from pilar.people.rules import NotAllowed, NotFound
from pilar.permits.models import Case, CaseEvent, Levy, Payment
from pilar.permits.operations.levies import (
    Reported,
    match_payment,
    refund_levy,
    set_levy,
    set_merchant_code,
    store_payments,
    unmatch_payment,
    void_levy,
)
from pilar.permits.queries.cases import officers_case
from pilar.permits.queries.levies import OVERPAID, levies, levy_of, unmatched
from pilar.permits.queries.waiting import waits_since
from pilar.permits.rules.authority import WrongState
from pilar.permits.rules.cases import CaseElsewhere, CaseState, EventKind
from pilar.permits.rules.levies import LevyElsewhere, LevyState
from pilar.permits.rules.qris import NotQris
from pilar.permits.rules.services import Levy as Owed
from pilar.permits.rules.services import recomputed
from pilar.platform.models import DocumentNumber

SET, PAID = NOW + 2 * HOUR, NOW + DAY
NUMBER = "SKRD-00001-36.03-2026"
SUM = Decimal(64_000)
"""Four beds at 16,000."""


def put(world: World, case: int = 0, now: Any = SET) -> str:
    return set_levy(by=world.who("treasury"), case=case or world.case, stage="levy", now=now)


def report(world: World, *given: Reported, who: str = "treasury", now: Any = PAID) -> tuple[int, int]:
    return store_payments(by=world.who(who), region=OWN, given=given, now=now)


def payment(reference: str = "FT1", amount: Decimal = SUM, text: str = f"TRSF {NUMBER}") -> Reported:
    return Reported(reference, date(2026, 3, 3), amount, text)


def levy(world: World) -> Levy:
    return Levy.objects.get(case=world.case, state__in=("open", "paid"))


# Setting it


def test_what_is_owed_is_kept_with_all_that_gives_it_again(levied: World) -> None:
    row = levy(levied)
    assert (row.number, row.amount, row.formula, row.inputs) == (
        NUMBER, SUM, "beds * rate", {"beds": "4", "rate": "16000"},
    )  # fmt: skip
    assert recomputed(Owed(row.amount, row.inputs, row.formula)) == row.amount
    assert row.due_on == date(2026, 4, 1)
    said = dict(fields_of(row.code))
    assert (said["54"], dict(fields_of(said["62"]))["01"]) == ("64000", NUMBER)
    case = levied.row()
    assert (case.state, case.due_at, levied.open_stages()) == (CaseState.PAYING, None, {"levy"})


def test_it_is_set_once_and_by_the_treasury(accepted: World) -> None:
    for name in ("front", "back", "head"):
        with pytest.raises(NotAllowed):
            set_levy(by=accepted.who(name), case=accepted.case, stage="levy", now=SET)
    with pytest.raises(NotFound):
        set_levy(by=accepted.who("technical"), case=accepted.case, stage="levy", now=SET)
    put(accepted)
    with pytest.raises((CaseElsewhere, WrongState)):
        put(accepted)
    assert Levy.objects.filter(case=accepted.case).count() == 1


def test_without_a_code_of_the_treasury_it_is_set_all_the_same(accepted: World) -> None:
    put(accepted)
    assert levy(accepted).code == ""


def test_a_levy_of_nothing_ends_its_stage(accepted: World) -> None:
    Case.objects.filter(pk=accepted.case).update(answers={**accepted.row().answers, "beds": 0})
    assert put(accepted) == ""
    assert (accepted.row().state, accepted.open_stages()) == (CaseState.RUNNING, {"decide"})


def test_a_void_levy_keeps_its_number_and_another_is_set(levied: World) -> None:
    row = levy(levied)
    with refused("no-reason"):
        void_levy(by=levied.who("treasury"), levy=row.pk, reason=" ", now=SET)
    void_levy(by=levied.who("treasury"), levy=row.pk, reason="Salah hitung", now=SET + HOUR)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("void", "Salah hitung")
    assert (levied.row().state, levied.open_stages()) == (CaseState.RUNNING, {"levy"})
    assert put(levied, now=SET + 2 * HOUR) == NUMBER.replace("00001", "00002")
    assert report(levied, payment()) == (1, 0), "the void one is not paid"
    with pytest.raises((LevyElsewhere, WrongState)):
        void_levy(by=levied.who("treasury"), levy=row.pk, reason="x", now=SET)


# Paying it


def test_what_names_its_levy_and_is_its_sum_lets_the_case_go_on(levied: World) -> None:
    assert report(levied, payment()) == (1, 1)
    row = levy(levied)
    assert (row.state, row.paid_on, row.owed, row.payments.get().reference) == ("paid", date(2026, 3, 3), SUM, "FT1")
    assert (levied.row().state, levied.open_stages()) == (CaseState.RUNNING, {"decide"})
    assert CaseEvent.objects.get(case=levied.case, kind=EventKind.PAID).facts["amount"] == "64000.00"
    found = levy_of(levied.case, now=PAID)
    assert found is not None
    assert (found.state, found.inputs["rate"]) == (LevyState.PAID, "16000")


def test_a_double_report_changes_nothing_and_what_is_paid_twice_is_to_be_given_back(levied: World) -> None:
    report(levied, payment())
    assert report(levied, payment()) == (0, 0)
    assert report(levied, payment(), payment("FT2")) == (1, 1)
    assert own(Payment).count() == 2
    assert CaseEvent.objects.filter(case=levied.case, kind=EventKind.PAID).count() == 1
    by = levied.who("treasury")
    (row,) = levies(OWN, scope=by, now=PAID, state=OVERPAID)
    assert (row.number, row.account.over, row.paid_on, row.left) == (NUMBER, SUM, date(2026, 3, 3), 0)
    assert unmatched(OWN, scope=by) == ()


def test_what_is_paid_in_parts_lets_the_case_go_on_with_the_last_one(levied: World) -> None:
    assert report(levied, payment("FT1", Decimal(24_000))) == (1, 1)
    found = levy_of(levied.case, now=PAID)
    assert found is not None
    assert (found.state, found.account.paid, found.left) == (LevyState.OPEN, 24_000, 40_000)
    assert levied.row().state == CaseState.PAYING
    last = Reported("FT2", date(2026, 3, 5), Decimal(41_000), NUMBER)
    assert report(levied, last, now=NOW + 4 * DAY) == (1, 1)
    row = levy(levied)
    assert (row.state, row.paid_on, row.owed) == ("paid", date(2026, 3, 5), SUM)
    assert levied.row().state == CaseState.RUNNING
    (over,) = levies(OWN, scope=levied.who("treasury"), now=PAID, state=OVERPAID)
    assert over.account.over == 1_000


def test_the_clock_goes_on_by_the_day_of_payment_however_late_it_is_matched(levied: World) -> None:
    matched = NOW + 11 * DAY
    assert report(levied, payment(), now=matched) == (1, 1)
    opened, done, paid = CaseEvent.objects.filter(case=levied.case).order_by("-number")[:3]
    assert (paid.kind, paid.at) == (EventKind.PAID, datetime(2026, 3, 2, 17, tzinfo=UTC)), "midnight of 3 March"
    assert datetime.fromisoformat(paid.facts["matched_at"]) == done.at == opened.at == matched
    found = officers_case(levied.case, scope=levied.who("treasury"), now=matched)
    (stop,) = found.reading.stops
    assert (stop.stood, found.reading.due) == (1, date(2026, 3, 16)), "nine days from 2 March, one of them standing"
    assert any("3 March 2026" in one or "3 Maret 2026" in one for one in found.why)
    levy_stage = found.reading.stages["levy"]
    assert levy_stage.used == 8, "what the treasury took to match it is its own"


def test_paid_on_the_day_it_was_set_nothing_stood(levied: World) -> None:
    report(levied, Reported("FT1", date(2026, 3, 2), SUM, NUMBER))
    paid = CaseEvent.objects.get(case=levied.case, kind=EventKind.PAID)
    assert paid.at == levy(levied).set_at


def test_a_void_levy_lets_go_what_was_paid_of_it(levied: World) -> None:
    report(levied, payment("FT1", Decimal(24_000)))
    void_levy(by=levied.who("treasury"), levy=levy(levied).pk, reason="Salah hitung", now=PAID)
    (waits,) = unmatched(OWN, scope=levied.who("treasury"))
    assert levied.row().due_at is not None, "the clock goes on"
    again = put(levied, now=PAID)
    with pytest.raises(LevyElsewhere):
        match_payment(by=levied.who("treasury"), payment=waits.key, levy=NUMBER, now=PAID)
    match_payment(by=levied.who("treasury"), payment=waits.key, levy=again, now=PAID)
    assert levied.row().state == CaseState.PAYING


@pytest.mark.parametrize("given", [payment(text="BUDI"), payment(text="SKRD-00009-36.03-2026")])
def test_what_names_no_levy_waits_for_the_treasury(levied: World, given: Reported) -> None:
    assert report(levied, given) == (1, 0)
    assert levied.row().state == CaseState.PAYING
    row = own(Payment).get(reference="FT1")
    match_payment(by=levied.who("treasury"), payment=row.pk, levy=NUMBER, now=PAID)
    assert levied.row().state == CaseState.RUNNING
    with pytest.raises(LevyElsewhere):
        match_payment(by=levied.who("treasury"), payment=row.pk, levy=NUMBER, now=PAID)


def test_what_was_too_much_is_given_back_and_noted_once(levied: World) -> None:
    by, given_on = levied.who("treasury"), PAID.date()
    report(levied, payment(amount=SUM + 6_000))
    key = levy(levied).pk

    def refund(amount: int, reference: str = "K1", who: str = "treasury", on: date = given_on) -> None:
        refund_levy(by=levied.who(who), levy=key, amount=Decimal(amount), given_on=on, reference=reference, now=PAID)

    for amount, reference, on, code in (
        (6_001, "K1", given_on, "not-that-much"), (0, "K1", given_on, "not-that-much"),
        (1, " ", given_on, "unfit-reference"), (1, "FT1", given_on, "unfit-reference"),
        (1, "K1", date(2026, 4, 1), "in-the-future"),
    ):  # fmt: skip
        with refused(code):
            refund(amount, reference, on=on)
    with pytest.raises(NotFound):
        refund(1, who="head")
    refund(2_000)
    refund(4_000, "K2")
    with pytest.raises(LevyElsewhere):
        refund(1, "K3")
    found = levy_of(levied.case, now=PAID)
    assert found is not None
    assert (found.account.over, found.account.paid, found.state_name) == (0, SUM, "Lunas")
    assert list(levies(OWN, scope=by, now=PAID, state=OVERPAID)) == []
    with pytest.raises(DatabaseError, match="payment_or_given_back"), transaction.atomic():
        Payment.objects.create(
            region_id=OWN, reference="x", paid_on=given_on, amount=-1, reported_at=NOW, reported_by="user:1"
        )


def test_strangers_neither_report_nor_match(levied: World) -> None:
    for name in ("nurse", "neighbour", "front", "head", "public"):
        with pytest.raises((NotFound, NotAllowed)):
            report(levied, payment(), who=name)
        with pytest.raises((NotFound, NotAllowed)):
            set_merchant_code(by=levied.who(name), region=OWN, text=STATIC, now=NOW)
    with pytest.raises(NotFound):
        match_payment(by=levied.who("treasury"), payment=0, levy=NUMBER, now=PAID)


def test_only_a_static_code_is_kept(levied: World) -> None:
    with pytest.raises(NotQris):
        set_merchant_code(by=levied.who("treasury"), region=OWN, text=levy(levied).code, now=NOW)


# The database


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"amount": 1}, "levy_stays"), ({"inputs": {}}, "levy_stays"), ({"number": "1"}, "levy_stays"),
        ({"state": "paid"}, "levy_closed_as_its_state"), ({"owed": 64_000}, "levy_closed_as_its_state"),
        ({"state": "paid", "closed_at": NOW, "paid_on": NOW, "owed": 63_999}, "levy_closed_as_its_state"),
        ({"state": "void", "closed_at": NOW}, "levy_closed_as_its_state"),
    ],
)  # fmt: skip
def test_a_levy_stays_as_it_was_set(levied: World, change: dict[str, Any], named: str) -> None:
    with pytest.raises(DatabaseError, match=named), transaction.atomic():
        Levy.objects.filter(case=levied.case).update(**change)


def test_what_is_paid_stays(levied: World) -> None:
    report(levied, payment())
    for rows, change, named in (
        (Levy.objects.filter(case=levied.case), {"state": "void"}, "levy_closed_stays"),
        (Payment.objects.all(), {"levy": None, "matched_at": None}, "payment_matched_stays"),
    ):
        with pytest.raises(DatabaseError, match=named), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    known = own(Payment).get()
    with pytest.raises(DatabaseError, match="payment_reported_once"), transaction.atomic():
        Payment.objects.create(
            region_id=OWN, reference="FT1", paid_on=known.paid_on, amount=1, reported_at=NOW, reported_by="user:1"
        )
    row = levy(levied)
    row.pk, row.number = None, "2"
    with pytest.raises(DatabaseError, match="levy_of_case_once"), transaction.atomic():
        row.save(force_insert=True)


# What goes wrong in between


def stored(world: World) -> Callable[[], tuple[Any, ...]]:
    def read() -> tuple[Any, ...]:
        return (
            Levy.objects.filter(case=world.case).count(), own(Payment).exclude(levy=None).count(),
            own(Payment).count(), DocumentNumber.objects.filter(kind="permits.levy").count(),
            Case.objects.get(pk=world.case).state,
        )  # fmt: skip

    return read


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_statement_nothing_is_lost_and_nothing_is_paid_twice(committed_world: World) -> None:
    world = committed_world
    to_levy(world)
    killed = killed_at_every_statement(lambda: put(world), stored=stored(world), nothing=(0, 0, 0, 0, "running"))
    assert killed > 3
    assert stored(world)() == (1, 0, 0, 1, "paying")
    killed = killed_at_every_statement(
        lambda: report(world, payment()), stored=stored(world), nothing=(1, 0, 0, 1, "paying")
    )
    assert killed > 3
    assert stored(world)() == (1, 1, 1, 1, "running")


@pytest.mark.django_db(transaction=True)
def test_two_reports_at_once_pay_once(committed_world: World) -> None:
    world = committed_world
    to_levy(world)
    put(world)
    by = world.who("treasury")

    def act() -> object:
        return store_payments(by=by, region=OWN, given=[payment()], now=PAID)

    together(act, act)
    assert stored(world)() == (1, 1, 1, 1, "running")
    assert CaseEvent.objects.filter(case=world.case, kind=EventKind.PAID).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_payments_of_one_levy_let_the_case_go_on_once(committed_world: World) -> None:
    world = committed_world
    to_levy(world)
    put(world)
    report(world, payment("A", text="x"), payment("B", text="y"))
    by, keys = world.who("treasury"), list(own(Payment).values_list("pk", flat=True))
    together(*(lambda key=key: match_payment(by=by, payment=key, levy=NUMBER, now=PAID) for key in keys))
    assert stored(world)() == (1, 2, 2, 1, "running")


def test_a_match_with_the_wrong_levy_is_taken_back(levied: World) -> None:
    def take_back(reference: str, reason: str = "Milik permohonan lain") -> None:
        key = Payment.objects.get(region=OWN, reference=reference).pk
        unmatch_payment(by=levied.who("treasury"), payment=key, reason=reason, now=PAID + HOUR)

    report(levied, payment(), payment("FT2", Decimal(1_000)))
    with refused("no-reason"):
        take_back("FT2", " ")
    take_back("FT2")
    due = levied.row().due_at
    assert (levy(levied).state, levied.row().state) == (LevyState.PAID, CaseState.RUNNING), "paid without it"
    assert [one.reference for one in unmatched(OWN, scope=levied.who("treasury"))] == ["FT2"]
    address = reverse(
        "permits:payment-unmatch", args=[levy(levied).pk, Payment.objects.get(reference="FT1", region=OWN).pk]
    )
    treasurer = officer(levied, "treasury")
    assert address in treasurer.get(reverse("permits:levy", args=[levy(levied).pk])).content.decode()
    assert "Periksa sebelum melepas" in treasurer.get(address).content.decode()
    take_back("FT1")
    assert (levy(levied).state, levied.row().state, levied.open_stages()) == (
        LevyState.OPEN, CaseState.PAYING, {"levy"},
    )  # fmt: skip
    with pytest.raises(LevyElsewhere):
        take_back("FT1")
    due_on = levy(levied).due_on
    assert waits_since(levied.row()) == due_on + DAY, "it was open again a day later"
    report(levied, payment("FT3"), now=PAID + 2 * HOUR)
    assert (levied.row().state, levied.open_stages()) == (CaseState.RUNNING, {"decide"})
    assert levied.row().due_at == due, "what it waited for the right payment counts no day"
    levied.decide(now=PAID + 3 * HOUR)
    levied.sign(PAID + 4 * HOUR)
    with pytest.raises(WrongState):
        take_back("FT3")
