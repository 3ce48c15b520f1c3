"""The public front page, the page about the method, open data, and the home page of a signed-in person."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from pilar.design.conditional import everybody
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import number, searched
from pilar.evaluation.documents.method import MEANS
from pilar.evaluation.queries import PUBLIC
from pilar.people.downloads import limit_downloads
from pilar.people.queries.inbox import inbox
from pilar.people.rules import NotFound, Standing
from pilar.people.signin import standing_of
from pilar.people.views import Shown, knowing, page
from pilar.platform import limits
from pilar.platform.kept import Kept
from pilar.platform.language import translate
from pilar.platform.paging import paged
from pilar.portal import catalogue as sharing
from pilar.portal import datasets, queries
from pilar.portal import letters as mailbox
from pilar.portal import search as finding
from pilar.reports.packages import DataTable, csv_file, json_file

DATA_SETS = Table(
    gettext_lazy("Sets of data"),
    Column("title", gettext_lazy("What it holds")),
    Column("text", gettext_lazy("Description"), on_page=False),
    Column("source", gettext_lazy("Source")),
    Column("changed", gettext_lazy("Last change"), "place.changed"),
    Column("csv", "CSV"),
    Column("json", "JSON"),
)
CATALOGUES: Kept[bytes] = Kept(4)
"""By what they tell: a harvester that comes again costs the queries of the list alone."""


@everybody
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show what Pilar is and the newest published results."""
    return render(request, "portal/front.html", {"front": queries.front(scope=PUBLIC)})


@page("portal/search.html", public=True)
def search(request: HttpRequest, *, now: datetime) -> Shown:
    """One search over all that everybody may read."""
    text = searched(request)
    if text:
        limits.count(request, finding.SEARCHES, now=now)
    groups = finding.search(text, now=now)
    return {"q": text, "groups": groups, "near": () if groups else finding.near(text), "shortest": finding.SHORTEST}


@everybody
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Return how a result comes about, and what is assumed."""
    method = queries.method(scope=PUBLIC)
    context = {
        "method": method,
        "mean": "" if method is None else translate(MEANS[method.mean]),
        "example": queries.example(scope=PUBLIC),
    }
    return render(request, "portal/about.html", context)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show where a signed-in person begins: what waits for them, their work, and the roles they hold."""
    now = timezone.now()
    home = queries.home(scope=standing_of(request), now=now)
    return render(request, "portal/home.html", {"home": home, "waiting": home.waiting})


@page("portal/waiting.html")
def waiting(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """All that waits for the reader in all rooms, the nearest deadline first."""
    return {"waiting": inbox(scope=by, now=now)}


@everybody
@page("portal/data.html", public=True)
def data(request: HttpRequest, *, now: datetime) -> Shown:
    """All sets of open data, each with its files."""
    text, asked = searched(request), Asked.of(request)
    listed = sharing.matching(datasets.entries(now), text)
    rows = DATA_SETS.of(paged(listed, **asked.part), asked, about="pilar")
    return {"q": text, "rows": rows, "site": sharing.site()}


@require_safe
@knowing
def data_file(
    request: HttpRequest, slug: str, kind: str, region: str = "", *, by: Standing, now: datetime
) -> HttpResponse:
    """A set as CSV or JSON; 304 where it is the one that the reader has."""
    limit_downloads(request, by=by)
    declared, rows = datasets.rows_of(slug, region, now)
    table = DataTable(slug, translate(declared.title), translate(declared.text), declared.fields, (), tuple(rows))
    content = csv_file(table) if kind == "csv" else json_file(table)
    answer = _same_for_all(request, content, f"{sharing.KINDS[kind]}; charset=utf-8")
    name = "-".join(part for part in ("pilar", slug, region) if part)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


@require_safe
@knowing
def data_catalogue(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """The catalogue of open data as DCAT-AP."""
    listed, site = datasets.entries(now), sharing.site()
    content = CATALOGUES.get((listed, site), lambda: _json(sharing.dcat(listed, site)))
    return _same_for_all(request, content, "application/ld+json")


def ckan(request: HttpRequest, action: str) -> HttpResponse:
    """Show what a CKAN answers to anyone who reads its catalogue."""
    return _ACTIONS[action](request)


@require_safe
@knowing
def _ckan_list(request: HttpRequest, *, now: datetime) -> HttpResponse:
    return _ckan_answer(request, [entry.name for entry in datasets.entries(now)])


@require_safe
@knowing
def _ckan_show(request: HttpRequest, *, now: datetime) -> HttpResponse:
    for entry in datasets.entries(now):
        if entry.name == request.GET.get("id"):
            return _ckan_answer(request, sharing.ckan_package(entry, sharing.site()))
    told = {"__type": "Not Found Error", "message": str(translate(NotFound.sentence))}
    return JsonResponse({"success": False, "error": told}, status=404)


@require_safe
@knowing
def _ckan_search(request: HttpRequest, *, now: datetime) -> HttpResponse:
    entries = sharing.matching(datasets.entries(now), searched(request))
    start, rows = number(request, "start") or 0, number(request, "rows")
    part = entries[start : start + min(10 if rows is None else rows, sharing.MAX_FOUND)]
    site = sharing.site()
    results = [sharing.ckan_package(entry, site) for entry in part]
    return _ckan_answer(request, {"count": len(entries), "sort": "name asc", "facets": {}, "results": results})


_ACTIONS: Mapping[str, Callable[..., HttpResponse]] = {
    "package_list": _ckan_list,
    "package_show": _ckan_show,
    "package_search": _ckan_search,
}


def _ckan_answer(request: HttpRequest, result: object) -> HttpResponse:
    return _same_for_all(request, _json({"success": True, "result": result}), "application/json")


def _json(told: object) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _same_for_all(request: HttpRequest, content: bytes, media_type: str) -> HttpResponse:
    """The same answer to everybody, which caches may keep and ask after."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    answer = HttpResponse(content, content_type=media_type, headers={"ETag": tag})
    answer = get_conditional_response(request, etag=tag, response=answer) or answer
    patch_cache_control(answer, public=True, max_age=0, must_revalidate=True)
    return answer


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
