"""Surveys by the API: the same operations, rules and readers as the pages."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from kit.neighbours import FAR, own
from kit.selection import turns
from kit.worlds import once
from pilar.surveys import operations
from pilar.surveys.models import Cell, Survey
from pilar.surveys.operations import NewSurvey, Source
from surveys import addresses
from surveys.addresses import API, PEOPLE, ROUTES
from surveys.world import CLOSES, IMPACT, NOW, OWN, PROFILE, World, impact, make_survey, running, satisfied

pytestmark = pytest.mark.django_db
ENDED = "2026-03-11T03:00:00Z"


def asked(client: Client, path: str, status: int = 200) -> Any:
    answer = client.get(API + path)
    assert answer.status_code == status, answer.content
    return answer.json()


def sent(
    client: Client, path: str, given: dict[str, Any] | None = None, status: int = 200, method: str = "post"
) -> Any:
    answer = getattr(client, method)(API + path, given or {}, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def bodies(world: World) -> dict[str, dict[str, Any]]:
    """What is sent to each route, by the end of its path."""
    cell = {"programme": "Layanan desa daring", "office": world.cast.office, "quota": 2, "pillar": "governance"}
    answer = {"key": str(uuid4()), "group": "public", "profile": PROFILE, "answers": IMPACT, "consent": True}
    return {
        "surveys": {"form": "ikm-2017", "title": "Survei baru", "year": 2026, "opens_at": "2199-01-01T00:00:00+07:00",
                    "closes_at": "2199-02-01T00:00:00+07:00"},
        "cells": {"cells": [cell]},
        "follow-up": {"steps": [], "seen": 0},
        "dates": {"opens_at": "2199-01-01T00:00:00+07:00", "closes_at": "2199-02-01T00:00:00+07:00",
                  "reason": "Banjir"},
        "end": {"reason": "Kuota tercapai"},
        "statement": {"stated_by": "Bupati Tangerang", "stated_on": "2199-01-01"},
        "survey-cells": {"mode": "paper", "answers": [answer | {"ended_at": ENDED}]},
        "survey-links": answer,
    }  # fmt: skip


@pytest.fixture(params=["draft", "open", "closed"])
def state(request: pytest.FixtureRequest, world: World) -> str:
    if request.param == "open":
        running(world)
    if request.param == "closed":
        world.open()
        world.close()
    return str(request.param)


def test_every_route_is_in_the_tables() -> None:
    for table in ROUTES.values():
        assert {*addresses.read(table, words=2)} == {*addresses.route_arguments()}


@pytest.mark.parametrize("who", PEOPLE)
def test_what_each_finds(world: World, state: str, who: str) -> None:
    client, differing, given = world.client(who), [], bodies(world)
    keys = {"code": OWN, "survey": world.survey, "cell": world.cell(), "token": world.token()}
    for route, expected in addresses.read(ROUTES[state], words=2).items():
        if who not in turns(expected, at=f"{route} {state}"):
            continue
        method, path = route.split()
        parts = path.split("/")
        body = given.get(parts[-1]) or given.get(parts[1]) or {}
        more = () if method == "GET" else (client._encode_json(body, "application/json"), "application/json")
        with transaction.atomic():
            answer = client.generic(method, API + path.format(**keys), *more)
            transaction.set_rollback(True)
        if answer.status_code != expected[who]:
            differing.append((route, answer.status_code, expected[who], answer.content))
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
    assert differing == []


def test_a_survey_is_drawn_up_opened_closed_and_stated(world: World) -> None:
    client = world.client("coordinator")
    now = timezone.now()
    given = {
        "form": "impact-2023", "title": "Survei dampak", "year": 2026, "split": True,
        "opens_at": (now - timedelta(days=3)).isoformat(), "closes_at": (now + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    wrong = sent(client, f"/regions/{OWN}/surveys", given | {"title": " ", "closes_at": given["opens_at"]}, 422)
    assert {(one["code"], one["place"]) for one in wrong["faults"]} == {
        ("no-title", "title"), ("closes-before-opening", "closes_at"), ("closes-in-past", "closes_at"),
    }  # fmt: skip
    assert sent(client, f"/regions/{OWN}/surveys", given | {"form": "x"}, 404)["code"] == "unknown-questionnaire"
    key = sent(client, f"/regions/{OWN}/surveys", given, 201)["key"]
    at = f"/surveys/{key}"
    assert sent(client, f"{at}/open", status=422)["faults"][0]["code"] == "no-cells"
    cell = {"programme": "Desa daring", "office": world.cast.office, "quota": 50, "pillar": "governance"}
    wrong = sent(client, f"{at}/cells", {"cells": [cell, cell | {"quota": 0, "office": 0}]}, 422, "put")
    assert {(one["code"], one["place"]) for one in wrong["faults"]} == {
        ("no-part", "0.part"), ("no-part", "1.part"), ("quota-outside", "1.quota"), ("unknown-office", "1.office"),
    }  # fmt: skip
    cell |= {"part": "governance_public_service"}
    told = sent(client, f"{at}/cells", {"cells": [cell]}, method="put")
    (made,) = told["cells"]
    assert (made["programme"], made["quota"], made["count"], made["missing"]) == ("Desa daring", 50, 0, 50)
    assert (told["state"], told["form"], told["split"], told["synthetic"]) == ("draft", "impact-2023", True, False)
    assert sent(client, f"{at}/open")["state"] == "open"
    assert sent(client, f"{at}/close", status=422)["faults"][0]["code"] == "answers-on-their-way"
    assert asked(Client(), f"/survey-links/{made['token']}")["takes_answers"] is True
    Survey.objects.filter(pk=key).update(closes_at=now - timedelta(days=2))
    assert sent(client, f"{at}/close")["state"] == "closed"
    said = {"stated_by": "Bupati Tangerang", "stated_on": "2020-01-01", "file": str(uuid4())}
    wrong = sent(client, f"{at}/statement", said, 422, "put")
    assert {one["place"] for one in wrong["faults"]} == {"stated_on", "file"}
    told = sent(client, f"{at}/statement", said | {"stated_on": str(now.date()), "file": None}, method="put")
    assert (told["stated_by"], told["stated_on"]) == ("Bupati Tangerang", str(now.date()))


def test_surveys_of_a_region_and_year(world: World) -> None:
    client = world.client("secretariat")
    make_survey(world.cast, "ikm-2017")
    Survey.objects.filter(pk=world.survey).update(year=2025)
    path = f"/regions/{OWN}/surveys"
    assert [(one["year"], one["kind"]) for one in asked(client, path)] == [(2026, "satisfaction"), (2025, "impact")]
    assert [one["year"] for one in asked(client, f"{path}?year=2025")] == [2025]
    assert asked(client, f"{path}?year=2024") == []
    assert asked(client, f"/regions/{FAR}/surveys") == []
    assert asked(client, "/regions/99.99/surveys", 404)["code"]
    asked(client, f"{path}?year=x", 422)


def test_an_office_sees_how_many_answered_about_its_own(world: World) -> None:
    world.open()
    world.answer()
    world.answer(place=1)
    told = asked(world.client("colleague"), f"/surveys/{world.survey}")
    assert [(one["programme"], one["count"]) for one in told["cells"]] == [("Puskesmas tanpa antre", 1)]


@once
def closed(world: World) -> World:
    world.open()
    for marks in ((4, 3), (2, 3), (3, 1), (4, 4), (1, 3)):
        world.answer(impact(answers={"easier": marks[0], "quicker": marks[1]}))
    for _ in range(4):
        world.answer(impact(answers={"easier": 1, "suggestion": "Nama saya Budi"}), place=1)
    world.close()
    return world


def test_scores_are_those_of_the_page(closed: World) -> None:
    told = asked(closed.client("coordinator"), f"/surveys/{closed.survey}/scores")
    first, second = told["programmes"]
    assert (first["mean"], first["count"], first["below_quota"]) == ("3.23", 5, False)
    easier = first["items"][0]
    assert (easier["item"], easier["mean"], easier["count"]) == ("easier", "2.80", 5)
    assert Decimal(easier["lower"]) < Decimal("2.80") < Decimal(easier["upper"])
    # Four answers are told nowhere: neither by themselves nor in a total.
    assert {second[name] for name in ("mean", "lower", "upper", "count")} == {None}
    assert all(one["mean"] is None and one["count"] is None for one in second["items"])
    assert (told["items"][0]["mean"], told["items"][0]["count"]) == ("2.80", 5)
    pillars = {one["code"]: (one["mean"], one["count"]) for one in told["pillars"]}
    assert pillars == {"governance": ("3.23", 5), "living": (None, None)}
    assert [one["code"] for one in told["parts"]] == ["governance_public_service", "living_health"]
    assert told["index"] is None


def test_an_office_is_told_the_scores_of_its_own(closed: World) -> None:
    told = asked(closed.client("colleague"), f"/surveys/{closed.survey}/scores")
    assert [one["programme"] for one in told["programmes"]] == ["Puskesmas tanpa antre"]
    assert {one["mean"] for one in told["items"]} == {None}


def test_the_index_is_told_with_both_weights(world: World) -> None:
    world.survey = make_survey(world.cast, "ikm-2017")
    world.open()
    for marks in ((4, 4, 3, 4, 3, 4, 4, 3, 4), (3, 3, 3, 4, 4, 3, 4, 4, 3)):
        for _ in range(3):
            world.answer(satisfied(*marks))
    world.close()
    told = asked(world.client("contributor"), f"/surveys/{world.survey}/scores")
    assert told["index"] == {"score": "88.89", "band": "A", "printed": "88.00", "printed_weight": "0.11"}


def test_a_recap_tells_spread_doubts_and_the_year_before(closed: World) -> None:
    own(Survey).update(year=2025)
    earlier = closed.survey
    closed.survey = make_survey(closed.cast)
    closed.open()
    for _ in range(5):
        closed.answer(impact(answers={"easier": 4}))
    closed.answer(began_at=NOW - timedelta(seconds=2), source=Source("peramban"))
    closed.close()
    client = closed.client("verifier")
    told = asked(client, f"/surveys/{closed.survey}/recap")
    assert told["scores"]["survey"]["key"] == closed.survey
    assert told["before"]["survey"]["key"] == earlier
    assert told["spread"][0] == {"item": "easier", "counts": [0, 0, 0, 5]}
    doubts = told["doubts"]
    assert (doubts["count"], doubts["clean"], doubts["weight"]) == (6, 5, "5.00")
    assert doubts["flags"][0] == {"flag": "fast", "count": 1, "weight": 0}
    assert asked(client, f"/surveys/{earlier}/recap")["before"] is None


def test_single_answers_tell_of_nobody(closed: World) -> None:
    text = closed.client("coordinator").get(f"{API}/surveys/{closed.survey}/answers").content.decode()
    told = asked(closed.client("secretariat"), f"/surveys/{closed.survey}/answers")
    assert len(told) == 5
    assert {one["cell"] for one in told} == {closed.cell()}
    assert told[0]["profile"] == PROFILE
    assert {*told[0]} == {"cell", "mode", "group", "profile", "answers", "flags", "weight"}
    assert "Budi" not in text
    assert "suggestion" not in text


@pytest.mark.parametrize("title", ["a\x00", "\ud800", "x" * 201, 1, None])
def test_titles_that_cannot_be_kept(world: World, title: Any) -> None:
    client = world.client("coordinator")
    sent(client, f"/regions/{OWN}/surveys", bodies(world)["surveys"] | {"title": title}, 422)
    cell = bodies(world)["cells"]["cells"][0] | {"programme": title}
    sent(client, f"/surveys/{world.survey}/cells", {"cells": [cell]}, 422, "put")
    world.open()
    world.close()
    said = {"stated_by": title, "stated_on": "2026-05-01"}
    sent(client, f"/surveys/{world.survey}/statement", said, 422, "put")


def test_lists_take_as_many_queries_for_many_as_for_one(world: World, django_assert_max_num_queries: Any) -> None:
    client = world.client("coordinator")
    for number in range(12):
        given = NewSurvey("ikm-2017", f"Survei {number}", 2026, NOW, CLOSES)
        operations.create_survey(by=world.who("coordinator"), region=OWN, given=given, now=NOW)
    Cell.objects.bulk_create(
        Cell(survey_id=world.survey, place=place, programme=f"Program {place}", office_id=world.cast.office, quota=1,
             token=f"tautan{place:08}")
        for place in range(2, 30)
    )  # fmt: skip
    with django_assert_max_num_queries(10):
        asked(client, f"/regions/{OWN}/surveys")
    with django_assert_max_num_queries(10):
        assert len(asked(client, f"/surveys/{world.survey}")["cells"]) == 30
