"""Client for SATUSEHAT, for a hospital that is registered there: tokens, the numbers of patients, and creating
resources.

The credentials are kept only in a file on the server (``PILAR_SATUSEHAT_FILE``): ``{"rsu-tangerang": {"address":
"https://api-satusehat.kemkes.go.id", "client": …, "secret": …}}``. Paths are those that public libraries use
(assumption: the ministry's own description was not seen).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from pilar.hospital.bpjs.client import NotReached, exchanged
from pilar.hospital.rules.fhir.site import NIK, Resource

NOT_KNOWN, NOT_NOW = 401, frozenset({401, 403, 408})
"""Statuses that say nothing about the message: the sender is unknown, or too fast."""
TOKEN, ROOT = "/oauth2/v1/accesstoken?grant_type=client_credentials", "/fhir-r4/v1"


class Refused(Exception):
    """SATUSEHAT has refused the request."""


@dataclass(slots=True, repr=False)
class Line:
    """One hospital's connection to SATUSEHAT. Every request may raise :class:`NotReached` or :class:`Refused`."""

    address: str
    client: str
    secret: str
    _token: str = field(default="", init=False)

    def patient(self, nik: str) -> str:
        """The IHS number of a person; empty if SATUSEHAT knows none."""
        return self._found("Patient", NIK, nik)

    def create(self, resource: Resource, *, again: bool = False) -> str:
        """Create a resource; return its number there. ``again``: it was sent before and may exist there, because the
        answer was lost."""
        for identifier in resource["identifier"] if again else ():
            with suppress(Refused):  # if nothing can be searched for, it is sent all the same
                if key := self._found(resource["resourceType"], identifier["system"], identifier["value"]):
                    return key
        made = self._asked("POST", f"{ROOT}/{resource['resourceType']}", resource)
        if not made.get("id"):
            raise Refused("no id")
        return str(made["id"])

    def _found(self, kind: str, system: str, value: str) -> str:
        bundle = self._asked("GET", f"{ROOT}/{kind}?{urlencode({'identifier': f'{system}|{value}'})}")
        return str(next((entry["resource"]["id"] for entry in bundle.get("entry", ())), ""))

    def _asked(self, method: str, path: str, resource: Resource | None = None) -> Mapping[str, Any]:
        """The answer; a token that has run out is asked for again, once."""
        body = None if resource is None else json.dumps(resource).encode()
        while True:
            fresh = not self._token
            self._token = self._token or self._signed_in()
            headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
            status, content = exchanged(self.address + path, method, body, headers)
            if status != NOT_KNOWN:
                return _told(status, content)
            self._token = ""
            if fresh:
                raise NotReached(f"HTTP {status}")

    def _signed_in(self) -> str:
        """A token; raises :class:`NotReached` if there is none, since the message is not at fault."""
        given = urlencode({"client_id": self.client, "client_secret": self.secret}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            token = _told(*exchanged(self.address + TOKEN, "POST", given, kind)).get("access_token")
        except Refused as error:
            raise NotReached(f"token: {error}") from error
        if not token:
            raise NotReached("no token")
        return str(token)


def _told(status: int, content: bytes) -> Mapping[str, Any]:
    if status in NOT_NOW:
        raise NotReached(f"HTTP {status}")
    try:
        told = json.loads(content)
    except ValueError:
        told = None
    if status >= 400 or not isinstance(told, dict):
        raise Refused(f"HTTP {status}")
    return told


def lines() -> dict[str, Line]:
    """Every hospital that is connected to SATUSEHAT."""
    if not settings.PILAR_SATUSEHAT_FILE:
        return {}
    given = json.loads(Path(settings.PILAR_SATUSEHAT_FILE).read_text(encoding="utf-8"))
    return {
        code: Line(access["address"].rstrip("/"), access["client"], access["secret"]) for code, access in given.items()
    }
