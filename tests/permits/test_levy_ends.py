"""A levy whose case is withdrawn, sent back, objected to, or of a relative."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from kit.neighbours import own
from permits.test_case_pages import officer
from permits.test_issuing import refused
from permits.test_levies import NUMBER, PAID, SUM, payment, put, report
from permits.world import NIK, OWN, World
from pilar.permits import operations as do
from pilar.permits.models import Case, Levy, Payment
from pilar.permits.queries.levies import levies, levy_of, unmatched
from pilar.permits.rules.authority import OwnCase
from pilar.permits.rules.cases import CaseState
from pilar.permits.rules.levies import LevyElsewhere
from pilar.permits.rules.objections import About, ObjectionState

MUCH = SUM + 6_000


def refund(world: World, amount: Decimal, reference: str = "K1") -> None:
    do.refund_levy(
        by=world.who("treasury"), levy=own(Levy).get().pk, amount=amount, given_on=PAID.date(), reference=reference,
        now=PAID,
    )  # fmt: skip


def test_what_was_given_back_of_is_no_longer_taken_apart(levied: World) -> None:
    report(levied, payment(amount=MUCH))
    key, by = own(Payment).get().pk, levied.who("treasury")
    refund(levied, Decimal(6_000))
    with refused("given-back"):
        do.unmatch_payment(by=by, payment=key, reason="Milik permohonan lain", now=PAID)
    page = officer(levied, "treasury").get(reverse("permits:levy", args=[own(Levy).get().pk])).content.decode()
    assert reverse("permits:payment-unmatch", args=[own(Levy).get().pk, key]) not in page


def test_withdrawn_before_it_is_paid_it_is_void(levied: World) -> None:
    report(levied, payment("FT1", Decimal(24_000)))
    do.withdraw_case(by=levied.who("nurse"), case=levied.case, now=PAID)
    row = Levy.objects.get(case=levied.case)
    assert (row.state, row.reason) == ("void", "withdrawn")
    assert report(levied, payment("FT2", SUM)) == (1, 1), "what comes in later is known as this levy's, too"
    assert not unmatched(OWN, scope=levied.who("treasury"))
    found = levies(OWN, scope=levied.who("treasury"), now=PAID, state="overpaid")[0]
    assert (found.state, found.left, found.to_give_back) == ("void", 0, SUM + 24_000)
    with refused("not-that-much"):
        refund(levied, SUM + 24_001)
    refund(levied, SUM + 24_000)
    with pytest.raises(LevyElsewhere):
        refund(levied, Decimal(1), "K2")


def test_withdrawn_after_it_was_paid_all_of_it_can_be_given_back(levied: World) -> None:
    report(levied, payment())
    do.withdraw_case(by=levied.who("nurse"), case=levied.case, now=PAID)
    refund(levied, SUM)
    assert not levies(OWN, scope=levied.who("treasury"), now=PAID, state="overpaid")


def test_a_payment_of_a_case_that_is_over_holds_up_no_report(levied: World) -> None:
    Case.objects.filter(pk=levied.case).update(state=CaseState.WITHDRAWN, closed_at=PAID)  # as it was left before
    assert report(levied, payment(), payment("FT2", text="BUDI")) == (2, 0)
    for row in own(Payment):
        with pytest.raises(LevyElsewhere):
            do.match_payment(by=levied.who("treasury"), payment=row.pk, levy=NUMBER, now=PAID)


def test_sent_back_past_a_paid_levy_it_is_not_owed_again(levied: World) -> None:
    report(levied, payment())
    do.send_back(by=levied.who("back"), case=levied.case, stage="decide", to="check", reason="recheck", now=PAID)
    do.check_again(by=levied.who("front"), case=levied.case, stage="check", text="Benar", now=PAID)
    assert levied.open_stages() == {"levy"}
    answers = levied.row().answers
    Case.objects.filter(pk=levied.case).update(answers={**answers, "beds": 5})
    with refused("paid-less"):
        put(levied, now=PAID)
    Case.objects.filter(pk=levied.case).update(answers=answers)
    assert put(levied, now=PAID) == ""
    assert (levied.row().state, levied.open_stages()) == (CaseState.RUNNING, {"decide"})


def test_after_an_objection_was_upheld_all_of_it_can_be_given_back(levied: World) -> None:
    report(levied, payment())
    with pytest.raises(LevyElsewhere):
        refund(levied, SUM)
    key = do.file_objection(
        by=levied.who("nurse"), case=levied.case, about=About.LEVY, text="Hanya dua tempat tidur", now=PAID
    )
    do.answer_objection(by=levied.who("back"), objection=key, outcome=ObjectionState.UPHELD, answer="Benar", now=PAID)
    with refused("not-that-much"):
        refund(levied, SUM + 1)
    refund(levied, Decimal(32_000))
    found = levy_of(levied.case, now=PAID)
    assert found
    assert found.to_give_back == 32_000
    refund(levied, Decimal(32_000), "K2")
    with pytest.raises(LevyElsewhere):
        refund(levied, Decimal(1), "K3")


def test_who_is_a_relative_neither_matches_nor_gives_back(levied: World) -> None:
    report(levied, payment(amount=MUCH), payment("FT2", text="BUDI"))
    treasury = levied.who("treasury")
    do.declare_relative(by=treasury, identity=NIK, relation="spouse", now=PAID)
    with pytest.raises(OwnCase):
        refund(levied, Decimal(1_000))
    with pytest.raises(OwnCase):
        do.match_payment(by=treasury, payment=own(Payment).get(reference="FT2").pk, levy=NUMBER, now=PAID)
