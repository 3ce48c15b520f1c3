"""Requests by ``$book`` and ``$cancel``: the resource read into one row. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pilar.hospital.rules.booking import Asked, Channel, Payer, Visit
from pilar.hospital.rules.fhir.reading import Definitions, faults_of
from pilar.hospital.rules.fhir.site import PAYER, VISIT, Site
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

BOOKED_FROM = ("proposed", "pending", "booked")
"""The statuses in which an appointment may be requested; it is returned as ``booked``."""
MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """A requested booking; ``identifier`` is the client's own (``system|value``), perhaps empty. The time is decided by
    the session, and returned in the answer."""

    slot: str
    patient: str
    asked: Asked
    identifier: str


def read_booking(given: Any, site: Site, known: Definitions) -> Wanted:
    """An Appointment, alone or as ``appt-resource`` of Parameters. Raises :class:`Faults` with every fault."""
    refuse(faults_of(given, known))
    if given["resourceType"] == "Parameters":
        given = _parameter(given, "appt-resource").get("resource", {})
    if given.get("resourceType") != "Appointment":
        refuse([Fault("required", N_("Send the appointment that you ask for"), {}, "Appointment")])
    actors = [participant.get("actor", {}).get("reference", "") for participant in given["participant"]]
    patients = [actor.removeprefix("Patient/") for actor in actors if actor.startswith("Patient/")]
    slots = [slot.get("reference", "").removeprefix("Slot/") for slot in given.get("slot", ())]
    visit = _code(given.get("appointmentType", {}), site.system(VISIT)) or "1"
    payer = next(
        (
            extension.get("valueCode")
            for extension in given.get("extension", ())
            if extension["url"] == site.system(PAYER)
        ),
        "general",
    )
    checks = {
        "status": (given["status"] in BOOKED_FROM, N_("Ask for an appointment that is proposed, pending or booked")),
        "participant": (len(patients) == 1, N_("Name exactly one patient")),
        "slot": (len(slots) == 1 and bool(slots[0]), N_("Name exactly one slot")),
        "appointmentType": (visit in set(Visit), N_("The kind of visit is a number from 1 to 4")),
        "extension": (payer in set(Payer), N_("The payer is general, bpjs or other")),
    }
    refuse(
        [
            Fault("business-rule", said, {}, f"Appointment.{place}")
            for place, (holds, said) in checks.items()
            if not holds
        ]
    )
    own = next(iter(given.get("identifier", ())), {})
    referral = next((reference.get("identifier", {}).get("value", "") for reference in given.get("basedOn", ())), "")
    asked = Asked(Channel.DESK, Payer(payer), Visit(visit), referral)
    return Wanted(slots[0], patients[0], asked, f"{own.get('system', '')}|{own['value']}" if own.get("value") else "")


def read_cancelling(given: Any, known: Definitions) -> str:
    """The reason in the Parameters of ``$cancel`` (``reason``: text or a concept). Raises :class:`Faults`."""
    refuse(faults_of(given, known))
    reason = _parameter(given, "reason") if given["resourceType"] == "Parameters" else {}
    concept = reason.get("valueCodeableConcept", {})
    coded = next((coding.get("display") or coding.get("code") for coding in concept.get("coding", ())), "")
    text = str(reason.get("valueString") or concept.get("text") or coded or "").strip()
    if not text or len(text) > MAX_REASON:
        sentence = N_("Give a reason of at most %(most)s letters")
        refuse([Fault("required", sentence, {"most": MAX_REASON}, "Parameters.parameter")])
    return text


def refuse(faults: Any) -> None:
    if faults := tuple(faults):
        raise Faults(faults)


def _parameter(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return next((parameter for parameter in given.get("parameter", ()) if parameter["name"] == name), {})


def _code(concept: Mapping[str, Any], system: str) -> str:
    return next((coding.get("code", "") for coding in concept.get("coding", ()) if coding.get("system") == system), "")
