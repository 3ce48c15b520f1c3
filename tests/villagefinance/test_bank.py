"""Statements that are kept, movements that are matched and released, and the sheet of a month from what is stored."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Faults, PilarError
from pilar.villagefinance import operations as do
from pilar.villagefinance.foreign import read_statements
from pilar.villagefinance.models import BankMatch, BankRow, BankStatement, MatchedLine, MatchedRow
from pilar.villagefinance.operations.statements import NothingNew, OtherAccount
from pilar.villagefinance.queries import statements as ask
from pilar.villagefinance.rules.refusals import Refused
from pilar.villagefinance.rules.statements.matching import Match
from villagefinance.bank import FEBRUARY, MARCH, accept, keep, opened, statement
from villagefinance.world import ACCOUNT, BOX, World, refused


def sheet(world: World, day: date = MARCH) -> Any:
    return ask.reconciliation(world.village, ACCOUNT, day, scope=world.who("head"))


@pytest.fixture
def booked(world: World) -> World:
    """The books have the transfer and the payment, the bank these and a fee."""
    world.receive(500)
    world.pay(100)
    assert keep(world, statement(0, FEBRUARY)) == 3
    return world


def test_what_is_kept_is_what_the_statement_says(booked: World) -> None:
    found = ask.kept_account(booked.village, ACCOUNT, scope=booked.who("head"))
    assert (found.first, found.last, found.opening, found.closing) == (date(2025, 2, 1), MARCH, 0, 398)
    assert [(row.number, row.date, row.amount, row.text) for row in BankRow.objects.order_by("number")] == [
        (1, date(2025, 2, 1), 500, "DANA DESA"), (2, date(2025, 3, 11), -100, "TRF TOKO"), (3, MARCH, -2, "BIAYA ADM"),
    ]  # fmt: skip
    assert BankStatement.objects.get().kept_by == "user:3"


def test_proposals_become_matches_and_the_month_is_reconciled(booked: World) -> None:
    work = opened(booked)
    assert [len(side) for side in (work.bank, work.books, work.proposals)] == [3, 2, 2]
    assert accept(booked, *work.proposals) == 2
    work = opened(booked)
    assert ([one.text for one in work.bank], work.books, work.proposals) == (["BIAYA ADM"], (), ())
    assert (work.bank_ages[0].until, work.bank_ages[0].count, work.bank_ages[0].went) == (7, 1, 2)
    found = sheet(booked).sheet
    assert (found.bank, found.books, found.unbooked, found.awaited, found.difference) == (398, 400, -2, 0, 0)


def test_a_match_over_the_end_of_a_month_stands_between_until_then(booked: World) -> None:
    accept(booked, *opened(booked).proposals)
    on_the_tenth = sheet(booked, date(2025, 3, 10)).sheet
    assert (on_the_tenth.bank, on_the_tenth.books, on_the_tenth.difference) == (500, 400, 0)
    assert [(one.amount, bool(one.bank), bool(one.books)) for one in on_the_tenth.between] == [(-100, False, True)]


def test_where_no_statement_reaches_there_is_no_sheet(booked: World) -> None:
    assert sheet(booked, date(2025, 4, 30)) is None
    assert sheet(booked, date(2025, 1, 31)) is None


def test_a_released_match_is_open_again(booked: World) -> None:
    accept(booked, *opened(booked).proposals)
    do.release_match(by=booked.who("secretary"), village=booked.village, bank_account=ACCOUNT, match=1)
    assert (BankMatch.objects.count(), MatchedRow.objects.count(), MatchedLine.objects.count()) == (1, 1, 1)
    assert len(opened(booked).proposals) == 1


def test_a_match_that_has_got_the_number_of_another_is_not_released_in_its_place(booked: World) -> None:
    one, other = opened(booked).proposals
    accept(booked, one)
    again = {"by": booked.who("secretary"), "village": booked.village, "bank_account": ACCOUNT, "match": 1, "of": one}
    do.release_match(**again)
    accept(booked, other)
    with pytest.raises(NotFound):
        do.release_match(**again)
    assert MatchedRow.objects.get().row == other.bank[0]


def test_who_does_not_read_numbers_of_accounts_reads_days_and_amounts(world: World) -> None:
    keep(world, statement(0, [(2, 1, 500, "01.02.2025 15.000.000 DARI 1234567890")]))
    for who, said in (("head", "1234567890"), ("camat", "…")):
        work = ask.open_movements(world.village, ACCOUNT, MARCH, scope=world.who(who))
        assert [one.text for one in work.bank] == [f"01.02.2025 15.000.000 DARI {said}"], who


def test_the_next_statement_follows_with_or_without_days_that_both_have(booked: World) -> None:
    april = [(4, 2, -50, "TRF"), (4, 30, -2, "BIAYA ADM")]
    overlapping = statement(400, [FEBRUARY[2], *april], last=date(2025, 4, 30), first=MARCH)
    assert keep(booked, overlapping) == 2
    may = statement(346, [(5, 31, -2, "BIAYA ADM")], last=date(2025, 5, 31), first=date(2025, 5, 1))
    assert keep(booked, may) == 1
    assert [row.number for row in BankRow.objects.order_by("number")] == [1, 2, 3, 4, 5, 6]
    assert [(one.opening, one.closing) for one in BankStatement.objects.order_by("number")] == [
        (0, 398), (398, 346), (346, 344),
    ]  # fmt: skip


def test_a_month_without_movements_is_kept_too(booked: World) -> None:
    assert keep(booked, statement(398, [], first=date(2025, 4, 1), last=date(2025, 4, 30))) == 0
    assert ask.kept_account(booked.village, ACCOUNT, scope=booked.who("head")).last == date(2025, 4, 30)


def test_a_statement_between_is_missed(booked: World) -> None:
    before = BankRow.objects.count()
    with pytest.raises(Faults) as refused:
        keep(booked, statement(300, [(5, 1, -50, "TRF")], last=date(2025, 5, 31), first=date(2025, 5, 1)))
    assert [one.code for one in refused.value.faults] == ["does-not-follow"]
    assert BankRow.objects.count() == before


def test_a_statement_that_tells_kept_days_otherwise_is_refused(booked: World) -> None:
    with pytest.raises(Faults):
        keep(booked, statement(400, [(3, 31, -2, "LAIN"), (4, 2, -50, "TRF")], first=MARCH))


def test_the_same_statement_twice_adds_nothing(booked: World) -> None:
    with pytest.raises(NothingNew):
        keep(booked, statement(0, FEBRUARY))


@pytest.mark.parametrize(("account", "error"), [("777", OtherAccount), ("0001", None), ("00-1", None)])
def test_the_number_of_the_account_is_compared(world: World, account: str, error: type[PilarError] | None) -> None:
    found = statement(0, FEBRUARY, account=account)
    if error is None:
        assert keep(world, found) == 3
    else:
        with pytest.raises(error):
            keep(world, found)


def test_a_cash_box_has_no_statement(world: World) -> None:
    with pytest.raises(NotFound):
        keep(world, statement(0, FEBRUARY), account=BOX)


@pytest.mark.parametrize(("who", "error"), [
    ("head", NotAllowed), ("executor", NotAllowed), ("office", NotAllowed), ("neighbour", NotFound),
    ("sister", NotFound), ("nobody", NotFound), ("public", NotFound),
])  # fmt: skip
def test_only_treasurer_and_secretary_keep_match_and_release(world: World, who: str, error: type[PilarError]) -> None:
    with pytest.raises(error):
        keep(world, statement(0, FEBRUARY), who)
    with pytest.raises(error):
        accept(world, who=who)
    with pytest.raises(error):
        do.release_match(by=world.who(who), village=world.village, bank_account=ACCOUNT, match=1)


@pytest.mark.parametrize("who", ["neighbour", "sister", "nobody", "public"])
def test_strangers_see_nothing(booked: World, who: str) -> None:
    for read in (
        lambda: ask.open_movements(booked.village, ACCOUNT, MARCH, scope=booked.who(who)),
        lambda: ask.reconciliation(booked.village, ACCOUNT, MARCH, scope=booked.who(who)),
    ):
        with pytest.raises(NotFound):
            read()


def test_what_headings_mean_is_said_once_for_all_statements_of_an_account(world: World) -> None:
    given: dict[str, Any] = {"by": world.who("treasurer"), "village": world.village, "bank_account": ACCOUNT}
    do.choose_columns(**given, columns={"Hari": "date", "Isi": "text", "Uang": "amount"})
    do.choose_columns(**given, columns={"Sisa": "balance", "Warna": "-", "isi": "-"})
    known = ask.kept_account(world.village, ACCOUNT, scope=world.who("head")).columns
    text = "Hari;Isi;Uang;Sisa;Warna\n03/11/2025;BAYAR;-250,50;749,50;biru\n"
    (found,) = read_statements("x.csv", text.encode(), chosen=known)
    assert [(row.amount, row.text) for row in found.rows] == [(Decimal("-250.50"), "")]


@pytest.mark.parametrize("columns", [{"Hari": "hari"}, {str(at): "date" for at in range(200)}])
def test_a_heading_means_a_column_of_a_statement(world: World, columns: dict[str, str]) -> None:
    with pytest.raises(Faults):
        do.choose_columns(by=world.who("treasurer"), village=world.village, bank_account=ACCOUNT, columns=columns)


# What the database refuses


def test_matches_that_do_not_come_to_the_same_are_refused_and_nothing_is_stored(booked: World) -> None:
    first, second = opened(booked).proposals
    with pytest.raises(Refused):
        accept(booked, Match(first.bank, second.books, 1, ()))
    assert not BankMatch.objects.exists()


@pytest.mark.parametrize("wrong", [{"no": 9}, {"place": 9}, {"year": 2026}, {"bank_account": BOX}])
def test_the_database_takes_no_line_that_is_not_in_the_books(booked: World, wrong: dict[str, int]) -> None:
    accept(booked, opened(booked).proposals[0])
    line = MatchedLine.objects.values().get()
    do.release_match(by=booked.who("secretary"), village=booked.village, bank_account=ACCOUNT, match=1)
    with refused("matched_line_unknown"):
        MatchedLine.objects.create(**line | wrong)


@pytest.mark.parametrize("side", ["bank", "books"])
def test_a_movement_is_in_one_match_alone(booked: World, side: str) -> None:
    one, other = opened(booked).proposals
    accept(booked, one)
    again = Match(one.bank, other.books, 1, ()) if side == "bank" else Match(other.bank, one.books, 1, ())
    with pytest.raises(Refused):
        accept(booked, again)
    assert BankMatch.objects.count() == 1


def test_a_line_of_another_account_is_no_part_of_a_match(booked: World) -> None:
    with pytest.raises(NotFound):
        accept(booked, Match((1,), (990_001,), 1, ()))
    with pytest.raises(Refused):
        accept(booked, Match((1,), (10_002,), 1, ()))


@pytest.mark.parametrize("change", [
    "UPDATE villagefinance_bankrow SET amount = 1", "DELETE FROM villagefinance_bankrow",
    "DELETE FROM villagefinance_bankstatement", "UPDATE villagefinance_matchedrow SET match = 9",
    "INSERT INTO villagefinance_bankrow VALUES ('36.03', '36.03.01.2001', 2, 9, 1, '2025-01-01', 0, '', '')",
    "INSERT INTO villagefinance_matchedrow (region, village, bank_account, row, match)"
    " VALUES ('36.03', '36.03.01.2001', 2, 3, 1); SET CONSTRAINTS ALL IMMEDIATE",
])  # fmt: skip
def test_plain_sql_is_refused_too(booked: World, change: str) -> None:
    accept(booked, *opened(booked).proposals)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_the_questions_do_not_grow_with_the_rows(booked: World, django_assert_num_queries: Any) -> None:
    rows = [(4, 1 + at // 10, -1 - at, f"TRF {at}") for at in range(250)]
    keep(booked, statement(398, rows, first=date(2025, 4, 1), last=date(2025, 4, 30)))
    with django_assert_num_queries(6):
        opened(booked)
    with django_assert_num_queries(7):
        sheet(booked)
