"""Every page and every address of the two APIs (FHIR, BPJS), read and sent to by everybody: nobody finds what is not
theirs, and nothing breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from hospital import acts, day_acts
from hospital.bpjs_line import Line
from hospital.test_fhir_api import Caller
from hospital.world import HERE, MOTHER, NIK, OWN, THERE, World
from kit.selection import QUICK, turns
from kit.worlds import once
from kit.written import points_of
from people.citizens import entered
from pilar.hospital.models import Breach, BrokenGlass, PlannedOperation, Waiting
from pilar.hospital.queries.fhir import KINDS
from pilar.hospital.reference.bpjs import contract
from pilar.people.models import User

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WORKERS = ("desk", "nurse", "doctor", "pharmacy", "manager", "privacy")
OUTSIDERS = ("visitor", "stranger", "elsewhere", "neighbour", "health")
EVERYBODY = ("daughter", *WORKERS, *OUTSIDERS)
PERSONAL = (NIK, MOTHER.name, MOTHER.card, MOTHER.phone)
KNOW = {"daughter", "desk", "nurse", "doctor", "pharmacy"}
"""Who may read who the patient is: with the reading kept, or the glass broken."""
GIVEN = {("privacy", "copy")}
"""What the data protection officer hands to a patient without an account."""
OPEN = {"home", "hospital", "clinic", "board", "place", "book", "own-bookings", "own-records", "wait"}
"""Pages for everybody: what is public, what is found by a code, and what is the reader's own, whatever it holds."""
OF_A_HOSPITAL = {
    "fhir", "board", "day", "arrivals", "set-up-kiosk", "end-kiosks", "pharmacy", "emergency", "protection",
    "new-breach", "breach",
}  # fmt: skip
"""Pages whose ``code`` is that of a hospital; of the others it is that of a booking."""


@once
def lived(world: World) -> World:
    """A visit that is over, with its medicine, a record that was opened in an emergency, a breach, a planned operation,
    and somebody who waits for a place."""
    acts.prescribed(world)
    acts.opened(world)
    acts.breached(world)
    acts.planned(world)
    day_acts.twins(world)
    day_acts.join(world, world.who("daughter"))
    return world


def patterns() -> Iterator[URLPattern]:
    """Those of the room."""

    def rooms(resolver: Any) -> Iterator[Any]:
        for one in resolver.url_patterns:
            if hasattr(one, "url_patterns"):
                yield from (one,) if one.namespace == "hospital" else rooms(one)

    yield from next(rooms(get_resolver())).url_patterns


def arguments(world: World) -> dict[str, dict[str, Any]]:
    """What addresses are asked for: by the name of an argument, or of the page where pages differ."""
    session, waiting = world.session(), Waiting.objects.get(patient=world.patient).pk
    usual = {
        "hospital": HERE, "clinic": "dalam", "region": OWN, "session": session.pk, "purpose": "reminder",
        "operation": PlannedOperation.objects.get(hospital=HERE).code, "booking": world.code, "to": "making",
        "step": "call", "times": "1000-1200", "path": "auth", "rest": "metadata", "into": world.extra["other"],
        "account": world.who("daughter").citizen, "entry": "dokter",
    }  # fmt: skip
    patients = ("desk-patient", "change-patient", "merge", "own-record", "purpose", "copy", "erase")
    keys = {
        **dict.fromkeys(patients, world.patient), **dict.fromkeys(("take-offer", "leave-waiting"), waiting),
        "keep-clinic": session.clinic_id, "entry": session.doctor_id,
        "opened": BrokenGlass.objects.get(hospital=HERE).pk,
        **dict.fromkeys(("breach", "breach-pdf", "breach-docx", "breach-told"), Breach.objects.get(hospital=HERE).pk),
    }  # fmt: skip
    given = {
        one.name or "": {
            name: {
                **usual, "key": keys.get(one.name or "", session.pk),
                "code": HERE if one.name in OF_A_HOSPITAL else world.code,
                "clinic": session.clinic_id if one.name == "wait" else "dalam",
            }[name]
            for name in one.pattern.converters
        }
        for one in patterns()
    }  # fmt: skip
    del given["bpjs"], given["fhir"]  # asked below
    return given


