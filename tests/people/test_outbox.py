"""What a server answers to pages that work without a line: each record by itself, once by its key, to its person."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from people import visits
from people.team import Team
from pilar.design.outbox import MAX_SENT, version
from pilar.people.models import User
from pilar.platform.models import Receipt

pytestmark = pytest.mark.django_db

GOOD = {"place": ["Balai desa"], "state": ["good"], "seen": ["a", "b"], "note": [""]}


@pytest.fixture(autouse=True)
def _addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "people.visits"


class Tablet:
    """A browser in which somebody has signed in."""

    def __init__(self, account: int) -> None:
        self.account, self.client = account, Client()
        self.client.force_login(
            User.objects.get(pk=account), backend="allauth.account.auth_backends.AuthenticationBackend"
        )

    def send(self, *records: dict[str, Any], to: int = 7, account: int | None = None) -> HttpResponse:
        return self.post({"records": records}, to=to, account=account)

    def post(self, body: object, *, to: int = 7, account: int | None = None) -> HttpResponse:
        return self.client.post(
            f"/kunjungan/{to}/kirim/", json.dumps(body), content_type="application/json",
            headers={"X-Outbox-Account": str(account or self.account)},
        )  # fmt: skip


@pytest.fixture
def tablet(team: Team) -> Tablet:
    return Tablet(team.contributor)


def record(key: object = None, **changed: list[str]) -> dict[str, Any]:
    moment = "2026-11-30T08:00:00+07:00"
    return {"key": str(key or uuid4()), "began_at": moment, "ended_at": moment, "content": {**GOOD, **changed}}


def test_each_is_stored_once_and_the_answer_is_the_same_again(tablet: Tablet) -> None:
    one, other = record(), record(place=["Kebun"], seen=[])
    first, second, third = tablet.send(one), tablet.send(one, other), tablet.send(other, one)
    assert [answer.json() for answer in (first, second, third)] == [
        {"stored": 1, "known": 0, "refused": []},
        {"stored": 1, "known": 1, "refused": []},
        {"stored": 0, "known": 2, "refused": []},
    ]
    assert visits.stored() == ["7 Balai desa good a,b ", "7 Kebun good  "]


def test_what_the_form_or_the_operation_refuses_is_told_by_its_key_and_can_be_mended(tablet: Tablet) -> None:
    blank, refused, good = record(place=[""], state=["x"]), record(place=["Pasar"]), record()
    answer = tablet.send(blank, refused, good).json()
    assert (answer["stored"], answer["known"]) == (1, 0)
    told = {one["key"]: [(fault["place"], fault["sentence"]) for fault in one["faults"]] for one in answer["refused"]}
    assert told == {
        blank["key"]: [
            ("place", "Bidang ini tidak boleh kosong."),
            ("state", "Masukkan pilihan yang valid. x bukan salah satu dari pilihan yang tersedia."),
        ],
        refused["key"]: [("place", "Pasar sedang tutup")],
    }
    assert visits.stored() == ["7 Balai desa good a,b "]
    assert Receipt.objects.count() == 1
    mended = tablet.send(record(refused["key"], place=["Warung"]))
    assert mended.json() == {"stored": 1, "known": 0, "refused": []}


def test_another_content_of_a_known_key_is_refused(tablet: Tablet, team: Team) -> None:
    given = record()
    tablet.send(given)
    for who in (tablet, Tablet(team.verifier)):
        content = ["Lain"] if who is tablet else GOOD["place"]
        (refused,) = who.send(record(given["key"], place=content)).json()["refused"]
        assert [one["code"] for one in refused["faults"]] == ["other-content"]
    assert visits.stored() == ["7 Balai desa good a,b "]


def test_what_may_be_tried_again_is_not_refused_and_what_came_before_it_is_known(tablet: Tablet) -> None:
    good, later = record(), record(place=["Penuh"])
    answer = tablet.send(good, later)
    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (429, "5", "too-busy")
    assert visits.stored() == ["7 Balai desa good a,b "]
    assert tablet.send(good).json() == {"stored": 0, "known": 1, "refused": []}


def test_only_the_person_of_the_record_sends_it(tablet: Tablet, team: Team) -> None:
    assert tablet.send(record(), account=team.verifier).status_code == 401
    stranger = Client().post("/kunjungan/7/kirim/", "{}", content_type="application/json")
    assert stranger.status_code == 401
    assert visits.stored() == []


def test_what_no_page_sends_is_told_as_problem_json(tablet: Tablet) -> None:
    many = [record() for _ in range(MAX_SENT + 1)]
    moment = record() | {"ended_at": "2026-11-30T08:00:00"}
    for body in ({}, [], {"records": []}, {"records": many}, {"records": [{"key": "x"}]}, {"records": [moment]}):
        answer = tablet.post(body)
        assert (answer.status_code, answer.json()["code"]) == (422, "unreadable-records"), body
    gone = tablet.send(record(), to=visits.CLOSED)
    assert (gone.status_code, gone["Content-Type"], gone.json()["code"]) == (
        404, "application/problem+json", "not-found",
    )  # fmt: skip
    assert tablet.client.get("/kunjungan/7/kirim/").status_code == 302


def test_the_page_and_its_worker_belong_together(tablet: Tablet) -> None:
    page = tablet.client.get("/kunjungan/7/")
    assert page["X-Outbox-Version"] == version(visits.VISITS.files)
    shown = page.content.decode()
    for told in ("Tempat", "Mulai kunjungan", "Serahkan kunjungan", 'name="place"', "plain.js"):
        assert told in shown, told
    person = User.objects.get(pk=tablet.account)
    for untold in (person.email, person.name, "csrfmiddlewaretoken", tablet.client.cookies["csrftoken"].value):
        assert untold not in shown, untold
    worker = Client().get("/kunjungan/sw.js").content.decode()
    assert f'const VERSION = "{version(visits.VISITS.files)}";' in worker
    assert r'new RegExp("^(?:\\d+/)$")' in worker
