"""Public answers, pages and JSON alike: 304 while nothing changed, storable by caches for anonymous readers."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

import pilar
from pilar.platform import replica
from pilar.platform.kept import Kept
from pilar.platform.written import moment
from pilar.reports.edition import PROGRAM, files_of

KEPT_PARTS = 200
"""Parts for all alike that a process keeps as it answered them last: of each page two, and of a few KB each."""
UNREAD = "messages"
"""The cookie in which a visitor brings sentences that the next page shows them alone (django.contrib.messages)."""
MOST_PAGES = 400
"""Pages for all alike that a process keeps; twice some 60 KB each, since those of the last changes stay a while."""
Found = TypeVar("Found")
View = Callable[..., HttpResponse]


class Freshness(Protocol):
    """The data that answers are made from: a sign of them, and when it came; None for nothing yet."""

    @property
    def fingerprint(self) -> str: ...

    @property
    def loaded_at(self) -> datetime | None: ...


def everybody(view: View) -> View:
    """A page of which everybody reads the same: for the person who has no session it is read from the replica, where
    there is one (:mod:`pilar.platform.replica`).

    Not for a page that its reader has just changed without a session, or that is told when it changes.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or _personal(request):
            return view(request, *args, **kwargs)
        return replica.read(lambda: view(request, *args, **kwargs))

    return answer


def unchanged(freshness: Callable[[], Freshness]) -> Callable[[View], View]:
    """Views that are served to everybody, and again only where ``freshness`` has changed.

    A reader with a session gets a private page, because its frame names them, and so does who is yet to be told
    something. For all others the entity tag depends
    on the loaded data, the address and the program itself.
    """

    def decorated(view: View) -> View:
        @require_safe
        @everybody
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if _personal(request):
                response = view(request, *args, **kwargs)
                patch_cache_control(response, private=True, no_cache=True)
                return response
            state = freshness()
            tag, changed = _tag(request, state), _changed(state)
            conditional = condition(lambda *_args, **_kwargs: tag, lambda *_args, **_kwargs: changed)
            response = conditional(view)(request, *args, **kwargs)
            patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
            patch_vary_headers(response, ["Cookie"])
            return response

        return answer

    return decorated


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A page as it was drawn for everybody: its sign, its bytes, and these compressed."""

    tag: str
    content: bytes
    packed: bytes


class Alike:
    """A page that is the same for all who have no session: read again when something was written, and drawn again when
    that changed what it is drawn from.

    So it is never old, and costs one small statement while nothing is written anywhere.
    """

    def __init__(self, most: int = MOST_PAGES) -> None:
        self._seen: Kept[_Drawn] = Kept(most)
        self._drawn: Kept[_Drawn] = Kept(most)

    def answer(
        self,
        request: HttpRequest,
        *about: Hashable,
        read: Callable[[], Found],
        made_of: Callable[[Found], object],
        draw: Callable[[Found], HttpResponse],
    ) -> HttpResponse:
        """Give the page, or 304 to the person who has it; for the person who has a session drawn again, since its frame
        names them, and for anyone who is yet to be told something.

        ``about``: what it depends on besides its address and what is stored, such as the day. ``made_of`` of what was
        read says by its ``repr`` all that the page shows. Only pages without a query are kept: the frame's links repeat
        it.
        """
        if _personal(request):
            answer = draw(read())
            patch_cache_control(answer, private=True, no_cache=True)
            return answer
        asked = request.META["QUERY_STRING"]
        page = (request.get_host(), request.scheme, request.path, asked, *about)

        def drawn() -> _Drawn:
            content = read()
            tag = f'W/"{hashlib.sha256(repr((page, made_of(content), _program_changed())).encode()).hexdigest()[:32]}"'
            if asked:
                return _kept(tag, draw(content).content)
            return self._drawn.get(tag, lambda: _kept(tag, draw(content).content))

        seen = None if asked else moment()
        shown = drawn() if seen is None else self._seen.get((seen, page), drawn)
        answer = get_conditional_response(request, etag=shown.tag) or _sent(request, shown)
        answer["ETag"] = shown.tag
        patch_cache_control(answer, public=True, max_age=0, must_revalidate=True)
        patch_vary_headers(answer, ["Cookie"])
        return answer

    def forget(self) -> None:
        """As in a process that has just begun."""
        self._seen.forget()
        self._drawn.forget()


def _personal(request: HttpRequest) -> bool:
    """Return whether the page is the reader's own: its frame names them, or tells them what came of their last act."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or UNREAD in request.COOKIES


def _kept(tag: str, content: bytes) -> _Drawn:
    return _Drawn(tag, content, gzip.compress(content, mtime=0))


