"""What a hospital says and reads as FHIR R4, held against two validators of others and the invariants."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from hospital import fhir_samples as samples
from hospital.fhir_samples import MUTATIONS, RESOURCES, SITE, mutated
from hospital.validators import judged, structural
from kit.selection import examples
from pilar.hospital.reference.fhir import definitions
from pilar.hospital.rules.booking import Asked, BookingState, Channel, Payer, Visit
from pilar.hospital.rules.fhir import answers, asking, encounter
from pilar.hospital.rules.fhir.reading import DEEPEST, faults_of
from pilar.hospital.rules.fhir.site import Resource
from pilar.platform.errors import Fault, Faults

ANSWERS = {
    "outcome": answers.outcome([Fault("required", "This element is needed", {}, "Appointment.status")]),
    "outcome of a rule": answers.outcome([Fault("session-full", "No place left")], status=409),
    "page": answers.bundle(
        SITE,
        [RESOURCES["slot open"], RESOURCES["slot full"] | {"id": "12"}],
        total=9,
        links={"self": "https://a/", "next": "https://a/?page=2"},
        now=samples.AT,
    ),
    "empty page": answers.bundle(SITE, [], total=0, links={"self": "https://a/"}, now=samples.AT),
    "capability": answers.capability(SITE, since=samples.AT),
    **{name: answers.definition(SITE, name) for name in answers.OPERATIONS},
}
"""What is answered in addition to resources."""


def test_two_validators_and_the_invariants_accept_all_that_is_answered() -> None:
    everything = {**RESOURCES, **ANSWERS}
    assert {name: said for name, said in zip(everything, judged(list(everything.values())), strict=True) if said} == {}


@pytest.mark.parametrize("name", [*RESOURCES, *ANSWERS])
def test_one_validator_accepts_what_is_answered(name: str) -> None:
    assert structural({**RESOURCES, **ANSWERS}[name]) == []


def test_what_is_answered_is_read() -> None:
    assert {name: faults_of(one, definitions()) for name, one in RESOURCES.items()} == dict.fromkeys(RESOURCES, ())


@pytest.mark.parametrize("name", MUTATIONS)
def test_refuses_what_is_made_wrong(name: str) -> None:
    """At its place, for its reason, and for no other."""
    _made_of, _change, place, code = MUTATIONS[name]
    assert [(one.place, one.code) for one in faults_of(mutated(name), definitions())] == [(place, code)]


def test_the_validators_together_refuse_what_is_made_wrong() -> None:
    """So that none of the 17 is a fault in our eyes alone, and neither validator would do."""
    said = dict(zip(MUTATIONS, judged([mutated(name) for name in MUTATIONS]), strict=True))
    assert [name for name, faults in said.items() if not faults] == []
    assert {name for name in MUTATIONS if not structural(mutated(name))} >= {
        "a status of no code set",
        "app-1",
        "app-2",
    }


def wrong(change: Any, made_of: str = "appointment booked") -> list[tuple[str, str]]:
    resource = deepcopy(RESOURCES[made_of])
    change(resource)
    return [(one.place, one.code) for one in faults_of(resource, definitions())]


def test_finds_what_hides_in_parts() -> None:
    assert wrong(lambda one: one.update(end=one["start"])) == [("Appointment.end", "invariant")]
    assert wrong(lambda one: one.update(priority=True)) == [("Appointment.priority", "value")]
    assert wrong(lambda one: one.update(start="2026-02-30T08:00:00Z")) == [("Appointment.start", "value")]
    assert wrong(lambda one: one.update(identifier=[])) == [("Appointment.identifier", "structure")]
    assert wrong(lambda one: one.update(slot=[{}])) == [("Appointment.slot[0]", "structure")]
    assert wrong(lambda one: one.update(comment=" ")) == [("Appointment.comment", "value")]
    assert wrong(lambda one: one.update(extension=[{"url": "https://a/"}])) == [
        ("Appointment.extension[0]", "invariant")
    ]
    assert wrong(lambda one: one.update(_slot=[{"id": "1"}])) == [("Appointment._slot", "structure")]
    assert wrong(lambda one: one.update(requestedPeriod=[{"start": "2026-12", "end": "2026-11-30"}])) == [
        ("Appointment.requestedPeriod[0]", "invariant")
    ]
    assert wrong(lambda one: one.update(contained=[RESOURCES["patient"]])) == [("Appointment.contained", "structure")]


@pytest.mark.parametrize("sent", [None, 3, [], "Appointment", {}, {"resourceType": 3}, {"resourceType": "Element"}])
def test_refuses_what_is_no_resource(sent: Any) -> None:
    assert len(faults_of(sent, definitions())) == 1


def test_ends_at_a_depth() -> None:
    deep: Any = {"url": "https://a/", "valueCode": "end"}
    for _one in range(DEEPEST + 5):
        deep = {"url": "https://a/", "extension": [deep]}
    (fault,) = faults_of({**RESOURCES["patient"], "extension": [deep]}, definitions())
    assert fault.code == "structure"


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=examples(300), deadline=None)
@given(some.sampled_from(sorted(RESOURCES)), some.data())
def test_judges_anything_without_failing(name: str, data: some.DataObject) -> None:
    """Whatever stands in a resource: a fault or none, never an error; and what we accept, the validator accepts."""
    resource = deepcopy(RESOURCES[name])
    element = data.draw(some.sampled_from(sorted(resource)))
    resource[element] = data.draw(JSON | some.sampled_from([RESOURCES[one].get(element) for one in sorted(RESOURCES)]))
    if not faults_of(resource, definitions()):
        assert structural(resource) == []


def asked(**changed: Any) -> Resource:
    given = {
        "resourceType": "Appointment",
        "status": "proposed",
        "slot": [{"reference": "Slot/11"}],
        "participant": [{"actor": {"reference": "Patient/21"}, "status": "accepted"}],
    }
    return {name: value for name, value in {**given, **changed}.items() if value is not None}


def in_parameters(one: Resource) -> Resource:
    return {"resourceType": "Parameters", "parameter": [{"name": "appt-resource", "resource": one}]}


def test_reads_what_is_asked_for() -> None:
    plain = asking.Wanted("11", "21", Asked(Channel.DESK, Payer.GENERAL, Visit.REFERRAL), "")
    whole = asked(
        identifier=[{"system": "https://klinik/", "value": "B-1"}],
        appointmentType={"coding": [{"system": SITE.system("visit"), "code": "3"}]},
        extension=[{"url": SITE.system("payer"), "valueCode": "bpjs"}],
        basedOn=[{"identifier": {"value": "0301R0011226K000012"}}],
        start="2026-12-07T08:00:00+07:00", end="2026-12-07T08:13:00+07:00",
    )  # fmt: skip
    assert asking.read_booking(asked(), SITE, definitions()) == plain
    assert asking.read_booking(in_parameters(asked()), SITE, definitions()) == plain
    control = Asked(Channel.DESK, Payer.BPJS, Visit.CONTROL, "0301R0011226K000012")
    assert asking.read_booking(whole, SITE, definitions()) == asking.Wanted("11", "21", control, "https://klinik/|B-1")


@pytest.mark.parametrize(
    ("sent", "places"),
    [
        (asked(status="cancelled"), ["Appointment.status"]),
        (asked(slot=None), ["Appointment.slot"]),
        (asked(slot=[{"reference": "Slot/11"}, {"reference": "Slot/12"}]), ["Appointment.slot"]),
        (asked(participant=[{"type": [{"text": "anybody"}], "status": "accepted"}]), ["Appointment.participant"]),
        (
            asked(appointmentType={"coding": [{"system": SITE.system("visit"), "code": "5"}]}),
            ["Appointment.appointmentType"],
        ),
        (asked(extension=[{"url": SITE.system("payer"), "valueCode": "me"}]), ["Appointment.extension"]),
        (RESOURCES["slot open"], ["Appointment"]),
        ({"resourceType": "Parameters", "parameter": [{"name": "other", "valueString": "a"}]}, ["Appointment"]),
        (in_parameters(mutated("a priority as text")), ["Parameters.parameter[0].resource.priority"]),
        (in_parameters(mutated("app-3")), ["Parameters.parameter[0].resource"]),
    ],
)
def test_says_why_nothing_can_be_booked(sent: Any, places: list[str]) -> None:
    with pytest.raises(Faults) as refused:
        asking.read_booking(sent, SITE, definitions())
    assert [one.place for one in refused.value.faults] == places


def cancelling(**value: Any) -> Resource:
    return {"resourceType": "Parameters", "parameter": [{"name": "reason", **value}]}


def test_reads_why_something_is_cancelled() -> None:
    known = definitions()
    assert asking.read_cancelling(cancelling(valueString=" Sakit "), known) == "Sakit"
    assert asking.read_cancelling(cancelling(valueCodeableConcept={"text": "Pindah"}), known) == "Pindah"
    assert asking.read_cancelling(cancelling(valueCodeableConcept={"coding": [{"code": "pat"}]}), known) == "pat"
    for sent in (cancelling(valueString="a" * 201), {"resourceType": "Parameters"}, RESOURCES["slot open"], []):
        with pytest.raises(Faults):
            asking.read_cancelling(sent, known)


def test_nothing_masked_is_told() -> None:
    """Neither the text nor that there is none: a masked patient says masked, one without says nothing."""
    masked = json.dumps(RESOURCES["patient masked"])
    assert masked.count("masked") == 6
    for text in (samples.PERSON.name, samples.PERSON.nik, samples.PERSON.card, samples.PERSON.phone, "1990"):
        assert text not in masked
    assert "masked" not in json.dumps(RESOURCES["patient"])
    assert samples.BOOKED.record not in json.dumps(RESOURCES["appointment masked"])


def test_each_state_of_a_booking_has_its_status() -> None:
    said = {
        state: RESOURCES[f"appointment {state}"]["status"]
        for state in BookingState
        if state is not BookingState.CANCELLED
    }
    assert said == {
        BookingState.BOOKED: "booked", BookingState.ARRIVED: "checked-in", BookingState.CALLED: "checked-in",
        BookingState.SERVING: "checked-in", BookingState.SERVED: "fulfilled", BookingState.MOVED: "cancelled",
        BookingState.ABSENT: "noshow",
    }  # fmt: skip
    assert RESOURCES["appointment new"]["status"] == "arrived"


def test_an_encounter_waits_for_the_numbers_of_satusehat() -> None:
    assert encounter.missing(samples.SERVED) == ()
    without = replace(samples.SERVED, organization="", patient="", doctor="", location="", consent=False)
    assert [one.place for one in encounter.missing(without)] == [
        "organization",
        "patient",
        "doctor",
        "location",
        "consent",
    ]
    history = RESOURCES["encounter"]["statusHistory"]
    assert [one["status"] for one in history] == ["arrived", "in-progress", "finished"]
    assert "3603" not in json.dumps(RESOURCES["encounter"])
