"""Questionnaires that the secretariat sends by page: the file is looked at, kept as a draft, released by another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.design.changes import counted_changes, shown_changes
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.imports import ImportPage, look_then_store
from pilar.design.sheets import XLSX
from pilar.design.views import file
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, page
from pilar.platform.papers import paper_of
from pilar.surveys import operations
from pilar.surveys.documents.questionnaire_workbook import questionnaire_workbook
from pilar.surveys.imports import Questionnaires
from pilar.surveys.queries.questionnaires import (
    FormDraftView,
    form_draft,
    form_drafts,
    offered,
    offered_form,
    require_sending,
)

YAML = "application/yaml; charset=utf-8"


@answer
def send(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """The questionnaires in use, and the file of another: its faults, or what it changes; then it is a draft."""
    require_sending(by)
    known = offered()
    look = ImportPage(
        done=reverse("surveys:send-questionnaire"),
        label=_("File of the questionnaire"),
        hint=_("XLSX or YAML. Begin with one of the questionnaires in use; a changed one gets a new version."),
        templates=tuple(
            (
                _("Template: %(title)s (%(kind)s)") % {"title": offered.form.title, "kind": kind},
                reverse(to, args=[offered.form.code]),
            )
            for offered in known
            for kind, to in (("XLSX", "surveys:questionnaire-workbook"), ("YAML", "surveys:questionnaire-file"))
        ),
        said=lambda _count: _("The draft is stored. Somebody else of the secretariat releases it"),
        final=_("It is stored as a draft, which no survey uses until somebody else releases it."),
        accept=".xlsx,.yaml,.yml",
        listed=True,
        act=_("Store the draft"),
    )

    def draw(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        context = {
            "drafts": form_drafts(scope=by),
            "known": [(offered, paper_of(offered.form.basis)) for offered in known],
            **shown,
        }
        return render(request, "surveys/questionnaires/send.html", context, status=status)

    return look_then_store(request, Questionnaires(by, "", now), look, draw)


@answer
@require_safe
def offered_file(request: HttpRequest, form: str, *, by: Standing) -> HttpResponse:
    """The text of a questionnaire that can be chosen."""
    require_sending(by)
    offered = offered_form(form)
    return file(offered.text.encode(), f"{offered.form.code}-{offered.form.version}.yaml", YAML)


@answer
@require_safe
def offered_workbook(request: HttpRequest, form: str, *, by: Standing) -> HttpResponse:
    """The same as a workbook, in the reader's language."""
    require_sending(by)
    offered = offered_form(form)
    return file(questionnaire_workbook(offered.text), f"{offered.form.code}-{offered.form.version}.xlsx", XLSX)


@page("surveys/questionnaires/draft.html")
def draft(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """A draft: what it rests on, and what it changes."""
    view = form_draft(key, scope=by)
    return {"view": view, "basis": paper_of(view.form.basis), **shown_changes(view.changes)}


@answer
@require_safe
def draft_file(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """The text of a draft."""
    view = form_draft(key, scope=by)
    return file(view.document.encode(), f"{view.row.code}-{view.row.version}.yaml", YAML)


@answer
def release(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Let surveys be drawn up with a draft."""

    def look() -> Check | Done:
        view = form_draft(key, scope=by)
        if view.row.released:
            return _released(key)
        return Check(
            title=_("Check before you release the questionnaire"),
            act=_("Release it"),
            about=_about(view),
            will=(
                _("From now on every new survey can be drawn up with it, in place of the version before."),
                _("Surveys that are drawn up already keep the version that they began with."),
                _("It never changes any more: a change is a new version."),
            ),
            counts=_counts(view),
            trail=_trail(view),
            state=view.row.sha256,
        )

    def act() -> None:
        operations.release_questionnaire(by=by, draft=key, now=now)

    return confirm(request, look, act)


@answer
def drop(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """Throw a draft away."""

    def look() -> Check | Done:
        view = form_draft(key, scope=by)
        if view.row.released:
            return _released(key)
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
        operations.drop_questionnaire_draft(by=by, draft=key)
        return Done(_("The draft is thrown away"), reverse("surveys:send-questionnaire"))

    return confirm(request, look, act)


def _released(key: int) -> Done:
    return Done(_("The questionnaire is released"), reverse("surveys:questionnaire-draft", args=[key]))


def _about(view: FormDraftView) -> str:
    return f"{view.row.title} · {view.row.code} {view.row.version}"


def _counts(view: FormDraftView) -> tuple[tuple[str, str], ...]:
    return (
        (_("Sent by"), view.row.sent_by),
        (_("Compared with"), "–" if view.earlier is None else f"{view.earlier.code} {view.earlier.version}"),
        (_("Questions and fields"), counted_changes(view.changes)),
    )


def _trail(view: FormDraftView) -> tuple[tuple[str, str], ...]:
    return (
        (_("Questionnaires"), reverse("surveys:send-questionnaire")),
        (f"{view.row.code} {view.row.version}", reverse("surveys:questionnaire-draft", args=[view.row.key])),
    )
