"""Answers from a file."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pilar.design.import_files import template_workbook
from pilar.design.imports import ImportPage, look_then_store
from pilar.design.sheets import XLSX
from pilar.design.views import file
from pilar.people.signin import standing_of
from pilar.platform.language import reader_language
from pilar.surveys.imports import Answers
from pilar.surveys.pages.frame import framed
from pilar.surveys.rules.authority import Action, require_somewhere
from pilar.surveys.rules.paper import MAX_ROWS


@never_cache
@login_required
def sheet(request: HttpRequest, key: int) -> HttpResponse:
    """Import answers from a file, in two steps."""
    importer = _importer(request, key)
    page = ImportPage(
        done=reverse("surveys:survey", args=[key]),
        label=_("File with the answers"),
        hint=_("XLSX or CSV, one row an answer, at most %(most)s rows. You see first what would be stored.")
        % {"most": MAX_ROWS},
        templates=((_("Template (XLSX)"), reverse("surveys:import-template", args=[key])),),
        said=lambda count: (
            ngettext("%(count)s answer is stored", "%(count)s answers are stored", count) % {"count": count}
        ),
        final=_("Answers that are stored are not changed or taken out any more."),
    )

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        return framed(request, importer.survey, "papers", "surveys/paper/import.html", context, status=status)

    return look_then_store(request, importer, page, draw)


@login_required
@require_safe
def template(request: HttpRequest, key: int) -> HttpResponse:
    """An empty table for the programmes for which the reader may enter answers."""
    name = f"jawaban-survei-{key}-{reader_language()}.xlsx"
    return file(answers_template(_importer(request, key)), name, XLSX)


def answers_template(importer: Answers) -> bytes:
    """Write a table with one row for each answer, and instructions."""
    row = importer.survey
    guide = (
        f"{row.title} · {row.region_name} · {row.year}",
        _("One row is one answer. Enter only answers of people who agreed to answer."),
        _("The number of the sheet is told once a programme: the same sheet sent twice is stored once."),
        _("Choose from the lists in the cells, or write the code or figure that stands below."),
    )
    return template_workbook({_("Answers"): importer.columns()}, {0: ()}, guide=guide)


def _importer(request: HttpRequest, key: int) -> Answers:
    """Return the importer for a person who may enter answers somewhere in the survey; raises NotFound, NotAllowed."""
    importer = Answers(standing_of(request), key, timezone.now())
    require_somewhere(importer.by, Action.ENTER, importer.survey.case)
    return importer
