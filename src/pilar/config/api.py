"""The JSON API: one router a room, errors as RFC 9457 problem JSON.

An address asks for a sign-in unless its router is added as public (``auth=None``): by a token that its owner made, or
by the session of a browser, which must then send the token against forged requests with everything that changes.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer, SessionAuth
from ninja.utils import check_csrf

from pilar.config.api_faults import told
from pilar.config.openapi import PROBLEM, describe_errors
from pilar.design.refusals import problem
from pilar.evaluation.api import cycle
from pilar.evaluation.api import router as evaluation
from pilar.evidence.api import router as evidence
from pilar.masterplan.api.meetings import open_to_all as plan_minutes
from pilar.masterplan.api.meetings import router as plan_meetings
from pilar.masterplan.api.plans import reading as plans
from pilar.masterplan.api.plans import writing as planning
from pilar.masterplan.api.proposals import proposals
from pilar.masterplan.api.reports import reading as plan_progress
from pilar.masterplan.api.reports import writing as plan_reports
from pilar.measures.api import reading as measures
from pilar.measures.api import reporting
from pilar.measures.operations import is_source_token, use_source_token
from pilar.people import operations
from pilar.people.api import router as people
from pilar.people.operations import BadToken
from pilar.people.rules import PUBLIC, Standing
from pilar.people.signin import act_as, standing_of
from pilar.permits.api.investment import mirror as oss_mirror
from pilar.permits.api.investment import public as investment
from pilar.permits.api.payments import desk as permit_payments
from pilar.permits.api.register import public as permits
from pilar.permits.api.standards import desk as permit_desk
from pilar.permits.api.standards import public as permit_standards
from pilar.platform.errors import PilarError
from pilar.platform.language import N_, translate
from pilar.surveys.api.entering import router as survey_answers
from pilar.surveys.api.links import router as survey_links
from pilar.surveys.api.results import router as survey_results
from pilar.surveys.api.satisfaction import planning as survey_planning
from pilar.surveys.api.satisfaction import router as survey_satisfaction
from pilar.surveys.api.surveys import router as surveys
from pilar.villagefinance.api import router as village_budgets

UNREADABLE = N_("The request could not be read: send JSON as the description of this address says")


class ForgedRequest(PilarError):
    """A session alone does not change anything: another site could send its cookie."""

    code = "forged-request"
    status = 403
    sentence = N_("Send the header X-CSRFToken with the value of the cookie csrftoken, or use an API token")


class ApiToken(HttpBearer):
    """``Authorization: Bearer pilar_…``; a token that opens nothing is refused, whatever else the request brings."""

    def authenticate(self, request: HttpRequest, token: str) -> Standing:
        """Return who acts; raises :class:`BadToken`."""
        by = operations.use_token(secret=token, now=timezone.now())
        act_as(request, by)
        return by


class SourceToken(HttpBearer):
    """``Authorization: Bearer pilar_source_…``: a source system, which reports and reads its own measures only."""

    def authenticate(self, request: HttpRequest, token: str) -> Standing | None:
        """Tell which source acts, None for a token of another kind; raises :class:`BadSourceToken`."""
        if not is_source_token(token):
            return None
        by = use_source_token(secret=token, now=timezone.now())
        act_as(request, by)
        return by


class Session(SessionAuth):
    """The session of a signed-in browser."""

    def __init__(self) -> None:
        super().__init__(csrf=False)  # checked below, after it is known that somebody is signed in

    def authenticate(self, request: HttpRequest, key: str | None) -> Standing | None:
        """Return who acts, None if nobody is signed in; raises :class:`ForgedRequest`."""
        if not request.user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise ForgedRequest
        return standing_of(request)


def visitor(request: HttpRequest) -> Standing:
    """Anybody, for addresses that show what is public to all and more to some."""
    return PUBLIC


class PilarAPI(NinjaAPI):
    """An API whose description says how its errors look. It is made once a process: it takes about a second."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        self._descriptions: dict[str, OpenAPISchema] = {}

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The description, which nobody may change, of routes below ``path_prefix``."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        if prefix not in self._descriptions:
            self._descriptions[prefix] = super().get_openapi_schema(path_prefix=prefix)
            describe_errors(self._descriptions[prefix])
        return self._descriptions[prefix]


api = PilarAPI(
    auth=[ApiToken(), Session()],
    title="Pilar",
    version="1",
    urls_namespace="api",
    description="Smart-city evaluation results of Indonesia's regencies and cities.",
)
api.add_router("", evaluation, auth=None)
api.add_router("", cycle)
api.add_router("", evidence)
api.add_router("", measures, auth=[SourceToken(), ApiToken(), Session(), visitor])
api.add_router("", reporting, auth=[SourceToken(), ApiToken(), Session()])
api.add_router("", plans, auth=[ApiToken(), Session(), visitor])
api.add_router("", planning)
api.add_router("", proposals)
api.add_router("", plan_minutes, auth=[ApiToken(), Session(), visitor])
api.add_router("", plan_meetings)
api.add_router("", plan_progress, auth=[ApiToken(), Session(), visitor])
api.add_router("", plan_reports)
api.add_router("", village_budgets, auth=None)
api.add_router("", investment, auth=None)
api.add_router("", oss_mirror)
api.add_router("", permits, auth=None)
api.add_router("", permit_standards, auth=None)
api.add_router("", permit_desk)
api.add_router("", permit_payments)
api.add_router("", survey_links, auth=None)
api.add_router("", survey_answers)
api.add_router("", surveys)
api.add_router("", survey_results)
api.add_router("", survey_planning)
api.add_router("", survey_satisfaction, auth=[ApiToken(), Session(), visitor])
api.add_router("", people)


@api.exception_handler(PilarError)
def expected(request: HttpRequest, error: PilarError) -> HttpResponse:
    return problem(error)


@api.exception_handler(BadToken)
def bad_token(request: HttpRequest, error: BadToken) -> HttpResponse:
    answer = problem(error)
    answer["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return answer


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = _problem(401, "not-signed-in", N_("Send an API token in the header Authorization: Bearer, or sign in"))
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    title = N_("The request does not fit the description of this address")
    return _problem(422, "invalid-request", title, faults=told(error.errors))


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _problem(error.status_code, "http-error", UNREADABLE if error.status_code == 400 else str(error))


def _problem(status: int, code: str, sentence: str, **more: Any) -> JsonResponse:
    """Problem JSON with a sentence in the reader's language."""
    title = translate(sentence)
    body = {"type": f"urn:pilar:error:{code}", "title": title, "status": status, "code": code, **more}
    return JsonResponse(body, status=status, content_type=PROBLEM)
