"""Measures defined, revised, handed over and closed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.areas import queries as areas
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import FaultsForm, shown_on
from pilar.measures import operations, queries
from pilar.measures.forms import AssignForm, CloseForm, MeasureForm, RevisionForm, definition_fields
from pilar.measures.queries import MeasureRow
from pilar.measures.rules.authority import Action, Case, may, require
from pilar.people.rules import Standing
from pilar.people.signin import standing_of


@login_required
def define(request: HttpRequest, code: str) -> HttpResponse:
    """A new measure of a region."""
    by, now = standing_of(request), timezone.now()
    require(by, Action.MANAGE_MEASURES, Case(code), known=may(by, Action.READ, Case(code)))
    choices = _choices(by, code)
    form = MeasureForm(request.POST if request.method == "POST" else None, **choices)
    if request.method == "POST" and form.is_valid():
        given = form.new_measure()
        with shown_on(form):
            operations.define_measure(by=by, region=code, given=given, now=now)
            messages.success(request, _("The measure is defined"))
            return redirect("measures:measure", code, given.code)
    context = {"region": areas.region(code), "form": form, "offices": choices["offices"]}
    return render(request, "measures/define.html", context)


@login_required
def revise(request: HttpRequest, code: str, measure: str) -> HttpResponse:
    """A new definition, which closes the present one."""
    by = standing_of(request)
    row = _managed(by, code, measure)
    first = definition_fields(row.definition)
    form = RevisionForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            operations.revise_measure(
                by=by, region=code, measure=measure, definition=form.definition(),
                since=form.cleaned_data["since"], now=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("The new definition is kept; the old one is closed"))
            return redirect("measures:measure", code, measure)
    return _page(request, row, form, "revise")


@login_required
def assign(request: HttpRequest, code: str, measure: str) -> HttpResponse:
    """Office, source, due date and readers of a measure."""
    by = standing_of(request)
    row = _managed(by, code, measure)
    first = {
        "office": row.office, "source": row.source, "due_days": row.schedule.due_days, "public": row.public,
    }  # fmt: skip
    sent = request.POST if request.method == "POST" else None
    form = AssignForm(sent, initial=first, **_choices(by, code, row))
    form.fields["source"].disabled = row.built_in
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            operations.assign_measure(by=by, region=code, measure=measure, **form.cleaned_data)
            messages.success(request, _("The changes are kept"))
            return redirect("measures:measure", code, measure)
    return _page(request, row, form, "assign")


@login_required
def close(request: HttpRequest, code: str, measure: str) -> HttpResponse:
    """End a measure."""
    by = standing_of(request)
    form = CloseForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        operations.close_measure(by=by, region=code, measure=measure, ends_on=form.cleaned_data["ends_on"])

    return confirm(request, lambda: _close_check(by, code, measure), act, form=form)


def _close_check(by: Standing, code: str, measure: str) -> Check | Done:
    row = _managed(by, code, measure)
    here = reverse("measures:measure", args=[code, measure])
    if row.schedule.ends_on is not None:
        return Done(_("The measure has its end"), here)
    missing = queries.missing(row, now=timezone.now())
    gaps = ngettext("%(count)s period has no value", "%(count)s periods have no value", missing.size)
    return Check(
        title=_("Check before you end the measure"),
        act=_("End the measure"),
        about=row.title,
        will=(
            _("Its values stay readable, and can still be corrected."),
            _("Nothing later than the day that you give is expected or taken, and it cannot be begun again."),
        ),
        counts=((_("Newest period with a value"), row.latest.text() if row.latest else "–"),),
        unready=(Remark(gaps % {"count": missing.size}, here),) if missing.size else (),
        trail=((row.title, here),),
        synthetic=row.synthetic,
        state=str(row.latest),
    )


def _managed(by: Standing, code: str, measure: str) -> MeasureRow:
    row = queries.measure(code, measure, scope=by, now=timezone.now())
    require(by, Action.MANAGE_MEASURES, row.case, known=True)
    return row


def _choices(by: Standing, code: str, row: MeasureRow | None = None) -> dict[str, Any]:
    """Offices and sources to choose from; what a part of Pilar measures keeps its source, and nothing else has it."""
    offices = tuple(one for one in areas.offices(code, scope=by) if not one.closed)
    built_in = row is not None and row.built_in
    sources = queries.sources(code, scope=by, now=timezone.now())
    return {"offices": offices, "sources": tuple(one for one in sources if one.built_in == built_in)}


def _page(request: HttpRequest, row: MeasureRow, form: FaultsForm, doing: str) -> HttpResponse:
    return render(request, "measures/change.html", {"row": row, "form": form, "doing": doing})
