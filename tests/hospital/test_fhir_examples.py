"""The official examples of FHIR R4, which are not kept here: what the standard calls right is read, or refused by name.

``npm pack hl7.fhir.r4.examples@4.0.1`` (CC0) into ``.pilar/node`` brings them; without them these tests are left out,
or fail if ``PILAR_REQUIRE_NODE`` promises them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tarfile
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from hospital.validators import judged, leave_out, structural
from pilar.hospital.reference.fhir import definitions
from pilar.hospital.rules.fhir.reading import faults_of

PACKAGE = Path(__file__).parents[2] / ".pilar" / "node" / "hl7.fhir.r4.examples-4.0.1.tgz"
WHOLE = "DXBdIZOeQaSKIgCU7w6HOC7sw/6BzylmipLkBW4f//pT+Bc94x+8LImwTdvaNThPJoOzpBzvxAzNqjeu3X/zLw=="
KINDS = {"Appointment": 3, "Encounter": 10, "HealthcareService": 1, "Location": 6, "Patient": 22, "Practitioner": 14,
         "Schedule": 3, "Slot": 4}  # fmt: skip
ASKED = ("Appointment", "Schedule", "Slot")
"""Of what a booking is made: of these no example may be refused."""


@pytest.fixture(scope="module")
def examples() -> dict[str, dict[str, Any]]:
    if not PACKAGE.exists():
        leave_out("no hl7.fhir.r4.examples in .pilar/node: the official examples were LEFT OUT")
    content = PACKAGE.read_bytes()
    assert base64.b64encode(hashlib.sha512(content).digest()).decode() == WHOLE
    with tarfile.open(PACKAGE) as packed:
        return {
            name: json.load(found)
            for one in packed
            if (name := Path(one.name).stem).partition("-")[0] in KINDS and one.name == f"package/{name}.json"
            and (found := packed.extractfile(one)) is not None
        }  # fmt: skip


def without_what_is_not_read(example: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """An example without the elements that ``fhir-r4.yaml`` leaves out on purpose, and their places."""
    left, places = deepcopy(example), set[str]()
    for fault in faults_of(example, definitions()):
        if fault.code != "structure" or fault.sentence != "There is no such element, or it is not read here":
            continue
        before, extension, _inside = fault.place.partition(".extension")  # which goes as a whole
        *way, name = f"{before}{extension}".split(".")[1:]
        inside: Any = left
        for step in way:
            element, _bracket, at = step.rstrip("]").partition("[")
            inside = inside[element][int(at)] if at else inside[element]
        inside.pop(name, None)
        places.add(fault.place)
    return left, places


def test_all_of_our_kinds_are_there(examples: dict[str, dict[str, Any]]) -> None:
    assert Counter(one["resourceType"] for one in examples.values()) == KINDS


def test_both_validators_take_each_of_them(examples: dict[str, dict[str, Any]]) -> None:
    said = dict(zip(examples, judged(list(examples.values())), strict=True))
    assert {name: faults for name, faults in said.items() if faults} == {}


def test_what_a_booking_is_made_of_is_read_whole(examples: dict[str, dict[str, Any]]) -> None:
    read = {name: faults_of(one, definitions()) for name, one in examples.items() if one["resourceType"] in ASKED}
    assert read == dict.fromkeys(read, ())
    assert len(read) == 10


def test_of_the_others_only_what_is_left_out_on_purpose_is_refused(examples: dict[str, dict[str, Any]]) -> None:
    """No value, code, order or need of the standard's own examples is wrong in our eyes; 31 of 63 are read whole."""
    whole = 0
    for name, one in examples.items():
        left, places = without_what_is_not_read(one)
        assert (name, faults_of(left, definitions())) == (name, ())
        assert (name, structural(left)) == (name, [])
        whole += not places
    assert whole == 31
