"""Results of a phase for the secretariat: the ranking so far, the computed versions, approval and publication."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilar.evaluation import operations
from pilar.evaluation.forms.results import ComputeForm, PublishForm, posted, shown_on
from pilar.evaluation.pages.results import page_number
from pilar.evaluation.queries import Bilingual
from pilar.evaluation.queries import snapshots as reads
from pilar.people.signin import standing_of


@login_required
@require_safe
def ranking(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The ranking from the agreed marks so far."""
    group = request.GET.get("group", "")
    found = reads.ranking(code, number, by=standing_of(request), group=group, page=page_number(request))
    context = {"found": found, "header": found.header, "group": group, "groups": group_choices(found.groups)}
    return render(request, "evaluation/cycle/results/ranking.html", context)


@login_required
def phase_results(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Every version; compute a new one."""
    by = standing_of(request)
    found = reads.phase_results(code, number, by=by)
    form = ComputeForm(posted(request), first=not found.snapshots)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            made = operations.compute_results(
                by=by, campaign=code, phase=number, reason=form.cleaned_data.get("reason", ""), now=timezone.now()
            )
            said = (
                _("Version %(version)s is computed") if made.new else _("Nothing has changed since version %(version)s")
            )
            messages.success(request, said % {"version": made.version})
            return redirect("evaluation:phase-results", code, number)
    return _phase_results(request, found, form, PublishForm())


@login_required
@require_POST
def approve(request: HttpRequest, code: str, number: int, version: int) -> HttpResponse:
    """Approve a version."""
    operations.approve_results(
        by=standing_of(request), campaign=code, phase=number, version=version, now=timezone.now()
    )
    messages.success(request, _("Version %(version)s is approved") % {"version": version})
    return redirect("evaluation:phase-results", code, number)


@login_required
@require_POST
def publish(request: HttpRequest, code: str, number: int, version: int) -> HttpResponse:
    """Publish a version by a letter."""
    by = standing_of(request)
    form = PublishForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            operations.publish_results(
                by=by, campaign=code, phase=number, version=version, now=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("Version %(version)s is published") % {"version": version})
            return redirect("evaluation:phase-results", code, number)
    found = reads.phase_results(code, number, by=by)
    return _phase_results(request, found, ComputeForm(first=not found.snapshots), form)


@login_required
@require_safe
def snapshot(request: HttpRequest, code: str, number: int, version: int) -> HttpResponse:
    """One version, region by region."""
    group = request.GET.get("group", "")
    found = reads.snapshot_page(code, number, version, by=standing_of(request), group=group, page=page_number(request))
    context = {
        "found": found,
        "header": found.header,
        "snapshot": found.snapshot,
        "page": found.page,
        "group": group,
        "groups": group_choices(found.groups),
    }
    return render(request, "evaluation/cycle/results/snapshot.html", context)


def group_choices(groups: Mapping[str, Bilingual]) -> list[tuple[str, str]]:
    """The groups of a campaign to choose from."""
    return [("", _("All groups")), *((code, str(title)) for code, title in sorted(groups.items()))]


def _phase_results(
    request: HttpRequest, found: reads.PhaseResults, compute: ComputeForm, publishing: PublishForm
) -> HttpResponse:
    context = {
        "found": found,
        "header": found.header,
        "newest": found.snapshots[0] if found.snapshots else None,
        "compute": compute,
        "publish": publishing,
    }
    return render(request, "evaluation/cycle/results/phase.html", context)
