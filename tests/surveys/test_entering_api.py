"""Answers of others by the API: what a tablet sends is stored once, and what is refused is told by its key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from kit.neighbours import own
from kit.worlds import once
from pilar.people.models import User
from pilar.people.operations import create_token
from pilar.people.queries import standing
from pilar.platform.models import AuditEvent
from pilar.surveys.models import Response, Survey
from surveys.world import BACKEND, IMPACT, PROFILE, World, running

pytestmark = pytest.mark.django_db


@once
def open_now(world: World) -> World:
    running(world)
    return world


def entered(**changed: Any) -> dict[str, Any]:
    """An answer as a tablet sends it; it took five minutes an hour ago."""
    now = timezone.now()
    return {
        "key": str(uuid4()), "began_at": (now - timedelta(minutes=65)).isoformat(),
        "ended_at": (now - timedelta(minutes=60)).isoformat(), "group": "public", "profile": PROFILE,
        "answers": IMPACT, "consent": True, **changed,
    }  # fmt: skip


def send(client: Client, world: World, *answers: dict[str, Any], status: int = 200, place: int = 0, **more: Any) -> Any:
    path = f"/api/v1/survey-cells/{world.cell(place)}/answers"
    headers = more.pop("headers", {})
    given = {"mode": "enumerator", "answers": list(answers), **more}
    answer = client.post(path, given, content_type="application/json", headers=headers)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_sent_twice_is_stored_once(open_now: World) -> None:
    client = open_now.client("contributor")
    given = [entered(), entered(), entered(answers={**IMPACT, "easier": "2"})]
    assert send(client, open_now, *given) == {"stored": 3, "known": 0, "refused": []}
    assert send(client, open_now, *given, entered()) == {"stored": 1, "known": 3, "refused": []}
    rows = own(Response).order_by("pk")
    assert [(one.mode, one.flags, one.weight) for one in rows] == [("enumerator", [], 100)] * 4
    assert {one.entered_by_id for one in rows} == {open_now.cast.keys["contributor"]}
    assert rows[2].marks[0] == 2
    told = AuditEvent.objects.filter(action="enter").values_list("after", flat=True)
    assert [one["count"] for one in told] == [3, 1]


def test_what_is_not_in_order_is_told_by_its_key(open_now: World) -> None:
    client = open_now.client("coordinator")
    good, wrong = (
        entered(),
        entered(profile=PROFILE | {"age": "old"}, answers={**IMPACT, "easier": 9, "nonsense": 1}, consent=False),
    )
    found = send(client, open_now, good, wrong)
    assert (found["stored"], found["known"], [one["key"] for one in found["refused"]]) == (1, 0, [wrong["key"]])
    faults = {one["place"]: one["code"] for one in found["refused"][0]["faults"]}
    assert faults == {
        "consent": "no-consent", "age": "no-profile", "easier": "no-mark", "nonsense": "unknown-item"
    }  # fmt: skip
    sentence = next(one["sentence"] for one in found["refused"][0]["faults"] if one["place"] == "easier")
    assert sentence == "Pilih salah satu jawaban"
    assert [str(one.key) for one in own(Response)] == [good["key"]]


def test_a_key_that_says_something_else_is_refused(open_now: World) -> None:
    client = open_now.client("coordinator")
    there = entered()
    send(client, open_now, there)
    for changed in ({"answers": {**IMPACT, "easier": 1}}, {"profile": PROFILE | {"sex": "male"}}, {"group": "owner"}):
        found = send(client, open_now, {**there, **changed}, entered())
        assert (found["stored"], found["known"]) == (1, 0)
        assert [(one["key"], one["faults"][0]["code"]) for one in found["refused"]] == [
            (there["key"], "answer-already-there")
        ]
    elsewhere = send(client, open_now, there, place=1)
    assert [one["faults"][0]["code"] for one in elsewhere["refused"]] == ["answer-already-there"]
    twice = send(client, open_now, there, entered(), there, status=422)
    assert [one["place"] for one in twice["faults"]] == ["answers.0.key", "answers.2.key"]


def test_fast_answers_of_a_tablet_are_flagged_and_those_on_paper_are_not(open_now: World) -> None:
    client, now = open_now.client("contributor"), timezone.now()
    fast = {"began_at": (now - timedelta(seconds=3)).isoformat(), "ended_at": now.isoformat()}
    send(client, open_now, entered(**fast))
    send(client, open_now, entered(**fast), mode="paper")
    send(client, open_now, entered(began_at=None), mode="import")
    rows = [(one.mode, one.flags) for one in own(Response).order_by("pk")]
    assert rows == [("enumerator", ["fast"]), ("paper", []), ("import", [])]


def test_a_wrong_clock_moves_no_answer_out_of_the_survey(open_now: World) -> None:
    client = open_now.client("contributor")
    found = send(
        client, open_now,
        entered(began_at="1970-01-01T00:00:00Z", ended_at="1970-01-01T07:05:00+07:00"),
        entered(began_at="2199-01-01T00:00:00Z", ended_at="2199-01-01T00:05:00Z"),
    )  # fmt: skip
    assert found["stored"] == 2
    survey = Survey.objects.get(pk=open_now.survey)
    for one in own(Response):
        assert survey.opens_at.date() <= one.ended_on <= timezone.now().date() + timedelta(days=1)


def test_what_ended_in_time_is_taken_a_day_longer(open_now: World) -> None:
    client, now = open_now.client("contributor"), timezone.now()
    own(Survey).update(closes_at=now - timedelta(minutes=30))
    late = entered(ended_at=(now - timedelta(minutes=10)).isoformat())
    found = send(client, open_now, entered(), late)
    assert (found["stored"], [one["faults"][0]["code"] for one in found["refused"]]) == (1, ["given-after-closing"])
    own(Survey).update(opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=2))
    assert send(client, open_now, entered(), status=410)["code"] == "survey-closed"
    own(Survey).update(opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=2))
    assert send(client, open_now, entered(), status=409)["code"] == "survey-not-open"


def test_a_token_enters_and_a_session_needs_its_own(open_now: World) -> None:
    by = standing(User.objects.get(pk=open_now.cast.keys["contributor"]), timezone.now())
    secret = create_token(by=by, name="tablet", days=1, now=timezone.now()).secret
    headers = {"Authorization": f"Bearer {secret}"}
    assert send(Client(), open_now, entered(), headers=headers)["stored"] == 1
    assert own(Response).get().entered_by_id == open_now.cast.keys["contributor"]
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(open_now.cast.user("contributor"), BACKEND)
    assert send(careful, open_now, entered(), status=403)["code"] == "forged-request"


@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 401), ("neighbour", 404), ("assessor", 404), ("secretariat", 403), ("verifier", 403),
     ("colleague", 403), ("contributor", 200), ("coordinator", 200)],
)  # fmt: skip
def test_who_enters(open_now: World, who: str, status: int) -> None:
    send(open_now.client(who), open_now, entered(), status=status)
    assert own(Response).count() == (status == 200)


@pytest.mark.parametrize(
    "given",
    [{"answers": []}, {"mode": "web"}, {"answers": [entered()] * 201}, {"answers": [{"key": "x"}]}, {"answers": None}],
)
def test_requests_that_do_not_fit_the_description(open_now: World, given: dict[str, Any]) -> None:
    assert send(open_now.client("contributor"), open_now, status=422, **given)["code"] == "invalid-request"
