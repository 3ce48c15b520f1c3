"""The addresses of FHIR R4 below ``/rumah-sakit/fhir/<hospital>/``: read, search, ``$book``, ``$cancel``.

Requests need the API token of an account that works in the hospital; the capability statement and the definitions of
operations are public. Every refusal is an OperationOutcome. Identity numbers are searched for with ``POST …/_search``,
so that they are never part of an address.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt

from pilar.hospital import operations
from pilar.hospital.fhir import resources
from pilar.hospital.queries.bookings import BookingRow
from pilar.hospital.queries.fhir import Sought, found
from pilar.hospital.queries.schedule import HospitalRow, hospital
from pilar.hospital.reference.fhir import definitions
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.fhir import answers
from pilar.hospital.rules.fhir.asking import read_booking, read_cancelling, refuse
from pilar.hospital.rules.fhir.reading import faults_of
from pilar.hospital.rules.fhir.site import Resource, Site
from pilar.people.operations import BadToken, use_token
from pilar.people.rules import NotFound, Standing
from pilar.people.signin import act_as
from pilar.platform import limits
from pilar.platform.errors import Fault, Faults, PilarError, RetryLater
from pilar.platform.language import N_

FHIR_JSON = "application/fhir+json"
LARGEST = 65_536
LIMIT = limits.Limit("fhir", 600)
"""The most requests from one network in a minute (assumption): a hospital's own system asks every second; guessing
codes is stopped."""
SINCE = datetime(2026, 12, 1, tzinfo=UTC)
"""The date of this description of the server."""
SEARCHES = {search.type: search for search in answers.SEARCHES}
PER_PAGE, MAX_PER_PAGE = 50, 200


class NotDone(PilarError):
    code = "not-supported"
    status = 405
    sentence = N_("This server does not do this here. Its CapabilityStatement (metadata) says what it does")


class TooLong(PilarError):
    code = "too-long"
    status = 413
    sentence = N_("This is longer than any resource that is read here")


class OtherForm(PilarError):
    code = "not-supported"
    status = 415
    sentence = N_("Send JSON, as application/fhir+json")


@csrf_exempt
def fhir(request: HttpRequest, code: str, rest: str) -> HttpResponse:
    """Handle every FHIR address of a hospital."""
    try:
        limits.count(request, LIMIT, now=timezone.now())
        at, parts = hospital(code), tuple(rest.strip("/").split("/"))
        return _described(request, at, parts) or _answered(_Call(request, at, _who(request, at), timezone.now()), parts)
    except Faults as error:
        return _said(answers.outcome(error.faults, status=error.status), status=400 if request.method == "GET" else 422)
    except PilarError as error:
        told = Fault(error.code, error.sentence, error.fields)
        said = _said(answers.outcome([told], status=error.status), error.status)
        if isinstance(error, BadToken):
            said["WWW-Authenticate"] = "Bearer"
        if isinstance(error, RetryLater):
            said["Retry-After"] = str(error.retry_after)
        return said


@dataclass(frozen=True, slots=True)
class _Call:
    request: HttpRequest
    at: HospitalRow
    by: Standing
    now: datetime

    @property
    def site(self) -> Site:
        return _site(self.at)

    def told(self, kind: str, row: Any) -> Resource:
        """A row as the reader may see it."""
        match kind:
            case "Appointment":
                return resources.appointment(self.site, row, named=AUTHORITY.holds(self.by, Action.BOOK, self.at.case))
            case "Slot":
                return resources.slot(self.site, row, self.now)
        return OF_KIND[kind](self.site, row)


OF_KIND = {
    "Patient": resources.patient, "Practitioner": resources.practitioner, "Location": resources.location,
    "HealthcareService": resources.healthcare_service, "Schedule": resources.schedule,
}  # fmt: skip


def _described(request: HttpRequest, at: HospitalRow, parts: tuple[str, ...]) -> HttpResponse | None:
    """Return public resources; None for anything else."""
    if request.method == "GET" and parts == ("metadata",):
        return _said(answers.capability(_site(at), since=SINCE))
    if request.method == "GET" and parts[0] == "OperationDefinition" and parts[-1] in answers.OPERATIONS:
        return _said(answers.definition(_site(at), parts[-1]))
    return None


def _answered(call: _Call, parts: tuple[str, ...]) -> HttpResponse:
    match call.request.method, parts:
        case "GET", (kind,) if kind in SEARCHES:
            return _searched(call, kind, call.request.GET, hidden=False)
        case "POST", (kind, "_search") if kind in SEARCHES:
            return _searched(call, kind, call.request.POST, hidden=True)
        case "GET", (kind, key) if kind in SEARCHES:
            return _read(call, kind, key)
        case "POST", ("Appointment",) | ("Appointment", "$book"):
            return _book(call)
        case "POST", ("Appointment", code, "$cancel"):
            return _cancel(call, code)
        case "POST", (kind,) if kind in definitions().resources:
            refuse(faults_of(_sent(call.request), definitions()))
    # Elsewhere on this site, an unsupported GET redirects to a page; here it is an error.
    raise NotDone if call.request.method != "GET" and parts[0] in definitions().resources else NotFound


def _who(request: HttpRequest, at: HospitalRow) -> Standing:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise BadToken
    by = use_token(secret=token.strip(), now=timezone.now())
    act_as(request, by)
    if not any(AUTHORITY.holds(by, action, at.case) for action in (Action.READ, Action.MANAGE)):
        raise NotFound
    return by


def _site(at: HospitalRow) -> Site:
    with translation.override("id"):
        root = reverse("hospital:fhir", args=[at.code, "metadata"]).removesuffix("/metadata")
    return Site(settings.SITE_ADDRESS.rstrip("/") + root, at.name, at.organization)


def _read(call: _Call, kind: str, key: str) -> HttpResponse:
    rows, _total = found(kind, Sought({"_id": [key]}), at=call.at, scope=call.by, now=call.now)
    if not rows:
        raise NotFound
    return _said(call.told(kind, rows[0]))


def _searched(call: _Call, kind: str, given: QueryDict, *, hidden: bool) -> HttpResponse:
    """A page of results. ``hidden``: the search is not part of the address, so links must not repeat it."""
    asked = {name: given.getlist(name) for name in given}
    page = _number(asked.pop("page", ["1"]), 100_000)
    count = _number(asked.pop("_count", [str(PER_PAGE)]), MAX_PER_PAGE)
    if kind == "Patient" and not hidden and "identifier" in asked:
        sentence = N_("Look for an identity number by POST Patient/_search, never in an address")
        refuse([Fault("not-supported", sentence)])
    sentence = N_("“%(name)s” is no parameter of a search here")
    unknown = [name for name in asked if name not in SEARCHES[kind].parameters]
    refuse([Fault("not-supported", sentence, {"name": name[:64]}) for name in unknown])
    rows, total = found(kind, Sought(asked, (page - 1) * count, count), at=call.at, scope=call.by, now=call.now)
    pages = {"self": page, **({"next": page + 1} if total > page * count else {})}
    links = {
        name: f"{call.site.root}/{kind}?"
        + urlencode({**({} if hidden else asked), "_count": count, "page": number}, doseq=True)
        for name, number in pages.items()
        if name == "self" or not hidden
    }
    those = [call.told(kind, row) for row in rows]
    return _said(answers.bundle(call.site, those, total=total, links=links, now=call.now))


def _number(given: Sequence[str], most: int) -> int:
    if len(given) != 1 or not given[0].isdecimal() or len(given[0]) > 9 or not 1 <= int(given[0]) <= most:
        refuse([Fault("value", N_("“%(value)s” cannot be read here"), {"value": ",".join(given)[:64]})])
    return int(given[0])


def _book(call: _Call) -> HttpResponse:
    wanted = read_booking(_sent(call.request), call.site, definitions())
    if condition := call.request.headers.get("If-None-Exist", ""):
        asked = QueryDict(condition.lstrip("?")).get("identifier", "")
        if not asked:
            refuse([Fault("not-supported", N_("If-None-Exist names the identifier of the appointment"))])
        wanted = replace(wanted, identifier=str(asked))
    code, made = operations.book_appointment(by=call.by, hospital=call.at.code, wanted=wanted, now=call.now)
    said = _read(call, "Appointment", code)
    said.status_code = 201 if made else 200
    said["Location"] = f"{call.site.root}/Appointment/{code}"
    return said


def _cancel(call: _Call, code: str) -> HttpResponse:
    reason = read_cancelling(_sent(call.request), definitions())
    seen = call.request.headers.get("If-Match", "")

    def unchanged(row: BookingRow) -> bool:
        return seen in ("", "*") or seen == _etag(call.told("Appointment", row))

    operations.cancel_appointment(
        by=call.by, hospital=call.at.code, code=code, reason=reason, unchanged=unchanged, now=call.now
    )
    return _read(call, "Appointment", code)


def _sent(request: HttpRequest) -> Any:
    """Read the request body as JSON; raises :class:`OtherForm`, :class:`TooLong`, Faults."""
    if request.content_type not in (FHIR_JSON, "application/json"):
        raise OtherForm
    if int(request.headers.get("Content-Length") or 0) > LARGEST or len(request.body) > LARGEST:
        raise TooLong
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        raise Faults([Fault("structure", N_("This is no JSON"))]) from None


def _etag(resource: Mapping[str, Any]) -> str:
    return f'W/"{resource["meta"]["versionId"]}"'


def _said(resource: Resource | None, status: int = 200) -> HttpResponse:
    said = cast(Resource, resource)
    answer = HttpResponse(json.dumps(said, ensure_ascii=False), status=status, content_type=FHIR_JSON)
    answer["Cache-Control"] = "no-store"
    if "meta" in said:
        answer["ETag"] = _etag(said)
    return answer