def _sent(request: HttpRequest, shown: _Drawn) -> HttpResponse:
    """The bytes, compressed already for anyone who takes that: nothing in the page is anybody's secret."""
    answer = HttpResponse(shown.content)
    patch_vary_headers(answer, ["Accept-Encoding"])
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        answer.content = shown.packed
        answer["Content-Encoding"] = "gzip"
    return answer


def part_tag(*shown: Any) -> str:
    """The sign of a part of a page: of what it is drawn from, as JSON knows it, in the reader's language."""
    return f'"{hashlib.sha256(json.dumps([get_language(), *shown]).encode()).hexdigest()[:32]}"'


def asking_with(tag: str) -> str:
    """For ``hx-headers``: what htmx sends along when it asks for the part again."""
    return json.dumps({"If-None-Match": tag})


def while_it_holds(request: HttpRequest, tag: str, draw: Callable[[], HttpResponse]) -> HttpResponse:
    """A part that a page asks for again and again: 304 while its sign is the one that the page has seen."""
    answer = get_conditional_response(request, etag=tag)
    if answer is None:
        answer = draw()
    else:
        # htmx would put the empty answer in the place of the part.
        answer["HX-Reswap"] = "none"
    answer["ETag"] = tag
    # A browser keeps the part, and asks each time whether it still holds; it never takes a part for its page.
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def asked_again(sign: Callable[..., str], *, alike: bool = False) -> Callable[[View], View]:
    """A page that thousands ask for again and again: ``sign`` gives its sign for the person who has no session, by the
    names of its address; empty where there is none. Who has it is answered by :class:`StillHolds`.

    ``alike``: its part is the same for all who have no session, and nobody is kept from it. It is then drawn once for
    all of them.
    """

    def decorated(view: View) -> View:
        view.sign, view.alike = sign, alike  # type: ignore[attr-defined]
        return view

    return decorated


class StillHolds:
    """Answers who asks again before anybody asks who they are (middleware): 304 while nothing has changed, and by what
    was answered to the first of them where it is for all alike.

    Only below ``PILAR_ASKED_AGAIN``, and only without a session: with one the sign may be another.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._parts: Kept[tuple[bytes, dict[str, str]]] = Kept(KEPT_PARTS)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = request.headers.get("If-None-Match")
        if not (seen and request.method == "GET" and settings.PILAR_ASKED_AGAIN.match(request.path_info)):
            return self.get_response(request)
        match, tag = self._signed(request)
        if match is None:
            return self.get_response(request)
        if tag in seen:
            request.resolver_match = match
            answer = while_it_holds(request, tag, HttpResponse)
            if answer.status_code == 304:
                return answer
        if not (match.func.alike and request.headers.get("HX-Request")):  # type: ignore[attr-defined]
            return self.get_response(request)
        return self._drawn(request, match, tag)

    @staticmethod
    def _signed(request: HttpRequest) -> tuple[ResolverMatch | None, str]:
        """The page that is asked for, and its sign; None where only the page itself can say what it is."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return None, ""
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            try:
                match = _page_at(request.path_info, language)
                tag = match.func.sign(**match.kwargs)  # type: ignore[attr-defined]
            except (Resolver404, AttributeError, DatabaseError):
                return None, ""
        return (match, tag) if tag else (None, "")

    def _drawn(self, request: HttpRequest, match: ResolverMatch, tag: str) -> HttpResponse:
        """A part as it was answered to somebody else: its bytes and headers, compressed where both take that."""
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        key = (request.path_info, tag, packed)
        kept = self._parts.known(key) if not request.META["QUERY_STRING"] else None
        if kept is not None:
            request.resolver_match = match
            return HttpResponse(kept[0], headers=kept[1])
        answer = self.get_response(request)
        if answer.status_code == 200 and tag in answer.get("ETag", "") and not answer.cookies:
            self._parts.get(key, lambda: (answer.content, dict(answer.items())))
        return answer


@lru_cache(maxsize=5_000)
def _page_at(path: str, language: str) -> ResolverMatch:
    """The page at an address, in the language that is active: some seventy patterns are tried, and phones ask for the
    same again and again."""
    return resolve(path)


def _tag(request: HttpRequest, state: Freshness) -> str:
    parts = (state.fingerprint, _program_changed().isoformat(), request.get_full_path())
    return f'W/"{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:32]}"'


def _changed(state: Freshness) -> datetime | None:
    return None if state.loaded_at is None else max(state.loaded_at, _program_changed())


@cache
def _program_changed() -> datetime:
    """Return when the newest file of the package was written: a new release makes every page new."""
    folder = Path(pilar.__file__).parent
    newest = max(path.stat().st_mtime for path in files_of(folder, PROGRAM))
    return datetime.fromtimestamp(newest, UTC)
