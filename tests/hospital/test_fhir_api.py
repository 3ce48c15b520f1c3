"""The addresses of FHIR: what is read and found, booked and cancelled by each role, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from hospital.fhir_samples import MUTATIONS, RESOURCES, mutated
from hospital.validators import judged, structural
from hospital.world import HERE, MOTHER, NIK, NOW, THERE, World
from kit.neighbours import own
from pilar.hospital.models import Booking
from pilar.hospital.models.patients import PERSON
from pilar.hospital.pages.fhir import LARGEST, SEARCHES
from pilar.hospital.queries.fhir import KINDS
from pilar.people.operations import create_token, revoke_token
from pilar.platform.limits import Limit
from pilar.platform.models import AuditEvent

ROOT = f"/rumah-sakit/fhir/{HERE}"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the Monday of the world."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


class Caller:
    """A program with the token of somebody; each answer must be FHIR that a validator of others takes."""

    def __init__(self, world: World, who: str, hospital: str = HERE) -> None:
        made = create_token(by=world.who(who), name="uji", days=30, now=NOW) if who else None
        self.key = made.key if made else 0
        self.sent = {"HTTP_AUTHORIZATION": f"Bearer {made.secret}"} if made else {}
        self.root, self.told = f"/rumah-sakit/fhir/{hospital}", list[Any]()

    def get(self, path: str, **given: Any) -> tuple[int, Any]:
        return self._told(Client().get(f"{self.root}/{path}", given, **self.sent))

    def post(self, path: str, body: Any, **headers: Any) -> tuple[int, Any]:
        text = body if isinstance(body, str) else json.dumps(body)
        kind = headers.pop("content_type", "application/fhir+json")
        return self._told(Client().post(f"{self.root}/{path}", text, content_type=kind, **headers, **self.sent))

    def search(self, path: str, **given: Any) -> tuple[int, Any]:
        return self._told(Client().post(f"{self.root}/{path}/_search", given, **self.sent))

    def _told(self, answer: Any) -> tuple[int, Any]:
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/fhir+json", "no-store")
        resource = answer.json()
        assert structural(resource) == []
        if answer.status_code >= 400:
            assert resource["resourceType"] == "OperationOutcome"
        self.headers = answer.headers
        self.told.append(resource)
        return answer.status_code, resource

    def found(self, path: str, **given: Any) -> list[str]:
        status, bundle = self.get(path, **given)
        assert status == 200, bundle
        return [one["resource"]["id"] for one in bundle.get("entry", ())]


@pytest.fixture
def desk(world: World) -> Caller:
    return Caller(world, "desk")


def codes(outcome: Any) -> list[str]:
    return [one["details"]["coding"][0]["code"] for one in outcome["issue"]]


def asking(world: World, **changed: Any) -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "status": "proposed",
        "slot": [{"reference": f"Slot/{world.session().pk}"}],
        "participant": [{"actor": {"reference": f"Patient/{world.patient}"}, "status": "accepted"}],
        **changed,
    }


REASON = {"resourceType": "Parameters", "parameter": [{"name": "reason", "valueString": "Sakit di rumah"}]}


def test_the_description_and_the_search_know_the_same() -> None:
    assert {kind: set(one.parameters) for kind, one in SEARCHES.items()} == {
        kind: set(parameters) for kind, (_rows, parameters, _read) in KINDS.items()
    }


def test_says_what_it_can_do_to_everybody(world: World) -> None:
    status, told = Caller(world, "").get("metadata")
    assert (status, told["fhirVersion"], told["implementation"]["url"]) == (
        200,
        "4.0.1",
        f"http://localhost:8000{ROOT}",
    )
    for one in ("Appointment-book", "Appointment-cancel"):
        assert Caller(world, "").get(f"OperationDefinition/{one}")[1]["id"] == one


def test_reads_and_finds_each_type(world: World, desk: Caller) -> None:
    code, session = world.book(), world.session()
    clinic, doctor = session.clinic_id, session.doctor_id
    keys = {
        "Slot": str(session.pk), "Appointment": code, "Schedule": f"{clinic}-{doctor}", "Patient": str(world.patient),
        "Practitioner": str(doctor), "HealthcareService": str(clinic), "Location": str(session.room_id),
    }  # fmt: skip
    assert keys.keys() == SEARCHES.keys()
    for kind, key in keys.items():
        status, resource = desk.get(f"{kind}/{key}")
        assert (status, resource["resourceType"], resource["id"]) == (200, kind, key)
        assert desk.headers["ETag"] == f'W/"{resource["meta"]["versionId"]}"'
        assert key in desk.found(kind)
        assert desk.found(kind, _id=key) == [key]
        assert desk.get(f"{kind}/99999")[0] == 404
        assert desk.get(f"{kind}/'--")[0] == 404


def test_finds_by_what_is_asked(world: World, desk: Caller) -> None:
    code, session = world.book(), world.session()
    doctor = f"Practitioner/{session.doctor_id}"
    assert desk.found("Appointment", date="2026-03-03", practitioner=doctor, status="booked") == [code]
    assert desk.found("Appointment", identifier=f"http://a/|{code}") == [code]
    assert desk.found("Appointment", patient=f"Patient/{world.patient}") == [code]
    assert desk.found("Appointment", date=["ge2026-03-01", "lt2026-03-03"]) == []
    assert desk.found("Appointment", status="cancelled,noshow") == []
    assert desk.found("Slot", start="2026-03-03", schedule=f"Schedule/{session.clinic_id}-{session.doctor_id}") == [
        str(session.pk)
    ]
    assert desk.found("Slot", start=["ge2026-03-03T01:00:00Z", "le2026-03-03T09:00:00+07:00"], status="free").count(
        str(session.pk)
    ) == 1  # fmt: skip
    assert desk.found("Schedule", actor=doctor) == [f"{session.clinic_id}-{session.doctor_id}"]
    assert len(desk.found("Practitioner", name="ana")) == 1


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("Appointment", {"date": "kemarin"}), ("Appointment", {"date": "2026-03-03T08:00"}),
        ("Appointment", {"status": "bok"}), ("Slot", {"status": "busy"}), ("Appointment", {"colour": "blue"}),
        ("Appointment", {"_count": "0"}), ("Appointment", {"_count": "x"}), ("Appointment", {"page": ["1", "2"]}),
        ("Patient", {"identifier": NIK}), ("Appointment", {"page": "0000000010"}),
    ],
)  # fmt: skip
def test_refuses_what_cannot_be_looked_for(desk: Caller, path: str, given: dict[str, Any]) -> None:
    assert desk.get(path, **given)[0] == 400


def test_pages_lead_on(desk: Caller) -> None:
    _status, first = desk.get("Slot", _count="3")
    links = {one["relation"]: one["url"] for one in first["link"]}
    assert (len(first["entry"]), set(links)) == (3, {"self", "next"})
    seen, total = [one["resource"]["id"] for one in first["entry"]], first["total"]
    while "next" in links:
        _status, page = desk.get(links["next"].partition(f"{ROOT}/")[2])
        seen += [one["resource"]["id"] for one in page["entry"]]
        links = {one["relation"]: one["url"] for one in page["link"]}
    assert len(seen) == len(set(seen)) == total


def test_a_patient_is_found_by_a_number_that_stands_in_no_address(world: World, desk: Caller) -> None:
    status, bundle = desk.search("Patient", identifier=f"https://fhir.kemkes.go.id/id/nik|{NIK}")
    (one,) = bundle["entry"]
    assert (status, one["resource"]["id"]) == (200, str(world.patient))
    assert NIK not in json.dumps(bundle["link"])
    assert desk.search("Patient", identifier=f"http://a/sid/card|{MOTHER.card}")[1]["total"] == 1
    assert desk.search("Patient", identifier="http://a/sid/card|1")[1]["total"] == 0


def test_who_may_not_read_a_patient_does_not_learn_that_there_is_one(world: World) -> None:
    world.stranger(1)
    status, bundle = Caller(world, "nurse").search("Patient", identifier=f"https://fhir.kemkes.go.id/id/nik|{NIK}")
    assert (status, bundle["total"]) == (200, 0)
    status, bundle = Caller(world, "nurse").get("Patient", _count="1")
    assert (bundle["total"], [one["relation"] for one in bundle["link"]]) == (0, ["self"])


def test_a_patient_is_masked_by_right_and_the_reading_is_kept(world: World) -> None:
    """The desk sees all, the nurse the names of those she treats today, management no patient at all."""
    path = f"Patient/{world.patient}"
    status, whole = Caller(world, "desk").get(path)
    assert (status, whole["name"][0]["text"]) == (200, MOTHER.name)
    assert NIK in json.dumps(whole)
    assert Caller(world, "nurse").get(path)[0] == 404
    world.book("desk", session=world.session(NOW.date()).pk)
    status, less = Caller(world, "nurse").get(path)
    assert (status, less["name"][0]["text"], less["gender"]) == (200, MOTHER.name, "female")
    assert not any(text in json.dumps(less) for text in (NIK, MOTHER.card, MOTHER.phone))
    assert Caller(world, "manager").get(path)[0] == 403
    events = AuditEvent.objects.filter(action="read", target=PERSON, key=str(world.patient)).order_by("id")
    assert [(one.after["reason"], "nik" in one.after["fields"]) for one in events] == [("fhir", True), ("fhir", False)]


@pytest.mark.parametrize("kind", SEARCHES)
def test_whoever_does_not_work_there_finds_nothing(world: World, kind: str) -> None:
    code = world.book()
    key = code if kind == "Appointment" else "1"
    assert Caller(world, "elsewhere").get(f"{kind}/{key}")[0] == 404
    assert Caller(world, "health").get(kind)[0] == 404
    assert Caller(world, "").get(kind)[0] == 401


def test_another_hospital_has_its_own(world: World) -> None:
    """Staff there do not find the bookings, patients and sessions of the neighbouring hospital, nor book them."""
    code, other = world.book(), Caller(world, "elsewhere", THERE)
    assert other.found("Appointment") == []
    for path in (f"Appointment/{code}", f"Patient/{world.patient}", f"Slot/{world.session().pk}"):
        assert other.get(path)[0] == 404
    assert other.post("Appointment/$book", asking(world))[0] == 404
    assert other.post(f"Appointment/{code}/$cancel", REASON)[0] == 404
    mine = world.session(hospital=THERE).pk
    assert other.post("Appointment/$book", asking(world, slot=[{"reference": f"Slot/{mine}"}]))[0] == 404
    assert own(Booking).get().state == "booked"


def test_a_token_that_ended_opens_nothing(world: World, desk: Caller) -> None:
    revoke_token(by=world.who("desk"), token=desk.key, now=NOW)
    assert desk.get("Slot")[0] == 401
    assert desk.headers["WWW-Authenticate"] == "Bearer"


def test_books(world: World, desk: Caller) -> None:
    status, made = desk.post("Appointment/$book", asking(world))
    row = own(Booking).get()
    assert (status, made["status"], made["id"]) == (201, "booked", row.code)
    assert desk.headers["Location"].endswith(f"{ROOT}/Appointment/{row.code}")
    assert (row.channel, row.patient_id, row.session_id) == ("desk", world.patient, world.session().pk)
    status, refused = desk.post("Appointment/$book", asking(world))
    assert (status, codes(refused), refused["issue"][0]["code"]) == (409, ["already-booked"], "conflict")


def test_the_same_request_books_once(world: World, desk: Caller) -> None:
    """By the condition of the request, or by the identifier of the appointment."""
    named = asking(world, identifier=[{"system": "https://klinik/", "value": "B-1"}])
    first = desk.post("Appointment", named)
    assert [first[0], desk.post("Appointment", named)[0]] == [201, 200]
    again = desk.post("Appointment", asking(world), HTTP_IF_NONE_EXIST="identifier=https://klinik/|B-1")
    assert (again[0], again[1]["id"], own(Booking).count()) == (200, first[1]["id"], 1)
    assert desk.post("Appointment", asking(world), HTTP_IF_NONE_EXIST="name=a")[0] == 422


def test_a_full_session_is_a_conflict(world: World, desk: Caller) -> None:
    for number in range(2):
        world.book("desk", patient=world.stranger(number))
    slots = {one["resource"]["id"]: one["resource"] for one in desk.get("Slot")[1]["entry"]}
    assert slots[str(world.session().pk)]["status"] in ("free", "busy")
    for number in range(2, 4):
        desk.post("Appointment", asking(world, participant=[
            {"actor": {"reference": f"Patient/{world.stranger(number)}"}, "status": "accepted"}]))  # fmt: skip
    status, refused = desk.post("Appointment", asking(world))
    assert (status, codes(refused)) == (409, ["session-full"])
    assert desk.get(f"Slot/{world.session().pk}")[1]["status"] == "busy"


def test_cancels_what_is_as_it_was_read(world: World, desk: Caller) -> None:
    code = world.book()
    assert desk.get(f"Appointment/{code}")[0] == 200
    seen = desk.headers["ETag"]
    status, refused = desk.post(f"Appointment/{code}/$cancel", REASON, HTTP_IF_MATCH='W/"other"')
    assert (status, codes(refused), world.row().state) == (412, ["version-moved"], "booked")
    assert desk.post(f"Appointment/{code}/$cancel", {"resourceType": "Parameters"}, HTTP_IF_MATCH=seen)[0] == 422
    status, told = desk.post(f"Appointment/{code}/$cancel", REASON, HTTP_IF_MATCH=seen)
    assert (status, told["status"], world.row().state) == (200, "cancelled", "cancelled")
    assert world.row().events.get(kind="cancelled").reason == "Sakit di rumah"
    assert desk.post(f"Appointment/{code}/$cancel", REASON)[0] == 409


@pytest.mark.parametrize("who", ["nurse", "doctor", "pharmacy", "manager"])
def test_only_the_desk_books_and_cancels(world: World, who: str) -> None:
    code, caller = world.book(), Caller(world, who)
    assert caller.post("Appointment/$book", asking(world))[0] in (403, 404)
    assert caller.post(f"Appointment/{code}/$cancel", REASON)[0] in (403, 404)
    assert (own(Booking).count(), world.row().state) == (1, "booked")


@pytest.mark.parametrize("name", MUTATIONS)
def test_refuses_each_kind_of_mutated_resource(desk: Caller, name: str) -> None:
    """With its place: a booking at the operation, any other resource where it would be created."""
    resource, (_made_of, _change, place, code) = mutated(name), MUTATIONS[name]
    kind = resource["resourceType"]
    status, outcome = desk.post("Appointment/$book" if kind == "Appointment" else kind, resource)
    (issue,) = outcome["issue"]
    assert (status, issue["code"], issue["expression"]) == (422, code, [place])
    assert not own(Booking).exists()


def test_refuses_what_is_no_fhir(desk: Caller) -> None:
    assert desk.post("Appointment", "{")[0] == 422
    assert desk.post("Appointment", "[" * 30_000)[0] == 422
    assert desk.post("Appointment", {"a": "x" * LARGEST})[0] == 413
    assert desk.post("Appointment", "<a/>", content_type="application/fhir+xml")[0] == 415
    assert desk.post("Slot", {"resourceType": "Slot"})[0] == 422
    assert desk.get("Nothing/1")[0] == 404
    assert desk.get("Encounter/1")[0] == 404
    assert desk.post("Slot", RESOURCES["slot open"])[0] == 405


@pytest.mark.thorough
def test_both_validators_take_every_kind_of_answer(world: World, desk: Caller) -> None:
    """What is read, found, booked, cancelled, refused and described."""
    code = world.book()
    for kind in SEARCHES:
        _status, bundle = desk.get(kind)
        desk.get(f"{kind}/{bundle['entry'][0]['resource']['id']}")
    desk.get("Slot", _count="1")
    desk.get("Appointment", identifier="http://a/|TIDAKADA")
    desk.search("Patient", identifier=f"https://fhir.kemkes.go.id/id/nik|{NIK}")
    desk.post(f"Appointment/{code}/$cancel", REASON)
    named = asking(world, identifier=[{"system": "https://klinik/", "value": "B-1"}])
    booked = [desk.post(f"Appointment{way}", named)[0] for way in ("/$book", "")]
    refused = [
        desk.get("Slot/99999"), desk.get("Appointment", date="kemarin"), desk.post("Appointment", "{"),
        desk.post("Appointment/$book", asking(world)), desk.post(f"Appointment/{code}/$cancel", REASON),
        desk.post(f"Appointment/{code}/$cancel", REASON, HTTP_IF_MATCH='W/"other"'),
        desk.post("Appointment", "<a/>", content_type="application/fhir+xml"),
        desk.post("Slot", RESOURCES["slot open"]), *(desk.post("Appointment", mutated(name)) for name in MUTATIONS),
    ]  # fmt: skip
    for path in ("metadata", "OperationDefinition/Appointment-book", "OperationDefinition/Appointment-cancel"):
        desk.get(path)
    assert (booked, {status // 100 for status, _outcome in refused}) == ([201, 200], {4})
    kinds = {resource["resourceType"] for resource in desk.told}
    assert kinds == {*SEARCHES, "Bundle", "OperationOutcome", "CapabilityStatement", "OperationDefinition"}
    assert [(one["resourceType"], said) for one, said in zip(desk.told, judged(desk.told), strict=True) if said] == []


def test_no_answer_takes_more_queries_for_more_rows(
    world: World, desk: Caller, django_assert_max_num_queries: Any
) -> None:
    for number in range(2):
        world.book("desk", patient=world.stranger(number))
    for kind in ("Slot", "Appointment", "Schedule"):
        with django_assert_max_num_queries(14):
            desk.get(kind)


def test_who_tries_codes_is_stopped(world: World, desk: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is asked counts, found or not, so that a code that is met by chance is not told either."""
    code = world.book()
    monkeypatch.setattr("pilar.hospital.pages.fhir.LIMIT", Limit("fhir", 5))
    answers = [desk.get(f"Appointment/{'A' * 11}{letter}")[0] for letter in "BCDEF"]
    status, outcome = desk.get(f"Appointment/{code}")
    assert (answers, status, outcome["issue"][0]["code"]) == ([404] * 5, 429, "throttled")
    assert int(desk.headers["Retry-After"]) >= 1
