"""Measures defined, revised, handed over and closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.areas import queries as areas
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.measures import operations, queries
from pilar.measures.forms import AssignmentForm, CloseForm, MeasureForm, RevisionForm, definition_fields
from pilar.measures.queries import MeasureRow
from pilar.measures.rules.authority import Action, Case, may, require
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, page


@page("measures/define.html", sends=True)
def define(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """A new measure of a region."""
    require(by, Action.MANAGE_MEASURES, Case(code), known=may(by, Action.READ, Case(code)))
    choices = _choices(by, code)
    form = MeasureForm(posted(request), **choices)
    if stored(form, lambda: operations.define_measure(by=by, region=code, given=form.new_measure(), now=now)):
        return done(request, _("The measure is defined"), "measures:measure", code, form.cleaned_data["code"])
    return {"region": areas.region(code), "form": form, "offices": choices["offices"]}


@page("measures/change.html", sends=True)
def revise(request: HttpRequest, code: str, measure: str, *, by: Standing, now: datetime) -> Shown:
    """A new definition, which closes the present one."""
    row = _managed(by, code, measure)
    form = RevisionForm(posted(request), initial=definition_fields(row.definition))
    given = {"by": by, "region": code, "measure": measure, "now": now}
    if stored(form, lambda: operations.revise_measure(**given, **form.revision())):
        return done(request, _("The new definition is kept; the old one is closed"), "measures:measure", code, measure)
    return {"row": row, "form": form, "doing": "revise"}


@page("measures/change.html", sends=True)
def assign(request: HttpRequest, code: str, measure: str, *, by: Standing) -> Shown:
    """Office, source, due date and readers of a measure."""
    row = _managed(by, code, measure)
    first = {
        "office": row.office, "source": row.source, "due_days": row.schedule.due_days, "public": row.public,
        "standards": row.standards,
    }  # fmt: skip
    form = AssignmentForm(posted(request), initial=first, **_choices(by, code, row))
    form.fields["source"].disabled = row.built_in
    if stored(form, lambda: operations.assign_measure(by=by, region=code, measure=measure, **form.cleaned_data)):
        return done(request, _("The changes are kept"), "measures:measure", code, measure)
    return {"row": row, "form": form, "doing": "assign"}


@answer
def close(request: HttpRequest, code: str, measure: str, *, by: Standing) -> HttpResponse:
    """End a measure."""
    form = CloseForm(posted(request))

    return confirm(
        request,
        lambda: _close_check(by, code, measure),
        lambda: operations.close_measure(by=by, region=code, measure=measure, ends_on=form.cleaned_data["ends_on"]),
        form=form,
    )


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
    offices = tuple(office for office in areas.offices(code, scope=by) if not office.closed)
    built_in = row is not None and row.built_in
    sources = queries.sources(code, scope=by, now=timezone.now())
    return {"offices": offices, "sources": tuple(source for source in sources if source.built_in == built_in)}
