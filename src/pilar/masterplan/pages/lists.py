"""The plans of a region: its versions, a new plan, a revision of the one in force."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.design.forms import shown_on
from pilar.masterplan import operations, queries
from pilar.masterplan.forms.plans import PlanForm, ReasonForm
from pilar.masterplan.pages.frame import framed, works_for
from pilar.masterplan.rules.authority import Action, Case, may, require
from pilar.masterplan.rules.stages import UNDER_WAY, VersionState
from pilar.people.rules import NotFound, Role, Standing
from pilar.people.signin import standing_of


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Straight to the plans of the reader's region; the secretariat of the ministry looks a region up first."""
    by = standing_of(request)
    for held in by.memberships:
        if held.region and works_for(by, held.region):
            return redirect("masterplan:region", held.region)
    if not any(held.role is Role.SECRETARIAT for held in by.memberships):
        raise NotFound
    search = request.GET.get("q", "").strip()[:100]
    context = {"regions": areas.regions(search=search) if search else (), "q": search}
    return render(request, "masterplan/regions.html", context)


@login_required
@require_safe
def region(request: HttpRequest, code: str) -> HttpResponse:
    """The versions of a region's plans, as far as the reader reads them."""
    by = standing_of(request)
    if not works_for(by, code):
        raise NotFound
    rows = queries.versions(code, scope=by)
    writing = {row.plan.key for row in rows if row.state in UNDER_WAY}
    context = {
        "region": areas.region(code),
        "rows": [(row, _may_revise(by, row) and row.plan.key not in writing) for row in rows],
        "calls": [one for one in queries.open_calls(scope=by, now=timezone.now()) if one.region == code],
        "may_start": may(by, Action.START_PLAN, Case(code)),
        "synthetic": next((row.plan for row in rows if row.plan.synthetic), None),
    }
    return render(request, "masterplan/region.html", context)


@login_required
def start(request: HttpRequest, code: str) -> HttpResponse:
    """A new plan of a region."""
    by = standing_of(request)
    require(by, Action.START_PLAN, Case(code), known=works_for(by, code))
    year = timezone.now().year
    form = PlanForm(
        request.POST if request.method == "POST" else None, initial={"first_year": year + 1, "last_year": year + 5}
    )
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            key = operations.start_plan(by=by, region=code, given=form.given(), now=timezone.now())
            messages.success(request, _("The plan is begun. Call the offices to propose, and write its texts"))
            return redirect("masterplan:version", key)
    context = {"region": areas.region(code), "form": form}
    return render(request, "masterplan/start.html", context, status=form.status)


@login_required
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """The next version of a plan, as a copy of the one in force."""
    by = standing_of(request)
    row = queries.version(key, scope=by)
    require(by, Action.START_PLAN, Case(row.plan.region, None, row.state), known=True)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].label = _("Why the plan is revised")
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            made = operations.start_revision(by=by, version=key, reason=form.cleaned_data["reason"], now=timezone.now())
            messages.success(request, _("The revision is begun, as a copy of the version in force"))
            return redirect("masterplan:version", made)
    context = {"form": form, "title": _("Revise the plan"), "submit": _("Begin the revision")}
    return framed(request, row, "version", "masterplan/version/revise.html", context, status=form.status)


def _may_revise(by: Standing, row: queries.VersionRow) -> bool:
    case = Case(row.plan.region, None, row.state)
    return row.state is VersionState.IN_FORCE and may(by, Action.START_PLAN, case)
