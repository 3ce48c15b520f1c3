"""Send one request to BPJS and read its answer by the contract."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Mapping
from datetime import datetime
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from pilar.hospital.bpjs.access import Access
from pilar.hospital.reference.bpjs import contract
from pilar.hospital.rules.bpjs.messages import write

SECONDS, MAX_SECONDS = 8.0, 15.0
"""Seconds to wait for each step of a connection, and for a whole slow answer."""
MAX_ANSWER = 20_000_000


class NotReached(Exception):
    """There was no answer: the request may have been carried out or not."""


def ask(
    access: Access, name: str, values: Mapping[str, Any] | None = None, *, now: datetime, seconds: float | None = None
) -> Any:
    """Call a service, with ``values`` for the parts of its path and its fields; ``seconds``: a limit, if somebody waits
    for the answer.

    Raises :class:`Misfit` for what the contract does not allow, :class:`NotReached`, :class:`Refused`,
    :class:`NotUnderstood`.
    """
    service, given = contract().called[name], dict(values or {})
    path = service.address({field.name: given.pop(field.name) for field in service.parts})
    body = None if service.given is None else json.dumps(write(service.given, given)).encode()
    at = int(now.timestamp())
    _status, content = exchanged(access.address + path, service.method, body, access.keys.headers(at), seconds)
    return service.understood(content, keys=access.keys, at=at)


def exchanged(
    address: str, method: str, body: bytes | None, headers: Mapping[str, str], seconds: float | None = None
) -> tuple[int, bytes]:
    """Status and content of an answer. Raises :class:`NotReached`, also for server errors of the other side."""
    parts = urlsplit(address)  # the operator's own setting; redirections are answers, not followed
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds or SECONDS)
    try:
        connection.connect()
        line = connection.sock
        end = Timer(seconds or MAX_SECONDS, lambda: line.shutdown(socket.SHUT_RDWR))
        end.start()
        try:
            connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, dict(headers))
            answer = connection.getresponse()
            content = answer.read(MAX_ANSWER)
        finally:
            end.cancel()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotReached(type(error).__name__) from error
    finally:
        connection.close()
    if answer.status >= 500 or answer.status == http.client.TOO_MANY_REQUESTS:
        raise NotReached(f"HTTP {answer.status}")
    return answer.status, content
