"""Which movements of the bank are which of the books, and what stands between the two at the end of a month."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, count, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.villagefinance.rules.statements.matching import WINDOW, Match, Movement, Reason, judge, proposals
from pilar.villagefinance.rules.statements.reconciling import Accepted, Age, ageing, reconcile

DAY = dt.date(2026, 3, 10)


def move(key: int, amount: int | str, days: int = 0, text: str = "", number: str = "", name: str = "") -> Movement:
    return Movement(key, DAY + dt.timedelta(days), Decimal(amount), text, number, name)


def pairs(found: Sequence[Match]) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    return {(one.bank, one.books) for one in found}


def test_the_same_amount_on_the_same_day_is_proposed_with_its_reason() -> None:
    (one,) = proposals([move(1, -500)], [move(9, -500)])
    assert (one.bank, one.books, one.reasons, one.rivals) == ((1,), (9,), (Reason.SAME_DAY,), False)


@pytest.mark.parametrize(("bank", "books"), [
    (move(1, -500), move(9, 500)), (move(1, -500), move(9, "-500.01")), (move(1, -500, 11), move(9, -500)),
    (move(1, -500, -4), move(9, -500)),
])  # fmt: skip
def test_another_amount_or_a_far_day_is_none(bank: Movement, books: Movement) -> None:
    assert proposals([bank], [books]) == ()


@pytest.mark.parametrize(("number", "text", "named"), [
    ("0012/SPP/2026", "TRF SPP 12 2026 TOKO", True), ("0012/SPP/2026", "bayar 12-spp-2026.", True),
    ("REF778", "transfer ref778 ke toko", True), ("0012/SPP/2026", "TRF SPP 13 2026", False),
    ("SPP", "TRF SPP", False), ("7", "TRF 7", False), ("", "TRF", False),
])  # fmt: skip
def test_a_number_is_known_with_other_strokes_and_without_zeros(number: str, text: str, named: bool) -> None:
    """On whichever side it stands."""
    for found in (
        judge(move(1, 5, text=text), move(9, 5, number=number)),
        judge(move(1, 5, number=number), move(9, 5, text=text)),
    ):
        assert found is not None
        assert (Reason.NUMBER in found[1]) is named


@pytest.mark.parametrize(("name", "text", "alike"), [
    ("CV Maju Jaya Abadi", "TRF E-BANKING CV MAJU JAYA ABA", True), ("Siti Aminah", "SETOR AMINAH SITI", True),
    ("Toko Maju", "TOKO ABADI", False), ("Budi", "BAYAR LISTRIK", False), ("", "APA SAJA", False),
])  # fmt: skip
def test_names_are_alike_cut_off_and_turned(name: str, text: str, alike: bool) -> None:
    found = judge(move(1, 5, text=text), move(9, 5, name=name))
    assert found is not None
    assert (Reason.NAME in found[1]) is alike


def test_a_number_outweighs_a_nearer_day() -> None:
    bank = [move(1, -100, 2, text="SPP 0007")]
    books = [move(8, -100, 2), move(9, -100, number="SPP/0007")]
    assert pairs(proposals(bank, books)) == {((1,), (9,))}


def test_the_best_total_is_taken_rather_than_the_best_pair() -> None:
    """Bank 1 fits both, bank 2 only the first: taking the nearest for bank 1 would leave bank 2 alone."""
    bank = [move(1, -100, 3), move(2, -100, 9)]
    books = [move(8, -100, 3), move(9, -100, -6)]
    assert pairs(proposals(bank, books)) == {((1,), (9,)), ((2,), (8,))}


def test_equal_candidates_are_marked_as_rivals() -> None:
    found = proposals([move(1, -100)], [move(8, -100), move(9, -100)])
    assert [(one.books, one.rivals) for one in found] == [((8,), True)]


def test_a_withdrawal_that_the_bank_merged_is_several_of_the_books() -> None:
    bank = [move(1, -600, 1)]
    books = [move(7, -100), move(8, -200), move(9, -300), move(6, -50)]
    (one,) = proposals(bank, books)
    assert (one.bank, one.books, one.rivals) == ((1,), (7, 8, 9), False)
    assert one.reasons[0] is Reason.SUM


def test_a_payment_that_the_bank_split_is_one_of_the_books() -> None:
    assert pairs(proposals([move(1, -2_500), move(2, -97_500)], [move(9, -100_000)])) == {((1, 2), (9,))}


def test_sums_that_come_about_in_two_ways_are_rivals() -> None:
    (one,) = proposals([move(1, -300)], [move(6, -100), move(7, -200), move(8, -140), move(9, -160)])
    assert one.rivals


def test_hundreds_of_open_movements_are_tried_in_bounds() -> None:
    bank = [move(key, -1_000_003 - key) for key in range(100)]
    books = [move(key, -97 - 2 * key) for key in range(200)]
    assert all(one.score for one in proposals(bank, books))


MOVES = st.builds(
    lambda amount, days, text, number: (amount, days, text, number),
    st.sampled_from([-300, -200, -100, 100, 250]), st.integers(0, 12),
    st.sampled_from(["", "SPP 0007", "TOKO MAJU"]), st.sampled_from(["", "SPP/0007"]),
)  # fmt: skip
SIDES = st.lists(MOVES, max_size=7).map(
    lambda some: [move(key, amount, days, text, number) for key, (amount, days, text, number) in enumerate(some)]
)


@given(SIDES, SIDES)
def test_each_movement_is_in_one_proposal_at_most_and_sums_are_equal(
    bank: list[Movement], books: list[Movement]
) -> None:
    found = proposals(bank, books)
    for side, keys in (
        ("bank", [key for one in found for key in one.bank]),
        ("books", [k for o in found for k in o.books]),
    ):
        assert max(Counter(keys).values(), default=0) <= 1, side
    for one in found:
        assert min(len(one.bank), len(one.books)) == 1
        assert sum(bank[key].amount for key in one.bank) == sum(books[key].amount for key in one.books)
        assert all(judge(bank[a], books[b]) for a in one.bank for b in one.books)
    assert proposals(bank[::-1], books[::-1]) == found


@given(SIDES.map(lambda some: some[:5]), SIDES.map(lambda some: some[:5]))
def test_no_other_pairing_is_better(bank: list[Movement], books: list[Movement]) -> None:
    """As many pairs as there can be, and of these the best total; tried against all of them."""
    scores = {(a.key, b.key): said[0] for a in bank for b in books if a.amount == b.amount and (said := judge(a, b))}
    best = (0, 0)
    for size in range(1, min(len(bank), len(books)) + 1):
        for some in combinations(range(len(bank)), size):
            for others in permutations(range(len(books)), size):
                chosen = [scores.get(pair) for pair in zip(some, others, strict=True)]
                if None not in chosen:
                    best = max(best, (size, sum(filter(None, chosen))))
    taken = [one for one in proposals(bank, books) if len(one.bank) == len(one.books) == 1]
    assert (len(taken), sum(one.score for one in taken)) == best


# The end of a month


def test_the_sheet_of_a_month_says_what_stands_between() -> None:
    """The bank has a fee that nobody booked, the books a payment that came in April."""
    bank = [move(1, 1_000), move(2, -15, 5), move(3, -200, 25)]
    books = [move(7, 1_000), move(8, -200, 20)]
    sheet = reconcile(
        dt.date(2026, 3, 31), bank_balance=Decimal(985), book_balance=Decimal(800), bank=bank, books=books,
        accepted=[Accepted((1,), (7,)), Accepted((3,), (8,))],
    )  # fmt: skip
    assert [(one.bank, one.books, one.amount) for one in sheet.between] == [((2,), (), 15), ((), (8,), -200)]
    assert (sheet.awaited, sheet.unbooked, sheet.difference) == (-200, -15, 0)


def test_a_balance_that_nothing_explains_is_a_difference() -> None:
    sheet = reconcile(DAY, bank_balance=Decimal(5), book_balance=Decimal(3), bank=[], books=[], accepted=[])
    assert sheet.difference == 2


EVENTS = st.lists(
    st.tuples(st.integers(-500, 500).filter(bool), st.integers(0, 60), st.integers(-3, 10), st.sampled_from("bB-=")),
    max_size=12,
)


@given(EVENTS, st.integers(0, 75), st.integers(1, 3))
def test_bank_and_books_are_reconciled_on_any_day(
    events: list[tuple[int, int, int, str]], day: int, together: int
) -> None:
    """Whatever is booked late, never, or by one side alone, and however many are accepted as one."""
    keys = count(1)
    bank, books, accepted = [], [], []
    both = []
    for amount, at, late, kind in events:
        one, other = move(next(keys), amount, at + late), move(next(keys), amount, at)
        bank += [one] if kind != "b" else []
        books += [other] if kind != "B" else []
        if kind == "=":
            both.append((one.key, other.key))
    for at in range(0, len(both), together):
        some = both[at : at + together]
        accepted.append(Accepted(tuple(one for one, _ in some), tuple(other for _, other in some)))
    end = DAY + dt.timedelta(day)
    sheet = reconcile(
        end, bank_balance=sum((o.amount for o in bank if o.date <= end), Decimal(0)),
        book_balance=sum((o.amount for o in books if o.date <= end), Decimal(0)), bank=bank, books=books,
        accepted=accepted,
    )  # fmt: skip
    assert sheet.difference == 0
    assert sheet.bank + sheet.awaited + sheet.partly - sheet.unbooked == sheet.books


def test_what_is_open_is_counted_by_its_age() -> None:
    some = [move(1, -100, -3), move(2, 70, -31), move(3, -5, -90), move(4, -1, -91), move(5, 9, 1)]
    assert ageing(some, DAY) == (
        Age(7, 1, Decimal(0), Decimal(100)), Age(30, 0, Decimal(0), Decimal(0)), Age(60, 1, Decimal(70), Decimal(0)),
        Age(90, 1, Decimal(0), Decimal(5)), Age(None, 1, Decimal(0), Decimal(1)),
    )  # fmt: skip


def test_a_wider_window_reaches_further() -> None:
    assert proposals([move(1, 5, 20)], [move(9, 5)], replace(WINDOW, after=30))
