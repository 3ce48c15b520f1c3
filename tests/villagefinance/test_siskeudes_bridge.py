"""Siskeudes and the books of a village: its budget as a draft, and what both say of a year."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kit.selection import few
from pilar.config import commandline, production
from pilar.people.rules import OPERATOR, NotFound
from pilar.villagefinance import operations as do
from pilar.villagefinance.foreign import read_village_year
from pilar.villagefinance.models import BudgetAmount, CostItem
from pilar.villagefinance.queries.siskeudes import our_year
from pilar.villagefinance.rules.journal import Kind
from pilar.villagefinance.rules.siskeudes.differences import compare
from pilar.villagefinance.rules.siskeudes.records import VillageYear
from pilar.villagefinance.rules.siskeudes.records import budget as b
from pilar.villagefinance.rules.siskeudes.records import execution as e
from villagefinance import drafting
from villagefinance.accounts import client_of
from villagefinance.drafting import COMING
from villagefinance.siskeudes import access, sample, tables, zipped
from villagefinance.test_budget_pages import page, said
from villagefinance.test_siskeudes import BROKEN
from villagefinance.world import NOW, PEOPLE, ROAD, VILLAGE, YEAR, World, bank, box, item, tax

pytestmark = pytest.mark.django_db
OF_DRAFT = {"village": VILLAGE, "year": COMING, "version": 1}


def of(year: int, theirs: VillageYear | None = None) -> VillageYear:
    return replace(theirs or sample(), year=year)


@pytest.fixture
def secretary(world: World) -> Client:
    drafting.draft(world, ())
    return client_of(world, "secretary")


def look(client: Client, content: bytes, status: int = 200) -> str:
    sent = SimpleUploadedFile("data.mde", content)
    return said(client.post(page("import-siskeudes"), {"file": sent}, follow=True), status)


@pytest.mark.parametrize("write", [access, lambda year: zipped(tables(year))])
def test_a_budget_of_siskeudes_becomes_a_draft_and_then_both_say_the_same(
    secretary: Client, write: Callable[[VillageYear], bytes]
) -> None:
    theirs = of(COMING)
    shown = look(secretary, write(theirs))
    assert "Pipa 4 inci" in shown
    assert not CostItem.objects.filter(**OF_DRAFT).exists()
    token = re.search(r'name="rows" value="([^"]+)"', shown)
    assert token is not None, shown[-3000:]
    assert secretary.post(page("import-siskeudes"), {"rows": token[1]}).status_code == 302
    well = CostItem.objects.get(**OF_DRAFT, description="Pipa 4 inci")
    assert (well.volume, well.unit_price, well.package, well.output) == (
        Decimal("2.5"), Decimal("20000000.2"), "Bor", "1 unit",
    )  # fmt: skip
    report = compare(theirs, our_year(VILLAGE, COMING, scope=PEOPLE["head"]))
    budget = {"Ta_RAB", "Ta_RABSub", "Ta_RABRinci"}
    assert [one for one in report.differences if one.table in budget] == []
    assert {one.table: one.equal for one in report.tables if one.table in budget} == {
        "Ta_RAB": 3, "Ta_RABSub": 1, "Ta_RABRinci": 3,
    }  # fmt: skip


def test_what_does_not_add_up_in_the_file_is_told_before_it_is_stored(secretary: Client) -> None:
    rows = sample().of(b.CostLine)
    wrong = replace(sample(), records={
        **sample().records, b.CostLine: (replace(rows[0], amount=Decimal(1)), *rows[1:])
    })  # fmt: skip
    shown = look(secretary, zipped(tables(of(COMING, wrong))))
    assert "Ta_RAB" in shown
    assert "80.000.000" in shown


def test_the_budget_of_another_village_or_year_is_not_taken(secretary: Client) -> None:
    assert "2025" in look(secretary, zipped(tables(sample())), status=422)
    other = replace(sample(), year=COMING, village="01.2002.")
    assert "01.2002" in look(secretary, zipped(tables(other)), status=422)
    assert not BudgetAmount.objects.filter(**OF_DRAFT).exists()


HARMLESS = {
    "two villages", "two years", "an amount in words", "an amount beyond all accounts", "a day that is none",
    "days in two orders", "a day in words",
}  # fmt: skip
"""Which village is known here, and requests are not read."""


@pytest.mark.parametrize("name", few(sorted(set(BROKEN) - HARMLESS), 4))
def test_a_broken_file_ends_in_sentences_and_nothing_is_stored(secretary: Client, name: str) -> None:
    shown = look(secretary, BROKEN[name][0], status=422)
    assert 'name="rows"' not in shown
    assert not BudgetAmount.objects.filter(**OF_DRAFT).exists()


@pytest.fixture
def booked(world: World) -> World:
    world.receive(500)
    world.book(Kind.PAYMENT, item(100, ROAD), bank(89), tax(11))
    world.book(Kind.WITHDRAWAL, box(60, side="D"), bank(60, side="C"))
    gone = world.receive(7, day=date(YEAR, 3, 1))
    do.reverse(by=PEOPLE["secretary"], village=VILLAGE, year=YEAR, place=gone.place, reason="Salah", now=NOW)
    return world


def test_the_books_of_a_year_are_told_as_records_but_for_what_was_reversed(booked: World) -> None:
    ours = our_year(VILLAGE, YEAR, scope=PEOPLE["council"])
    assert (ours.village, ours.year) == ("01.2001.", YEAR)
    assert [(one.number, one.amount) for one in ours.of(e.Receipt)] == [("0001/TBP/01.2001/2025", 500)]
    assert [(one.account, one.fund, one.amount) for one in ours.of(e.ReceiptLine)] == [("4.2.1.01", "DDS", 500)]
    assert [(one.amount, one.withheld) for one in ours.of(e.Payment)] == [(100, 11)]
    assert [one.amount for one in ours.of(e.CashMove)] == [60]
    assert {(one.activity, one.account): one.amount for one in ours.of(b.CostLine)}["2.3.10", "5.3.5.03"] == 800
    with pytest.raises(NotFound):
        our_year(VILLAGE, YEAR, scope=PEOPLE["neighbour"])
    with pytest.raises(NotFound):
        our_year(VILLAGE, 2011, scope=PEOPLE["head"])


def test_a_file_and_the_books_are_compared_on_a_page(booked: World) -> None:
    secretary = client_of(booked, "secretary")
    address = reverse("villagefinance:siskeudes", args=[VILLAGE, YEAR])
    book = secretary.get(reverse("villagefinance:siskeudes-book", args=[VILLAGE, YEAR])).content
    assert read_village_year("buku.xlsx", book) == our_year(VILLAGE, YEAR, scope=OPERATOR)
    shown = said(secretary.post(address, {"file": SimpleUploadedFile("buku.xlsx", book)}))
    assert "Keduanya sama" in shown
    shown = said(secretary.post(address, {"file": SimpleUploadedFile("data.mde", access(sample()))}))
    assert 'Ta_Kegiatan</td><th scope="row">1.1.01</th>' in shown
    assert "hanya ada di berkas" in shown
    assert said(secretary.post(address, {"file": SimpleUploadedFile("a.csv", b"bukan")}), 422)
    assert said(secretary.post(address), 422)


def test_the_commands_compare_and_write_our_books(
    booked: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(production, "prepare", lambda: None)
    file = tmp_path / "buku.xlsx"
    asked = ["export-books", VILLAGE, str(file), "--as", "siskeudes", "--year", str(YEAR)]
    assert commandline.main(asked) == 0
    assert commandline.main(["siskeudes", str(file), "--books", VILLAGE]) == 0
    assert "Perbedaan: 0" in capsys.readouterr().out
