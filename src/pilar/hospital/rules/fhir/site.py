"""Shared parts of a hospital's FHIR resources: base address, identifier systems, format of a moment. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

Resource = dict[str, Any]
NIK = "https://fhir.kemkes.go.id/id/nik"
IHS = "https://fhir.kemkes.go.id/id/ihs-number"
LOCAL_IDS = "http://sys-ids.kemkes.go.id"
VISIT, PAYER = "visit", "payer"


@dataclass(frozen=True, slots=True)
class Site:
    """``root``: the base address of its resources; ``organization``: its SATUSEHAT number, perhaps empty."""

    root: str
    name: str
    organization: str

    def system(self, name: str) -> str:
        """Return the address of the hospital's own identifiers, codes and extensions."""
        return f"{self.root}/sid/{name}"


def instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
