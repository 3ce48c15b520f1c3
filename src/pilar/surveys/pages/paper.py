"""A survey on paper: its forms to print, and the sheets that come back entered by hand."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pilar.areas import reference
from pilar.design.forms import shown_on
from pilar.people.keeping import kept_over_sign_in, person_sign, typed_before
from pilar.people.rules import NotFound, Standing
from pilar.people.signin import standing_of
from pilar.reports.pdf import typeset
from pilar.surveys import operations, queries
from pilar.surveys.documents import paper_forms
from pilar.surveys.forms.entering import SheetForm
from pilar.surveys.pages.frame import framed
from pilar.surveys.pages.results import PDF
from pilar.surveys.queries import CellRow, SurveyRow
from pilar.surveys.rules.answers import Mode
from pilar.surveys.rules.authority import Action, Case, may, may_somewhere, require
from pilar.surveys.rules.paper import DAY, LARGEST_NUMBER, NUMBER, takes_now

NEXT, LAST_DAY = "nomor", "tanggal"
"""In the address of the next sheet: its number, and the day of the one before."""


@login_required
@require_safe
def papers(request: HttpRequest, key: int) -> HttpResponse:
    """The paper forms of the programmes that the reader sees, and where sheets and files are entered."""
    by = standing_of(request)
    row = queries.survey(key, scope=by)
    cells = queries.cells(row, scope=by)
    context = {
        "cells": [(one, may(by, Action.ENTER, _case(row, one))) for one in cells],
        "may_import": may_somewhere(by, Action.ENTER, row.case),
        "takes": takes_now(opens_at=row.opens_at, closes_at=row.closes_at, now=timezone.now()),
        "opens": reference.local_time(row.opens_at, row.region),
    }
    return framed(request, row, "papers", "surveys/paper/papers.html", context)


@login_required
@require_safe
def forms(request: HttpRequest, key: int) -> HttpResponse:
    """The paper forms of all programmes that the reader sees, in one file."""
    by = standing_of(request)
    row = queries.survey(key, scope=by)
    cells = queries.cells(row, scope=by)
    if not cells:
        raise NotFound
    return _pdf(row, cells, f"formulir-survei-{key}")


@login_required
@require_safe
def form(request: HttpRequest, key: int, place: int) -> HttpResponse:
    """The paper form of one programme."""
    row, cell, _by = _found(request, key, place)
    return _pdf(row, (cell,), f"formulir-survei-{key}-{place + 1}")


@never_cache
@kept_over_sign_in
def entry(request: HttpRequest, key: int, place: int) -> HttpResponse:
    """Enter a sheet: the whole questionnaire on one page, then the next one."""
    row, cell, by = _found(request, key, place)
    require(by, Action.ENTER, _case(row, cell), known=True)
    now = timezone.now()
    if request.method == "POST":
        form = _form(row, cell, request.POST)
        if form.is_valid():
            sheet = form.sheet()
            with shown_on(form):
                stored = operations.enter_sheets(by=by, survey=key, mode=Mode.PAPER, sheets=[sheet], now=now)
                if stored.new:
                    messages.success(request, _("Sheet %(number)s is stored") % {"number": sheet.number})
                else:
                    said = _("Sheet %(number)s was stored before with the same answers; it counts once")
                    messages.info(request, said % {"number": sheet.number})
                following = urlencode({NEXT: min(sheet.number + 1, LARGEST_NUMBER), LAST_DAY: sheet.day.isoformat()})
                return redirect(f"{request.path}?{following}")
    elif (kept := typed_before(request)) is not None:
        form = _form(row, cell, kept)
        messages.warning(request, _("Your sign-in had ended: this is what you typed, and it is not saved yet"))
    else:
        form = _form(row, cell, None, {NUMBER: request.GET.get(NEXT), DAY: request.GET.get(LAST_DAY)})
    context = {
        "cell": cell,
        "form": form,
        "person": person_sign(request),
        "takes": takes_now(opens_at=row.opens_at, closes_at=row.closes_at, now=now),
        "typed": form.is_bound,
    }
    status = form.status if request.method == "POST" else 200
    return framed(request, row, "papers", "surveys/paper/entry.html", context, status=status)


def _form(
    row: SurveyRow, cell: CellRow, sent: QueryDict | None, first: dict[str, str | None] | None = None
) -> SheetForm:
    return SheetForm(sent, questionnaire=row.questionnaire, cell=cell.key, initial=first)


def _found(request: HttpRequest, key: int, place: int) -> tuple[SurveyRow, CellRow, Standing]:
    """The survey and one of its programmes, as far as the reader sees them; raises :class:`NotFound`."""
    by = standing_of(request)
    row = queries.survey(key, scope=by)
    cell = next((one for one in queries.cells(row, scope=by) if one.place == place), None)
    if cell is None:
        raise NotFound
    return row, cell, by


def _case(row: SurveyRow, cell: CellRow) -> Case:
    return Case(row.region, cell.office, row.state)


def _pdf(row: SurveyRow, cells: tuple[CellRow, ...], name: str) -> HttpResponse:
    content = typeset(paper_forms(row, cells))
    headers = {
        "Content-Disposition": f'inline; filename="{name}-{(get_language() or "id")[:2]}.pdf"',
        "Content-Length": str(len(content)),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=PDF, headers=headers)
