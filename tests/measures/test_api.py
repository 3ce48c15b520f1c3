"""The door by which applications report, and what the API tells of measures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from measures.world import NOW, OWN, World, stored
from pilar.measures import operations
from pilar.people.models import User
from pilar.people.operations import create_token
from pilar.people.queries import standing
from pilar.people.rules import Standing

pytestmark = pytest.mark.django_db

AT = f"/api/v1/regions/{OWN}"


def post(client: Client, secret: str, *rows: dict[str, Any], **more: Any) -> HttpResponse:
    return client.post(
        f"{AT}/values", {"rows": list(rows), **more}, content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip


def row(day: int, value: Any, **more: Any) -> dict[str, Any]:
    return {"measure": "izin-terbit", "period": f"2026-03-{day:02}", "value": value, **more}


def test_each_row_is_told(world: World, client: Client) -> None:
    post(client, world.secret, row(1, "5"))
    told = post(
        client, world.secret, row(1, 5), row(1, "6", reason="salah"), row(1, "7"), row(2, "1.234", key="a"), row(2, 1.5)
    ).json()
    assert [one["outcome"] for one in told["rows"]] == ["unchanged", "corrected", "refused", "refused", "refused"]
    assert [one["index"] for one in told["rows"]] == [0, 1, 2, 3, 4]
    assert [one["number"] for one in told["rows"]] == [1, 2, 2, 0, 0]
    assert (told["unchanged"], told["corrected"], told["refused"]) == (1, 1, 3)
    fault = told["rows"][2]["faults"][0]
    assert (fault["code"], fault["place"]) == ("already-reported", "reason")
    assert "1 Maret 2026" in fault["text"]


def test_all_or_nothing(world: World, client: Client) -> None:
    answer = post(client, world.secret, row(1, "5"), row(2, "x"), whole=True)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert [(one["code"], one["place"]) for one in answer.json()["faults"]] == [("no-number", "rows.1.value")]
    assert stored() == []


@pytest.mark.parametrize("secret", ["pilar_source_wrong", "pilar_wrong", "x"])
def test_wrong_tokens(world: World, client: Client, secret: str) -> None:
    answer = post(client, secret, row(1, "5"))
    assert (answer.status_code, answer.json()["code"]) == (401, "bad-token")
    assert "WWW-Authenticate" in answer


def test_a_token_of_a_source_opens_nothing_else(world: World, client: Client) -> None:
    for path in ("/api/v1/me", "/api/v1/notices", f"{AT}/evidence", "/api/v1/assessments"):
        assert client.get(path, headers={"Authorization": f"Bearer {world.secret}"}).status_code == 401


def test_a_source_reads_its_own_and_what_is_public(world: World, client: Client) -> None:
    headers = {"Authorization": f"Bearer {world.secret}"}
    listed = client.get(f"{AT}/measures", headers=headers).json()
    assert [one["code"] for one in listed["measures"]] == ["izin-terbit"]
    assert client.get(f"{AT}/measures/desa-daring", headers=headers).status_code == 404
    post(client, world.secret, row(1, "5"))
    answer = client.get(f"{AT}/measures/izin-terbit/values/2026-03-01", headers=headers).json()
    assert [(one["value"], one["by"]) for one in answer] == [("5", "SIPINTER")]


def test_a_token_of_a_contributor_reports_too(world: World, client: Client) -> None:
    user = User.objects.get(pk=world.cast.keys["contributor"])
    by: Standing = standing(user, timezone.now())
    secret = create_token(by=by, name="x", days=1, now=timezone.now()).secret
    answer = post(client, secret, {"measure": "desa-daring", "period": "2026-02", "value": "40,5"}).json()
    assert answer["accepted"] == 1
    assert stored("desa-daring") == [("2026-02-01", 1, Decimal("40.5"))]


def test_a_session_needs_its_own_token_against_forgery(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.cast.user("contributor"), "allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(f"{AT}/values", {"rows": [row(1, "5")]}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "forged-request")


def test_a_measure_tells_its_definitions(world: World, client: Client) -> None:
    told = client.get(f"{AT}/measures/izin-terbit").json()
    definition = told["definition"]
    assert (told["period"], told["source"], told["public"], told["latest"]) == ("day", "sipinter", True, None)
    assert definition["title"] == {"id": "Izin terbit", "en": "Permits issued"}
    assert (definition["lowest"], definition["highest"], definition["aggregation"]) == ("0", "5000", "sum")
    assert told["definitions"] == [definition]


def test_a_series_is_told_by_its_periods_or_longer_steps(world: World, client: Client) -> None:
    days = [date(2026, 1, 1) + timedelta(days=place) for place in range(59)]
    world.report(*[("izin-terbit", str(day), "10") for day in days if day != date(2026, 1, 5)])
    at = f"{AT}/measures/izin-terbit/series"
    plain = client.get(at).json()
    assert (plain["step"], plain["definition"], len(plain["points"])) == ("day", 1, 59)
    assert plain["points"][3:6] == [
        {"period": "2026-01-04", "value": "10", "present": 1, "expected": 1},
        {"period": "2026-01-05", "value": None, "present": 0, "expected": 1},
        {"period": "2026-01-06", "value": "10", "present": 1, "expected": 1},
    ]
    months = client.get(at, {"step": "month"}).json()["points"]
    assert [(one["period"], one["value"], one["present"], one["expected"]) for one in months] == [
        ("2026-01", None, 30, 31), ("2026-02", "280", 28, 28),
    ]  # fmt: skip
    some = client.get(at, {"first": "2026-02-27", "last": "2026-02-28"}).json()["points"]
    assert [one["period"] for one in some] == ["2026-02-27", "2026-02-28"]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"step": "week"}, 422, "unfit-step"),
        ({"step": "day"}, 422, "unfit-step"),
        ({"step": "hour"}, 422, None),
        ({"first": "2026-03-01"}, 422, "period-of-another-kind"),
        ({"last": "x"}, 422, "unreadable-period"),
        ({"definition": 2}, 404, None),
    ],
)
def test_what_cannot_be_asked_of_a_series(
    world: World, client: Client, asked: dict[str, Any], status: int, code: str | None
) -> None:
    operations.assign_measure(
        by=world.who("coordinator"), region=OWN, measure="desa-daring", office=world.cast.office, source=None,
        due_days=1, public=True,
    )  # fmt: skip
    world.report(("desa-daring", "2026-02", "40"), by="contributor")
    answer = client.get(f"{AT}/measures/desa-daring/series", asked)
    assert answer.status_code == status
    if code:
        assert [one["code"] for one in answer.json()["faults"]] == [code]


def test_the_public_is_told_figures_and_not_names(world: World, client: Client) -> None:
    world.report(("izin-terbit", "2026-03-01", "5"))
    world.report(("izin-terbit", "2026-03-01", "6", {"reason": "salah hitung"}), by="contributor")
    told = client.get(f"{AT}/measures/izin-terbit/values/2026-03-01").json()
    assert [(one["number"], one["value"], one["by"], one["reason"]) for one in told] == [
        (2, "6", "", "salah hitung"), (1, "5", "", ""),
    ]  # fmt: skip
    client.force_login(world.cast.user("verifier"), "allauth.account.auth_backends.AuthenticationBackend")
    told = client.get(f"{AT}/measures/izin-terbit/values/2026-03-01").json()
    assert [one["by"] for one in told] == ["Dewi", "SIPINTER"]
    assert client.get(f"{AT}/measures/izin-terbit/values/2026-03-02").json() == []
    assert client.get(f"{AT}/measures/izin-terbit/values/2026-03").status_code == 422


@pytest.mark.parametrize(
    "rows", [[], [{"measure": "izin-terbit"}], [row(1, None)], [row(1, [])], [row(1, "5", seen=0)], [row(1, "9" * 61)]]
)
def test_requests_that_do_not_fit_the_description(world: World, client: Client, rows: list[dict[str, Any]]) -> None:
    answer = post(client, world.secret, *rows)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")


def test_lists_take_as_many_queries_for_many_measures_as_for_one(
    world: World, client: Client, django_assert_max_num_queries: Any
) -> None:
    for place in range(25):
        world.define(f"lain-{place}", public=True)
        world.report((f"lain-{place}", "2026-03-01", "5"), by="contributor", now=NOW)
    for path in (f"{AT}/measures", f"/ukuran/{OWN}/"):
        with django_assert_max_num_queries(10):
            assert client.get(path).status_code == 200
