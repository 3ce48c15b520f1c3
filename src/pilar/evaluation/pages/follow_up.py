"""Follow-up of recommendations by the region."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilar.design.forms import posted, shown_on
from pilar.evaluation import operations
from pilar.evaluation.forms.results import FollowUpForm, PieceForm
from pilar.evaluation.queries import follow_up as reads
from pilar.people.signin import standing_of
from pilar.platform.versions import Outdated


@login_required
@require_safe
def follow_ups(request: HttpRequest, key: int) -> HttpResponse:
    """The recommendations of one result and what the region does about them."""
    found = reads.follow_ups(key, by=standing_of(request))
    context = {"found": found, "header": found.header}
    return render(request, "evaluation/cycle/results/follow_ups.html", context)


@login_required
def follow_up(request: HttpRequest, key: int) -> HttpResponse:
    """One recommendation: owner, due date, state, note, evidence."""
    by = standing_of(request)
    found = reads.follow_up(key, by=by)
    row, status, stored = found.row, 200, None
    initial = {"office": row.office, "due": row.due, "state": row.state, "note": row.note, "version": row.version}
    form = FollowUpForm(posted(request), initial=initial, offices=found.offices, may_assign=found.may_assign)
    if request.method == "POST" and form.is_valid():
        try:
            with shown_on(form):
                operations.save_follow_up(
                    by=by,
                    follow_up=key,
                    plan=form.plan(),
                    seen_version=form.cleaned_data["version"],
                    now=timezone.now(),
                )
                messages.success(request, _("The follow-up is kept"))
                return redirect("evaluation:follow-ups", row.assessment)
        except Outdated as error:
            status, stored = error.status, row
            form.data = form.data.copy()
            form.data["version"] = str(error.stored.version)
            form.add_error(None, error.text())
    context = {
        "found": found,
        "header": found.header,
        "row": row,
        "form": form,
        "pieces": PieceForm(pieces=found.pieces),
        "stored": stored,
    }
    return render(request, "evaluation/cycle/results/follow_up.html", context, status=status)


@login_required
@require_POST
def attach(request: HttpRequest, key: int) -> HttpResponse:
    """Attach a piece of the region's evidence."""
    by = standing_of(request)
    found = reads.follow_up(key, by=by)
    form = PieceForm(request.POST, pieces=found.pieces)
    if form.is_valid():
        evidence = UUID(form.cleaned_data["evidence"])
        operations.attach_to_follow_up(by=by, follow_up=key, evidence=evidence, now=timezone.now())
        messages.success(request, _("The evidence is attached"))
    return redirect("evaluation:follow-up", key)


@login_required
@require_POST
def detach(request: HttpRequest, key: int, evidence: UUID) -> HttpResponse:
    """Take a piece of evidence off."""
    operations.detach_from_follow_up(by=standing_of(request), follow_up=key, evidence=evidence)
    messages.success(request, _("The evidence is taken off; it stays with the region"))
    return redirect("evaluation:follow-up", key)
