"""Instruments that the secretariat sends by page: the file is looked at, kept as a draft, and released by another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pilar.design.changes import counted_changes, shown_changes
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.imports import ImportPage, look_then_store
from pilar.design.views import file
from pilar.evaluation import operations, queries
from pilar.evaluation.imports import Instruments
from pilar.evaluation.pages.instruments import branches
from pilar.evaluation.queries.drafts import DraftView, draft_to_handle, drafts, known_instruments
from pilar.evaluation.queries.drafts import draft as draft_of
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, page
from pilar.platform.papers import paper_of


@answer
def send(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """The file of an instrument: what is wrong in it, or what it changes; then it is a draft."""
    known_instruments(by=by)
    newest = queries.newest_instrument(scope=by)
    templates: tuple[tuple[str, str], ...] = ()
    if newest is not None:
        _year, row, _tree = newest
        at = [row.code, row.version]
        templates = (
            (_("Template (XLSX)"), reverse("evaluation:instrument-workbook", args=at)),
            (_("Template (YAML)"), reverse("evaluation:instrument_file", args=at)),
        )
    look = ImportPage(
        done=reverse("evaluation:instruments"),
        label=_("File of the instrument"),
        hint=_("XLSX or YAML. The template is the newest instrument; the page of each other has its own."),
        templates=templates,
        said=lambda _count: _("The draft is stored. Somebody else of the secretariat releases it"),
        final=_("It is stored as a draft, which no campaign uses until somebody else releases it."),
        accept=".xlsx,.yaml,.yml",
        listed=True,
        act=_("Store the draft"),
    )

    def draw(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        return render(request, "evaluation/drafts/send.html", {"drafts": drafts(scope=by), **shown}, status=status)

    return look_then_store(request, Instruments(by, "", now), look, draw)


@page("evaluation/drafts/draft.html")
def draft(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """A draft: what it rests on, what it changes, and the whole of it."""
    view = draft_of(key, scope=by)
    return {
        "view": view,
        "basis": paper_of(view.instrument.basis),
        **shown_changes(view.changes),
        "branches": tuple(branches(view.instrument.root)),
    }


@answer
def draft_file(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """The text of a draft."""
    view = draft_of(key, scope=by)
    name = f"{view.row.code}-{view.row.version}.yaml"
    return file(view.document.encode(), name, "application/yaml; charset=utf-8")


@answer
def release(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Let campaigns use a draft."""

    def look() -> Check | Done:
        view = draft_to_handle(key, scope=by)
        if view.row.released:
            return _released(view)
        return Check(
            title=_("Check before you release the instrument"),
            act=_("Release it"),
            about=_about(view),
            will=(
                _("From now on it can be chosen for a campaign, and everybody can read it."),
                _("It never changes any more: a change is a new version."),
            ),
            counts=_counts(view),
            trail=_trail(view),
            state=view.row.sha256,
        )

    def act() -> None:
        operations.release_instrument(by=by, draft=key, now=now)

    return confirm(request, look, act)


@answer
def drop(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """Throw a draft away."""

    def look() -> Check | Done:
        view = draft_to_handle(key, scope=by)
        if view.row.released:
            return _released(view)
        return Check(
            title=_("Check before you throw the draft away"),
            act=_("Throw the draft away"),
            about=_about(view),
            will=(_("The draft is gone. Its file can be sent again."),),
            counts=((_("Sent by"), view.row.sent_by),),
            trail=_trail(view),
            final=False,
        )

    def act() -> Done:
        operations.drop_instrument_draft(by=by, draft=key)
        return Done(_("The draft is thrown away"), reverse("evaluation:send-instrument"))

    return confirm(request, look, act)


def _released(view: DraftView) -> Done:
    at = reverse("evaluation:instrument", args=[view.row.code, view.row.version])
    return Done(_("The instrument is released"), at)


def _about(view: DraftView) -> str:
    return f"{view.row.title} · {view.row.code} {view.row.version}"


def _counts(view: DraftView) -> tuple[tuple[str, str], ...]:
    earlier = "–" if view.earlier is None else f"{view.earlier.code} {view.earlier.version}"
    return (
        (_("Sent by"), view.row.sent_by),
        (_("Compared with"), earlier),
        (_("Parts and indicators"), counted_changes(view.changes)),
    )


def _trail(view: DraftView) -> tuple[tuple[str, str], ...]:
    return (
        (_("Instruments"), reverse("evaluation:instruments")),
        (f"{view.row.code} {view.row.version}", reverse("evaluation:instrument-draft", args=[view.row.key])),
    )
