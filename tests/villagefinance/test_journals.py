"""The books of a village as beancount and hledger check them, which know nothing of Pilar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pilar.config import commandline, production
from pilar.people.rules import OPERATOR
from pilar.villagefinance.queries import lines, positions
from pilar.villagefinance.rules import journals
from pilar.villagefinance.rules.journal import Kind
from villagefinance.ledgers import balances, bean_check, hledger
from villagefinance.world import DDS_IN, ROAD, YEAR, World, advance, bank, box, item, raw_bank, raw_line, tax

NASTY = 'Beli "semen" \\ ; pasir | batu\n  (lunas) ₂ * ! = @ {x}'


@pytest.fixture
def booked(world: World) -> World:
    """An entry of most kinds, with sen, and words that mean something to the programs."""
    world.receive(Decimal("500.01"))
    world.book(Kind.PAYMENT, item(100, ROAD), bank(89), tax(11), day=date(YEAR, 3, 11))
    world.book(Kind.WITHDRAWAL, box(60, side="D"), bank(60, side="C"))
    world.book(Kind.ADVANCE, advance(50), box(50))
    world.book(Kind.ACCOUNTED, item(40, ROAD), advance(40), day=date(YEAR, 4, 1))
    world.book(Kind.UNUSED, box(10), advance(10), day=date(YEAR, 4, 1))
    world.stored(raw_bank("D", "0.02"), raw_line("C", "0.02", DDS_IN), told=NASTY, document="K\t1")
    return world


def written(world: World, form: str, file: Path, **changed: Decimal) -> Path:
    """The books in a file, with other balances where some are named."""
    found = [
        replace(one, amount=changed.get(one.account.replace(".", "_"), one.amount))
        for one in positions.balances(world.village)
    ]
    file.write_text(journals.FORMS[form](lines.books(world.village, scope=OPERATOR), found), encoding="utf-8")
    return file


def test_beancount_accepts_the_books(booked: World, tmp_path: Path) -> None:
    assert bean_check(written(booked, "beancount", tmp_path / "buku.beancount")) == (0, "")


def test_hledger_accepts_the_books_and_comes_to_the_same(booked: World, tmp_path: Path) -> None:
    file = str(written(booked, "hledger", tmp_path / "buku.journal"))
    assert hledger("check", "--strict", "ordereddates", "-f", file) == (0, "")
    _status, said = hledger("balance", "-f", file, "-O", "csv", "-N", "-E")
    found = {one.name: one.amount for one in positions.balances(booked.village)}
    assert balances(said) == found
    assert found["Assets:2025:1-1-1-02:DDS:2"] == Decimal("351.03")
    assert found["Expenses:2025:5-3-5-03:DDS:2-3-10"] == 140
    assert found["Liabilities:2025:7-1-1:DDS:PPN"] == -11


def test_a_sen_too_much_is_refused_by_both(booked: World, tmp_path: Path) -> None:
    wrong: dict[str, Any] = {"5_3_5_03": Decimal("140.01")}
    status, said = bean_check(written(booked, "beancount", tmp_path / "a", **wrong))
    assert (status, "Balance failed" in said) == (1, True)
    status, said = hledger("check", "-f", str(written(booked, "hledger", tmp_path / "b", **wrong)))
    assert (status, "balance assertion" in said.casefold()) == (1, True)


@pytest.mark.parametrize("form", journals.FORMS)
def test_the_command_writes_what_the_writer_gives(
    booked: World, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(production, "prepare", lambda: None)
    file = tmp_path / "buku"
    assert commandline.main(["export-books", booked.village, str(file), "--as", form]) == 0
    assert file.read_text(encoding="utf-8") == written(booked, form, tmp_path / "other").read_text(encoding="utf-8")
    assert commandline.main(["export-books", booked.village, str(tmp_path / "none" / "buku"), "--as", form]) == 2
