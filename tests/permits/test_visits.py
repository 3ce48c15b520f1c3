"""Minutes of a visit come from a phone that had no line: once, with their photographs, from who visits alone."""

from __future__ import annotations

import io
import json
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evidence import samples
from permits.test_case_pages import officer
from permits.world import NOW, World
from pilar.areas.reference import today_in
from pilar.permits.models import CaseEvent, CaseFile, Task
from pilar.permits.rules.cases import EventKind

AT = ("visit",)


@pytest.fixture
def visited(world: World) -> World:
    world.submit(beds=12)
    world.accept(NOW)
    return world


def send(client: Client, world: World, *records: dict[str, Any], who: str = "surveyor") -> Any:
    return client.post(
        reverse("permits:take-visit", args=[world.case, *AT]), json.dumps({"records": records}),
        content_type="application/json", headers={"X-Outbox-Account": str(world.keys[who])},
    )  # fmt: skip


def record(files: dict[str, str] | None = None, **changed: list[str]) -> dict[str, Any]:
    moment = f"{timezone.now().isoformat()}"
    content = {
        "day": [f"{today_in('36.03', timezone.now()):%Y-%m-%d}"], "found": ["Sesuai"], "present": ["Fatimah"],
        "agreed": ["on"], "remarks": [""], **changed,
    }  # fmt: skip
    sent = {"key": str(uuid4()), "began_at": moment, "ended_at": moment, "content": content}
    return {**sent, "files": files, "content": {**content, "photos": [*files]}} if files else sent


def held(client: Client, world: World) -> str:
    file = io.BytesIO(samples.png(40, 30))
    file.name = "lokasi.png"
    answer = client.post(
        reverse("permits:hold-photo", args=[world.case, *AT]), {"file": file},
        headers={"X-Outbox-Account": str(world.keys["surveyor"])},
    )  # fmt: skip
    return str(answer.json()["held"])


def test_the_page_names_nobody(visited: World) -> None:
    page = officer(visited, "surveyor").get(reverse("permits:visit", args=[visited.case, *AT]))
    assert page.status_code == HTTPStatus.OK
    said = page.content.decode()
    assert visited.row().number in said
    assert "Fatimah" not in said
    link = officer(visited, "surveyor").get(reverse("permits:desk-case", args=[visited.case])).content.decode()
    assert reverse("permits:visit", args=[visited.case, *AT]) in link


def test_minutes_with_photographs_are_stored_once(visited: World) -> None:
    client = officer(visited, "surveyor")
    one = record({str(uuid4()): held(client, visited)})
    assert send(client, visited, one).json() == {"stored": 1, "known": 0, "refused": []}
    assert send(client, visited, one).json() == {"stored": 0, "known": 1, "refused": []}
    assert Task.objects.get(case=visited.case, stage="visit").outcome == "done"
    done = CaseEvent.objects.get(case=visited.case, kind=EventKind.DONE, stage="visit")
    assert (done.facts["found"], done.facts["agreed"]) == ("Sesuai", True)
    assert CaseFile.objects.get(case=visited.case, requirement="visit-1").media_type == "image/png"


def test_what_is_refused_is_told_and_nothing_is_stored(visited: World) -> None:
    client = officer(visited, "surveyor")
    (refused,) = send(client, visited, record(found=[""])).json()["refused"]
    assert [one["place"] for one in refused["faults"]] == ["found"]
    (late,) = send(client, visited, record(day=["2099-01-01"])).json()["refused"]
    assert [one["place"] for one in late["faults"]] == ["day"]
    assert visited.open_stages() == {"health", "visit"}


@pytest.mark.parametrize("who", ["front", "elsewhere", "neighbour"])
def test_others_neither_see_the_page_nor_send(visited: World, who: str) -> None:
    client = officer(visited, who)
    assert client.get(reverse("permits:visit", args=[visited.case, *AT])).status_code == HTTPStatus.NOT_FOUND
    (refused,) = send(client, visited, record(), who=who).json()["refused"]
    assert refused["faults"]
    assert visited.open_stages() == {"health", "visit"}
