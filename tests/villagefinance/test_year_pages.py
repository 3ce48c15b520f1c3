"""The year of the books on its pages: opened, month by month closed and opened again, closed, gone on with."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from confirming import confirmed, seen
from kit.worlds import once
from pilar.people.models import Notice
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import Book, BudgetAmount, CarriedLine, CostItem, Entry, Period
from pilar.villagefinance.rules.budgets import BudgetKind
from pilar.villagefinance.rules.clocks import FIRST_YEAR, LAST_YEAR
from pilar.villagefinance.rules.journal import Kind
from villagefinance import accounts, drafting
from villagefinance.payments import approved, bill, pay, rich
from villagefinance.world import ACCOUNT, ADD_IN, BOX, NOW, REGION, ROAD, VILLAGE, YEAR, World, bank, budget, item, tax

pytestmark = pytest.mark.django_db
NEXT = YEAR + 1


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@once
def booked(world: World) -> World:
    """A year that is over: money of two funds, a road that was begun."""
    world.receive(900)
    world.book(Kind.RECEIPT, bank(300, "ADD"), item(300, ADD_IN))
    world.pay(100)
    return world


def page(name: str, *more: object) -> str:
    return reverse(f"villagefinance:{name}", args=[VILLAGE, *more])


def said(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, html.unescape(answer.content.decode())[-3000:]
    return html.unescape(answer.content.decode())


def client(world: World, who: str) -> Client:
    accounts.account(who).memberships.update(since=datetime(YEAR - 1, 6, 1, tzinfo=UTC))
    return accounts.client_of(world, who)


def waits(world: World, who: str, year: int = YEAR) -> str:
    """What of the year waits for somebody on the home of the village."""
    return said(client(world, who).get(page("village") + f"?tahun={year}")).partition("Versi anggaran")[0]


def test_a_month_is_closed_asked_for_and_opened_again_by_two(booked: World) -> None:
    treasurer, secretary, head = (client(booked, who) for who in ("treasurer", "secretary", "head"))
    close, ask, reopen = (page(name, YEAR, 3) for name in ("close-month", "ask-reopening", "reopen-month"))
    month = page("book", "umum", YEAR, 3)
    assert page("close-month", YEAR, 1) in waits(booked, "treasurer", NEXT)
    assert seen(secretary, ask) == ""
    assert head.get(reopen)["Location"] == month
    assert "saya tidak dapat membuka bulan ini kembali sendiri" in said(treasurer.get(close))
    assert confirmed(treasurer, close)["Location"] == month
    assert treasurer.get(close)["Location"] == month
    assert confirmed(secretary, ask, {"reason": " "}).status_code == 422
    assert confirmed(secretary, ask, {"reason": "Kuitansi tertinggal"})["Location"] == month
    assert secretary.get(ask)["Location"] == month
    notice = Notice.objects.filter(user=accounts.account("head"), kind="villagefinance.month")
    assert (notice.get().address, notice.get().done_at) == (reopen, None)
    assert "Kuitansi tertinggal" in waits(booked, "head", NEXT)
    assert "Kuitansi tertinggal" not in waits(booked, "treasurer", NEXT)
    shown = said(head.get(reopen))
    assert "Kuitansi tertinggal" in shown
    assert "Sekretaris" in shown
    assert confirmed(head, reopen)["Location"] == month
    assert head.get(reopen)["Location"] == month
    assert notice.get().done_at is not None
    assert [one.act for one in Period.objects.order_by("no")] == ["closed", "asked", "reopened"]
    year = said(head.get(page("year", YEAR)))
    assert "Kuitansi tertinggal" in year
    assert page("close-month", YEAR, 3) in said(treasurer.get(page("year", YEAR)))


def test_a_page_that_is_stale_acts_on_nothing(booked: World) -> None:
    treasurer = client(booked, "treasurer")
    close = page("close-month", YEAR, 3)
    shown = {"checked": seen(treasurer, close), "agreed": "on"}
    booked.pay(5)
    assert treasurer.post(close, shown).status_code == 409
    assert not Period.objects.exists()
    secretary, end = client(booked, "secretary"), page("close-year", YEAR)
    shown = {"checked": seen(secretary, end), "agreed": "on"}
    booked.pay(5)
    assert secretary.post(end, shown).status_code == 409
    assert not Entry.objects.filter(**booked.of_year, kind="closing").exists()


def test_an_entry_shows_what_it_says_and_is_taken_back_by_another(booked: World) -> None:
    secretary, treasurer = client(booked, "secretary"), client(booked, "treasurer")
    row = Entry.objects.get(**booked.of_year, kind="payment")
    at, reverse_ = page("entry", YEAR, row.place), page("reverse", YEAR, row.place)
    shown = said(secretary.get(at))
    for text in (row.hash, row.previous, "5.3.5.03", "2.3.10", "RKD", "SPP 1"):
        assert text in shown, text
    assert (reverse_ in shown, reverse_ in said(treasurer.get(at))) == (True, False)
    # Who keeps the books is told who takes it back.
    told = "Keliru? Sekretaris desa membalik di halaman ini"
    assert (told in shown, told in said(treasurer.get(at))) == (False, True)
    assert at in said(treasurer.get(page("book", "umum", YEAR, 3)))
    assert "Kredit: 5.3.5.03" in said(secretary.get(reverse_))
    assert confirmed(secretary, reverse_, {"reason": "Keliru"})["Location"] == at
    assert secretary.get(reverse_)["Location"] == at
    back = Entry.objects.get(**booked.of_year, kind="reversal")
    assert (back.reverses, back.told) == (row.place, "Keliru")
    assert page("entry", YEAR, back.place) in said(secretary.get(at))
    other = said(secretary.get(page("entry", YEAR, back.place)))
    assert at in other
    assert page("reverse", YEAR, back.place) not in other
    assert seen(secretary, page("reverse", YEAR, back.place)) == ""
    assert secretary.get(page("entry", YEAR, 99)).status_code == 404


def test_an_entry_of_a_request_leads_to_it(world: World) -> None:
    rich(world)
    pay(world, approved(world, bill(100_000_000)))
    place = Entry.objects.get(**world.of_year, kind="payment").place
    secretary = client(world, "secretary")
    shown = said(secretary.get(page("entry", YEAR, place)))
    for text in (page("request", YEAR, 1), "Kasi", "Sekretaris", "Kepala"):
        assert text in shown, text
    assert "SPP 1" in said(secretary.get(page("reverse", YEAR, place)))
    do.close_month(by=world.who("treasurer"), village=VILLAGE, year=YEAR, month=12, now=NOW)
    assert seen(secretary, page("reverse", YEAR, place)) == ""


def test_a_year_is_closed_and_the_next_one_goes_on_with_it(booked: World) -> None:
    secretary, treasurer = client(booked, "secretary"), client(booked, "treasurer")
    close, opened, year = page("close-year", YEAR), page("open-year", NEXT), page("year", YEAR)
    home, change = page("village") + f"?tahun={YEAR}", page("change", YEAR)
    assert close in waits(booked, "secretary", NEXT)
    assert close in said(secretary.get(year))
    assert change in said(secretary.get(home))
    shown = said(secretary.get(close))
    for text in ("Januari, Februari", "DDS: Rp800", "ADD: Rp300", "RKD (DDS): Rp800", "2.3.10", "Rp700"):
        assert text in shown, text
    assert seen(treasurer, opened) == ""
    chosen = {"carried": ["2.3.10/DDS"]}
    assert confirmed(secretary, close, {"carried": ["9.9.99/DDS"]}).status_code == 422
    # Of ADD less is left than is not spent.
    assert "Rp300" in said(confirmed(secretary, close, {"carried": ["1.1.03/ADD"]}), 422)
    assert confirmed(secretary, close, chosen)["Location"] == year
    assert secretary.get(close)["Location"] == year
    assert change not in said(secretary.get(home))
    assert [(one.line, one.amount) for one in CarriedLine.objects.filter(**booked.of_year)] == [(4, 700)]
    assert "2.3.10" in said(secretary.get(year))

    assert opened in waits(booked, "treasurer", NEXT)
    shown = said(treasurer.get(opened))
    assert "1.100" in shown.replace("800", "1.100")
    assert "RKD" in shown
    assert treasurer.post(opened, {"do": "save"})["Location"] == page("year", NEXT)
    assert treasurer.get(opened)["Location"] == page("year", NEXT)
    assert treasurer.post(opened, {"do": "save"})["Location"] == page("year", NEXT)
    assert Entry.objects.filter(**booked.of_village, year=NEXT).count() == 1

    assert page("begin", NEXT) in waits(booked, "secretary", NEXT)
    drafting.draft(booked, ())
    at = page("budget", NEXT, 1)
    assert at in waits(booked, "secretary", NEXT)
    assert page("take-over", NEXT, 1) in said(secretary.get(at))
    assert secretary.post(page("take-over", NEXT, 1))["Location"] == at
    assert secretary.post(page("take-over", NEXT, 1))["Location"] == at
    assert page("take-over", NEXT, 1) not in said(secretary.get(at))
    assert "DPAL" not in waits(booked, "secretary", NEXT)
    rows = BudgetAmount.objects.filter(**booked.of_village, year=NEXT).values_list("amount", flat=True)
    items = CostItem.objects.filter(**booked.of_village, year=NEXT).values_list("package", "amount")
    assert (sorted(rows), sorted(items)) == ([700, 700], [(f"DPAL {YEAR}", 700)] * 2)
    assert client(booked, "head").post(page("take-over", NEXT, 1)).status_code == 403


def test_a_shift_of_an_enacted_budget_takes_over_and_keeps_its_rules(booked: World) -> None:
    secretary = booked.who("secretary")
    do.close_year(by=secretary, village=VILLAGE, year=YEAR, carried=["2.3.10/DDS"], now=NOW)
    budget(booked, NEXT)
    do.open_year(by=booked.who("treasurer"), village=VILLAGE, year=NEXT, now=NOW)
    assert page("change", NEXT) in waits(booked, "secretary", NEXT)
    do.set_plan(by=secretary, village=VILLAGE, year=NEXT, given=[do.Planned("1.1.03", "Kantor", Decimal(1))])
    number = do.begin_change(by=secretary, village=VILLAGE, year=NEXT, kind=BudgetKind.SHIFT, now=NOW)
    assert do.take_over(by=secretary, village=VILLAGE, year=NEXT, number=number) == 1
    shown = said(client(booked, "secretary").get(page("sheet", NEXT, number)))
    for fault in ("perlukan perubahan APBDes", "tidak ada dalam RKPDes"):
        assert fault not in shown


def test_the_first_year_opens_with_what_was_counted(world: World) -> None:
    treasurer = client(world, "treasurer")
    at = page("open-year", YEAR)
    rows = [
        {"where": f"account:{ACCOUNT}", "fund": "DDS", "amount": "70.000"},
        {"where": f"account:{BOX}", "fund": "ADD", "amount": "5.000"},
        {"where": "tax:pph22", "fund": "DDS", "amount": "3.000"},
    ]

    def sent(do: str, of: list[dict[str, str]]) -> Any:
        fields = {f"held-{no}-{name}": value for no, row in enumerate(of) for name, value in row.items()}
        return treasurer.post(at, {"held-rows": len(of), "do": do, **fields})

    assert "held-0-amount" in said(treasurer.get(at))
    assert said(sent("add", rows)).count('name="held-3-amount"') == 1
    assert sent("save", [{**rows[0], "amount": "x"}]).status_code == 422
    shown = said(sent("look", rows))
    assert "67.000" in shown
    assert "PPh Pasal 22" in shown
    assert not Entry.objects.filter(**world.of_year).exists()
    assert sent("save", []).status_code == 409
    assert sent("save", rows)["Location"] == page("year", YEAR)
    lines = Entry.objects.get(**world.of_year, kind="opening")
    shown = said(treasurer.get(page("entry", YEAR, lines.place)))
    for text in ("70.000", "5.000", "3.000", "67.000", "PPh Pasal 22"):
        assert text in shown, text
    assert "pph22" not in shown


def test_what_is_not_taken_back_says_so_on_its_page(world: World) -> None:
    secretary = client(world, "secretary")
    opening = do.open_year(by=world.who("treasurer"), village=VILLAGE, year=YEAR, held=[bank(70)], now=NOW).place
    assert seen(secretary, page("reverse", YEAR, opening))
    world.book(Kind.PAYMENT, item(20, ROAD), bank(10), tax(10))
    paid = world.book(Kind.REMITTANCE, tax(10), bank(10)).place
    for place, text in ((opening, "Saldo awal"), (paid, "pemindahbukuan")):
        at = page("reverse", YEAR, place)
        assert seen(secretary, at) == ""
        assert text in said(secretary.get(at))


def test_the_office_begins_a_region_once(world: World) -> None:
    office, secretary = client(world, "office"), client(world, "secretary")
    at = reverse("villagefinance:begin-region", args=[REGION])
    listed = reverse("villagefinance:villages", args=[REGION])
    assert office.get(at)["Location"] == listed
    Book.objects.filter(region=REGION, entries=0).exclude(village=VILLAGE).delete()
    missing = 2
    assert at in said(office.get(listed))
    assert (secretary.get(at).status_code, client(world, "camat").get(at).status_code) == (404, 404)
    assert confirmed(office, at)["Location"] == listed
    assert Book.objects.filter(region=REGION).count() == missing + 1
    assert office.get(at)["Location"] == listed


def test_who_was_slower_is_shown_what_stands_now(world: World) -> None:
    drafting.draft(world)
    secretary, treasurer = client(world, "secretary"), client(world, "treasurer")
    at = page("lines", NEXT, 1, "2.3.10")

    def sign(reader: Client, where: str) -> str:
        return said(reader.get(where)).partition('name="sign" value="')[2].partition('"')[0]

    def sent(reader: Client, told: str, price: str, of: str) -> Any:
        row = {"account": "5.3.5.03", "fund": "DDS", "description": told, "volume": "1", "unit": "zak"}
        fields = {f"items-0-{name}": value for name, value in (row | {"unit_price": price}).items()}
        return reader.post(at, {"items-rows": 1, "do": "save", "sign": of, **fields})

    first = sign(secretary, at)
    assert sent(treasurer, "Semen", "75.000", first).status_code == 302
    assert sent(treasurer, "Semen", "75.000", first).status_code == 302
    shown = said(sent(secretary, "Pasir", "50.000", first), 409)
    assert "Semen" in shown
    assert "Pasir" in shown
    assert CostItem.objects.get(description="Semen").amount == 75_000
    again = shown.partition('name="sign" value="')[2].partition('"')[0]
    assert sent(secretary, "Pasir", "50.000", again).status_code == 302
    assert not CostItem.objects.filter(description="Semen").exists()


def test_months_and_plan_are_not_written_over_unseen(world: World) -> None:
    drafting.enact(world)
    treasurer = client(world, "treasurer")
    line = BudgetAmount.objects.filter(village=VILLAGE, year=NEXT, amount=10_000_000).order_by("line")[0].line
    at = page("months", NEXT, 1, line)
    months = {f"month{no}": "" for no in range(1, 13)}
    first = said(treasurer.get(at)).partition('name="sign" value="')[2].partition('"')[0]
    assert treasurer.post(at, months | {"month1": "10.000.000", "sign": first}).status_code == 302
    assert treasurer.post(at, months | {"month2": "10.000.000", "sign": first}).status_code == 409
    plan, secretary = page("plan", NEXT), client(world, "secretary")
    first = said(secretary.get(plan)).partition('name="sign" value="')[2].partition('"')[0]
    row = {"plan-rows": 1, "do": "save", "plan-0-activity": "2.3.10", "plan-0-told": "Jalan"}
    assert secretary.post(plan, row | {"plan-0-amount": "5", "sign": first}).status_code == 302
    assert secretary.post(plan, row | {"plan-0-amount": "7", "sign": first}).status_code == 409
    assert secretary.post(plan, row | {"plan-0-amount": "5", "sign": first}).status_code == 302


def test_pages_of_years_ask_as_much_for_many_entries_as_for_few(
    booked: World, django_assert_max_num_queries: Any
) -> None:
    treasurer = client(booked, "treasurer")
    said(treasurer.get(page("year", YEAR)))
    for _no in range(10):
        booked.pay(1)
    with django_assert_max_num_queries(30):
        said(treasurer.get(page("year", YEAR)))


@pytest.mark.parametrize("year", [FIRST_YEAR, LAST_YEAR])
def test_the_first_and_the_last_year_have_pages_that_lead_no_further(booked: World, year: int) -> None:
    head, beyond = client(booked, "head"), FIRST_YEAR - 1 if year == FIRST_YEAR else LAST_YEAR + 1
    within = year + 1 if year == FIRST_YEAR else year - 1
    for name in ("year", "papers", "realisation", "plan", "long-plan", "public"):
        shown = said(head.get(page(name, year)))
        assert f"/{beyond}/" not in shown, name
        assert head.get(page(name, year).replace(f"/{year}/", f"/{beyond}/")).status_code == 404, name
    assert page("year", within) in said(head.get(page("year", year)))
    home = said(head.get(page("village") + f"?tahun={year}"))
    assert f'href="?tahun={within}"' in home
    assert f"tahun={beyond}" not in home
    office = client(booked, "office")
    for name in ("consolidation", "region-papers", "village-sums", "late", "stages", "cash-ahead", "public-villages"):
        shown = said(office.get(reverse(f"villagefinance:{name}", args=[REGION, year])))
        assert f"/{beyond}/" not in shown, name
    assert f"Keuangan desa, {NOW.year}" in said(head.get(page("village") + f"?tahun={beyond}"))
    listed = reverse("villagefinance:villages", args=[REGION])
    assert f'value="{NOW.year}"' in said(office.get(f"{listed}?tahun={beyond}"))
