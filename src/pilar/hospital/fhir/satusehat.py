"""Asks SATUSEHAT, as a hospital that is registered there: its token, the number of a patient, what is to be created.

The access stands in a file of the server (``PILAR_SATUSEHAT_FILE``), nowhere else: ``{"rsu-tangerang": {"address":
"https://api-satusehat.kemkes.go.id", "client": …, "secret": …}}``. Paths are those that public libraries use
(assumption: the ministry's own description was not seen).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from pilar.hospital.bpjs.client import exchanged
from pilar.hospital.rules.fhir.site import NIK, Resource

TOKEN, ROOT = "/oauth2/v1/accesstoken?grant_type=client_credentials", "/fhir-r4/v1"


class Refused(Exception):
    """SATUSEHAT has answered, and did not do it."""


@dataclass(slots=True, repr=False)
class Line:
    """One hospital's way to SATUSEHAT. Whatever is asked raises :class:`NotReached` or :class:`Refused`."""

    address: str
    client: str
    secret: str
    _token: str = field(default="", init=False)

    def patient(self, nik: str) -> str:
        """The IHS number of a person; empty where SATUSEHAT knows none."""
        found = self._asked("GET", f"{ROOT}/Patient?{urlencode({'identifier': f'{NIK}|{nik}'})}")
        return str(next((one["resource"]["id"] for one in found.get("entry", ())), ""))

    def create(self, resource: Resource) -> str:
        """Create a resource; its number there."""
        made = self._asked("POST", f"{ROOT}/{resource['resourceType']}", resource)
        if not made.get("id"):
            raise Refused("no id")
        return str(made["id"])

    def _asked(self, method: str, path: str, resource: Resource | None = None) -> Mapping[str, Any]:
        if not self._token:
            given = urlencode({"client_id": self.client, "client_secret": self.secret}).encode()
            said = self._told("POST", TOKEN, given, {"Content-Type": "application/x-www-form-urlencoded"})
            self._token = str(said.get("access_token", ""))
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        return self._told(method, path, None if resource is None else json.dumps(resource).encode(), headers)

    def _told(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Mapping[str, Any]:
        status, content = exchanged(self.address + path, method, body, headers)
        try:
            told = json.loads(content)
        except ValueError:
            told = None
        if status >= 400 or not isinstance(told, dict):
            raise Refused(f"HTTP {status}")
        return told


def lines() -> dict[str, Line]:
    """Every hospital that is tied to SATUSEHAT."""
    if not settings.PILAR_SATUSEHAT_FILE:
        return {}
    given = json.loads(Path(settings.PILAR_SATUSEHAT_FILE).read_text(encoding="utf-8"))
    return {code: Line(one["address"].rstrip("/"), one["client"], one["secret"]) for code, one in given.items()}
