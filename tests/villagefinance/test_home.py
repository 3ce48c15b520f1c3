"""What waits for somebody on the home of a village and in the camat's queue, and what they are told of meanwhile."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from kit.worlds import once
from pilar.people.models import Notice
from pilar.people.queries.notices import row_of
from pilar.people.rules import SCHEDULE, NotAllowed
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import BudgetStep, BudgetVersion
from pilar.villagefinance.queries.suppliers import changes
from pilar.villagefinance.rules.requests import RequestState
from pilar.villagefinance.rules.taxes import PaymentKind
from villagefinance import accounts, drafting, flagged, payments
from villagefinance.bank import FEBRUARY, keep, statement
from villagefinance.drafting import AT, COMING
from villagefinance.payments import MILLION
from villagefinance.world import NOW, REGION, VILLAGE, YEAR, World

pytestmark = pytest.mark.django_db
AUTUMN = datetime(COMING - 1, 11, 3, 3, tzinfo=UTC)
Clock = Callable[[datetime], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


@once
def paying(world: World) -> World:
    payments.rich(world)
    return world


def shown(world: World, who: str, name: str = "village", *args: object) -> str:
    accounts.account(who).memberships.update(since=AUTUMN - timedelta(400))
    answer = accounts.client_of(world, who).get(reverse(f"villagefinance:{name}", args=args or [VILLAGE]))
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def waits(world: World, who: str) -> str:
    return shown(world, who).partition("Menunggu Anda")[2].partition("Tahap berikutnya")[0]


def test_next_years_budget_waits_in_this_year(world: World, at: Clock) -> None:
    drafting.draft(world)
    at(AUTUMN)
    page = {name: reverse(f"villagefinance:{name}", args=[*AT.values()]) for name in ("agree", "submit", "sheet")}
    assert (page["agree"] in waits(world, "council"), page["submit"] in waits(world, "head")) == (True, False)
    do.agree_budget(by=world.who("council"), **AT, minutes="BA 1", day=date(COMING - 1, 11, 1), now=AUTUMN)
    assert (page["agree"] in waits(world, "council"), page["submit"] in waits(world, "head")) == (False, True)
    assert page["sheet"] not in shown(world, "camat", "villages", REGION)
    do.submit_budget(by=world.who("head"), **AT, letter="141/1", now=AUTUMN)
    assert page["sheet"] in shown(world, "camat", "villages", REGION)
    assert page["sheet"] not in shown(world, "office", "villages", REGION)


def test_a_budget_that_is_enacted_waits_for_its_dpa_until_a_day(world: World, at: Clock) -> None:
    drafting.enact(world)
    at(drafting.DRAWN)
    assert BudgetVersion.objects.get(village=VILLAGE, year=COMING).rule_date == drafting.DAY
    # Three working days after 20 January to draft it, fifteen more to verify it.
    assert "13 Februari 2026" in waits(world, "secretary")
    at(drafting.DRAWN + timedelta(60))
    assert "Verifikasi DPA" in waits(world, "secretary").partition("Terlambat")[2]
    assert "Verifikasi DPA" in shown(world, "office", "late", REGION, COMING)
    step = {"region": REGION, "village": VILLAGE, "year": COMING, "no": 9, "act": "checked", "by": "user:2", "at": NOW}
    BudgetVersion.objects.create(region=REGION, village=VILLAGE, year=COMING, number=0, kind="interim")
    BudgetStep.objects.create(**step, version=0, day=drafting.DAY)  # of what is spent before the budget
    assert "Verifikasi DPA" in shown(world, "office", "late", REGION, COMING)
    BudgetStep.objects.create(**step, version=1, day=drafting.DAY)
    assert "Verifikasi DPA" not in shown(world, "office", "late", REGION, COMING)


def test_flags_numbers_tax_and_the_bank_wait_for_who_has_them(paying: World, at: Clock) -> None:
    at(NOW)
    before = {who: waits(paying, who) for who in ("head", "secretary", "treasurer", "executor")}
    flagged.flagged(paying)
    payments.pay(paying, payments.approved(paying, payments.bill(10 * MILLION, kind=PaymentKind.GOODS)))
    keep(paying, statement(0, FEBRUARY))
    do.save_supplier(by=paying.who("executor"), village=VILLAGE, given=do.NewSupplier("CV Batu"), now=NOW)
    number = do.NewNumber("BJB", "1", supplier=1)
    do.ask_account(by=paying.who("treasurer"), village=VILLAGE, given=number, now=NOW)
    words = {
        "Jawab 1 peringatan": {"head", "secretary", "treasurer"},
        "Setorkan PPh Pasal 22": {"treasurer"},
        "Sahkan nomor rekening CV Batu": {"head", "secretary"},
        "Cocokkan rekening koran RKD": {"secretary", "treasurer"},
        "3 mutasi belum dipasangkan": {"secretary", "treasurer"},
    }
    after = {who: waits(paying, who) for who in before}
    for said, whose in words.items():
        assert {who for who in after if said in after[who]} == whose, said
        assert not any(said in text for text in before.values())
    # Withheld in March, owed since April: the tax and the advance of last year are late in this one, for everybody.
    assert "Penyetoran PPh Pasal 22" in after["executor"].partition("Terlambat")[2]
    assert "Laporan kaur keuangan" in after["executor"]


def test_each_hand_of_a_payment_is_told_and_the_last_notice_is_done(paying: World) -> None:
    secretary, head, treasurer = (accounts.account(who).pk for who in ("secretary", "head", "treasurer"))
    executor = paying.who("executor").account

    def told(state: str) -> set[int | None]:
        found = {(one.user_id, one.kind.rpartition("-")[2]) for one in Notice.objects.filter(done_at=None)}
        assert {kind for _user, kind in found} <= {state, "villagefinance.tax", "settled"}
        return {user for user, kind in found if kind == state}

    number = payments.write(paying, payments.bill(10 * MILLION, kind=PaymentKind.GOODS))
    assert told("draft") == set()
    payments.move(paying, number, RequestState.SUBMITTED, "executor")
    assert told("submitted") == {secretary}
    payments.move(paying, number, RequestState.RETURNED, "secretary", reason="Nota kabur")
    assert told("returned") == {executor}
    payments.move(paying, number, RequestState.SUBMITTED, "executor")
    payments.move(paying, number, RequestState.CHECKED, "secretary")
    assert told("checked") == {head}
    payments.move(paying, number, RequestState.APPROVED, "head")
    assert told("approved") == {treasurer}
    payments.pay(paying, number)
    assert told("settled") == {executor}
    assert told("villagefinance.tax") == {treasurer}
    tax = Notice.objects.get(kind="villagefinance.tax")
    assert tax.address == reverse("villagefinance:taxes", args=[VILLAGE])
    for language, title in (("id", "PPh Pasal 22"), ("en", "Income tax on goods (PPh 22)")):
        with override(language):
            assert row_of(tax).text.endswith(f": {title}")
    assert tax.deadline == datetime(YEAR, 4, 15, 17, tzinfo=UTC)
    payments.remit(paying, "pph22", [(YEAR, number, 1)])
    assert told("villagefinance.tax") == set()


def test_an_advance_is_told_with_its_last_day_until_it_is_accounted_for(paying: World) -> None:
    secretary, executor = accounts.account("secretary").pk, paying.who("executor").account
    number = payments.approved(paying, payments.bill(10 * MILLION), kind=payments.ADVANCE)
    payments.pay(paying, number)
    notice = Notice.objects.get(user=executor, kind="villagefinance.request-paid")
    assert (notice.deadline, notice.needs_action) == (datetime(YEAR, 3, 26, 17, tzinfo=UTC), True)
    payments.account(paying, number, payments.bill(10 * MILLION))
    notice.refresh_from_db()
    assert notice.done_at is not None
    assert {*Notice.objects.filter(done_at=None).values_list("user", "kind")} == {
        (secretary, "villagefinance.request-accounted")
    }
    payments.settle(paying, number)
    open_ones = Notice.objects.filter(done_at=None)
    assert {*open_ones.values_list("user", "kind")} == {(executor, "villagefinance.request-settled")}
    assert not open_ones.get().needs_action


def test_who_confirms_a_number_is_told(paying: World) -> None:
    whose = {accounts.account(who).pk for who in ("secretary", "head")}
    do.save_supplier(by=paying.who("executor"), village=VILLAGE, given=do.NewSupplier("CV Batu"), now=NOW)
    number = do.NewNumber("BJB", "1", supplier=1)
    do.ask_account(by=paying.who("treasurer"), village=VILLAGE, given=number, now=NOW)
    rows = Notice.objects.filter(kind="villagefinance.account", done_at=None)
    assert {*rows.values_list("user", flat=True)} == whose
    do.confirm_account(by=paying.who("head"), village=VILLAGE, no=1, now=NOW + timedelta(2))
    assert not rows.exists()


def test_a_number_is_taken_back_or_refused_and_never_counts(paying: World) -> None:
    accounts.account("head")
    do.save_supplier(by=paying.who("executor"), village=VILLAGE, given=do.NewSupplier("CV Batu"), now=NOW)
    waiting, of = Notice.objects.filter(kind="villagefinance.account", done_at=None), {"village": VILLAGE, "now": NOW}
    for number, who in (("1", "treasurer"), ("2", "head")):
        no = do.ask_account(by=paying.who("treasurer"), given=do.NewNumber("BJB", number, supplier=1), **of)
        assert waiting.count() == 1
        with pytest.raises(NotAllowed):
            do.drop_account(by=paying.who("executor"), no=no, **of)
        do.drop_account(by=paying.who(who), no=no, **of)
        assert (waiting.count(), changes(VILLAGE, scope=paying.who("head"))) == (0, ())
        for again in (do.drop_account, do.confirm_account):
            with pytest.raises(do.ChangeElsewhere):
                again(by=paying.who("head"), no=no, village=VILLAGE, now=NOW + timedelta(2))
    do.ask_account(by=paying.who("treasurer"), given=do.NewNumber("BJB", "3", supplier=1), **of)
    do.ask_account(by=paying.who("treasurer"), given=do.NewNumber("BJB", "4", supplier=1), **of)
    assert [one.subject for one in waiting] == [f"villagefinance.account:{VILLAGE}/4"]


def test_the_inspectorate_is_told_of_what_was_answered_and_of_what_was_not_in_time(world: World) -> None:
    head, inspectorate = accounts.account("head").pk, accounts.account("inspectorate").pk
    flagged.flagged(world)
    notice = Notice.objects.get(user=head, kind="villagefinance.flag")
    assert (notice.needs_action, notice.deadline) == (True, datetime(2026, 2, 3, 17, tzinfo=UTC))
    do.watch_books(by=SCHEDULE, now=NOW + timedelta(30))
    told = Notice.objects.filter(user=inspectorate)
    assert told.get().kind == "villagefinance.flag-told"
    later = NOW + timedelta(31)
    do.answer_flag(by=world.who("head"), village=VILLAGE, year=YEAR, number=1, reply="Benar", now=later)
    assert told.count() == 2
    notice.refresh_from_db()
    assert notice.done_at == later
