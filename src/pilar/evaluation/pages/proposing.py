"""A recommendation of the panel becomes a proposal of the region's master plan."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pilar.evaluation import operations
from pilar.evaluation.forms.proposing import IdeaForm
from pilar.evaluation.forms.results import posted, shown_on
from pilar.evaluation.queries.follow_up import ToPropose, to_propose
from pilar.masterplan.rules.content import LONGEST_TITLE
from pilar.masterplan.rules.stages import ProposalKind
from pilar.people.signin import standing_of


@login_required
def propose(request: HttpRequest, key: int) -> HttpResponse:
    """Choose what the recommendation becomes, and which office is to own it."""
    by = standing_of(request)
    found = to_propose(key, by=by)
    # Where nothing is being written any more, what was typed is shown beside the reason.
    form, status = None, 409 if request.method == "POST" else 200
    if found.version is not None:
        form = IdeaForm(posted(request), initial=_initial(found), offices=found.offices, programmes=found.programmes)
        if request.method == "POST" and form.is_valid():
            with shown_on(form):
                operations.propose_from_follow_up(
                    by=by, follow_up=key, version=form.cleaned_data["version"], idea=form.idea(), now=timezone.now()
                )
                messages.success(request, _("The office finds the proposal on its page, and completes it"))
                return redirect("evaluation:follow-up", key)
        status = 422 if request.method == "POST" else 200
    typed = request.POST.get("title", "")
    context = {"found": found, "header": found.header, "row": found.row, "form": form, "typed": typed}
    return render(request, "evaluation/cycle/results/propose.html", context, status=status)


def _initial(found: ToPropose) -> dict[str, object]:
    assert found.version is not None
    first = found.row.recommendation.strip().split("\n")[0].rstrip(".")
    return {
        "kind": ProposalKind.ADD.value,
        "office": found.row.office,
        "title": first[:LONGEST_TITLE],
        "version": found.version.key,
    }
