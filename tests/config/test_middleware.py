"""What every answer carries, whatever page it is."""

from __future__ import annotations

import pytest
from django.test import Client

from pilar.config import database

pytestmark = pytest.mark.django_db


def test_a_reference_stands_in_the_answer_and_a_fit_one_is_kept(client: Client) -> None:
    own = client.get("/tentang/")["X-Request-ID"]
    assert len(own) == 12
    assert client.get("/tentang/", headers={"x-request-id": "abc-12345"})["X-Request-ID"] == "abc-12345"
    assert client.get("/tentang/", headers={"x-request-id": "a\tb"})["X-Request-ID"] != "a\tb"


@pytest.mark.parametrize("path", ["/hasil/?q=%00", "/wilayah/?q=a%00b", "/wilayah/%00/"])
def test_a_nul_in_the_address_is_refused(client: Client, path: str) -> None:
    assert client.get(path).status_code == 400


def test_a_nul_in_the_address_of_the_api_is_problem_json(client: Client) -> None:
    answer = client.get("/api/v1/results?q=%00")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "unreadable-address"


def test_a_wrong_method_is_problem_json(client: Client) -> None:
    answer = client.post("/api/v1/results")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer["Allow"] == "GET"
    assert answer.json()["code"] == "method-not-allowed"


@pytest.mark.parametrize(
    ("language", "signed_out", "unknown", "wrong"),
    [
        ("id", "Kirim token API", "Tidak ada apa pun di alamat ini", "tidak sesuai dengan keterangan"),
        ("en", "Send an API token", "There is nothing at this address", "does not fit the description"),
        ("", "Kirim token API", "Tidak ada apa pun di alamat ini", "tidak sesuai dengan keterangan"),
    ],
)
def test_the_api_speaks_the_readers_language(
    client: Client, language: str, signed_out: str, unknown: str, wrong: str
) -> None:
    asked = {"accept-language": language} if language else {}
    for address, status, title in (
        ("/api/v1/assessments", 401, signed_out),
        ("/api/v1/nowhere", 404, unknown),
        ("/api/v1/results?year=x", 422, wrong),
    ):
        answer = client.get(address, headers=asked)
        assert answer.status_code == status
        assert title in answer.json()["title"]


def test_pages_of_the_signed_in_stay_in_no_store(client: Client) -> None:
    client.cookies["sessionid"] = "whatever"
    assert client.get("/tentang/tidak-ada/")["Cache-Control"] == "private, no-store"
    del client.cookies["sessionid"]
    assert "no-store" not in client.get("/tentang/").get("Cache-Control", "")


def test_headers_that_keep_a_page_to_itself(client: Client) -> None:
    answer = client.get("/tentang/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_ready_tells_of_missing_tables(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/health/ready").status_code == 200

    def behind() -> None:
        raise database.TablesBehind

    monkeypatch.setattr("pilar.config.health.require_tables", behind)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "migrations missing"})
    assert client.get("/health/live").status_code == 200
