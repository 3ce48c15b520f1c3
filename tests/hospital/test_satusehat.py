"""Visits of patients who agree are reported to SATUSEHAT once, and again while nobody answers."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from hospital.test_privacy import visited
from hospital.validators import structural
from hospital.world import DAY, HERE, HOUR, NIK, NOW, World
from kit.killed import act_until, is_killed
from kit.neighbours import own
from pilar.hospital import operations as do
from pilar.hospital.bpjs.client import NotReached
from pilar.hospital.fhir import satusehat
from pilar.hospital.models import Doctor, EncounterMessage, Patient, Room
from pilar.hospital.queries.fhir import encounters, not_taken
from pilar.hospital.queries.records import readings
from pilar.hospital.rules.entries import Entry
from pilar.hospital.rules.privacy import Purpose
from pilar.people.models import User
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.models import AuditEvent

AFTER = NOW + 2 * HOUR


class Ministry:
    """What answers as SATUSEHAT; ``silent``, ``refuses``, ``lost`` (done, its answer not heard) and ``odd`` (an answer
    of another shape) are its faults. ``token``: the one that holds; ``secret``: the one that it knows."""

    def __init__(self) -> None:
        self.created: list[dict[str, Any]] = []
        self.tokens = 0
        self.known, self.silent, self.refuses = True, False, False
        self.token, self.secret, self.lost, self.odd = "karcis", "rahasia", False, False

    def __call__(self, address: str, method: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        path = urlsplit(address)
        if self.silent:
            raise NotReached("TimeoutError")
        if path.path == "/oauth2/v1/accesstoken":
            self.tokens += 1
            if parse_qs((body or b"").decode()) != {"client_id": ["kita"], "client_secret": [self.secret]}:
                return 400, b'{"error": "invalid_client"}'
            return 200, json.dumps({"access_token": self.token}).encode()
        if headers["Authorization"] != f"Bearer {self.token}":
            return 401, b"{}"
        if self.odd:
            return 200, b'{"entry": [{"resource": {}}]}'
        if method == "GET" and path.path != "/fhir-r4/v1/Patient":
            system, _bar, value = parse_qs(path.query)["identifier"][0].partition("|")
            there = [
                {"resource": {"id": f"nomor-{number}"}}
                for number, one in enumerate(self.created, start=1)
                if one["identifier"] == [{"system": system, "value": value}]
            ]
            return 200, json.dumps({"resourceType": "Bundle", "entry": there}).encode()
        if method == "GET":
            assert parse_qs(path.query) == {"identifier": [f"https://fhir.kemkes.go.id/id/nik|{NIK}"]}
            found = [{"resource": {"id": "P02280547535"}}] if self.known else []
            return 200, json.dumps({"resourceType": "Bundle", "entry": found}).encode()
        if self.refuses:
            return 400, b'{"resourceType": "OperationOutcome"}'
        resource = json.loads(body or b"")
        assert structural(resource) == []
        self.created.append(resource)
        if self.lost:
            raise NotReached("TimeoutError")
        return 201, json.dumps(resource | {"id": f"nomor-{len(self.created)}"}).encode()

    @property
    def kinds(self) -> list[str]:
        return [one["resourceType"] for one in self.created]


class Remembering(Ministry):
    """One that knows after a kill what the killed process had told it: it keeps that in a file."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file
        file.write_text("[]")

    def __call__(self, address: str, method: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        self.created = json.loads(self.file.read_text())
        answer = super().__call__(address, method, body, headers)
        self.file.write_text(json.dumps(self.created))
        return answer


@pytest.fixture
def ministry(world: World, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ministry:
    return tied(Ministry(), world, settings, tmp_path, monkeypatch)


def tied(made: Ministry, world: World, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ministry:
    """A visit that is over, of a patient who agrees, in a hospital that is tied to SATUSEHAT."""
    file = tmp_path / "satusehat.json"
    access = {"address": "https://satusehat.contoh/", "client": "kita", "secret": "rahasia"}
    file.write_text(json.dumps({HERE: access, "rsu-tidak-ada": access}))
    settings.PILAR_SATUSEHAT_FILE = str(file)
    monkeypatch.setattr("pilar.hospital.fhir.satusehat.exchanged", made)
    manager, now = world.who("manager"), NOW
    do.keep_entry(
        by=manager, hospital=HERE, entry=Entry.HOSPITAL, key=None, facts={"organization": "1000012345"}, now=now
    )
    for key in Doctor.objects.filter(hospital=HERE).values_list("pk", flat=True):
        numbers = {"practitioner": "N10000001"}
        do.keep_entry(by=manager, hospital=HERE, entry=Entry.DOCTOR, key=key, facts=numbers, now=now)
    visited(world)
    do.agree(by=world.who("daughter"), patient=world.patient, purpose=Purpose.SATUSEHAT, now=NOW)
    return made


def tell(world: World, now: Any = AFTER) -> int:
    return do.tell_satusehat(by=world.who("schedule"), now=now)


def message() -> EncounterMessage:
    return own(EncounterMessage).get()


def test_a_visit_is_told_once(world: World, ministry: Ministry) -> None:
    """Room first, since it has no number there yet; the number of the patient is looked up once, and they see it."""
    assert [tell(world), tell(world)] == [1, 0]
    assert (ministry.kinds, ministry.tokens) == (["Location", "Encounter"], 1)
    sent, row = ministry.created[1], message()
    assert (sent["subject"], sent["location"][0]["location"]["reference"]) == (
        {"reference": "Patient/P02280547535"}, "Location/nomor-1",
    )  # fmt: skip
    assert sent["identifier"] == [
        {"system": "http://sys-ids.kemkes.go.id/encounter/1000012345", "value": str(row.booking_id)}
    ]
    assert not any(text in json.dumps(sent) for text in (NIK, row.booking.code, "Siti"))
    assert (row.state, row.encounter, row.sent_at, row.next_at) == ("sent", "nomor-2", AFTER, None)
    assert Patient.objects.get(pk=world.patient).ihs == "P02280547535"
    assert Room.objects.get(pk=row.booking.session.room_id).location == "nomor-1"
    assert [one.reason for one in readings(world.patient)] == ["satusehat"]


def test_who_does_not_agree_is_not_told_of(world: World, ministry: Ministry) -> None:
    daughter = world.who("daughter")
    do.withdraw(by=daughter, patient=world.patient, purpose=Purpose.SATUSEHAT, now=NOW + HOUR)
    assert (tell(world), own(EncounterMessage).count(), ministry.created) == (0, 0, [])


def test_who_withdraws_before_it_is_sent_is_not_told_of(world: World, ministry: Ministry) -> None:
    ministry.silent = True
    tell(world)
    ministry.silent = False
    do.withdraw(by=world.who("daughter"), patient=world.patient, purpose=Purpose.SATUSEHAT, now=AFTER)
    tell(world, AFTER + DAY)
    assert (message().state, message().told, ministry.created) == ("dead", "no-consent", [])


def test_it_is_told_again_while_nobody_answers(world: World, ministry: Ministry) -> None:
    ministry.silent = True
    assert tell(world) == 0
    row = message()
    assert (row.state, row.told, row.attempts, row.next_at) == (
        "waiting", "TimeoutError", 1, AFTER + timedelta(minutes=1),
    )  # fmt: skip
    assert tell(world, AFTER + timedelta(seconds=30)) == 0
    assert message().attempts == 1
    ministry.silent = False
    assert tell(world, AFTER + 8 * HOUR) == 1
    assert message().state == "sent"


def test_what_is_refused_waits_for_somebody(world: World, ministry: Ministry) -> None:
    ministry.refuses = True
    tell(world)
    assert (message().state, message().told) == ("dead", "HTTP 400")
    assert [(told, count) for _state, told, count in encounters(HERE, scope=world.who("manager"))] == [("HTTP 400", 1)]
    with pytest.raises(NotFound):
        encounters(HERE, scope=world.who("desk"))
    ministry.refuses = False
    assert tell(world, AFTER + DAY) == 0
    assert do.send_again(by=world.who("manager"), hospital=HERE, now=AFTER + DAY) == 1
    assert tell(world, AFTER + DAY) == 1


def test_one_visit_is_sent_again_from_the_page_that_names_it(world: World, ministry: Ministry) -> None:
    ministry.refuses = True
    tell(world)
    row, line = message(), reverse("hospital:bpjs-line", args=[HERE])
    manager = Client()
    manager.force_login(User.objects.get(pk=world.keys["manager"]))
    assert row.booking.code in manager.get(line).content.decode()
    again = reverse("hospital:bpjs-again", args=[HERE])
    for wrong in (row.pk + 1, EncounterMessage.objects.exclude(pk=row.pk).get().pk):
        manager.post(again, {"encounter": str(wrong)})
        assert message().state == "dead"
    manager.post(again, {"encounter": str(row.pk)})
    assert message().state == "waiting"
    assert AuditEvent.objects.get(action="send-again", key=str(row.pk)).target == "hospital.encounter-message"
    assert not_taken(HERE, scope=world.who("manager")) == ()
    with pytest.raises(NotFound):
        not_taken(HERE, scope=world.who("desk"))


def test_a_token_that_has_run_out_is_asked_for_anew(
    world: World, ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first = satusehat.Line.patient

    def later(line: satusehat.Line, nik: str) -> str:
        found = at_first(line, nik)
        ministry.token = "karcis baru"
        return found

    monkeypatch.setattr(satusehat.Line, "patient", later)
    assert (tell(world), ministry.tokens) == (1, 2)


def test_who_is_not_let_in_tries_again(world: World, ministry: Ministry) -> None:
    ministry.secret = "lain"
    assert tell(world) == 0
    assert (message().state, message().told) == ("waiting", "token: HTTP 400")
    ministry.secret = "rahasia"
    assert tell(world, AFTER + HOUR) == 1


def test_what_stands_there_already_is_not_created_twice(world: World, ministry: Ministry) -> None:
    ministry.lost = True
    for hours in range(2):
        assert tell(world, AFTER + hours * HOUR) == 0
    assert ministry.kinds == ["Location", "Encounter"]
    ministry.lost = False
    assert tell(world, AFTER + 8 * HOUR) == 1
    assert (ministry.kinds, message().encounter) == (["Location", "Encounter"], "nomor-2")


def test_an_answer_of_another_shape_ends_one_message(world: World, ministry: Ministry) -> None:
    ministry.odd = True
    assert tell(world) == 0
    assert (message().state, message().told) == ("dead", "KeyError")


def test_a_missing_number_is_looked_for_each_day(world: World, ministry: Ministry) -> None:
    ministry.known = False
    tell(world)
    assert (message().state, message().told, message().next_at) == ("waiting", "no-patient", AFTER + DAY)
    ministry.known = True
    assert tell(world, AFTER + DAY) == 1


def test_a_worker_that_is_killed_anywhere_tells_each_visit_once(
    committed_world: World, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tied(Remembering(tmp_path / "dikirim.json"), committed_world, settings, tmp_path, monkeypatch)
    killed = 0
    while is_killed(lambda at=killed * 2 + 1: act_until(lambda: tell(committed_world), at)):
        killed += 1
    assert killed > 3
    tell(committed_world, AFTER + DAY)
    assert message().state == "sent"
    assert tell(committed_world, AFTER + 2 * DAY) == 0
    made.created = json.loads((tmp_path / "dikirim.json").read_text())
    assert made.kinds == ["Location", "Encounter"]


def test_only_the_schedule_tells(world: World, ministry: Ministry) -> None:
    for who in ("manager", "desk", "daughter", "public"):
        with pytest.raises(NotAllowed):
            do.tell_satusehat(by=world.who(who), now=AFTER)
    assert ministry.created == []
