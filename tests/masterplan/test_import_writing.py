"""Programmes from a workbook as people write it: percentages, thousands, rupiah, quarters, words; and what is shown."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from kit.neighbours import own
from masterplan.books import exported
from masterplan.pages import address, client_of
from masterplan.test_imports import ACTIVITY, PROGRAMME, confirm, places, shown, stored, typed
from masterplan.world import World, content, own_imports
from pilar.masterplan.models import Proposal
from pilar.masterplan.rules.content import (
    BETTER_NAMES,
    FUND_NAMES,
    HORIZON_NAMES,
    Budget,
    Content,
    Fund,
    Horizon,
    read,
)
from pilar.masterplan.rules.quarters import Quarter, quarter_in, quarters
from pilar.masterplan.rules.workbook import FUND_WORDS, FURTHER_FUNDS, HORIZONS, WAYS
from pilar.platform.imports import keeping
from pilar.platform.imports.kept import Kept
from pilar.platform.language import translate
from pilar.platform.reading import Words
from pilar.platform.tables import Percent

pytestmark = pytest.mark.django_db


def target(**changed: Any) -> list[Any]:
    """A row of targets in per cent from 45,5 on."""
    named = {
        "code": "B1", "number": "", "title": "Layanan daring", "unit": "%", "better": "naik", "base": "45,5",
        "base_year": 2025, "source": "Laporan", "measure": "", "y2026": 60, "y2027": "",
    } | changed  # fmt: skip
    return [*named.values()]


def previewed(world: World, **rows: list[list[Any]]) -> tuple[Kept, str]:
    """What the page of an import says after the worker has looked at it."""
    good = {"programmes": [PROGRAMME], "targets": [target()], "activities": [ACTIVITY]}
    return page_of(world, typed(**{**good, **rows}))


def page_of(world: World, book: bytes) -> tuple[Kept, str]:
    where = address("imports", world.version)
    coordinator = client_of(world, "coordinator")
    shows = coordinator.post(where, {"file": SimpleUploadedFile("program.xlsx", book)})["Location"]
    key = own_imports().latest("pk").pk
    keeping.work(key=key)
    page = html.unescape(re.sub(r"<[^>]+>", "", coordinator.get(shows).content.decode()))
    return shown(world, key), " ".join(page.split())


def content_of(world: World, found: Kept) -> Content:
    """What is stored of its one programme."""
    assert (found.found.faults, found.applicable) == ((), True)
    confirm(world, found)
    keeping.work(key=found.key)
    return read(own(Proposal).get().content.body)


def test_a_cell_that_shows_a_percentage_is_that_percentage(world: World) -> None:
    cells = {"base": Percent(Decimal("45.5")), "y2026": Percent(Decimal(60)), "y2027": "65 %"}
    found, page = previewed(world, targets=[target(**cells)])
    (one,) = content_of(world, found).targets
    assert (one.base, one.yearly) == (Decimal("45.5"), ((2026, Decimal(60)), (2027, Decimal(65))))
    assert found.found.notes == ()
    assert "Layanan daring (%) nilai awal 45,5 (2025); 2026: 60; 2027: 65" in page


@pytest.mark.parametrize("cell", [Percent(Decimal(60)), "60%", "60 %"])
def test_a_percentage_in_another_unit_is_refused(world: World, cell: Any) -> None:
    found, page = previewed(world, targets=[target(unit="desa", y2026=cell)])
    assert [(*places([one])[0], one.fault.code) for one in found.found.faults] == [
        ("Indikator", 2, "2026", "percent-sign")
    ]
    assert "60 % adalah persentase, padahal satuannya “desa”" in page


def test_a_target_far_from_its_base_is_told_before_it_is_stored(world: World) -> None:
    found, page = previewed(world, targets=[target(y2026=0.6, y2027=60)])
    assert content_of(world, found).targets[0].yearly == ((2026, Decimal("0.6")), (2027, Decimal(60)))
    assert [(*places([one])[0], one.fault.code) for one in found.found.notes] == [
        ("Indikator", 2, "2026", "far-below-base")
    ]
    assert "Targetnya 0,6 %, nilai awalnya 45,5 %. Apakah maksudnya 60 %?" in page


@pytest.mark.parametrize(
    ("base", "aim", "told"),
    [
        (20, 999, []), (20, 1000, ["far-above-base"]), (20, 0.4, ["far-below-base"]), (20, 0.41, []), (0, 500, []),
        ("-", 500, []), (20, 0, []),
    ],
)  # fmt: skip
def test_two_orders_of_magnitude(world: World, base: Any, aim: Any, told: list[str]) -> None:
    found, _page = previewed(world, targets=[target(unit="desa", base=base, y2026=aim)])
    assert [one.fault.code for one in found.found.notes] == told


def test_a_column_says_how_its_numbers_are_written(world: World) -> None:
    rows = [
        target(unit="orang", base="950", y2026="1.200", y2027="2,5"),
        target(title="Lain", unit="orang", base="1.234.567", y2026="1.250,5", y2027="12.500"),
    ]
    found, page = previewed(world, targets=rows)
    assert [one.yearly for one in content_of(world, found).targets] == [
        ((2026, Decimal(1200)), (2027, Decimal("2.5"))), ((2026, Decimal("1250.5")), (2027, Decimal(12500))),
    ]  # fmt: skip
    assert "2026: 1.200; 2027: 2,5" in page


def test_a_column_that_stays_open_is_refused_by_its_name(world: World) -> None:
    first = target(unit="orang", base="950", y2026="1.200", y2027="2,5")
    found, page = previewed(world, targets=[first, target(title="B", unit="orang", y2026="12.500")])
    told = [(*places([one])[0][1:], one.fault.code) for one in found.found.faults]
    assert told == [(2, "2026", "two-ways"), (3, "2026", "two-ways")]
    assert not found.applicable
    assert "“1.200” dapat berarti ribuan atau pecahan" in page
    assert "Tulis 1200 untuk bilangan bulat, 1,2000 untuk pecahan" in page


@pytest.mark.parametrize(
    ("written", "amounts"),
    [
        (["APBD", "Rp. 1.250.000.000,-"], [(Fund.APBD, 1_250_000_000)]),
        (["APBD", "Rp1.250.000.000"], [(Fund.APBD, 1_250_000_000)]),
        (["APBN", "1,5 miliar"], [(Fund.APBN, 1_500_000_000)]),
        (["DAK", "Rp 500.000"], [(Fund.APBN, 500_000)]),
        (["APBD/CSR", "500 juta / 250 juta"], [(Fund.APBD, 500_000_000), (Fund.CSR, 250_000_000)]),
        (["sumber lain", "5.000"], [(Fund.OTHER, 5000)]),
        (["CSR", "-"], []),
        (["CSR", "–"], []),
    ],
)
def test_money_as_people_write_it(world: World, written: list[str], amounts: list[tuple[Fund, int]]) -> None:
    found, _page = previewed(world, budgets=[["B1", 2026, *written]])
    assert content_of(world, found).budgets == tuple(Budget(2026, fund, Decimal(amount)) for fund, amount in amounts)
    assert found.found.notes == ()


def test_one_amount_of_two_sources_counts_for_the_first_and_is_told(world: World) -> None:
    found, page = previewed(world, budgets=[["B1", 2026, "APBD/CSR", 750_000_000]])
    assert content_of(world, found).budgets == (Budget(2026, Fund.APBD, Decimal(750_000_000)),)
    assert places(found.found.notes) == [("Anggaran", 2, "Sumber dana")]
    assert "Seluruh jumlah dihitung untuk APBD" in page
    assert "2026, APBD: Rp750.000.000" in page


def test_as_many_amounts_as_sources(world: World) -> None:
    found, _page = previewed(world, budgets=[["B1", 2026, "APBD/APBN/CSR", "1.000.000/2.000.000"]])
    assert [(*places([one])[0][1:], one.fault.code) for one in found.found.faults] == [
        (2, "Rupiah", "funds-and-amounts")
    ]


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        ("TW I 2026", "triwulan IV 2026"), ("Januari 2026", "Oktober 2026"), ("2026-Q1", "Triwulan IV 2026"),
        (date(2026, 2, 1), "20 Oktober 2026"), ("2026-03", "20/10/2026"),
    ],
)  # fmt: skip
def test_quarters_as_people_write_them(world: World, starts: Any, ends: Any) -> None:
    if isinstance(starts, date):
        starts = starts.isoformat()
    found, page = previewed(world, activities=[["B1", "", "Mulai", starts, ends, ""]])
    (one,) = content_of(world, found).activities
    assert (one.starts, one.ends) == (Quarter(2026, 1), Quarter(2026, 4))
    assert "triwulan I 2026 – triwulan IV 2026" in page


@pytest.mark.parametrize("word", ["pendek", "jangka pendek", "Jangka Pendek", "short term", "", "-"])
def test_horizons_as_people_write_them(world: World, word: str) -> None:
    found, page = previewed(world, programmes=[[*PROGRAMME[:6], word, *PROGRAMME[7:]]])
    assert content_of(world, found).horizon is Horizon.SHORT
    assert "jangka pendek" in page


def test_words_that_the_pages_print_are_read_back() -> None:
    for language in ("id", "en"):
        with translation.override(language):
            assert [HORIZONS.find(translate(name)) for name in HORIZON_NAMES.values()] == [*HORIZON_NAMES]
            assert [WAYS.find(translate(name)) for name in BETTER_NAMES.values()] == [*BETTER_NAMES]
            funds = Words({fund: [FUND_WORDS[fund], *FURTHER_FUNDS[fund]] for fund in Fund})
            assert [funds.find(translate(name)) for name in FUND_NAMES.values()] == [*FUND_NAMES]
            for quarter in quarters(Quarter(2026, 1), Quarter(2027, 4)):
                assert quarter_in(quarter.name) == quarter_in(str(quarter)) == quarter


def test_a_preview_shows_what_changes_of_what_stands(world: World) -> None:
    first = content(world.office)
    stored(world, exported(world, [("B1", first)]))
    changed = replace(first, budgets=(Budget(2026, Fund.APBD, Decimal(999_000_000)),))
    _found, page = page_of(world, exported(world, [("B1", changed)]))
    assert "Layanan desa daring B1, Dinas" in page
    assert "Anggaran: 2026, APBD, Jumlah: Rp750.000.000 → Rp999.000.000" in page
