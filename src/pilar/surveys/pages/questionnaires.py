"""Questionnaires sent by the secretariat: the file is checked, kept as a draft, and released by a second person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from pilar.design.imports import look_then_store
from pilar.design.sheets import XLSX
from pilar.design.views import file
from pilar.people.pages.drafts import YAML, DraftPages
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, page
from pilar.platform.papers import paper_of
from pilar.surveys import operations
from pilar.surveys.documents.questionnaire_workbook import questionnaire_workbook
from pilar.surveys.imports import Questionnaires
from pilar.surveys.queries.questionnaires import form_draft, form_drafts, offered, offered_form, require_sending

PAGES = DraftPages(
    room="surveys",
    noun="questionnaire",
    above=(gettext_lazy("Questionnaires"), "surveys:send-questionnaire"),
    parts=gettext_lazy("Questions and fields"),
    check=gettext_lazy("Check before you release the questionnaire"),
    act=gettext_lazy("Release the questionnaire"),
    released=gettext_lazy("The questionnaire is released"),
    released_at=lambda view: reverse("surveys:questionnaire-draft", args=[view.row.key]),
)


@answer
def send(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """Show the questionnaires in use; check the file of a new one, show its faults or changes, and keep it as a
    draft."""
    require_sending(by)
    known = offered()
    look = PAGES.sending(
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
        final=_("It is stored as a draft, which no survey uses until somebody else releases it."),
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
    """A questionnaire that can be chosen as a workbook, in the reader's language."""
    require_sending(by)
    offered = offered_form(form)
    return file(questionnaire_workbook(offered.text), f"{offered.form.code}-{offered.form.version}.xlsx", XLSX)


@page("surveys/questionnaires/draft.html")
def draft(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """Show a draft: its basis, and its changes."""
    return PAGES.shown(form_draft(key, scope=by))


@answer
@require_safe
def draft_file(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """The text of a draft."""
    return PAGES.text(form_draft(key, scope=by))


@answer
def release(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Release a draft for surveys."""
    return PAGES.release(
        request,
        lambda: form_draft(key, scope=by),
        lambda: operations.release_questionnaire(by=by, draft=key, now=now),
        will=(
            _("From now on every new survey can be drawn up with it, in place of the version before."),
            _("Surveys that are drawn up already keep the version that they began with."),
        ),
    )


@answer
def drop(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """Delete a draft."""
    return PAGES.drop(
        request,
        lambda: form_draft(key, scope=by),
        lambda: operations.drop_questionnaire_draft(by=by, draft=key),
    )
