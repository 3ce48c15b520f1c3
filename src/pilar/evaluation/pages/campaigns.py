"""Campaigns: the list, a new one, one campaign with what moves its phases, its rules and dates."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.design.final_acts import Done, confirm
from pilar.design.forms import posted, shown_on
from pilar.evaluation import operations, queries
from pilar.evaluation.forms.campaigns import NATION, CampaignForm, DatesForm, MoveForm, RulesForm
from pilar.evaluation.pages import checks
from pilar.evaluation.queries import campaigns as campaign_queries
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.rules import NotFound
from pilar.people.signin import standing_of


@login_required
@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """The campaigns that the reader runs or takes part in."""
    by = standing_of(request)
    context = {"campaigns": campaign_queries.campaigns(scope=by), "may_create": campaign_queries.may_create(by)}
    return render(request, "evaluation/campaigns/campaigns.html", context)


@login_required
def new_campaign(request: HttpRequest) -> HttpResponse:
    """Set up a campaign."""
    by, now = standing_of(request), timezone.now()
    if not campaign_queries.may_create(by):
        raise NotFound
    form = CampaignForm(
        posted(request),
        region_code=NATION,
        now=now,
        instruments=queries.instruments(scope=by),
        campaigns=campaign_queries.campaigns(scope=by),
    )
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            code = operations.create_campaign(by=by, **form.planned())
            messages.success(request, _("The campaign is set up. Invite regions next"))
            return redirect("evaluation:campaign", code)
    return render(request, "evaluation/campaigns/new.html", {"form": form}, status=form.status)


@login_required
@require_safe
def campaign(request: HttpRequest, code: str) -> HttpResponse:
    """One campaign: its phases, what moves them and why not yet, dates, and the reader's own regions."""
    found = campaign_queries.campaign(code, scope=standing_of(request), now=timezone.now())
    return render(
        request, "evaluation/campaigns/campaign.html", {"view": found, "campaign": found.head, "row": found.head.row}
    )


@login_required
def edit_campaign(request: HttpRequest, code: str) -> HttpResponse:
    """Titles, deadlines and panel sizes."""
    by = standing_of(request)
    found = campaign_queries.head(code, scope=by)
    initial = {name: getattr(found.rules, name) for name in RulesForm.base_fields}
    form = RulesForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            operations.edit_campaign(by=by, campaign=code, rules=form.rules())
            messages.success(request, _("The campaign is changed"))
            return redirect("evaluation:campaign", code)
    context = {"campaign": found, "row": found.row, "form": form}
    return render(request, "evaluation/campaigns/edit.html", context, status=form.status)


@login_required
def dates(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """When the self-assessment of a phase is open."""
    by, now = standing_of(request), timezone.now()
    found = campaign_queries.head(code, scope=by)
    phase = next((one for one in found.row.phases if one.number == number), None)
    if phase is None:
        raise NotFound
    initial = {"opens_at": phase.opens_at, "closes_at": phase.closes_at}
    form = DatesForm(posted(request), region_code=NATION, now=now, initial=initial)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            operations.set_dates(by=by, campaign=code, phase=number, period=form.period(), now=now)
            messages.success(request, _("The dates are kept"))
            return redirect("evaluation:campaign", code)
    context = {"campaign": found, "row": found.row, "phase": phase, "form": form}
    return render(request, "evaluation/campaigns/dates.html", context, status=form.status)


@login_required
def move(request: HttpRequest, code: str, number: int, target: str) -> HttpResponse:
    """Move a phase on to the state ``target``."""
    if target not in set(PhaseState):
        raise NotFound
    by, state = standing_of(request), PhaseState(target)
    form = MoveForm(posted(request))

    def act() -> Done:
        said = form.cleaned_data["reason"]
        operations.move_phase(by=by, campaign=code, phase=number, target=state, reason=said, now=timezone.now())
        return checks.moved(code, number, state)

    return confirm(request, lambda: checks.move(code, number, state, by), act, form=form)
