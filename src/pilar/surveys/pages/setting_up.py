"""A survey set up: where it asks, opened, closed, and stated to be valid."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pilar.areas import queries as areas
from pilar.evidence import queries as evidence
from pilar.people.signin import standing_of
from pilar.platform.errors import Faults
from pilar.surveys import operations, queries
from pilar.surveys.forms.setting_up import CellRows, StatementForm, shown_on
from pilar.surveys.pages.frame import framed
from pilar.surveys.queries import SurveyRow
from pilar.surveys.reference import pillars
from pilar.surveys.rules.authority import Action, require
from pilar.surveys.rules.questionnaire import Kind
from pilar.surveys.rules.surveys import quotas_of

MOST_FILES = 200
"""Of the evidence room, the newest, from which a statement is chosen."""


@login_required
def cells(request: HttpRequest, key: int) -> HttpResponse:
    """Which programmes a survey asks about, of whom, and how many respondents each needs."""
    by = standing_of(request)
    row = queries.survey(key, scope=by)
    require(by, Action.SET_UP, row.case, known=True)
    offices = [one for one in areas.offices(row.region, scope=by) if not one.closed]
    rows = CellRows(
        queries.cells(row, scope=by), offices=offices, pillars=pillars(), needs_part=_by_pillar(row)
    )  # fmt: skip
    status, sent = 200, request.POST.dict()
    if request.method == "POST":
        match sent.get("do", "save"):
            case "save":
                status = 422
                if rows.judge(sent):
                    try:
                        operations.set_cells(by=by, survey=key, cells=[one.new_cell() for one in rows.forms])
                    except Faults as error:
                        rows.tell(error)
                    else:
                        messages.success(request, _("The programmes are kept"))
                        return redirect("surveys:survey", key)
            case "fill":
                quotas = quotas_of(rows.given(sent), row.questionnaire.quota, split=row.split)
                rows.fill(sent, quotas)
            case _:
                rows.read(sent)
    quota = row.questionnaire.quota
    context: dict[str, Any] = {
        "rows": rows, "offices": offices, "by_pillar": _by_pillar(row), "quota": quota,
        "respondents": quota.split_respondents if row.split else quota.respondents,
    }  # fmt: skip
    return framed(request, row, "cells", "surveys/cells.html", context, status=status)


@login_required
@require_POST
def open_(request: HttpRequest, key: int) -> HttpResponse:
    """Let the survey take answers."""
    try:
        operations.open_survey(by=standing_of(request), survey=key)
        messages.success(request, _("The survey is open. It takes answers from its opening time on"))
    except Faults as error:
        _tell(request, error)
    return redirect("surveys:survey", key)


@login_required
@require_POST
def close(request: HttpRequest, key: int) -> HttpResponse:
    """Close the survey."""
    try:
        operations.close_survey(by=standing_of(request), survey=key, now=timezone.now())
        messages.success(request, _("The survey is closed. Its scores stand"))
    except Faults as error:
        _tell(request, error)
    return redirect("surveys:survey", key)


@login_required
def statement(request: HttpRequest, key: int) -> HttpResponse:
    """The statement of the head of region that the survey is valid."""
    by = standing_of(request)
    row = queries.survey(key, scope=by)
    require(by, Action.STATE_VALIDITY, row.case, known=True)
    files = evidence.region_evidence(row.region, scope=by, size=MOST_FILES)
    form = StatementForm(
        request.POST if request.method == "POST" else None,
        evidence=files,
        initial={"stated_by": row.stated_by, "stated_on": row.stated_on, "file": row.stated_file},
    )
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            operations.state_validity(by=by, survey=key, **form.cleaned_data)
            messages.success(request, _("The statement is kept"))
            return redirect("surveys:survey", key)
    return framed(request, row, "statement", "surveys/statement.html", {"form": form}, status=form.status)


def _by_pillar(row: SurveyRow) -> bool:
    return row.questionnaire.kind is Kind.IMPACT


def _tell(request: HttpRequest, error: Faults) -> None:
    for fault in error.faults:
        messages.error(request, fault.text())
