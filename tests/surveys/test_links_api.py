"""Answering by a program: what a link asks, and what becomes of an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from kit.neighbours import own
from kit.worlds import once
from pilar.surveys.models import Contact, Response, Survey, Trace
from surveys.world import IMPACT, PROFILE, World, make_survey, running

pytestmark = pytest.mark.django_db


@once
def link(world: World) -> str:
    running(world)
    return f"/api/v1/survey-links/{world.token()}"


def given(**changed: Any) -> dict[str, Any]:
    began = timezone.now() - timedelta(minutes=5)
    whole = {"key": str(uuid4()), "began_at": began.isoformat(), "group": "public", "profile": PROFILE,
             "answers": IMPACT, "consent": True}  # fmt: skip
    return whole | changed


def send(client: Client, link: str, answer: dict[str, Any], status: int, **headers: str) -> Any:
    found = client.post(f"{link}/answers", answer, content_type="application/json", headers=headers)
    assert found.status_code == status, found.content
    if status >= 400:
        assert found["Content-Type"] == "application/problem+json"
    return found.json()


def test_a_link_tells_what_it_asks(client: Client, link: str, world: World) -> None:
    told = client.get(link).json()
    assert (told["cell"], told["survey"], told["region"], told["programme"], told["pillar"], told["part"]) == (
        world.cell(), world.survey, "36.03", "Layanan desa daring", "governance", "governance_public_service",
    )  # fmt: skip
    assert (told["takes_answers"], told["synthetic"]) == (True, False)
    form = told["questionnaire"]
    assert (form["code"], [one["code"] for one in form["groups"]]) == ("impact-2023", ["public", "owner"])
    assert form["scale"][3] == {"value": 4, "title": {"id": "Sangat setuju", "en": "Strongly agree"}}
    assert {one["code"] for one in form["profile"]} >= {"age", "sex", "education", "occupation"}
    items = {one["code"]: one for section in form["sections"] for one in section["items"]}
    assert items["easier"]["when"] == {"item": "used", "values": ["often", "once"]}
    assert [one["code"] for one in items["used"]["options"]] == ["often", "once", "never"]
    assert (items["suggestion"]["kind"], items["suggestion"]["required"]) == ("text", False)


def test_an_answer_is_stored_once(client: Client, link: str) -> None:
    answer = given(contact=" warga@contoh.invalid ")
    assert send(client, link, answer, 201) == {"key": answer["key"], "new": True}
    assert send(client, link, answer, 200) == {"key": answer["key"], "new": False}
    kept = own(Response).get()
    assert (kept.mode, kept.flags, kept.weight, kept.entered_by_id) == ("web", [], 100, None)
    assert own(Contact).get().address == "warga@contoh.invalid"
    assert len(own(Trace).get().origin) == 64


@pytest.mark.parametrize(
    "changed",
    [{"answers": {**IMPACT, "easier": 1}}, {"answers": {**IMPACT, "easier": "x"}}, {"answers": {}}, {"group": "owner"},
     {"profile": PROFILE | {"age": "from_40"}}],
)  # fmt: skip
def test_another_answer_of_the_same_key_is_refused(client: Client, link: str, changed: dict[str, Any]) -> None:
    answer = given()
    send(client, link, answer, 201)
    assert send(client, link, answer | changed, 409)["code"] == "answer-already-there"
    assert own(Response).get().marks == [4, 3, 4, 3, 2, 4, 4]


def test_the_key_of_another_link_is_refused(client: Client, link: str, world: World) -> None:
    answer = given()
    send(client, link, answer, 201)
    assert send(client, f"/api/v1/survey-links/{world.token(1)}", answer, 409)["code"] == "answer-already-there"


def test_faults_are_told_at_their_places(client: Client, link: str) -> None:
    wrong = given(
        profile=PROFILE | {"age": "old", "ktp": "3603"}, group="king", consent=False, contact="x" * 201,
        answers={**IMPACT, "easier": 5, "quicker": None, "nonsense": 1, "suggestion": "x" * 2001},
        began_at=(timezone.now() + timedelta(hours=1)).isoformat(),
    )  # fmt: skip
    del wrong["answers"]["quicker"]
    faults = {one["place"]: one["code"] for one in send(client, link, wrong, 422)["faults"]}
    assert faults == {
        "age": "no-profile", "ktp": "unknown-field", "group": "no-group", "consent": "no-consent",
        "contact": "too-long", "easier": "no-mark", "quicker": "not-answered", "nonsense": "unknown-item",
        "suggestion": "too-long", "began_at": "begins-in-future",
    }  # fmt: skip
    assert not own(Response).exists()


def test_who_says_no_beginning_is_taken_for_too_fast(client: Client, link: str) -> None:
    send(client, link, given(began_at=None), 201)
    quick = timezone.now() - timedelta(seconds=2)
    send(client, link, given(began_at=quick.isoformat()), 201)
    send(client, link, given(), 201)
    assert [one.flags for one in own(Response).order_by("pk")] == [["fast"], ["fast"], []]


def test_it_takes_answers_in_its_time_only(client: Client, link: str, world: World) -> None:
    now = timezone.now()
    own(Survey).update(closes_at=now - timedelta(minutes=1))
    assert client.get(link).json()["takes_answers"] is False
    assert send(client, link, given(), 410)["code"] == "survey-closed"
    own(Survey).update(opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=2))
    assert client.get(link).json()["takes_answers"] is False
    assert send(client, link, given(), 409)["code"] == "survey-not-open"
    draft = make_survey(world.cast, "ikm-2017")
    token = Survey.objects.get(pk=draft).cells.first().token  # type: ignore[union-attr]
    assert client.get(f"/api/v1/survey-links/{token}").json()["takes_answers"] is False


def test_a_link_that_is_none(client: Client, link: str) -> None:
    assert client.get("/api/v1/survey-links/tidakada12345").status_code == 404
    assert send(client, "/api/v1/survey-links/tidakada12345", given(), 404)["code"] == "not-found"
    assert client.get("/api/v1/survey-links/..%2Fme").status_code in (404, 422)


def test_nobody_needs_to_sign_in_and_a_token_changes_nothing(link: str) -> None:
    careful = Client(enforce_csrf_checks=True)
    send(careful, link, given(), 201, authorization="Bearer pilar_wrong")
    assert own(Response).get().entered_by_id is None