def client_of(world: World, who: str) -> Client:
    client = Client()
    if who == "daughter":
        return entered(client, "anak@contoh.invalid")
    if who == "stranger":
        return entered(client, "lain@contoh.invalid")
    if who != "visitor":
        client.force_login(User.objects.get(pk=world.keys[who]), BACKEND)
    return client


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_finds_what_is_not_theirs_and_nothing_breaks(
    lived: World, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, wrong, found = client_of(lived, who), list[tuple[object, ...]](), 0
    monkeypatch.setattr("django.utils.timezone.now", lambda: lived.row().ended_at)
    alike = next((some for some in (WORKERS, OUTSIDERS[1:]) if who in some), (who,))
    for name, given in arguments(lived).items():
        if who not in turns(dict.fromkeys(alike), at=name):
            continue
        address = reverse(f"hospital:{name}", kwargs=given)
        for method in ("GET", "POST"):
            with transaction.atomic():
                answer = client.generic(method, address)
                transaction.set_rollback(True)
            text = "" if answer.streaming else answer.content.decode(errors="replace")
            told = [] if who in KNOW or (who, name) in GIVEN else [one for one in PERSONAL if one in text]
            opened = answer.status_code == 200 and who in OUTSIDERS and name not in OPEN
            if answer.status_code >= 500 or told or points_of(answer):
                wrong.append((method, address, answer.status_code, told, points_of(answer)))
            elif opened and not (who == "health" and name == "compared"):
                wrong.append((method, address, answer.status_code))
            found += answer.status_code == 200
    assert wrong == []
    assert found > (0 if QUICK else 5)


FHIR = """
who       | places | patients | named
desk      | 200    | 200      | yes
nurse     | 200    | 200      | yes
doctor    | 200    | 200      | yes
pharmacy  | 200    | 200      | yes
manager   | 200    | 403      |
privacy   | 404    | 404      |
elsewhere | 404    | 404      |
neighbour | 404    | 404      |
health    | 404    | 404      |
visitor   | 401    | 401      |
"""


@pytest.mark.parametrize("line", FHIR.strip().splitlines()[1:], ids=lambda line: line.split()[0])
def test_what_each_finds_by_fhir(lived: World, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Identity numbers are the desk's alone."""
    who, places, patients, named = (one.strip() for one in line.split("|"))
    monkeypatch.setattr("django.utils.timezone.now", lambda: lived.row().ended_at)
    caller, differing = Caller(lived, "" if who == "visitor" else who), []
    for kind in KINDS:
        got, said = caller.get(kind)
        if got != int(patients if kind in ("Appointment", "Patient") else places):
            differing.append((kind, got))
        assert who == "desk" or NIK not in str(said)
        assert named or MOTHER.name not in str(said)
        if kind == "Patient" and named:
            assert MOTHER.name in str(said)
    assert differing == []
    for path in ("Appointment", f"Appointment/{lived.code}/$cancel"):
        got, said = caller.post(path, {"resourceType": "Parameters"})
        assert 400 <= got < 500
        assert not [one for one in PERSONAL if one in str(said)]


@pytest.mark.parametrize("who", ["visitor", "daughter", "desk", "neighbour"])
def test_bpjs_alone_is_answered_at_its_addresses(lived: World, other: Line, who: str) -> None:
    """Anybody signed in, without the token of Mobile JKN; and with none for the neighbouring hospital."""
    client = client_of(lived, who)
    for service in contract().exposed.values():
        for hospital in (HERE, THERE, "rsu-tidak-ada"):
            with transaction.atomic():
                answer = client.generic(
                    service.method, f"/rumah-sakit/bpjs/{hospital}{service.path}", "{}", "application/json"
                )
                transaction.set_rollback(True)
            said = answer.json()
            assert (said["response"], answer.status_code < 500) == (None, True)
            assert not [one for one in PERSONAL if one in str(said)]
