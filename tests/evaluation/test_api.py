"""The same as JSON and CSV: exact numbers as text, refusals as problem JSON."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from evaluation.samples import document, group, row
from pilar import index
from pilar.evaluation import operations
from pilar.people.rules import OPERATOR

pytestmark = pytest.mark.usefixtures("regions")


def _state(**changed: Any) -> None:
    operations.record_statement(by=OPERATOR, row=row(**changed))


def _get(client: Client, address: str) -> Any:
    answer = client.get(f"/api/v1{address}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_years(client: Client, tangerang: object) -> None:
    _state(year=2020)
    assert _get(client, "/years") == [
        {
            "year": 2023,
            "statements": 1,
            "regions": 1,
            "computed": 0,
            "synthetic": False,
            "instrument": {"code": "smart-city-2023", "version": "1.0"},
        },
        {"year": 2020, "statements": 1, "regions": 1, "computed": 0, "synthetic": False, "instrument": None},
    ]


def test_results_hold_what_the_source_prints(client: Client) -> None:
    operations.record_group(by=OPERATOR, group=group())
    _state(group="2023-regular", rank=13, rank_scope="191", note_id="catatan", note_en="note", letter="B-1")
    found = _get(client, "/results?year=2023&group=2023-regular&province=36&q=tangerang&kind=regency")
    assert (found["total"], found["page"], found["pages"]) == (1, 1, 1)
    assert found["results"] == [
        {
            "region": {
                "code": "36.03",
                "name": "Kabupaten Tangerang",
                "kind": "regency",
                "province": {"code": "36", "name": "Banten"},
            },
            "year": 2023,
            "phase": "",
            "group": {
                "code": "2023-regular",
                "title_id": "Kategori reguler",
                "title_en": "Regular category",
                "size": 191,
                "source_url": "https://example.org/group",
            },
            "scores": {"baseline": "3.88", "output": "3.26", "outcome": "3.44", "impact": "2.74", "quick_win": "3.67"},
            "final": "3.35",
            "improvement": "0.12",
            "improvement_origin": "printed",
            "rank": 13,
            "rank_scope": "191",
            "letter": "B-1",
            "source_url": "https://example.org/tangerang",
            "note_id": "catatan",
            "note_en": "note",
            "conflicting": False,
        }
    ]


def test_results_are_paged_and_ordered(client: Client) -> None:
    for number in range(1, 5):
        _state(year=2019 + number, final=Decimal(number))
    first = _get(client, "/results?size=3&sort=-final")
    assert [one["final"] for one in first["results"]] == ["4", "3", "2"]
    assert first["pages"] == 2
    assert [one["final"] for one in _get(client, "/results?size=3&page=2")["results"]] == ["1"]


def test_a_region_is_explained(client: Client, tangerang: object) -> None:
    _state(year=2020)
    assert _get(client, "/regions/36.03")["years"] == [2023, 2020]
    newest, oldest = _get(client, "/regions/36.03/results")
    computed = newest["recomputation"]
    assert newest["obstacle"] is None
    assert (computed["final_unrounded"], computed["final"], computed["difference"]) == ("3.354", "3.35", "0.004")
    assert computed["steps"][2] == {"code": "outcome", "weight": "0.3", "score": "3.44", "contribution": "1.032"}
    assert computed["instrument"]["sha256"] == index.parse_instrument(document()).sha256
    assert (oldest["recomputation"], oldest["obstacle"]) == (None, "no-instrument")


def test_regions_without_statements_are_there_too(client: Client) -> None:
    found = _get(client, "/regions?q=aceh selatan")
    assert [(one["code"], one["statements"], one["newest_year"]) for one in found["regions"]] == [("11.01", 0, None)]
    assert _get(client, "/regions/11.01/results") == []
    assert _get(client, "/regions?size=1")["total"] == 514


def test_instruments(client: Client, instrument: index.Instrument) -> None:
    (listed,) = _get(client, "/instruments")
    assert listed["scores_years"] == [2023]
    tree = _get(client, "/instruments/smart-city-2023/1.0")
    assert tree["document"] == document()
    assert [(node["code"], node["weight"]) for node in tree["nodes"]] == [
        ("final", "100"),
        ("baseline", "10"),
        ("output", "20"),
        ("outcome", "30"),
        ("impact", "20"),
        ("quick_win", "20"),
    ]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/results?year=abc", 422, "invalid-request"),
        ("/results?year=0", 422, "invalid-request"),
        ("/results?size=100000", 422, "invalid-request"),
        ("/results?page=0", 422, "invalid-request"),
        ("/results?kind=village", 422, "invalid-request"),
        ("/results?province=1%00", 400, "unreadable-address"),
        ("/results?sort=password", 422, "unknown-order"),
        ("/results?group=nowhere", 422, "unknown-choice"),
        ("/results?group=%00", 400, "unreadable-address"),
        ("/results.csv?sort=password", 422, "unknown-order"),
        ("/regions/99.99", 404, "region-not-found"),
        ("/regions/99.99/results", 404, "region-not-found"),
        ("/regions/%00", 400, "unreadable-address"),
        ("/instruments/none/1", 404, "instrument-not-found"),
    ],
)
def test_refusals_are_problem_json(client: Client, tangerang: object, address: str, status: int, code: str) -> None:
    answer = client.get(f"/api/v1{address}")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code


def test_nothing_can_be_changed_here(client: Client) -> None:
    assert client.post("/api/v1/results", {}, content_type="application/json").status_code == 405


def _rows(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"))))


def test_the_csv_holds_the_same_figures(client: Client, tangerang: object) -> None:
    _state(region_code="36.71", scores={}, improvement=Decimal("-0.64"))
    first, second = _rows(client, "/api/v1/results.csv?year=2023&sort=name")
    assert (first["region"], first["outcome"], first["final"]) == ("36.03", "3.44", "3.35")
    assert (second["outcome"], second["improvement"]) == ("", "-0.64"), "a negative number stays a number"
    assert 'filename="pilar-results-2023.csv"' in client.get("/api/v1/results.csv?year=2023")["Content-Disposition"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_a_source_becomes_a_formula(client: Client, start: str) -> None:
    _state(note_en=f"{start}HYPERLINK(1)", letter=f"{start}1")
    (found,) = _rows(client, "/api/v1/results.csv")
    assert found["note_en"].startswith("'")
    assert found["letter"].startswith("'")


def test_an_unchanged_answer_is_not_sent_twice(client: Client, tangerang: object) -> None:
    first = client.get("/api/v1/results?year=2023")
    assert "public" in first["Cache-Control"]
    assert client.get("/api/v1/results?year=2023", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.get("/api/v1/results?year=2022", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_the_description_knows_every_address(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()["paths"]
    for address in ("years", "results", "results.csv", "regions", "regions/{code}", "regions/{code}/results"):
        assert f"/api/v1/{address}" in described
    assert "/api/v1/instruments/{code}/{version}" in described
