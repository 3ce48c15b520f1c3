"""A mistyped number of a receipt of the state (NTPN): corrected by two people, free for the village whose it is."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.utils import Error as DatabaseError
from django.utils import timezone

from kit.worlds import once
from pilar.people.models import Notice
from pilar.people.rules import NotAllowed, NotFound
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import NtpnChange, Remittance, Withholding
from pilar.villagefinance.queries.papers import taxes
from pilar.villagefinance.queries.taxes import remitted
from pilar.villagefinance.rules.taxes import PaymentKind
from villagefinance import accounts, ntpn
from villagefinance.ntpn import RIGHT, WRONG
from villagefinance.payments import approved, bill, faults, pay, remit
from villagefinance.test_payment_pages import NOW as JUNE
from villagefinance.test_payment_pages import client_of, page, said
from villagefinance.world import VILLAGE, YEAR, World

pytestmark = pytest.mark.django_db
THIRD = "0123456789ABCDEH"


@once
def paid(world: World) -> World:
    """Two payments whose tax was remitted, the first under a wrong number."""
    ntpn.remitted(world)
    pay(world, approved(world, bill(11_100_000, kind=PaymentKind.GOODS)))
    remit(world, "pph22", [(YEAR, 2, 1)], THIRD)
    return world


def ask(world: World, *given: str) -> int:
    return ntpn.ask(world, world.who("treasurer"), *given)


def confirm(world: World, no: int, who: str = "secretary") -> None:
    ntpn.confirm(world, world.who(who), no)


def test_two_people_correct_it_and_what_was_entered_stays_on_record(paid: World) -> None:
    first, second = ask(paid, "0" * 16), ask(paid)
    for who, error in (("treasurer", NotAllowed), ("sister", NotFound)):
        with pytest.raises(error):
            confirm(paid, second, who)
    with pytest.raises(do.ChangeElsewhere):
        confirm(paid, first)
    assert Remittance.objects.filter(**paid.of_village, ntpn=WRONG).exists()
    confirm(paid, second)
    with pytest.raises(do.ChangeElsewhere):
        confirm(paid, second)
    assert not Remittance.objects.filter(ntpn=WRONG).exists()
    assert Withholding.objects.get(**paid.of_village, request=1).ntpn == RIGHT
    (_third, one) = sorted(remitted(paid.village, scope=paid.who("head")), key=lambda one: -len(one.was))[::-1]
    assert (one.ntpn, one.was) == (RIGHT, (WRONG,))
    assert {row.ntpn for row in taxes(paid.village, YEAR, scope=paid.who("head"))} == {RIGHT, THIRD}
    confirm(paid, ask(paid, WRONG, RIGHT))  # and back, where the correction was wrong
    assert Withholding.objects.get(**paid.of_village, request=1).ntpn == WRONG


def test_bad_numbers_and_those_of_others_are_told(paid: World) -> None:
    for number, code in (("1", "unfit-ntpn"), (WRONG, "same-ntpn"), (THIRD, "ntpn-known")):
        with faults(code):
            ask(paid, number)
    with pytest.raises(NotFound):
        ask(paid, THIRD, RIGHT)


def test_why_a_number_does_not_count_stands_where_the_tax_stands(paid: World) -> None:
    do.drop_ntpn(by=paid.who("secretary"), village=VILLAGE, no=ask(paid), reason="Di bukti tertulis lain", now=JUNE)
    confirm(paid, ask(paid, "0" * 16))
    for who in ("treasurer", "inspectorate"):
        shown = said(client_of(paid, who).get(page("taxes")))
        assert f"{RIGHT} tidak dihitung (Sekretaris: Di bukti tertulis lain)" in shown, who


def test_the_freed_number_is_entered_for_the_payment_whose_it_is(paid: World) -> None:
    pay(paid, approved(paid, bill(11_100_000, kind=PaymentKind.GOODS)))
    with faults("ntpn-known"):
        remit(paid, "pph22", [(YEAR, 3, 1)], WRONG)
    confirm(paid, ask(paid))
    remit(paid, "pph22", [(YEAR, 3, 1)], WRONG)
    with faults("ntpn-known"):
        ask(paid, RIGHT)


def test_who_confirms_it_is_told(paid: World) -> None:
    secretary, waiting = (
        accounts.account("secretary").pk,
        Notice.objects.filter(kind=do.renumbering.TARGET, done_at=None),
    )
    for correct in ("0" * 16, RIGHT):
        no = ask(paid, correct)
        assert [(one.user_id, one.subject) for one in waiting.all()] == [
            (secretary, f"villagefinance.ntpn:{VILLAGE}/{no}")
        ]
    confirm(paid, no, "head")
    assert not waiting.exists()


def test_a_number_that_is_entered_elsewhere_meanwhile_is_told(paid: World, monkeypatch: pytest.MonkeyPatch) -> None:
    no = ask(paid)
    pay(paid, approved(paid, bill(11_100_000, kind=PaymentKind.GOODS)))
    remit(paid, "pph22", [(YEAR, 3, 1)], RIGHT)
    monkeypatch.setattr(do.renumbering, "_require_free", lambda _village, _ntpn: None)  # as when it looked before
    with faults("ntpn-known"):
        confirm(paid, no)


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE villagefinance_remittance SET ntpn = '{RIGHT}' WHERE ntpn = '{WRONG}'",
        f"UPDATE villagefinance_remittance SET amount = amount + 1 WHERE ntpn = '{WRONG}'",
        f"DELETE FROM villagefinance_remittance WHERE ntpn = '{WRONG}'",
        f"UPDATE villagefinance_withholding SET ntpn = '{THIRD}' WHERE ntpn = '{WRONG}'",
        f"UPDATE villagefinance_withholding SET ntpn = NULL WHERE ntpn = '{WRONG}'",
        "UPDATE villagefinance_ntpnchange SET confirmed_by = asked_by, confirmed_at = now()",
    ],
)
def test_one_person_by_sql_does_not(paid: World, statement: str) -> None:
    ask(paid)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Remittance.objects.filter(ntpn=WRONG).exists()
    assert NtpnChange.objects.get().confirmed_at is None


def test_on_its_pages(paid: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: JUNE)
    treasurer, secretary = client_of(paid, "treasurer"), client_of(paid, "secretary")
    correct = page("correct-ntpn", WRONG)
    assert correct in said(treasurer.get(page("taxes")))
    assert correct not in said(secretary.get(page("taxes")))
    assert "16 huruf" in said(treasurer.post(correct, {"ntpn": "12"}), 422)
    assert treasurer.post(correct, {"ntpn": RIGHT})["Location"] == page("taxes")
    confirmed = page("confirm-ntpn", 1)
    assert confirmed in said(secretary.get(page("taxes")))
    assert f"Sahkan NTPN yang diperbaiki: {RIGHT}" in said(secretary.get(page("village")))
    assert "Sahkan NTPN" not in said(treasurer.get(page("village")))
    assert f'"{confirmed}"' not in said(treasurer.get(page("taxes")))
    assert secretary.post(confirmed)["Location"] == page("taxes")
    assert secretary.post(confirmed)["Location"] == page("taxes"), "a second click"
    assert client_of(paid, "head").post(confirmed).status_code == 409
    assert f"semula {WRONG}" in said(treasurer.get(page("taxes")))
    assert treasurer.post(correct, {"ntpn": RIGHT}).status_code == 404
