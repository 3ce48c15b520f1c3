"""A survey on paper: its forms for printing, and entering returned sheets by hand."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pilar.areas import reference
from pilar.design.forms import posted, stored
from pilar.design.views import file
from pilar.people.keeping import person_sign, typed_before
from pilar.people.rules import NotFound, Standing, existing
from pilar.people.views import Shown, answer
from pilar.platform.language import reader_language
from pilar.reports.pdf import typeset
from pilar.surveys import operations, queries
from pilar.surveys.documents import paper_forms
from pilar.surveys.forms.entering import SheetForm
from pilar.surveys.pages.frame import survey_page
from pilar.surveys.pages.results import PDF
from pilar.surveys.queries import CellRow, SurveyRow
from pilar.surveys.rules.answers import Mode
from pilar.surveys.rules.authority import Action, Case, may, may_somewhere, require
from pilar.surveys.rules.paper import DAY, MAX_NUMBER, NUMBER, takes_now

NEXT, LAST_DAY = "nomor", "tanggal"
"""Parameters in the address of the next sheet: its number, and the day of the one before."""


@survey_page("surveys/paper/papers.html", tab="papers")
def papers(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """The paper forms of the programmes that the reader sees, and links for entering sheets and files."""
    row = queries.survey(key, scope=by)
    cells = queries.cells(row, scope=by)
    return {
        "row": row,
        "cells": [(cell, may(by, Action.ENTER, _case(row, cell))) for cell in cells],
        "may_import": may_somewhere(by, Action.ENTER, row.case),
        "takes": takes_now(opens_at=row.opens_at, closes_at=row.closes_at, now=now),
        "opens": reference.local_time(row.opens_at, row.region),
    }


@answer
@require_safe
def forms(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """The paper forms of all programmes that the reader sees, in one file."""
    row = queries.survey(key, scope=by)
    cells = queries.cells(row, scope=by)
    if not cells:
        raise NotFound
    return _pdf(row, cells, f"formulir-survei-{key}")


@answer
@require_safe
def form(request: HttpRequest, key: int, place: int, *, by: Standing) -> HttpResponse:
    """The paper form of one programme."""
    row, cell = _found(by, key, place)
    return _pdf(row, (cell,), f"formulir-survei-{key}-{place + 1}")


@never_cache
@survey_page("surveys/paper/entry.html", tab="papers", sends=True, kept=True)
def entry(request: HttpRequest, key: int, place: int, *, by: Standing, now: datetime) -> Shown:
    """Enter a sheet: the whole questionnaire on one page, then the next one."""
    row, cell = _found(by, key, place)
    require(by, Action.ENTER, _case(row, cell), known=True)
    kept = typed_before(request)
    first = {NUMBER: request.GET.get(NEXT), DAY: request.GET.get(LAST_DAY)}
    form = SheetForm(
        posted(request) if kept is None else kept, questionnaire=row.questionnaire, cell=cell.key, initial=first
    )
    named = {"by": by, "survey": key, "mode": Mode.PAPER, "now": now}
    if kept is not None:
        messages.warning(request, _("Your sign-in had ended: this is what you typed, and it is not saved yet"))
    elif stored(form, lambda: operations.enter_sheets(**named, sheets=[form.sheet()])):
        sheet = form.sheet()
        if form.outcome.new:
            messages.success(request, _("Sheet %(number)s is stored") % {"number": sheet.number})
        else:
            said = _("Sheet %(number)s was stored before with the same answers; it counts once")
            messages.info(request, said % {"number": sheet.number})
        following = urlencode({NEXT: min(sheet.number + 1, MAX_NUMBER), LAST_DAY: sheet.day.isoformat()})
        return redirect(f"{request.path}?{following}")
    return {
        "row": row,
        "cell": cell,
        "form": form,
        "person": person_sign(request),
        "takes": takes_now(opens_at=row.opens_at, closes_at=row.closes_at, now=now),
        "typed": form.is_bound,
    }, 200 if kept else form.status


def _found(by: Standing, key: int, place: int) -> tuple[SurveyRow, CellRow]:
    """Return the survey and one of its programmes that the reader sees; raises :class:`NotFound`."""
    row = queries.survey(key, scope=by)
    cell = existing(next((cell_row for cell_row in queries.cells(row, scope=by) if cell_row.place == place), None))
    return row, cell


def _case(row: SurveyRow, cell: CellRow) -> Case:
    return Case(row.region, cell.office, row.state)


def _pdf(row: SurveyRow, cells: tuple[CellRow, ...], name: str) -> HttpResponse:
    name = f"{name}-{reader_language()}.pdf"
    return file(typeset(paper_forms(row, cells)), name, PDF, inline=True)
