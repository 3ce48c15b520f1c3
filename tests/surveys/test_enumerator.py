"""The page of an enumerator and its worker, and answers that a tablet brings late."""

from __future__ import annotations

import hashlib
import html
import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from kit.neighbours import own
from pilar.design.outbox import version
from pilar.platform.errors import Fault
from pilar.surveys import operations
from pilar.surveys.models import Response
from pilar.surveys.operations import Entered
from pilar.surveys.pages.enumerator import ANSWERS
from pilar.surveys.rules.answers import Mode
from pilar.surveys.rules.authority import WrongSurveyState
from pilar.surveys.rules.surveys import SurveyClosed
from surveys.world import CLOSES, NOW, World, impact

pytestmark = pytest.mark.django_db


def page_of(client: Client, world: World, place: int = 0, prefix: str = "") -> str:
    answer = client.get(f"{prefix}/kerja/survei/petugas/{world.survey}/{place}/")
    assert answer.status_code == 200
    return answer.content.decode()


def settings_in(page: str) -> dict[str, object]:
    found = re.search(r'<script id="settings" type="application/json">(.*?)</script>', page)
    assert found is not None
    given: dict[str, object] = json.loads(found[1])
    return given


def test_the_page_holds_what_a_link_shows_and_nothing_of_a_person(world: World) -> None:
    world.open()
    client = world.client("contributor")
    page = page_of(client, world)
    user = world.cast.user("contributor")
    for told in (user.email, user.name, world.token(), "csrfmiddlewaretoken", client.cookies["csrftoken"].value):
        assert told not in page, told
    for asked in ("Program ini memudahkan urusan saya.", "Saran Anda", "Saya bersedia menjawab", "Petani atau nelayan"):
        assert asked in page
    assert "Information on this programme is clear." in page_of(client, world, prefix="/en")


def test_the_settings_name_who_asks_and_how_it_is_known_that_they_still_do(world: World) -> None:
    world.open()
    client = world.client("contributor")
    given = settings_in(page_of(client, world))
    token = client.cookies["csrftoken"].value
    assert given["account"] == str(world.cast.user("contributor").pk)
    assert given["seal"] == hashlib.sha256(f"outbox {token}".encode()).hexdigest()
    assert settings_in(page_of(client, world))["seal"] == given["seal"]
    assert given["send"] == f"/api/v1/survey-cells/{world.cell()}/answers"
    steps: list[list[dict[str, object]]] = given["steps"]  # type: ignore[assignment]
    assert [len(one) for one in steps] == [1, 3, 2, 2, 1]
    assert steps[1][0] == {
        "code": "easier", "kind": "scale", "required": True, "when": {"item": "used", "values": ["often", "once"]},
    }  # fmt: skip


def test_who_signs_out_leaves_another_token(world: World) -> None:
    world.open()
    client = world.client("contributor")
    page_of(client, world)
    before = client.cookies["csrftoken"].value
    client.post("/akun/logout/")
    assert client.cookies["csrftoken"].value not in {"", before}


def test_every_file_of_the_page_lies_on_the_tablet(world: World) -> None:
    world.open()
    page = page_of(world.client("coordinator"), world)
    named = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    answer = Client().get("/kerja/survei/petugas/sw.js")
    files = re.search(r"const FILES = (\[.*?\]);", answer.content.decode(), re.DOTALL)
    assert files is not None
    assert set(json.loads(files[1])) == named
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/javascript; charset=utf-8", "no-cache")
    assert f'"{version(ANSWERS.files)}"' in answer.content.decode()
    for address in named:
        file = Client().get(address)
        file.close()
        assert file.status_code == 200, address


def test_a_colleague_another_region_and_no_cell(world: World) -> None:
    world.open()
    address = f"/kerja/survei/petugas/{world.survey}/"
    found = {
        (who, place): world.client(who).get(f"{address}{place}/").status_code
        for who in ("contributor", "colleague", "neighbour", "verifier")
        for place in (0, 1, 9)
    }
    assert found == {
        ("contributor", 0): 200, ("contributor", 1): 404, ("contributor", 9): 404,
        ("colleague", 0): 404, ("colleague", 1): 200, ("colleague", 9): 404,
        ("neighbour", 0): 404, ("neighbour", 1): 404, ("neighbour", 9): 404,
        ("verifier", 0): 403, ("verifier", 1): 403, ("verifier", 9): 404,
    }  # fmt: skip


