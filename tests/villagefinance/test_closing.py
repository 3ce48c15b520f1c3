"""Months that are closed and opened again, years that are closed and carried over."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from pilar.people.rules import NotAllowed, Standing
from pilar.platform.actors import Actor
from pilar.platform.names import Signature
from pilar.villagefinance import operations
from pilar.villagefinance.models import (
    Entry,
    Line,
    Period,
)
from pilar.villagefinance.operations import NothingToCarry, NotOver
from pilar.villagefinance.queries import positions, years
from pilar.villagefinance.rules.budgets import BudgetKind
from pilar.villagefinance.rules.evaluation import Posts
from pilar.villagefinance.rules.journal import Item, Kind
from villagefinance.world import (
    ADD_IN,
    BROUGHT,
    DDS_IN,
    NOW,
    OFFICE,
    ROAD,
    YEAR,
    World,
    advance,
    bank,
    box,
    budget,
    insert,
    item,
    raw,
    raw_bank,
    raw_line,
    refused,
    tax,
    told,
)

MARCH = date(YEAR, 3, 10)
IN = (raw_bank("D", 5), raw_line("C", 5, DDS_IN))
PAID = {"kind": "payment", "checker": "user:2", "approver": "user:1"}


def test_nothing_is_booked_in_a_closed_month(world: World) -> None:
    treasurer, secretary, head = map(world.who, ("treasurer", "secretary", "head"))
    month = {"village": world.village, "year": YEAR, "month": 3, "now": NOW}
    operations.close_month(by=treasurer, **month)
    with refused("month_is_closed"):
        world.stored(*IN)
    with told("month_is_closed"):
        world.receive(5, date(YEAR, 3, 31))
    world.receive(5, date(YEAR, 4, 1))
    with told("month_is_closed"):
        operations.close_month(by=treasurer, **month)
    with told("reopening_not_asked"):
        operations.reopen_month(by=head, **month)
    operations.ask_reopening(by=secretary, reason="Kuitansi tertinggal", **month)
    with told("month_is_closed"):
        world.receive(5, date(YEAR, 3, 31))
    operations.reopen_month(by=head, **month)
    world.receive(5, date(YEAR, 3, 31))
    with told("month_is_open"):
        operations.ask_reopening(by=secretary, reason="Lagi", **month)
    assert [(row.act, row.by, row.second, row.reason) for row in Period.objects.order_by("no")] == [
        ("closed", "user:3", "", ""), ("asked", "user:2", "", "Kuitansi tertinggal"),
        ("reopened", "user:1", "user:2", "Kuitansi tertinggal"),
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [
    {"act": "reopened", "by": "user:1", "second": "user:1", "reason": "x"},
    {"act": "reopened", "by": "user:1", "second": "", "reason": "x"},
    {"act": "reopened", "by": "user:1", "second": "user:2", "reason": ""},
    {"act": "asked", "by": "user:1", "second": "", "reason": ""},
])  # fmt: skip
def test_two_people_open_a_month_again_with_a_reason(world: World, wrong: dict[str, str]) -> None:
    operations.close_month(by=world.who("treasurer"), village=world.village, year=YEAR, month=3, now=NOW)
    if wrong["act"] == "reopened":
        operations.ask_reopening(
            by=world.who("secretary"), village=world.village, year=YEAR, month=3, reason="x", now=NOW
        )
    with refused("period_reopened_by_two_with_a_reason"):
        insert("period", [{**world.of_year, "month": 3, "no": 9, "at": NOW, **wrong}])


def test_a_month_is_closed_when_it_is_over(world: World) -> None:
    for now in (datetime(YEAR, 3, 31, 16, 59, tzinfo=UTC), datetime(YEAR, 3, 1, tzinfo=UTC)):
        with pytest.raises(NotOver):
            operations.close_month(by=world.who("treasurer"), village=world.village, year=YEAR, month=3, now=now)
    after = datetime(YEAR, 3, 31, 17, tzinfo=UTC)
    operations.close_month(by=world.who("treasurer"), village=world.village, year=YEAR, month=3, now=after)


def test_nothing_is_booked_before_its_day_has_begun_in_the_region(world: World) -> None:
    with told("entry_in_the_future"):
        world.book(Kind.RECEIPT, bank(5), item(5, DDS_IN), day=MARCH, now=datetime(YEAR, 3, 9, 16, 59, tzinfo=UTC))
    world.book(Kind.RECEIPT, bank(5), item(5, DDS_IN), day=MARCH, now=datetime(YEAR, 3, 9, 17, tzinfo=UTC))


def close(world: World) -> None:
    operations.close_year(by=world.who("secretary"), village=world.village, year=YEAR, now=NOW)


def test_no_version_of_the_budget_of_a_closed_year_is_begun_or_enacted(world: World) -> None:
    world.receive(5, MARCH)
    secretary, of = world.who("secretary"), {"village": world.village, "year": YEAR, "now": NOW}
    number = operations.begin_change(by=secretary, **of, kind=BudgetKind.SHIFT)
    operations.tell_council(by=secretary, **of, number=number, letter="1", day=date(YEAR, 12, 1))
    close(world)
    with told("year_is_closed"):
        operations.enact_budget(
            by=world.who("head"), **of, number=number, elaboration="1", day=date(YEAR, 12, 31)
        )  # fmt: skip
    operations.drop_budget(by=secretary, **of, number=number, reason="Tahun sudah ditutup")
    with told("year_is_closed"):
        operations.begin_change(by=secretary, **of, kind=BudgetKind.SHIFT)
    with told("year_is_closed"):
        operations.begin_budget(by=secretary, village=world.village, year=YEAR, posts=Posts(1, 1, 1))


def carry(world: World, held: tuple[Item, ...] = (), year: int = YEAR + 1) -> Any:
    return operations.open_year(by=world.who("treasurer"), village=world.village, year=year, held=held, now=NOW)


def year_of_books(world: World) -> None:
    world.receive(600)
    world.book(Kind.RECEIPT, bank(300, "ADD"), item(300, ADD_IN))
    world.book(Kind.WITHDRAWAL, box(50), bank(50))
    world.book(Kind.PAYMENT, item(100, ROAD), bank(89), tax(11))
    world.book(Kind.ADVANCE, advance(40), bank(40))
    world.book(Kind.PAYMENT, item(80, OFFICE), bank(80, "ADD"))


def test_a_year_closes_and_the_next_opens_with_what_it_left(world: World) -> None:
    year_of_books(world)
    close(world)
    connection.check_constraints()
    closing = Line.objects.filter(**world.of_year, place=Entry.objects.get(**world.of_year, kind="closing").place)
    by_account = {(one.account, one.fund): one.amount for one in closing}
    assert by_account == {
        ("4.2.1.01", "DDS"): 600, ("4.2.3.01", "ADD"): 300, ("5.2.1.01", "ADD"): 80, ("5.3.5.03", "DDS"): 100,
        ("3.1.2", "DDS"): 500, ("3.1.2", "ADD"): 220,
    }  # fmt: skip
    with refused("year_is_closed"):
        world.stored(*IN)
    with told("year_is_closed"):
        world.receive(1, date(YEAR, 12, 31))
    with told("opening_is_missing"):
        world.book(Kind.WITHDRAWAL, box(1), bank(1), day=date(YEAR + 1, 1, 1))
    carry(world)
    connection.check_constraints()
    left, begun = (positions.held_before(world.village, year + 1) for year in (YEAR, YEAR + 1))
    assert left == begun
    assert len(begun) == 5
    assert {one.account + one.fund: one.amount for one in positions.realised(world.village, YEAR + 1)} == {
        "6.1.1.01DDS": 500, "6.1.1.01ADD": 220
    }  # fmt: skip
    for year in (YEAR, YEAR + 1):
        assert len({*positions.surplus(world.village, date(year, 12, 31))}) == 1
    assert positions.surplus(world.village, date(YEAR, 12, 31)) == (720, 720)
    with told("opening_not_first"):
        carry(world)
    with told("entry_in_the_future"):
        carry(world, year=YEAR + 2)
    assert [*positions.differences(world.village)] == []


def test_a_closing_by_sql_is_whole(world: World) -> None:
    world.receive(500)
    world.pay(100)
    day = {"kind": "closing", "date": date(YEAR, 12, 31)}
    income, spent = raw_line("D", 500, DDS_IN, line=None), raw_line("C", 100, ROAD, line=None)
    for lines in (
        (income, raw("C", 500, "3.1.2")),
        (income, raw_line("C", 99, ROAD, line=None), raw("C", 401, "3.1.2")),
        (income, raw_line("C", 100, ROAD, line=None, fund="ADD"), raw("C", 400, "3.1.2")),
    ):
        with refused("closing_differs"):
            world.stored(*lines, **day)
    with refused("line_of_no_budget"):
        world.stored(raw_line("D", 500, DDS_IN), spent, raw("C", 400, "3.1.2"), **day)
    world.stored(income, spent, raw("C", 400, "3.1.2"), **day)
    connection.check_constraints()


def test_an_opening_by_sql_differs_in_nothing(world: World) -> None:
    world.receive(500)
    budget(world, YEAR + 1, enacted=False)
    lines = (raw_bank("D", 500), raw_line("C", 500, BROUGHT))
    with refused("year_before_is_open"):
        opened(world, lines)
    close(world)
    with refused("opening_differs"):
        opened(world, (raw_bank("D", 499), raw_line("C", 499, BROUGHT)))
    with refused("opening_differs"):
        opened(world, (raw_bank("D", 500, "ADD"), raw_line("C", 500, BROUGHT)))
    opened(world, lines)
    connection.check_constraints()


def opened(world: World, lines: tuple[dict[str, Any], ...]) -> None:
    """Store an opening of the next year by plain SQL."""
    year = YEAR + 1
    place = world.entry("opening", lines=lines, year=year, date=date(year, 1, 1))
    of_entry = {**world.of_village, "year": year, "place": place}
    insert("line", [{**of_entry, "no": no, **one} for no, one in enumerate(lines, 1)])


def test_books_begin_with_what_was_counted(world: World) -> None:
    carry(world, (bank(70), box(5), Item(Decimal(3), "7.1.1", "DDS", tax="ppn")), YEAR)
    assert positions.surplus(world.village, date(YEAR, 1, 1)) == (72, 72)
    with told("opening_not_first"):
        carry(world, (bank(70),), YEAR)


def test_an_opening_that_was_wrong_is_taken_back_before_anything_else(world: World) -> None:
    wrong = carry(world, (bank(70),), YEAR)
    operations.reverse(
        by=world.who("secretary"), village=world.village, year=YEAR, place=wrong.place, reason="Salah", now=NOW
    )
    carry(world, (bank(80),), YEAR)
    assert positions.surplus(world.village, date(YEAR, 12, 31)) == (80, 80)


def test_an_opening_stays_once_anything_else_is_booked(world: World) -> None:
    place = carry(world, (bank(70),), YEAR).place
    world.receive(5)
    secretary = world.who("secretary")
    with told("opening_is_built_on"):
        operations.reverse(by=secretary, village=world.village, year=YEAR, place=place, reason="Salah", now=NOW)
    world.receive(5)


def test_no_year_begins_before_one_that_was_begun(world: World) -> None:
    def may_open() -> bool:
        return years.year_of_books(world.village, YEAR, scope=world.who("treasurer"), now=NOW).may_open

    assert may_open()
    carry(world, (bank(70),), YEAR + 1)
    assert not may_open()
    with told("later_year_is_begun"):
        carry(world, (bank(50),), YEAR)
    with told("later_year_is_begun"):
        world.receive(50)


def test_an_opening_that_differs_from_the_year_before_is_told(world: World) -> None:
    world.receive(500)
    close(world)
    carry(world)
    assert [*positions.differences(world.village)] == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL session_replication_role = replica;"
            f" UPDATE villagefinance_line SET amount = 499 WHERE year = {YEAR + 1};"
            " SET LOCAL session_replication_role = origin"
        )
    found = [one for one in positions.differences(world.village) if one.rule == "opening"]
    assert [(one.year, one.kept, one.computed) for one in found] == [(YEAR + 1, "499.00", "500.00")]


def test_an_opening_comes_before_everything_else(world: World) -> None:
    world.receive(5)
    with told("opening_not_first"):
        carry(world, (bank(70),), YEAR)


def test_there_must_be_something_to_carry(world: World) -> None:
    with pytest.raises(NothingToCarry):
        close(world)
    with pytest.raises(NothingToCarry):
        carry(world)
    with pytest.raises(NotOver):
        operations.close_year(by=world.who("secretary"), village=world.village, year=2026, now=NOW)


def test_what_is_counted_does_not_change_what_the_year_before_left(world: World) -> None:
    world.receive(500)
    close(world)
    with told("opening_differs"):
        carry(world, (bank(400),))
    carry(world, (bank(500),))


def test_a_person_is_the_same_by_a_token(world: World) -> None:
    """Who asked does not open, who made does not take back, whatever they act by."""
    given = {"village": world.village, "year": YEAR, "now": NOW}
    secretary, head = world.who("secretary"), world.who("head")
    token = Standing(
        Actor("token", "70", Signature("Aplikasi", "token:70")), head.memberships + secretary.memberships, owner=2
    )
    operations.close_month(by=world.who("treasurer"), month=3, **given)
    operations.ask_reopening(by=secretary, month=3, reason="Uji", **given)
    with told("period_reopened_by_two_with_a_reason"):
        operations.reopen_month(by=token, month=3, **given)
    operations.reopen_month(by=head, month=3, **given)
    place = world.book(Kind.RECEIPT, bank(5), item(5, DDS_IN), maker=secretary.actor.name, checker="").place
    with pytest.raises(NotAllowed):
        operations.reverse(by=token, place=place, reason="Uji", **given)
    assert operations.reverse(by=world.who("second"), place=place, reason="Uji", **given).number == 1
