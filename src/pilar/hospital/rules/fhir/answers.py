"""FHIR answers other than resources: faults, search bundles, the capability statement. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pilar.hospital.rules.fhir.site import Resource, Site, instant
from pilar.platform.errors import Fault

ISSUE_TYPES = frozenset({
    "invalid", "structure", "required", "value", "invariant", "login", "forbidden", "processing", "not-supported",
    "not-found", "too-long", "code-invalid", "business-rule", "conflict", "throttled", "transient",
})  # fmt: skip
OF_STATUS = {401: "login", 403: "forbidden", 404: "not-found", 409: "conflict", 412: "conflict", 429: "throttled"}


@dataclass(frozen=True, slots=True)
class Searched:
    """The search of a type: parameters by their kind; operations by name."""

    type: str
    parameters: dict[str, str]
    operations: tuple[str, ...] = ()


SEARCHES = (
    Searched("Schedule", {"_id": "token", "actor": "reference", "date": "date"}),
    Searched("Slot", {"_id": "token", "schedule": "reference", "start": "date", "status": "token"}),
    Searched(
        "Appointment",
        {
            "_id": "token", "date": "date", "identifier": "token", "patient": "reference", "practitioner": "reference",
            "status": "token",
        },
        ("book", "cancel"),
    ),
    Searched("Patient", {"_id": "token", "identifier": "token"}),
    Searched("Practitioner", {"_id": "token", "identifier": "token", "name": "string"}),
    Searched("Location", {"_id": "token", "name": "string"}),
    Searched("HealthcareService", {"_id": "token", "name": "string"}),
)  # fmt: skip
"""The supported types and searches; pages, the capability statement and the tests all use it."""


def outcome(faults: Iterable[Fault], *, status: int = 422) -> Resource:
    """An OperationOutcome; a code that is not a FHIR issue type is given in addition to the type that matches its
    status."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": fault.code if fault.code in ISSUE_TYPES else OF_STATUS.get(status, "business-rule"),
                "details": {"coding": [{"code": fault.code}], "text": fault.said()},
                **({"expression": [fault.place]} if fault.place else {}),
            }
            for fault in faults
        ],
    }


def bundle(site: Site, resources: Sequence[Resource], *, total: int, links: dict[str, str], now: datetime) -> Resource:
    """A page of a search; ``links``: ``self``, ``next``, ``previous``, unchanged."""
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "timestamp": instant(now),
        "total": total,
        "link": [{"relation": name, "url": url} for name, url in links.items()],
        **({"entry": [_entry(site, resource) for resource in resources]} if resources else {}),
    }


def _entry(site: Site, resource: Resource) -> Resource:
    return {
        "fullUrl": f"{site.root}/{resource['resourceType']}/{resource['id']}",
        "resource": resource,
        "search": {"mode": "match"},
    }


def capability(site: Site, *, since: datetime) -> Resource:
    """Declare what this server can do (CapabilityStatement)."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": instant(since),
        "kind": "instance",
        "software": {"name": "Pilar"},
        "implementation": {"description": site.name, "url": site.root},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "cors": False,
                    "description": "Authorization: Bearer TOKEN; the token of an account that works in the hospital",
                },
                "resource": [_ability(site, search) for search in SEARCHES],
            }
        ],
    }


def _ability(site: Site, searched: Searched) -> Resource:
    told: Resource = {
        "type": searched.type,
        "interaction": [
            {"code": "read"},
            {"code": "search-type"},
            *([{"code": "create"}] if searched.operations else []),
        ],
        "versioning": "versioned",
        "searchParam": [{"name": name, "type": kind} for name, kind in searched.parameters.items()],
    }
    if searched.operations:
        told["conditionalCreate"] = True
        told["operation"] = [
            {"name": name, "definition": f"{site.root}/OperationDefinition/{searched.type}-{name}"}
            for name in searched.operations
        ]
    return told


OPERATIONS = {
    "Appointment-book": ("book", False, ("appt-resource", "Appointment", "What is asked for, with slot and patient")),
    "Appointment-cancel": ("cancel", True, ("reason", "string", "Why it is cancelled")),
}
"""Operations: name, whether for one appointment, and the parameter of each."""


def definition(site: Site, key: str) -> Resource | None:
    """The definition of a custom operation; None for an unknown one."""
    if key not in OPERATIONS:
        return None
    name, of_one, (parameter, kind, said) = OPERATIONS[key]
    return {
        "resourceType": "OperationDefinition",
        "id": key,
        "url": f"{site.root}/OperationDefinition/{key}",
        "name": name.capitalize(),
        "status": "active",
        "kind": "operation",
        "affectsState": True,
        "code": name,
        "resource": ["Appointment"],
        "system": False,
        "type": not of_one,
        "instance": of_one,
        "parameter": [
            {"name": parameter, "use": "in", "min": 1, "max": "1", "documentation": said, "type": kind},
            {"name": "return", "use": "out", "min": 1, "max": "1", "type": "Appointment"},
        ],
    }
