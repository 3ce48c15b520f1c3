"""No page, file or interface knows the five dimensions from 0 to 4: another instrument shows itself."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from areas.places import every_region, load
from evaluation.cycle.foreign import (
    CAMPAIGN,
    CODE,
    DIMENSIONS,
    FINALS,
    LETTER,
    REGIONS,
    TANGERANG,
    VERSION,
    Foreign,
    run_cycle,
    tagged,
)
from kit.worlds import once
from pilar.evaluation import loaders
from pilar.people.rules import OPERATOR
from reports.reading import words

LANGUAGES = ("id", "en")
OLD = (
    "0 sampai 4", "0 to 4", "0–4", "lima dimensi", "Lima dimensi", "five dimensions", "Five dimensions", "Baseline",
    "Outcome", "Impact", "quick_win", "smart-city-20",
)  # fmt: skip
"""What only the instruments of the data folder say."""
PHASE = f"hasil/pilar/{CAMPAIGN}/1/"
OWN = f"{PHASE}{TANGERANG}/"


@once
def foreign() -> Foreign:
    """Everything that was published until 2024, and after it the other evaluation, published too."""
    load(every_region())
    loaders.load(by=OPERATOR, say=lambda _line: None)
    return run_cycle()


def _read(client: Client, address: str, language: str) -> str:
    """The words of a page, without markup; its title and what it says to listeners are words too."""
    prefix = "" if language == "id" else "/en"
    answer = client.get(f"{prefix}/{address}")
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def _written(value: str, language: str) -> str:
    return value.replace(".", ",") if language == "id" else value


def _scale(language: str) -> str:
    return "pada skala 1 sampai 5" if language == "id" else "on a scale of 1 to 5"


def _titles(language: str) -> Iterator[str]:
    return (titles[LANGUAGES.index(language)] for titles in DIMENSIONS.values())


def _nothing_old(said: str) -> None:
    assert [one for one in OLD if one in said] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages_know_the_instrument_by_its_results_alone(client: Client, foreign: Foreign, language: str) -> None:
    pages = {
        name: _read(client, address, language)
        for name, address in {
            "front": "",
            "about": "tentang/",
            "year": "hasil/2027/",
            "phase": PHASE,
            "result": OWN,
            "region year": f"wilayah/{TANGERANG}/2027/",
            "instrument": f"instrumen/{CODE}/{VERSION}/",
            "peers": f"{OWN}sebanding/",
            "ranks": f"{PHASE}analisis/",
            "rank": f"{PHASE}analisis/{TANGERANG}/",
        }.items()
    }
    for said in pages.values():
        _nothing_old(said)
    for name in ("front", "about", "result", "region year"):
        assert _scale(language) in pages[name], name
    for name in ("about", "result", "region year", "instrument", "peers"):
        for title in _titles(language):
            assert title in pages[name], (name, title)
    for region in REGIONS:
        for name in ("front", "phase"):
            assert _written(FINALS[region], language) in pages[name], (name, region)
    assert _written(FINALS[TANGERANG], language) in pages["result"]
    assert ("4 daerah" if language == "id" else "4 regions") in pages["front"]
    assert "2027" in pages["about"]
    assert ("Indeks Daya Digital" if language == "id" else "Digital Capacity Index") in pages["about"]
    assert LETTER in pages["result"]
    assert ("Berdaya" if language == "id" else "Capable") in pages["phase"]


def test_the_newest_year_leads(client: Client, foreign: Foreign) -> None:
    front = client.get("/").content.decode()
    newest = front.index("Nilai tertinggi") if "Nilai tertinggi" in front else front.index('id="newest"')
    assert "2027" in front[newest : newest + 200]
    order = [front.index(f'href="/wilayah/{region}/2027/"') for region in REGIONS]
    assert order == sorted(order), "highest first"
    assert client.get("/hasil/")["Location"] == "/hasil/2027/"
    instrument = _read(client, f"instrumen/{CODE}/{VERSION}/", "id")
    assert re.search(r"Menilai tahun 2027", instrument)
    assert 'href="/hasil/2027/"' in client.get(f"/instrumen/{CODE}/{VERSION}/").content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_finals_of_two_scales_are_neither_subtracted_nor_drawn_as_one(
    client: Client, foreign: Foreign, language: str
) -> None:
    """Kabupaten Tangerang had 3.62 of 4 in 2026: 4.083 - 3.62 = 0.463 would be nonsense."""
    nonsense = _written("0.463", language)
    other = "skala lain" if language == "id" else "another scale"
    for address in (OWN, f"wilayah/{TANGERANG}/", f"wilayah/{TANGERANG}/2027/", PHASE):
        assert nonsense not in _read(client, address, language), address
    assert other in _read(client, OWN, language)
    assert ("skala yang berbeda" if language == "id" else "different scales") in _read(client, OWN, language)


def test_bars_begin_where_the_scale_begins(client: Client, foreign: Foreign) -> None:
    """4.083 lies (4.083 - 1) / 4 = 77.08 % of the way; 1.233 lies 5.82 % of the way."""
    page = client.get(f"/{PHASE}").content.decode()
    assert 'width="77.08"' in page
    assert 'width="5.82"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_and_the_report_say_what_the_instrument_says(client: Client, foreign: Foreign, language: str) -> None:
    prefix = "" if language == "id" else "/en"
    for address in (f"{OWN}lembar.pdf", f"{PHASE}laporan.pdf"):
        said = words(client.get(f"{prefix}/{address}").content)
        _nothing_old(said)
        assert _scale(language) in said
        assert _written(FINALS[TANGERANG], language) in said
        assert ("tidak dikurangkan" if language == "id" else "not subtracted") in said
        for title in _titles(language):
            assert title in said


def test_the_workbook_and_the_open_data_have_six_columns_and_three_decimals(client: Client, foreign: Foreign) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"/{PHASE}hasil.xlsx").content))
    cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    _nothing_old(" ".join(map(str, cells)))
    assert DIMENSIONS.keys() <= set(cells)
    figures = {round(Decimal(str(cell)), 3) for cell in cells if isinstance(cell, float)}
    assert figures >= set(map(Decimal, FINALS.values()))
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"/{PHASE}data.zip").content))
    described = json.loads(archive.read("datapackage.json"))
    assert described["scale"] == {"minimum": "1", "maximum": "5"}
    assert described["rounding"]["decimals"] == 3
    texts = {name: archive.read(name).decode() for name in archive.namelist()}
    for name, text in texts.items():
        _nothing_old(text.replace("quick wins", "")), name
    results = next(text for name, text in texts.items() if name.endswith("results.csv"))
    assert all(final in results for final in FINALS.values())


def test_the_interface_gives_the_instruments_own_nodes(client: Client, foreign: Foreign) -> None:
    page = client.get(f"/api/v1/computed-results/{CAMPAIGN}/1").json()
    assert {one["region"]["code"]: one["final"] for one in page["results"]} == FINALS
    own = client.get(f"/api/v1/computed-results/{CAMPAIGN}/1/{TANGERANG}").json()
    assert own["improvement"] is None
    assert own["previous_final"] == "3.62"
    assert not own["comparable"]
    assert [one["code"] for one in own["parts"]] == list(DIMENSIONS)
    (year,) = [one for one in client.get("/api/v1/years").json() if one["year"] == 2027]
    assert (year["regions"], year["computed"], year["instrument"]) == (4, 1, {"code": CODE, "version": VERSION})
    (loaded,) = [one for one in client.get("/api/v1/instruments").json() if one["code"] == CODE]
    assert loaded["scores_years"] == [2027]


@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages_mark_what_is_assumed_about_weights(client: Client, foreign: Foreign, language: str) -> None:
    """Weights of the dimensions have a source, those of the parts of one dimension are assumed; and the other way
    round for the instrument of 2024."""
    prefix, assumption = ("", "asumsi") if language == "id" else ("/en", "assumption")
    weights, parts = (
        ("Bobot dimensi:", "Bobot bagian-bagiannya:")
        if language == "id"
        else ("Weights of the dimensions:", "Weights of the parts:")
    )
    about = client.get(f"{prefix}/tentang/").content.decode()
    assert tagged(about, weights) == "example.org"
    result = client.get(f"{prefix}/{OWN}").content.decode()
    assert tagged(result, weights) == "example.org"
    assert tagged(result, parts) == assumption
    assert tagged(result, "“Berdaya” mulai 4" if language == "id" else "“Capable” from 4") == assumption
    year = _read(client, f"wilayah/{TANGERANG}/2026/", language)
    assert ("0 sampai 4 (asumsi" if language == "id" else "0 to 4 (assumption") in year, "2026 has no instrument"
    stated = client.get(f"{prefix}/wilayah/15.71/2024/").content.decode()
    assert tagged(stated, weights) == assumption
    listed = client.get(f"{prefix}/instrumen/").content.decode()
    rows = {code: listed[listed.index(f"{code} ") :] for code in ("smart-city-2024", CODE)}
    assert assumption in rows["smart-city-2024"].split("</tr>")[0]
    assert assumption not in rows[CODE].split("</tr>")[0]
