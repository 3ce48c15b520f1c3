"""Follow-up of recommendations by the region."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.design.forms import posted, stored
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.forms.results import FollowUpForm, PieceForm
from pilar.evaluation.queries import follow_up as reads
from pilar.evidence.listing import EVIDENCE
from pilar.people.rules import Standing
from pilar.people.views import Shown, button, page

FOLLOW_UPS = Table(
    gettext_lazy("Recommendations and follow-up"),
    Column("recommendation", gettext_lazy("Recommendation")),
    Column("title", gettext_lazy("Indicator"), on_page=False),
    Column("office_name", gettext_lazy("Office")),
    Column("due", gettext_lazy("Due")),
    Column("state_name", gettext_lazy("State")),
    Column("note", gettext_lazy("Note"), on_page=False),
)


@page("evaluation/cycle/results/follow_ups.html")
def follow_ups(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """The recommendations of one result and what the region does about them."""
    ups = reads.follow_ups(key, by=by)
    listed = FOLLOW_UPS.of(ups.rows, Asked.of(request), about=ups.header.region_code)
    return {"found": ups, "follow_ups": listed, "header": ups.header}


@page("evaluation/cycle/results/follow_up.html", sends=True)
def follow_up(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """One recommendation: owner, due date, state, note, evidence."""
    follow_up_form = reads.follow_up(key, by=by)
    row = follow_up_form.row
    initial = {"office": row.office, "due": row.due, "state": row.state, "note": row.note, "version": row.version}
    form = FollowUpForm(
        posted(request), initial=initial, offices=follow_up_form.offices, may_assign=follow_up_form.may_assign
    )
    named = {"by": by, "follow_up": key, "now": now}
    if stored(
        form,
        lambda: operations.save_follow_up(plan=form.plan(), seen_version=form.cleaned_data["version"], **named),
    ):
        return done(request, _("The follow-up is kept"), "evaluation:follow-ups", row.assessment)
    return {
        "found": follow_up_form,
        "evidence": EVIDENCE.of(follow_up_form.evidence),
        "header": follow_up_form.header,
        "row": row,
        "form": form,
        "pieces": PieceForm(pieces=follow_up_form.pieces),
        "stored": form.there and row,
    }


@button
def attach(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Attach a piece of the region's evidence."""
    follow_up_form = reads.follow_up(key, by=by)
    form = PieceForm(request.POST, pieces=follow_up_form.pieces)
    if form.is_valid():
        evidence = UUID(form.cleaned_data["evidence"])
        operations.attach_to_follow_up(by=by, follow_up=key, evidence=evidence, now=now)
        messages.success(request, _("The evidence is attached"))
    return redirect("evaluation:follow-up", key)


@button
def detach(request: HttpRequest, key: int, evidence: UUID, *, by: Standing) -> HttpResponse:
    """Take a piece of evidence off."""
    operations.detach_from_follow_up(by=by, follow_up=key, evidence=evidence)
    return done(request, _("The evidence is taken off; it stays with the region"), "evaluation:follow-up", key)
