"""When a levy is paid, who names it, and what being late costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pilar.permits.reference.interest import late_interest
from pilar.permits.rules.levies import Account, Interest, Numbers, account, interest_on

RULE = Interest(Decimal(2), 24, "Perda", "https://contoh.invalid/")
DUE = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("paid", "owed"),
    [
        (date(2026, 3, 31), 0), (date(2026, 4, 1), 20_000), (date(2026, 4, 30), 20_000), (date(2026, 5, 31), 40_000),
        (date(2026, 6, 1), 60_000), (date(2036, 1, 1), 480_000), (date(2026, 1, 1), 0),
    ],
)  # fmt: skip
def test_each_month_that_has_begun_costs(paid: date, owed: int) -> None:
    assert interest_on(Decimal(1_000_000), RULE, DUE, paid) == owed


def test_it_is_rounded_half_up_to_whole_rupiah() -> None:
    assert interest_on(Decimal(1_025), RULE, DUE, date(2026, 4, 1)) == 21


def test_without_a_rule_nothing_is_owed() -> None:
    assert interest_on(Decimal(1_000_000), None, DUE, date(2030, 1, 1)) == 0
    assert late_interest("36.03", date(2026, 1, 1)) is None, "no rule of the regency was found"
    found = late_interest("63.05", date(2016, 1, 1))
    assert found is not None
    assert (found.percent, found.basis) == (2, "Perda Kabupaten Tapin 5/2016")
    assert late_interest("63.05", date(2015, 12, 31)) is None


ONE, TWO, LATE = date(2026, 3, 3), date(2026, 3, 10), date(2026, 4, 2)
MILLION = Decimal(1_000_000)


@pytest.mark.parametrize(
    ("paid", "found"),
    [
        ((), Account(Decimal(0), MILLION, None)),
        (((ONE, 400_000),), Account(Decimal(400_000), MILLION, None)),
        (((TWO, 600_000), (ONE, 400_000)), Account(MILLION, MILLION, TWO)),
        (((ONE, 1_000_000), (TWO, 5)), Account(Decimal(1_000_005), MILLION, ONE)),
        (((ONE, 1_200_000),), Account(Decimal(1_200_000), MILLION, ONE)),
        # Late for what was left alone: 2 % of 600,000.
        (((ONE, 400_000), (LATE, 600_000)), Account(MILLION, Decimal(1_012_000), None)),
        (((ONE, 400_000), (LATE, 612_000)), Account(Decimal(1_012_000), Decimal(1_012_000), LATE)),
    ],
)  # fmt: skip
def test_payments_settle_a_levy_together(paid: tuple[tuple[date, int], ...], found: Account) -> None:
    given = [(day, Decimal(one)) for day, one in paid]
    assert account(MILLION, RULE, DUE, given, LATE if LATE in dict(paid) else DUE) == found
    assert (found.left, found.over) == (max(found.owed - found.paid, 0), max(found.paid - found.owed, 0))


NUMBERS = ("SKRD-00001-36.03-2026", "SKRD-00011-36.03-2026", "SKRD-00001-36.03-2025")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TRSF SKRD-00001-36.03-2026 BUDI", NUMBERS[0]),
        ("trsf skrd 00011 3603 2026", NUMBERS[1]),
        ("SKRD/00001/36.03/2025", NUMBERS[2]),
        ("SKRD-00001-36.03-2026 SKRD-00011-36.03-2026", ""),
        ("SKRD-00002-36.03-2026", ""),
        ("", ""),
    ],
)
def test_a_payment_names_one_levy_or_none(text: str, found: str) -> None:
    assert Numbers(NUMBERS).named_in(text) == found


def test_the_longer_of_two_numbers_of_which_one_holds_the_other_counts() -> None:
    assert Numbers(("A-1", "A-10")).named_in("bayar A-10") == "A-10"
