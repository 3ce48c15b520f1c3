"""A reference for each request, and the one place where an expected error becomes an answer."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from pilar.design.posted import form_address
from pilar.design.refusals import problem, refusal
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

REFERENCE = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestMark:
    """Gives each request a reference that stands in every log line, in the answer's header and on an error page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request.reference = given if REFERENCE.fullmatch(given) else uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(reference=request.reference)  # type: ignore[attr-defined]
        # PostgreSQL keeps no NUL in a text; nobody types one.
        holds_nul = "%00" in request.META["QUERY_STRING"] or "\x00" in request.path
        response = unreadable(request) if holds_nul else self.get_response(request)
        response["X-Request-ID"] = request.reference  # type: ignore[attr-defined]
        if settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers:
            # What a signed-in person sees stays in no store, unless the page says otherwise.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class MethodNotAllowed(PilarError):
    code = "method-not-allowed"
    status = 405
    sentence = N_("This address does not take %(method)s")


class Unreadable(PilarError):
    code = "unreadable-address"
    status = 400
    sentence = N_("The address holds a character that cannot be read")


def unreadable(request: HttpRequest) -> HttpResponse:
    """The answer to an address with a NUL in it."""
    return problem(Unreadable()) if request.path.startswith("/api/") else HttpResponse(Unreadable().text(), status=400)


class TooMuchText(PilarError):
    """More than ``DATA_UPLOAD_MAX_MEMORY_SIZE``, which no form can bring back."""

    code = "too-much-text"
    status = 413
    sentence = N_(
        "This is too much text, and nothing was saved: a field takes at most 10,000 characters. Go back in your "
        "browser, where what you typed still stands, and shorten it"
    )


class TooManyFiles(PilarError):
    """More than ``DATA_UPLOAD_MAX_NUMBER_FILES``."""

    code = "too-many-files"
    status = 413
    sentence = N_("These are more than %(most)s files, and nothing was stored: send them in several parts")


class TooMuchForOneAnswer(PilarError):
    """More than anybody without an account may send at once."""

    code = "too-much-for-one-answer"
    status = 413
    sentence = N_(
        "This is more than the questions ask for, and it was not received. Go back in your browser, where what you "
        "typed still stands, and shorten it"
    )


class TextLimit:
    """Refuses a request with more text than the server reads, before anything reads it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        error = self._refusal(request)
        if error is None:
            return self.get_response(request)
        return refusal(request, error)

    def _refusal(self, request: HttpRequest) -> PilarError | None:
        if settings.PILAR_SMALL_ADDRESSES.match(request.path):
            return TooMuchForOneAnswer() if _length(request) > settings.PILAR_SMALL_BODY else None
        return self._unread(request)

    @staticmethod
    def _unread(request: HttpRequest) -> PilarError | None:
        """Return why the text, or a file next to it, could not be read."""
        if request.content_type != "multipart/form-data":
            return TooMuchText() if _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE else None
        if request.path.startswith("/api/"):  # holds a file and no text
            return None
        try:
            _ = request.POST
        except RequestDataTooBig:
            return TooMuchText()
        except TooManyFilesSent:
            return TooManyFiles(most=settings.DATA_UPLOAD_MAX_NUMBER_FILES)
        except PilarError as error:
            return error
        return None


def _length(request: HttpRequest) -> int:
    """Bytes of the body as its sender says; the server hands on no more than that."""
    length = request.headers.get("Content-Length") or "0"
    return int(length) if length.isdecimal() else 0


class ApiLanguage:
    """Below ``/api/`` no address says the language: the cookie of the pages or ``Accept-Language`` does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            translation.activate(translation.get_language_from_request(request))
        return self.get_response(request)


class ExpectedErrors:
    """Turns a :class:`PilarError` that reaches the top into a page (or JSON below ``/api/``).

    Who opens an address that is only sent to, is led to the form that is sent there: after a sign-in in between, from
    a bookmark, by a link to the other language.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and request.path.startswith("/api/"):
            refused = problem(MethodNotAllowed(method=request.method))
            refused["Allow"] = response.get("Allow", "")
            return refused
        if response.status_code == 405 and request.method in ("GET", "HEAD"):
            target = form_address(request)
            return redirect(target if target not in ("", request.get_full_path()) else settings.FRONT_PAGE)
        if response.status_code == 429:
            # Of a form that is shown again with its refusal, and of the sign-in library: they count by the minute.
            response.headers.setdefault("Retry-After", "60")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, PilarError):
            return None
        return refusal(request, exception)
