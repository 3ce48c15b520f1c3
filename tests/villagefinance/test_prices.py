"""Standard prices of a region: from a file, each from its day, and a flag for a budget above them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pilar.platform.errors import Faults
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import StandardPrice
from pilar.villagefinance.queries.flags import prices_of, rules_of
from pilar.villagefinance.queries.watching import facts
from pilar.villagefinance.rules.flags import flags
from villagefinance.accounts import client_of
from villagefinance.test_budget_pages import said
from villagefinance.world import NOW, PEOPLE, REGION, VILLAGE, YEAR, World

pytestmark = pytest.mark.django_db
ADDRESS = reverse("villagefinance:prices", args=[REGION])


def send(office: Any, *rows: str, status: int = 200) -> str:
    content = "\n".join(("Uraian barang;Satuan;Harga satuan;Peraturan;Berlaku sejak", *rows)).encode()
    shown = said(office.post(ADDRESS, {"file": SimpleUploadedFile("sbu.csv", content)}, follow=True), status)
    if status == 200:
        fields = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', shown))
        assert office.post(ADDRESS, fields).status_code == 302
    return shown


def raised(now: datetime = NOW) -> list[tuple[Any, ...]]:
    ((_village, known),) = facts([VILLAGE], YEAR, now=now)
    found = flags(known, rules_of(REGION, now))
    return sorted((one.inputs["item"], one.inputs["standard"]) for one in found if one.rule == "price")


def test_a_budget_above_the_price_of_the_region_is_a_flag(world: World) -> None:
    office = client_of(world, "office")
    assert ADDRESS in said(office.get(reverse("villagefinance:villages", args=[REGION])))
    assert raised() == []
    send(office, "UJI;Paket;500;Perbup 3/2025;2025-01-01")
    assert raised() == [("uji / paket", 500), ("uji / paket", 500)][: len(raised())]
    assert raised()
    later = NOW + timedelta(60)
    send(office, "Uji;paket;9.000.000;Perbup 4/2026;2026-02-01")
    assert (bool(raised()), raised(later)) == (True, [])
    assert [one.price for one in prices_of(REGION)] == [9_000_000]
    assert StandardPrice.objects.count() == 2
    book = office.get(ADDRESS, {"as": "xlsx"}).content
    again = said(office.post(ADDRESS, {"file": SimpleUploadedFile("harga.xlsx", book)}, follow=True))
    assert "1 sudah ada" in again


@pytest.mark.parametrize(
    "row",
    [
        "Semen;zak;0;Perbup;2025-01-01",
        f"Semen;{41 * 'z'};5;Perbup;2025-01-01",
        "Semen;;5;Perbup;2025-01-01",
        "Semen;zak;5;P;kapan",
    ],
)
def test_a_row_that_says_no_price_is_told(world: World, row: str) -> None:
    shown = send(client_of(world, "office"), "Pasir;m3;5;Perbup;2025-01-01", row, status=422)
    assert "Tidak ada yang disimpan" in shown
    assert not StandardPrice.objects.exists()


def test_each_day_has_its_price_and_a_row_says_it_once(world: World) -> None:
    office = client_of(world, "office")
    rows = ("Semen;zak;5;Perbup 1;2025-01-01", "semen;Zak;6;Perbup 2;2025-07-01", "Pasir;m3;7;Perbup 1;2062-01-01")
    send(office, *rows)
    assert StandardPrice.objects.count() == 3
    assert {one.price for one in prices_of(REGION, date(2025, 3, 1))} == {5}
    assert "2 sudah ada" in send(office, *rows[:2], "Pasir;m3;7;Perbup 1;2026-01-01")
    assert StandardPrice.objects.count() == 4
    assert "Baris di atas" in send(office, rows[0], "SEMEN;zak;8;Perbup 3;2025-01-01", status=422)


def test_a_budget_of_last_year_is_judged_by_no_price_of_this_one(world: World) -> None:
    send(client_of(world, "office"), f"Uji;paket;5;Perbup;{YEAR + 1}-01-01")
    january = NOW.replace(year=YEAR + 1)
    assert (len(rules_of(REGION, january).prices), len(rules_of(REGION, january, YEAR).prices)) == (1, 0)


def test_no_price_of_nothing(world: World) -> None:
    with pytest.raises(Faults):
        do.set_prices(
            by=PEOPLE["office"], region=REGION, given=[do.Standard("a", "b", Decimal(0), "P", date(2025, 1, 1))]
        )
