"""Instruments that the secretariat sends by page: the file is looked at, kept as a draft, and released by another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.design.imports import look_then_store
from pilar.evaluation import operations, queries
from pilar.evaluation.imports import Instruments
from pilar.evaluation.pages.instruments import branches
from pilar.evaluation.queries.drafts import draft as draft_of
from pilar.evaluation.queries.drafts import draft_to_handle, drafts, stored_instruments
from pilar.people.pages.drafts import DraftPages
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, page

PAGES = DraftPages(
    room="evaluation",
    noun="instrument",
    above=(gettext_lazy("Instruments"), "evaluation:instruments"),
    parts=gettext_lazy("Parts and indicators"),
    check=gettext_lazy("Check before you release the instrument"),
    act=gettext_lazy("Release the instrument"),
    released=gettext_lazy("The instrument is released"),
    released_at=lambda view: reverse("evaluation:instrument", args=[view.row.code, view.row.version]),
)


@answer
def send(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """Look at the file of an instrument, what is wrong in it or what it changes, and keep it as a draft."""
    stored_instruments(by=by)
    newest = queries.newest_instrument(scope=by)
    templates: tuple[tuple[str, str], ...] = ()
    if newest is not None:
        _year, row, _tree = newest
        at = [row.code, row.version]
        templates = (
            (_("Template (XLSX)"), reverse("evaluation:instrument-workbook", args=at)),
            (_("Template (YAML)"), reverse("evaluation:instrument_file", args=at)),
        )
    look = PAGES.sending(
        label=_("File of the instrument"),
        hint=_("XLSX or YAML. The template is the newest instrument; the page of each other has its own."),
        final=_("It is stored as a draft, which no campaign uses until somebody else releases it."),
        templates=templates,
    )

    def draw(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        return render(request, "evaluation/drafts/send.html", {"drafts": drafts(scope=by), **shown}, status=status)

    return look_then_store(request, Instruments(by, "", now), look, draw)


@page("evaluation/drafts/draft.html")
def draft(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """Show a draft: what it rests on, what it changes, and the whole of it."""
    view = draft_of(key, scope=by)
    return {**PAGES.shown(view), "branches": tuple(branches(view.content.root))}


@answer
def draft_file(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """Answer with the text of a draft."""
    return PAGES.text(draft_of(key, scope=by))


@answer
def release(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Let campaigns use a draft."""
    return PAGES.release(
        request,
        lambda: draft_to_handle(key, scope=by),
        lambda: operations.release_instrument(by=by, draft=key, now=now),
        will=(_("From now on it can be chosen for a campaign, and everybody can read it."),),
    )


@answer
def drop(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """Throw a draft away."""
    return PAGES.drop(
        request,
        lambda: draft_to_handle(key, scope=by),
        lambda: operations.drop_instrument_draft(by=by, draft=key),
    )
