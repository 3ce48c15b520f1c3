"""What a village does concerns its own rows, though its neighbour has the same numbers and names; and who is
told of what it does."""

from __future__ import annotations

import pytest
from django.utils import timezone

from areas.places import load
from pilar.areas.rules import AreaEntry
from pilar.people.models import Notice
from pilar.people.rules import OPERATOR, SCHEDULE
from pilar.platform import seal_checker
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import AuditSample, PaymentRequest, RequestEntry, Supplier
from pilar.villagefinance.queries import lines
from pilar.villagefinance.rules import chain
from pilar.villagefinance.rules.journal import Kind
from pilar.villagefinance.rules.requests import RequestElsewhere
from villagefinance.accounts import account
from villagefinance.drafting import agree
from villagefinance.payments import ADVANCE, MILLION, approved, back, bill, faults, pay, rich, state, supplier
from villagefinance.world import COUNTRY, NOW, SISTER, VILLAGE, YEAR, World, advance, bank, begin

pytestmark = pytest.mark.django_db
BEFORE = "36.03.01.2000"
"""A village of the same district whose code comes first."""


@pytest.fixture
def beside(world: World) -> World:
    """The village and, before it in every order, another one of its region with the same numbers: of its two requests
    the second is paid by the entry at the place where the village pays its first."""
    load((*COUNTRY, AreaEntry(BEFORE, "Sebelah", "village", "village", "36.03.01")))
    other = begin(BEFORE)
    for number in (1, 2):
        other.request(5, number=number)
    for _receipt in range(2):
        other.receive(5)
    RequestEntry.objects.create(**other.of_year, place=other.pay(5).place, of_year=YEAR, request=2)
    rich(world)
    return world


@pytest.fixture
def paying(world: World) -> World:
    rich(world)
    return world


def test_a_supplier_has_a_name_and_a_number_of_the_village_alone(world: World) -> None:
    Supplier.objects.create(region="36.03", village=SISTER, key=7, name="CV Batu")
    assert supplier(world) == 1
    with faults("supplier-named"):
        supplier(world)


def test_a_payment_that_is_taken_back_concerns_the_request_of_its_village(beside: World) -> None:
    number = approved(beside, bill(MILLION))
    assert number == 1
    posted = pay(beside, number)
    do.reverse(by=beside.who("secretary"), village=VILLAGE, year=YEAR, place=posted.place, reason="Keliru", now=NOW)
    assert state(beside, number) == "cancelled"
    assert posted.place == RequestEntry.objects.get(village=BEFORE).place
    assert {*PaymentRequest.objects.filter(village=BEFORE).values_list("state", flat=True)} == {"submitted"}


def test_only_of_an_advance_that_was_paid_a_part_comes_back(paying: World) -> None:
    direct, waiting = approved(paying, bill(MILLION)), approved(paying, bill(MILLION), kind=ADVANCE)
    pay(paying, direct)
    for number in (direct, waiting):
        with pytest.raises(RequestElsewhere):
            back(paying, number, 1)


def test_samples_are_numbered_by_region(world: World) -> None:
    world.receive()
    world.pay()
    AuditSample.objects.create(
        region="36.71", number=7, year=YEAR, size=1, seed="x", entries=1, total=1, drawn_by="x", drawn_at=NOW
    )
    assert do.draw_sample(by=world.who("inspectorate"), region="36.03", year=YEAR, size=5, now=timezone.now()) == 1


def test_the_head_is_told_what_the_council_has_agreed(world: World) -> None:
    head = account("head")
    agree(world)
    (notice,) = Notice.objects.filter(user=head)
    assert (notice.kind, notice.done_at) == ("villagefinance.budget-agreed", None)


def test_who_answers_for_a_village_is_told_of_new_flags_once(world: World) -> None:
    told = {account("head").pk, account("treasurer").pk}
    account("council")
    world.receive()
    world.book(Kind.ADVANCE, advance(100), bank(100))
    for _twice in range(2):
        do.raise_flags(by=SCHEDULE, village=VILLAGE, year=YEAR, now=NOW)
    assert {*Notice.objects.filter(kind="villagefinance.flag").values_list("user", flat=True)} == told
    assert Notice.objects.count() == 2


def test_a_hash_on_paper_is_known_by_its_first_eight_characters(world: World) -> None:
    world.receive()
    do.seal_books(by=OPERATOR, now=NOW)
    books = lines.books(VILLAGE, scope=OPERATOR, day=NOW.date())
    said = books["entries"][0]["hash"]
    assert chain.check(books, [said[:8]])[-1] == f"{said[:8]} is entry 1"
    with pytest.raises(seal_checker.Refused, match="no entry"):
        chain.check(books, [said[:7]])
