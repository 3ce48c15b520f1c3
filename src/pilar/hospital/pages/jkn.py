"""The services that a hospital exposes to BPJS (Mobile JKN), below ``/rumah-sakit/bpjs/<hospital>/``."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from hmac import compare_digest
from typing import Any

from django.core import signing
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from pilar.hospital.bpjs.access import Access, access_of
from pilar.hospital.operations import bpjs, jkn
from pilar.hospital.queries import jkn as queries
from pilar.hospital.queries.schedule import HospitalRow
from pilar.hospital.reference.bpjs import contract
from pilar.hospital.rules.bpjs.messages import Misfit, read
from pilar.hospital.rules.bpjs.services import Refused, Service
from pilar.platform.errors import PilarError
from pilar.platform.limits import Limit, TooManyRequests, count
from pilar.platform.outage import database_is_away

READS: dict[str, Callable[[HospitalRow, Mapping[str, Any], datetime], Any]] = {
    "status": queries.session_status,
    "left": queries.booking_left,
    "pharmacy-take": queries.pharmacy_number,
    "pharmacy-status": queries.pharmacy_status,
}
ACTS: dict[str, Callable[..., Any]] = {
    "take": jkn.take_by_jkn,
    "give-up": jkn.give_up_by_jkn,
    "check-in": jkn.check_in_by_jkn,
    "new-patient": jkn.register_by_jkn,
    "operations": jkn.operations_told,
    "operations-of-patient": jkn.operations_told,
}
"""The handler of each exposed service, except the token."""


@csrf_exempt
def serve(request: HttpRequest, hospital: str, path: str) -> JsonResponse:
    """Answer one of the exposed services: always the envelope of the contract, whatever happens."""
    now, begun = timezone.now(), time.monotonic()
    service = next((service for service in contract().exposed.values() if service.path == f"/{path}"), None)
    sent: dict[str, Any] = {}
    status, headers = 404, {}
    try:
        with translation.override("id"):
            access = access_of(hospital)
            if service is None or access is None or request.method != service.method:
                raise contract().refusal("unknown-service")
            by, place = queries.mobile_jkn(hospital)
            status = 200
            if service.name == "token":
                values = _token(request, hospital, access, now)
            else:
                count(request, Limit("hospital.bpjs", contract().numbers["requests_a_minute"]), now=now)
                _require_token(request, hospital, access)
                given = _read(request, service, sent)
                if service.name in READS:
                    values = READS[service.name](place, given, now)
                else:
                    values = ACTS[service.name](by=by, place=place, given=given, now=now)
            envelope = service.envelope(values)
    except TooManyRequests as error:
        status, headers = error.status, {"Retry-After": str(error.retry_after)}
        envelope = _refused(contract().refusal("too-many"))
    except Refused as refused:
        envelope = _refused(refused)
    except PilarError as error:  # other refusals of operations, with their own sentences
        with translation.override("id"):
            envelope = _refused(Refused(201, error.text().replace("\n", "; ")))
    except DatabaseError as error:
        if not database_is_away(error):
            raise
        return JsonResponse(_refused(contract().refusal("away")), status=503, headers={"Retry-After": "5"})
    if service is not None and status == 200 and service.name != "token":
        said = envelope["metadata"]["code"], envelope["metadata"]["message"]
        bpjs.keep_exchange(hospital, service.name, sent, said, begun=begun, now=now, incoming=True)
    return JsonResponse(envelope, status=status, headers=headers)


def _token(request: HttpRequest, hospital: str, access: Access, now: datetime) -> dict[str, Any]:
    count(request, Limit("hospital.bpjs-token", contract().numbers["token_requests_a_minute"]), now=now)
    name, word = (request.headers.get(header, "") for header in ("x-username", "x-password"))
    if not (_same(name, access.username) & _same(word, access.password)):
        raise contract().refusal("wrong-user")
    return {"token": signing.dumps(name, salt=_salt(hospital, access))}


def _read(request: HttpRequest, service: Service, sent: dict[str, Any]) -> dict[str, Any]:
    """The values of a request, which are stored in ``sent`` for the log."""
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        raise contract().refusal("not-json") from None
    if isinstance(given, dict):
        sent |= given
    try:
        return read(service.given or (), given)
    except Misfit as fault:
        raise contract().refusal_of(fault) from None


def _require_token(request: HttpRequest, hospital: str, access: Access) -> None:
    token = request.headers.get("x-token", "")
    if not token:
        raise contract().refusal("no-token")
    try:
        name = signing.loads(token, salt=_salt(hospital, access), max_age=contract().numbers["token_seconds"])
    except signing.SignatureExpired:
        raise contract().refusal("expired-token") from None
    except signing.BadSignature:
        raise contract().refusal("bad-token") from None
    if not _same(request.headers.get("x-username", ""), name):
        raise contract().refusal("wrong-user")


def _salt(hospital: str, access: Access) -> str:
    """A token is valid for one hospital, until its password changes."""
    return f"hospital.bpjs {hospital} {hashlib.sha256(f'{access.username} {access.password}'.encode()).hexdigest()}"


def _same(given: str, wanted: str) -> bool:
    return compare_digest(given.encode(), wanted.encode())


def _refused(refused: Refused) -> dict[str, Any]:
    return {"response": None, "metadata": {"message": refused.message, "code": refused.code}}
