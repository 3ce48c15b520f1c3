"""Results of a phase for the secretariat: the ranking so far, the computed versions, approval and publication."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.design.final_acts import Done, confirm
from pilar.design.forms import posted
from pilar.evaluation import operations
from pilar.evaluation.forms.results import ComputeForm, PublishForm
from pilar.evaluation.pages import checks
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
@require_safe
def phase_results(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Every version, and what is done next."""
    found = reads.phase_results(code, number, by=standing_of(request))
    newest = found.snapshots[0] if found.snapshots else None
    context = {"found": found, "header": found.header, "newest": newest}
    return render(request, "evaluation/cycle/results/phase.html", context)


@login_required
def compute(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Compute a new version."""
    by = standing_of(request)
    form = ComputeForm(posted(request), first=not reads.phase_results(code, number, by=by).snapshots)

    def act() -> Done:
        made = operations.compute_results(
            by=by, campaign=code, phase=number, reason=form.cleaned_data.get("reason", ""), now=timezone.now()
        )
        said = _("Version %(version)s is computed") if made.new else _("Nothing has changed since version %(version)s")
        address = reverse("evaluation:phase-results", args=[code, number])
        result = reverse("evaluation:snapshot", args=[code, number, made.version])
        return Done(said % {"version": made.version}, address, _("See its results"), result)

    return confirm(request, lambda: checks.compute(code, number, by), act, form=form)


@login_required
def approve(request: HttpRequest, code: str, number: int, version: int) -> HttpResponse:
    """Approve a version."""
    by = standing_of(request)

    def act() -> Done:
        operations.approve_results(by=by, campaign=code, phase=number, version=version, now=timezone.now())
        return checks.approved(code, number, version)

    return confirm(request, lambda: checks.approve(code, number, version, by), act)


@login_required
def publish(request: HttpRequest, code: str, number: int, version: int) -> HttpResponse:
    """Publish a version by a letter."""
    by = standing_of(request)
    form = PublishForm(posted(request))

    def act() -> None:
        operations.publish_results(
            by=by, campaign=code, phase=number, version=version, now=timezone.now(), **form.cleaned_data
        )

    return confirm(request, lambda: checks.publish(code, number, version, by), act, form=form)


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
