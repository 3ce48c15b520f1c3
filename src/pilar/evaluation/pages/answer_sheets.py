"""The form as a file: out, and in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pilar.design.imports import ImportPage, look_then_store
from pilar.design.sheets import XLSX
from pilar.design.views import file
from pilar.evaluation.imports import AnswerForms
from pilar.evaluation.pages.answers import frame
from pilar.evaluation.queries.answers import form as form_for
from pilar.evaluation.workbooks import answer_form
from pilar.people.signin import standing_of


@login_required
@require_safe
def export(request: HttpRequest, key: int) -> HttpResponse:
    """The form as a workbook; a contributor's holds the indicators of the office."""
    form = form_for(key, scope=standing_of(request), now=timezone.now())
    offices = {held.office for held in form.by.memberships if held.region == form.header.region_code}
    content = answer_form(form, only_own=None not in offices and bool(offices))
    name = f"penilaian-mandiri-{form.header.campaign}-{form.header.phase}-{form.header.region_code}.xlsx"
    return file(content, name, XLSX)


@login_required
def sheet_import(request: HttpRequest, key: int) -> HttpResponse:
    """A filled-in form, in two steps."""
    importer = AnswerForms(standing_of(request), key, timezone.now())
    context = frame(importer.form)
    page = ImportPage(
        done=reverse("evaluation:assessment", args=[key]),
        label=_("The form as you filled it in"),
        hint=_("XLSX, as exported here. You see first what would change."),
        templates=((_("Export (XLSX)"), reverse("evaluation:answer-form", args=[key])),),
        said=lambda count: (
            ngettext("%(count)s answer is taken over", "%(count)s answers are taken over", count) % {"count": count}
        ),
    )

    def draw(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        return render(request, "evaluation/answers/import.html", {**context, **shown}, status=status)

    return look_then_store(request, importer, page, draw)
