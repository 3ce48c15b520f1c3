"""The public front page, the page about the method, and the home page of a signed-in person."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from pilar.design.views import searched
from pilar.evaluation.documents.method import MEANS
from pilar.evaluation.queries import PUBLIC
from pilar.people.queries.inbox import inbox
from pilar.people.rules import Standing
from pilar.people.signin import standing_of
from pilar.people.views import Shown, page
from pilar.platform import limits
from pilar.platform.language import translate
from pilar.portal import letters as mailbox
from pilar.portal import queries
from pilar.portal import search as finding


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What Pilar is and the newest published results."""
    return render(request, "portal/front.html", {"front": queries.front(scope=PUBLIC)})


@page("portal/search.html", public=True)
def search(request: HttpRequest, *, now: datetime) -> Shown:
    """One search over all that everybody may read."""
    text = searched(request)
    if text:
        limits.count(request, finding.SEARCHES, now=now)
    return {"q": text, "groups": finding.search(text, now=now), "shortest": finding.SHORTEST}


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Tell how a result comes about, and what is assumed."""
    method = queries.method(scope=PUBLIC)
    context = {
        "method": method,
        "mean": "" if method is None else translate(MEANS[method.mean]),
        "example": queries.example(scope=PUBLIC),
    }
    return render(request, "portal/about.html", context)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Where a signed-in person begins: what waits for them, their work, and the roles they hold."""
    now = timezone.now()
    found = queries.home(scope=standing_of(request), now=now)
    return render(request, "portal/home.html", {"home": found, "waiting": found.waiting})


@page("portal/waiting.html")
def waiting(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """All that waits for the reader in all rooms, the nearest deadline first."""
    return {"waiting": inbox(scope=by, now=now)}


@require_safe
@cache_control(public=True, max_age=86_400)
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines are welcome to the public pages; sign-in pages are of no use to them."""
    return render(request, "portal/robots.txt", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86_400)
def favicon(request: HttpRequest) -> HttpResponsePermanentRedirect:
    """Browsers ask for this address where a page names no icon."""
    return redirect(static("design/icon.svg"), permanent=False)


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """The mails of the demo; there is no such page anywhere else."""
    if not settings.DEMO:
        raise Http404
    return _unkept(render(request, "portal/letters/list.html", {"letters": mailbox.letters()}))


@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One mail of the demo, with links that work."""
    if not settings.DEMO:
        raise Http404
    return _unkept(render(request, "portal/letters/letter.html", {"letter": mailbox.letter(name)}))


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
