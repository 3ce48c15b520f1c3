"""A levy is set once, paid once however often the bank reports it, and lets the case go on once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from kit.killed import killed_at_every_statement
from kit.neighbours import own
from kit.races import together
from kit.worlds import once
from permits.register_acts import taxed
from permits.test_issuing import refused
from permits.test_qris import STATIC
from permits.test_qris import read as fields_of
from permits.world import DAY, HOUR, NOW, OWN, World, publish
from pilar.people.models import User
from pilar.people.rules import NotAllowed, NotFound
from pilar.permits.models import Case, CaseEvent, Levy, Payment
from pilar.permits.operations.levies import (
    Reported,
    match_payment,
    set_levy,
    set_merchant_code,
    store_payments,
    void_levy,
)
from pilar.permits.queries.levies import levy_of, unmatched
from pilar.permits.rules.authority import WrongState
from pilar.permits.rules.cases import CaseElsewhere, CaseState, EventKind
from pilar.permits.rules.levies import LevyElsewhere, LevyState, NotTheSum
from pilar.permits.rules.qris import NotQris
from pilar.permits.rules.services import Levy as Owed
from pilar.permits.rules.services import recomputed
from pilar.platform.models import DocumentNumber

SET, PAID = NOW + 2 * HOUR, NOW + DAY
NUMBER = "SKRD-00001-36.03-2026"
SUM = Decimal(64_000)
"""Four beds at 16,000."""


def apply(world: World) -> None:
    world.case = 0
    world.begin(service="sip-berbayar")
    world.submit()
    world.accept()


@once
def accepted(world: World) -> World:
    """On the desk of the treasury."""
    publish(given=taxed())
    apply(world)
    return world


def put(world: World, case: int = 0, now: Any = SET) -> str:
    return set_levy(by=world.who("treasury"), case=case or world.case, stage="levy", now=now)


@once
def levied(accepted: World) -> World:
    set_merchant_code(by=accepted.who("treasury"), region=OWN, text=STATIC, now=NOW)
    put(accepted)
    return accepted


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
    assert (row.state, row.paid_on, row.payment.reference) == ("paid", date(2026, 3, 3), "FT1")
    assert (levied.row().state, levied.open_stages()) == (CaseState.RUNNING, {"decide"})
    assert CaseEvent.objects.get(case=levied.case, kind=EventKind.PAID).facts["amount"] == "64000.00"
    found = levy_of(levied.case)
    assert found is not None
    assert (found.state, found.inputs["rate"]) == (LevyState.PAID, "16000")


def test_a_double_report_changes_nothing(levied: World) -> None:
    report(levied, payment())
    assert report(levied, payment()) == (0, 0)
    assert report(levied, payment(), payment("FT2")) == (1, 0), "paid twice: the second waits for the treasury"
    assert own(Payment).count() == 2
    assert CaseEvent.objects.filter(case=levied.case, kind=EventKind.PAID).count() == 1
    assert [one.reference for one in unmatched(OWN, scope=levied.who("treasury"))] == ["FT2"]


@pytest.mark.parametrize(
    "given",
    [payment(amount=SUM - 1), payment(amount=SUM + 1), payment(text="BUDI"), payment(text="SKRD-00009-36.03-2026")],
)
def test_what_does_not_fit_waits_for_the_treasury(levied: World, given: Reported) -> None:
    assert report(levied, given) == (1, 0)
    assert levied.row().state == CaseState.PAYING
    row = own(Payment).get(reference="FT1")
    if given.amount == SUM:
        match_payment(by=levied.who("treasury"), payment=row.pk, levy=NUMBER, now=PAID)
        assert levied.row().state == CaseState.RUNNING
        with pytest.raises(LevyElsewhere):
            match_payment(by=levied.who("treasury"), payment=row.pk, levy=NUMBER, now=PAID)
    else:
        with pytest.raises(NotTheSum):
            match_payment(by=levied.who("treasury"), payment=row.pk, levy=NUMBER, now=PAID)


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
        ({"state": "paid"}, "levy_closed_as_its_state"),
        ({"state": "void", "closed_at": NOW}, "levy_closed_as_its_state"),
    ],
)  # fmt: skip
def test_a_levy_stays_as_it_was_set(levied: World, change: dict[str, Any], named: str) -> None:
    with pytest.raises(DatabaseError, match=named), transaction.atomic():
        Levy.objects.filter(case=levied.case).update(**change)


def test_what_is_paid_stays(levied: World) -> None:
    report(levied, payment())
    for rows, change, named in (
        (Levy.objects.filter(case=levied.case), {"state": "open"}, "levy_closed_stays"),
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
    publish(given=taxed())
    apply(world)
    assert (
        killed_at_every_statement(lambda: put(world), stored=stored(world), nothing=(0, 0, 0, 0, "running"), step=3) > 3
    )
    assert stored(world)() == (1, 0, 0, 1, "paying")
    killed = killed_at_every_statement(
        lambda: report(world, payment()), stored=stored(world), nothing=(1, 0, 0, 1, "paying"), step=3
    )
    assert killed > 3
    assert stored(world)() == (1, 1, 1, 1, "running")


@pytest.mark.django_db(transaction=True)
def test_two_reports_at_once_pay_once(committed_world: World) -> None:
    world = committed_world
    publish(given=taxed())
    apply(world)
    put(world)
    by = world.who("treasury")

    def act() -> object:
        return store_payments(by=by, region=OWN, given=[payment()], now=PAID)

    together(act, act)
    assert stored(world)() == (1, 1, 1, 1, "running")
    assert CaseEvent.objects.filter(case=world.case, kind=EventKind.PAID).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_payments_of_one_levy_are_matched_once(committed_world: World) -> None:
    world = committed_world
    publish(given=taxed())
    apply(world)
    put(world)
    report(world, payment("A", text="x"), payment("B", text="y"))
    by, keys = world.who("treasury"), list(own(Payment).values_list("pk", flat=True))
    together(*(lambda key=key: match_payment(by=by, payment=key, levy=NUMBER, now=PAID) for key in keys))
    assert stored(world)() == (1, 1, 2, 1, "running")


# Pages


@pytest.fixture
def treasury(levied: World, client: Client) -> Client:
    client.force_login(User.objects.get(pk=levied.keys["treasury"]))
    return client


def test_the_treasury_sees_what_is_to_be_set_and_sets_it(accepted: World, client: Client) -> None:
    client.force_login(User.objects.get(pk=accepted.keys["treasury"]))
    desk = reverse("permits:treasury", args=[OWN])
    assert accepted.row().number in client.get(desk).content.decode()
    client.post(reverse("permits:levy-set", args=[OWN, accepted.case, "levy"]))
    assert accepted.row().state == CaseState.PAYING
    page = client.get(reverse("permits:levy", args=[levy(accepted).pk])).content.decode()
    assert "beds = 4" in page
    assert "64.000" in page


def test_a_report_is_looked_at_and_then_stored(levied: World, treasury: Client) -> None:
    text = f"Tanggal,Keterangan,Kredit,Referensi\n03/03/2026,TRSF {NUMBER},64.000,FT1\n03/03/2026,BUDI,10.000,FT2\n"
    address = reverse("permits:payments", args=[OWN])
    sent = {"file": SimpleUploadedFile("mutasi.csv", text.encode())}
    shown = treasury.post(address, sent)
    assert (shown.status_code, own(Payment).count()) == (200, 0)
    assert NUMBER in shown.content.decode()
    treasury.post(address, {"rows": shown.context["import"]["kept"].token})
    assert sorted(own(Payment).values_list("reference", "levy__number")) == [("FT1", NUMBER), ("FT2", None)]
    assert levied.row().state == CaseState.RUNNING


def test_a_payment_is_matched_on_the_desk(levied: World, treasury: Client) -> None:
    report(levied, payment(text="BUDI"))
    key = own(Payment).get().pk
    desk = reverse("permits:treasury", args=[OWN])
    assert "BUDI" in treasury.get(desk).content.decode()
    assert treasury.post(desk, {"payment": key, "levy": "SKRD-9"}).status_code == 404
    assert treasury.post(desk, {"payment": key, "levy": NUMBER}).status_code == 302
    assert levied.row().state == CaseState.RUNNING


def test_a_levy_is_voided_on_a_page(levied: World, treasury: Client) -> None:
    address = reverse("permits:levy-void", args=[levy(levied).pk])
    check = treasury.get(address).context["check"]
    treasury.post(address, {"reason": "Salah", "agreed": "on", "checked": check.seen})
    assert Levy.objects.get(case=levied.case).state == "void"


def test_the_code_is_set_on_a_page(accepted: World, client: Client) -> None:
    client.force_login(User.objects.get(pk=accepted.keys["treasury"]))
    address = reverse("permits:merchant-code", args=[OWN])
    assert client.post(address, {"text": "abc"}).status_code == 422
    assert client.post(address, {"text": STATIC}).status_code == 302
    client.force_login(User.objects.get(pk=accepted.keys["front"]))
    assert client.get(address).status_code == 404
