"""The sheet of a year that Pilar did not compute: what sources print, with addresses, and nothing invented."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from evaluation.samples import group, row
from pilar import index
from pilar.evaluation import operations
from pilar.people.rules import OPERATOR
from reports.reading import archived, codes, words

pytestmark = pytest.mark.usefixtures("regions")

SHEET = "/wilayah/36.03/2023/lembar.pdf"


def state(**changed: Any) -> None:
    operations.record_statement(by=OPERATOR, row=row(**changed))


def said(client: Client, address: str = SHEET) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return words(answer.content)


def test_tangerang_2023_as_printed_and_checked(client: Client, tangerang: object) -> None:
    found = said(client)
    for text in (
        "Kabupaten Tangerang 2023", "3,35", "+0,12", "3,354 → 3,35", "+0,004", "https://example.org/tangerang", "10 %",
        "0,388", "Bukan hitungan Pilar", "tidak disebut; sumber menyebut 141 daerah",
    ):  # fmt: skip
        assert text in found, text
    content = client.get(SHEET).content
    shape = archived(content)
    assert (shape.part, shape.conformance, shape.ua_part) == ("2", "A", "1")
    assert codes(content)[0].endswith("/wilayah/36.03/2023/")
    assert "DATA CONTOH" not in found
    assert f'href="{SHEET}"' in client.get("/wilayah/36.03/2023/").content.decode()
    assert "As example.org prints it" in said(client, f"/en{SHEET}")


def test_two_years_stand_in_the_radar_where_one_source_prints_them(client: Client, tangerang: object) -> None:
    state(year=2022, source_url="https://example.org/2022")
    assert "putus-putus: 2022" in said(client)
    state(year=2022, final=Decimal("3.1"), source_url="https://example.org/other")
    assert "putus-putus" not in said(client), "two sources: no choice is made between them"


def test_sources_that_contradict_each_other_are_both_told(client: Client) -> None:
    state(final=Decimal("3.71"))
    state(final=Decimal("3.88"), source_url="https://example.org/other")
    found = said(client)
    assert "3,71 / 3,88" in found
    assert "https://example.org/tangerang" in found
    assert "https://example.org/other" in found


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({}, "Bobot tahun 2023 tidak diketahui"),
        ({"scores": {}}, "hanya menyebut nilai akhir"),
        ({"scores": {}, "final": None}, "hanya peningkatan"),
    ],
)
def test_where_nothing_can_be_computed_the_sheet_says_why(client: Client, changed: dict[str, Any], text: str) -> None:
    state(**changed)
    found = said(client)
    assert text in found
    assert "Metode" not in found


def test_a_final_that_its_dimensions_do_not_give_is_told(client: Client, instrument: index.Instrument) -> None:
    state(final=Decimal("3.10"))
    assert "+0,254, lebih dari yang dapat dijelaskan oleh pembulatan" in said(client)


def test_a_rank_stands_with_its_group(client: Client) -> None:
    operations.record_group(by=OPERATOR, group=group())
    state(group="2023-regular", rank=13, rank_scope="191", letter="B-7/2023")
    found = said(client)
    for text in ("13", "Kategori reguler: 191", "B-7/2023", "https://example.org/group"):
        assert text in found, text


@pytest.mark.parametrize("address", ["/wilayah/36.03/2019/lembar.pdf", "/wilayah/99.99/2023/lembar.pdf"])
def test_what_nobody_stated_has_no_sheet(client: Client, tangerang: object, address: str) -> None:
    assert client.get(address).status_code == 404
