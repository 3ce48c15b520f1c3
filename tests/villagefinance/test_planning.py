"""Plans of a year and of many: by form and by file, one taken from the other, and taken over by the draft."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pilar.platform.errors import Faults
from pilar.villagefinance import operations as do
from pilar.villagefinance import reference
from pilar.villagefinance.models import PlannedWork
from pilar.villagefinance.operations import Planned
from pilar.villagefinance.queries import plans
from villagefinance import drafting
from villagefinance.accounts import client_of
from villagefinance.drafting import COMING
from villagefinance.test_budget_pages import page, said
from villagefinance.world import PEOPLE, VILLAGE, World

pytestmark = pytest.mark.django_db
ROAD = Planned("2.3.10", "Jalan RT 1", Decimal(30_000_000), "RT 01", Decimal(100), "m", "DDS")


def of_year(name: str) -> str:
    return reverse(f"villagefinance:{name}", args=[VILLAGE, COMING])


def keep(*given: Planned, long: bool = False, year: int = COMING) -> None:
    do.set_plan(by=PEOPLE["secretary"], village=VILLAGE, year=year, given=given, long=long)


def test_a_plan_of_many_years_spans_the_term_of_the_head() -> None:
    assert [reference.plan_years(region="36.03", first=year) for year in (2010, 2016, 2019, 2026)] == [1, 6, 8, 8]


def test_the_plan_of_a_year_is_taken_from_that_of_many(world: World) -> None:
    keep(Planned("2.3.10", "Jalan", Decimal(5), since=COMING, until=COMING + 1), year=COMING - 1, long=True)
    keep(
        Planned("2.3.10", "Jalan", Decimal(5), since=COMING + 1), Planned("2.3.11", "Jembatan", Decimal(7)),
        year=COMING - 1, long=True,
    )  # fmt: skip
    assert [one["told"] for one in plans.of_long_plan(VILLAGE, COMING)] == ["Jembatan"]
    assert [one["told"] for one in plans.of_long_plan(VILLAGE, COMING + 1)] == ["Jalan", "Jembatan"]
    assert plans.of_long_plan(VILLAGE, COMING + 7) == []
    assert plans.planned(VILLAGE, COMING, COMING) == []
    shown = said(client_of(world, "secretary").get(of_year("plan")))
    assert "Jembatan" in shown
    assert reverse("villagefinance:long-plan", args=[VILLAGE, COMING - 1]) in shown
    assert "Diambil dari RPJMDes" in shown


@pytest.mark.parametrize(("given", "code"), [
    (Planned("9.9.99"), "unknown-activity"), (Planned("2.3.10", fund="XX"), "unknown-fund"),
    (Planned("2.3.10", volume=Decimal(0)), "unfit-volume"), (Planned("2.3.10", amount=Decimal(-1)), "unfit-amount"),
    (Planned("2.3.10", since=COMING - 1), "unfit-years"), (Planned("2.3.10", until=COMING + 9), "unfit-years"),
    (Planned("2.3.10", since=COMING + 3, until=COMING + 2), "unfit-years"),
])  # fmt: skip
def test_what_is_not_in_order_is_refused_with_its_row(world: World, given: Planned, code: str) -> None:
    with pytest.raises(Faults) as refused:
        keep(ROAD, given, long=True)
    assert [(one.code, one.place.partition(".")[0]) for one in refused.value.faults] == [(code, "1")]
    assert not PlannedWork.objects.exists()


def test_the_draft_takes_over_what_is_planned_but_for_accounts(world: World) -> None:
    keep(ROAD, Planned("2.3.11", "Jembatan", Decimal(7), volume=Decimal(3), unit="m", fund="DDS"))
    drafting.draft(world, ())
    secretary = client_of(world, "secretary")
    shown = said(secretary.get(page("budget")))
    assert page("lines", "2.3.10") in shown
    assert "2 kegiatan RKPDes belum masuk anggaran" in shown
    shown = said(secretary.get(page("lines", "2.3.10")))
    assert "Jalan RT 1, RT 01" in shown
    assert 'value="300.000"' in shown
    assert plans.taken_over(VILLAGE, COMING, "2.3.11") == [
        {"fund": "DDS", "description": "Jembatan", "volume": 1, "unit": "m", "unit_price": Decimal(7)}
    ]


@pytest.mark.parametrize(("name", "long"), [("import-plan", False), ("import-long-plan", True)])
def test_a_plan_comes_from_a_file_after_a_look(world: World, name: str, long: bool) -> None:
    years = ";Tahun mulai;Tahun selesai" if long else ""
    lines = [
        "RENCANA DESA", f"Kode kegiatan;Nama kegiatan;Lokasi;Volume;Satuan;Sumber dana;Perkiraan biaya{years}",
        f"02.03.10;Jalan RT 1;RT 01;100;m;dds;Rp 30.000.000,00{';2027;2028' if long else ''}",
        f"2.3.10;Jalan RT 2;;;;;12,5 juta{';;' if long else ''}",
    ]  # fmt: skip
    secretary = client_of(world, "secretary")
    sent = SimpleUploadedFile("rkpdes.csv", "\n".join(lines).encode())
    shown = said(secretary.post(of_year(name), {"file": sent}, follow=True))
    assert not PlannedWork.objects.exists()
    token = re.search(r'name="rows" value="([^"]+)"', shown)
    assert token is not None, shown[-3000:]
    assert secretary.post(of_year(name), {"rows": token[1]}).status_code == 302
    found = plans.planned(VILLAGE, COMING, COMING + 7 if long else COMING)
    assert [(one["told"], one["amount"], one["fund"]) for one in found] == [
        ("Jalan RT 1", 30_000_000, "DDS"), ("Jalan RT 2", 12_500_000, ""),
    ]  # fmt: skip
    assert (found[0]["since"], found[0]["until"]) == ((2027, 2028) if long else (COMING, COMING))
    book = secretary.get(of_year(name), {"as": "xlsx"})
    again = SimpleUploadedFile("rkpdes.xlsx", book.content)
    assert "2 sudah ada" in said(secretary.post(of_year(name), {"file": again}, follow=True))


BROKEN = {
    "no such activity": "9.9.99;Jalan;DDS;5", "no code": ";Jalan;DDS;5", "a code of an account": "5.3.5.03;Jalan;DDS;5",
    "no estimate": "2.3.10;Jalan;DDS;", "an estimate in words": "2.3.10;Jalan;DDS;mahal",
    "no such fund": "2.3.10;Jalan;APBN;5", "below zero": "2.3.10;Jalan;DDS;-5",
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plan_ends_in_sentences(world: World, name: str) -> None:
    content = f"Kode kegiatan;Uraian;Sumber dana;Perkiraan biaya\n2.3.11;Jembatan;DDS;5\n{BROKEN[name]}\n"
    sent = SimpleUploadedFile("rkpdes.csv", content.encode())
    shown = said(client_of(world, "secretary").post(of_year("import-plan"), {"file": sent}, follow=True), 422)
    assert "Tidak ada yang disimpan" in shown
    assert not PlannedWork.objects.exists()
