"""A visit in the form of SATUSEHAT: an Encounter, the only resource of a visit with a profile there. Pure.

References are the numbers of the national registers (IHS), never a NIK: a visit without these numbers cannot be
reported yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from pilar.hospital.rules.fhir.site import LOCAL_IDS, Resource, instant
from pilar.platform.errors import Fault
from pilar.platform.language import N_

PROFILE = "https://fhir.kemkes.go.id/r4/StructureDefinition/Encounter"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ATTENDER = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that was served: task 3, 4 and 5 of the BPJS contract are its times. Numbers are those of SATUSEHAT;
    ``key`` is the hospital's own number of the visit, never the code that its patient carries."""

    key: int
    organization: str
    patient: str
    doctor: str
    doctor_name: str
    location: str
    location_name: str
    arrived_at: datetime
    started_at: datetime
    ended_at: datetime
    consent: bool


WANTED = {
    "organization": N_("The hospital has no number at SATUSEHAT"),
    "patient": N_("The patient has no IHS number"),
    "doctor": N_("The doctor has no IHS number"),
    "location": N_("The room has no number at SATUSEHAT"),
    "consent": N_("The patient has not agreed that SATUSEHAT is told"),
}
"""What a visit needs in order to be reported, by the fields of its row."""


def missing(row: Visit) -> tuple[Fault, ...]:
    """Name what prevents a visit from being reported."""
    return tuple(Fault(f"no-{name}", said, {}, name) for name, said in WANTED.items() if not getattr(row, name))


def encounter(row: Visit) -> Resource:
    """Outpatient (AMB), finished, with the history of its states."""
    moments = (row.arrived_at, row.started_at, row.ended_at, row.ended_at)
    return {
        "resourceType": "Encounter",
        "meta": {"profile": [PROFILE]},
        "identifier": [{"system": f"{LOCAL_IDS}/encounter/{row.organization}", "value": str(row.key)}],
        "status": "finished",
        "statusHistory": [
            {"status": status, "period": {"start": instant(start), "end": instant(end)}}
            for status, (start, end) in zip(("arrived", "in-progress", "finished"), pairwise(moments), strict=True)
        ],
        "class": {"system": ACT_CODE, "code": "AMB", "display": "ambulatory"},
        "subject": {"reference": f"Patient/{row.patient}"},
        "participant": [
            {
                "type": [{"coding": [{"system": ATTENDER, "code": "ATND", "display": "attender"}]}],
                "individual": {"reference": f"Practitioner/{row.doctor}", "display": row.doctor_name},
            }
        ],
        "period": {"start": instant(row.arrived_at), "end": instant(row.ended_at)},
        "location": [{"location": {"reference": f"Location/{row.location}", "display": row.location_name}}],
        "serviceProvider": {"reference": f"Organization/{row.organization}"},
    }
