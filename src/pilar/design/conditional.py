"""Public answers, pages and JSON alike: 304 while nothing changed, storable by caches for anonymous readers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, wraps
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

import pilar
from pilar.reports.edition import PROGRAM, files_of

View = Callable[..., HttpResponse]


class Freshness(Protocol):
    """What answers are made from: a sign of it, and when it came; None for nothing yet."""

    @property
    def fingerprint(self) -> str: ...

    @property
    def loaded_at(self) -> datetime | None: ...


def unchanged(freshness: Callable[[], Freshness]) -> Callable[[View], View]:
    """Views that are served to everybody, and again only where ``freshness`` has changed.

    A reader with a session gets a private page, because its frame names them. For all others the entity tag depends
    on the loaded data, the address and the program itself.
    """

    def decorated(view: View) -> View:
        @require_safe
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if settings.SESSION_COOKIE_NAME in request.COOKIES:
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
    # A browser keeps the part, and asks each time whether it still holds.
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _tag(request: HttpRequest, state: Freshness) -> str:
    parts = (state.fingerprint, _program_changed().isoformat(), request.get_full_path())
    return f'W/"{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:32]}"'


def _changed(state: Freshness) -> datetime | None:
    return None if state.loaded_at is None else max(state.loaded_at, _program_changed())


@cache
def _program_changed() -> datetime:
    """When the newest file of the package was written: a new release makes every page new."""
    folder = Path(pilar.__file__).parent
    newest = max(path.stat().st_mtime for path in files_of(folder, PROGRAM))
    return datetime.fromtimestamp(newest, UTC)