def test_a_survey_tells_where_to_ask(world: World) -> None:
    address = f"/kerja/survei/petugas/{world.survey}/0/"
    shown = {}
    for state in ("draft", "open"):
        if state == "open":
            world.open()
        for who in ("contributor", "verifier"):
            shown[state, who] = address in world.client(who).get(f"/kerja/survei/{world.survey}/").content.decode()
    assert shown == {
        ("draft", "contributor"): False, ("draft", "verifier"): False, ("open", "contributor"): True,
        ("open", "verifier"): False,
    }  # fmt: skip


def test_a_closed_survey_is_shown_for_what_still_lies_on_the_tablet(world: World) -> None:
    world.open()
    world.close()
    page = page_of(world.client("contributor"), world)
    assert settings_in(page)["open"] is False
    assert "tidak lagi menerima jawaban baru" in html.unescape(page)


def test_a_language_has_its_own_worker(world: World) -> None:
    world.open()
    client = world.client("contributor")
    assert settings_in(page_of(client, world))["worker"] == "/kerja/survei/petugas/sw.js"
    assert settings_in(page_of(client, world, prefix="/en"))["worker"] == "/en/kerja/survei/petugas/sw.js"


def entered(minutes: int, **changed: object) -> Entered:
    """An answer that ended so many minutes after the closing time."""
    ended = CLOSES + timedelta(minutes=minutes)
    return Entered(uuid4(), impact(**changed), ended - timedelta(minutes=5), ended)


def enter(world: World, *given: Entered, hours: int = 3) -> tuple[int, dict[object, list[Fault]]]:
    """What a tablet brings so many hours after the closing time."""
    count, refused = operations.enter_answers(
        by=world.who("contributor"), cell=world.cell(), mode=Mode.ENUMERATOR, entered=given,
        now=CLOSES + timedelta(hours=hours),
    )  # fmt: skip
    return count, dict(refused)


def test_an_answer_after_closing_does_not_hold_up_others(world: World) -> None:
    world.open()
    before, after, broken = entered(-10), entered(10), entered(-10, answers={"easier": 9})
    count, refused = enter(world, after, before, broken)
    assert (count, {key: [one.code for one in faults] for key, faults in refused.items()}) == (
        1, {after.key: ["given-after-closing"], broken.key: ["no-mark"]},
    )  # fmt: skip
    assert [one.key for one in own(Response)] == [before.key]


def test_what_was_stored_is_known_after_the_survey_is_over(world: World) -> None:
    world.open()
    mine, other = entered(-10), entered(-10)
    enter(world, mine)
    for closed in (False, True):
        if closed:
            world.close()
        assert enter(world, mine, hours=26) == (0, {})
        count, refused = enter(world, mine, other, hours=26)
        assert (count, [*refused], refused[other.key][0].code) == (0, [other.key], "survey-closed")
        changed = Entered(mine.key, impact(answers={"easier": 1}), mine.began_at, mine.ended_at)
        with pytest.raises(WrongSurveyState if closed else SurveyClosed):
            enter(world, changed, hours=26)
        with pytest.raises(WrongSurveyState if closed else SurveyClosed):
            enter(world, other, hours=26)
    assert own(Response).count() == 1


def test_the_clock_of_a_tablet_may_be_wrong(world: World) -> None:
    world.open()
    for ended in (NOW + timedelta(days=3650), NOW - timedelta(days=20_000)):
        given = Entered(uuid4(), impact(), ended - timedelta(minutes=5), ended)
        stored = operations.enter_answers(
            by=world.who("contributor"), cell=world.cell(), mode=Mode.ENUMERATOR, entered=[given], now=NOW
        )
        assert stored == (1, {})
    assert {one.ended_on for one in own(Response)} == {NOW.date()}
