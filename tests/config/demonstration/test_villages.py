"""The made-up books of villages: there once, by the rules, proved by computing all of them again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone

from areas.places import load
from kit.worlds import once
from pilar.areas.reference import areas
from pilar.config import scenario, setup
from pilar.measures.models import Measure, Value
from pilar.people.rules import OPERATOR
from pilar.villagefinance.documents.siskeudes import import_workbook
from pilar.villagefinance.foreign import read_village_year
from pilar.villagefinance.models import (
    BankAccount,
    Book,
    BudgetVersion,
    Ceiling,
    Entry,
    PaymentRequest,
    Period,
    ReportStep,
)
from pilar.villagefinance.queries import lines, positions
from pilar.villagefinance.queries.oversight import late, unheard
from pilar.villagefinance.queries.siskeudes import our_year
from pilar.villagefinance.rules import journals
from pilar.villagefinance.rules.measures import CLOSED, DEFINITIONS, ENACTED, OPEN
from pilar.villagefinance.rules.siskeudes.differences import compare, doubts
from pilar.villagefinance.rules.siskeudes.records import execution as e
from villagefinance.ledgers import balances, bean_check, hledger

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
OWN = "36.03.01.2003"
BUDGET = re.compile("Income|Expenses|Equity:[0-9]+:6-")


@once
def made() -> datetime:
    load([one for one in areas() if one.code in ("36", "36.03") or one.code.startswith("36.03.")])
    setup.load_demo_accounts(password_of=lambda _email: "kata-sandi-contoh-2023")
    now = timezone.now()
    assert [scenario.play(name, now=now) for name in ("villages", "watched")] == [True, True]
    return now


def test_it_is_made_once(made: datetime) -> None:
    before = Entry.objects.count()
    assert not any(scenario.play(name, now=made) for name in ("villages", "watched"))
    assert Entry.objects.count() == before > 8 * 10


def test_every_village_has_books_and_ceilings_and_eight_a_whole_year(made: datetime) -> None:
    assert Book.objects.filter(region="36.03").count() == 246
    assert Ceiling.objects.filter(year=made.year - 1).values("village").distinct().count() == 246
    whole = Entry.objects.filter(year=made.year - 1, kind="closing").values_list("village", flat=True)
    if made.timetuple().tm_yday > 20:
        assert (len(whole), OWN in whole) == (8, True)
        assert Period.objects.filter(year=made.year - 1, act="closed").count() == 8 * 12
    assert BudgetVersion.objects.filter(year=made.year - 1, state="enacted").count() == 8
    if made.timetuple().tm_yday > 60:
        assert ReportStep.objects.filter(year=made.year - 1).count() == 8 * 3
        # Villages of which nothing is made up are not late.
        assert not late("36.03", made.year - 1, scope=OPERATOR, now=made)
        assert unheard("36.03", scope=OPERATOR) == 246 - 8


def test_its_books_are_whole(made: datetime) -> None:
    assert len(positions.books_begun()) == 8
    assert [one for village in positions.books_begun() for one in positions.differences(village)] == []
    for village in positions.books_begun():
        realised, held = positions.surplus(village, made.date().replace(month=12, day=31, year=made.year - 1))
        assert realised == held > 0, village


def test_programs_of_others_accept_its_books_and_come_to_the_same(made: datetime, tmp_path: Path) -> None:
    """Every year of every village with books; closings are left out of the sums, since positions know none."""
    for village in positions.books_begun():
        books, ours = lines.books(village, scope=OPERATOR), positions.balances(village)
        first, second = tmp_path / f"{village}.beancount", tmp_path / f"{village}.journal"
        first.write_text(journals.beancount(books, ours), encoding="utf-8")
        second.write_text(journals.hledger(books, ours), encoding="utf-8")
        assert bean_check(first) == (0, ""), village
        assert hledger("check", "--strict", "ordereddates", "-f", str(second)) == (0, ""), village
        _status, said = hledger("balance", "-f", str(second), "-O", "csv", "-N", "not:tag:^kind$=^closing$")
        realised = {
            (year, one.activity, one.account, one.fund): one.amount
            for year in {one.year for one in ours} for one in positions.realised(village, year)
        }  # fmt: skip
        found = {
            name: abs(amount)
            for name, amount in balances(said).items()
            if name.startswith(("Income", "Expenses")) or ":6-" in name
        }
        assert found == {
            journals.Balance(year, account, fund, activity, amount).name: amount
            for (year, activity, account, fund), amount in realised.items()
        }, village


def test_a_year_goes_to_siskeudes_and_comes_back_the_same(made: datetime) -> None:
    year = made.year - 1
    ours = our_year(OWN, year, scope=OPERATOR)
    again = read_village_year("buku.xlsx", import_workbook(ours))
    assert compare(again, ours).differences == ()
    assert [one for one in doubts(ours, accounts=(), activities=()) if one.code != "unknown-code"] == []
    spent = sum(one.amount for one in positions.realised(OWN, year) if one.account.startswith(("5", "6.2")))
    advances = {one.number for one in ours.of(e.Request) if one.kind == "UM"}
    paid = sum(one.amount for one in ours.of(e.Payment) if one.request not in advances)
    assert paid + sum(one.amount for one in ours.of(e.SettlementLine)) == spent > 0
    assert sum(one.amount for one in ours.of(e.Remittance)) > 0


def test_a_year_is_in_progress_in_the_village_with_example_accounts(made: datetime) -> None:
    entries = Entry.objects.filter(year=made.year)
    assert set(entries.values_list("village", flat=True)) <= {OWN}
    if made.month > 3:
        assert entries.filter(kind="receipt").exists()
        assert PaymentRequest.objects.filter(village=OWN, year=made.year, state="settled").exists()


def test_what_they_achieve_is_measured_and_marked_as_made_up(made: datetime) -> None:
    measured = Value.objects.filter(measure__region="36.03").values_list("measure__code", flat=True)
    assert {ENACTED, CLOSED, OPEN} <= set(measured)
    assert not Measure.objects.filter(code__in=DEFINITIONS, synthetic=False).exists()


def test_who_approves_is_neither_maker_nor_checker(made: datetime) -> None:
    for one in PaymentRequest.objects.filter(state="settled"):
        assert len({one.maker, one.checker, one.approver}) == 3


def test_everything_says_that_it_is_made_up(made: datetime) -> None:
    for texts in (
        Ceiling.objects.values_list("rule", flat=True), BudgetVersion.objects.values_list("rule_number", flat=True),
        PaymentRequest.objects.values_list("told", flat=True), PaymentRequest.objects.values_list("payee", flat=True),
        BankAccount.objects.values_list("bank", flat=True),
    ):  # fmt: skip
        assert all("contoh" in text.casefold() for text in texts if text)


def test_it_begins_in_any_month(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps of a year that has not come so far are left out."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 1, 2, tzinfo=UTC))
    load([one for one in areas() if one.code in ("36", "36.03") or one.code.startswith("36.03.")])
    setup.load_demo_accounts(password_of=lambda _email: "kata-sandi-contoh-2023")
    assert scenario.play("villages", now=datetime(2026, 1, 3, 3, tzinfo=UTC))
    assert not Entry.objects.filter(year=2026).exists()
    assert not Entry.objects.filter(kind="closing").exists()
    assert BudgetVersion.objects.filter(year=2025, state="enacted").count() == 8
