"""What is withheld: figures of the law's own examples, thresholds that splitting does not reach, due days."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.areas.reference import working_days
from pilar.villagefinance.reference import accounts, tax_rules
from pilar.villagefinance.rules.dated import NoRule
from pilar.villagefinance.rules.taxes import (
    BUILDER_NAMES,
    PAYMENT_NAMES,
    Builder,
    Payee,
    Payment,
    PaymentKind,
    due_on,
    withheld,
)

RULES = tax_rules(region="36.03", day=date(2026, 3, 2))
SHOP = Payee(numbered=True, taxable=True)
PERSON = Payee(numbered=True)
UNKNOWN = Payee(numbered=False)
SMALL_BUILDER = Payee(numbered=True, taxable=True, builder=Builder.SMALL)

PAYMENTS = st.builds(
    Payment,
    st.sampled_from(PaymentKind),
    st.decimals(min_value="0.01", max_value="9999999999", places=2),
    st.integers(1, 60),
)
PAYEES = st.builds(Payee, st.booleans(), st.booleans(), st.booleans(), st.sampled_from(Builder))


def taken(kind: str, gross: str, payee: Payee, *others: Payment, parts: int = 1) -> dict[str, str]:
    """Tax by kind, as far as there is any."""
    found = withheld(Payment(PaymentKind(kind), Decimal(gross), parts), payee, others, RULES)
    return {one.rule.kind: str(one.amount) for one in found if one.amount}


@pytest.mark.parametrize(("kind", "gross", "payee", "taxes"), [
    # The tax office's own example: goods of 4,000,000 and value added tax.
    ("goods", "4440000", SHOP, {"ppn": "440000", "pph22": "60000"}),
    ("goods", "8000000", PERSON, {"pph22": "120000"}),
    ("goods", "8000000", UNKNOWN, {"pph22": "240000"}),
    ("goods", "8000000", Payee(numbered=True, small=True), {"pph4_2": "40000"}),
    ("goods", "2000000", PERSON, {}),
    ("goods", "2000001", PERSON, {"pph22": "30000"}),
    # 2,000,000 before value added tax: that is due, the income tax is not.
    ("goods", "2220000", SHOP, {"ppn": "220000"}),
    ("service", "1000000", PERSON, {"pph23": "20000"}),
    ("service", "1000000", UNKNOWN, {"pph23": "40000"}),
    ("catering", "1100000", SHOP, {"local": "100000", "pph23": "20000"}),
    ("building", "111000000", SMALL_BUILDER, {"ppn": "11000000", "pph4_2": "1750000"}),
    ("building", "100000000", PERSON, {"pph4_2": "4000000"}),
    ("building", "100000000", Payee(numbered=True, builder=Builder.CERTIFIED), {"pph4_2": "2650000"}),
    ("building_design", "10000000", Payee(numbered=True, builder=Builder.SMALL), {"pph4_2": "350000"}),
    ("building_design", "10000000", PERSON, {"pph4_2": "600000"}),
    ("land_rent", "12000000", PERSON, {"pph4_2": "1200000"}),
    ("honorarium", "500000", PERSON, {"pph21": "25000"}),
    ("honorarium", "500000", UNKNOWN, {"pph21": "30000"}),
    ("salary", "5400000", PERSON, {}),
    ("salary", "6000000", PERSON, {"pph21": "45000"}),
    ("untaxed", "90000000", UNKNOWN, {}),
    # Rounded down.
    ("service", "1000049", PERSON, {"pph23": "20000"}),
])  # fmt: skip
def test_taxes(kind: str, gross: str, payee: Payee, taxes: dict[str, str]) -> None:
    assert taken(kind, gross, payee) == taxes


def test_days_of_work_are_looked_at_one_by_one() -> None:
    assert taken("wage", "4500000", PERSON, parts=10) == {}
    assert taken("wage", "5000000", PERSON, parts=10) == {"pph21": "25000"}


def test_a_threshold_is_not_reached_by_splitting() -> None:
    half = Payment(PaymentKind.GOODS, Decimal(1_500_000))
    assert taken("goods", "1500000", PERSON) == {}
    assert taken("goods", "1500000", PERSON, half) == {"pph22": "22500"}
    # What another kind of payment came to does not belong to it.
    assert taken("goods", "1500000", PERSON, Payment(PaymentKind.HONORARIUM, Decimal(9_000_000))) == {}


def test_what_is_small_says_why_nothing_is_taken() -> None:
    (found,) = withheld(Payment(PaymentKind.GOODS, Decimal(1_500_000)), PERSON, (), RULES)
    assert (found.exempt, found.amount, found.joined) == (True, 0, Decimal("1500000.00"))
    assert (found.rule.origin.rule, found.rule.origin.version, found.rule.origin.law[:9]) == ("goods", 1, "PMK 231/2")


@given(PAYMENTS, PAYEES, st.lists(PAYMENTS, max_size=4))
def test_never_more_than_is_paid(payment: Payment, payee: Payee, others: list[Payment]) -> None:
    found = withheld(payment, payee, others, RULES)
    assert all(one.amount >= 0 and one.amount == int(one.amount) for one in found)
    assert sum(one.amount for one in found) <= payment.gross
    assert all(one.amount <= one.base for one in found)


@given(PAYMENTS, PAYEES, st.decimals(min_value=0, max_value=10**9, places=2))
def test_more_is_withheld_of_more(payment: Payment, payee: Payee, more: Decimal) -> None:
    larger = Payment(payment.kind, payment.gross + more, payment.parts)
    pairs = zip(withheld(payment, payee, (), RULES), withheld(larger, payee, (), RULES), strict=True)
    assert all(one.amount <= other.amount for one, other in pairs)


@given(PAYMENTS, PAYEES, st.lists(PAYMENTS, max_size=4), PAYMENTS)
def test_others_never_lower_a_tax(payment: Payment, payee: Payee, others: list[Payment], one: Payment) -> None:
    without, with_it = withheld(payment, payee, others, RULES), withheld(payment, payee, [*others, one], RULES)
    assert all(before.amount <= after.amount for before, after in zip(without, with_it, strict=True))


@given(st.sampled_from(PaymentKind), st.lists(st.integers(1, 1_000_000), min_size=3, max_size=12), PAYEES)
def test_parts_of_a_large_purchase_are_all_taxed(kind: PaymentKind, amounts: list[int], payee: Payee) -> None:
    parts = [Payment(kind, Decimal(amount)) for amount in amounts]
    whole = withheld(Payment(kind, Decimal(sum(amounts))), payee, (), RULES)
    for at, part in enumerate(parts):
        found = withheld(part, payee, parts[:at] + parts[at + 1 :], RULES)
        for one, other in zip(found, whole, strict=True):
            assert one.exempt == other.exempt or not one.rule.joined


@given(st.dates(date(2025, 1, 1), date(2027, 10, 31)))
def test_due_days(paid: date) -> None:
    calendar = working_days("36.03")
    for kind in RULES.kinds.values():
        due = due_on(kind, paid, calendar)
        fifteenth = (paid.replace(day=1) + timedelta(days=32)).replace(day=15)
        assert calendar.is_working(due)
        assert due >= fifteenth
        assert not any(calendar.is_working(fifteenth + timedelta(days=one)) for one in range((due - fifteenth).days))


def test_data_are_whole() -> None:
    assert all(kind.account in accounts() for kind in RULES.kinds.values())
    assert ({*PAYMENT_NAMES}, {*BUILDER_NAMES}) == ({*PaymentKind}, {*Builder})
    taxed = {kind for rule in RULES.taxes for kind in rule.payments}
    assert {*PaymentKind} - taxed == {PaymentKind.UNTAXED}


def test_before_the_first_version_there_is_no_rule() -> None:
    with pytest.raises(NoRule) as refused:
        tax_rules(region="36.03", day=date(2024, 12, 31))
    assert refused.value.fields == {"rule": "pph4_2", "day": date(2024, 12, 31)}
